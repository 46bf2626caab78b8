//! What happened: one ordered list of events, with the octets they carried.
//!
//! All octets stand once; events point into them. An event holds ids (reason, state, phase), no words and no clauses:
//! a golden transcript survives an edited note. Not here: why anything happened (session, client, network) and what
//! it means to a reader (`present`).

mod format;
mod json;
mod kinds;
mod states;
mod text;

use std::net::SocketAddr;
use std::ops::Range;

pub use format::Format;
pub use json::{JsonEvent, to_json};
pub use kinds::{Kind, Layer, Phase, Side};
pub use text::{acts, escaped, line_of};

use states::States;

use crate::dns::LookUp;
use crate::network::{Decision, Errno, System, Verdict};
use crate::reason::Reason;
use crate::session::Snapshot;
use crate::smtp::Span;
use crate::time::{Duration, Instant};

/// How far back a particular is looked for that may serve again.
const RECENT: usize = 16;

/// How many spans an event has, more or less.
const SPANS_AN_EVENT: usize = 6;

/// Where a transcript comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// The simulation ran it.
    #[default]
    Simulated,
    /// It was read from a log.
    Imported(Format),
}

/// What an imported event lacks; nothing of it holds for a simulated one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lacks {
    /// Part of the octets was supplied: the log has no line ends, or only implies the event.
    pub rebuilt: bool,
    /// The log has no time for it; it stands at the time of the event before.
    pub untimed: bool,
    /// Octets are left out: by the log, or veiled as a secret.
    pub hidden: bool,
}

impl Lacks {
    /// The words for what is lacking, in JSON and in text.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        let words = [(self.rebuilt, "rebuilt"), (self.untimed, "untimed"), (self.hidden, "hidden")];
        words.into_iter().filter_map(|(is_so, word)| is_so.then_some(word))
    }
}

/// The events of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transcript {
    /// Where it comes from.
    pub origin: Origin,
    octets: Vec<u8>,
    spans: Vec<Span>,
    states: States,
    details: Vec<Detail>,
    events: Vec<Event>,
    /// What each event lacks; empty where nothing was imported.
    lacks: Vec<Lacks>,
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
    /// Which attempt of that leg, from 1 to [`u8::MAX`].
    pub attempt: u8,
    /// Which write of its connection it belongs to: lines of one write are pipelined. For a SYN its number in the
    /// attempt, from 1. The last number stands for all that follow.
    pub write: u8,
    /// How many spans it has; the first 255 are kept.
    spans_len: u8,
    state: Option<Index>,
    spans_start: u32,
    /// Its octets; for an event that is no SMTP line, the number of its particulars.
    octets: Slice,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
struct Slice {
    start: u32,
    end: u32,
}

/// An index that leaves room for "none" in the same two octets. A run has fewer events than that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Index(std::num::NonZeroU16);

impl Index {
    fn new(at: usize) -> Option<Self> {
        u16::try_from(at).ok()?.checked_add(1).and_then(std::num::NonZeroU16::new).map(Self)
    }

    fn get(self) -> usize {
        usize::from(self.0.get()) - 1
    }
}

/// The particulars of an event that is no SMTP.
#[derive(Clone, Debug, PartialEq)]
pub enum Detail {
    /// A question to the DNS with its answer.
    LookUp(Box<LookUp>),
    /// A SYN, and what became of it. All SYNs of an attempt share it.
    Syn(Box<Syn>),
    /// An answer to a SYN, a reset or an ICMP error, and whose address it bears.
    Answer(Box<SocketAddr>),
    /// The TCP handshake is finished.
    Connected(Box<Connected>),
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
    Queue(Box<Queue>),
    /// A server found something on the way to a decision.
    Finding(String),
    /// The run ended.
    Outcome(String),
}

/// The two ends of a connection that opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Connected {
    /// The client's address and port.
    pub from: SocketAddr,
    /// The server that answered, which a redirect makes another than the one asked for.
    pub to: SocketAddr,
}

/// What a queue decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Queue {
    /// The queue's host.
    pub host: String,
    /// Whose mail: the recipients.
    pub recipients: Vec<String>,
    /// When it tries again.
    pub next_try: Option<Instant>,
}

/// A SYN, and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Syn {
    /// The client's address and port.
    pub from: SocketAddr,
    /// Where it was sent.
    pub to: SocketAddr,
    /// What the network did with it.
    pub fate: Decision,
    /// Does anything answer at all, if the network lets it pass?
    pub answered: bool,
}

