//! The situation bar: every control with what is in force.

use litemap::LiteMap;

use crate::gather::Gather as _;
use crate::knowledge::{Knowledge, Text};
use crate::present::edits::{FAULTS, SYSTEMS};
use crate::present::view::{Bar, Choice, Control, ControlKind, Situations};
use crate::present::{link::Link, outcome};
use crate::simulation::choices::{Auth, Destination, Op25b, Place, Tls};
use crate::simulation::{BuiltIn, Client, GENERIC, Group, Simulation, World};

/// What is wrong with what was typed last, by control.
pub(super) type Errors = LiteMap<String, String>;

/// Words of a choice and what the reader sees of them.
type Words<const N: usize> = [(&'static str, Text); N];

const ACTIONS: Words<4> = [
    (Op25b::Drop.id(), Text::ChoiceDrop),
    (Op25b::Reset.id(), Text::ChoiceReset),
    (Op25b::Icmp.id(), Text::ChoiceIcmp),
    (Op25b::Redirect.id(), Text::ChoiceRedirect),
];
const BLOCK: Words<2> = [("off", Text::ChoiceOff), ("on", Text::ChoiceOn)];
const DESTINATIONS: Words<3> = [
    (Destination::Own.id(), Text::ChoiceDestinationOwn),
    (Destination::Other.id(), Text::ChoiceDestinationOther),
    (Destination::Mx.id(), Text::ChoiceDestinationMx),
];
const NETWORKS: Words<5> = [
    (Place::HomeDynamic.id(), Text::ChoiceNetworkHomeDynamic),
    (Place::HomeStatic.id(), Text::ChoiceNetworkHomeStatic),
    (Place::Provider.id(), Text::ChoiceNetworkProvider),
    (Place::Virtual.id(), Text::ChoiceNetworkVirtual),
    (Place::Cloud.id(), Text::ChoiceNetworkCloud),
];
const SECURITY: Words<3> = [
    (Tls::None.id(), Text::ChoiceTlsNone),
    (Tls::Starttls.id(), Text::ChoiceTlsStarttls),
    (Tls::Implicit.id(), Text::ChoiceTlsImplicit),
];

/// All situations, each group under its heading.
fn situations(built_in: &BuiltIn, k: &Knowledge) -> Vec<Situations> {
    let entry = |id: &String| (id.clone(), k.scenario_title(id).to_owned());
    let groups = built_in.scenarios.chunk_by(|(_, one), (_, next)| one.group == next.group);
    groups
        .map(|group| Situations {
            heading: group.first().map_or_else(String::new, |(_, one)| k.say(heading(one.group))),
            list: group.iter().map(|(id, _)| entry(id)).gather(),
        })
        .gather()
}

const fn heading(group: Option<Group>) -> Text {
    match group {
        Some(Group::Ports) => Text::SituationsPorts,
        Some(Group::LoggingIn) => Text::SituationsLoggingIn,
        Some(Group::ToTheMx) => Text::SituationsToTheMx,
        Some(Group::Networks) => Text::SituationsNetworks,
        Some(Group::Refusals) => Text::SituationsRefusals,
        Some(Group::Policy) => Text::SituationsPolicy,
        Some(Group::Names) => Text::SituationsNames,
        Some(Group::Notices) => Text::SituationsNotices,
        Some(Group::Trouble) => Text::SituationsTrouble,
        Some(Group::Other) | None => Text::SituationsOther,
    }
}

/// The bar of a run.
pub(super) fn bar(
    run: &Simulation,
    built_in: &BuiltIn,
    situation: &str,
    errors: &Errors,
    fault: &str,
    next: Option<&str>,
    k: &Knowledge,
) -> Bar {
    let next = next.map(|id| {
        let link = Link { situation: id.to_owned(), pairs: Vec::new() };
        (link.write(), k.scenario_title(id).to_owned())
    });
    Bar {
        situations: situations(built_in, k),
        situation: situation.to_owned(),
        controls: controls(run, k),
        more: more(run, &built_in.world, errors, fault, k),
        verdict: outcome::verdict(run, k),
        tone: outcome::tone(run),
        said: outcome::said(run, k),
        next,
    }
}

fn controls(run: &Simulation, k: &Knowledge) -> Vec<Control> {
    let resolved = run.setup().resolved;
    let port = |id: &str| choice(id, id, resolved.port.id() == id);
    let blocked = if resolved.op25b == Op25b::Off { "off" } else { "on" };
    let mut security = choices(&SECURITY, resolved.tls.id(), k);
    if resolved.tls == Tls::IfOffered {
        security.push(choice(Tls::IfOffered.id(), k.text(Text::ChoiceTlsIfOffered), true));
    }
    let mut auth = vec![
        choice("none", k.text(Text::ChoiceAuthNone), resolved.auth == Auth::None),
        choice("plain", "PLAIN", resolved.auth == Auth::Plain),
    ];
    if !matches!(resolved.auth, Auth::None | Auth::Plain) {
        auth.push(choice(resolved.auth.id(), auth_label(resolved.auth, k), true));
    }
    vec![
        switch("port", Text::ControlPort, vec![port("25"), port("465"), port("587")], k),
        switch("op25b", Text::ControlOp25b, choices(&BLOCK, blocked, k), k),
        switch("tls", Text::ControlTls, security, k),
        switch("auth", Text::ControlAuth, auth, k),
    ]
}

fn auth_label(auth: Auth, k: &Knowledge) -> &str {
    k.text(match auth {
        Auth::None => Text::ChoiceAuthNone,
        Auth::Plain => Text::ChoiceAuthPlain,
        Auth::Login => Text::ChoiceAuthLogin,
        Auth::CramMd5 => Text::ChoiceAuthCramMd5,
        Auth::ScramSha256 => Text::ChoiceAuthScramSha256,
        Auth::OAuthBearer => Text::ChoiceAuthOAuthBearer,
        Auth::XOAuth2 => Text::ChoiceAuthXOAuth2,
        Auth::WrongPassword => Text::ChoiceAuthWrong,
    })
}

fn more(run: &Simulation, world: &World, errors: &Errors, fault: &str, k: &Knowledge) -> Vec<Control> {
    let resolved = run.setup().resolved;
    let scenario = run.scenario();
    let action = if resolved.op25b == Op25b::Off { Op25b::Drop } else { resolved.op25b };
    let mechanisms = Auth::ALL.iter().map(|word| choice(word.id(), auth_label(*word, k), resolved.auth == *word));
    let program = match &scenario.client {
        Client::Program(id) => id.as_str(),
        Client::Script(_) | Client::Manual => "",
    };
    let programs = world.programs.iter().map(|(id, known)| choice(id, &known.title, id == program));
    let systems = SYSTEMS.iter().map(|(id, system)| choice(id, k.text(system_text(id)), scenario.system == *system));
    let first = scenario.first_server(world);
    let change = scenario.changes.servers.iter().find(|change| Some(&change.host) == first.as_ref());
    let software = change.and_then(|change| change.personality.as_deref()).unwrap_or(GENERIC);
    let softwares = world.softwares.iter().map(|(id, known)| choice(id, &known.title, id == software));
    let mut faults = vec![choice("none", k.text(Text::FaultNone), fault == "none" || fault.is_empty())];
    for id in FAULTS {
        faults.push(choice(id, &fault_label(id, k), id == fault));
    }
    vec![
        network_control(resolved.network, k),
        list("destination", Text::ControlDestination, choices(&DESTINATIONS, resolved.destination.id(), k), k),
        list("action", Text::ControlAction, choices(&ACTIONS, action.id(), k), k),
        list("mechanism", Text::ControlCredentials, mechanisms.gather(), k),
        list("client", Text::ControlClient, programs.gather(), k),
        list("system", Text::ControlSystem, systems.gather(), k),
        list("personality", Text::ControlPersonality, softwares.gather(), k),
        text("sender", Text::ControlSender, &scenario.sender, false, errors, k),
        text("recipients", Text::ControlRecipients, &scenario.recipients.join(", "), false, errors, k),
        text("subject", Text::ControlSubject, &scenario.message.subject, false, errors, k),
        text("body", Text::ControlBody, &scenario.message.body, true, errors, k),
        list("fault", Text::ControlFault, faults, k),
    ]
}

/// The control for the client's network.
pub(super) fn network_control(network: Place, k: &Knowledge) -> Control {
    list("network", Text::ControlNetwork, choices(&NETWORKS, network.id(), k), k)
}

fn system_text(id: &str) -> Text {
    match id {
        "windows" => Text::SystemWindows,
        "linux" => Text::SystemLinux,
        _ => Text::SystemLinuxOld,
    }
}

/// "RCPT is answered 550".
fn fault_label(id: &str, k: &Knowledge) -> String {
    let (moment, effect) = id.split_once(':').unwrap_or((id, ""));
    let at = match moment {
        "greeting" => k.say(Text::FaultAtGreeting),
        "message" => k.say(Text::FaultAtMessage),
        verb => verb.to_ascii_uppercase(),
    };
    let text = match effect {
        "close" => Text::FaultClose,
        "silence" => Text::FaultSilence,
        _ => Text::FaultReply,
    };
    k.fill(text, &[("at", &at), ("code", effect)])
}

/// A choice of these words, of which one is in force.
fn choices(words: &[(&str, Text)], on: &str, k: &Knowledge) -> Vec<Choice> {
    words.iter().map(|(word, text)| choice(word, k.text(*text), *word == on)).gather()
}

fn choice(value: &str, label: &str, on: bool) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned(), on }
}

fn switch(key: &str, label: Text, choices: Vec<Choice>, k: &Knowledge) -> Control {
    Control { key: key.to_owned(), label: k.say(label), kind: ControlKind::Switch(choices) }
}

fn list(key: &str, label: Text, choices: Vec<Choice>, k: &Knowledge) -> Control {
    Control { key: key.to_owned(), label: k.say(label), kind: ControlKind::List(choices) }
}

fn text(key: &str, label: Text, value: &str, multiline: bool, errors: &Errors, k: &Knowledge) -> Control {
    let kind = ControlKind::Text { value: value.to_owned(), error: errors.get(key).cloned(), multiline };
    Control { key: key.to_owned(), label: k.say(label), kind }
}
