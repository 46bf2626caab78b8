//! SMTP, simulated and explained.
#![forbid(unsafe_code)]

pub mod data;
pub mod dns;
pub mod knowledge;
pub mod network;
pub mod prefix;
pub mod present;
pub mod reason;
pub mod smtp;
pub mod time;
