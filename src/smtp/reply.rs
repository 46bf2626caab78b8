//! A reply as the server makes it, and its octets (RFC 5321 §4.2).
//!
//! Reading replies is in [`super::reply_parse`]. What a reply says, and why, is decided by whoever makes it.

use std::borrow::Cow;

use super::{Element, EnhancedCode, ReplyCode, Severity, Spans, limits};

/// A reply: what a server answers to one command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The code, the same on every line (RFC 5321 §4.2.1).
    pub code: ReplyCode,
    /// The enhanced status code, the same on every line (RFC 2034 §4).
    pub enhanced: Option<EnhancedCode>,
    /// The text; `\n` separates lines.
    pub text: Cow<'static, str>,
}

/// What the text of a reply is, which depends on what it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReplyKind {
    /// The greeting: the server's name comes first (RFC 5321 §4.2).
    Greeting,
    /// The answer to EHLO: the server's name, then a line an extension (RFC 5321 §4.1.1.1).
    Ehlo,
    /// A challenge inside an AUTH exchange (RFC 4954 §4).
    Challenge,
    /// Any other: text for people.
    Other,
}

/// What the text of one line of a reply is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum TextKind {
    Name,
    Extension,
    Challenge,
    Text,
}

impl ReplyKind {
    /// What the text of the line with this number is, from 0.
    pub(super) fn text_kind(self, code: ReplyCode, line: usize) -> TextKind {
        match (self, code.severity(), line) {
            (Self::Greeting | Self::Ehlo, Severity::PositiveCompletion, 0) => TextKind::Name,
            (Self::Ehlo, Severity::PositiveCompletion, _) => TextKind::Extension,
            (Self::Challenge, Severity::PositiveIntermediate, _) => TextKind::Challenge,
            _ => TextKind::Text,
        }
    }

    /// May the text begin with an enhanced code? RFC 2034 §4 leaves out the greeting, the answers to HELO and EHLO,
    /// and 3yz; real servers put one on a refused EHLO all the same.
    pub(super) fn takes_enhanced(self, code: ReplyCode) -> bool {
        match self {
            Self::Greeting | Self::Ehlo => !code.is_positive(),
            Self::Challenge | Self::Other => code.severity() != Severity::PositiveIntermediate,
        }
    }
}

impl Reply {
    /// A reply of these parts.
    #[must_use]
    pub fn new(code: ReplyCode, enhanced: Option<EnhancedCode>, text: impl Into<Cow<'static, str>>) -> Self {
        Self { code, enhanced, text: text.into() }
    }

    /// Adds the octets of this reply to `out` and its spans to `spans`, counted from where it begins in `out`.
    ///
    /// No line is longer than [`limits::REPLY_LINE`]: long text goes on several lines, an extension's line is cut
    /// after a whole parameter. A challenge alone is one line however long (RFC 4954 §4). Control characters and
    /// whatever is not ASCII appear escaped, so that no text can make a line of its own.
    pub fn encode(&self, kind: ReplyKind, out: &mut Vec<u8>, spans: &mut Spans) {
        let enhanced = self.enhanced.filter(|_| kind.takes_enhanced(self.code));
        let text = escape(&self.text);
        let mut lines = Lines { head: Head::new(self.code, enhanced), begin: out.len(), separator: None, out, spans };
        for (number, line) in text.as_bytes().split(|octet| *octet == b'\n').enumerate() {
            lines.add(line, kind.text_kind(self.code, number));
        }
    }
}

/// What begins every line of a reply: code, separator, enhanced code and its space.
struct Head {
    octets: [u8; Self::LONGEST],
    len: usize,
}

impl Head {
    /// A class has up to three digits, subject and detail five.
    const LONGEST: usize = 20;

    fn new(code: ReplyCode, enhanced: Option<EnhancedCode>) -> Self {
        let mut head = Self { octets: [b' '; Self::LONGEST], len: 0 };
        head.push(code.as_u16(), b' ');
        if let Some(EnhancedCode { class, subject, detail }) = enhanced {
            head.push(class.into(), b'.');
            head.push(subject, b'.');
            head.push(detail, b' ');
        }
        head
    }

