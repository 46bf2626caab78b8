//! The player: five buttons, the scrubber with its marks, position, speed.
//!
//! The buttons are one toolbar with one Tab stop; arrows move inside it.

use std::sync::Arc;

use crate::knowledge::Text;
use crate::present::view::{Lane, Tone, Transport};
use crate::ui::context::{SwitchButton, lane_class, section, switch, truth};
use crate::ui::draw::{Draw, attrs, class_if, classes};
use crate::ui::message::Message;
use crate::ui::settings::{Settings, Speed};
use crate::ui::still::number;

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
pub fn view(d: &mut Draw<'_>, transport: &Transport, player: &Player<'_>) {
    let position = [("step", (transport.step + 1).to_string()), ("steps", transport.steps.to_string())];
    let position = position.each_ref().map(|(name, value)| (*name, value.as_str()));
    section(d, "player", Text::Player, |d| {
        toolbar(d, transport, player);
        scrubber(d, transport, player.edition);
        d.el("p", attrs!["class" = "position"], |d| {
            d.el("span", attrs![], |d| {
                d.leaf("span", attrs!["id" = "position"], &d.cx.words.fill(Text::Position, &position));
                d.text(" · ");
                d.leaf("span", attrs!["id" = "time"], &transport.time);
            });
        });
        let settings = *player.settings;
        d.still([player.edition, 0, 0], move |d| self::settings(d, settings));
    });
}

fn settings(d: &mut Draw<'_>, settings: Settings) {
    speed(d, "speed", settings.speed);
    let button = attrs!["type" = "button", "id" = "hide-ahead", "class" = "plain", "disabled": d.cx.inert,
        "aria-pressed": truth(settings.hide_ahead)];
    d.el("button", button, |d| {
        d.keep_focus();
        d.click(Message::ToggledHideAhead);
        d.say(Text::HideAhead);
    });
}

fn toolbar(d: &mut Draw<'_>, transport: &Transport, player: &Player<'_>) {
    let at_start = transport.step == 0;
    let at_end = transport.step + 1 >= transport.steps;
    let (playing, tab_stop) = (player.playing, player.tab_stop);
    let state = u32::from(at_start) + 2 * u32::from(at_end) + 4 * u32::from(playing);
    d.still([player.edition, state, number(tab_stop)], move |d| {
        let toolbar = attrs!["class" = "toolbar", "role" = "toolbar", "aria-label": Text::StepButtons];
        d.el("div", toolbar, |d| buttons(d, (at_start, at_end), playing, tab_stop));
    });
}

fn buttons(d: &mut Draw<'_>, (at_start, at_end): (bool, bool), playing: bool, tab_stop: usize) {
    let (play, play_icon) =
        if playing { (Text::Pause, "M1 0h4v14H1zM7 0h4v14H7z") } else { (Text::Play, "M0 0l12 7L0 14z") };
    let buttons = [
        (Text::First, Message::PressedFirst, "M0 1h2v12H0zM14 1v12L3 7z", at_start),
        (Text::Back, Message::PressedBack, "M11 1v12L1 7z", at_start),
        (play, Message::PressedPlay, play_icon, false),
        (Text::Next, Message::PressedNext, "M3 1l10 6L3 13z", at_end),
        (Text::Last, Message::PressedLast, "M12 1h2v12h-2zM0 1l11 6L0 13z", at_end),
    ];
    for (index, ((name, message, icon, idle), id)) in buttons.into_iter().zip(BUTTONS).enumerate() {
        let name = d.cx.text(name);
        let button = attrs!["type" = "button", "id": id, "disabled": d.cx.inert,
            "aria-disabled": idle.then_some("true"), "tabindex": tab_stop_if(index == tab_stop), "title": name,
            "aria-label": name];
        d.el("button", button, |d| {
            d.keep_focus();
            d.focus(Message::MovedInToolbar(index));
            d.click(message);
            let frame = attrs!["width" = "14", "height" = "14", "viewBox" = "0 0 14 14", "aria-hidden" = "true"];
            d.el("svg", frame, |d| d.empty("path", attrs!["d": icon]));
        });
    }
}

/// The `tabindex` of something that is the Tab stop among its like, or is not.
pub(super) const fn tab_stop_if(is: bool) -> &'static str {
    if is { "0" } else { "-1" }
}

fn scrubber(d: &mut Draw<'_>, transport: &Transport, edition: u32) {
    let last = transport.steps.saturating_sub(1);
    d.el("div", attrs!["class" = "scrubber"], |d| d.el("div", attrs![], |d| slider(d, transport, edition, last)));
}

fn slider(d: &mut Draw<'_>, transport: &Transport, edition: u32, last: usize) {
    let frame = format!("0 0 {WIDTH} 26");
    d.el("svg", attrs!["viewBox": &frame, "preserveAspectRatio" = "none", "aria-hidden" = "true"], |d| {
        let done = place(transport.step, last);
        d.empty("rect", attrs!["class" = "track", "y" = "11", "width": WIDTH, "height" = "4"]);
        d.empty("rect", attrs!["class" = "done", "y" = "11", "width": done, "height" = "4"]);
        let (marks, phases) = (Arc::clone(&transport.marks), Arc::clone(&transport.phases));
        d.still([edition, 0, 0], move |d| self::marks(d, &marks, &phases, last));
    });
    let range = attrs!["type" = "range", "id" = "scrubber", "min" = "0", "max": last, "step" = "1",
        "disabled": d.cx.inert, "aria-label": Text::Scrubber, "aria-valuetext": &transport.value_text];
    d.el("input", range, |d| {
        d.value(&transport.step.to_string());
        d.typed(|value| Message::ChoseStep(value.parse().unwrap_or(0)));
    });
}

/// Where a step stands on the scrubber.
fn place(step: usize, last: usize) -> usize {
    (step.min(last) * WIDTH).checked_div(last).unwrap_or(0)
}

fn marks(d: &mut Draw<'_>, marks: &[(usize, Lane, Tone)], phases: &[usize], last: usize) {
    for step in phases.iter().filter(|step| **step > 0) {
        let x = place(*step, last);
        d.empty("line", attrs!["class" = "border", "x1": x, "x2": x, "y1" = "9", "y2" = "17"]);
    }
    for (step, lane, tone) in marks {
        let (top, bottom) = if *lane == Lane::Server { ("17", "24") } else { ("2", "9") };
        let class = classes(&["mark", lane_class(*lane), class_if(*tone == Tone::Bad, "bad")]);
        let x = place(*step, last);
        d.empty("line", attrs!["class": &class, "x1": x, "x2": x, "y1": top, "y2": bottom]);
    }
}

/// The three speeds as a switch with this id.
pub fn speed(d: &mut Draw<'_>, id: &str, on: Speed) {
    let name = |speed| match speed {
        Speed::Half => Text::SpeedHalf,
        Speed::One => Text::SpeedOne,
        Speed::Two => Text::SpeedTwo,
    };
    let choices = Speed::ALL.map(|speed| SwitchButton {
        value: speed.id().to_owned(),
        label: d.cx.text(name(speed)).to_owned(),
        on: speed == on,
        message: Message::ChoseSpeed(speed),
    });
    switch(d, "control", id, d.cx.text(Text::Speed), &choices);
}
