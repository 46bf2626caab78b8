//! MAIL, RCPT and VRFY once they are in order: limits, parameters of extensions, policies, acceptance.
//!
//! Where they are in order, [`State::handle`](super::State::handle) says.

use super::behaviours::{AddressFault, AfterHelo, NonAscii, Verify};
use super::context::{Context, Facts, Stage};
use super::ruling::{Ruling, Verdict};
use super::state::State;
use super::transaction::{Hello, Transaction};
use crate::smtp::{ForwardPath, Mailbox, Parameters, ReplyCode, ReversePath, Verb, Wishes};

/// RFC 5321 §4.5.3.1.3: longer than the 256 octets every server takes.
const PATH_TOO_LONG: Verdict = Verdict::new("server.limit.path", ReplyCode::BAD_ARGUMENT, (5, 1, 3), "Path too long");
/// RFC 5321 §4.5.3.1.1: a local-part over 64 octets.
const LOCAL_PART_TOO_LONG: Verdict =
    Verdict::new("server.limit.local-part", ReplyCode::BAD_ARGUMENT, (5, 1, 3), "Local-part too long");
/// RFC 5321 §4.5.3.1.2: a domain over 255 octets.
const DOMAIN_TOO_LONG: Verdict =
    Verdict::new("server.limit.domain", ReplyCode::BAD_ARGUMENT, (5, 1, 3), "Domain too long");
/// RFC 5321 §4.5.3.1.8: more recipients than the server buffers; 452, never 552 (§4.5.3.1.10).
const TOO_MANY_RECIPIENTS: Verdict =
    Verdict::new("server.limit.recipients", ReplyCode::INSUFFICIENT_STORAGE, (4, 5, 3), "Too many recipients");
/// RFC 5321 §7.9: so many recipients were refused that no more are looked at.
const TOO_MANY_BAD_RECIPIENTS: Verdict =
    Verdict::new("server.limit.bad-recipients", ReplyCode::MAILBOX_UNAVAILABLE, (5, 7, 1), "Too many bad recipients");
/// RFC 5321 §4.1.1.11: a parameter that no extension on offer defines.
const UNKNOWN_PARAMETER: Verdict = Verdict::new(
    "server.parameter.unknown",
    ReplyCode::PARAMETERS_NOT_RECOGNIZED,
    (5, 5, 4),
    "Parameter {parameter} not recognized or not implemented",
);
/// RFC 5321 §2.2.1: parameters belong to extensions, and HELO offers none.
const PARAMETER_AFTER_HELO: Verdict = Verdict::new(
    "server.parameter.after-helo",
    ReplyCode::PARAMETERS_NOT_RECOGNIZED,
    (5, 5, 4),
    "Parameters need EHLO first",
);
/// RFC 6531 §3.2: octets over 127 in an address, without SMTPUTF8.
const NON_ASCII: Verdict =
    Verdict::new("server.address.non-ascii", ReplyCode::MAILBOX_NOT_ALLOWED, (5, 6, 7), "Address is not ASCII");
/// RFC 5321 §7.3: VRFY disabled for security reasons is answered 252.
const VRFY_CANNOT: Verdict = Verdict::new(
    "server.vrfy.cannot",
    ReplyCode::CANNOT_VERIFY,
    (2, 5, 0),
    "Cannot verify a user, but will take mail for this one and try to deliver it",
);
/// RFC 5321 §3.5.3: 250, the mailbox is there.
const VRFY_KNOWN: Verdict = Verdict::new("server.vrfy.known", ReplyCode::OK, (2, 1, 5), "<{path}>");
/// RFC 5321 §3.5.3: 550, the mailbox is not there.
const VRFY_UNKNOWN: Verdict =
    Verdict::new("server.vrfy.unknown", ReplyCode::MAILBOX_UNAVAILABLE, (5, 1, 1), "{path}... User unknown");
/// RFC 5321 §4.1.1.2: MAIL accepted.
const MAIL: Verdict = Verdict::new("server.mail.accepted", ReplyCode::OK, (2, 1, 0), "Sender ok");
/// RFC 5321 §4.1.1.3: RCPT accepted.
const RCPT: Verdict = Verdict::new("server.rcpt.accepted", ReplyCode::OK, (2, 1, 5), "Recipient ok");

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] = &[
    &PATH_TOO_LONG,
    &LOCAL_PART_TOO_LONG,
    &DOMAIN_TOO_LONG,
    &TOO_MANY_RECIPIENTS,
    &TOO_MANY_BAD_RECIPIENTS,
    &UNKNOWN_PARAMETER,
    &PARAMETER_AFTER_HELO,
    &NON_ASCII,
    &VRFY_CANNOT,
    &VRFY_KNOWN,
    &VRFY_UNKNOWN,
    &MAIL,
    &RCPT,
];

