//! The session's states: a row of chips, and the whole state diagram one click away.
//!
//! States and edges come derived from the machine. Here they only get places: states in a column, an arc for each
//! pair of states, forward ones on the right and backward ones on the left.

use litemap::LiteMap;

use yew::prelude::*;

use crate::knowledge::Text;
use crate::present::view::{Diagram, StateChip};
use crate::ui::context::Context;
use crate::ui::message::Message;

const ROW: usize = 46;
const CENTRE: usize = 270;
const HALF_BOX: usize = 74;

/// Draws chips and diagram; nothing at all when there is no session yet.
pub fn session(cx: &Context, states: &[StateChip], diagram: Option<&Diagram>) -> Html {
    if states.is_empty() {
        return Html::default();
    }
    html! {
        <section class="block">
            <h3>{ cx.text(Text::HeadingStates) }</h3>
            <ol class="chips" role="list">{ for states.iter().map(|state| chip(cx, state)) }</ol>
            { disclosure(cx, diagram) }
        </section>
    }
}

fn chip(cx: &Context, state: &StateChip) -> Html {
    let mark = match (state.before, state.after) {
        (_, true) => Some(Text::StateAfter),
        (true, false) => Some(Text::StateBefore),
        (false, false) => None,
    };
    let class = match mark {
        Some(Text::StateAfter) => Some("after"),
        Some(_) => Some("before"),
        None => None,
    };
    html! {
        <li class={class}>
            { &state.name }
            if let Some(mark) = mark { <span class="vh">{ " (" }{ cx.text(mark) }{ ")" }</span> }
        </li>
    }
}

/// The button that opens the diagram, and the diagram while it is open.
fn disclosure(cx: &Context, diagram: Option<&Diagram>) -> Html {
    let label = cx.text(Text::DiagramSummary);
    html! {
        <>
            { cx.disclosure("diagram", diagram.is_some(), label, Message::ToggledDiagram) }
            { for diagram.map(|diagram| opened(cx, diagram)) }
        </>
    }
}

fn opened(cx: &Context, diagram: &Diagram) -> Html {
    let here = diagram.states.get(diagram.here).map_or("", String::as_str);
    html! {
        <div class="diagram" id="diagram">
            { picture(cx, diagram, here) }
            <p>{ cx.words.fill(Text::DiagramFrom, &[("state", here)]) }</p>
            <ul>{ for from_here(cx, diagram) }</ul>
        </div>
    }
}

/// In words: what each verb leads to from the state after this event.
fn from_here(cx: &Context, diagram: &Diagram) -> Vec<Html> {
    let mut by_goal: LiteMap<usize, Vec<&str>> = LiteMap::new();
    for (_, verb, goal) in diagram.edges.iter().filter(|(from, ..)| *from == diagram.here) {
        by_goal.entry(*goal).or_default().push(verb);
    }
    let item = |(goal, verbs): (usize, Vec<&str>)| {
        let name = if goal == diagram.here { Some(cx.text(Text::DiagramStays)) } else { None };
        let name = name.or_else(|| diagram.states.get(goal).map(String::as_str)).unwrap_or_default();
        html! { <li><code>{ verbs.join(", ") }</code>{ " → " }{ name }</li> }
    };
    by_goal.into_iter().map(item).collect()
}

fn picture(cx: &Context, diagram: &Diagram, here: &str) -> Html {
    let mut pairs: LiteMap<(usize, usize), Vec<&str>> = LiteMap::new();
    for (from, verb, to) in &diagram.edges {
        // What stays where it is would only be a loop on every box; the list below says it.
        if from != to && *from < diagram.states.len() && *to < diagram.states.len() {
            pairs.entry((*from, *to)).or_default().push(verb);
        }
    }
    let boxes = diagram.states.iter().enumerate().map(|(index, name)| {
        let class = (index == diagram.here).then_some("here");
        html! {
            <g class={classes!("state", class)}>
                <rect x={(CENTRE - HALF_BOX).to_string()} y={(index * ROW + 8).to_string()} width={(2 * HALF_BOX).to_string()}
                    height="28" rx="14"/>
                <text x={CENTRE.to_string()} y={(index * ROW + 27).to_string()}>{ name }</text>
            </g>
        }
    });
    // Names come last, so that no line runs through them; what leads away from here lies over the rest.
    let arc = |(ends, verbs): (&(usize, usize), &Vec<&str>)| Arc::new(*ends, verbs.join(" "), ends.0 == diagram.here);
    let (leaving, mut arcs): (Vec<Arc>, Vec<Arc>) = pairs.iter().map(arc).partition(|arc| arc.class == LEAVES);
    arcs.extend(leaving);
    let height = diagram.states.len() * ROW + 6;
    html! {
        <svg viewBox={format!("0 0 {} {height}", 2 * CENTRE)} role="img"
            aria-label={cx.words.fill(Text::DiagramName, &[("state", here)])}>
            <defs>
                <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
                    <path d="M0 0L8 4L0 8z"/>
                </marker>
            </defs>
            { for arcs.iter().map(Arc::line) }
            { for boxes }
            { for arcs.iter().map(Arc::name) }
        </svg>
    }
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

    fn line(&self) -> Html {
        html! { <g class={self.class}><path d={self.path.clone()} marker-end="url(#arrow)"/></g> }
    }

    fn name(&self) -> Html {
        let (x, y) = self.at;
        html! {
            <g class={self.class}>
                <text x={x.to_string()} y={y.to_string()} text-anchor={self.anchor}>{ &self.name }</text>
            </g>
        }
    }
}
