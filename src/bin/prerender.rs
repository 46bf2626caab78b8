//! Prints what the page's build needs from the library: the first view, the languages, a language's knowledge.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is what this program is for")]

use std::process::ExitCode;

use smtp_explainer::knowledge::{self, Knowledge};
use smtp_explainer::ui;

/// The language of the prerendered view.
const FIRST: &str = "en";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let printed = match (arguments.next().as_deref(), arguments.next()) {
        (Some("html"), None) => html(),
        (Some("languages"), None) => Ok(knowledge::languages().collect::<Vec<_>>().join("\n")),
        (Some("knowledge"), Some(tag)) => {
            knowledge::embedded(&tag).map(str::to_owned).ok_or_else(|| format!("no language {tag} is built in"))
        }
        _ => Err("usage: prerender html | languages | knowledge TAG".to_owned()),
    };
    match printed {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn html() -> Result<String, String> {
    let json = knowledge::embedded(FIRST).ok_or_else(|| format!("no language {FIRST} is built in"))?;
    let words = Knowledge::from_json(json).map_err(|error| error.to_string())?;
    Ok(ui::first_view(words))
}
