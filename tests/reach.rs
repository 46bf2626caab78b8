//! Every reason the core can give was seen: in a built-in scenario, in a scenario of `tests/reach/*.json`, or in a
//! dialogue of `tests/reach/*.txt`; or `tests/reach/excused.toml` says why not.
//!
//! A dialogue is a server session held line by line, every output in order. `tests/reach/README.md` has the format.

#![cfg(not(target_arch = "wasm32"))]

#[path = "reach/dialogue.rs"]
mod dialogue;

use std::collections::{BTreeMap, VecDeque};
use std::{fs, path::PathBuf};

use smtp_explainer::personality::recording::Recording;
use smtp_explainer::reason::{self, Reason};
use smtp_explainer::simulation::{Scenario, Simulation, built_ins, recordings_world, world};
use smtp_explainer::smtp::Verb;
use smtp_explainer::transcript::{Detail, Kind};

/// What was seen, by reason: where first, and each verb with the code it was answered with.
#[derive(Default)]
struct Seen {
    reasons: BTreeMap<Reason, String>,
    pairs: BTreeMap<(String, u16), String>,
}

impl Seen {
    fn reason(&mut self, reason: Reason, place: &str) {
        self.reasons.entry(reason).or_insert_with(|| place.to_owned());
    }

    fn pair(&mut self, verb: &str, code: u16, place: &str) {
        self.pairs.entry((verb.to_owned(), code)).or_insert_with(|| place.to_owned());
    }

    /// Everything of all scenarios and dialogues. A dialogue that goes otherwise than it says fails here.
    fn everything() -> Self {
        let mut seen = Self::default();
        for (id, text) in built_ins() {
            seen.scenario(id, text);
        }
        for (name, text) in files("json") {
            seen.scenario(&name, &text);
        }
        for (name, text) in files("txt") {
            let held = dialogue::hold(&text).unwrap_or_else(|problem| panic!("{name}:{problem}"));
            held.reasons.into_iter().for_each(|reason| seen.reason(reason, &name));
            held.pairs.into_iter().for_each(|(verb, code)| seen.pair(&verb, code, &name));
        }
        seen.recordings();
        seen
    }

    /// What the personalities do in the recordings of their servers.
    fn recordings(&mut self) {
        let world = recordings_world().expect("the recordings' world");
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/recordings");
        for entry in fs::read_dir(folder).expect("the recordings").map(|entry| entry.expect("an entry").path()) {
            let text =
                if entry.extension().is_some_and(|it| it == "jsonl") { fs::read_to_string(&entry) } else { continue };
            for line in text.expect("a file").lines() {
                let recording: Recording = serde_json::from_str(line).expect("a recording");
                let place = format!("{} {} {}", recording.server, recording.profile, recording.case);
                let Some(played) = world.play(&recording) else { continue };
                let played = played.unwrap_or_else(|error| panic!("{place}: {error}"));
                played.reasons.into_iter().for_each(|reason| self.reason(reason, &place));
            }
        }
    }

