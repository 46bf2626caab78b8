//! Every built-in scenario loads, ends within its limits, and says what its golden transcript says.
//!
//! `UPDATE_GOLDEN=1 cargo test --test scenarios` writes the golden files anew; read the difference before committing it.

use std::fs;
use std::path::PathBuf;

use smtp_explainer::present::lines::golden;
use smtp_explainer::simulation::limits::EVENTS;
use smtp_explainer::simulation::{Scenario, Simulation, built_ins, world};
use smtp_explainer::transcript::Kind;

fn run(id: &str, text: &str) -> Simulation {
    let world = world().expect("the built-in world");
    let scenario =
        Scenario::from_json(text, &world).unwrap_or_else(|error| panic!("data/scenarios/{id}.json: {error}"));
    let mut run = Simulation::new(&world, scenario).unwrap_or_else(|error| panic!("{id}: {error}"));
    run.run();
    run
}

#[test]
fn every_scenario_ends_within_its_limits() {
    for (id, text) in built_ins() {
        let run = run(id, text);
        let events = run.transcript().events();
        assert!(run.outcome().is_some(), "{id} has no outcome");
        assert!(events.len() < EVENTS, "{id} was cut off");
        assert_eq!(events.iter().filter(|event| event.kind == Kind::Outcome).count(), 1, "{id}");
        assert!(events.windows(2).all(|pair| pair[0].at <= pair[1].at), "{id}: time runs backwards");
    }
}

#[test]
fn what_a_scenario_ignores_is_written_out_again() {
    let world = world().expect("the built-in world");
    let text = r#"{"title": "Mine", "x": {"of": ["mine", {"deep": null}]}}"#;
    let scenario = Scenario::from_json(text, &world).expect("x may hold anything");
    let written = serde_json::to_value(&scenario).expect("it can be written");
    assert_eq!(written["x"], serde_json::json!({"of": ["mine", {"deep": null}]}));
    assert!(Scenario::from_json(r#"{"title": "Mine", "x": 3}"#, &world).is_err(), "x is an object");
}

#[test]
fn every_scenario_stands_among_its_like() {
    let world = world().expect("the built-in world");
    let group = |(_, text): (&str, &str)| Scenario::from_json(text, &world).expect("it can be read").group;
    let all: Vec<_> = built_ins().map(group).collect();
    let mut headings: Vec<_> = all.chunk_by(|one, next| one == next).map(|group| group[0]).collect();
    assert!(all.iter().all(Option::is_some), "each is listed under a heading");
    while let Some(heading) = headings.pop() {
        assert!(!headings.contains(&heading), "data/scenarios/order.txt tears {heading:?} apart");
    }
}

#[test]
fn every_scenario_says_what_its_golden_file_says() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut known = Vec::new();
    for (id, text) in built_ins() {
        let path = folder.join(format!("{id}.txt"));
        let said = golden(&run(id, text));
        if update {
            fs::write(&path, &said).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
        let wanted = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(said == wanted, "{id} differs from {}:\n{}", path.display(), difference(&wanted, &said));
        known.push(format!("{id}.txt"));
    }
    for file in fs::read_dir(&folder).expect("the folder of golden files").flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        assert!(known.contains(&name) || name == "digests.txt", "tests/golden/{name} belongs to no scenario");
    }
}

/// The first line that differs, with its number.
fn difference(wanted: &str, said: &str) -> String {
    let (mut wanted, mut said) = (wanted.lines(), said.lines());
    for n in 1.. {
        match (wanted.next(), said.next()) {
            (None, None) => break,
            (a, b) if a != b => return format!("line {n}\n- {}\n+ {}", a.unwrap_or_default(), b.unwrap_or_default()),
            _ => {}
        }
    }
    "line ends".to_owned()
}

/// A fork is a clone; what is run step by step is what is run at once.
#[test]
fn steps_and_one_run_are_the_same() {
    let world = world().expect("the built-in world");
    for (id, text) in built_ins() {
        let scenario = Scenario::from_json(text, &world).unwrap_or_else(|error| panic!("{id}: {error}"));
        let mut stepped = Simulation::new(&world, scenario).unwrap_or_else(|error| panic!("{id}: {error}"));
        let mut steps = 0;
        while stepped.step().is_some() {
            steps += 1;
        }
        let whole = run(id, text);
        assert_eq!(steps, whole.transcript().events().len(), "{id}");
        assert_eq!(stepped.transcript(), whole.transcript(), "{id}");
    }
}

/// What is kept of an event besides its octets stays small (printed: the figure for all built-in scenarios).
#[test]
fn an_event_is_kept_in_few_octets() {
    let (mut kept, mut events) = (0, 0);
    for (id, text) in built_ins() {
        let run = run(id, text);
        let n = run.transcript().events().len();
        kept += run.transcript().kept_per_event() * n;
        events += n;
    }
    println!("{} octets an event besides its own, over {events} events", kept / events);
    assert!(kept / events <= 96, "{} octets an event", kept / events);
}
