//! A command line, taken apart: RFC 5321 §4.1.1 and the verbs of the extensions.
//!
//! Reading never fails to give a verb, marks and either a command or the octet that is wrong. Whether the command may
//! come now, and what becomes of it, is the session's.

use super::address::{ClientName, ForwardPath, ReversePath};
use super::cursor::Cursor;
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
        let word = self.eat_while(octet::is_graphic);
        let is_whole = matches!(self.peek(), None | Some(b' ' | b'\t')) || self.is_space_after_verb();
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
            Verb::Data => self.alone_or_ignored(Command::Data),
            Verb::Rset => self.alone_or_ignored(Command::Rset),
            Verb::Quit => self.alone_or_ignored(Command::Quit),
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

    /// rcpt = "RCPT TO:" ( "<Postmaster@" Domain ">" / "<Postmaster>" / Forward-path ) [SP Rcpt-parameters]
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
    fn alone_or_ignored(&mut self, command: Command<'a>) -> Result<Command<'a>, SyntaxError> {
        if self.dialect.ignore_needless_argument { Ok(self.unread(command)) } else { self.alone(command) }
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
        self.separator(Expected::InitialResponse, SyntaxKind::BadArgument)?;
        let start = self.at;
        // Which of these octets are base64, and which reply those get that are not, SASL says.
        let initial = self.eat_while(octet::is_graphic);
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
        let mechanism = self.eat_while(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_'));
        if mechanism.len() > limits::MECHANISM {
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
mod tests {
    use super::super::testing::{known, marks, read, wrong, wrong_in};
    use super::super::{Octets, WhiteSpace};
    use super::*;

    #[test]
    fn ehlo_and_helo() {
        assert!(matches!(
            known("EHLO client.example.com", &[("verb", "EHLO"), ("client-name", "client.example.com")]),
            Command::Ehlo(name) if name.domain().is_some_and(|domain| domain.is("CLIENT.example.com"))
        ));
        known("EHLO [192.0.2.1]", &[("verb", "EHLO"), ("client-name", "[192.0.2.1]")]);
        known("HELO client.example.com", &[("verb", "HELO"), ("client-name", "client.example.com")]);
        known("HELO [IPv6:2001:db8::1]", &[("verb", "HELO"), ("client-name", "[IPv6:2001:db8::1]")]);
        wrong("EHLO", 4, Expected::Form(Verb::Ehlo));
        wrong("HELO ", 4, Expected::Form(Verb::Helo));
        wrong("EHLO  client.example.com", 5, Expected::SingleSpace);
        wrong("EHLO client_1.example.com", 11, Expected::Domain);
        wrong("EHLO client.example.com and more", 23, Expected::EndOfLine);
        wrong("EHLO [192.0.2.1", 15, Expected::ClosingSquareBracket);
        // SMTPUTF8 is not there yet when the client names itself.
        wrong("EHLO b\u{fc}ro.example.com", 6, Expected::Domain);
    }

    #[test]
    fn a_lenient_server_takes_other_names() {
        let any = Dialect { any_client_name: true, ..Dialect::STRICT };
        let name = |line| match read(line, &any) {
            Command::Ehlo(name) => name,
            other => panic!("{other:?}"),
        };
        assert_eq!(name("EHLO my_laptop").domain(), None);
        assert_eq!(name("EHLO my_laptop").to_string(), "my_laptop");
        assert!(name("EHLO client.example.com").domain().is_some());
        wrong_in(&any, "EHLO my laptop", 7, Expected::EndOfLine);
        let text = Dialect { text_after_client_name: true, ..Dialect::STRICT };
        assert!(
            matches!(read("EHLO [192.0.2.1] a laptop", &text), Command::Ehlo(name) if name.to_string() == "[192.0.2.1]")
        );
    }

    #[test]
    fn mail_and_rcpt() {
        known(
            "MAIL FROM:<alice@example.com> SIZE=1240 BODY=8BITMIME",
            &[
                ("verb", "MAIL FROM:"),
                ("reverse-path", "<alice@example.com>"),
                ("local-part", "alice"),
                ("domain", "example.com"),
                ("size-parameter", "SIZE=1240"),
                ("parameter-keyword", "SIZE"),
                ("parameter-value", "1240"),
                ("body-parameter", "BODY=8BITMIME"),
                ("parameter-keyword", "BODY"),
                ("parameter-value", "8BITMIME"),
            ],
        );
        known("MAIL FROM:<>", &[("verb", "MAIL FROM:"), ("reverse-path", "<>")]);
        known(
            "RCPT TO:<bob@[192.0.2.1]>",
            &[
                ("verb", "RCPT TO:"),
                ("forward-path", "<bob@[192.0.2.1]>"),
                ("local-part", "bob"),
                ("address-literal", "[192.0.2.1]"),
            ],
        );
        known(
            "RCPT TO:<Postmaster>",
            &[("verb", "RCPT TO:"), ("forward-path", "<Postmaster>"), ("local-part", "Postmaster")],
        );
    }

    #[test]
    fn mail_and_rcpt_without_their_form() {
        for line in ["MAIL", "MAIL ", "MAIL <alice@example.com>", "MAIL TO:<alice@example.com>"] {
            wrong(line, if line.len() > 5 { 5 } else { 4 }, Expected::Form(Verb::Mail));
        }
        wrong("MAIL FRIM:<alice@example.com>", 7, Expected::Form(Verb::Mail));
        wrong("MAIL FROM", 9, Expected::Form(Verb::Mail));
        wrong("MAIL FROM<alice@example.com>", 9, Expected::Form(Verb::Mail));
        wrong("MAIL FROM:", 10, Expected::Form(Verb::Mail));
        wrong("MAIL  FROM:<>", 5, Expected::Form(Verb::Mail));
        wrong("RCPT", 4, Expected::Form(Verb::Rcpt));
        wrong("RCPT TO", 7, Expected::Form(Verb::Rcpt));
        wrong("RCPT FROM:<bob@example.org>", 5, Expected::Form(Verb::Rcpt));
        wrong("RCPT\tTO:<bob@example.org>", 4, Expected::Form(Verb::Rcpt));
    }

    /// RFC 5321 §3.3 says of itself that spaces round the colon are a common mistake.
    #[test]
    fn spaces_round_the_colon() {
        wrong("MAIL FROM: <alice@example.com>", 10, Expected::NoSpaceAfterColon);
        wrong("MAIL FROM :<alice@example.com>", 9, Expected::NoSpaceBeforeColon);
        wrong("RCPT TO: <bob@example.org>", 8, Expected::NoSpaceAfterColon);
        let after = Dialect { space_after_colon: true, ..Dialect::STRICT };
        let before = Dialect { space_before_colon: true, ..Dialect::STRICT };
        read("MAIL FROM: <alice@example.com>", &after);
        read("RCPT TO :<bob@example.org>", &before);
        wrong_in(&after, "MAIL FROM :<alice@example.com>", 9, Expected::NoSpaceBeforeColon);
        wrong_in(&before, "MAIL FROM: <alice@example.com>", 10, Expected::NoSpaceAfterColon);
    }

    #[test]
    fn spaces_where_a_server_takes_them() {
        let in_verb = Dialect { extra_spaces_in_verb: true, ..Dialect::STRICT };
        read("MAIL  FROM:<>", &in_verb);
        let extra = Dialect { extra_spaces: true, ..Dialect::STRICT };
        read("EHLO   client.example.com", &extra);
        read("MAIL FROM:<alice@example.com>  SIZE=1", &extra);
        wrong("MAIL FROM:<alice@example.com>  SIZE=1", 30, Expected::SingleSpace);
        let tab = Dialect { white_space: WhiteSpace::Tab, ..Dialect::STRICT };
        read("MAIL FROM:<alice@example.com>\tSIZE=1", &tab);
        read("NOOP a\tb", &tab);
        wrong_in(&tab, "NOOP\ta", 4, Expected::Space);
        let any = Dialect { white_space: WhiteSpace::Any, ..Dialect::STRICT };
        assert_eq!(read("NOOP\r", &any), Command::Noop(None));
        wrong_in(&any, "NOOP\rNOOP", 4, Expected::Verb);
        let after_verb = Dialect { white_space_after_verb: WhiteSpace::Any, ..any };
        assert_eq!(read("NOOP\rNOOP", &after_verb), Command::Noop(Some(b"NOOP")));
        wrong("MAIL FROM:<alice@example.com>\tSIZE=1", 29, Expected::Space);
        let leading = Dialect { leading_space: true, ..Dialect::STRICT };
        assert_eq!(read("  NOOP", &leading), Command::Noop(None));
        wrong("  NOOP", 0, Expected::Verb);
    }

    #[test]
    fn white_space_at_the_end_is_tolerated() {
        let refusing = Dialect { no_trailing_space: true, ..Dialect::STRICT };
        for line in
            ["QUIT", "DATA", "EHLO client.example.com", "MAIL FROM:<>", "RCPT TO:<bob@example.org>", "BDAT 1 LAST"]
        {
            for space in [" ", "\t", " \t  "] {
                let with_space = format!("{line}{space}");
                assert_eq!(read(&with_space, &Dialect::STRICT), read(line, &Dialect::STRICT));
                let parsed = parse_command(with_space.as_bytes(), &refusing, &mut Spans::new());
                assert!(parsed.command.is_err(), "{with_space:?}");
            }
        }
    }

    #[test]
    fn commands_without_an_argument() {
        let all = [
            ("DATA", Command::Data),
            ("RSET", Command::Rset),
            ("QUIT", Command::Quit),
            ("STARTTLS", Command::StartTls),
            ("TURN", Command::Turn),
        ];
        let ignoring = Dialect { ignore_needless_argument: true, ..Dialect::STRICT };
        for (verb, command) in all {
            assert_eq!(known(verb, &[("verb", verb)]), command);
            let line = format!("{verb} now");
            wrong(&line, verb.len() + 1, Expected::EndOfLine);
            let kind =
                parse_command(line.as_bytes(), &Dialect::STRICT, &mut Spans::new()).command.map_err(|it| it.kind);
            assert_eq!(kind, Err(SyntaxKind::ArgumentNotAllowed));
            // RFC 3207 §4: STARTTLS has no parameters, and servers that ignore others do not ignore its.
            let ignored = parse_command(line.as_bytes(), &ignoring, &mut Spans::new()).command;
            assert_eq!(ignored.is_ok(), matches!(command, Command::Data | Command::Rset | Command::Quit), "{line}");
        }
    }

    #[test]
    fn commands_with_a_string() {
        assert_eq!(known("NOOP", &[("verb", "NOOP")]), Command::Noop(None));
        known("NOOP some argument", &[("verb", "NOOP"), ("argument", "some argument")]);
        assert_eq!(known("HELP", &[("verb", "HELP")]), Command::Help(None));
        known("HELP MAIL", &[("verb", "HELP"), ("argument", "MAIL")]);
        known("VRFY alice", &[("verb", "VRFY"), ("argument", "alice")]);
        known("VRFY \u{e4}lice@example.org", &[("verb", "VRFY"), ("argument", "\u{e4}lice@example.org")]);
        known("EXPN staff", &[("verb", "EXPN"), ("argument", "staff")]);
        wrong("VRFY", 4, Expected::Form(Verb::Vrfy));
        wrong("EXPN ", 4, Expected::Form(Verb::Expn));
        wrong("NOOP a\0b", 6, Expected::Argument);
        wrong("NOOP a\rb", 6, Expected::Argument);
        wrong("HELP \u{e4}", 5, Expected::Argument);
        let any = Dialect { argument: Octets::Any, ..Dialect::STRICT };
        assert_eq!(read("NOOP a\0b", &any), Command::Noop(Some(b"a\0b")));
        let not_nul = Dialect { argument: Octets::NotNul, ..Dialect::STRICT };
        assert_eq!(read("NOOP a\rb", &not_nul), Command::Noop(Some(b"a\rb")));
        wrong_in(&not_nul, "NOOP a\0b", 6, Expected::Argument);
    }

    #[test]
    fn auth() {
        assert_eq!(
            known(
                "AUTH PLAIN AGFsaWNlAGNvcnJlY3QtaG9yc2U=",
                &[("verb", "AUTH"), ("mechanism", "PLAIN"), ("initial-response", "AGFsaWNlAGNvcnJlY3QtaG9yc2U="),]
            ),
            Command::Auth { mechanism: b"PLAIN", initial: Some(b"AGFsaWNlAGNvcnJlY3QtaG9yc2U=") }
        );
        known("AUTH CRAM-MD5", &[("verb", "AUTH"), ("mechanism", "CRAM-MD5")]);
        known("AUTH EXTERNAL =", &[("verb", "AUTH"), ("mechanism", "EXTERNAL"), ("initial-response", "=")]);
        wrong("AUTH", 4, Expected::Mechanism);
        wrong("AUTH ", 4, Expected::Mechanism);
        wrong("AUTH PL@IN", 7, Expected::Mechanism);
        wrong("AUTH PLAIN AGFs extra", 15, Expected::EndOfLine);
        wrong("AUTH PLAIN \u{e4}", 11, Expected::EndOfLine);
        // RFC 4422 §3.1: a mechanism has at most twenty characters.
        known("AUTH ABCDEFGHIJKLMNOPQRST", &[("verb", "AUTH"), ("mechanism", "ABCDEFGHIJKLMNOPQRST")]);
        wrong("AUTH ABCDEFGHIJKLMNOPQRSTU", 25, Expected::Mechanism);
    }

    #[test]
    fn answers_inside_auth() {
        let mut spans = Spans::new();
        assert_eq!(parse_sasl_response(b"*", &mut spans), SaslResponse::Cancel);
        assert_eq!(marks(b"*", &spans), [("sasl-cancel", "*")]);
        assert_eq!(parse_sasl_response(b"YWxpY2U=", &mut spans), SaslResponse::Answer(b"YWxpY2U="));
        assert_eq!(marks(b"YWxpY2U=", &spans), [("sasl-response", "YWxpY2U=")]);
        assert_eq!(parse_sasl_response(b"", &mut spans), SaslResponse::Answer(b""));
        assert_eq!(spans.as_slice(), []);
        assert_eq!(parse_sasl_response(b"* ", &mut spans), SaslResponse::Answer(b"* "));
    }

    #[test]
    fn bdat() {
        assert_eq!(
            known("BDAT 86 LAST", &[("verb", "BDAT"), ("chunk-size", "86"), ("chunk-last", "LAST")]),
            Command::Bdat { size: 86, last: true }
        );
        known("BDAT 18446744073709551615", &[("verb", "BDAT"), ("chunk-size", "18446744073709551615")]);
        wrong("BDAT 18446744073709551616", 24, Expected::ChunkSize);
        wrong("BDAT", 4, Expected::ChunkSize);
        wrong("BDAT -1", 5, Expected::ChunkSize);
        wrong("BDAT abc", 5, Expected::ChunkSize);
        wrong("BDAT 0 FIRST", 7, Expected::ChunkLast);
        wrong("BDAT 0x LAST", 6, Expected::Space);
        wrong("BDAT 0 LASTLY", 11, Expected::EndOfLine);
    }

    #[test]
    fn etrn() {
        assert_eq!(
            known("ETRN @example.org", &[("verb", "ETRN"), ("argument", "@example.org")]),
            Command::Etrn(b"@example.org")
        );
        wrong("ETRN", 4, Expected::Form(Verb::Etrn));
        wrong("ETRN example.org now", 16, Expected::EndOfLine);
    }

    #[test]
    fn verbs_nobody_uses_any_more_and_words_nobody_knows() {
        assert_eq!(read("SEND FROM:<alice@example.com>", &Dialect::STRICT), Command::Obsolete(Verb::Send));
        assert_eq!(known("SAML", &[("verb", "SAML")]), Command::Obsolete(Verb::Saml));
        assert_eq!(known("FROB", &[("verb", "FROB")]), Command::Unknown(b"FROB"));
        assert_eq!(read("GET / HTTP/1.1", &Dialect::STRICT), Command::Unknown(b"GET"));
        assert_eq!(read("EHLOclient.example.com", &Dialect::STRICT), Command::Unknown(b"EHLOclient.example.com"));
        assert_eq!(
            read("MAILFROM:<alice@example.com>", &Dialect::STRICT),
            Command::Unknown(b"MAILFROM:<alice@example.com>")
        );
    }

    #[test]
    fn lines_without_a_word() {
        wrong("", 0, Expected::Verb);
        wrong(" NOOP", 0, Expected::Verb);
        wrong("NO\u{8}OP", 2, Expected::Verb);
        wrong("QUIT\u{e4}", 4, Expected::Verb);
        for line in [&b"   "[..], b"\xff\xf4\xff\xfdEHLO client.example.com", b"\x16\x03\x01"] {
            let parsed = parse_command(line, &Dialect::STRICT, &mut Spans::new());
            assert_eq!(parsed.verb, Verb::Unknown);
            assert_eq!(parsed.command.map_err(|error| (error.at, error.kind)), Err((0, SyntaxKind::UnknownCommand)));
        }
    }

    #[test]
    fn a_wrong_line_is_marked_as_far_as_it_was_understood() {
        let line = b"MAIL FROM:<alice@exam_ple.com> SIZE=1";
        let mut spans = Spans::new();
        assert!(parse_command(line, &Dialect::STRICT, &mut spans).command.is_err());
        assert_eq!(
            marks(line, &spans),
            [
                ("verb", "MAIL FROM:"),
                ("reverse-path", "<alice@exam"),
                ("local-part", "alice"),
                ("unexpected", "_ple.com> SIZE=1"),
            ]
        );
    }

    #[test]
    fn no_argument_becomes_a_line_of_its_own() {
        let mut out = Vec::new();
        Command::Noop(Some(b"a\r\nQUIT\r\n")).encode(&mut out);
        assert_eq!(out, b"NOOP aQUIT\r\n");
    }
}
