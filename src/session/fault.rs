//! Faults: a server made to misbehave at a chosen moment, so that one can see what a client makes of it.
//!
//! Not a policy: a fault follows no rule of a site. It is set in a scenario, and its events say so.

use serde::{Deserialize, Serialize};

use crate::reason::Reason;
use crate::session::ruling::{Ruling, Then};
use crate::smtp::{EnhancedCode, Reply, ReplyCode, Verb};
use crate::time::Duration;

/// The reply was set by the scenario.
pub(super) const REPLY: Reason = Reason::new("server.fault.reply");
/// The server closes without a reply, because the scenario says so.
pub(super) const CLOSE: Reason = Reason::new("server.fault.close");
/// The server says nothing, because the scenario says so.
pub(super) const SILENCE: Reason = Reason::new("server.fault.silence");
/// The server answers with something that is no SMTP, because the scenario says so.
pub(super) const GARBAGE: Reason = Reason::new("server.fault.garbage");
/// The server takes its time, because the scenario says so.
pub(super) const DELAY: Reason = Reason::new("server.fault.delay");

/// The reasons of this file.
pub(super) const REASONS: &[Reason] = &[REPLY, CLOSE, SILENCE, GARBAGE, DELAY];

/// A fault of a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// At which moment.
    pub at: Moment,
    /// At which occurrence of it on a connection, from 1; absent: at every one.
    #[serde(default)]
    pub nth: Option<u32>,
    /// On which connections to the server, counted from 1: up to this one; absent: on all.
    #[serde(default)]
    pub until_connection: Option<u64>,
    /// What happens.
    pub does: Effect,
}

/// A moment at which the server has to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each is the answer to the verb of its name; the two others have a line")]
pub enum Moment {
    /// Before any command.
    Greeting,
    Ehlo,
    Helo,
    Starttls,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// After the final dot.
    Message,
    Rset,
    Quit,
}

/// What a faulty server does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Effect {
    /// It answers so.
    Reply(FaultReply),
    /// It answers so and closes.
    ReplyAndClose(FaultReply),
    /// It closes without an answer.
    Close,
    /// It never answers.
    Silence,
    /// It answers after so many milliseconds more.
    DelayMs(u64),
    /// It answers with something that is no SMTP.
    Garbage,
}

/// A reply as a scenario sets it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultReply {
    /// The reply code, 200 to 599.
    pub code: ReplyCode,
    /// The enhanced status code.
    #[serde(default)]
    pub enhanced: Option<EnhancedCode>,
    /// The text.
    pub text: String,
}

/// What a session does instead of what it would have said.
pub(super) enum Instead {
    Say(Ruling),
    SayLater(Duration),
    Raw(&'static [u8]),
    Nothing,
    Close,
}

impl Fault {
    /// What becomes of a ruling at the `nth` occurrence of its moment on the `connection`-th connection.
    pub(super) fn instead(&self, at: Moment, nth: usize, connection: u64) -> Option<Instead> {
        let here = self.at == at
            && self.nth.is_none_or(|only| only as usize == nth)
            && self.until_connection.is_none_or(|last| connection <= last);
        here.then(|| match &self.does {
            Effect::Reply(reply) => Instead::Say(reply.ruling(Then::Continue)),
            Effect::ReplyAndClose(reply) => Instead::Say(reply.ruling(Then::Close)),
            Effect::Close => Instead::Close,
            Effect::Silence => Instead::Nothing,
            Effect::DelayMs(ms) => Instead::SayLater(Duration::from_millis(*ms)),
            Effect::Garbage => Instead::Raw(b"HTTP/1.1 400 Bad Request\r\n"),
        })
    }
}

impl Moment {
    /// The moment at which the reply to this verb is given.
    pub(super) const fn of(verb: Verb) -> Option<Self> {
        Some(match verb {
            Verb::Ehlo => Self::Ehlo,
            Verb::Helo => Self::Helo,
            Verb::StartTls => Self::Starttls,
            Verb::Auth => Self::Auth,
            Verb::Mail => Self::Mail,
            Verb::Rcpt => Self::Rcpt,
            Verb::Data => Self::Data,
            Verb::Rset => Self::Rset,
            Verb::Quit => Self::Quit,
            _ => return None,
        })
    }
}

impl FaultReply {
    fn ruling(&self, then: Then) -> Ruling {
        let reply = Reply { code: self.code, enhanced: self.enhanced, text: self.text.clone().into() };
        Ruling { reply, reason: REPLY, then }
    }
}
