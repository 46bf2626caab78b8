//! `differ`: each behaviour, and what each server does, side by side.

use std::fmt::Write as _;

use super::Failure;
use super::args::{Differ, Format};
use crate::personality::differ::{Difference, differences, servers};

/// All behaviours as a table, or one with what each answer means.
pub(super) fn differ(arguments: &Differ) -> Result<String, Failure> {
    let mut all = differences().map_err(|error| Failure(error.to_string()))?;
    if let Some(name) = &arguments.behaviour {
        let names: Vec<String> = all.iter().map(|it| it.name.clone()).collect();
        all.retain(|it| it.name == *name);
        if all.is_empty() {
            let like: Vec<&str> = names.iter().map(String::as_str).filter(|it| it.contains(name.as_str())).collect();
            let hint = if like.is_empty() { "`differ` alone lists them".to_owned() } else { like.join(", ") };
            return Err(Failure(format!("there is no behaviour {name:?}; {hint}")));
        }
    }
    match (arguments.format, arguments.behaviour.is_some()) {
        (Format::Json, _) => {
            let whole = serde_json::json!({ "servers": servers(), "behaviours": all });
            serde_json::to_string_pretty(&whole).map(|text| text + "\n").map_err(|error| Failure(error.to_string()))
        }
        (Format::Text, true) => Ok(all.iter().map(explained).collect()),
        (Format::Text, false) => Ok(table(&all)),
    }
}

/// One behaviour: what it decides, by which clause, and who does what.
fn explained(it: &Difference) -> String {
    let mut text = format!("{} ({})\n{}\n", it.name, it.table, it.about);
    let clause = it.clause.as_deref().unwrap_or("none");
    let _ = writeln!(text, "clause: {clause}");
    for answer in &it.answers {
        let who: Vec<&str> = it.who(&answer.answer).collect();
        let who = if who.is_empty() { "nobody measured".to_owned() } else { who.join(", ") };
        let follows = if answer.follows { "follows" } else { "departs" };
        let _ = writeln!(text, "\n  {} ({follows}): {who}\n    {}", answer.answer, answer.means);
    }
    text
}

/// A row a behaviour, a column a server.
fn table(all: &[Difference]) -> String {
    let servers = servers();
    let width = |words: &mut dyn Iterator<Item = usize>| words.max().unwrap_or_default();
    let first = width(&mut all.iter().map(|it| it.name.len())).max("behaviour".len());
    let columns: Vec<usize> = servers
        .iter()
        .map(|server| width(&mut all.iter().filter_map(|it| it.of(server)).map(str::len)).max(server.len()))
        .collect();
    let mut text = format!("{:first$}", "behaviour");
    for (server, width) in servers.iter().zip(&columns) {
        let _ = write!(text, "  {server:width$}");
    }
    let mut text = text.trim_end().to_owned() + "\n";
    for it in all {
        let mut row = format!("{:first$}", it.name);
        for (server, width) in servers.iter().zip(&columns) {
            let _ = write!(row, "  {:width$}", it.of(server).unwrap_or_default());
        }
        text += row.trim_end();
        text.push('\n');
    }
    text
}
