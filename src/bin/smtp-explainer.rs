//! The command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    smtp_explainer::cli::main()
}
