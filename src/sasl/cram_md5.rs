//! CRAM-MD5 (RFC 2195 §2): the client proves the password by a keyed digest over the server's challenge.

use super::hmac::{BLOCK, inner, outer};
use crate::octets::md5::md5;

/// The challenge: it has the form of a message id (RFC 2195 §2), unique by time and entropy.
#[must_use]
pub fn challenge(entropy: u64, seconds: u64, host: &str) -> String {
    format!("<{entropy}.{seconds}@{host}>")
}

/// The digest over `challenge` keyed with `password`, in lower-case hexadecimal (RFC 2195 §2).
#[must_use]
pub fn digest(password: &str, challenge: &[u8]) -> String {
    let key = password.as_bytes();
    let short = if key.len() > BLOCK { &md5(&[key])[..] } else { key };
    let code = md5(&[&outer(short), &md5(&[&inner(short), challenge])]);
    let digits = code.iter().flat_map(|octet| [octet >> 4, octet & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 2195 §2.
    #[test]
    fn the_digest_of_the_rfc_comes_out() {
        let challenge = b"<1896.697170952@postoffice.reston.mci.net>";
        assert_eq!(digest("tanstaaftanstaaf", challenge), "b913a602c7eda7a495b4e6e7334d3890");
    }

    #[test]
    fn a_long_password_is_digested_first() {
        let text = b"Test Using Larger Than Block-Size Key - Hash Key First";
        assert_eq!(digest(&"a".repeat(80), text), "5b5e54a607b25660adedca07830c80c5");
    }
}
