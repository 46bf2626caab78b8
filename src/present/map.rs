//! The map: every road at once, each cell a run.

use crate::gather::Gather as _;
use crate::knowledge::{Knowledge, Text};
use crate::present::link::Link;
use crate::present::view::{Map, MapCell, MapRow};
use crate::present::{bar, outcome};
use crate::simulation::choices::{Choices, Destination, Op25b, Place, Port};
use crate::simulation::{BuiltIn, Outcome, Scenario, Simulation, World};

/// The columns: port, and whether the provider blocks.
pub const COLUMNS: [(Port, Op25b); 6] = [
    (Port::Smtp, Op25b::Off),
    (Port::Smtp, Op25b::Drop),
    (Port::Submissions, Op25b::Off),
    (Port::Submissions, Op25b::Drop),
    (Port::Submission, Op25b::Off),
    (Port::Submission, Op25b::Drop),
];

/// The rows.
pub const DESTINATIONS: [Destination; 3] = [Destination::Own, Destination::Other, Destination::Mx];

/// One run of the map.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The row.
    pub destination: Destination,
    /// The column.
    pub port: Port,
    /// The column's half.
    pub op25b: Op25b,
    /// How the run ended.
    pub outcome: Outcome,
    /// The host it was meant for.
    pub host: String,
}

/// Every cell for a client in this network, row by row.
#[must_use]
pub fn map_cells(built_in: &BuiltIn, network: Place) -> Vec<Cell> {
    // The map varies the choices of the first scenario.
    let Some((_, base)) = built_in.scenarios.first() else { return Vec::new() };
    let world = &built_in.world;
    let mut cells = Vec::new();
    for destination in DESTINATIONS {
        for (port, op25b) in COLUMNS {
            cells.extend(cell(world, base, network, destination, port, op25b));
        }
    }
    cells
}

fn cell(
    world: &World,
    base: &Scenario,
    network: Place,
    destination: Destination,
    port: Port,
    op25b: Op25b,
) -> Option<Cell> {
    let choices = Choices {
        network: Some(network),
        destination: Some(destination),
        port: Some(port),
        op25b: Some(op25b),
        ..Choices::default()
    };
    let mut run = Simulation::new(world, base.with(&choices)).ok()?;
    run.run();
    let host = match destination {
        Destination::Mx => mx_name(world, base),
        Destination::Own | Destination::Other => run.setup().submission_host.clone().unwrap_or_default(),
    };
    Some(Cell { destination, port, op25b, outcome: run.outcome()?.clone(), host })
}

fn mx_name(world: &World, base: &Scenario) -> String {
    let domain = base.recipients.first().and_then(|path| path.rsplit_once('@')).map_or("", |(_, domain)| domain);
    let delivers =
        |host: &&crate::simulation::world::Host| host.server.local_domains.iter().any(|local| local == domain);
    world.hosts.iter().find(delivers).map_or_else(String::new, |host| host.name.clone())
}

/// The map as the page draws it.
pub(super) fn map(built_in: &BuiltIn, network: Place, k: &Knowledge) -> Map {
    let cells = map_cells(built_in, network);
    let situation = built_in.scenarios.first().map_or("", |(id, _)| id);
    let columns = COLUMNS.iter().map(|(port, op25b)| {
        let text = if *op25b == Op25b::Off { Text::MapColumnOff } else { Text::MapColumnOn };
        (port.number(), k.say(text))
    });
    let rows = DESTINATIONS.iter().map(|destination| {
        let cells: Vec<&Cell> = cells.iter().filter(|cell| cell.destination == *destination).gather();
        let name = k.text(match destination {
            Destination::Own => Text::MapRowOwn,
            Destination::Other => Text::MapRowOther,
            Destination::Mx => Text::MapRowMx,
        });
        MapRow {
            name: name.to_owned(),
            host: cells.first().map_or_else(String::new, |cell| cell.host.clone()),
            cells: cells.iter().map(|cell| drawn(cell, situation, network, name, k)).gather(),
        }
    });
    Map {
        network: bar::network_control(network, k),
        columns: columns.gather(),
        rows: rows.gather(),
        answer: k.say(Text::MapAnswer),
    }
}

fn drawn(cell: &Cell, situation: &str, network: Place, row: &str, k: &Knowledge) -> MapCell {
    let outcome = &cell.outcome;
    let word = outcome::word(outcome.kind, k).to_owned();
    let code = if outcome.kind == crate::simulation::Ending::Delivered { None } else { outcome::code(outcome) };
    let code = code.unwrap_or_default();
    let after = outcome::after(outcome);
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let link = Link {
        situation: situation.to_owned(),
        pairs: vec![
            ("step".to_owned(), (outcome.event + 1).to_string()),
            pair("port", cell.port.id()),
            pair("op25b", cell.op25b.id()),
            pair("network", network.id()),
            pair("destination", cell.destination.id()),
        ],
    };
    let text = if cell.op25b == Op25b::Off { Text::MapColumnOff } else { Text::MapColumnOn };
    let name = [row, cell.port.id(), k.text(text), &word, &code, &after].into_iter().filter(|part| !part.is_empty());
    let name = name.gather().join(", ");
    MapCell { word, tone: outcome::tone_of(outcome.kind), code, after, link: link.write(), name }
}
