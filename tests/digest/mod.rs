//! The whole transcript of every built-in scenario, with its outcome, boiled down to one line: for comparing runs on
//! different platforms. What changed in a transcript is read in its golden text, not here.

use md5::{Digest, Md5};
use smtp_explainer::simulation::{Scenario, Simulation, built_ins, world};
use smtp_explainer::transcript::to_json;

/// The lines that a native run gave, which `cargo test` holds against a run.
pub(crate) const GOLDEN: &str = include_str!("../golden/digests.txt");

/// One line a scenario, in the order of `list`: its id, how many events it has, and the digest of their JSON.
pub(crate) fn digests() -> Vec<String> {
    let world = world().expect("the built-in world can be read");
    built_ins()
        .map(|(id, text)| line(id, Scenario::from_json(text, &world).map(|it| Simulation::new(&world, it))))
        .collect()
}

fn line<E: std::fmt::Debug>(id: &str, run: Result<Result<Simulation, E>, E>) -> String {
    let mut run = run.and_then(|run| run).unwrap_or_else(|error| panic!("{id}: {error:?}"));
    run.run();
    let events = to_json(run.transcript());
    let json = serde_json::to_vec(&(&events, run.outcome())).expect("a transcript can be written as JSON");
    let digest = format!("{:x}", Md5::digest(&json));
    format!("{id} {} {digest}", events.len())
}

/// The lines that differ from the golden ones, and the golden lines that are missing.
pub(crate) fn differences(found: &[String]) -> Vec<String> {
    let golden: Vec<&str> = GOLDEN.lines().collect();
    let new = found.iter().filter(|line| !golden.contains(&line.as_str())).map(|line| format!("now:    {line}"));
    let gone = golden.iter().filter(|line| !found.iter().any(|it| it == *line)).map(|line| format!("golden: {line}"));
    new.chain(gone).collect()
}
