//! The client's side of an exchange.

use std::fmt;

use crate::sasl::scram::{First, Said, client_nonce};
use crate::sasl::{Mechanism, digest, oauth};

/// An exchange as the client carries it on.
#[derive(Clone, PartialEq, Eq)]
pub struct Exchange {
    mechanism: Mechanism,
    user: String,
    password: String,
    responses: u8,
    /// What the server must say to prove itself, once SCRAM has come so far.
    verifier: Option<String>,
}

/// The server asked for something this mechanism cannot give, or failed to prove itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the challenge is none that this mechanism can answer now")]
pub struct Unexpected;

impl Exchange {
    /// An exchange with these credentials; for a token mechanism the password is the token.
    #[must_use]
    pub fn new(mechanism: Mechanism, user: &str, password: &str) -> Self {
        Self { mechanism, user: user.to_owned(), password: password.to_owned(), responses: 0, verifier: None }
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
    /// When the server asks more often than the mechanism has answers, or its challenge does not fit.
    pub fn respond(&mut self, challenge: &[u8]) -> Result<Vec<u8>, Unexpected> {
        let response = match (self.mechanism, self.responses) {
            // RFC 4616 §2: no authorization identity of its own, NUL, user, NUL, password.
            (Mechanism::Plain, 0) => format!("\0{}\0{}", self.user, self.password).into_bytes(),
            (Mechanism::Login, 0) => self.user.clone().into_bytes(),
            (Mechanism::Login, 1) => self.password.clone().into_bytes(),
            (Mechanism::CramMd5, 0) => format!("{} {}", self.user, digest(&self.password, challenge)).into_bytes(),
            (Mechanism::ScramSha256, turn) => self.scram(turn, challenge)?,
            (Mechanism::OAuthBearer | Mechanism::XOAuth2, 0) => {
                oauth::message(self.mechanism, &self.user, &self.password).into_bytes()
            }
            // RFC 7628 §3.2.3: the server has said why it refuses, and waits for this before it does.
            (Mechanism::OAuthBearer | Mechanism::XOAuth2, 1) => oauth::acknowledgement(self.mechanism).to_vec(),
            _ => return Err(Unexpected),
        };
        self.responses += 1;
        Ok(response)
    }

    /// The three turns of RFC 5802 §5: who, the proof, and nothing once the server has proven itself.
    fn scram(&mut self, turn: u8, challenge: &[u8]) -> Result<Vec<u8>, Unexpected> {
        let first = First::new(&self.user, &client_nonce(&self.user));
        match turn {
            0 => Ok(first.message().into_bytes()),
            1 => {
                let said = Said::heard(&first, challenge).ok_or(Unexpected)?;
                self.verifier = Some(said.verifier(&self.password));
                Ok(said.proof(&self.password).into_bytes())
            }
            2 if self.verifier.as_ref().is_some_and(|verifier| verifier.as_bytes() == challenge) => Ok(Vec::new()),
            _ => Err(Unexpected),
        }
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

    /// Both ends of an exchange, to its end; what the server's side comes to, and how many challenges it took.
    fn exchange(mechanism: Mechanism, secret: &str, with_initial: bool) -> (server::Next, usize) {
        let mut client = Exchange::new(mechanism, "alice", secret);
        let initial = if with_initial { client.initial() } else { None };
        let mut next = server::Exchange::begin(mechanism, initial.as_deref(), "<1.2@mx.example.org>".into());
        let mut challenges = 0;
        for _ in 0..6 {
            next = match next {
                server::Next::Challenge(exchange, challenge) => {
                    challenges += 1;
                    exchange.respond(&client.respond(&challenge).expect("a response"))
                }
                server::Next::Claim(claim) => match claim.judge(Some("correct-horse")) {
                    server::Judged::Say(exchange, challenge) => server::Next::Challenge(exchange, challenge),
                    server::Judged::Proven(user) => server::Next::Proven(user),
                    server::Judged::Wrong => server::Next::Refused,
                },
                done => return (done, challenges),
            };
        }
        panic!("{} did not end", mechanism.name());
    }

    /// Both sides of each mechanism, with and without an initial response, agree on who it is.
    #[test]
    fn both_sides_agree() {
        for mechanism in Mechanism::ALL {
            for with_initial in [false, true] {
                let (right, _) = exchange(mechanism, "correct-horse", with_initial);
                assert!(matches!(right, server::Next::Proven(user) if user == "alice"), "{}", mechanism.name());
                let (wrong, _) = exchange(mechanism, "wrong-horse", with_initial);
                assert!(matches!(wrong, server::Next::Refused), "{}", mechanism.name());
            }
        }
    }

    /// RFC 4954 §4: what SCRAM says with success travels as one more challenge, and the answer to it is empty. RFC 7628
    /// §3.2.3: so does what OAUTHBEARER says with a failure.
    #[test]
    fn the_last_word_is_a_challenge_of_its_own() {
        assert_eq!(exchange(Mechanism::ScramSha256, "correct-horse", true).1, 2);
        assert_eq!(exchange(Mechanism::ScramSha256, "wrong-horse", true).1, 1);
        assert_eq!(exchange(Mechanism::OAuthBearer, "correct-horse", true).1, 0);
        assert_eq!(exchange(Mechanism::OAuthBearer, "wrong-horse", true).1, 1);
    }

    #[test]
    fn a_server_that_does_not_know_the_password_is_found_out() {
        let mut client = Exchange::new(Mechanism::ScramSha256, "alice", "correct-horse");
        let initial = client.initial();
        let begun = server::Exchange::begin(Mechanism::ScramSha256, initial.as_deref(), "server".into());
        let server::Next::Challenge(_, challenge) = begun else { panic!("a challenge") };
        assert!(client.respond(&challenge).is_ok());
        assert_eq!(client.respond(b"v=AAAA"), Err(Unexpected));
    }
}
