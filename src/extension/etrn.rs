//! ETRN (RFC 1985): a client asks for the mail that waits for it. Nobody is served so here: known, and refused.

use crate::session::{Context, Extension, Ruling, State, Verdict};
use crate::smtp::{Command, ReplyCode, Verb};

/// RFC 1985 §5.1: 459, the node is not allowed to ask.
const REFUSED: Verdict =
    Verdict::bare("server.etrn.refused", ReplyCode::NODE_NOT_ALLOWED, "{node}: no mail is kept for it here");

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] = &[&REFUSED];

/// The extension.
pub(super) struct Etrn;

impl Extension for Etrn {
    fn keyword(&self) -> &'static str {
        "ETRN"
    }

    fn offer(&self, _cx: &Context<'_>) -> Option<String> {
        Some(String::new())
    }

    fn verbs(&self) -> &'static [Verb] {
        &[Verb::Etrn]
    }

    fn handle(&self, cx: &mut Context<'_>, state: State, command: &Command<'_>) -> (State, Ruling) {
        let node = match command {
            Command::Etrn(node) => String::from_utf8_lossy(node),
            _ => "".into(),
        };
        let ruling = cx.rule(&REFUSED, &[("node", &node)]);
        (state, ruling)
    }
}
