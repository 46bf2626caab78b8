//! One connection as the server sees it: octets and time in, rulings out.
//!
//! Pure: no socket, no clock, no DNS of its own. Two drivers turn it into something that talks, the simulation and
//! the command line's `serve-smtp`; neither of them knows SMTP. Not here either: what the answers mean to a reader
//! (`data/`), and how a server comes by its settings (`server`).
//!
//! Start with [`Session::handle`], then [`State::handle`], where every sequence of commands is decided.

mod behaviours;
mod context;
mod diagram;
mod fault;
mod input;
mod message;
mod order;
mod output;
mod profile;
mod ruling;
mod settings;
mod state;
mod transaction;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

pub use behaviours::{Behaviours, HelloRule, Injected, LineEnd};
pub use context::{Context, Extension, Facts, Finding, Policy, Stage};
pub use diagram::{Edge, diagram};
use fault::Instead;
pub use fault::{Effect, Fault, FaultReply, Moment};
pub use input::{Input, Stop, TlsFailure};
pub use order::{Allowed, ORDER, next_verbs};
pub use output::{Outbox, Output, Part, Took};
pub use profile::{Limits, OwnReply, Profile, Replies};
pub use ruling::{Ruling, Then, Values, Verdict};
pub use settings::{Role, Settings, TlsRule, User};
pub use state::{EHLO, Incoming, NOT_IMPLEMENTED, State, StateId};
pub use transaction::{Channel, Deliverable, Envelope, Hello, Identity, Snapshot, Transaction};

use crate::dns::Zone;
use crate::reason::Reason;
use crate::smtp::{ReplyCode, ReplyKind, Spans, SyntaxError, SyntaxKind, Verb, parse_command};
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
/// RFC 5321 §4.5.3.1.4: a command line over what the server takes.
pub const LINE_TOO_LONG: Verdict =
    Verdict::new("server.limit.command-line", ReplyCode::UNRECOGNIZED, (5, 5, 2), "Line too long");
/// RFC 4954 §4: a line of an AUTH exchange over what the server takes; 5.5.6 goes with it (§6).
pub const SASL_LINE_TOO_LONG: Verdict = Verdict::new(
    "server.limit.sasl-line",
    ReplyCode::UNRECOGNIZED,
    (5, 5, 6),
    "Authentication exchange line is too long",
);
/// RFC 5321 §4.1.4: an argument that is not acceptable is answered 501.
pub const BAD_ARGUMENT: Verdict =
    Verdict::new("server.syntax.argument", ReplyCode::BAD_ARGUMENT, (5, 5, 4), "Syntax error: {problem}");
/// RFC 5321 §4.1.1.2: what stands after `MAIL FROM:` is no reverse-path.
pub const BAD_REVERSE_PATH: Verdict =
    Verdict::new("server.syntax.reverse-path", ReplyCode::BAD_ARGUMENT, (5, 1, 7), "Syntax error: {problem}");
/// RFC 5321 §4.1.1.3: what stands after `RCPT TO:` is no forward-path.
pub const BAD_FORWARD_PATH: Verdict =
    Verdict::new("server.syntax.forward-path", ReplyCode::BAD_ARGUMENT, (5, 1, 3), "Syntax error: {problem}");
/// RFC 5321 §4.3.2: an argument where the command takes none.
pub const NO_ARGUMENT: Verdict =
    Verdict::new("server.syntax.no-argument", ReplyCode::BAD_ARGUMENT, (5, 5, 4), "No argument allowed");
/// RFC 5321 §3.8: too many commands were refused on this connection.
pub const TOO_MANY_ERRORS: Verdict = Verdict::new(
    "server.limit.errors",
    ReplyCode::SERVICE_NOT_AVAILABLE,
    (4, 7, 0),
    "{host} Too many errors, closing connection",
);
/// The client has closed its side before QUIT; the server has nobody left to answer.
pub const HALF_CLOSED: Reason = Reason::new("server.closed.client-left");
/// The TLS handshake failed; there is no channel left to answer on.
pub const TLS_FAILED: Reason = Reason::new("server.closed.tls-failed");
/// RFC 3207 §4.2: octets sent in plain text behind STARTTLS were dropped.
pub const DISCARDED: Reason = Reason::new("server.starttls.discarded");

const VERDICTS: &[&Verdict] = &[
    &GREETING,
    &IDLE,
    &LINE_TOO_LONG,
    &SASL_LINE_TOO_LONG,
    &BAD_ARGUMENT,
    &BAD_REVERSE_PATH,
    &BAD_FORWARD_PATH,
    &NO_ARGUMENT,
    &TOO_MANY_ERRORS,
];

