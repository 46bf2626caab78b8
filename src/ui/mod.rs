//! The page: what the reader sees and presses, drawn with Yew from the structs of [`crate::present`].
//!
//! It computes nothing about SMTP. `model`, `message` and `update` know no Yew; each part of the page is one module
//! that turns structs into HTML; `browser` alone touches the address bar, storage, timers and focus.

pub mod ahead;
pub mod anatomy;
mod app;
pub mod bar;
mod browser;
pub mod context;
mod course;
pub mod diagram;
pub mod draw;
pub mod explain;
pub mod header;
pub mod help;
pub mod keys;
pub mod later;
pub mod map;
pub mod message;
pub mod model;
pub mod network;
pub mod notice;
pub mod outcome;
mod plan;
pub mod schedule;
pub mod settings;
pub mod still;
pub mod strata;
pub mod transcript;
pub mod transport;
pub mod update;

#[cfg(feature = "ssr")]
pub use app::first_view;
#[cfg(feature = "web")]
pub use app::mount;
pub use app::{App, AppProps};
