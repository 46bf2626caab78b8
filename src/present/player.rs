//! A run and the reader's place in it.

use std::sync::Arc;

use crate::knowledge::{Knowledge, Text};
use crate::present::bar::Errors;
use crate::present::edits::{self, Edits, WrongEdit};
use crate::present::link::{Link, NotALink};
use crate::present::view::{Diagram, Map, Step, Watch};
use crate::present::{bar, explain, map, network, rows, states, transport};
use crate::simulation::choices::{self, Op25b, Place, Resolved, WrongChoice};
use crate::simulation::{BuiltIn, Choices, Ending, Scenario, Simulation};
use crate::smtp::Verb;
use crate::transcript::{Event, Kind, Phase, Side, escaped};

/// A run, the choices and changes that led to it, and the step the reader stands at.
#[derive(Clone, Debug)]
pub struct Player {
    built_in: Arc<BuiltIn>,
    situation: String,
    base: Scenario,
    choices: Choices,
    edits: Edits,
    errors: Errors,
    run: Simulation,
    step: usize,
    spot: Option<Spot>,
}

/// The place the reader went to. Runs made anew come as near to it as they can, and the one after them again: a block
/// turned on and off leads back to the line.
#[derive(Clone, Copy, Debug)]
struct Spot {
    leg: u8,
    phase: Phase,
    kind: Kind,
    side: Side,
}

impl From<&Event> for Spot {
    fn from(event: &Event) -> Self {
        Self { leg: event.leg, phase: event.phase, kind: event.kind, side: event.side }
    }
}

/// What a change came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It was run anew.
    Ran,
    /// What was asked for is wrong; the last good run stays.
    Kept,
}

/// Where to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Go {
    /// To the first step.
    First,
    /// One step back.
    Back,
    /// One step on.
    Next,
    /// To the last step.
    Last,
    /// To this step, from 0.
    To(usize),
    /// To so many per cent of the way.
    Percent(u8),
    /// To the first step of the next phase.
    NextPhase,
    /// To the first step of this phase, or of the one before.
    PreviousPhase,
}

impl Player {
    /// The run that a fragment names, with a notice for everything in it that was not understood. An empty fragment is
    /// the first situation, standing at MAIL.
    ///
    /// # Panics
    /// When the first situation cannot be run: it comes with the program, and a test runs it.
    #[must_use]
    pub fn open(fragment: &str, built_in: &Arc<BuiltIn>, k: &Knowledge) -> (Self, Vec<String>) {
        let mut notices = Vec::new();
        let link = Link::read(fragment).unwrap_or_else(|NotALink(text)| {
            notices.push(k.fill(Text::NoticeUnknownSituation, &[("value", &text)]));
            Link::default()
        });
        let mut player = if let Some(player) = Self::load(built_in, &link.situation) {
            player
        } else {
            if !link.situation.is_empty() {
                notices.push(k.fill(Text::NoticeUnknownSituation, &[("value", &link.situation)]));
            }
            let first = built_in.scenarios.first().map_or("", |(id, _)| id);
            Self::load(built_in, first).expect("the first situation comes with the program")
        };
        let step = player.obey(&link, k, &mut notices);
        let step = match step {
            Some(step) if step < player.steps() => step,
            Some(step) => {
                let values = [("value", (step + 1).to_string()), ("steps", player.steps().to_string())];
                notices.push(k.fill(Text::NoticeStep, &[("value", &values[0].1), ("steps", &values[1].1)]));
                player.opening()
            }
            None => player.opening(),
        };
        player.stand_at(step);
        // They quote a link that anybody may have written.
        for notice in &mut notices {
            *notice = escaped(notice.as_bytes());
        }
        (player, notices)
    }

    fn load(built_in: &Arc<BuiltIn>, id: &str) -> Option<Self> {
        let base = built_in.scenario(id)?;
        let mut run = Simulation::new(&built_in.world, base.clone()).ok()?;
        run.run();
        Some(Self {
            built_in: Arc::clone(built_in),
            situation: id.to_owned(),
            base: base.clone(),
            choices: Choices::default(),
            edits: Edits::default(),
            errors: Errors::new(),
            run,
            step: 0,
            spot: None,
        })
    }

    /// Does what a link says; what it says wrong is noted. The step it names, from 0.
    fn obey(&mut self, link: &Link, k: &Knowledge, notices: &mut Vec<String>) -> Option<usize> {
        let mut step = None;
        for (key, value) in &link.pairs {
            if key == "step" {
                match value.parse::<usize>().ok().and_then(|step| step.checked_sub(1)) {
                    Some(number) => step = Some(number),
                    None => notices
                        .push(k.fill(Text::NoticeStep, &[("value", value), ("steps", &self.steps().to_string())])),
                }
            } else if self.choose(key, value, k) == Changed::Kept {
                // What is wrong with a text is said beside its field, which a notice has to name.
                notices.extend(self.errors.remove(key).map(|error| match key.as_str() {
                    "sender" | "recipients" | "subject" | "body" => {
                        k.fill(Text::NoticeWrongText, &[("key", key), ("error", &error)])
                    }
                    _ => error,
                }));
            }
        }
        step
    }

