//! The order of commands as RFC 5321 §4.1.4 states it, written down a second time.
//!
//! Tests hold the session against it, and the page uses it for "what may come next". The session never consults it:
//! a statement that the code obeyed could not find a mistake in the code.

use crate::session::state::StateId;
use crate::smtp::Verb;

/// What RFC 5321 §4.1.4 says of a verb in a state, everything else about the command being in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// It is accepted and leads to this state.
    To(StateId),
    /// It is accepted, whatever its answer, and changes nothing.
    Stays,
    /// It is out of order: 503 and nothing changes.
    OutOfOrder,
}

use Allowed::{OutOfOrder, Stays, To};

/// The states a client can give commands in, in the order of the columns of [`ORDER`].
pub(super) const STATES: [StateId; 5] =
    [StateId::Greeted, StateId::Ready, StateId::Mail, StateId::Rcpt, StateId::Turned];

/// One row a verb, one column a state of `STATES`.
pub const ORDER: &[(Verb, [Allowed; 5])] = &[
    // §4.1.4: EHLO begins a session and may come again; it then clears like RSET.
    (Verb::Ehlo, [To(StateId::Ready), To(StateId::Ready), To(StateId::Ready), To(StateId::Ready), OutOfOrder]),
    (Verb::Helo, [To(StateId::Ready), To(StateId::Ready), To(StateId::Ready), To(StateId::Ready), OutOfOrder]),
    // §4.1.4: MAIL begins a transaction, never inside one.
    (Verb::Mail, [OutOfOrder, To(StateId::Mail), OutOfOrder, OutOfOrder, OutOfOrder]),
    // §3.3: RCPT without MAIL is answered 503.
    (Verb::Rcpt, [OutOfOrder, OutOfOrder, To(StateId::Rcpt), To(StateId::Rcpt), OutOfOrder]),
    // §3.3: DATA needs a recipient.
    (Verb::Data, [OutOfOrder, OutOfOrder, OutOfOrder, To(StateId::Data), OutOfOrder]),
    // §4.1.1.5: RSET clears the transaction; without EHLO there is none to clear.
    (Verb::Rset, [Stays, Stays, To(StateId::Ready), To(StateId::Ready), OutOfOrder]),
    // §4.1.4: these may come at any time.
    (Verb::Noop, [Stays, Stays, Stays, Stays, OutOfOrder]),
    (Verb::Help, [Stays, Stays, Stays, Stays, OutOfOrder]),
    (Verb::Vrfy, [Stays, Stays, Stays, Stays, OutOfOrder]),
    (Verb::Expn, [Stays, Stays, Stays, Stays, OutOfOrder]),
    // §4.1.1.10: QUIT may come at any time; §3.1: after a 554 greeting it is all the server takes.
    (
        Verb::Quit,
        [To(StateId::Closed), To(StateId::Closed), To(StateId::Closed), To(StateId::Closed), To(StateId::Closed)],
    ),
];

/// What RFC 5321 §4.1.4 says of this verb in this state; `None` where it says nothing, since the state takes no
/// commands or the verb is an extension's.
#[must_use]
pub fn allowed(state: StateId, verb: Verb) -> Option<Allowed> {
    let column = STATES.iter().position(|known| *known == state)?;
    let (_, row) = ORDER.iter().find(|(known, _)| *known == verb)?;
    row.get(column).copied()
}

/// The verbs of RFC 5321 that are in order in this state, in the order of [`ORDER`].
pub fn next_verbs(state: StateId) -> impl Iterator<Item = Verb> {
    let verbs = ORDER.iter().map(|(verb, _)| *verb);
    verbs.filter(move |verb| !matches!(allowed(state, *verb), None | Some(OutOfOrder)))
}
