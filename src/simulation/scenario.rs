//! A scenario: one situation as data. Who sends what to whom, by which road, and what is unlike the world as it is.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::choices::{Choices, Resolved};
use super::world::World;
use crate::client;
use crate::dns::Entry;
use crate::gather::Gather as _;
use crate::network::System;
use crate::prefix::Prefix;
use crate::server::{GreylistingConfig, SiteRules};
use crate::session::{Fault, TlsRule, User};
use crate::smtp::{Asked, Wishes, quoted};

/// One situation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What `list` and the page call it.
    pub title: String,
    /// Where the page lists it; not needed in a scenario of one's own.
    #[serde(default)]
    pub group: Option<Group>,
    /// One or two sentences: what there is to see.
    #[serde(default)]
    pub summary: String,
    /// The choices that are its point; all others follow from the rest.
    #[serde(default)]
    pub choices: Choices,
    /// The client's program.
    #[serde(default)]
    pub client: Client,
    /// The client's operating system.
    #[serde(default)]
    pub system: System,
    /// The client's own host, where it is none of the world's.
    #[serde(default)]
    pub host: Option<ClientAt>,
    /// The sender's mailbox; an empty text is the null reverse-path.
    #[serde(default = "default_sender")]
    pub sender: String,
    /// The recipients' mailboxes.
    #[serde(default = "default_recipients")]
    pub recipients: Vec<String>,
    /// The message.
    #[serde(default)]
    pub message: Message,
    /// What the client asks of notices, for every recipient alike, where DSN is offered (RFC 3461 §4).
    #[serde(default)]
    pub wishes: Wishes,
    /// How far it is run.
    #[serde(default)]
    pub until: Until,
    /// What is unlike the world as it is.
    #[serde(default)]
    pub changes: Changes,
    /// The scenario that usefully comes next.
    #[serde(default)]
    pub next: Option<String>,
    /// An object with anything in it, as JSON; ignored.
    #[serde(default, with = "anything")]
    pub x: Option<String>,
}

/// The client's program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Client {
    /// A program of this profile; whether it has a queue is the profile's.
    Program(String),
    /// A client that sends these octets, each write once the one before is answered.
    Script(Vec<String>),
    /// A client whose lines are typed.
    Manual,
}

impl Default for Client {
    fn default() -> Self {
        Self::Program("generic-mua".to_owned())
    }
}

/// A client's host of a scenario's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientAt {
    /// The name it gives in EHLO.
    pub name: String,
    /// Its address.
    pub address: IpAddr,
}

/// The message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Message {
    /// The Subject field.
    pub subject: String,
    /// The body, lines separated by line feeds.
    pub body: String,
    /// Does the client write a Date field?
    pub date: bool,
    /// Does the client write a Message-ID field?
    pub message_id: bool,
}

impl Default for Message {
    fn default() -> Self {
        Self {
            subject: "Which port?".to_owned(),
            body: "Hello Bob,\n\nif 25 and 587 both work, does it matter which I use?\n\nAlice".to_owned(),
            date: true,
            message_id: true,
        }
    }
}

/// What a built-in scenario is about, roughly: the page lists them under these headings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// The ports and what OP25B does to them.
    Ports,
    /// AUTH and TLS.
    LoggingIn,
    /// Mail brought to an MX without a submission server.
    ToTheMx,
    /// A virtual provider's network, a mobile one, a cloud.
    Networks,
    /// Servers that refuse.
    Refusals,
    /// Greylisting, SPF, tarpits and what they are there for.
    Policy,
    /// Null MX, hosts without mail, the DNS.
    Names,
    /// Queues, and notices about what became of a message.
    Notices,
    /// Servers that are old, busy, silent or broken.
    Trouble,
    /// All else.
    Other,
}

/// How far a scenario is run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Until {
    /// To the end of the first round of attempts of each leg that has begun.
    #[default]
    FirstRound,
    /// Until no queue has anything left to do.
    Settled,
}

/// What is unlike the world as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Changes {
    /// Servers, by host name.
    pub servers: Vec<ServerChange>,
    /// Destinations the carrier of a virtual provider exempts from its block.
    pub carrier_exempts: Vec<IpAddr>,
    /// Is the block in its first phase, toward mobile carriers alone?
    pub mobile_only: bool,
    /// Address ranges whose provider lets no port-25 mail from other providers' changing addresses in (IP25B).
    pub ip25b: Vec<Prefix>,
    /// Names of the DNS that are other than in the world.
    pub names: Vec<NameChange>,
}

