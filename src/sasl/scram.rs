//! SCRAM-SHA-256 (RFC 5802, RFC 7677): both ends prove that they know the password, and nobody sends it.
//!
//! The messages and the arithmetic; whose turn it is stands in `server` and `client`. Channel binding is not offered,
//! and passwords are used as they are: the profile that RFC 5802 §2.2 wants them prepared with changes no ASCII one.

use super::hmac::{Hmac, digest};
use crate::smtp::{base64, search};

/// RFC 7677 §4: what a server SHOULD ask for at least.
pub(super) const ITERATIONS: u32 = 4_096;
/// The most rounds a client works through; a server that asks for more would only cost it time.
const MOST_ITERATIONS: u32 = 100_000;
/// RFC 5802 §7: no channel binding, no authorization identity.
const GS2_HEADER: &str = "n,,";
/// What stands before the proof, at the end of client-final-message.
const PROOF: &str = ",p=";

/// The salt of a user's stored key. A real server draws it once by chance; here it follows from the name.
pub(super) fn salt(user: &str) -> [u8; 16] {
    first_half(&format!("salt of {user}"))
}

/// A client's part of the nonce. A real client draws it by chance; here it follows from the name.
pub(super) fn client_nonce(user: &str) -> String {
    base64::encode(&first_half(&format!("nonce of {user}")))
}

/// The first half of the digest of this text.
fn first_half(text: &str) -> [u8; 16] {
    let digest = digest(text.as_bytes());
    std::array::from_fn(|at| digest[at])
}

/// What the client says first: client-first-message (RFC 5802 §7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct First {
    /// gs2-header: what the client says of channel binding.
    header: String,
    /// client-first-message-bare.
    bare: String,
    /// The user name, unescaped.
    pub(super) user: String,
    nonce: String,
}

impl First {
    /// A client's first message.
    pub(super) fn new(user: &str, nonce: &str) -> Self {
        let name = user.replace('=', "=3D").replace(',', "=2C");
        Self {
            header: GS2_HEADER.to_owned(),
            bare: format!("n={name},r={nonce}"),
            user: user.to_owned(),
            nonce: nonce.to_owned(),
        }
    }

    /// Reads one. `None` where it has not the form, or asks for channel binding or an unknown extension.
    pub(super) fn read(message: &[u8]) -> Option<Self> {
        let message = std::str::from_utf8(message).ok()?;
        // RFC 5802 §6: `y` is from a client that could bind channels, `p=` from one that insists.
        let mut parts = message.splitn(3, ',');
        let (flag, identity, bare) = (parts.next()?, parts.next()?, parts.next()?);
        if !matches!(flag, "n" | "y") || !(identity.is_empty() || identity.starts_with("a=")) {
            return None;
        }
        let mut attributes = bare.split(',');
        // RFC 5802 §5.1: `m=` before the name is an extension that must be understood, and none is.
        let name = attributes.next()?.strip_prefix("n=")?;
        let nonce = attributes.next()?.strip_prefix("r=")?;
        if name.is_empty() || nonce.is_empty() {
            return None;
        }
        Some(Self {
            header: format!("{flag},{identity},"),
            bare: bare.to_owned(),
            user: unescaped(name),
            nonce: nonce.to_owned(),
        })
    }

    /// The whole message.
    pub(super) fn message(&self) -> String {
        format!("{}{}", self.header, self.bare)
    }

    /// server-first-message: both nonces, the salt, how many rounds.
    pub(super) fn answer(&self, server_nonce: &str) -> String {
        format!("r={}{server_nonce},s={},i={ITERATIONS}", self.nonce, base64::encode(&salt(&self.user)))
    }
}

/// RFC 5802 §5.1: a name with its commas and equals signs again.
fn unescaped(name: &str) -> String {
    let mut parts = name.split('=');
    let mut user = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (mark, rest) = match (part.strip_prefix("2C"), part.strip_prefix("3D")) {
            (Some(rest), _) => (',', rest),
            (_, Some(rest)) => ('=', rest),
            _ => ('=', part),
        };
        user.push(mark);
        user.push_str(rest);
    }
    user
}

/// Everything both ends have said before the proof, from which it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    salt: Vec<u8>,
    iterations: u32,
    /// client-final-message-without-proof.
    unproven: String,
    /// `AuthMessage` (RFC 5802 §3).
    whole: String,
}

