//! SIZE (RFC 1870): the server says how large a message may be, the client says how large its message is.

use std::fmt::Write as _;

use crate::session::{Context, Extension, Ruling, SizeValue, Transaction, Verdict};
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

/// RFC 1870 §4: a size has at most twenty digits.
const DIGITS: usize = 20;

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] = &[&TOO_BIG, &NOT_A_NUMBER];

/// The extension.
pub(super) struct Size;

impl Extension for Size {
    fn keyword(&self) -> &'static str {
        "SIZE"
    }

    fn add_parameters(&self, cx: &Context<'_>, line: &mut String) {
        // RFC 1870 §3: without a number there is no information about a maximum.
        if let Some(limit) = cx.settings.profile.limits.message {
            let _ = write!(line, " {limit}");
        }
    }

    fn has_parameter(&self, verb: Verb, keyword: &[u8]) -> bool {
        verb == Verb::Mail && keyword.eq_ignore_ascii_case(b"SIZE")
    }

    fn parameter(&self, cx: &Context<'_>, parameter: Parameter<'_>, into: &mut Transaction) -> Result<(), Ruling> {
        let value = parameter.value().unwrap_or_default();
        let size = match cx.settings.profile.behaviours.size_value {
            SizeValue::Digits => Some(value).filter(|value| value.len() <= DIGITS).and_then(number),
            SizeValue::AnyDigits => number(value),
            SizeValue::LeadingNumber => Some(leading_number(value)),
            SizeValue::Unread => return Ok(()),
        };
        into.declared_size = Some(size.ok_or_else(|| cx.rule(&NOT_A_NUMBER, &[]))?);
        Ok(())
    }

    fn settle(&self, cx: &Context<'_>, transaction: &Transaction) -> Result<(), Ruling> {
        let limit = cx.settings.profile.limits.message;
        match (limit, transaction.declared_size) {
            (Some(limit), Some(size)) if size > limit => Err(cx.rule(&TOO_BIG, &[("limit", &limit.to_string())])),
            _ => Ok(()),
        }
    }

    fn length_increment(&self, verb: Verb) -> usize {
        // RFC 1870 §3: " SIZE=" and twenty digits.
        if verb == Verb::Mail { 26 } else { 0 }
    }
}

/// A number of nothing but digits; the largest there is where it has too many.
fn number(value: &[u8]) -> Option<u64> {
    let is_number = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    is_number
        .then(|| value.iter().fold(0_u64, |sum, digit| sum.saturating_mul(10).saturating_add((digit - b'0').into())))
}

/// The number a value begins with, as functions of the language C read it: below zero is far above any limit.
fn leading_number(value: &[u8]) -> u64 {
    let below_zero = value.starts_with(b"-");
    let rest = value.strip_prefix(b"-").or_else(|| value.strip_prefix(b"+")).unwrap_or(value);
    let digits = rest.iter().position(|octet| !octet.is_ascii_digit()).unwrap_or(rest.len());
    match number(&rest[..digits]).unwrap_or_default() {
        0 => 0,
        _ if below_zero => u64::MAX,
        size => size,
    }
}
