//! CRAM-MD5 (RFC 2195 §2): the client proves the password by a keyed digest over the server's challenge.

use hmac::{Hmac, Mac};
use md5::Md5;

/// The challenge: it has the form of a message id (RFC 2195 §2), unique by time and entropy.
#[must_use]
pub fn challenge(entropy: u64, seconds: u64, host: &str) -> String {
    format!("<{entropy}.{seconds}@{host}>")
}

/// The digest over `challenge` keyed with `password`, in lower-case hexadecimal (RFC 2195 §2).
#[must_use]
pub fn digest(password: &str, challenge: &[u8]) -> String {
    // HMAC takes keys of any length, so this cannot fail; an empty digest would match nothing.
    let Ok(mut mac) = Hmac::<Md5>::new_from_slice(password.as_bytes()) else { return String::new() };
    mac.update(challenge);
    format!("{:x}", mac.finalize().into_bytes())
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
}
