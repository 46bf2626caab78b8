//! One write of a client, put together line by line.
//!
//! Not the grammar: what stands in a command is decided where it is sent.

use crate::client::{Act, Line, LineKind, Move};
use crate::reason::Reason;
use crate::smtp::{Verb, data};

/// Room for most command lines.
const ORDINARY_LINE: usize = 64;

/// The lines of one write.
#[derive(Default)]
pub(super) struct Write {
    octets: Vec<u8>,
    lines: Vec<Line>,
}

impl Write {
    /// Adds a command, given in parts. Control characters are left out, so that no text of a scenario can begin a line of
    /// its own.
    pub(super) fn command(mut self, verb: Verb, parts: &[&str], reason: Reason) -> Self {
        self.line(LineKind::Command(verb), parts, reason);
        self
    }

    /// Adds a response of an AUTH exchange.
    pub(super) fn sasl_response(mut self, text: &str, reason: Reason) -> Self {
        self.line(LineKind::SaslResponse, &[text], reason);
        self
    }

    /// Adds mail data with its final dot.
    pub(super) fn message(mut self, message: &[u8], reason: Reason) -> Self {
        let start = self.octets.len();
        data::encode(message, &mut self.octets);
        self.lines.push(Line { range: start..self.octets.len(), kind: LineKind::Message, reason });
        self
    }

    /// Puts the write out, if there is anything in it.
    pub(super) fn send(self, out: &mut Vec<Move>) {
        let Some(reason) = self.lines.first().map(|line| line.reason) else { return };
        out.push(Move { act: Act::Send { octets: self.octets, lines: self.lines }, reason });
    }

    fn line(&mut self, kind: LineKind, parts: &[&str], reason: Reason) {
        let start = self.octets.len();
        self.octets.reserve(ORDINARY_LINE);
        for part in parts {
            if part.bytes().any(|octet| octet.is_ascii_control()) {
                self.octets.extend(part.bytes().filter(|octet| !octet.is_ascii_control()));
            } else {
                self.octets.extend_from_slice(part.as_bytes());
            }
        }
        self.octets.extend_from_slice(b"\r\n");
        self.lines.push(Line { range: start..self.octets.len(), kind, reason });
    }
}
