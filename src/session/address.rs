//! MAIL, RCPT and VRFY once they are in order: limits, parameters of extensions, policies, acceptance.
//!
//! Where they are in order, [`State::handle`](super::State::handle) says.

use std::sync::Arc;

use super::behaviours::{
    AddressFault, AfterHelo, MissingValue, NoDomain, NonAscii, Notify, RecipientsCounted, RefusedSize, Verify,
};
use super::context::{Context, Facts, Stage};
use super::form::path_fault;
use super::line::BAD_MAILBOX;
use super::ruling::{Ruling, Verdict};
use super::state::{EXPN_CANNOT, State};
use super::transaction::{Hello, Recipient, Transaction};
use crate::smtp::{ForwardPath, Mailbox, Parameters, ReplyCode, ReversePath, Verb};

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
/// The same, of RCPT.
const UNKNOWN_OF_RECIPIENT: Verdict = Verdict::new(
    "server.parameter.unknown-of-recipient",
    ReplyCode::PARAMETERS_NOT_RECOGNIZED,
    (5, 5, 4),
    "Parameter {parameter} not recognized or not implemented",
);
/// RFC 5321 §4.1.1.11: a parameter's value is what its extension defines; here there is none.
const NO_VALUE: Verdict =
    Verdict::new("server.parameter.no-value", ReplyCode::BAD_ARGUMENT, (5, 5, 4), "{parameter} needs a value");
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
    &UNKNOWN_OF_RECIPIENT,
    &NO_VALUE,
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
            let values = [("path", &*transaction.reverse_path)];
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
        Transaction { reverse_path: path.mailbox().map_or_else(|| "".into(), written), ..Transaction::default() };
    if let Some(mailbox) = path.mailbox() {
        within_limits(cx, Verb::Mail, path.len(), mailbox)?;
    }
    // What no extension makes an address is none before the parameters are read.
    let unread = cx.settings.profile.behaviours.non_ascii_address == NonAscii::NoAddress;
    if let Some(mailbox) = path.mailbox().filter(|_| unread) {
        in_ascii(cx, Verb::Mail, &transaction, mailbox)?;
    }
    transaction.declared_size = cx.channel.refused_size.take();
    let taken = take_parameters(cx, hello, Verb::Mail, parameters, &mut transaction);
    if taken.is_err() && cx.settings.profile.behaviours.refused_size == RefusedSize::Kept {
        cx.channel.refused_size = transaction.declared_size;
    }
    taken?;
    if let Some(mailbox) = path.mailbox() {
        in_ascii(cx, Verb::Mail, &transaction, mailbox)?;
        if !has_domain(cx, mailbox) {
            return Err(no_domain(cx));
        }
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
    transaction: &mut Transaction,
    already: usize,
    path: ForwardPath<'_>,
    parameters: Parameters<'_>,
) -> Result<(Recipient, Ruling), Ruling> {
    within_limits(cx, Verb::Rcpt, path.len(), path.mailbox())?;
    in_ascii(cx, Verb::Rcpt, transaction, path.mailbox())?;
    let mut wishes = None;
    if !parameters.is_empty() {
        // What its parameters say is of this recipient alone.
        let reverse_path = Arc::clone(&transaction.reverse_path);
        let mut own = Transaction { reverse_path, wishes, ..*transaction };
        let taken = take_parameters(cx, hello, Verb::Rcpt, parameters, &mut own);
        if cx.settings.profile.behaviours.notify == Notify::PiledUp {
            transaction.notify = own.notify;
        }
        taken?;
        wishes = own.wishes;
    }
    if !is_whole(cx, &path) {
        return Err(no_domain(cx));
    }
    let refused = match cx.settings.profile.behaviours.recipients_counted {
        RecipientsCounted::Accepted => 0,
        RecipientsCounted::All => cx.channel.bad_recipients as usize,
    };
    if already.saturating_add(refused) >= cx.settings.profile.limits.recipients {
        return Err(cx.rule(&TOO_MANY_RECIPIENTS, &[]));
    }
    if has_bad_recipients(cx, already) {
        return Err(cx.rule(&TOO_MANY_BAD_RECIPIENTS, &[]));
    }
    let facts = Facts { hello: Some(hello), transaction: Some(transaction), forward_path: Some(path), size: None };
    if let Some(ruling) = cx.consult(Stage::Rcpt, &facts) {
        return Err(ruling);
    }
    let forward_path = written(path.mailbox());
    let ruling = cx.rule(&RCPT, &[("path", &forward_path)]);
    Ok((Recipient { forward_path, wishes }, ruling))
}

