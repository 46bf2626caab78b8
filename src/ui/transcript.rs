//! The transcript: one ordered list of everything that happened, with phases as headings.
//!
//! Rows come ready to show. A row is pressed by its time (a button) or anywhere with the mouse; only the current
//! row's button is a Tab stop, the others are reached by stepping.

use std::rc::Rc;
use std::sync::Arc;

use yew::prelude::*;

use crate::knowledge::Text;
use crate::present::view::{self, EventRow, Lane, Row, Tone};
use crate::ui::context::{Context, keep_focus, lane_class};
use crate::ui::message::Message;
use crate::ui::still::Still;

/// Where the reader stands, and which rows are open to the eye.
pub struct Place<'a> {
    /// The current step.
    pub step: usize,
    /// Which edition of the page the rows belong to; within one they do not change.
    pub edition: u32,
    /// Are rows after it hidden?
    pub hide_ahead: bool,
    /// Tells whether the secret of a step is revealed.
    pub revealed: &'a dyn Fn(usize) -> bool,
}

/// Draws the list.
pub fn view(cx: &Context, rows: &Arc<[Row]>, place: &Place<'_>) -> Html {
    let shown = rows.iter().enumerate();
    let shown = shown.filter(|(index, _)| !place.hide_ahead || is_reached(rows, *index, place.step));
    let items = shown.map(|(index, row)| match row {
        Row::Heading(title) => html! { <li key={index} class="phase"><h3>{ title }</h3></li> },
        Row::Event(event) => still_row(cx, rows, index, Look::of(event, place), place.edition),
    });
    let list = html! {
        <div class="scroll" id="transcript" tabindex="0" role="group" aria-labelledby="wire-name">
            <ol role="list">{ for items }</ol>
        </div>
    };
    cx.section("wire", Text::Transcript, list)
}

/// What changes about a row while the run stays.
#[derive(Clone, Copy)]
struct Look {
    now: bool,
    later: bool,
    revealed: bool,
}

impl Look {
    fn of(row: &EventRow, place: &Place<'_>) -> Self {
        Self {
            now: (row.step..=row.last).contains(&place.step),
            later: row.step > place.step,
            revealed: (place.revealed)(row.step),
        }
    }
}

/// A row that is drawn again only when it looks different.
fn still_row(cx: &Context, rows: &Arc<[Row]>, index: usize, look: Look, edition: u32) -> Html {
    let (cx, rows) = (cx.clone(), Arc::clone(rows));
    let draw: Rc<dyn Fn() -> Html> = Rc::new(move || match rows.get(index) {
        Some(Row::Event(row)) => row_item(&cx, row, look),
        _ => Html::default(),
    });
    let stamp = [edition, u32::from(look.now) + 2 * u32::from(look.later), u32::from(look.revealed)];
    html! { <Still key={index} {stamp} {draw}/> }
}

/// Has the reader come to this row? A heading counts as reached with the first row below it.
fn is_reached(rows: &[Row], index: usize, step: usize) -> bool {
    rows.iter().skip(index).find_map(|row| match row {
        Row::Heading(_) => None,
        Row::Event(event) => Some(event.step <= step),
    }) == Some(true)
}

fn row_item(cx: &Context, row: &EventRow, Look { now, later, revealed }: Look) -> Html {
    let class = classes!(
        "row",
        lane_class(row.lane),
        (row.tone == Tone::Bad).then_some("bad"),
        now.then_some("now"),
        later.then_some("later")
    );
    let go = cx.on::<MouseEvent>(Message::ChoseStep(row.step));
    let (short, long) = lane_words(row.lane);
    html! {
        <li class={class} aria-current={now.then_some("step")} onclick={go}>
            <button type="button" class="time" tabindex={if now { "0" } else { "-1" }} disabled={cx.inert}
                onmousedown={keep_focus()}
                aria-label={format!("{} {}", row.time, row.name)}>{ &row.time }</button>
            <span class="side" aria-hidden="true">{ cx.text(short) }</span>
            <div class="text">
                <span class="vh">{ cx.text(long) }{ ": " }</span>
                { for row.lines.iter().map(|line| line_item(cx, line, row.step, revealed)) }
                if later { <span class="vh">{ " (" }{ cx.text(Text::YetToCome) }{ ")" }</span> }
            </div>
        </li>
    }
}

fn line_item(cx: &Context, line: &view::Text, step: usize, revealed: bool) -> Html {
    match line {
        view::Text::Shown(text) => html! { <span class="line">{ text }</span> },
        view::Text::Veiled { veiled, sent, decoded } => html! {
            <span class="line">
                { if revealed { sent } else { veiled } }
                { reveal(cx, step, revealed) }
                if revealed { { self::decoded(cx, decoded) } }
            </span>
        },
    }
}

/// What a secret means, once it is revealed.
pub(super) fn decoded(cx: &Context, meaning: &str) -> Html {
    html! { <span class="decoded"><span class="vh">{ cx.text(Text::Decoded) }{ ": " }</span>{ meaning }</span> }
}

/// The button that lifts or lowers the veil. Pressing it is no step.
fn reveal(cx: &Context, step: usize, revealed: bool) -> Html {
    let press = cx.send.reform(move |event: MouseEvent| {
        event.stop_propagation();
        Message::ToggledReveal(step)
    });
    let name = if revealed { Text::Veil } else { Text::Reveal };
    html! {
        <button type="button" class="reveal" disabled={cx.inert} onclick={press}>{ cx.text(name) }</button>
    }
}

/// The short mark of a side or layer, and its name.
const fn lane_words(lane: Lane) -> (Text, Text) {
    match lane {
        Lane::Client => (Text::LaneClientShort, Text::LaneClient),
        Lane::Server => (Text::LaneServerShort, Text::LaneServer),
        Lane::Tcp => (Text::LaneTcp, Text::LaneTcp),
        Lane::Tls => (Text::LaneTls, Text::LaneTls),
        Lane::Dns => (Text::LaneDns, Text::LaneDns),
        Lane::Note => (Text::LaneNoteShort, Text::LaneNote),
    }
}