    /// A number and the octet that ends it.
    fn push(&mut self, number: u16, end: u8) {
        let digits = if number < 10 { 1 } else { number.ilog10() as usize + 1 };
        let mut rest = number;
        for octet in self.octets[self.len..self.len + digits].iter_mut().rev() {
            *octet = b'0' + u8::try_from(rest % 10).unwrap_or(0);
            rest /= 10;
        }
        self.len += digits;
        self.octets[self.len] = end;
        self.len += 1;
    }
}

/// How many octets a reply code has.
const CODE: usize = 3;

/// The reply that is being written.
struct Lines<'o> {
    head: Head,
    /// Where it begins in `out`.
    begin: usize,
    /// The separator of the line written last, which becomes a hyphen when another follows.
    separator: Option<usize>,
    out: &'o mut Vec<u8>,
    spans: &'o mut Spans,
}

impl Lines<'_> {
    /// One line of text, on as many lines as it takes.
    fn add(&mut self, text: &[u8], kind: TextKind) {
        let room = limits::REPLY_LINE - CRLF.len() - self.head.len;
        let mut rest = text;
        loop {
            let (line, more) = if kind == TextKind::Challenge { (rest, None) } else { wrap(rest, room) };
            self.line(line, kind);
            match more {
                Some(more) if kind == TextKind::Text => rest = more,
                _ => return,
            }
        }
    }

    fn line(&mut self, text: &[u8], kind: TextKind) {
        if let Some(octet) = self.separator.and_then(|at| self.out.get_mut(at)) {
            *octet = b'-';
        }
        self.separator = Some(self.out.len() + CODE);
        let start = self.out.len() - self.begin;
        let head = &self.head.octets[..self.head.len];
        self.spans.mark(start..start + CODE, Element::Code);
        self.spans.mark(start + CODE + 1..start + head.len() - 1, Element::EnhancedCode);
        mark_text(text, start + head.len(), kind, self.spans);
        self.out.reserve(head.len() + text.len() + CRLF.len());
        self.out.extend_from_slice(head);
        self.out.extend_from_slice(text);
        self.out.extend_from_slice(CRLF);
    }
}

const CRLF: &[u8] = b"\r\n";

/// Marks the text of one line, which begins at the octet `start`.
pub(super) fn mark_text(text: &[u8], start: usize, kind: TextKind, spans: &mut Spans) {
    let end = start + text.len();
    let (first, rest) = match kind {
        TextKind::Challenge => return spans.mark(start..end, Element::Challenge),
        TextKind::Text => return spans.mark(start..end, Element::Text),
        TextKind::Name => (Element::ServerName, Element::Text),
        TextKind::Extension => (Element::EhloKeyword, Element::EhloParameter),
    };
    let word = start + text.iter().position(|&octet| octet == b' ').unwrap_or(text.len());
    spans.mark(start..word, first);
    if word == end {
        return;
    }
    if rest == Element::Text {
        return spans.mark(word + 1..end, rest);
    }
    let mut at = word;
    for parameter in text[word - start..].split(|&octet| octet == b' ') {
        spans.mark(at..at + parameter.len(), rest);
        at += parameter.len() + 1;
    }
}

/// As much of the text as fits on a line, whole words if there is a space to part them at; and what does not.
fn wrap(text: &[u8], room: usize) -> (&[u8], Option<&[u8]>) {
    if text.len() <= room {
        return (text, None);
    }
    match text[..=room].iter().rposition(|&octet| octet == b' ') {
        Some(space) if space > 0 => (&text[..space], Some(&text[space + 1..])),
        _ => (&text[..room], Some(&text[room..])),
    }
}

/// Is there nothing in the text but visible ASCII, spaces and line feeds?
pub(crate) fn is_plain(text: &str) -> bool {
    text.bytes().fold(true, |plain, octet| plain & ((octet == b'\n') | matches!(octet, b' '..=b'~')))
}

