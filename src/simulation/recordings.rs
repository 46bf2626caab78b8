//! The recordings' world: one server with three services, as real servers were measured.
//!
//! Not the world of the scenarios (`data/world.json`): there is no network here, only a server and its DNS.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::data;
use crate::dns::Zone;
use crate::personality::conform::{Played, play};
use crate::personality::recording::Recording;
use crate::personality::{Personality, PersonalityError, built_in};
use crate::server::{Config, Surroundings, UnknownWord, settings};
use crate::session::Settings;

/// The world.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordingsWorld {
    #[serde(default, rename = "x")]
    _x: serde_json::Value,
    /// The server's name.
    pub name: String,
    /// The wall clock at virtual time zero, in seconds since 1970.
    pub epoch: u64,
    /// The DNS.
    pub zone: Zone,
    /// The services by name: `mx-25`, `submission-587`, `submissions-465`.
    pub services: BTreeMap<String, Service>,
}

/// One service.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Does TLS begin with the first octet (RFC 8314 §3)?
    #[serde(default)]
    pub implicit_tls: bool,
    /// The server behind it.
    pub server: Config,
}

/// Why a recording could not be played.
#[derive(Debug, thiserror::Error)]
pub enum NotPlayed {
    /// The personality's file is wrong.
    #[error(transparent)]
    Personality(#[from] PersonalityError),
    /// The world has no such service.
    #[error("the recordings' world has no service {0:?}")]
    Service(String),
    /// The world or the personality names something unknown.
    #[error(transparent)]
    Word(#[from] UnknownWord),
}

/// The built-in world of the recordings.
///
/// # Errors
/// With the place in `data/worlds/recordings.json` that is wrong; a test reads it.
pub fn recordings_world() -> Result<RecordingsWorld, serde_json::Error> {
    serde_json::from_str(data::RECORDINGS)
}

impl RecordingsWorld {
    /// The server of a service as this software; `None` when there is no such service.
    ///
    /// # Errors
    /// When the world or the personality names something that this project does not know.
    #[must_use]
    pub fn settings(&self, personality: Personality, service: &str) -> Option<Result<Arc<Settings>, UnknownWord>> {
        let config = &self.services.get(service)?.server;
        let surroundings = Surroundings { epoch: self.epoch, entropy: 1 };
        Some(settings(&self.name, config, personality.profile, surroundings))
    }

    /// Plays a recording against the personality of its server; `None` where there is none of that name.
    ///
    /// # Errors
    /// When the recording's service or the data of its personality cannot be used.
    #[must_use]
    pub fn play(&self, recording: &Recording) -> Option<Result<Played, NotPlayed>> {
        let personality = built_in(&recording.server, &recording.profile)?;
        Some(personality.map_err(NotPlayed::from).and_then(|personality| {
            let unknown = || NotPlayed::Service(recording.profile.clone());
            let settings = self.settings(personality, &recording.profile).ok_or_else(unknown)??;
            let implicit_tls = self.services.get(&recording.profile).is_some_and(|service| service.implicit_tls);
            Ok(play(recording, &settings, implicit_tls, &self.zone))
        }))
    }
}
