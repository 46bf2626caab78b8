//! The one world every built-in scenario plays in: networks, hosts, their servers, the DNS.
//!
//! Data (`data/world.json`), and what follows from it: which host a choice names, which rules a block puts up.

use litemap::LiteMap;
use std::net::{IpAddr, SocketAddr};

use serde::{Deserialize, Serialize};

use super::choices::{Destination, Op25b, Place};
use super::scenario::ScenarioError;
use crate::client::Profile;
use crate::dns::Zone;
use crate::gather::Gather as _;
use crate::network::{Action, Icmp, Network, Purpose, Rule, SegmentKind};
use crate::personality::GENERIC;
use crate::prefix::Prefix;
use crate::server::Config;
use crate::session::{self, Role, TlsRule};
use crate::smtp::quoted;

/// The world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct World {
    /// The wall clock at virtual time zero, in seconds since 1970.
    pub epoch: u64,
    /// The DNS, as everybody sees it.
    pub zone: Zone,
    /// Segments and links.
    pub network: Network,
    /// The hosts.
    pub hosts: Vec<Host>,
    /// Where clients stand, by the words of the `network` choice.
    pub clients: Vec<ClientHost>,
    /// The user's account at the other provider.
    pub other_account: Account,
    /// The provider's relay, where a redirect leads to, by host name.
    pub relay: String,
    /// Mobile carriers' segments, which the first phase of OP25B is about.
    pub mobile: Vec<String>,
    /// The programs a client may be, by id; a server passes mail on as [`RELAY_PROGRAM`].
    #[serde(default, deserialize_with = "crate::octets::map")]
    pub programs: LiteMap<String, Profile>,
    /// The softwares a server may be, by id; [`GENERIC`] is what a server is where nothing is said.
    #[serde(default, deserialize_with = "crate::octets::map")]
    pub softwares: LiteMap<String, Software>,
}

/// A server software.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Software {
    /// Its name as people know it.
    pub title: String,
    /// How it behaves, by port.
    #[serde(deserialize_with = "crate::octets::map")]
    pub on: LiteMap<u16, session::Profile>,
}

/// The program as which a server passes mail on.
pub const RELAY_PROGRAM: &str = "generic-mta";

/// A host with servers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: IpAddr,
    /// Which part of the picture it is.
    pub stands: Stands,
    /// Its ports.
    pub ports: Vec<PortConfig>,
    /// Its server, alike on all ports but for what the port says.
    pub server: Config,
}

/// Which part of the picture a host is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stands {
    /// The client's own provider's relay and submission server.
    OwnRelay,
    /// Another provider's submission server.
    OtherMsa,
    /// A recipient's MX.
    Mx,
}

/// A port a host listens on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortConfig {
    /// The number.
    pub port: u16,
    /// Does TLS begin with the first octet?
    #[serde(default)]
    pub implicit_tls: bool,
    /// May STARTTLS be used here; must it?
    #[serde(default)]
    pub tls: TlsRule,
    /// Must everybody authenticate here, even clients of trusted networks?
    #[serde(default)]
    pub always_auth: bool,
}

/// A client's host, for one word of the `network` choice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientHost {
    /// The word.
    pub network: Place,
    /// The name the client gives in EHLO.
    pub name: String,
    /// Its address.
    pub address: IpAddr,
    /// The server of its own provider, by host name.
    pub own: String,
    /// The user's account at its own provider.
    pub account: Account,
}

/// A user's account at a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// The user name.
    pub user: String,
    /// The password.
    pub password: String,
    /// The token of OAUTHBEARER and XOAUTH2; empty where there is none.
    #[serde(default)]
    pub token: String,
}

impl World {
    /// The client program of this id; `field` is where it is asked for.
    ///
    /// # Errors
    /// When there is none: with those there are.
    pub fn program(&self, id: &str, field: &str) -> Result<&Profile, ScenarioError> {
        self.programs.get(id).ok_or_else(|| {
            let known: Vec<&str> = self.programs.keys().map(String::as_str).gather();
            let problem = format!("there is no program {}; known are {}", quoted(id), known.join(", "));
            ScenarioError::Wrong { field: field.to_owned(), problem }
        })
    }

    /// How a server of this software behaves on a port; on ports it says nothing of as on 25. `field` is where the
    /// software is asked for.
    ///
    /// # Errors
    /// When there is none of that id: with those there are.
    pub fn software(&self, id: &str, port: u16, field: &str) -> Result<session::Profile, ScenarioError> {
        let Some(software) = self.softwares.get(id) else {
            if id == GENERIC {
                return Ok(session::Profile::default());
            }
            let known: Vec<&str> = self.softwares.keys().map(String::as_str).gather();
            let problem = format!("there is no server software {}; known are {}", quoted(id), known.join(", "));
            return Err(ScenarioError::Wrong { field: field.to_owned(), problem });
        };
        Ok(software.on.get(&port).or_else(|| software.on.get(&25)).cloned().unwrap_or_default())
    }

