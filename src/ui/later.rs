//! What can wait until the reader rests: to write the address, and to speak.
//!
//! Browsers refuse a history that changes too often, a screen reader only stammers, and a step is there the sooner.

/// The rest at which it is due. The first one belongs to the explanation that is drawn ahead.
const DUE: u8 = 2;

/// Something to be spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Speech {
    /// The step that is shown by then.
    Step,
    /// These words.
    Words(String),
}

/// What waits.
#[derive(Debug, Default)]
pub struct Later {
    /// How often the reader has rested since something happened.
    rests: u8,
    /// Does the address bar wait for the fragment of what is shown?
    address: bool,
    /// What is to be spoken.
    speech: Option<Speech>,
}

/// What is due.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// Write the fragment of what is shown.
    pub address: bool,
    /// Have this spoken.
    pub speech: Option<Speech>,
}

impl Later {
    /// Something has happened: a rest begins anew.
    pub const fn begin_anew(&mut self) {
        self.rests = 0;
    }

    /// The address is to be written.
    pub const fn write(&mut self) {
        self.address = true;
    }

    /// The address bar has another fragment, or has this one already.
    pub const fn forget_address(&mut self) {
        self.address = false;
    }

    /// To be spoken, in place of what still waits.
    pub fn say(&mut self, speech: Speech) {
        self.speech = Some(speech);
    }

    /// Is there something?
    #[must_use]
    pub const fn is_waiting(&self) -> bool {
        self.address || self.speech.is_some()
    }

    /// The reader has rested, once more.
    pub fn rest(&mut self) -> Due {
        self.rests = self.rests.saturating_add(1);
        if self.rests < DUE {
            return Due::default();
        }
        Due { address: std::mem::take(&mut self.address), speech: self.speech.take() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_due_at_the_second_rest_and_only_once() {
        let mut later = Later::default();
        later.write();
        later.say(Speech::Step);
        assert_eq!(later.rest(), Due::default());
        assert!(later.is_waiting());
        assert_eq!(later.rest(), Due { address: true, speech: Some(Speech::Step) });
        assert!(!later.is_waiting());
        assert_eq!(later.rest(), Due::default());
    }

    #[test]
    fn who_goes_on_is_not_told_of_what_was_before() {
        let mut later = Later::default();
        later.say(Speech::Words("delivered".into()));
        later.rest();
        later.begin_anew();
        later.say(Speech::Step);
        assert_eq!(later.rest(), Due::default());
        assert_eq!(later.rest().speech, Some(Speech::Step));
    }

    #[test]
    fn an_address_that_has_changed_is_not_written_over() {
        let mut later = Later::default();
        later.write();
        later.forget_address();
        later.rest();
        assert!(!later.rest().address);
    }
}
