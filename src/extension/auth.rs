//! AUTH (RFC 4954): the SMTP profile of SASL. Mechanisms live in `sasl`; here is what travels between the lines.

use crate::gather::Gather as _;
use crate::sasl::server::{Claim, Exchange, Judged, Next};
use crate::sasl::{self, Mechanism};
use crate::session::{
    AfterSuccess, AuthBefore, AuthInClear, AuthorizationIdentity, EmptyInitial, LoginNames, LoneEquals,
    NeedlessInitial, NotOffered, PlainParts, SaslWhiteSpace, UnusedBits, UserNames,
};
use crate::session::{Context, Extension, Hello, Identity, Ruling, State, Then, Verdict};
use crate::smtp::base64;
use crate::smtp::{Command, Parameter, ReplyCode, Verb, xtext};

/// RFC 4954 §6: the client is who it says.
const SUCCEEDED: Verdict =
    Verdict::new("server.auth.succeeded", ReplyCode::AUTHENTICATED, (2, 7, 0), "Authentication successful");
/// RFC 4954 §4: the server asks on; base64 text only.
const CHALLENGE: Verdict = Verdict::bare("server.auth.challenge", ReplyCode::CHALLENGE, "{challenge}");
/// RFC 4954 §6: wrong user or password; which of the two is not said.
const INVALID: Verdict = Verdict::new(
    "server.auth.invalid",
    ReplyCode::CREDENTIALS_INVALID,
    (5, 7, 8),
    "Authentication credentials invalid",
);
/// RFC 4954 §4: the mechanism is not one of those offered.
const UNKNOWN_MECHANISM: Verdict = Verdict::new(
    "server.auth.unknown-mechanism",
    ReplyCode::PARAMETER_NOT_IMPLEMENTED,
    (5, 5, 4),
    "Unrecognized authentication mechanism",
);
/// RFC 4954 §6: a plaintext mechanism outside TLS.
const ENCRYPTION_REQUIRED: Verdict = Verdict::new(
    "server.auth.encryption-required",
    ReplyCode::ENCRYPTION_REQUIRED,
    (5, 7, 11),
    "Encryption required for this authentication mechanism",
);
/// RFC 4954 §4: AUTH after a success.
const ALREADY: Verdict =
    Verdict::new("server.auth.already", ReplyCode::BAD_SEQUENCE, (5, 5, 1), "Already authenticated");
/// RFC 4954 §4: AUTH before EHLO or inside a mail transaction.
const NOT_NOW: Verdict =
    Verdict::new("server.auth.not-now", ReplyCode::BAD_SEQUENCE, (5, 5, 1), "AUTH is not taken here");
/// RFC 4954 §4: the response is not base64.
const NOT_BASE64: Verdict =
    Verdict::new("server.auth.not-base64", ReplyCode::BAD_ARGUMENT, (5, 5, 2), "Cannot decode the response");
/// RFC 4954 §4: the response is base64 of something the mechanism does not take.
const MALFORMED: Verdict = Verdict::new(
    "server.auth.malformed",
    ReplyCode::BAD_ARGUMENT,
    (5, 5, 2),
    "The response has not the form this mechanism asks for",
);
/// RFC 4954 §4: an initial response where the server speaks first.
const NEEDLESS_INITIAL: Verdict = Verdict::new(
    "server.auth.needless-initial",
    ReplyCode::BAD_ARGUMENT,
    (5, 7, 0),
    "This mechanism takes no initial response",
);
/// RFC 4954 §5: AUTH= on MAIL takes `<>`, or a mailbox as xtext.
const SENDER: Verdict =
    Verdict::new("server.auth.sender", ReplyCode::BAD_ARGUMENT, (5, 5, 4), "AUTH= takes <> or a mailbox");
/// RFC 4954 §4: the client cancelled with `*`.
const CANCELLED: Verdict =
    Verdict::new("server.auth.cancelled", ReplyCode::BAD_ARGUMENT, (5, 7, 0), "Authentication cancelled");
/// RFC 4954 §9: after several failures, not fewer than three, the server may close.
const TOO_MANY_FAILURES: Verdict = Verdict::new(
    "server.auth.too-many-failures",
    ReplyCode::SERVICE_NOT_AVAILABLE,
    (4, 7, 0),
    "Too many failed authentications, closing connection",
);

