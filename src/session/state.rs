//! The states of a session and what each makes of a command.
//!
//! ```text
//!   Opening ──220──► Greeted ──EHLO──► Ready ──MAIL──► Mail ──RCPT──► Rcpt ──DATA──► Data
//!      │                ▲               ▲ ▲ │                                          │
//!      └─554─► Turned   └──TLS done── Tls │ └──AUTH──► Sasl ──235──► Ready      250 or refusal
//!                                         └─────────────── RSET, EHLO ◄────────────────┘
//! ```
//! One decision, one place: the `match` in [`State::handle`] decides, and its last arm is the 503 of RFC 5321
//! §4.1.4. Verbs that RFC 5321 does not name go to the extensions. [`crate::session::ORDER`] states the same order
//! independently, for tests and for the page; the session never consults it.

use crate::session::address::{mail, recipient, verify};
use crate::session::behaviours::{Early, HelloAgain, HelloRule, TurnedAway, VerbsAfterHelo, Verify};
use crate::session::chunk::{Chunk, Chunked};
use crate::session::context::{Context, Facts, Stage};
use crate::session::line::BAD_CLIENT_NAME;
use crate::session::ruling::{Ruling, Then, Verdict};
use crate::session::transaction::{Deliverable, Hello, Transaction};
use crate::smtp::data::Decoder;
use crate::smtp::{ClientName, Command, ReplyCode, Verb};

/// A state of the session. Data that exists in one state only is a field of that state.
#[derive(Clone, Debug)]
pub enum State {
    /// The connection is open, the greeting not sent.
    Opening,
    /// The 220 is sent; no EHLO or HELO yet (RFC 5321 §3.1).
    Greeted,
    /// The greeting was a 554: everything but QUIT is answered 503 (RFC 5321 §3.1).
    Turned,
    /// EHLO or HELO was accepted and no transaction is open (RFC 5321 §3.2).
    Ready(Hello),
    /// MAIL was accepted (RFC 5321 §3.3).
    Mail(Hello, Transaction),
    /// At least one RCPT was accepted.
    Rcpt(Hello, Deliverable),
    /// 354 was sent: what comes is mail data, not commands (RFC 5321 §4.1.1.4).
    Data(Hello, Deliverable, Box<Incoming>),
    /// A chunk of a message is on its way: so many octets are no commands (RFC 3030 §2).
    Chunk(Box<Chunk>),
    /// A chunk was accepted and more must come (RFC 3030 §2).
    Chunks(Box<Chunked>),
    /// An AUTH exchange is under way: what comes are responses, not commands (RFC 4954 §4).
    Sasl(Hello, Box<crate::sasl::server::Exchange>),
    /// 220 to STARTTLS was sent: a TLS handshake comes (RFC 3207 §4). With the greeting that counts after it, for
    /// servers that forget none.
    Tls(Option<Hello>),
    /// The session is over.
    Closed,
}

/// Mail data as it arrives.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// Finds stuffed dots and the end.
    pub decoder: Decoder,
    /// The content so far, dots removed; no longer grown once it is over the limit.
    pub content: Vec<u8>,
}

/// The name of a state, without its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StateId {
    /// Before the greeting.
    Opening,
    /// After the 220.
    Greeted,
    /// After a 554 greeting.
    Turned,
    /// After EHLO or HELO.
    Ready,
    /// After MAIL.
    Mail,
    /// After RCPT.
    Rcpt,
    /// After 354.
    Data,
    /// In an AUTH exchange.
    Sasl,
    /// Before a TLS handshake.
    Tls,
    /// After the end.
    Closed,
}

impl StateId {
    /// All states, in the order a session usually passes them.
    pub const ALL: [Self; 10] = [
        Self::Opening,
        Self::Greeted,
        Self::Turned,
        Self::Tls,
        Self::Ready,
        Self::Sasl,
        Self::Mail,
        Self::Rcpt,
        Self::Data,
        Self::Closed,
    ];

