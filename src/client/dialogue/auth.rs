//! The client's AUTH (RFC 4954): which mechanism, and the exchange on the wire.
//!
//! Not the mechanisms: what they say is in [`crate::sasl`]. Here it becomes base64 and lines.

use super::write::Write;
use super::{Awaited, Dialogue};
use crate::client::Move;
use crate::client::profile::NextMechanism;
use crate::client::report::{Cause, Refusal};
use crate::reason::Reason;
use crate::sasl::Mechanism;
use crate::sasl::client::Exchange;
use crate::smtp::base64;
use crate::smtp::{Verb, limits};

/// How far authentication has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Authentication {
    tried: Vec<Mechanism>,
    exchange: Option<Exchange>,
    /// Has the client cancelled the exchange and waits for the server to say so?
    cancelled: bool,
}

impl Dialogue {
    /// Begins to authenticate with the first mechanism that both ends know and that was not tried yet.
    pub(super) fn authenticate(&mut self, out: &mut Vec<Move>) {
        if self.manners.auth.only_with_tls && !self.secure && self.offers.auth_at_all {
            return self.no_auth(crate::client::AUTH_IN_CLEAR, out);
        }
        match self.mechanism() {
            Some(mechanism) => self.begin(mechanism, crate::client::AUTH, out),
            None if self.manners.auth.go_on_without => self.mail(out),
            None => self.no_auth(crate::client::NO_AUTH, out),
        }
    }

    fn no_auth(&mut self, reason: Reason, out: &mut Vec<Move>) {
        self.fail(Awaited::Auth, Cause::GaveUp(reason));
        self.leave(self.manners.close.auth_missing, out);
    }

    fn mechanism(&self) -> Option<Mechanism> {
        let offered = |mechanism: &Mechanism| self.offers.auth.contains(mechanism);
        let new = |mechanism: &Mechanism| !self.auth.tried.contains(mechanism);
        let wanted = self.job.credentials.as_ref()?.mechanism;
        let order = wanted.as_ref().map_or(self.manners.auth.order.as_slice(), core::slice::from_ref);
        order.iter().copied().find(|mechanism| offered(mechanism) && new(mechanism))
    }

    fn begin(&mut self, mechanism: Mechanism, reason: Reason, out: &mut Vec<Move>) {
        let Some(credentials) = &self.job.credentials else { return };
        let mut exchange = Exchange::new(mechanism, &credentials.user, &credentials.password);
        let name = mechanism.name();
        let mut line = format!("{} {name}", Verb::Auth.name());
        if self.manners.auth.initial.contains(&mechanism) {
            let before = exchange.clone();
            let with = exchange.initial().map(|initial| format!("{line} {}", encoded_initial(&initial)));
            match with {
                // RFC 4954 §4: an initial response that makes the command too long waits for the first challenge.
                Some(with) if with.len() + 2 <= limits::COMMAND_LINE => line = with,
                _ => exchange = before,
            }
        }
        Write::default().command(Verb::Auth, &[&line], reason).send(out);
        self.auth.tried.push(mechanism);
        self.report.mechanism = Some(mechanism);
        self.auth.exchange = Some(exchange);
        self.auth.cancelled = false;
        self.awaited.push_back(Awaited::Auth);
    }

    /// The reply to AUTH or to a response.
    pub(super) fn auth_reply(&mut self, said: &Refusal, out: &mut Vec<Move>) {
        match said.code.as_u16() / 100 {
            2 => self.mail(out),
            3 if !self.auth.cancelled => self.challenge(said.lines().next().unwrap_or_default(), out),
            first => self.auth_refused(said, first == 5, out),
        }
    }

    fn challenge(&mut self, text: &str, out: &mut Vec<Move>) {
        let response =
            base64::decode(text.as_bytes()).and_then(|challenge| self.auth.exchange.as_mut()?.respond(&challenge).ok());
        let write = Write::default();
        if let Some(response) = response {
            write.sasl_response(&base64::encode(&response), crate::client::SASL_RESPONSE)
        } else {
            // RFC 4954 §4: a challenge that cannot be decoded ends the exchange with a lone star.
            self.auth.cancelled = true;
            write.sasl_response("*", crate::client::AUTH_CANCELLED)
        }
        .send(out);
        self.awaited.push_back(Awaited::Auth);
    }

    fn auth_refused(&mut self, said: &Refusal, permanent: bool, out: &mut Vec<Move>) {
        let may_try_next = match self.manners.auth.next {
            NextMechanism::Never => false,
            NextMechanism::AfterRefusal => permanent,
            NextMechanism::AfterAny => true,
        };
        match self.mechanism() {
            Some(mechanism) if may_try_next => self.begin(mechanism, crate::client::AUTH_NEXT, out),
            // RFC 4954 §4: a client whose AUTH failed may go on without.
            _ if self.manners.auth.go_on_without && permanent => self.mail(out),
            _ => {
                self.refused(Awaited::Auth, said);
                self.leave(self.manners.close.auth_refused, out);
            }
        }
    }
}

/// RFC 4954 §4: an empty initial response is written as a single equals sign.
fn encoded_initial(initial: &[u8]) -> String {
    if initial.is_empty() { "=".to_owned() } else { base64::encode(initial) }
}
