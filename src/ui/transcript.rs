//! The transcript: one ordered list of everything that happened, with phases as headings.
//!
//! Rows come ready to show. A row is pressed by its time (a button) or anywhere with the mouse; only the current
//! row's button is a Tab stop, the others are reached by stepping.

use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use yew::prelude::*;

use crate::knowledge::Text;
use crate::present::view::{self, EventRow, Lane, Row, Tone};
use crate::ui::context::{Context, keep_focus, lane_class};
use crate::ui::message::Message;
use crate::ui::still::still;

/// Where the reader stands, and which rows are open to the eye.
#[derive(Clone)]
pub struct Place {
    /// The current step.
    pub step: usize,
    /// Which edition of the page the rows belong to; within one they do not change.
    pub edition: u32,
    /// Are rows after it hidden?
    pub hide_ahead: bool,
    /// The steps whose secret is revealed.
    pub revealed: Rc<BTreeSet<usize>>,
}

/// Draws the list.
pub fn view(cx: &Context, rows: &Arc<[Row]>, place: &Place) -> Html {
    let mut end = 0;
    let phases = rows.chunk_by(|_, next| next.event().is_some()).map(|phase| {
        let start = end;
        end += phase.len();
        still_phase(cx, rows, start..end, place)
    });
    let list = html! {
        <div class="scroll" id="transcript" tabindex="0" role="group" aria-labelledby="wire-name">
            <ol role="list">{ for phases }</ol>
        </div>
    };
    cx.section("wire", Text::Transcript, list)
}

/// A phase, drawn again only when the reader comes, moves on in it or leaves, or lifts a veil.
fn still_phase(cx: &Context, rows: &Arc<[Row]>, range: Range<usize>, place: &Place) -> Html {
    let events = || rows.get(range.clone()).unwrap_or_default().iter().filter_map(Row::event);
    let first = events().next().map_or(0, |row| row.step);
    let last = events().next_back().map_or(0, |row| row.last);
    // Before it or after it, it looks the same at every step.
    let at = place.step.clamp(first, last + 1) + usize::from(place.step >= first);
    let revealed = place.revealed.range(first..=last).fold(0, |all: usize, step| all * 31 + step + 1);
    let (cx, rows, place) = (cx.clone(), Arc::clone(rows), place.clone());
    still([place.edition, number(at), number(revealed)], move || {
        // A heading is reached with the first row below it.
        let reached = |at: &usize| {
            let row = rows.get(*at).and_then(Row::event);
            !place.hide_ahead || row.map_or(first, |row| row.step) <= place.step
        };
        html! { <>{ for range.clone().filter(reached).map(|at| still_row(&cx, &rows, at, &place)) }</> }
    })
}

/// A row, drawn again only when it looks different.
fn still_row(cx: &Context, rows: &Arc<[Row]>, at: usize, place: &Place) -> Html {
    match rows.get(at) {
        None => Html::default(),
        Some(Row::Heading(title)) => html! { <li class="phase"><h3>{ title }</h3></li> },
        Some(Row::Event(row)) => {
            let look = Look {
                now: (row.step..=row.last).contains(&place.step),
                later: row.step > place.step,
                revealed: place.revealed.contains(&row.step),
            };
            let stamp = [place.edition, u32::from(look.now) + 2 * u32::from(look.later), u32::from(look.revealed)];
            let (cx, rows) = (cx.clone(), Arc::clone(rows));
            still(stamp, move || {
                rows.get(at).and_then(Row::event).map(|row| row_item(&cx, row, look)).unwrap_or_default()
            })
        }
    }
}

/// A part of a stamp.
fn number(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

/// What changes about a row while the run stays.
#[derive(Clone, Copy)]
struct Look {
    now: bool,
    later: bool,
    revealed: bool,
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
