//! Mail data marked for the reader: header fields, the blank line, the body, doubled dots, the end.
//!
//! For showing only. It draws no conclusion from what a message says, and judges no header field.

use super::data::lines;
use super::{Element, Spans};

/// The most spans that [`mark_message`] makes.
pub const MAX_MARKS: usize = 64;

/// How many of them header fields may take, so that body and end are marked whatever stands above them.
const MAX_HEADER_MARKS: usize = 44;

/// Marks mail data as it was sent, dots doubled, its end included. Header fields and doubled dots beyond
/// [`MAX_MARKS`] stay unmarked.
pub fn mark_message(octets: &[u8], spans: &mut Spans) {
    spans.clear();
    let (content, end) = without_end(octets);
    let mut at = 0;
    let mut field = None;
    let mut body = content.len();
    for line in lines(content) {
        match header_line(line, field.is_some()) {
            HeaderLine::Name { dot, colon } => {
                close_field(field, at, octets, spans);
                if spans.as_slice().len() + 3 > MAX_HEADER_MARKS {
                    field = Some(usize::MAX);
                } else {
                    spans.mark(at..at + dot, Element::StuffedDot);
                    spans.mark(at + dot..at + colon, Element::HeaderName);
                    field = Some(at + colon);
                }
            }
            HeaderLine::Folded => {}
            HeaderLine::Blank => {
                close_field(field.take(), at, octets, spans);
                spans.mark(at..at + line.len(), Element::BlankLine);
                body = at + line.len();
                break;
            }
            HeaderLine::None => {
                body = at;
                break;
            }
        }
        at += line.len();
    }
    close_field(field, body.min(at), octets, spans);
    mark_body(content, body, spans);
    spans.mark(end..octets.len(), Element::EndOfData);
}

enum HeaderLine {
    Name { dot: usize, colon: usize },
    Folded,
    Blank,
    None,
}

/// RFC 5322 §2.2: a field begins with its name, of visible octets, and a colon; §2.2.3: a line that begins with white
/// space goes on with the field before it.
fn header_line(line: &[u8], in_field: bool) -> HeaderLine {
    if line == b"\r\n" {
        return HeaderLine::Blank;
    }
    if in_field && matches!(line.first(), Some(b' ' | b'\t')) {
        return HeaderLine::Folded;
    }
    let dot = usize::from(line.starts_with(b"."));
    let name = line[dot..].iter().take_while(|octet| matches!(octet, b'!'..=b'9' | b';'..=b'~')).count();
    if name > 0 && line.get(dot + name) == Some(&b':') {
        return HeaderLine::Name { dot, colon: dot + name + 1 };
    }
    HeaderLine::None
}

/// The body of a field goes up to the CRLF before `end`, without the space that begins it.
fn close_field(start: Option<usize>, end: usize, octets: &[u8], spans: &mut Spans) {
    let Some(start) = start.filter(|&start| start < end) else { return };
    let space = usize::from(octets.get(start) == Some(&b' '));
    let end = if octets[..end].ends_with(b"\r\n") { end - 2 } else { end };
    spans.mark(start + space..end, Element::HeaderBody);
}

fn mark_body(content: &[u8], start: usize, spans: &mut Spans) {
    spans.mark(start..content.len(), Element::Body);
    let marked = spans.as_slice().last().map_or(start, |body| body.range().end);
    let mut at = start;
    for line in lines(&content[start..]) {
        if spans.as_slice().len() + 1 >= MAX_MARKS || at >= marked {
            return;
        }
        if line.starts_with(b".") {
            spans.mark(at..at + 1, Element::StuffedDot);
        }
        at += line.len();
    }
}

/// Parts the closing line from what comes before it: the content, and where the closing line begins.
fn without_end(octets: &[u8]) -> (&[u8], usize) {
    const END: &[u8] = b".\r\n";
    match octets.strip_suffix(END) {
        Some(content) if content.is_empty() || content.ends_with(b"\r\n") => (content, content.len()),
        _ => (octets, octets.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::marks;
    use super::*;

    #[track_caller]
    fn check(octets: &str, wanted: &[(&str, &str)]) {
        let mut spans = Spans::new();
        mark_message(octets.as_bytes(), &mut spans);
        assert_eq!(marks(octets.as_bytes(), &spans), wanted);
    }

    #[test]
    fn a_message_with_all_its_parts() {
        check(
            "From: alice@example.com\r\nSubject: one\r\n two\r\n\r\nHello\r\n..dots\r\n.\r\n",
            &[
                ("header-name", "From:"),
                ("header-body", "alice@example.com"),
                ("header-name", "Subject:"),
                ("header-body", "one\r\n two"),
                ("blank-line", "\r\n"),
                ("body", "Hello\r\n..dots\r\n"),
                ("stuffed-dot", "."),
                ("end-of-data", ".\r\n"),
            ],
        );
    }

    #[test]
    fn messages_that_lack_something() {
        check(".\r\n", &[("end-of-data", ".\r\n")]);
        check("", &[]);
        check("Hello\r\n.\r\n", &[("body", "Hello\r\n"), ("end-of-data", ".\r\n")]);
        check("Subject: t\r\n.\r\n", &[("header-name", "Subject:"), ("header-body", "t"), ("end-of-data", ".\r\n")]);
        check("Subject:\r\nHello\r\n", &[("header-name", "Subject:"), ("body", "Hello\r\n")]);
        check("\r\nHello\r\n.\r\n", &[("blank-line", "\r\n"), ("body", "Hello\r\n"), ("end-of-data", ".\r\n")]);
        check(
            "..X: y\r\n\r\n.\r\n",
            &[
                ("stuffed-dot", "."),
                ("header-name", ".X:"),
                ("header-body", "y"),
                ("blank-line", "\r\n"),
                ("end-of-data", ".\r\n"),
            ],
        );
    }

    #[test]
    fn marks_are_bounded_and_the_end_is_always_among_them() {
        let message = format!("{}\r\n{}.\r\n", "X: y\r\n".repeat(1_000), "..\r\n".repeat(1_000));
        let mut spans = Spans::new();
        mark_message(message.as_bytes(), &mut spans);
        assert!(spans.as_slice().len() <= MAX_MARKS);
        let last = spans.as_slice().last().copied();
        assert_eq!(last.map(|span| span.element), Some(Element::EndOfData));
        assert!(spans.as_slice().iter().any(|span| span.element == Element::Body));
        assert!(spans.as_slice().iter().any(|span| span.element == Element::StuffedDot));
    }
}