/// The reasons of this module that belong to no reply.
pub(crate) const REASONS: &[Reason] =
    &[HALF_CLOSED, TLS_FAILED, DISCARDED, message::ADDED_DATE, message::ADDED_MESSAGE_ID];

/// The reasons of faults.
pub(crate) const FAULT_REASONS: &[Reason] = fault::REASONS;

/// The verdicts of this module, list by list.
pub(crate) const VERDICT_LISTS: &[&[&Verdict]] = &[VERDICTS, input::VERDICTS, state::VERDICTS, message::VERDICTS];

/// What a server remembers from one connection to the next: for the greylist, when it first saw whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// Moments by key; each policy chooses its keys.
    pub seen: BTreeMap<String, Instant>,
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
    /// Octets that came and are not worked off.
    input: Vec<u8>,
    /// Is the rest of an overlong line being thrown away?
    skipping: bool,
    /// When the client last spoke, or was last spoken to.
    active: Instant,
    /// Replies keep their order: none goes out before this moment.
    busy_until: Instant,
    /// How often each moment of a fault has come, where the settings have faults.
    moments: Vec<Moment>,
    spans: Spans,
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
                errors: 0,
            },
            memory,
            input: Vec::new(),
            skipping: false,
            active: Instant::ZERO,
            busy_until: Instant::ZERO,
            moments: Vec::new(),
            spans: Spans::default(),
        }
    }

    /// Takes one input. What the session has to say about it is appended to `out`.
    pub fn handle(&mut self, now: Instant, input: Input<'_>, zone: &Zone, out: &mut Outbox) {
        match input {
            Input::Opened { peer, tls } => {
                self.memory.connections = self.memory.connections.saturating_add(1);
                self.channel.peer = peer;
                self.channel.tls = tls;
                self.active = now;
                self.greet(now, zone, out);
            }
            Input::Octets(octets) => {
                self.active = now;
                if !matches!(self.state, State::Closed) {
                    self.input.extend_from_slice(octets);
                    self.work(now, zone, out);
                }
            }
            Input::Tls(Ok(())) if matches!(self.state, State::Tls) => {
                self.active = now;
                self.channel.tls = true;
                // RFC 3207 §4.2: the server forgets what it learned from the client before TLS.
                self.channel.identity = None;
                self.state = State::Greeted;
                self.work(now, zone, out);
            }
            Input::Tls(_) => self.close(TLS_FAILED, out),
            Input::HalfClosed => self.close(HALF_CLOSED, out),
            Input::Closed => self.state = State::Closed,
            Input::Timer => {
                if self.deadline().is_some_and(|deadline| deadline <= now) {
                    let values = [("host", self.settings.name.as_str())];
                    let ruling = Ruling::new(&IDLE, &self.settings.profile, &values, Then::Close);
                    self.say(now, ruling, ReplyKind::Other, None, out);
                }
            }
            Input::Stop(why) => self.stop(now, why, out),
        }
    }

    /// When the driver is to send [`Input::Timer`]; `None` when nothing is waited for.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        match self.state {
            State::Closed | State::Opening => None,
            _ => Some(self.active.after(self.settings.profile.limits.idle)),
        }
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
            State::Mail(_, transaction) => (Some(transaction.reverse_path.clone()), Vec::new()),
            State::Rcpt(_, deliverable) | State::Data(_, deliverable, _) => {
                (Some(deliverable.transaction().reverse_path.clone()), deliverable.forward_paths().to_vec())
            }
            _ => (None, Vec::new()),
        };
        Snapshot {
            state: self.state.id(),
            tls: self.channel.tls,
            hello: self.state.hello().map(|hello| hello.name.clone()),
            user: self.channel.identity.as_ref().map(|identity| identity.user().to_owned()),
            reverse_path,
            forward_paths,
        }
    }

    /// What the server remembers, to be handed to its next session.
    #[must_use]
    pub fn into_memory(self) -> Memory {
        self.memory
    }

    fn greet(&mut self, now: Instant, zone: &Zone, out: &mut Outbox) {
        let facts = Facts { hello: None, transaction: None, forward_path: None, size: None };
        let ruling = self.decide(now, zone, out, |cx, _| {
            let refusal = cx.consult(Stage::Connect, &facts);
            match refusal {
                // RFC 5321 §3.1: 554 instead of 220; the server then waits for QUIT.
                Some(ruling) if ruling.then == Then::Continue => (State::Turned, ruling),
                Some(ruling) => (State::Closed, ruling),
                None => (State::Greeted, cx.rule(&GREETING, &[("host", cx.settings.name.as_str())])),
            }
        });
        self.say(now, ruling, ReplyKind::Greeting, Some(Moment::Greeting), out);
    }

    /// Works off the input as far as it goes. Each turn consumes at least one octet or ends the loop.
    fn work(&mut self, now: Instant, zone: &Zone, out: &mut Outbox) {
        loop {
            match self.state {
                State::Closed => return self.input.clear(),
                State::Tls => {
                    if self.settings.profile.behaviours.injected == Injected::Discarded && !self.input.is_empty() {
                        let text = format!("{} octets", self.input.len());
                        out.took(Part::Dropped, self.input.len());
                        out.outputs.push(Output::Found(Finding { reason: DISCARDED, text }));
                        self.input.clear();
                    }
                    return;
                }
                State::Data(..) => {
                    let Some((ruling, accepted)) = self.take_data(now, zone, out) else { return };
                    // RFC 5321 §4.2.5: responsibility passes with the reply. A server that dies before it has none.
                    if self.say(now, ruling, ReplyKind::Other, Some(Moment::Message), out) {
                        out.outputs.extend(accepted.map(|envelope| Output::Accepted(Box::new(envelope))));
                    }
                }
                _ => {
                    let Some(line) = self.next_line(out) else { return };
                    let (ruling, verb) = self.take_line(now, zone, &line, out);
                    let kind = kind_of(&ruling, verb);
                    self.say(now, ruling, kind, Moment::of(verb), out);
                }
            }
        }
    }

    /// The next whole line without its end. An overlong one comes as its first octets, so that it can be refused.
    fn next_line(&mut self, out: &mut Outbox) -> Option<Line> {
        let part = if matches!(self.state, State::Sasl(..)) { Part::SaslResponse } else { Part::Line };
        let most = self.longest_line();
        let found = match self.settings.profile.behaviours.line_end {
            LineEnd::CrLf => self.input.windows(2).position(|pair| pair == b"\r\n").map(|at| (at, at + 2)),
            LineEnd::BareLfToo => self.input.iter().position(|octet| *octet == b'\n').map(|at| {
                let end = if at > 0 && self.input[at - 1] == b'\r' { at - 1 } else { at };
                (end, at + 1)
            }),
        };
        match found {
            Some((end, next)) => {
                out.took(part, next);
                let mut octets: Vec<u8> = self.input.drain(..next).collect();
                octets.truncate(end);
                let too_long = std::mem::take(&mut self.skipping) || octets.len() + 2 > most;
                Some(Line { octets, too_long })
            }
            None if self.input.len() > most => {
                // Nothing of it will be obeyed; what has come is dropped so that memory stays flat. A CR at the end
                // may be the first half of the line's end.
                let keep = usize::from(self.input.last() == Some(&b'\r'));
                out.took(part, self.input.len() - keep);
                self.input.drain(..self.input.len() - keep);
                self.skipping = true;
                None
            }
            None => None,
        }
    }

    /// The longest line any verb may have in the present state, CRLF included.
    fn longest_line(&self) -> usize {
        let limits = &self.settings.profile.limits;
        if matches!(self.state, State::Sasl(..)) {
            return limits.sasl_line;
        }
        Verb::ALL.iter().map(|verb| self.line_limit(*verb)).max().unwrap_or(limits.command_line)
    }

    /// RFC 1869 §4.1.2: the limit holds for lines without parameters; each extension adds its own.
    fn line_limit(&self, verb: Verb) -> usize {
        let more: usize = self.settings.extensions.iter().map(|extension| extension.length_increment(verb)).sum();
        self.settings.profile.limits.command_line.saturating_add(more)
    }

    fn take_line(&mut self, now: Instant, zone: &Zone, line: &Line, out: &mut Outbox) -> (Ruling, Verb) {
        if matches!(self.state, State::Sasl(..)) {
            let ruling = self.decide(now, zone, out, |cx, state| match (line.too_long, state) {
                (false, State::Sasl(hello, exchange)) => match cx.extension_for(Verb::Auth) {
                    Some(extension) => extension.respond(cx, hello, exchange, &line.octets),
                    None => (State::Ready(hello), cx.rule(&NOT_IMPLEMENTED, &[])),
                },
                (_, state) => (state.without_transaction(), cx.rule(&SASL_LINE_TOO_LONG, &[])),
            });
            return (ruling, Verb::Auth);
        }
        let mut spans = std::mem::take(&mut self.spans);
        spans.clear();
        let parsed = parse_command(&line.octets, &self.settings.profile.dialect, &mut spans);
        self.spans = spans;
        let too_long = line.too_long || line.octets.len() + 2 > self.line_limit(parsed.verb);
        let ruling = self.decide(now, zone, out, |cx, state| match (too_long, &parsed.command) {
            (true, _) => (state, cx.rule(&LINE_TOO_LONG, &[])),
            (false, Ok(command)) => state.handle(cx, command),
            (false, Err(error)) => {
                let ruling = syntax(cx, parsed.verb, error);
                (state, ruling)
            }
        });
        (ruling, parsed.verb)
    }

    /// Runs a decision on the present state and takes the state it returns. Look-ups and findings come out first,
    /// and hold the reply back.
    fn decide(
        &mut self,
        now: Instant,
        zone: &Zone,
        out: &mut Outbox,
        decision: impl FnOnce(&mut Context<'_>, State) -> (State, Ruling),
    ) -> Ruling {
        let settings = Arc::clone(&self.settings);
        let mut cx = Context {
            settings: &settings,
            zone,
            now,
            channel: &mut self.channel,
            memory: &mut self.memory,
            look_ups: Vec::new(),
            findings: Vec::new(),
            delay: Duration::ZERO,
        };
        let (state, ruling) = decision(&mut cx, std::mem::replace(&mut self.state, State::Closed));
        let latency = cx.look_ups.iter().fold(cx.delay, |sum, look_up| sum.plus(look_up.latency));
        out.outputs.extend(cx.look_ups.into_iter().map(Output::LookedUp));
        out.outputs.extend(cx.findings.into_iter().map(Output::Found));
        self.busy_until = self.busy_until.max(now).after(latency);
        self.state = state;
        ruling
    }

    /// Sends a reply and does what follows from it. False when a fault kept it back.
    fn say(&mut self, now: Instant, ruling: Ruling, kind: ReplyKind, at: Option<Moment>, out: &mut Outbox) -> bool {
        let ruling = self.count_errors(ruling);
        let ruling = match at.and_then(|at| self.fault(at)) {
            None => ruling,
            Some(Instead::Say(other)) => other,
            Some(Instead::SayLater(by)) => {
                self.busy_until = self.busy_until.max(now).after(by);
                let text = format!("{by} s");
                out.outputs.push(Output::Found(Finding { reason: fault::DELAY, text }));
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
                let text = String::new();
                out.outputs.push(Output::Found(Finding { reason: fault::SILENCE, text }));
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
        let (octets, spans) = (out.octets.len(), out.spans.as_slice().len());
        let mut marked = std::mem::take(&mut self.spans);
        ruling.reply.encode(kind, &mut out.octets, &mut marked);
        out.spans.extend(&marked);
        self.spans = marked;
        match ruling.then {
            Then::Continue => {}
            Then::StartTls => self.state = State::Tls,
            Then::Close => self.state = State::Closed,
        }
        let not_before = self.busy_until.max(now);
        self.active = not_before;
        out.outputs.push(Output::Ruled {
            ruling,
            octets: octets..out.octets.len(),
            spans: spans..out.spans.as_slice().len(),
            not_before,
            state: Box::new(self.snapshot()),
        });
        true
    }

    fn count_errors(&mut self, ruling: Ruling) -> Ruling {
        let refused = ruling.reply.code.as_u16() >= 400;
        self.channel.errors = if refused { self.channel.errors.saturating_add(1) } else { 0 };
        match self.settings.profile.limits.errors {
            Some(most) if self.channel.errors > most && ruling.then == Then::Continue => {
                let values = [("host", self.settings.name.as_str())];
                Ruling::new(&TOO_MANY_ERRORS, &self.settings.profile, &values, Then::Close)
            }
            _ => ruling,
        }
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

struct Line {
    octets: Vec<u8>,
    too_long: bool,
}

fn kind_of(ruling: &Ruling, verb: Verb) -> ReplyKind {
    match (ruling.reply.code.as_u16(), verb) {
        (250, Verb::Ehlo) => ReplyKind::Ehlo,
        (334, _) => ReplyKind::Challenge,
        _ => ReplyKind::Other,
    }
}

/// The ruling on a line that the grammar refuses.
fn syntax(cx: &Context<'_>, verb: Verb, error: &SyntaxError) -> Ruling {
    let problem = error.to_string();
    let verdict = match (error.kind, verb) {
        (SyntaxKind::UnknownCommand, _) => &state::UNKNOWN,
        (SyntaxKind::ArgumentNotAllowed, _) => &NO_ARGUMENT,
        (SyntaxKind::BadPath, Verb::Mail) => &BAD_REVERSE_PATH,
        (SyntaxKind::BadPath, _) => &BAD_FORWARD_PATH,
        (SyntaxKind::BadArgument | SyntaxKind::BadParameter | SyntaxKind::BadReply, _) => &BAD_ARGUMENT,
        (SyntaxKind::LineTooLong, _) => &LINE_TOO_LONG,
    };
    cx.rule(verdict, &[("problem", &problem)])
}

#[cfg(test)]
mod tests;
