//! The server's side of an exchange: challenges out, a claim in the end.
//!
//! A claim is not an identity: whether the password is right is for the session to say, which knows the users.

use std::fmt;

use crate::sasl::scram::{self, First, Said};
use crate::sasl::{Mechanism, digest, oauth};

/// An exchange that waits for the client's next response.
#[derive(Clone, PartialEq, Eq)]
pub struct Exchange(Waiting);

#[derive(Clone, PartialEq, Eq)]
enum Waiting {
    PlainMessage,
    LoginUser,
    LoginPassword {
        user: String,
    },
    CramDigest {
        challenge: String,
    },
    ScramFirst {
        nonce: String,
    },
    ScramProof {
        first: First,
        answer: String,
    },
    /// The client has proven itself, was told the server's proof, and says nothing more.
    ScramEnd {
        user: String,
    },
    Token(Mechanism),
    /// The client was told why its token is not taken.
    TokenRefused,
}

/// Where an exchange stands after a response.
#[derive(Debug)]
pub enum Next {
    /// The server asks on with these octets.
    Challenge(Exchange, Vec<u8>),
    /// The client has said all there is to say.
    Claim(Claim),
    /// The exchange is over and has proven this user.
    Proven(String),
    /// The exchange is over and has proven nothing.
    Refused,
    /// The response has not the form the mechanism asks for.
    Malformed,
}

/// Who the client claims to be, and the proof it offers.
#[derive(Clone, PartialEq, Eq)]
pub struct Claim {
    /// The user name.
    pub user: String,
    proof: Proof,
}

#[derive(Clone, PartialEq, Eq)]
enum Proof {
    Password(String),
    Digest { challenge: String, digest: String },
    Scram { said: Said, proof: String },
    Token { mechanism: Mechanism, token: String },
}

/// What becomes of a claim.
#[derive(Debug)]
pub enum Judged {
    /// It is true.
    Proven(String),
    /// It is not.
    Wrong,
    /// Either way the mechanism has a last word, and the client answers it (RFC 4954 §4, RFC 7628 §3.2.3).
    Say(Exchange, Vec<u8>),
}

impl Exchange {
    /// Begins an exchange; `initial` is the decoded initial response, where the client sent one (RFC 4954 §4), and
    /// `challenge` what CRAM-MD5 will send, and the server's part of a SCRAM nonce.
    #[must_use]
    pub fn begin(mechanism: Mechanism, initial: Option<&[u8]>, challenge: String) -> Next {
        let exchange = match mechanism {
            Mechanism::Plain => Self(Waiting::PlainMessage),
            Mechanism::Login => Self(Waiting::LoginUser),
            Mechanism::CramMd5 => Self(Waiting::CramDigest { challenge }),
            Mechanism::ScramSha256 => Self(Waiting::ScramFirst { nonce: challenge }),
            Mechanism::OAuthBearer | Mechanism::XOAuth2 => Self(Waiting::Token(mechanism)),
        };
        match (initial, &exchange.0) {
            // RFC 4422 §5: a mechanism in which the server speaks first takes no initial response.
            (Some(_), Waiting::CramDigest { .. }) => Next::Malformed,
            (Some(initial), _) => exchange.respond(initial),
            (None, Waiting::PlainMessage | Waiting::ScramFirst { .. } | Waiting::Token(_)) => {
                Next::Challenge(exchange, Vec::new())
            }
            (None, Waiting::CramDigest { challenge }) => {
                let octets = challenge.clone().into_bytes();
                Next::Challenge(exchange, octets)
            }
            (None, _) => Next::Challenge(exchange, b"Username:".to_vec()),
        }
    }

    /// Does it wait for the one message of PLAIN (RFC 4616 §2)?
    #[must_use]
    pub fn takes_plain(&self) -> bool {
        matches!(self.0, Waiting::PlainMessage)
    }

    /// Does it wait for the user name of LOGIN?
    #[must_use]
    pub fn takes_login_name(&self) -> bool {
        matches!(self.0, Waiting::LoginUser)
    }

    /// Takes the client's decoded response.
    #[must_use]
    pub fn respond(self, response: &[u8]) -> Next {
        match self.0 {
            Waiting::PlainMessage => plain(response),
            // LOGIN has no form of its own: whatever comes is a name, then a password.
            Waiting::LoginUser => {
                let user = String::from_utf8_lossy(response).into_owned();
                Next::Challenge(Self(Waiting::LoginPassword { user }), b"Password:".to_vec())
            }
            Waiting::LoginPassword { user } => {
                let password = String::from_utf8_lossy(response).into_owned();
                Next::Claim(Claim { user, proof: Proof::Password(password) })
            }
            Waiting::CramDigest { challenge } => cram(response, challenge),
            Waiting::ScramFirst { nonce } => First::read(response).map_or(Next::Malformed, |first| {
                let answer = first.answer(&nonce);
                let octets = answer.clone().into_bytes();
                Next::Challenge(Self(Waiting::ScramProof { first, answer }), octets)
            }),
            Waiting::ScramProof { first, answer } => scram::last(&first, &answer, response)
                .map_or(Next::Malformed, |(said, proof)| {
                    Next::Claim(Claim { user: first.user, proof: Proof::Scram { said, proof } })
                }),
            // RFC 4954 §4: the answer to the last word of a success is empty.
            Waiting::ScramEnd { user } if response.is_empty() => Next::Proven(user),
            Waiting::ScramEnd { .. } => Next::Malformed,
            Waiting::Token(mechanism) => oauth::read(mechanism, response).map_or(Next::Malformed, |(user, token)| {
                Next::Claim(Claim { user, proof: Proof::Token { mechanism, token } })
            }),
            // RFC 7628 §3.2.3: whatever the client says now, the exchange fails.
            Waiting::TokenRefused => Next::Refused,
        }
    }
}

