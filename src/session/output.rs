//! What a session says to its driver, and where it puts it.

use std::borrow::Cow;
use std::ops::Range;

use super::{Envelope, Finding, Ruling, Snapshot};
use crate::dns::LookUp;
use crate::gather::Gather as _;
use crate::reason::Reason;
use crate::smtp::Spans;
use crate::time::Instant;

/// What a session says to its driver, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// So much of the input has been taken, as what. What is said about it follows.
    Took(Took),
    /// A reply.
    Ruled {
        /// The reply and its reason.
        ruling: Ruling,
        /// Its octets in [`Outbox::octets`].
        octets: Range<usize>,
        /// Its spans in [`Outbox::spans`], relative to the reply's first octet.
        spans: Range<usize>,
        /// It is not to be sent before this moment.
        not_before: Instant,
        /// The session's state after it.
        state: Snapshot,
    },
    /// The DNS was asked.
    LookedUp(LookUp),
    /// Something was found that deserves a line of its own.
    Found(Finding),
    /// The server has taken responsibility for a message.
    Accepted(Box<Envelope>),
    /// Octets that are no reply, which a fault sends.
    Raw {
        /// The octets in [`Outbox::octets`].
        octets: Range<usize>,
        /// Why.
        reason: Reason,
        /// They are not to be sent before this moment.
        not_before: Instant,
    },
    /// The server closes without another reply.
    Closed(Reason),
}

/// A piece of the input that the session has worked off. A long line or message may come in several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Took {
    /// As what.
    pub part: Part,
    /// How many octets.
    pub octets: usize,
}

/// What a session takes a piece of its input for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A command line, its end included.
    Line,
    /// A line of an AUTH exchange.
    SaslResponse,
    /// Mail data.
    Content,
    /// Nothing: it was dropped unread.
    Dropped,
}

/// Where a session puts what it says.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    /// In order.
    pub outputs: Vec<Output>,
    /// The octets of all replies.
    pub octets: Vec<u8>,
    /// The spans of all replies.
    pub spans: Spans,
    /// The memory of a text that was said before, for the next.
    pub(super) text: String,
    /// The memory for the marks of command lines; nobody looks at them.
    pub(super) marks: Spans,
}

impl Outbox {
    /// An empty one with room for what a server says at a time.
    #[must_use]
    pub fn with_room() -> Self {
        Self {
            outputs: Vec::with_capacity(8),
            octets: Vec::with_capacity(512),
            spans: Spans::with_capacity(64),
            ..Self::default()
        }
    }

    /// Empties it and keeps its memory.
    pub fn clear(&mut self) {
        for output in self.outputs.drain(..) {
            if let Output::Ruled { ruling, .. } = output
                && let Cow::Owned(text) = ruling.reply.text
            {
                self.text = text;
            }
        }
        self.octets.clear();
        self.spans.clear();
    }

    /// None of the replies from this output on goes out before the last of them.
    pub(super) fn hold_together(&mut self, start: usize) {
        let replies = self.outputs.iter_mut().skip(start).filter_map(|output| match output {
            Output::Ruled { not_before, .. } => Some(not_before),
            _ => None,
        });
        let mut replies: Vec<&mut Instant> = replies.gather();
        if let Some(last) = replies.iter().map(|at| **at).max() {
            for at in &mut replies {
                **at = last;
            }
        }
    }

    /// Notes a finding.
    #[inline(never)]
    pub(super) fn found(&mut self, reason: Reason, text: String) {
        self.outputs.push(Output::Found(Finding { reason, text }));
    }

    /// Notes that a piece of the input has been taken; a piece of nothing is none.
    pub(super) fn took(&mut self, part: Part, octets: usize) {
        if octets > 0 {
            self.outputs.push(Output::Took(Took { part, octets }));
        }
    }
}