/// A name of the DNS, changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameChange {
    /// The name.
    pub name: String,
    /// What it has now.
    pub has: Entry,
}

/// A server, changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerChange {
    /// The host's name.
    pub host: String,
    /// The software it is, by id; as RFC 5321 has it where nothing is said.
    pub personality: Option<String>,
    /// STARTTLS on its ports where TLS does not begin at once.
    pub tls: Option<TlsRule>,
    /// The largest message in octets.
    pub size: Option<u64>,
    /// The most recipients a transaction.
    pub recipients: Option<usize>,
    /// Its EHLO keywords.
    pub extensions: Option<Vec<String>>,
    /// Its SASL mechanisms.
    pub mechanisms: Option<Vec<String>>,
    /// Who may log in.
    pub users: Option<Vec<User>>,
    /// Are plaintext mechanisms offered outside TLS?
    pub plaintext_auth: Option<bool>,
    /// Greylisting.
    pub greylisting: Option<GreylistingConfig>,
    /// Address ranges it takes no mail from.
    pub listed: Option<Vec<Prefix>>,
    /// Does it refuse senders whose domain has a null MX?
    pub refuse_null_mx_senders: Option<bool>,
    /// What its site asks beyond the protocol.
    pub rules: Option<SiteRules>,
    /// Faults.
    pub faults: Vec<Fault>,
    /// Is its certificate one that no client trusts?
    pub untrusted_certificate: bool,
}

/// What the program ignores. The compact form leaves it out: reading it would need words for what it is.
mod anything {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer, de, ser};

    type Anything = serde_json::Map<String, serde_json::Value>;

    #[expect(clippy::ref_option, reason = "serde hands over a reference to the field")]
    pub(super) fn serialize<S: Serializer>(x: &Option<String>, to: S) -> Result<S::Ok, S::Error> {
        if !to.is_human_readable() {
            return to.serialize_unit();
        }
        let read = x.as_deref().map(serde_json::from_str::<Anything>).transpose();
        read.map_err(ser::Error::custom)?.serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
        if !from.is_human_readable() {
            return <()>::deserialize(from).map(|()| None);
        }
        let x = Option::<Anything>::deserialize(from)?;
        x.map(|x| serde_json::to_string(&x)).transpose().map_err(de::Error::custom)
    }
}

fn default_sender() -> String {
    "alice@example.com".to_owned()
}

fn default_recipients() -> Vec<String> {
    vec!["bob@example.org".to_owned()]
}

/// A scenario that cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// The text is no scenario; serde says where and what was expected.
    #[error("line {line}, column {column}: {problem}")]
    Unreadable {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong, and what is allowed there.
        problem: String,
    },
    /// A field's value means nothing in the world.
    #[error("{field}: {problem}")]
    Wrong {
        /// The field, such as `client.program` or `changes.servers[0].host`.
        field: String,
        /// What is wrong, and what is allowed.
        problem: String,
    },
}

