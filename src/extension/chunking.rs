//! CHUNKING (RFC 3030): the message comes in chunks of announced size instead of after DATA.

use crate::session::{Chunk, Chunked, Context, Extension, Ruling, State, Verdict};
use crate::smtp::{Command, ReplyCode, Verb};

/// RFC 3030 §2: BDAT without a transaction.
const NOT_NOW: Verdict =
    Verdict::new("server.chunk.not-now", ReplyCode::BAD_SEQUENCE, (5, 5, 1), "BDAT is not taken here");
/// RFC 3030 §2: BDAT after MAIL, and no recipient was accepted.
const NO_RECIPIENTS: Verdict =
    Verdict::new("server.chunk.no-recipients", ReplyCode::BAD_SEQUENCE, (5, 5, 1), "No valid recipients");

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] = &[&NOT_NOW, &NO_RECIPIENTS];

/// The extension.
pub(super) struct Chunking;

impl Extension for Chunking {
    fn keyword(&self) -> &'static str {
        "CHUNKING"
    }

    fn offer(&self, _cx: &Context<'_>) -> Option<String> {
        Some(String::new())
    }

    fn verbs(&self) -> &'static [Verb] {
        &[Verb::Bdat]
    }

    fn handle(&self, cx: &mut Context<'_>, state: State, command: &Command<'_>) -> (State, Ruling) {
        let Command::Bdat { size, last } = *command else {
            return (state, cx.rule(&crate::session::NOT_IMPLEMENTED, &[]));
        };
        let chunk = match state {
            State::Rcpt(hello, deliverable) => Chunk::of(Chunked::new(hello, deliverable), size, last),
            State::Chunks(message) => Chunk::of(message, size, last),
            state => {
                let verdict = if matches!(state, State::Mail(..)) { &NO_RECIPIENTS } else { &NOT_NOW };
                Chunk::refused(size, state, cx.rule(verdict, &[]))
            }
        };
        // The octets are read first; the answer to them is what counts.
        (State::Chunk(Box::new(chunk)), cx.rule(&NOT_NOW, &[]))
    }
}
