//! Help: every key, and the settings.
//!
//! A native dialog: the browser keeps the focus inside it and gives it back when it closes.

use crate::knowledge::Text;
use crate::ui::context::{SwitchButton, switch};
use crate::ui::draw::{Draw, attrs};
use crate::ui::header::theme_name;
use crate::ui::message::Message;
use crate::ui::settings::{Settings, Theme};
use crate::ui::transport::speed;

/// The id of the dialog.
pub const DIALOG: &str = "help";

/// Draws the dialog, closed until the browser opens it.
pub fn view(d: &mut Draw<'_>, settings: &Settings) {
    d.el("dialog", attrs!["id": DIALOG, "aria-labelledby" = "help-name"], |d| {
        d.el("div", attrs!["class" = "help-head"], |d| {
            d.word("h2", attrs!["id" = "help-name"], Text::HelpTitle);
            d.el("form", attrs!["method" = "dialog"], |d| {
                d.word("button", attrs!["class" = "plain", "disabled": d.cx.inert], Text::Close);
            });
        });
        d.word("h3", attrs![], Text::HelpKeys);
        d.word("p", attrs![], Text::HelpScope);
        d.el("dl", attrs!["class" = "keys"], keys);
        d.word("h3", attrs![], Text::HelpSettings);
        d.el("div", attrs!["class" = "settings"], |d| {
            tick(d, "set-hide-ahead", Text::HideAhead, settings.hide_ahead, Message::ToggledHideAhead);
            tick(d, "set-letters", Text::SettingLetters, settings.letters, Message::ToggledLetters);
            themes(d, settings.theme);
            speed(d, "set-speed", settings.speed);
        });
    });
}

fn keys(d: &mut Draw<'_>) {
    let space = d.cx.text(Text::KeySpace);
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
    for (keys, what) in rows {
        d.el("div", attrs![], |d| {
            d.el("dt", attrs![], |d| keys.iter().for_each(|key| d.plain("kbd", key)));
            d.word("dd", attrs![], what);
        });
    }
}

fn tick(d: &mut Draw<'_>, id: &'static str, name: Text, on: bool, message: Message) {
    d.el("label", attrs!["class" = "tick", "for": id], |d| {
        d.el("input", attrs!["type" = "checkbox", "id": id, "disabled": d.cx.inert], |d| {
            d.checked(on);
            d.ticked(message);
        });
        d.say(name);
    });
}

fn themes(d: &mut Draw<'_>, on: Theme) {
    let name = |theme| d.cx.text(theme_name(theme)).to_owned();
    let choices = Theme::ALL.map(|theme| SwitchButton {
        value: theme.id().to_owned(),
        label: name(theme),
        on: theme == on,
        message: Message::ChoseTheme(theme),
    });
    switch(d, "control", "set-theme", d.cx.text(Text::Theme), &choices);
}
