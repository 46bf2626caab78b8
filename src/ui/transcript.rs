//! The transcript: one ordered list of everything that happened, with phases as headings.
//!
//! Rows come ready to show. A row is pressed by its time (a button) or anywhere with the mouse; only the current
//! row's button is a Tab stop, the others are reached by stepping.

use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use crate::knowledge::Text;
use crate::present::view::{self, EventRow, Lane, Row, Tone};
use crate::ui::context::{lane_class, section};
use crate::ui::draw::{Draw, attrs, class_if, classes};
use crate::ui::message::Message;
use crate::ui::still::number;
use crate::ui::transport::tab_stop_if;

/// The id of the row that begins at this step.
pub(super) fn id(step: usize) -> String {
    format!("row-{step}")
}

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
    pub revealed: Rc<Vec<usize>>,
}

/// Draws the list.
pub fn view(d: &mut Draw<'_>, rows: &Arc<[Row]>, place: &Place) {
    section(d, "wire", Text::Transcript, |d| {
        let list = attrs![
            "class" = "scroll",
            "id" = "transcript",
            "tabindex" = "0",
            "role" = "group",
            "aria-labelledby" = "wire-name"
        ];
        d.el("div", list, |d| {
            d.el("ol", attrs!["role" = "list"], |d| {
                let mut end = 0;
                for phase in rows.chunk_by(|_, next| next.event().is_some()) {
                    let start = end;
                    end += phase.len();
                    still_phase(d, rows, start..end, place);
                }
            });
        });
    });
}

/// A phase, drawn again only when the reader comes, moves on in it or leaves, or lifts a veil.
fn still_phase(d: &mut Draw<'_>, rows: &Arc<[Row]>, range: Range<usize>, place: &Place) {
    let events = || rows.get(range.clone()).unwrap_or_default().iter().filter_map(Row::event);
    let first = events().next().map_or(0, |row| row.step);
    let last = events().next_back().map_or(0, |row| row.last);
    // Before it or after it, it looks the same at every step.
    let at = place.step.clamp(first, last + 1) + usize::from(place.step >= first);
    let here = place.revealed.iter().filter(|step| (first..=last).contains(*step));
    let revealed = here.fold(0, |all: usize, step| all.wrapping_mul(31).wrapping_add(step + 1));
    let (rows, place) = (Arc::clone(rows), place.clone());
    d.still([place.edition, number(at), number(revealed)], move |d| {
        for at in range.clone() {
            // A heading is reached with the first row below it.
            let row = rows.get(at).and_then(Row::event);
            if !place.hide_ahead || row.map_or(first, |row| row.step) <= place.step {
                still_row(d, &rows, at, &place);
            }
        }
    });
}

/// A row, drawn again only when it looks different.
fn still_row(d: &mut Draw<'_>, rows: &Arc<[Row]>, at: usize, place: &Place) {
    match rows.get(at) {
        None => {}
        Some(Row::Heading(title)) => d.el("li", attrs!["class" = "phase"], |d| d.plain("h3", title)),
        Some(Row::Event(row)) => {
            let look = Look {
                now: (row.step..=row.last).contains(&place.step),
                later: row.step > place.step,
                revealed: place.revealed.contains(&row.step),
            };
            let stamp = [place.edition, u32::from(look.now) + 2 * u32::from(look.later), u32::from(look.revealed)];
            let rows = Arc::clone(rows);
            d.still(stamp, move |d| {
                if let Some(row) = rows.get(at).and_then(Row::event) {
                    row_item(d, row, look);
                }
            });
        }
    }
}

/// What changes about a row while the run stays.
#[derive(Clone, Copy)]
struct Look {
    now: bool,
    later: bool,
    revealed: bool,
}

fn row_item(d: &mut Draw<'_>, row: &EventRow, look: Look) {
    let class =
        classes(&["row", lane_class(row.lane), class_if(row.tone == Tone::Bad, "bad"), class_if(look.later, "later")]);
    d.el("li", attrs!["class": &class, "id": &id(row.step), "aria-current": look.now.then_some("step")], |d| {
        d.click(Message::ChoseStep(row.step));
        let later = if look.later { [" (", d.cx.text(Text::YetToCome), ")"].concat() } else { String::new() };
        let name = [row.time.as_str(), " ", row.name.as_str(), later.as_str()].concat();
        let button = attrs!["type" = "button", "class" = "time", "tabindex": tab_stop_if(look.now),
            "disabled": d.cx.inert, "aria-label": &name];
        d.el("button", button, |d| {
            d.keep_focus();
            d.text(&row.time);
        });
        let (short, long) = lane_words(row.lane);
        d.word("span", attrs!["class" = "side", "aria-hidden" = "true"], short);
        d.el("div", attrs!["class" = "text"], |d| {
            unseen(d, long, ": ");
            d.each(&row.lines, |d, line| line_item(d, line, row.step, look.revealed));
        });
    });
}

/// A word for those who do not see the page.
fn unseen(d: &mut Draw<'_>, word: Text, then: &str) {
    d.leaf("span", attrs!["class" = "vh"], &[d.cx.text(word), then].concat());
}

fn line_item(d: &mut Draw<'_>, line: &view::Text, step: usize, revealed: bool) {
    match line {
        view::Text::Shown(text) => d.leaf("span", attrs!["class" = "line"], text),
        view::Text::Veiled { veiled, sent, decoded } => d.el("span", attrs!["class" = "line"], |d| {
            d.text(if revealed { sent } else { veiled });
            reveal(d, step, revealed);
            d.when(revealed, |d| self::decoded(d, decoded));
        }),
    }
}

/// What a secret means, once it is revealed.
pub(super) fn decoded(d: &mut Draw<'_>, meaning: &str) {
    d.el("span", attrs!["class" = "decoded"], |d| {
        unseen(d, Text::Decoded, ": ");
        d.text(meaning);
    });
}

/// The button that lifts or lowers the veil. Pressing it is no step.
fn reveal(d: &mut Draw<'_>, step: usize, revealed: bool) {
    d.el("button", attrs!["type" = "button", "class" = "reveal", "disabled": d.cx.inert], |d| {
        d.click_here_only(Message::ToggledReveal(step));
        d.say(if revealed { Text::Veil } else { Text::Reveal });
    });
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
