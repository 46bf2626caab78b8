//! The same scenario gives the same transcript on every platform, octet for octet: `tests/golden/digests.txt` is what
//! all have to give. Here it is held against a native run, in `tests/web.rs` against one in the browser's wasm.
#![cfg(not(target_arch = "wasm32"))]

mod digest;

use std::{env, fs, path::PathBuf};

#[test]
fn every_transcript_is_the_golden_one() {
    let found = digest::digests();
    if env::var_os("UPDATE_GOLDEN").is_some() {
        let path = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the test"))
            .join("tests/golden/digests.txt");
        fs::write(&path, found.join("\n") + "\n").expect("the golden file can be written");
        return;
    }
    let differences = digest::differences(&found);
    assert!(differences.is_empty(), "UPDATE_GOLDEN=1 writes what is right:\n{}", differences.join("\n"));
}

#[test]
fn a_second_run_is_the_first_again() {
    assert_eq!(digest::digests(), digest::digests());
}
