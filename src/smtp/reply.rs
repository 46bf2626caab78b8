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

    /// Adds the octets of this reply to `out`, and gives its spans, counted from where it begins there.
    ///
    /// No line is longer than [`limits::REPLY_LINE`]: long text goes on several lines, an extension's line is cut
    /// after a whole parameter. A challenge alone is one line however long (RFC 4954 §4). Control characters and
    /// whatever is not ASCII appear escaped, so that no text can make a line of its own.
    pub fn encode(&self, kind: ReplyKind, out: &mut Vec<u8>, spans: &mut Spans) {
        spans.clear();
        let enhanced = self.enhanced.filter(|_| kind.takes_enhanced(self.code));
        let mut lines = Lines { code: self.code, enhanced, begin: out.len(), separator: None, out, spans };
        for (number, text) in self.text.split('\n').enumerate() {
            lines.add(text.strip_suffix('\r').unwrap_or(text), kind.text_kind(self.code, number));
        }
    }
}

/// The reply that is being written.
struct Lines<'o> {
    code: ReplyCode,
    enhanced: Option<EnhancedCode>,
    /// Where it begins in `out`.
    begin: usize,
    /// The separator of the line written last, which becomes a hyphen when another follows.
    separator: Option<usize>,
    out: &'o mut Vec<u8>,
    spans: &'o mut Spans,
}

impl Lines<'_> {
    /// One line of text, on as many lines as it takes.
    fn add(&mut self, text: &str, kind: TextKind) {
        let escaped = escape(text);
        let mut rest = escaped.as_bytes();
        loop {
            let room = self.begin_line();
            let (line, more) = if kind == TextKind::Challenge { (rest, None) } else { wrap(rest, room) };
            self.end_line(line, kind);
            match more {
                Some(more) if kind == TextKind::Text => rest = more,
                _ => return,
            }
        }
    }

    /// Code, separator and enhanced code; how many octets of text still fit.
    fn begin_line(&mut self) -> usize {
        if let Some(octet) = self.separator.and_then(|at| self.out.get_mut(at)) {
            *octet = b'-';
        }
        let start = self.out.len();
        push_number(self.out, self.code.as_u16());
        self.spans.mark(start - self.begin..self.out.len() - self.begin, Element::Code);
        self.separator = Some(self.out.len());
        self.out.push(b' ');
        if let Some(EnhancedCode { class, subject, detail }) = self.enhanced {
            let start = self.out.len();
            push_number(self.out, class.into());
            self.out.push(b'.');
            push_number(self.out, subject);
            self.out.push(b'.');
            push_number(self.out, detail);
            self.spans.mark(start - self.begin..self.out.len() - self.begin, Element::EnhancedCode);
            self.out.push(b' ');
        }
        (limits::REPLY_LINE - CRLF.len()).saturating_sub(self.out.len() - start)
    }

    fn end_line(&mut self, text: &[u8], kind: TextKind) {
        let start = self.out.len() - self.begin;
        self.out.extend_from_slice(text);
        mark_text(text, start, kind, self.spans);
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

/// The text as it may stand in a reply: textstring of RFC 5321 §4.2 is tab and the visible octets of ASCII.
fn escape(text: &str) -> Cow<'_, str> {
    let is_plain = |character: char| matches!(character, '\t' | ' '..='~');
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_plain(character) {
            escaped.push(character);
        } else {
            escaped.extend(character.escape_default());
        }
    }
    Cow::Owned(escaped)
}

fn push_number(out: &mut Vec<u8>, number: u16) {
    let mut digits = [0; 5];
    let mut at = digits.len();
    let mut rest = number;
    loop {
        at -= 1;
        digits[at] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}
