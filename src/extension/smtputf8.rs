//! SMTPUTF8 (RFC 6531): addresses beyond ASCII.

use crate::session::{Context, Extension, Ruling, Transaction, Verdict};
use crate::smtp::{Parameter, ReplyCode, Verb};

/// RFC 6531 §3.4: the parameter has no value.
const VALUE: Verdict =
    Verdict::new("server.smtputf8.value", ReplyCode::BAD_ARGUMENT, (5, 5, 4), "SMTPUTF8 takes no value");

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] = &[&VALUE];

/// The extension.
pub(super) struct SmtpUtf8;

impl Extension for SmtpUtf8 {
    fn keyword(&self) -> &'static str {
        "SMTPUTF8"
    }

    fn has_parameter(&self, verb: Verb, keyword: &[u8]) -> bool {
        verb == Verb::Mail && keyword.eq_ignore_ascii_case(b"SMTPUTF8")
    }

    fn parameter(&self, cx: &Context<'_>, parameter: Parameter<'_>, into: &mut Transaction) -> Result<(), Ruling> {
        if parameter.value().is_some() {
            return Err(cx.rule(&VALUE, &[]));
        }
        into.utf8 = true;
        Ok(())
    }

    fn wants_value(&self) -> bool {
        false
    }

    fn length_increment(&self, verb: Verb) -> usize {
        // RFC 6531 §3.1: the parameter lengthens MAIL by ten octets.
        if verb == Verb::Mail { 10 } else { 0 }
    }
}
