//! Which kind of log a text is, told by its first lines.

use super::item::{Line, after, has, is_reply, lines};
use super::{library, marked, postfix, stamp};
use crate::transcript::Format;

/// How many lines are looked at.
const LOOKED_AT: usize = 120;

/// What the text looks like: the kind whose marks most of its first lines bear; of none, what a program printed.
#[must_use]
pub fn guess(text: &[u8]) -> Format {
    of(&lines(text))
}

pub(super) fn of(lines: &[Line<'_>]) -> Format {
    // What stands in a message says nothing of the log around it.
    let mut in_message = false;
    let outside = lines.iter().filter(|line| {
        in_message = if in_message { line.text != b"." } else { line.text.starts_with(b"354 ") };
        !in_message
    });
    let votes = outside.take(LOOKED_AT).filter_map(|line| vote(line.text));
    let mut count = [0_usize; Format::ALL.len()];
    for format in votes {
        if let Some(count) = Format::ALL.iter().position(|known| *known == format).and_then(|at| count.get_mut(at)) {
            *count += 1;
        }
    }
    // Marks that no other kind has decide at once: a dialogue inside an Exim trace holds log lines too.
    for sure in [Format::EximDebug, Format::OpenSsl, Format::Tshark, Format::PostfixDebug] {
        let votes = Format::ALL.iter().position(|known| *known == sure).and_then(|at| count.get(at));
        if votes.is_some_and(|votes| *votes > 0) {
            return sure;
        }
    }
    let most = count.iter().enumerate().max_by_key(|(at, count)| (**count, usize::MAX - at));
    match most {
        Some((at, count)) if *count > 0 => Format::ALL.get(at).copied().unwrap_or(Format::Printed),
        _ if is_dialogue(lines) => Format::Telnet,
        _ => Format::Printed,
    }
}

/// The kind of log this line is typical of.
fn vote(line: &[u8]) -> Option<Format> {
    let trimmed = marked::without_process(line).trim_ascii_start();
    if marked::swaks_mark(line).is_some() || after(line, "=== Trying ").is_some() {
        return Some(Format::Swaks);
    }
    if library::is_said(line) {
        return Some(Format::Library);
    }
    if after(line, "Follow: tcp,ascii").is_some() {
        return Some(Format::Tshark);
    }
    if after(line, "CONNECTED(").is_some() || after(line, "SSL handshake has read ").is_some() {
        return Some(Format::OpenSsl);
    }
    if after(line, "Escape character is ").is_some() {
        return Some(Format::Telnet);
    }
    if after(trimmed, "SMTP<<").is_some() || after(trimmed, "SMTP>>").is_some() || after(line, "LOG: MAIN").is_some() {
        return Some(Format::EximDebug);
    }
    if let Some(entry) = postfix::entry(line) {
        return Some(if entry.said().is_some() { Format::PostfixDebug } else { Format::PostfixLog });
    }
    if is_exim_log(line) {
        return Some(Format::EximLog);
    }
    if is_opensmtpd_log(line) {
        return Some(Format::OpensmtpdLog);
    }
    if after(line, ">>> ").is_some() || (has(line, "... Connecting to ") && has(line, " via ")) {
        return Some(Format::Sendmail);
    }
    // `> ` alone may be a quotation, so a verb or a code must follow.
    let curl = after(line, "> ").is_some_and(marked::is_command) || after(line, "< ").is_some_and(is_reply);
    let curl = curl || after(line, "* Trying ").is_some() || after(line, "*   Trying ").is_some();
    curl.then_some(Format::Curl)
}

/// `[date time ]1xVfzg-000073-1t `, old ids being shorter.
fn is_exim_log(line: &[u8]) -> bool {
    let (at, rest) = stamp::split(line);
    // What is refused before there is a message has no id.
    if at.is_some() && has(rest, " H=") && (has(rest, " rejected ") || has(rest, " dropped")) {
        return true;
    }
    let Some(id) = rest.trim_ascii_start().split(|octet| *octet == b' ').next() else { return false };
    let mut parts = id.split(|octet| *octet == b'-');
    let lengths = [parts.next(), parts.next(), parts.next()].map(|part| part.map_or(0, <[u8]>::len));
    let known = matches!(lengths, [6, 6 | 11, 2 | 4]) && parts.next().is_none();
    known && id.iter().all(|octet| octet.is_ascii_alphanumeric() || *octet == b'-')
}

/// `3d830c3feb882818 mta connecting`, with or without a syslog prefix.
fn is_opensmtpd_log(line: &[u8]) -> bool {
    let is_session = |word: &[u8]| word.len() == 16 && word.iter().all(u8::is_ascii_hexdigit);
    let words: Vec<&[u8]> = line.split(|octet| *octet == b' ').take(8).collect();
    words.windows(2).any(|pair| is_session(pair[0]) && matches!(pair[1], b"mta" | b"smtp" | b"mda"))
}

/// Replies, and lines a client could have sent.
fn is_dialogue(lines: &[Line<'_>]) -> bool {
    let replies = lines.iter().filter(|line| is_reply(line.text)).count();
    let greeted = lines.iter().find(|line| is_reply(line.text)).is_some_and(|line| line.text.starts_with(b"220"));
    replies > 0 && (greeted || lines.iter().any(|line| marked::is_command(line.text)))
}
