//! One connection as the server sees it: octets and time in, rulings out.
//!
//! Pure: no socket, no clock, no DNS of its own. Two drivers turn it into something that talks, the simulation and
//! the command line's `serve-smtp`; neither of them knows SMTP. Not here either: what the answers mean to a reader
//! (`data/`), and how a server comes by its settings (`server`).
//!
//! Start with [`Session::handle`], then [`State::handle`], where every sequence of commands is decided.

mod address;
mod behaviours;
mod chunk;
mod context;
mod diagram;
mod fault;
mod form;
mod input;
mod line;
mod message;
mod order;
mod output;
mod profile;
mod ruling;
mod settings;
mod state;
mod tally;
mod transaction;

use litemap::LiteMap;
use std::cell::Cell;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

pub use behaviours::*;
pub use chunk::{Chunk, Chunked, ONLY_CHUNKS};
pub use context::{Context, Extension, Facts, Finding, Policy, Stage};
pub use diagram::{Edge, diagram};
use fault::Instead;
pub use fault::{Effect, Fault, FaultReply, Moment};
pub use input::{Input, Stop, TlsFailure};
pub use line::{BAD_ARGUMENT, BAD_FORWARD_PATH, BAD_REVERSE_PATH, LINE_TOO_LONG, NO_ARGUMENT, SASL_LINE_TOO_LONG};
pub use order::{Allowed, ORDER, allowed, next_verbs};
pub use output::{Outbox, Output, Part, Took};
pub use profile::{Known, Limits, OwnReply, Profile, Replies, Verbs};
pub use ruling::{Ruling, Then, Values, Verdict};
pub use settings::{Role, Settings, TlsRule, User};
pub use state::{EHLO, Incoming, NOT_IMPLEMENTED, State, StateId};
use tally::Tally;
pub use transaction::{
    Channel, Deliverable, Envelope, ForwardPaths, Hello, Identity, Notices, Recipient, Seen, Snapshot, Transaction,
};

use crate::dns::Zone;
use crate::reason::Reason;
use crate::smtp::{ReplyCode, ReplyKind, Verb};
use crate::time::{Duration, Instant};

/// RFC 5321 §3.1: the greeting; its first word is the server's name (§4.2).
pub const GREETING: Verdict = Verdict::bare("server.greeting", ReplyCode::SERVICE_READY, "{host} ESMTP ready");
/// RFC 5321 §4.5.3.2.7: no command came for as long as the server waits; 421 and close (§3.8).
pub const IDLE: Verdict = Verdict::new(
    "server.timeout.idle",
    ReplyCode::SERVICE_NOT_AVAILABLE,
    (4, 4, 2),
    "{host} Idle for too long, closing connection",
);
/// RFC 5321 §3.8: too many commands were refused on this connection.
pub const TOO_MANY_ERRORS: Verdict = Verdict::new(
    "server.limit.errors",
    ReplyCode::SERVICE_NOT_AVAILABLE,
    (4, 7, 0),
    "{host} Too many errors, closing connection",
);
/// RFC 5321 §3.1: the client spoke before the greeting, so it gets 554 instead.
pub const EARLY_TALKER: Verdict =
    Verdict::bare("server.greeting.early-talker", ReplyCode::TRANSACTION_FAILED, "{host} Not accepting mail from you");
/// RFC 5321 §3.8: the client has closed its side before QUIT and is told that it was noticed.
pub const LOST: Verdict = Verdict::new(
    "server.closed.lost-client",
    ReplyCode::SERVICE_NOT_AVAILABLE,
    (4, 4, 1),
    "{host} Lost the client, closing connection",
);
/// The client said nothing for too long, and the server closes without a word.
pub const IDLE_CLOSED: Reason = Reason::new("server.closed.idle");
/// The client has closed its side before QUIT; the server has nobody left to answer.
pub const HALF_CLOSED: Reason = Reason::new("server.closed.client-left");
/// The TLS handshake failed; there is no channel left to answer on.
pub const TLS_FAILED: Reason = Reason::new("server.closed.tls-failed");
/// RFC 5321 §4.5.3.2 gives a client minutes of patience, of which a server takes a second for each mistake too many.
pub const HELD_BACK: Reason = Reason::new("server.tarpit");
/// RFC 3207 §4.2: octets sent in plain text behind STARTTLS were dropped.
pub const DISCARDED: Reason = Reason::new("server.starttls.discarded");

