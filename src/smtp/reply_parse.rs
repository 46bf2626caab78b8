//! A reply as the client reads it: whole, of one line or many (RFC 5321 §4.2, §4.2.1).
//!
//! Reading a reply draws no conclusion from it; that is the client's.

use super::error::{Expected, SyntaxError, SyntaxKind};
use super::reply::mark_text;
use super::{Element, EnhancedCode, ReplyCode, ReplyKind, Spans};

/// A reply that was read; a view on its octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplyView<'a> {
    /// The code of every line.
    pub code: ReplyCode,
    /// The enhanced status code that begins the text, where it agrees with the code (RFC 2034 §4).
    pub enhanced: Option<EnhancedCode>,
    octets: &'a [u8],
    enhanced_len: usize,
}

impl<'a> ReplyView<'a> {
    /// The text line by line, without codes.
    #[must_use]
    pub const fn lines(&self) -> TextLines<'a> {
        TextLines { rest: self.octets, enhanced: self.enhanced, enhanced_len: self.enhanced_len }
    }
}

/// The lines of text of a [`ReplyView`].
#[derive(Clone, Debug)]
pub struct TextLines<'a> {
    rest: &'a [u8],
    enhanced: Option<EnhancedCode>,
    enhanced_len: usize,
}

impl<'a> Iterator for TextLines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let end = self.rest.iter().position(|&octet| octet == b'\r')?;
        let line = &self.rest[..end];
        self.rest = self.rest.get(end + 2..).unwrap_or_default();
        let text = line.get(4..).unwrap_or_default();
        Some(text.get(enhanced_on(text, self.enhanced, self.enhanced_len)..).unwrap_or_default())
    }
}

/// Reads the reply that `octets` begin with. `Ok(None)` where more must come first; otherwise the reply and how many
/// octets it takes. The spans are counted from the first octet.
///
/// Any text is taken (RFC 5321 §4.2), none too, with or without the space after the code.
///
/// # Errors
/// Tells the octet that no reply can have there: a code that is none or differs from line to line, a line that ends
/// in something else than CRLF.
pub fn parse_reply<'a>(
    octets: &'a [u8],
    kind: ReplyKind,
    spans: &mut Spans,
) -> Result<Option<(ReplyView<'a>, usize)>, SyntaxError> {
    spans.clear();
    let mut reader = Reader { octets, kind, spans, code: None, enhanced: None, enhanced_len: 0 };
    let read = reader.read();
    if let Err(error) = &read {
        spans.mark(error.at..octets.len(), Element::Unexpected);
    }
    read
}

struct Reader<'a, 's> {
    octets: &'a [u8],
    kind: ReplyKind,
    spans: &'s mut Spans,
    code: Option<ReplyCode>,
    enhanced: Option<EnhancedCode>,
    enhanced_len: usize,
}

/// One line: its text, whether another follows, and the octet after its CRLF.
struct Line {
    text: usize,
    end: usize,
    is_last: bool,
}

impl<'a> Reader<'a, '_> {
    fn read(&mut self) -> Result<Option<(ReplyView<'a>, usize)>, SyntaxError> {
        let mut at = 0;
        let mut number = 0;
        loop {
            let Some((code, line)) = self.line(at)? else { return Ok(None) };
            self.mark(code, number, &line);
            at = line.end + 2;
            number += 1;
            if line.is_last {
                let octets = &self.octets[..at];
                let view = ReplyView { code, enhanced: self.enhanced, octets, enhanced_len: self.enhanced_len };
                return Ok(Some((view, at)));
            }
        }
    }

    /// Reply-code ( "-" / SP / nothing ) [ textstring ] CRLF, beginning at `start`.
    fn line(&mut self, start: usize) -> Result<Option<(ReplyCode, Line)>, SyntaxError> {
        let Some(code) = self.code(start)? else { return Ok(None) };
        let Some(separator) = self.octets.get(start + 3).copied() else { return Ok(None) };
        let text = match separator {
            b' ' | b'-' => start + 4,
            // RFC 5321 §4.2: clients should take the code alone, without a space.
            b'\r' => start + 3,
            _ => return fail(start + 3, Expected::CodeSeparator, separator),
        };
        let rest = &self.octets[text..];
        let Some(len) = rest.iter().position(|octet| matches!(octet, b'\r' | b'\n')) else { return Ok(None) };
        let end = text + len;
        match (rest[len], rest.get(len + 1)) {
            (b'\r', None) => Ok(None),
            // RFC 5321 §2.3.8: a line ends in CRLF and in nothing else.
            (b'\r', Some(b'\n')) => Ok(Some((code, Line { text, end, is_last: separator != b'-' }))),
            (b'\r', Some(&other)) => fail(end + 1, Expected::LineEnd, other),
            (other, _) => fail(end, Expected::LineEnd, other),
        }
    }

    /// The three digits at `start`: a code, and the same as before (RFC 5321 §4.2.1).
    fn code(&mut self, start: usize) -> Result<Option<ReplyCode>, SyntaxError> {
        let digits = &self.octets[start..self.octets.len().min(start + 3)];
        let mut number = 0;
        for (place, &digit) in digits.iter().enumerate() {
            let is_code = digit.is_ascii_digit() && (place > 0 || matches!(digit, b'2'..=b'5'));
            if !is_code {
                return fail(start + place, Expected::Code, digit);
            }
            number = number * 10 + u16::from(digit - b'0');
            if self.code.is_some_and(|code| nth_digit(code, place) != digit) {
                return fail(start + place, Expected::SameCode, digit);
            }
        }
        if digits.len() == 3 && self.code.is_none() {
            self.code = ReplyCode::new(number);
        }
        Ok(self.code.filter(|_| digits.len() == 3))
    }

    fn mark(&mut self, code: ReplyCode, number: usize, line: &Line) {
        let start = if line.text == line.end && self.octets.get(line.text - 1).is_some_and(u8::is_ascii_digit) {
            line.text - 3
        } else {
            line.text - 4
        };
        self.spans.mark(start..start + 3, Element::Code);
        let text = &self.octets[line.text..line.end];
        if number == 0
            && self.kind.takes_enhanced(code)
            && let Some((enhanced, len)) = EnhancedCode::read(text)
            && u16::from(enhanced.class) == code.as_u16() / 100
        {
            (self.enhanced, self.enhanced_len) = (Some(enhanced), len);
        }
        let skip = enhanced_on(text, self.enhanced, self.enhanced_len);
        if skip > 0 {
            self.spans.mark(line.text..line.text + self.enhanced_len, Element::EnhancedCode);
        }
        mark_text(&text[skip..], line.text + skip, self.kind.text_kind(code, number), self.spans);
    }
}

/// How many octets of a line's text the enhanced code of the reply takes, with the space after it.
fn enhanced_on(text: &[u8], enhanced: Option<EnhancedCode>, len: usize) -> usize {
    match (enhanced, text.get(len)) {
        (Some(_), after) if EnhancedCode::read(text).map(|(code, _)| code) == enhanced => {
            len + usize::from(after.is_some())
        }
        _ => 0,
    }
}

fn nth_digit(code: ReplyCode, place: usize) -> u8 {
    let number = code.as_u16();
    let digit = match place {
        0 => number / 100,
        1 => number / 10 % 10,
        _ => number % 10,
    };
    b'0' + u8::try_from(digit).unwrap_or(0)
}

fn fail<T>(at: usize, expected: Expected, found: u8) -> Result<T, SyntaxError> {
    Err(SyntaxError { at, expected, found: Some(found), kind: SyntaxKind::BadReply })
}