    fn scenario(&mut self, name: &str, text: &str) {
        let world = world().expect("the built-in world");
        let scenario = Scenario::from_json(text, &world).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut run = Simulation::new(&world, scenario).unwrap_or_else(|error| panic!("{name}: {error}"));
        let x = run.scenario().x.as_ref().map(|x| serde_json::from_str::<serde_json::Value>(x).expect("it is JSON"));
        let typed = x.and_then(|x| x.get("typed")?.as_array().cloned());
        run.run();
        for line in typed.into_iter().flatten() {
            let line = line.as_str().unwrap_or_else(|| panic!("{name}: a line is a string"));
            run.input(format!("{line}\r\n").as_bytes()).unwrap_or_else(|error| panic!("{name}: {line}: {error}"));
            run.run();
        }
        assert!(run.outcome().is_some(), "{name} has no outcome");
        let transcript = run.transcript();
        // What is answered next, for each connection: the greeting first, then the commands in their order.
        let mut awaited: BTreeMap<(u8, u8), VecDeque<String>> = BTreeMap::new();
        // Behind a wrong end of the data come answers to commands that the client has sent as text.
        let mut smuggled = false;
        for event in transcript.events() {
            self.reason(event.reason, name);
            smuggled |= event.reason.id() == "server.message.loose-end";
            if let Some(Detail::Syn(syn)) = transcript.detail(event) {
                self.reason(syn.fate.reason, name);
            }
            let next = awaited.entry((event.leg, event.attempt)).or_insert_with(|| VecDeque::from(["greeting".into()]));
            match event.kind {
                Kind::Command(Verb::Unknown) => next.push_back("any".into()),
                Kind::Command(verb) => next.push_back(verb.name().into()),
                Kind::SaslResponse => next.push_back("AUTH".into()),
                Kind::Message => next.push_back("data-end".into()),
                Kind::Noise => {
                    next.pop_front();
                }
                Kind::Reply(code) => {
                    // A server speaks unasked only to take its leave (RFC 5321 §3.8).
                    let verb = next.pop_front().unwrap_or_else(|| "any".into());
                    // What a fault answers is the scenario's, not a server's.
                    if event.reason.id() != "server.fault.reply" && !smuggled {
                        self.pair(&verb, code.as_u16(), name);
                    }
                }
                _ => {}
            }
        }
    }
}

/// The files of `tests/reach` with this ending, by name.
fn files(ending: &str) -> Vec<(String, String)> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reach"));
    let mut found: Vec<_> = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).expect("a text file"))
        })
        .collect();
    found.sort();
    found
}

/// The excused reasons: `[[excused]]` with `reason` and `why`, nothing else.
fn excused() -> BTreeMap<String, String> {
    let text = include_str!("reach/excused.toml");
    let mut found = BTreeMap::new();
    for entry in text.split("[[excused]]").skip(1) {
        let field = |name: &str| {
            let line = entry.lines().find_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix('='));
            line.map(|value| value.trim().trim_matches('"').to_owned())
        };
        let (Some(reason), Some(why)) = (field("reason"), field("why")) else { panic!("no reason or why: {entry}") };
        assert!(why.split_whitespace().count() >= 5, "{reason} is excused without a word");
        assert!(found.insert(reason.clone(), why).is_none(), "{reason} is excused twice");
    }
    found
}

#[test]
fn every_reason_was_seen_or_is_excused() {
    let (seen, excused) = (Seen::everything(), excused());
    let unseen: Vec<&str> = reason::all()
        .filter(|reason| !seen.reasons.contains_key(reason) && !excused.contains_key(reason.id()))
        .map(Reason::id)
        .collect();
    assert!(unseen.is_empty(), "{} reasons were never seen:\n  {}", unseen.len(), unseen.join("\n  "));
    let idle: Vec<&String> =
        excused.keys().filter(|id| Reason::by_id(id).is_none_or(|reason| seen.reasons.contains_key(&reason))).collect();
    assert!(idle.is_empty(), "excused, but seen or unknown: {idle:?}");
    println!("{} reasons, {} seen, {} excused", reason::all().count(), seen.reasons.len(), excused.len());
}

/// A row of `data/replies.toml`, as far as it matters here.
#[derive(serde::Deserialize)]
struct Row {
    verb: String,
    code: u16,
}

#[test]
fn every_answer_seen_is_one_that_the_reply_table_allows() {
    let table: BTreeMap<String, Vec<Row>> = serde_json::from_str(smtp_explainer::data::REPLIES).expect("the table");
    let rows: Vec<(String, u16)> = table.into_values().flatten().map(|row| (row.verb, row.code)).collect();
    let allowed = |verb: &str, code: u16| rows.iter().any(|row| row.1 == code && (row.0 == verb || row.0 == "any"));
    let seen = Seen::everything();
    let wrong = seen.pairs.iter().filter(|((verb, code), _)| !allowed(verb, *code));
    let wrong: Vec<String> = wrong.map(|((verb, code), place)| format!("{verb} {code} in {place}")).collect();
    assert!(wrong.is_empty(), "the table has no row for:\n  {}", wrong.join("\n  "));
    println!("{} pairs of verb and code", seen.pairs.len());
}