    /// The fragment that leads here.
    #[must_use]
    pub fn fragment(&self) -> String {
        let mut pairs = vec![("step".to_owned(), (self.step + 1).to_string())];
        for key in choices::KEYS {
            if let Some(word) = self.choices.word(key) {
                pairs.push((key.to_owned(), word.to_owned()));
            }
        }
        for (key, value) in self.edits.iter() {
            pairs.push((key.to_owned(), value.to_owned()));
        }
        Link { situation: self.situation.clone(), pairs }.write()
    }

    /// A control was set. The run is made anew and the reader stays in the same phase; what cannot be is told at the
    /// control, and the last good run stays.
    pub fn choose(&mut self, key: &str, value: &str, k: &Knowledge) -> Changed {
        let (mut choices, mut edits) = (self.choices, self.edits.clone());
        self.errors.remove(key);
        let result = match edits::KEYS.into_iter().find(|known| *known == key) {
            Some(known) => {
                edits.set(known, value);
                Ok(())
            }
            None => self.set_choice(&mut choices, key, value, k),
        };
        let made = result.and_then(|()| self.make(choices, &edits, k));
        match made {
            Ok(run) => {
                let step = self.same_place(&run);
                (self.choices, self.edits, self.run, self.step) = (choices, edits, run, step);
                Changed::Ran
            }
            Err(WrongEdit(problem)) => {
                self.errors.insert(key.to_owned(), escaped(problem.as_bytes()));
                Changed::Kept
            }
        }
    }

    fn set_choice(&self, choices: &mut Choices, key: &str, value: &str, k: &Knowledge) -> Result<(), WrongEdit> {
        let now = self.run.setup().resolved.op25b;
        let (key, value) = match (key, value) {
            // Turned off and on again, the block acts as the situation has it.
            ("op25b", "on") => {
                let own = self.base.choices.op25b.filter(|own| *own != Op25b::Off).unwrap_or(Op25b::Drop);
                ("op25b", if now == Op25b::Off { own.id() } else { now.id() })
            }
            ("action", action) => ("op25b", action),
            ("mechanism", mechanism) => ("auth", mechanism),
            other => other,
        };
        choices.set(key, value).map_err(|wrong| WrongEdit(told(&wrong, k)))?;
        // A choice that says what follows anyway is none: so a later change of port takes its security along.
        let mut without = *choices;
        let _ = without.set(key, "auto");
        let (made, follows) = (self.resolved(*choices), self.resolved(without));
        if made == follows && self.base.choices.word(key).is_none() {
            *choices = without;
        }
        Ok(())
    }

    fn resolved(&self, choices: Choices) -> Resolved {
        self.base.with(&choices).resolved(&self.built_in.world)
    }

    fn make(&self, choices: Choices, edits: &Edits, k: &Knowledge) -> Result<Simulation, WrongEdit> {
        let scenario = edits.apply(self.base.with(&choices), &self.built_in.world, k)?;
        let mut run = Simulation::new(&self.built_in.world, scenario).map_err(|error| WrongEdit(error.to_string()))?;
        run.run();
        Ok(run)
    }

    /// Another situation was chosen.
    pub fn situation(&mut self, id: &str) -> Changed {
        match Self::load(&self.built_in, id) {
            Some(mut player) => {
                player.stand_at(player.opening());
                *self = player;
                Changed::Ran
            }
            None => Changed::Kept,
        }
    }

    /// Goes somewhere else in the run.
    pub fn go(&mut self, to: Go) {
        let last = self.steps() - 1;
        let phases = || rows::phases(self.run.transcript());
        let step = match to {
            Go::First => 0,
            Go::Back => self.step.saturating_sub(1),
            Go::Next => (self.step + 1).min(last),
            Go::Last => last,
            Go::To(step) => step.min(last),
            Go::Percent(percent) => last * usize::from(percent.min(100)) / 100,
            Go::NextPhase => phases().into_iter().find(|first| *first > self.step).unwrap_or(last),
            Go::PreviousPhase => phases().into_iter().rev().find(|first| *first < self.step).unwrap_or(0),
        };
        self.stand_at(step);
    }

    /// The reader goes to a step, and means this place.
    fn stand_at(&mut self, step: usize) {
        self.step = step;
        self.spot = self.event().map(Spot::from);
    }

    /// The step the reader stands at, from 0.
    #[must_use]
    pub fn step(&self) -> usize {
        self.step
    }