const VERDICTS: &[&Verdict] = &[&GREETING, &IDLE, &TOO_MANY_ERRORS, &EARLY_TALKER, &LOST];

/// The reasons of this module that belong to no reply.
pub(crate) const REASONS: &[Reason] = &[
    HALF_CLOSED,
    IDLE_CLOSED,
    TLS_FAILED,
    DISCARDED,
    HELD_BACK,
    message::LOOSE_END,
    message::ADDED_DATE,
    message::ADDED_MESSAGE_ID,
];

/// The reasons of faults.
pub(crate) const FAULT_REASONS: &[Reason] = fault::REASONS;

/// The verdicts of this module, list by list.
pub(crate) const VERDICT_LISTS: &[&[&Verdict]] = &[
    VERDICTS,
    address::VERDICTS,
    chunk::VERDICTS,
    line::VERDICTS,
    tally::VERDICTS,
    input::VERDICTS,
    state::VERDICTS,
    message::VERDICTS,
];

/// What a server remembers from one connection to the next: for the greylist, when it first saw whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// Moments by key; each policy chooses its keys.
    pub seen: LiteMap<String, Instant>,
    /// Messages accepted so far; makes queue ids differ.
    pub accepted: u64,
    /// Connections so far, the present one included.
    pub connections: u64,
}

/// One connection, server side.
#[derive(Clone, Debug)]
pub struct Session {
    settings: Arc<Settings>,
    state: State,
    channel: Channel,
    memory: Memory,
    /// Octets that came and are not worked off: less than a line, mostly none.
    input: Vec<u8>,
    /// Is the rest of an overlong line being thrown away?
    skipping: bool,
    /// When the client last spoke, or was last spoken to.
    active: Instant,
    /// Replies keep their order: none goes out before this moment.
    busy_until: Instant,
    /// How often each moment of a fault has come, where the settings have faults.
    moments: Vec<Moment>,
    /// The session as it was before the command, where the settings have faults: one that refuses leaves it there.
    before: Option<Box<(State, Channel)>>,
    tally: Tally,
}

impl Session {
    /// A session before its connection opens. `memory` is what the server remembers from earlier connections.
    #[must_use]
    pub fn new(settings: Arc<Settings>, memory: Memory) -> Self {
        Self {
            settings,
            state: State::Opening,
            channel: Channel {
                peer: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
                tls: false,
                identity: None,
                auth_failures: 0,
                bad_recipients: 0,
                refused_size: None,
                seen: Seen::default(),
                skipping_chunks: false,
                received_spf: None,
            },
            memory,
            input: Vec::new(),
            skipping: false,
            active: Instant::ZERO,
            busy_until: Instant::ZERO,
            moments: Vec::new(),
            before: None,
            tally: Tally::default(),
        }
    }

    /// Takes one input. What the session has to say about it is appended to `out`.
    pub fn handle(&mut self, now: Instant, input: Input<'_>, zone: &Zone, out: &mut Outbox) {
        let start = out.outputs.len();
        self.take(now, input, zone, out);
        if self.settings.profile.behaviours.pipelined_replies == PipelinedReplies::Together {
            out.hold_together(start);
        }
    }

