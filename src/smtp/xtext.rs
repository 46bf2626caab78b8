//! xtext: any octets inside the value of a parameter (RFC 3461 §4, RFC 4954 §8).
//!
//! Used by `ENVID=`, `ORCPT=` and `AUTH=`. What the octets must be is said by the parameter.

/// Adds `octets` to `out` as xtext.
pub fn encode(octets: &[u8], out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for &octet in octets {
        if is_xchar(octet) {
            out.push(octet);
        } else {
            out.extend_from_slice(&[b'+', HEX[usize::from(octet >> 4)], HEX[usize::from(octet & 15)]]);
        }
    }
}

/// Adds the octets that `xtext` means to `out`.
///
/// # Errors
/// The first octet of `xtext` that does not fit, counted from 0.
pub fn decode(xtext: &[u8], out: &mut Vec<u8>) -> Result<(), usize> {
    let mut at = 0;
    while let Some(&octet) = xtext.get(at) {
        if octet == b'+' {
            let high = hex(xtext.get(at + 1)).ok_or(at + 1)?;
            let low = hex(xtext.get(at + 2)).ok_or(at + 2)?;
            out.push(high << 4 | low);
            at += 3;
        } else if is_xchar(octet) {
            out.push(octet);
            at += 1;
        } else {
            return Err(at);
        }
    }
    Ok(())
}

/// xchar = any visible octet but "+" and "="
const fn is_xchar(octet: u8) -> bool {
    matches!(octet, b'!'..=b'~') && octet != b'+' && octet != b'='
}

/// RFC 3461 §4 wants upper case; RFC 4954 §8 takes either, and so do we.
fn hex(octet: Option<&u8>) -> Option<u8> {
    let digit = char::from(*octet?).to_digit(16)?;
    u8::try_from(digit).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_and_their_xtext() {
        for (octets, xtext) in [
            (&b"alice@example.org"[..], "alice@example.org"),
            (b"", ""),
            (b"a+b=c d", "a+2Bb+3Dc+20d"),
            (b"\0\xff~!", "+00+FF~!"),
            (b"<>", "<>"),
        ] {
            let mut out = Vec::new();
            encode(octets, &mut out);
            assert_eq!(String::from_utf8_lossy(&out), xtext);
            let mut back = Vec::new();
            assert_eq!(decode(xtext.as_bytes(), &mut back), Ok(()));
            assert_eq!(back, octets);
        }
    }

    #[test]
    fn text_that_is_no_xtext() {
        for (xtext, at) in [("a=b", 1), ("a b", 1), ("+", 1), ("a+2", 3), ("+2g", 2), ("+g2", 1), ("\u{e4}", 0)] {
            assert_eq!(decode(xtext.as_bytes(), &mut Vec::new()), Err(at), "{xtext}");
        }
    }

    #[test]
    fn small_hexadecimal_digits_pass() {
        let mut out = Vec::new();
        assert_eq!(decode(b"+2b", &mut out), Ok(()));
        assert_eq!(out, b"+");
    }
}
