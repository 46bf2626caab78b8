//! The time line of a connection attempt: when each SYN goes out, and when the system gives up.
//!
//! Drawn to scale. All times come ready; the only arithmetic is from seconds to the width of the picture.

use yew::prelude::*;

use crate::knowledge::Text;
use crate::present::view::Schedule;
use crate::ui::context::Context;

/// The picture's width and its margins.
const WIDTH: u64 = 860;
const MARGIN: u64 = 10;

/// Draws the time line.
pub fn view(cx: &Context, schedule: &Schedule) -> Html {
    let length = schedule.sent.iter().map(|(at, _)| *at).fold(schedule.ends, u64::max).max(1);
    // A picture stretched over a page shows no less than its own units.
    let x = |at: u64| (MARGIN + at.min(length) * (WIDTH - 2 * MARGIN) / length).to_string();
    let sent = schedule.sent.iter().map(|(at, now)| {
        let (class, top) = if *now { ("sent now", "6") } else { ("sent", "14") };
        let x = x(*at);
        html! { <line class={class} x1={x.clone()} x2={x} y1={top} y2="40"/> }
    });
    let current = schedule.sent.iter().find(|(_, now)| *now).map(|(at, _)| {
        html! { <b>{ cx.text(Text::StateAfter) }{ " " }{ seconds(*at) }</b> }
    });
    let end = x(schedule.ends);
    html! {
        <figure class="schedule">
            <svg viewBox={format!("0 0 {WIDTH} 42")} preserveAspectRatio="none" role="img"
                aria-label={schedule.description.clone()}>
                <line class="axis" x1="0" x2={WIDTH.to_string()} y1="40" y2="40"/>
                { for sent }
                <line class="ends" x1={end.clone()} x2={end.clone()} y1="24" y2="40"/>
            </svg>
            <div class="times" aria-hidden="true"><span>{ seconds(0) }</span>{ current }<span>{ &schedule.ends_label }</span></div>
            <figcaption>{ &schedule.remark }</figcaption>
        </figure>
    }
}

/// Milliseconds as seconds with at most one decimal.
fn seconds(millis: u64) -> String {
    let tenths = (millis + 50) / 100;
    match tenths % 10 {
        0 => format!("{} s", tenths / 10),
        tenth => format!("{}.{tenth} s", tenths / 10),
    }
}
