//! The developer's commands: `cargo xtask build | serve | test | shots | bench-step | bench-wasm | core-size`.
//!
//! Not part of the product: it builds the page, shows it and checks it, and knows nothing of SMTP.
#![forbid(unsafe_code)]
#![allow(clippy::disallowed_types, reason = "a build takes real time")]

mod bench;
mod dist;
mod glue;
mod groups;
mod order;
mod repo;
mod serve;
mod size;
mod small;
mod tools;

use std::{ffi::OsString, process::ExitCode};

use clap::{Args, Parser, Subcommand};

use crate::repo::Outcome;

/// Builds, serves and tests SMTP Explainer.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the page into dist/
    Build(dist::Options),
    /// Build the page and serve it on this machine, at port 8080
    Serve(serve::Options),
    /// Run the test groups, all of them when none is named
    Test(groups::Options),
    /// Take pictures of the built page
    Shots(Browser),
    /// Print what one step costs in the browser at a quarter of this machine's speed
    BenchStep(Browser),
    /// Print what the core's work takes in Chromium's wasm beside what it takes natively
    BenchWasm(bench::Options),
    /// Print what grammar, session and extensions alone weigh as wasm
    CoreSize,
    /// Run a wasm test file in a browser (what cargo calls for `cargo test --target wasm32-unknown-unknown`)
    #[command(hide = true)]
    WasmTest {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
}

/// A command that needs Chromium.
#[derive(Args)]
#[group(skip)]
struct Browser {
    /// Install Chromium and the fonts the pictures need first (Debian or Ubuntu, as root)
    #[arg(long)]
    install: bool,
    /// Handed to the program that drives the browser; `-- --help` lists them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Outcome<()> {
    match command {
        Command::Build(options) => dist::build(&options).map(drop),
        Command::Serve(options) => serve::serve(&options),
        Command::Test(options) => groups::test(&options),
        Command::Shots(options) => drive("shots", &options),
        Command::BenchStep(options) => drive("bench-step", &options),
        Command::BenchWasm(options) => bench::in_wasm(&options),
        Command::CoreSize => bench::core_size(),
        Command::WasmTest { arguments } => {
            let program = OsString::from("wasm-bindgen-test-runner");
            Ok(wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(
                std::iter::once(program).chain(arguments),
            )?)
        }
    }
}

/// Builds the page as it is published and runs one of the browser programs on it.
fn drive(program: &str, options: &Browser) -> Outcome<()> {
    let missing = tools::provide(&[tools::CHROMEDRIVER, tools::CJK_FONTS], options.install);
    if let Some(tool) = missing.iter().find(|tool| tool.name == tools::CHROMEDRIVER.name) {
        return Err(format!("{} is missing: {}", tool.name, tool.remedy()).into());
    }
    dist::build(&dist::Options { release: true })?;
    let mut cargo = repo::cargo(&["run", "--quiet", "--package", "smtp-explainer-e2e", "--bin", program, "--"]);
    cargo.args(&options.arguments);
    repo::run(&mut cargo)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }
}
