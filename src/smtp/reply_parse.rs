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
}

impl<'a> ReplyView<'a> {
    /// The text line by line, without codes.
    #[must_use]
    pub const fn lines(&self) -> TextLines<'a> {
        TextLines { rest: self.octets, enhanced: self.enhanced }
    }

    /// The octets of the reply, its last CRLF included.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.octets
    }
}

/// The lines of text of a [`ReplyView`].
#[derive(Clone, Debug)]
pub struct TextLines<'a> {
    rest: &'a [u8],
    enhanced: Option<EnhancedCode>,
}

impl<'a> Iterator for TextLines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let end = self.rest.iter().position(|&octet| octet == b'\r')?;
        let (line, more) = self.rest.split_at(end);
        self.rest = more.get(2..).unwrap_or_default();
        let text = line.get(4..).unwrap_or_default();
        Some(&text[enhanced_on(text, self.enhanced).1..])
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
    let read = read(octets, kind, spans);
    if let Err(error) = &read {
        spans.mark(error.at..octets.len(), Element::Unexpected);
    }
    read
}

fn read<'a>(
    octets: &'a [u8],
    kind: ReplyKind,
    spans: &mut Spans,
) -> Result<Option<(ReplyView<'a>, usize)>, SyntaxError> {
    let (mut code, mut enhanced) = (None, None);
    let mut start = 0;
    for number in 0.. {
        let Some(line) = read_line(octets, start, code)? else { break };
        code = Some(line.code);
        let text = &octets[line.text..line.end];
        let (code_len, skip) = if number == 0 {
            let begins = kind.takes_enhanced(line.code).then(|| EnhancedCode::read(text)).flatten();
            let fits = begins.filter(|(it, _)| u16::from(it.class) == line.code.as_u16() / 100);
            enhanced = fits.map(|(it, _)| it);
            fits.map_or((0, 0), |(_, len)| with_space(text, len))
        } else {
            enhanced_on(text, enhanced)
        };
        spans.mark(start..start + 3, Element::Code);
        spans.mark(line.text..line.text + code_len, Element::EnhancedCode);
        mark_text(&text[skip..], line.text + skip, kind.text_kind(line.code, number), spans);
        start = line.end + 2;
        if line.is_last {
            return Ok(Some((ReplyView { code: line.code, enhanced, octets: &octets[..start] }, start)));
        }
    }
    Ok(None)
}

/// One line of a reply.
struct Line {
    code: ReplyCode,
    /// Where its text begins.
    text: usize,
    /// Where its CRLF begins.
    end: usize,
    /// Does no other line follow?
    is_last: bool,
}

/// `Reply-code ( "-" / SP / nothing ) [ textstring ] CRLF`, beginning at `start`; `None` while it is not whole. `first`
/// is the code of the first line, once that was read.
fn read_line(octets: &[u8], start: usize, first: Option<ReplyCode>) -> Result<Option<Line>, SyntaxError> {
    let same = first.filter(|_| octets[start..].first_chunk::<3>() == octets.first_chunk());
    let code = if same.is_some() { same } else { read_code(octets, start)? };
    let Some(code) = code else { return Ok(None) };
    let Some(&separator) = octets.get(start + 3) else { return Ok(None) };
    let text = match separator {
        b' ' | b'-' => start + 4,
        // RFC 5321 §4.2: clients should take the code alone, without a space.
        b'\r' => start + 3,
        found => return fail(start + 3, Expected::CodeSeparator, found),
    };
    let rest = &octets[text..];
    let Some(len) = rest.iter().position(|octet| matches!(octet, b'\r' | b'\n')) else { return Ok(None) };
    let end = text + len;
    match (rest[len], rest.get(len + 1)) {
        (b'\r', None) => Ok(None),
        // RFC 5321 §2.3.8: a line ends in CRLF and in nothing else.
        (b'\r', Some(b'\n')) => Ok(Some(Line { code, text, end, is_last: separator != b'-' })),
        (b'\r', Some(&found)) => fail(end + 1, Expected::LineEnd, found),
        (found, _) => fail(end, Expected::LineEnd, found),
    }
}

/// The three digits at `start`, the same as on the first line (RFC 5321 §4.2.1).
fn read_code(octets: &[u8], start: usize) -> Result<Option<ReplyCode>, SyntaxError> {
    let digits = &octets[start..octets.len().min(start + 3)];
    let mut number = 0;
    for (place, &digit) in digits.iter().enumerate() {
        // RFC 5321 §4.2: the first digit is from 2 to 5. The second goes up to 5 there, and in real replies to 9.
        if !digit.is_ascii_digit() || place == 0 && !matches!(digit, b'2'..=b'5') {
            return fail(start + place, Expected::Code, digit);
        }
        if octets[place] != digit {
            return fail(start + place, Expected::SameCode, digit);
        }
        number = number * 10 + u16::from(digit - b'0');
    }
    Ok(if digits.len() == 3 { ReplyCode::new(number) } else { None })
}

/// How many octets of a line's text are the reply's enhanced code, and how many with the space after it.
fn enhanced_on(text: &[u8], enhanced: Option<EnhancedCode>) -> (usize, usize) {
    match enhanced.and_then(|_| EnhancedCode::read(text)) {
        Some((found, len)) if Some(found) == enhanced => with_space(text, len),
        _ => (0, 0),
    }
}

fn with_space(text: &[u8], len: usize) -> (usize, usize) {
    (len, len + usize::from(len < text.len()))
}

