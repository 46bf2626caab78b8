//! Symptoms in, causes out: what somebody saw, matched against what programs and servers are known to say.
//!
//! A [`Symptom`] is data: the words it is known by, and its causes in the order of their likelihood, each with the
//! scenario that reproduces it and with what tells it from the others. [`Evidence`] is what there is to see, in a text
//! or in a run, and [`diagnose`] ranks the symptoms by what of it is theirs. Nothing is asked of anybody, and nothing of
//! the text but the replies of servers is given back, because the rest may hold secrets.

mod evidence;
mod rank;
mod sign;
mod symptom;

pub use evidence::{Evidence, Said};
pub use rank::{Match, Seen, diagnose};
pub use sign::Sign;
pub use symptom::{Cause, Symptom, Symptoms, SymptomsError};

/// The symptoms in a language, as built in. Only native builds have them.
#[cfg(not(target_arch = "wasm32"))]
#[must_use]
pub fn embedded(tag: &str) -> Option<&'static str> {
    EMBEDDED.iter().find(|(found, _)| *found == tag).map(|(_, json)| *json)
}

#[cfg(not(target_arch = "wasm32"))]
include!(concat!(env!("OUT_DIR"), "/symptoms.rs"));