impl Scenario {
    /// Reads a scenario and checks it against the world.
    ///
    /// # Errors
    /// With the place and what is allowed there.
    pub fn from_json(text: &str, world: &World) -> Result<Self, ScenarioError> {
        let scenario: Self = serde_json::from_str(text).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            // serde_json ends its message with the place, which is told apart here.
            let problem = error.to_string();
            let problem = problem.rsplit_once(" at line ").map_or(&*problem, |(before, _)| before).to_owned();
            ScenarioError::Unreadable { line, column, problem }
        })?;
        scenario.check(world)?;
        Ok(scenario)
    }

    /// The same situation with these choices made.
    #[must_use]
    pub fn with(&self, choices: &Choices) -> Self {
        // A client that stands somewhere else is another client.
        let host = if choices.network.is_some() { None } else { self.host.clone() };
        Self { choices: choices.over(&self.choices), host, ..self.clone() }
    }

    /// Every choice, those not made following from the rest.
    #[must_use]
    pub fn resolved(&self, world: &World) -> Resolved {
        self.choices.resolve(self.has_queue(world))
    }

    /// Is the client an MTA?
    #[must_use]
    pub fn has_queue(&self, world: &World) -> bool {
        self.is_program_of(client::Kind::Mta, world)
    }

    /// Is the client a bot?
    #[must_use]
    pub fn is_bot(&self, world: &World) -> bool {
        self.is_program_of(client::Kind::Bot, world)
    }

    fn is_program_of(&self, kind: client::Kind, world: &World) -> bool {
        match &self.client {
            Client::Program(id) => world.programs.get(id).is_some_and(|profile| profile.kind == kind),
            Client::Script(_) | Client::Manual => false,
        }
    }

    /// What goes with the message and with each recipient.
    #[must_use]
    pub fn asked(&self) -> Asked {
        let Wishes { ret, envid, notify, orcpt } = self.wishes.clone();
        let of_recipient = Wishes { notify, orcpt, ..Wishes::default() };
        let asks = of_recipient != Wishes::default();
        let recipients = self.recipients.iter().filter(|_| asks);
        Asked {
            mail: Wishes { ret, envid, ..Wishes::default() },
            rcpt: recipients.map(|path| (path.clone(), of_recipient.clone())).gather(),
        }
    }

    /// The first server of the journey, by host name: the submission server, or the first recipient's best MX.
    #[must_use]
    pub fn first_server(&self, world: &World) -> Option<String> {
        let resolved = self.resolved(world);
        if let Some(host) = world.submission_host(resolved.network, resolved.destination) {
            return Some(host.name.clone());
        }
        let (_, domain) = self.recipients.first()?.rsplit_once('@')?;
        let route = client::mta::route(domain, &world.zone, &client::mta::OwnNames::default());
        route.targets.ok()?.first().map(|target| target.host.clone())
    }

    /// What is changed of the journey's first server, made where there is none yet; `None` where no server is found.
    pub fn first_server_change(&mut self, world: &World) -> Option<&mut ServerChange> {
        let host = self.first_server(world)?;
        let servers = &mut self.changes.servers;
        let at = servers.iter().position(|change| change.host == host).unwrap_or_else(|| {
            servers.push(ServerChange { host, ..ServerChange::default() });
            servers.len() - 1
        });
        servers.get_mut(at)
    }

    /// Lets the journey's first server, where one is found, be of this software; `field` is where that is asked for.
    ///
    /// # Errors
    /// When the world has no software of this id: with those it has.
    pub fn set_personality(&mut self, id: &str, world: &World, field: &str) -> Result<(), ScenarioError> {
        world.software(id, 25, field)?;
        if let Some(change) = self.first_server_change(world) {
            change.personality = Some(id.to_owned());
        }
        Ok(())
    }

    /// What reading alone cannot find.
    fn check(&self, world: &World) -> Result<(), ScenarioError> {
        let wrong = |field: &str, problem: String| Err(ScenarioError::Wrong { field: field.to_owned(), problem });
        if let Client::Program(id) = &self.client {
            world.program(id, "client.program")?;
        }
        for (n, change) in self.changes.servers.iter().enumerate() {
            if world.host(&change.host).is_none() {
                let known: Vec<&str> = world.hosts.iter().map(|host| host.name.as_str()).gather();
                let problem = format!("there is no host {}; known are {}", quoted(&change.host), known.join(", "));
                return wrong(&format!("changes.servers[{n}].host"), problem);
            }
        }
        if let Some(host) = &self.host
            && let Err(error) = crate::smtp::ClientName::parse(host.name.as_bytes())
        {
            return wrong("host.name", format!("{} is no name for EHLO: {error}", quoted(&host.name)));
        }
        if self.recipients.is_empty() {
            return wrong("recipients", "a message needs at least one recipient".to_owned());
        }
        let paths = self.recipients.iter().map(|path| ("recipients", path));
        let sender = Some(("sender", &self.sender)).filter(|(_, path)| !path.is_empty());
        for (field, path) in paths.chain(sender) {
            if let Err(error) = crate::smtp::Mailbox::parse(path.as_bytes()) {
                return wrong(field, format!("{} is no mailbox: {error}", quoted(path)));
            }
        }
        for name in Wishes::MAIL.iter().chain(&Wishes::RCPT) {
            if let Some(value) = self.wishes.value(name).filter(|value| !Wishes::fits(name, value.as_bytes())) {
                return wrong(
                    &format!("wishes.{}", name.to_ascii_lowercase()),
                    format!("{name} cannot be {}", quoted(value)),
                );
            }
        }
        // A field of the header is one line: anything else would end it early and begin another.
        if let Some(at) = self.message.subject.find(|c: char| c.is_control()) {
            return wrong("message.subject", format!("a control character at octet {}; a subject is one line", at + 1));
        }
        Ok(())
    }
}
