//! The rules for paths, mailboxes and names: RFC 5321 §4.1.2, with the departures of a [`super::Dialect`].
//!
//! One function a rule, top-down. The views they give are in [`super::address`].

use super::address::{ClientName, Domain, ForwardPath, LocalPart, Mailbox, ReversePath};
use super::cursor::Cursor;
use super::error::{Expected, SyntaxError, SyntaxKind};
use super::span::Open;
use super::{Brackets, Element, octet};

/// Where the path that is being read began, and what must close it.
struct Opened {
    start: usize,
    span: Open,
    brackets: usize,
}

impl<'a> Cursor<'a, '_> {
    /// Reverse-path = Path / "<>"
    pub(super) fn reverse_path(&mut self) -> Result<ReversePath<'a>, SyntaxError> {
        let opened = self.open_path(Element::ReversePath)?;
        if self.dialect.space_in_null_path && opened.brackets > 0 {
            self.skip_null_spaces();
        }
        if opened.brackets > 0 && self.peek() == Some(b'>') {
            let octets = self.close_path(&opened)?;
            return Ok(ReversePath::new(octets, b"", None));
        }
        let source_route = self.source_route()?;
        let mailbox = self.mailbox_of_path(false)?;
        let octets = self.close_path(&opened)?;
        Ok(ReversePath::new(octets, source_route, Some(mailbox)))
    }

    /// Forward-path = Path, besides `<Postmaster>` (RFC 5321 §4.1.1.3).
    pub(super) fn forward_path(&mut self) -> Result<ForwardPath<'a>, SyntaxError> {
        let opened = self.open_path(Element::ForwardPath)?;
        if opened.brackets > 0 && self.peek() == Some(b'>') {
            return self.fail(Expected::ForwardPath, SyntaxKind::BadPath);
        }
        let source_route = self.source_route()?;
        let mailbox = self.mailbox_of_path(true)?;
        let octets = self.close_path(&opened)?;
        Ok(ForwardPath::new(octets, source_route, mailbox))
    }

    /// The opening bracket of Path = "<" [ A-d-l ":" ] Mailbox ">".
    fn open_path(&mut self, element: Element) -> Result<Opened, SyntaxError> {
        if self.dialect.display_name {
            self.skip_phrase();
        }
        let start = self.at;
        let span = self.spans.open(start, element);
        let mut brackets = usize::from(self.eat(b'<'));
        if brackets == 0 && (!self.dialect.missing_brackets || self.is_at_end()) {
            return self.fail(Expected::OpeningBracket, SyntaxKind::BadPath);
        }
        while brackets > 0 && self.dialect.brackets != Brackets::Exact && self.eat(b'<') {
            brackets += 1;
        }
        if self.dialect.comment_in_path {
            self.skip_comment();
        }
        Ok(Opened { start, span, brackets })
    }

    fn close_path(&mut self, opened: &Opened) -> Result<&'a [u8], SyntaxError> {
        for _ in 0..opened.brackets {
            if !self.eat(b'>') {
                return self.fail(Expected::ClosingBracket, SyntaxKind::BadPath);
            }
        }
        while self.dialect.brackets == Brackets::ExtraClosing && self.eat(b'>') {}
        self.spans.close(opened.span, self.at);
        Ok(self.since(opened.start))
    }

    /// A phrase before the bracket, as in a header field. Only where a bracket follows.
    fn skip_phrase(&mut self) {
        if let Some(len) = self.rest().iter().position(|&octet| octet == b'<') {
            self.at += len;
        }
    }

    /// Spaces inside `< >`, and only there.
    fn skip_null_spaces(&mut self) {
        let start = self.at;
        self.skip_spaces();
        if self.peek() != Some(b'>') {
            self.at = start;
        }
    }

    /// A-d-l = At-domain *( "," At-domain ), and its colon. RFC 5321 §4.1.2: accepted, not generated, ignored.
    fn source_route(&mut self) -> Result<&'a [u8], SyntaxError> {
        let start = self.at;
        if self.peek() != Some(b'@') {
            return Ok(b"");
        }
        loop {
            if !self.eat(b'@') {
                return self.fail(Expected::AtSign, SyntaxKind::BadPath);
            }
            self.domain_name(SyntaxKind::BadPath)?;
            if !self.eat(b',') {
                break;
            }
        }
        if !self.eat(b':') {
            return self.fail(Expected::RouteColon, SyntaxKind::BadPath);
        }
        self.mark(start, Element::SourceRoute);
        Ok(self.since(start))
    }

    /// A comment in parentheses, if one is next and it ends.
    pub(super) fn skip_comment(&mut self) {
        if self.peek() == Some(b'(')
            && let Some(len) = self.rest().iter().position(|&octet| octet == b')')
        {
            self.at += len + 1;
        }
    }

    /// Mailbox = Local-part "@" ( Domain / address-literal )
    pub(super) fn mailbox(&mut self) -> Result<Mailbox<'a>, SyntaxError> {
        self.mailbox_of_path(false)
    }

    fn mailbox_of_path(&mut self, postmaster: bool) -> Result<Mailbox<'a>, SyntaxError> {
        let start = self.at;
        let local_part = self.local_part()?;
        if self.peek() != Some(b'@') {
            // RFC 5321 §4.1.1.3: RCPT takes <Postmaster> without a domain, in any case.
            if (postmaster && local_part.is_postmaster() || self.dialect.unqualified_mailbox) && self.ends_mailbox() {
                return Ok(Mailbox::new(local_part.as_bytes(), local_part.len()));
            }
            return self.fail(Expected::AtSign, SyntaxKind::BadPath);
        }
        self.at += 1;
        self.domain_or_literal(SyntaxKind::BadPath)?;
        Ok(Mailbox::new(self.since(start), local_part.len()))
    }

    /// Is the mailbox over at this octet?
    fn ends_mailbox(&self) -> bool {
        matches!(self.peek(), None | Some(b'>')) || self.is_space()
    }

    /// Local-part = Dot-string / Quoted-string
    fn local_part(&mut self) -> Result<LocalPart<'a>, SyntaxError> {
        let start = self.at;
        if self.dialect.several_at_signs && self.local_part_up_to_last_at_sign() {
            self.mark(start, Element::LocalPart);
            return Ok(LocalPart::new(self.since(start)));
        }
        if self.peek() == Some(b'"') && !self.dialect.no_quoted_local_part {
            self.quoted_string()?;
        } else {
            self.dot_string()?;
        }
        self.mark(start, Element::LocalPart);
        Ok(LocalPart::new(self.since(start)))
    }

    /// Where a mailbox has several at signs outside quotes, everything up to the last belongs to the local-part.
    fn local_part_up_to_last_at_sign(&mut self) -> bool {
        let rest = self.rest();
        let end = rest.iter().position(|&octet| matches!(octet, b'>' | b' ' | b'"')).unwrap_or(rest.len());
        let mut at_signs = rest[..end].iter().enumerate().filter(|&(_, &octet)| octet == b'@').map(|(at, _)| at);
        match (at_signs.next(), at_signs.next_back()) {
            (Some(_), Some(last)) => {
                self.at += last;
                true
            }
            _ => false,
        }
    }

    /// Dot-string = Atom *("." Atom)
    fn dot_string(&mut self) -> Result<(), SyntaxError> {
        loop {
            let atom = if self.dialect.controls_in_local_part {
                self.eat_while(|octet| octet::is_atext(octet) || octet != 0 && octet.is_ascii_control())
            } else {
                self.eat_while(octet::is_atext)
            };
            if atom.is_empty() && !self.may_be_empty_atom() {
                return self.fail(Expected::LocalPart, SyntaxKind::BadPath);
            }
            if !self.eat(b'.') {
                return Ok(());
            }
        }
    }

    /// Does the server take a dot at this end of an atom? A local-part of nothing at all is taken by none.
    fn may_be_empty_atom(&self) -> bool {
        self.dialect.loose_dots
            && (self.peek() == Some(b'.')
                || self.peek() == Some(b'@') && self.line.get(self.at.wrapping_sub(1)) == Some(&b'.'))
    }

    /// Quoted-string = DQUOTE *`QcontentSMTP` DQUOTE
    fn quoted_string(&mut self) -> Result<(), SyntaxError> {
        self.eat(b'"');
        loop {
            self.eat_while(octet::is_qtext);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                // quoted-pairSMTP = "\" and a graphic octet or a space
                Some(b'\\') => {
                    self.at += 1;
                    if !matches!(self.peek(), Some(b' '..=b'~')) {
                        return self.fail(Expected::QuotedString, SyntaxKind::BadPath);
                    }
                    self.at += 1;
                }
                _ => return self.fail(Expected::QuotedString, SyntaxKind::BadPath),
            }
        }
    }

    /// Domain / address-literal
    fn domain_or_literal(&mut self, kind: SyntaxKind) -> Result<(), SyntaxError> {
        let start = self.at;
        if self.peek() == Some(b'[') {
            self.address_literal(kind)?;
            self.mark(start, Element::AddressLiteral);
        } else {
            self.domain_name(kind)?;
            self.mark(start, Element::Domain);
        }
        Ok(())
    }

    /// Domain = sub-domain *("." sub-domain), sub-domain = Let-dig [Ldh-str]: labels begin and end in a letter or
    /// digit, hyphens stand inside.
    fn domain_name(&mut self, kind: SyntaxKind) -> Result<(), SyntaxError> {
        let start = self.at;
        let mut before = b'.';
        for &octet in self.rest() {
            let fits = octet::is_let_dig(octet)
                || match octet {
                    b'-' => before != b'.' || self.dialect.leading_hyphen_in_label,
                    b'.' => before != b'.' && (before != b'-' || self.dialect.trailing_hyphen_in_label),
                    _ => octet == b'_' && self.dialect.underscore_in_domain,
                };
            if !fits {
                break;
            }
            before = octet;
            self.at += 1;
        }
        let is_whole = match before {
            b'.' => self.at > start && self.dialect.trailing_dot_in_domain,
            b'-' => self.dialect.trailing_hyphen_in_label,
            _ => true,
        };
        if is_whole && self.ends_domain() { Ok(()) } else { self.fail(Expected::Domain, kind) }
    }

    /// Is the domain over at this octet? What follows a domain: the end, a bracket, a space, more of a route.
    fn ends_domain(&self) -> bool {
        matches!(self.peek(), None | Some(b'>' | b',' | b':')) || self.is_space()
    }

    /// Domain / address-literal of EHLO and HELO.
    pub(super) fn client_name(&mut self) -> Result<ClientName<'a>, SyntaxError> {
        if self.is_at_end() {
            return self.fail(Expected::ClientName, SyntaxKind::BadArgument);
        }
        let start = self.at;
        let span = self.spans.open(start, Element::ClientName);
        let domain = if self.dialect.any_client_name {
            let name = self.eat_while(octet::is_graphic);
            if name.is_empty() {
                return self.fail(Expected::ClientName, SyntaxKind::BadArgument);
            }
            let mut strict = Cursor::strict(name, self.spans);
            strict.ascii_domain_or_literal().ok().filter(|_| strict.is_at_end())
        } else {
            Some(self.ascii_domain_or_literal()?)
        };
        self.spans.close(span, self.at);
        Ok(ClientName::new(self.since(start), domain))
    }

    /// RFC 6531 §3.7.1: a name in EHLO is of letters, digits and hyphens even where SMTPUTF8 is spoken.
    fn ascii_domain_or_literal(&mut self) -> Result<Domain<'a>, SyntaxError> {
        let start = self.at;
        if self.peek() == Some(b'[') {
            self.address_literal(SyntaxKind::BadArgument)?;
        } else {
            self.domain_name(SyntaxKind::BadArgument)?;
        }
        let name = self.since(start);
        if let Some(beyond) = name.iter().position(|octet| !octet.is_ascii()) {
            self.at = start + beyond;
            return self.fail(Expected::Domain, SyntaxKind::BadArgument);
        }
        Ok(Domain::new(name))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{read, wrong, wrong_in};
    use super::super::{Command, Dialect, limits};
    use super::*;

    /// A reverse-path is read, is what it says, and reads the same when it stands alone.
    #[track_caller]
    fn path(text: &str) -> (String, Option<String>) {
        let line = format!("MAIL FROM:{text}");
        let Command::Mail { path, .. } = read(&line, &Dialect::STRICT) else { panic!("{line:?} is no MAIL") };
        assert_eq!(path.to_string(), text);
        assert_eq!(path.len(), text.len());
        assert_eq!(ReversePath::parse(text.as_bytes()), Ok(path));
        let Some(mailbox) = path.mailbox() else { return (String::new(), None) };
        assert_eq!(Mailbox::parse(mailbox.as_bytes()), Ok(mailbox));
        (mailbox.local_part().to_string(), mailbox.domain().map(|domain| domain.to_string()))
    }

    fn pair(local_part: &str, domain: &str) -> (String, Option<String>) {
        (local_part.to_owned(), Some(domain.to_owned()))
    }

    #[test]
    fn reverse_paths() {
        assert_eq!(path("<>"), (String::new(), None));
        assert_eq!(path("<alice@example.com>"), pair("alice", "example.com"));
        assert_eq!(path("<a.b.c@a-b--c.x1.example>"), pair("a.b.c", "a-b--c.x1.example"));
        assert_eq!(path("<!#$%&'*+-/=?^_`{|}~@example.com>"), pair("!#$%&'*+-/=?^_`{|}~", "example.com"));
        assert_eq!(path("<1@2>"), pair("1", "2"));
        assert_eq!(path("<alice@[192.0.2.1]>"), pair("alice", "[192.0.2.1]"));
    }

    #[test]
    fn quoted_local_parts() {
        assert_eq!(path(r#"<"odd sender"@example.com>"#), pair(r#""odd sender""#, "example.com"));
        assert_eq!(path(r#"<""@example.com>"#), pair(r#""""#, "example.com"));
        assert_eq!(path(r#"<"a@b>c"@example.com>"#), pair(r#""a@b>c""#, "example.com"));
        assert_eq!(path(r#"<"a\"b\\c\ d"@example.com>"#), pair(r#""a\"b\\c\ d""#, "example.com"));
        wrong(r#"MAIL FROM:<"alice@example.com>"#, 30, Expected::QuotedString);
        wrong(r#"MAIL FROM:<"alice"example.com>"#, 18, Expected::AtSign);
        wrong("MAIL FROM:<\"a\tb\"@example.com>", 13, Expected::QuotedString);
        wrong("MAIL FROM:<\"a\\\tb\"@example.com>", 14, Expected::QuotedString);
        wrong(r#"MAIL FROM:<alice."b"@example.com>"#, 17, Expected::LocalPart);
    }

    #[test]
    fn source_routes_are_read_and_ignored() {
        let line = "MAIL FROM:<@a.example.com,@b.example.com:alice@example.com>";
        let Command::Mail { path, .. } = read(line, &Dialect::STRICT) else { panic!("no MAIL") };
        assert_eq!(path.source_route(), b"@a.example.com,@b.example.com:");
        assert_eq!(path.mailbox().map(|mailbox| mailbox.to_string()).as_deref(), Some("alice@example.com"));
        wrong("RCPT TO:<@a.example.com>", 23, Expected::RouteColon);
        wrong("RCPT TO:<@a.example.com,b.example.com:bob@example.org>", 24, Expected::AtSign);
        wrong("RCPT TO:<@a.example.com:>", 24, Expected::LocalPart);
        wrong("RCPT TO:<@:bob@example.org>", 10, Expected::Domain);
    }

    #[test]
    fn only_postmaster_does_without_a_domain() {
        for text in ["<Postmaster>", "<postmaster>", "<POSTMASTER>", "<@example.org:postmaster>"] {
            let path = ForwardPath::parse(text.as_bytes()).expect(text);
            assert!(path.mailbox().local_part().is_postmaster());
            assert_eq!(path.mailbox().domain(), None);
        }
        wrong("RCPT TO:<bob>", 12, Expected::AtSign);
        wrong("RCPT TO:<postmasters>", 20, Expected::AtSign);
        wrong("MAIL FROM:<postmaster>", 21, Expected::AtSign);
        wrong("RCPT TO:<>", 9, Expected::ForwardPath);
    }

    #[test]
    fn local_parts_that_are_none() {
        wrong("MAIL FROM:<.a@example.com>", 11, Expected::LocalPart);
        wrong("MAIL FROM:<a.@example.com>", 13, Expected::LocalPart);
        wrong("MAIL FROM:<a..b@example.com>", 13, Expected::LocalPart);
        wrong("MAIL FROM:<@example.com>", 23, Expected::RouteColon);
        wrong("MAIL FROM:<a b@example.com>", 12, Expected::AtSign);
        wrong("MAIL FROM:<(comment)a@example.com>", 11, Expected::LocalPart);
        wrong("MAIL FROM:< >", 11, Expected::LocalPart);
        wrong("RCPT TO:<alice@home@example.org>", 19, Expected::Domain);
    }

    #[test]
    fn domains_that_are_none() {
        wrong("MAIL FROM:<a@>", 13, Expected::Domain);
        wrong("MAIL FROM:<a@exam_ple.com>", 17, Expected::Domain);
        wrong("MAIL FROM:<a@-example.com>", 13, Expected::Domain);
        wrong("MAIL FROM:<a@example-.com>", 21, Expected::Domain);
        wrong("MAIL FROM:<a@example.com->", 25, Expected::Domain);
        wrong("MAIL FROM:<a@example..com>", 21, Expected::Domain);
        wrong("MAIL FROM:<a@.example.com>", 13, Expected::Domain);
        wrong("MAIL FROM:<a@example.com.>", 25, Expected::Domain);
    }

    #[test]
    fn brackets() {
        wrong("MAIL FROM:a@example.com", 10, Expected::OpeningBracket);
        wrong("MAIL FROM:<a@example.com", 24, Expected::ClosingBracket);
        wrong("MAIL FROM:<a@example.com SIZE=1", 24, Expected::ClosingBracket);
        wrong("MAIL FROM:<<a@example.com>>", 11, Expected::LocalPart);
        wrong("MAIL FROM:<a@example.com>>", 25, Expected::Space);
        wrong("MAIL FROM:Alice <a@example.com>", 10, Expected::OpeningBracket);
        let bare = Dialect { missing_brackets: true, ..Dialect::STRICT };
        let nested = Dialect { brackets: Brackets::Nested, ..Dialect::STRICT };
        let extra = Dialect { brackets: Brackets::ExtraClosing, missing_brackets: true, ..Dialect::STRICT };
        read("MAIL FROM:a@example.com SIZE=1", &bare);
        read("MAIL FROM:<<a@example.com>>", &nested);
        wrong_in(&bare, "MAIL FROM:a@example.com>", 23, Expected::Space);
        wrong_in(&nested, "MAIL FROM:<a@example.com>>", 25, Expected::Space);
        wrong_in(&nested, "MAIL FROM:<<a@example.com>", 26, Expected::ClosingBracket);
        for line in ["MAIL FROM:a@example.com>", "MAIL FROM:<a@example.com>>", "MAIL FROM:<<a@example.com>>"] {
            read(line, &extra);
        }
        wrong_in(&extra, "MAIL FROM:<a@example.com", 24, Expected::ClosingBracket);
    }

    /// Every leniency about paths takes what RFC 5321 does not, and nothing else about it changes.
    #[test]
    fn what_lenient_servers_take() {
        let cases: [(&str, Dialect); 12] = [
            ("MAIL FROM:< >", Dialect { space_in_null_path: true, ..Dialect::STRICT }),
            ("MAIL FROM:\"Al\" <a@example.com> (hi)", Dialect { display_name: true, ..Dialect::STRICT }),
            ("MAIL FROM:<(hi)a@example.com>", Dialect { comment_in_path: true, ..Dialect::STRICT }),
            ("RCPT TO:<bob>", Dialect { unqualified_mailbox: true, ..Dialect::STRICT }),
            ("MAIL FROM:<.a..b.@example.com>", Dialect { loose_dots: true, ..Dialect::STRICT }),
            ("MAIL FROM:<a\u{1}b@example.com>", Dialect { controls_in_local_part: true, ..Dialect::STRICT }),
            ("RCPT TO:<alice@home@example.org>", Dialect { several_at_signs: true, ..Dialect::STRICT }),
            ("MAIL FROM:<a@_ex_ample_.com>", Dialect { underscore_in_domain: true, ..Dialect::STRICT }),
            ("MAIL FROM:<a@-example.com>", Dialect { leading_hyphen_in_label: true, ..Dialect::STRICT }),
            ("MAIL FROM:<a@example-.com->", Dialect { trailing_hyphen_in_label: true, ..Dialect::STRICT }),
            ("MAIL FROM:<a@example.com.>", Dialect { trailing_dot_in_domain: true, ..Dialect::STRICT }),
            ("MAIL FROM:<a@example.com>SIZE=1", Dialect { glued_parameters: true, ..Dialect::STRICT }),
        ];
        for (line, dialect) in cases {
            read(line, &dialect);
            for (other, _) in cases.iter().filter(|(other, _)| *other != line) {
                let parsed = super::super::parse_command(other.as_bytes(), &dialect, &mut super::super::Spans::new());
                assert!(parsed.command.is_err(), "{other:?} passes where {line:?} does");
            }
        }
        let no_quotes = Dialect { no_quoted_local_part: true, ..Dialect::STRICT };
        wrong_in(&no_quotes, r#"MAIL FROM:<"a"@example.com>"#, 11, Expected::LocalPart);
    }

    #[test]
    fn the_last_at_sign_separates_where_several_pass() {
        let dialect = Dialect { several_at_signs: true, ..Dialect::STRICT };
        let Command::Rcpt { path, .. } = read("RCPT TO:<alice@home@example.org>", &dialect) else { panic!("no RCPT") };
        assert_eq!(path.mailbox().local_part().to_string(), "alice@home");
        assert!(path.mailbox().domain().is_some_and(|domain| domain.is("example.org")));
        read(r#"RCPT TO:<"a@b"@example.org>"#, &dialect);
    }

    #[test]
    fn octets_beyond_ascii_are_read_and_told() {
        let Command::Mail { path, .. } = read("MAIL FROM:<\u{e4}lice@b\u{fc}cher.example> SMTPUTF8", &Dialect::STRICT)
        else {
            panic!("no MAIL")
        };
        assert_eq!(path.mailbox().map(Mailbox::is_ascii), Some(false));
        assert_eq!(Mailbox::parse(b"alice@example.com").map(Mailbox::is_ascii), Ok(true));
    }

    /// RFC 5321 §4.5.3.1: the grammar tells lengths and refuses none.
    #[test]
    fn lengths_are_told() {
        for len in [limits::LOCAL_PART - 1, limits::LOCAL_PART, limits::LOCAL_PART + 1] {
            let text = format!("{}@example.com", "a".repeat(len));
            assert_eq!(Mailbox::parse(text.as_bytes()).map(|it| it.local_part().len()), Ok(len));
        }
        for len in [limits::DOMAIN - 1, limits::DOMAIN, limits::DOMAIN + 1] {
            let text = format!("a@{}", "d".repeat(len));
            assert_eq!(Mailbox::parse(text.as_bytes()).map(|it| it.domain().map(Domain::len)), Ok(Some(len)));
        }
        for len in [limits::PATH - 1, limits::PATH, limits::PATH + 1] {
            let text = format!("<@b.example:a@{}>", "d".repeat(len - 15));
            assert_eq!(ReversePath::parse(text.as_bytes()).map(ReversePath::len), Ok(len));
        }
    }
}
