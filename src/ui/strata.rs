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
            <a href={href.clone()} rel="noreferrer" aria-label={format!("{} {}", clause.source, clause.section)}>
                { if clause.section.is_empty() { &clause.source } else { &clause.section } }
            </a>
        },
        None => html! { <span class="section">{ &clause.section }</span> },
    };
    html! {
        <li class={classes!(clause.current.then_some("current"))}>
            <b>{ &clause.source }</b>
            <small>{ &clause.dated }</small>
            { section }
            if !clause.level.is_empty() { <span class="level" lang="en">{ &clause.level }</span> }
            <p lang={clause.lang.clone()}>{ &clause.note }</p>
            if let Some(changed) = &clause.changed {
                <p class="changed" lang={clause.lang.clone()}>{ changed }</p>
            }
            if clause.current { <span class="vh">{ cx.text(Text::Decides) }</span> }
        </li>
    }
}
