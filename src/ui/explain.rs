//! The explanation of the current event, in a fixed order.
//!
//! Headline, verdict, time line, anatomy, why, rule, session, envelope, clauses, other answers, common mistake. A part
//! without content leaves no trace.

use yew::prelude::*;

use crate::knowledge::Text;
use crate::present::view::{Alternative, Diagram, Step};
use crate::ui::context::Context;
use crate::ui::strata::{self, OpenStrata};
use crate::ui::{anatomy, diagram, outcome, schedule};

/// What of a step the reader has opened.
pub struct Open<'a> {
    /// May its secret be seen?
    pub secret: bool,
    /// The state diagram, while it is open.
    pub diagram: Option<&'a Diagram>,
    /// The groups of clauses that are open.
    pub strata: OpenStrata,
}

/// Draws the explanation. Every part has its own place among the children, with content or without, so that from step
/// to step each is compared with itself.
pub fn view(cx: &Context, step: &Step, open: &Open<'_>) -> Html {
    html! {
        <section class="explain" aria-labelledby="headline">
            <div class="scroll" id="explanation" tabindex="0" role="group" aria-label={cx.text(Text::Explanation).to_owned()}>
                <h2 id="headline">{ &step.headline }</h2>
                if !step.subline.is_empty() { <p class="subline">{ &step.subline }</p> }
                { step.outcome.iter().map(|card| outcome::view(cx, card)).collect::<Html>() }
                { step.schedule.iter().map(|one| schedule::view(cx, one)).collect::<Html>() }
                if !step.anatomy.is_empty() {
                    <h3 class="vh">{ cx.text(Text::HeadingAnatomy) }</h3>
                    { anatomy::view(cx, &step.anatomy, open.secret) }
                }
                { why(cx, &step.why) }
                { pairs(cx.text(Text::HeadingRule), step.rule.iter().map(|(label, value)| (label, std::slice::from_ref(value)))) }
                { diagram::session(cx, &step.states, open.diagram) }
                { pairs(cx.text(Text::HeadingEnvelope), step.envelope.iter().map(|(label, values)| (label, values.as_slice()))) }
                { step.strata.iter().map(|stratum| strata::view(cx, stratum, open.strata)).collect::<Html>() }
                { alternatives(cx, &step.alternatives) }
                { mistake(cx, step.mistake.as_ref()) }
            </div>
        </section>
    }
}

fn why(cx: &Context, paragraphs: &[String]) -> Html {
    if paragraphs.is_empty() {
        return Html::default();
    }
    html! {
        <div class="why">
            <h3 class="vh">{ cx.text(Text::HeadingWhy) }</h3>
            { for paragraphs.iter().map(|one| html! { <p>{ one }</p> }) }
        </div>
    }
}

fn pairs<'a>(heading: &str, pairs: impl Iterator<Item = (&'a String, &'a [String])>) -> Html {
    let mut pairs = pairs.peekable();
    if pairs.peek().is_none() {
        return Html::default();
    }
    html! {
        <section class="block">
            <h3>{ heading }</h3>
            <dl class="pairs">
                { for pairs.map(|(label, values)| html! {
                    <><dt>{ label }</dt>{ for values.iter().map(|value| html! { <dd>{ value }</dd> }) }</>
                }) }
            </dl>
        </section>
    }
}

fn alternatives(cx: &Context, others: &[Alternative]) -> Html {
    if others.is_empty() {
        return Html::default();
    }
    let rows = others.iter().map(|other| {
        html! {
            <tr>
                <th scope="row">{ &other.code }</th>
                <td>{ &other.when }</td>
                <td>{ &other.then }</td>
            </tr>
        }
    });
    html! {
        <section class="block">
            <h3 id="alternatives-name">{ cx.text(Text::HeadingAlternatives) }</h3>
            <table class="alternatives" aria-labelledby="alternatives-name">
                <thead>
                    <tr>
                        <th scope="col">{ cx.text(Text::AlternativeCode) }</th>
                        <th scope="col">{ cx.text(Text::AlternativeWhen) }</th>
                        <th scope="col">{ cx.text(Text::AlternativeThen) }</th>
                    </tr>
                </thead>
                <tbody>{ for rows }</tbody>
            </table>
        </section>
    }
}

fn mistake(cx: &Context, mistake: Option<&(String, String)>) -> Html {
    let Some((wrong, right)) = mistake else { return Html::default() };
    html! {
        <section class="block mistake">
            <h3>{ cx.text(Text::HeadingMistake) }</h3>
            <p>{ wrong }</p>
            <p><b>{ cx.text(Text::Right) }{ ": " }</b>{ right }</p>
        </section>
    }
}
