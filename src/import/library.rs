//! What mail libraries print in their debug modes: PEAR `Net_SMTP`, `PHPMailer`, Python's smtplib, and msmtp, which is a
//! program that does alike.

use super::entries::Trace;
use super::item::{Line, Read, What, after, is_reply, words};
use super::marked::{Mark, is_command};
use super::stamp;

/// What stands before a line that was said, and who said it.
const MARKS: [(&str, Mark); 10] = [
    ("SERVER -> CLIENT:", Mark::Server),
    ("CLIENT -> SERVER:", Mark::Client),
    ("DEBUG: Recv:", Mark::Server),
    ("DEBUG: Send:", Mark::Client),
    ("reply: b", Mark::Server),
    ("reply: '", Mark::Server),
    ("send: b", Mark::Client),
    ("send: '", Mark::Client),
    ("<--", Mark::Server),
    ("-->", Mark::Client),
];

/// Is it a line of a dialogue in one of these forms? Arrows may mean anything, so a verb or a code must follow them.
pub(super) fn is_said(line: &[u8]) -> bool {
    match said(line) {
        Some((Mark::Server, said, "<--")) => is_reply(said),
        Some((Mark::Client, said, "-->")) => is_command(said),
        found => found.is_some(),
    }
}

/// Who says what in a line, and by which mark that is known.
fn said(line: &[u8]) -> Option<(Mark, &[u8], &'static str)> {
    let (_, text) = stamp::split(line);
    let text = text.trim_ascii_start();
    let (mark, who) = MARKS.iter().find(|(mark, _)| after(text, mark).is_some())?;
    let rest = after(text, mark)?;
    // The quotation mark belongs to what follows.
    let said = if mark.ends_with('\'') { text.get(mark.len() - 1..)? } else { rest };
    Some((*who, said.strip_prefix(b" ").unwrap_or(said), mark))
}

/// The dialogue.
pub(super) fn read(lines: &[Line<'_>]) -> Read {
    let mut read = Read::default();
    let mut trace = Trace::default();
    // PEAR writes what it sends as it is, line ends and all, and a line end of its own behind it.
    let mut sending: Option<Vec<Vec<u8>>> = None;
    for line in lines {
        let found = said(line.text);
        if found.is_none()
            && let Some(sent) = &mut sending
        {
            sent.push(line.text.to_vec());
            continue;
        }
        send(&mut sending, &mut read);
        let (at, text) = stamp::split(line.text);
        match found {
            Some((Mark::Client, said, "DEBUG: Send:")) => sending = Some(vec![said.to_vec()]),
            Some((who, said, mark)) if mark.starts_with("reply") || mark.starts_with("send") => {
                for said in quoted_lines(said) {
                    push(who, said, None, &mut read);
                }
            }
            Some((who, said, _)) => push(who, said.to_vec(), at, &mut read),
            // PHPMailer puts the lines of a reply below one another.
            None if text.starts_with(b" ") && is_reply(text.trim_ascii()) => {
                push(Mark::Server, text.trim_ascii().to_vec(), None, &mut read);
            }
            None if trace.is_inside(line.text) || is_chatter(text) => {}
            None => read.push_at(at, news(text.trim_ascii())),
        }
    }
    send(&mut sending, &mut read);
    read
}

/// The lines of what PEAR has sent, without the line end it adds.
fn send(sending: &mut Option<Vec<Vec<u8>>>, read: &mut Read) {
    let Some(mut sent) = sending.take() else { return };
    if sent.len() > 1 && sent.last().is_some_and(Vec::is_empty) {
        sent.pop();
    }
    for said in sent {
        push(Mark::Client, said, None, read);
    }
}

fn push(who: Mark, said: Vec<u8>, at: Option<u64>, read: &mut Read) {
    let what = match who {
        // PHPMailer hides them in brackets of one form or the other.
        Mark::Client if said == b"[credentials hidden]" || said == b"<credentials hidden>" => {
            What::Client(b"********".to_vec())
        }
        Mark::Client => What::Client(said),
        Mark::Server => What::Server(said),
    };
    read.push_at(at, what);
}

/// The lines in a string or bytes as Python writes them: `'MAIL FROM:<>\r\n'`.
fn quoted_lines(text: &[u8]) -> Vec<Vec<u8>> {
    let Some((quote, inner)) = text.split_first().filter(|(quote, _)| matches!(quote, b'\'' | b'"')) else {
        return Vec::new();
    };
    let inner = inner.strip_suffix(&[*quote]).unwrap_or(inner);
    let octets = unescaped(inner);
    let octets = octets.strip_suffix(b"\n").unwrap_or(&octets);
    let lines = octets.split(|octet| *octet == b'\n');
    lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line).to_vec()).collect()
}

fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((octet, tail)) = rest.split_first() {
        let (octet, tail) = match (octet, tail) {
            (b'\\', [b'r', tail @ ..]) => (b'\r', tail),
            (b'\\', [b'n', tail @ ..]) => (b'\n', tail),
            (b'\\', [b't', tail @ ..]) => (b'\t', tail),
            (b'\\', [b'x', high, low, tail @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => (high * 16 + low, tail),
                _ => (b'\\', &rest[1..]),
            },
            (b'\\', [other @ (b'\\' | b'\'' | b'"'), tail @ ..]) => (*other, tail),
            _ => (*octet, tail),
        };
        out.push(octet);
        rest = tail;
    }
    out
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// What is told around the dialogue.
fn news(text: &[u8]) -> What {
    let told = words(text);
    match () {
        () if after(text, "Connection: opening to ").is_some() || after(text, "connect: to ").is_some() => {
            What::Connecting(told)
        }
        () if text == b"Connection: opened" => What::Connected(told),
        () if text == b"Connection: closed" => What::Closed(told),
        () if after(text, "TLS session parameters:").is_some() => What::Secured(told),
        () => super::entries::outcome(told),
    }
}

/// What is told a second time, settings, and what a certificate holds.
fn is_chatter(text: &[u8]) -> bool {
    let begins = [
        "reply: retcode (",
        "data: (",
        "connect: b",
        "SMTP INBOUND: ",
        "using account ",
        "reading recipients ",
        "TLS cert",
    ];
    let text_of_it = text.trim_ascii_start();
    text_of_it.is_empty()
        || text.starts_with(b" ")
        || begins.iter().any(|begin| after(text_of_it, begin).is_some())
        || is_setting(text_of_it)
}

/// `name = value`, as msmtp lists its settings.
fn is_setting(text: &[u8]) -> bool {
    let name = text.split(|octet| *octet == b'=').next().unwrap_or_default();
    let is_name = |octet: &u8| octet.is_ascii_lowercase() || matches!(octet, b'_' | b' ');
    name.len() < text.len() && name.ends_with(b" ") && name.iter().all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_s_strings_are_read_as_what_they_stand_for() {
        let lines = |text: &str| quoted_lines(text.as_bytes()).iter().map(|it| words(it)).collect::<Vec<_>>();
        assert_eq!(lines(r"'MAIL FROM:<>\r\n'"), ["MAIL FROM:<>"]);
        assert_eq!(lines(r#"'a\r\n\r\n.dot "it\'s" \\ \x41\xzz\r\n.\r\n'"#), ["a", "", ".dot \"it's\" \\ A\\xzz", "."]);
        assert_eq!(lines("250"), [""; 0]);
        assert_eq!(lines("'\\"), ["\\"]);
    }
}
