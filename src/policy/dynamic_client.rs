//! A receiver that takes no mail from dynamic addresses: IP25B as a server's rule, or a listing such as Spamhaus PBL.
//!
//! Unlike a block in a router this one lets TCP open and answers with a code. RFC 5321 §7.9: a server may refuse mail
//! for any sensible reason; RFC 7504 §3: 554 is the code for refusing particular clients.

use crate::prefix::Prefix;
use crate::session::{Context, Facts, Policy, Ruling, Stage, Verdict};
use crate::smtp::ReplyCode;

/// RFC 5321 §7.9: refused for policy.
const LISTED: Verdict = Verdict::new(
    "server.dynamic-client.listed",
    ReplyCode::MAILBOX_UNAVAILABLE,
    (5, 7, 1),
    "Client [{peer}] is in a dynamic range; use the mail server of your provider",
);

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] = &[&LISTED];

/// The policy.
#[derive(Debug)]
pub struct DynamicClient {
    /// The listed ranges.
    pub ranges: Vec<Prefix>,
}

impl Policy for DynamicClient {
    fn consult(&self, at: Stage, _facts: &Facts<'_>, cx: &mut Context<'_>) -> Option<Ruling> {
        let peer = cx.channel.peer;
        let listed =
            at == Stage::Rcpt && !cx.may_relay() && self.ranges.iter().any(|range| range.holds(peer).is_some());
        listed.then(|| cx.rule(&LISTED, &[("peer", &peer.to_string())]))
    }
}
