//! `import`: a log, read and printed as a transcript.

use std::fmt::Write as _;
use std::io::Read as _;

use serde::Serialize;

use super::args::{self, Format};
use super::tables::words;
use super::{Failure, screen};
use crate::import::{Import, Judgement, MOST_OCTETS, import as read_log};
use crate::knowledge::Knowledge;
use crate::transcript::{self, Event, JsonEvent, Kind, Side, escaped, line_of, to_json};

/// Reads the log and gives what is to be printed.
pub(super) fn import(arguments: &args::Import) -> Result<String, Failure> {
    let kind = arguments.kind.as_deref().map(kind).transpose()?;
    let octets = octets(&arguments.file)?;
    let import = read_log(&octets, kind).map_err(|error| Failure(format!("{}: {error}", arguments.file)))?;
    match arguments.format {
        Format::Text => text(&import),
        Format::Json => json(&import),
    }
}

fn kind(word: &str) -> Result<transcript::Format, Failure> {
    transcript::Format::by_id(word).ok_or_else(|| {
        let known: Vec<&str> = transcript::Format::ALL.iter().map(|format| format.id()).collect();
        Failure(format!("--as cannot be {word:?}; write one of {}", known.join(", ")))
    })
}

/// The log: a file, or for `-` the standard input. Of more than a log may have only that much is read.
pub(super) fn octets(name: &str) -> Result<Vec<u8>, Failure> {
    let mut octets = Vec::new();
    let limit = MOST_OCTETS as u64 + 1;
    let result = if name == "-" {
        std::io::stdin().lock().take(limit).read_to_end(&mut octets)
    } else {
        std::fs::File::open(name).and_then(|file| file.take(limit).read_to_end(&mut octets))
    };
    result.map_err(|error| Failure(format!("{name}: {error}")))?;
    Ok(octets)
}

fn text(import: &Import) -> Result<String, Failure> {
    let k = words()?;
    let mut text = head(import);
    let mut place = None;
    for (at, event) in import.transcript.events().iter().enumerate() {
        let here = (event.attempt, event.phase);
        if place != Some(here) {
            let _ = writeln!(text, "-- connection {} {}", event.attempt, event.phase.id());
            place = Some(here);
        }
        text.push_str(&lines(import, at, event));
        for judgement in import.judgements.iter().filter(|judgement| judgement.event == at) {
            text.push_str(&judged(judgement, &k));
        }
    }
    Ok(text)
}

fn head(import: &Import) -> String {
    let how = if import.guessed { "looks like" } else { "is taken as" };
    let mut text = format!("The log {how} {}", import.format.id());
    let departures = import.judgements.iter().filter(|judgement| judgement.expected.is_some()).count();
    let _ = write!(text, "; server: {}; {} events", import.server, import.transcript.events().len());
    let _ = write!(text, ", {departures} otherwise than expected, {} secrets veiled", import.veiled);
    match import.unread.as_slice() {
        [] => text.push_str(".\n"),
        unread => {
            let numbers: Vec<String> = unread.iter().take(10).map(usize::to_string).collect();
            let more = if unread.len() > 10 { ", …" } else { "" };
            let _ = writeln!(text, "; {} lines say nothing here: {}{more}.", unread.len(), numbers.join(", "));
        }
    }
    text
}

fn lines(import: &Import, at: usize, event: &Event) -> String {
    let mut text = String::new();
    let lacking = import.transcript.lacks(at);
    let lacks: Vec<&str> = lacking.words().filter(|word| *word == "hidden").collect();
    let lacks = if lacks.is_empty() { String::new() } else { format!(" ({})", lacks.join(", ")) };
    let lines = line_of(&import.transcript, event);
    let time = if lacking.untimed { String::new() } else { event.at.to_string() };
    for (n, line) in lines.iter().enumerate() {
        let (time, side) = if n == 0 { (time.as_str(), side(event)) } else { ("", "") };
        let tail = if n + 1 == lines.len() { format!("  [{}]{lacks}", event.reason) } else { String::new() };
        let _ = writeln!(text, "{}", format!("{time:>9} {side:<3} {line}{tail}").trim_end());
    }
    text
}

const fn side(event: &Event) -> &'static str {
    match (event.kind, event.side) {
        (Kind::Tls, _) => "TLS",
        (Kind::Connected | Kind::ConnectFailed | Kind::Closed, _) => "TCP",
        (Kind::Finding, _) => "+",
        (Kind::GaveUp, _) => "!",
        (_, Side::Server) => "S",
        (_, Side::Client) => "C",
        (_, Side::Network) => "N",
    }
}

/// What stands below a reply: what was expected, and what may lie behind it.
fn judged(judgement: &Judgement, k: &Knowledge) -> String {
    let mut text = String::new();
    if let Some(expected) = &judgement.expected {
        let _ = writeln!(text, "{:>13} expected: {}", "", escaped(expected.as_bytes()));
    }
    for id in &judgement.allowed {
        let headline = k.note(&format!("reason:{id}")).and_then(|note| note.headline.as_deref()).unwrap_or(id);
        let _ = writeln!(text, "{:>13} perhaps: {headline} [{id}]", "");
    }
    text
}

/// The import as JSON.
#[derive(Serialize)]
struct Json<'a> {
    r#type: &'static str,
    version: u8,
    format: &'static str,
    guessed: bool,
    server: &'static str,
    veiled: usize,
    unread: &'a [usize],
    events: Vec<JsonEvent>,
    judgements: Vec<JsonJudgement<'a>>,
}

#[derive(Serialize)]
struct JsonJudgement<'a> {
    event: usize,
    expected: Option<&'a str>,
    allowed: &'a [&'static str],
}

fn json(import: &Import) -> Result<String, Failure> {
    let judgements = import.judgements.iter().map(|judgement| JsonJudgement {
        event: judgement.event,
        expected: judgement.expected.as_deref(),
        allowed: &judgement.allowed,
    });
    let whole = Json {
        r#type: "smtp-explainer/import",
        version: 1,
        format: import.format.id(),
        guessed: import.guessed,
        server: import.server,
        veiled: import.veiled,
        unread: &import.unread,
        events: to_json(&import.transcript),
        judgements: judgements.collect(),
    };
    screen::json(&whole).map_err(|error| Failure(error.to_string()))
}
