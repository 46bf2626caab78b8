//! Base64 (RFC 4648) as SASL exchanges and encoded words use it: standard alphabet, padded, nothing between.

use base64ct::{Base64, Encoding};

/// The octets in base64.
#[must_use]
pub fn encode(octets: &[u8]) -> String {
    Base64::encode_string(octets)
}

/// The octets that were encoded; `None` where the text is no base64, or not the one way of writing those octets.
#[must_use]
pub fn decode(text: &[u8]) -> Option<Vec<u8>> {
    Base64::decode_vec(core::str::from_utf8(text).ok()?).ok()
}

/// The same, whatever the bits hold that belong to no octet.
#[must_use]
pub fn decode_loosely(text: &[u8]) -> Option<Vec<u8>> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let padding = text.iter().rev().take_while(|octet| **octet == b'=').count();
    let mut text = text.to_vec();
    if let Some(last) = text.len().checked_sub(padding + 1).and_then(|last| text.get_mut(last))
        && let Some(value) = ALPHABET.iter().position(|octet| octet == last)
    {
        let unused = match padding {
            1 => 0b11,
            2 => 0b1111,
            _ => 0,
        };
        *last = ALPHABET[value & !unused];
    }
    decode(&text)
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
