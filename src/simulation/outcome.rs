//! How a journey ended, read at the scenario's horizon.

use serde::Serialize;

/// How a run ended. Every field is always there; what does not apply is `null`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// In a word.
    pub kind: Ending,
    /// Who decided it: `client`, `server`, `network`, `dns` or `queue`.
    pub by: &'static str,
    /// On which leg, from 1.
    pub leg: u8,
    /// What that leg was for.
    pub purpose: Purpose,
    /// On which attempt of it, from 1.
    pub attempt: u8,
    /// The reply code that decided.
    pub code: Option<u16>,
    /// Its enhanced status code.
    pub enhanced: Option<String>,
    /// The system's error, where no code can exist.
    pub errno: Option<&'static str>,
    /// How long until the sender's program knew, in microseconds since the start.
    pub after_us: u64,
    /// Who has the mail now.
    pub mail_is_with: Holder,
    /// What the sender's program shows.
    pub shown: Option<String>,
    /// Why, as a reason id.
    pub reason: &'static str,
    /// When a queue tries again, in microseconds since the start.
    pub next_try_us: Option<u64>,
    /// What became of each recipient.
    pub recipients: Vec<RecipientOutcome>,
    /// The event that decided, by its index.
    #[serde(skip)]
    pub event: usize,
}

/// What became of one recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecipientOutcome {
    /// The mailbox.
    pub address: String,
    /// In a word.
    pub kind: Ending,
    /// The reply code that decided.
    pub code: Option<u16>,
    /// Its enhanced status code.
    pub enhanced: Option<String>,
}

/// How it ended, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// No TCP connection of the first leg opened.
    NeverConnected,
    /// It connected, and nobody has taken the mail.
    Refused,
    /// A queue after the first leg holds it.
    Deferred,
    /// Somebody took it, gave up, and sent a notice.
    Bounced,
    /// The last server took it for every recipient.
    Delivered,
}

impl Ending {
    /// All endings.
    pub const ALL: [Self; 5] = [Self::NeverConnected, Self::Refused, Self::Deferred, Self::Bounced, Self::Delivered];

    /// The word in JSON and data.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::NeverConnected => "never-connected",
            Self::Refused => "refused",
            Self::Deferred => "deferred",
            Self::Bounced => "bounced",
            Self::Delivered => "delivered",
        }
    }
}

/// What a leg is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// From the author's program to the first server that takes responsibility.
    Submission,
    /// From server to server.
    Relay,
    /// The notice that it could not be delivered.
    Bounce,
    /// The notice that it was delivered, or passed on, which the sender has asked for (RFC 3461 §4.1).
    Report,
}

impl Purpose {
    /// The word in JSON and data.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Submission => "submission",
            Self::Relay => "relay",
            Self::Bounce => "bounce",
            Self::Report => "report",
        }
    }

    /// Does a server tell the sender something on it?
    #[must_use]
    pub const fn is_notice(self) -> bool {
        matches!(self, Self::Bounce | Self::Report)
    }
}

/// Who has the mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holder {
    /// The sender: nobody took it.
    Sender,
    /// The submission server's queue.
    MsaQueue,
    /// The queue of an MTA.
    MtaQueue,
    /// The recipient's mailbox.
    Mailbox,
    /// Nobody: a bot dropped it, or it failed and nobody is told.
    Nobody,
    /// The connection was lost after the final dot: it may have been taken, or not.
    Unknown,
}

impl Holder {
    /// The word in JSON and data.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Sender => "sender",
            Self::MsaQueue => "msa-queue",
            Self::MtaQueue => "mta-queue",
            Self::Mailbox => "mailbox",
            Self::Nobody => "nobody",
            Self::Unknown => "unknown",
        }
    }
}
