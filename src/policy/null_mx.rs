//! Senders' domains that say they take no mail cannot take a bounce either (RFC 7505 §4.2).

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

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] = &[&SENDER_NULL_MX];

/// The policy.
#[derive(Debug)]
pub struct NoNullMx;

impl Policy for NoNullMx {
    fn consult(&self, at: Stage, facts: &Facts<'_>, cx: &mut Context<'_>) -> Option<Ruling> {
        let path = facts.transaction.filter(|_| at == Stage::Mail)?.reverse_path.as_str();
        let (_, domain) = path.rsplit_once('@')?;
        let answer = cx.look_up(Question::new(domain, Kind::Mx));
        (answer.reason() == NULL_MX).then(|| cx.rule(&SENDER_NULL_MX, &[("path", path)]))
    }
}
