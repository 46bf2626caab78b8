//! What the page says at step *n*, as plain structs.
//!
//! Not a view: nothing here knows Yew, HTML or a terminal. Not the knowledge either: words come from
//! [`crate::knowledge`], facts from [`crate::transcript`] and [`crate::simulation`]; this module joins them. Start with
//! [`Player`], which is a run and the reader's place in it, or with [`lines`], which a terminal prints.

pub mod lines;
pub mod link;
pub mod view;

mod anatomy;
mod bar;
mod edits;
mod explain;
mod map;
mod network;
mod outcome;
mod player;
mod rows;
mod states;
mod strata;
mod tcp;
mod topics;
mod transport;

pub use map::{COLUMNS, Cell, DESTINATIONS, map_cells};
pub use player::{Changed, Go, Player};
