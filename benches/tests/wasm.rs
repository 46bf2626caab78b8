//! Our own work in the browser's wasm: a line for each, which `cargo xtask bench-wasm` holds against the native one.
#![cfg(target_arch = "wasm32")]

use smtp_explainer_bench::{Measure, works};
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn every_work() {
    // The clock counts milliseconds; the runner takes a page that is busy for twenty seconds for dead.
    let measure = Measure { clock: || js_sys::Date::now() * 1e6, round: 7e7, rounds: 5 };
    for mut work in works() {
        let [ours] = measure.best([&mut work.ours]);
        console_log!("measured\t{}\t{ours}", work.name);
    }
}
