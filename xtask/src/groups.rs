//! The test groups: what each runs, what it needs from outside, and the summary.

use std::process::Command;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};

use crate::{
    dist,
    repo::{self, Outcome, WASM},
    size,
    tools::{self, Tool},
};

#[derive(Args)]
#[group(skip)]
pub(crate) struct Options {
    /// Install what the groups need from outside first (apt-get as root, cargo install, npm ci)
    #[arg(long)]
    install: bool,
    /// Fail when something could not be run because a program is missing
    #[arg(long)]
    strict: bool,
    groups: Vec<Group>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Group {
    /// Format, clippy for every feature set and target, documentation, licences and sources
    Lint,
    /// The simulation and the command line
    Core,
    /// The same transcripts in the browser's wasm
    Wasm,
    /// The page's views, rendered natively
    View,
    /// What the page weighs
    Size,
    /// The page in a real browser
    Browser,
    /// Real mail programs that send to the simulated server
    Clients,
}

/// One command of a group.
struct Step {
    needs: &'static [Tool],
    action: Action,
}

enum Action {
    Cargo(&'static [&'static str]),
    /// In a browser, by this program as cargo's runner.
    CargoInBrowser(&'static [&'static str]),
    Call(&'static str, fn() -> Outcome<()>),
}

/// How a group ended.
struct Report {
    group: Group,
    took: Duration,
    errors: Vec<String>,
    /// What was left out, and the command that would have brought it.
    left_out: Vec<String>,
}

/// Runs the groups in their order; every group runs, whatever happened to those before it.
pub(crate) fn test(options: &Options) -> Outcome<()> {
    let chosen = |group: &Group| options.groups.is_empty() || options.groups.contains(group);
    let mut reports = Vec::new();
    for group in Group::value_variants().iter().copied().filter(chosen) {
        reports.push(run(group, options.install));
    }
    summarize(&reports, options.strict)
}

fn run(group: Group, install: bool) -> Report {
    let begun = Instant::now();
    println!("\n== {}", group.name());
    let mut report = Report { group, took: Duration::ZERO, errors: Vec::new(), left_out: Vec::new() };
    for step in group.steps() {
        let missing = tools::provide(step.needs, install);
        if let Some(tool) = missing.first() {
            report.left_out.push(format!("{} needs {}: {}", step.action.words(), tool.name, tool.remedy()));
        } else if let Err(error) = step.action.run() {
            eprintln!("error: {error}");
            report.errors.push(error.to_string());
        }
    }
    report.took = begun.elapsed();
    report
}

fn summarize(reports: &[Report], strict: bool) -> Outcome<()> {
    println!();
    for report in reports {
        println!("{:8} {:8} {:7.1} s", report.group.name(), report.word(), report.took.as_secs_f32());
        for line in report.errors.iter().chain(&report.left_out) {
            println!("         {line}");
        }
    }
    let failed = reports.iter().filter(|report| !report.errors.is_empty()).count();
    let short = reports.iter().filter(|report| report.errors.is_empty() && !report.left_out.is_empty()).count();
    println!("groups: {} passed, {failed} failed, {short} skipped", reports.len() - failed - short);
    match (failed, short) {
        (0, 0) => Ok(()),
        (0, _) if !strict => Ok(()),
        (0, _) => Err("some checks were not run; `cargo xtask test --install` installs what they need".into()),
        _ => Err("some groups failed".into()),
    }
}

impl Report {
    fn word(&self) -> &'static str {
        match (self.errors.is_empty(), self.left_out.is_empty()) {
            (true, true) => "passed",
            (true, false) => "in part",
            (false, _) => "failed",
        }
    }
}

impl Group {
    fn name(self) -> &'static str {
        match self {
            Self::Lint => "lint",
            Self::Core => "core",
            Self::Wasm => "wasm",
            Self::View => "view",
            Self::Size => "size",
            Self::Browser => "browser",
            Self::Clients => "clients",
        }
    }

    fn steps(self) -> Vec<Step> {
        match self {
            Self::Lint => lint(),
            Self::Core => {
                vec![
                    cargo(&["test", "--no-fail-fast"]),
                    cargo(&["test", "--no-fail-fast", "--features", "cli"]),
                    cargo(&["test", "--package", "xtask"]),
                ]
            }
            Self::Wasm => vec![Step {
                needs: &[tools::CHROMEDRIVER],
                action: Action::CargoInBrowser(&["test", "--target", WASM, "--test", "web"]),
            }],
            // What the feature does not change is tested by the core's group already.
            Self::View => {
                vec![cargo(&["test", "--no-fail-fast", "--features", "ssr", "--lib", "--bins", "--test", "view"])]
            }
            Self::Size => vec![call("the build", build_release), call("the weighing", size::check)],
            Self::Browser => browser(),
            Self::Clients => clients(),
        }
    }
}

