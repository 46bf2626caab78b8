//! The command line: arguments in, text or JSON out. The only module that knows an operating system.
//!
//! It computes nothing about SMTP: it reads a scenario, runs it and prints what `present` and `transcript` say.

mod args;
mod conform;
mod diagnose;
mod differ;
mod explain;
mod import;
mod run;
mod screen;
#[expect(clippy::disallowed_types, reason = "a real server lives in real time")]
mod serve;
mod tables;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Arguments, Command};

/// What went wrong, in words for the person who typed it. The exit code is 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Failure(String);

/// Runs the command line. Exit code 0 when it ran (a simulated refusal is a result), 1 when `conform` found
/// differences or `diagnose` found nothing, 2 when it could not.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            if error.use_stderr() {
                // It quotes what was typed.
                eprint!("{}", screen::shown(&error.render().to_string()));
                return ExitCode::from(2);
            }
            // Nothing is left to do where even the help cannot be written.
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
    };
    let ran = |text| (text, true);
    let printed = match arguments.command {
        Command::List => tables::list().map(ran),
        Command::Run(run) => run::run(&run).map(ran),
        Command::ServeSmtp(arguments) => serve::serve(&arguments).map(ran),
        Command::Map(map) => tables::map(map.network.as_deref()).map(ran),
        Command::Conform(it) => conform::conform(&it.folder, it.server.as_deref(), it.json),
        Command::Differ(it) => differ::differ(&it).map(ran),
        Command::Explain(words) => explain::explain(&words.words.join(" ")).map(ran),
        Command::Diagnose(seen) => diagnose::diagnose(&seen),
        Command::Import(import) => import::import(&import).map(ran),
    };
    match printed.and_then(|(text, good)| print(&screen::shown(&text)).map(|()| good)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(Failure(problem)) => {
            eprintln!("smtp-explainer: {}", screen::shown(&problem));
            ExitCode::from(2)
        }
    }
}

/// Prints all of it or says why not. A reader that has gone away, such as `head`, is no failure.
fn print(text: &str) -> Result<(), Failure> {
    use std::io::Write as _;
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure(error.to_string())),
        _ => Ok(()),
    }
}
