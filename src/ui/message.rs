//! What can happen on the page, as facts in the past tense.
//!
//! No Yew and no browser here: a message says what the reader or the browser did, never what is to be done about it.

use std::rc::Rc;

use crate::knowledge::Knowledge;
use crate::ui::settings::{Settings, Speed, Theme};

/// Something happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// Another language was chosen, by tag.
    ChoseLanguage(String),
    /// Another network was chosen above the map.
    ChoseNetwork(String),
    /// Another situation was chosen, by id.
    ChoseSituation(String),
    /// Another speed was chosen.
    ChoseSpeed(Speed),
    /// A row of the transcript or a place on the scrubber was chosen.
    ChoseStep(usize),
    /// Another theme was chosen.
    ChoseTheme(Theme),
    /// A control of the situation bar was set.
    ChoseValue {
        /// The control's key.
        key: String,
        /// Its new value.
        value: String,
    },
    /// Copying the link worked, or the browser forbade it.
    CopiedLink(bool),
    /// The notice was read and put away.
    DismissedNotice,
    /// The address bar's fragment changed: a link, back, forward, or typing.
    FragmentChanged(String),
    /// A language file came.
    LanguageArrived(Rc<Knowledge>),
    /// A language file did not come.
    LanguageFailed,
    /// Focus moved to this button of the player's toolbar, counted from 0.
    MovedInToolbar(usize),
    /// Help was asked for.
    OpenedHelp,
    /// One step back.
    PressedBack,
    /// A link to this step was asked for.
    PressedCopyLink,
    /// Escape.
    PressedEscape,
    /// To the first step.
    PressedFirst,
    /// To the last step.
    PressedLast,
    /// One step on.
    PressedNext,
    /// To the first step of the next phase.
    PressedNextPhase,
    /// To so many per cent of the way.
    PressedPercent(u8),
    /// Play, or pause.
    PressedPlay,
    /// To the first step of this phase, or of the one before.
    PressedPreviousPhase,
    /// Settings of an earlier visit were found.
    RememberedSettings(Settings),
    /// The reader stays at a step, so that there is time to prepare the next.
    Rested,
    /// The player's clock struck.
    TimePassed,
    /// The state diagram was opened or closed.
    ToggledDiagram,
    /// Hiding what comes next was turned on or off.
    ToggledHideAhead,
    /// Single-character shortcuts were turned on or off.
    ToggledLetters,
    /// The further controls were opened or closed.
    ToggledMore,
    /// The secret of this step was revealed or veiled.
    ToggledReveal(usize),
    /// The rest of this group of clauses was opened or closed.
    ToggledStratum(usize),
    /// Text was typed into a control of the situation bar.
    TypedValue {
        /// The control's key.
        key: String,
        /// What stands in the field now.
        value: String,
    },
}
