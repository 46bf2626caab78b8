//! The time line of a connection attempt: when each SYN goes out, and when the system gives up.
//!
//! Drawn to scale. All times come ready; the only arithmetic is from seconds to the width of the picture.

use yew::prelude::*;

use crate::knowledge::Text;
use crate::present::view::Schedule;
use crate::ui::context::Context;

const WIDTH: f32 = 860.0;
const LEFT: f32 = 10.0;

/// Draws the time line.
pub fn view(cx: &Context, schedule: &Schedule) -> Html {
    let length = schedule.sent.iter().map(|(at, _)| *at).fold(schedule.ends, f32::max).max(0.001);
    let x = |seconds: f32| LEFT + (seconds / length).clamp(0.0, 1.0) * (WIDTH - 2.0 * LEFT);
    let sent = schedule.sent.iter().map(|(at, now)| {
        let (class, top) = if *now { ("sent now", "6") } else { ("sent", "14") };
        let x = coordinate(x(*at));
        html! { <line class={class} x1={x.clone()} x2={x} y1={top} y2="40"/> }
    });
    let current = schedule.sent.iter().find(|(_, now)| *now).map(|(at, _)| {
        html! { <b>{ cx.text(Text::StateAfter) }{ " " }{ seconds(*at) }</b> }
    });
    let end = coordinate(x(schedule.ends));
    html! {
        <figure class="schedule">
            <svg viewBox={format!("0 0 {WIDTH} 42")} preserveAspectRatio="none" role="img"
                aria-label={schedule.description.clone()}>
                <line class="axis" x1="0" x2={coordinate(WIDTH)} y1="40" y2="40"/>
                { for sent }
                <line class="ends" x1={end.clone()} x2={end.clone()} y1="24" y2="40"/>
            </svg>
            <div class="times" aria-hidden="true"><span>{ seconds(0.0) }</span>{ current }<span>{ &schedule.ends_label }</span></div>
            <figcaption>{ &schedule.remark }</figcaption>
        </figure>
    }
}

fn coordinate(x: f32) -> String {
    format!("{x:.1}")
}

fn seconds(at: f32) -> String {
    if at.fract().abs() < 0.05 { format!("{at:.0} s") } else { format!("{at:.1} s") }
}
