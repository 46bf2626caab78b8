//! The session's states: chips, and the diagram that is found by trying.

use crate::gather::Gather as _;
use crate::knowledge::{Knowledge, Text};
use crate::present::view::{Diagram, StateChip};
use crate::session::{Snapshot, StateId, diagram};
use crate::simulation::Simulation;
use crate::transcript::{Event, Kind};

use super::topics::answered_event;

/// The chips in order. TLS and AUTH are no states of the machine, but a reader passes them like states.
fn names(k: &Knowledge) -> Vec<String> {
    let state = |id| k.title("state", id);
    vec![
        state("greeted"),
        state("ready"),
        k.say(Text::ChipSecured),
        k.say(Text::ChipAuthenticated),
        state("mail"),
        state("rcpt"),
        state("data"),
    ]
}

/// The states before and after an SMTP event, as chips; none for other events.
pub(super) fn chips(run: &Simulation, at: usize, k: &Knowledge) -> Vec<StateChip> {
    let Some((before, after)) = around(run, at) else { return Vec::new() };
    let (before, after) = (before.as_ref().and_then(chip), after.as_ref().and_then(chip));
    let chips = names(k).into_iter().enumerate().map(|(n, name)| StateChip {
        name,
        before: before == Some(n),
        after: after == Some(n),
    });
    chips.gather()
}

/// The diagram of the server's session, with the state after the event.
pub(super) fn diagram_at(run: &Simulation, at: usize, k: &Knowledge) -> Option<Diagram> {
    let (_, after) = around(run, at)?;
    let event = run.transcript().events().get(at)?;
    let (host, port) = super::network::peer(run, event)?;
    let listener = run.setup().listener(std::net::SocketAddr::new(host, port))?;
    let edges = diagram(&listener.settings);
    let is_reached = |state: &StateId| edges.iter().any(|edge| edge.from == *state || edge.to == *state);
    let states: Vec<StateId> = StateId::ALL.iter().copied().filter(is_reached).gather();
    let index = |state: StateId| states.iter().position(|known| *known == state).unwrap_or(0);
    let title = |state: &StateId| k.title("state", state.id());
    Some(Diagram {
        edges: edges.iter().map(|edge| (index(edge.from), edge.by.to_owned(), index(edge.to))).gather(),
        here: index(after.map_or(StateId::Greeted, |snapshot| snapshot.state)),
        states: states.iter().map(title).gather(),
    })
}

/// The state before an SMTP event and the one its answer leads to.
pub(super) fn around(run: &Simulation, at: usize) -> Option<(Option<Snapshot>, Option<Snapshot>)> {
    let transcript = run.transcript();
    let events = transcript.events();
    let event = events.get(at)?;
    let same = |other: &Event| other.leg == event.leg && other.attempt == event.attempt;
    let before = |at: usize| at.checked_sub(1).and_then(|n| events.get(n)).filter(|other| same(other));
    let state = |event: &Event| transcript.state(event);
    match event.kind {
        Kind::Reply(_) | Kind::Tls => Some((before(at).and_then(state), state(event))),
        Kind::Command(_) | Kind::SaslResponse | Kind::Message => {
            let answer = events.iter().enumerate().skip(at + 1).take_while(|(_, other)| same(other));
            let mut answers = answer.filter(|(_, other)| matches!(other.kind, Kind::Reply(_)));
            let answer =
                answers.find(|(n, _)| answered_event(run.transcript(), *n) == Some(at)).map(|(_, other)| other);
            Some((state(event), answer.or(Some(event)).and_then(state)))
        }
        _ => None,
    }
}

/// The chip of a moment.
fn chip(snapshot: &Snapshot) -> Option<usize> {
    Some(match snapshot.state {
        StateId::Opening | StateId::Closed | StateId::Turned => return None,
        StateId::Mail => 4,
        StateId::Rcpt => 5,
        StateId::Data => 6,
        _ if snapshot.user.is_some() => 3,
        _ if snapshot.tls => 2,
        StateId::Ready | StateId::Sasl | StateId::Tls => 1,
        StateId::Greeted => 0,
    })
}
