//! SMTP, simulated and explained.
#![forbid(unsafe_code)]

pub mod present;
pub mod reason;
pub mod time;