/// The text as it may stand in a reply, its lines ended by LF: textstring of RFC 5321 §4.2 is tab and the visible octets
/// of ASCII.
fn escape(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        for character in line.strip_suffix('\r').unwrap_or(line).chars() {
            match character {
                '\t' | ' '..='~' => escaped.push(character),
                _ => escaped.extend(character.escape_default()),
            }
        }
        escaped.push_str(end);
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::super::testing::marks;
    use super::super::{ReplyView, parse_reply};
    use super::*;

    fn encode(reply: &Reply, kind: ReplyKind) -> (String, Spans) {
        let mut out = Vec::new();
        let mut spans = Spans::new();
        reply.encode(kind, &mut out, &mut spans);
        (String::from_utf8(out).expect("replies are ASCII"), spans)
    }

    /// The reply gives these octets and marks, and the octets read again give its parts and the same marks.
    #[track_caller]
    fn known(reply: &Reply, kind: ReplyKind, octets: &str, wanted: &[(&str, &str)]) {
        let (encoded, spans) = encode(reply, kind);
        assert_eq!(encoded, octets);
        assert_eq!(marks(octets.as_bytes(), &spans), wanted);
        let mut read_spans = Spans::new();
        let (view, used) = parse_reply(octets.as_bytes(), kind, &mut read_spans).expect(octets).expect("whole");
        assert_eq!(used, octets.len());
        assert_eq!((view.code, view.enhanced), (reply.code, reply.enhanced));
        assert_eq!(text_of(&view), reply.text);
        assert_eq!(read_spans, spans);
    }

    fn text_of(view: &ReplyView<'_>) -> String {
        view.lines().map(|line| String::from_utf8_lossy(line).into_owned()).collect::<Vec<_>>().join("\n")
    }

    const OK: Option<EnhancedCode> = Some(EnhancedCode::new(2, 1, 0));

    #[test]
    fn one_line_and_several() {
        known(
            &Reply::new(ReplyCode::OK, OK, "Sender ok"),
            ReplyKind::Other,
            "250 2.1.0 Sender ok\r\n",
            &[("code", "250"), ("enhanced-code", "2.1.0"), ("text", "Sender ok")],
        );
        // RFC 2034 §4: the enhanced code is on every line.
        known(
            &Reply::new(ReplyCode::HELP, Some(EnhancedCode::new(2, 0, 0)), "EHLO HELO\nMAIL RCPT"),
            ReplyKind::Other,
            "214-2.0.0 EHLO HELO\r\n214 2.0.0 MAIL RCPT\r\n",
            &[
                ("code", "214"),
                ("enhanced-code", "2.0.0"),
                ("text", "EHLO HELO"),
                ("code", "214"),
                ("enhanced-code", "2.0.0"),
                ("text", "MAIL RCPT"),
            ],
        );
        let empty = Reply::new(ReplyCode::OK, None, "");
        known(&empty, ReplyKind::Other, "250 \r\n", &[("code", "250")]);
    }

    #[test]
    fn greeting_and_ehlo_begin_with_the_servers_name() {
        known(
            &Reply::new(ReplyCode::SERVICE_READY, None, "mx.example.org ESMTP ready"),
            ReplyKind::Greeting,
            "220 mx.example.org ESMTP ready\r\n",
            &[("code", "220"), ("server-name", "mx.example.org"), ("text", "ESMTP ready")],
        );
        known(
            &Reply::new(ReplyCode::OK, None, "mx.example.org\nSIZE 1048576\nAUTH PLAIN LOGIN\n8BITMIME"),
            ReplyKind::Ehlo,
            "250-mx.example.org\r\n250-SIZE 1048576\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME\r\n",
            &[
                ("code", "250"),
                ("server-name", "mx.example.org"),
                ("code", "250"),
                ("ehlo-keyword", "SIZE"),
                ("ehlo-parameter", "1048576"),
                ("code", "250"),
                ("ehlo-keyword", "AUTH"),
                ("ehlo-parameter", "PLAIN"),
                ("ehlo-parameter", "LOGIN"),
                ("code", "250"),
                ("ehlo-keyword", "8BITMIME"),
            ],
        );
        known(
            &Reply::new(ReplyCode::TRANSACTION_FAILED, Some(EnhancedCode::new(5, 7, 1)), "No service"),
            ReplyKind::Greeting,
            "554 5.7.1 No service\r\n",
            &[("code", "554"), ("enhanced-code", "5.7.1"), ("text", "No service")],
        );
    }

    /// RFC 2034 §4: not on the greeting, on a reply to EHLO or HELO that accepts, or on 3yz.
    #[test]
    fn some_replies_have_no_enhanced_code() {
        for (kind, code, octets) in [
            (ReplyKind::Greeting, ReplyCode::SERVICE_READY, "220 mx.example.org\r\n"),
            (ReplyKind::Ehlo, ReplyCode::OK, "250 mx.example.org\r\n"),
            (ReplyKind::Other, ReplyCode::START_MAIL_INPUT, "354 mx.example.org\r\n"),
            (ReplyKind::Challenge, ReplyCode::CHALLENGE, "334 mx.example.org\r\n"),
        ] {
            assert_eq!(encode(&Reply::new(code, OK, "mx.example.org"), kind).0, octets);
        }
    }

    #[test]
    fn challenges() {
        known(
            &Reply::new(ReplyCode::CHALLENGE, None, "VXNlcm5hbWU6"),
            ReplyKind::Challenge,
            "334 VXNlcm5hbWU6\r\n",
            &[("code", "334"), ("challenge", "VXNlcm5hbWU6")],
        );
        known(&Reply::new(ReplyCode::CHALLENGE, None, ""), ReplyKind::Challenge, "334 \r\n", &[("code", "334")]);
        let long = "A".repeat(4_000);
        let (octets, _) = encode(&Reply::new(ReplyCode::CHALLENGE, None, long.clone()), ReplyKind::Challenge);
        assert_eq!(octets, format!("334 {long}\r\n"));
    }

    /// RFC 5321 §4.5.3.1.5: a reply line has at most 512 octets.
    #[test]
    fn long_text_goes_on_several_lines() {
        const ROOM: usize = limits::REPLY_LINE - "250 \r\n".len();
        for (len, lines) in [(ROOM - 1, 1), (ROOM, 1), (ROOM + 1, 2), (2 * ROOM, 2), (2 * ROOM + 1, 3)] {
            let (octets, _) = encode(&Reply::new(ReplyCode::OK, None, "x".repeat(len)), ReplyKind::Other);
            assert_eq!(octets.lines().count(), lines, "{len}");
            assert!(octets.split_inclusive("\r\n").all(|line| line.len() <= limits::REPLY_LINE), "{len}");
            assert_eq!(octets.matches('x').count(), len);
        }
        let words = "words ".repeat(200);
        let (octets, _) = encode(&Reply::new(ReplyCode::OK, OK, words), ReplyKind::Other);
        assert!(octets.lines().all(|line| line.ends_with("words") || line.ends_with("words ")));
        assert!(octets.lines().all(|line| line.starts_with("250-2.1.0 words") || line.starts_with("250 2.1.0 words")));
        let offers = format!("mx.example.org\nAUTH{}", " MECHANISM".repeat(60));
        let (octets, _) = encode(&Reply::new(ReplyCode::OK, None, offers), ReplyKind::Ehlo);
        assert_eq!(octets.lines().count(), 2);
        assert!(octets.ends_with(" MECHANISM\r\n") && octets.lines().all(|line| line.len() <= ROOM + 4));
    }

    /// No text makes a line, or a terminal's command, of its own.
    #[test]
    fn what_does_not_belong_in_text_is_escaped() {
        let text = "no\r250 ok\u{1b}[2J\u{9b}1m\u{202e}\0\u{e9}\tend\r\nnext";
        let (octets, _) = encode(&Reply::new(ReplyCode::MAILBOX_UNAVAILABLE, None, text), ReplyKind::Other);
        assert_eq!(octets, "550-no\\r250 ok\\u{1b}[2J\\u{9b}1m\\u{202e}\\u{0}\\u{e9}\tend\r\n550 next\r\n");
    }

    #[test]
    fn spans_count_from_where_the_reply_begins() {
        let mut out = b"250 first\r\n".to_vec();
        let mut spans = Spans::new();
        Reply::new(ReplyCode::OK, None, "second").encode(ReplyKind::Other, &mut out, &mut spans);
        assert_eq!(marks(&out[11..], &spans), [("code", "250"), ("text", "second")]);
    }
}