    /// The id used in data, links and transcripts.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Greeted => "greeted",
            Self::Turned => "turned",
            Self::Ready => "ready",
            Self::Mail => "mail",
            Self::Rcpt => "rcpt",
            Self::Data => "data",
            Self::Sasl => "sasl",
            Self::Tls => "tls",
            Self::Closed => "closed",
        }
    }
}

/// RFC 5321 §4.1.4: RCPT, DATA or the like before EHLO or HELO.
pub(super) const NO_HELLO: Verdict =
    Verdict::new("server.sequence.no-hello", ReplyCode::BAD_SEQUENCE, (5, 5, 1), "Send EHLO or HELO first");
/// RFC 5321 §2.2.1: HELO offers no extensions, and this command belongs to one.
pub(super) const NO_EHLO: Verdict =
    Verdict::new("server.sequence.no-ehlo", ReplyCode::BAD_SEQUENCE, (5, 5, 1), "Not offered after HELO");
/// RFC 5321 §3.3: RCPT without MAIL.
pub(super) const NO_MAIL: Verdict =
    Verdict::new("server.sequence.no-mail", ReplyCode::BAD_SEQUENCE, (5, 5, 1), "Send MAIL first");
/// RFC 5321 §3.3: DATA without a recipient.
pub(super) const NO_RECIPIENTS: Verdict =
    Verdict::new("server.sequence.no-recipients", ReplyCode::BAD_SEQUENCE, (5, 5, 1), "No valid recipients");
/// RFC 5321 §4.1.4: MAIL while a transaction is open.
pub(super) const NESTED_MAIL: Verdict =
    Verdict::new("server.sequence.nested-mail", ReplyCode::BAD_SEQUENCE, (5, 5, 1), "Sender already specified");
/// A second EHLO or HELO, for servers that take only one; RFC 5321 §4.1.4 lets a client send another at any time.
pub(super) const HELLO_AGAIN: Verdict =
    Verdict::new("server.sequence.hello-again", ReplyCode::BAD_SEQUENCE, (5, 5, 1), "Already greeted");
/// RFC 5321 §3.1: commands after a 554 greeting.
pub(super) const TURNED_AWAY: Verdict =
    Verdict::new("server.sequence.turned-away", ReplyCode::BAD_SEQUENCE, (5, 5, 1), "Only QUIT is taken here");
/// RFC 5321 §4.1.4: every other command out of order.
pub(super) const OUT_OF_ORDER: Verdict =
    Verdict::new("server.sequence.out-of-order", ReplyCode::BAD_SEQUENCE, (5, 5, 1), "Bad sequence of commands");
/// RFC 5321 §4.2.4: a command that is known and not implemented.
pub const NOT_IMPLEMENTED: Verdict =
    Verdict::new("server.command.not-implemented", ReplyCode::NOT_IMPLEMENTED, (5, 5, 1), "Command not implemented");
/// RFC 5321 §4.2.4: a command that is not known.
pub(super) const UNKNOWN: Verdict =
    Verdict::new("server.command.unknown", ReplyCode::UNRECOGNIZED, (5, 5, 1), "Command unrecognized");
/// RFC 5321 §4.1.1.1: EHLO accepted. The extensions' lines follow.
pub const EHLO: Verdict = Verdict::bare("server.ehlo.accepted", ReplyCode::OK, "{host} greets {name}{extensions}");
/// RFC 5321 §4.1.1.1: HELO accepted; its reply never has the form of EHLO's (§3.2).
pub(super) const HELO: Verdict = Verdict::bare("server.helo.accepted", ReplyCode::OK, "{host} greets {name}");
/// RFC 5321 §3.3: DATA accepted.
pub(super) const DATA: Verdict =
    Verdict::bare("server.data.accepted", ReplyCode::START_MAIL_INPUT, "End data with <CRLF>.<CRLF>");