fn lint() -> Vec<Step> {
    const CLIPPY: &[Tool] = &[tools::CLIPPY];
    let clippy = |arguments| Step { needs: CLIPPY, action: Action::Cargo(arguments) };
    vec![
        clippy(&["fmt", "--all", "--check"]),
        clippy(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
        clippy(&["clippy", "--all-targets", "--features", "cli", "--", "-D", "warnings"]),
        clippy(&["clippy", "--all-targets", "--features", "ssr", "--", "-D", "warnings"]),
        clippy(&["clippy", "--lib", "--bin", "page", "--features", "web", "--target", WASM, "--", "-D", "warnings"]),
        clippy(&["clippy", "--lib", "--test", "web", "--target", WASM, "--", "-D", "warnings"]),
        clippy(&[
            "clippy",
            "--package",
            "smtp-explainer-bench",
            "--all-targets",
            "--target",
            WASM,
            "--",
            "-D",
            "warnings",
        ]),
        call("cargo doc", document),
        Step { needs: &[tools::CARGO_DENY], action: Action::Call("cargo deny", judge_dependencies) },
    ]
}

fn browser() -> Vec<Step> {
    const DRIVER: &[Tool] = &[tools::CHROMEDRIVER];
    const AXE: &[Tool] = &[tools::CHROMEDRIVER, tools::NPM, tools::AXE];
    const PACKAGE: &str = "smtp-explainer-e2e";
    vec![
        Step { needs: DRIVER, action: Action::Call("the build", build_release) },
        Step {
            needs: DRIVER,
            action: Action::Cargo(&[
                "test",
                "--no-fail-fast",
                "--package",
                PACKAGE,
                "--test",
                "page",
                "--test",
                "watch",
            ]),
        },
        Step {
            needs: AXE,
            action: Action::Cargo(&["test", "--no-fail-fast", "--package", PACKAGE, "--test", "accessibility"]),
        },
    ]
}

/// A step for each program, so that one that is missing keeps no other from being tried.
fn clients() -> Vec<Step> {
    macro_rules! one {
        ($test:literal, $needs:expr) => {
            Step {
                needs: $needs,
                action: Action::Cargo(&[
                    "test",
                    "--quiet",
                    "--package",
                    "smtp-explainer-e2e",
                    "--test",
                    "clients",
                    "--",
                    "--nocapture",
                    "--exact",
                    $test,
                ]),
            }
        };
    }
    vec![
        one!("swaks", &[tools::SWAKS]),
        one!("curl", &[tools::CURL]),
        one!("smtplib", &[tools::PYTHON]),
        one!("msmtp", &[tools::MSMTP]),
        one!("pear_mail", &[tools::PEAR_MAIL]),
        one!("phpmailer", &[tools::PHPMAILER]),
    ]
}

fn cargo(arguments: &'static [&'static str]) -> Step {
    Step { needs: &[], action: Action::Cargo(arguments) }
}

fn call(name: &'static str, function: fn() -> Outcome<()>) -> Step {
    Step { needs: &[], action: Action::Call(name, function) }
}

impl Action {
    fn run(&self) -> Outcome<()> {
        match self {
            Self::Cargo(arguments) => repo::run(&mut repo::cargo(arguments)),
            Self::CargoInBrowser(arguments) => repo::run(&mut cargo_in_browser(arguments)?),
            Self::Call(_, function) => function(),
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Cargo(arguments) | Self::CargoInBrowser(arguments) => format!("cargo {}", arguments.join(" ")),
            Self::Call(name, _) => String::from(*name),
        }
    }
}

/// A cargo command whose wasm programs run in a browser, by this program.
pub(crate) fn cargo_in_browser(arguments: &[&str]) -> Outcome<Command> {
    let runner = format!("{} wasm-test", std::env::current_exe()?.display());
    let mut command = repo::cargo(arguments);
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner);
    command.env("CHROMEDRIVER", tools::find("chromedriver").unwrap_or_default());
    Ok(command)
}

fn build_release() -> Outcome<()> {
    dist::build(&dist::Options { release: true }).map(drop)
}

/// Licences, refused crates, registries; advisories would need a database from outside.
fn judge_dependencies() -> Outcome<()> {
    let arguments = ["deny", "--workspace", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"];
    repo::run(&mut repo::cargo(&arguments))
}

/// The library's documentation must have no broken link.
fn document() -> Outcome<()> {
    let arguments = ["doc", "--no-deps", "--lib", "--document-private-items", "--features", "cli,ssr"];
    repo::run(repo::cargo(&arguments).env("RUSTDOCFLAGS", "-D warnings"))
}
