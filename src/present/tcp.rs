//! What there is to say below SMTP: the schedule of the SYNs, and the rule that met them.

use crate::gather::Gather as _;
use crate::knowledge::{Knowledge, Text};
use crate::network::{Action, Rule, System, Verdict};
use crate::present::view::Schedule;
use crate::simulation::Simulation;
use crate::time::Instant;
use crate::transcript::{Detail, Event, Kind};

/// The SYNs of the attempt that an event belongs to; none where a single one was enough.
pub(super) fn schedule(run: &Simulation, at: usize, k: &Knowledge) -> Option<Schedule> {
    let transcript = run.transcript();
    let events = transcript.events();
    let event = events.get(at).filter(|event| is_opening(event))?;
    let same = |other: &&(usize, &Event)| other.1.leg == event.leg && other.1.attempt == event.attempt;
    let all: Vec<(usize, &Event)> = events.iter().enumerate().gather();
    let syns: Vec<&(usize, &Event)> = all.iter().filter(same).filter(|(_, event)| event.kind == Kind::Syn).gather();
    let (_, first) = syns.first()?;
    let millis = |moment: Instant| moment.since(first.at).as_micros() / 1000;
    let failed = all.iter().filter(same).find(|(_, event)| event.kind == Kind::ConnectFailed);
    let (_, end) = failed.filter(|_| syns.len() > 1)?;
    let Some(Detail::ConnectFailed { errno, system, .. }) = transcript.detail(end) else { return None };
    let ends = millis(end.at);
    let name = errno.name(*system);
    let last = syns.last().map_or(0, |(_, event)| millis(event.at));
    let values = [
        ("n", syns.len().to_string()),
        ("last", seconds(last)),
        ("end", seconds(ends)),
        ("system", k.say(system_name(*system))),
    ];
    Some(Schedule {
        sent: syns.iter().map(|(n, event)| (millis(event.at), *n == at)).gather(),
        ends,
        ends_label: format!("{name} · {} s", seconds(ends)),
        remark: k.fill_made(Text::ScheduleRemark, &values),
        description: k.fill_made(Text::ScheduleDescription, &values),
    })
}

/// Milliseconds as whole seconds.
fn seconds(millis: u64) -> String {
    ((millis + 500) / 1000).to_string()
}

/// The system's name for readers; names of products are not translated.
const fn system_name(system: System) -> Text {
    match system {
        System::Linux65 => Text::SystemLinux,
        System::LinuxBefore65 => Text::SystemLinuxOld,
        System::Windows => Text::SystemWindows,
    }
}

fn is_opening(event: &Event) -> bool {
    matches!(event.kind, Kind::Syn | Kind::Reset | Kind::Icmp | Kind::ConnectFailed)
}

/// The rule that met the SYNs of the attempt, as label and value pairs; empty where none stopped them.
pub(super) fn rule(run: &Simulation, at: usize, k: &Knowledge) -> Vec<(String, String)> {
    let transcript = run.transcript();
    let Some(event) = transcript.events().get(at) else { return Vec::new() };
    if !is_opening(event) && event.kind != Kind::Connected {
        return Vec::new();
    }
    let events = transcript.events().iter();
    let fate = events
        .filter(|other| other.leg == event.leg && other.attempt == event.attempt)
        .filter_map(|other| match transcript.detail(other) {
            Some(Detail::Syn(syn)) => Some(syn.fate),
            _ => None,
        })
        .next_back();
    let Some(fate) = fate.filter(|fate| fate.verdict != Verdict::Pass) else { return Vec::new() };
    let rules = &run.setup().network.rules;
    fate.rule.and_then(|n| rules.get(usize::from(n))).map_or_else(Vec::new, |rule| described(run, rule, k))
}

fn described(run: &Simulation, rule: &Rule, k: &Knowledge) -> Vec<(String, String)> {
    let setup = run.setup();
    let from: Vec<String> = setup
        .network
        .segments
        .iter()
        .filter(|segment| rule.from.contains(&segment.id))
        .flat_map(|segment| segment.prefixes.iter().map(ToString::to_string))
        .gather();
    let hosts: Vec<String> = rule
        .except
        .iter()
        .map(|address| setup.host_name(*address).map_or_else(|| address.to_string(), str::to_owned))
        .gather();
    let port = format!("tcp/{}", rule.to_port);
    let mut to = if hosts.is_empty() {
        port
    } else {
        k.fill(Text::RuleExcept, &[("port", &port), ("hosts", &hosts.join(", "))])
    };
    if !rule.to.is_empty() {
        let targets: Vec<String> = rule.to.iter().map(ToString::to_string).gather();
        to = format!("{to} ({})", targets.join(", "));
    }
    let action = match rule.action {
        Action::Drop => k.say(Text::ChoiceDrop),
        Action::Reset => k.say(Text::ChoiceReset),
        Action::Icmp(kind) => format!("ICMP 3/{}: {kind}", kind.code()),
        Action::Redirect(other) => {
            let host = setup.host_name(other).map_or_else(|| other.to_string(), str::to_owned);
            format!("{} → {host}", k.text(Text::ChoiceRedirect))
        }
    };
    vec![(k.say(Text::RuleFrom), from.join(", ")), (k.say(Text::RuleTo), to), (k.say(Text::RuleAction), action)]
}
