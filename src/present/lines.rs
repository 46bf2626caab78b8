//! A run as lines of text, for a terminal and for golden files.

use std::fmt::Write as _;

use crate::knowledge::{Knowledge, Role};
use crate::present::explain;
use crate::present::topics::{self, Topics};
use crate::simulation::Simulation;
use crate::transcript::{Event, Kind, Side, Transcript, line_of};

/// One line an event: time, side, what happened in neutral notation, and the reason's id. Survives an edited note.
#[must_use]
pub fn golden(run: &Simulation) -> String {
    written(run, |event, _| format!("  [{}]", event.reason))
}

/// One line an event: time, side, what happened, and the ids of the clauses that govern it.
#[must_use]
pub fn text(run: &Simulation, k: &Knowledge) -> String {
    written(run, |_, at| {
        let sources = clause_ids(run, at, k);
        if sources.is_empty() { String::new() } else { format!("  [{}]", sources.join(" ")) }
    })
}

/// The clauses that govern an event, as ids such as `rfc5321#4.1.1.2`, oldest first, each once: a command's are those
/// of its verb and parameters; everything else has those of its reason, or of its code where the reason has none.
#[must_use]
pub fn clause_ids(run: &Simulation, at: usize, k: &Knowledge) -> Vec<String> {
    let Some(topics) = topics::topics(run, at) else { return Vec::new() };
    governing(run.transcript(), at, &topics, k)
}

/// What is said beside one event of a transcript that no simulation has made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gloss {
    /// What it does, or why it happened.
    pub headline: String,
    /// The ids of the clauses that govern it, as [`clause_ids`] gives them.
    pub clauses: Vec<String>,
}

/// The gloss on an event of any transcript, at a server of this role.
#[must_use]
pub fn gloss(transcript: &Transcript, at: usize, role: Role, k: &Knowledge) -> Option<Gloss> {
    let event = transcript.events().get(at)?;
    let topics = topics::about(transcript, at, Some(role))?;
    let nearest = topics.others.iter().find_map(|topic| k.note(topic));
    let headline = explain::headline(event, k.note(&topics.reason), nearest, k);
    Some(Gloss { headline, clauses: governing(transcript, at, &topics, k) })
}

fn governing(transcript: &Transcript, at: usize, topics: &Topics, k: &Knowledge) -> Vec<String> {
    let of = |names: &[String]| {
        let mut ids: Vec<String> = Vec::new();
        for clause in topics.without_aside(names.iter().flat_map(|name| k.clauses(name, topics.role)), k) {
            if !ids.contains(&clause.source) {
                ids.push(clause.source.clone());
            }
        }
        ids
    };
    // What the other clauses on its port say governs no packet.
    let is_said = |event: &Event| event.side == Side::Client && event.kind != Kind::Syn;
    let said = transcript.events().get(at).is_some_and(is_said);
    let own = of(std::slice::from_ref(&topics.reason));
    if own.is_empty() || (said && !topics.others.is_empty()) { of(&topics.others) } else { own }
}

fn written(run: &Simulation, mut tail: impl FnMut(&Event, usize) -> String) -> String {
    let transcript = run.transcript();
    let mut text = String::new();
    let mut place = None;
    for (at, event) in transcript.events().iter().enumerate() {
        let here = (event.leg, event.attempt, event.phase);
        if place != Some(here) {
            let _ = writeln!(text, "-- leg {} attempt {} {}", event.leg, event.attempt, event.phase.id());
            place = Some(here);
        }
        let lines = line_of(transcript, event);
        let tail = tail(event, at);
        for (n, line) in lines.iter().enumerate() {
            let (time, side) = if n == 0 { (event.at.to_string(), side(event)) } else { (String::new(), "") };
            let end = if n + 1 == lines.len() { tail.as_str() } else { "" };
            let _ = writeln!(text, "{}", format!("{time:>9} {side:<3} {line}{end}").trim_end());
        }
    }
    text
}

/// Who speaks, in three letters.
#[must_use]
pub const fn side(event: &Event) -> &'static str {
    match (event.kind, event.side) {
        (Kind::LookUp, _) => "DNS",
        (Kind::Tls, _) => "TLS",
        (Kind::Syn | Kind::Reset | Kind::Icmp | Kind::Connected | Kind::ConnectFailed | Kind::Closed, _) => "TCP",
        (Kind::Queue, _) => "Q",
        (Kind::Finding, _) => "+",
        (Kind::Outcome, _) => "=",
        (_, Side::Client) => "C",
        (_, Side::Server) => "S",
        (_, Side::Network) => "N",
    }
}