/// RFC 5321 §4.1.1.5.
pub(super) const RSET: Verdict = Verdict::new("server.rset", ReplyCode::OK, (2, 0, 0), "Reset");
/// RFC 5321 §4.1.1.9.
pub(super) const NOOP: Verdict = Verdict::new("server.noop", ReplyCode::OK, (2, 0, 0), "Ok");
/// RFC 5321 §4.1.1.10.
pub(super) const QUIT: Verdict =
    Verdict::new("server.quit", ReplyCode::SERVICE_CLOSING, (2, 0, 0), "{host} closing connection");
/// RFC 5321 §4.1.1.8.
pub(super) const HELP: Verdict = Verdict::new(
    "server.help",
    ReplyCode::HELP,
    (2, 0, 0),
    "Commands: EHLO HELO MAIL RCPT DATA RSET NOOP VRFY HELP QUIT\nSee RFC 5321",
);
/// RFC 5321 §7.3: the same as for VRFY.
pub(super) const EXPN_CANNOT: Verdict =
    Verdict::new("server.expn.cannot", ReplyCode::CANNOT_VERIFY, (2, 5, 0), "Cannot expand lists here");

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] = &[
    &NO_HELLO,
    &NO_EHLO,
    &NO_MAIL,
    &NO_RECIPIENTS,
    &NESTED_MAIL,
    &TURNED_AWAY,
    &HELLO_AGAIN,
    &OUT_OF_ORDER,
    &NOT_IMPLEMENTED,
    &UNKNOWN,
    &EHLO,
    &HELO,
    &DATA,
    &RSET,
    &NOOP,
    &QUIT,
    &HELP,
    &EXPN_CANNOT,
];

impl State {
    /// The state's name.
    #[must_use]
    pub const fn id(&self) -> StateId {
        match self {
            Self::Opening => StateId::Opening,
            Self::Greeted => StateId::Greeted,
            Self::Turned => StateId::Turned,
            Self::Ready(_) => StateId::Ready,
            Self::Mail(..) => StateId::Mail,
            Self::Rcpt(..) => StateId::Rcpt,
            Self::Data(..) | Self::Chunk(_) | Self::Chunks(_) => StateId::Data,
            Self::Sasl(..) => StateId::Sasl,
            Self::Tls(_) => StateId::Tls,
            Self::Closed => StateId::Closed,
        }
    }

    /// The client's greeting, once there is one.
    #[must_use]
    pub const fn hello(&self) -> Option<&Hello> {
        match self {
            Self::Ready(hello)
            | Self::Mail(hello, _)
            | Self::Rcpt(hello, _)
            | Self::Data(hello, ..)
            | Self::Sasl(hello, _) => Some(hello),
            Self::Chunks(message) => Some(&message.hello),
            Self::Opening | Self::Greeted | Self::Turned | Self::Chunk(_) | Self::Tls(_) | Self::Closed => None,
        }
    }

