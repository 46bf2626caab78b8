//! The world as one scenario has it: changes made, rules up, servers ready.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use super::choices::{Destination, Resolved};
use super::scenario::{Scenario, ScenarioError, ServerChange};
use super::world::{Account, RELAY_PROGRAM, World};
use crate::client;
use crate::dns::{Name, Zone};
use crate::gather::Gather as _;
use crate::network::Network;
use crate::server::{self, Config, Surroundings};
use crate::session::Settings;
use crate::smtp::quoted;

/// Everything about a run that does not change while it runs.
#[derive(Debug)]
pub struct Setup {
    /// The choices.
    pub resolved: Resolved,
    /// The client's name, address and account.
    pub client: ClientEnd,
    /// The DNS.
    pub zone: Zone,
    /// The network with its rules.
    pub network: Network,
    /// The servers by address and port, in the order of the world.
    listeners: Vec<(SocketAddr, Listener)>,
    /// The hosts' names by address, in the order of the world.
    names: Vec<(IpAddr, String)>,
    /// The submission server, where the destination is one, by host name.
    pub submission_host: Option<String>,
    /// The wall clock at time zero.
    pub epoch: u64,
    /// Has the client a queue?
    pub client_queues: bool,
    /// Is the client a bot?
    pub client_is_bot: bool,
    /// As what a server passes mail on.
    pub relay_program: Arc<client::Profile>,
}

/// The client's end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientEnd {
    /// The name it gives in EHLO.
    pub name: String,
    /// Its address.
    pub address: IpAddr,
    /// Its user name at the destination.
    pub user: String,
    /// Its password there.
    pub password: String,
    /// Its token there.
    pub token: String,
}

/// A port somebody listens on.
#[derive(Clone, Debug)]
pub struct Listener {
    /// The host's name.
    pub host: String,
    /// Does TLS begin with the first octet?
    pub implicit_tls: bool,
    /// Does a client trust its certificate?
    pub trusted: bool,
    /// The server as data.
    pub config: Config,
    /// The server.
    pub settings: Arc<Settings>,
}

impl Setup {
    /// The world `world` as `scenario` has it.
    ///
    /// # Errors
    /// When a server of the scenario has words that mean nothing here.
    pub fn new(world: &World, scenario: &Scenario) -> Result<Self, ScenarioError> {
        let resolved = scenario.resolved(world);
        let mut zone = world.zone.clone();
        for change in &scenario.changes.names {
            zone.names.insert(Name::new(&change.name), change.has.clone());
        }
        let changes = &scenario.changes;
        let mut rules = world.rules(resolved.op25b, changes.mobile_only, &changes.carrier_exempts);
        rules.extend(world.inbound_rule(&changes.ip25b));
        let Network { segments, links, .. } = &world.network;
        let network = Network { segments: segments.clone(), links: links.clone(), rules };
        let names = world.hosts.iter().map(|host| (host.address, host.name.clone())).gather();
        let host = world.submission_host(resolved.network, resolved.destination);
        Ok(Self {
            client: client_end(world, scenario, resolved)?,
            submission_host: host.map(|host| host.name.clone()),
            names,
            listeners: listeners(world, scenario)?,
            epoch: world.epoch,
            client_queues: scenario.has_queue(world),
            client_is_bot: scenario.is_bot(world),
            relay_program: Arc::new(world.program(RELAY_PROGRAM, "programs")?.clone()),
            resolved,
            zone,
            network,
        })
    }

    /// Who listens there.
    #[must_use]
    pub fn listener(&self, at: SocketAddr) -> Option<&Listener> {
        self.listeners.iter().find(|(door, _)| *door == at).map(|(_, listener)| listener)
    }

    /// Is there a host at all with this address?
    #[must_use]
    pub fn host_name(&self, address: IpAddr) -> Option<&str> {
        self.names.iter().find(|(own, _)| *own == address).map(|(_, name)| name.as_str())
    }

