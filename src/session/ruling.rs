//! A ruling: what the server answers, why, and what happens to the connection.
//!
//! No reply can be built without a reason: the only way to a [`Ruling`] leads through a [`Verdict`], and a verdict
//! carries its [`Reason`]. What a personality changes (code, enhanced code, text) it changes by reason, in one place:
//! [`Ruling::new`].

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt::Write as _;

use crate::reason::Reason;
use crate::session::profile::Profile;
use crate::smtp::{EnhancedCode, Reply, ReplyCode, is_plain};

/// What happens to the connection after a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// The session goes on.
    Continue,
    /// The next octets are a TLS handshake (RFC 3207 §4); the driver reports how it ended.
    StartTls,
    /// The server closes the connection once the reply is sent (RFC 5321 §3.8).
    Close,
}

/// A reply with the reason for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Ruling {
    /// What is sent.
    pub reply: Reply,
    /// Why this and nothing else.
    pub reason: Reason,
    /// What happens to the connection.
    pub then: Then,
}

/// A decision a server can take, with the reply `generic` gives for it. Declared as a constant beside the code that
/// takes the decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Why.
    pub reason: Reason,
    /// The reply code.
    pub code: ReplyCode,
    /// The enhanced status code, where RFC 2034 §4 allows one (not in a greeting, a HELO or EHLO reply, or a 3yz).
    pub enhanced: Option<EnhancedCode>,
    /// The text, with placeholders such as `{path}`.
    pub text: &'static str,
}

/// Values for the placeholders of a reply text.
pub type Values<'a> = &'a [(&'a str, &'a str)];

impl Verdict {
    /// A verdict with an enhanced status code.
    #[must_use]
    pub(crate) const fn new(
        reason: &'static str,
        code: ReplyCode,
        enhanced: (u8, u16, u16),
        text: &'static str,
    ) -> Self {
        let enhanced = Some(EnhancedCode { class: enhanced.0, subject: enhanced.1, detail: enhanced.2 });
        Self { reason: Reason::new(reason), code, enhanced, text }
    }

    /// A verdict whose reply never carries an enhanced status code.
    #[must_use]
    pub(crate) const fn bare(reason: &'static str, code: ReplyCode, text: &'static str) -> Self {
        Self { reason: Reason::new(reason), code, enhanced: None, text }
    }
}

impl Ruling {
    /// The ruling for this verdict in the words of `profile`, with the placeholders filled from `values`.
    #[must_use]
    pub fn new(verdict: &Verdict, profile: &Profile, values: Values<'_>, then: Then) -> Self {
        Self::with_memory(verdict, profile, values, then, &Cell::default())
    }

    /// The same, with memory that a text may take if it has to be put together.
    pub(super) fn with_memory(
        verdict: &Verdict,
        profile: &Profile,
        values: Values<'_>,
        then: Then,
        memory: &Cell<String>,
    ) -> Self {
        let own = profile.replies.by_reason(verdict.reason);
        let code = own.and_then(|own| own.code).unwrap_or(verdict.code);
        let enhanced = own.and_then(|own| own.enhanced).unwrap_or(verdict.enhanced);
        let text = match own.and_then(|own| own.text.as_deref()) {
            Some(text) => Cow::Owned(fill(text, values, memory.take())),
            None if verdict.text.bytes().any(|octet| octet == b'{') => {
                Cow::Owned(fill(verdict.text, values, memory.take()))
            }
            None => Cow::Borrowed(verdict.text),
        };
        // RFC 2034 §4: codes are sent by servers that offer ENHANCEDSTATUSCODES, never in a 3yz reply.
        let enhanced = enhanced.filter(|_| profile.enhanced_codes && (code.as_u16() < 300 || code.as_u16() >= 400));
        Self { reply: Reply { code, enhanced, text }, reason: verdict.reason, then }
    }
}

/// The text with `{name}` replaced by its value; unknown names stay as they are, so that a mistake is seen.
fn fill(text: &str, values: Values<'_>, mut out: String) -> String {
    let room: usize = values.iter().map(|(_, value)| value.len()).sum();
    out.clear();
    out.reserve(text.len() + room);
    let mut rest = text;
    while let Some((before, after)) = parted(rest, b'{') {
        out.push_str(before);
        let value = parted(after, b'}')
            .and_then(|(name, tail)| values.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value, tail)));
        if let Some((value, tail)) = value {
            push_printable(&mut out, value);
            rest = tail;
        } else {
            out.push('{');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// What stands before and after the first of this mark. Texts are too short for a search that takes long strides.
fn parted(text: &str, mark: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|octet| octet == mark)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// A value that came from the client must not end the reply line early or hide in it: control characters are
/// written as `\xNN`. Line feeds stay, they separate the lines of a reply and come from the server's own lists.
fn push_printable(out: &mut String, value: &str) {
    if is_plain(value) {
        return out.push_str(value);
    }
    for c in value.chars() {
        if c.is_control() && c != '\n' {
            let _ = write!(out, "\\x{:02x}", c as u32);
        } else {
            out.push(c);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_and_unknown_ones_stay() {
        assert_eq!(fill("{a} {b} {c", &[("a", "1")], String::new()), "1 {b} {c");
        assert_eq!(fill("<{path}>", &[("path", "x\r\r250 ok")], "before".to_owned()), "<x\\x0d\\x0d250 ok>");
    }
}
