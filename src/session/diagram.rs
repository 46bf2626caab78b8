//! The state diagram, found by trying: every command in every state that can be reached.
//!
//! Nothing here says what follows what; the session is driven and asked where it stands. So the picture cannot differ
//! from the machine.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use super::{Input, Memory, Outbox, Session, Settings, StateId};
use crate::dns::Zone;
use crate::smtp::base64;
use crate::time::Instant;

/// One way from a state to a state.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// From.
    pub from: StateId,
    /// By which command, or `.` for the end of the mail data and `response` inside an AUTH exchange.
    pub by: &'static str,
    /// To.
    pub to: StateId,
}

/// The try that is no line but a TLS handshake.
const HANDSHAKE: &str = "TLS";

/// Something that can be tried in a state.
struct Try {
    name: &'static str,
    octets: Vec<u8>,
    handshake: bool,
}

/// Every way that a session with these settings can take, in the order of the states.
#[must_use]
pub fn diagram(settings: &Arc<Settings>) -> Vec<Edge> {
    let tries = tries(settings);
    let mut edges: Vec<Edge> = Vec::new();
    // The way to a state is kept as the tries that lead there. A state is looked at once inside TLS and once outside,
    // before and after AUTH: four times as many ways as states, which bounds the loop.
    let mut open: Vec<Vec<usize>> = vec![Vec::new()];
    let mut seen = vec![facts(&drive(settings, &tries, &[]))];
    while let Some(path) = open.pop() {
        let before = drive(settings, &tries, &path);
        let from = before.state().id();
        for (n, attempt) in tries.iter().enumerate().filter(|(_, attempt)| fits(attempt, from)) {
            let mut way = path.clone();
            way.push(n);
            let after = drive(settings, &tries, &way);
            let edge = Edge { from, by: attempt.name, to: after.state().id() };
            if let Err(place) = edges.binary_search(&edge) {
                edges.insert(place, edge);
            }
            if !seen.contains(&facts(&after)) {
                seen.push(facts(&after));
                open.push(way);
            }
        }
    }
    edges
}

/// What tells two moments of a session apart here.
fn facts(session: &Session) -> (StateId, bool, bool) {
    let snapshot = session.snapshot();
    (snapshot.state, snapshot.tls, snapshot.user.is_some())
}

/// Mail data is for the data state and responses for an AUTH exchange; commands are for all the others.
fn fits(attempt: &Try, state: StateId) -> bool {
    match state {
        StateId::Data => attempt.name == ".",
        StateId::Sasl => attempt.name == "response",
        StateId::Tls => attempt.handshake,
        StateId::Closed | StateId::Opening => false,
        _ => !attempt.handshake && attempt.name != "." && attempt.name != "response",
    }
}

/// What is tried, in this order; three of them depend on the settings.
const TRIES: [(&str, &str); 12] = [
    ("EHLO", "EHLO client.example"),
    ("HELO", "HELO client.example"),
    ("STARTTLS", "STARTTLS"),
    ("AUTH", "AUTH PLAIN"),
    ("response", ""),
    ("MAIL", "MAIL FROM:<>"),
    ("RCPT", ""),
    ("DATA", "DATA"),
    (".", "."),
    ("RSET", "RSET"),
    ("QUIT", "QUIT"),
    (HANDSHAKE, ""),
];

fn tries(settings: &Settings) -> Vec<Try> {
    let domain = settings.local_domains.first().map_or("example.org", String::as_str);
    let mailbox = settings.mailboxes.first().map_or("postmaster", String::as_str);
    let user = settings.users.first();
    let (name, password) = user.map_or(("", ""), |user| (user.name.as_str(), user.password.as_str()));
    let mut tries = Vec::new();
    for (by, line) in TRIES {
        let mut line = match by {
            "response" => base64::encode(&["\0", name, "\0", password].concat().into_bytes()),
            "RCPT" => ["RCPT TO:<", mailbox, "@", domain, ">"].concat(),
            _ => line.to_owned(),
        };
        line.push_str("\r\n");
        tries.push(Try { name: by, octets: line.into_bytes(), handshake: by == HANDSHAKE });
    }
    tries
}

fn drive(settings: &Arc<Settings>, tries: &[Try], path: &[usize]) -> Session {
    let mut session = Session::new(Arc::clone(settings), Memory::default());
    let (zone, mut out) = (Zone::default(), Outbox::default());
    let peer = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    session.handle(Instant::ZERO, Input::Opened { peer, tls: false }, &zone, &mut out);
    for attempt in path.iter().filter_map(|n| tries.get(*n)) {
        let input = if attempt.handshake { Input::Tls(Ok(())) } else { Input::Octets(&attempt.octets) };
        session.handle(Instant::ZERO, input, &zone, &mut out);
        out.clear();
    }
    session
}
