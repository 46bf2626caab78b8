//! One connection: octets from the socket to the session, and what the session says back to the socket in its time.
//!
//! Knows no SMTP. It keeps the clock, the socket's and the session's time-outs and this server's own limits, and gives
//! everything that happens to the [`Log`].

use std::collections::VecDeque;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use rustls::ServerConfig;

use super::keep::{Record, Taken};
use super::log::Log;
use super::shared::{Held, Shared};
use super::wire::{Heard, Wire};
use crate::cli::Failure;
use crate::client::OUTSIDE;
use crate::knowledge;
use crate::network::{FIN, HANDSHAKE, RESET, TLS_HANDSHAKE};
use crate::reason::Reason;
use crate::server::Surroundings;
use crate::session::{Envelope, Input, Outbox, Output, Role, Session, Snapshot, StateId, Stop, Then, TlsFailure};
use crate::smtp::{ReplyCode, Span};
use crate::time::{Duration, Instant};
use crate::transcript::{Connected, Detail, Kind, Side, to_json};

/// The most events of one connection.
const EVENTS: usize = 10_000;

/// The most replies that wait for their time; then the client is not listened to.
const WAITING: usize = 256;

/// How much is read at once, in octets.
const BUFFER: usize = 64 * 1024;

/// A connection that came in.
pub(super) struct Arrival {
    pub(super) socket: TcpStream,
    pub(super) peer: SocketAddr,
    pub(super) local: SocketAddr,
    /// Does TLS begin with the first octet?
    pub(super) implicit_tls: bool,
    /// Its number, from 1.
    pub(super) number: u64,
}

/// Serves a connection to its end and keeps its transcript.
pub(super) fn serve(arrival: Arrival, shared: &Shared) -> Result<(), Failure> {
    let opened = shared.now();
    let role = match shared.plan.config.role {
        Role::Mx => knowledge::Role::Mx,
        Role::Msa => knowledge::Role::Msa,
    };
    let surroundings = Surroundings { epoch: shared.epoch, entropy: shared.entropy_of(arrival.number) };
    let settings = shared.plan.settings(arrival.implicit_tls, surroundings)?;
    let Arrival { socket, peer, local, implicit_tls, number } = arrival;
    let wire = Wire::new(socket).map_err(|error| Failure(format!("connection {number}: {error}")))?;
    let mut connection = Connection {
        session: Session::new(settings, shared.memory(number)),
        wire,
        shared,
        log: Log::new(number, opened, role, &shared.words),
        out: Outbox::default(),
        waiting: VecDeque::new(),
        messages: Vec::new(),
        held: Held::new(shared),
        opened,
        hurry: false,
        over: false,
    };
    connection.run(peer, local, implicit_tls);
    let Connection { session, wire, log, messages, .. } = connection;
    wire.close();
    shared.remember(session.into_memory());
    let record = Record {
        r#type: "smtp-explainer/transcript",
        version: 1,
        connection: number,
        peer: peer.to_string(),
        server: &shared.plan.name,
        role: shared.plan.config.role.id(),
        personality: &shared.personality,
        opened: shared.epoch.saturating_add(opened.as_micros() / 1_000_000),
        events: to_json(log.transcript()),
        messages: &messages,
        octets_left_out: log.octets_left_out(),
    };
    shared.keeper.transcript(&record).map_err(|error| Failure(format!("the transcript of {number}: {error}")))
}

struct Connection<'a> {
    session: Session,
    wire: Wire,
    shared: &'a Shared,
    log: Log<'a>,
    out: Outbox,
    waiting: VecDeque<Waiting>,
    messages: Vec<Taken>,
    held: Held<'a>,
    opened: Instant,
    /// The session was stopped: nothing waits for its time any more.
    hurry: bool,
    over: bool,
}

/// Something to send, at its time.
struct Waiting {
    at: Instant,
    octets: Vec<u8>,
    what: What,
}

enum What {
    Reply { code: ReplyCode, reason: Reason, spans: Vec<Span>, state: Snapshot, then: Then },
    Noise(Reason),
    Close(Reason),
}

