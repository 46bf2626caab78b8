//! Views on the names in a command: local-parts, domains, mailboxes, paths, the client's name.
//!
//! A view points into the line it was read from, and one that exists is well formed in its server's dialect. Lengths
//! are told, not judged; whether a mailbox exists is nobody's business here.

use core::fmt;
use std::borrow::Cow;

use super::cursor::Cursor;
use super::error::{SyntaxError, SyntaxKind};
use super::{AddressLiteral, Dialect, Spans};

use crate::gather::Gather as _;

/// Local-part = Dot-string / Quoted-string (RFC 5321 §4.1.2). At most [`super::limits::LOCAL_PART`] octets.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct LocalPart<'a>(&'a [u8]);

impl<'a> LocalPart<'a> {
    pub(super) const fn new(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    /// The octets as they stand on the line, quotes included.
    #[must_use]
    pub const fn as_bytes(self) -> &'a [u8] {
        self.0
    }

    /// How many octets it takes on the line.
    #[expect(clippy::len_without_is_empty, reason = "the grammar knows no empty local-part")]
    #[must_use]
    pub const fn len(self) -> usize {
        self.0.len()
    }

    /// Is it written as a quoted string?
    #[must_use]
    pub fn is_quoted(self) -> bool {
        self.0.first() == Some(&b'"')
    }

    /// The octets it means: without quotes and backslashes. Both may stand anywhere where a dialect lets them.
    pub fn content(self) -> impl Iterator<Item = u8> + 'a {
        let mut escaped = false;
        self.0.iter().copied().filter(move |&octet| {
            let dropped = !escaped && matches!(octet, b'\\' | b'"');
            escaped = dropped && octet == b'\\';
            !dropped
        })
    }

    /// The same in one piece, without a copy where there is nothing to leave out.
    #[must_use]
    pub fn meaning(self) -> Cow<'a, [u8]> {
        if self.0.iter().any(|octet| matches!(octet, b'\\' | b'"')) {
            Cow::Owned(self.content().gather())
        } else {
            Cow::Borrowed(self.0)
        }
    }

    /// Do both mean the same local-part, however they are quoted? Case counts.
    #[must_use]
    pub fn is_same(self, other: LocalPart<'_>) -> bool {
        // RFC 5321 §4.1.2: for comparing, all quoted forms of a local-part are equivalent.
        self.content().eq(other.content())
    }

    /// Is it the one local-part whose case does not matter (RFC 5321 §4.1.1.3)?
    #[must_use]
    pub fn is_postmaster(self) -> bool {
        self.content().map(|octet| octet.to_ascii_lowercase()).eq(*b"postmaster")
    }
}

/// A domain name or an address literal: what may stand right of the at sign (RFC 5321 §4.1.2, §4.1.3). At most
/// [`super::limits::DOMAIN`] octets. Case does not matter, so two that differ in case are equal.
#[derive(Clone, Copy)]
pub struct Domain<'a>(&'a [u8]);

impl<'a> Domain<'a> {
    pub(super) const fn new(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    /// The octets as they stand on the line, square brackets included.
    #[must_use]
    pub const fn as_bytes(self) -> &'a [u8] {
        self.0
    }

    /// How many octets it takes on the line.
    #[expect(clippy::len_without_is_empty, reason = "the grammar knows no empty domain")]
    #[must_use]
    pub const fn len(self) -> usize {
        self.0.len()
    }

    /// Is it an address literal?
    #[must_use]
    pub fn is_literal(self) -> bool {
        self.0.first() == Some(&b'[')
    }

    /// The address, if it is an address literal.
    #[must_use]
    pub fn literal(self) -> Option<AddressLiteral<'a>> {
        if !self.is_literal() {
            return None;
        }
        let mut spans = Spans::new();
        Cursor::strict(self.0, &mut spans).address_literal(SyntaxKind::BadPath).ok()
    }

    /// Octets of its longest label. The DNS has none of more than 63; RFC 5321 says nothing of it, and servers differ.
    #[must_use]
    pub fn longest_label(self) -> usize {
        self.0.split(|&octet| octet == b'.').map(<[u8]>::len).max().unwrap_or_default()
    }

    /// Is it this name? Case does not matter, nor does a dot after the last label.
    #[must_use]
    pub fn is(self, name: &str) -> bool {
        without_dot(self.0).eq_ignore_ascii_case(without_dot(name.as_bytes()))
    }
}

impl PartialEq for Domain<'_> {
    fn eq(&self, other: &Self) -> bool {
        without_dot(self.0).eq_ignore_ascii_case(without_dot(other.0))
    }
}

impl Eq for Domain<'_> {}

fn without_dot(octets: &[u8]) -> &[u8] {
    octets.strip_suffix(b".").unwrap_or(octets)
}

/// Mailbox = Local-part "@" ( Domain / address-literal ) (RFC 5321 §4.1.2). Two that differ in the case of their
/// domains are equal.
#[derive(Clone, Copy)]
pub struct Mailbox<'a> {
    octets: &'a [u8],
    /// How many of them are the local-part.
    local_part: usize,
    /// Where the domain begins, if there is one.
    domain: Option<usize>,
}

