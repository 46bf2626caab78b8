//! The page as one Yew component: it holds the state, forwards messages, and puts the parts together.
//!
//! The first view is a function of the properties alone, so that the prerendered page and the mounted one are the
//! same; the browser is touched only once the page stands.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

use yew::prelude::{Callback, Component, Context, Html, Properties};

use crate::knowledge::{Knowledge, Text};
use crate::simulation::BuiltIn;
use crate::ui::browser::Browser;
use crate::ui::context;
use crate::ui::draw::{Draw, attrs, drawn};
use crate::ui::header::{Header, Language, Room};
use crate::ui::keys::Rules;
use crate::ui::message::Message;
use crate::ui::model::Model;
use crate::ui::transcript::Place;
use crate::ui::{bar, explain, header, help, map, network, notice, transcript, transport, update};

/// What the page starts from.
#[derive(Clone, Properties)]
pub struct AppProps {
    /// The words.
    pub words: Rc<Knowledge>,
    /// The world and the situations.
    pub built_in: Arc<BuiltIn>,
    /// The languages there are.
    pub languages: Rc<Vec<Language>>,
    /// The fragment of the address bar, with its `#`; empty for the first view.
    pub fragment: String,
    /// Is there a browser? Without one the page is only drawn, and nothing can be pressed.
    pub live: bool,
}

impl PartialEq for AppProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.words, &other.words)
            && Arc::ptr_eq(&self.built_in, &other.built_in)
            && self.languages == other.languages
            && self.fragment == other.fragment
            && self.live == other.live
    }
}

/// The page.
pub struct App {
    model: Model,
    browser: Option<Browser>,
    /// What decides on a key, where the listener can see it.
    rules: Rc<Cell<Rules>>,
    send: Callback<Message>,
}

impl Component for App {
    type Message = Message;
    type Properties = AppProps;

    fn create(ctx: &Context<Self>) -> Self {
        let AppProps { words, built_in, languages, fragment, .. } = ctx.props().clone();
        let model = Model::open(&fragment, &built_in, words, languages);
        let rules = Rc::new(Cell::new(model.rules()));
        Self { model, browser: None, rules, send: ctx.link().callback(|message| message) }
    }

    fn update(&mut self, _: &Context<Self>, message: Message) -> bool {
        let effects = update::update(&mut self.model, message);
        self.rules.set(self.model.rules());
        if let Some(browser) = &mut self.browser {
            for effect in effects {
                browser.take(effect);
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let (words, send) = (Rc::clone(&self.model.words), self.send.clone());
        let cx = context::Context { words, send, inert: !ctx.props().live };
        drawn(&cx, |d| {
            d.el("div", attrs!["class" = "page"], |d| {
                self.header(d);
                self.room(d);
                let (edition, settings) = (self.model.edition, self.model.settings);
                d.still([edition, 0, 0], move |d| help::view(d, &settings));
                if d.cx.inert {
                    boot(d);
                } else {
                    // The browser fills it, past everything that is drawn here.
                    d.empty("p", attrs!["class" = "vh", "role" = "status", "aria-live" = "polite", "id" = "spoken"]);
                }
            });
        })
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first && ctx.props().live {
            let (send, rules) = (self.send.clone(), Rc::clone(&self.rules));
            self.browser = Some(Browser::start(send, rules, &self.model.title(), self.model.row()));
        }
        if let Some(browser) = &mut self.browser {
            browser.drawn(self.model.is_waiting());
        }
    }
}

impl App {
    fn header(&self, d: &mut Draw<'_>) {
        let model = &self.model;
        let header = Header {
            room: model.room,
            other: if model.room == Room::Map { model.player.fragment() } else { model.map_fragment() },
            languages: Rc::clone(&model.languages),
            theme: model.settings.theme,
            copied: model.copied,
        };
        let copied = model.copied.map_or(2, u32::from);
        d.still([model.edition, copied, 0], move |d| header::view(d, &header));
    }

    fn bar(&self, d: &mut Draw<'_>) {
        let (watch, more) = (&self.model.watch, self.model.more);
        // At the end the outcome may say the same sentence; once is enough.
        let is_told = watch.step.outcome.as_ref().is_some_and(|card| card.what == watch.bar.said);
        let bar = Arc::clone(&watch.bar);
        d.still([self.model.edition, u32::from(is_told), 0], move |d| bar::view(d, &bar, more, is_told));
    }

    fn room(&self, d: &mut Draw<'_>) {
        match (self.model.room, &self.model.map) {
            (Room::Map, Some(shown)) => {
                d.el("main", attrs!["class" = "room-map", "id" = "map"], |d| {
                    d.key(1);
                    map::view(d, shown);
                });
            }
            _ => d.el("main", attrs!["class" = "room-watch"], |d| {
                d.key(0);
                self.watch(d);
            }),
        }
    }

    fn watch(&self, d: &mut Draw<'_>) {
        let model = &self.model;
        let (watch, edition) = (&model.watch, model.edition);
        let step = watch.transport.step;
        let now = network::Now { packet: watch.packet.as_ref(), step, moves: model.playing, edition };
        let place =
            Place { step, edition, hide_ahead: model.settings.hide_ahead, revealed: Rc::clone(&model.revealed) };
        let (settings, playing, tab_stop) = (&model.settings, model.playing, model.tab_stop);
        let player = transport::Player { settings, playing, tab_stop, edition };
        notice::view(d, &model.notices);
        self.bar(d);
        network::view(d, &watch.network, &now);
        d.el("div", attrs!["class" = "panes"], |d| {
            transcript::view(d, &watch.rows, &place);
            explain::view(d, &model.ahead, &place, model.strata);
        });
        transport::view(d, &watch.transport, &player);
    }
}

/// What stands on the prerendered page until the program runs. The boot script fills it when that fails.
fn boot(d: &mut Draw<'_>) {
    let line = attrs!["class" = "boot", "id" = "boot", "role" = "status", "data-failed": Text::BootFailed,
        "data-reload": Text::BootReload];
    d.word("p", line, Text::BootStarting);
    d.el("noscript", attrs![], |d| d.word("p", attrs!["class" = "boot"], Text::BootNoScript));
}

/// Starts the page in an element, whose content it replaces.
///
/// # Errors
/// When the knowledge or the situations cannot be read.
#[cfg(feature = "web")]
pub fn mount(
    root: web_sys::Element,
    knowledge: &[u8],
    situations: &[u8],
    languages: Vec<Language>,
    fragment: String,
) -> Result<(), MountError> {
    let words = Rc::new(Knowledge::from_octets(knowledge).ok_or(MountError::Knowledge)?);
    let built_in = Arc::new(BuiltIn::from_octets(situations).ok_or(MountError::Situations)?);
    let props = AppProps { words, built_in, languages: Rc::new(languages), fragment, live: true };
    yew::Renderer::<App>::with_root_and_props(root, props).render();
    Ok(())
}

/// Why the page could not start.
#[cfg(feature = "web")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MountError {
    /// The knowledge file.
    #[error("the knowledge does not fit the program; load the page again")]
    Knowledge,
    /// The situations.
    #[error("the situations do not fit the program; load the page again")]
    Situations,
}

/// The HTML of the first view, before the program runs.
#[cfg(feature = "ssr")]
#[must_use]
pub fn first_view(words: Knowledge, built_in: BuiltIn) -> String {
    let (words, built_in) = (Rc::new(words), Arc::new(built_in));
    let props = AppProps { words, built_in, languages: Rc::default(), fragment: String::new(), live: false };
    pollster::block_on(yew::LocalServerRenderer::<App>::with_props(props).hydratable(false).render())
}
