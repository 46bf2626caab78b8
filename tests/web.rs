//! The simulation in the browser's wasm: every scenario gives the transcript that it gives natively.
#![cfg(target_arch = "wasm32")]

mod digest;

use wasm_bindgen_test::wasm_bindgen_test;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn every_transcript_is_the_golden_one() {
    let found = digest::digests();
    assert!(found.len() > 20, "all the built-in scenarios: {}", found.len());
    let differences = digest::differences(&found);
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}
