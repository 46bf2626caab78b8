//! The explanation of the current event, in a fixed order.
//!
//! Headline, verdict, time line, anatomy, why, rule, session, envelope, clauses, other answers, common mistake. A part
//! without content leaves no trace.

use std::rc::Rc;

use crate::knowledge::Text;
use crate::present::view::Alternative;
use crate::ui::ahead::{Ahead, Ready, SLOTS};
use crate::ui::draw::{Draw, attrs};
use crate::ui::still::number;
use crate::ui::strata::{self, OpenStrata};
use crate::ui::transcript::Place;
use crate::ui::{anatomy, diagram, outcome, schedule};

/// What of a step the reader has opened.
#[derive(Clone, Copy)]
struct Open {
    /// May its secret be seen?
    secret: bool,
    /// The groups of clauses that are open.
    strata: OpenStrata,
}

/// The class of an explanation that is ready beside the one that is shown: laid out, out of sight.
pub(super) const WAITING: &str = "waiting";

/// An id inside an explanation, of which there are several at a time.
pub(super) fn id(name: &str, at: usize) -> String {
    format!("{name}-{}", at % SLOTS)
}

/// Draws the explanation of this step, and out of sight those that are ready beside it.
pub fn view(d: &mut Draw<'_>, ahead: &Ahead, place: &Place, strata: OpenStrata) {
    let headline = id("headline", place.step);
    let role = attrs!["class" = "scroll", "id" = "explanation", "tabindex" = "0", "role" = "group",
        "aria-label": Text::Explanation];
    d.el("section", attrs!["class" = "explain", "aria-labelledby": &headline], |d| {
        d.el("div", role, |d| {
            d.each(ahead.slots(), |d, slot| d.each(slot, |d, ready| still(d, ready, place, strata)));
        });
    });
}

/// One explanation. It stays as it was drawn until something of it is opened.
fn still(d: &mut Draw<'_>, ready: &Rc<Ready>, place: &Place, strata: OpenStrata) {
    let waits = ready.at != place.step;
    d.el("div", attrs!["class": waits.then_some(WAITING)], |d| {
        let open = Open { secret: place.revealed.contains(&ready.at), strata };
        let flags = u32::from(open.secret) + 2 * u32::from(ready.diagram.is_some()) + 4 * u32::from(strata.bits());
        let ready = Rc::clone(ready);
        d.still([place.edition, number(ready.at), flags], move |d| parts(d, &ready, open));
    });
}

/// Every part has its own place among the children, with content or without, so that from step to step each is compared
/// with itself.
fn parts(d: &mut Draw<'_>, ready: &Ready, open: Open) {
    let (step, at) = (&*ready.step, ready.at);
    d.leaf("h2", attrs!["id": &id("headline", at)], &step.headline);
    d.when(!step.subline.is_empty(), |d| d.leaf("p", attrs!["class" = "subline"], &step.subline));
    d.each(&step.outcome, outcome::view);
    d.each(&step.schedule, schedule::view);
    d.when(!step.anatomy.is_empty(), |d| {
        d.word("h3", attrs!["class" = "vh"], Text::HeadingAnatomy);
        anatomy::view(d, &step.anatomy, open.secret);
    });
    d.when(!step.why.is_empty(), |d| why(d, &step.why));
    let rule = step.rule.iter().map(|(label, value)| (label.as_str(), std::slice::from_ref(value)));
    d.when(!step.rule.is_empty(), |d| pairs(d, Text::HeadingRule, rule));
    d.when(!step.states.is_empty(), |d| diagram::session(d, ready));
    let envelope = step.envelope.iter().map(|(label, values)| (label.as_str(), values.as_slice()));
    d.when(!step.envelope.is_empty(), |d| pairs(d, Text::HeadingEnvelope, envelope));
    d.each(&step.strata, |d, stratum| strata::view(d, stratum, open.strata, at));
    d.when(!step.alternatives.is_empty(), |d| alternatives(d, &step.alternatives, at));
    d.each(&step.mistake, mistake);
}

fn why(d: &mut Draw<'_>, paragraphs: &[String]) {
    d.el("div", attrs!["class" = "why"], |d| {
        d.word("h3", attrs!["class" = "vh"], Text::HeadingWhy);
        d.each(paragraphs, |d, one| d.plain("p", one));
    });
}

fn pairs<'a>(d: &mut Draw<'_>, heading: Text, pairs: impl Iterator<Item = (&'a str, &'a [String])>) {
    d.el("section", attrs!["class" = "block"], |d| {
        d.word("h3", attrs![], heading);
        d.el("dl", attrs!["class" = "pairs"], |d| {
            for (label, values) in pairs {
                d.plain("dt", label);
                d.each(values, |d, value| d.plain("dd", value));
            }
        });
    });
}

fn alternatives(d: &mut Draw<'_>, others: &[Alternative], at: usize) {
    let name = id("alternatives", at);
    d.el("section", attrs!["class" = "block"], |d| {
        d.word("h3", attrs!["id": &name], Text::HeadingAlternatives);
        d.el("table", attrs!["class" = "alternatives", "aria-labelledby": &name], |d| {
            d.el("thead", attrs![], |d| {
                d.el("tr", attrs![], |d| {
                    for name in [Text::AlternativeCode, Text::AlternativeWhen, Text::AlternativeThen] {
                        d.word("th", attrs!["scope" = "col"], name);
                    }
                });
            });
            d.el("tbody", attrs![], |d| {
                for other in others {
                    d.el("tr", attrs![], |d| {
                        d.leaf("th", attrs!["scope" = "row"], &other.code);
                        d.plain("td", &other.when);
                        d.plain("td", &other.then);
                    });
                }
            });
        });
    });
}

fn mistake(d: &mut Draw<'_>, (wrong, right): &(String, String)) {
    d.el("section", attrs!["class" = "block mistake"], |d| {
        d.word("h3", attrs![], Text::HeadingMistake);
        d.plain("p", wrong);
        d.el("p", attrs![], |d| {
            d.el("b", attrs![], |d| {
                d.say(Text::Right);
                d.text(": ");
            });
            d.text(right);
        });
    });
}
