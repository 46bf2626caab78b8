//! The way of a message from leg to leg, and how it ended.
//!
//! Legs run one after the other: a queue picks a message up once the connection that brought it is over. What no
//! server takes stays with the sender; what a server has taken goes on, or comes back as a notice.

mod notices;

use std::sync::Arc;

use super::leg::{Attempted, Came, Leg, Mail, Memories, Sender, Speech};
use super::limits::{ATTEMPTS, EVENTS, LEGS, QUEUE_PICKS_UP};
use super::outcome::{Ending, Holder, Outcome, Purpose, RecipientOutcome};
use super::recorder::Recorder;
use super::scenario::Until;
use super::setup::Setup;
use super::verdict::{Decided, decide};
use crate::client::mta::{DEFERRED, NO_NOTICE, NoRoute, Returned, Round};
use crate::client::{Fate, Security};
use crate::gather::Gather as _;
use crate::network::System;
use crate::reason::Reason;
use crate::session::{Envelope, Role};
use crate::time::Instant;
use crate::transcript::{Detail, Kind, Phase, Queue, Side, Transcript};

/// A server sends a message on that it has taken from its user.
pub(super) const RELAYS: Reason = Reason::new("queue.relays");
/// A server sends a notice back, since it could not deliver what it had taken.
pub(super) const NOTICE: Reason = Reason::new("queue.notice");
/// A server delivers into a mailbox of its own.
pub(super) const LOCAL: Reason = Reason::new("queue.local-delivery");
/// The run was cut off at its limit.
pub(super) const CUT_OFF: Reason = Reason::new("queue.cut-off");

/// The reasons of this file.
pub(crate) const REASONS: &[Reason] = &[RELAYS, NOTICE, LOCAL, CUT_OFF, notices::REPORT, notices::UNWANTED];

/// A journey under way.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that is so of a journey or is not")]
pub(super) struct Journey {
    legs: Vec<Leg>,
    memories: Memories,
    /// What is known of each recipient of the message.
    recipients: Vec<(String, Standing)>,
    /// The first leg's sender has a queue; is a bot.
    queues: bool,
    bot: bool,
    /// What the sender's program showed last.
    shown: Option<String>,
    /// When the sender's program knew.
    told_at: Option<Instant>,
    /// Was a connection of the first leg lost after the final dot?
    lost_after_dot: bool,
    next_try: Option<Instant>,
    notice_delivered: Option<Instant>,
    /// Did a message fail of which nobody is told?
    untold: bool,
    now: Instant,
    outcome: Option<Outcome>,
}

/// What is known of a recipient.
#[derive(Clone, Copy, Debug)]
enum Standing {
    /// Nothing yet.
    Open,
    /// Somebody holds it, after this failure.
    Waits(Decided),
    /// It was refused for good.
    Failed(Decided),
    /// A server after the first leg has it.
    Queued,
    /// The last server took it.
    Delivered(Decided),
}

impl Journey {
    /// The journey of `mail` by `sender`, and as many legs as the sender's queue splits it into.
    pub(super) fn new(sender: &Sender, mail: &Mail, purpose: Purpose) -> Self {
        let groups = if sender.queues() && sender.host.is_none() {
            by_domain(&mail.forward_paths)
        } else {
            vec![mail.forward_paths.clone()]
        };
        let mut legs = Vec::new();
        for (forward_paths, number) in groups.into_iter().zip(1..=LEGS) {
            let mail = Mail { forward_paths, ..mail.clone() };
            legs.push(Leg::new(number, purpose, sender.clone(), mail, Instant::ZERO, true));
        }
        Self {
            legs,
            memories: Memories::new(),
            recipients: mail.forward_paths.iter().map(|path| (path.clone(), Standing::Open)).gather(),
            queues: sender.queues(),
            bot: sender.is_bot(),
            shown: None,
            told_at: None,
            lost_after_dot: false,
            next_try: None,
            notice_delivered: None,
            untold: false,
            now: Instant::ZERO,
            outcome: None,
        }
    }

