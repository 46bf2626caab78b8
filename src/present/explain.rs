//! The explanation of one event: headline, why, anatomy, states, envelope, clauses, what else, a common mistake.

use crate::gather::Gather as _;
use crate::knowledge::{Knowledge, Note, Text as Words};
use crate::present::view::{Alternative, Step};
use crate::present::{anatomy, network, outcome, rows, states, strata, tcp, topics};
use crate::simulation::Simulation;
use crate::transcript::{Detail, Event, Kind};

/// The explanation of the event with this index.
pub(super) fn step(run: &Simulation, at: usize, k: &Knowledge) -> Step {
    let Some(event) = run.transcript().events().get(at) else { return Step::default() };
    let Some(topics) = topics::topics(run, at) else { return Step::default() };
    let reason = k.note(&topics.reason);
    let nearest = topics.others.iter().find_map(|topic| k.note(topic));
    let told = headline(event, reason, nearest, k);
    let outcome = (event.kind == Kind::Outcome).then(|| outcome::card(run, k)).flatten();
    Step {
        subline: subline(run, at, event, k),
        why: why(event, &told, reason, &topics.others, k),
        anatomy: anatomy::tokens(run.transcript(), event, k),
        schedule: tcp::schedule(run, at, k),
        rule: tcp::rule(run, at, k),
        states: states::chips(run, at, k),
        envelope: envelope(run, at, k),
        strata: strata::strata(&topics, k),
        alternatives: alternatives(run, at, event, &topics, k),
        mistake: mistake(&topics, k),
        announcement: announcement(run, at, event, &told, k),
        headline: if outcome.is_some() { k.say(Words::HeadingOutcome) } else { told },
        outcome,
    }
}

/// A command is headed by what it is for, everything else by why it happened.
pub(super) fn headline(event: &Event, reason: Option<&Note>, nearest: Option<&Note>, k: &Knowledge) -> String {
    let (first, second) = match event.kind {
        Kind::Command(_) => (nearest, reason),
        _ => (reason, nearest),
    };
    let of = |note: Option<&Note>| note.and_then(|note| note.headline.clone());
    of(first).or_else(|| of(second)).unwrap_or_else(|| outcome::reason_headline(event.reason.id(), k))
}

/// Paragraphs: why it happened, then what the code or the error means and asks for.
fn why(event: &Event, headline: &str, reason: Option<&Note>, others: &[String], k: &Knowledge) -> Vec<String> {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut add = |text: Option<&String>| {
        if let Some(text) = text.filter(|text| *text != headline) {
            // They may stand one after the other on one line, so each ends as a sentence does.
            let text = outcome::sentence(text);
            if !paragraphs.contains(&text) {
                paragraphs.push(text);
            }
        }
    };
    if let (Kind::Command(_), Some(note)) = (event.kind, reason) {
        add(note.headline.as_ref());
    }
    add(reason.and_then(|note| note.text.as_ref()));
    let told =
        others.iter().filter(|topic| ["code:", "verb:", "timer:", "errno:"].iter().any(|kind| topic.starts_with(kind)));
    for note in told.filter_map(|topic| k.note(topic)) {
        // What a verb is for is told with the command, not again with each reply.
        if !(matches!(event.kind, Kind::Reply(_)) && note.topic.starts_with("verb:")) {
            add(note.text.as_ref());
        }
    }
    paragraphs
}

