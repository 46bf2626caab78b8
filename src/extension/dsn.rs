//! DSN (RFC 3461): the sender says which notices it wants, and how to recognise them.
//!
//! The requests are read and held against the RFC; which notices are written, the queue of the simulation says.

use crate::session::{Context, DsnValues, Extension, Notices, Notify, Ruling, Transaction, Verdict};
use crate::smtp::{Parameter, Repeated, ReplyCode, Verb, Wishes};

/// RFC 3461 §4: the value is not of the form its parameter asks for.
const VALUE: Verdict =
    Verdict::new("server.dsn.value", ReplyCode::BAD_ARGUMENT, (5, 5, 4), "{parameter} has not this value");
/// RFC 3461 §4.3: the whole message comes back or its header section; nothing else can be asked for.
const NO_SUCH_RETURN: Verdict =
    Verdict::new("server.dsn.no-such-return", ReplyCode::BAD_ARGUMENT, (5, 5, 4), "RET takes FULL or HDRS");
/// RFC 3461 §4: a parameter at most once in a command.
const TWICE: Verdict =
    Verdict::new("server.dsn.twice", ReplyCode::BAD_ARGUMENT, (5, 5, 4), "{parameter} stands there twice");
/// RFC 3461 §4.4: an envelope id has at most a hundred characters.
const LONG_ENVID: Verdict =
    Verdict::new("server.dsn.long-envid", ReplyCode::BAD_ARGUMENT, (5, 5, 4), "ENVID is too long");

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] = &[&VALUE, &NO_SUCH_RETURN, &TWICE, &LONG_ENVID];

/// The extension.
pub(super) struct Dsn;

impl Extension for Dsn {
    fn keyword(&self) -> &'static str {
        "DSN"
    }

    fn has_parameter(&self, verb: Verb, keyword: &[u8]) -> bool {
        let own: &[&str] = match verb {
            Verb::Mail => &Wishes::MAIL,
            Verb::Rcpt => &Wishes::RCPT,
            _ => &[],
        };
        own.iter().any(|own| keyword.eq_ignore_ascii_case(own.as_bytes()))
    }

    fn parameter(&self, cx: &Context<'_>, parameter: Parameter<'_>, into: &mut Transaction) -> Result<(), Ruling> {
        let name = String::from_utf8_lossy(parameter.keyword()).to_ascii_uppercase();
        let values = [("parameter", name.as_str())];
        let value = parameter.value().unwrap_or_default();
        let (behaviours, limits) = (&cx.settings.profile.behaviours, &cx.settings.profile.limits);
        let loose = behaviours.dsn_values == DsnValues::Loose;
        let fits = match name.as_str() {
            "NOTIFY" => {
                let before = if behaviours.notify == Notify::PiledUp { into.notify } else { Notices::default() };
                into.notify = before.with(value);
                (loose || Wishes::fits(&name, value)) && !(into.notify.never && into.notify.some)
            }
            "ORCPT" => Wishes::fits(&name, value) && value.len() <= limits.orcpt,
            "ENVID" if value.is_empty() => loose || behaviours.dsn_values == DsnValues::EmptyEnvid,
            _ => loose || Wishes::fits(&name, value),
        };
        if !fits {
            let verdict = if name == "RET" { &NO_SUCH_RETURN } else { &VALUE };
            return Err(cx.rule(verdict, &values));
        }
        if name == "ENVID" && value.len() > limits.envid {
            return Err(cx.rule(&LONG_ENVID, &values));
        }
        let may_repeat = match cx.settings.profile.dialect.repeated_parameters {
            Repeated::None => false,
            Repeated::Notify => name == "NOTIFY",
            Repeated::All => true,
        };
        let wishes = into.wishes.get_or_insert_default();
        if wishes.value(&name).is_some() && !may_repeat {
            return Err(cx.rule(&TWICE, &values));
        }
        wishes.set(&name, value);
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
