//! Which server is played: the recordings' world, or the server that a scenario's client would speak to.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::cli::Failure;
use crate::cli::args::{RoleWord, ServeSmtp};
use crate::cli::run::find;
use crate::dns::{Kind, Question, Record, Zone};
use crate::personality::{self, MX, SUBMISSION, SUBMISSIONS};
use crate::server::{self, Config, Surroundings};
use crate::session::{Profile, Role, Settings, TlsRule};
use crate::simulation::{Scenario, Setup, recordings_world, world};
use crate::time::Duration;

/// The largest message of the recordings' server here, in octets: what people send is larger than what was recorded.
const SIZE: u64 = 26_214_400;

/// What is played.
pub(super) struct Plan {
    /// The host's name.
    pub(super) name: String,
    /// The server as data.
    pub(super) config: Config,
    /// The software, where TLS is asked for.
    profile: Profile,
    /// The software, where TLS begins with the first octet.
    profile_in_tls: Profile,
    /// The DNS it sees.
    pub(super) zone: Zone,
}

impl Plan {
    /// The plan for these arguments.
    pub(super) fn new(arguments: &ServeSmtp) -> Result<Self, Failure> {
        let (name, mut config, zone) = match &arguments.scenario {
            Some(id) => of_scenario(id)?,
            None => of_recordings(arguments.role)?,
        };
        config.size = arguments.size.or(config.size);
        let (clear, in_tls) = match config.role {
            Role::Mx => (MX, MX),
            Role::Msa => (SUBMISSION, SUBMISSIONS),
        };
        let profile = |service| {
            let mut profile = personality(&arguments.personality, service)?;
            profile.limits.idle = arguments.idle.map_or(profile.limits.idle, Duration::from_secs);
            Ok(profile)
        };
        let plan = Self { name, config, profile: profile(clear)?, profile_in_tls: profile(in_tls)?, zone };
        // A mistake in the data shows now and not with the first client.
        plan.settings(false, Surroundings { epoch: 0, entropy: 0 })?;
        plan.settings(true, Surroundings { epoch: 0, entropy: 0 })?;
        Ok(plan)
    }

    /// The server on one connection. On a port where TLS begins at once there is no STARTTLS.
    pub(super) fn settings(&self, implicit_tls: bool, surroundings: Surroundings) -> Result<Arc<Settings>, Failure> {
        let mut config = self.config.clone();
        let profile = if implicit_tls { &self.profile_in_tls } else { &self.profile };
        if implicit_tls {
            config.tls = TlsRule::None;
        }
        server::settings(&self.name, &config, profile.clone(), surroundings).map_err(|error| Failure(error.to_string()))
    }
}

fn personality(name: &str, service: &str) -> Result<Profile, Failure> {
    match personality::built_in(name, service) {
        Some(Ok(found)) => Ok(found.profile),
        Some(Err(error)) => Err(Failure(error.to_string())),
        None => {
            let known: Vec<&str> = personality::names().collect();
            Err(Failure(format!("--personality cannot be {name:?}; write one of {}", known.join(", "))))
        }
    }
}

/// The server of the recordings, so that what is tried here can be held against them.
fn of_recordings(role: RoleWord) -> Result<(String, Config, Zone), Failure> {
    let mut world = recordings_world().map_err(|error| Failure(format!("data/worlds/recordings.json: {error}")))?;
    let service = match role {
        RoleWord::Mx => MX,
        RoleWord::Msa => SUBMISSION,
    };
    let service = world.services.remove(service);
    let service = service.ok_or_else(|| Failure(format!("data/worlds/recordings.json: no service for {role:?}")))?;
    Ok((world.name, Config { size: Some(SIZE), ..service.server }, world.zone))
}

/// The server at the other end of a scenario's first leg.
fn of_scenario(id: &str) -> Result<(String, Config, Zone), Failure> {
    let world = world().map_err(|error| Failure(format!("data/world.json: {error}")))?;
    let scenario = find(id, &world)?;
    let setup = Setup::new(&world, &scenario).map_err(|error| Failure(format!("{id}: {error}")))?;
    let host = setup.submission_host.clone().or_else(|| mail_exchanger(&scenario, &setup.zone));
    let listener = host.and_then(|host| {
        let address = setup.address_of(&host)?;
        setup.listener(SocketAddr::new(address, setup.resolved.port.number()))
    });
    match listener {
        Some(listener) => Ok((listener.host.clone(), listener.config.clone(), setup.zone.clone())),
        None => Err(Failure(format!("{id}: nobody listens where its client would connect"))),
    }
}

/// RFC 5321 §5.1: the host that the first recipient's domain names, with the lowest preference.
fn mail_exchanger(scenario: &Scenario, zone: &Zone) -> Option<String> {
    let (_, domain) = scenario.recipients.first()?.rsplit_once('@')?;
    let answer = zone.answer(&Question::new(domain, Kind::Mx));
    let hosts = answer.records().iter().filter_map(|record| match record {
        Record::Mx(mx) => Some(mx),
        _ => None,
    });
    hosts.min_by_key(|mx| mx.preference).map(|mx| mx.exchange.as_str().to_owned())
}
