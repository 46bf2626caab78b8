//! No open relay: mail to other domains only from clients that may relay (RFC 5321 §7.9, RFC 5068 §3.2).

use crate::session::{Context, Facts, Policy, RoutedLocalPart, Ruling, Stage, Verdict};
use crate::smtp::ReplyCode;

/// RFC 5321 §3.6.2: refusing to relay for reasons of policy is answered 550.
const DENIED: Verdict =
    Verdict::new("server.relay.denied", ReplyCode::MAILBOX_UNAVAILABLE, (5, 7, 1), "Relaying denied to <{path}>");

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] = &[&DENIED];

/// The policy.
#[derive(Debug)]
pub struct NoOpenRelay;

impl Policy for NoOpenRelay {
    fn consult(&self, at: Stage, facts: &Facts<'_>, cx: &mut Context<'_>) -> Option<Ruling> {
        if at != Stage::Rcpt || cx.may_relay() {
            return None;
        }
        let path = facts.forward_path?;
        // `<Postmaster>` without a domain is this server's own (RFC 5321 §4.1.1.3).
        let mailbox = path.mailbox();
        let routed = cx.settings.profile.behaviours.routed_local_part == RoutedLocalPart::Relaying
            && !mailbox.local_part().is_quoted()
            && mailbox.local_part().as_bytes().iter().any(|octet| matches!(octet, b'@' | b'%' | b'!'));
        let elsewhere = cx.mailbox_exists(&mailbox).is_none();
        (routed || elsewhere).then(|| cx.rule(&DENIED, &[("path", &mailbox.to_string())]))
    }
}
