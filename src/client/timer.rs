//! How long a client waits for each answer (RFC 5321 §4.5.3.2).
//!
//! Not a clock: a timer is a length of time, armed by the dialogue and watched by its driver.

use litemap::LiteMap;

use serde::{Deserialize, Serialize};

use crate::reason::Reason;
use crate::time::Duration;

pub(super) const GREETING: Reason = Reason::new("client.timeout.greeting");
pub(super) const COMMAND: Reason = Reason::new("client.timeout.command");
pub(super) const MAIL: Reason = Reason::new("client.timeout.mail");
pub(super) const RCPT: Reason = Reason::new("client.timeout.rcpt");
pub(super) const DATA_INITIATION: Reason = Reason::new("client.timeout.data-initiation");
pub(super) const DATA_BLOCK: Reason = Reason::new("client.timeout.data-block");
pub(super) const DATA_TERMINATION: Reason = Reason::new("client.timeout.data-termination");

/// A client's timers, one for each thing it waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Timer {
    /// For the 220 once the connection is open: 5 minutes (RFC 5321 §4.5.3.2.1).
    Greeting,
    /// For the reply to any command that RFC 5321 names no time for: EHLO, HELO, STARTTLS, AUTH, RSET, QUIT. 5 minutes,
    /// as for MAIL.
    Command,
    /// For the reply to MAIL: 5 minutes (RFC 5321 §4.5.3.2.2).
    Mail,
    /// For the reply to RCPT: 5 minutes (RFC 5321 §4.5.3.2.3).
    Rcpt,
    /// For the 354 after DATA: 2 minutes (RFC 5321 §4.5.3.2.4).
    DataInitiation,
    /// For each block of mail data to be taken by the network: 3 minutes (RFC 5321 §4.5.3.2.5). A link that takes all
    /// octets at once never lets it run out.
    DataBlock,
    /// For the reply to the final dot: 10 minutes (RFC 5321 §4.5.3.2.6).
    DataTermination,
}

impl Timer {
    /// Every timer there is.
    pub const ALL: [Self; 7] = [
        Self::Greeting,
        Self::Command,
        Self::Mail,
        Self::Rcpt,
        Self::DataInitiation,
        Self::DataBlock,
        Self::DataTermination,
    ];

    /// Its name, such as `data-initiation`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Greeting => "greeting",
            Self::Command => "command",
            Self::Mail => "mail",
            Self::Rcpt => "rcpt",
            Self::DataInitiation => "data-initiation",
            Self::DataBlock => "data-block",
            Self::DataTermination => "data-termination",
        }
    }

    /// The least time that RFC 5321 §4.5.3.2 asks for.
    #[must_use]
    pub const fn default(self) -> Duration {
        Duration::from_secs(match self {
            Self::Greeting | Self::Command | Self::Mail | Self::Rcpt => 5 * 60,
            Self::DataInitiation => 2 * 60,
            Self::DataBlock => 3 * 60,
            Self::DataTermination => 10 * 60,
        })
    }

    /// Why a client ends the dialogue when the timer runs out.
    #[must_use]
    pub const fn reason(self) -> Reason {
        match self {
            Self::Greeting => GREETING,
            Self::Command => COMMAND,
            Self::Mail => MAIL,
            Self::Rcpt => RCPT,
            Self::DataInitiation => DATA_INITIATION,
            Self::DataBlock => DATA_BLOCK,
            Self::DataTermination => DATA_TERMINATION,
        }
    }
}

/// How long each timer of one client runs: in whole seconds where it differs from the default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timers(#[serde(deserialize_with = "crate::octets::map")] LiteMap<Timer, u64>);

impl Timers {
    /// How long `timer` runs.
    #[must_use]
    pub fn of(&self, timer: Timer) -> Duration {
        self.0.get(&timer).copied().map_or(timer.default(), Duration::from_secs)
    }

    /// Lets `timer` run this many seconds.
    pub fn set(&mut self, timer: Timer, seconds: u64) {
        self.0.insert(timer, seconds);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_timer_has_a_reason_of_its_own_name() {
        for timer in Timer::ALL {
            assert_eq!(timer.reason().id(), format!("client.timeout.{}", timer.id()));
        }
    }

    #[test]
    fn a_profile_overrides_single_timers() {
        let timers: Timers = serde_json::from_str(r#"{"greeting": 30}"#).expect("timers");
        assert_eq!(timers.of(Timer::Greeting), Duration::from_secs(30));
        assert_eq!(timers.of(Timer::DataTermination), Duration::from_secs(600));
        assert!(serde_json::from_str::<Timers>(r#"{"greting": 30}"#).is_err());
    }
}
