//! Logs in: every output that was recorded of a real client imports, as what it is, whole, and without its secrets;
//! so does a log of every kind there is a reader for; and nothing that is pasted makes a reader fall over.

mod corpus;
mod hostile;
mod kinds;

use smtp_explainer::import::Import;
use smtp_explainer::transcript::{Event, Kind, line_of};

/// What the client said, in order: verbs, `response` for a line of an AUTH exchange, `.` for the end of a message.
fn said(import: &Import) -> Vec<String> {
    let name = |event: &Event| match event.kind {
        Kind::Command(verb) => Some(verb.name().to_owned()),
        Kind::SaslResponse => Some("response".to_owned()),
        Kind::Message => Some(".".to_owned()),
        _ => None,
    };
    import.transcript.events().iter().filter_map(name).collect()
}

/// The codes the server answered with, in order.
fn answered(import: &Import) -> Vec<u16> {
    let code = |event: &Event| match event.kind {
        Kind::Reply(code) if event.reason != smtp_explainer::import::QUOTED => Some(code.as_u16()),
        _ => None,
    };
    import.transcript.events().iter().filter_map(code).collect()
}

/// Everything a reader of the transcript sees.
fn shown(import: &Import) -> String {
    let events = import.transcript.events().iter();
    events.flat_map(|event| line_of(&import.transcript, event)).fold(String::new(), |text, line| text + &line + "\n")
}

/// The secrets of the recordings' world that are in a text: passwords, in clear or as AUTH encodes them.
fn secrets(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "+/=-".contains(c)));
    let is_secret = |word: &&str| PASSWORDS.iter().any(|password| word.contains(password)) || is_credential(word);
    words.filter(is_secret).collect()
}

const PASSWORDS: [&str; 3] = ["correct-horse", "battery-staple", "wrong-horse"];

/// Is it, decoded, a password or something that names its user: AUTH PLAIN, LOGIN, CRAM-MD5 and SCRAM all do?
fn is_credential(word: &str) -> bool {
    let Some(octets) = smtp_explainer::smtp::base64::decode(word.as_bytes()) else { return false };
    let text = String::from_utf8_lossy(&octets);
    PASSWORDS.iter().any(|password| text.contains(password)) || text.contains("alice")
}
