//! What a run may cost. Every loop of the simulation ends at one of these.

use crate::time::Duration;

/// The most events a run keeps; a run that reaches it ends there.
pub const EVENTS: usize = 10_000;

/// The most attempts of a leg. RFC 5321 §4.5.4.1 asks a queue for half an hour between tries and for giving up after some
/// five days, which is 240 tries at the most.
pub const ATTEMPTS: u8 = u8::MAX;

/// The most legs a journey has: more than any built-in scenario needs, and an end for mail that goes in circles.
pub const LEGS: u8 = 32;

/// The most octets of a scenario's text that are read.
pub const SCENARIO_OCTETS: usize = 1 << 20;

/// How long a queue waits before it looks at a message that has just come in.
pub const QUEUE_PICKS_UP: Duration = Duration::from_millis(50);
