//! What the page says at step *n*, as plain structs.
//!
//! Not a view: nothing here knows Yew, HTML or a terminal. Not the knowledge either: words come from
//! [`crate::knowledge`], facts from [`crate::transcript`] and [`crate::simulation`]; this module joins them.

pub mod view;
