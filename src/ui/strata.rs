//! The clauses, generation by generation, the one that decides here marked.
//!
//! At first each document speaks by the clauses that decide, or by its nearest one; the rest of a group comes when it is
//! asked for. Links come ready, built from clause ids; nothing a reader or a link wrote ever becomes an address.

use yew::prelude::*;

use crate::knowledge::Text;
use crate::present::view::{ClauseRow, Stratum};
use crate::ui::context::Context;
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

    /// Opens a group, or closes it.
    pub const fn toggle(&mut self, id: usize) {
        self.0 ^= 1 << (id % 8);
    }
}

/// Draws one group of clauses under its heading.
pub fn view(cx: &Context, stratum: &Stratum, open: OpenStrata) -> Html {
    let open = open.has(stratum.id);
    let shown = stratum.clauses.iter().filter(|clause| open || clause.leads);
    let rest = stratum.clauses.iter().filter(|clause| !clause.leads).count();
    let label = cx.words.fill(Text::MoreClauses, &[("n", &rest.to_string())]);
    let id = format!("strata-{}", stratum.id);
    html! {
        <section class="block" key={stratum.id}>
            <h3>{ &stratum.title }</h3>
            <ol class="strata" role="list" id={id.clone()}>{ for shown.map(|one| clause(cx, one)) }</ol>
            if rest > 0 { { cx.disclosure(&id, open, &label, Message::ToggledStratum(stratum.id)) } }
        </section>
    }
}

/// A clause in few elements: a step shows a dozen of them.
fn clause(cx: &Context, clause: &ClauseRow) -> Html {
    let name = [clause.source.as_str(), clause.section.as_str()].join(" ");
    let name = name.trim_end().to_owned();
    html! {
        <li class={clause.current.then_some("current")}>
            if let Some(href) = &clause.href {
                <a href={href.clone()} rel="noreferrer">{ name }</a>
            } else {
                <b>{ name }</b>
            }
            <small>
                { &clause.dated }
                if !clause.level.is_empty() { <span class="level" lang="en">{ &clause.level }</span> }
                if clause.current { <span class="vh">{ cx.text(Text::Decides) }</span> }
            </small>
            <p lang={clause.lang.clone()}>
                { &clause.note }
                if let Some(changed) = &clause.changed { <span class="changed">{ changed }</span> }
            </p>
        </li>
    }
}
