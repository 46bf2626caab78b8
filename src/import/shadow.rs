//! The shadow session: what the session machine answers to the client lines of a log.
//!
//! It is fed a line when the log's reply to it is known. Where both agree its state goes along; where they do not, it is
//! put where the log's server must be: back, if that one refused, or on by stand-in commands, if it accepted. Secrets
//! are not in the log any more, so it has a user of its own and is given right or wrong credentials as the log's reply
//! tells.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use crate::dns::Zone;
use crate::personality;
use crate::reason::Reason;
use crate::sasl::Mechanism;
use crate::sasl::client::Exchange;
use crate::server::{Surroundings, settings};
use crate::session::{Input, Memory, Outbox, Output, Profile, Role, Session, Settings, Snapshot, Then};
use crate::smtp::base64;
use crate::smtp::{EnhancedCode, ReplyCode, Verb};
use crate::time::Instant;

use super::facts::Facts;

/// The shadow's only user.
pub(super) const USER: &str = "shadow";
/// And the password.
pub(super) const PASSWORD: &str = "shadow";

/// What the client did that is answered now.
#[derive(Clone, Copy, Debug)]
pub(super) enum Act<'a> {
    /// It connected.
    Opened { tls: bool },
    /// It sent this line, secrets veiled.
    Command(Verb, &'a [u8]),
    /// It answered a challenge.
    Response,
    /// It cancelled the exchange (RFC 4954 §4).
    Cancel,
    /// It sent mail data, the final dot included; `None` where the log leaves it out.
    Message(Option<&'a [u8]>),
}

/// What the session machine answers.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Answer {
    pub(super) code: ReplyCode,
    pub(super) enhanced: Option<EnhancedCode>,
    /// The first line of the reply.
    pub(super) line: String,
    pub(super) reason: Reason,
}

/// The session and what is needed to go on with it.
#[derive(Debug)]
pub(super) struct Shadow {
    session: Session,
    zone: Zone,
    /// The exchange that is open, with right and with wrong credentials.
    exchange: Option<[Exchange; 2]>,
    /// The challenge that is unanswered.
    challenge: Vec<u8>,
    /// Did the log's server close, or lose the shadow in another way?
    gone: bool,
}

impl Shadow {
    /// A session at a server of these facts; `None` where they cannot be put together.
    pub(super) fn new(facts: &Facts) -> Option<Self> {
        let surroundings = Surroundings { epoch: 0, entropy: 1 };
        let settings: Arc<Settings> = settings(&facts.name, &facts.config, profile(facts), surroundings).ok()?;
        let session = Session::new(settings, Memory::default());
        Some(Self { session, zone: Zone::default(), exchange: None, challenge: Vec::new(), gone: false })
    }

    /// What the session machine answers to this act, which the log's server answered with `code`. `None` where it has
    /// nothing to say any more.
    pub(super) fn answer(&mut self, act: Act<'_>, code: ReplyCode) -> Option<Answer> {
        if self.gone {
            return None;
        }
        let before = (self.session.clone(), self.exchange.clone());
        let (answer, then) = self.play(act, code)?;
        match (answer.code.is_positive(), code.is_positive()) {
            (true, false) => (self.session, self.exchange) = before,
            (false, true) => {
                (self.session, self.exchange) = before;
                self.follow(act);
            }
            _ => {}
        }
        self.gone = then == Then::Close || code == ReplyCode::SERVICE_NOT_AVAILABLE;
        Some(answer)
    }

    /// The TLS handshake the log shows, or implies, has succeeded.
    pub(super) fn secured(&mut self) {
        self.session.handle(Instant::ZERO, Input::Tls(Ok(())), &self.zone, &mut Outbox::default());
    }

    /// What the outside may know of it now.
    pub(super) fn snapshot(&self) -> Snapshot {
        self.session.snapshot()
    }

    fn play(&mut self, act: Act<'_>, code: ReplyCode) -> Option<(Answer, Then)> {
        match act {
            Act::Opened { tls } => {
                let peer = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
                self.say(Input::Opened { peer, tls })
            }
            Act::Command(Verb::Auth, line) => self.auth(line, code),
            Act::Command(_, line) => self.say(Input::Octets(&[line, b"\r\n"].concat())),
            Act::Response => self.respond(code),
            Act::Cancel => {
                self.exchange = None;
                self.say(Input::Octets(b"*\r\n"))
            }
            Act::Message(content) => self.say(Input::Octets(content.unwrap_or(STAND_IN_MESSAGE))),
        }
    }