    /// How it ended, once it has.
    pub(super) fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()
    }

    /// The leg in whose client's place a person sits, if one does and has the word.
    pub(super) fn manual(&mut self) -> Option<(u8, u8, &mut super::connection::Connection)> {
        self.legs.iter_mut().find_map(|leg| {
            let (number, attempt) = (leg.number, leg.attempts);
            leg.manual().map(|talk| (number, attempt, talk))
        })
    }

    /// A person takes over the client of the leg under way, or of the first one.
    pub(super) fn take_over(&mut self) {
        let active = self.legs.iter().position(Leg::is_active).unwrap_or(0);
        if let Some(leg) = self.legs.get_mut(active) {
            leg.take_over();
        }
    }

    /// Takes the next thing in time order. `Some` while there is something to come; the moment where a person has the
    /// word.
    pub(super) fn step(&mut self, setup: &Setup, until: Until, transcript: &mut Transcript) -> Step {
        if self.outcome.is_some() {
            return Step::Over;
        }
        let Some(at) = self.next_leg(until).filter(|_| transcript.events().len() < EVENTS) else {
            self.end(setup, transcript);
            return Step::Stepped;
        };
        let Some(leg) = self.legs.get_mut(at) else { return Step::Over };
        if leg.due().is_some() && leg.rounds == 0 && !leg.first_hop {
            note_departure(leg, transcript);
        }
        match leg.step(setup, &mut self.memories, transcript) {
            Came::Stepped => Step::Stepped,
            Came::Waits(until) => Step::Waits(until),
            Came::Nowhere(why, reason, moment) => {
                self.nowhere(at, why, reason, moment, setup, transcript);
                Step::Stepped
            }
            Came::Attempted(attempted) => {
                self.attempted(at, &attempted, setup, transcript);
                Step::Stepped
            }
            Came::Round(round, moment) => {
                self.round_over(at, &round, moment, setup, transcript);
                Step::Stepped
            }
        }
    }

    /// The leg that goes on: the one in the middle of a round, else the one that is due first.
    fn next_leg(&self, until: Until) -> Option<usize> {
        let active = self.legs.iter().position(Leg::is_active);
        let due = || {
            let waiting = self.legs.iter().enumerate().filter_map(|(at, leg)| Some((leg.due()?, at, leg.rounds)));
            // By default the first round of each leg is all; the queue's retries are run only to the very end.
            let waiting = waiting.filter(|(_, _, rounds)| until == Until::Settled || *rounds == 0);
            waiting.min_by_key(|(due, at, _)| (*due, *at)).map(|(_, at, _)| at)
        };
        active.or_else(due)
    }

    fn attempted(&mut self, at: usize, attempted: &Attempted, setup: &Setup, transcript: &mut Transcript) {
        self.now = self.now.max(attempted.at);
        let Some(leg) = self.legs.get(at) else { return };
        let (purpose, first) = (leg.purpose, leg.first_hop);
        let mut standings = Vec::new();
        for recipient in &attempted.report.recipients {
            if recipient.fate != Fate::Taken {
                let decided = decide(leg, attempted, recipient, transcript);
                let final_refusal = matches!(&recipient.fate, Fate::Refused(refusal) if !refusal.is_temporary());
                let standing = if final_refusal { Standing::Failed(decided) } else { Standing::Waits(decided) };
                standings.push((&recipient.forward_path, standing));
            }
        }
        let takings: Vec<Decided> = (attempted.accepted.iter())
            .map(|(moment, _)| accepted(transcript, attempted.first_event, leg, *moment))
            .gather();
        if purpose.is_notice() {
            let failed = attempted.report.taken && purpose == Purpose::Bounce;
            self.notice_delivered = failed.then_some(attempted.at).or(self.notice_delivered);
            return;
        }
        for (path, standing) in standings {
            self.stands(path, standing);
        }
        if first {
            self.shown.clone_from(&attempted.shown);
            self.lost_after_dot |= attempted.report.lost_after_dot;
            let taken = attempted.accepted.first().map(|(moment, _)| *moment);
            self.told_at = Some(told(transcript, attempted.first_event, taken).unwrap_or(attempted.at));
        }
        for ((_, envelope), decided) in attempted.accepted.iter().zip(&takings) {
            self.took(&attempted.host, envelope, *decided, setup, transcript);
        }
        self.report_relayed(at, attempted, setup, transcript);
    }

    /// A server has taken responsibility for a message.
    fn took(&mut self, host: &str, envelope: &Envelope, decided: Decided, setup: &Setup, transcript: &mut Transcript) {
        let Some(settings) = setup.settings(host) else { return };
        let is_local =
            |path: &str| path.rsplit_once('@').is_none_or(|(_, domain)| settings.is_local_domain(domain.as_bytes()));
        let paths = envelope.forward_paths.iter().map(ToString::to_string);
        let (local, onward): (Vec<String>, Vec<String>) = paths.partition(|path| is_local(path));
        for path in &local {
            self.stands(path, Standing::Delivered(decided));
        }
        if onward.is_empty() && !local.iter().any(|path| envelope.asked.of(path).wants_success()) {
            return;
        }
        let reverse_path = Some(envelope.reverse_path.to_string()).filter(|path| !path.is_empty());
        let (asked, octets) = (envelope.asked.clone(), envelope.message.clone());
        let whole = Mail { reverse_path, forward_paths: Vec::new(), asked, octets };
        self.report_delivered(host, &whole, &local, setup, transcript);
        let relay = settings.role == Role::Msa;
        let begins = self.now.after(QUEUE_PICKS_UP);
        for forward_paths in by_domain(&onward) {
            for path in &forward_paths {
                self.stands(path, Standing::Queued);
            }
            if relay {
                let mail = Mail { forward_paths, ..whole.clone() };
                self.add_leg(Purpose::Relay, host, mail, begins, setup);
            }
        }
    }

    fn add_leg(&mut self, purpose: Purpose, host: &str, mail: Mail, at: Instant, setup: &Setup) {
        let Some(number) = u8::try_from(self.legs.len() + 1).ok().filter(|number| *number <= LEGS) else { return };
        let Some(address) = setup.address_of(host) else { return };
        let sender = Sender {
            name: host.to_owned(),
            address,
            system: System::default(),
            profile: Arc::clone(&setup.relay_program),
            speech: Speech::Program,
            security: Security::StartTlsIfOffered,
            credentials: None,
            port: 25,
            host: None,
        };
        self.legs.push(Leg::new(number, purpose, sender, mail, at, false));
    }

    fn round_over(&mut self, at: usize, round: &Round, moment: Instant, setup: &Setup, transcript: &mut Transcript) {
        self.now = self.now.max(moment);
        let Some(leg) = self.legs.get_mut(at) else { return };
        leg.finish();
        if !leg.sender.queues() {
            return;
        }
        let plan = round.plan(&leg.sender.profile.queue, leg.rounds, leg.queued, moment);
        note_plan(
            leg,
            plan.reason,
            plan_recipients(&plan.open, &plan.returned, leg),
            plan.retry_at,
            moment,
            transcript,
        );
        if let Some(next) = plan.retry_at.filter(|_| leg.attempts < ATTEMPTS) {
            leg.mail.forward_paths.clone_from(&plan.open);
            leg.wait_until(next);
            self.next_try = Some(next);
        } else if plan.open.is_empty() && !plan.returned.is_empty() {
            self.next_try = None;
            for returned in &plan.returned {
                self.gave_up(&returned.forward_path);
            }
        }
        self.return_to_sender(at, &plan.returned, moment, setup, transcript);
    }

    fn nowhere(
        &mut self,
        at: usize,
        why: NoRoute,
        reason: Reason,
        moment: Instant,
        setup: &Setup,
        transcript: &mut Transcript,
    ) {
        self.now = self.now.max(moment);
        let Some(leg) = self.legs.get_mut(at) else { return };
        leg.finish();
        let queues = leg.sender.queues();
        let retry = (queues && why.is_temporary())
            .then(|| leg.sender.profile.queue.next_try(leg.rounds, leg.queued, moment))
            .flatten();
        let paths = leg.mail.forward_paths.clone();
        if queues {
            let why_kept = if retry.is_some() { DEFERRED } else { why.reason() };
            note_plan(leg, why_kept, paths.clone(), retry, moment, transcript);
        }
        let reason = if queues && !why.is_temporary() { why.reason() } else { reason };
        let decided = Decided::nowhere(why, reason, transcript.events().len().saturating_sub(1), leg);
        if let Some(next) = retry {
            leg.wait_until(next);
            self.next_try = Some(next);
        }
        if leg.purpose.is_notice() {
            return;
        }
        for path in &paths {
            let standing = if retry.is_some() { Standing::Waits(decided) } else { Standing::Failed(decided) };
            self.stands(path, standing);
        }
        self.told_at.get_or_insert(moment);
        if queues && retry.is_none() {
            let returned: Vec<Returned> = paths.iter().map(|path| Returned::unroutable(path, why)).gather();
            self.return_to_sender(at, &returned, moment, setup, transcript);
        }
    }

    fn stands(&mut self, path: &str, standing: Standing) {
        for (known, now) in &mut self.recipients {
            if known == path && !matches!(now, Standing::Failed(_) | Standing::Delivered(_)) {
                *now = standing;
            }
        }
    }

    /// The queue gave this recipient up: what it waited for has failed.
    fn gave_up(&mut self, path: &str) {
        for (known, now) in &mut self.recipients {
            if known == path
                && let Standing::Waits(decided) = now
            {
                *now = Standing::Failed(*decided);
            }
        }
    }

    /// Reads the outcome and writes it down as the last event.
    fn end(&mut self, setup: &Setup, transcript: &mut Transcript) {
        let outcome = self.read_outcome(setup, transcript);
        let reason = Reason::by_id(outcome.reason).unwrap_or(CUT_OFF);
        let at = transcript.events().last().map_or(Instant::ZERO, |event| event.at).max(self.now);
        let mut rec = Recorder { transcript, leg: outcome.leg, attempt: outcome.attempt };
        let side = Side::Network;
        let detail = Detail::Outcome(outcome.kind.id().to_owned());
        rec.note(at, Kind::Outcome, side, Phase::Outcome, reason, detail);
        self.outcome = Some(outcome);
    }

    fn read_outcome(&self, setup: &Setup, transcript: &Transcript) -> Outcome {
        let first = self.recipients.iter().find(|(_, standing)| !matches!(standing, Standing::Delivered(_)));
        let (kind, decided) = match first.or(self.recipients.first()) {
            Some((_, standing)) => self.ending(standing),
            None => (Ending::Refused, None),
        };
        let decided = decided.unwrap_or_else(|| Decided::nothing(transcript));
        let after = match kind {
            Ending::Bounced => self.notice_delivered.or(self.told_at),
            _ => self.told_at,
        };
        Outcome {
            kind,
            by: decided.by(),
            leg: decided.leg,
            purpose: decided.purpose,
            attempt: decided.attempt,
            code: decided.code.map(crate::smtp::ReplyCode::as_u16),
            enhanced: decided.enhanced.map(|code| code.to_string()),
            errno: decided.errno,
            after_us: after.unwrap_or(self.now).as_micros(),
            mail_is_with: self.holder(kind, decided.leg, setup),
            shown: self.shown.clone(),
            reason: decided.by_reason.id(),
            next_try_us: self.next_try.filter(|_| kind != Ending::Delivered).map(Instant::as_micros),
            recipients: self.recipients.iter().map(|(path, standing)| self.recipient(path, standing)).gather(),
            event: decided.event,
        }
    }

    fn recipient(&self, path: &str, standing: &Standing) -> RecipientOutcome {
        let (kind, decided) = self.ending(standing);
        let code = decided.as_ref().and_then(|decided| decided.code);
        let enhanced = decided.and_then(|decided| decided.enhanced);
        RecipientOutcome {
            address: path.to_owned(),
            kind,
            code: code.map(crate::smtp::ReplyCode::as_u16),
            enhanced: enhanced.map(|code| code.to_string()),
        }
    }

    /// In a word, and what decided it.
    fn ending(&self, standing: &Standing) -> (Ending, Option<Decided>) {
        let opened = self.legs.first().is_some_and(|leg| leg.connected);
        match standing {
            Standing::Delivered(decided) => (Ending::Delivered, Some(*decided)),
            Standing::Waits(decided) | Standing::Failed(decided) if !decided.after_first => {
                (if opened { Ending::Refused } else { Ending::NeverConnected }, Some(*decided))
            }
            Standing::Waits(decided) => (Ending::Deferred, Some(*decided)),
            Standing::Failed(decided) => (Ending::Bounced, Some(*decided)),
            Standing::Queued => (Ending::Deferred, None),
            Standing::Open if opened => (Ending::Refused, None),
            Standing::Open => (Ending::NeverConnected, None),
        }
    }

    fn holder(&self, kind: Ending, leg: u8, setup: &Setup) -> Holder {
        let queue = |number: u8| {
            let leg = self.legs.iter().find(|leg| leg.number == number);
            let role = leg.and_then(|leg| setup.settings(&leg.sender.name)).map(|settings| settings.role);
            if role == Some(Role::Msa) { Holder::MsaQueue } else { Holder::MtaQueue }
        };
        match kind {
            Ending::Delivered => Holder::Mailbox,
            Ending::Deferred => queue(leg.max(2)),
            Ending::NeverConnected | Ending::Refused if self.lost_after_dot => Holder::Unknown,
            Ending::NeverConnected | Ending::Refused if self.bot => Holder::Nobody,
            Ending::Bounced if self.untold => Holder::Nobody,
            Ending::NeverConnected | Ending::Refused if self.queues && self.next_try.is_some() => Holder::MtaQueue,
            Ending::Bounced | Ending::NeverConnected | Ending::Refused => Holder::Sender,
        }
    }
}

