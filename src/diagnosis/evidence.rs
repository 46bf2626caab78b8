//! What there is to see: lines of a text, or what a run shows, and the refusals in it.

use std::collections::VecDeque;

use super::sign::Plain;
use crate::import::{ImportError, MOST_OCTETS, QUOTED, import, quoted};
use crate::smtp::{EnhancedCode, ReplyCode, Verb};
use crate::transcript::{Format, Kind, Transcript, line_of};

/// What was seen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evidence {
    pub(super) lines: Vec<Plain>,
    said: Vec<Said>,
    /// Enhanced codes without a reply, and the lines they stand in, from 1.
    pub(super) codes: Vec<(EnhancedCode, usize)>,
    greeted: bool,
    format: Option<Format>,
}

/// A refusal by a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The line it was found in, from 1.
    pub line: Option<usize>,
    /// Its code.
    pub code: ReplyCode,
    /// Its enhanced code.
    pub enhanced: Option<EnhancedCode>,
    /// What it answered, as far as that can be told: a verb, `greeting`, `data-end`, or `any`.
    pub asked: &'static str,
    /// The whole of it.
    pub reply: String,
}

impl Evidence {
    /// What a text holds: a line somebody copied, or a whole log.
    ///
    /// # Errors
    /// When it is too long or there is nothing in it.
    pub fn of_text(text: &[u8]) -> Result<Self, ImportError> {
        if text.len() > MOST_OCTETS {
            return Err(ImportError::TooLong);
        }
        if text.trim_ascii().is_empty() {
            return Err(ImportError::Empty);
        }
        let text_of_it = String::from_utf8_lossy(text);
        let mut evidence = Self::default();
        // In a dialogue a reply stands behind what it answers, so that is looked at first.
        if let Ok(import) = import(text, None) {
            evidence.format = Some(import.format);
            evidence.said = refusals(&import.transcript);
            evidence.greeted = has_spoken(&import.transcript);
        }
        for (at, line) in text_of_it.lines().enumerate() {
            evidence.line(at + 1, line);
        }
        Ok(evidence)
    }

    /// What a run shows to those who take part in it: events on the wire, and the words of the sender's program.
    #[must_use]
    pub fn of_run(transcript: &Transcript, shown: Option<&str>) -> Self {
        let greeted = has_spoken(transcript);
        let mut evidence = Self { said: refusals(transcript), greeted, ..Self::default() };
        let of_interest = |kind| {
            use Kind::{Closed, ConnectFailed, GaveUp, LookUp, Outcome, Reply, Tls};
            matches!(kind, ConnectFailed | Tls | Closed | GaveUp | Reply(_) | LookUp | Outcome)
        };
        let events = transcript.events().iter().filter(|event| of_interest(event.kind));
        let lines = events.flat_map(|event| line_of(transcript, event)).filter(|line| !line.starts_with(['2', '3']));
        let lines = lines.chain(notices(transcript));
        let lines: Vec<String> = lines.chain(shown.into_iter().flat_map(str::lines).map(str::to_owned)).collect();
        for (at, line) in lines.iter().enumerate() {
            evidence.line(at + 1, line);
        }
        evidence
    }

    /// The refusals, in the order in which they were found.
    #[must_use]
    pub fn said(&self) -> &[Said] {
        &self.said
    }

    /// Has the server of the last connection said anything that was no refusal?
    pub(super) fn greeted(&self) -> bool {
        self.greeted
    }

    /// How many lines there are.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.lines.len()
    }

    /// What kind of log it was read as.
    #[must_use]
    pub fn format(&self) -> Option<Format> {
        self.format
    }

    fn line(&mut self, number: usize, line: &str) {
        self.lines.push(Plain::of(line));
        let Some(found) = quoted(line).filter(|found| !found.code.is_positive()) else {
            self.codes.extend(enhanced_codes(line).map(|code| (code, number)));
            return;
        };
        if found.code == ReplyCode::BAD_SEQUENCE && !self.said.is_empty() {
            return;
        }
        let same = |said: &&mut Said| said.code == found.code && said.enhanced == found.enhanced;
        match self.said.iter_mut().find(same) {
            Some(known) => {
                known.line.get_or_insert(number);
                if known.asked == "any" {
                    known.asked = found.asked;
                }
            }
            None => self.said.push(Said {
                line: Some(number),
                code: found.code,
                enhanced: found.enhanced,
                asked: found.asked,
                reply: found.reply,
            }),
        }
    }
}

/// Enhanced codes of refusals that stand by themselves, as in `Status: 5.1.1` and `dsn=4.4.1`.
fn enhanced_codes(line: &str) -> impl Iterator<Item = EnhancedCode> {
    let words = line.split(|c: char| !(c.is_alphanumeric() || c == '.'));
    let read = |word: &str| EnhancedCode::read(word.trim_end_matches('.').as_bytes());
    words.filter_map(read).map(|(code, _)| code).filter(|code| code.class != 2)
}

/// The lines of the notices that came back to the sender (RFC 3464 §2).
fn notices(transcript: &Transcript) -> impl Iterator<Item = String> {
    let messages = transcript.events().iter().filter(|event| event.kind == Kind::Message);
    let lines = messages.map(|event| line_of(transcript, event));
    lines.filter(|lines| lines.iter().any(|line| line.contains("report-type=delivery-status"))).flatten()
}

/// Did the server of the last connection greet?
fn has_spoken(transcript: &Transcript) -> bool {
    let Some(last) = transcript.events().last() else { return false };
    let of_last = transcript.events().iter().filter(|event| (event.leg, event.attempt) == (last.leg, last.attempt));
    let mut replies = of_last.filter(|event| event.reason != QUOTED);
    replies.any(|event| matches!(event.kind, Kind::Reply(code) if code.is_positive()))
}

/// The refusals of a dialogue, each with what it answered. A 503 behind another refusal only follows from it. Quoted
/// replies have no dialogue around them; they are left to the words of their lines.
fn refusals(transcript: &Transcript) -> Vec<Said> {
    let mut said: Vec<Said> = Vec::new();
    let mut asked: VecDeque<&'static str> = VecDeque::new();
    let mut connection = None;
    for event in transcript.events() {
        let here = (event.leg, event.attempt);
        if connection != Some(here) {
            connection = Some(here);
            asked = VecDeque::from(["greeting"]);
        }
        match event.kind {
            Kind::Command(verb) => asked.push_back(verb.name()),
            Kind::SaslResponse => asked.push_back(Verb::Auth.name()),
            Kind::Message => asked.push_back("data-end"),
            Kind::Reply(code) if event.reason != QUOTED => {
                let asked = asked.pop_front().unwrap_or("any");
                let reply = line_of(transcript, event).join(" ");
                let enhanced =
                    reply.get(4..).and_then(|text| EnhancedCode::read(text.as_bytes())).map(|(code, _)| code);
                let is_new = !said.iter().any(|it| (it.code, it.enhanced, it.asked) == (code, enhanced, asked));
                let follows = code == ReplyCode::BAD_SEQUENCE && !said.is_empty();
                if !code.is_positive() && is_new && !follows {
                    said.push(Said { line: None, code, enhanced, asked, reply });
                }
            }
            _ => {}
        }
    }
    said
}
