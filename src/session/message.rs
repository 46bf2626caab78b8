//! The end of the mail data: what the server makes of a message before it takes responsibility for it.
//!
//! RFC 5321 §4.4: a trace line goes on top. On submission the server may complete the header (RFC 6409 §8). Not
//! here: where stuffed dots are and where the data ends, which is [`crate::smtp::data`].

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::dns::Zone;
use crate::reason::Reason;
use crate::session::behaviours::{MessageForm, WaitingInput};
use crate::session::context::{Context, Facts, Stage};
use crate::session::line::{LINE_TOO_LONG, NOT_OFFERED};
use crate::session::ruling::{Ruling, Then, Verdict};
use crate::session::settings::Role;
use crate::session::state::{Incoming, State};
use crate::session::transaction::{Deliverable, Envelope, Hello};
use crate::session::{Outbox, Part, Session};
use crate::smtp::ReplyCode;
use crate::smtp::data::Progress;
use crate::time::{Instant, date};

/// RFC 5321 §4.1.1.4 and §6.1: the server takes responsibility.
pub(super) const ACCEPTED: Verdict =
    Verdict::new("server.message.accepted", ReplyCode::OK, (2, 0, 0), "Message accepted, queued as {id}");
/// RFC 1870 §4: over the size the server takes.
pub(super) const TOO_BIG: Verdict = Verdict::new(
    "server.message.too-big",
    ReplyCode::EXCEEDED_STORAGE,
    (5, 3, 4),
    "Message is {size} octets, over the limit of {limit}",
);
/// RFC 5321 §2.3.8: a line end that is not CRLF, where the server refuses such messages.
pub(super) const BARE_LINE_END: Verdict =
    Verdict::new("server.message.bare-line-end", ReplyCode::TRANSACTION_FAILED, (5, 6, 0), "Bare CR or LF in message");
/// RFC 5321 §4.5.3.1.6: a text line over what the server takes.
pub(super) const TEXT_LINE_TOO_LONG: Verdict = Verdict::new(
    "server.message.line-too-long",
    ReplyCode::MAILBOX_UNAVAILABLE,
    (5, 6, 0),
    "A line of the message is over the limit of {limit} octets",
);
/// RFC 5322 §2.1: a message begins with header fields.
pub(super) const NO_HEADER: Verdict = Verdict::new(
    "server.message.no-header",
    ReplyCode::MAILBOX_UNAVAILABLE,
    (5, 7, 1),
    "The message does not begin with a header",
);

/// RFC 5321 §6.3: so many trace lines that the message goes round in a loop.
pub(super) const LOOP: Verdict =
    Verdict::new("server.message.loop", ReplyCode::TRANSACTION_FAILED, (5, 4, 6), "Too many hops, routing loop");
/// RFC 5321 §4.5.2 gives the content back as it came; this server takes no NUL in it.
pub(super) const NUL_IN_CONTENT: Verdict =
    Verdict::new("server.message.nul", ReplyCode::TRANSACTION_FAILED, (5, 6, 1), "NUL in message");

/// RFC 5321 §4.1.1.4: what this server took for the end of the data is none.
pub(super) const LOOSE_END: Reason = Reason::new("server.message.loose-end");
/// RFC 6409 §8.2: the submission server added the Date header field the message lacked.
pub(super) const ADDED_DATE: Reason = Reason::new("server.submission.added-date");
/// RFC 6409 §8.3: the submission server added the Message-ID header field the message lacked.
pub(super) const ADDED_MESSAGE_ID: Reason = Reason::new("server.submission.added-message-id");

/// RFC 5321 §4.5.3.1.7 sets no limit to the header section alone; some servers have one.
const HEADER_TOO_BIG: Verdict = Verdict::new(
    "server.message.header-too-big",
    ReplyCode::EXCEEDED_STORAGE,
    (5, 3, 4),
    "Header section exceeds {limit} octets",
);

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] =
    &[&HEADER_TOO_BIG, &ACCEPTED, &TOO_BIG, &BARE_LINE_END, &TEXT_LINE_TOO_LONG, &NO_HEADER, &LOOP, &NUL_IN_CONTENT];