impl<'a> Mailbox<'a> {
    pub(super) const fn new(octets: &'a [u8], local_part: usize, domain: Option<usize>) -> Self {
        Self { octets, local_part, domain }
    }

    /// Reads one by the rules of RFC 5321.
    ///
    /// # Errors
    /// Tells the octet that does not fit.
    pub fn parse(octets: &'a [u8]) -> Result<Self, SyntaxError> {
        let mut spans = Spans::new();
        let mut cursor = Cursor::strict(octets, &mut spans);
        let value = cursor.mailbox()?;
        cursor.end(SyntaxKind::BadPath)?;
        Ok(value)
    }

    /// What stands left of the at sign.
    #[must_use]
    pub fn local_part(self) -> LocalPart<'a> {
        LocalPart(self.octets.get(..self.local_part).unwrap_or_default())
    }

    /// What stands right of it. `None` for `<Postmaster>` and, where a dialect lets it pass, for other mailboxes
    /// without a domain: the server's own is meant.
    #[must_use]
    pub fn domain(self) -> Option<Domain<'a>> {
        self.octets.get(self.domain?..).map(Domain)
    }

    /// The octets as they stand on the line.
    #[must_use]
    pub const fn as_bytes(self) -> &'a [u8] {
        self.octets
    }

    /// Is all of it ASCII? Anything else needs SMTPUTF8 (RFC 6531 §3.3), which may come later on the line.
    #[must_use]
    pub fn is_ascii(self) -> bool {
        self.octets.is_ascii()
    }
}

impl PartialEq for Mailbox<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.local_part() == other.local_part() && self.domain() == other.domain()
    }
}

impl Eq for Mailbox<'_> {}

/// Reverse-path = Path / "<>" (RFC 5321 §4.1.2): where failures are reported. At most [`super::limits::PATH`]
/// octets with its brackets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ReversePath<'a> {
    octets: &'a [u8],
    source_route: &'a [u8],
    mailbox: Option<Mailbox<'a>>,
}

impl<'a> ReversePath<'a> {
    pub(super) const fn new(octets: &'a [u8], source_route: &'a [u8], mailbox: Option<Mailbox<'a>>) -> Self {
        Self { octets, source_route, mailbox }
    }

    /// Reads one by the rules of RFC 5321, brackets included.
    ///
    /// # Errors
    /// Tells the octet that does not fit.
    pub fn parse(octets: &'a [u8]) -> Result<Self, SyntaxError> {
        let mut spans = Spans::new();
        let mut cursor = Cursor::strict(octets, &mut spans);
        let value = cursor.reverse_path()?;
        cursor.end(SyntaxKind::BadPath)?;
        Ok(value)
    }

    /// Is it `<>`?
    #[must_use]
    pub const fn is_null(self) -> bool {
        self.mailbox.is_none()
    }

    /// The mailbox; `None` for the null reverse-path.
    #[must_use]
    pub const fn mailbox(self) -> Option<Mailbox<'a>> {
        self.mailbox
    }

    /// The list of hosts before the mailbox with its colon, which is read and ignored; empty as a rule.
    #[must_use]
    pub const fn source_route(self) -> &'a [u8] {
        self.source_route
    }

    /// The octets as they stand on the line.
    #[must_use]
    pub const fn as_bytes(self) -> &'a [u8] {
        self.octets
    }

    /// How many octets it takes on the line, brackets included.
    #[expect(clippy::len_without_is_empty, reason = "the null reverse-path has two octets")]
    #[must_use]
    pub const fn len(self) -> usize {
        self.octets.len()
    }
}

/// Forward-path = Path, or `<Postmaster>` (RFC 5321 §4.1.1.3, §4.1.2): one recipient. At most
/// [`super::limits::PATH`] octets with its brackets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ForwardPath<'a> {
    octets: &'a [u8],
    source_route: &'a [u8],
    mailbox: Mailbox<'a>,
}

impl<'a> ForwardPath<'a> {
    pub(super) const fn new(octets: &'a [u8], source_route: &'a [u8], mailbox: Mailbox<'a>) -> Self {
        Self { octets, source_route, mailbox }
    }

    /// Reads one as a server that speaks this dialect.
    ///
    /// # Errors
    /// Tells the octet that does not fit.
    pub fn parse_in(octets: &'a [u8], dialect: &Dialect) -> Result<Self, SyntaxError> {
        let mut spans = Spans::new();
        let mut cursor = Cursor { line: octets, at: 0, dialect, spans: &mut spans };
        let value = cursor.forward_path()?;
        cursor.end(SyntaxKind::BadPath)?;
        Ok(value)
    }

