//! What happened on one connection, as a transcript, and on the screen as it happens.
//!
//! The session says which octets it took and as what; here they become events. Secrets are veiled before anything is
//! kept: a program under test may well be given a real password.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io::Write as _;

use crate::client::{MESSAGE, OUTSIDE, SASL_RESPONSE};
use crate::knowledge::{Knowledge, Role};
use crate::present::lines::{gloss, side};
use crate::reason::Reason;
use crate::session::{Part, Snapshot, Took};
use crate::smtp::{Dialect, Element, Span, Spans, Verb, mark_message, parse_command, parse_sasl_response};
use crate::time::Instant;
use crate::transcript::{Detail, Kind, Mark, Phase, Side, Transcript, line_of};

/// The most octets of one message that a transcript keeps.
const CONTENT: usize = 64 * 1024;

/// The most octets of one line that a transcript keeps.
const LINE: usize = 16 * 1024;

/// The most octets of one connection that a transcript keeps; then of each piece only the [`GLIMPSE`].
const WHOLE: usize = 2 * 1024 * 1024;

/// What is kept of a piece when there is room for nothing else.
const GLIMPSE: usize = 64;

/// The most lines of one event on the screen.
const SHOWN: usize = 24;

/// The transcript of one connection.
pub(super) struct Log<'a> {
    number: u64,
    opened: Instant,
    role: Role,
    words: &'a Knowledge,
    transcript: Transcript,
    phase: Phase,
    /// The last command.
    verb: Verb,
    /// To which phase each reply that is still to come belongs.
    awaited: VecDeque<Phase>,
    /// What came and was not yet taken.
    unread: VecDeque<u8>,
    piece: Option<Piece>,
    left_out: u64,
    kept: usize,
    screen: String,
}

/// A line or a message, as far as it has been taken.
struct Piece {
    part: Part,
    at: Instant,
    octets: Vec<u8>,
}

impl<'a> Log<'a> {
    pub(super) fn new(number: u64, opened: Instant, role: Role, words: &'a Knowledge) -> Self {
        Self {
            number,
            opened,
            role,
            words,
            transcript: Transcript::default(),
            phase: Phase::Connect,
            verb: Verb::Unknown,
            awaited: VecDeque::new(),
            unread: VecDeque::new(),
            piece: None,
            left_out: 0,
            kept: 0,
            screen: String::new(),
        }
    }

    pub(super) fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    pub(super) fn octets_left_out(&self) -> u64 {
        self.left_out
    }

    /// How many events there are.
    pub(super) fn len(&self) -> usize {
        self.transcript.events().len()
    }

    /// Octets came.
    pub(super) fn heard(&mut self, octets: &[u8]) {
        self.unread.extend(octets);
    }

    /// The session took some of them.
    pub(super) fn took(&mut self, at: Instant, took: Took) {
        if self.piece.as_ref().is_some_and(|piece| piece.part != took.part) {
            self.end_piece();
        }
        let room = WHOLE.saturating_sub(self.kept).max(GLIMPSE);
        let piece = self.piece.get_or_insert_with(|| Piece { part: took.part, at, octets: Vec::new() });
        let most = if took.part == Part::Content { CONTENT } else { LINE }.min(room);
        let free = most.saturating_sub(piece.octets.len());
        let count = took.octets.min(self.unread.len());
        piece.octets.extend(self.unread.drain(..count).take(free));
        self.left_out += count.saturating_sub(free) as u64;
    }

