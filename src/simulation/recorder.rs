//! Writes events into the transcript for one attempt of one leg.

use crate::reason::Reason;
use crate::smtp::{Dialect, Spans, mark_message, parse_command, parse_sasl_response};
use crate::time::Instant;
use crate::transcript::{Detail, Kind, Mark, Phase, Side, Transcript};

/// Where events are written, and under which leg and attempt.
#[derive(Debug)]
pub(super) struct Recorder<'a> {
    pub(super) transcript: &'a mut Transcript,
    pub(super) leg: u8,
    pub(super) attempt: u8,
}

impl Recorder<'_> {
    /// An event that is no SMTP line.
    pub(super) fn note(&mut self, at: Instant, kind: Kind, side: Side, phase: Phase, reason: Reason, detail: Detail) {
        let mark = self.mark(at, kind, side, phase, reason, 0);
        self.transcript.push_detail(mark, detail);
    }

    /// A line of the client's, or its message; `marks` is the memory for its spans.
    pub(super) fn said(&mut self, mark: Mark, octets: &[u8], marks: &mut Spans) {
        let line = octets.strip_suffix(b"\n").map_or(octets, |line| line.strip_suffix(b"\r").unwrap_or(line));
        match mark.kind {
            Kind::SaslResponse => {
                parse_sasl_response(line, marks);
            }
            Kind::Message => mark_message(octets, marks),
            _ => {
                parse_command(line, &Dialect::STRICT, marks);
            }
        }
        self.transcript.push(mark, octets, marks.as_slice());
    }

    /// A mark for an event of this attempt.
    pub(super) fn mark(&self, at: Instant, kind: Kind, side: Side, phase: Phase, reason: Reason, write: u8) -> Mark {
        Mark { at, reason, kind, side, phase, leg: self.leg, attempt: self.attempt, write }
    }
}