    /// The host of this name.
    #[must_use]
    pub fn host(&self, name: &str) -> Option<&Host> {
        self.hosts.iter().find(|host| host.name.eq_ignore_ascii_case(name))
    }

    /// The host with this address.
    #[must_use]
    pub fn host_at(&self, address: IpAddr) -> Option<&Host> {
        self.hosts.iter().find(|host| host.address == address)
    }

    /// The client's host for a network.
    #[must_use]
    pub fn client(&self, network: Place) -> Option<&ClientHost> {
        self.clients.iter().find(|client| client.network == network)
    }

    /// The submission server a destination names; `None` for an MX, which the DNS names.
    #[must_use]
    pub fn submission_host(&self, network: Place, destination: Destination) -> Option<&Host> {
        match destination {
            Destination::Own => self.host(&self.client(network)?.own),
            Destination::Other => self.hosts.iter().find(|host| host.stands == Stands::OtherMsa),
            Destination::Mx => None,
        }
    }

    /// The rules that a block puts up at the networks' edges.
    ///
    /// The provider exempts its own relay and nobody else; the carrier of a virtual provider exempts what `exempt`
    /// names; a cloud's block knows no exception.
    #[must_use]
    pub fn rules(&self, block: Op25b, mobile_only: bool, exempt: &[IpAddr]) -> Vec<Rule> {
        let relay = self.host(&self.relay).map(|host| host.address);
        let action = match block {
            Op25b::Off => return Vec::new(),
            Op25b::Drop => Action::Drop,
            Op25b::Reset => Action::Reset,
            Op25b::Icmp => Action::Icmp(Icmp::AdminProhibited),
            Op25b::Redirect => relay.map_or(Action::Drop, Action::Redirect),
        };
        let mut to = Vec::new();
        for segment in &self.network.segments {
            if mobile_only && self.mobile.contains(&segment.id) {
                to.extend_from_slice(&segment.prefixes);
            }
        }
        let rule =
            |purpose, kind, except| Rule { purpose, from: self.of(kind), to: to.clone(), to_port: 25, except, action };
        let purpose = if mobile_only { Purpose::Op25bMobile } else { Purpose::Op25b };
        let mut rules = vec![rule(purpose, SegmentKind::Dynamic, relay.into_iter().gather())];
        if !mobile_only {
            rules.push(rule(Purpose::Op25bCarrier, SegmentKind::Virtual, exempt.to_vec()));
            let cloud = rule(Purpose::Cloud, SegmentKind::Cloud, Vec::new());
            // A cloud has no relay of the provider's to lead anybody to.
            rules.push(if matches!(action, Action::Redirect(_)) {
                Rule { action: Action::Drop, ..cloud }
            } else {
                cloud
            });
        }
        rules
    }

    /// The rule of a receiving provider's router before these addresses: no mail from other providers' customers whose
    /// address changes. It stands behind the sender's own edge. Without addresses there is none.
    #[must_use]
    pub fn inbound_rule(&self, before: &[Prefix]) -> Option<Rule> {
        let from = [self.of(SegmentKind::Dynamic), self.of(SegmentKind::Virtual)].concat();
        let (to, except, action) = (before.to_vec(), Vec::new(), Action::Drop);
        (!to.is_empty()).then_some(Rule { purpose: Purpose::Ip25b, from, to, to_port: 25, except, action })
    }

    /// The segments of this kind, by id.
    fn of(&self, kind: SegmentKind) -> Vec<String> {
        let segments = self.network.segments.iter().filter(|segment| segment.kind == kind);
        segments.map(|segment| segment.id.clone()).gather()
    }
}

impl Host {
    /// The server on this port.
    #[must_use]
    pub fn server_on(&self, port: u16) -> Option<(PortConfig, Config)> {
        let on = self.ports.iter().copied().find(|on| on.port == port)?;
        let mut server = self.server.clone();
        server.tls = on.tls;
        if on.always_auth {
            server.trusted.clear();
            server.require_auth = true;
        }
        if server.role == Role::Msa {
            server.require_auth = true;
        }
        Some((on, server))
    }

    /// Its address and this port.
    #[must_use]
    pub fn at(&self, port: u16) -> SocketAddr {
        SocketAddr::new(self.address, port)
    }
}
