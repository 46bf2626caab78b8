//! The simulation: a scenario run in virtual time, event by event.
//!
//! Same scenario, same transcript, everywhere. It drives the two ends, which know nothing of each other, over a network
//! and a DNS that are data; it knows no SMTP itself. Start with [`Simulation`].

pub mod choices;
pub mod limits;
pub mod outcome;
pub mod scenario;
pub mod setup;
pub mod world;

mod built_in;
mod connection;
mod dial;
mod journey;
mod leg;
mod letter;
mod recorder;
mod recordings;
mod verdict;

use std::sync::Arc;

pub use crate::personality::GENERIC;
pub use built_in::{BuiltIn, BuiltInError, built_in, built_ins, world};
pub use choices::{Choices, Resolved, WrongChoice};
pub use outcome::{Ending, Holder, Outcome, Purpose};
pub use recordings::{NotPlayed, RecordingsWorld, Service, recordings_world};
pub use scenario::{Client, Group, Scenario, ScenarioError, Until};
pub use setup::Setup;
pub use world::{Software, World};

use choices::{Auth, Destination, Tls};
use journey::{Journey, Step};
use leg::{Mail, Sender, Speech};

use crate::client::{Credentials, Security};
use crate::gather::Gather as _;
use crate::reason::Reason;
use crate::sasl::Mechanism;
use crate::time::Instant;
use crate::transcript::{Event, Transcript};

/// The reasons of this module.
pub(crate) const REASONS: &[Reason] = journey::REASONS;

/// A run of a scenario.
#[derive(Clone, Debug)]
pub struct Simulation {
    scenario: Arc<Scenario>,
    setup: Arc<Setup>,
    /// What a person did, in order: the run can be made again from it.
    inputs: Vec<Entry>,
    journey: Journey,
    transcript: Transcript,
    /// How many events [`Simulation::step`] has given out.
    given: usize,
}

/// What a person did.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Entry {
    Typed(Vec<u8>),
    TimePassed,
    TookOver(usize),
}

/// The run waits for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// On which leg, from 1.
    pub leg: u8,
    /// When something happens if nobody says anything.
    pub until: Instant,
}

/// Nobody is asked for input now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no client waits for input now")]
pub struct NotWaiting;

/// Two runs are alike when the same scenario was run as far with the same inputs: all else follows.
impl PartialEq for Simulation {
    fn eq(&self, other: &Self) -> bool {
        self.given == other.given && self.inputs == other.inputs && self.scenario == other.scenario
    }
}

impl Simulation {
    /// A run of `scenario` in `world`, before its first event.
    ///
    /// # Errors
    /// When the scenario names what the world has not.
    pub fn new(world: &World, scenario: Scenario) -> Result<Self, ScenarioError> {
        let setup = Arc::new(Setup::new(world, &scenario)?);
        let (sender, purpose) = sender(world, &scenario, &setup)?;
        let mail = Mail {
            reverse_path: Some(scenario.sender.clone()).filter(|path| !path.is_empty()),
            forward_paths: scenario.recipients.clone(),
            asked: scenario.asked(),
            octets: letter::message(&scenario, &setup.client.name, setup.epoch),
        };
        let journey = Journey::new(&sender, &mail, purpose);
        let scenario = Arc::new(scenario);
        Ok(Self { scenario, setup, inputs: Vec::new(), journey, transcript: Transcript::default(), given: 0 })
    }

    /// The next event in time order; `None` at the horizon, or when a person has the word.
    pub fn step(&mut self) -> Option<&Event> {
        // Each turn moves the journey, which the limits end.
        while self.given >= self.transcript.events().len() {
            match self.advance() {
                Step::Stepped => {}
                Step::Waits(_) | Step::Over => return None,
            }
        }
        self.given += 1;
        self.transcript.events().get(self.given - 1)
    }

    /// Runs to the horizon, or to where a person has the word.
    pub fn run(&mut self) {
        while self.advance() == Step::Stepped {}
        self.given = self.transcript.events().len();
    }

    /// For whom the run waits, if it does.
    #[must_use]
    pub fn waiting(&self) -> Option<Wait> {
        let mut probe = self.clone();
        let before = probe.transcript.events().len();
        match probe.advance() {
            Step::Waits(until) if probe.transcript.events().len() == before => {
                probe.journey.manual().map(|(leg, ..)| Wait { leg, until })
            }
            _ => None,
        }
    }

