//! What a client knows when its connection is over: who was taken, who refused, and in which words.
//!
//! Not the outcome of a journey: a report is of one connection, as its client saw it.

use core::fmt;
use core::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::{Timer, TlsFailure};
use crate::gather::Gather as _;
use crate::reason::Reason;
use crate::sasl::Mechanism;
use crate::smtp::{EnhancedCode, ReplyCode, Verb};

/// The server's end of a connection, as the client addresses it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Peer {
    /// The host name.
    pub host: String,
    /// The address connected to.
    pub address: IpAddr,
    /// The port.
    pub port: u16,
}

/// What became of one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that happened on the connection or did not")]
pub struct Report {
    /// Every recipient of the job, in its order.
    pub recipients: Vec<Recipient>,
    /// Has the server taken the message for at least one recipient?
    pub taken: bool,
    /// What went wrong first, where something did. A message may be taken all the same, for other recipients.
    pub failure: Option<Failure>,
    /// Did the connection end between the final dot and its reply? Then nobody knows who has the message (RFC 5321 §4.5.3.2.6).
    pub lost_after_dot: bool,
    /// The mechanism tried last, if any was.
    pub mechanism: Option<Mechanism>,
    /// Would this client now try once more without TLS?
    pub again_in_clear: bool,
    /// The last whole reply read.
    pub last: Option<Refusal>,
    /// Did the server offer DSN, so that what is asked of notices was passed on (RFC 3461 §5.2.1)?
    pub offers_dsn: bool,
}

impl Report {
    /// The report of a connection of which nothing is known yet.
    #[must_use]
    pub fn new(forward_paths: &[String]) -> Self {
        let recipients = forward_paths.iter().map(|path| Recipient { forward_path: path.clone(), fate: Fate::Pending });
        Self {
            recipients: recipients.gather(),
            taken: false,
            failure: None,
            lost_after_dot: false,
            mechanism: None,
            again_in_clear: false,
            last: None,
            offers_dsn: false,
        }
    }

    /// The report of a connection that never opened.
    #[must_use]
    pub fn never_connected(forward_paths: &[String], why: ConnectFailure) -> Self {
        let failure = Failure { stage: Stage::Connect, recipient: None, cause: Cause::Connect(why) };
        Self { failure: Some(failure), ..Self::new(forward_paths) }
    }
}

/// One recipient and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The mailbox of the forward-path.
    pub forward_path: String,
    /// What became of it.
    pub fate: Fate,
}

/// What became of one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nothing final: worth another try.
    Pending,
    /// The server refused it, for now or for good: the code says which.
    Refused(Refusal),
    /// The server has taken the message for it.
    Taken,
}

/// What a server said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The reply code.
    pub code: ReplyCode,
    /// The enhanced status code of its first line, if it has one.
    pub enhanced: Option<EnhancedCode>,
    /// The text without codes, lines separated by a line feed.
    pub text: String,
}

impl Refusal {
    /// The lines of the text.
    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.split('\n')
    }

    /// May the same be tried again later? Anything but a 5yz (RFC 5321 §4.2.1).
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        self.code.as_u16() / 100 != 5
    }
}

/// The whole reply in one text, such as `550 5.1.1 no such user here`.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code.as_u16())?;
        if let Some(enhanced) = self.enhanced {
            write!(f, " {enhanced}")?;
        }
        if self.text.is_empty() { Ok(()) } else { write!(f, " {}", self.text) }
    }
}

/// What went wrong, and at which point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// At which point.
    pub stage: Stage,
    /// With which recipient, by its place in the job, where it concerns one.
    pub recipient: Option<usize>,
    /// What.
    pub cause: Cause,
}

impl Failure {
    /// May the same be tried again later? RFC 5321 §3.8: a lost connection counts as a 451.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        match &self.cause {
            Cause::Refused(refusal) => refusal.is_temporary(),
            Cause::Connect(_) | Cause::GaveUp(_) | Cause::Lost { .. } | Cause::TimedOut(_) | Cause::Tls(_) => true,
        }
    }
}

/// A point of a dialogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Opening the connection.
    Connect,
    /// Waiting for the greeting.
    Greeting,
    /// EHLO or HELO.
    Ehlo,
    /// STARTTLS.
    StartTls,
    /// The TLS handshake.
    Tls,
    /// AUTH and its exchange.
    Auth,
    /// MAIL.
    Mail,
    /// RCPT.
    Rcpt,
    /// DATA, up to the 354.
    Data,
    /// The mail data and the reply to the final dot.
    Message,
}

impl Stage {
    /// The verb that stands for this point; none before SMTP has begun or while TLS is begun.
    #[must_use]
    pub const fn verb(self) -> Option<Verb> {
        match self {
            Self::Connect | Self::Greeting | Self::Tls => None,
            Self::Ehlo => Some(Verb::Ehlo),
            Self::StartTls => Some(Verb::StartTls),
            Self::Auth => Some(Verb::Auth),
            Self::Mail => Some(Verb::Mail),
            Self::Rcpt => Some(Verb::Rcpt),
            Self::Data | Self::Message => Some(Verb::Data),
        }
    }
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The connection never opened.
    Connect(ConnectFailure),
    /// The client itself would not go on.
    GaveUp(Reason),
    /// The connection ended before its time.
    Lost {
        /// By a reset?
        reset: bool,
    },
    /// The server refused.
    Refused(Refusal),
    /// No answer came in time.
    TimedOut(Timer),
    /// The TLS handshake failed.
    Tls(TlsFailure),
}

/// Why a connection never opened, in the terms of the client's system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConnectFailure {
    /// What kind of failure.
    pub how: ConnectFailed,
    /// The error's name, such as `ETIMEDOUT`.
    pub errno: &'static str,
    /// Its number, such as 110.
    pub number: u16,
    /// What the system calls it, such as `Connection timed out`.
    pub text: &'static str,
}

/// The kinds of failure to connect that programs tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConnectFailed {
    /// The program's own limit ended it.
    OwnLimit,
    /// Refused, by the other end or in its name.
    Refused,
    /// The system gave up.
    TimedOut,
    /// Somebody on the way says it cannot be reached.
    Unreachable,
}
