//! Recipients in a local domain must exist (RFC 5321 §3.3: known to be undeliverable, 550).

use crate::session::{Context, Facts, ForUsers, Policy, RestrictedOctets, Ruling, Stage, Verdict};
use crate::smtp::{Mailbox, ReplyCode};

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
        if is_restricted(cx, &mailbox) {
            return Some(cx.rule(&RESTRICTED, &[]));
        }
        if behaviours.mailboxes_for_users == ForUsers::Taken && cx.channel.identity.is_some() {
            return None;
        }
        let missing = cx.mailbox_exists(&mailbox) == Some(false);
        missing.then(|| cx.rule(&UNKNOWN, &[("path", &mailbox.to_string())]))
    }
}

/// Has the local-part an octet that the site refuses?
fn is_restricted(cx: &Context<'_>, mailbox: &Mailbox<'_>) -> bool {
    let name = || mailbox.local_part().meaning();
    let is_local = || cx.mailbox_exists(mailbox).is_some();
    let in_front = |octets: &[u8]| name().first().is_some_and(|octet| octets.contains(octet));
    let anywhere = |octets: &[u8]| name().iter().any(|octet| octets.contains(octet));
    match cx.settings.profile.behaviours.restricted_octets {
        RestrictedOctets::Taken => false,
        RestrictedOctets::FilesAndPrograms => in_front(b"/|") && is_local(),
        RestrictedOctets::Refused => in_front(b"./|") || anywhere(b"@%!`#&?") || anywhere(b"/|") && is_local(),
    }
}
