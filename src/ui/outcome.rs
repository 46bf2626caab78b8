//! The verdict on a run: what happened, who has the mail, what the sender's program shows, what to change.
//!
//! Shown with the last event. The words come ready.

use crate::knowledge::Text;
use crate::present::view::OutcomeCard;
use crate::ui::context::{tone_class, tone_sign};
use crate::ui::draw::{Draw, attrs, classes};

/// Draws the verdict.
pub fn view(d: &mut Draw<'_>, card: &OutcomeCard) {
    let class = classes(&["outcome", tone_class(card.tone)]);
    d.el("section", attrs!["class": &class, "aria-labelledby" = "outcome-name"], |d| {
        d.el("h3", attrs!["id" = "outcome-name"], |d| {
            d.leaf("span", attrs!["class" = "sign", "aria-hidden" = "true"], tone_sign(card.tone));
            d.text(&card.verdict);
        });
        d.plain("p", &card.what);
        d.el("dl", attrs!["class" = "pairs prose"], |d| facts(d, card));
        d.when(!card.recipients.is_empty(), |d| {
            d.word("h4", attrs![], Text::OutcomeRecipients);
            d.el("dl", attrs!["class" = "pairs prose"], |d| card.recipients.iter().for_each(|one| pair(d, one)));
        });
    });
}

fn facts(d: &mut Draw<'_>, card: &OutcomeCard) {
    d.word("dt", attrs![], Text::OutcomeWho);
    d.plain("dd", &card.who);
    d.each(&card.shown, |d, shown| {
        d.word("dt", attrs![], Text::OutcomeShown);
        d.el("dd", attrs![], |d| d.plain("samp", shown));
    });
    d.each(&card.change, |d, change| {
        d.word("dt", attrs![], Text::OutcomeChange);
        d.plain("dd", change);
    });
    d.each(&card.facts, pair);
}

fn pair(d: &mut Draw<'_>, (label, value): &(String, String)) {
    d.plain("dt", label);
    d.plain("dd", value);
}
