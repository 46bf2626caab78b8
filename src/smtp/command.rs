//! A command line, taken apart: RFC 5321 §4.1.1 and the verbs of the extensions.
//!
//! Reading never fails to give a verb, marks and either a command or the octet that is wrong. Whether the command may
//! come now, and what becomes of it, is the session's.

use super::address::{ClientName, ForwardPath, ReversePath};
use super::cursor::Cursor;
use super::dialect::{AuthWords, Needless};
use super::error::{Expected, SyntaxError, SyntaxKind};
use super::{Dialect, Element, Parameters, Spans, Verb, limits, octet};

/// What a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parsed<'a> {
    /// The verb it begins with.
    pub verb: Verb,
    /// The command, or what is wrong with it.
    pub command: Result<Command<'a>, SyntaxError>,
}

/// A well-formed command; views on its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command<'a> {
    /// `EHLO name` (RFC 5321 §4.1.1.1).
    Ehlo(ClientName<'a>),
    /// `HELO name` (RFC 5321 §4.1.1.1).
    Helo(ClientName<'a>),
    /// `MAIL FROM:<reverse-path> [parameters]` (RFC 5321 §4.1.1.2).
    Mail {
        /// Where failures are reported.
        path: ReversePath<'a>,
        /// What extensions add.
        parameters: Parameters<'a>,
    },
    /// `RCPT TO:<forward-path> [parameters]` (RFC 5321 §4.1.1.3).
    Rcpt {
        /// The recipient.
        path: ForwardPath<'a>,
        /// What extensions add.
        parameters: Parameters<'a>,
    },
    /// `DATA` (RFC 5321 §4.1.1.4).
    Data,
    /// `RSET` (RFC 5321 §4.1.1.5).
    Rset,
    /// `QUIT` (RFC 5321 §4.1.1.10).
    Quit,
    /// `STARTTLS` (RFC 3207 §4).
    StartTls,
    /// `TURN` (RFC 821 §3.8).
    Turn,
    /// `NOOP [string]` (RFC 5321 §4.1.1.9).
    Noop(Option<&'a [u8]>),
    /// `HELP [string]` (RFC 5321 §4.1.1.8).
    Help(Option<&'a [u8]>),
    /// `VRFY string` (RFC 5321 §4.1.1.6).
    Vrfy(&'a [u8]),
    /// `EXPN string` (RFC 5321 §4.1.1.7).
    Expn(&'a [u8]),
    /// `SEND`, `SOML` or `SAML`, whatever follows (RFC 5321 Appendix F.6).
    Obsolete(Verb),
    /// `AUTH mechanism [initial-response]` (RFC 4954 §4).
    Auth {
        /// The mechanism; its case does not matter.
        mechanism: &'a [u8],
        /// The initial response as sent: base64, or `=` for one of no octets.
        initial: Option<&'a [u8]>,
    },
    /// `BDAT chunk-size [LAST]` (RFC 3030 §2).
    Bdat {
        /// How many octets follow the line.
        size: u64,
        /// Is this the last chunk?
        last: bool,
    },
    /// `ETRN node-name`, with its option character (RFC 1985 §5).
    Etrn(&'a [u8]),
    /// A command word that the project does not know.
    Unknown(&'a [u8]),
}

impl Command<'_> {
    /// The command's verb.
    #[must_use]
    pub const fn verb(&self) -> Verb {
        match self {
            Self::Ehlo(_) => Verb::Ehlo,
            Self::Helo(_) => Verb::Helo,
            Self::Mail { .. } => Verb::Mail,
            Self::Rcpt { .. } => Verb::Rcpt,
            Self::Data => Verb::Data,
            Self::Rset => Verb::Rset,
            Self::Quit => Verb::Quit,
            Self::StartTls => Verb::StartTls,
            Self::Turn => Verb::Turn,
            Self::Noop(_) => Verb::Noop,
            Self::Help(_) => Verb::Help,
            Self::Vrfy(_) => Verb::Vrfy,
            Self::Expn(_) => Verb::Expn,
            Self::Obsolete(verb) => *verb,
            Self::Auth { .. } => Verb::Auth,
            Self::Bdat { .. } => Verb::Bdat,
            Self::Etrn(_) => Verb::Etrn,
            Self::Unknown(_) => Verb::Unknown,
        }
    }

    /// Adds the line of this command to `out`, its CRLF included. A CR or LF inside an argument, which no argument
    /// may have, is left out rather than made into a line of its own.
    pub fn encode(&self, out: &mut Vec<u8>) {
        match *self {
            Self::Ehlo(name) => push(out, &[b"EHLO ", name.as_bytes()]),
            Self::Helo(name) => push(out, &[b"HELO ", name.as_bytes()]),
            Self::Mail { path, parameters } => push_with(out, b"MAIL FROM:", path.as_bytes(), parameters),
            Self::Rcpt { path, parameters } => push_with(out, b"RCPT TO:", path.as_bytes(), parameters),
            Self::Data => push(out, &[b"DATA"]),
            Self::Rset => push(out, &[b"RSET"]),
            Self::Quit => push(out, &[b"QUIT"]),
            Self::StartTls => push(out, &[b"STARTTLS"]),
            Self::Turn => push(out, &[b"TURN"]),
            Self::Noop(None) => push(out, &[b"NOOP"]),
            Self::Noop(Some(text)) => push(out, &[b"NOOP ", text]),
            Self::Help(None) => push(out, &[b"HELP"]),
            Self::Help(Some(text)) => push(out, &[b"HELP ", text]),
            Self::Vrfy(text) => push(out, &[b"VRFY ", text]),
            Self::Expn(text) => push(out, &[b"EXPN ", text]),
            Self::Obsolete(verb) => push(out, &[verb.name().as_bytes()]),
            Self::Auth { mechanism, initial: None } => push(out, &[b"AUTH ", mechanism]),
            Self::Auth { mechanism, initial: Some(initial) } => push(out, &[b"AUTH ", mechanism, b" ", initial]),
            Self::Bdat { size, last } => {
                let last: &[u8] = if last { b" LAST" } else { b"" };
                push(out, &[b"BDAT ", size.to_string().as_bytes(), last]);
            }
            Self::Etrn(node) => push(out, &[b"ETRN ", node]),
            Self::Unknown(word) => push(out, &[word]),
        }
    }
}

fn push_with(out: &mut Vec<u8>, verb: &[u8], path: &[u8], parameters: Parameters<'_>) {
    let space: &[u8] = if parameters.is_empty() { b"" } else { b" " };
    push(out, &[verb, path, space, parameters.as_bytes()]);
}

fn push(out: &mut Vec<u8>, parts: &[&[u8]]) {
    for part in parts {
        out.extend(part.iter().filter(|octet| !matches!(octet, b'\r' | b'\n')));
    }
    out.extend_from_slice(b"\r\n");
}

/// What a client says inside an AUTH exchange (RFC 4954 §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaslResponse<'a> {
    /// `*`: no more of this.
    Cancel,
    /// An answer, base64 as sent; possibly of no octets.
    Answer(&'a [u8]),
}

/// Reads one command line, given without its CRLF, as a server that speaks this dialect. The spans are those of this
/// line alone. Of a line that is accepted nothing is copied, and no memory is asked for but what `spans` lacks.
pub fn parse_command<'a>(line: &'a [u8], dialect: &Dialect, spans: &mut Spans) -> Parsed<'a> {
    spans.clear();
    // RFC 5321 §4.1.1: white space before the CRLF should be tolerated.
    let line = if dialect.no_trailing_space { line } else { without_trailing_space(line, dialect) };
    let mut cursor = Cursor { line, at: 0, dialect, spans };
    if dialect.leading_space {
        cursor.skip_spaces();
    }
    let (verb, command) = match cursor.verb() {
        Ok((verb, word)) => (verb, cursor.command(verb, word)),
        Err(error) => (Verb::Unknown, Err(error)),
    };
    if let Err(error) = &command {
        spans.settle(error.at);
        spans.mark(error.at..line.len(), Element::Unexpected);
    }
    Parsed { verb, command }
}

/// Reads one line of an AUTH exchange, given without its CRLF.
pub fn parse_sasl_response<'a>(line: &'a [u8], spans: &mut Spans) -> SaslResponse<'a> {
    spans.clear();
    // RFC 4954 §4: a line with a single "*" cancels the exchange.
    if line == b"*" {
        spans.mark(0..1, Element::SaslCancel);
        return SaslResponse::Cancel;
    }
    spans.mark(0..line.len(), Element::SaslResponse);
    SaslResponse::Answer(line)
}

fn without_trailing_space<'a>(line: &'a [u8], dialect: &Dialect) -> &'a [u8] {
    let is_space = |&octet: &u8| matches!(octet, b' ' | b'\t') || dialect.white_space.takes(octet);
    let len = line.iter().rposition(|octet| !is_space(octet)).map_or(0, |last| last + 1);
    &line[..len]
}

