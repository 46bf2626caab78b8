//! Classes of octets that the grammar rules are made of.
//!
//! One table, one look-up an octet. Rules that need more than one octet are elsewhere.

/// atext of RFC 5322 §3.2.3, with octets from 0x80 up as RFC 6531 §3.3 extends it.
const ATEXT: u8 = 1;
/// A letter or a digit: Let-dig of RFC 5321 §4.1.2.
const LET_DIG: u8 = 2;
/// What a quoted string may hold unescaped: qtextSMTP of RFC 5321 §4.1.2, extended as atext is.
const QTEXT: u8 = 4;
/// What the value of a parameter may hold: esmtp-value of RFC 5321 §4.1.2, extended as atext is.
const VALUE: u8 = 8;
/// A visible ASCII octet, 33 to 126.
const GRAPHIC: u8 = 16;
/// dcontent of RFC 5321 §4.1.3.
const DCONTENT: u8 = 32;
/// What the keyword of a parameter may hold: a letter, a digit or a hyphen (esmtp-keyword of RFC 5321 §4.1.2).
const KEYWORD: u8 = 64;

const CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut octet = 0;
    while octet < 256 {
        table[octet] = class(octet);
        octet += 1;
    }
    table
}

const fn class(octet: usize) -> u8 {
    let mut class = 0;
    if octet >= 0x80 {
        return ATEXT | QTEXT | VALUE | LET_DIG;
    }
    if octet > 32 && octet < 127 {
        class |= GRAPHIC;
        if octet != b'=' as usize {
            class |= VALUE;
        }
        if octet != b'[' as usize && octet != b'\\' as usize && octet != b']' as usize {
            class |= DCONTENT;
        }
    }
    if octet >= 32 && octet < 127 && octet != b'"' as usize && octet != b'\\' as usize {
        class |= QTEXT;
    }
    let digit = octet >= b'0' as usize && octet <= b'9' as usize;
    let letter = octet >= b'A' as usize && octet <= b'Z' as usize || octet >= b'a' as usize && octet <= b'z' as usize;
    if digit || letter {
        class |= LET_DIG;
    }
    if digit || letter || octet == b'-' as usize {
        class |= KEYWORD;
    }
    if digit || letter || is_one_of(octet, b"!#$%&'*+-/=?^_`{|}~") {
        class |= ATEXT;
    }
    class
}

const fn is_one_of(octet: usize, set: &[u8]) -> bool {
    let mut at = 0;
    while at < set.len() {
        if set[at] as usize == octet {
            return true;
        }
        at += 1;
    }
    false
}

/// May this octet stand in an atom?
pub(super) const fn is_atext(octet: u8) -> bool {
    CLASS[octet as usize] & ATEXT != 0
}

/// Is this a letter or a digit, or an octet of a letter beyond ASCII?
pub(super) const fn is_let_dig(octet: u8) -> bool {
    CLASS[octet as usize] & LET_DIG != 0
}

/// May this octet stand in a quoted string as itself?
pub(super) const fn is_qtext(octet: u8) -> bool {
    CLASS[octet as usize] & QTEXT != 0
}

/// May this octet stand in the value of a parameter?
pub(super) const fn is_value(octet: u8) -> bool {
    CLASS[octet as usize] & VALUE != 0
}

/// Is this a visible ASCII octet?
pub(super) const fn is_graphic(octet: u8) -> bool {
    CLASS[octet as usize] & GRAPHIC != 0
}

/// May this octet stand in the keyword of a parameter?
pub(super) const fn is_keyword(octet: u8) -> bool {
    CLASS[octet as usize] & KEYWORD != 0
}

/// May this octet stand in an address literal of a kind yet to be defined?
pub(super) const fn is_dcontent(octet: u8) -> bool {
    CLASS[octet as usize] & DCONTENT != 0
}
