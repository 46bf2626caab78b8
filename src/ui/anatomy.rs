//! The anatomy of a line: each token with a line under it and its name below.
//!
//! Tokens come from the spans of the transcript; nothing is parsed here.

use yew::prelude::*;

use crate::present::view::{self, Token};
use crate::ui::context::Context;
use crate::ui::transcript::decoded;

/// Draws the tokens of a line.
pub fn view(cx: &Context, tokens: &[Token], revealed: bool) -> Html {
    html! { <ul class="anatomy" role="list">{ for tokens.iter().map(|one| token(cx, one, revealed)) }</ul> }
}

fn token(cx: &Context, token: &Token, revealed: bool) -> Html {
    let (text, meaning) = match &token.text {
        view::Text::Shown(text) => (text, None),
        view::Text::Veiled { sent, decoded, .. } if revealed => (sent, Some(decoded)),
        view::Text::Veiled { veiled, .. } => (veiled, None),
    };
    html! {
        <li class={format!("hue-{}", token.hue)}>
            <code>{ text }</code>
            { for meaning.map(|meaning| decoded(cx, meaning)) }
            <span class="name">{ &token.label }</span>
            if !token.parts.is_empty() {
                <ul class="parts" role="list">{ for token.parts.iter().map(|part| self::token(cx, part, revealed)) }</ul>
            }
        </li>
    }
}