/// RFC 4954 §4: no mechanism is on offer, so AUTH itself is out of order.
const NOT_OFFERED: Verdict =
    Verdict::new("server.auth.not-offered", ReplyCode::BAD_SEQUENCE, (5, 5, 1), "AUTH is not offered");

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] = &[
    &NOT_OFFERED,
    &SUCCEEDED,
    &CHALLENGE,
    &INVALID,
    &UNKNOWN_MECHANISM,
    &ENCRYPTION_REQUIRED,
    &ALREADY,
    &NOT_NOW,
    &NOT_BASE64,
    &MALFORMED,
    &SENDER,
    &NEEDLESS_INITIAL,
    &CANCELLED,
    &TOO_MANY_FAILURES,
];

/// The extension.
pub(super) struct Auth;

impl Extension for Auth {
    fn keyword(&self) -> &'static str {
        "AUTH"
    }

    fn is_offered(&self, cx: &Context<'_>) -> bool {
        let unlisted = cx.settings.profile.behaviours.auth_after_success == AfterSuccess::Unlisted;
        offered(cx).next().is_some() && !(unlisted && cx.channel.identity.is_some())
    }

    fn add_parameters(&self, cx: &Context<'_>, line: &mut String) {
        for mechanism in offered(cx) {
            line.push(' ');
            line.push_str(mechanism.name());
        }
    }

    fn verbs(&self) -> &'static [Verb] {
        &[Verb::Auth]
    }

    /// RFC 4954 §5: AUTH= on MAIL names who submitted the message first. Nothing here acts on it: a server that does
    /// not trust the client behaves as if it were AUTH=<>.
    fn has_parameter(&self, verb: Verb, keyword: &[u8]) -> bool {
        verb == Verb::Mail && keyword.eq_ignore_ascii_case(b"AUTH")
    }

    fn parameter(
        &self,
        cx: &Context<'_>,
        parameter: Parameter<'_>,
        _into: &mut crate::session::Transaction,
    ) -> Result<(), Ruling> {
        if is_sender(parameter.value().unwrap_or_default()) { Ok(()) } else { Err(cx.rule(&SENDER, &[])) }
    }

    fn length_increment(&self, verb: Verb) -> usize {
        // RFC 4954 §3: AUTH= lengthens MAIL by 500 octets; the AUTH command itself keeps the ordinary limit (§4).
        if verb == Verb::Mail { 500 } else { 0 }
    }

    fn out_of_place(&self, cx: &Context<'_>, state: &State) -> Option<&'static Verdict> {
        let behaviours = &cx.settings.profile.behaviours;
        let nothing = behaviours.auth_not_offered == NotOffered::OutOfOrder && offered(cx).next().is_none();
        let in_place = match (state, behaviours.auth_before_hello) {
            (State::Ready(hello), AuthBefore::NeedsEhlo) => hello.extended,
            (State::Ready(_), _) | (State::Greeted, AuthBefore::NeedsNothing) => true,
            _ => false,
        };
        let first = behaviours.auth_before_hello == AuthBefore::NeedsNothing;
        match () {
            // Where no greeting is asked for, it is the offer that counts first.
            () if first && nothing => Some(&NOT_OFFERED),
            () if cx.channel.identity.is_some() => Some(&ALREADY),
            () if !in_place => Some(&NOT_NOW),
            () if nothing => Some(&NOT_OFFERED),
            () => None,
        }
    }

    fn handle(&self, cx: &mut Context<'_>, state: State, command: &Command<'_>) -> (State, Ruling) {
        let Command::Auth { mechanism, initial } = command else {
            return (state, cx.rule(&crate::session::NOT_IMPLEMENTED, &[]));
        };
        if let Some(verdict) = self.out_of_place(cx, &state) {
            return (state, cx.rule(verdict, &[]));
        }
        let hello = match state {
            State::Ready(hello) => hello,
            _ => Hello { name: "".into(), extended: true },
        };
        let mechanism = match choose(cx, mechanism) {
            Ok(mechanism) => mechanism,
            Err(ruling) => return (ready(hello), ruling),
        };
        // RFC 4954 §4: a mechanism in which the server speaks first takes no initial response.
        if initial.is_some() && mechanism == Mechanism::CramMd5 {
            return match cx.settings.profile.behaviours.needless_initial {
                NeedlessInitial::Refused => (ready(hello), cx.rule(&NEEDLESS_INITIAL, &[])),
                NeedlessInitial::Ignored => begin(cx, hello, mechanism, None),
            };
        }
        let initial = match initial.map(|octets| decode(cx, octets, true)) {
            Some(None) => return (ready(hello), cx.rule(&NOT_BASE64, &[])),
            Some(Some(octets)) => Some(octets),
            None => None,
        };
        begin(cx, hello, mechanism, initial)
    }

    fn respond(&self, cx: &mut Context<'_>, hello: Hello, exchange: Exchange, line: &[u8]) -> (State, Ruling) {
        // RFC 4954 §4: a lone asterisk cancels the exchange, and the server answers 501.
        if line == b"*" {
            return (ready(hello), cx.rule(&CANCELLED, &[]));
        }
        match decode(cx, line, false) {
            Some(octets) if exchange.takes_plain() => match plain_message(cx, &octets) {
                Some(octets) if is_short(cx, octets) => (ready(hello), cx.rule(&MALFORMED, &[])),
                Some(octets) => go_on(cx, hello, exchange.respond(octets)),
                None => refuse(cx, hello),
            },
            Some(octets) if exchange.takes_login_name() && !is_name(cx, &octets) => refuse(cx, hello),
            Some(octets) => go_on(cx, hello, exchange.respond(&octets)),
            None => (ready(hello), cx.rule(&NOT_BASE64, &[])),
        }
    }
}

