//! What a mail transfer agent does around its connections: where to, in which order, when again, and what it returns.
//!
//! Not the connections, which are [`Dialogue`](super::Dialogue)s of the driver, and not a clock: the queue's times are
//! computed from times given.
//!
//! A message for a domain begins with [`route()`]. A [`Round`] goes through the targets once; what it leaves open waits
//! for the next round as [`Schedule`] says, until the queue gives up; what failed for good goes back in a [`Notice`].

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::report::{Cause, Failure, Fate, Refusal, Report, Stage};
use crate::gather::Gather as _;
use crate::reason::Reason;
use crate::smtp::{EnhancedCode, ReplyCode};
use crate::time::{Duration, Instant};

mod notice;
mod route;

pub use notice::{Action, Notice, Returned};
pub use route::{NoRoute, OwnNames, Route, Target, host_addresses, route};

/// The next address of the same round is tried, because the one before did not take everything.
pub const NEXT_ADDRESS: Reason = Reason::new("queue.next-address");
/// Delivered to every recipient: the queue forgets the message.
pub const DELIVERED: Reason = Reason::new("queue.delivered");
/// Kept for another round.
pub const DEFERRED: Reason = Reason::new("queue.deferred");
/// Refused for good: it goes back to the sender.
pub const RETURNED: Reason = Reason::new("queue.returned");
/// Kept too long: it goes back to the sender.
pub const GAVE_UP: Reason = Reason::new("queue.gave-up");
/// It would go back, and there is nobody to return it to: the reverse-path is null (RFC 5321 §6.1).
pub const NO_NOTICE: Reason = Reason::new("queue.no-notice");

/// Why a queue does what it does.
pub const REASONS: &[Reason] = &[
    NEXT_ADDRESS,
    DELIVERED,
    DEFERRED,
    RETURNED,
    GAVE_UP,
    NO_NOTICE,
    route::NULL_MX,
    route::NO_SUCH_DOMAIN,
    route::LOOK_UP_FAILED,
    route::NO_ADDRESS,
    route::LOOP,
];

/// When a queue tries again, and when it gives up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Schedule {
    /// How long after each round the next one comes, in seconds. The last value is repeated.
    pub retry_after_s: Vec<u64>,
    /// A round that fails this long after the message came is the last, in seconds.
    pub give_up_s: u64,
}

/// RFC 5321 §4.5.4.1: no sooner than after 30 minutes, twice in the first hour, then every two or three hours, and give
/// up after 4 to 5 days.
impl Default for Schedule {
    fn default() -> Self {
        Self { retry_after_s: vec![30 * 60, 2 * 3_600, 3 * 3_600], give_up_s: 5 * 86_400 }
    }
}

impl Schedule {
    /// When the round after the `rounds`-th begins, where that ended at `now` and the message came at `queued`; `None`
    /// when the queue gives up.
    #[must_use]
    pub fn next_try(&self, rounds: usize, queued: Instant, now: Instant) -> Option<Instant> {
        if now.since(queued) >= Duration::from_secs(self.give_up_s) {
            return None;
        }
        let after_s = self.retry_after_s.get(rounds.saturating_sub(1)).or(self.retry_after_s.last())?;
        // A pause of nothing would be no pause: RFC 5321 §4.5.4.1 asks for a delay.
        Some(now.after(Duration::from_secs((*after_s).max(1))))
    }
}

/// One round of a message for one domain: each target once, until every recipient is settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    targets: VecDeque<Target>,
    open: Vec<String>,
    delivered: Vec<String>,
    failed: Vec<Failed>,
    failure: Option<Failure>,
    last: Option<Target>,
    /// Has every host tried so far said that it never takes mail?
    never: bool,
}

/// A recipient that was refused for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// The mailbox of the forward-path.
    pub forward_path: String,
    /// What the server said.
    pub refusal: Refusal,
    /// The host that said so.
    pub host: String,
}

/// What is to be done after a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// When the recipients still open are tried again, where they are.
    pub retry_at: Option<Instant>,
    /// The recipients that are tried again.
    pub open: Vec<String>,
    /// The recipients that go back to the sender.
    pub returned: Vec<Returned>,
    /// Why, for the round as a whole.
    pub reason: Reason,
}

impl Round {
    /// A round for these recipients over these targets, best first.
    #[must_use]
    pub fn new(targets: Vec<Target>, forward_paths: Vec<String>) -> Self {
        Self {
            targets: targets.into(),
            open: forward_paths,
            delivered: Vec::new(),
            failed: Vec::new(),
            failure: None,
            last: None,
            never: true,
        }
    }

