//! The situation bar: the controls that shape a run, and one sentence on what they lead to.
//!
//! Keys, values and words of the controls come ready; this module knows none of them.

use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;
use yew::virtual_dom::VTag;

use crate::knowledge::Text;
use crate::present::view::{Bar, Choice, Control, ControlKind};
use crate::ui::context::{Context, SwitchButton, tone_class, truth};
use crate::ui::message::Message;

/// How many controls stay on the narrowest screens while the further ones are closed.
const ALWAYS: usize = 2;

/// Draws the bar. `open` tells whether the further controls are shown, `is_told` whether its sentence stands elsewhere.
pub fn view(cx: &Context, bar: &Bar, open: bool, is_told: bool) -> Html {
    let more = (!bar.more.is_empty()).then(|| more_button(cx, open));
    let next = bar.next.as_ref().map(|(href, title)| {
        html! { <span class="next">{ cx.text(Text::NextSituation) }{ " " }<a href={href.clone()}>{ title }</a></span> }
    });
    let body = html! {
        <>
            <div class="controls">
                { situations(cx, bar) }
                { for bar.controls.iter().enumerate().map(|(index, one)| control(cx, one, index >= ALWAYS)) }
                { more }
            </div>
            if open && !bar.more.is_empty() {
                <div class="more" id="more" role="group" aria-label={cx.text(Text::MoreHeading).to_owned()}>
                    { for bar.more.iter().map(|one| control(cx, one, false)) }
                </div>
            }
            <p class="said" id="said">
                <strong class={tone_class(bar.tone)}>{ &bar.verdict }</strong>{ " " }{ if is_told { "" } else { &bar.said } }{ " " }{ next }
            </p>
        </>
    };
    cx.section("bar", Text::Situation, body)
}

fn more_button(cx: &Context, open: bool) -> Html {
    html! {
        <button type="button" id="more-button" class="plain" disabled={cx.inert} aria-expanded={truth(open)}
            aria-controls={open.then_some("more")} onclick={cx.on(Message::ToggledMore)}>{ cx.text(Text::More) }</button>
    }
}

fn situations(cx: &Context, bar: &Bar) -> Html {
    let chose = cx.send.reform(|event: Event| {
        let select: HtmlSelectElement = event.target_unchecked_into();
        Message::ChoseSituation(select.value())
    });
    let options = bar.situations.iter().map(|(id, title)| option(id, title, *id == bar.situation));
    html! {
        <div class="control wide">
            <label class="label" for="situation">{ cx.text(Text::Situation) }</label>
            <select id="situation" disabled={cx.inert} onchange={chose}>{ for options }</select>
        </div>
    }
}

/// One entry of a list. Whether it is on is set as a property: the attribute would lose its say as soon as the reader
/// has chosen by hand, and going back would leave the list where it was.
fn option(value: &str, label: &str, on: bool) -> Html {
    let mut option = VTag::new("option");
    option.add_attribute("value", value.to_owned());
    option.add_property("selected", on);
    option.add_child(html! { { label } });
    option.into()
}

/// Draws one control. Its id is `control-` and its key. An `extra` one gives way on narrow screens.
fn control(cx: &Context, control: &Control, extra: bool) -> Html {
    let id = format!("control-{}", control.key);
    let class = if extra { "control extra" } else { "control" };
    match &control.kind {
        ControlKind::Switch(choices) => {
            cx.switch_of(class, &id, &control.label, choices.iter().map(|choice| button(control, choice)))
        }
        ControlKind::List(choices) => list(cx, control, choices, (class, id)),
        ControlKind::Text { value, error, multiline } => text(cx, control, id, (value, error.as_deref()), *multiline),
    }
}

fn button(control: &Control, choice: &Choice) -> SwitchButton {
    let message = Message::ChoseValue { key: control.key.clone(), value: choice.value.clone() };
    SwitchButton { value: choice.value.clone(), label: choice.label.clone(), on: choice.on, message }
}

fn list(cx: &Context, control: &Control, choices: &[Choice], (class, id): (&'static str, String)) -> Html {
    let key = control.key.clone();
    let chose = cx.send.reform(move |event: Event| {
        let select: HtmlSelectElement = event.target_unchecked_into();
        Message::ChoseValue { key: key.clone(), value: select.value() }
    });
    let options = choices.iter().map(|choice| option(&choice.value, &choice.label, choice.on));
    html! {
        <div class={class}>
            <label class="label" for={id.clone()}>{ &control.label }</label>
            <select id={id} disabled={cx.inert} onchange={chose}>{ for options }</select>
        </div>
    }
}

fn text(cx: &Context, control: &Control, id: String, (value, error): (&str, Option<&str>), multiline: bool) -> Html {
    let error_id = format!("{id}-error");
    let described = error.map(|_| error_id.clone());
    let invalid = error.map(|_| "true");
    let key = control.key.clone();
    let field = if multiline {
        let typed = cx.send.reform(move |event: InputEvent| {
            let field: HtmlTextAreaElement = event.target_unchecked_into();
            Message::TypedValue { key: key.clone(), value: field.value() }
        });
        html! {
            <textarea id={id.clone()} rows="4" spellcheck="false" disabled={cx.inert} value={value.to_owned()}
                aria-invalid={invalid} aria-describedby={described} oninput={typed}/>
        }
    } else {
        let typed = cx.send.reform(move |event: InputEvent| {
            let field: HtmlInputElement = event.target_unchecked_into();
            Message::TypedValue { key: key.clone(), value: field.value() }
        });
        html! {
            <input id={id.clone()} type="text" autocomplete="off" spellcheck="false" disabled={cx.inert}
                value={value.to_owned()} aria-invalid={invalid} aria-describedby={described} oninput={typed}/>
        }
    };
    html! {
        <div class={classes!("control", "field", multiline.then_some("broad"))}>
            <label class="label" for={id}>{ &control.label }</label>
            { field }
            if let Some(error) = error { <p class="error" id={error_id} role="alert">{ error }</p> }
        </div>
    }
}