    /// Takes a command that is grammatically right. The old state is consumed, the next one returned.
    pub fn handle(self, cx: &mut Context<'_>, command: &Command<'_>) -> (Self, Ruling) {
        let verb = command.verb();
        match (self, command) {
            // RFC 5321 §3.1: after a 554 greeting the server waits for QUIT and answers all else 503.
            (_, Command::Quit) => {
                let values = [("host", cx.settings.name.as_str())];
                (Self::Closed, cx.rule_then(&QUIT, &values, Then::Close))
            }
            (Self::Turned, Command::Ehlo(name)) if no_mail(cx) => (Self::Turned, hello_turned(cx, &name.to_string())),
            (Self::Turned, Command::Helo(name)) if no_mail(cx) => {
                let values = [("host", cx.settings.name.as_str()), ("name", &name.to_string())];
                (Self::Turned, cx.rule(&HELO, &values))
            }
            (Self::Turned, Command::Noop(_) | Command::Rset) if no_mail(cx) => (Self::Turned, cx.rule(&NOOP, &[])),
            (Self::Turned, Command::Unknown(_)) if no_mail(cx) => (Self::Turned, cx.rule(&UNKNOWN, &[])),
            (Self::Turned, _) => (Self::Turned, cx.rule(&TURNED_AWAY, &[])),

            // RFC 5321 §4.1.4: EHLO may come again at any time and then acts like RSET.
            (state, Command::Ehlo(_) | Command::Helo(_))
                if state.hello().is_some() && cx.settings.profile.behaviours.hello_again == HelloAgain::Refused =>
            {
                (state, cx.rule(&HELLO_AGAIN, &[]))
            }
            (state, Command::Ehlo(name)) => greeted(cx, state, *name, true),
            (state, Command::Helo(name)) => greeted(cx, state, *name, false),

            // RFC 5321 §4.1.4: these work at any time, even before EHLO.
            (state, Command::Noop(_)) => (state, cx.rule(&NOOP, &[])),
            (state, Command::Help(_)) => (state, cx.rule(&HELP, &[])),
            (state @ Self::Greeted, Command::Vrfy(_) | Command::Expn(_))
                if cx.settings.profile.behaviours.vrfy_before_hello == Early::Refused =>
            {
                (state, cx.rule(&NO_HELLO, &[]))
            }
            (state, Command::Vrfy(address)) => {
                let ruling = verify(cx, &state, Verb::Vrfy, address);
                (state, ruling)
            }
            (state, Command::Expn(list)) => {
                let ruling = verify(cx, &state, Verb::Expn, list);
                (state, ruling)
            }
            (state @ Self::Greeted, Command::Rset)
                if cx.settings.profile.behaviours.rset_before_hello == Early::Refused =>
            {
                (state, cx.rule(&NO_HELLO, &[]))
            }
            (state, Command::Rset) => {
                cx.channel.forget_refused();
                (state.without_transaction(), cx.rule(&RSET, &[]))
            }

            (Self::Ready(hello), Command::Mail { path, parameters }) => mail(cx, hello, path, *parameters),
            (Self::Greeted, Command::Mail { path, parameters })
                if cx.settings.profile.behaviours.hello == HelloRule::NotRequired =>
            {
                mail(cx, Hello { name: "".into(), extended: true }, path, *parameters)
            }
            // RFC 5321 §4.1.4: MAIL is not sent while a transaction is open.
            (state @ (Self::Mail(..) | Self::Rcpt(..)), Command::Mail { .. }) => (state, cx.rule(&NESTED_MAIL, &[])),

            (Self::Mail(hello, mut transaction), Command::Rcpt { path, parameters }) => {
                match recipient(cx, &hello, &mut transaction, 0, *path, *parameters) {
                    Ok((recipient, ruling)) => (Self::Rcpt(hello, transaction.with_recipient(recipient)), ruling),
                    Err(ruling) => (Self::Mail(hello, transaction), ruling),
                }
            }
            (Self::Rcpt(hello, mut deliverable), Command::Rcpt { path, parameters }) => {
                let count = deliverable.forward_paths().len();
                let ruling = match recipient(cx, &hello, deliverable.transaction_mut(), count, *path, *parameters) {
                    Ok((recipient, ruling)) => {
                        deliverable.push(recipient);
                        ruling
                    }
                    Err(ruling) => ruling,
                };
                (Self::Rcpt(hello, deliverable), ruling)
            }
            // RFC 5321 §3.3: RCPT without MAIL is answered 503.
            (state @ Self::Ready(_), Command::Rcpt { .. } | Command::Data) => (state, cx.rule(&NO_MAIL, &[])),

            (Self::Rcpt(hello, deliverable), Command::Data) => data(cx, hello, deliverable),
            // RFC 5321 §3.3: with no valid recipient DATA is answered 503 or 554; generic says 503.
            (state @ Self::Mail(..), Command::Data) => (state, cx.rule(&NO_RECIPIENTS, &[])),
            (state @ Self::Greeted, Command::Mail { .. } | Command::Rcpt { .. } | Command::Data) => {
                let verdict = state.refuses(cx, verb).unwrap_or(&NO_HELLO);
                (state, cx.rule(verdict, &[]))
            }

            (state, Command::Unknown(_)) => (state, cx.rule(&UNKNOWN, &[])),
            // RFC 5321 Appendix F.1 and F.6: TURN, SEND, SOML and SAML are known and not implemented.
            (state, Command::Turn | Command::Obsolete(_)) => (state, cx.rule(&NOT_IMPLEMENTED, &[])),
            // RFC 5321 §2.2.1: HELO offers no extensions, and some servers hold the client to it.
            (state @ Self::Ready(_), Command::StartTls | Command::Bdat { .. })
                if after_helo(cx, &state, verb) && cx.extension_for(verb).is_some() =>
            {
                (state, cx.rule(&NO_EHLO, &[]))
            }
            (state @ (Self::Mail(..) | Self::Rcpt(..)), Command::Bdat { .. }) if after_helo(cx, &state, verb) => {
                (state, cx.rule(&NO_EHLO, &[]))
            }
            (state, Command::StartTls | Command::Auth { .. } | Command::Bdat { .. } | Command::Etrn(_)) => {
                match cx.extension_for(verb) {
                    Some(extension) => extension.handle(cx, state, command),
                    None => (state, cx.rule(&NOT_IMPLEMENTED, &[])),
                }
            }
            // RFC 5321 §4.1.4: a command out of order is answered 503 and changes nothing.
            (state, _) => (state, cx.rule(&OUT_OF_ORDER, &[])),
        }
    }

