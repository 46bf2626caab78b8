//! `list` and `map`: what there is, and how every road ends.

use std::fmt::Write as _;

use super::Failure;
use crate::knowledge::{Knowledge, embedded};
use crate::present::{Cell, map_cells};
use crate::simulation::choices::{Op25b, Place, values};
use crate::simulation::{BuiltIn, Ending, built_ins};

/// The built-in knowledge in English.
pub(super) fn words() -> Result<Knowledge, Failure> {
    let json = embedded("en").ok_or_else(|| Failure("the knowledge in English is not built in".to_owned()))?;
    Knowledge::from_json(json).map_err(|error| Failure(error.to_string()))
}

/// One line a situation: the id, then the title.
pub(super) fn list() -> Result<String, Failure> {
    let k = words()?;
    let mut text = String::new();
    for (id, _) in built_ins() {
        let _ = writeln!(text, "{id:<26} {}", k.scenario_title(id));
    }
    Ok(text)
}

/// The map as a table.
pub(super) fn map(network: Option<&str>) -> Result<String, Failure> {
    let word = network.unwrap_or(Place::HomeDynamic.id());
    let Some(place) = Place::by_id(word) else {
        let allowed: Vec<&str> = values("network").into_iter().filter(|word| *word != "auto").collect();
        return Err(Failure(format!("--network cannot be {word:?}; write one of {}", allowed.join(", "))));
    };
    let built_in = BuiltIn::read().map_err(|error| Failure(error.to_string()))?;
    let mut text =
        format!("{:<12} {:<5} {:<6} {:<16} {:<14} after\n", "destination", "port", "op25b", "outcome", "code");
    for cell in map_cells(&built_in, place) {
        let _ = writeln!(text, "{}", row(&cell).trim_end());
    }
    Ok(text)
}

fn row(cell: &Cell) -> String {
    let outcome = &cell.outcome;
    let code = match (outcome.code, outcome.errno) {
        _ if outcome.kind == Ending::Delivered => String::new(),
        (Some(code), _) => format!("{code} {}", outcome.enhanced.as_deref().unwrap_or_default()),
        (None, errno) => errno.unwrap_or_default().to_owned(),
    };
    let blocked = if cell.op25b == Op25b::Off { "off" } else { "on" };
    let after = crate::time::Instant::from_micros(outcome.after_us);
    let (destination, port, kind) = (cell.destination.id(), cell.port.id(), outcome.kind.id());
    format!("{destination:<12} {port:<5} {blocked:<6} {kind:<16} {:<14} {after} s", code.trim_end())
}
