//! DSN (RFC 3461): the sender says which notices it wants, and how to recognise them.
//!
//! The requests are read and held against the RFC; which notices are written, the queue of the simulation says.

use crate::session::{Context, Extension, Ruling, Transaction, Verdict};
use crate::smtp::{Parameter, ReplyCode, Verb, xtext};

/// RFC 3461 §4: the value is not of the form its parameter asks for.
const VALUE: Verdict =
    Verdict::new("server.dsn.value", ReplyCode::BAD_ARGUMENT, (5, 5, 4), "{parameter} has not this value");
/// RFC 3461 §4: a parameter at most once in a command.
const TWICE: Verdict =
    Verdict::new("server.dsn.twice", ReplyCode::BAD_ARGUMENT, (5, 5, 4), "{parameter} stands there twice");
/// RFC 3461 §4.4: an envelope id has at most a hundred characters.
const LONG_ENVID: Verdict =
    Verdict::new("server.dsn.long-envid", ReplyCode::BAD_ARGUMENT, (5, 5, 4), "ENVID is too long");

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] = &[&VALUE, &TWICE, &LONG_ENVID];

/// The extension.
pub(super) struct Dsn;

impl Extension for Dsn {
    fn keyword(&self) -> &'static str {
        "DSN"
    }

    fn offer(&self, _cx: &Context<'_>) -> Option<String> {
        Some(String::new())
    }

    fn has_parameter(&self, verb: Verb, keyword: &[u8]) -> bool {
        let own: &[&str] = match verb {
            Verb::Mail => &["RET", "ENVID"],
            Verb::Rcpt => &["NOTIFY", "ORCPT"],
            _ => &[],
        };
        own.iter().any(|own| keyword.eq_ignore_ascii_case(own.as_bytes()))
    }

    fn parameter(&self, cx: &Context<'_>, parameter: Parameter<'_>, into: &mut Transaction) -> Result<(), Ruling> {
        let name = String::from_utf8_lossy(parameter.keyword()).to_ascii_uppercase();
        let values = [("parameter", name.as_str())];
        let value = parameter.value().unwrap_or_default();
        let fits = match name.as_str() {
            "RET" => value.eq_ignore_ascii_case(b"FULL") || value.eq_ignore_ascii_case(b"HDRS"),
            "NOTIFY" => is_notify(value),
            "ORCPT" => is_address_of_a_type(value),
            _ => !value.is_empty() && xtext::decode(value, &mut Vec::new()).is_ok(),
        };
        if !fits {
            return Err(cx.rule(&VALUE, &values));
        }
        if name == "ENVID" && value.len() > cx.settings.profile.limits.envid {
            return Err(cx.rule(&LONG_ENVID, &values));
        }
        if into.dsn.contains(&name) && !cx.settings.profile.dialect.repeated_parameters {
            return Err(cx.rule(&TWICE, &values));
        }
        into.dsn.push(name);
        Ok(())
    }

    fn length_increment(&self, verb: Verb) -> usize {
        // RFC 3461 §4: RET and ENVID lengthen MAIL by 107 octets, NOTIFY and ORCPT lengthen RCPT by 528.
        match verb {
            Verb::Mail => 107,
            Verb::Rcpt => 528,
            _ => 0,
        }
    }
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
    !kind.is_empty() && !address.is_empty() && xtext::decode(address, &mut Vec::new()).is_ok()
}