impl Connection<'_> {
    /// Each turn reads, waits or ends; the connection's lifetime bounds them all.
    fn run(&mut self, peer: SocketAddr, local: SocketAddr, implicit_tls: bool) {
        let ends = Box::new(Connected { from: peer, to: local });
        self.log.note(self.opened, Kind::Connected, Side::Network, HANDSHAKE, Detail::Connected(ends));
        if implicit_tls {
            self.secure(|secured| match secured {
                Ok(()) => Input::Opened { peer: peer.ip(), tls: true },
                Err(failure) => Input::Tls(Err(failure)),
            });
        } else {
            self.input(Input::Opened { peer: peer.ip(), tls: false });
        }
        let mut buffer = vec![0; BUFFER];
        while !self.over {
            self.send_due();
            if !self.over {
                self.turn(&mut buffer);
            }
        }
        self.log.end_piece();
    }

    fn turn(&mut self, buffer: &mut [u8]) {
        if self.waiting.is_empty() && self.session.state().id() == StateId::Tls {
            return self.secure(Input::Tls);
        }
        let now = self.shared.now();
        if let Some(why) = self.stop(now) {
            self.hurry = true;
            return self.input(Input::Stop(why));
        }
        if self.session.deadline().is_some_and(|deadline| deadline <= now) {
            return self.input(Input::Timer);
        }
        let next = self.waiting.front().map(|waiting| waiting.at);
        let wake = next.into_iter().chain(self.session.deadline()).min();
        let at_most = wake.map_or(super::wire::SLICE, |at| std::time::Duration::from_micros(at.since(now).as_micros()));
        if self.waiting.len() >= WAITING {
            return std::thread::sleep(at_most.min(super::wire::SLICE));
        }
        match self.wire.read(buffer, at_most) {
            Heard::Nothing => {}
            Heard::Octets(count) => {
                let octets = buffer.get(..count).unwrap_or_default();
                self.log.heard(octets);
                self.held.more(count);
                self.input(Input::Octets(octets));
            }
            Heard::End => {
                self.leave(OUTSIDE, false);
                self.input(Input::HalfClosed);
            }
            Heard::Gone => {
                self.leave(RESET, true);
                self.input(Input::Closed);
                self.over = true;
            }
        }
    }

    fn leave(&mut self, reason: Reason, reset: bool) {
        self.log.end_piece();
        let side = if reset { Side::Network } else { Side::Client };
        self.log.note(self.shared.now(), Kind::Closed, side, reason, Detail::Closed { reset });
    }

    /// Why the session must end now, if it must.
    fn stop(&self, now: Instant) -> Option<Stop> {
        if self.hurry {
            return None;
        }
        if self.shared.is_stopping() {
            return Some(Stop::Shutdown);
        }
        if self.held.is_too_much() {
            return Some(Stop::Busy);
        }
        let overlong = now.since(self.opened) >= self.shared.lifetime || self.log.len() >= EVENTS;
        overlong.then_some(Stop::Overlong)
    }

    /// Makes the TLS handshake and tells the session how it ended.
    fn secure<'i>(&mut self, told: impl FnOnce(Result<(), TlsFailure>) -> Input<'i>) {
        let shared = self.shared;
        let config: &Arc<ServerConfig> = &shared.tls;
        let goes_on = || !shared.is_stopping() && shared.now().since(self.opened) < shared.lifetime;
        let result = self.wire.handshake(config, goes_on).map_err(|_| TlsFailure);
        if result.is_ok() {
            let name = shared.plan.name.clone();
            self.log.note(shared.now(), Kind::Tls, Side::Network, TLS_HANDSHAKE, Detail::Secured { name });
        }
        self.input(told(result));
    }

    fn input(&mut self, input: Input<'_>) {
        let now = self.shared.now();
        let mut out = std::mem::take(&mut self.out);
        out.clear();
        self.session.handle(now, input, &self.shared.plan.zone, &mut out);
        for output in std::mem::take(&mut out.outputs) {
            self.take(now, output, &out);
        }
        self.out = out;
    }

    fn take(&mut self, now: Instant, output: Output, out: &Outbox) {
        if let Output::Took(took) = output {
            return self.log.took(now, took);
        }
        self.log.end_piece();
        match output {
            Output::Took(_) => {}
            Output::LookedUp(look_up) => {
                let reason = look_up.reason;
                self.log.note(now, Kind::LookUp, Side::Server, reason, Detail::LookUp(Box::new(look_up)));
            }
            Output::Found(found) => {
                self.log.note(now, Kind::Finding, Side::Server, found.reason, Detail::Finding(found.text));
            }
            Output::Accepted(envelope) => self.accept(&envelope),
            Output::Ruled { ruling, octets, spans, not_before, state } => {
                self.held.worked_off();
                self.wait(
                    not_before,
                    out.octets.get(octets),
                    What::Reply {
                        code: ruling.reply.code,
                        reason: ruling.reason,
                        spans: out.spans.as_slice().get(spans).unwrap_or_default().to_vec(),
                        state,
                        then: ruling.then,
                    },
                );
            }
            Output::Raw { octets, reason, not_before } => {
                self.wait(not_before, out.octets.get(octets), What::Noise(reason));
            }
            Output::Closed(reason) => self.wait(now, None, What::Close(reason)),
        }
    }

    fn wait(&mut self, at: Instant, octets: Option<&[u8]>, what: What) {
        self.waiting.push_back(Waiting { at, octets: octets.unwrap_or_default().to_vec(), what });
    }

    /// A message is kept before the client hears that it was. Where that fails the client must not hear it: the reply
    /// is taken back and the connection ends.
    fn accept(&mut self, envelope: &Envelope) {
        let seconds = self.shared.epoch.saturating_add(self.shared.now().as_micros() / 1_000_000);
        match self.shared.keeper.message(envelope, seconds) {
            Ok(()) => self.messages.push(Taken::from(envelope)),
            Err(error) => {
                self.shared.complain(&format!("message {}: {error}", envelope.id));
                self.waiting.pop_back();
                self.held.refuse();
            }
        }
    }

    /// Sends whatever is due, in order.
    fn send_due(&mut self) {
        while let Some(next) = self.waiting.front() {
            if next.at > self.shared.now() && !self.hurry {
                return;
            }
            let Some(Waiting { octets, what, .. }) = self.waiting.pop_front() else { return };
            if self.wire.write(&octets).is_err() {
                self.leave(RESET, true);
                self.session_is_gone();
                return;
            }
            let now = self.shared.now();
            match what {
                What::Reply { code, reason, spans, state, then } => {
                    self.log.replied(now, Kind::Reply(code), reason, &octets, &spans, Some(&state));
                    if then == Then::Close {
                        self.finish(now, FIN);
                    }
                }
                What::Noise(reason) => self.log.replied(now, Kind::Noise, reason, &octets, &[], None),
                What::Close(reason) => self.finish(now, reason),
            }
        }
        // Whoever was stopped while nothing could be said any more ends here.
        self.over |= self.hurry || self.session.state().id() == StateId::Closed;
    }

    fn finish(&mut self, now: Instant, reason: Reason) {
        self.log.end_piece();
        self.log.note(now, Kind::Closed, Side::Server, reason, Detail::Closed { reset: false });
        self.waiting.clear();
        self.over = true;
    }

    fn session_is_gone(&mut self) {
        self.waiting.clear();
        self.input(Input::Closed);
        self.over = true;
    }
}

/// A refusal of a connection for which there is no room: what the session says about that, if it can say it.
pub(super) fn refusal(shared: &Shared) -> Vec<u8> {
    let surroundings = Surroundings { epoch: shared.epoch, entropy: 0 };
    let Ok(settings) = shared.plan.settings(false, surroundings) else { return Vec::new() };
    let mut out = Outbox::default();
    let mut session = Session::new(settings, crate::session::Memory::default());
    session.handle(Instant::ZERO, Input::Stop(Stop::Busy), &shared.plan.zone, &mut out);
    out.octets
}

/// As the command line gives it.
pub(super) const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}
