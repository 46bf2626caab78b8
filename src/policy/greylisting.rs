//! Greylisting (RFC 6647): an unknown client is asked to come back later, which a queue does and a bot does not.

use crate::reason::Reason;
use crate::session::{Context, Facts, Policy, Ruling, Stage, Verdict};
use crate::smtp::ReplyCode;
use crate::time::Duration;

/// RFC 6647 §5: 450 is the sensible code where the connection stays open.
const TRY_LATER: Verdict = Verdict::new(
    "server.greylist.try-later",
    ReplyCode::MAILBOX_BUSY,
    (4, 7, 1),
    "Greylisted, please try again in {seconds} seconds",
);
/// The client came back within the window: from now on it is let through.
pub(super) const CAME_BACK: Reason = Reason::new("server.greylist.came-back");

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] = &[&TRY_LATER];

/// The policy. RFC 6647 §5: the key is the client's address, MAIL's and the first RCPT's address; never applied to
/// clients that have authenticated.
#[derive(Debug)]
pub struct Greylisting {
    /// How long a client must wait.
    pub after: Duration,
    /// Until when it must have come back; RFC 6647 §5: from one minute to 24 hours by default.
    pub within: Duration,
}

impl Policy for Greylisting {
    fn consult(&self, at: Stage, facts: &Facts<'_>, cx: &mut Context<'_>) -> Option<Ruling> {
        if at != Stage::Rcpt || cx.may_relay() {
            return None;
        }
        let key = format!("{} {} {}", cx.channel.peer, facts.transaction?.reverse_path, facts.forward_path?);
        let now = cx.now;
        match cx.memory.seen.get(&key).map(|first| now.since(*first)) {
            Some(waited) if waited >= self.after && waited <= self.within => {
                cx.find(CAME_BACK, key);
                return None;
            }
            Some(waited) if waited < self.after => {}
            _ => {
                cx.memory.seen.insert(key, now);
            }
        }
        let seconds = self.after.as_micros() / 1_000_000;
        Some(cx.rule(&TRY_LATER, &[("seconds", &seconds.to_string())]))
    }
}
