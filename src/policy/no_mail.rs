//! A host that takes no mail at all, and says so (RFC 7504 §3).

use crate::session::{Context, Facts, Policy, Ruling, Stage, Then, Verdict};
use crate::smtp::ReplyCode;

/// RFC 7504 §3: 521 instead of the greeting. RFC 2034 §4: a greeting carries no enhanced code.
const NO_MAIL: Verdict = Verdict::bare("server.no-mail", ReplyCode::HOST_TAKES_NO_MAIL, "{host} does not accept mail");

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] = &[&NO_MAIL];

/// The policy.
#[derive(Debug)]
pub struct NoMailHere;

impl Policy for NoMailHere {
    fn consult(&self, at: Stage, _facts: &Facts<'_>, cx: &mut Context<'_>) -> Option<Ruling> {
        // RFC 7504 §3: it may close at once, which costs such a host the least.
        (at == Stage::Connect).then(|| cx.rule_then(&NO_MAIL, &[("host", &cx.settings.name)], Then::Close))
    }
}
