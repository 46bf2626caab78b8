//! The player: five buttons, the scrubber with its marks, position, speed.
//!
//! The buttons are one toolbar with one Tab stop; arrows move inside it.

use std::sync::Arc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::knowledge::Text;
use crate::present::view::{Lane, Tone, Transport};
use crate::ui::context::{Context, SwitchButton, keep_focus, lane_class, truth};
use crate::ui::message::Message;
use crate::ui::settings::{Settings, Speed};
use crate::ui::still::still;

/// The buttons' ids, in their order on the toolbar.
pub const BUTTONS: [&str; 5] = ["first", "back", "play", "next", "last"];

/// The width of the scrubber's picture in its own units.
const WIDTH: usize = 10_000;

/// How the player stands.
pub struct Player<'a> {
    /// The reader's settings.
    pub settings: &'a Settings,
    /// Is it playing?
    pub playing: bool,
    /// The toolbar button that is the Tab stop.
    pub tab_stop: usize,
    /// The page's edition: within one, marks and settings do not change.
    pub edition: u32,
}

/// Draws the player.
pub fn view(cx: &Context, transport: &Transport, player: &Player<'_>) -> Html {
    let position = [("step", (transport.step + 1).to_string()), ("steps", transport.steps.to_string())];
    let position = position.each_ref().map(|(name, value)| (*name, value.as_str()));
    let body = html! {
        <>
            { toolbar(cx, transport, player) }
            { scrubber(cx, transport, player.edition) }
            <p class="position"><span id="position">{ cx.words.fill(Text::Position, &position) }</span>{ " · " }<span id="time">{ &transport.time }</span></p>
            { settings(cx, player) }
        </>
    };
    cx.section("player", Text::Player, body)
}

fn settings(cx: &Context, player: &Player<'_>) -> Html {
    let (cx, settings) = (cx.clone(), *player.settings);
    still([player.edition, 0, 0], move || {
        html! {
            <>
                { speed(&cx, "speed", settings.speed) }
                <button type="button" id="hide-ahead" class="plain" disabled={cx.inert}
                    aria-pressed={truth(settings.hide_ahead)} onmousedown={keep_focus()}
                    onclick={cx.on(Message::ToggledHideAhead)}>{ cx.text(Text::HideAhead) }</button>
            </>
        }
    })
}

fn toolbar(cx: &Context, transport: &Transport, player: &Player<'_>) -> Html {
    let at_start = transport.step == 0;
    let at_end = transport.step + 1 >= transport.steps;
    let (playing, tab_stop, cx) = (player.playing, player.tab_stop, cx.clone());
    let state = u32::from(at_start) + 2 * u32::from(at_end) + 4 * u32::from(playing);
    let stop = u32::try_from(tab_stop).unwrap_or_default();
    still([player.edition, state, stop], move || buttons(&cx, (at_start, at_end), playing, tab_stop))
}

fn buttons(cx: &Context, (at_start, at_end): (bool, bool), playing: bool, tab_stop: usize) -> Html {
    let (play, play_icon) =
        if playing { (Text::Pause, "M1 0h4v14H1zM7 0h4v14H7z") } else { (Text::Play, "M0 0l12 7L0 14z") };
    let buttons = [
        (Text::First, Message::PressedFirst, "M0 1h2v12H0zM14 1v12L3 7z", at_start),
        (Text::Back, Message::PressedBack, "M11 1v12L1 7z", at_start),
        (play, Message::PressedPlay, play_icon, false),
        (Text::Next, Message::PressedNext, "M3 1l10 6L3 13z", at_end),
        (Text::Last, Message::PressedLast, "M12 1h2v12h-2zM0 1l11 6L0 13z", at_end),
    ];
    let buttons = buttons.into_iter().zip(BUTTONS).enumerate().map(|(index, ((name, message, icon, idle), id))| {
        let name = cx.text(name).to_owned();
        html! {
            <button type="button" id={id} disabled={cx.inert} aria-disabled={idle.then_some("true")}
                tabindex={if index == tab_stop { "0" } else { "-1" }} title={name.clone()} aria-label={name}
                onmousedown={keep_focus()} onfocus={cx.on(Message::MovedInToolbar(index))} onclick={cx.on(message)}>
                <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true"><path d={icon}/></svg>
            </button>
        }
    });
    html! { <div class="toolbar" role="toolbar" aria-label={cx.text(Text::StepButtons).to_owned()}>{ for buttons }</div> }
}

fn scrubber(cx: &Context, transport: &Transport, edition: u32) -> Html {
    let last = transport.steps.saturating_sub(1);
    let (marks, phases) = (Arc::clone(&transport.marks), Arc::clone(&transport.phases));
    let moved = cx.send.reform(|event: InputEvent| {
        let range: HtmlInputElement = event.target_unchecked_into();
        Message::ChoseStep(range.value().parse().unwrap_or(0))
    });
    html! {
        <div class="scrubber">
            <svg viewBox={format!("0 0 {WIDTH} 26")} preserveAspectRatio="none" aria-hidden="true">
                <rect class="track" y="11" width={WIDTH.to_string()} height="4"/>
                <rect class="done" y="11" width={place(transport.step, last).to_string()} height="4"/>
                { still([edition, 0, 0], move || self::marks(&marks, &phases, last)) }
            </svg>
            <input type="range" id="scrubber" min="0" max={last.to_string()} step="1" value={transport.step.to_string()}
                disabled={cx.inert} aria-label={cx.text(Text::Scrubber).to_owned()}
                aria-valuetext={transport.value_text.clone()} oninput={moved}/>
        </div>
    }
}

/// Where a step stands on the scrubber.
fn place(step: usize, last: usize) -> usize {
    (step.min(last) * WIDTH).checked_div(last).unwrap_or(0)
}

fn marks(marks: &[(usize, Lane, Tone)], phases: &[usize], last: usize) -> Html {
    let marks = marks.iter().map(|(step, lane, tone)| {
        let (top, bottom) = if *lane == Lane::Server { ("17", "24") } else { ("2", "9") };
        let class = classes!("mark", lane_class(*lane), (*tone == Tone::Bad).then_some("bad"));
        let x = place(*step, last).to_string();
        html! { <line class={class} x1={x.clone()} x2={x} y1={top} y2={bottom}/> }
    });
    let phases = phases.iter().filter(|step| **step > 0).map(|step| {
        let x = place(*step, last).to_string();
        html! { <line class="border" x1={x.clone()} x2={x} y1="9" y2="17"/> }
    });
    html! { <>{ for phases }{ for marks }</> }
}

/// The three speeds as a switch with this id.
pub fn speed(cx: &Context, id: &str, on: Speed) -> Html {
    let name = |speed| match speed {
        Speed::Half => Text::SpeedHalf,
        Speed::One => Text::SpeedOne,
        Speed::Two => Text::SpeedTwo,
    };
    let choices = Speed::ALL.into_iter().map(|speed| SwitchButton {
        value: speed.id().to_owned(),
        label: cx.text(name(speed)).to_owned(),
        on: speed == on,
        message: Message::ChoseSpeed(speed),
    });
    cx.switch(id, cx.text(Text::Speed), choices)
}
