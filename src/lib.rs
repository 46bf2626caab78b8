//! SMTP, simulated and explained.
#![forbid(unsafe_code)]

#[cfg(feature = "cli")]
pub mod cli;
pub mod client;
pub mod data;
pub mod diagnosis;
pub mod dns;
pub mod extension;
mod gather;
pub mod import;
pub mod knowledge;
pub mod network;
mod octets;
pub mod personality;
pub mod policy;
pub mod prefix;
pub mod present;
pub mod reason;
pub mod sasl;
pub mod server;
pub mod session;
pub mod simulation;
pub mod smtp;
pub mod time;
pub mod transcript;
#[cfg(any(feature = "web", feature = "ssr"))]
pub mod ui;