/// Begins an exchange with the decoded initial response, where there is one.
fn begin(cx: &mut Context<'_>, hello: Hello, mechanism: Mechanism, initial: Option<Vec<u8>>) -> (State, Ruling) {
    let seconds = cx.settings.epoch.saturating_add(cx.now.as_micros() / 1_000_000);
    let challenge = sasl::challenge(cx.settings.entropy, seconds, &cx.settings.name);
    match initial {
        Some(octets) if mechanism == Mechanism::Plain => match plain_message(cx, &octets) {
            Some(octets) if is_short(cx, octets) => (ready(hello), cx.rule(&MALFORMED, &[])),
            Some(octets) => go_on(cx, hello, Exchange::begin(mechanism, Some(octets), challenge)),
            None => refuse(cx, hello),
        },
        Some(octets)
            if mechanism == Mechanism::Login
                && octets.is_empty()
                && cx.settings.profile.behaviours.empty_initial == EmptyInitial::NoAnswer =>
        {
            go_on(cx, hello, Exchange::begin(mechanism, None, challenge))
        }
        Some(octets) if mechanism == Mechanism::Login && !is_name(cx, &octets) => refuse(cx, hello),
        initial => go_on(cx, hello, Exchange::begin(mechanism, initial.as_deref(), challenge)),
    }
}

/// The mechanisms on offer at this moment. RFC 4954 §4: no plaintext mechanism without TLS, unless the site insists.
fn offered<'a>(cx: &'a Context<'_>) -> impl Iterator<Item = Mechanism> + 'a {
    let in_clear = cx.channel.tls || cx.settings.plaintext_auth;
    let at_all = in_clear || cx.settings.profile.behaviours.auth_in_clear == AuthInClear::WithoutPassword;
    cx.settings
        .mechanisms
        .iter()
        .filter_map(|name| Mechanism::by_name(name.as_bytes()))
        .filter(move |mechanism| in_clear || at_all && !mechanism.is_plaintext())
}

fn choose(cx: &Context<'_>, name: &[u8]) -> Result<Mechanism, Ruling> {
    match cx.settings.profile.behaviours.auth_not_offered {
        NotOffered::SaysWhy => {}
        NotOffered::OutOfOrder | NotOffered::UnknownMechanism => {
            return match Mechanism::by_name(name).filter(|known| offered(cx).any(|it| it == *known)) {
                Some(mechanism) => Ok(mechanism),
                None => Err(cx.rule(&UNKNOWN_MECHANISM, &[])),
            };
        }
    }
    let configured = cx.settings.mechanisms.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(name));
    match Mechanism::by_name(name).filter(|_| configured) {
        Some(mechanism) if offered(cx).any(|known| known == mechanism) => Ok(mechanism),
        Some(_) => Err(cx.rule(&ENCRYPTION_REQUIRED, &[])),
        None => Err(cx.rule(&UNKNOWN_MECHANISM, &[])),
    }
}

/// RFC 4954 §5: is this the value of AUTH= on MAIL? Servers take none for the null one.
fn is_sender(value: &[u8]) -> bool {
    value == b"<>" || xtext::decode(value, &mut Vec::new()).is_ok()
}

/// Where the session stands after an exchange: where it stood before.
fn ready(hello: Hello) -> State {
    if hello.name.is_empty() { State::Greeted } else { State::Ready(hello) }
}

