//! How a program behaves as an SMTP client, as data: one [`Profile`] a program.
//!
//! Behaviours are switches read in one place each; a profile is their values and the texts the program shows. The
//! profiles with a `version` were measured on that version of the program; the others are plain good practice.

use litemap::LiteMap;

use serde::{Deserialize, Serialize};

use super::mta::Schedule;
use super::report::Stage;
use super::shown::Occasion;
use super::timer::Timers;
use crate::data;
use crate::sasl::Mechanism;
use crate::time::Duration;

/// A program that speaks SMTP as a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Profile {
    /// Its name as people know it.
    pub title: String,
    /// The version that was measured, if one was.
    #[serde(default)]
    pub version: Option<String>,
    /// What kind of program it is.
    pub kind: Kind,
    /// How long it waits for a connection, in seconds; `None` where it leaves that to its system.
    #[serde(default)]
    pub connect_timeout_s: Option<u64>,
    /// Its timers, in seconds, where they differ from those of RFC 5321 §4.5.3.2.
    #[serde(default)]
    pub timers: Timers,
    /// When its queue tries again, where it has one.
    #[serde(default)]
    pub queue: Schedule,
    /// How it behaves.
    #[serde(default)]
    pub manners: Manners,
    /// What it shows its user, by occasion, with placeholders in braces.
    #[serde(default, deserialize_with = "crate::octets::map")]
    pub shown: LiteMap<Occasion, String>,
    /// What it calls each point of a dialogue: the placeholder `{stage}` of its texts.
    #[serde(default, deserialize_with = "crate::octets::map")]
    pub stages: LiteMap<Stage, String>,
}

/// What kind of program a client is: who holds the message when sending fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A mail user agent: it tells its user, who tries again.
    Mua,
    /// A mail transfer agent: it has a queue, tries again by itself and returns what cannot be delivered.
    Mta,
    /// A bot: it never tries again and tells nobody.
    Bot,
}

/// The switches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
#[expect(clippy::struct_excessive_bools, reason = "each is one behaviour of a program, and they vary independently")]
pub struct Manners {
    /// With which verb it greets.
    pub hello: Hello,
    /// Does it speak without waiting for the greeting, as RFC 5321 §4.3.1 asks it to?
    pub early: bool,
    /// Does it write EHLO, HELO, MAIL, RCPT, DATA and RSET in lower case?
    pub lower_case: bool,
    /// Does it announce the message's size, where SIZE is offered (RFC 1870 §6), and how does it write the keyword?
    pub size: Size,
    /// Does it announce 8-bit content, where 8BITMIME is offered (RFC 6152 §3)?
    pub eight_bit: bool,
    /// Does it send ORCPT with each recipient, where DSN is offered (RFC 3461 §4.2)?
    pub orcpt: bool,
    /// Which commands it sends without waiting, where PIPELINING is offered (RFC 2920 §3.1).
    pub grouping: Grouping,
    /// Does each command of a group travel in a write of its own?
    pub single_writes: bool,
    /// Does QUIT follow the message in the same write, where PIPELINING is offered?
    pub quit_with_message: bool,
    /// How it authenticates.
    pub auth: AuthManners,
    /// What "STARTTLS required" means to it.
    pub starttls_required: Required,
    /// Does it use STARTTLS only when it has credentials to protect?
    pub tls_only_to_authenticate: bool,
    /// Does it use STARTTLS where it is offered, although nobody asked for it?
    pub starttls_unasked: bool,
    /// Does it go on in clear when STARTTLS is refused, unless it insists?
    pub go_on_without_tls: bool,
    /// Does it connect again in clear when the handshake failed, unless it insists?
    pub again_in_clear: bool,
    /// Does it stop at the first refused recipient?
    pub all_or_nothing: bool,
    /// Does it treat silence like a refusal, where others just close?
    pub silence_is_refusal: bool,
    /// How it takes leave.
    pub close: Closings,
}

/// The verb that begins a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hello {
    /// EHLO, and HELO where that is not understood (RFC 5321 §3.2).
    #[default]
    Ehlo,
    /// HELO alone: no extensions.
    Helo,
}

/// How the SIZE parameter is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Size {
    /// Not at all.
    #[default]
    None,
    /// `size=`.
    Lower,
    /// `SIZE=`.
    Upper,
}

/// Which commands are sent without waiting for replies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grouping {
    /// None.
    #[default]
    None,
    /// RCPT and DATA, once MAIL is answered.
    AfterMail,
    /// MAIL, RCPT and DATA.
    All,
}

