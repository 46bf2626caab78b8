//! From an event to the topics that knowledge is kept under.

use crate::knowledge::{Clause, DATA_END, Family, GREETING, Knowledge, Role, Source, Text as Words};
use crate::present::view::{ClauseRow, Stratum};
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
}

/// The topics of the event with this index.
pub(super) fn topics(run: &Simulation, at: usize) -> Option<Topics> {
    let event = run.transcript().events().get(at)?;
    about(run.transcript(), at, role_of(run, event))
}

/// The topics of an event of any transcript, at a server of this role.
pub(super) fn about(transcript: &Transcript, at: usize, role: Option<Role>) -> Option<Topics> {
    let event = transcript.events().get(at)?;
    let mut others = Vec::new();
    match event.kind {
        Kind::Command(verb) => {
            others.push(verb_topic(verb));
            let spans = transcript.spans(event);
            let octets = transcript.octets(event);
            if verb == Verb::Mail && octets.windows(2).any(|pair| pair == b"<>") {
                others.push("subject:null-reverse-path".to_owned());
            }
            others
                .extend(spans.iter().filter(|span| is_parameter(span.element)).map(|span| element_topic(span.element)));
            if let Some(mechanism) = spans.iter().find(|span| span.element == Element::Mechanism) {
                let name = octets.get(mechanism.range()).unwrap_or_default();
                others.push(format!("mechanism:{}", String::from_utf8_lossy(name).to_ascii_uppercase()));
            }
        }
        Kind::SaslResponse => others.push(verb_topic(Verb::Auth)),
        Kind::Message => others.extend([verb_topic(Verb::Data), element_topic(Element::EndOfData)]),
        Kind::Reply(code) => {
            others.push(format!("code:{}", code.as_u16()));
            others.push(answered(transcript, at));
            if !code.is_positive() {
                others.push(format!("class:{}yz", code.as_u16() / 100));
            }
        }
        Kind::GaveUp => others.extend(timer_topic(event)),
        Kind::ConnectFailed => {
            if let Some(Detail::ConnectFailed { errno, .. }) = transcript.detail(event) {
                others.push(format!("errno:{}", errno.name(crate::network::System::Linux65)));
            }
        }
        Kind::LookUp if event.leg > 1 => others.push("subject:mx".to_owned()),
        Kind::LookUp
        | Kind::Syn
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
    Some(Topics { reason: format!("reason:{}", event.reason), others, role })
}

/// `verb:MAIL`.
pub(super) fn verb_topic(verb: Verb) -> String {
    format!("verb:{}", verb.name())
}

fn element_topic(element: Element) -> String {
    format!("element:{}", element.id())
}

fn is_parameter(element: Element) -> bool {
    element.id().ends_with("-parameter")
}

/// The timer that ran out: the last part of the reason is its id.
fn timer_topic(event: &Event) -> Option<String> {
    Some(format!("timer:{}", event.reason.id().strip_prefix("client.timeout.")?))
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
    let before: Vec<(usize, &Event)> = events.iter().enumerate().take(at + 1).collect();
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

/// The groups of clauses: through the generations, submission, extension, others, practice.
const GROUPS: [Words; 5] = [
    Words::StrataGenerations,
    Words::StrataSubmission,
    Words::StrataExtension,
    Words::StrataOthers,
    Words::StrataPractice,
];

/// The clauses of some topics in groups.
pub(super) fn strata(topics: &Topics, k: &Knowledge) -> Vec<Stratum> {
    let names = || topics.others.iter().chain(std::iter::once(&topics.reason));
    let by_topic: Vec<Vec<&Clause>> = names().map(|name| k.clauses(name, topics.role).collect()).collect();
    let deciding: Vec<&Clause> = k.clauses(&topics.reason, None).collect();
    let clauses: Vec<&Clause> = k.clauses_on(names(), topics.role).collect();
    let has = |list: &[&Clause], clause: &Clause| list.iter().any(|one| std::ptr::eq(*one, clause));
    let mut groups = GROUPS.map(|title| Stratum { title: k.text(title).to_owned(), ..Stratum::default() });
    for same in clauses.chunk_by(|one, next| document(one) == document(next)) {
        let any = same.iter().any(|clause| has(&deciding, clause));
        let nearest = by_topic.iter().find_map(|list| same.iter().position(|clause| has(list, clause)));
        for (nth, clause) in same.iter().enumerate() {
            let current = has(&deciding, clause);
            // What came before RFC 821 is family history: it is told to who asks.
            let leads = if any { current } else { nearest == Some(nth) && !is_forerunner(clause) };
            groups[group(clause, k)].clauses.push(ClauseRow { current, leads, ..row(clause, k) });
        }
    }
    for (id, group) in groups.iter_mut().enumerate() {
        group.id = id;
    }
    groups.into_iter().filter(|group| !group.clauses.is_empty()).collect()
}

/// What a clause stands in: one RFC, or all that is only usual.
fn document(clause: &Clause) -> u16 {
    match clause.source() {
        Source::Rfc { number, .. } => number,
        Source::Practice(_) => 0,
    }
}

/// Is it from the drafts of SMTP that RFC 821 replaced: RFC 772, 780 and 788?
fn is_forerunner(clause: &Clause) -> bool {
    (1..821).contains(&document(clause))
}

/// The group that a clause belongs to.
fn group(clause: &Clause, k: &Knowledge) -> usize {
    match clause.source() {
        Source::Practice(_) => 4,
        Source::Rfc { number, .. } => match k.rfc(number).map(|rfc| rfc.family) {
            Some(Family::Smtp) => 0,
            Some(Family::Submission) => 1,
            Some(Family::Extension) => 2,
            _ => 3,
        },
    }
}

fn row(clause: &Clause, k: &Knowledge) -> ClauseRow {
    let place = clause.source();
    let (source, dated) = match place {
        Source::Rfc { number, .. } => (place.name(), k.rfc(number).map_or_else(String::new, |rfc| k.dated(rfc))),
        Source::Practice(id) => {
            (k.practice(id).map_or_else(|| place.name(), |known| known.name.clone()), String::new())
        }
    };
    ClauseRow {
        source,
        dated,
        section: place.section(),
        href: place.href(),
        level: clause.level.clone().unwrap_or_default(),
        note: clause.note.clone(),
        changed: clause.changed.clone(),
        current: false,
        leads: false,
        lang: clause.lang.clone(),
    }
}
