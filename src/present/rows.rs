//! The transcript as rows under headings, like ones folded.

use crate::gather::Gather as _;
use crate::knowledge::{Knowledge, Text as Words};
use crate::present::anatomy;
use crate::present::view::{EventRow, Lane, Row, Text, Tone};
use crate::simulation::Simulation;
use crate::transcript::{Detail, Event, Kind, Phase, Side, Transcript, line_of};

/// So many SYNs of an attempt have a row each; the others share one.
const SYNS: u8 = 5;

/// The most lines of a message that are shown.
const MESSAGE_LINES: usize = 24;

/// All rows of a run.
pub(super) fn rows(run: &Simulation, k: &Knowledge) -> Vec<Row> {
    let transcript = run.transcript();
    let mut rows = Vec::new();
    let mut begins = phases(transcript).into_iter().peekable();
    let mut leg = None;
    for (at, event) in transcript.events().iter().enumerate() {
        if begins.next_if_eq(&at).is_some() {
            rows.push(Row::Heading(heading(event, leg, k)));
            leg = Some(event.leg);
        }
        match rows.last_mut() {
            Some(Row::Event(last)) if folds(run, last.step, event) => fold(last, at, run, event, k),
            _ => rows.push(Row::Event(row(run, at, event, k))),
        }
    }
    rows
}

/// The first event of each phase, leg by leg. Replies to commands that were sent in one go (RFC 2920) come when the
/// client is phases ahead: such a reply leads nobody back.
pub(super) fn phases(transcript: &Transcript) -> Vec<usize> {
    let mut firsts = Vec::new();
    let mut last: Option<&Event> = None;
    for (at, event) in transcript.events().iter().enumerate() {
        let begins = last.is_none_or(|last| {
            let late =
                matches!(event.kind, Kind::Reply(_)) && event.attempt == last.attempt && event.phase < last.phase;
            event.leg != last.leg || event.phase != last.phase && !late
        });
        if begins {
            firsts.push(at);
            last = Some(event);
        }
    }
    firsts
}

fn heading(event: &Event, before: Option<u8>, k: &Knowledge) -> String {
    let name = phase_name(event.phase, k);
    match before {
        Some(before) if before != event.leg && event.phase != Phase::Outcome => {
            k.fill(Words::HeadingLeg, &[("leg", &event.leg.to_string()), ("phase", &name)])
        }
        _ => name,
    }
}

/// The name of a phase.
pub(super) fn phase_name(phase: Phase, k: &Knowledge) -> String {
    k.title("phase", phase.id())
}

/// Is this event one more SYN of a series whose row stands already?
fn folds(run: &Simulation, first: usize, event: &Event) -> bool {
    let transcript = run.transcript();
    let Some(begun) = transcript.events().get(first) else { return false };
    let number = |event: &Event| (event.kind == Kind::Syn).then_some(event.write);
    match (number(begun), number(event)) {
        (Some(from), Some(now)) => {
            // After the first attempt a reader knows the schedule, so its whole series is one row.
            let all = event.attempt > 1 && from == 1;
            begun.leg == event.leg && begun.attempt == event.attempt && (all || from > SYNS) && now > from
        }
        _ => false,
    }
}

fn fold(row: &mut EventRow, at: usize, run: &Simulation, event: &Event, k: &Knowledge) {
    row.last = at;
    let n = row.last - row.step + 1;
    let text = k.fill(Words::RowSynFolded, &[("n", &n.to_string())]);
    row.name = format!("{}: {text}", k.text(Words::LaneTcp));
    row.lines = vec![Text::Shown(text)];
    row.tone = tone(run, event);
}

fn row(run: &Simulation, at: usize, event: &Event, k: &Knowledge) -> EventRow {
    let lane = lane(event);
    let lines = lines(run, event, k);
    let plain: Vec<&str> = lines.iter().map(super::view::Text::veiled).gather();
    let name = format!("{}: {}", lane_name(lane, k), plain.join(" "));
    EventRow { step: at, last: at, time: event.at.to_string(), lane, lines, tone: tone(run, event), name }
}

/// The lane of an event.
pub(super) fn lane(event: &Event) -> Lane {
    match (event.kind, event.side) {
        (Kind::LookUp, _) => Lane::Dns,
        (Kind::Tls, _) => Lane::Tls,
        (Kind::Syn | Kind::Reset | Kind::Icmp | Kind::Connected | Kind::ConnectFailed | Kind::Closed, _) => Lane::Tcp,
        (Kind::Queue | Kind::Finding | Kind::Outcome | Kind::GaveUp, _) => Lane::Note,
        (_, Side::Server) => Lane::Server,
        (_, Side::Client | Side::Network) => Lane::Client,
    }
}

