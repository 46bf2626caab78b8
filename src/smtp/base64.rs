//! Base64 (RFC 4648) as SASL exchanges and encoded words use it: standard alphabet, padded, nothing between.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The octets in base64.
#[must_use]
pub fn encode(octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len().div_ceil(3) * 4);
    for group in octets.chunks(3) {
        // Three octets are four digits of six bits; what is wanting at the end is padded.
        let bits = group.iter().fold(0, |bits, octet| bits << 8 | usize::from(*octet)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let digit = ALPHABET[bits >> (18 - 6 * place) & 63];
            text.push(char::from(if place > group.len() { b'=' } else { digit }));
        }
    }
    text
}

/// The octets that were encoded; `None` where the text is no base64, or not the one way of writing those octets.
#[must_use]
pub fn decode(text: &[u8]) -> Option<Vec<u8>> {
    read(text, false)
}

/// The same, whatever the bits hold that belong to no octet.
#[must_use]
pub fn decode_loosely(text: &[u8]) -> Option<Vec<u8>> {
    read(text, true)
}

fn read(text: &[u8], loosely: bool) -> Option<Vec<u8>> {
    let padding = text.iter().rev().take_while(|octet| **octet == b'=').count();
    if !text.len().is_multiple_of(4) || padding > 2 {
        return None;
    }
    let mut octets = Vec::with_capacity(text.len() / 4 * 3);
    // Bits that have come and belong to no octet yet, and how many they are.
    let (mut bits, mut count) = (0, 0);
    for octet in text.iter().take(text.len() - padding) {
        bits = bits << 6 | ALPHABET.iter().position(|digit| digit == octet)?;
        count += 6;
        if count >= 8 {
            count -= 8;
            octets.extend(u8::try_from(bits >> count));
            bits &= (1 << count) - 1;
        }
    }
    (loosely || bits == 0).then_some(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rfc_4648_lists() {
        for (plain, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(encode(plain.as_bytes()), text);
            assert_eq!(decode(text.as_bytes()).as_deref(), Some(plain.as_bytes()));
        }
    }

    /// Every length of an end, and texts that are almost base64.
    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn another_implementation_says_the_same() {
        use base64ct::{Base64, Encoding};

        let octets: Vec<u8> = (0..=255_u8).rev().chain(0..=255).collect();
        for (start, end) in (0..16).flat_map(|start| (start..64).map(move |end| (start, end))) {
            let plain = &octets[start * 7..start * 7 + end];
            let text = encode(plain);
            assert_eq!(text, Base64::encode_string(plain));
            for at in 0..text.len() {
                for other in *b"=A/\n" {
                    let mut changed = text.clone().into_bytes();
                    changed[at] = other;
                    let changed = String::from_utf8(changed).expect("ASCII");
                    assert_eq!(decode(changed.as_bytes()), Base64::decode_vec(&changed).ok(), "{changed}");
                    let cut = &changed[..at];
                    assert_eq!(decode(cut.as_bytes()), Base64::decode_vec(cut).ok(), "{cut}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_base64_is_refused() {
        for wrong in ["Zg", "Zg=", "Zh==", "Zm9v ", "Z m9v", "Zm-v", "=", "Zg==Zg==", "\u{e9}"] {
            assert_eq!(decode(wrong.as_bytes()), None, "{wrong:?}");
        }
    }

    #[test]
    fn bits_that_belong_to_no_octet() {
        for (text, plain) in [("Zh==", "f"), ("Zm9=", "fo"), ("Zm9v", "foo"), ("", "")] {
            assert_eq!(decode_loosely(text.as_bytes()).as_deref(), Some(plain.as_bytes()));
        }
        for wrong in ["Z", "=", "==", "Zg=", "Zg==Zg==", "Z!=="] {
            assert_eq!(decode_loosely(wrong.as_bytes()), None, "{wrong:?}");
        }
    }
}
