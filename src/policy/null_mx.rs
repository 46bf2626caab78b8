//! Domains that say they take no mail: as a sender's they cannot take a bounce either (RFC 7505 §4.2), and mail to them
//! need not be tried (§4.1).

use crate::dns::{Kind, NULL_MX, Question};
use crate::session::{Context, Facts, Policy, Ruling, Stage, Verdict};
use crate::smtp::ReplyCode;

/// RFC 7505 §4.1: the sender's domain has a null MX.
const SENDER_NULL_MX: Verdict = Verdict::new(
    "server.null-mx.sender",
    ReplyCode::MAILBOX_UNAVAILABLE,
    (5, 7, 27),
    "The domain of <{path}> takes no mail, so it cannot send any",
);

/// RFC 7504 §4: 556 where a server knows without asking the next one; RFC 7505 §4.1: at RCPT, with 5.1.10.
const RECIPIENT_NULL_MX: Verdict = Verdict::new(
    "server.null-mx.recipient",
    ReplyCode::DOMAIN_TAKES_NO_MAIL,
    (5, 1, 10),
    "The domain of <{path}> takes no mail",
);

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] = &[&SENDER_NULL_MX, &RECIPIENT_NULL_MX];

/// No sender whose domain takes no mail.
#[derive(Debug)]
pub struct NoNullMx;

impl Policy for NoNullMx {
    fn consult(&self, at: Stage, facts: &Facts<'_>, cx: &mut Context<'_>) -> Option<Ruling> {
        let path = &*facts.transaction.filter(|_| at == Stage::Mail)?.reverse_path;
        let (_, domain) = path.rsplit_once('@')?;
        has_null_mx(domain, cx).then(|| cx.rule(&SENDER_NULL_MX, &[("path", path)]))
    }
}

/// No recipient whose domain takes no mail. Only a server that would send the message on has to ask.
#[derive(Debug)]
pub struct NoNullMxRecipients;

impl Policy for NoNullMxRecipients {
    fn consult(&self, at: Stage, facts: &Facts<'_>, cx: &mut Context<'_>) -> Option<Ruling> {
        let mailbox = facts.forward_path.filter(|_| at == Stage::Rcpt)?.mailbox();
        let domain = mailbox.domain().filter(|_| !cx.is_local(&mailbox))?;
        has_null_mx(&String::from_utf8_lossy(domain.as_bytes()), cx)
            .then(|| cx.rule(&RECIPIENT_NULL_MX, &[("path", &mailbox.to_string())]))
    }
}

fn has_null_mx(domain: &str, cx: &mut Context<'_>) -> bool {
    // An address literal is no name of the DNS.
    !domain.starts_with('[') && cx.look_up(Question::new(domain, Kind::Mx)).reason() == NULL_MX
}
