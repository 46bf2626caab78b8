//! The rules for paths, mailboxes and names: RFC 5321 §4.1.2, with the departures of a [`super::Dialect`].
//!
//! One function a rule, top-down. The views they give are in [`super::address`].

use super::address::{ClientName, Domain, ForwardPath, LocalPart, Mailbox, ReversePath};
use super::cursor::Cursor;
use super::dialect::{ClientNames, SourceRoute, Specials};
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
        // Of `<@>` nothing is left where neither half has to be there.
        if self.dialect.empty_domain && self.rest().starts_with(b"@>") {
            self.at += 1;
            let octets = self.close_path(&opened)?;
            return Ok(ReversePath::new(octets, source_route, None));
        }
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
        if self.dialect.comment_round_path {
            self.skip_comment();
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
        if brackets > 0 {
            self.skip_between();
        }
        Ok(Opened { start, span, brackets })
    }

    fn close_path(&mut self, opened: &Opened) -> Result<&'a [u8], SyntaxError> {
        if opened.brackets > 0 {
            self.skip_between();
        }
        for _ in 0..opened.brackets {
            if !self.eat(b'>') {
                return self.fail(Expected::ClosingBracket, SyntaxKind::BadPath);
            }
        }
        while self.dialect.brackets == Brackets::ExtraClosing && self.eat(b'>') {}
        self.spans.close(opened.span, self.at);
        let path = self.since(opened.start);
        if self.dialect.comment_round_path {
            self.skip_comment();
        }
        Ok(path)
    }

    /// White space and comments between the parts of a path, where the server lets them pass.
    fn skip_between(&mut self) {
        let mut before = None;
        while self.dialect.space_in_path && before != Some(self.at) {
            before = Some(self.at);
            self.skip_spaces();
            self.skip_comment();
        }
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
        let at_sign = self.peek() == Some(b'@');
        let up_to_colon = match self.dialect.source_route {
            SourceRoute::Grammar => false,
            SourceRoute::UpToColon => at_sign,
            SourceRoute::AnythingUpToColon => true,
        };
        if up_to_colon {
            let path = self.rest().split(|&octet| octet == b'>').next().unwrap_or_default();
            let mailbox = path.iter().rposition(|&octet| octet == b'@').unwrap_or(path.len());
            let path = if at_sign { path } else { &path[..mailbox] };
            let Some(colon) = path.iter().position(|&octet| octet == b':') else { return Ok(b"") };
            self.at += colon + 1;
            self.mark(start, Element::SourceRoute);
            return Ok(self.since(start));
        }
        if !at_sign {
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
        let end = self.at;
        self.skip_between();
        if self.peek() != Some(b'@') {
            self.at = end;
            // RFC 5321 §4.1.1.3: RCPT takes <Postmaster> without a domain, in any case.
            if (postmaster && local_part.is_postmaster() || self.dialect.unqualified_mailbox) && self.ends_mailbox() {
                return Ok(Mailbox::new(local_part.as_bytes(), local_part.len(), None));
            }
            return self.fail(Expected::AtSign, SyntaxKind::BadPath);
        }
        self.at += 1;
        self.skip_between();
        if self.dialect.empty_domain && self.ends_mailbox() {
            return Ok(Mailbox::new(local_part.as_bytes(), local_part.len(), None));
        }
        let domain = self.at - start;
        self.domain_or_literal(SyntaxKind::BadPath)?;
        Ok(Mailbox::new(self.since(start), local_part.len(), Some(domain)))
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
        if self.dialect.empty_local_part && self.peek() == Some(b'@') {
            return Ok(LocalPart::new(b""));
        }
        if self.dialect.words_in_local_part {
            self.words()?;
        } else if self.peek() == Some(b'"') && !self.dialect.no_quoted_local_part {
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

    /// local-part = word *("." word) of a header field, word = atom / quoted-string, with quoted pairs in atoms.
    fn words(&mut self) -> Result<(), SyntaxError> {
        let start = self.at;
        let controls = self.dialect.controls_in_local_part;
        let specials: &[u8] = match self.dialect.specials_in_local_part {
            Specials::None => b"",
            Specials::ColonAndBracket => b":]",
            Specials::Most => b":;[]",
        };
        loop {
            self.eat_while(|octet| {
                octet::is_atext(octet)
                    || octet == b'.'
                    || specials.contains(&octet)
                    || controls && octet.is_ascii_control() && !matches!(octet, 0 | b'\t' | b'\r')
            });
            match self.peek() {
                // A quoted string is a word by itself, with dots beside it.
                Some(b'"') if self.at == start || self.line[self.at - 1] == b'.' => {
                    self.quoted_string()?;
                    if !matches!(self.peek(), Some(b'.')) {
                        break;
                    }
                }
                Some(b'\\') if self.at + 1 < self.line.len() => self.at += 2,
                _ if self.skip_inner_spaces() => {}
                _ => break,
            }
        }
        let word = self.since(start);
        let dotted = word.starts_with(b".") || word.ends_with(b".") || word.windows(2).any(|pair| pair == b"..");
        if word.is_empty() || dotted && !self.dialect.loose_dots {
            return self.fail(Expected::LocalPart, SyntaxKind::BadPath);
        }
        Ok(())
    }

    /// Skips spaces inside a word, where the server takes them: brackets are open, and the word goes on behind them.
    fn skip_inner_spaces(&mut self) -> bool {
        if !self.dialect.spaces_in_words || !self.is_space() || !self.rest().contains(&b'>') {
            return false;
        }
        let start = self.at;
        self.skip_spaces();
        let goes_on = self.peek().is_some_and(octet::is_atext);
        if !goes_on {
            self.at = start;
        }
        goes_on
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
        if self.dialect.any_domain {
            self.any_domain(kind)?;
            self.mark(start, Element::Domain);
        } else if self.peek() == Some(b'[') && !self.dialect.no_address_literal {
            self.address_literal(kind)?;
            self.mark(start, Element::AddressLiteral);
        } else {
            self.domain_name(kind)?;
            self.mark(start, Element::Domain);
        }
        Ok(())
    }

    /// Whatever is no separator of an address; only the dots must have something between them.
    fn any_domain(&mut self, kind: SyntaxKind) -> Result<(), SyntaxError> {
        let start = self.at;
        if self.peek() == Some(b'[') && self.address_literal(kind).is_ok() {
            return Ok(());
        }
        self.at = start;
        let is_part = |octet: u8| octet > b' ' && octet != 0x7f && !b"<>()@,;\"\\".contains(&octet);
        self.eat_while(is_part);
        while self.skip_inner_spaces() {
            self.eat_while(is_part);
        }
        let name = self.since(start);
        let dots = name.windows(2).position(|pair| pair == b"..").or(name.starts_with(b".").then_some(0));
        if let Some(dots) = dots {
            self.at = self.at - name.len() + dots;
            return self.fail(Expected::Domain, kind);
        }
        if name.is_empty() { self.fail(Expected::Domain, kind) } else { Ok(()) }
    }

    /// Domain = sub-domain *("." sub-domain), sub-domain = Let-dig [Ldh-str]: labels begin and end in a letter or
    /// digit, hyphens stand inside.
    fn domain_name(&mut self, kind: SyntaxKind) -> Result<(), SyntaxError> {
        let start = self.at;
        let rest = self.rest();
        let mut len = 0;
        let mut before = b'.';
        while let Some(&octet) = rest.get(len) {
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
            len += 1;
        }
        self.at += len;
        let is_whole = match before {
            b'.' => len > 0 && self.dialect.trailing_dot_in_domain,
            b'-' => self.dialect.trailing_hyphen_in_label,
            _ => true,
        };
        let numeric =
            self.dialect.no_numeric_domain && self.since(start).iter().all(|octet| !octet.is_ascii_alphabetic());
        if is_whole && !numeric && self.ends_domain() { Ok(()) } else { self.fail(Expected::Domain, kind) }
    }

    /// Is the domain over at this octet? What follows a domain: the end, a bracket, a space, more of a route.
    fn ends_domain(&self) -> bool {
        let more = self.dialect.space_in_path && self.peek() == Some(b'(');
        matches!(self.peek(), None | Some(b'>' | b',' | b':')) || self.is_space() || more
    }

    /// Domain / address-literal of EHLO and HELO.
    pub(super) fn client_name(&mut self) -> Result<ClientName<'a>, SyntaxError> {
        if self.is_at_end() {
            return self.fail(Expected::ClientName, SyntaxKind::BadArgument);
        }
        let start = self.at;
        let span = self.spans.open(start, Element::ClientName);
        let is_part = |octet: u8| octet.is_ascii_alphanumeric() || matches!(octet, b'.' | b'-');
        let white_space = self.dialect.white_space;
        let name = match self.dialect.client_name {
            ClientNames::Characters if self.peek() != Some(b'[') => Some(self.eat_while(is_part)),
            ClientNames::Domain | ClientNames::Characters => None,
            // A literal of a kind yet to come may hold other octets.
            ClientNames::MoreCharacters => {
                let literal = self.peek() == Some(b'[') && self.address_literal(SyntaxKind::BadArgument).is_ok();
                if !literal {
                    self.at = start;
                    self.eat_while(|octet| is_part(octet) || b"_:#[]".contains(&octet));
                }
                Some(self.since(start))
            }
            ClientNames::Anything => Some(self.eat_while(|octet| !white_space.takes(octet))),
        };
        let domain = match name {
            Some(b"") => return self.fail(Expected::ClientName, SyntaxKind::BadArgument),
            Some(name) => {
                let mut strict = Cursor::strict(name, self.spans);
                strict.ascii_domain_or_literal().ok().filter(|_| strict.is_at_end())
            }
            None => Some(self.ascii_domain_or_literal()?),
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
mod tests;
