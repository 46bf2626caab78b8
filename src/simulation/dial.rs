//! One call of `connect()`: SYNs go out, the network and the far end answer or do not.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};

use super::recorder::Recorder;
use super::setup::Setup;
use crate::client::{ConnectFailed, ConnectFailure};
use crate::network::{
    Action, Answer, CLOSED_PORT, ConnectError, Connecting, Decision, Errno, HANDSHAKE, NO_HOST, Step, System, Verdict,
};
use crate::reason::Reason;
use crate::time::{Duration, Instant};
use crate::transcript::{Connected, Detail, Kind, Phase, Side, Syn};

/// A connection that is being opened.
#[derive(Clone, Debug)]
pub(super) struct Dial {
    connecting: Connecting,
    system: System,
    from: SocketAddr,
    to: SocketAddr,
    started: Instant,
    latency: Duration,
    answers: VecDeque<Coming>,
    now: Instant,
}

/// An answer under way.
#[derive(Clone, Copy, Debug)]
struct Coming {
    at: Instant,
    answer: Answer,
    reason: Reason,
    from: SocketAddr,
    action: Option<Action>,
}

/// What a step of opening came to.
#[derive(Clone, Debug)]
pub(super) enum Dialed {
    /// Something happened, nothing is decided.
    Stepped,
    /// The connection is open: with whom in truth, and how far away.
    Open { to: SocketAddr, latency: Duration, at: Instant },
    /// It failed.
    Failed { why: ConnectFailure, reason: Reason, at: Instant },
}

impl Dial {
    /// An attempt that begins at `now`. `own_limit` is how long the program waits.
    pub(super) fn new(
        system: System,
        from: SocketAddr,
        to: SocketAddr,
        own_limit: Option<Duration>,
        setup: &Setup,
        now: Instant,
    ) -> Self {
        Self {
            connecting: Connecting::start(system, now, own_limit),
            system,
            from,
            to,
            started: now,
            latency: setup.network.latency(from.ip(), to.ip()),
            answers: VecDeque::new(),
            now,
        }
    }

    /// When it began.
    pub(super) fn started(&self) -> Instant {
        self.started
    }

    /// Takes the next thing in time order.
    pub(super) fn step(&mut self, setup: &Setup, rec: &mut Recorder<'_>) -> Dialed {
        let timer = self.connecting.deadline();
        match (self.answers.front().copied(), timer) {
            (Some(coming), timer) if timer.is_none_or(|timer| coming.at <= timer) => {
                self.answers.pop_front();
                self.now = coming.at;
                self.answered(coming, setup, rec)
            }
            (_, Some(timer)) => {
                self.now = timer;
                match self.connecting.poll(timer) {
                    Some(Step::Syn { number, reason }) => self.syn(number, reason, setup, rec),
                    Some(Step::Failed(error)) => self.failed(error, error.reason.unwrap_or(NO_HOST), rec),
                    Some(Step::Established) | None => Dialed::Stepped,
                }
            }
            // A kernel whose attempt is over has no deadline, and what it failed with was returned then.
            (_, None) => {
                let error = ConnectError { errno: Errno::TimedOut, own_limit: false, reason: None };
                self.failed(error, NO_HOST, rec)
            }
        }
    }

    fn syn(&mut self, number: usize, reason: Reason, setup: &Setup, rec: &mut Recorder<'_>) -> Dialed {
        let fate = setup.network.decide(self.from.ip(), self.to);
        let reached = match fate.verdict {
            Verdict::Redirect(other) => SocketAddr::new(other, self.to.port()),
            _ => self.to,
        };
        let answered = setup.host_name(reached.ip()).is_some();
        let detail = Detail::Syn(Box::new(Syn { from: self.from, to: self.to, fate, answered }));
        // A SYN that a rule discards is told by that rule; any other by why it was sent.
        let reason = if fate.verdict == Verdict::Drop { fate.reason } else { reason };
        let number = u8::try_from(number).unwrap_or(u8::MAX);
        let mark = rec.mark(self.now, Kind::Syn, Side::Client, Phase::Connect, reason, number);
        rec.transcript.push_detail(mark, detail);
        if let Some(coming) = self.coming(fate, reached, answered, setup) {
            self.answers.push_back(coming);
        }
        Dialed::Stepped
    }

