//! The simulation in the browser's wasm: every scenario gives the transcript that it gives natively.
//!
//! The golden files are the native ones, which `cargo test` holds against a native run; the test runner serves them.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn the_runner_serves_the_golden_files() {
    assert!(file("Cargo.toml").await.is_some_and(|text| text.contains("[package]")));
    assert!(file("no-such-file").await.is_none());
}

/// The text of a file of the repository, which the test runner serves, or `None` when it is not there.
async fn file(path: &str) -> Option<String> {
    let window = web_sys::window().expect("a browser's window");
    let response = JsFuture::from(window.fetch_with_str(&format!("/{path}"))).await.expect("an answer");
    let response: web_sys::Response = response.dyn_into().expect("a response");
    let text = JsFuture::from(response.text().expect("a body")).await.expect("the body");
    response.ok().then(|| text.as_string()).flatten()
}