fn subline(run: &Simulation, at: usize, event: &Event, k: &Knowledge) -> String {
    let (from, to) = network::ends(run, event);
    // Its number among its like on this connection, and how many there are.
    let counted = |text: Words, is_alike: fn(&Event) -> bool| {
        let (mut n, mut count) = (0_usize, 0_usize);
        for (other_at, other) in run.transcript().events().iter().enumerate() {
            if other.leg == event.leg && other.attempt == event.attempt && is_alike(other) {
                count += 1;
                n += usize::from(other_at <= at);
            }
        }
        let (n, count) = (n.to_string(), count.to_string());
        k.fill(text, &[("from", &from), ("to", &to), ("n", &n), ("count", &count), ("verb", "")])
    };
    match event.kind {
        Kind::Command(_) => counted(Words::SublineCommand, |other| matches!(other.kind, Kind::Command(_))),
        Kind::Syn => counted(Words::SublineSyn, |other| other.kind == Kind::Syn),
        Kind::Reply(_) => {
            let answered = topics::answered(run.transcript(), at);
            let id = answered.strip_prefix("verb:").unwrap_or(&answered);
            let verb = k.note(&answered).map_or(id, |note| &note.title);
            k.fill(Words::SublineReply, &[("from", &to), ("to", &from), ("verb", verb)])
        }
        Kind::Outcome => String::new(),
        _ if to.is_empty() => from,
        _ => format!("{from} → {to}"),
    }
}

/// The envelope as the session has it after the event.
fn envelope(run: &Simulation, at: usize, k: &Knowledge) -> Vec<(String, Vec<String>)> {
    let Some((_, after)) = states::around(run, at) else { return Vec::new() };
    let Some(after) = after.filter(|after| after.reverse_path.is_some()) else { return Vec::new() };
    let none = || vec![k.say(Words::EnvelopeNoneYet)];
    let bracketed = |path: &std::sync::Arc<str>| format!("<{}>", crate::transcript::escaped(path.as_bytes()));
    let reverse: Vec<String> = after.reverse_path.iter().map(bracketed).gather();
    let forward: Vec<String> = after.forward_paths().iter().map(bracketed).gather();
    vec![
        (k.say(Words::EnvelopeReversePath), reverse),
        (k.say(Words::EnvelopeForwardPaths), if forward.is_empty() { none() } else { forward }),
        (k.say(Words::EnvelopeData), none()),
    ]
}

/// What else could have been answered: told with the command and with its reply, but for the code that came.
fn alternatives(
    run: &Simulation,
    at: usize,
    event: &Event,
    topics: &topics::Topics,
    k: &Knowledge,
) -> Vec<Alternative> {
    let topic = match event.kind {
        Kind::Command(verb) => topics::verb_topic(verb),
        Kind::SaslResponse => topics::verb_topic(crate::smtp::Verb::Auth),
        Kind::Message => crate::knowledge::DATA_END.to_owned(),
        Kind::Reply(_) => topics::answered(run.transcript(), at),
        _ => return Vec::new(),
    };
    let Some(note) = k.note(&topic) else { return Vec::new() };
    let came = match event.kind {
        Kind::Reply(code) => code.to_string(),
        _ => String::new(),
    };
    note.alternatives(topics.role)
        .filter(|other| came.is_empty() || !other.code.starts_with(&came))
        .map(|other| Alternative { code: other.code.clone(), when: other.when.clone(), then: other.then.clone() })
        .gather()
}

fn mistake(topics: &topics::Topics, k: &Knowledge) -> Option<(String, String)> {
    let mut names = std::iter::once(&topics.reason).chain(&topics.others);
    let mistake = names.find_map(|topic| k.mistake(topic))?;
    Some((mistake.mistake.clone(), mistake.right.clone()))
}

fn announcement(run: &Simulation, at: usize, event: &Event, headline: &str, k: &Knowledge) -> String {
    let steps = run.transcript().events().len();
    let lines = rows::lines(run, event, k);
    let line = match run.transcript().detail(event) {
        Some(Detail::Outcome(_)) => outcome::verdict(run, k),
        _ => lines.first().map_or_else(String::new, |line| line.veiled().to_owned()),
    };
    let values = [
        ("step", (at + 1).to_string()),
        ("steps", steps.to_string()),
        ("who", rows::lane_name(rows::lane(event), k).to_owned()),
        ("line", line),
        ("headline", headline.to_owned()),
    ];
    k.fill_made(Words::Announce, &values)
}
