//! The scrubber: marks, phases, position and time.

use crate::knowledge::{Knowledge, Text};
use crate::present::rows::{lane, phase_name, tone};
use crate::present::view::{Lane, Tone, Transport};
use crate::simulation::Simulation;

/// The scrubber at the event with this index.
pub(super) fn transport(run: &Simulation, at: usize, k: &Knowledge) -> Transport {
    let events = run.transcript().events();
    let mut marks: Vec<(usize, Lane, Tone)> = Vec::new();
    for (n, event) in events.iter().enumerate() {
        let lane = lane(event);
        let tone = tone(run, event);
        if matches!(lane, Lane::Client | Lane::Server) || (lane == Lane::Tcp && tone == Tone::Bad) {
            marks.push((n, lane, tone));
        }
    }
    let phases =
        phases(run).into_iter().map(|n| (n, events.get(n).map_or_else(String::new, |e| phase_name(e.phase, k))));
    let steps = events.len().max(1);
    let event = events.get(at);
    let phase = event.map_or_else(String::new, |event| phase_name(event.phase, k));
    let values = [("step", (at + 1).to_string()), ("steps", steps.to_string()), ("phase", phase)];
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Transport {
        step: at,
        steps,
        time: event.map_or_else(String::new, |event| super::outcome::seconds(event.at)),
        marks,
        phases: phases.collect(),
        value_text: k.fill(Text::PositionPhase, &values),
    }
}

/// The first step of each phase, and of each leg and attempt.
pub(super) fn phases(run: &Simulation) -> Vec<usize> {
    let mut place = None;
    let mut firsts = Vec::new();
    for (n, event) in run.transcript().events().iter().enumerate() {
        let here = Some((event.leg, event.phase));
        if place != here {
            firsts.push(n);
            place = here;
        }
    }
    firsts
}
