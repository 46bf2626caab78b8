//! A client and a server session joined by a link with latency.
//!
//! Knows no SMTP: it carries octets, makes handshakes, keeps the two ends' timers, and writes down what happens as the
//! client sees it. A command's time is when it is sent, a reply's when it arrives.

use std::collections::VecDeque;
use std::ops::Range;

use super::recorder::Recorder;
use super::setup::{Listener, Setup};
use crate::client::{self, Act, Close, Dialogue, LineKind, Move, Script, Timer, TlsFailure};
use crate::gather::Gather as _;
use crate::network::{FIN, TLS_HANDSHAKE, TLS_ON_PLAIN_PORT, TLS_UNTRUSTED};
use crate::reason::Reason;
use crate::session::{self, Envelope, Memory, Outbox, Output, Session, Snapshot, StateId, Then};
use crate::smtp::{ReplyCode, Spans, Verb};
use crate::time::{Duration, Instant};
use crate::transcript::{Detail, Kind, Mark, Phase, Side};

/// Room for the events of most connections.
const ORDINARY_EVENTS: usize = 24;
/// Room for what is said on most connections, the message left out.
const ORDINARY_OCTETS: usize = 1_024;

/// Room for the marks of most lines.
const ORDINARY_MARKS: usize = 32;

/// Who holds the client's end.
#[derive(Clone, Debug)]
pub(super) enum Talker {
    /// A program with a message to send.
    Program(Box<Dialogue>),
    /// Given octets.
    Script(Script),
    /// A person at a keyboard; is TLS asked for by the last line typed?
    Manual,
}

/// A connection that has been opened.
#[derive(Clone, Debug)]
pub(super) struct Connection {
    talker: Talker,
    server: Server,
    host: String,
    /// Would the client refuse the server's certificate?
    refuses_certificate: bool,
    latency: Duration,
    peer: std::net::IpAddr,
    flights: VecDeque<Flight>,
    /// What the server has said; replies under way are ranges of it.
    said: Outbox,
    /// The memory for the client's moves, and for the marks of its lines.
    moves: Vec<Move>,
    marks: Spans,
    /// To which phase each answer that is still to come belongs.
    awaited: VecDeque<Phase>,
    phase: Phase,
    writes: u8,
    closed: bool,
    now: Instant,
    /// Messages the server has taken responsibility for, and when.
    pub(super) accepted: Vec<(Instant, Envelope)>,
}

/// The server's end.
#[derive(Clone, Debug)]
enum Server {
    /// It speaks SMTP.
    Session(Box<Session>),
    /// It waits for TLS to begin, and the client waits for a greeting.
    WaitsForTls(Memory),
}

/// Something under way.
#[derive(Clone, Debug)]
struct Flight {
    at: Instant,
    what: Cargo,
}

#[derive(Clone, Debug)]
enum Cargo {
    ToServer(Vec<u8>),
    FinToServer,
    Handshake,
    Reply { code: ReplyCode, reason: Reason, octets: Range<usize>, spans: Range<usize>, state: Snapshot },
    Noise(Reason, Range<usize>),
    FinToClient(Reason),
}

/// What a step of a connection came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// Something happened.
    Stepped,
    /// Nothing is under way, and a person has the word until this moment.
    Waits(Instant),
    /// The connection is over.
    Over,
}

impl Connection {
    /// A connection to `listener` that opened at `now`.
    pub(super) fn new(
        talker: Talker,
        listener: &Listener,
        refuses_certificate: bool,
        memory: Memory,
        peer: std::net::IpAddr,
        latency: Duration,
        now: Instant,
    ) -> Self {
        let session = Session::new(listener.settings.clone(), memory);
        Self {
            talker,
            server: Server::Session(Box::new(session)),
            host: listener.host.clone(),
            refuses_certificate,
            latency,
            peer,
            flights: VecDeque::new(),
            said: Outbox::with_room(),
            moves: Vec::new(),
            marks: Spans::with_capacity(ORDINARY_MARKS),
            awaited: VecDeque::from([Phase::Greet]),
            phase: Phase::Greet,
            writes: 0,
            closed: false,
            now,
            accepted: Vec::new(),
        }
    }

