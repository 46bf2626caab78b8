//! The built-in world, with its client programs, and the scenarios that play in it.
//!
//! Two forms: the texts of `data/`, which people write, and octets that name no field, which the page fetches beside
//! its program. The second is made from the first when the page is built; reading it takes a fraction of the code.

use litemap::LiteMap;
use serde::{Deserialize, Serialize};

use super::scenario::{Scenario, ScenarioError};
use super::world::{Software, World};
use crate::data;
use crate::octets;
use crate::personality::{self, PersonalityError, SERVICES};

/// What is built in: a world and the scenarios that play in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BuiltIn {
    /// The world.
    pub world: World,
    /// The scenarios by id, in the order of `list`; at least one.
    pub scenarios: Vec<(String, Scenario)>,
}

/// Why what is built in cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BuiltInError {
    /// The world or a client program, with the place in its file.
    #[error("data/world.json or data/clients: {0}")]
    World(String),
    /// A scenario.
    #[error("data/scenarios/{id}.json: {error}")]
    Scenario {
        /// Its id.
        id: String,
        /// What is wrong with it.
        error: ScenarioError,
    },
}

impl BuiltIn {
    /// Reads the texts of `data/`.
    ///
    /// # Errors
    /// With the file and the place in it that is wrong; a test reads them all.
    pub fn read() -> Result<Self, BuiltInError> {
        let world = world().map_err(|error| BuiltInError::World(error.to_string()))?;
        let scenario = |(id, text): (&str, &str)| match Scenario::from_json(text, &world) {
            Ok(scenario) => Ok((id.to_owned(), scenario)),
            Err(error) => Err(BuiltInError::Scenario { id: id.to_owned(), error }),
        };
        let scenarios = built_ins().map(scenario).collect::<Result<_, _>>()?;
        Ok(Self { world, scenarios })
    }

    /// Reads what [`BuiltIn::to_octets`] wrote; `None` when another version of the program wrote it, or no scenario is
    /// there.
    #[must_use]
    pub fn from_octets(octets: &[u8]) -> Option<Self> {
        octets::read(octets).filter(|read: &Self| !read.scenarios.is_empty())
    }

    /// The compact form, for the same version of the program.
    ///
    /// # Errors
    /// When the world holds what that form has not, which a test rules out.
    pub fn to_octets(&self) -> Result<Vec<u8>, postcard::Error> {
        octets::written(self)
    }

    /// The scenario of this id.
    #[must_use]
    pub fn scenario(&self, id: &str) -> Option<&Scenario> {
        self.scenarios.iter().find(|(known, _)| known == id).map(|(_, scenario)| scenario)
    }
}

/// The built-in world, with the built-in client programs.
///
/// # Errors
/// With the place in `data/world.json` or `data/clients` that is wrong; a test reads it.
pub fn world() -> Result<World, serde_json::Error> {
    let mut world: World = serde_json::from_str(data::WORLD)?;
    for (id, text) in data::CLIENTS {
        world.programs.insert((*id).to_owned(), serde_json::from_str(text)?);
    }
    for name in personality::names() {
        world.softwares.insert(name.to_owned(), software(name).map_err(serde::de::Error::custom)?);
    }
    Ok(world)
}

fn software(name: &str) -> Result<Software, PersonalityError> {
    let mut software = Software { title: name.to_owned(), on: LiteMap::new() };
    for (port, service) in SERVICES {
        if let Some(personality) = personality::built_in(name, service).transpose()? {
            software.title = personality.title;
            software.on.insert(port, personality.profile);
        }
    }
    Ok(software)
}

/// The ids of the built-in scenarios with their texts, in the order of `list`.
pub fn built_ins() -> impl Iterator<Item = (&'static str, &'static str)> {
    data::SCENARIOS.iter().copied()
}

/// The built-in scenario of this id; `None` when there is none.
#[must_use]
pub fn built_in(id: &str, world: &World) -> Option<Result<Scenario, ScenarioError>> {
    let (_, text) = built_ins().find(|(known, _)| *known == id)?;
    Some(Scenario::from_json(text, world))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compact_form_says_the_same_as_the_texts() {
        let read = BuiltIn::read().unwrap_or_else(|error| panic!("{error}"));
        let octets = read.to_octets().expect("the world can be written");
        assert_eq!(BuiltIn::from_octets(&octets).expect("and read"), read);
        assert!(read.scenario("other-587").is_some() && read.scenario("nowhere").is_none());
    }

    #[test]
    fn other_octets_are_refused() {
        let octets = BuiltIn::read().expect("read").to_octets().expect("written");
        for cut in [0, 1, octets.len() / 2, octets.len() - 1] {
            assert!(BuiltIn::from_octets(&octets[..cut]).is_none(), "{cut} octets");
        }
    }
}
