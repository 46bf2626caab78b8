//! What decided a recipient's fate: the event, the code or the error, and the reason.

use super::leg::{Attempted, Leg};
use super::outcome::Purpose;
use crate::client::mta::NoRoute;
use crate::client::{Cause, Fate, Recipient, Refusal};
use crate::network::{NO_HOST, Verdict};
use crate::reason::Reason;
use crate::smtp::{EnhancedCode, ReplyCode, search};
use crate::transcript::{Detail, Event, Kind, Transcript};

/// What decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decided {
    pub(super) by_reason: Reason,
    pub(super) leg: u8,
    pub(super) purpose: Purpose,
    pub(super) attempt: u8,
    pub(super) code: Option<ReplyCode>,
    pub(super) enhanced: Option<EnhancedCode>,
    pub(super) errno: Option<&'static str>,
    /// The event, by its index.
    pub(super) event: usize,
    /// Had a server already taken the message before this leg?
    pub(super) after_first: bool,
}

impl Decided {
    /// Who decided: the first part of the reason.
    pub(super) fn by(&self) -> &'static str {
        self.by_reason.id().split('.').next().unwrap_or("network")
    }

    /// Decided by this event of `leg`.
    pub(super) fn by_event(transcript: &Transcript, event: usize, leg: &Leg) -> Self {
        let reason = transcript.events().get(event).map_or(super::journey::CUT_OFF, |event| event.reason);
        let (code, enhanced) = reply_codes(transcript, event);
        Self { code, enhanced, ..Self::plain(reason, event, leg) }
    }

    /// Decided by there being nowhere to go.
    pub(super) fn nowhere(why: NoRoute, reason: Reason, event: usize, leg: &Leg) -> Self {
        let enhanced = why.code().map(|_| why.status());
        Self { code: why.code(), enhanced, ..Self::plain(reason, event, leg) }
    }

    /// Nothing decided: the run ended before anything could.
    pub(super) fn nothing(transcript: &Transcript) -> Self {
        Self {
            by_reason: super::journey::CUT_OFF,
            leg: 1,
            purpose: Purpose::Submission,
            attempt: 1,
            code: None,
            enhanced: None,
            errno: None,
            event: transcript.events().len().saturating_sub(1),
            after_first: false,
        }
    }

    fn plain(by_reason: Reason, event: usize, leg: &Leg) -> Self {
        Self {
            by_reason,
            leg: leg.number,
            purpose: leg.purpose,
            attempt: leg.attempts.max(1),
            code: None,
            enhanced: None,
            errno: None,
            event,
            after_first: !leg.first_hop,
        }
    }
}

/// What decided the fate of `recipient` in an attempt that did not deliver to it.
pub(super) fn decide(leg: &Leg, attempted: &Attempted, recipient: &Recipient, transcript: &Transcript) -> Decided {
    let failure = attempted.report.failure.as_ref();
    let refusal = match (&recipient.fate, failure.map(|failure| &failure.cause)) {
        (Fate::Refused(refusal), _) | (_, Some(Cause::Refused(refusal))) => Some(refusal),
        _ => None,
    };
    if let Some(refusal) = refusal {
        return refused(refusal, leg, attempted, transcript);
    }
    let find = |wanted: &dyn Fn(&Event) -> bool| find(transcript, attempted.first_event, wanted);
    match failure.map(|failure| &failure.cause) {
        Some(Cause::Connect(why)) => {
            let event = find(&|event| event.kind == Kind::ConnectFailed);
            let reason = blocked(transcript, attempted.first_event)
                .or(attempted.not_connected)
                .unwrap_or(super::journey::CUT_OFF);
            Decided { errno: Some(why.errno), ..Decided::plain(reason, event, leg) }
        }
        Some(Cause::GaveUp(reason)) => {
            let event = find(&|event| event.side == crate::transcript::Side::Client);
            Decided::plain(*reason, event, leg)
        }
        Some(Cause::TimedOut(timer)) => {
            let event = find(&|event| event.kind == Kind::GaveUp);
            Decided::plain(timer.reason(), event, leg)
        }
        Some(Cause::Tls(_)) => Decided::by_event(transcript, find(&|event| event.kind == Kind::Tls), leg),
        Some(Cause::Lost { .. }) => Decided::by_event(transcript, find(&|event| event.kind == Kind::Closed), leg),
        // A client that keeps no report: what the server said last, or what happened last.
        Some(Cause::Refused(_)) | None => {
            let event = find(&|event| matches!(event.kind, Kind::Reply(code) if !code.is_positive()));
            Decided::by_event(transcript, event, leg)
        }
    }
}

/// The last event of the attempt that is wanted; the last of all where there is none.
fn find(transcript: &Transcript, first: usize, wanted: &dyn Fn(&Event) -> bool) -> usize {
    let events = transcript.events();
    let found = events.iter().enumerate().skip(first).rfind(|(_, event)| wanted(event));
    found.map_or(events.len().saturating_sub(1), |(at, _)| at)
}

/// Decided by a reply: the event is the one that carried it.
fn refused(refusal: &Refusal, leg: &Leg, attempted: &Attempted, transcript: &Transcript) -> Decided {
    let carries = |event: &Event| {
        event.kind == Kind::Reply(refusal.code)
            && search::find(reply_text(transcript, event).as_bytes(), refusal.text.as_bytes()).is_some()
    };
    let event = find(transcript, attempted.first_event, &carries);
    let reason = transcript.events().get(event).map_or(super::journey::CUT_OFF, |event| event.reason);
    Decided { code: Some(refusal.code), enhanced: refusal.enhanced, ..Decided::plain(reason, event, leg) }
}

fn reply_text(transcript: &Transcript, event: &Event) -> String {
    String::from_utf8_lossy(transcript.octets(event)).into_owned()
}

/// What became of the SYNs of an attempt: the rule that stopped them, or that nobody has the address.
fn blocked(transcript: &Transcript, first: usize) -> Option<Reason> {
    let details = transcript.events().iter().skip(first).filter_map(|event| transcript.detail(event));
    let mut fates = details.filter_map(|detail| match detail {
        Detail::Syn(syn) => Some((syn.fate, syn.answered)),
        _ => None,
    });
    let (fate, answered) = fates.next_back()?;
    match fate.verdict {
        Verdict::Pass if answered => None,
        Verdict::Pass => Some(NO_HOST),
        _ => Some(fate.reason),
    }
}

/// The codes of the reply that an event carried.
fn reply_codes(transcript: &Transcript, event: usize) -> (Option<ReplyCode>, Option<EnhancedCode>) {
    let Some(event) = transcript.events().get(event) else { return (None, None) };
    let Kind::Reply(code) = event.kind else { return (None, None) };
    let enhanced = transcript.octets(event).get(4..).and_then(EnhancedCode::read).map(|(code, _)| code);
    (Some(code), enhanced)
}
