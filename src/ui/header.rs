//! The header: the name, the rooms that exist, language, theme, link and help.
//!
//! A language switch appears when there is more than one language, never before.

use std::rc::Rc;

use crate::knowledge::Text;
use crate::ui::context::truth;
use crate::ui::draw::{Draw, attrs};
use crate::ui::message::Message;
use crate::ui::settings::Theme;

/// Which room is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Room {
    /// One run, step by step.
    #[default]
    Watch,
    /// Every road at once.
    Map,
}

/// A language that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language {
    /// Its tag, such as `ja`.
    pub tag: String,
    /// Its own name for itself.
    pub name: String,
}

/// What the header shows.
#[derive(Clone)]
pub struct Header {
    /// The open room.
    pub room: Room,
    /// The link that leads to the other room.
    pub other: String,
    /// The languages there are.
    pub languages: Rc<Vec<Language>>,
    /// The theme in force.
    pub theme: Theme,
    /// What became of copying the link, until the next step.
    pub copied: Option<bool>,
}

/// Draws the header.
pub fn view(d: &mut Draw<'_>, header: &Header) {
    d.el("header", attrs!["class" = "top"], |d| {
        d.el("h1", attrs!["class" = "brand"], |d| {
            d.el("a", attrs!["href" = "#/"], |d| {
                envelope(d);
                d.word("span", attrs![], Text::Brand);
            });
        });
        d.el("nav", attrs!["aria-label": Text::Rooms], |d| {
            room(d, header.room == Room::Watch, &header.other, Text::RoomWatch);
            room(d, header.room == Room::Map, &header.other, Text::RoomMap);
        });
        d.el("div", attrs!["class" = "tools"], |d| {
            d.when(header.languages.len() > 1, |d| languages(d, &header.languages));
            theme(d, header.theme);
            copy(d, header.copied);
            help(d);
        });
    });
}

/// The open room is named, not linked: its link would change with every step and lead nowhere new.
fn room(d: &mut Draw<'_>, here: bool, href: &str, name: Text) {
    let link = attrs!["href": (!here).then_some(href), "aria-current": here.then_some("page")];
    d.word("a", link, name);
}

fn help(d: &mut Draw<'_>) {
    let button = attrs!["type" = "button", "id" = "help-button", "class" = "plain", "disabled": d.cx.inert,
        "aria-haspopup" = "dialog", "aria-label": Text::HelpButton];
    d.el("button", button, |d| {
        d.click(Message::OpenedHelp);
        d.text("?");
    });
}

/// The button that copies the link, and what became of it.
fn copy(d: &mut Draw<'_>, copied: Option<bool>) {
    let (name, picture) = match copied {
        None => {
            (Text::CopyLink, "M7 4.5l1.8-1.8a3 3 0 0 1 4.4 4.4L11.4 9M9 11.5l-1.8 1.8a3 3 0 0 1-4.4-4.4L4.6 7M6 10l4-4")
        }
        Some(true) => (Text::LinkCopied, "M2 9l4 4 8-10"),
        Some(false) => (Text::LinkNotCopied, "M3 3l10 10M13 3L3 13"),
    };
    d.el("button", attrs!["type" = "button", "id" = "copy", "class" = "plain", "disabled": d.cx.inert], |d| {
        d.click(Message::PressedCopyLink);
        icon(d, |d| d.empty("path", attrs!["d": picture]));
        d.word("span", attrs![], name);
    });
}

fn languages(d: &mut Draw<'_>, languages: &[Language]) {
    let group = attrs!["class" = "switch", "role" = "group", "aria-label": Text::Language];
    d.el("div", group, |d| {
        for language in languages {
            let on = language.tag == d.cx.words.lang();
            let button = attrs!["type" = "button", "lang": &language.tag, "aria-pressed": truth(on),
                "disabled": d.cx.inert];
            d.el("button", button, |d| {
                d.click(Message::ChoseLanguage(language.tag.clone()));
                d.text(&language.name);
            });
        }
    });
}

/// One button that goes round auto, light and dark; its name says which is on.
fn theme(d: &mut Draw<'_>, theme: Theme) {
    let label = format!("{}: {}", d.cx.text(Text::Theme), d.cx.text(theme_name(theme)));
    let button = attrs!["type" = "button", "id" = "theme", "class" = "plain", "disabled": d.cx.inert, "title": &label,
        "aria-label": &label];
    d.el("button", button, |d| {
        d.click(Message::ChoseTheme(theme.next()));
        icon(d, |d| match theme {
            Theme::Auto => {
                d.empty("circle", attrs!["cx" = "8", "cy" = "8", "r" = "6"]);
                d.empty("path", attrs!["class" = "fill", "d" = "M8 2a6 6 0 0 1 0 12z"]);
            }
            Theme::Light => {
                let rays =
                    attrs!["d" = "M8 1v2M8 13v2M1 8h2M13 8h2M3 3l1.5 1.5M11.5 11.5L13 13M13 3l-1.5 1.5M4.5 11.5L3 13"];
                d.empty("circle", attrs!["cx" = "8", "cy" = "8", "r" = "3.2"]);
                d.empty("path", rays);
            }
            Theme::Dark => {
                d.empty("path", attrs!["class" = "fill", "d" = "M13.5 9.8A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.3z"]);
            }
        });
    });
}

/// A small picture on a button.
fn icon(d: &mut Draw<'_>, inside: impl FnOnce(&mut Draw<'_>)) {
    let frame =
        attrs!["class" = "icon", "width" = "16", "height" = "16", "viewBox" = "0 0 16 16", "aria-hidden" = "true"];
    d.el("svg", frame, inside);
}

/// The word for a theme.
#[must_use]
pub const fn theme_name(theme: Theme) -> Text {
    match theme {
        Theme::Auto => Text::ThemeAuto,
        Theme::Light => Text::ThemeLight,
        Theme::Dark => Text::ThemeDark,
    }
}

fn envelope(d: &mut Draw<'_>) {
    let frame =
        attrs!["class" = "icon", "width" = "24", "height" = "18", "viewBox" = "0 0 26 20", "aria-hidden" = "true"];
    d.el("svg", frame, |d| {
        d.empty("rect", attrs!["x" = "1", "y" = "1", "width" = "24", "height" = "18", "rx" = "3"]);
        d.empty("path", attrs!["d" = "M2 4l11 8L24 4"]);
    });
}
