//! The closed lists an event is classed by.

use crate::smtp::{ReplyCode, Verb};

/// What kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A look-up with its answer.
    LookUp,
    /// A SYN.
    Syn,
    /// A reset that answers a SYN.
    Reset,
    /// An ICMP error that answers a SYN.
    Icmp,
    /// The finished TCP handshake.
    Connected,
    /// Opening the connection failed.
    ConnectFailed,
    /// The TLS handshake, finished or failed.
    Tls,
    /// A command line.
    Command(Verb),
    /// A response inside an AUTH exchange.
    SaslResponse,
    /// The mail data.
    Message,
    /// A whole reply.
    Reply(ReplyCode),
    /// Octets that are no SMTP.
    Noise,
    /// The client waited in vain and gave up.
    GaveUp,
    /// A close.
    Closed,
    /// A queue decision.
    Queue,
    /// A policy's or server's finding.
    Finding,
    /// The outcome.
    Outcome,
}

/// The layer an event belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// The name system.
    Dns,
    /// TCP.
    Tcp,
    /// TLS.
    Tls,
    /// SMTP, commands and replies.
    Smtp,
    /// Mail data.
    Data,
    /// A queue.
    Queue,
    /// A decision of a server.
    Policy,
    /// The whole journey.
    Journey,
}

/// Whose event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The SMTP client or its system.
    Client,
    /// The SMTP server or its system.
    Server,
    /// Somebody on the way, or nobody.
    Network,
}

/// Where in the session an event belongs: the headings of a transcript.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// DNS and TCP.
    Connect,
    /// The greeting, EHLO or HELO, STARTTLS.
    Greet,
    /// AUTH.
    Authenticate,
    /// MAIL and RCPT.
    Envelope,
    /// DATA and the message.
    Message,
    /// QUIT and the close.
    Leave,
    /// What a queue does.
    Queue,
    /// The end of the journey.
    Outcome,
}

impl Kind {
    /// Is it something that was said, octets on the wire, or silence where something should have been? All others have
    /// particulars instead.
    #[must_use]
    pub const fn is_said(self) -> bool {
        matches!(
            self,
            Self::Command(_) | Self::SaslResponse | Self::Message | Self::Reply(_) | Self::Noise | Self::GaveUp
        )
    }

    /// The layer.
    #[must_use]
    pub const fn layer(self) -> Layer {
        match self {
            Self::LookUp => Layer::Dns,
            Self::Syn | Self::Reset | Self::Icmp | Self::Connected | Self::ConnectFailed | Self::Closed => Layer::Tcp,
            Self::Tls => Layer::Tls,
            Self::Command(_) | Self::SaslResponse | Self::Reply(_) | Self::Noise | Self::GaveUp => Layer::Smtp,
            Self::Message => Layer::Data,
            Self::Queue => Layer::Queue,
            Self::Finding => Layer::Policy,
            Self::Outcome => Layer::Journey,
        }
    }
}

impl Layer {
    /// The id in transcripts.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Tcp => "tcp",
            Self::Tls => "tls",
            Self::Smtp => "smtp",
            Self::Data => "data",
            Self::Queue => "queue",
            Self::Policy => "policy",
            Self::Journey => "journey",
        }
    }
}

impl Side {
    /// The id in transcripts.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
            Self::Network => "network",
        }
    }
}

impl Phase {
    /// All phases in order.
    pub const ALL: [Self; 8] = [
        Self::Connect,
        Self::Greet,
        Self::Authenticate,
        Self::Envelope,
        Self::Message,
        Self::Leave,
        Self::Queue,
        Self::Outcome,
    ];

    /// The id in transcripts and data.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Greet => "greet",
            Self::Authenticate => "authenticate",
            Self::Envelope => "envelope",
            Self::Message => "message",
            Self::Leave => "leave",
            Self::Queue => "queue",
            Self::Outcome => "outcome",
        }
    }

    /// The phase a command of this verb belongs to, for a session that is in `now`.
    #[must_use]
    pub const fn of(verb: Verb, now: Self) -> Self {
        match verb {
            Verb::Ehlo | Verb::Helo | Verb::StartTls => Self::Greet,
            Verb::Auth => Self::Authenticate,
            Verb::Mail | Verb::Rcpt | Verb::Send | Verb::Soml | Verb::Saml => Self::Envelope,
            Verb::Data | Verb::Bdat => Self::Message,
            Verb::Quit => Self::Leave,
            Verb::Rset
            | Verb::Noop
            | Verb::Vrfy
            | Verb::Expn
            | Verb::Help
            | Verb::Turn
            | Verb::Etrn
            | Verb::Unknown => now,
        }
    }
}
