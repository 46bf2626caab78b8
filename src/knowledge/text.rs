//! The keys of the page's strings. The strings stand in `data/languages/<tag>/ui.toml` under `[text]`.
//!
//! To add one: a line here, a line there. A key without an English string, and a string without a key, fail
//! `tests/knowledge.rs`.

/// Declares the keys once: the variant, and its key in `ui.toml`.
macro_rules! texts {
    ($($variant:ident = $key:literal,)*) => {
        /// A string of the page, in whatever language is on.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Text {
            $(#[doc = concat!("`", $key, "` in `ui.toml`.")] $variant,)*
        }

        impl Text {
            /// Every string, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its key in `ui.toml`.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self { $(Self::$variant => $key,)* }
            }
        }
    };
}

texts! {
    // The frame: header, landmarks, notices, what shows before the program runs.
    Brand = "brand",
    Tagline = "tagline",
    Rooms = "rooms",
    RoomWatch = "room-watch",
    RoomMap = "room-map",
    Language = "language",
    Theme = "theme",
    ThemeAuto = "theme-auto",
    ThemeDark = "theme-dark",
    ThemeLight = "theme-light",
    CopyLink = "copy-link",
    LinkCopied = "link-copied",
    LinkNotCopied = "link-not-copied",
    HelpButton = "help-button",
    NoticeTitle = "notice-title",
    Dismiss = "dismiss",
    BootStarting = "boot-starting",
    BootFailed = "boot-failed",
    BootReload = "boot-reload",
    BootNoScript = "boot-no-script",
    LanguageFailed = "language-failed",
    // Watch: situation bar and network.
    Situation = "situation",
    More = "more",
    MoreHeading = "more-heading",
    NextSituation = "next-situation",
    Network = "network",
    CutOff = "cut-off",
    // Watch: transcript.
    Transcript = "transcript",
    LaneClient = "lane-client",
    LaneClientShort = "lane-client-short",
    LaneServer = "lane-server",
    LaneServerShort = "lane-server-short",
    LaneTcp = "lane-tcp",
    LaneTls = "lane-tls",
    LaneDns = "lane-dns",
    LaneNote = "lane-note",
    LaneNoteShort = "lane-note-short",
    YetToCome = "yet-to-come",
    Reveal = "reveal",
    Veil = "veil",
    SentAs = "sent-as",
    Decoded = "decoded",
    // Watch: explanation.
    Explanation = "explanation",
    HeadingAnatomy = "heading-anatomy",
    HeadingWhy = "heading-why",
    HeadingRule = "heading-rule",
    HeadingStates = "heading-states",
    StateBefore = "state-before",
    StateAfter = "state-after",
    DiagramSummary = "diagram-summary",
    DiagramName = "diagram-name",
    DiagramFrom = "diagram-from",
    DiagramStays = "diagram-stays",
    HeadingEnvelope = "heading-envelope",
    HeadingAlternatives = "heading-alternatives",
    AlternativeCode = "alternative-code",
    AlternativeWhen = "alternative-when",
    AlternativeThen = "alternative-then",
    HeadingMistake = "heading-mistake",
    Right = "right",
    Changed = "changed",
    Decides = "decides",
    HeadingOutcome = "heading-outcome",
    OutcomeWho = "outcome-who",
    OutcomeShown = "outcome-shown",
    OutcomeChange = "outcome-change",
    OutcomeRecipients = "outcome-recipients",
    // Watch: player.
    Player = "player",
    StepButtons = "step-buttons",
    First = "first",
    Back = "back",
    Play = "play",
    Pause = "pause",
    Next = "next",
    Last = "last",
    Scrubber = "scrubber",
    Position = "position",
    Speed = "speed",
    SpeedHalf = "speed-half",
    SpeedOne = "speed-one",
    SpeedTwo = "speed-two",
    HideAhead = "hide-ahead",
    // Help.
    HelpTitle = "help-title",
    HelpScope = "help-scope",
    HelpKeys = "help-keys",
    HelpSettings = "help-settings",
    KeySpace = "key-space",
    KeyPlay = "key-play",
    KeyNext = "key-next",
    KeyBack = "key-back",
    KeyEnds = "key-ends",
    KeyPercent = "key-percent",
    KeyPhase = "key-phase",
    KeyCopy = "key-copy",
    KeyHelp = "key-help",
    KeyEscape = "key-escape",
    SettingLetters = "setting-letters",
    Close = "close",
    // Map.
    MapTitle = "map-title",
    MapCaption = "map-caption",
    MapDestination = "map-destination",
    MapPort = "map-port",
    ToneGood = "tone-good",
    ToneBad = "tone-bad",
    ToneWait = "tone-wait",

    // Words of the clauses.
    FamilySubmission = "family-submission",
}
