//! The only module that touches the browser: address bar, history, storage, clock, focus, scrolling, clipboard.
//!
//! It performs effects and reports what happened as messages. It decides nothing. Whatever a browser may refuse
//! (storage in a sandboxed frame, the clipboard) is asked for and never relied on.

use std::cell::Cell;
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use gloo::timers::callback::{Interval, Timeout};
use gloo::utils::{document, document_element, window};
use js_sys::futures::{JsFuture, spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlDialogElement, HtmlElement, KeyboardEvent, Response, Storage};
use yew::Callback;

use crate::knowledge::Knowledge;
use crate::ui::explain;
use crate::ui::help;
use crate::ui::keys::{self, Focus, Press, Rules};
use crate::ui::message::Message;
use crate::ui::settings::{Settings, Theme};
use crate::ui::transcript;
use crate::ui::update::Effect;

/// How long a reader stands still to be at rest: longer than a key takes to repeat. After two of these the page speaks.
const REST_MS: u32 = 150;
/// What the names in storage begin with: a host may serve other pages of the same origin.
const STORED: &str = "smtp-explainer.";

/// What is kept alive while the page stands.
pub(super) struct Browser {
    send: Callback<Message>,
    _listeners: [EventListener; 2],
    clock: Option<Interval>,
    /// The fragment that the address bar is known to hold.
    address: String,
    rest: Option<Timeout>,
    /// The row that begins at this step is the current one now, and not drawn as that yet.
    show_step: Option<usize>,
    /// An explanation is ready, and not laid out yet.
    fit: bool,
}

impl Browser {
    /// Begins to listen, and reports the settings of an earlier visit.
    pub(super) fn start(send: Callback<Message>, rules: Rc<Cell<Rules>>, title: &str, row: usize) -> Self {
        if let Some(storage) = storage() {
            let read = |name: &str| storage.get_item(&format!("{STORED}{name}")).ok().flatten();
            send.emit(Message::RememberedSettings(Settings::from_stored(read)));
        }
        document().set_title(title);
        let listeners = [listen_to_keys(send.clone(), rules), listen_to_fragment(send.clone())];
        Self { send, _listeners: listeners, clock: None, address: hash(), rest: None, show_step: Some(row), fit: false }
    }

    /// Performs one effect.
    pub(super) fn take(&mut self, effect: Effect) {
        match effect {
            Effect::Announce(words) => {
                if let Some(region) = element("spoken") {
                    region.set_text_content(Some(&words));
                }
            }
            Effect::ApplyTheme(theme) => apply_theme(theme),
            Effect::CopyLink(fragment) => copy_link(&fragment, self.send.clone()),
            Effect::Fit => self.fit = true,
            Effect::Focus(id) => focus(id),
            Effect::KnowAddress => self.address = hash(),
            Effect::LoadLanguage(tag) => load_language(tag, self.send.clone()),
            Effect::OpenHelp => open_help(),
            Effect::PushFragment(fragment) => {
                write_fragment(&fragment, true);
                self.address = hash();
            }
            // A link followed meanwhile has the address already, and its event is still on its way.
            Effect::ReplaceFragment(fragment) if hash() == self.address => {
                write_fragment(&fragment, false);
                self.address = hash();
            }
            Effect::ReplaceFragment(_) => {}
            Effect::SetLanguage(tag) => set_language(&tag),
            Effect::SetTitle(title) => document().set_title(&title),
            Effect::ShowStep(row) => self.show_step = Some(row),
            Effect::StartClock(ms) => {
                let send = self.send.clone();
                self.clock = Some(Interval::new(ms, move || send.emit(Message::TimePassed)));
            }
            Effect::StopClock => self.clock = None,
            Effect::Store(settings) => store(settings),
        }
    }

    /// The page has been drawn: what had to wait for that is done now. If something waits for a rest, a rest is
    /// reported, should there be one.
    pub(super) fn drawn(&mut self, is_waiting: bool) {
        if let Some(row) = self.show_step.take() {
            show_step(row);
        }
        if std::mem::take(&mut self.fit) {
            fit();
        }
        let send = &self.send;
        self.rest = is_waiting.then(|| {
            let send = send.clone();
            Timeout::new(REST_MS, move || send.emit(Message::Rested))
        });
    }
}

/// The fragment in the address bar.
fn hash() -> String {
    window().location().hash().unwrap_or_default()
}

fn listen_to_fragment(send: Callback<Message>) -> EventListener {
    EventListener::new(&window(), "hashchange", move |_| {
        send.emit(Message::FragmentChanged(hash()));
    })
}

fn listen_to_keys(send: Callback<Message>, rules: Rc<Cell<Rules>>) -> EventListener {
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&window(), "keydown", options, move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        if event.default_prevented() {
            return;
        }
        if let Some(message) = keys::message(&press(event), rules.get()) {
            event.prevent_default();
            send.emit(message);
        }
    })
}

fn press(event: &KeyboardEvent) -> Press {
    Press {
        key: event.key(),
        shift: event.shift_key(),
        command: event.ctrl_key() || event.alt_key() || event.meta_key(),
        // Safari ends the composition before it reports the key, which then has the code 229.
        composing: event.is_composing() || event.key_code() == 229,
        focus: focus_of(event.target().and_then(|target| target.dyn_into::<Element>().ok())),
    }
}