/// Are so many recipients of this transaction refused that more are not looked at?
fn has_bad_recipients(cx: &Context<'_>, accepted: usize) -> bool {
    let bad = cx.channel.bad_recipients as usize;
    let all = bad.saturating_add(accepted);
    let most = cx.settings.profile.limits.bad_recipients;
    most.is_some_and(|most| all >= most as usize && accepted < all.saturating_add(1) / 2)
}

/// A mailbox as text, as it stands on the line.
fn written(mailbox: Mailbox<'_>) -> Arc<str> {
    match str::from_utf8(mailbox.as_bytes()) {
        Ok(text) => text.into(),
        Err(_) => String::from_utf8_lossy(mailbox.as_bytes()).into(),
    }
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

/// RFC 5321 §4.1.2: a mailbox has a domain. Servers that read one without it may still refuse it.
fn has_domain(cx: &Context<'_>, mailbox: Mailbox<'_>) -> bool {
    mailbox.domain().is_some() || cx.settings.profile.behaviours.mailbox_without_domain == NoDomain::Taken
}

/// The same of a recipient, where `<Postmaster>` needs none (RFC 5321 §4.1.1.3).
fn is_whole(cx: &Context<'_>, path: &ForwardPath<'_>) -> bool {
    let local_part = path.mailbox().local_part();
    local_part.is_postmaster() && !local_part.is_quoted() || has_domain(cx, path.mailbox())
}

fn no_domain(cx: &Context<'_>) -> Ruling {
    cx.rule(&BAD_MAILBOX, &[("problem", "a domain is expected")])
}

/// RFC 6531 §3.2: octets over 127 in an address need SMTPUTF8.
fn in_ascii(cx: &Context<'_>, verb: Verb, transaction: &Transaction, mailbox: Mailbox<'_>) -> Result<(), Ruling> {
    let domain = mailbox.domain().is_none_or(|domain| domain.as_bytes().is_ascii());
    let no_path =
        if verb == Verb::Mail { &crate::session::BAD_REVERSE_PATH } else { &crate::session::BAD_FORWARD_PATH };
    match cx.settings.profile.behaviours.non_ascii_address {
        _ if mailbox.is_ascii() => Ok(()),
        NonAscii::NoAddress => Err(cx.rule(no_path, &[])),
        NonAscii::InLocalPart if !domain && !transaction.utf8 => Err(cx.rule(no_path, &[])),
        NonAscii::Refused if !transaction.utf8 => Err(cx.rule(&NON_ASCII, &[])),
        NonAscii::Refused | NonAscii::Taken | NonAscii::InLocalPart => Ok(()),
    }
}

fn take_parameters(
    cx: &Context<'_>,
    hello: &Hello,
    verb: Verb,
    parameters: Parameters<'_>,
    into: &mut Transaction,
) -> Result<(), Ruling> {
    for parameter in parameters.iter() {
        let name = || String::from_utf8_lossy(parameter.keyword());
        if !hello.extended && cx.settings.profile.behaviours.parameters_after_helo == AfterHelo::Refused {
            return Err(cx.rule(&PARAMETER_AFTER_HELO, &[("parameter", &name())]));
        }
        let known = cx
            .settings
            .extensions
            .iter()
            .find(|extension| extension.has_parameter(verb, parameter.keyword()) && extension.is_offered(cx));
        let unread = takes_unread(cx, verb, parameter.keyword());
        let wants_value = known.map_or_else(|| unread.as_ref().is_some_and(|it| it.wants_value), |it| it.wants_value());
        if wants_value {
            match (cx.settings.profile.behaviours.missing_value, parameter.value()) {
                (MissingValue::Refused, None) => return Err(cx.rule(&NO_VALUE, &[("parameter", &name())])),
                (MissingValue::Unknown, None) => return Err(unknown_parameter(cx, verb, &name())),
                // Nothing behind the equals sign. Without the sign the keyword is read; its extension says if that will do.
                (MissingValue::Ignored, Some(b"")) => continue,
                _ => {}
            }
        }
        match known {
            Some(extension) => extension.parameter(cx, parameter, into)?,
            None if unread.is_some() => {}
            None => return Err(unknown_parameter(cx, verb, &name())),
        }
    }
    cx.settings.extensions.iter().try_for_each(|extension| extension.settle(cx, into))
}

fn unknown_parameter(cx: &Context<'_>, verb: Verb, name: &str) -> Ruling {
    let verdict = if verb == Verb::Mail { &UNKNOWN_PARAMETER } else { &UNKNOWN_OF_RECIPIENT };
    cx.rule(verdict, &[("parameter", name)])
}

/// Does this server take the parameter and do nothing with it? In its data one that ends in an equals sign needs a value.
fn takes_unread(cx: &Context<'_>, verb: Verb, keyword: &[u8]) -> Option<Unread> {
    let own = cx.settings.profile.mail_parameters.iter().filter(|_| verb == Verb::Mail);
    own.map(|own| (own.trim_end_matches('='), own.ends_with('=')))
        .find(|(name, _)| name.as_bytes().eq_ignore_ascii_case(keyword))
        .map(|(_, wants_value)| Unread { wants_value })
}

/// A parameter that is taken and not acted on.
struct Unread {
    wants_value: bool,
}

/// What VRFY or EXPN tells of a name or an address.
pub(super) fn verify(cx: &mut Context<'_>, state: &State, verb: Verb, argument: &[u8]) -> Ruling {
    let behaviours = &cx.settings.profile.behaviours;
    let (tells, cannot) = match verb {
        Verb::Expn => (behaviours.expn, &EXPN_CANNOT),
        _ => (behaviours.vrfy, &VRFY_CANNOT),
    };
    let text = String::from_utf8_lossy(argument);
    let path = [("path", text.trim())];
    if matches!(tells, Verify::Nothing | Verify::Unread) {
        return cx.rule(cannot, &path);
    }
    // The name of a mailbox may stand for it (RFC 5321 §3.5.1).
    let bare = text.trim().trim_start_matches('<').trim_end_matches('>');
    let domain = cx.settings.local_domains.first().map_or("", String::as_str);
    let unqualified = tells != Verify::Forbidden && !bare.is_empty() && !bare.contains(['@', '<', ' ']);
    let whole = if unqualified { format!("<{bare}@{domain}>") } else { in_brackets(text.trim()) };
    let forward_path = match ForwardPath::parse_in(whole.as_bytes(), &cx.settings.profile.dialect) {
        Ok(path) if is_whole(cx, &path) => path,
        Err(error) if tells != Verify::Forbidden => {
            let verdict = path_fault(cx, verb, &error, whole.as_bytes());
            return cx.rule(verdict, &[("problem", "an address is expected")]);
        }
        _ => return cx.rule(&crate::session::BAD_ARGUMENT, &[("problem", "an address is expected")]),
    };
    let transaction = Transaction::default();
    let facts =
        Facts { hello: state.hello(), transaction: Some(&transaction), forward_path: Some(forward_path), size: None };
    match tells {
        Verify::Nothing | Verify::Unread | Verify::Forbidden => cx.rule(cannot, &path),
        Verify::Refusals => cx.consult(Stage::Rcpt, &facts).unwrap_or_else(|| cx.rule(cannot, &path)),
        Verify::Mailboxes => match cx.mailbox_exists(&forward_path.mailbox()) {
            None if verb == Verb::Vrfy => cx.rule(cannot, &path),
            None | Some(true) => cx.rule(&VRFY_KNOWN, &path),
            Some(false) => cx.rule(&VRFY_UNKNOWN, &path),
        },
    }
}

/// The argument with a bracket on either side, where it has none.
fn in_brackets(text: &str) -> String {
    if text.contains(['<', '>']) { text.to_owned() } else { format!("<{text}>") }
}
