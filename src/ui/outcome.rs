//! The verdict on a run: what happened, who has the mail, what the sender's program shows, what to change.
//!
//! Shown with the last event. The words come ready.

use yew::prelude::*;

use crate::knowledge::Text;
use crate::present::view::OutcomeCard;
use crate::ui::context::{Context, tone_class, tone_sign};

/// Draws the verdict.
pub fn view(cx: &Context, card: &OutcomeCard) -> Html {
    html! {
        <section class={classes!("outcome", tone_class(card.tone))} aria-labelledby="outcome-name">
            <h3 id="outcome-name">
                <span class="sign" aria-hidden="true">{ tone_sign(card.tone) }</span>{ &card.verdict }
            </h3>
            <p>{ &card.what }</p>
            <dl class="pairs prose">
                <dt>{ cx.text(Text::OutcomeWho) }</dt><dd>{ &card.who }</dd>
                if let Some(shown) = &card.shown {
                    <dt>{ cx.text(Text::OutcomeShown) }</dt><dd><samp>{ shown }</samp></dd>
                }
                if let Some(change) = &card.change { <dt>{ cx.text(Text::OutcomeChange) }</dt><dd>{ change }</dd> }
                { for card.facts.iter().map(pair) }
            </dl>
            if !card.recipients.is_empty() {
                <h4>{ cx.text(Text::OutcomeRecipients) }</h4>
                <dl class="pairs prose">{ for card.recipients.iter().map(pair) }</dl>
            }
        </section>
    }
}

fn pair((label, value): &(String, String)) -> Html {
    html! { <><dt>{ label }</dt><dd>{ value }</dd></> }
}
