//! What a reader sets once and expects to find again: theme, speed, shortcuts, hiding what comes next.
//!
//! Plain values with their stored form. Storing them is the browser's business.

/// Light, dark, or as the system has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the system has it.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All, in the order in which the button goes through them.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// The word in storage and in the `data-theme` attribute.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Auto => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::Auto,
        }
    }
}

/// How fast the player plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Speed {
    /// Half.
    Half,
    /// Normal.
    #[default]
    One,
    /// Double.
    Two,
}

impl Speed {
    /// All, slowest first.
    pub const ALL: [Self; 3] = [Self::Half, Self::One, Self::Two];

    /// The word in storage.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Half => "half",
            Self::One => "one",
            Self::Two => "two",
        }
    }

    /// Milliseconds of the reader's time from one step to the next.
    #[must_use]
    pub const fn step_ms(self) -> u32 {
        match self {
            Self::Half => 3_200,
            Self::One => 1_600,
            Self::Two => 800,
        }
    }

    /// Too fast for a screen reader to speak each step.
    #[must_use]
    pub const fn is_fast(self) -> bool {
        matches!(self, Self::Two)
    }
}

/// Everything set once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Light, dark or auto.
    pub theme: Theme,
    /// The player's speed.
    pub speed: Speed,
    /// Do single-character shortcuts work? (WCAG 2.1.4 asks for a way to turn them off.)
    pub letters: bool,
    /// Are rows after the current one hidden?
    pub hide_ahead: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { theme: Theme::Auto, speed: Speed::One, letters: true, hide_ahead: false }
    }
}

impl Settings {
    /// The name under which a setting is stored, and its value, one pair a setting.
    #[must_use]
    pub fn stored(&self) -> [(&'static str, &'static str); 4] {
        let switch = |on| if on { "on" } else { "off" };
        [
            ("theme", self.theme.id()),
            ("speed", self.speed.id()),
            ("letters", switch(self.letters)),
            ("hide-ahead", switch(self.hide_ahead)),
        ]
    }

    /// Reads what was stored; whatever is missing or unknown keeps its default.
    #[must_use]
    pub fn from_stored(read: impl Fn(&str) -> Option<String>) -> Self {
        let theme = read("theme").and_then(|word| Theme::ALL.into_iter().find(|theme| theme.id() == word));
        let speed = read("speed").and_then(|word| Speed::ALL.into_iter().find(|speed| speed.id() == word));
        Self {
            theme: theme.unwrap_or_default(),
            speed: speed.unwrap_or_default(),
            letters: read("letters").as_deref() != Some("off"),
            hide_ahead: read("hide-ahead").as_deref() == Some("on"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Settings, Speed, Theme};

    #[test]
    fn what_is_stored_is_read_back() {
        for theme in Theme::ALL {
            for speed in Speed::ALL {
                for bits in 0..4 {
                    let set = Settings { theme, speed, letters: bits & 1 == 0, hide_ahead: bits & 2 == 0 };
                    let stored = set.stored();
                    let read = |name: &str| {
                        stored.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
                    };
                    assert_eq!(Settings::from_stored(read), set);
                }
            }
        }
    }

    #[test]
    fn nonsense_in_storage_gives_the_defaults() {
        assert_eq!(Settings::from_stored(|_| Some("<script>".into())), Settings::default());
        assert_eq!(Settings::from_stored(|_| None), Settings::default());
    }

    #[test]
    fn the_theme_button_goes_round() {
        assert_eq!(Theme::Auto.next().next().next(), Theme::Auto);
        assert_eq!(Theme::ALL.map(Theme::next), [Theme::Light, Theme::Dark, Theme::Auto]);
    }
}
