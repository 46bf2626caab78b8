//! The line, token by token, from the spans that the parser recorded; and secrets, veiled and decoded.

use crate::gather::Gather as _;
use crate::knowledge::{Knowledge, Text as Words};
use crate::present::view::{Text, Token};
use crate::smtp::base64;
use crate::smtp::{Element, Span};
use crate::transcript::{Event, Transcript, escaped};

const VEIL: &str = "••••••••";

/// The most tokens shown.
const MOST: usize = 48;

/// The tokens of an event's octets.
pub(super) fn tokens(transcript: &Transcript, event: &Event, k: &Knowledge) -> Vec<Token> {
    let octets = transcript.octets(event);
    let mut spans = transcript.spans(event);
    let mut tokens = Vec::new();
    while let Some(element) = spans.first().map(|span| span.element) {
        let Some(token) = next(&mut spans, octets, k, usize::MAX) else { break };
        // A reply of many lines bears its codes on each of them; they are explained once.
        if matches!(element, Element::Code | Element::EnhancedCode) && tokens.contains(&token) {
            continue;
        }
        tokens.push(token);
        if tokens.len() == MOST {
            break;
        }
    }
    tokens
}

/// Takes the first span with those inside it.
fn next(spans: &mut &[Span], octets: &[u8], k: &Knowledge, within: usize) -> Option<Token> {
    let (first, rest) = spans.split_first()?;
    let range = first.range();
    if range.start >= within {
        return None;
    }
    *spans = rest;
    let mut parts = Vec::new();
    while let Some(part) = next(spans, octets, k, range.end) {
        parts.push(part);
    }
    let piece = octets.get(range).unwrap_or_default();
    let note = k.note_on("element", first.element.id());
    let label = note.map_or_else(
        || first.element.id().to_owned(),
        |note| match &note.text {
            Some(text) => format!("{}: {text}", note.title),
            None => note.title.clone(),
        },
    );
    // An extension of an EHLO reply is explained by its own note rather than as "a keyword".
    let label = if first.element == Element::EhloKeyword {
        let name = String::from_utf8_lossy(piece).to_ascii_uppercase();
        k.note_on("keyword", &name).and_then(|note| note.text.clone()).unwrap_or(label)
    } else {
        label
    };
    Some(Token { text: shown(piece, first.element, k), label, hue: hue(first.element), parts })
}

fn shown(piece: &[u8], element: Element, k: &Knowledge) -> Text {
    match element {
        Element::InitialResponse | Element::SaslResponse => secret(piece, VEIL.to_owned(), escaped(piece), k),
        _ => Text::Shown(escaped(piece)),
    }
}

/// A secret: veiled, as sent, and decoded.
fn secret(encoded: &[u8], veiled: String, sent: String, k: &Knowledge) -> Text {
    let decoded = base64::decode(encoded).map_or_else(|| k.say(Words::NotBase64), |octets| decode(&octets, k));
    Text::Veiled { veiled, sent, decoded }
}

fn decode(octets: &[u8], k: &Knowledge) -> String {
    let parts: Vec<String> = octets.split(|octet| *octet == 0).map(escaped).gather();
    match parts.as_slice() {
        // RFC 4616 §2: authorization identity, NUL, user, NUL, password.
        [_, user, password] => k.fill(Words::DecodedPlain, &[("user", user), ("password", password)]),
        parts => parts.join(" ␀ "),
    }
}

/// A line of a command or response as the transcript shows it, its secret veiled where it has one.
pub(super) fn line(transcript: &Transcript, event: &Event, text: String, k: &Knowledge) -> Text {
    let octets = transcript.octets(event);
    let secret_span = transcript
        .spans(event)
        .iter()
        .find(|span| matches!(span.element, Element::InitialResponse | Element::SaslResponse));
    let Some(span) = secret_span else { return Text::Shown(text) };
    let before = escaped(octets.get(..span.range().start).unwrap_or_default());
    secret(octets.get(span.range()).unwrap_or_default(), format!("{before}{VEIL}"), text, k)
}

const fn hue(element: Element) -> u8 {
    match element {
        Element::Verb | Element::Code => 0,
        Element::ReversePath
        | Element::ForwardPath
        | Element::SourceRoute
        | Element::LocalPart
        | Element::Domain
        | Element::AddressLiteral
        | Element::ClientName
        | Element::ServerName
        | Element::EnhancedCode => 1,
        Element::Unexpected => 4,
        Element::Text | Element::Argument | Element::Body | Element::HeaderBody => 3,
        _ => 2,
    }
}
