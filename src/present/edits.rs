//! What a reader changes in a situation besides the choices: program, system, sender, recipients, message, one fault.

use litemap::LiteMap;

use crate::gather::Gather as _;
use crate::knowledge::{Knowledge, Text};
use crate::network::System;
use crate::session::{Effect, Fault, FaultReply, Moment};
use crate::simulation::{Client, Scenario, World};
use crate::smtp::{Mailbox, ReplyCode};

/// The keys that can be edited, in the order they are shown.
pub(super) const KEYS: [&str; 8] =
    ["client", "system", "personality", "sender", "recipients", "subject", "body", "fault"];

/// The faults offered: what happens, at which moment.
pub(super) const FAULTS: [&str; 12] = [
    "greeting:421",
    "greeting:554",
    "ehlo:502",
    "mail:451",
    "mail:silence",
    "rcpt:450",
    "rcpt:550",
    "rcpt:close",
    "data:451",
    "message:451",
    "message:554",
    "message:close",
];

/// The systems offered.
pub(super) const SYSTEMS: [(&str, System); 3] =
    [("linux", System::Linux65), ("linux-before-6.5", System::LinuxBefore65), ("windows", System::Windows)];

/// The longest text that is taken for each key, in octets.
const LONGEST: usize = 4_000;

/// What was changed, by key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Edits(LiteMap<&'static str, String>);

/// What is wrong with an edit, in the reader's language.
pub(super) struct WrongEdit(pub(super) String);

impl Edits {
    /// Changes one thing.
    pub(super) fn set(&mut self, key: &'static str, value: &str) {
        self.0.insert(key, value.to_owned());
    }

    /// What was changed, in the order of [`KEYS`].
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        KEYS.into_iter().filter_map(|key| Some((key, self.0.get(key)?.as_str())))
    }

    /// The scenario with these changes.
    pub(super) fn apply(&self, mut scenario: Scenario, world: &World, k: &Knowledge) -> Result<Scenario, WrongEdit> {
        for (key, value) in self.iter() {
            if value.len() > LONGEST {
                return Err(WrongEdit(k.say(Text::TooLong)));
            }
            match key {
                "client" => scenario.client = program(value, world, k)?,
                "system" => scenario.system = system(value, k)?,
                "personality" => {
                    scenario.set_personality(value, world, key).map_err(|_| no_software(value, world, k))?;
                }
                "sender" => scenario.sender = if value.is_empty() { String::new() } else { mailbox(value, k)? },
                "recipients" => scenario.recipients = recipients(value, k)?,
                "subject" if value.contains(char::is_control) => {
                    return Err(WrongEdit(k.say(Text::InvalidLine)));
                }
                "subject" => value.clone_into(&mut scenario.message.subject),
                "body" => value.clone_into(&mut scenario.message.body),
                _ => {}
            }
        }
        if let Some(fault) = self.0.get("fault").filter(|fault| *fault != "none") {
            add_fault(&mut scenario, fault, world, k)?;
        }
        Ok(scenario)
    }
}

fn not_one_of(key: &str, value: &str, allowed: &[&str], k: &Knowledge) -> WrongEdit {
    let allowed = allowed.join(", ");
    WrongEdit(k.fill(Text::NoticeUnknownChoice, &[("key", key), ("value", value), ("allowed", &allowed)]))
}

fn program(value: &str, world: &World, k: &Knowledge) -> Result<Client, WrongEdit> {
    let known: Vec<&str> = world.programs.keys().map(String::as_str).gather();
    if known.contains(&value) {
        Ok(Client::Program(value.to_owned()))
    } else {
        Err(not_one_of("client", value, &known, k))
    }
}

fn system(value: &str, k: &Knowledge) -> Result<System, WrongEdit> {
    let known = SYSTEMS.map(|(id, _)| id);
    let found = SYSTEMS.into_iter().find(|(id, _)| *id == value).map(|(_, system)| system);
    found.ok_or_else(|| not_one_of("system", value, &known, k))
}

fn mailbox(value: &str, k: &Knowledge) -> Result<String, WrongEdit> {
    match Mailbox::parse(value.trim().as_bytes()) {
        Ok(mailbox) if mailbox.domain().is_some() => Ok(value.trim().to_owned()),
        _ => Err(WrongEdit(k.say(Text::InvalidAddress))),
    }
}

fn recipients(value: &str, k: &Knowledge) -> Result<Vec<String>, WrongEdit> {
    let parts: Vec<&str> = value.split([',', ' ', '\n']).map(str::trim).filter(|part| !part.is_empty()).gather();
    if parts.is_empty() {
        return Err(WrongEdit(k.say(Text::InvalidEmpty)));
    }
    let mut mailboxes = Vec::new();
    for part in parts {
        mailboxes.push(mailbox(part, k)?);
    }
    Ok(mailboxes)
}

/// The fault happens at the first server of the journey: the submission server, or the recipient's MX.
fn add_fault(scenario: &mut Scenario, value: &str, world: &World, k: &Knowledge) -> Result<(), WrongEdit> {
    let wrong = || not_one_of("fault", value, &FAULTS, k);
    if !FAULTS.contains(&value) {
        return Err(wrong());
    }
    let (moment, effect) = value.split_once(':').ok_or_else(wrong)?;
    let at = match moment {
        "greeting" => Moment::Greeting,
        "ehlo" => Moment::Ehlo,
        "mail" => Moment::Mail,
        "rcpt" => Moment::Rcpt,
        "data" => Moment::Data,
        _ => Moment::Message,
    };
    let does = match effect {
        "close" => Effect::Close,
        "silence" => Effect::Silence,
        code => {
            let code =
                code.parse::<usize>().ok().and_then(|code| ReplyCode::new(code.try_into().ok()?)).ok_or_else(wrong)?;
            let reply = FaultReply { code, enhanced: None, text: "Set by hand".to_owned() };
            if code == ReplyCode::SERVICE_NOT_AVAILABLE { Effect::ReplyAndClose(reply) } else { Effect::Reply(reply) }
        }
    };
    if let Some(change) = scenario.first_server_change(world) {
        change.faults.push(Fault { at, nth: None, until_connection: None, does });
    }
    Ok(())
}

fn no_software(value: &str, world: &World, k: &Knowledge) -> WrongEdit {
    let known: Vec<&str> = world.softwares.keys().map(String::as_str).gather();
    not_one_of("personality", value, &known, k)
}