    /// Begins the conversation. `client_tls` and `server_tls` say who begins with TLS.
    pub(super) fn begin(&mut self, client_tls: bool, server_tls: bool, setup: &Setup, rec: &mut Recorder<'_>) {
        let message = match &self.talker {
            Talker::Program(dialogue) => dialogue.job().message.len(),
            Talker::Script(_) | Talker::Manual => 0,
        };
        rec.transcript.make_room(ORDINARY_EVENTS, ORDINARY_OCTETS + message);
        rec.transcript.set_state(&fresh());
        match (client_tls, server_tls) {
            (false, false) => {
                self.client(client::Input::Opened { tls: false }, rec);
                let opened = session::Input::Opened { peer: self.peer, tls: false };
                // The server's kernel learns of the connection half a round trip after the client's SYN-ACK.
                self.server(self.now.after(self.latency), opened, setup, rec);
            }
            (true, true) => self.fly(self.round_trip(), Cargo::Handshake),
            (true, false) => {
                let detail = Detail::NotSecured { name: self.host.clone() };
                self.now = self.now.after(self.round_trip());
                rec.note(self.now, Kind::Tls, Side::Network, Phase::Greet, TLS_ON_PLAIN_PORT, detail);
                self.client(client::Input::Tls(Err(TlsFailure::NotTls)), rec);
            }
            (false, true) => {
                let waits = Server::WaitsForTls(Memory::default());
                if let Server::Session(session) = std::mem::replace(&mut self.server, waits) {
                    self.server = Server::WaitsForTls(session.into_memory());
                }
                self.client(client::Input::Opened { tls: false }, rec);
            }
        }
    }

    /// Takes the next thing in time order.
    pub(super) fn step(&mut self, setup: &Setup, rec: &mut Recorder<'_>) -> Progress {
        let arrival = self.flights.front().map(|flight| flight.at);
        let client_timer = self.client_deadline().map(|(at, _)| at).filter(|_| !self.closed);
        let server_timer = match &self.server {
            Server::Session(session) => session.deadline(),
            Server::WaitsForTls(_) => None,
        };
        let Some(next) = [arrival, client_timer, server_timer].into_iter().flatten().min() else {
            return Progress::Over;
        };
        if self.closed && arrival.is_none() {
            return Progress::Over;
        }
        if matches!(self.talker, Talker::Manual) && arrival.is_none() {
            return Progress::Waits(next);
        }
        self.take_until(next, setup, rec);
        Progress::Stepped
    }

    /// Takes whatever is due at `moment`: arrivals first, then the client's timer, then the server's.
    pub(super) fn take_until(&mut self, moment: Instant, setup: &Setup, rec: &mut Recorder<'_>) {
        self.now = self.now.max(moment);
        if self.flights.front().is_some_and(|flight| flight.at <= moment) {
            if let Some(flight) = self.flights.pop_front() {
                self.land(flight, setup, rec);
            }
        } else if let Some((at, timer)) = self.client_deadline().filter(|(at, _)| *at <= moment && !self.closed) {
            self.now = at;
            self.client_timer(timer, rec);
        } else {
            self.server(moment, session::Input::Timer, setup, rec);
        }
    }

    /// Sends what a person has typed.
    pub(super) fn type_in(&mut self, octets: &[u8], rec: &mut Recorder<'_>) {
        let expects = match &self.server {
            Server::Session(session) => session.state().id(),
            Server::WaitsForTls(_) => StateId::Opening,
        };
        let mut lines = Vec::new();
        if expects == StateId::Data {
            lines.push((0..octets.len(), LineKind::Message));
        } else {
            let mut start = 0;
            for line in octets.split_inclusive(|octet| *octet == b'\n') {
                let kind = match expects {
                    StateId::Sasl => LineKind::SaslResponse,
                    _ => LineKind::Command(verb_of(line)),
                };
                lines.push((start..start + line.len(), kind));
                start += line.len();
            }
        }
        let lines = lines.into_iter().map(|(range, kind)| client::Line { range, kind, reason: client::TYPED }).gather();
        self.perform(Act::Send { octets: octets.to_vec(), lines }, client::TYPED, rec);
    }

    /// The program at the client's end, once the connection is over.
    pub(super) fn into_parts(self) -> (Talker, Memory, Vec<(Instant, Envelope)>, Instant, String) {
        let memory = match self.server {
            Server::Session(session) => session.into_memory(),
            Server::WaitsForTls(memory) => memory,
        };
        (self.talker, memory, self.accepted, self.now, self.host)
    }

