//! Prints what the page's build needs from the library: the first view, the situations as octets, the languages, a
//! language's knowledge.
#![allow(clippy::print_stderr, reason = "printing is what this program is for")]

use std::io::Write as _;
use std::process::ExitCode;

use smtp_explainer::knowledge::{self, Knowledge};
use smtp_explainer::simulation::BuiltIn;
use smtp_explainer::ui;

/// The language of the prerendered view.
const FIRST: &str = "en";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let printed = match (arguments.next().as_deref(), arguments.next()) {
        (Some("html"), None) => html(),
        (Some("situations"), None) => situations(),
        (Some("languages"), None) => Ok(line(&knowledge::languages().collect::<Vec<_>>().join("\n"))),
        (Some("knowledge"), Some(tag)) => words(&tag).and_then(|k| k.to_octets().map_err(|error| error.to_string())),
        _ => Err("usage: prerender html | situations | languages | knowledge TAG".to_owned()),
    };
    match printed {
        Ok(octets) => match std::io::stdout().write_all(&octets) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn line(text: &str) -> Vec<u8> {
    format!("{text}\n").into_bytes()
}

fn words(tag: &str) -> Result<Knowledge, String> {
    let json = knowledge::embedded(tag).ok_or_else(|| format!("no language {tag} is built in"))?;
    Knowledge::from_json(json).map_err(|error| error.to_string())
}

fn situations() -> Result<Vec<u8>, String> {
    let built_in = BuiltIn::read().map_err(|error| error.to_string())?;
    built_in.to_octets().map_err(|error| error.to_string())
}

fn html() -> Result<Vec<u8>, String> {
    let built_in = BuiltIn::read().map_err(|error| error.to_string())?;
    Ok(line(&ui::first_view(words(FIRST)?, built_in)))
}