    /// Why this state refuses the verb whatever its argument, for servers that look at the place first.
    pub(super) fn refuses(&self, cx: &Context<'_>, verb: Verb) -> Option<&'static Verdict> {
        let needs_hello = cx.settings.profile.behaviours.hello == HelloRule::Required;
        match (self, verb) {
            (_, Verb::Expn) if cx.settings.profile.behaviours.expn == Verify::Unread => Some(&EXPN_CANNOT),
            (Self::Greeted, Verb::Vrfy | Verb::Expn) => {
                (cx.settings.profile.behaviours.vrfy_before_hello == Early::Refused).then_some(&NO_HELLO)
            }
            (Self::Greeted, Verb::Mail) => needs_hello.then_some(&NO_HELLO),
            (Self::Greeted, Verb::Rcpt | Verb::Data) => Some(if needs_hello { &NO_HELLO } else { &NO_MAIL }),
            (Self::Mail(..) | Self::Rcpt(..), Verb::Mail) => Some(&NESTED_MAIL),
            (Self::Ready(_), Verb::Rcpt | Verb::Data) => Some(&NO_MAIL),
            (Self::Mail(..), Verb::Data) => Some(&NO_RECIPIENTS),
            (state, Verb::Ehlo | Verb::Helo) => {
                let again =
                    state.hello().is_some() && cx.settings.profile.behaviours.hello_again == HelloAgain::Refused;
                again.then_some(&HELLO_AGAIN)
            }
            _ => None,
        }
    }

    /// The state after RSET: the transaction is gone, the greeting stays (RFC 5321 §4.1.1.5).
    #[must_use]
    pub fn without_transaction(self) -> Self {
        match self {
            Self::Mail(hello, _) | Self::Rcpt(hello, _) | Self::Data(hello, ..) | Self::Sasl(hello, _) => {
                Self::Ready(hello)
            }
            Self::Chunks(message) => Self::Ready(message.hello),
            Self::Opening
            | Self::Greeted
            | Self::Turned
            | Self::Ready(_)
            | Self::Chunk(_)
            | Self::Tls(_)
            | Self::Closed => self,
        }
    }
}

/// RFC 3207 §4: an extension may refuse every command but a few until something is done.
pub(super) fn gated(cx: &Context<'_>, verb: Verb, state: &State) -> Option<Ruling> {
    if matches!(state, State::Turned) {
        return None;
    }
    cx.settings.extensions.iter().find_map(|extension| extension.gate(cx, verb, state))
}

/// Does the server hold a client that said HELO to the commands that HELO knows? Chunks it still takes where they were
/// offered before.
fn after_helo(cx: &Context<'_>, state: &State, verb: Verb) -> bool {
    !(verb == Verb::Bdat && cx.channel.seen.ehlo)
        && cx.settings.profile.behaviours.verbs_after_helo == VerbsAfterHelo::Refused
        && state.hello().is_some_and(|hello| !hello.extended)
}

fn greeted(cx: &mut Context<'_>, state: State, name: ClientName<'_>, extended: bool) -> (State, Ruling) {
    let name = String::from_utf8_lossy(name.as_bytes());
    let limits = &cx.settings.profile.limits;
    let long_label = |longest| name.split('.').any(|label| label.len() > longest);
    let long = |most: usize| name.len() > most || limits.label.is_some_and(long_label);
    if limits.client_name.is_some_and(long) {
        return (state, cx.rule(&BAD_CLIENT_NAME, &[("problem", "the name is too long")]));
    }
    let hello = Hello { name: name.into(), extended };
    let facts = Facts { hello: Some(&hello), transaction: None, forward_path: None, size: None };
    if let Some(ruling) = cx.consult(Stage::Hello, &facts) {
        return (state, ruling);
    }
    cx.channel.forget_refused();
    cx.channel.seen.ehlo |= extended;
    let mut extensions = String::with_capacity(256);
    if extended {
        for extension in cx.settings.extensions.iter().filter(|extension| extension.is_offered(cx)) {
            extensions.push('\n');
            extensions.push_str(extension.keyword());
            extension.add_parameters(cx, &mut extensions);
        }
    }
    let profile = &cx.settings.profile;
    let before_data = profile.keywords_before_data.iter().filter(|_| !cx.channel.seen.data);
    for keyword in before_data.chain(profile.keywords.iter()).filter(|_| extended) {
        extensions.push('\n');
        extensions.push_str(keyword);
    }
    let values = [("host", cx.settings.name.as_str()), ("name", &*hello.name), ("extensions", &extensions)];
    let ruling = cx.rule(if extended { &EHLO } else { &HELO }, &values);
    (State::Ready(hello), ruling)
}

/// Is the client turned away, but answered?
fn no_mail(cx: &Context<'_>) -> bool {
    cx.settings.profile.behaviours.turned_away == TurnedAway::NoMail
}

/// EHLO from a client that is turned away: no extension is of use to it but enhanced codes.
fn hello_turned(cx: &Context<'_>, name: &str) -> Ruling {
    let extensions = if cx.settings.profile.enhanced_codes { "\nENHANCEDSTATUSCODES" } else { "" };
    cx.rule(&EHLO, &[("host", cx.settings.name.as_str()), ("name", name), ("extensions", extensions)])
}

fn data(cx: &mut Context<'_>, hello: Hello, deliverable: Deliverable) -> (State, Ruling) {
    let facts =
        Facts { hello: Some(&hello), transaction: Some(deliverable.transaction()), forward_path: None, size: None };
    if let Some(ruling) = cx.consult(Stage::Data, &facts) {
        return (State::Rcpt(hello, deliverable), ruling);
    }
    let decoder = Decoder::new(cx.settings.profile.behaviours.end_of_data);
    let incoming = Box::new(Incoming { decoder, content: Vec::new() });
    (State::Data(hello, deliverable, incoming), cx.rule(&DATA, &[]))
}
