//! The time line of a connection attempt: when each SYN goes out, and when the system gives up.
//!
//! Drawn to scale. All times come ready; the only arithmetic is from seconds to the width of the picture.

use crate::knowledge::Text;
use crate::present::view::Schedule;
use crate::ui::draw::{Draw, attrs};

/// The picture's width and its margins.
const WIDTH: u64 = 860;
const MARGIN: u64 = 10;

/// Draws the time line.
pub fn view(d: &mut Draw<'_>, schedule: &Schedule) {
    d.el("figure", attrs!["class" = "schedule"], |d| {
        let frame = format!("0 0 {WIDTH} 42");
        let frame = attrs!["viewBox": &frame, "preserveAspectRatio" = "none", "role" = "img",
            "aria-label": &schedule.description];
        d.el("svg", frame, |d| picture(d, schedule));
        d.el("div", attrs!["class" = "times", "aria-hidden" = "true"], |d| {
            d.plain("span", &seconds(0));
            d.each(schedule.sent.iter().find(|(_, now)| *now), |d, (at, _)| {
                d.plain("b", &[d.cx.text(Text::StateAfter), " ", &seconds(*at)].concat());
            });
            d.plain("span", &schedule.ends_label);
        });
        d.plain("figcaption", &schedule.remark);
    });
}

fn picture(d: &mut Draw<'_>, schedule: &Schedule) {
    let length = schedule.sent.iter().map(|(at, _)| *at).fold(schedule.ends, u64::max).max(1);
    // A picture stretched over a page shows no less than its own units.
    let x = |at: u64| (MARGIN + at.min(length) * (WIDTH - 2 * MARGIN) / length).to_string();
    d.empty("line", attrs!["class" = "axis", "x1" = "0", "x2": &WIDTH.to_string(), "y1" = "40", "y2" = "40"]);
    d.each(&schedule.sent, |d, (at, now)| {
        let (class, top) = if *now { ("sent now", "6") } else { ("sent", "14") };
        let x = x(*at);
        d.empty("line", attrs!["class": class, "x1": &x, "x2": &x, "y1": top, "y2" = "40"]);
    });
    let end = x(schedule.ends);
    d.empty("line", attrs!["class" = "ends", "x1": &end, "x2": &end, "y1" = "24", "y2" = "40"]);
}

/// Milliseconds as seconds with at most one decimal.
fn seconds(millis: u64) -> String {
    let tenths = (millis + 50) / 100;
    match tenths % 10 {
        0 => format!("{} s", tenths / 10),
        tenth => format!("{}.{tenth} s", tenths / 10),
    }
}
