//! From an event to the topics that knowledge is kept under.

use crate::gather::Gather as _;
use crate::knowledge::{Clause, DATA_END, GREETING, Knowledge, Role};
use crate::network::SYN;
use crate::session;
use crate::simulation::Simulation;
use crate::smtp::{Element, Verb};
use crate::transcript::{Detail, Event, Kind, Phase, Transcript};

/// What an event is about.
pub(super) struct Topics {
    /// The event's own reason, as a topic.
    pub(super) reason: String,
    /// The verb, code, error or the like, the nearest first.
    pub(super) others: Vec<String>,
    /// The role of the server it happened at, where it is an SMTP event.
    pub(super) role: Option<Role>,
    /// What it is not about, though its reason is: the ports that a connection does not go to.
    aside: Vec<&'static str>,
}

impl Topics {
    /// Leaves out the clauses that are on what the event is not about.
    pub(super) fn without_aside<'k>(
        &self,
        clauses: impl Iterator<Item = &'k Clause>,
        k: &Knowledge,
    ) -> Vec<&'k Clause> {
        let aside: Vec<&Clause> = k.clauses_on(&self.aside, None).gather();
        clauses.filter(|clause| !aside.iter().any(|other| std::ptr::eq(*other, *clause))).gather()
    }
}

/// The ports that clauses speak of.
const PORTS: [(u16, &str); 3] = [(25, "subject:port-25"), (465, "subject:port-465"), (587, "subject:port-587")];

/// The topics of the event with this index.
pub(super) fn topics(run: &Simulation, at: usize) -> Option<Topics> {
    let event = run.transcript().events().get(at)?;
    about(run.transcript(), at, role_of(run, event))
}

/// The topics of an event of any transcript, at a server of this role.
pub(super) fn about(transcript: &Transcript, at: usize, role: Option<Role>) -> Option<Topics> {
    let event = transcript.events().get(at)?;
    let (mut others, mut aside) = (Vec::new(), Vec::new());
    match event.kind {
        Kind::Syn => {
            // A rule that had its say is explained with all its ports.
            if let Some(Detail::Syn(syn)) = transcript.detail(event).filter(|_| event.reason == SYN) {
                for (port, topic) in PORTS {
                    if port == syn.to.port() { others.push(topic.to_owned()) } else { aside.push(topic) }
                }
            }
        }
        Kind::Command(verb) => {
            others.push(verb_topic(verb));
            let spans = transcript.spans(event);
            let octets = transcript.octets(event);
            if verb == Verb::Mail && octets.windows(2).any(|pair| pair == b"<>") {
                others.push("subject:null-reverse-path".to_owned());
            }
            for span in spans.iter().filter(|span| is_parameter(span.element)) {
                others.push(element_topic(span.element));
            }
            if let Some(mechanism) = spans.iter().find(|span| span.element == Element::Mechanism) {
                let name = octets.get(mechanism.range()).unwrap_or_default();
                others.push(topic("mechanism", &String::from_utf8_lossy(name).to_ascii_uppercase()));
            }
        }
        Kind::SaslResponse => others.push(verb_topic(Verb::Auth)),
        Kind::Message => {
            others.push(verb_topic(Verb::Data));
            others.push(element_topic(Element::EndOfData));
        }
        Kind::Reply(code) => {
            others.push(topic("code", &code.to_string()));
            others.push(answered(transcript, at));
            if !code.is_positive() {
                others.push(format!("class:{}yz", code.as_u16() / 100));
            }
        }
        Kind::GaveUp => others.extend(timer_topic(event)),
        Kind::ConnectFailed => {
            if let Some(Detail::ConnectFailed { errno, .. }) = transcript.detail(event) {
                others.push(topic("errno", errno.name(crate::network::System::Linux65)));
            }
        }
        Kind::LookUp if event.leg > 1 => others.push("subject:mx".to_owned()),
        Kind::LookUp
        | Kind::Reset
        | Kind::Icmp
        | Kind::Connected
        | Kind::Tls
        | Kind::Noise
        | Kind::Closed
        | Kind::Queue
        | Kind::Finding
        | Kind::Outcome => {}
    }
    let smtp = !matches!(event.phase, Phase::Connect | Phase::Queue | Phase::Outcome);
    let role = role.filter(|_| smtp);
    Some(Topics { reason: topic("reason", event.reason.id()), others, role, aside })
}

/// A topic of this kind.
fn topic(kind: &str, id: &str) -> String {
    [kind, ":", id].concat()
}

/// `verb:MAIL`.
pub(super) fn verb_topic(verb: Verb) -> String {
    topic("verb", verb.name())
}

fn element_topic(element: Element) -> String {
    topic("element", element.id())
}

fn is_parameter(element: Element) -> bool {
    element.id().ends_with("-parameter")
}

/// The timer that ran out: the last part of the reason is its id.
fn timer_topic(event: &Event) -> Option<String> {
    Some(topic("timer", event.reason.id().strip_prefix("client.timeout.")?))
}

/// What a reply answers, as the topic of a verb: replies come in the order of the commands (RFC 5321 §4.2).
pub(super) fn answered(transcript: &Transcript, at: usize) -> String {
    match answered_event(transcript, at).and_then(|at| transcript.events().get(at)).map(|event| event.kind) {
        Some(Kind::Command(verb)) => verb_topic(verb),
        Some(Kind::Message) => DATA_END.to_owned(),
        Some(_) => verb_topic(Verb::Auth),
        None => GREETING.to_owned(),
    }
}

/// The line that a reply answers, by its index; `None` for the greeting.
pub(super) fn answered_event(transcript: &Transcript, at: usize) -> Option<usize> {
    let events = transcript.events();
    let reply = events.get(at)?;
    let here = |event: &&(usize, &Event)| event.1.leg == reply.leg && event.1.attempt == reply.attempt;
    let before: Vec<(usize, &Event)> = events.iter().enumerate().take(at + 1).gather();
    let replies = before.iter().filter(here).filter(|(_, event)| matches!(event.kind, Kind::Reply(_))).count();
    let lines = before
        .iter()
        .filter(here)
        .filter(|(_, event)| matches!(event.kind, Kind::Command(_) | Kind::SaslResponse | Kind::Message));
    // The greeting is the first reply and answers nothing.
    let nth = replies.checked_sub(2)?;
    lines.map(|(at, _)| *at).nth(nth)
}

/// The role of the server an event happened at.
fn role_of(run: &Simulation, event: &Event) -> Option<Role> {
    let host = super::network::peer_host(run, event)?;
    Some(match run.setup().settings(&host)?.role {
        session::Role::Mx => Role::Mx,
        session::Role::Msa => Role::Msa,
    })
}