pub(super) fn mail(
    cx: &mut Context<'_>,
    hello: Hello,
    path: &ReversePath<'_>,
    parameters: Parameters<'_>,
) -> (State, Ruling) {
    match open_transaction(cx, &hello, path, parameters) {
        Ok(transaction) => {
            let values = [("path", transaction.reverse_path.as_str())];
            let ruling = cx.rule(&MAIL, &values);
            (State::Mail(hello, transaction), ruling)
        }
        Err(ruling) => (State::Ready(hello), ruling),
    }
}

fn open_transaction(
    cx: &mut Context<'_>,
    hello: &Hello,
    path: &ReversePath<'_>,
    parameters: Parameters<'_>,
) -> Result<Transaction, Ruling> {
    let mut transaction =
        Transaction { reverse_path: path.mailbox().map_or_else(String::new, written), ..Transaction::default() };
    if let Some(mailbox) = path.mailbox() {
        within_limits(cx, Verb::Mail, path.len(), mailbox)?;
    }
    take_parameters(cx, hello, Verb::Mail, parameters, &mut transaction)?;
    if let Some(mailbox) = path.mailbox() {
        in_ascii(cx, &transaction, mailbox)?;
    }
    let facts = Facts { hello: Some(hello), transaction: Some(&transaction), forward_path: None, size: None };
    match cx.consult(Stage::Mail, &facts) {
        Some(ruling) => Err(ruling),
        None => Ok(transaction),
    }
}

pub(super) fn recipient(
    cx: &mut Context<'_>,
    hello: &Hello,
    transaction: &Transaction,
    already: usize,
    path: ForwardPath<'_>,
    parameters: Parameters<'_>,
) -> Result<(String, Wishes, Ruling), Ruling> {
    within_limits(cx, Verb::Rcpt, path.len(), path.mailbox())?;
    in_ascii(cx, transaction, path.mailbox())?;
    // What its parameters say is of this recipient alone.
    let mut own = Transaction { reverse_path: String::new(), wishes: Wishes::default(), ..*transaction };
    take_parameters(cx, hello, Verb::Rcpt, parameters, &mut own)?;
    if already >= cx.settings.profile.limits.recipients {
        return Err(cx.rule(&TOO_MANY_RECIPIENTS, &[]));
    }
    if has_bad_recipients(cx, already) {
        return Err(cx.rule(&TOO_MANY_BAD_RECIPIENTS, &[]));
    }
    let facts = Facts { hello: Some(hello), transaction: Some(transaction), forward_path: Some(path), size: None };
    if let Some(ruling) = cx.consult(Stage::Rcpt, &facts) {
        return Err(ruling);
    }
    let to = written(path.mailbox());
    let ruling = cx.rule(&RCPT, &[("path", &to)]);
    Ok((to, own.wishes, ruling))
}

/// Are so many recipients of this transaction refused that more are not looked at?
fn has_bad_recipients(cx: &Context<'_>, accepted: usize) -> bool {
    let bad = cx.channel.bad_recipients as usize;
    let all = bad.saturating_add(accepted);
    let most = cx.settings.profile.limits.bad_recipients;
    most.is_some_and(|most| all >= most as usize && accepted < all.saturating_add(1) / 2)
}

/// A mailbox as text, as it stands on the line.
fn written(mailbox: Mailbox<'_>) -> String {
    String::from_utf8_lossy(mailbox.as_bytes()).into_owned()
}

fn within_limits(cx: &Context<'_>, verb: Verb, path: usize, mailbox: Mailbox<'_>) -> Result<(), Ruling> {
    let limits = &cx.settings.profile.limits;
    let domain = mailbox.domain();
    let label = |most| domain.is_some_and(|it| it.as_bytes().split(|it| *it == b'.').any(|it| it.len() > most));
    // The DNS allows labels of 63 octets, and a domain is a name of the DNS (RFC 5321 §2.3.5).
    let too_long = if mailbox.local_part().len() > limits.local_part {
        Some(&LOCAL_PART_TOO_LONG)
    } else if domain.is_some_and(|domain| domain.len() > limits.domain) || limits.label.is_some_and(label) {
        Some(&DOMAIN_TOO_LONG)
    } else {
        // RFC 5321 §4.5.3.1.3 counts the angle brackets.
        (path > limits.path).then_some(&PATH_TOO_LONG)
    };
    match (too_long, cx.settings.profile.behaviours.long_address, verb) {
        (Some(verdict), AddressFault::SaysWhat, _) => Err(cx.rule(verdict, &[])),
        (Some(_), AddressFault::AsBadPath, Verb::Mail) => Err(cx.rule(&crate::session::BAD_REVERSE_PATH, &[])),
        (Some(_), AddressFault::AsBadPath, _) => Err(cx.rule(&crate::session::BAD_FORWARD_PATH, &[])),
        (None, ..) => Ok(()),
    }
}

