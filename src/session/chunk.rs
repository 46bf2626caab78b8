//! Chunks of a message (RFC 3030 §2): so many octets after the line of BDAT, whatever they are.
//!
//! Whether BDAT is in order, its extension says; here the octets are counted and the answer is given after the last.

use super::behaviours::RefusedChunk;
use super::message::{Content, judge_content};
use super::ruling::{Ruling, Verdict};
use super::state::State;
use super::transaction::{Deliverable, Envelope, Hello};
use super::{Outbox, Part, Session};
use crate::dns::Zone;
use crate::smtp::ReplyCode;
use crate::time::Instant;

/// RFC 3030 §2: a chunk that is not the last was taken.
pub(super) const TAKEN: Verdict =
    Verdict::new("server.chunk.taken", ReplyCode::OK, (2, 0, 0), "{octets} octets received");

/// RFC 3030 §2: a command that is no chunk, between the chunks of a message.
pub const ONLY_CHUNKS: Verdict =
    Verdict::new("server.chunk.only-chunks", ReplyCode::BAD_SEQUENCE, (5, 5, 1), "Only BDAT is taken now");

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] = &[&TAKEN, &ONLY_CHUNKS];

/// A message that comes in chunks.
#[derive(Clone, Debug)]
pub struct Chunked {
    /// The client's greeting.
    pub hello: Hello,
    /// For whom it is.
    pub deliverable: Deliverable,
    /// The octets so far; no longer grown once over the limit.
    pub(super) content: Vec<u8>,
    /// How many octets came.
    pub size: u64,
    /// Did something else come between its chunks, where nothing may?
    pub spoiled: bool,
}

/// A chunk on its way.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// Octets of it that are still to come.
    pub(super) left: u64,
    /// What becomes of it.
    pub(super) use_of_it: UseOfIt,
}

/// What becomes of a chunk.
#[derive(Clone, Debug)]
pub(super) enum UseOfIt {
    /// It belongs to the message.
    Message { message: Box<Chunked>, whole: u64, last: bool },
    /// RFC 3030 §2: the octets of a refused chunk are read and thrown away, then the refusal is sent.
    Refused { state: State, ruling: Ruling },
}

impl Chunked {
    /// A message of which nothing has come.
    #[must_use]
    pub fn new(hello: Hello, deliverable: Deliverable) -> Self {
        Self { hello, deliverable, content: Vec::new(), size: 0, spoiled: false }
    }
}

impl Chunk {
    /// A chunk of the message.
    #[must_use]
    pub fn of(message: Box<Chunked>, size: u64, last: bool) -> Self {
        Self { left: size, use_of_it: UseOfIt::Message { message, whole: size, last } }
    }

    /// A chunk that is thrown away; the session then stands in `state`.
    #[must_use]
    pub fn refused(size: u64, state: State, ruling: Ruling) -> Self {
        Self { left: size, use_of_it: UseOfIt::Refused { state, ruling } }
    }
}

impl Session {
    /// Feeds the input to the chunk; when it is whole the ruling, with what was accepted; `None` when more must come.
    pub(super) fn take_chunk(
        &mut self,
        now: Instant,
        zone: &Zone,
        input: &mut &[u8],
        out: &mut Outbox,
    ) -> Option<(Ruling, Option<Envelope>)> {
        let limit = self.settings.profile.limits.message;
        let State::Chunk(chunk) = &mut self.state else { return None };
        let used = usize::try_from(chunk.left).unwrap_or(usize::MAX).min(input.len());
        let (octets, rest) = input.split_at(used);
        *input = rest;
        chunk.left -= used as u64;
        let whole = chunk.left == 0;
        if let UseOfIt::Message { message, .. } = &mut chunk.use_of_it {
            message.size = message.size.saturating_add(used as u64);
            if limit.is_none_or(|limit| message.size <= limit) {
                message.content.extend_from_slice(octets);
            }
        }
        out.took(Part::Content, used);
        if !whole {
            return None;
        }
        let mut accepted = None;
        let ruling = self.decide(now, zone, out, &mut |cx, state| {
            let State::Chunk(chunk) = state else { return (state, cx.rule(&TAKEN, &[])) };
            match chunk.use_of_it {
                UseOfIt::Refused { state, ruling } => (state, ruling),
                UseOfIt::Message { message, whole, last: false } if limit.is_none_or(|limit| message.size <= limit) => {
                    let ruling = cx.rule(&TAKEN, &[("octets", &whole.to_string())]);
                    (State::Chunks(message), ruling)
                }
                UseOfIt::Message { message, last, .. } => {
                    let skips = cx.settings.profile.behaviours.refused_chunk == RefusedChunk::SkipsToLast;
                    cx.channel.skipping_chunks = skips && !last;
                    let Chunked { hello, deliverable, content, size, .. } = *message;
                    let content = Content { octets: &content, size };
                    let ruling = judge_content(cx, &hello, deliverable, content, &mut accepted);
                    (State::Ready(hello), ruling)
                }
            }
        });
        Some((ruling, accepted))
    }
}
