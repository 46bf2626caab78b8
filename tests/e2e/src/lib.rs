//! A real browser on the built page: what the browser tests, the pictures and the step bench share.
//!
//! Not a test itself, and not a copy of the page's knowledge: what the page should say stands in the tests.
#![forbid(unsafe_code)]
#![allow(clippy::disallowed_types, reason = "a browser runs in real time")]
#![allow(clippy::missing_panics_doc, reason = "a helper of a test ends it when the page or the browser fails it")]

mod browser;
mod driver;
mod watch;
mod wire;

use std::{env, path::PathBuf};

pub use browser::{Browser, Problem, Theme};
pub use fantoccini::elements::Element;
pub use fantoccini::key::Key;
pub use fantoccini::{Client, Locator};

/// The folder of this package, as cargo says it now: another checkout with the same target folder may have compiled it.
#[must_use]
pub fn package() -> PathBuf {
    env::var_os("CARGO_MANIFEST_DIR").unwrap_or(env!("CARGO_MANIFEST_DIR").into()).into()
}