impl Said {
    /// What the client finds in the server's first message. `None` where it does not fit the client's own.
    pub(super) fn heard(first: &First, server_first: &[u8]) -> Option<Self> {
        let server_first = std::str::from_utf8(server_first).ok()?;
        let mut attributes = server_first.split(',');
        let nonce = attributes.next()?.strip_prefix("r=")?;
        let salt = base64::decode(attributes.next()?.strip_prefix("s=")?.as_bytes())?;
        let iterations: u32 = attributes.next()?.strip_prefix("i=")?.parse().ok()?;
        // RFC 5802 §5.1: the nonce must begin with the client's own.
        let fresh = nonce.strip_prefix(first.nonce.as_str()).is_some_and(|rest| !rest.is_empty());
        if !fresh || !(1..=MOST_ITERATIONS).contains(&iterations) {
            return None;
        }
        let unproven = format!("c={},r={nonce}", base64::encode(first.header.as_bytes()));
        let whole = format!("{},{server_first},{unproven}", first.bare);
        Some(Self { salt, iterations, unproven, whole })
    }

    /// client-final-message with the proof that the password makes.
    pub(super) fn proof(&self, password: &str) -> String {
        format!("{}{PROOF}{}", self.unproven, self.only_proof(password))
    }

    /// `ClientProof` := `ClientKey` XOR `ClientSignature` (RFC 5802 §3).
    fn only_proof(&self, password: &str) -> String {
        let key = mac(&salted(password, &self.salt, self.iterations), b"Client Key");
        let signature = mac(&digest(&key), self.whole.as_bytes());
        base64::encode(&std::array::from_fn::<_, 32, _>(|at| key[at] ^ signature[at]))
    }

    /// server-final-message: the server's own proof.
    pub(super) fn verifier(&self, password: &str) -> String {
        let key = salted(password, &self.salt, self.iterations);
        format!("v={}", base64::encode(&mac(&mac(&key, b"Server Key"), self.whole.as_bytes())))
    }
}

/// client-final-message, held against what was said before. `None` where it has not the form or belongs elsewhere.
pub(super) fn last(first: &First, server_first: &str, message: &[u8]) -> Option<(Said, String)> {
    let said = Said::heard(first, server_first.as_bytes())?;
    let message = std::str::from_utf8(message).ok()?;
    let end = search::rfind(message.as_bytes(), PROOF.as_bytes())?;
    let (unproven, proof) = (message.get(..end)?, message.get(end + PROOF.len()..)?);
    // RFC 5802 §5.1: the channel binding and the nonce must be those of before.
    (unproven == said.unproven).then(|| (said, proof.to_owned()))
}

/// Is this the proof that the password makes? RFC 5802 §3: a server compares stored keys, which comes to the same.
pub(super) fn fits(said: &Said, given: &str, password: &str) -> bool {
    said.only_proof(password) == given
}

/// `Hi()` of RFC 5802 §2.2, which is PBKDF2 with one block.
fn salted(password: &str, salt: &[u8], iterations: u32) -> [u8; 32] {
    let hmac = Hmac::new(password.as_bytes());
    let mut last = hmac.of(&[salt, &[0, 0, 0, 1]].concat());
    let mut key = last;
    for _ in 1..iterations {
        last = hmac.of(&last);
        key.iter_mut().zip(last).for_each(|(octet, more)| *octet ^= more);
    }
    key
}

fn mac(key: &[u8], text: &[u8]) -> [u8; 32] {
    Hmac::new(key).of(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7677 §3.
    #[test]
    fn the_exchange_of_the_rfc_comes_out() {
        let first = First::new("user", "rOprNGfwEbeRWgbNEkqO");
        assert_eq!(first.message(), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        let server = b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
        let said = Said::heard(&first, server).expect("it fits");
        let proof = "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
        assert!(said.proof("pencil").ends_with(proof));
        assert_eq!(said.verifier("pencil"), "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    }

    #[test]
    fn what_is_no_first_message_is_refused() {
        for wrong in ["", "n,,", "n,,n=,r=x", "n,,n=a", "p=tls-unique,,n=a,r=x", "n,,m=x,n=a,r=x", "x,,n=a,r=x"] {
            assert_eq!(First::read(wrong.as_bytes()), None, "{wrong}");
        }
        let first = First::read(b"y,a=boss,n=a=2Cb=3D,r=x").expect("a first message");
        assert_eq!(first.user, "a,b=");
        assert_eq!(First::read(First::new("a,b=", "x").message().as_bytes()), Some(First::new("a,b=", "x")));
    }

    #[test]
    fn a_nonce_that_is_not_fresh_is_refused() {
        let first = First::new("user", "abc");
        for wrong in ["r=abc,s=AAAA,i=4096", "r=xyz1,s=AAAA,i=4096", "r=abc1,s=!,i=4096", "r=abc1,s=AAAA,i=0", "r=abc1"]
        {
            assert_eq!(Said::heard(&first, wrong.as_bytes()), None, "{wrong}");
        }
    }
}
