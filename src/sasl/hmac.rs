//! HMAC (RFC 2104): a digest that only who knows the key can make.

use sha2::digest::Output;
use sha2::{Digest, Sha256};

/// The block of MD5 and of SHA-256, in octets.
pub(super) const BLOCK: usize = 64;

/// A key of up to a block, filled up, as it begins the inner digest.
pub(super) fn inner(key: &[u8]) -> [u8; BLOCK] {
    padded(key, 0x36)
}

/// The same, as it begins the outer digest.
pub(super) fn outer(key: &[u8]) -> [u8; BLOCK] {
    padded(key, 0x5c)
}

fn padded(key: &[u8], pad: u8) -> [u8; BLOCK] {
    std::array::from_fn(|at| key.get(at).unwrap_or(&0) ^ pad)
}

/// HMAC with SHA-256: a key, taken in as far as it goes before the text is known.
pub(super) struct Hmac {
    inner: Sha256,
    outer: Sha256,
}

impl Hmac {
    /// For this key, of any length.
    pub(super) fn new(key: &[u8]) -> Self {
        let short = if key.len() > BLOCK { &digest(key)[..] } else { key };
        Self { inner: Sha256::new_with_prefix(inner(short)), outer: Sha256::new_with_prefix(outer(short)) }
    }

    /// The code of this text.
    pub(super) fn of(&self, text: &[u8]) -> [u8; 32] {
        finished(self.outer.clone(), &finished(self.inner.clone(), text)).into()
    }
}

/// The digest of this text by SHA-256.
pub(super) fn digest(text: &[u8]) -> [u8; 32] {
    finished(Sha256::new(), text).into()
}

/// One way to the end of a digest, so that the page carries its buffering once.
#[inline(never)]
fn finished(begun: Sha256, text: &[u8]) -> Output<Sha256> {
    begun.chain_update(text).finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first case of RFC 4231, and one with a key longer than a block.
    #[test]
    fn the_cases_of_the_rfc_come_out() {
        let hex = |code: [u8; 32]| format!("{:x}", Output::<Sha256>::from(code));
        assert_eq!(
            hex(Hmac::new(&[0x0b; 20]).of(b"Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        );
        assert_eq!(
            hex(Hmac::new(&[0xaa; 131]).of(b"Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }
}
