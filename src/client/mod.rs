//! The SMTP client's end: what it sends, why, and what it makes of the answers.
//!
//! Pure: octets, closes and the time come in as [`Input`]s, and [`Move`]s go out, each with the one reason for which the
//! client makes it. Not the network (the driver opens connections and carries octets), and never the server's mind: a
//! client sees reply codes and nothing else.
//!
//! - [`Dialogue`]: one connection of a client with a message to send (MUA, MTA or bot; its [`Profile`] says how it
//!   behaves).
//! - [`Script`]: a client that sends given octets, one write a reply.
//! - [`mta`]: what a mail transfer agent does around its connections: where to, in which order, when again, and the
//!   notice when it gives up.

use core::ops::Range;

use crate::reason::Reason;
use crate::smtp::Verb;

pub mod mta;

mod dialogue;
mod inbox;
mod job;
mod offers;

mod profile;
mod report;
mod script;
mod shown;
mod timer;

pub use dialogue::Dialogue;
pub use job::{Credentials, Job, Security};
pub use profile::{Ending, Grouping, Hello, Kind, Manners, Profile, ProfileError};
pub use report::{Cause, ConnectFailed, ConnectFailure, Failure, Fate, Peer, Recipient, Refusal, Report, Stage};
pub use script::Script;
pub use shown::{Occasion, Scene};
pub use timer::{Timer, Timers};

/// What comes to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input<'a> {
    /// The connection is open; `tls` says whether the handshake of an implicit-TLS port has already succeeded.
    Opened {
        /// Is the connection protected from the first octet on?
        tls: bool,
    },
    /// Octets from the server, in any chunking, always in clear.
    Octets(&'a [u8]),
    /// How the TLS handshake ended: the one asked for by [`Act::StartTls`], or, in place of [`Input::Opened`], the
    /// failed one of an implicit-TLS port.
    Tls(Result<(), TlsFailure>),
    /// The server's end is closed.
    Closed {
        /// By a reset?
        reset: bool,
    },
    /// The moment of [`Dialogue::deadline`] has come.
    Timer,
}

/// Why a TLS handshake failed, as the client sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TlsFailure {
    /// The server's certificate is not one the client trusts.
    Untrusted,
    /// What came was no TLS: the server speaks in clear on this port.
    NotTls,
}

/// What a client does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// One write.
    Send {
        /// The octets.
        octets: Vec<u8>,
        /// The lines and messages in them, in order, without gaps. Several commands in one write are pipelined.
        lines: Vec<Line>,
    },
    /// Begins the TLS handshake. What the server sends next in clear is not for this dialogue.
    StartTls,
    /// Closes its end.
    Close {
        /// How.
        how: Close,
    },
}

/// How an end is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Close {
    /// In order.
    Fin,
    /// Abruptly.
    Reset,
}

/// One line, or one message, of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its octets, within those of the write, line ends included.
    pub range: Range<usize>,
    /// What it is.
    pub kind: LineKind,
    /// Why it is sent.
    pub reason: Reason,
}

/// What a line of a client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineKind {
    /// A command.
    Command(Verb),
    /// A response inside an AUTH exchange.
    SaslResponse,
    /// Mail data up to and including the final dot.
    Message,
}

/// One act and the reason for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// What the client does.
    pub act: Act,
    /// Why. For a write of several lines, the reason of the first.
    pub reason: Reason,
}

const EHLO: Reason = Reason::new("client.ehlo");
const EARLY: Reason = Reason::new("client.ehlo-early");
const HELO: Reason = Reason::new("client.helo");
const HELO_FALLBACK: Reason = Reason::new("client.helo-fallback");
const EHLO_AFTER_TLS: Reason = Reason::new("client.ehlo-after-tls");
const STARTTLS_REQUIRED: Reason = Reason::new("client.starttls-required");
const STARTTLS_IF_OFFERED: Reason = Reason::new("client.starttls-if-offered");
const TLS: Reason = Reason::new("client.tls");
const AUTH: Reason = Reason::new("client.auth");
const AUTH_NEXT: Reason = Reason::new("client.auth-next");
const AUTH_CANCELLED: Reason = Reason::new("client.auth-cancelled");
/// The answer to a challenge of AUTH.
pub const SASL_RESPONSE: Reason = Reason::new("client.sasl-response");
const MAIL: Reason = Reason::new("client.mail");
const RCPT: Reason = Reason::new("client.rcpt");
const DATA: Reason = Reason::new("client.data");
/// The mail data and the line with a lone dot that ends them.
pub const MESSAGE: Reason = Reason::new("client.message");
const EMPTY_MESSAGE: Reason = Reason::new("client.empty-message");
const QUIT: Reason = Reason::new("client.quit");
const QUIT_AFTER_REFUSAL: Reason = Reason::new("client.quit-after-refusal");
const RSET_AFTER_REFUSAL: Reason = Reason::new("client.rset-after-refusal");
const CLOSE: Reason = Reason::new("client.close");
const CLOSE_AFTER_REFUSAL: Reason = Reason::new("client.close-after-refusal");
const CLOSE_AFTER_421: Reason = Reason::new("client.close-after-421");
const CLOSE_AFTER_QUIT: Reason = Reason::new("client.close-after-quit");
const NO_STARTTLS: Reason = Reason::new("client.gave-up.starttls-not-offered");
const NO_AUTH: Reason = Reason::new("client.gave-up.auth-not-offered");
const AUTH_IN_CLEAR: Reason = Reason::new("client.gave-up.auth-in-clear");
const UNTRUSTED: Reason = Reason::new("client.gave-up.certificate");
const NOT_TLS: Reason = Reason::new("client.gave-up.not-tls");
const UNREADABLE: Reason = Reason::new("client.gave-up.unreadable-reply");
const REPLY_TOO_LONG: Reason = Reason::new("client.gave-up.reply-too-long");
const SCRIPT: Reason = Reason::new("client.script");
/// A person typed it.
pub const TYPED: Reason = Reason::new("client.typed");
/// A program from outside did it; why, it alone knows.
pub const OUTSIDE: Reason = Reason::new("client.outside");

/// Every reason a client can have for a move.
pub const REASONS: &[Reason] = &[
    EHLO,
    EARLY,
    HELO,
    HELO_FALLBACK,
    EHLO_AFTER_TLS,
    STARTTLS_REQUIRED,
    STARTTLS_IF_OFFERED,
    TLS,
    AUTH,
    AUTH_NEXT,
    AUTH_CANCELLED,
    SASL_RESPONSE,
    MAIL,
    RCPT,
    DATA,
    MESSAGE,
    EMPTY_MESSAGE,
    QUIT,
    QUIT_AFTER_REFUSAL,
    RSET_AFTER_REFUSAL,
    CLOSE,
    CLOSE_AFTER_REFUSAL,
    CLOSE_AFTER_421,
    CLOSE_AFTER_QUIT,
    NO_STARTTLS,
    NO_AUTH,
    AUTH_IN_CLEAR,
    UNTRUSTED,
    NOT_TLS,
    UNREADABLE,
    REPLY_TOO_LONG,
    SCRIPT,
    TYPED,
    OUTSIDE,
    timer::GREETING,
    timer::COMMAND,
    timer::MAIL,
    timer::RCPT,
    timer::DATA_INITIATION,
    timer::DATA_BLOCK,
    timer::DATA_TERMINATION,
];
