//! The anatomy of a line: each token with a line under it and its name below.
//!
//! Tokens come from the spans of the transcript; nothing is parsed here.

use crate::present::view::{self, Token};
use crate::ui::draw::{Draw, attrs};
use crate::ui::transcript::decoded;

/// Draws the tokens of a line.
pub fn view(d: &mut Draw<'_>, tokens: &[Token], revealed: bool) {
    d.el("ul", attrs!["class" = "anatomy", "role" = "list"], |d| list(d, tokens, revealed));
}

fn list(d: &mut Draw<'_>, tokens: &[Token], revealed: bool) {
    for token in tokens {
        let class = format!("hue-{}", token.hue);
        d.el("li", attrs!["class": &class], |d| content(d, token, revealed));
    }
}

fn content(d: &mut Draw<'_>, token: &Token, revealed: bool) {
    let (text, meaning) = match &token.text {
        view::Text::Shown(text) => (text, None),
        view::Text::Veiled { sent, decoded, .. } if revealed => (sent, Some(decoded)),
        view::Text::Veiled { veiled, .. } => (veiled, None),
    };
    d.plain("code", text);
    d.each(meaning, |d, meaning| decoded(d, meaning));
    d.leaf("span", attrs!["class" = "name"], &token.label);
    d.when(!token.parts.is_empty(), |d| {
        d.el("ul", attrs!["class" = "parts", "role" = "list"], |d| list(d, &token.parts, revealed));
    });
}
