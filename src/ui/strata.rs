//! The clauses, generation by generation, the one that decides here marked.
//!
//! What several documents say in the same words is one row with all their places. At first each document speaks by the clauses that decide, or by its nearest one; the rest of a group comes when it is
//! asked for. Links come ready, built from clause ids; nothing a reader or a link wrote ever becomes an address.

use crate::knowledge::Text;
use crate::present::view::{Citation, ClauseRow, Stratum};
use crate::ui::context::disclosure;
use crate::ui::draw::{Draw, attrs};
use crate::ui::explain;
use crate::ui::message::Message;

/// Which groups of clauses are open, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenStrata(u8);

impl OpenStrata {
    /// Is this group open?
    #[must_use]
    pub const fn has(self, id: usize) -> bool {
        self.0 >> (id % 8) & 1 == 1
    }

    /// All of it as a number.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Opens a group, or closes it.
    pub const fn toggle(&mut self, id: usize) {
        self.0 ^= 1 << (id % 8);
    }
}

/// Draws one group of clauses under its heading.
pub fn view(d: &mut Draw<'_>, stratum: &Stratum, open: OpenStrata, at: usize) {
    let open = open.has(stratum.id);
    let shown = stratum.clauses.iter().filter(|clause| open || clause.leads);
    let rest = stratum.clauses.iter().filter(|clause| !clause.leads).count();
    let id = explain::id(&format!("strata-{}", stratum.id), at);
    d.el("section", attrs!["class" = "block"], |d| {
        d.key(stratum.id);
        d.plain("h3", &stratum.title);
        d.el("ol", attrs!["class" = "strata", "role" = "list", "id": &id], |d| shown.for_each(|one| clause(d, one)));
        d.when(rest > 0, |d| {
            let label = d.cx.words.fill(Text::MoreClauses, &[("n", &rest.to_string())]);
            disclosure(d, &id, open, &label, Message::ToggledStratum(stratum.id));
        });
    });
}

/// A clause in few elements: a step shows a dozen of them.
fn clause(d: &mut Draw<'_>, clause: &ClauseRow) {
    d.el("li", attrs!["class": clause.current.then_some("current")], |d| {
        d.el("div", attrs![], |d| {
            d.each(&clause.sources, citation);
            d.when(clause.current, |d| d.word("span", attrs!["class" = "vh"], Text::Decides));
        });
        d.el("p", attrs!["lang": clause.lang.as_deref()], |d| {
            d.when(!clause.level.is_empty(), |d| {
                d.leaf("span", attrs!["class" = "level", "lang" = "en"], &clause.level);
                d.text(" ");
            });
            d.text(&clause.note);
            d.each(&clause.changed, |d, changed| d.leaf("span", attrs!["class" = "changed"], changed));
        });
    });
}

fn citation(d: &mut Draw<'_>, place: &Citation) {
    let name = [place.document.as_str(), place.section.as_str()].join(" ");
    let name = name.trim_end();
    d.el("span", attrs!["class" = "place"], |d| {
        match &place.href {
            Some(href) => d.leaf("a", attrs!["href": href, "rel" = "noreferrer"], name),
            None => d.plain("b", name),
        }
        d.when(!place.dated.is_empty(), |d| d.plain("small", &place.dated));
    });
}
