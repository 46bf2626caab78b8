//! CHUNKING (RFC 3030): the message comes in chunks of announced size instead of after DATA.

use crate::session::{
    BigChunk, Chunk, Chunked, Context, EmptyChunk, Extension, RefusedChunk, Ruling, State, Then, VerbsAfterHelo,
    Verdict,
};
use crate::smtp::{Command, ReplyCode, Verb};

/// RFC 3030 §2: BDAT without a transaction.
const NOT_NOW: Verdict =
    Verdict::new("server.chunk.not-now", ReplyCode::BAD_SEQUENCE, (5, 5, 1), "BDAT is not taken here");
/// RFC 3030 §2: BDAT after MAIL, and no recipient was accepted.
const NO_RECIPIENTS: Verdict =
    Verdict::new("server.chunk.no-recipients", ReplyCode::BAD_SEQUENCE, (5, 5, 1), "No valid recipients");

/// RFC 3030 §2 lets a chunk be of no octets; this server takes only the last so.
const EMPTY: Verdict = Verdict::new("server.chunk.empty", ReplyCode::BAD_ARGUMENT, (5, 5, 4), "Empty chunk");
/// RFC 1870 §6.3 for a chunk: what is announced is over the size the server takes, and it does not wait for it.
const TOO_BIG: Verdict =
    Verdict::new("server.chunk.too-big", ReplyCode::EXCEEDED_STORAGE, (5, 3, 4), "Chunk exceeds the size limit");

/// RFC 3030 §2: a chunk was refused before, so that this one is thrown away.
const DISCARDED: Verdict =
    Verdict::new("server.chunk.discarded", ReplyCode::BAD_SEQUENCE, (5, 5, 1), "Discarded after an earlier error");

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] = &[&NOT_NOW, &NO_RECIPIENTS, &EMPTY, &TOO_BIG, &DISCARDED];

/// The extension.
pub(super) struct Chunking;

impl Extension for Chunking {
    fn keyword(&self) -> &'static str {
        "CHUNKING"
    }

    fn verbs(&self) -> &'static [Verb] {
        &[Verb::Bdat]
    }

    fn handle(&self, cx: &mut Context<'_>, state: State, command: &Command<'_>) -> (State, Ruling) {
        let Command::Bdat { size, last } = *command else {
            return (state, cx.rule(&crate::session::NOT_IMPLEMENTED, &[]));
        };
        if size == 0 && !last && cx.settings.profile.behaviours.empty_chunk == EmptyChunk::Refused {
            let ruling = cx.rule(&EMPTY, &[]);
            return (after_refusal(cx, state, last), ruling);
        }
        if cx.channel.skipping_chunks {
            let ruling = cx.rule(&DISCARDED, &[]);
            return refused(after_refusal(cx, state, last), size, ruling);
        }
        if matches!(&state, State::Chunks(message) if message.spoiled) {
            return (state, cx.rule(&crate::session::ONLY_CHUNKS, &[]));
        }
        // A client that was offered nothing announces nothing: what follows are commands.
        let offered = cx.settings.profile.behaviours.verbs_after_helo == VerbsAfterHelo::Taken;
        if matches!(state, State::Greeted) && !offered {
            return (state, cx.rule(&NOT_NOW, &[]));
        }
        let before = if let State::Chunks(message) = &state { message.size } else { 0 };
        let too_big = cx.settings.profile.limits.message.is_some_and(|most| before.saturating_add(size) > most);
        if too_big && cx.settings.profile.behaviours.big_chunk == BigChunk::AtOnce {
            return (state, cx.rule_then(&TOO_BIG, &[], Then::Close));
        }
        let chunk = match state {
            State::Rcpt(hello, deliverable) => Chunk::of(Box::new(Chunked::new(hello, deliverable)), size, last),
            State::Chunks(message) => Chunk::of(message, size, last),
            state => {
                let verdict = if matches!(state, State::Mail(..)) { &NO_RECIPIENTS } else { &NOT_NOW };
                let ruling = cx.rule(verdict, &[]);
                return refused(after_refusal(cx, state, last), size, ruling);
            }
        };
        // The octets are read first; the answer to them is what counts.
        (State::Chunk(Box::new(chunk)), cx.rule(&NOT_NOW, &[]))
    }
}

/// The octets of a refused chunk are read first.
fn refused(state: State, size: u64, ruling: Ruling) -> (State, Ruling) {
    (State::Chunk(Box::new(Chunk::refused(size, state, ruling.clone()))), ruling)
}

/// Where the session stands after a refused chunk.
fn after_refusal(cx: &mut Context<'_>, state: State, last: bool) -> State {
    if cx.settings.profile.behaviours.refused_chunk == RefusedChunk::Forgotten {
        return state;
    }
    cx.channel.skipping_chunks = !last;
    if last {
        cx.channel.refused_size = None;
        return state.without_transaction();
    }
    state
}
