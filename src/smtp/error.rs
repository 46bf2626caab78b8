//! What is wrong with a line: the octet, what could have stood there, what did.
//!
//! The blame is the peer's, always: nothing here tells of a fault of ours. Which reply it gets is the session's.

use core::fmt;

use super::{ReplyCode, Verb};

/// Why a line could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SyntaxError {
    /// The first octet that does not fit, counted from 0. The length of the line where something is missing.
    pub at: usize,
    /// What could have stood there.
    pub expected: Expected,
    /// What stood there; `None` at the end of the line.
    pub found: Option<u8>,
    /// What sort of error it is.
    pub kind: SyntaxKind,
}

impl SyntaxError {
    /// A line of `len` octets where at most `limit` are taken, CRLF counted on both sides.
    #[must_use]
    pub const fn line_too_long(limit: usize) -> Self {
        Self { at: limit, expected: Expected::EndOfLine, found: None, kind: SyntaxKind::LineTooLong }
    }
}

/// Counts octets from 1, as people do: `octet 12: expected "<", found "a"`.
impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "octet {}: expected {}, found ", self.at.saturating_add(1), self.expected)?;
        match self.found {
            None if self.kind == SyntaxKind::LineTooLong => f.write_str("more"),
            None => f.write_str("the end of the line"),
            Some(b' ') => f.write_str("a space"),
            Some(b'\t') => f.write_str("a tab"),
            Some(octet @ 0x21..=0x7e) => write!(f, "\"{}\"", octet as char),
            Some(octet) => write!(f, "octet 0x{octet:02x}"),
        }
    }
}

impl core::error::Error for SyntaxError {}

/// The sort of a [`SyntaxError`]; servers answer them with different codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SyntaxKind {
    /// No verb, or one with octets that no verb has: 500 (RFC 5321 §4.2.4).
    UnknownCommand,
    /// The line is longer than is taken: 500 (RFC 5321 §4.5.3.1.9).
    LineTooLong,
    /// An argument is missing or not of the form wanted: 501 (RFC 5321 §4.2.2).
    BadArgument,
    /// The path or its mailbox is not of the form wanted: 501 (RFC 5321 §4.1.2).
    BadPath,
    /// A parameter of MAIL or RCPT is not of the form wanted: 501 (RFC 5321 §4.1.2).
    BadParameter,
    /// An argument where none may be: 501 (RFC 5321 §4.1.1, §4.3.2).
    ArgumentNotAllowed,
    /// A reply that is none; the client's to judge (RFC 5321 §4.2).
    BadReply,
}

impl SyntaxKind {
    /// The code that RFC 5321 answers it with. A server that departs from it does so in its own behaviour.
    #[must_use]
    pub const fn reply_code(self) -> ReplyCode {
        match self {
            Self::UnknownCommand | Self::LineTooLong | Self::BadReply => ReplyCode::UNRECOGNIZED,
            Self::BadArgument | Self::BadPath | Self::BadParameter | Self::ArgumentNotAllowed => {
                ReplyCode::BAD_ARGUMENT
            }
        }
    }
}