    /// A person takes over the client's end.
    pub(super) fn take_over(&mut self) {
        self.talker = Talker::Manual;
    }

    fn round_trip(&self) -> Duration {
        self.latency.times(2)
    }

    fn fly(&mut self, after: Duration, what: Cargo) {
        self.fly_at(self.now.after(after), what);
    }

    /// Flights keep their order: nothing overtakes what was sent before in the same direction, and of two that land
    /// at one moment the earlier sent lands first.
    fn fly_at(&mut self, at: Instant, what: Cargo) {
        let place = self.flights.partition_point(|flight| flight.at <= at);
        self.flights.insert(place, Flight { at, what });
    }

    fn land(&mut self, flight: Flight, setup: &Setup, rec: &mut Recorder<'_>) {
        match flight.what {
            Cargo::ToServer(octets) => self.server(flight.at, session::Input::Octets(&octets), setup, rec),
            Cargo::FinToServer => self.server(flight.at, session::Input::HalfClosed, setup, rec),
            Cargo::Handshake => self.handshake(setup, rec),
            Cargo::Reply { code, reason, octets, spans, state } => {
                if self.closed {
                    return;
                }
                rec.transcript.set_state(&state);
                let phase = self.awaited.pop_front().unwrap_or(self.phase);
                let mark = rec.mark(self.now, Kind::Reply(code), Side::Server, phase, reason, 0);
                self.hear(mark, octets, spans, rec);
            }
            Cargo::Noise(reason, octets) => {
                let phase = self.awaited.pop_front().unwrap_or(self.phase);
                let mark = rec.mark(self.now, Kind::Noise, Side::Server, phase, reason, 0);
                self.hear(mark, octets, 0..0, rec);
            }
            Cargo::FinToClient(reason) => {
                if !self.closed {
                    self.closed = true;
                    let detail = Detail::Closed { reset: false };
                    rec.note(self.now, Kind::Closed, Side::Server, self.phase, reason, detail);
                    self.client(client::Input::Closed { reset: false }, rec);
                }
            }
        }
    }

    /// What the server has said reaches the client.
    fn hear(&mut self, mark: Mark, octets: Range<usize>, spans: Range<usize>, rec: &mut Recorder<'_>) {
        let said = std::mem::take(&mut self.said);
        let octets = said.octets.get(octets).unwrap_or_default();
        rec.transcript.push(mark, octets, said.spans.as_slice().get(spans).unwrap_or_default());
        self.client(client::Input::Octets(octets), rec);
        self.said = said;
    }

    /// The TLS handshake ends: for both ends at once, as the client sees it.
    fn handshake(&mut self, setup: &Setup, rec: &mut Recorder<'_>) {
        let name = self.host.clone();
        if self.refuses_certificate {
            rec.note(self.now, Kind::Tls, Side::Client, Phase::Greet, TLS_UNTRUSTED, Detail::NotSecured { name });
            self.server(self.now, session::Input::Tls(Err(session::TlsFailure)), setup, rec);
            self.client(client::Input::Tls(Err(TlsFailure::Untrusted)), rec);
        } else {
            rec.note(self.now, Kind::Tls, Side::Network, Phase::Greet, TLS_HANDSHAKE, Detail::Secured { name });
            let begins = matches!(&self.server, Server::Session(s) if s.state().id() == StateId::Opening);
            let (to_client, to_server) = if begins {
                let opened = session::Input::Opened { peer: self.peer, tls: true };
                (client::Input::Opened { tls: true }, opened)
            } else {
                (client::Input::Tls(Ok(())), session::Input::Tls(Ok(())))
            };
            // The server's half comes first: what the client sends next must find it inside TLS.
            self.server(self.now, to_server, setup, rec);
            self.client(to_client, rec);
        }
    }

    fn client_deadline(&self) -> Option<(Instant, Timer)> {
        match &self.talker {
            Talker::Program(dialogue) => dialogue.deadline(),
            Talker::Script(script) => script.deadline(),
            Talker::Manual => None,
        }
    }

    fn client_timer(&mut self, timer: Timer, rec: &mut Recorder<'_>) {
        let phase = self.awaited.front().copied().unwrap_or(self.phase);
        let mark = rec.mark(self.now, Kind::GaveUp, Side::Client, phase, timer.reason(), 0);
        rec.transcript.push(mark, &[], &[]);
        self.client(client::Input::Timer, rec);
    }

