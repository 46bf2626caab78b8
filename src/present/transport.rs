//! The scrubber: marks, phases, position and time.

use crate::gather::Gather as _;
use crate::knowledge::{Knowledge, Text};
use crate::present::rows::{lane, phase_name, phases, tone};
use crate::present::view::{Lane, Tone, Transport};
use crate::simulation::Simulation;

/// What of the scrubber is the run's: its marks and phases.
pub(super) fn of_run(run: &Simulation) -> Transport {
    let events = run.transcript().events();
    let marks = events.iter().enumerate().filter_map(|(n, event)| {
        let (lane, tone) = (lane(event), tone(run, event));
        let is_marked = matches!(lane, Lane::Client | Lane::Server) || (lane == Lane::Tcp && tone == Tone::Bad);
        is_marked.then_some((n, lane, tone))
    });
    let (marks, phases) = (marks.gather().into(), phases(run.transcript()).into());
    Transport { steps: events.len().max(1), marks, phases, ..Transport::default() }
}

/// The scrubber at the event with this index.
pub(super) fn at_step(scrubber: Transport, run: &Simulation, at: usize, k: &Knowledge) -> Transport {
    let event = run.transcript().events().get(at);
    let phase = event.map_or_else(String::new, |event| phase_name(event.phase, k));
    let (step, steps) = ((at + 1).to_string(), scrubber.steps.to_string());
    Transport {
        step: at,
        time: event.map_or_else(String::new, |event| super::outcome::seconds(event.at)),
        value_text: k.fill(Text::PositionPhase, &[("step", &step), ("steps", &steps), ("phase", &phase)]),
        ..scrubber
    }
}