/// What could have stood where a line went wrong. `Display` names it as a reader would look for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Expected {
    /// The form of the whole command.
    Form(Verb),
    /// A verb, at the beginning of the line.
    Verb,
    /// One space.
    Space,
    /// No second space.
    SingleSpace,
    /// Nothing more.
    EndOfLine,
    /// The colon with no space before it (RFC 5321 §3.3).
    NoSpaceBeforeColon,
    /// The path with no space before it (RFC 5321 §3.3).
    NoSpaceAfterColon,
    /// `<`.
    OpeningBracket,
    /// `>`.
    ClosingBracket,
    /// A path that is not null: `<>` is for MAIL only.
    ForwardPath,
    /// `:` after a source route.
    RouteColon,
    /// `@` after the local-part.
    AtSign,
    /// The local-part of a mailbox.
    LocalPart,
    /// `"` at the end of a quoted local-part, or an octet that may stand in it.
    QuotedString,
    /// A domain or more of it.
    Domain,
    /// An address literal or more of it.
    AddressLiteral,
    /// `]`.
    ClosingSquareBracket,
    /// The keyword of a parameter.
    ParameterKeyword,
    /// The value of a parameter.
    ParameterValue,
    /// The client's name.
    ClientName,
    /// An argument of visible octets.
    Argument,
    /// The name of a SASL mechanism.
    Mechanism,
    /// The initial response of AUTH.
    InitialResponse,
    /// The size of a chunk.
    ChunkSize,
    /// `LAST`.
    ChunkLast,
    /// A reply code of three digits, the first from 2 to 5.
    Code,
    /// The code of the reply's first line again (RFC 5321 §4.2.1).
    SameCode,
    /// A space or a hyphen after the code.
    CodeSeparator,
    /// CRLF at the end of a line.
    LineEnd,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form(verb) => verb.form(),
            Self::Verb => "a command word",
            Self::Space => "one space",
            Self::SingleSpace => "a single space, not several",
            Self::EndOfLine => "the end of the line",
            Self::NoSpaceBeforeColon => "the colon with no space before it",
            Self::NoSpaceAfterColon => "the path with no space after the colon",
            Self::OpeningBracket => "\"<\"",
            Self::ClosingBracket => "\">\"",
            Self::ForwardPath => "a mailbox: <> is for MAIL only",
            Self::RouteColon => "\":\" and the mailbox after the source route",
            Self::AtSign => "\"@\" and a domain",
            Self::LocalPart => "a local-part",
            Self::QuotedString => "the rest of the quoted local-part",
            Self::Domain => "a domain: letters, digits, hyphens inside, dots between",
            Self::AddressLiteral => "an address literal: [192.0.2.1] or [IPv6:2001:db8::1]",
            Self::ClosingSquareBracket => "\"]\"",
            Self::ParameterKeyword => "the keyword of a parameter",
            Self::ParameterValue => "the value of a parameter",
            Self::ClientName => "the client's name: a domain or an address literal",
            Self::Argument => "an argument of visible characters",
            Self::Mechanism => "the name of a SASL mechanism",
            Self::InitialResponse => "an initial response without spaces",
            Self::ChunkSize => "the size of the chunk in octets",
            Self::ChunkLast => "LAST",
            Self::Code => "a reply code",
            Self::SameCode => "the same reply code as on the first line",
            Self::CodeSeparator => "a space or a hyphen after the code",
            Self::LineEnd => "CRLF",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Dialect, Spans, parse_command};
    use super::*;

    #[test]
    fn an_error_says_where_what_and_what_instead() {
        let said = |line: &[u8]| {
            let error = parse_command(line, &Dialect::STRICT, &mut Spans::new()).command.expect_err("wrong");
            (error.to_string(), error.kind.reply_code())
        };
        for (line, text, code) in [
            (&b"MAIL FROM: <>"[..], "octet 11: expected the path with no space after the colon, found a space", 501),
            (b"MAIL", "octet 5: expected MAIL FROM:<reverse-path> [parameters], found the end of the line", 501),
            (
                b"MAIL FROM:<a@b\t>",
                "octet 15: expected a domain: letters, digits, hyphens inside, dots between, found a tab",
                501,
            ),
            (b"RCPT TO:<a.@b>", "octet 12: expected a local-part, found \"@\"", 501),
            (b"NO\x1bOP", "octet 3: expected a command word, found octet 0x1b", 500),
            (b"QUIT now", "octet 6: expected the end of the line, found \"n\"", 501),
        ] {
            let (found, reply) = said(line);
            assert_eq!((found.as_str(), reply.as_u16()), (text, code));
        }
    }

    #[test]
    fn a_line_that_is_too_long() {
        let error = SyntaxError::line_too_long(512);
        assert_eq!(error.to_string(), "octet 513: expected the end of the line, found more");
        assert_eq!(error.kind.reply_code(), ReplyCode::UNRECOGNIZED);
    }
}
