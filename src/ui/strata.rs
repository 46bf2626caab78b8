//! The clauses, generation by generation, the one that decides here marked.
//!
//! Links come ready, built from clause ids; nothing a reader or a link wrote ever becomes an address.

use yew::prelude::*;

use crate::knowledge::Text;
use crate::present::view::{ClauseRow, Stratum};
use crate::ui::context::Context;

/// Draws one group of clauses under its heading.
pub fn view(cx: &Context, stratum: &Stratum) -> Html {
    html! {
        <section class="block">
            <h3>{ &stratum.title }</h3>
            <ol class="strata" role="list">{ for stratum.clauses.iter().map(|one| clause(cx, one)) }</ol>
        </section>
    }
}

fn clause(cx: &Context, clause: &ClauseRow) -> Html {
    let section = match &clause.href {
        Some(href) => html! {
            <a href={href.clone()} rel="noreferrer">
                <span class="vh">{ &clause.source }{ " " }</span>
                { if clause.section.is_empty() { clause.source.as_str() } else { clause.section.as_str() } }
            </a>
        },
        None => html! { { &clause.section } },
    };
    html! {
        <li class={classes!(clause.current.then_some("current"))}>
            <div class="source"><b>{ &clause.source }</b><small>{ &clause.dated }</small></div>
            <div class="section">
                { section }
                if !clause.level.is_empty() { <span class="level" lang="en">{ &clause.level }</span> }
            </div>
            <div class="what" lang={clause.lang.clone()}>
                <p>
                    { &clause.note }
                    if clause.current { <span class="vh">{ " (" }{ cx.text(Text::Decides) }{ ")" }</span> }
                </p>
                if let Some(changed) = &clause.changed {
                    <p class="changed"><b>{ cx.text(Text::Changed) }</b>{ " " }{ changed }</p>
                }
            </div>
        </li>
    }
}
