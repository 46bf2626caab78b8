//! What every part of the page needs to draw itself: words, and where to send what happens.
//!
//! Also the few shapes that several parts share. No state.

use std::rc::Rc;

use yew::Callback;

use crate::knowledge::{Knowledge, Text};
use crate::present::view::{Lane, Tone};
use crate::ui::draw::{Draw, attrs};
use crate::ui::message::Message;

/// Words, and where to send what happens.
#[derive(Clone)]
pub struct Context {
    /// The strings in the reader's language.
    pub words: Rc<Knowledge>,
    /// Where messages go.
    pub send: Callback<Message>,
    /// `true` while nothing can be pressed yet: the prerendered page before the program runs.
    pub inert: bool,
}

impl Context {
    /// A string of the page.
    #[must_use]
    pub fn text(&self, text: Text) -> &str {
        self.words.text(text)
    }
}

/// A section with an invisible heading that names it.
pub fn section(d: &mut Draw<'_>, class: &'static str, name: Text, body: impl FnOnce(&mut Draw<'_>)) {
    let id = format!("{class}-name");
    d.el("section", attrs!["class": class, "aria-labelledby": &id], |d| {
        d.word("h2", attrs!["id": &id, "class" = "vh"], name);
        body(d);
    });
}

/// The button that opens what has this id, or closes it.
pub fn disclosure(d: &mut Draw<'_>, id: &str, open: bool, label: &str, message: Message) {
    let button = format!("{id}-button");
    let button = attrs!["type" = "button", "id": &button, "class" = "disclose", "disabled": d.cx.inert,
        "aria-expanded": truth(open), "aria-controls": open.then_some(id)];
    d.el("button", button, |d| {
        d.keep_focus();
        d.click(message);
        d.text(label);
    });
}

/// A switch of a few buttons of which one is on, with its label.
pub fn switch(d: &mut Draw<'_>, class: &'static str, id: &str, label: &str, choices: &[SwitchButton]) {
    let label_id = format!("{id}-label");
    d.el("div", attrs!["class": class, "id": id], |d| {
        d.leaf("span", attrs!["class" = "label", "id": &label_id], label);
        d.el("div", attrs!["class" = "switch", "role" = "group", "aria-labelledby": &label_id], |d| {
            for choice in choices {
                let button = attrs!["type" = "button", "value": &choice.value, "aria-pressed": truth(choice.on),
                    "disabled": d.cx.inert];
                d.el("button", button, |d| {
                    d.keep_focus();
                    d.click(choice.message.clone());
                    d.text(&choice.label);
                });
            }
        });
    });
}

/// One button of a switch.
pub struct SwitchButton {
    /// The value it stands for.
    pub value: String,
    /// What is written on it.
    pub label: String,
    /// Is it the one that is on?
    pub on: bool,
    /// What pressing it says.
    pub message: Message,
}

/// `true` and `false` as ARIA attributes want them.
#[must_use]
pub const fn truth(is: bool) -> &'static str {
    if is { "true" } else { "false" }
}

/// The class that colours an end or a layer.
#[must_use]
pub const fn lane_class(lane: Lane) -> &'static str {
    match lane {
        Lane::Client => "client",
        Lane::Server => "server",
        Lane::Tcp => "tcp",
        Lane::Tls => "tls",
        Lane::Dns => "dns",
        Lane::Note => "note",
    }
}

/// The class that colours an outcome.
#[must_use]
pub const fn tone_class(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "good",
        Tone::Bad => "bad",
        Tone::Wait => "wait",
        Tone::Plain => "plain",
    }
}

/// The sign that says the same without colour.
#[must_use]
pub const fn tone_sign(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "✓",
        Tone::Bad => "✕",
        Tone::Wait => "↻",
        Tone::Plain => "·",
    }
}
