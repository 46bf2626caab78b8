//! The session's states: a row of chips, and the whole state diagram one click away.
//!
//! States and edges come derived from the machine. Here they only get places: states in a column, an arc for each
//! pair of states, forward ones on the right and backward ones on the left.

use litemap::LiteMap;

use crate::knowledge::Text;
use crate::present::view::{Diagram, StateChip};
use crate::ui::ahead::Ready;
use crate::ui::context::disclosure;
use crate::ui::draw::{Draw, attrs};
use crate::ui::explain;
use crate::ui::message::Message;

const ROW: usize = 46;
const CENTRE: usize = 270;
const HALF_BOX: usize = 74;

/// Draws chips and diagram.
pub fn session(d: &mut Draw<'_>, ready: &Ready) {
    let id = explain::id("diagram", ready.at);
    d.el("section", attrs!["class" = "block"], |d| {
        d.word("h3", attrs![], Text::HeadingStates);
        d.el("ol", attrs!["class" = "chips", "role" = "list"], |d| {
            ready.step.states.iter().for_each(|state| chip(d, state));
        });
        let label = d.cx.text(Text::DiagramSummary);
        disclosure(d, &id, ready.diagram.is_some(), label, Message::ToggledDiagram);
        d.each(&ready.diagram, |d, diagram| opened(d, diagram, ready.at));
    });
}

fn chip(d: &mut Draw<'_>, state: &StateChip) {
    let (class, mark) = match (state.before, state.after) {
        (_, true) => (Some("after"), Some(Text::StateAfter)),
        (true, false) => (Some("before"), Some(Text::StateBefore)),
        (false, false) => (None, None),
    };
    d.el("li", attrs!["class": class], |d| {
        d.text(&state.name);
        d.each(mark, |d, mark| d.leaf("span", attrs!["class" = "vh"], &[" (", d.cx.text(mark), ")"].concat()));
    });
}

fn opened(d: &mut Draw<'_>, diagram: &Diagram, at: usize) {
    let here = diagram.states.get(diagram.here).map_or("", String::as_str);
    d.el("div", attrs!["class" = "diagram", "id": &explain::id("diagram", at)], |d| {
        picture(d, diagram, here, &explain::id("arrow", at));
        d.plain("p", &d.cx.words.fill(Text::DiagramFrom, &[("state", here)]));
        d.el("ul", attrs![], |d| from_here(d, diagram));
    });
}

/// In words: what each verb leads to from the state after this event.
fn from_here(d: &mut Draw<'_>, diagram: &Diagram) {
    let mut by_goal: LiteMap<usize, Vec<&str>> = LiteMap::new();
    for (_, verb, goal) in diagram.edges.iter().filter(|(from, ..)| *from == diagram.here) {
        by_goal.entry(*goal).or_default().push(verb);
    }
    for (goal, verbs) in &by_goal {
        let name = diagram.states.get(*goal).map_or("", String::as_str);
        d.el("li", attrs![], |d| {
            d.plain("code", &verbs.join(", "));
            d.text(" → ");
            d.text(if *goal == diagram.here { d.cx.text(Text::DiagramStays) } else { name });
        });
    }
}

fn picture(d: &mut Draw<'_>, diagram: &Diagram, here: &str, arrow: &str) {
    let ends = format!("url(#{arrow})");
    let mut pairs: LiteMap<(usize, usize), Vec<&str>> = LiteMap::new();
    for (from, verb, to) in &diagram.edges {
        // What stays where it is would only be a loop on every box; the list below says it.
        if from != to && *from < diagram.states.len() && *to < diagram.states.len() {
            pairs.entry((*from, *to)).or_default().push(verb);
        }
    }
    // Names come last, so that no line runs through them; what leads away from here lies over the rest.
    let arc = |(ends, verbs): (&(usize, usize), &Vec<&str>)| Arc::new(*ends, verbs.join(" "), ends.0 == diagram.here);
    let (leaving, mut arcs): (Vec<Arc>, Vec<Arc>) = pairs.iter().map(arc).partition(|arc| arc.class == LEAVES);
    arcs.extend(leaving);
    let frame = format!("0 0 {} {}", 2 * CENTRE, diagram.states.len() * ROW + 6);
    let name = d.cx.words.fill(Text::DiagramName, &[("state", here)]);
    d.el("svg", attrs!["viewBox": &frame, "role" = "img", "aria-label": &name], |d| {
        d.el("defs", attrs![], |d| self::arrow(d, arrow));
        d.each(&arcs, |d, arc| arc.line(d, &ends));
        d.each(diagram.states.iter().enumerate(), |d, (index, name)| state(d, index, name, index == diagram.here));
        d.each(&arcs, |d, arc| arc.name(d));
    });
}

/// The head of the arcs.
fn arrow(d: &mut Draw<'_>, id: &str) {
    let marker = attrs![
        "id": id,
        "viewBox" = "0 0 8 8",
        "refX" = "7",
        "refY" = "4",
        "markerWidth" = "7",
        "markerHeight" = "7",
        "orient" = "auto"
    ];
    d.el("marker", marker, |d| d.empty("path", attrs!["d" = "M0 0L8 4L0 8z"]));
}

fn state(d: &mut Draw<'_>, index: usize, name: &str, here: bool) {
    d.el("g", attrs!["class": if here { "state here" } else { "state" }], |d| {
        let (x, y, width) = (CENTRE - HALF_BOX, index * ROW + 8, 2 * HALF_BOX);
        d.empty("rect", attrs!["x": x, "y": y, "width": width, "height" = "28", "rx" = "14"]);
        d.leaf("text", attrs!["x": CENTRE, "y": index * ROW + 27], name);
    });
}

/// The class of an arc that leads away from the present state.
const LEAVES: &str = "edge leaves";

/// One arc with its verbs at the turning point.
struct Arc {
    class: &'static str,
    path: String,
    name: String,
    at: (usize, usize),
    anchor: &'static str,
}

impl Arc {
    fn new((from, to): (usize, usize), name: String, leaves: bool) -> Self {
        let (start, end) = (from * ROW + 22, to * ROW + 22);
        let reach = (20 + 26 * from.abs_diff(to)).min(CENTRE - HALF_BOX - 40);
        // A cubic curve with both handles at `far` turns at three quarters of the way to them.
        let turn = reach * 3 / 4 + 4;
        let (edge, far, x, anchor) = if to > from {
            let edge = CENTRE + HALF_BOX;
            (edge, edge + reach, edge + turn, "start")
        } else {
            let edge = CENTRE - HALF_BOX;
            (edge, edge - reach, edge - turn, "end")
        };
        let path = format!("M{edge} {start}C{far} {start} {far} {end} {edge} {end}");
        let class = if leaves { LEAVES } else { "edge" };
        Self { class, path, name, at: (x, usize::midpoint(start, end) + 4), anchor }
    }

    fn line(&self, d: &mut Draw<'_>, ends: &str) {
        d.el("g", attrs!["class": self.class], |d| {
            d.empty("path", attrs!["d": &self.path, "marker-end": ends]);
        });
    }

    fn name(&self, d: &mut Draw<'_>) {
        let (x, y) = self.at;
        d.el("g", attrs!["class": self.class], |d| {
            d.leaf("text", attrs!["x": x, "y": y, "text-anchor": self.anchor], &self.name);
        });
    }
}
