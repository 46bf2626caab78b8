//! The page's state: which room is open, the run and the reader's place in it, and what is open or set around it.
//!
//! No Yew and no browser. What the parts draw from is kept beside the state it was made from.

use std::rc::Rc;
use std::sync::Arc;

use crate::knowledge::{Knowledge, Text};
use crate::present::Player;
use crate::present::view::{Map, Row, Step, Watch};
use crate::simulation::BuiltIn;
use crate::ui::ahead::{Ahead, Ready};
use crate::ui::header::{Language, Room};
use crate::ui::keys::Rules;
use crate::ui::later::Later;
use crate::ui::settings::Settings;
use crate::ui::strata::OpenStrata;

/// The fragment of the map, without its network.
const MAP: &str = "#/map";
/// The toolbar button that is the Tab stop at first: play.
const PLAY: usize = 2;

/// The page's state.
pub struct Model {
    /// The open room.
    pub room: Room,
    /// The run and the place in it.
    pub player: Player,
    /// What Watch shows of it.
    pub watch: Rc<Watch>,
    /// What the map shows, once it has been asked for.
    pub map: Option<Rc<Map>>,
    /// The network chosen above the map; empty for the first.
    pub network: String,
    /// The words.
    pub words: Rc<Knowledge>,
    /// The languages there are.
    pub languages: Rc<Vec<Language>>,
    /// What the reader set.
    pub settings: Settings,
    /// What a link said that was not understood.
    pub notices: Vec<String>,
    /// Is it playing?
    pub playing: bool,
    /// Are the further controls open?
    pub more: bool,
    /// Is the state diagram open?
    pub diagram_open: bool,
    /// The explanation of this step, and of those beside it when there was time.
    pub ahead: Ahead,
    /// The groups of clauses that are open.
    pub strata: OpenStrata,
    /// The steps whose secret is revealed, in order.
    pub revealed: Rc<Vec<usize>>,
    /// The toolbar's Tab stop.
    pub tab_stop: usize,
    /// What became of copying the link, until the next step.
    pub copied: Option<bool>,
    /// What waits until the reader rests.
    pub later: Later,
    /// Counts up with whatever changes more than the reader's place, so that the rest can stand still.
    pub edition: u32,
}

impl Model {
    /// The page as a fragment asks for it; empty for the first view.
    #[must_use]
    pub fn open(fragment: &str, built_in: &Arc<BuiltIn>, words: Rc<Knowledge>, languages: Rc<Vec<Language>>) -> Self {
        let map = map_network(fragment);
        let run = if map.is_some() { "" } else { fragment };
        let (player, notices) = Player::open(run, built_in, &words);
        let mut model = Self {
            room: if map.is_some() { Room::Map } else { Room::Watch },
            watch: Rc::new(player.watch(&words)),
            map: None,
            network: map.unwrap_or_default(),
            player,
            words,
            languages,
            settings: Settings::default(),
            notices,
            playing: false,
            more: false,
            diagram_open: false,
            ahead: Ahead::default(),
            strata: OpenStrata::default(),
            revealed: Rc::default(),
            tab_stop: PLAY,
            copied: None,
            later: Later::default(),
            edition: 0,
        };
        model.refresh();
        model
    }

    /// Makes anew what the open room draws from.
    pub(super) fn refresh(&mut self) {
        match self.room {
            Room::Watch => {
                self.watch = Rc::new(self.player.watch(&self.words));
                self.refresh_explanation();
            }
            Room::Map => self.map = Some(Rc::new(self.player.map(&self.network, &self.words))),
        }
    }

    /// Makes anew what depends on the step.
    pub(super) fn refresh_step(&mut self) {
        let step = self.made_ready(self.player.step());
        self.watch = Rc::new(self.player.watch_on(&self.watch, step, &self.words));
    }

    /// Nothing but the explanation of this step is ready any more.
    pub(super) fn refresh_explanation(&mut self) {
        self.ahead.clear();
        self.keep_ready(self.player.step(), Arc::clone(&self.watch.step));
    }

    fn keep_ready(&mut self, at: usize, step: Arc<Step>) {
        let diagram = if self.diagram_open { self.player.diagram(at, &self.words) } else { None };
        self.ahead.put(Ready { at, step, diagram });
    }

    /// The explanation of a step, which is made when it is not ready.
    fn made_ready(&mut self, at: usize) -> Arc<Step> {
        if let Some(ready) = self.ahead.get(at) {
            return Arc::clone(&ready.step);
        }
        let step = Arc::new(self.player.step_at(at, &self.words));
        self.keep_ready(at, Arc::clone(&step));
        step
    }

    /// The step whose explanation is to be made when there is time.
    #[must_use]
    pub fn to_prepare(&self) -> Option<usize> {
        if self.room == Room::Watch { self.ahead.missing(self.player.step(), self.player.steps()) } else { None }
    }

    /// Makes it, if there is one.
    pub(super) fn prepare(&mut self) -> bool {
        let at = self.to_prepare();
        at.map(|at| self.made_ready(at)).is_some()
    }

    /// Is there something to do once the reader rests?
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.later.is_waiting() || self.to_prepare().is_some()
    }

    /// The link to what is shown.
    #[must_use]
    pub fn fragment(&self) -> String {
        match self.room {
            Room::Watch => self.player.fragment(),
            Room::Map => self.map_fragment(),
        }
    }

    /// The link to the map, with its network.
    #[must_use]
    pub fn map_fragment(&self) -> String {
        if self.network.is_empty() { MAP.to_owned() } else { format!("{MAP}?network={}", self.network) }
    }

    /// The step at which the current row begins: a row may stand for several.
    #[must_use]
    pub fn row(&self) -> usize {
        let step = self.player.step();
        let mut rows = self.watch.rows.iter().filter_map(Row::event);
        rows.find(|row| row.last >= step).map_or(step, |row| row.step)
    }

    /// Is the last step shown?
    #[must_use]
    pub fn is_at_end(&self) -> bool {
        self.player.step() + 1 >= self.player.steps()
    }

    /// The window's title.
    #[must_use]
    pub fn title(&self) -> String {
        let here = match self.room {
            Room::Watch => self.watch.bar.title(),
            Room::Map => Some(self.words.text(Text::MapTitle)),
        };
        let brand = self.words.text(Text::Brand);
        here.map_or_else(|| brand.to_owned(), |here| format!("{here} · {brand}"))
    }

    /// What decides on a key.
    #[must_use]
    pub fn rules(&self) -> Rules {
        Rules { room: self.room, letters: self.settings.letters, tab_stop: self.tab_stop }
    }
}

/// The network of a fragment that asks for the map: empty when it names none.
pub(super) fn map_network(fragment: &str) -> Option<String> {
    match fragment.strip_prefix(MAP)? {
        "" => Some(String::new()),
        query => {
            let mut pairs = query.strip_prefix('?')?.split('&');
            let network = pairs.find_map(|pair| pair.strip_prefix("network=")).unwrap_or_default();
            // What is no plain word names no network, and would only come back in the address bar.
            Some(network.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(40).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::map_network;

    #[test]
    fn the_map_is_told_from_a_run() {
        assert_eq!(map_network("#/map"), Some(String::new()));
        assert_eq!(map_network("#/map?network=home-static"), Some("home-static".into()));
        assert_eq!(map_network("#/map?x=1&network=cloud"), Some("cloud".into()));
        assert_eq!(map_network("#/map?network=\"><svg>"), Some("svg".into()));
        assert_eq!(map_network("#/maps"), None);
        assert_eq!(map_network("#/s/map"), None);
        assert_eq!(map_network(""), None);
    }
}