    /// Reads one by the rules of RFC 5321, brackets included.
    ///
    /// # Errors
    /// Tells the octet that does not fit.
    pub fn parse(octets: &'a [u8]) -> Result<Self, SyntaxError> {
        let mut spans = Spans::new();
        let mut cursor = Cursor::strict(octets, &mut spans);
        let value = cursor.forward_path()?;
        cursor.end(SyntaxKind::BadPath)?;
        Ok(value)
    }

    /// The mailbox; without a domain for `<Postmaster>`.
    #[must_use]
    pub const fn mailbox(self) -> Mailbox<'a> {
        self.mailbox
    }

    /// The list of hosts before the mailbox with its colon, which is read and ignored; empty as a rule.
    #[must_use]
    pub const fn source_route(self) -> &'a [u8] {
        self.source_route
    }

    /// The octets as they stand on the line.
    #[must_use]
    pub const fn as_bytes(self) -> &'a [u8] {
        self.octets
    }

    /// How many octets it takes on the line, brackets included.
    #[expect(clippy::len_without_is_empty, reason = "a forward-path is never empty")]
    #[must_use]
    pub const fn len(self) -> usize {
        self.octets.len()
    }
}

/// What a client calls itself: Domain / address-literal (RFC 5321 §4.1.1.1), or any text where a dialect lets that
/// pass.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ClientName<'a> {
    octets: &'a [u8],
    domain: Option<Domain<'a>>,
}

impl<'a> ClientName<'a> {
    pub(super) const fn new(octets: &'a [u8], domain: Option<Domain<'a>>) -> Self {
        Self { octets, domain }
    }

    /// Reads one by the rules of RFC 5321.
    ///
    /// # Errors
    /// Tells the octet that does not fit.
    pub fn parse(octets: &'a [u8]) -> Result<Self, SyntaxError> {
        let mut spans = Spans::new();
        let mut cursor = Cursor::strict(octets, &mut spans);
        let value = cursor.client_name()?;
        cursor.end(SyntaxKind::BadArgument)?;
        Ok(value)
    }

    /// The name as it stands on the line.
    #[must_use]
    pub const fn as_bytes(self) -> &'a [u8] {
        self.octets
    }

    /// The domain or address literal; `None` when it is other text.
    #[must_use]
    pub const fn domain(self) -> Option<Domain<'a>> {
        self.domain
    }
}

/// Views show what stands on the line; octets that are no UTF-8 appear as U+FFFD.
macro_rules! show {
    ($($view:ident),*) => {
        $(
            impl fmt::Display for $view<'_> {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    fmt::Display::fmt(&String::from_utf8_lossy(self.as_bytes()), f)
                }
            }

            impl fmt::Debug for $view<'_> {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    write!(f, concat!(stringify!($view), "({:?})"), String::from_utf8_lossy(self.as_bytes()))
                }
            }
        )*
    };
}

show!(LocalPart, Domain, Mailbox, ReversePath, ForwardPath, ClientName);

#[cfg(test)]
mod tests {
    use super::*;

    fn local_part(text: &str) -> Mailbox<'_> {
        Mailbox::parse(text.as_bytes()).expect(text)
    }

    #[test]
    fn quoting_does_not_make_another_local_part() {
        let plain = local_part("alice@example.org").local_part();
        for same in [r#""alice"@example.org"#, r#""\a\l\i\c\e"@example.org"#] {
            assert!(local_part(same).local_part().is_same(plain), "{same}");
        }
        for other in ["Alice@example.org", r#""alice "@example.org"#, r#""\\alice"@example.org"#] {
            assert!(!local_part(other).local_part().is_same(plain), "{other}");
        }
        let backslashes = local_part(r#""a\\\"b"@example.org"#).local_part();
        assert_eq!(backslashes.content().collect::<Vec<_>>(), br#"a\"b"#);
        assert!(local_part(r#""PostMaster"@example.org"#).local_part().is_postmaster());
        assert!(!local_part("postmaste@example.org").local_part().is_postmaster());
    }

    #[test]
    fn domains_are_equal_in_any_case() {
        let [a, b, c] = ["a@Example.ORG", "b@example.org", "c@example.com"].map(|text| local_part(text).domain());
        assert_eq!(a, b);
        assert_ne!(a, c);
        assert_eq!(a.map(Domain::longest_label), Some(7));
    }

    #[test]
    fn nothing_may_follow_a_view_that_stands_alone() {
        assert_eq!(Mailbox::parse(b"alice@example.org>").map_err(|error| error.at), Err(17));
        assert_eq!(ReversePath::parse(b"<> ").map_err(|error| error.at), Err(2));
        assert_eq!(ForwardPath::parse(b"<bob@example.org>,").map_err(|error| error.at), Err(17));
        assert_eq!(ClientName::parse(b"client.example.com\r\nQUIT").map_err(|error| error.at), Err(18));
    }

    #[test]
    fn octets_that_are_no_text_are_shown_as_such() {
        let mailbox = Mailbox::parse(b"\xff@example.org").expect("read as SMTPUTF8 may come later");
        assert_eq!(mailbox.to_string(), "\u{fffd}@example.org");
    }
}
