//! The header: the name, the rooms that exist, language, theme, link and help.
//!
//! A language switch appears when there is more than one language, never before.

use yew::prelude::*;

use crate::knowledge::Text;
use crate::ui::context::{Context, truth};
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
    /// The link that leads back to the run in Watch.
    pub watch: String,
    /// The link that leads to the map.
    pub map: String,
    /// The languages there are.
    pub languages: Vec<Language>,
    /// The theme in force.
    pub theme: Theme,
    /// What became of copying the link, until the next step.
    pub copied: Option<bool>,
}

/// Draws the header.
pub fn view(cx: &Context, header: &Header) -> Html {
    let room = |room: Room, href: &str, name: Text| {
        // The open room is named, not linked: its link would change with every step and lead nowhere new.
        let here = header.room == room;
        html! { <a href={(!here).then(|| href.to_owned())} aria-current={here.then_some("page")}>{ cx.text(name) }</a> }
    };
    html! {
        <header class="top">
            <h1 class="brand"><a href="#/">{ envelope() }<span>{ cx.text(Text::Brand) }</span></a></h1>
            <nav aria-label={cx.text(Text::Rooms).to_owned()}>
                { room(Room::Watch, &header.watch, Text::RoomWatch) }
                { room(Room::Map, &header.map, Text::RoomMap) }
            </nav>
            <div class="tools">
                { languages(cx, &header.languages) }
                { theme(cx, header.theme) }
                { copy(cx, header.copied) }
                <button type="button" id="help-button" class="plain" disabled={cx.inert} aria-haspopup="dialog"
                    aria-label={cx.text(Text::HelpButton).to_owned()}
                    onclick={cx.on(Message::OpenedHelp)}>{ "?" }</button>
            </div>
        </header>
    }
}

/// The button that copies the link, and what became of it.
fn copy(cx: &Context, copied: Option<bool>) -> Html {
    let (name, picture) = match copied {
        None => {
            (Text::CopyLink, "M7 4.5l1.8-1.8a3 3 0 0 1 4.4 4.4L11.4 9M9 11.5l-1.8 1.8a3 3 0 0 1-4.4-4.4L4.6 7M6 10l4-4")
        }
        Some(true) => (Text::LinkCopied, "M2 9l4 4 8-10"),
        Some(false) => (Text::LinkNotCopied, "M3 3l10 10M13 3L3 13"),
    };
    html! {
        <button type="button" id="copy" class="plain" disabled={cx.inert} onclick={cx.on(Message::PressedCopyLink)}>
            <svg class="icon" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><path d={picture}/></svg>
            <span>{ cx.text(name) }</span>
        </button>
    }
}

fn languages(cx: &Context, languages: &[Language]) -> Html {
    if languages.len() < 2 {
        return Html::default();
    }
    let buttons = languages.iter().map(|language| {
        let on = language.tag == cx.words.lang();
        html! {
            <button type="button" lang={language.tag.clone()} aria-pressed={truth(on)} disabled={cx.inert}
                onclick={cx.on(Message::ChoseLanguage(language.tag.clone()))}>{ &language.name }</button>
        }
    });
    html! { <div class="switch" role="group" aria-label={cx.text(Text::Language).to_owned()}>{ for buttons }</div> }
}

/// One button that goes round auto, light and dark; its name says which is on.
fn theme(cx: &Context, theme: Theme) -> Html {
    let name = cx.text(theme_name(theme));
    let label = format!("{}: {name}", cx.text(Text::Theme));
    let picture = match theme {
        Theme::Auto => html! { <><circle cx="8" cy="8" r="6"/><path class="fill" d="M8 2a6 6 0 0 1 0 12z"/></> },
        Theme::Light => {
            html! { <><circle cx="8" cy="8" r="3.2"/><path d="M8 1v2M8 13v2M1 8h2M13 8h2M3 3l1.5 1.5M11.5 11.5L13 13M13 3l-1.5 1.5M4.5 11.5L3 13"/></> }
        }
        Theme::Dark => html! { <path class="fill" d="M13.5 9.8A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.3z"/> },
    };
    html! {
        <button type="button" id="theme" class="plain" disabled={cx.inert} title={label.clone()} aria-label={label}
            onclick={cx.on(Message::ChoseTheme(theme.next()))}>
            <svg class="icon" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">{ picture }</svg>
        </button>
    }
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

fn envelope() -> Html {
    html! {
        <svg class="icon" width="24" height="18" viewBox="0 0 26 20" aria-hidden="true">
            <rect x="1" y="1" width="24" height="18" rx="3"/><path d="M2 4l11 8L24 4"/>
        </svg>
    }
}
