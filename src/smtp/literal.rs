//! Address literals: what may stand in square brackets instead of a domain (RFC 5321 §4.1.3).
//!
//! Text to address and no further: whether the address is the server's own, or can be reached, is not asked here.

use core::net::{Ipv4Addr, Ipv6Addr};

use super::cursor::Cursor;
use super::error::{Expected, SyntaxError, SyntaxKind};
use super::{ip, octet};

/// address-literal = `"[" ( IPv4-address-literal / IPv6-address-literal / General-address-literal ) "]"`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AddressLiteral<'a> {
    /// `[192.0.2.1]`
    Ipv4(Ipv4Addr),
    /// `[IPv6:2001:db8::1]`
    Ipv6(Ipv6Addr),
    /// `[tag:content]`, a form no standard has defined yet.
    General {
        /// Standardized-tag.
        tag: &'a [u8],
        /// What the tag's own standard would explain.
        content: &'a [u8],
    },
}

impl<'a> Cursor<'a, '_> {
    /// An address literal, the opening bracket being next.
    pub(super) fn address_literal(&mut self, kind: SyntaxKind) -> Result<AddressLiteral<'a>, SyntaxError> {
        self.eat(b'[');
        let start = self.at;
        if self.dialect.odd_literals && (self.skip_tag(b"IPv4:") || self.is_untagged_ipv6()) {
            let tagged = self.at > start;
            let literal = if tagged {
                AddressLiteral::Ipv4(self.ipv4_address(kind)?)
            } else {
                AddressLiteral::Ipv6(self.ipv6_address(kind)?)
            };
            return if self.eat(b']') { Ok(literal) } else { self.fail(Expected::ClosingSquareBracket, kind) };
        }
        let tag = self.eat_while(|octet| octet.is_ascii_alphanumeric() || octet == b'-');
        let literal = if self.peek() == Some(b':') && !tag.is_empty() && !tag.ends_with(b"-") {
            self.at += 1;
            self.tagged(tag, kind)?
        } else {
            self.at = start;
            AddressLiteral::Ipv4(self.ipv4_address(kind)?)
        };
        if !self.eat(b']') {
            return self.fail(Expected::ClosingSquareBracket, kind);
        }
        Ok(literal)
    }

    /// Steps over a tag, if it is next.
    fn skip_tag(&mut self, tag: &[u8]) -> bool {
        let found = self.rest().get(..tag.len()).is_some_and(|it| it.eq_ignore_ascii_case(tag));
        self.at += if found { tag.len() } else { 0 };
        found
    }

    /// Is an IPv6 address next, without its tag?
    fn is_untagged_ipv6(&self) -> bool {
        let text = self.rest().split(|octet| *octet == b']').next().unwrap_or_default();
        core::str::from_utf8(text).is_ok_and(|text| ip::ipv6(text).is_some())
    }

    fn tagged(&mut self, tag: &'a [u8], kind: SyntaxKind) -> Result<AddressLiteral<'a>, SyntaxError> {
        if tag.eq_ignore_ascii_case(b"IPv6") {
            return Ok(AddressLiteral::Ipv6(self.ipv6_address(kind)?));
        }
        let content = self.eat_while(octet::is_dcontent);
        if content.is_empty() || self.dialect.no_general_literal {
            return self.fail(Expected::AddressLiteral, kind);
        }
        Ok(AddressLiteral::General { tag, content })
    }

    /// IPv4-address-literal = Snum 3("." Snum), where Snum is one to three digits up to 255. Leading zeros are
    /// allowed and decimal, which [`ip`] refuses.
    fn ipv4_address(&mut self, kind: SyntaxKind) -> Result<Ipv4Addr, SyntaxError> {
        let mut octets = [0; 4];
        for (place, octet) in octets.iter_mut().enumerate() {
            if place > 0 && !self.eat(b'.') {
                return self.fail(Expected::AddressLiteral, kind);
            }
            let start = self.at;
            let mut value = 0_u16;
            while let Some(digit @ b'0'..=b'9') = self.peek() {
                value = value * 10 + u16::from(digit - b'0');
                if self.at - start == 3 || value > 255 {
                    return self.fail(Expected::AddressLiteral, kind);
                }
                self.at += 1;
            }
            if self.at == start {
                return self.fail(Expected::AddressLiteral, kind);
            }
            *octet = u8::try_from(value).unwrap_or(u8::MAX);
        }
        Ok(Ipv4Addr::from(octets))
    }

    /// IPv6-addr. The octets that may stand in one are checked here, its shape by [`ip`].
    fn ipv6_address(&mut self, kind: SyntaxKind) -> Result<Ipv6Addr, SyntaxError> {
        let start = self.at;
        let text = self.eat_while(|octet| octet.is_ascii_hexdigit() || octet == b':' || octet == b'.');
        if !matches!(self.peek(), Some(b']') | None) {
            return self.fail(Expected::AddressLiteral, kind);
        }
        let address = core::str::from_utf8(text).ok().and_then(ip::ipv6);
        match address {
            Some(address) if elides_enough(text) => Ok(address),
            _ => {
                self.at = start;
                self.fail(Expected::AddressLiteral, kind)
            }
        }
    }
}

