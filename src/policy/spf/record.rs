//! An SPF record (RFC 7208 §4.6, §5, §6): mechanisms in their order, and where to go when none matches.

use super::Who;
use super::check::Checked;
use super::macros::expand;
use crate::prefix::Prefix;
use crate::smtp::{ip, search};

/// A record whose names are written out.
pub(super) struct Record {
    /// Each mechanism with the result where it matches.
    pub(super) directives: Vec<(Mechanism, Checked)>,
    /// The domain that decides where none matches.
    pub(super) redirect: Option<String>,
}

/// What can match (RFC 7208 §5).
pub(super) enum Mechanism {
    All,
    Include(String),
    A(Hosts),
    Mx(Hosts),
    Ptr,
    Ip(Prefix),
    Exists(String),
}

/// Hosts by name, and how much of their addresses counts.
pub(super) struct Hosts {
    /// The name; without one the domain of the record.
    pub(super) domain: Option<String>,
    pub(super) v4: u8,
    pub(super) v6: u8,
}

impl Record {
    /// The record in this text, which begins with its version; `None` where anything in it is wrong.
    pub(super) fn parse(text: &str, who: &Who<'_>, domain: &str) -> Option<Self> {
        let name = |spec: &str| expand(spec, who, domain);
        let mut record = Self { directives: Vec::new(), redirect: None };
        let mut explained = false;
        for term in text.split(' ').skip(1).filter(|term| !term.is_empty()) {
            let end = term.find([':', '/', '=']).unwrap_or(term.len());
            let (word, rest) = term.split_at(end);
            let Some(value) = rest.strip_prefix('=') else {
                record.directives.push(directive(word, rest, &name)?);
                continue;
            };
            // RFC 7208 §6: each of the two at most once; modifiers nobody knows are ignored.
            match word.to_ascii_lowercase().as_str() {
                "redirect" if record.redirect.is_none() => record.redirect = Some(name(value)?),
                "exp" if !explained => {
                    name(value)?;
                    explained = true;
                }
                "redirect" | "exp" => return None,
                other => is_modifier(other).then_some(())?,
            }
        }
        Some(record)
    }
}

/// A mechanism with its qualifier. `rest` begins with a colon or a slash, or is empty.
fn directive(word: &str, rest: &str, name: &impl Fn(&str) -> Option<String>) -> Option<(Mechanism, Checked)> {
    let (word, then) = match word.split_at_checked(1) {
        Some(("-", word)) => (word, Checked::Fail),
        Some(("~", word)) => (word, Checked::SoftFail),
        Some(("?", word)) => (word, Checked::Neutral),
        Some(("+", word)) => (word, Checked::Pass),
        _ => (word, Checked::Pass),
    };
    let value = rest.strip_prefix(':');
    let mechanism = match word.to_ascii_lowercase().as_str() {
        "all" => rest.is_empty().then_some(Mechanism::All)?,
        "include" => Mechanism::Include(name(value?)?),
        "exists" => Mechanism::Exists(name(value?)?),
        "a" => Mechanism::A(hosts(rest, name)?),
        "mx" => Mechanism::Mx(hosts(rest, name)?),
        "ptr" if rest.is_empty() => Mechanism::Ptr,
        "ptr" => name(value?).map(|_| Mechanism::Ptr)?,
        "ip4" => {
            let (address, length) = with_length(value?, 32)?;
            Mechanism::Ip(Prefix::new(ip::ipv4(address)?.into(), length)?)
        }
        "ip6" => {
            let (address, length) = with_length(value?, 128)?;
            Mechanism::Ip(Prefix::new(ip::ipv6(address)?.into(), length)?)
        }
        _ => return None,
    };
    Some((mechanism, then))
}

/// `[":" domain-spec] ["/" ip4-length] ["//" ip6-length]` (RFC 7208 §5.3).
fn hosts(rest: &str, name: &impl Fn(&str) -> Option<String>) -> Option<Hosts> {
    // A slash inside a macro's braces belongs to the macro.
    let mut inside = false;
    let cut = rest.find(|c| {
        inside = (inside || c == '{') && c != '}';
        c == '/' && !inside
    });
    let (spec, lengths) = rest.split_at(cut.unwrap_or(rest.len()));
    let domain = if spec.is_empty() { None } else { Some(name(spec.strip_prefix(':')?)?) };
    let (v4, v6) = match search::find(lengths.as_bytes(), b"//") {
        Some(at) => (lengths.get(..at)?, length(lengths.get(at + 2..)?, 128)?),
        None => (lengths, 128),
    };
    let v4 = if v4.is_empty() { 32 } else { length(v4.strip_prefix('/')?, 32)? };
    Some(Hosts { domain, v4, v6 })
}

/// An address, and how many of its bits count.
fn with_length(value: &str, most: u8) -> Option<(&str, u8)> {
    value.split_once('/').map_or(Some((value, most)), |(address, bits)| Some((address, length(bits, most)?)))
}

/// A number without a leading zero, up to `most`.
fn length(digits: &str, most: u8) -> Option<u8> {
    let plain = digits.bytes().all(|octet| octet.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
    // As the page reads all its numbers, so that it carries one way to do so.
    let length = digits.parse::<usize>().ok().and_then(|length| u8::try_from(length).ok());
    length.filter(|length| plain && *length <= most)
}

/// RFC 7208 §4.6.1: a name begins with a letter and goes on with letters, digits, `-`, `_` and `.`.
fn is_modifier(word: &str) -> bool {
    let rest = |octet: u8| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_' | b'.');
    word.starts_with(|c: char| c.is_ascii_alphabetic()) && word.bytes().all(rest)
}
