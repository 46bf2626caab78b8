//! ETRN (RFC 1985): a client asks for the mail that waits for it. Nobody is served so here: known, and refused.

use crate::session::{Context, EtrnInTransaction, EtrnNode, Extension, Ruling, State, StateId, Verdict};
use crate::smtp::{Command, Mailbox, ReplyCode, Verb};

/// RFC 1985 §5.1: 459, the node is not allowed to ask.
const REFUSED: Verdict =
    Verdict::bare("server.etrn.refused", ReplyCode::NODE_NOT_ALLOWED, "{node}: no mail is kept for it here");

/// RFC 1985 §5: not while a mail transaction is under way.
const NOT_NOW: Verdict = Verdict::bare("server.etrn.not-now", ReplyCode::BAD_SEQUENCE, "Not inside a mail transaction");

/// RFC 1985 §5.1: 501, the argument is no name of a node.
const NO_NAME: Verdict = Verdict::bare("server.etrn.no-name", ReplyCode::BAD_ARGUMENT, "{node}: no name of a host");

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] = &[&REFUSED, &NOT_NOW, &NO_NAME];

/// The extension.
pub(super) struct Etrn;

impl Extension for Etrn {
    fn keyword(&self) -> &'static str {
        "ETRN"
    }

    fn verbs(&self) -> &'static [Verb] {
        &[Verb::Etrn]
    }

    fn out_of_place(&self, cx: &Context<'_>, state: &State) -> Option<&'static Verdict> {
        let refused = cx.settings.profile.behaviours.etrn_in_transaction == EtrnInTransaction::Refused;
        (refused && matches!(state.id(), StateId::Mail | StateId::Rcpt | StateId::Data)).then_some(&NOT_NOW)
    }

    fn handle(&self, cx: &mut Context<'_>, state: State, command: &Command<'_>) -> (State, Ruling) {
        if let Some(verdict) = self.out_of_place(cx, &state) {
            return (state, cx.rule(verdict, &[]));
        }
        let node = match command {
            Command::Etrn(node) => String::from_utf8_lossy(node),
            _ => "".into(),
        };
        // RFC 1985 §5.3: an at sign asks for a domain with all below it; §5 leaves the others to the site.
        let name = node.trim_start_matches(['@', '#']);
        let checked = cx.settings.profile.behaviours.etrn_node == EtrnNode::HostName;
        if checked && Mailbox::parse(format!("x@{name}").as_bytes()).is_err() {
            return (state, cx.rule(&NO_NAME, &[("node", &node)]));
        }
        let ruling = cx.rule(&REFUSED, &[("node", &node)]);
        (state, ruling)
    }
}