    fn take(&mut self, now: Instant, input: Input<'_>, zone: &Zone, out: &mut Outbox) {
        match input {
            Input::Opened { peer, tls } => {
                self.memory.connections = self.memory.connections.saturating_add(1);
                self.channel.peer = peer;
                self.channel.tls = tls;
                self.active = now;
                let early = !self.input.is_empty();
                if early || self.settings.profile.limits.greeting == Duration::ZERO {
                    self.greet(now, early, zone, out);
                    self.work(now, b"", zone, out);
                }
            }
            Input::Octets(octets) => {
                self.active = now;
                if matches!(self.state, State::Opening) && self.memory.connections > 0 {
                    self.greet(now, true, zone, out);
                }
                if !matches!(self.state, State::Closed) {
                    self.work(now, octets, zone, out);
                }
            }
            Input::Tls(Ok(())) if matches!(self.state, State::Tls(_)) => {
                self.active = now;
                self.channel.tls = true;
                // RFC 3207 §4.2: the server forgets what it learned from the client before TLS.
                self.channel.identity = None;
                self.state = match std::mem::replace(&mut self.state, State::Greeted) {
                    State::Tls(Some(hello)) => State::Ready(hello),
                    _ => State::Greeted,
                };
                self.work(now, b"", zone, out);
            }
            Input::Tls(_) => self.close(TLS_FAILED, out),
            Input::HalfClosed => {
                let in_command =
                    !matches!(self.state, State::Data(..) | State::Chunk(_) | State::Tls(_) | State::Opening);
                let taken = self.settings.profile.behaviours.last_line == LastLine::Taken;
                if taken && in_command && !self.input.is_empty() {
                    self.work(now, b"\r\n", zone, out);
                }
                self.lose(now, out);
            }
            Input::Closed => self.state = State::Closed,
            Input::Timer => {
                if self.deadline().is_some_and(|deadline| deadline <= now) {
                    self.time_out(now, zone, out);
                }
            }
            Input::Stop(why) => self.stop(now, why, out),
        }
    }