impl Session {
    /// Feeds the input to the mail data; when it has ended the ruling, with what was accepted;
    /// `None` when more must come.
    pub(super) fn take_data(
        &mut self,
        now: Instant,
        zone: &Zone,
        input: &mut &[u8],
        out: &mut Outbox,
    ) -> Option<(Ruling, Option<Envelope>)> {
        let limit = self.settings.profile.limits.message;
        let State::Data(_, _, incoming) = &mut self.state else { return None };
        let progress = incoming.feed(input, limit);
        let (used, refused) = match progress {
            Progress::More => {
                out.took(Part::Content, input.len());
                *input = &[];
                return None;
            }
            Progress::End { used } => (used, false),
            Progress::Refused { used, .. } => (used, true),
        };
        out.took(Part::Content, used);
        if incoming.decoder.facts().loose_end {
            out.found(LOOSE_END, "not CRLF . CRLF".to_owned());
        }
        *input = &input[used..];
        let closes =
            !refused && !input.is_empty() && self.settings.profile.behaviours.waiting_input == WaitingInput::Closes;
        let longest = incoming.decoder.facts().overlong_line.unwrap_or_default();
        let too_long = self.settings.profile.limits.data_line.is_some_and(|most| longest > most);
        let mut accepted = None;
        let ruling = self.decide(now, zone, out, &mut |cx, state| match state {
            State::Data(hello, deliverable, incoming) => {
                let ruling = if too_long {
                    cx.rule_then(&LINE_TOO_LONG, &[], Then::Close)
                } else if closes {
                    cx.rule_then(&NOT_OFFERED, &[], Then::Close)
                } else if refused {
                    // The rest cannot be told from commands any more, so the connection ends.
                    cx.rule_then(&BARE_LINE_END, &[], Then::Close)
                } else {
                    {
                        let content = Content { octets: &incoming.content, size: incoming.decoder.facts().content };
                        judge_content(cx, &hello, deliverable, content, &mut accepted)
                    }
                };
                (State::Ready(hello), ruling)
            }
            other => (other, cx.rule(&ACCEPTED, &[])),
        });
        Some((ruling, accepted))
    }
}

impl Incoming {
    /// Takes what belongs to the mail data. Over the limit the content is thrown away but still counted, since the
    /// server must read to the end before it can answer (RFC 1870 §6.2).
    fn feed(&mut self, octets: &[u8], limit: Option<u64>) -> Progress {
        let content = &mut self.content;
        self.decoder.feed(octets, |piece| {
            if limit.is_none_or(|limit| (content.len() + piece.octets.len()) as u64 <= limit) {
                content.extend_from_slice(piece.octets);
            }
        })
    }
}

/// The content of a message as it came, without stuffed dots.
#[derive(Clone, Copy)]
pub(super) struct Content<'a> {
    /// Its octets, as far as they were kept.
    pub(super) octets: &'a [u8],
    /// How many there were.
    pub(super) size: u64,
}

/// The server's answer to a whole message (RFC 5321 §4.1.1.4).
pub(super) fn judge_content(
    cx: &mut Context<'_>,
    hello: &Hello,
    deliverable: Deliverable,
    content: Content<'_>,
    accepted: &mut Option<Envelope>,
) -> Ruling {
    let Content { octets, size } = content;
    if let Some(limit) = cx.settings.profile.limits.message.filter(|limit| size > *limit) {
        return cx.rule(&TOO_BIG, &[("size", &size.to_string()), ("limit", &limit.to_string())]);
    }
    let facts = Facts {
        hello: Some(hello),
        transaction: Some(deliverable.transaction()),
        forward_path: None,
        size: Some(size),
    };
    if let Some(ruling) = cx.consult(Stage::Message, &facts) {
        return ruling;
    }
    if let Some(limit) = cx.settings.profile.limits.text_line.filter(|limit| longest_line(octets) > *limit) {
        return cx.rule(&TEXT_LINE_TOO_LONG, &[("limit", &limit.to_string())]);
    }
    if let Some(limit) = cx.settings.profile.limits.header.filter(|limit| header_size(octets) > *limit) {
        return cx.rule(&HEADER_TOO_BIG, &[("limit", &limit.to_string())]);
    }
    let form = cx.settings.profile.behaviours.message_form;
    if form == MessageForm::HeaderNeeded && !begins_with_header(octets) {
        return cx.rule(&NO_HEADER, &[]);
    }
    if form == MessageForm::WithoutNul && octets.contains(&0) {
        return cx.rule(&NUL_IN_CONTENT, &[]);
    }
    if cx.settings.profile.limits.hops.is_some_and(|most| hops(octets) > most as usize) {
        return cx.rule(&LOOP, &[]);
    }
    let id = queue_id(cx);
    let message = complete(cx, hello, &deliverable, octets, &id);
    let ruling = cx.rule(&ACCEPTED, &[("id", &id)]);
    *accepted = Some(Envelope {
        hello: hello.clone(),
        peer: cx.channel.peer,
        tls: cx.channel.tls,
        user: cx.channel.identity.as_ref().map(|identity| identity.user().to_owned()),
        reverse_path: deliverable.transaction().reverse_path.clone(),
        forward_paths: deliverable.forward_paths().clone(),
        eight_bit: deliverable.transaction().eight_bit,
        asked: deliverable.into_asked(),
        id,
        message,
    });
    ruling
}

