//! Help: every key, and the settings.
//!
//! A native dialog: the browser keeps the focus inside it and gives it back when it closes.

use yew::prelude::*;

use crate::knowledge::Text;
use crate::ui::context::{Context, SwitchButton};
use crate::ui::header::theme_name;
use crate::ui::message::Message;
use crate::ui::settings::{Settings, Theme};
use crate::ui::transport::speed;

/// The id of the dialog.
pub const DIALOG: &str = "help";

/// Draws the dialog, closed until the browser opens it.
pub fn view(cx: &Context, settings: &Settings) -> Html {
    html! {
        <dialog id={DIALOG} aria-labelledby="help-name">
            <div class="help-head">
                <h2 id="help-name">{ cx.text(Text::HelpTitle) }</h2>
                <form method="dialog"><button class="plain" disabled={cx.inert}>{ cx.text(Text::Close) }</button></form>
            </div>
            <h3>{ cx.text(Text::HelpKeys) }</h3>
            <p>{ cx.text(Text::HelpScope) }</p>
            <dl class="keys">{ for keys(cx) }</dl>
            <h3>{ cx.text(Text::HelpSettings) }</h3>
            <div class="settings">
                { tick(cx, "set-hide-ahead", Text::HideAhead, settings.hide_ahead, Message::ToggledHideAhead) }
                { tick(cx, "set-letters", Text::SettingLetters, settings.letters, Message::ToggledLetters) }
                { themes(cx, settings.theme) }
                { speed(cx, "set-speed", settings.speed) }
            </div>
        </dialog>
    }
}

fn keys(cx: &Context) -> impl Iterator<Item = Html> {
    let space = cx.text(Text::KeySpace);
    let rows: [(&[&str], Text); 9] = [
        (&[space], Text::KeyPlay),
        (&["→", ".", "PageDown"], Text::KeyNext),
        (&["←", ",", "PageUp"], Text::KeyBack),
        (&["Shift + ←", "Shift + →"], Text::KeyPhase),
        (&["Home", "End"], Text::KeyEnds),
        (&["0", "…", "9"], Text::KeyPercent),
        (&["c"], Text::KeyCopy),
        (&["?"], Text::KeyHelp),
        (&["Esc"], Text::KeyEscape),
    ];
    rows.map(|(keys, what)| {
        let keys = keys.iter().map(|key| html! { <kbd>{ *key }</kbd> });
        html! { <div><dt>{ for keys }</dt><dd>{ cx.text(what) }</dd></div> }
    })
    .into_iter()
}

fn tick(cx: &Context, id: &'static str, name: Text, on: bool, message: Message) -> Html {
    html! {
        <label class="tick" for={id}>
            <input type="checkbox" id={id} checked={on} disabled={cx.inert} onchange={cx.on(message)}/>
            { cx.text(name) }
        </label>
    }
}

fn themes(cx: &Context, on: Theme) -> Html {
    let choices = Theme::ALL.into_iter().map(|theme| SwitchButton {
        value: theme.id().to_owned(),
        label: cx.text(theme_name(theme)).to_owned(),
        on: theme == on,
        message: Message::ChoseTheme(theme),
    });
    cx.switch("set-theme", cx.text(Text::Theme), choices)
}
