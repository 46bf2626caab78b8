//! Which key does what, and where it does nothing.
//!
//! Pure: the browser says what was pressed and where the focus was; the answer is a message or none. A key without an
//! answer keeps the meaning that the browser gives it.

use crate::ui::header::Room;
use crate::ui::message::Message;
use crate::ui::transport::BUTTONS;

/// Where the focus is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// On nothing: the page as a whole stands for the player.
    Body,
    /// On something inside the page that has no use for keys of its own.
    Inside,
    /// On a button, a link or a disclosure, which needs Space and Enter.
    Button,
    /// On a button of the player's toolbar, which also needs the arrows.
    Toolbar,
    /// On the scrubber, which needs arrows, Home, End, `PageUp` and `PageDown`.
    Scrubber,
    /// On the explanation or the map, which scroll by keys.
    Reading,
    /// Where text is typed or a list is open, or in a dialog: every key is taken.
    Taken,
}

/// A key that was pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Press {
    /// Its name, as the browser gives it: `ArrowRight`, ` `, `c`.
    pub key: String,
    /// Was Shift held?
    pub shift: bool,
    /// Was Ctrl, Alt or Meta held? Such keys belong to the browser and the system.
    pub command: bool,
    /// Is an input method composing? Its keys are no keys.
    pub composing: bool,
    /// Where the focus was.
    pub focus: Focus,
}

/// What of the page's state decides on a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The open room: the map has no player.
    pub room: Room,
    /// Do single-character shortcuts work?
    pub letters: bool,
    /// The toolbar's Tab stop.
    pub tab_stop: usize,
}

/// What a key says, if anything.
#[must_use]
pub fn message(press: &Press, rules: Rules) -> Option<Message> {
    if press.command || press.composing || press.focus == Focus::Taken {
        return None;
    }
    let key = press.key.as_str();
    if key == "Escape" {
        return Some(Message::PressedEscape);
    }
    if is_character(key) && !rules.letters {
        return None;
    }
    match (key, rules.room) {
        ("?", _) => Some(Message::OpenedHelp),
        (_, Room::Map) => None,
        // A letter works only with the focus inside, so that it cannot be pressed by dictation on the page at large.
        ("c", Room::Watch) => (press.focus != Focus::Body).then_some(Message::PressedCopyLink),
        (_, Room::Watch) => toolbar(press, rules).or_else(|| player(press)),
    }
}

fn is_character(key: &str) -> bool {
    key != " " && key.chars().count() == 1
}

/// Moving inside the toolbar.
fn toolbar(press: &Press, rules: Rules) -> Option<Message> {
    if press.focus != Focus::Toolbar || press.shift {
        return None;
    }
    let last = BUTTONS.len() - 1;
    match press.key.as_str() {
        "ArrowRight" => Some(Message::MovedInToolbar(if rules.tab_stop >= last { 0 } else { rules.tab_stop + 1 })),
        "ArrowLeft" => Some(Message::MovedInToolbar(rules.tab_stop.checked_sub(1).unwrap_or(last))),
        "Home" => Some(Message::MovedInToolbar(0)),
        "End" => Some(Message::MovedInToolbar(last)),
        _ => None,
    }
}

fn player(press: &Press) -> Option<Message> {
    let own = match press.focus {
        Focus::Button | Focus::Toolbar => &[" ", "Enter"][..],
        Focus::Scrubber => &["ArrowRight", "ArrowLeft", "Home", "End", "PageUp", "PageDown"],
        Focus::Reading => &[" ", "Home", "End", "PageUp", "PageDown"],
        Focus::Body | Focus::Inside | Focus::Taken => &[],
    };
    let key = press.key.as_str();
    // Shift and an arrow go by phase, which no element needs for itself.
    match (key, press.shift) {
        ("ArrowRight", true) => return Some(Message::PressedNextPhase),
        ("ArrowLeft", true) => return Some(Message::PressedPreviousPhase),
        _ if own.contains(&key) => return None,
        _ => {}
    }
    match key {
        " " => (!press.shift).then_some(Message::PressedPlay),
        "ArrowRight" | "." | "PageDown" => Some(Message::PressedNext),
        "ArrowLeft" | "," | "PageUp" => Some(Message::PressedBack),
        "Home" => Some(Message::PressedFirst),
        "End" => Some(Message::PressedLast),
        _ => percent(key).map(Message::PressedPercent),
    }
}