/// RFC 4616 §2: authorization identity, NUL, authentication identity, NUL, password. The first may be empty.
fn plain(response: &[u8]) -> Next {
    let mut parts = response.split(|octet| *octet == 0);
    match (parts.next(), parts.next().and_then(text), parts.next().and_then(text), parts.next()) {
        (Some(_), Some(user), Some(password), None) if !user.is_empty() => {
            Next::Claim(Claim { user, proof: Proof::Password(password) })
        }
        _ => Next::Malformed,
    }
}

/// RFC 2195 §2: user, space, digest. The user may contain spaces, the digest not.
fn cram(response: &[u8], challenge: String) -> Next {
    let claim = text(response).and_then(|text| {
        let (user, digest) = text.rsplit_once(' ')?;
        Some(Claim { user: user.to_owned(), proof: Proof::Digest { challenge, digest: digest.to_owned() } })
    });
    claim.map_or(Next::Malformed, Next::Claim)
}

fn text(octets: &[u8]) -> Option<String> {
    std::str::from_utf8(octets).ok().map(str::to_owned)
}

impl Claim {
    /// Is the proof made with a token, not with a password?
    #[must_use]
    pub fn takes_token(&self) -> bool {
        matches!(self.proof, Proof::Token { .. })
    }

    /// Holds the claim against the user's secret, a password or a token; `None` where there is no such user.
    #[must_use]
    pub fn judge(self, secret: Option<&str>) -> Judged {
        let right = secret.filter(|secret| self.fits(secret));
        match (self.proof, right) {
            // RFC 5802 §3: the server proves in turn that it knows the password.
            (Proof::Scram { said, .. }, Some(secret)) => {
                let last = said.verifier(secret).into_bytes();
                Judged::Say(Exchange(Waiting::ScramEnd { user: self.user }), last)
            }
            (Proof::Token { mechanism, .. }, None) => {
                Judged::Say(Exchange(Waiting::TokenRefused), oauth::refusal(mechanism).as_bytes().to_vec())
            }
            (_, Some(_)) => Judged::Proven(self.user),
            (_, None) => Judged::Wrong,
        }
    }

    fn fits(&self, secret: &str) -> bool {
        match &self.proof {
            Proof::Password(given) | Proof::Token { token: given, .. } => given == secret,
            Proof::Digest { challenge, digest: given } => *given == digest(secret, challenge.as_bytes()),
            Proof::Scram { said, proof } => scram::fits(said, proof, secret),
        }
    }
}

/// Secrets print as redacted.
impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Claim {{ user: {:?}, proof: [redacted] }}", self.user)
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            Waiting::PlainMessage => "Exchange(PLAIN message)",
            Waiting::LoginUser => "Exchange(LOGIN user)",
            Waiting::LoginPassword { .. } => "Exchange(LOGIN password)",
            Waiting::CramDigest { .. } => "Exchange(CRAM-MD5 digest)",
            Waiting::ScramFirst { .. } => "Exchange(SCRAM-SHA-256 name)",
            Waiting::ScramProof { .. } => "Exchange(SCRAM-SHA-256 proof)",
            Waiting::ScramEnd { .. } => "Exchange(SCRAM-SHA-256 end)",
            Waiting::Token(_) => "Exchange(token)",
            Waiting::TokenRefused => "Exchange(token refused)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(next: Next) -> Claim {
        match next {
            Next::Claim(claim) => claim,
            other => panic!("a claim, not {other:?}"),
        }
    }

    #[test]
    fn plain_gives_user_and_password() {
        let next = Exchange::begin(Mechanism::Plain, Some(b"\0alice\0correct-horse"), String::new());
        let claim = claim(next);
        assert_eq!(claim.user, "alice");
        assert!(claim.fits("correct-horse") && !claim.fits("correct-horsf"));
        assert_eq!(format!("{claim:?}"), "Claim { user: \"alice\", proof: [redacted] }");
    }

    #[test]
    fn a_plain_message_has_two_nuls() {
        for wrong in [&b"alice correct-horse"[..], b"\0alice", b"\0alice\0a\0b", b"\0\0x", b"\0\xff\0x"] {
            let next = Exchange::begin(Mechanism::Plain, Some(wrong), String::new());
            assert!(matches!(next, Next::Malformed), "{wrong:?}");
        }
    }

    #[test]
    fn login_asks_for_user_and_password() {
        let Next::Challenge(exchange, first) = Exchange::begin(Mechanism::Login, None, String::new()) else {
            panic!("a challenge");
        };
        assert_eq!(first, b"Username:");
        let Next::Challenge(exchange, second) = exchange.respond(b"alice") else { panic!("a second challenge") };
        assert_eq!(second, b"Password:");
        assert!(claim(exchange.respond(b"pw")).fits("pw"));
    }

    #[test]
    fn cram_md5_refuses_an_initial_response() {
        assert!(matches!(Exchange::begin(Mechanism::CramMd5, Some(b"x"), "<1@h>".into()), Next::Malformed));
    }
}