    fn auth(&mut self, line: &[u8], code: ReplyCode) -> Option<(Answer, Then)> {
        let mut words = line.split(|octet| *octet == b' ').filter(|word| !word.is_empty()).skip(1);
        let mechanism = words.next().and_then(Mechanism::by_name);
        self.exchange = mechanism.map(|mechanism| {
            [Exchange::new(mechanism, USER, PASSWORD), Exchange::new(mechanism, USER, "not the password")]
        });
        match (words.next(), mechanism) {
            (Some(_), Some(mechanism)) => {
                let initial = self.response(code)?;
                self.say(Input::Octets(format!("AUTH {} {initial}\r\n", mechanism.name()).as_bytes()))
            }
            _ => self.say(Input::Octets(&[line, b"\r\n"].concat())),
        }
    }

    fn respond(&mut self, code: ReplyCode) -> Option<(Answer, Then)> {
        let response = self.response(code)?;
        self.say(Input::Octets(format!("{response}\r\n").as_bytes()))
    }

    /// The response to the open challenge: the right one, unless the log's server refused it.
    fn response(&mut self, code: ReplyCode) -> Option<String> {
        let challenge = std::mem::take(&mut self.challenge);
        let [right, wrong] = self.exchange.as_mut()?;
        let responses = [right.respond(&challenge), wrong.respond(&challenge)];
        let [right, wrong] = responses.map(|response| response.ok().map(|octets| base64::encode(&octets)));
        if code.is_positive() { right } else { wrong }
    }

    /// Hands the session an input and takes its last reply.
    fn say(&mut self, input: Input<'_>) -> Option<(Answer, Then)> {
        let mut out = Outbox::default();
        self.session.handle(Instant::ZERO, input, &self.zone, &mut out);
        let ruled = out.outputs.into_iter().rev().find_map(|output| match output {
            Output::Ruled { ruling, octets, .. } => Some((ruling, octets)),
            _ => None,
        });
        let (ruling, octets) = ruled?;
        let reply = out.octets.get(octets).unwrap_or_default();
        let line = reply.split(|octet| *octet == b'\r').next().unwrap_or_default();
        if ruling.reply.code == ReplyCode::CHALLENGE {
            self.challenge = base64::decode(line.get(4..).unwrap_or_default()).unwrap_or_default();
        }
        let answer = Answer {
            code: ruling.reply.code,
            enhanced: ruling.reply.enhanced,
            line: String::from_utf8_lossy(line).into_owned(),
            reason: ruling.reason,
        };
        Some((answer, ruling.then))
    }

    /// The log's server accepted what the session machine refuses: brings the session to where that one must be.
    fn follow(&mut self, act: Act<'_>) {
        let stand_ins: &[&[u8]] = match act {
            Act::Command(Verb::Ehlo | Verb::Helo, _) => &[STAND_IN_HELLO],
            Act::Command(Verb::Mail, _) => &[STAND_IN_HELLO, STAND_IN_MAIL],
            Act::Command(Verb::Rcpt, _) => &[STAND_IN_RCPT],
            Act::Command(Verb::Data, _) => &[STAND_IN_RCPT, b"DATA\r\n"],
            Act::Command(Verb::Rset, _) => &[b"RSET\r\n"],
            _ => &[],
        };
        for line in stand_ins {
            self.session.handle(Instant::ZERO, Input::Octets(line), &self.zone, &mut Outbox::default());
        }
    }
}

const STAND_IN_HELLO: &[u8] = b"EHLO client.invalid\r\n";
const STAND_IN_MAIL: &[u8] = b"MAIL FROM:<>\r\n";
const STAND_IN_RCPT: &[u8] = b"RCPT TO:<postmaster>\r\n";
const STAND_IN_MESSAGE: &[u8] = b"Subject: left out\r\n\r\n.\r\n";

/// How the software behaves, as far as it is known here; a server of unknown software is held to the RFCs.
fn profile(facts: &Facts) -> Profile {
    let service = if facts.config.role == Role::Msa { personality::SUBMISSION } else { personality::MX };
    let known = personality::built_in(facts.server, service);
    known.and_then(Result::ok).map_or_else(Profile::default, |personality| personality.profile)
}