    /// What was taken so far is whole: something is said about it.
    pub(super) fn end_piece(&mut self) {
        let Some(Piece { part, at, mut octets }) = self.piece.take() else { return };
        self.kept += octets.len();
        let mut spans = Spans::new();
        // Why it speaks at all a program from outside alone knows; what an answer and mail data are for is plain.
        let (kind, reason) = match part {
            Part::Dropped => return self.push(at, Kind::Noise, Side::Client, OUTSIDE, &octets, &[]),
            Part::Line => {
                let verb = parse_command(without_end(&octets), &Dialect::STRICT, &mut spans).verb;
                self.phase = Phase::of(verb, self.phase);
                self.verb = verb;
                (Kind::Command(verb), OUTSIDE)
            }
            Part::SaslResponse => {
                parse_sasl_response(without_end(&octets), &mut spans);
                (Kind::SaslResponse, if without_end(&octets) == b"*" { OUTSIDE } else { SASL_RESPONSE })
            }
            Part::Content => {
                mark_message(&octets, &mut spans);
                (Kind::Message, if self.verb == Verb::Data { MESSAGE } else { OUTSIDE })
            }
        };
        for span in spans.as_slice() {
            if matches!(span.element, Element::InitialResponse | Element::SaslResponse) {
                octets.get_mut(span.range()).unwrap_or_default().fill(b'*');
            }
        }
        self.awaited.push_back(self.phase);
        self.push(at, kind, Side::Client, reason, &octets, spans.as_slice());
    }

    /// A reply went out.
    pub(super) fn replied(
        &mut self,
        at: Instant,
        kind: Kind,
        reason: Reason,
        octets: &[u8],
        spans: &[Span],
        state: Option<&Snapshot>,
    ) {
        if let Some(state) = state {
            self.transcript.set_state(state);
        }
        self.kept += octets.len();
        if self.phase == Phase::Connect {
            self.phase = Phase::Greet;
        }
        let now = self.phase;
        self.phase = self.awaited.pop_front().unwrap_or(now);
        self.push(at, kind, Side::Server, reason, octets, spans);
        self.phase = now;
    }

    /// Something happened that is no SMTP line.
    pub(super) fn note(&mut self, at: Instant, kind: Kind, side: Side, reason: Reason, detail: Detail) {
        let mark = self.mark(at, kind, side, reason);
        self.transcript.push_detail(mark, detail);
        self.show();
    }

    fn push(&mut self, at: Instant, kind: Kind, side: Side, reason: Reason, octets: &[u8], spans: &[Span]) {
        let mark = self.mark(at, kind, side, reason);
        self.transcript.push(mark, octets, spans);
        self.show();
    }

    fn mark(&self, at: Instant, kind: Kind, side: Side, reason: Reason) -> Mark {
        let at = Instant::from_micros(at.since(self.opened).as_micros());
        Mark { at, reason, kind, side, phase: self.phase, leg: 1, attempt: 1, write: 0 }
    }

    /// Puts the last event on the screen: what happened, below it what that means and which clauses govern it.
    /// Everything that came from outside is escaped by `line_of`.
    fn show(&mut self) {
        let events = self.transcript.events();
        let Some((at, event)) = events.len().checked_sub(1).and_then(|at| Some((at, events.get(at)?))) else { return };
        let lines = line_of(&self.transcript, event);
        self.screen.clear();
        for (n, line) in lines.iter().take(SHOWN).enumerate() {
            let (time, who) = if n == 0 { (event.at.to_string(), side(event)) } else { (String::new(), "") };
            let _ = writeln!(self.screen, "{:>4} {time:>9} {who:<3} {line}", self.number);
        }
        if lines.len() > SHOWN {
            let _ = writeln!(self.screen, "{:>4} {:>13} … {} lines more", self.number, "", lines.len() - SHOWN);
        }
        if let Some(gloss) = gloss(&self.transcript, at, self.role, self.words) {
            let clauses = gloss.clauses.join(" ");
            let clauses = if clauses.is_empty() { clauses } else { format!(" [{clauses}]") };
            let _ = writeln!(self.screen, "{:>4} {:>13} # {}{clauses}", self.number, "", gloss.headline);
        }
        // A screen that has gone away takes nothing from the connection.
        let _ = std::io::stdout().lock().write_all(self.screen.as_bytes());
    }
}

fn without_end(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\n").map_or(line, |line| line.strip_suffix(b"\r").unwrap_or(line))
}