impl Syn {
    /// Does it get no answer at all?
    #[must_use]
    pub fn is_lost(&self) -> bool {
        match self.fate.verdict {
            Verdict::Drop => true,
            Verdict::Pass => !self.answered,
            Verdict::Reset | Verdict::Icmp(_) | Verdict::Redirect(_) => false,
        }
    }
}

impl Detail {
    /// What it keeps beside itself, in octets.
    fn beside(&self) -> usize {
        match self {
            Self::LookUp(_) => size_of::<LookUp>(),
            Self::Syn(_) => size_of::<Syn>(),
            Self::Connected(_) => size_of::<Connected>(),
            Self::Queue(_) => size_of::<Queue>(),
            Self::Answer(_) => size_of::<SocketAddr>(),
            _ => 0,
        }
    }
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
    pub attempt: u8,
    /// Write, or number of the SYN.
    pub write: u8,
}

impl Transcript {
    /// An empty transcript of a log.
    #[must_use]
    pub fn imported(format: Format) -> Self {
        Self { origin: Origin::Imported(format), ..Self::default() }
    }

    /// Makes room for so many more events and octets, so that what is there need not be moved for each.
    pub fn make_room(&mut self, events: usize, octets: usize) {
        self.events.reserve(events);
        self.octets.reserve(octets);
        self.spans.reserve(events * SPANS_AN_EVENT);
    }

    /// Adds an event with its octets and the spans within them.
    pub fn push(&mut self, mark: Mark, octets: &[u8], spans: &[Span]) {
        let octets = append(&mut self.octets, octets);
        let spans = append(&mut self.spans, spans);
        let state = self.states.len().checked_sub(1).and_then(Index::new);
        self.events.push(Event {
            at: mark.at,
            reason: mark.reason,
            kind: mark.kind,
            side: mark.side,
            phase: mark.phase,
            leg: mark.leg,
            attempt: mark.attempt,
            write: mark.write,
            spans_len: u8::try_from(spans.end - spans.start).unwrap_or(u8::MAX),
            state,
            spans_start: spans.start,
            octets,
        });
    }

    /// Adds an event that is no SMTP line.
    pub fn push_detail(&mut self, mark: Mark, detail: Detail) {
        self.push(mark, &[], &[]);
        // A queue's tries are alike, so what was kept a little before often serves again.
        let recent = self.details.len().saturating_sub(RECENT);
        let known = self.details[recent..].iter().rposition(|known| *known == detail).map(|at| recent + at);
        let at = known.unwrap_or_else(|| {
            self.details.push(detail);
            self.details.len() - 1
        });
        if let (Some(event), Ok(at)) = (self.events.last_mut(), u32::try_from(at)) {
            event.octets = Slice { start: at, end: at };
        }
    }

    /// Says what the event pushed last lacks.
    pub fn lacking(&mut self, lacks: Lacks) {
        self.lacks.resize(self.events.len().saturating_sub(1), Lacks::default());
        self.lacks.push(lacks);
    }

    /// What the event with this index lacks.
    #[must_use]
    pub fn lacks(&self, at: usize) -> Lacks {
        self.lacks.get(at).copied().unwrap_or_default()
    }

    /// From the next event on the session is in this state. A state is kept once while it lasts.
    pub fn set_state(&mut self, state: &Snapshot) {
        self.states.push(state);
    }

    /// The events in order.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The octets an event carried.
    #[must_use]
    #[inline(never)]
    pub fn octets(&self, event: &Event) -> &[u8] {
        if event.kind.is_said() { self.octets.get(event.octets.range()).unwrap_or_default() } else { &[] }
    }

    /// The spans of an event's octets, outer ones before inner ones.
    #[must_use]
    #[inline(never)]
    pub fn spans(&self, event: &Event) -> &[Span] {
        let first = event.spans_start as usize;
        self.spans.get(first..first + usize::from(event.spans_len)).unwrap_or_default()
    }

    /// The particulars of an event that is no SMTP.
    #[must_use]
    #[inline(never)]
    pub fn detail(&self, event: &Event) -> Option<&Detail> {
        if event.kind.is_said() { None } else { self.details.get(event.octets.start as usize) }
    }

    /// The server session's state once the event had happened.
    #[must_use]
    pub fn state(&self, event: &Event) -> Option<Snapshot> {
        self.states.get(event.state?.get())
    }

    /// What is kept an event on average besides its octets, in octets.
    #[must_use]
    pub fn kept_per_event(&self) -> usize {
        let kept = self.events.len() * size_of::<Event>()
            + self.spans.len() * size_of::<Span>()
            + self.states.kept()
            + self.details.iter().map(|detail| size_of::<Detail>() + detail.beside()).sum::<usize>();
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
