//! What happened: one ordered list of events, with the octets they carried.
//!
//! All octets stand once; events point into them. An event holds ids (reason, state, phase), no words and no clauses:
//! a golden transcript survives an edited note. Not here: why anything happened (session, client, network) and what
//! it means to a reader (`present`).

mod json;
mod kinds;
mod text;

use std::net::SocketAddr;
use std::ops::Range;

pub use json::{JsonEvent, to_json};
pub use kinds::{Kind, Layer, Phase, Side};
pub use text::{escaped, line_of};

use crate::dns::LookUp;
use crate::network::{Action, Decision, Errno, System};
use crate::reason::Reason;
use crate::session::Snapshot;
use crate::smtp::Span;
use crate::time::{Duration, Instant};

/// Where a transcript comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// The simulation ran it.
    #[default]
    Simulated,
}

/// The events of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transcript {
    /// Where it comes from.
    pub origin: Origin,
    octets: Vec<u8>,
    spans: Vec<Span>,
    states: Vec<Snapshot>,
    details: Vec<Detail>,
    events: Vec<Event>,
}

/// One event: a step of the reader.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// When, in virtual time.
    pub at: Instant,
    /// Why. Exactly one reason an event.
    pub reason: Reason,
    /// What kind of event.
    pub kind: Kind,
    /// Whose event.
    pub side: Side,
    /// Where in the session it belongs.
    pub phase: Phase,
    /// On which leg of the journey, from 1.
    pub leg: u8,
    /// Which attempt of that leg, from 1.
    pub attempt: u16,
    /// Which write it belongs to; events of one write are pipelined.
    pub write: u32,
    octets: Slice,
    spans: Slice,
    detail: Option<Index>,
    state: Option<Index>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
struct Slice {
    start: u32,
    end: u32,
}

/// An index that leaves room for "none" in the same four octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Index(std::num::NonZeroU32);

impl Index {
    fn new(at: usize) -> Option<Self> {
        u32::try_from(at).ok()?.checked_add(1).and_then(std::num::NonZeroU32::new).map(Self)
    }

    fn get(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// The particulars of an event that is no SMTP.
#[derive(Clone, Debug, PartialEq)]
pub enum Detail {
    /// A question to the DNS with its answer.
    LookUp(LookUp),
    /// A SYN, and what became of it.
    Syn {
        /// The client's address and port.
        from: SocketAddr,
        /// Where it was sent.
        to: SocketAddr,
        /// Its number within the attempt, from 1.
        number: u16,
        /// What the network did with it.
        fate: Decision,
        /// Does anything answer at all, if the network lets it pass?
        answered: bool,
    },
    /// An answer to a SYN: a reset or an ICMP error.
    Answer {
        /// Whose address it bears.
        from: SocketAddr,
        /// What the rule did, where a rule answered and not the host.
        action: Option<Action>,
    },
    /// The TCP handshake is finished.
    Connected {
        /// The client's address and port.
        from: SocketAddr,
        /// The server that answered, which a redirect makes another than the one asked for.
        to: SocketAddr,
    },
    /// Opening the connection failed.
    ConnectFailed {
        /// What the system calls it.
        errno: Errno,
        /// The client's system, which decides the name and the number.
        system: System,
        /// How long it took.
        after: Duration,
    },
    /// A TLS handshake succeeded.
    Secured {
        /// The name the certificate was checked against.
        name: String,
    },
    /// A TLS handshake failed.
    NotSecured {
        /// The name the certificate was checked against.
        name: String,
    },
    /// A connection was closed.
    Closed {
        /// By a reset?
        reset: bool,
    },
    /// A queue decided.
    Queue {
        /// The queue's host.
        host: String,
        /// Whose mail: the recipients.
        recipients: Vec<String>,
        /// When it tries again.
        next_try: Option<Instant>,
    },
    /// A server found something on the way to a decision.
    Finding(String),
    /// The run ended.
    Outcome(String),
}

/// What [`Transcript::push`] needs to know of an event besides its place.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    /// When.
    pub at: Instant,
    /// Why.
    pub reason: Reason,
    /// What kind.
    pub kind: Kind,
    /// Whose.
    pub side: Side,
    /// Where in the session.
    pub phase: Phase,
    /// Leg, from 1.
    pub leg: u8,
    /// Attempt, from 1.
    pub attempt: u16,
    /// Write.
    pub write: u32,
}

impl Transcript {
    /// Adds an event with its octets and the spans within them.
    pub fn push(&mut self, mark: Mark, octets: &[u8], spans: &[Span]) {
        let octets = append(&mut self.octets, octets);
        let spans = append(&mut self.spans, spans);
        let state = Index::new(self.states.len().wrapping_sub(1)).filter(|_| !self.states.is_empty());
        self.events.push(Event {
            at: mark.at,
            reason: mark.reason,
            kind: mark.kind,
            side: mark.side,
            phase: mark.phase,
            leg: mark.leg,
            attempt: mark.attempt,
            write: mark.write,
            octets,
            spans,
            detail: None,
            state,
        });
    }

    /// Adds an event that is no SMTP line.
    pub fn push_detail(&mut self, mark: Mark, detail: Detail) {
        self.push(mark, &[], &[]);
        let index = Index::new(self.details.len());
        self.details.push(detail);
        if let Some(event) = self.events.last_mut() {
            event.detail = index;
        }
    }

    /// From the next event on the session is in this state. A state is kept once while it lasts.
    pub fn set_state(&mut self, state: Snapshot) {
        if self.states.last() != Some(&state) {
            self.states.push(state);
        }
    }

    /// The events in order.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The octets an event carried.
    #[must_use]
    pub fn octets(&self, event: &Event) -> &[u8] {
        self.octets.get(event.octets.range()).unwrap_or_default()
    }

    /// The spans of an event's octets, outer ones before inner ones.
    #[must_use]
    pub fn spans(&self, event: &Event) -> &[Span] {
        self.spans.get(event.spans.range()).unwrap_or_default()
    }

    /// The particulars of an event that is no SMTP.
    #[must_use]
    pub fn detail(&self, event: &Event) -> Option<&Detail> {
        self.details.get(event.detail?.get())
    }

    /// The server session's state once the event had happened.
    #[must_use]
    pub fn state(&self, event: &Event) -> Option<&Snapshot> {
        self.states.get(event.state?.get())
    }

    /// What is kept an event on average besides its octets, in octets.
    #[must_use]
    pub fn kept_per_event(&self) -> usize {
        let kept = self.events.len() * size_of::<Event>()
            + self.spans.len() * size_of::<Span>()
            + self.states.len() * size_of::<Snapshot>()
            + self.details.len() * size_of::<Detail>();
        kept / self.events.len().max(1)
    }
}

impl Slice {
    fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Appends and says where. Beyond 4 GiB, which no run within its limits reaches, nothing is kept.
fn append<T: Clone>(to: &mut Vec<T>, more: &[T]) -> Slice {
    let start = u32::try_from(to.len());
    let end = u32::try_from(to.len().saturating_add(more.len()));
    match (start, end) {
        (Ok(start), Ok(end)) => {
            to.extend_from_slice(more);
            Slice { start, end }
        }
        _ => Slice::default(),
    }
}
