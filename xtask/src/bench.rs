//! What is measured of the core besides `cargo bench`: its speed in wasm, its weight.
//!
//! Not tests: the figures depend on the machine, and nothing fails when a goal is missed.

use std::fs;

use clap::Args;

use crate::repo::{self, Outcome, WASM};
use crate::{groups, size, tools};

const PACKAGE: &str = "smtp-explainer-bench";

/// The most the core may weigh, in octets of brotli.
const CORE: usize = 25_000;

/// Vector instructions for wasm: native programs have theirs by default, and every browser has had these since 2023.
/// Without them mail data is read 27 times slower than natively; the page, built for size, uses none.
const VECTORS: &str = "-Ctarget-feature=+simd128";

#[derive(Args)]
#[group(skip)]
pub(crate) struct Options {
    /// Install Chromium first (Debian or Ubuntu, as root)
    #[arg(long)]
    install: bool,
}

/// Runs the same work natively and in Chromium's wasm, both optimised for speed, and prints the ratios.
pub(crate) fn in_wasm(options: &Options) -> Outcome<()> {
    if let Some(tool) = tools::provide(&[tools::CHROMEDRIVER], options.install).first() {
        return Err(format!("{} is missing: {}", tool.name, tool.remedy()).into());
    }
    let native = ["bench", "--quiet", "--package", PACKAGE, "--bench", "peers", "--", "--ours"];
    let native = repo::output(&mut repo::cargo(&native))?;
    let wasm = ["test", "--release", "--package", PACKAGE, "--target", WASM, "--test", "wasm", "--", "--nocapture"];
    let mut wasm = groups::cargo_in_browser(&wasm)?;
    let wasm = repo::output(wasm.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", VECTORS))?;
    println!("wasm with {VECTORS}");
    println!("{:36} {:>12} {:>12} {:>6} {:>5}  met", "work", "native, ns", "wasm, ns", "ratio", "goal");
    for (name, native, goal) in measured(&native) {
        let Some((_, wasm, _)) = measured(&wasm).find(|(other, ..)| *other == name) else {
            return Err(format!("{name} was not measured in wasm").into());
        };
        let ratio = wasm / native;
        let judged =
            goal.map_or(String::new(), |goal| format!("{goal:5.2}  {}", if ratio <= goal { "yes" } else { "NO" }));
        println!("{name:36} {native:12.1} {wasm:12.1} {ratio:6.2} {judged}");
    }
    Ok(())
}

/// The lines of a measurement among what a program printed: name, nanoseconds, goal.
fn measured(printed: &str) -> impl Iterator<Item = (&str, f64, Option<f64>)> {
    printed.lines().filter_map(|line| {
        let mut fields = line.trim().strip_prefix("measured\t")?.split('\t');
        Some((fields.next()?, fields.next()?.parse().ok()?, fields.next().and_then(|goal| goal.parse().ok())))
    })
}

/// Prints what grammar, session and the first six extensions weigh as wasm, without everything around them.
pub(crate) fn core_size() -> Outcome<()> {
    let arguments = ["--package", PACKAGE, "--target", WASM, "--profile", "page"];
    // The page's wasm has no names either.
    let flags = [repo::neutral_paths()?, vec!["-Cstrip=symbols".to_owned()]].concat();
    let module = repo::compile("core", &arguments, &flags)?;
    let octets = fs::read(&module).map_err(|error| format!("{}: {error}", module.display()))?;
    let packed = size::pack(&octets)?;
    let met = if packed <= CORE { "met" } else { "NOT met" };
    println!("the core: {} octets, {packed} in brotli; goal: {CORE}, {met}", octets.len());
    Ok(())
}
