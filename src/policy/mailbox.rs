//! Recipients in a local domain must exist (RFC 5321 §3.3: known to be undeliverable, 550).

use crate::session::{Context, Facts, ForUsers, Policy, RestrictedOctets, Ruling, Stage, Verdict};
use crate::smtp::ReplyCode;

/// RFC 5321 §3.3: no such mailbox.
const UNKNOWN: Verdict =
    Verdict::new("server.mailbox.unknown", ReplyCode::MAILBOX_UNAVAILABLE, (5, 1, 1), "No such mailbox <{path}>");

/// RFC 5321 §7.9: octets that mean something to a mail system of old, or to a shell, which the site refuses.
const RESTRICTED: Verdict =
    Verdict::new("server.address.restricted", ReplyCode::MAILBOX_UNAVAILABLE, (5, 1, 3), "Restricted characters");

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] = &[&UNKNOWN, &RESTRICTED];

/// The policy.
#[derive(Debug)]
pub struct KnownMailbox;

impl Policy for KnownMailbox {
    fn consult(&self, at: Stage, facts: &Facts<'_>, cx: &mut Context<'_>) -> Option<Ruling> {
        let path = facts.forward_path.filter(|_| at == Stage::Rcpt)?;
        let mailbox = path.mailbox();
        let behaviours = &cx.settings.profile.behaviours;
        if behaviours.restricted_octets == RestrictedOctets::Refused {
            let name = mailbox.local_part().as_bytes();
            let local = cx.mailbox_exists(&mailbox).is_some();
            let anywhere: &[u8] = if local { b"@%!/|`#&?" } else { b"@%!`#&?" };
            let in_front = matches!(name.first(), Some(b'.' | b'/' | b'|'));
            if in_front || name.iter().any(|octet| anywhere.contains(octet)) {
                return Some(cx.rule(&RESTRICTED, &[]));
            }
        }
        if behaviours.mailboxes_for_users == ForUsers::Taken && cx.channel.identity.is_some() {
            return None;
        }
        let missing = cx.mailbox_exists(&mailbox) == Some(false);
        missing.then(|| cx.rule(&UNKNOWN, &[("path", &mailbox.to_string())]))
    }
}
