//! What the developer's commands and the browser tests share: how the built page is served.
//!
//! The commands themselves are in the binary, `cargo xtask --help`.
#![forbid(unsafe_code)]

pub mod site;