    /// The next target; `None` when every recipient is settled or every target was tried.
    pub fn next_target(&mut self) -> Option<Target> {
        if self.open.is_empty() {
            return None;
        }
        // RFC 5321 §5.1: each address in turn until one attempt succeeds.
        self.last = Some(self.targets.pop_front()?);
        self.last.clone()
    }

    /// The recipients to name at the next target.
    #[must_use]
    pub fn open(&self) -> &[String] {
        &self.open
    }

    /// The recipients that a server has taken the message for.
    #[must_use]
    pub fn delivered(&self) -> &[String] {
        &self.delivered
    }

    /// The recipients that were refused for good.
    #[must_use]
    pub fn failed(&self) -> &[Failed] {
        &self.failed
    }

    /// What went wrong last.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// Takes the report of the attempt at the last target.
    pub fn record(&mut self, report: &Report) {
        let host = self.last.as_ref().map_or_else(String::new, |target| target.host.clone());
        for recipient in &report.recipients {
            let forward_path = recipient.forward_path.clone();
            match &recipient.fate {
                Fate::Taken => self.delivered.push(forward_path),
                Fate::Refused(refusal) if !refusal.is_temporary() => {
                    self.failed.push(Failed { forward_path, refusal: refusal.clone(), host: host.clone() });
                }
                Fate::Pending | Fate::Refused(_) => continue,
            }
            self.open.retain(|open| *open != recipient.forward_path);
        }
        if let Some(failure) = &report.failure {
            self.never &= never_takes_mail(failure);
            self.failure = Some(failure.clone());
        }
    }

    /// What is to be done now that the round is over.
    #[must_use]
    pub fn plan(&self, schedule: &Schedule, rounds: usize, queued: Instant, now: Instant) -> Plan {
        let mut returned: Vec<_> = self.failed.iter().map(Returned::refused).gather();
        if self.open.is_empty() {
            let reason = if returned.is_empty() { DELIVERED } else { RETURNED };
            return Plan { retry_at: None, open: Vec::new(), returned, reason };
        }
        if let Some(Failure { cause: Cause::Refused(refusal), .. }) = self.failure.as_ref().filter(|_| self.never) {
            let host = self.last.as_ref().map(|target| target.host.clone()).unwrap_or_default();
            let failed =
                |path: &String| Failed { forward_path: path.clone(), refusal: refusal.clone(), host: host.clone() };
            returned.extend(self.open.iter().map(failed).map(|failed| Returned::refused(&failed)));
            return Plan { retry_at: None, open: Vec::new(), returned, reason: RETURNED };
        }
        if let Some(at) = schedule.next_try(rounds, queued, now) {
            return Plan { retry_at: Some(at), open: self.open.clone(), returned, reason: DEFERRED };
        }
        let said = self.failure.as_ref().map(told).unwrap_or_default();
        // RFC 3463 §3.5: 4.7 is a delivery time that has run out.
        let too_late = |path: &String| Returned::new(path, EnhancedCode::new(5, 4, 7), &said, None);
        returned.extend(self.open.iter().map(too_late));
        Plan { retry_at: None, open: Vec::new(), returned, reason: GAVE_UP }
    }
}

/// RFC 7504 §3: a host that opens with 521 takes no mail under any circumstances, so that no later try is worth it.
fn never_takes_mail(failure: &Failure) -> bool {
    let said = matches!(&failure.cause, Cause::Refused(refusal) if refusal.code == ReplyCode::HOST_TAKES_NO_MAIL);
    said && failure.stage == Stage::Greeting
}

