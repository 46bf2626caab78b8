//! `run`: a situation, run and printed.

use std::fmt::Write as _;
use std::io::Read as _;

use serde::Serialize;

use super::args::{Format, Run};
use super::tables::words;
use super::{Failure, screen};
use crate::present::lines;
use crate::simulation::limits::SCENARIO_OCTETS;
use crate::simulation::{Choices, Outcome, Scenario, Simulation, World, built_in, built_ins, world};
use crate::transcript::{JsonEvent, to_json};

/// Runs the situation and gives what is to be printed: all of it, or nothing.
pub(super) fn run(arguments: &Run) -> Result<String, Failure> {
    let world = world().map_err(|error| Failure(format!("data/world.json: {error}")))?;
    let mut choices = Choices::default();
    for (key, value) in arguments.choices() {
        choices.set(key, value).map_err(|wrong| Failure(format!("--{wrong}")))?;
    }
    let mut scenario = find(&arguments.situation, &world)?.with(&choices);
    if let Some(name) = &arguments.personality {
        scenario.set_personality(name, &world, "--personality").map_err(|error| Failure(error.to_string()))?;
    }
    let mut run =
        Simulation::new(&world, scenario).map_err(|error| Failure(format!("{}: {error}", arguments.situation)))?;
    run.run();
    match arguments.format {
        Format::Text => text(&run),
        Format::Json => json(&run),
    }
}

/// A built-in situation by its id, or one read from a file.
pub(super) fn find(name: &str, world: &World) -> Result<Scenario, Failure> {
    if let Some(scenario) = built_in(name, world) {
        return scenario.map_err(|error| Failure(format!("data/scenarios/{name}.json: {error}")));
    }
    let text = read(name)?;
    Scenario::from_json(&text, world).map_err(|error| Failure(format!("{name}: {error}")))
}

fn read(name: &str) -> Result<String, Failure> {
    let mut octets = Vec::new();
    let limit = SCENARIO_OCTETS as u64 + 1;
    let result = if name == "-" {
        std::io::stdin().lock().take(limit).read_to_end(&mut octets)
    } else {
        std::fs::File::open(name).and_then(|file| file.take(limit).read_to_end(&mut octets))
    };
    match result {
        Ok(_) if octets.len() > SCENARIO_OCTETS => {
            Err(Failure(format!("{name}: longer than {SCENARIO_OCTETS} octets, which no scenario is")))
        }
        Ok(_) => String::from_utf8(octets).map_err(|error| {
            Failure(format!(
                "{name}: octet {} is no UTF-8; write the scenario in UTF-8",
                error.utf8_error().valid_up_to() + 1
            ))
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let ids: Vec<&str> = built_ins().map(|(id, _)| id).collect();
            let near = ids.iter().min_by_key(|id| distance(id, name)).filter(|id| distance(id, name) <= 3);
            let hint = near.map_or_else(String::new, |id| format!(" Did you mean {id}?"));
            Err(Failure(format!(
                "{name:?} is neither a situation nor a file.{hint} `smtp-explainer list` shows all situations"
            )))
        }
        Err(error) => Err(Failure(format!("{name}: {error}"))),
    }
}

/// How many letters differ between two ids (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let changed = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

fn text(run: &Simulation) -> Result<String, Failure> {
    let k = words()?;
    let mut text = lines::text(run, &k);
    let Some(outcome) = run.outcome() else { return Ok(text) };
    let code = outcome.code.map(|code| code.to_string()).or_else(|| outcome.errno.map(str::to_owned));
    let code = code.map_or_else(String::new, |code| format!(" {code}"));
    let after = crate::time::Instant::from_micros(outcome.after_us);
    let _ = write!(text, "\n{}{code}, leg {} ({})", outcome.kind.id(), outcome.leg, outcome.purpose.id());
    let _ = writeln!(
        text,
        ": {}. The sender knew after {after} s; the mail is with: {}.",
        outcome.reason,
        outcome.mail_is_with.id()
    );
    if let Some(shown) = &outcome.shown {
        let _ = writeln!(text, "The sender's program shows: {}", crate::transcript::escaped(shown.as_bytes()));
    }
    Ok(text)
}

/// The transcript as JSON: what was run, the events, and last how it ended.
#[derive(Serialize)]
struct Json<'a> {
    r#type: &'static str,
    version: u8,
    scenario: &'a Scenario,
    events: Vec<JsonEvent>,
    outcome: Option<&'a Outcome>,
}

fn json(run: &Simulation) -> Result<String, Failure> {
    let whole = Json {
        r#type: "smtp-explainer/transcript",
        version: 1,
        scenario: run.scenario(),
        events: to_json(run.transcript()),
        outcome: run.outcome(),
    };
    screen::json(&whole).map_err(|error| Failure(error.to_string()))
}