/// `0` to `9`: tenths of the way.
fn percent(key: &str) -> Option<u8> {
    match key.as_bytes() {
        [digit @ b'0'..=b'9'] => Some((digit - b'0') * 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Focus, Message, Press, Room, Rules, message};

    const RULES: Rules = Rules { room: Room::Watch, letters: true, tab_stop: 2 };

    fn press(key: &str, focus: Focus) -> Press {
        Press { key: key.into(), shift: false, command: false, composing: false, focus }
    }

    fn on(key: &str, focus: Focus) -> Option<Message> {
        message(&press(key, focus), RULES)
    }

    #[test]
    fn the_page_as_a_whole_is_the_player() {
        let table = [
            (" ", Message::PressedPlay),
            ("ArrowRight", Message::PressedNext),
            (".", Message::PressedNext),
            ("PageDown", Message::PressedNext),
            ("ArrowLeft", Message::PressedBack),
            (",", Message::PressedBack),
            ("PageUp", Message::PressedBack),
            ("Home", Message::PressedFirst),
            ("End", Message::PressedLast),
            ("0", Message::PressedPercent(0)),
            ("9", Message::PressedPercent(90)),
            ("?", Message::OpenedHelp),
            ("Escape", Message::PressedEscape),
        ];
        for (key, expected) in table {
            assert_eq!(on(key, Focus::Body), Some(expected.clone()), "{key} on the body");
            assert_eq!(on(key, Focus::Inside), Some(expected), "{key} inside");
        }
        for key in ["x", "Enter", "ArrowUp", "Tab", "F5", "10", "Ａ"] {
            assert_eq!(on(key, Focus::Body), None, "{key}");
        }
    }

    #[test]
    fn shift_and_arrow_go_by_phase() {
        for focus in [Focus::Body, Focus::Toolbar, Focus::Scrubber, Focus::Reading] {
            let shifted = |key| message(&Press { shift: true, ..press(key, focus) }, RULES);
            assert_eq!(shifted("ArrowRight"), Some(Message::PressedNextPhase));
            assert_eq!(shifted("ArrowLeft"), Some(Message::PressedPreviousPhase));
        }
    }

    #[test]
    fn letters_need_the_focus_inside() {
        assert_eq!(on("c", Focus::Body), None);
        assert_eq!(on("c", Focus::Inside), Some(Message::PressedCopyLink));
        assert_eq!(on("c", Focus::Button), Some(Message::PressedCopyLink));
    }

    #[test]
    fn single_characters_can_be_turned_off() {
        let off = Rules { letters: false, ..RULES };
        for key in ["c", "?", ".", ",", "0", "9"] {
            assert_eq!(message(&press(key, Focus::Inside), off), None, "{key}");
        }
        for key in [" ", "ArrowRight", "Home", "Escape"] {
            assert!(message(&press(key, Focus::Inside), off).is_some(), "{key} is no character");
        }
    }

    #[test]
    fn the_browser_the_system_and_input_methods_keep_their_keys() {
        for key in [" ", "ArrowRight", "c", "?", "0", "Escape"] {
            assert_eq!(on(key, Focus::Taken), None, "{key} in a text field");
            assert_eq!(message(&Press { command: true, ..press(key, Focus::Inside) }, RULES), None, "Ctrl {key}");
            assert_eq!(
                message(&Press { composing: true, ..press(key, Focus::Inside) }, RULES),
                None,
                "composing {key}"
            );
        }
    }

    #[test]
    fn elements_keep_the_keys_they_live_by() {
        for key in [" ", "Enter"] {
            assert_eq!(on(key, Focus::Button), None);
            assert_eq!(on(key, Focus::Toolbar), None);
        }
        for key in ["ArrowRight", "ArrowLeft", "Home", "End", "PageUp", "PageDown"] {
            assert_eq!(on(key, Focus::Scrubber), None);
        }
        for key in [" ", "Home", "End", "PageUp", "PageDown"] {
            assert_eq!(on(key, Focus::Reading), None);
        }
        assert_eq!(on("ArrowRight", Focus::Reading), Some(Message::PressedNext));
        assert_eq!(on("ArrowRight", Focus::Button), Some(Message::PressedNext));
    }

    #[test]
    fn arrows_move_inside_the_toolbar_and_go_round() {
        let at = |tab_stop, key| message(&press(key, Focus::Toolbar), Rules { tab_stop, ..RULES });
        assert_eq!(at(2, "ArrowRight"), Some(Message::MovedInToolbar(3)));
        assert_eq!(at(4, "ArrowRight"), Some(Message::MovedInToolbar(0)));
        assert_eq!(at(0, "ArrowLeft"), Some(Message::MovedInToolbar(4)));
        assert_eq!(at(3, "Home"), Some(Message::MovedInToolbar(0)));
        assert_eq!(at(1, "End"), Some(Message::MovedInToolbar(4)));
        assert_eq!(at(1, "PageDown"), Some(Message::PressedNext));
    }

    #[test]
    fn the_map_has_no_player() {
        let map = Rules { room: Room::Map, ..RULES };
        for key in [" ", "ArrowRight", "Home", "c", "5"] {
            assert_eq!(message(&press(key, Focus::Inside), map), None, "{key}");
        }
        assert_eq!(message(&press("?", Focus::Body), map), Some(Message::OpenedHelp));
    }
}
