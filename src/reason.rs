//! Why an event happened.
//!
//! A reason is an id such as `server.size.too-big`. Its first part says who decided: `server` a ruling, `client` the
//! client's own choice, `network` a rule or a timer, `dns` an answer, `queue` what a queue does next, `import`
//! what a log shows. What there is
//! to say about it stands in `data/`, never here: no value in the core names a clause.
//!
//! A reason is declared where it is used. Each module lists its own in a `REASONS` constant, and [`all`] puts the
//! lists together, so that a test can hold the set against the notes.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

use crate::session::Verdict;

/// Why one event happened. Every event has exactly one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Reason(&'static str);

impl Reason {
    /// A reason with this id. Only the core declares reasons.
    pub(crate) const fn new(id: &'static str) -> Self {
        Self(id)
    }

    /// The id, such as `server.size.too-big`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.0
    }

    /// The reason with this id, if the core declares one.
    #[must_use]
    pub fn by_id(id: &str) -> Option<Self> {
        find(&mut |reason| reason.0 == id)
    }
}

/// By its id where people read it, by its place in [`all`] in the compact form of the same program.
impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() {
            return to.serialize_str(self.0);
        }
        let place = all().position(|reason| reason == *self).and_then(|place| u16::try_from(place).ok());
        to.serialize_u16(place.ok_or_else(|| ser::Error::custom("a reason that no list names"))?)
    }
}

impl<'de> Deserialize<'de> for Reason {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let found = if from.is_human_readable() {
            Self::by_id(&String::deserialize(from)?)
        } else {
            let (place, mut next) = (u16::deserialize(from)?, 0);
            find(&mut |_| {
                next += 1;
                next > place
            })
        };
        found.ok_or_else(|| de::Error::custom("no reason has this id"))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Every module's list. A module that declares reasons adds its line here.
const LISTS: &[&[Reason]] = &[
    crate::client::REASONS,
    crate::client::mta::REASONS,
    crate::dns::REASONS,
    crate::import::REASONS,
    crate::network::REASONS,
    crate::session::REASONS,
    crate::session::FAULT_REASONS,
    crate::policy::REASONS,
    crate::simulation::REASONS,
];

/// The verdicts of every module that rules, list by list: what a server can answer, each with its reason.
const VERDICTS: &[&[&[&Verdict]]] =
    &[crate::session::VERDICT_LISTS, crate::extension::VERDICT_LISTS, crate::policy::VERDICT_LISTS];

/// The first of [`all`] that is wanted. Plain loops: iterators of lists of lists would be most of the code.
fn find(wanted: &mut dyn FnMut(Reason) -> bool) -> Option<Reason> {
    for list in LISTS {
        for reason in *list {
            if wanted(*reason) {
                return Some(*reason);
            }
        }
    }
    for lists in VERDICTS {
        for list in *lists {
            for verdict in *list {
                if wanted(verdict.reason) {
                    return Some(verdict.reason);
                }
            }
        }
    }
    None
}

/// Every reason the core can give, in a fixed order.
pub fn all() -> impl Iterator<Item = Reason> {
    LISTS.iter().copied().flatten().copied().chain(verdicts().map(|verdict| verdict.reason))
}

/// Every verdict a server can come to, in a fixed order.
pub fn verdicts() -> impl Iterator<Item = &'static Verdict> {
    VERDICTS.iter().copied().flatten().copied().flatten().copied()
}