/// A PLAIN message as this server reads it; `None` where the user asks to act as somebody else and may not.
fn plain_message<'a>(cx: &Context<'_>, message: &'a [u8]) -> Option<&'a [u8]> {
    let behaviours = &cx.settings.profile.behaviours;
    let mut nuls = message.iter().enumerate().filter(|(_, octet)| **octet == 0).map(|(at, _)| at);
    let (first, second, third) = (nuls.next(), nuls.next(), nuls.next());
    if let (Some(first), Some(second)) = (first, second) {
        let (other, own) = (&message[..first], &message[first + 1..second]);
        if behaviours.authorization_identity == AuthorizationIdentity::MustBeOwn && !other.is_empty() && other != own {
            return None;
        }
    }
    match (behaviours.plain_parts, third) {
        (PlainParts::MoreIgnored, Some(third)) => Some(&message[..third]),
        _ => Some(message),
    }
}

/// May a user of LOGIN be called so?
fn is_name(cx: &Context<'_>, name: &[u8]) -> bool {
    cx.settings.profile.behaviours.login_names == LoginNames::Any
        || !name.is_empty() && name.iter().all(|octet| octet.is_ascii_alphanumeric() || b".-_@".contains(octet))
}

/// Is the password of a PLAIN message too short to be looked at?
fn is_short(cx: &Context<'_>, message: &[u8]) -> bool {
    let password = message.split(|octet| *octet == 0).nth(2);
    password.is_some_and(|password| password.len() < cx.settings.profile.limits.password)
}

fn go_on(cx: &mut Context<'_>, hello: Hello, next: Next) -> (State, Ruling) {
    match next {
        Next::Challenge(exchange, octets) => {
            let challenge = base64::encode(&octets);
            let ruling = cx.rule(&CHALLENGE, &[("challenge", &challenge)]);
            (State::Sasl(hello, Box::new(exchange)), ruling)
        }
        Next::Malformed => (ready(hello), cx.rule(&MALFORMED, &[])),
        Next::Claim(claim) => judge(cx, hello, claim),
        Next::Proven(user) => proven(cx, hello, &user),
        Next::Refused => refuse(cx, hello),
    }
}

fn judge(cx: &mut Context<'_>, hello: Hello, claim: Claim) -> (State, Ruling) {
    let any_case = cx.settings.profile.behaviours.user_names == UserNames::AnyCase;
    let is_named = |name: &str| name == claim.user || any_case && name.eq_ignore_ascii_case(&claim.user);
    let known = cx.settings.users.iter().find(|user| is_named(&user.name));
    let secret = match known {
        Some(user) if claim.takes_token() => user.token.as_deref(),
        user => user.map(|user| user.password.as_str()),
    };
    match claim.judge(secret) {
        Judged::Proven(user) => proven(cx, hello, &user),
        Judged::Wrong => refuse(cx, hello),
        Judged::Say(exchange, octets) => go_on(cx, hello, Next::Challenge(exchange, octets)),
    }
}

fn proven(cx: &mut Context<'_>, hello: Hello, user: &str) -> (State, Ruling) {
    cx.channel.identity = Some(Identity::proven(user));
    (ready(hello), cx.rule(&SUCCEEDED, &[]))
}

fn refuse(cx: &mut Context<'_>, hello: Hello) -> (State, Ruling) {
    cx.delay = cx.delay.plus(cx.settings.profile.limits.auth_failure);
    cx.channel.auth_failures = cx.channel.auth_failures.saturating_add(1);
    match cx.settings.profile.limits.auth_failures {
        // RFC 4954 §9: the server may close, but not before three tries.
        Some(most) if cx.channel.auth_failures > most.max(3) => {
            (State::Closed, cx.rule_then(&TOO_MANY_FAILURES, &[], Then::Close))
        }
        _ => (ready(hello), cx.rule(&INVALID, &[])),
    }
}

/// RFC 4954 §4: base64 in the standard alphabet, padded; `=` alone stands for no octets in the initial response.
fn decode(cx: &Context<'_>, octets: &[u8], initial: bool) -> Option<Vec<u8>> {
    let behaviours = &cx.settings.profile.behaviours;
    let kept: Vec<u8> = match behaviours.sasl_white_space {
        SaslWhiteSpace::Refused => octets.to_vec(),
        SaslWhiteSpace::Ignored => octets.iter().copied().filter(|octet| !matches!(octet, b' ' | b'\t')).gather(),
    };
    match (kept.as_slice(), behaviours.lone_equals) {
        (b"=", LoneEquals::Empty) => Some(Vec::new()),
        (b"=", LoneEquals::NotBase64) => initial.then(Vec::new),
        (b"=", LoneEquals::NeverBase64) => None,
        (octets, _) if behaviours.unused_bits == UnusedBits::Ignored => base64::decode_loosely(octets),
        (octets, _) => base64::decode(octets),
    }
}