impl<'a> Cursor<'a, '_> {
    /// The command word, up to the first white space.
    fn verb(&mut self) -> Result<(Verb, &'a [u8]), SyntaxError> {
        let start = self.at;
        // Almost every line begins with four letters and a space, or has no more than them.
        let rest = self.rest();
        if let (Some(word), None | Some(b' ')) = (rest.get(..4), rest.get(4)) {
            let verb = Verb::from_word(word);
            if verb != Verb::Unknown {
                self.at += word.len();
                self.mark(start, Element::Verb);
                return Ok((verb, word));
            }
        }
        let word = self.eat_while(octet::is_graphic);
        let tab = self.peek() == Some(b'\t') && !self.dialect.tab_in_verb;
        let is_whole = tab || matches!(self.peek(), None | Some(b' ')) || self.is_space_after_verb();
        if word.is_empty() || !is_whole {
            return self.fail(Expected::Verb, SyntaxKind::UnknownCommand);
        }
        self.mark(start, Element::Verb);
        Ok((Verb::from_word(word), word))
    }

    fn command(&mut self, verb: Verb, word: &'a [u8]) -> Result<Command<'a>, SyntaxError> {
        match verb {
            Verb::Ehlo => self.name_of_client(verb).map(Command::Ehlo),
            Verb::Helo => self.name_of_client(verb).map(Command::Helo),
            Verb::Mail => self.mail(),
            Verb::Rcpt => self.rcpt(),
            Verb::Data => self.alone_or_ignored(Command::Data, Needless::OfAll),
            Verb::Rset => self.alone_or_ignored(Command::Rset, Needless::OfAll),
            Verb::Quit => self.alone_or_ignored(Command::Quit, Needless::OfQuit),
            Verb::StartTls => self.alone(Command::StartTls),
            Verb::Turn => self.alone(Command::Turn),
            Verb::Noop => self.optional_text().map(Command::Noop),
            Verb::Help => self.optional_text().map(Command::Help),
            Verb::Vrfy => self.text(verb).map(Command::Vrfy),
            Verb::Expn => self.text(verb).map(Command::Expn),
            Verb::Auth => self.auth(),
            Verb::Bdat => self.bdat(),
            Verb::Etrn => self.etrn(),
            Verb::Send | Verb::Soml | Verb::Saml => Ok(self.unread(Command::Obsolete(verb))),
            Verb::Unknown => Ok(self.unread(Command::Unknown(word))),
        }
    }

    /// ehlo = "EHLO" SP ( Domain / address-literal ). For HELO the ABNF of RFC 5321 §4.1.1.1 has a Domain alone and
    /// the text above it a literal for clients without a name; a refusal would help nobody, so the text decides.
    fn name_of_client(&mut self, verb: Verb) -> Result<ClientName<'a>, SyntaxError> {
        self.separator_after_verb(Expected::Form(verb))?;
        let name = self.client_name()?;
        if self.dialect.text_after_client_name && self.is_space() {
            self.skip_spaces();
            let start = self.at;
            self.at = self.line.len();
            self.mark(start, Element::Argument);
        }
        self.end(SyntaxKind::BadArgument)?;
        Ok(name)
    }

    /// mail = "MAIL FROM:" Reverse-path [SP Mail-parameters]
    fn mail(&mut self) -> Result<Command<'a>, SyntaxError> {
        self.rest_of_verb(Verb::Mail, b"FROM")?;
        let path = self.reverse_path()?;
        let parameters = self.parameters()?;
        Ok(Command::Mail { path, parameters })
    }

    /// `rcpt = "RCPT TO:" ( "<Postmaster@" Domain ">" / "<Postmaster>" / Forward-path ) [SP Rcpt-parameters]`
    fn rcpt(&mut self) -> Result<Command<'a>, SyntaxError> {
        self.rest_of_verb(Verb::Rcpt, b"TO")?;
        let path = self.forward_path()?;
        let parameters = self.parameters()?;
        Ok(Command::Rcpt { path, parameters })
    }

    /// ` FROM:` or ` TO:`, which makes one verb with the word before it.
    fn rest_of_verb(&mut self, verb: Verb, word: &[u8]) -> Result<(), SyntaxError> {
        let form = Expected::Form(verb);
        if !self.is_space_after_verb() {
            return self.fail(form, SyntaxKind::BadArgument);
        }
        self.at += 1;
        if self.dialect.extra_spaces_in_verb {
            self.skip_spaces();
        }
        if !self.eat_word(word) {
            return self.fail(form, SyntaxKind::BadArgument);
        }
        if self.is_space() {
            // RFC 5321 §3.3: no spaces on either side of the colon.
            if !self.dialect.space_before_colon {
                return self.fail(Expected::NoSpaceBeforeColon, SyntaxKind::BadArgument);
            }
            self.skip_spaces();
        }
        if !self.eat(b':') {
            return self.fail(form, SyntaxKind::BadArgument);
        }
        self.spans.widen_first(self.at);
        if self.is_at_end() {
            return self.fail(form, SyntaxKind::BadArgument);
        }
        if self.is_space() {
            if !self.dialect.space_after_colon {
                return self.fail(Expected::NoSpaceAfterColon, SyntaxKind::BadArgument);
            }
            self.skip_spaces();
        }
        Ok(())
    }

    /// A command without an argument. RFC 5321 §4.1.1: one that has an argument should be rejected.
    fn alone_or_ignored(&mut self, command: Command<'a>, where_ignored: Needless) -> Result<Command<'a>, SyntaxError> {
        if self.dialect.needless_argument >= where_ignored { Ok(self.unread(command)) } else { self.alone(command) }
    }

    fn alone(&mut self, command: Command<'a>) -> Result<Command<'a>, SyntaxError> {
        if self.is_at_end() {
            return Ok(command);
        }
        self.skip_spaces();
        self.fail(Expected::EndOfLine, SyntaxKind::ArgumentNotAllowed)
    }

    /// Whatever else stands on the line is one argument, not looked into.
    fn unread(&mut self, command: Command<'a>) -> Command<'a> {
        self.eat_while(|octet| matches!(octet, b' ' | b'\t'));
        let start = self.at;
        self.at = self.line.len();
        self.mark(start, Element::Argument);
        command
    }

    /// [ SP String ]. RFC 5321 §4.1.1.9 has NOOP ignore its string, so it may be of several words.
    fn optional_text(&mut self) -> Result<Option<&'a [u8]>, SyntaxError> {
        if self.is_at_end() {
            return Ok(None);
        }
        self.text_of(|octet| octet::is_graphic(octet) || octet == b' ').map(Some)
    }

    /// SP String, or a mailbox in any of its forms (RFC 5321 §3.5.1), which SMTPUTF8 may extend (RFC 6531 §3.7.4.2).
    fn text(&mut self, verb: Verb) -> Result<&'a [u8], SyntaxError> {
        if self.is_at_end() {
            return self.fail(Expected::Form(verb), SyntaxKind::BadArgument);
        }
        self.text_of(|octet| octet::is_graphic(octet) || octet == b' ' || octet >= 0x80)
    }

    fn text_of(&mut self, like: impl Fn(u8) -> bool) -> Result<&'a [u8], SyntaxError> {
        self.separator_after_verb(Expected::Argument)?;
        let start = self.at;
        let Dialect { argument, white_space, .. } = *self.dialect;
        let text = self.eat_while(|octet| like(octet) || argument.takes(octet) || white_space.takes(octet));
        self.mark(start, Element::Argument);
        // RFC 5321 §4.1.2: invalid character codes are rejected with 501.
        if self.is_at_end() { Ok(text) } else { self.fail(Expected::Argument, SyntaxKind::BadArgument) }
    }

    /// auth-command = "AUTH" SP sasl-mech [SP initial-response]
    fn auth(&mut self) -> Result<Command<'a>, SyntaxError> {
        self.separator_after_verb(Expected::Mechanism)?;
        let start = self.at;
        let mechanism = self.mechanism()?;
        self.mark(start, Element::Mechanism);
        if self.is_at_end() {
            return Ok(Command::Auth { mechanism, initial: None });
        }
        let loose = matches!(self.dialect.auth_words, AuthWords::RestOfLine | AuthWords::NameThenRest);
        if loose {
            self.eat_while(|octet| matches!(octet, b' ' | b'\t'));
        } else {
            self.separator(Expected::InitialResponse, SyntaxKind::BadArgument)?;
        }
        let start = self.at;
        // Which of these octets are base64, and which reply those get that are not, SASL says.
        let initial = self.eat_while(|octet| loose || octet::is_graphic(octet));
        self.mark(start, Element::InitialResponse);
        self.end(SyntaxKind::BadArgument)?;
        if initial.is_empty() {
            return self.fail(Expected::InitialResponse, SyntaxKind::BadArgument);
        }
        Ok(Command::Auth { mechanism, initial: Some(initial) })
    }

    /// sasl-mech = 1*20mech-char (RFC 4422 §3.1), in any case (RFC 4954 §8).
    fn mechanism(&mut self) -> Result<&'a [u8], SyntaxError> {
        let start = self.at;
        if matches!(self.dialect.auth_words, AuthWords::AnyName | AuthWords::RestOfLine) && !self.is_at_end() {
            return Ok(self.eat_while(|octet| !matches!(octet, b' ' | b'\t')));
        }
        let mechanism = self.eat_while(|octet| octet::is_keyword(octet) || octet == b'_');
        if mechanism.len() > limits::MECHANISM && self.dialect.auth_words == AuthWords::Grammar {
            self.at = start + limits::MECHANISM;
            return self.fail(Expected::Mechanism, SyntaxKind::BadArgument);
        }
        if mechanism.is_empty() || !self.is_at_end() && !self.is_space() {
            return self.fail(Expected::Mechanism, SyntaxKind::BadArgument);
        }
        Ok(mechanism)
    }

    /// bdat-cmd = "BDAT" SP chunk-size [ SP end-marker ]
    fn bdat(&mut self) -> Result<Command<'a>, SyntaxError> {
        self.separator_after_verb(Expected::ChunkSize)?;
        let start = self.at;
        let mut size = 0_u64;
        if self.dialect.loose_chunk {
            return self.loose_bdat();
        }
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            let Some(more) = size.checked_mul(10).and_then(|size| size.checked_add(u64::from(digit - b'0'))) else {
                return self.fail(Expected::ChunkSize, SyntaxKind::BadArgument);
            };
            size = more;
            self.at += 1;
        }
        if self.at == start {
            return self.fail(Expected::ChunkSize, SyntaxKind::BadArgument);
        }
        self.mark(start, Element::ChunkSize);
        if self.is_at_end() {
            return Ok(Command::Bdat { size, last: false });
        }
        self.separator(Expected::ChunkLast, SyntaxKind::BadArgument)?;
        let start = self.at;
        if !self.eat_word(b"LAST") {
            return self.fail(Expected::ChunkLast, SyntaxKind::BadArgument);
        }
        self.mark(start, Element::ChunkLast);
        self.end(SyntaxKind::BadArgument)?;
        Ok(Command::Bdat { size, last: true })
    }

    /// The size as functions of the language C read it, in 32 bits; what stands behind it, but for the mark, is passed over.
    fn loose_bdat(&mut self) -> Result<Command<'a>, SyntaxError> {
        let start = self.at;
        let below_zero = self.peek() == Some(b'-');
        self.at += usize::from(matches!(self.peek(), Some(b'-' | b'+')));
        let digits = self.eat_while(|octet| octet.is_ascii_digit());
        if digits.is_empty() {
            self.at = start;
            return self.fail(Expected::ChunkSize, SyntaxKind::BadArgument);
        }
        let size = digits.iter().fold(0_u64, |sum, digit| sum.saturating_mul(10).saturating_add((digit - b'0').into()));
        let size = u32::try_from(size).unwrap_or(u32::MAX);
        let size = u64::from(if below_zero { size.wrapping_neg() } else { size });
        self.mark(start, Element::ChunkSize);
        let last = self.rest().trim_ascii().eq_ignore_ascii_case(b"LAST");
        self.at = self.line.len();
        Ok(Command::Bdat { size, last })
    }

    /// ETRN [option character] node name. What the name must be depends on the option (RFC 1985 §5, §5.3).
    fn etrn(&mut self) -> Result<Command<'a>, SyntaxError> {
        self.separator_after_verb(Expected::Form(Verb::Etrn))?;
        let start = self.at;
        let node = self.eat_while(octet::is_graphic);
        self.mark(start, Element::Argument);
        if node.is_empty() {
            return self.fail(Expected::Argument, SyntaxKind::BadArgument);
        }
        self.end(SyntaxKind::BadArgument)?;
        Ok(Command::Etrn(node))
    }
}

#[cfg(test)]
mod tests;