/// RFC 6531 §3.2: octets over 127 in an address need SMTPUTF8.
fn in_ascii(cx: &Context<'_>, transaction: &Transaction, mailbox: Mailbox<'_>) -> Result<(), Ruling> {
    let taken = cx.settings.profile.behaviours.non_ascii_address == NonAscii::Taken;
    if taken || transaction.utf8 || mailbox.is_ascii() { Ok(()) } else { Err(cx.rule(&NON_ASCII, &[])) }
}

fn take_parameters(
    cx: &Context<'_>,
    hello: &Hello,
    verb: Verb,
    parameters: Parameters<'_>,
    into: &mut Transaction,
) -> Result<(), Ruling> {
    for parameter in parameters.iter() {
        let name = String::from_utf8_lossy(parameter.keyword());
        if !hello.extended && cx.settings.profile.behaviours.parameters_after_helo == AfterHelo::Refused {
            return Err(cx.rule(&PARAMETER_AFTER_HELO, &[("parameter", &name)]));
        }
        let known = cx
            .settings
            .extensions
            .iter()
            .find(|extension| extension.has_parameter(verb, parameter.keyword()) && extension.offer(cx).is_some());
        match known {
            Some(extension) => extension.parameter(cx, parameter, into)?,
            None if is_taken_unread(cx, verb, parameter.keyword()) => {}
            None => return Err(cx.rule(&UNKNOWN_PARAMETER, &[("parameter", &name)])),
        }
    }
    Ok(())
}

/// Does this server take the parameter and do nothing with it?
fn is_taken_unread(cx: &Context<'_>, verb: Verb, keyword: &[u8]) -> bool {
    let own = &cx.settings.profile.mail_parameters;
    verb == Verb::Mail && own.iter().any(|own| own.as_bytes().eq_ignore_ascii_case(keyword))
}

/// What VRFY tells of an address.
pub(super) fn verify(cx: &mut Context<'_>, state: &State, address: &[u8]) -> Ruling {
    let text = String::from_utf8_lossy(address);
    let inner = text.trim().trim_start_matches('<').trim_end_matches('>');
    let mailbox = Mailbox::parse(inner.as_bytes()).ok();
    let path = [("path", inner)];
    match cx.settings.profile.behaviours.vrfy {
        Verify::Forbidden if mailbox.is_none() => {
            cx.rule(&crate::session::BAD_ARGUMENT, &[("problem", "an address is expected")])
        }
        Verify::Nothing | Verify::Forbidden => cx.rule(&VRFY_CANNOT, &path),
        Verify::Mailboxes => match mailbox {
            Some(mailbox) if !cx.is_local(&mailbox) => cx.rule(&VRFY_CANNOT, &path),
            Some(mailbox) if cx.settings.has_mailbox(mailbox.local_part().as_bytes()) => cx.rule(&VRFY_KNOWN, &path),
            None if cx.settings.has_mailbox(inner.as_bytes()) => cx.rule(&VRFY_KNOWN, &path),
            _ => cx.rule(&VRFY_UNKNOWN, &path),
        },
        Verify::Refusals => {
            let domain = cx.settings.local_domains.first().map_or("", String::as_str);
            let whole = if inner.contains('@') { format!("<{inner}>") } else { format!("<{inner}@{domain}>") };
            let Ok(forward_path) = ForwardPath::parse(whole.as_bytes()) else {
                return cx.rule(&crate::session::BAD_FORWARD_PATH, &[("problem", "an address is expected")]);
            };
            let transaction = Transaction::default();
            let facts = Facts {
                hello: state.hello(),
                transaction: Some(&transaction),
                forward_path: Some(forward_path),
                size: None,
            };
            cx.consult(Stage::Rcpt, &facts).unwrap_or_else(|| cx.rule(&VRFY_CANNOT, &path))
        }
    }
}
