//! 8BITMIME (RFC 6152): MAIL says whether the message is 7-bit or 8-bit MIME.

use crate::session::{Context, Extension, Ruling, Transaction, Verdict};
use crate::smtp::{Parameter, ReplyCode, Verb};

/// RFC 6152 §2: BODY takes 7BIT or 8BITMIME.
const UNKNOWN_BODY: Verdict =
    Verdict::new("server.body.unknown", ReplyCode::BAD_ARGUMENT, (5, 5, 4), "BODY takes 7BIT or 8BITMIME");

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] = &[&UNKNOWN_BODY];

/// The extension.
pub(super) struct EightBitMime;

impl Extension for EightBitMime {
    fn keyword(&self) -> &'static str {
        "8BITMIME"
    }

    fn has_parameter(&self, verb: Verb, keyword: &[u8]) -> bool {
        verb == Verb::Mail && keyword.eq_ignore_ascii_case(b"BODY")
    }

    fn parameter(&self, cx: &Context<'_>, parameter: Parameter<'_>, into: &mut Transaction) -> Result<(), Ruling> {
        match parameter.value() {
            Some(value) if value.eq_ignore_ascii_case(b"7BIT") => Ok(()),
            Some(value) if value.eq_ignore_ascii_case(b"8BITMIME") => {
                into.eight_bit = true;
                Ok(())
            }
            _ => Err(cx.rule(&UNKNOWN_BODY, &[])),
        }
    }

    fn length_increment(&self, verb: Verb) -> usize {
        // RFC 6152 §2: " BODY=8BITMIME" adds up to 17 octets by the RFC's count.
        if verb == Verb::Mail { 17 } else { 0 }
    }
}