/// What a step of a journey came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Something happened, perhaps without an event.
    Stepped,
    /// A person has the word until this moment.
    Waits(Instant),
    /// It is over.
    Over,
}

/// The recipients domain by domain, in the order the domains first come. RFC 5321 §4.5.4.1: one copy a server.
fn by_domain(paths: &[String]) -> Vec<Vec<String>> {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for path in paths {
        let domain = path.rsplit_once('@').map_or("", |(_, domain)| domain).to_ascii_lowercase();
        match groups.iter_mut().find(|(known, _)| *known == domain) {
            Some((_, group)) => group.push(path.to_owned()),
            None => groups.push((domain, vec![path.to_owned()])),
        }
    }
    groups.into_iter().map(|(_, group)| group).gather()
}

fn note_departure(leg: &Leg, transcript: &mut Transcript) {
    let reason = match leg.purpose {
        Purpose::Bounce => NOTICE,
        Purpose::Report => notices::REPORT,
        Purpose::Submission | Purpose::Relay => RELAYS,
    };
    let at = leg.due().unwrap_or(leg.queued);
    note_plan(leg, reason, leg.mail.forward_paths.clone(), None, at, transcript);
}

fn note_plan(
    leg: &Leg,
    reason: Reason,
    recipients: Vec<String>,
    next_try: Option<Instant>,
    at: Instant,
    transcript: &mut Transcript,
) {
    let detail = Detail::Queue(Box::new(Queue { host: leg.sender.name.clone(), recipients, next_try }));
    let mut rec = Recorder { transcript, leg: leg.number, attempt: leg.attempts.max(1) };
    rec.note(at, Kind::Queue, Side::Client, Phase::Queue, reason, detail);
}

/// Whom a plan is about: those tried again, those returned, or everybody of a round that went well.
fn plan_recipients(open: &[String], returned: &[Returned], leg: &Leg) -> Vec<String> {
    let some: Vec<String> =
        open.iter().cloned().chain(returned.iter().map(|returned| returned.forward_path.clone())).gather();
    if some.is_empty() { leg.mail.forward_paths.clone() } else { some }
}

/// When the client heard that its message was taken: the first 250 after the message.
fn told(transcript: &Transcript, first_event: usize, taken: Option<Instant>) -> Option<Instant> {
    let taken = taken?;
    let events = transcript.events().get(first_event..)?;
    events.iter().find(|event| event.at >= taken && matches!(event.kind, Kind::Reply(_))).map(|event| event.at)
}

/// What decided that a message was taken: the reply to its final dot.
fn accepted(transcript: &Transcript, first_event: usize, leg: &Leg, taken: Instant) -> Decided {
    let events = transcript.events().get(first_event..).unwrap_or_default();
    let found = events
        .iter()
        .position(|event| event.at >= taken && matches!(event.kind, Kind::Reply(code) if code.is_positive()));
    let event = first_event + found.unwrap_or(0);
    Decided::by_event(transcript, event, leg)
}
