//! Writes events into the transcript for one attempt of one leg.

use crate::client::LineKind;
use crate::reason::Reason;
use crate::smtp::{Dialect, Spans, mark_message, parse_command, parse_sasl_response};
use crate::time::Instant;
use crate::transcript::{Detail, Kind, Mark, Phase, Side, Transcript};

/// Room for the marks of most lines.
const ORDINARY_MARKS: usize = 16;

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

    /// A line of the client's, or its message.
    pub(super) fn said(&mut self, at: Instant, kind: LineKind, phase: Phase, reason: Reason, octets: &[u8], write: u8) {
        let mut spans = Spans::with_capacity(ORDINARY_MARKS);
        let line = octets.strip_suffix(b"\n").map_or(octets, |line| line.strip_suffix(b"\r").unwrap_or(line));
        let kind = match kind {
            LineKind::Command(verb) => {
                parse_command(line, &Dialect::STRICT, &mut spans);
                Kind::Command(verb)
            }
            LineKind::SaslResponse => {
                parse_sasl_response(line, &mut spans);
                Kind::SaslResponse
            }
            LineKind::Message => {
                mark_message(octets, &mut spans);
                Kind::Message
            }
        };
        let mark = self.mark(at, kind, Side::Client, phase, reason, write);
        self.transcript.push(mark, octets, spans.as_slice());
    }

    /// A mark for an event of this attempt.
    pub(super) fn mark(&self, at: Instant, kind: Kind, side: Side, phase: Phase, reason: Reason, write: u8) -> Mark {
        Mark { at, reason, kind, side, phase, leg: self.leg, attempt: self.attempt, write }
    }
}
