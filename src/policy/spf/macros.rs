//! Names with macros (RFC 7208 §7), written out.

use std::net::IpAddr;

use super::Who;

use crate::gather::Gather as _;

/// The longest name of the DNS in text (RFC 7208 §7.3).
const LONGEST: usize = 253;

/// The name that `spec` stands for where `domain` is being checked; `None` where it is no domain-spec (RFC 7208 §7.1).
pub(super) fn expand(spec: &str, who: &Who<'_>, domain: &str) -> Option<String> {
    if !ends_as_domain(spec) {
        return None;
    }
    let mut name = String::new();
    let mut rest = spec;
    while let Some((plain, after)) = rest.split_once('%') {
        name.push_str(plain);
        let kind = after.chars().next()?;
        let after = after.get(1..)?;
        match kind {
            '%' => name.push('%'),
            '_' => name.push(' '),
            '-' => name.push_str("%20"),
            '{' => {
                let (inside, tail) = after.split_once('}')?;
                name.push_str(&value(inside, who, domain)?);
                rest = tail;
                continue;
            }
            _ => return None,
        }
        rest = after;
    }
    name.push_str(rest);
    // RFC 7208 §7.3: too long a name loses labels from the left.
    while name.len() > LONGEST {
        name = name.split_once('.')?.1.to_owned();
    }
    Some(name)
}

/// RFC 7208 §7.1: visible characters that end with a macro, or with a dot and a label that is no number.
fn ends_as_domain(spec: &str) -> bool {
    let visible = spec.bytes().all(|octet| octet.is_ascii_graphic());
    let label = spec.strip_suffix('.').unwrap_or(spec).rsplit_once('.').map_or("", |(_, label)| label);
    let is_top = |label: &str| {
        label.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'-')
            && label.bytes().any(|octet| !octet.is_ascii_digit())
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    visible && (spec.ends_with('}') || is_top(label))
}

/// What stands in the braces: a letter, how many parts, in which order, split at what (RFC 7208 §7.2, §7.3).
fn value(inside: &str, who: &Who<'_>, domain: &str) -> Option<String> {
    let letter = inside.chars().next()?;
    let plain = match letter.to_ascii_lowercase() {
        's' => format!("{}@{}", who.local, who.domain),
        'l' => who.local.to_owned(),
        'o' => who.domain.to_owned(),
        'd' => domain.to_owned(),
        'i' => dotted(who.ip),
        // RFC 7208 §7.3: what the client's address resolves to is not asked for.
        'p' => "unknown".to_owned(),
        'v' => if who.ip.is_ipv4() { "in-addr" } else { "ip6" }.to_owned(),
        'h' => who.hello.to_owned(),
        _ => return None,
    };
    let rest = inside.get(1..)?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = rest.split_at(digits);
    let keep = if digits.is_empty() { usize::MAX } else { digits.parse().unwrap_or(usize::MAX) };
    let (reversed, delimiters) = match rest.strip_prefix(['r', 'R']) {
        Some(delimiters) => (true, delimiters),
        None => (false, rest),
    };
    if keep == 0 || !delimiters.bytes().all(|octet| b".-+,/_=".contains(&octet)) {
        return None;
    }
    let mut parts: Vec<&str> =
        plain.split(|c| if delimiters.is_empty() { c == '.' } else { delimiters.chars().any(|it| it == c) }).gather();
    if reversed {
        parts.reverse();
    }
    let text = parts.get(parts.len().saturating_sub(keep)..)?.join(".");
    Some(if letter.is_ascii_uppercase() { escaped(&text) } else { text })
}

/// RFC 7208 §7.3: IPv4 as ever, IPv6 digit by digit.
fn dotted(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let mut text = String::with_capacity(63);
            for digit in ip.octets().iter().flat_map(|octet| [octet >> 4, octet & 15]) {
                if !text.is_empty() {
                    text.push('.');
                }
                text.extend(char::from_digit(digit.into(), 16));
            }
            text
        }
    }
}

/// RFC 7208 §7.3: a capital letter asks for everything as `%XX` that an address of the web escapes.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for octet in text.bytes() {
        if octet.is_ascii_alphanumeric() || b"-._~".contains(&octet) {
            out.push(char::from(octet));
        } else {
            out.push('%');
            let digits = [octet >> 4, octet & 15].into_iter().filter_map(|digit| char::from_digit(digit.into(), 16));
            out.extend(digits.map(|digit| digit.to_ascii_uppercase()));
        }
    }
    out
}
