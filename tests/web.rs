//! In the browser's wasm. Finished with the simulation.
#![cfg(target_arch = "wasm32")]

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test::wasm_bindgen_test]
fn the_library_runs() {
    assert_eq!(smtp_explainer::time::Duration::from_millis(3).as_micros(), 3000);
}
