//! SIZE (RFC 1870): the server says how large a message may be, the client says how large its message is.

use crate::session::{Context, Extension, Ruling, Transaction, Verdict};
use crate::smtp::{Parameter, ReplyCode, Verb};

/// RFC 1870 §6.1: the declared size is over the fixed maximum.
const TOO_BIG: Verdict = Verdict::new(
    "server.size.too-big",
    ReplyCode::EXCEEDED_STORAGE,
    (5, 3, 4),
    "Message size exceeds the maximum of {limit} octets",
);
/// RFC 1870 §4: the value is a number of octets, at most twenty digits.
const NOT_A_NUMBER: Verdict =
    Verdict::new("server.size.not-a-number", ReplyCode::BAD_ARGUMENT, (5, 5, 4), "SIZE takes a number of octets");

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] = &[&TOO_BIG, &NOT_A_NUMBER];

/// The extension.
pub(super) struct Size;

impl Extension for Size {
    fn keyword(&self) -> &'static str {
        "SIZE"
    }

    fn offer(&self, cx: &Context<'_>) -> Option<String> {
        // RFC 1870 §3: without a number there is no information about a maximum.
        Some(cx.settings.profile.limits.message.map_or_else(String::new, |limit| limit.to_string()))
    }

    fn has_parameter(&self, verb: Verb, keyword: &[u8]) -> bool {
        verb == Verb::Mail && keyword.eq_ignore_ascii_case(b"SIZE")
    }

    fn parameter(&self, cx: &Context<'_>, parameter: Parameter<'_>, into: &mut Transaction) -> Result<(), Ruling> {
        let digits = parameter.value().filter(|value| (1..=20).contains(&value.len()));
        let size = digits.and_then(|value| std::str::from_utf8(value).ok()?.parse::<u64>().ok());
        let Some(size) = size else { return Err(cx.rule(&NOT_A_NUMBER, &[])) };
        if let Some(limit) = cx.settings.profile.limits.message.filter(|limit| size > *limit) {
            return Err(cx.rule(&TOO_BIG, &[("limit", &limit.to_string())]));
        }
        into.declared_size = Some(size);
        Ok(())
    }

    fn length_increment(&self, verb: Verb) -> usize {
        // RFC 1870 §3: " SIZE=" and twenty digits.
        if verb == Verb::Mail { 26 } else { 0 }
    }
}
