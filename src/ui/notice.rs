//! What a link said that could not be understood, or what else the reader should know once.
//!
//! It never stands in the way: what could be understood is shown below it.

use yew::prelude::*;

use crate::knowledge::Text;
use crate::ui::context::Context;
use crate::ui::message::Message;

/// Draws the notice, or nothing.
pub fn view(cx: &Context, lines: &[String]) -> Html {
    if lines.is_empty() {
        return Html::default();
    }
    html! {
        <div class="notice" role="alert">
            <div>
                <strong>{ cx.text(Text::NoticeTitle) }</strong>
                <ul>{ for lines.iter().map(|line| html! { <li>{ line }</li> }) }</ul>
            </div>
            <button type="button" class="plain" onclick={cx.on(Message::DismissedNotice)}>
                { cx.text(Text::Dismiss) }
            </button>
        </div>
    }
}
