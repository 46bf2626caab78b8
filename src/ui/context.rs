//! What every part of the page needs to draw itself: words, and where to send what happens.
//!
//! Also the few shapes that several parts share. No state.

use std::rc::Rc;

use yew::prelude::*;

use crate::knowledge::{Knowledge, Text};
use crate::present::view::{Lane, Tone};
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

    /// A listener that sends this message, whatever the event.
    #[must_use]
    pub fn on<E: 'static>(&self, message: Message) -> Callback<E> {
        self.send.reform(move |_| message.clone())
    }

    /// A section with an invisible heading that names it.
    pub fn section(&self, class: &'static str, name: Text, body: Html) -> Html {
        let id = format!("{class}-name");
        html! {
            <section class={class} aria-labelledby={id.clone()}>
                <h2 id={id} class="vh">{ self.text(name) }</h2>
                { body }
            </section>
        }
    }

    /// The button that opens what has this id, or closes it.
    pub fn disclosure(&self, id: &str, open: bool, label: &str, message: Message) -> Html {
        html! {
            <button type="button" id={format!("{id}-button")} class="disclose" disabled={self.inert}
                aria-expanded={truth(open)} aria-controls={open.then(|| id.to_owned())} onmousedown={keep_focus()}
                onclick={self.on(message)}>{ label }</button>
        }
    }

    /// A switch of a few buttons of which one is on, with its label.
    pub fn switch(&self, id: &str, label: &str, choices: impl Iterator<Item = SwitchButton>) -> Html {
        self.switch_of("control", id, label, choices)
    }

    /// The same, with more to its class.
    pub fn switch_of(
        &self,
        class: &'static str,
        id: &str,
        label: &str,
        choices: impl Iterator<Item = SwitchButton>,
    ) -> Html {
        let label_id = format!("{id}-label");
        let buttons = choices.map(|choice| {
            html! {
                <button type="button" value={choice.value} aria-pressed={truth(choice.on)} disabled={self.inert}
                    onmousedown={keep_focus()} onclick={self.on(choice.message)}>
                    { choice.label }
                </button>
            }
        });
        html! {
            <div class={class} id={id.to_owned()}>
                <span class="label" id={label_id.clone()}>{ label }</span>
                <div class="switch" role="group" aria-labelledby={label_id}>{ for buttons }</div>
            </div>
        }
    }
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

/// A mouse press that leaves the focus where it is, so that the arrow keys go on stepping after a click. The keyboard
/// still reaches the button by Tab.
#[must_use]
pub fn keep_focus() -> Callback<MouseEvent> {
    Callback::from(|event: MouseEvent| event.prevent_default())
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
