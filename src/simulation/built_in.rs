//! The built-in world, scenarios and client programs.

use super::scenario::{Scenario, ScenarioError};
use super::world::World;
use crate::client::Profile;
use crate::data;

/// The built-in world.
///
/// # Errors
/// With the place in `data/world.json` that is wrong; a test reads it.
pub fn world() -> Result<World, serde_json::Error> {
    serde_json::from_str(data::WORLD)
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

/// The client programs: id and name.
pub fn programs() -> impl Iterator<Item = (&'static str, String)> {
    Profile::ids().map(|id| (id, Profile::built_in(id).map_or_else(|_| id.to_owned(), |profile| profile.title)))
}