    /// When the driver is to send [`Input::Timer`]; `None` when nothing is waited for.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let limits = &self.settings.profile.limits;
        match self.state {
            State::Closed => None,
            State::Opening => (self.memory.connections > 0).then(|| self.active.after(limits.greeting)),
            State::Data(..) | State::Chunk(_) => {
                Some(self.active.after(limits.idle_data_s.map_or(limits.idle, Duration::from_secs)))
            }
            _ => Some(self.active.after(limits.idle)),
        }
    }

    /// The deadline has come: time for the greeting, or too long without a word.
    fn time_out(&mut self, now: Instant, zone: &Zone, out: &mut Outbox) {
        if matches!(self.state, State::Opening) {
            return self.greet(now, false, zone, out);
        }
        match self.settings.profile.behaviours.idle_client {
            // RFC 3207 §4.1: where a handshake has to come, a reply is not understood.
            _ if matches!(self.state, State::Tls(_)) => self.close(IDLE_CLOSED, out),
            IdleClient::Said => {
                let values = [("host", self.settings.name.as_str())];
                let ruling = Ruling::new(&IDLE, &self.settings.profile, &values, Then::Close);
                self.say(now, ruling, ReplyKind::Other, None, out);
            }
            IdleClient::Nothing => self.close(IDLE_CLOSED, out),
        }
    }

    /// The client has shut its sending side without QUIT.
    fn lose(&mut self, now: Instant, out: &mut Outbox) {
        let said = match self.settings.profile.behaviours.lost_client {
            LostClient::Nothing => false,
            LostClient::Said => !matches!(self.state, State::Tls(_) | State::Closed),
            // Inside TLS the client that has closed it reads nothing more.
            LostClient::SaidInData => matches!(self.state, State::Data(..)) && !self.channel.tls,
        };
        if said {
            self.say_lost(now, out);
        } else {
            self.close(HALF_CLOSED, out);
        }
    }

    fn say_lost(&mut self, now: Instant, out: &mut Outbox) {
        let values = [("host", self.settings.name.as_str())];
        let ruling = Ruling::new(&LOST, &self.settings.profile, &values, Then::Close);
        self.say(now, ruling, ReplyKind::Other, None, out);
    }

    /// The state.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// What the outside may know of the session now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let (reverse_path, forward_paths) = match &self.state {
            State::Mail(_, transaction) => (Some(Arc::clone(&transaction.reverse_path)), None),
            State::Rcpt(_, deliverable) | State::Data(_, deliverable, _) => {
                let paths = Arc::clone(deliverable.forward_paths());
                (Some(Arc::clone(&deliverable.transaction().reverse_path)), Some(paths))
            }
            _ => (None, None),
        };
        Snapshot {
            state: self.state.id(),
            tls: self.channel.tls,
            hello: self.state.hello().map(|hello| Arc::clone(&hello.name)),
            user: self.channel.identity.as_ref().map(|identity| Arc::clone(identity.user())),
            reverse_path,
            forward_paths,
        }
    }

    /// What the server remembers, to be handed to its next session.
    #[must_use]
    pub fn into_memory(self) -> Memory {
        self.memory
    }

    /// Greets, or turns away a client that has spoken before it was greeted.
    fn greet(&mut self, now: Instant, early: bool, zone: &Zone, out: &mut Outbox) {
        let facts = Facts { hello: None, transaction: None, forward_path: None, size: None };
        let ruling = self.decide(now, zone, out, &mut |cx, _| {
            let host = [("host", cx.settings.name.as_str())];
            let refusal = match cx.settings.profile.behaviours.waiting_input {
                WaitingInput::ClosesOutOfTurn if early => Some(cx.rule_then(&line::OUT_OF_TURN, &host, Then::Close)),
                _ if early && cx.settings.profile.limits.greeting > Duration::ZERO => {
                    Some(cx.rule(&EARLY_TALKER, &host))
                }
                _ => cx.consult(Stage::Connect, &facts),
            };
            match refusal {
                // RFC 5321 §3.1: 554 instead of 220; the server then waits for QUIT.
                Some(ruling) if ruling.then == Then::Continue => (State::Turned, ruling),
                Some(ruling) => (State::Closed, ruling),
                None => (State::Greeted, cx.rule(&GREETING, &host)),
            }
        });
        self.say(now, ruling, ReplyKind::Greeting, Some(Moment::Greeting), out);
    }

    /// Works off what was left before and these octets, and keeps what is left now.
    fn work(&mut self, now: Instant, octets: &[u8], zone: &Zone, out: &mut Outbox) {
        let mut kept = std::mem::take(&mut self.input);
        if kept.is_empty() {
            kept.extend_from_slice(self.work_off(now, octets, zone, out));
        } else {
            kept.extend_from_slice(octets);
            let left = self.work_off(now, &kept, zone, out).len();
            kept.drain(..kept.len() - left);
        }
        self.input = kept;
    }

    /// Works off the input as far as it goes; what is left of it. Each turn consumes at least one octet or ends the loop.
    fn work_off<'i>(&mut self, now: Instant, mut input: &'i [u8], zone: &Zone, out: &mut Outbox) -> &'i [u8] {
        loop {
            match self.state {
                State::Closed => return b"",
                State::Opening => return input,
                State::Tls(_) => {
                    if self.settings.profile.behaviours.injected != Injected::Discarded || input.is_empty() {
                        return input;
                    }
                    out.took(Part::Dropped, input.len());
                    out.found(DISCARDED, format!("{} octets", input.len()));
                    return b"";
                }
                State::Data(..) | State::Chunk(_) => {
                    let whole = match self.state {
                        State::Chunk(_) => self.take_chunk(now, zone, &mut input, out),
                        _ => self.take_data(now, zone, &mut input, out),
                    };
                    let Some((ruling, accepted)) = whole else { return input };
                    // RFC 5321 §4.1.1.4: with the end of the data the transaction is over, however it is answered.
                    self.before = None;
                    if accepted.is_some() {
                        self.tally.message(&self.settings.profile);
                    }
                    let (ruling, more) =
                        self.tally.reply(Verb::Data, ruling, &self.settings.name, true, &self.settings.profile);
                    // RFC 5321 §4.2.5: responsibility passes with the reply. A server that dies before it has none.
                    if self.say(now, ruling, ReplyKind::Other, Some(Moment::Message), out) {
                        out.outputs.extend(accepted.map(|envelope| Output::Accepted(Box::new(envelope))));
                    }
                    self.stop_counting(now, more, out);
                }
                _ => {
                    let Some(line) = self.next_line(&mut input, out) else { return input };
                    if !self.settings.faults.is_empty() {
                        self.before = Some(Box::new((self.state.clone(), self.channel.clone())));
                    }
                    let in_chunks = matches!(self.state, State::Chunks(_));
                    let in_exchange = matches!(self.state, State::Sasl(..));
                    let (ruling, verb) = self.take_line(now, zone, line, !input.is_empty(), out);
                    let then_lost = self.settings.profile.behaviours.quit_in_chunks == QuitInChunks::ThenLost;
                    if in_chunks && verb == Verb::Quit && then_lost && !self.channel.tls {
                        self.say(now, Ruling { then: Then::Continue, ..ruling }, ReplyKind::Other, None, out);
                        self.say_lost(now, out);
                        return b"";
                    }
                    // RFC 3030 §2: BDAT is answered when its octets have come.
                    if matches!(self.state, State::Chunk(_)) {
                        continue;
                    }
                    self.answer(now, ruling, verb, in_exchange, out);
                }
            }
        }
    }

    /// Answers a command, as late as the counts say, and ends the session where they say that it is enough.
    fn answer(&mut self, now: Instant, ruling: Ruling, verb: Verb, in_exchange: bool, out: &mut Outbox) {
        let refused = ruling.reply.code.as_u16() >= 400;
        // A response in an exchange is no command, so it is not one command too many either.
        let throttled = if in_exchange { Verb::Unknown } else { verb };
        let delay = self.tally.delay(throttled, refused, self.channel.bad_recipients, &self.settings.profile);
        self.busy_until = self.busy_until.max(now).after(delay);
        if delay > Duration::ZERO {
            out.found(HELD_BACK, format!("{delay} s"));
        }
        match verb {
            Verb::Mail => self.channel.bad_recipients = 0,
            Verb::Rcpt if refused => {
                self.channel.bad_recipients = self.channel.bad_recipients.saturating_add(1);
            }
            _ => {}
        }
        let pipelines = self.state.hello().is_some_and(|hello| hello.extended);
        let (ruling, more) = self.tally.reply(verb, ruling, &self.settings.name, pipelines, &self.settings.profile);
        let kind = kind_of(&ruling, verb);
        self.say(now, ruling, kind, Moment::of(verb), out);
        self.stop_counting(now, more, out);
    }

    /// Says that there were too many errors, where there were.
    fn stop_counting(&mut self, now: Instant, more: Option<Ruling>, out: &mut Outbox) {
        if let Some(ruling) = more.filter(|_| !matches!(self.state, State::Closed)) {
            let delay = self.tally.delay(Verb::Quit, false, 0, &self.settings.profile);
            self.busy_until = self.busy_until.max(now).after(delay);
            self.say(now, ruling, ReplyKind::Other, None, out);
        }
    }

    /// Runs a decision on the present state and takes the state it returns. Look-ups and findings come out first,
    /// and hold the reply back. The decision runs once; as a trait object, so that all of this is there only once.
    fn decide(
        &mut self,
        now: Instant,
        zone: &Zone,
        out: &mut Outbox,
        decision: &mut dyn FnMut(&mut Context<'_>, State) -> (State, Ruling),
    ) -> Ruling {
        let mut cx = Context {
            settings: &self.settings,
            zone,
            now,
            channel: &mut self.channel,
            memory: &mut self.memory,
            look_ups: Vec::new(),
            findings: Vec::new(),
            delay: Duration::ZERO,
            text: Cell::new(std::mem::take(&mut out.text)),
        };
        let (state, ruling) = decision(&mut cx, std::mem::replace(&mut self.state, State::Closed));
        out.text = cx.text.take();
        let latency = cx.look_ups.iter().fold(cx.delay, |sum, look_up| sum.plus(look_up.latency));
        out.outputs.extend(cx.look_ups.into_iter().map(Output::LookedUp));
        out.outputs.extend(cx.findings.into_iter().map(Output::Found));
        self.busy_until = self.busy_until.max(now).after(latency);
        self.state = state;
        ruling
    }

    /// Sends a reply and does what follows from it. False when a fault kept it back, or refused instead.
    fn say(&mut self, now: Instant, ruling: Ruling, kind: ReplyKind, at: Option<Moment>, out: &mut Outbox) -> bool {
        let mut as_ruled = true;
        let ruling = match at.and_then(|at| self.fault(at)) {
            None => ruling,
            Some(Instead::Say(other)) => {
                as_ruled = other.reply.code.is_positive();
                if let Some(before) = self.before.take().filter(|_| !as_ruled) {
                    (self.state, self.channel) = *before;
                }
                other
            }
            Some(Instead::SayLater(by)) => {
                self.busy_until = self.busy_until.max(now).after(by);
                out.found(fault::DELAY, format!("{by} s"));
                ruling
            }
            Some(Instead::Raw(octets)) => {
                let start = out.octets.len();
                out.octets.extend_from_slice(octets);
                let octets = start..out.octets.len();
                out.outputs.push(Output::Raw { octets, reason: fault::GARBAGE, not_before: self.busy_until.max(now) });
                return false;
            }
            Some(Instead::Nothing) => {
                out.found(fault::SILENCE, String::new());
                return false;
            }
            Some(Instead::Close) => {
                // After QUIT the state is already `Closed`, and the close has not been told yet.
                self.state = State::Closed;
                self.input.clear();
                out.outputs.push(Output::Closed(fault::CLOSE));
                return false;
            }
        };
        if self.is_lost(&ruling) {
            self.close(ruling.reason, out);
            return false;
        }
        let (octets, spans) = (out.octets.len(), out.spans.as_slice().len());
        ruling.reply.encode(kind, &mut out.octets, &mut out.spans);
        if ruling.then == Then::Close {
            self.state = State::Closed;
        }
        let not_before = self.busy_until.max(now);
        self.active = not_before;
        out.outputs.push(Output::Ruled {
            ruling,
            octets: octets..out.octets.len(),
            spans: spans..out.spans.as_slice().len(),
            not_before,
            state: self.snapshot(),
        });
        as_ruled
    }

    /// Is this a last reply that goes out beside TLS, where the client cannot read it?
    fn is_lost(&self, ruling: &Ruling) -> bool {
        let parting = [&TOO_MANY_ERRORS, &tally::TOO_MANY_WITHOUT_MAIL, &line::OUT_OF_TURN, &IDLE];
        self.channel.tls
            && ruling.then == Then::Close
            && self.settings.profile.behaviours.parting_words == PartingWords::InClear
            && parting.iter().any(|verdict| verdict.reason == ruling.reason)
    }

    /// What a fault of the settings makes of a ruling.
    fn fault(&mut self, at: Moment) -> Option<Instead> {
        if self.settings.faults.is_empty() {
            return None;
        }
        self.moments.push(at);
        let nth = self.moments.iter().filter(|moment| **moment == at).count();
        let connection = self.memory.connections;
        self.settings.faults.iter().find_map(|fault| fault.instead(at, nth, connection))
    }

    fn close(&mut self, reason: Reason, out: &mut Outbox) {
        if !matches!(self.state, State::Closed) {
            self.state = State::Closed;
            self.input.clear();
            out.outputs.push(Output::Closed(reason));
        }
    }
}

fn kind_of(ruling: &Ruling, verb: Verb) -> ReplyKind {
    match (ruling.reply.code.as_u16(), verb) {
        (250, Verb::Ehlo) => ReplyKind::Ehlo,
        (334, _) => ReplyKind::Challenge,
        _ => ReplyKind::Other,
    }
}

#[cfg(test)]
mod tests;
