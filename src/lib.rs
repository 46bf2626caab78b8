//! SMTP, simulated and explained.
#![forbid(unsafe_code)]

pub mod data;
pub mod knowledge;
pub mod present;
pub mod reason;
pub mod time;
