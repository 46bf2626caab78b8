//! What a sender asks of notices (RFC 3461 §4): the parameters of MAIL and RCPT, their values, and what they mean.
//!
//! Not the notices themselves, which a queue writes.

use serde::{Deserialize, Serialize};

use super::xtext;

/// The wishes of one command, each value as it was written: RET and ENVID come with MAIL, NOTIFY and ORCPT with RCPT.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wishes {
    /// How much of the message a notice of failure returns (§4.3).
    pub ret: Option<String>,
    /// The sender's own mark, as xtext (§4.4).
    pub envid: Option<String>,
    /// On what a notice is wanted (§4.1).
    pub notify: Option<String>,
    /// The recipient as the sender first wrote it: a type and an address as xtext (§4.2).
    pub orcpt: Option<String>,
}

/// No wishes.
static NONE: Wishes = Wishes { ret: None, envid: None, notify: None, orcpt: None };

impl Wishes {
    /// The parameters of MAIL.
    pub const MAIL: [&'static str; 2] = ["RET", "ENVID"];
    /// The parameters of RCPT.
    pub const RCPT: [&'static str; 2] = ["NOTIFY", "ORCPT"];

    /// The value of a parameter, by its name in capital letters.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        let value = match name {
            "RET" => &self.ret,
            "ENVID" => &self.envid,
            "NOTIFY" => &self.notify,
            "ORCPT" => &self.orcpt,
            _ => &None,
        };
        value.as_deref()
    }

    /// Takes the value of a parameter, by its name in capital letters.
    pub fn set(&mut self, name: &str, value: &[u8]) {
        let value = Some(String::from_utf8_lossy(value).into_owned());
        match name {
            "RET" => self.ret = value,
            "ENVID" => self.envid = value,
            "NOTIFY" => self.notify = value,
            "ORCPT" => self.orcpt = value,
            _ => {}
        }
    }

    /// May a parameter of this name, in capital letters, have this value?
    #[must_use]
    pub fn fits(name: &str, value: &[u8]) -> bool {
        match name {
            "RET" => value.eq_ignore_ascii_case(b"FULL") || value.eq_ignore_ascii_case(b"HDRS"),
            "NOTIFY" => is_notify(value),
            "ORCPT" => is_address_of_a_type(value),
            _ => !value.is_empty() && xtext::decode(value, &mut Vec::new()).is_ok(),
        }
    }

    /// Is a notice wanted when the message is delivered, or handed to a server that sends none? (§5.2.2, §5.2.3)
    #[must_use]
    pub fn wants_success(&self) -> bool {
        self.notify.as_deref().is_some_and(|notify| names(notify, "SUCCESS"))
    }

    /// Is a notice wanted when delivery fails? So it is where nothing was said (§5.2.6).
    #[must_use]
    pub fn wants_failure(&self) -> bool {
        self.notify.as_deref().is_none_or(|notify| names(notify, "FAILURE"))
    }

    /// Is the whole message wanted back with a notice of failure (§4.3)?
    #[must_use]
    pub fn wants_whole(&self) -> bool {
        self.ret.as_deref().is_some_and(|ret| ret.eq_ignore_ascii_case("FULL"))
    }
}

fn names(list: &str, word: &str) -> bool {
    list.split(',').any(|it| it.eq_ignore_ascii_case(word))
}

/// RFC 3461 §4.1: NEVER alone, or a list of SUCCESS, FAILURE and DELAY.
fn is_notify(value: &[u8]) -> bool {
    let is = |word: &[u8], known: &str| word.eq_ignore_ascii_case(known.as_bytes());
    is(value, "NEVER")
        || value.split(|octet| *octet == b',').all(|word| ["SUCCESS", "FAILURE", "DELAY"].iter().any(|it| is(word, it)))
}

/// RFC 3461 §4.2: a type, a semicolon, an address as xtext.
fn is_address_of_a_type(value: &[u8]) -> bool {
    let Some(at) = value.iter().position(|octet| *octet == b';') else { return false };
    let (kind, address) = (&value[..at], &value[at + 1..]);
    !kind.is_empty() && xtext::decode(address, &mut Vec::new()).is_ok()
}

/// The wishes that go with a message and its recipients.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Those of MAIL.
    pub mail: Wishes,
    /// Those of RCPT, for each recipient that has any.
    pub rcpt: Vec<(String, Wishes)>,
}

impl Asked {
    /// The wishes for a recipient.
    #[must_use]
    pub fn of(&self, forward_path: &str) -> &Wishes {
        self.rcpt.iter().find(|(path, _)| path == forward_path).map_or(&NONE, |(_, wishes)| wishes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_notify_asks_for() {
        for (notify, success, failure) in [
            (None, false, true),
            (Some("NEVER"), false, false),
            (Some("success"), true, false),
            (Some("FAILURE,DELAY"), false, true),
            (Some("Success,Failure"), true, true),
            (Some("DELAY"), false, false),
        ] {
            let wishes = Wishes { notify: notify.map(str::to_owned), ..Wishes::default() };
            assert_eq!((wishes.wants_success(), wishes.wants_failure()), (success, failure), "{notify:?}");
        }
    }

    #[test]
    fn values_are_held_against_their_forms() {
        for (name, value, fits) in [
            ("RET", "full", true),
            ("RET", "ALL", false),
            ("NOTIFY", "NEVER", true),
            ("NOTIFY", "NEVER,SUCCESS", false),
            ("NOTIFY", "SUCCESS,DELAY", true),
            ("NOTIFY", "", false),
            ("ORCPT", "rfc822;bob@example.org", true),
            ("ORCPT", "bob@example.org", false),
            ("ORCPT", "rfc822;a\r\nb", false),
            ("ENVID", "QQ+2B1", true),
            ("ENVID", "QQ+2", false),
            ("ENVID", "", false),
        ] {
            assert_eq!(Wishes::fits(name, value.as_bytes()), fits, "{name}={value}");
        }
    }
}
