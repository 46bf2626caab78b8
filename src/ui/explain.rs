//! The explanation of the current event, in a fixed order.
//!
//! Headline, verdict, time line, anatomy, why, rule, session, envelope, clauses, other answers, common mistake. A part
//! without content leaves no trace.

use crate::knowledge::Text;
use crate::present::view::{Alternative, Diagram, Step};
use crate::ui::draw::{Draw, attrs};
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
pub fn view(d: &mut Draw<'_>, step: &Step, open: &Open<'_>) {
    let role = attrs!["class" = "scroll", "id" = "explanation", "tabindex" = "0", "role" = "group",
        "aria-label": Text::Explanation];
    d.el("section", attrs!["class" = "explain", "aria-labelledby" = "headline"], |d| {
        d.el("div", role, |d| parts(d, step, open));
    });
}

fn parts(d: &mut Draw<'_>, step: &Step, open: &Open<'_>) {
    d.leaf("h2", attrs!["id" = "headline"], &step.headline);
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
    d.when(!step.states.is_empty(), |d| diagram::session(d, &step.states, open.diagram));
    let envelope = step.envelope.iter().map(|(label, values)| (label.as_str(), values.as_slice()));
    d.when(!step.envelope.is_empty(), |d| pairs(d, Text::HeadingEnvelope, envelope));
    d.each(&step.strata, |d, stratum| strata::view(d, stratum, open.strata));
    d.when(!step.alternatives.is_empty(), |d| alternatives(d, &step.alternatives));
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

fn alternatives(d: &mut Draw<'_>, others: &[Alternative]) {
    d.el("section", attrs!["class" = "block"], |d| {
        d.word("h3", attrs!["id" = "alternatives-name"], Text::HeadingAlternatives);
        d.el("table", attrs!["class" = "alternatives", "aria-labelledby" = "alternatives-name"], |d| {
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
