//! What a submission server asks of its clients: to authenticate, and to use an address of their own.

use crate::session::{Context, Facts, NeededAt, Policy, Ruling, Stage, Verdict};
use crate::smtp::ReplyCode;

/// RFC 6409 §4.3: by default MAIL without authentication is refused, unless the session is otherwise authorised.
const AUTH_REQUIRED: Verdict = Verdict::new(
    "server.submission.auth-required",
    ReplyCode::AUTHENTICATION_REQUIRED,
    (5, 7, 0),
    "Authentication required",
);
/// RFC 6409 §6.1: the user may not send as this address.
const SENDER_NOT_YOURS: Verdict = Verdict::new(
    "server.submission.sender-not-yours",
    ReplyCode::MAILBOX_UNAVAILABLE,
    (5, 7, 1),
    "{user} may not send as <{path}>",
);

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] = &[&AUTH_REQUIRED, &SENDER_NOT_YOURS];

/// Clients outside the trusted networks must have authenticated before MAIL.
#[derive(Debug)]
pub struct Authenticated;

impl Policy for Authenticated {
    fn consult(&self, at: Stage, _facts: &Facts<'_>, cx: &mut Context<'_>) -> Option<Ruling> {
        let stage = match cx.settings.profile.behaviours.auth_needed_at {
            NeededAt::Mail => Stage::Mail,
            NeededAt::MailUnread => Stage::MailUnread,
            NeededAt::Recipient => Stage::Rcpt,
        };
        (at == stage && !cx.may_relay()).then(|| cx.rule(&AUTH_REQUIRED, &[]))
    }
}

/// An authenticated user sends only as one of the user's own addresses. The null reverse-path is nobody's, and is
/// no cause for refusal by itself (RFC 6409 §3.2).
#[derive(Debug)]
pub struct SenderRights;

impl Policy for SenderRights {
    fn consult(&self, at: Stage, facts: &Facts<'_>, cx: &mut Context<'_>) -> Option<Ruling> {
        let path = &*facts.transaction.filter(|_| at == Stage::Mail)?.reverse_path;
        let name = &**cx.channel.identity.as_ref()?.user();
        let user = cx.settings.users.iter().find(|user| user.name == name)?;
        let own = path.is_empty()
            || user.senders.is_empty()
            || user.senders.iter().any(|sender| sender.eq_ignore_ascii_case(path));
        (!own).then(|| cx.rule(&SENDER_NOT_YOURS, &[("user", name), ("path", path)]))
    }
}