    /// Sends what a person has typed. Typing takes no virtual time.
    ///
    /// # Errors
    /// When no client waits for input.
    pub fn input(&mut self, octets: &[u8]) -> Result<(), NotWaiting> {
        if self.waiting().is_none() {
            return Err(NotWaiting);
        }
        let Some((leg, attempt, talk)) = self.journey.manual() else { return Err(NotWaiting) };
        let mut rec = recorder::Recorder { transcript: &mut self.transcript, leg, attempt };
        talk.type_in(octets, &mut rec);
        self.inputs.push(Entry::Typed(octets.to_vec()));
        Ok(())
    }

    /// Lets time pass until something happens without a word from the person.
    pub fn let_time_pass(&mut self) -> Option<&Event> {
        let wait = self.waiting()?;
        let setup = Arc::clone(&self.setup);
        let (leg, attempt, talk) = self.journey.manual()?;
        let mut rec = recorder::Recorder { transcript: &mut self.transcript, leg, attempt };
        talk.take_until(wait.until, &setup, &mut rec);
        self.inputs.push(Entry::TimePassed);
        self.step()
    }

    /// A fork in which a person takes the client's end from here on.
    #[must_use]
    pub fn take_over(mut self) -> Self {
        self.journey.take_over();
        self.inputs.push(Entry::TookOver(self.given));
        self
    }

    /// What has happened so far.
    #[must_use]
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// How it ended, once it has.
    #[must_use]
    pub fn outcome(&self) -> Option<&Outcome> {
        self.journey.outcome()
    }

    /// The scenario.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The world as the scenario has it.
    #[must_use]
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    fn advance(&mut self) -> Step {
        self.journey.step(&self.setup, self.scenario.until, &mut self.transcript)
    }
}

/// The client's end of the first leg, and what that leg is for.
fn sender(world: &World, scenario: &Scenario, setup: &Setup) -> Result<(Sender, Purpose), ScenarioError> {
    let (profile, speech) = match &scenario.client {
        Client::Program(id) => (id.as_str(), Speech::Program),
        Client::Script(lines) => {
            ("generic-mua", Speech::Script(lines.iter().map(|line| line.clone().into_bytes()).gather()))
        }
        Client::Manual => ("generic-mua", Speech::Manual),
    };
    let profile = Arc::new(world.program(profile, "client")?.clone());
    let resolved = setup.resolved;
    let sender = Sender {
        name: setup.client.name.clone(),
        address: setup.client.address,
        system: scenario.system,
        profile,
        speech,
        security: match resolved.tls {
            Tls::None if scenario.choices.tls.is_some() => Security::InClear,
            Tls::None => Security::None,
            Tls::Starttls => Security::StartTlsRequired,
            Tls::IfOffered => Security::StartTlsIfOffered,
            Tls::Implicit => Security::Implicit,
        },
        credentials: credentials(resolved.auth, setup),
        port: resolved.port.number(),
        host: setup.submission_host.clone(),
    };
    let purpose = if resolved.destination == Destination::Mx { Purpose::Relay } else { Purpose::Submission };
    Ok((sender, purpose))
}

fn credentials(auth: Auth, setup: &Setup) -> Option<Credentials> {
    let (mechanism, password) = match auth {
        Auth::None => return None,
        Auth::Plain => (Mechanism::Plain, setup.client.password.clone()),
        Auth::Login => (Mechanism::Login, setup.client.password.clone()),
        Auth::CramMd5 => (Mechanism::CramMd5, setup.client.password.clone()),
        Auth::ScramSha256 => (Mechanism::ScramSha256, setup.client.password.clone()),
        Auth::OAuthBearer => (Mechanism::OAuthBearer, setup.client.token.clone()),
        Auth::XOAuth2 => (Mechanism::XOAuth2, setup.client.token.clone()),
        Auth::WrongPassword => (Mechanism::Plain, "wrong-horse".to_owned()),
    };
    Some(Credentials { mechanism: Some(mechanism), user: setup.client.user.clone(), password })
}