    /// The address of a host of this name that listens somewhere.
    #[must_use]
    pub fn address_of(&self, host: &str) -> Option<IpAddr> {
        self.names.iter().find(|(_, name)| name.eq_ignore_ascii_case(host)).map(|(address, _)| *address)
    }

    /// The settings of a host's server; a server is alike on all ports in what it delivers for.
    #[must_use]
    pub fn settings(&self, host: &str) -> Option<&Settings> {
        self.listeners.iter().find(|(_, door)| door.host == host).map(|(_, door)| &*door.settings)
    }

    /// All ports somebody listens on, by host name.
    pub fn doors<'a>(&'a self, host: &'a str) -> impl Iterator<Item = u16> + 'a {
        self.listeners.iter().filter(move |(_, door)| door.host == host).map(|(at, _)| at.port())
    }
}

fn client_end(world: &World, scenario: &Scenario, resolved: Resolved) -> Result<ClientEnd, ScenarioError> {
    let Some(place) = world.client(resolved.network) else {
        let problem = format!("the world has no client in {}", quoted(resolved.network.id()));
        return Err(ScenarioError::Wrong { field: "choices.network".to_owned(), problem });
    };
    let (name, address) = match &scenario.host {
        Some(own) => (own.name.clone(), own.address),
        None => (place.name.clone(), place.address),
    };
    let account = match resolved.destination {
        Destination::Own => &place.account,
        Destination::Other | Destination::Mx => &world.other_account,
    };
    let Account { user, password, token } = account.clone();
    Ok(ClientEnd { name, address, user, password, token })
}

fn listeners(world: &World, scenario: &Scenario) -> Result<Vec<(SocketAddr, Listener)>, ScenarioError> {
    let mut listeners = Vec::new();
    for (n, host) in world.hosts.iter().enumerate() {
        let changed = scenario.changes.servers.iter().enumerate().find(|(_, change)| change.host == host.name);
        for on in &host.ports {
            let Some((port, mut config)) = host.server_on(on.port) else { continue };
            if let Some((_, change)) = changed {
                apply(change, &mut config, port.implicit_tls);
            }
            let at = || changed.map_or_else(|| host.name.clone(), |(n, _)| format!("changes.servers[{n}]"));
            let software = changed.and_then(|(_, change)| change.personality.as_deref());
            let profile = software.map(|id| world.software(id, on.port, &format!("{}.personality", at())));
            let profile = profile.transpose()?.unwrap_or_default();
            let surroundings = Surroundings { epoch: world.epoch, entropy: 0x5EED + n as u64 };
            let settings = server::settings(&host.name, &config, profile, surroundings)
                .map_err(|error| ScenarioError::Wrong { field: at(), problem: error.to_string() })?;
            let listener = Listener {
                host: host.name.clone(),
                implicit_tls: port.implicit_tls,
                trusted: changed.is_none_or(|(_, change)| !change.untrusted_certificate),
                config,
                settings,
            };
            listeners.push((host.at(on.port), listener));
        }
    }
    Ok(listeners)
}

#[expect(clippy::assigning_clones, reason = "filling the old vectors is more code, for each kind of element")]
fn apply(change: &ServerChange, config: &mut Config, implicit_tls: bool) {
    if let Some(tls) = change.tls.filter(|_| !implicit_tls) {
        config.tls = tls;
    }
    config.size = change.size.or(config.size);
    config.recipients = change.recipients.or(config.recipients);
    config.greylisting = change.greylisting.or(config.greylisting);
    if let Some(extensions) = &change.extensions {
        config.extensions = Some(extensions.clone());
    }
    if let Some(mechanisms) = &change.mechanisms {
        config.mechanisms = mechanisms.clone();
    }
    if let Some(users) = &change.users {
        config.users = users.clone();
    }
    if let Some(listed) = &change.listed {
        config.listed = listed.clone();
    }
    config.plaintext_auth = change.plaintext_auth.unwrap_or(config.plaintext_auth);
    config.refuse_null_mx_senders = change.refuse_null_mx_senders.unwrap_or(config.refuse_null_mx_senders);
    config.rules = change.rules.unwrap_or(config.rules);
    config.faults = change.faults.clone();
}