    /// How many steps there are; at least 1.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.run.transcript().events().len().max(1)
    }

    /// The world and the situations there are.
    #[must_use]
    pub fn built_in(&self) -> &Arc<BuiltIn> {
        &self.built_in
    }

    /// The run.
    #[must_use]
    pub fn run(&self) -> &Simulation {
        &self.run
    }

    /// Everything the Watch room draws.
    #[must_use]
    pub fn watch(&self, k: &Knowledge) -> Watch {
        let fault = self.edits.iter().find(|(key, _)| *key == "fault").map_or("none", |(_, value)| value);
        let bar = bar::bar(&self.run, &self.built_in, &self.situation, &self.errors, fault, self.next(), k);
        self.here(
            Watch {
                bar: Arc::new(bar),
                network: Arc::new(network::picture(&self.run, &self.built_in.world, self.step, k)),
                packet: None,
                rows: rows::rows(&self.run, k).into(),
                step: Arc::new(self.step_at(self.step, k)),
                transport: transport::of_run(&self.run),
            },
            k,
        )
    }

    /// The situation that usefully comes next, unless the reader's choices have led along its road already.
    fn next(&self) -> Option<&str> {
        let id = self.base.next.as_deref()?;
        let road = |at: Resolved| (at.port, at.network, at.destination);
        let world = &self.built_in.world;
        let next = road(self.built_in.scenario(id)?.resolved(world));
        let is_there = road(self.run.setup().resolved) == next && road(self.base.resolved(world)) != next;
        (!is_there).then_some(id)
    }

    /// The explanation of a step, from 0.
    #[must_use]
    pub fn step_at(&self, at: usize, k: &Knowledge) -> Step {
        explain::step(&self.run, at, k)
    }

    /// The same after a step, when what was drawn before and the explanation are at hand: only the rest of what depends
    /// on the step is made anew.
    #[must_use]
    pub fn watch_on(&self, before: &Watch, step: Arc<Step>, k: &Knowledge) -> Watch {
        let network = if self.event().map(network::scene) == Some(before.network.scene) {
            Arc::clone(&before.network)
        } else {
            Arc::new(network::picture(&self.run, &self.built_in.world, self.step, k))
        };
        self.here(
            Watch {
                bar: Arc::clone(&before.bar),
                network,
                packet: None,
                rows: Arc::clone(&before.rows),
                step,
                transport: before.transport.clone(),
            },
            k,
        )
    }

    /// Brings what belongs to the run to the reader's place.
    fn here(&self, watch: Watch, k: &Knowledge) -> Watch {
        Watch {
            packet: self.event().and_then(|event| network::packet(&self.run, event)),
            transport: transport::at_step(watch.transport, &self.run, self.step, k),
            ..watch
        }
    }

    fn event(&self) -> Option<&Event> {
        self.run.transcript().events().get(self.step)
    }

    /// The state diagram of the server's session, standing where a step leaves it; `None` where there is no session.
    #[must_use]
    pub fn diagram(&self, at: usize, k: &Knowledge) -> Option<Diagram> {
        states::diagram_at(&self.run, at, k)
    }

    /// Everything the Map room draws, for a client in this network; an unknown word is the first one.
    #[must_use]
    pub fn map(&self, network: &str, k: &Knowledge) -> Map {
        map::map(&self.built_in, Place::by_id(network).unwrap_or(Place::HomeDynamic), k)
    }

    /// Where a situation opens: at MAIL, or where SMTP never came to that, at the event that decided.
    fn opening(&self) -> usize {
        let events = self.run.transcript().events();
        let mail = |event: &Event| event.kind == Kind::Command(Verb::Mail) && event.leg == 1;
        let decided =
            || self.run.outcome().filter(|outcome| outcome.kind != Ending::Delivered).map(|outcome| outcome.event);
        let syn = || {
            let lost = decided()?;
            let never = self.run.outcome()?.kind == Ending::NeverConnected;
            never.then(|| events.iter().position(|event| event.kind == Kind::Syn).unwrap_or(lost))
        };
        events.iter().position(mail).or_else(syn).or_else(decided).unwrap_or(0)
    }

    /// The step of a new run that is the place the reader went to: the same line, else the same phase, else
    /// where the run was decided.
    fn same_place(&self, run: &Simulation) -> usize {
        let events = run.transcript().events();
        let Some(here) = self.spot else { return 0 };
        let alike = |event: &Event| event.leg == here.leg && event.phase == here.phase;
        let line = events.iter().position(|event| alike(event) && event.kind == here.kind && event.side == here.side);
        let phase = || events.iter().position(alike);
        let decided = || run.outcome().map(|outcome| outcome.event);
        line.or_else(phase).or_else(decided).unwrap_or(0).min(events.len().saturating_sub(1))
    }
}

/// What is wrong with a choice, in the reader's language.
fn told(wrong: &WrongChoice, k: &Knowledge) -> String {
    if wrong.key_is_wrong {
        return k.fill(Text::NoticeUnknownKey, &[("key", &wrong.key)]);
    }
    let allowed = wrong.allowed.join(", ");
    let values = [("key", wrong.key.as_str()), ("value", wrong.value.as_str()), ("allowed", allowed.as_str())];
    k.fill(Text::NoticeUnknownChoice, &values)
}
