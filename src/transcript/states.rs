//! The states a session went through, kept small: each once while it lasts, its texts once for all.

use std::num::NonZeroU16;
use std::sync::Arc;

use crate::session::{Snapshot, StateId};

/// States in the order they came.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct States {
    kept: Vec<Kept>,
    /// Names and paths, each once.
    texts: Vec<Arc<str>>,
    /// The forward-paths of all states, one list after the other.
    paths: Vec<NonZeroU16>,
}

/// One state; numbers lead to `texts` and `paths`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Kept {
    state: StateId,
    tls: bool,
    hello: Option<NonZeroU16>,
    user: Option<NonZeroU16>,
    reverse_path: Option<NonZeroU16>,
    forward_paths: (u32, u16),
}

impl States {
    /// Adds a state unless it is the one that lasts.
    pub(super) fn push(&mut self, state: &Snapshot) {
        if self.kept.last().is_some_and(|last| self.is(last, state)) {
            return;
        }
        let first = self.paths.len();
        let hello = state.hello.as_ref().and_then(|text| self.text(text));
        let user = state.user.as_ref().and_then(|text| self.text(text));
        let reverse_path = state.reverse_path.as_ref().and_then(|text| self.text(text));
        for path in state.forward_paths() {
            if let Some(text) = self.text(path) {
                self.paths.push(text);
            }
        }
        let count = u16::try_from(self.paths.len() - first).unwrap_or(u16::MAX);
        let forward_paths = (u32::try_from(first).unwrap_or(u32::MAX), count);
        self.kept.push(Kept { state: state.state, tls: state.tls, hello, user, reverse_path, forward_paths });
    }

    /// Is this the state that was kept?
    fn is(&self, kept: &Kept, state: &Snapshot) -> bool {
        let is = |at: Option<NonZeroU16>, text: Option<&Arc<str>>| at.and_then(|at| self.texts.get(index(at))) == text;
        let (first, count) = (kept.forward_paths.0 as usize, usize::from(kept.forward_paths.1));
        let paths = self.paths.get(first..first + count).unwrap_or_default();
        kept.state == state.state
            && kept.tls == state.tls
            && is(kept.hello, state.hello.as_ref())
            && is(kept.user, state.user.as_ref())
            && is(kept.reverse_path, state.reverse_path.as_ref())
            && paths.len() == state.forward_paths().len()
            && paths.iter().zip(state.forward_paths()).all(|(at, path)| is(Some(*at), Some(path)))
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.kept.len()
    }

    /// The state with this number.
    pub(super) fn get(&self, at: usize) -> Option<Snapshot> {
        let kept = self.kept.get(at)?;
        let text = |at: NonZeroU16| self.texts.get(index(at)).cloned();
        let (first, count) = (kept.forward_paths.0 as usize, usize::from(kept.forward_paths.1));
        let paths = self.paths.get(first..first + count).unwrap_or_default();
        Some(Snapshot {
            state: kept.state,
            tls: kept.tls,
            hello: kept.hello.and_then(text),
            user: kept.user.and_then(text),
            reverse_path: kept.reverse_path.and_then(text),
            forward_paths: (!paths.is_empty()).then(|| paths.iter().filter_map(|at| text(*at)).collect()),
        })
    }

    /// What is kept, in octets, the texts left out: they are octets of the transcript a second time.
    pub(super) fn kept(&self) -> usize {
        self.kept.len() * size_of::<Kept>() + self.paths.len() * size_of::<NonZeroU16>()
    }

    /// The number of a text, from 1. Beyond 65,535 different ones, which no run within its limits has, none.
    fn text(&mut self, text: &Arc<str>) -> Option<NonZeroU16> {
        let at = self.texts.iter().position(|known| known == text).unwrap_or_else(|| {
            self.texts.push(Arc::clone(text));
            self.texts.len() - 1
        });
        u16::try_from(at + 1).ok().and_then(NonZeroU16::new)
    }
}

/// Where in a list the text with this number stands; numbers begin with 1.
fn index(number: NonZeroU16) -> usize {
    usize::from(number.get()) - 1
}