fn fail<T>(at: usize, expected: Expected, found: u8) -> Result<T, SyntaxError> {
    Err(SyntaxError { at, expected, found: Some(found), kind: SyntaxKind::BadReply })
}

#[cfg(test)]
mod tests {
    use super::super::testing::marks;
    use super::*;

    fn read(octets: &str) -> Result<Option<(ReplyView<'_>, usize)>, SyntaxError> {
        parse_reply(octets.as_bytes(), ReplyKind::Other, &mut Spans::new())
    }

    #[track_caller]
    fn lines(octets: &str) -> Vec<&str> {
        let (view, used) = read(octets).expect(octets).expect("whole");
        assert_eq!(used, octets.len());
        view.lines().map(|line| str::from_utf8(line).expect("tests read text")).collect()
    }

    #[track_caller]
    fn wrong(octets: &str, at: usize, expected: Expected) {
        let error = read(octets).expect_err(octets);
        assert_eq!((error.at, error.expected, error.kind), (at, expected, SyntaxKind::BadReply), "{octets:?}");
        assert_eq!(error.found, octets.as_bytes().get(at).copied());
    }

    #[test]
    fn text_is_optional() {
        assert_eq!(lines("250 ok\r\n"), ["ok"]);
        assert_eq!(lines("250 \r\n"), [""]);
        assert_eq!(lines("250\r\n"), [""]);
        assert_eq!(lines("250-\r\n250\r\n"), ["", ""]);
        assert_eq!(lines("250-first\r\n250-234 numbers\r\n250 last\r\n"), ["first", "234 numbers", "last"]);
    }

    #[test]
    fn a_reply_ends_where_it_ends() {
        let (view, used) = read("250 one\r\n354 two\r\n").expect("well formed").expect("whole");
        assert_eq!((used, view.as_bytes()), (9, &b"250 one\r\n"[..]));
        for whole in ["250-a\r\n250 b\r\n", "250\r\n", "235 2.7.0 ok\r\n"] {
            for len in 0..whole.len() {
                assert_eq!(read(&whole[..len]), Ok(None), "{:?}", &whole[..len]);
            }
        }
    }

    #[test]
    fn codes_that_are_none() {
        wrong("150 ok\r\n", 0, Expected::Code);
        wrong("650 ok\r\n", 0, Expected::Code);
        wrong("25x ok\r\n", 2, Expected::Code);
        wrong("250ok\r\n", 3, Expected::CodeSeparator);
        wrong("2500 ok\r\n", 3, Expected::CodeSeparator);
        wrong("250\tok\r\n", 3, Expected::CodeSeparator);
        wrong("\r\n", 0, Expected::Code);
        // RFC 5321 §4.2 knows no second digit above 5; servers do, and the first digit is what counts.
        assert_eq!(lines("571 no\r\n"), ["no"]);
    }

    /// RFC 5321 §4.2.1: every line has the same code.
    #[test]
    fn codes_that_differ() {
        wrong("250-a\r\n251 b\r\n", 9, Expected::SameCode);
        wrong("250-a\r\n550 b\r\n", 7, Expected::SameCode);
        wrong("250-a\r\nb\r\n", 7, Expected::Code);
        let octets = b"250-a\r\n550 b\r\n";
        let mut spans = Spans::new();
        assert!(parse_reply(octets, ReplyKind::Other, &mut spans).is_err());
        assert_eq!(marks(octets, &spans), [("code", "250"), ("text", "a"), ("unexpected", "550 b\r\n")]);
    }

    #[test]
    fn lines_end_in_crlf_alone() {
        wrong("250 ok\n", 6, Expected::LineEnd);
        wrong("250 a\rb\r\n", 6, Expected::LineEnd);
        wrong("250\rb", 4, Expected::LineEnd);
    }

    fn parts(octets: &str) -> (Option<String>, Vec<&str>) {
        let (view, _) = read(octets).expect(octets).expect("whole");
        (view.enhanced.map(|code| code.to_string()), lines(octets))
    }

    #[test]
    fn an_enhanced_code_agrees_with_the_code() {
        let code = |code: &str| Some(code.to_owned());
        assert_eq!(parts("550 5.1.1 no such user\r\n"), (code("5.1.1"), vec!["no such user"]));
        assert_eq!(parts("550 5.1.1\r\n"), (code("5.1.1"), vec![""]));
        assert_eq!(parts("550-5.1.1 a\r\n550 5.1.1 b\r\n"), (code("5.1.1"), vec!["a", "b"]));
        assert_eq!(parts("550-5.1.1 a\r\n550 5.1.2 b\r\n"), (code("5.1.1"), vec!["a", "5.1.2 b"]));
        assert_eq!(parts("550 5.7.999 no\r\n"), (code("5.7.999"), vec!["no"]));
        for text in ["4.1.1 no", "5.1 no", "5.1.1.1 no", "5.1.1000 no", "5.1.x no", "5..1 no", "3.1.1 no", "55.1.1 no"]
        {
            assert_eq!(parts(&format!("550 {text}\r\n")), (None, vec![text]));
        }
        assert_eq!(parts("354 2.0.0 go on\r\n"), (None, vec!["2.0.0 go on"]));
        let greeting = parse_reply(b"220 2.0.0 ready\r\n", ReplyKind::Greeting, &mut Spans::new());
        assert_eq!(greeting.map(|whole| whole.map(|(view, _)| view.enhanced)), Ok(Some(None)));
    }
}