    /// What will answer this SYN, if anything does.
    fn coming(&self, fate: Decision, reached: SocketAddr, answered: bool, setup: &Setup) -> Option<Coming> {
        let latency = setup.network.latency(self.from.ip(), reached.ip());
        let after = |length: Duration| self.now.after(length);
        let (answer, reason, from, action, at) = match fate.verdict {
            Verdict::Drop => return None,
            // The edge is about half way, so its answer takes as long as the way to the far end alone.
            Verdict::Reset => (Answer::Reset, fate.reason, self.to, Some(Action::Reset), after(self.latency)),
            Verdict::Icmp(kind) => {
                let router = SocketAddr::new(self.router(setup), 0);
                (Answer::Icmp(kind), fate.reason, router, Some(Action::Icmp(kind)), after(self.latency))
            }
            Verdict::Pass | Verdict::Redirect(_) if !answered => return None,
            Verdict::Pass if setup.listener(reached).is_some() => {
                (Answer::SynAck, HANDSHAKE, reached, None, after(latency.times(2)))
            }
            Verdict::Redirect(_) if setup.listener(reached).is_some() => {
                (Answer::SynAck, fate.reason, reached, None, after(latency.times(2)))
            }
            Verdict::Pass | Verdict::Redirect(_) => {
                (Answer::Reset, CLOSED_PORT, reached, None, after(latency.times(2)))
            }
        };
        Some(Coming { at, answer, reason, from, action })
    }

    /// The router that sends ICMP errors: the first address of the client's own network.
    fn router(&self, setup: &Setup) -> IpAddr {
        let segment = setup.network.segment(self.from.ip());
        segment.and_then(|segment| segment.prefixes.first()).map_or(self.to.ip(), crate::prefix::Prefix::first_host)
    }

    fn answered(&mut self, coming: Coming, setup: &Setup, rec: &mut Recorder<'_>) -> Dialed {
        let kind = match coming.answer {
            Answer::SynAck => Kind::Connected,
            Answer::Reset => Kind::Reset,
            Answer::Icmp(_) => Kind::Icmp,
        };
        let detail = match coming.answer {
            Answer::SynAck => Detail::Connected(Box::new(Connected { from: self.from, to: coming.from })),
            _ => Detail::Answer(Box::new(coming.from)),
        };
        let side = if coming.action.is_some() { Side::Network } else { Side::Server };
        rec.note(self.now, kind, side, Phase::Connect, coming.reason, detail);
        match self.connecting.handle(self.now, coming.answer) {
            Some(Step::Established) => Dialed::Open {
                to: coming.from,
                latency: setup.network.latency(self.from.ip(), coming.from.ip()),
                at: self.now,
            },
            Some(Step::Failed(error)) => self.failed(error, coming.reason, rec),
            Some(Step::Syn { .. }) | None => Dialed::Stepped,
        }
    }

    fn failed(&mut self, error: ConnectError, reason: Reason, rec: &mut Recorder<'_>) -> Dialed {
        let after = self.now.since(self.started);
        let detail = Detail::ConnectFailed { errno: error.errno, system: self.system, after };
        rec.note(self.now, Kind::ConnectFailed, Side::Client, Phase::Connect, reason, detail);
        let how = match error.errno {
            _ if error.own_limit => ConnectFailed::OwnLimit,
            Errno::TimedOut => ConnectFailed::TimedOut,
            Errno::ConnectionRefused | Errno::ConnectionReset => ConnectFailed::Refused,
            Errno::HostUnreachable | Errno::NetworkUnreachable | Errno::ProtocolNotAvailable => {
                ConnectFailed::Unreachable
            }
        };
        let why = ConnectFailure {
            how,
            errno: error.errno.name(self.system),
            number: error.errno.number(self.system),
            text: error.errno.text(self.system),
        };
        Dialed::Failed { why, reason, at: self.now }
    }
}