/// Where a key landed, from the nearest element that has keys of its own.
fn focus_of(target: Option<Element>) -> Focus {
    let Some(target) = target else { return Focus::Body };
    let is_in = |selector: &str| target.closest(selector).ok().flatten().is_some();
    let places = [
        ("dialog, select, textarea, input:not([type=range]), [contenteditable]", Focus::Taken),
        ("input[type=range]", Focus::Scrubber),
        ("[role=toolbar]", Focus::Toolbar),
        ("button, a, summary", Focus::Button),
        ("#explanation, .map", Focus::Reading),
        (".page", Focus::Inside),
    ];
    places.iter().find(|(selector, _)| is_in(selector)).map_or(Focus::Body, |(_, focus)| *focus)
}

fn element(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

fn focus(id: &str) {
    if let Some(element) = element(id).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // A refusal leaves the focus where it is, which is no error.
        let _ = element.focus();
    }
}

fn open_help() {
    let dialog = element(help::DIALOG).and_then(|element| element.dyn_into::<HtmlDialogElement>().ok());
    if let Some(dialog) = dialog.filter(|dialog| !dialog.open()) {
        let _ = dialog.show_modal();
    }
}

/// Scrolls the transcript, never the page, until the current row is well inside it; the explanation begins anew.
fn show_step(row: usize) {
    if let Some(explanation) = element("explanation") {
        explanation.set_scroll_top(0);
        // Who stood in the explanation that has gone out of sight stands in the one that came.
        if document().active_element().is_some_and(|at| at.closest(&waiting()).is_ok_and(|found| found.is_some())) {
            focus("explanation");
        }
    }
    let (Some(list), Some(row)) = (element("transcript"), element(&transcript::id(row))) else { return };
    let (frame, row) = (list.get_bounding_client_rect(), row.get_bounding_client_rect());
    let margin = (frame.height() / 5.0).min(80.0);
    if row.top() < frame.top() + margin || row.bottom() > frame.bottom() - margin {
        #[expect(clippy::cast_possible_truncation, reason = "a distance on the screen")]
        let by = (row.top() - frame.top() - frame.height() * 0.4) as i32;
        list.set_scroll_top(list.scroll_top() + by);
    }
}

fn waiting() -> String {
    [".", explain::WAITING].concat()
}

/// Has explanations that wait laid out now: what is hidden as they are keeps its layout, but is given none.
fn fit() {
    let Ok(slots) = document().query_selector_all(&waiting()) else { return };
    for slot in (0..slots.length()).filter_map(|at| slots.item(at)?.dyn_into::<Element>().ok()) {
        slot.set_class_name("fitting");
        slot.get_bounding_client_rect();
        slot.set_class_name(explain::WAITING);
    }
}

/// The settings' storage; `None` where the browser forbids it, as in a sandboxed frame.
fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn store(settings: Settings) {
    let Some(storage) = storage() else { return };
    for (name, value) in settings.stored() {
        // A full or forbidden storage only means that the next visit starts from the defaults.
        let _ = storage.set_item(&format!("{STORED}{name}"), value);
    }
}

fn apply_theme(theme: Theme) {
    let root = document_element();
    let _ = match theme {
        Theme::Auto => root.remove_attribute("data-theme"),
        Theme::Light | Theme::Dark => root.set_attribute("data-theme", theme.id()),
    };
}

fn set_language(tag: &str) {
    let _ = document_element().set_attribute("lang", tag);
    if let Some(storage) = storage() {
        let _ = storage.set_item(&format!("{STORED}language"), tag);
    }
}

fn write_fragment(fragment: &str, as_new: bool) {
    let Ok(history) = window().history() else { return };
    // A refusal (too many changes a second) leaves an older link in the bar; the page itself is right.
    let _ = if as_new {
        history.push_state_with_url(&JsValue::NULL, "", Some(fragment))
    } else {
        history.replace_state_with_url(&JsValue::NULL, "", Some(fragment))
    };
}

fn copy_link(fragment: &str, send: Callback<Message>) {
    let address = window().location().href().unwrap_or_default();
    let page = address.split('#').next().unwrap_or_default();
    let link = format!("{page}{fragment}");
    let navigator = window().navigator();
    // Pages that did not come over a safe connection have no clipboard at all.
    let exists = js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard")).is_ok_and(|found| found.is_object());
    spawn_local(async move {
        let worked = exists && JsFuture::from(navigator.clipboard().write_text(&link)).await.is_ok();
        send.emit(Message::CopiedLink(worked));
    });
}

fn load_language(tag: String, send: Callback<Message>) {
    spawn_local(async move {
        let words = fetch(&format!("knowledge.{tag}.bin")).await;
        let words = words.and_then(|octets| Knowledge::from_octets(&octets));
        send.emit(words.map_or(Message::LanguageFailed, |words| Message::LanguageArrived(Rc::new(words))));
    });
}

/// A file beside the page.
async fn fetch(path: &str) -> Option<Vec<u8>> {
    let response = JsFuture::from(window().fetch_with_str(path)).await.ok()?;
    let response = response.dyn_into::<Response>().ok().filter(Response::ok)?;
    let buffer = JsFuture::from(response.array_buffer().ok()?).await.ok()?;
    Some(js_sys::Uint8Array::new(&buffer).to_vec())
}
