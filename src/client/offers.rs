//! What a server offers: the extensions of its reply to EHLO, as far as a client acts on them.
//!
//! Not a list of all extensions: a client that does not know a keyword passes over it.

use crate::sasl::Mechanism;

/// What the last reply to EHLO offered. Nothing after HELO, and nothing any more after STARTTLS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one keyword that stands in the reply or does not")]
pub(super) struct Offers {
    pub(super) auth: Vec<Mechanism>,
    pub(super) auth_at_all: bool,
    pub(super) dsn: bool,
    pub(super) eight_bit: bool,
    pub(super) pipelining: bool,
    pub(super) size: bool,
    pub(super) starttls: bool,
}

impl Offers {
    /// Reads the lines of a reply to EHLO. The first names the server (RFC 5321 §4.1.1.1) and offers nothing.
    pub(super) fn read<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut offers = Self::default();
        for line in lines.skip(1) {
            let mut words = line.split(|octet| *octet == b' ').filter(|word| !word.is_empty());
            let Some(keyword) = words.next() else { continue };
            // RFC 5321 §4.1.1.1: keywords are compared without regard to case.
            let is = |known: &[u8]| keyword.eq_ignore_ascii_case(known);
            offers.eight_bit |= is(b"8BITMIME");
            offers.dsn |= is(b"DSN");
            offers.pipelining |= is(b"PIPELINING");
            offers.size |= is(b"SIZE");
            offers.starttls |= is(b"STARTTLS");
            if is(b"AUTH") {
                offers.auth_at_all = true;
                offers.auth.extend(words.filter_map(Mechanism::by_name));
            }
        }
        offers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_read_in_any_case_and_the_first_line_is_a_name() {
        let lines: [&[u8]; 6] =
            [b"STARTTLS", b"pipelining", b"SIZE 10485760", b"AUTH  PLAIN X-NEW cram-md5", b"", b"X"];
        let offers = Offers::read(lines.into_iter());
        assert!(offers.pipelining && offers.size && !offers.starttls && !offers.eight_bit);
        assert_eq!(offers.auth, [Mechanism::Plain, Mechanism::CramMd5]);
    }
}
