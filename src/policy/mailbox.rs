//! Recipients in a local domain must exist (RFC 5321 §3.3: known to be undeliverable, 550).

use crate::session::{Context, Facts, Policy, Ruling, Stage, Verdict};
use crate::smtp::ReplyCode;

/// RFC 5321 §3.3: no such mailbox.
const UNKNOWN: Verdict =
    Verdict::new("server.mailbox.unknown", ReplyCode::MAILBOX_UNAVAILABLE, (5, 1, 1), "No such mailbox <{path}>");

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] = &[&UNKNOWN];

/// The policy.
#[derive(Debug)]
pub struct KnownMailbox;

impl Policy for KnownMailbox {
    fn consult(&self, at: Stage, facts: &Facts<'_>, cx: &mut Context<'_>) -> Option<Ruling> {
        let path = facts.forward_path.filter(|_| at == Stage::Rcpt)?;
        let mailbox = path.mailbox();
        let missing = cx.is_local(&mailbox) && !cx.settings.has_mailbox(mailbox.local_part().as_bytes());
        missing.then(|| cx.rule(&UNKNOWN, &[("path", &mailbox.to_string())]))
    }
}
