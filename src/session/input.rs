//! What happens to a session: octets, time, TLS, ends, and a driver that stops it.

use std::net::IpAddr;

use super::{Outbox, Ruling, Session, State, Then, Verdict};
use crate::smtp::{ReplyCode, ReplyKind};
use crate::time::Instant;

/// RFC 5321 §3.8: a server that is shut down from outside says 421 before it closes.
pub(super) const SHUTDOWN: Verdict = Verdict::new(
    "server.stopped.shutdown",
    ReplyCode::SERVICE_NOT_AVAILABLE,
    (4, 3, 2),
    "{host} Service shutting down, closing connection",
);
/// RFC 5321 §3.8: 421 also where a server cannot serve one more connection now.
pub(super) const BUSY: Verdict = Verdict::new(
    "server.stopped.busy",
    ReplyCode::SERVICE_NOT_AVAILABLE,
    (4, 3, 2),
    "{host} Too much to do at the moment, try again later",
);
/// RFC 5321 §4.5.3.2.7 bounds the wait for one command; a whole connection is bounded by this server's own limit.
pub(super) const OVERLONG: Verdict = Verdict::new(
    "server.stopped.overlong",
    ReplyCode::SERVICE_NOT_AVAILABLE,
    (4, 4, 2),
    "{host} Connection went on for too long, closing",
);

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] = &[&SHUTDOWN, &BUSY, &OVERLONG];

/// What happens to a session.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// The connection is open; on port 465 the TLS handshake is already behind it.
    Opened {
        /// The client's address.
        peer: IpAddr,
        /// Is it inside TLS?
        tls: bool,
    },
    /// Octets from the client, in any chunking; plain text always, TLS is the driver's.
    Octets(&'a [u8]),
    /// The handshake that `Then::StartTls` asked for has ended.
    Tls(Result<(), TlsFailure>),
    /// The client has closed its sending side.
    HalfClosed,
    /// The connection is gone.
    Closed,
    /// The moment of [`Session::deadline`](super::Session::deadline) has come.
    Timer,
    /// The driver ends the session.
    Stop(Stop),
}

/// Why a TLS handshake failed, as the server knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TlsFailure;

/// Why a driver ends a session that could go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The server is being shut down.
    Shutdown,
    /// The server already has as many connections, or as much to hold, as it takes.
    Busy,
    /// This connection has lasted longer, or had more to say, than the server allows.
    Overlong,
}

impl Stop {
    const fn verdict(self) -> &'static Verdict {
        match self {
            Self::Shutdown => &SHUTDOWN,
            Self::Busy => &BUSY,
            Self::Overlong => &OVERLONG,
        }
    }
}

impl Session {
    /// Says 421 and closes; on a connection that is closed already, nothing.
    pub(super) fn stop(&mut self, now: Instant, why: Stop, out: &mut Outbox) {
        if matches!(self.state, State::Closed) {
            return;
        }
        // Octets of a handshake can be no reply.
        if matches!(self.state, State::Tls(_)) {
            return self.close(why.verdict().reason, out);
        }
        let kind = if matches!(self.state, State::Opening) { ReplyKind::Greeting } else { ReplyKind::Other };
        let values = [("host", self.settings.name.as_str())];
        let ruling = Ruling::new(why.verdict(), &self.settings.profile, &values, Then::Close);
        self.say(now, ruling, kind, None, out);
    }
}