/// The lane's name, for people who cannot see its colour.
pub(super) fn lane_name(lane: Lane, k: &Knowledge) -> &str {
    k.text(match lane {
        Lane::Client => Words::LaneClient,
        Lane::Server => Words::LaneServer,
        Lane::Tcp => Words::LaneTcp,
        Lane::Tls => Words::LaneTls,
        Lane::Dns => Words::LaneDns,
        Lane::Note => Words::LaneNote,
    })
}

/// The event's text in the reader's language; what was said stays as it was said.
pub(super) fn lines(run: &Simulation, event: &Event, k: &Knowledge) -> Vec<Text> {
    let transcript = run.transcript();
    if let Some(detail) = transcript.detail(event) {
        return vec![Text::Shown(described(run, event, detail, k))];
    }
    match event.kind {
        Kind::GaveUp => vec![Text::Shown(k.title("reason", event.reason.id()))],
        Kind::Message => {
            let mut lines = line_of(transcript, event);
            let hidden = lines.len().saturating_sub(MESSAGE_LINES);
            if hidden > 1 {
                lines.splice(MESSAGE_LINES - 1..lines.len() - 1, ["…".to_owned()]);
            }
            lines.into_iter().map(Text::Shown).gather()
        }
        _ => {
            let lines = line_of(transcript, event).into_iter();
            lines.map(|line| anatomy::line(transcript, event, line, k)).gather()
        }
    }
}

fn described(run: &Simulation, event: &Event, detail: &Detail, k: &Knowledge) -> String {
    match detail {
        Detail::LookUp(look_up) => format!("{} → {}", look_up.question, look_up.answer),
        Detail::Syn(syn) => {
            let port = syn.to.port().to_string();
            match event.write {
                1 if syn.is_lost() => k.fill(Words::RowSynUnanswered, &[("port", &port)]),
                1 => k.fill(Words::RowSyn, &[("port", &port)]),
                n => k.fill(Words::RowSynAgain, &[("n", &(n - 1).to_string())]),
            }
        }
        Detail::Answer(from) if event.kind == Kind::Icmp => k.fill(Words::RowIcmp, &[("from", &from.ip().to_string())]),
        Detail::Answer(_) => k.say(Words::RowReset),
        Detail::Connected(ends) => k.fill(Words::RowConnected, &[("port", &ends.to.port().to_string())]),
        Detail::ConnectFailed { errno, system, .. } => {
            format!("{} · {}", errno.name(*system), errno.text(*system))
        }
        Detail::Secured { .. } => k.say(Words::RowTls),
        Detail::NotSecured { name } => k.fill(Words::RowTlsFailed, &[("name", name)]),
        Detail::Closed { .. } if event.side == Side::Server => k.say(Words::RowClosedServer),
        Detail::Closed { .. } => k.say(Words::RowClosedClient),
        Detail::Queue(queue) => {
            let crate::transcript::Queue { host, recipients, next_try } = &**queue;
            let title = k.title("reason", event.reason.id());
            let row = format!("{host}: {title} · {}", recipients.join(", "));
            match next_try.filter(|next| *next > event.at) {
                Some(next) => {
                    let wait = super::outcome::span(next.since(event.at));
                    format!("{row} · {} {wait}", k.text(Words::FactNextTry))
                }
                None => row,
            }
        }
        Detail::Finding(text) => {
            let title = k.title("reason", event.reason.id());
            if text.is_empty() { title } else { format!("{title} · {}", crate::transcript::escaped(text.as_bytes())) }
        }
        Detail::Outcome(_) => super::outcome::row(run, k),
    }
}

/// Does the event tell of a failure?
pub(super) fn tone(run: &Simulation, event: &Event) -> Tone {
    let transcript = run.transcript();
    match event.kind {
        Kind::Reset | Kind::Icmp | Kind::ConnectFailed | Kind::GaveUp | Kind::Noise => Tone::Bad,
        Kind::Reply(code) if code.as_u16() >= 500 => Tone::Bad,
        Kind::Reply(code) if code.as_u16() >= 400 => Tone::Wait,
        Kind::Outcome => super::outcome::tone(run),
        _ => match transcript.detail(event) {
            Some(Detail::Syn(syn)) if syn.is_lost() => Tone::Bad,
            Some(Detail::NotSecured { .. }) => Tone::Bad,
            Some(Detail::LookUp(look_up)) if look_up.answer.records().is_empty() => Tone::Wait,
            Some(Detail::Queue(queue)) if queue.next_try.is_some() => Tone::Wait,
            _ => Tone::Plain,
        },
    }
}