/// A queue id: unlike for every message of a server, alike in every run of a scenario.
fn queue_id(cx: &mut Context<'_>) -> String {
    cx.memory.accepted = cx.memory.accepted.wrapping_add(1);
    // SplitMix64's finaliser: neighbouring counts give ids that look unlike.
    let mut bits = cx.settings.entropy.wrapping_add(cx.memory.accepted.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits ^= bits >> 27;
    let mut id = String::with_capacity(10);
    let _ = write!(id, "{:010X}", bits & 0xFF_FFFF_FFFF);
    id
}

/// Room for the lines that a server adds.
const TRACE: usize = 256;

/// The message with what this server adds on top.
fn complete(cx: &mut Context<'_>, hello: &Hello, deliverable: &Deliverable, content: &[u8], id: &str) -> Vec<u8> {
    let date = date(cx.settings.epoch, cx.now);
    let mut added = String::with_capacity(TRACE + content.len());
    trace(cx, hello, deliverable, id, &date, &mut added);
    if cx.settings.role == Role::Msa {
        // RFC 6409 §8.2: the MSA MAY add a Date the message lacks.
        if !has_field(content, b"date") {
            let _ = write!(added, "Date: {date}\r\n");
            cx.find(ADDED_DATE, format!("Date: {date}"));
        }
        // RFC 6409 §8.3: the MSA SHOULD add a Message-ID the message lacks.
        if !has_field(content, b"message-id") {
            let field = format!("Message-ID: <{id}@{}>", cx.settings.name);
            let _ = write!(added, "{field}\r\n");
            cx.find(ADDED_MESSAGE_ID, field);
        }
    }
    let mut message = added.into_bytes();
    message.extend_from_slice(content);
    message
}

/// RFC 5321 §4.4: the trace line on top, with the client's name and address in FROM, and FOR only where there is
/// exactly one recipient; RFC 3848 §1 names the WITH keywords. On final delivery the return path goes above it.
fn trace(cx: &Context<'_>, hello: &Hello, deliverable: &Deliverable, id: &str, date: &str, line: &mut String) {
    if cx.settings.role == Role::Mx {
        add(line, &["Return-Path: <", &on_one_line(&deliverable.transaction().reverse_path), ">\r\n"]);
    }
    // RFC 7208 §9.1: above the line that says when the message came.
    if let Some(field) = &cx.channel.received_spf {
        add(line, &[field, "\r\n"]);
    }
    let protocol = match (hello.extended, cx.channel.tls, cx.channel.identity.is_some()) {
        (false, ..) => "SMTP",
        (true, false, false) => "ESMTP",
        (true, false, true) => "ESMTPA",
        (true, true, false) => "ESMTPS",
        (true, true, true) => "ESMTPSA",
    };
    let name = if hello.name.is_empty() { "unknown" } else { &hello.name };
    add(line, &["Received: from ", &on_one_line(name), " (["]);
    let _ = write!(line, "{}", cx.channel.peer);
    add(line, &["])\r\n\tby ", &cx.settings.name, " with ", protocol, " id ", id]);
    if let [only] = &**deliverable.forward_paths() {
        add(line, &["\r\n\tfor <", &on_one_line(only), ">"]);
    }
    add(line, &["; ", date, "\r\n"]);
}

fn add(line: &mut String, parts: &[&str]) {
    for part in parts {
        line.push_str(part);
    }
}

/// What a client has said, so that it ends no line of the header: some servers take control characters in addresses.
fn on_one_line(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|octet| matches!(octet, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace(char::is_control, "?"))
}

/// The longest line of the message, without its end.
fn longest_line(content: &[u8]) -> usize {
    let lines = content.split(|octet| *octet == b'\n');
    lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line).len()).max().unwrap_or_default()
}

/// The lines of the header, without their ends.
fn header(content: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = content.split(|octet| *octet == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.take_while(|line| !line.is_empty())
}

/// The size of the header section in octets, line ends included.
fn header_size(content: &[u8]) -> usize {
    header(content).map(|line| line.len() + 2).sum()
}

/// Is every line of the header a field or the rest of one? A first line of mailbox files is let pass.
fn begins_with_header(content: &[u8]) -> bool {
    header(content).enumerate().all(|(number, line)| match line[0] {
        b' ' | b'\t' => number > 0,
        _ => line.contains(&b':') || number == 0 && line.starts_with(b"From "),
    })
}

/// How many trace lines the header has.
fn hops(content: &[u8]) -> usize {
    header(content).filter(|line| line.get(..9).is_some_and(|it| it.eq_ignore_ascii_case(b"received:"))).count()
}

/// Has the header a field of this name (lower case)? Folded lines begin with white space and are no fields.
fn has_field(content: &[u8], name: &[u8]) -> bool {
    content
        .split(|octet| *octet == b'\n')
        .take_while(|line| !matches!(line, [] | [b'\r']))
        .filter_map(|line| line.iter().position(|octet| *octet == b':').map(|colon| &line[..colon]))
        .any(|field| field.trim_ascii_end().eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_in_the_header_only() {
        let message = b"Subject: x\r\n folded: y\r\nDATE : z\r\n\r\nMessage-ID: <in.body>\r\n";
        assert!(has_field(message, b"subject") && has_field(message, b"date"));
        assert!(!has_field(message, b"message-id") && !has_field(message, b"folded"));
    }
}
