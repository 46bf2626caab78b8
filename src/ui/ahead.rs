//! Explanations that are ready before the reader comes to them.
//!
//! To make an explanation, draw it and lay it out is most of what a step costs. While the reader reads, those of the
//! steps beside this one are drawn out of sight, and a step then only shows what is there.

use std::rc::Rc;
use std::sync::Arc;

use crate::present::view::{Diagram, Step};

/// How many are kept: this step's, the next one's, and that of the one before.
pub const SLOTS: usize = 3;

/// An explanation that can be drawn.
pub struct Ready {
    /// The step, from 0.
    pub at: usize,
    /// What is said of it.
    pub step: Arc<Step>,
    /// The state diagram, while it is open.
    pub diagram: Option<Diagram>,
}

/// What is ready. A step has its slot by its number, so that neighbours never take each other's.
#[derive(Default)]
pub struct Ahead([Option<Rc<Ready>>; SLOTS]);

impl Ahead {
    /// Of this step, unless it still has to be made.
    #[must_use]
    pub fn get(&self, at: usize) -> Option<&Rc<Ready>> {
        self.0.iter().flatten().find(|ready| ready.at == at)
    }

    /// Keeps this one, in place of another in its slot.
    pub fn put(&mut self, ready: Ready) {
        if let Some(slot) = self.0.get_mut(ready.at % SLOTS) {
            *slot = Some(Rc::new(ready));
        }
    }

    /// Nothing is ready: the run has changed, or the words.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Each slot with what is in it.
    #[must_use]
    pub const fn slots(&self) -> &[Option<Rc<Ready>>; SLOTS] {
        &self.0
    }

    /// A step beside this one that is not ready: the next, or else the one before.
    #[must_use]
    pub fn missing(&self, at: usize, steps: usize) -> Option<usize> {
        let beside = [Some(at + 1).filter(|next| *next < steps), at.checked_sub(1)];
        beside.into_iter().flatten().find(|at| self.get(*at).is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready(at: usize) -> Ready {
        Ready { at, step: Arc::default(), diagram: None }
    }

    #[test]
    fn the_next_one_is_made_first_then_the_one_before() {
        let mut ahead = Ahead::default();
        ahead.put(ready(4));
        assert_eq!(ahead.missing(4, 9), Some(5));
        ahead.put(ready(5));
        assert_eq!(ahead.missing(4, 9), Some(3));
        ahead.put(ready(3));
        assert_eq!(ahead.missing(4, 9), None);
        assert!(ahead.get(4).is_some(), "neighbours take another slot");
    }

    #[test]
    fn a_run_has_ends() {
        let ahead = Ahead::default();
        assert_eq!((ahead.missing(0, 1), ahead.missing(0, 2), ahead.missing(1, 2)), (None, Some(1), Some(0)));
    }

    #[test]
    fn a_step_takes_the_slot_of_the_third_before_it() {
        let mut ahead = Ahead::default();
        (0..4).for_each(|at| ahead.put(ready(at)));
        assert!(ahead.get(0).is_none() && ahead.get(1).is_some() && ahead.get(3).is_some());
        ahead.clear();
        assert!(ahead.slots().iter().all(Option::is_none));
    }
}