/// RFC 5321 §4.1.3: `::` stands for at least two groups of zeros, so that at most six are written beside it (an
/// IPv4 address at the end counts for two). [`ip`] also takes it for one.
fn elides_enough(text: &[u8]) -> bool {
    if !text.windows(2).any(|pair| pair == b"::") {
        return true;
    }
    let groups = text.split(|&octet| octet == b':').filter(|group| !group.is_empty()).count();
    groups + usize::from(text.contains(&b'.')) <= 6
}

#[cfg(test)]
mod tests {
    use super::super::{ClientName, Domain};
    use super::*;

    /// Reads a literal where one may stand, and gives what it means; else the octet that is wrong.
    fn literal(text: &str) -> Result<AddressLiteral<'_>, usize> {
        let name = ClientName::parse(text.as_bytes()).map_err(|error| error.at)?;
        Ok(name.domain().and_then(Domain::literal).expect("a client name in brackets is a literal"))
    }

    #[test]
    fn ipv4() {
        assert_eq!(literal("[192.0.2.1]"), Ok(AddressLiteral::Ipv4(Ipv4Addr::new(192, 0, 2, 1))));
        assert_eq!(literal("[0.0.0.255]"), Ok(AddressLiteral::Ipv4(Ipv4Addr::new(0, 0, 0, 255))));
        // Snum is decimal whatever zeros it begins with.
        assert_eq!(literal("[192.000.002.010]"), Ok(AddressLiteral::Ipv4(Ipv4Addr::new(192, 0, 2, 10))));
        assert_eq!(literal("[256.0.2.1]"), Err(3));
        assert_eq!(literal("[192.0.2]"), Err(8));
        assert_eq!(literal("[192.0.2.1.5]"), Err(10));
        assert_eq!(literal("[192.0..1]"), Err(7));
        assert_eq!(literal("[0001.0.2.1]"), Err(4));
        assert_eq!(literal("[]"), Err(1));
        assert_eq!(literal("[192.0.2.1"), Err(10));
        assert_eq!(literal("[192.0.2.1]x"), Err(11));
    }

    #[test]
    fn ipv6() {
        let address = |text: &str| AddressLiteral::Ipv6(text.parse().expect(text));
        for text in ["2001:db8::1", "2001:DB8:0:0:0:0:0:1", "::", "::ffff:192.0.2.1", "1:2:3:4:5:6:192.0.2.1"] {
            assert_eq!(literal(&format!("[IPv6:{text}]")), Ok(address(text)), "{text}");
            assert_eq!(literal(&format!("[ipv6:{text}]")), Ok(address(text)), "{text}");
        }
        assert_eq!(literal("[IPv6:2001:db8::1::2]"), Err(6));
        assert_eq!(literal("[IPv6:2001:db8::g]"), Err(16));
        assert_eq!(literal("[IPv6:]"), Err(6));
        assert_eq!(literal("[IPv6:1:2:3:4:5:6:7:8:9]"), Err(6));
        // Two groups at least are left out by "::".
        assert_eq!(literal("[IPv6:1:2:3:4:5:6::]"), Ok(address("1:2:3:4:5:6::")));
        assert_eq!(literal("[IPv6:1:2:3:4:5:6:7::]"), Err(6));
        assert_eq!(literal("[IPv6:1:2:3:4::192.0.2.1]"), Ok(address("1:2:3:4::192.0.2.1")));
        assert_eq!(literal("[IPv6:1:2:3:4:5::192.0.2.1]"), Err(6));
        // An IPv6 address needs its tag.
        assert_eq!(literal("[2001:db8::1]"), Ok(AddressLiteral::General { tag: b"2001", content: b"db8::1" }));
    }

    #[test]
    fn kinds_yet_to_come() {
        assert_eq!(literal("[X-400:c=de]"), Ok(AddressLiteral::General { tag: b"X-400", content: b"c=de" }));
        assert_eq!(literal("[tag:]"), Err(5));
        assert_eq!(literal("[tag:a\\b]"), Err(6));
        assert_eq!(literal("[tag-:a]"), Err(1));
        assert_eq!(literal("[:a]"), Err(1));
    }
}