/// How a program authenticates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct AuthManners {
    /// The mechanisms it knows, by preference.
    #[serde(with = "mechanisms")]
    pub order: Vec<Mechanism>,
    /// Those whose first response it sends with the AUTH command (RFC 4954 §4).
    #[serde(with = "mechanisms")]
    pub initial: Vec<Mechanism>,
    /// When it tries its next mechanism.
    pub next: NextMechanism,
    /// Does it go on without authentication when none is offered or all have failed?
    pub go_on_without: bool,
    /// Does it refuse to authenticate without TLS?
    pub only_with_tls: bool,
}

/// After which answers a program tries its next mechanism.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NextMechanism {
    /// After none: one try is all.
    #[default]
    Never,
    /// After a permanent refusal (5yz).
    AfterRefusal,
    /// After any failure.
    AfterAny,
}

/// What a program does that is told to use STARTTLS and is not offered it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Required {
    /// It gives up.
    #[default]
    Insist,
    /// It goes on in clear.
    IfOffered,
    /// It sends STARTTLS all the same.
    Anyway,
}

/// How a program takes leave at each point.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Closings {
    /// When the message is taken.
    pub done: Ending,
    /// When the greeting refuses.
    pub greeting: Ending,
    /// When EHLO and HELO are refused.
    pub ehlo: Ending,
    /// When STARTTLS is not offered.
    pub starttls_missing: Ending,
    /// When STARTTLS is refused.
    pub starttls_refused: Ending,
    /// When AUTH is not offered.
    pub auth_missing: Ending,
    /// When AUTH is refused.
    pub auth_refused: Ending,
    /// When MAIL, RCPT or DATA is refused.
    pub transaction: Ending,
    /// When the message is refused after the final dot.
    pub message: Ending,
}

/// A way to take leave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// QUIT, and the server closes (RFC 5321 §4.1.1.10).
    #[default]
    Quit,
    /// It just closes.
    Fin,
    /// RSET, its reply, QUIT.
    RsetThenQuit,
    /// RSET and QUIT in one write.
    RsetWithQuit,
}

/// A profile that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// No profile has this name.
    #[error("no client profile is named {0:?}")]
    NoSuchProfile(String),
    /// The text is no profile.
    #[error("client profile {id:?}: {error}")]
    Unreadable {
        /// The profile's name.
        id: String,
        /// What is wrong, with line and column.
        error: serde_json::Error,
    },
}

impl Profile {
    /// The built-in profile of this name.
    ///
    /// # Errors
    /// When there is none.
    pub fn built_in(id: &str) -> Result<Self, ProfileError> {
        let (_, text) = data::CLIENTS
            .iter()
            .find(|(name, _)| *name == id)
            .ok_or_else(|| ProfileError::NoSuchProfile(id.to_owned()))?;
        serde_json::from_str(text).map_err(|error| ProfileError::Unreadable { id: id.to_owned(), error })
    }

    /// The names of the built-in profiles.
    pub fn ids() -> impl Iterator<Item = &'static str> {
        data::CLIENTS.iter().map(|(id, _)| *id)
    }

    /// How long it waits for a connection; `None` where it leaves that to its system.
    #[must_use]
    pub fn connect_timeout(&self) -> Option<Duration> {
        self.connect_timeout_s.map(Duration::from_secs)
    }
}

/// Mechanisms by their names.
mod mechanisms {
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::sasl::Mechanism;
    use crate::smtp::quoted;

    pub(super) fn serialize<S: Serializer>(mechanisms: &[Mechanism], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(mechanisms.iter().map(|mechanism| mechanism.name()))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Mechanism>, D::Error> {
        let named = |name: String| {
            Mechanism::by_name(name.as_bytes()).ok_or_else(|| {
                serde::de::Error::custom(format!("{} is no mechanism this project speaks", quoted(&name)))
            })
        };
        Vec::<String>::deserialize(from)?.into_iter().map(named).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_profile_is_readable() {
        assert!(Profile::ids().count() >= 6);
        for id in Profile::ids() {
            let profile = Profile::built_in(id).unwrap_or_else(|error| panic!("{error}"));
            let initial = &profile.manners.auth.initial;
            assert!(initial.iter().all(|m| profile.manners.auth.order.contains(m) && !m.is_server_first()), "{id}");
        }
    }

    #[test]
    fn an_unknown_switch_or_mechanism_is_refused() {
        let read = |text: &str| serde_json::from_str::<Profile>(text);
        assert!(read(r#"{"title": "T", "kind": "mua"}"#).is_ok());
        assert!(read(r#"{"title": "T", "kind": "mua", "manners": {"sise": "upper"}}"#).is_err());
        assert!(read(r#"{"title": "T", "kind": "mua", "shown": {"greeting": "x"}}"#).is_err());
        let error = read(r#"{"title": "T", "kind": "mua", "manners": {"auth": {"order": ["PLAIM"]}}}"#);
        assert!(error.expect_err("no such mechanism").to_string().contains("PLAIM"));
        assert!(matches!(Profile::built_in("nobody"), Err(ProfileError::NoSuchProfile(_))));
    }
}
