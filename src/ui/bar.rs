//! The situation bar: the controls that shape a run, and one sentence on what they lead to.
//!
//! Keys, values and words of the controls come ready; this module knows none of them.

use crate::gather::Gather as _;
use crate::knowledge::Text;
use crate::present::view::{Bar, Choice, Control, ControlKind};
use crate::ui::context::{SwitchButton, section, switch, tone_class, truth};
use crate::ui::draw::{Draw, Value, attrs};
use crate::ui::message::Message;

/// How many controls stay on the narrowest screens while the further ones are closed.
const ALWAYS: usize = 2;

/// Draws the bar. `open` tells whether the further controls are shown, `is_told` whether its sentence stands elsewhere.
pub fn view(d: &mut Draw<'_>, bar: &Bar, open: bool, is_told: bool) {
    section(d, "bar", Text::Situation, |d| {
        d.el("div", attrs!["class" = "controls"], |d| {
            situations(d, bar);
            d.each(bar.controls.iter().enumerate(), |d, (index, one)| control(d, one, index >= ALWAYS));
            d.when(!bar.more.is_empty(), |d| more_button(d, open));
        });
        d.when(open && !bar.more.is_empty(), |d| {
            let group = attrs!["class" = "more", "id" = "more", "role" = "group",
                "aria-label": Text::MoreHeading];
            d.el("div", group, |d| d.each(&bar.more, |d, one| control(d, one, false)));
        });
        d.el("p", attrs!["class" = "said", "id" = "said"], |d| said(d, bar, is_told));
    });
}

fn said(d: &mut Draw<'_>, bar: &Bar, is_told: bool) {
    d.leaf("strong", attrs!["class": tone_class(bar.tone)], &bar.verdict);
    d.text(" ");
    d.text(if is_told { "" } else { &bar.said });
    d.text(" ");
    d.each(&bar.next, |d, (href, title)| {
        d.el("span", attrs!["class" = "next"], |d| {
            d.say(Text::NextSituation);
            d.text(" ");
            d.leaf("a", attrs!["href": href], title);
        });
    });
}

fn more_button(d: &mut Draw<'_>, open: bool) {
    let button = attrs!["type" = "button", "id" = "more-button", "class" = "plain", "disabled": d.cx.inert,
        "aria-expanded": truth(open), "aria-controls": open.then_some("more")];
    d.el("button", button, |d| {
        d.click(Message::ToggledMore);
        d.say(Text::More);
    });
}

fn situations(d: &mut Draw<'_>, bar: &Bar) {
    let place = ("control wide", "situation", d.cx.text(Text::Situation));
    list(d, place, &mut |d| {
        d.chosen(Message::ChoseSituation);
        for group in &bar.situations {
            d.el("optgroup", attrs!["label": &group.heading], |d| {
                for (id, title) in &group.list {
                    option(d, id, title, *id == bar.situation);
                }
            });
        }
    });
}

/// A list under its label: class, id, label; its entries, and what a choice says.
fn list(d: &mut Draw<'_>, (class, id, label): (&'static str, &str, &str), entries: &mut dyn FnMut(&mut Draw<'_>)) {
    d.el("div", attrs!["class": class], |d| {
        d.leaf("label", attrs!["class" = "label", "for": id], label);
        d.el("select", attrs!["id": id, "disabled": d.cx.inert], |d| {
            entries(d);
        });
    });
}

/// An entry of a list. Which one is on is set as a property: the attribute would lose its say as soon as the reader has
/// chosen by hand, and going back would leave the list where it was.
fn option(d: &mut Draw<'_>, value: &str, label: &str, on: bool) {
    d.leaf("option", attrs!["value": value, "selected": Value::Property(on)], label);
}

/// Draws one control. Its id is `control-` and its key. An `extra` one gives way on narrow screens.
fn control(d: &mut Draw<'_>, control: &Control, extra: bool) {
    let id = format!("control-{}", control.key);
    let class = if extra { "control extra" } else { "control" };
    match &control.kind {
        ControlKind::Switch(choices) => {
            let buttons: Vec<SwitchButton> = choices.iter().map(|choice| button(control, choice)).gather();
            switch(d, class, &id, &control.label, &buttons);
        }
        ControlKind::List(choices) => {
            list(d, (class, &id, &control.label), &mut |d| {
                let key = control.key.clone();
                d.chosen(move |value| Message::ChoseValue { key: key.clone(), value });
                for choice in choices {
                    option(d, &choice.value, &choice.label, choice.on);
                }
            });
        }
        ControlKind::Text { value, error, multiline } => text(d, control, &id, (value, error.as_deref()), *multiline),
    }
}

fn button(control: &Control, choice: &Choice) -> SwitchButton {
    let message = Message::ChoseValue { key: control.key.clone(), value: choice.value.clone() };
    SwitchButton { value: choice.value.clone(), label: choice.label.clone(), on: choice.on, message }
}

fn text(d: &mut Draw<'_>, control: &Control, id: &str, (value, error): (&str, Option<&str>), multiline: bool) {
    let error_id = format!("{id}-error");
    let described = error.map(|_| error_id.as_str());
    let invalid = error.map(|_| "true");
    let class = if multiline { "control field broad" } else { "control field" };
    d.el("div", attrs!["class": class], |d| {
        d.leaf("label", attrs!["class" = "label", "for": id], &control.label);
        if multiline {
            let area = attrs!["id": id, "rows" = "4", "spellcheck" = "false", "disabled": d.cx.inert,
                "aria-invalid": invalid, "aria-describedby": described];
            d.el("textarea", area, |d| typed(d, control, value));
        } else {
            let line = attrs!["id": id, "type" = "text", "autocomplete" = "off", "spellcheck" = "false",
                "disabled": d.cx.inert, "aria-invalid": invalid, "aria-describedby": described];
            d.el("input", line, |d| typed(d, control, value));
        }
        d.each(error, |d, error| d.leaf("p", attrs!["class" = "error", "id": &error_id, "role" = "alert"], error));
    });
}

fn typed(d: &mut Draw<'_>, control: &Control, value: &str) {
    let key = control.key.clone();
    d.value(value);
    d.typed(move |value| Message::TypedValue { key: key.clone(), value });
}
