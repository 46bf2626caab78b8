//! The built-in data as texts: scenarios, world, personalities, client profiles, reply table.
//!
//! `build.rs` reads them from `data/`. This module neither parses nor checks them; whoever uses a text does.

include!(concat!(env!("OUT_DIR"), "/data.rs"));
