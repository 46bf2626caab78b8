//! How the published page is compiled to be small, beyond what cargo's profiles can say.
//!
//! The standard library that comes with a toolchain is compiled to be fast, and each of its checks can end in a message
//! with a place; the page's readers fetch both and never see them, since the boot script says what is to be said when
//! the program stops. So the library is compiled with the page, for size, and what cannot go on stops without a word:
//! 7 % less to fetch. rustc calls the flags for it unstable: they are what *this* version understands, so another one
//! compiles the page the common way and says so.

use crate::repo::{self, Outcome};

/// The version of rustc that these flags are known to work with, as it begins to say it.
const KNOWN: &str = "rustc 1.95.";

/// Rewriting loops for addressing, which wasm has no use for, costs more program than all loops are worth; so does
/// carrying constants out of them. Half a megabyte of stack is far more than the page uses, and leaves its data at
/// addresses an octet shorter.
const COMMON: &[&str] =
    &["-Cllvm-args=-disable-lsr", "-Cllvm-args=-disable-machine-licm", "-Clink-arg=-zstack-size=524288"];

/// Nothing is told of a place that stops the program.
const FLAGS: &[&str] = &["-Zunstable-options", "-Cpanic=immediate-abort", "-Zlocation-detail=none"];

const ARGUMENTS: &[&str] = &["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];

/// What cargo and rustc are told besides the profile.
pub(crate) struct Recipe {
    /// For cargo.
    pub(crate) arguments: &'static [&'static str],
    /// For rustc.
    pub(crate) flags: Vec<String>,
}

/// The smallest this machine can make the page.
pub(crate) fn recipe() -> Outcome<Recipe> {
    let version = repo::output(repo::program("rustc").arg("--version"))?;
    let problem =
        if version.starts_with(KNOWN) { sources_missing() } else { Some(format!("this is {}", version.trim())) };
    let (arguments, more) = match problem {
        None => (ARGUMENTS, FLAGS),
        Some(problem) => {
            eprintln!("the standard library is taken as it comes, so the page is 7 % larger: {problem}");
            (&[][..], &[][..])
        }
    };
    let flags = COMMON.iter().chain(more).map(|flag| (*flag).to_owned());
    Ok(Recipe { arguments, flags: repo::neutral_paths()?.into_iter().chain(flags).collect() })
}

/// Adds the standard library's sources to the toolchain when they are missing, and says why they still are.
fn sources_missing() -> Option<String> {
    let sources = repo::sysroot().ok()?.join("lib/rustlib/src/rust/library/Cargo.lock");
    if sources.exists() {
        return None;
    }
    let added = repo::run(repo::program("rustup").args(["component", "add", "rust-src"]));
    if sources.exists() {
        None
    } else {
        Some(added.err().map_or("its sources are missing".to_owned(), |e| e.to_string()))
    }
}
