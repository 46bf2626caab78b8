//! The client's side of an exchange.

use std::fmt;

use crate::sasl::{Mechanism, digest};

/// An exchange as the client carries it on.
#[derive(Clone, PartialEq, Eq)]
pub struct Exchange {
    mechanism: Mechanism,
    user: String,
    password: String,
    responses: u8,
}

/// The server asked for something this mechanism cannot give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the server asks on although the mechanism has said all it has to say")]
pub struct Unexpected;

impl Exchange {
    /// An exchange with these credentials.
    #[must_use]
    pub fn new(mechanism: Mechanism, user: &str, password: &str) -> Self {
        Self { mechanism, user: user.to_owned(), password: password.to_owned(), responses: 0 }
    }

    /// The mechanism.
    #[must_use]
    pub fn mechanism(&self) -> Mechanism {
        self.mechanism
    }

    /// The initial response, where the mechanism allows one; it may travel with the AUTH command (RFC 4954 §4).
    pub fn initial(&mut self) -> Option<Vec<u8>> {
        if self.mechanism.is_server_first() {
            return None;
        }
        self.respond(b"").ok()
    }

    /// The response to the server's decoded challenge.
    ///
    /// # Errors
    /// When the server asks more often than the mechanism has answers.
    pub fn respond(&mut self, challenge: &[u8]) -> Result<Vec<u8>, Unexpected> {
        let response = match (self.mechanism, self.responses) {
            // RFC 4616 §2: no authorization identity of its own, NUL, user, NUL, password.
            (Mechanism::Plain, 0) => format!("\0{}\0{}", self.user, self.password).into_bytes(),
            (Mechanism::Login, 0) => self.user.clone().into_bytes(),
            (Mechanism::Login, 1) => self.password.clone().into_bytes(),
            (Mechanism::CramMd5, 0) => format!("{} {}", self.user, digest(&self.password, challenge)).into_bytes(),
            _ => return Err(Unexpected),
        };
        self.responses += 1;
        Ok(response)
    }
}

/// Secrets print as redacted.
impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Exchange({}, {}, [redacted])", self.mechanism.name(), self.user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sasl::server;

    /// Both sides of each mechanism, with and without an initial response, come to a claim that fits.
    #[test]
    fn both_sides_agree() {
        for mechanism in Mechanism::ALL {
            for with_initial in [false, true] {
                let mut client = Exchange::new(mechanism, "alice", "correct-horse");
                let initial = if with_initial { client.initial() } else { None };
                let mut next = server::Exchange::begin(mechanism, initial.as_deref(), "<1.2@mx.example.org>".into());
                for _ in 0..4 {
                    next = match next {
                        server::Next::Challenge(exchange, challenge) => {
                            exchange.respond(&client.respond(&challenge).expect("a response"))
                        }
                        done => done,
                    };
                }
                let server::Next::Claim(claim) = next else { panic!("{} did not end", mechanism.name()) };
                assert!(claim.user == "alice" && claim.fits("correct-horse") && !claim.fits("wrong"));
                assert_eq!(client.respond(b"more?"), Err(Unexpected));
            }
        }
    }
}
