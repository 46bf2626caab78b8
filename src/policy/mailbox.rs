//! Recipients in a local domain must exist (RFC 5321 §3.3: known to be undeliverable, 550).

use crate::session::{Context, Facts, ForUsers, Policy, Ruling, Stage, Verdict};
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
        let behaviours = &cx.settings.profile.behaviours;
        if behaviours.mailboxes_for_users == ForUsers::Taken && cx.channel.identity.is_some() {
            return None;
        }
        let missing = cx.mailbox_exists(&mailbox) == Some(false);
        missing.then(|| cx.rule(&UNKNOWN, &[("path", &mailbox.to_string())]))
    }
}