/// A failure in the words of a log.
fn told(failure: &Failure) -> String {
    match &failure.cause {
        Cause::Connect(why) => why.text.to_owned(),
        Cause::GaveUp(reason) => reason.id().to_owned(),
        Cause::Lost { .. } => "connection lost".to_owned(),
        Cause::Refused(refusal) => refusal.to_string(),
        Cause::TimedOut(_) => "no answer in time".to_owned(),
        Cause::Tls(_) => "TLS handshake failed".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(host: &str) -> Target {
        Target { host: host.into(), address: "203.0.113.25".parse().expect("an address") }
    }

    fn refusal(code: u16) -> Refusal {
        Refusal { code: ReplyCode::new(code).expect("a code"), enhanced: None, text: "no".into() }
    }

    fn report(fates: &[(&str, Fate)]) -> Report {
        let paths: Vec<_> = fates.iter().map(|(path, _)| (*path).to_owned()).collect();
        let mut report = Report::new(&paths);
        for (recipient, (_, fate)) in report.recipients.iter_mut().zip(fates) {
            recipient.fate = fate.clone();
        }
        report.failure = Some(Failure { stage: Stage::Rcpt, recipient: None, cause: Cause::Lost { reset: true } });
        report
    }

    #[test]
    fn a_round_goes_from_target_to_target_with_what_is_left() {
        let paths = ["a@example.org", "b@example.org", "c@example.org"].map(String::from).to_vec();
        let mut round = Round::new(vec![target("mx1"), target("mx2"), target("mx3")], paths);
        assert_eq!(round.next_target().map(|t| t.host).as_deref(), Some("mx1"));
        round.record(&report(&[
            ("a@example.org", Fate::Taken),
            ("b@example.org", Fate::Refused(refusal(550))),
            ("c@example.org", Fate::Refused(refusal(451))),
        ]));
        assert_eq!(round.open(), ["c@example.org"]);
        assert_eq!(round.next_target().map(|t| t.host).as_deref(), Some("mx2"));
        round.record(&report(&[("c@example.org", Fate::Taken)]));
        assert_eq!(round.next_target(), None, "nobody is left to deliver to");
        let plan = round.plan(&Schedule::default(), 1, Instant::ZERO, Instant::ZERO);
        assert_eq!((plan.retry_at, plan.reason), (None, RETURNED));
        assert_eq!(plan.returned.len(), 1);
        assert_eq!(round.delivered(), ["a@example.org", "c@example.org"]);
    }

    #[test]
    fn what_is_left_waits_and_in_the_end_goes_back() {
        let schedule = Schedule::default();
        let (mut now, mut rounds) = (Instant::ZERO, 0);
        let plan = loop {
            rounds += 1;
            let mut round = Round::new(vec![target("mx1")], vec!["a@example.org".into()]);
            assert!(round.next_target().is_some());
            round.record(&report(&[("a@example.org", Fate::Pending)]));
            assert!(round.next_target().is_none());
            let plan = round.plan(&schedule, rounds, Instant::ZERO, now);
            let Some(at) = plan.retry_at else { break plan };
            assert_eq!(plan.reason, DEFERRED);
            now = at;
        };
        // The last round is the first that fails after five days: 30 minutes, 2 hours, and then every 3 hours.
        assert_eq!(now.as_micros() / 1_000_000, 1_800 + 7_200 + 3 * 3_600 * 40);
        assert_eq!(rounds, 43);
        assert_eq!(plan.reason, GAVE_UP);
        assert_eq!(plan.returned[0].status, EnhancedCode::new(5, 4, 7));
        assert_eq!(plan.returned[0].diagnostic, "connection lost");
    }

    /// One host that takes no mail ever is passed over; where there is no other, nothing is waited for.
    #[test]
    fn a_host_that_never_takes_mail_is_not_tried_again() {
        let mut never = report(&[("a@example.org", Fate::Pending)]);
        never.failure = Some(Failure { stage: Stage::Greeting, recipient: None, cause: Cause::Refused(refusal(521)) });
        let plan = |hosts: &[(&str, &Report)]| {
            let mut round =
                Round::new(hosts.iter().map(|(host, _)| target(host)).collect(), vec!["a@example.org".into()]);
            for (_, report) in hosts {
                assert!(round.next_target().is_some());
                round.record(report);
            }
            round.plan(&Schedule::default(), 1, Instant::ZERO, Instant::ZERO)
        };
        let alone = plan(&[("mx1", &never)]);
        assert_eq!((alone.reason, alone.returned.len(), alone.retry_at), (RETURNED, 1, None));
        assert_eq!(alone.returned[0].remote.as_deref(), Some("mx1"));
        let lost = report(&[("a@example.org", Fate::Pending)]);
        assert_eq!(plan(&[("mx1", &lost), ("mx2", &never)]).reason, DEFERRED);
        assert_eq!(plan(&[("mx1", &never), ("mx2", &lost)]).reason, DEFERRED);
    }

    #[test]
    fn an_empty_schedule_never_tries_again() {
        let schedule = Schedule { retry_after_s: Vec::new(), give_up_s: 100 };
        assert_eq!(schedule.next_try(1, Instant::ZERO, Instant::ZERO), None);
        let hasty = Schedule { retry_after_s: vec![0], give_up_s: 100 };
        assert_eq!(hasty.next_try(1, Instant::ZERO, Instant::ZERO), Some(Instant::from_micros(1_000_000)));
    }
}
