//! What the core does, beside what its peers do, on the same octets.
//!
//! `smtp-proto` parses commands, replies and mail data; `mailrs-smtp-proto` has a server's session. The work stands
//! here, so that it can be timed natively (`benches/peers.rs`) and in wasm (`tests/wasm.rs`); nothing here keeps time.

mod dialogue;
mod inputs;
mod mail_data;
mod measure;
mod parsing;

pub use measure::Measure;

/// A piece of work, done once by each side.
pub struct Work {
    /// What is done.
    pub name: &'static str,
    /// Who else does it.
    pub peer: &'static str,
    /// What is to be reached.
    pub goals: Goals,
    /// Ours. What it gives back keeps the compiler from leaving the work out.
    pub ours: Box<dyn FnMut() -> usize>,
    /// The peer's.
    pub theirs: Box<dyn FnMut() -> usize>,
}

/// What is to be reached.
#[derive(Clone, Copy)]
pub struct Goals {
    /// Our time, as a share of the peer's.
    pub of_peer: f64,
    /// Our allocations.
    pub allocations: Option<u64>,
    /// Our time in wasm, as a multiple of our native time.
    pub in_wasm: Option<f64>,
}

/// Everything that is measured.
#[must_use]
pub fn works() -> Vec<Work> {
    let mut works = parsing::works();
    works.extend(dialogue::works());
    works.extend(mail_data::works());
    works
}