    fn client(&mut self, input: client::Input<'_>, rec: &mut Recorder<'_>) {
        let mut moves = std::mem::take(&mut self.moves);
        match &mut self.talker {
            Talker::Program(dialogue) => dialogue.handle(self.now, input, &mut moves),
            Talker::Script(script) => script.handle(self.now, input, &mut moves),
            Talker::Manual => {
                // A person who typed STARTTLS and was told 220 wants the handshake.
                let tls = matches!(&self.server, Server::Session(s) if s.state().id() == StateId::Tls);
                if tls && matches!(input, client::Input::Octets(_)) {
                    moves.push(Move { act: Act::StartTls, reason: client::TYPED });
                }
            }
        }
        for next in moves.drain(..) {
            self.perform(next.act, next.reason, rec);
        }
        self.moves = moves;
    }

    fn perform(&mut self, act: Act, reason: Reason, rec: &mut Recorder<'_>) {
        if self.closed {
            return;
        }
        match act {
            Act::Send { octets, lines } => {
                self.writes = self.writes.saturating_add(1);
                for line in &lines {
                    if let LineKind::Command(verb) = line.kind {
                        self.phase = Phase::of(verb, self.phase);
                    }
                    self.awaited.push_back(self.phase);
                    let text = octets.get(line.range.clone()).unwrap_or_default();
                    let kind = match line.kind {
                        LineKind::Command(verb) => Kind::Command(verb),
                        LineKind::SaslResponse => Kind::SaslResponse,
                        LineKind::Message => Kind::Message,
                    };
                    let mark = rec.mark(self.now, kind, Side::Client, self.phase, line.reason, self.writes);
                    rec.said(mark, text, &mut self.marks);
                }
                self.fly(self.latency, Cargo::ToServer(octets));
            }
            Act::StartTls => self.fly(self.round_trip(), Cargo::Handshake),
            Act::Close { how } => {
                self.closed = true;
                let phase = if self.phase == Phase::Leave { Phase::Leave } else { self.phase };
                let detail = Detail::Closed { reset: how == Close::Reset };
                rec.note(self.now, Kind::Closed, Side::Client, phase, reason, detail);
                self.fly(self.latency, Cargo::FinToServer);
            }
        }
    }

    fn server(&mut self, at: Instant, input: session::Input<'_>, setup: &Setup, rec: &mut Recorder<'_>) {
        let Server::Session(session) = &mut self.server else { return };
        let mut out = std::mem::take(&mut self.said);
        if self.flights.is_empty() {
            out.clear();
        }
        session.handle(at, input, &setup.zone, &mut out);
        let phase = self.awaited.front().copied().unwrap_or(self.phase);
        for output in out.outputs.drain(..) {
            match output {
                // Lines were noted when they were sent.
                Output::Took(_) => {}
                Output::LookedUp(look_up) => {
                    let reason = look_up.reason;
                    rec.note(at, Kind::LookUp, Side::Server, phase, reason, Detail::LookUp(Box::new(look_up)));
                }
                Output::Found(found) => {
                    rec.note(at, Kind::Finding, Side::Server, phase, found.reason, Detail::Finding(found.text));
                }
                Output::Accepted(envelope) => self.accepted.push((at, *envelope)),
                Output::Ruled { ruling, octets, spans, not_before, state } => {
                    let arrives = not_before.max(at).after(self.latency);
                    let reply = Cargo::Reply { code: ruling.reply.code, reason: ruling.reason, octets, spans, state };
                    self.fly_at(arrives, reply);
                    if ruling.then == Then::Close {
                        self.fly_at(arrives, Cargo::FinToClient(FIN));
                    }
                }
                Output::Raw { octets, reason, not_before } => {
                    self.fly_at(not_before.max(at).after(self.latency), Cargo::Noise(reason, octets));
                }
                Output::Closed(reason) => self.fly_at(at.after(self.latency), Cargo::FinToClient(reason)),
            }
        }
        self.said = out;
    }
}

/// The verb of a typed line, right or wrong.
fn verb_of(line: &[u8]) -> Verb {
    let word = line.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    Verb::from_word(word)
}

/// A session of which nothing is known yet.
fn fresh() -> Snapshot {
    Snapshot { state: StateId::Opening, tls: false, hello: None, user: None, reverse_path: None, forward_paths: None }
}
