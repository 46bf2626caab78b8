//! Logs in: what a program printed about an SMTP dialogue becomes a transcript.
//!
//! A reader per kind of log turns text into `item::Item`s: who said what, and what happened around it. From these
//! `assemble` makes events, with secrets veiled before anything else sees them. A log cannot know why a server
//! answered as it did, so the client's lines are played to a *shadow* session: where it answers with the same code its
//! reason is taken over, elsewhere the reply is marked as a departure with what was expected and what may lie behind
//! it. Nothing is executed, nothing is connected to, and what could not be read is said.

mod allowed;
mod assemble;
mod bare;
mod entries;
mod facts;
mod follow;
mod guess;
mod item;
mod library;
mod marked;
mod postfix;
mod quoted;
mod shadow;
mod stamp;
mod veil;

#[cfg(test)]
mod tests;

use crate::reason::Reason;
use crate::transcript::{Format, Transcript};

pub use allowed::ReplyTable;
pub use guess::guess;
pub use quoted::{Quoted, quoted};
pub use veil::{VEIL, veiled};

/// The log shows it; nothing in it tells why.
pub const OBSERVED: Reason = Reason::new("import.observed");
/// The server answered otherwise than the session machine would have.
pub const DEPARTS: Reason = Reason::new("import.departs");
/// A reply that one log line quotes, without the dialogue around it.
pub const QUOTED: Reason = Reason::new("import.quoted");

/// The reasons of this module.
pub(crate) const REASONS: &[Reason] = &[OBSERVED, DEPARTS, QUOTED];

/// The longest log that is read, in octets.
pub const MOST_OCTETS: usize = 4 << 20;

/// What became of a log.
#[derive(Clone, Debug)]
pub struct Import {
    /// The events.
    pub transcript: Transcript,
    /// What it was read as.
    pub format: Format,
    /// Was that guessed, and not said?
    pub guessed: bool,
    /// The server software the log names, if it names one that is known here; `generic` otherwise.
    pub server: &'static str,
    /// What there is to say about single replies, in the order of the events.
    pub judgements: Vec<Judgement>,
    /// How many secrets were veiled.
    pub veiled: usize,
    /// The numbers of the lines that could not be read, from 1.
    pub unread: Vec<usize>,
}

/// What the log's reply is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The reply's event, by its index.
    pub event: usize,
    /// What the session machine would have answered; `None` where it was not asked.
    pub expected: Option<String>,
    /// The ids of the reasons this project knows for such a code after such a command.
    pub allowed: Vec<&'static str>,
}

/// Why a log became no transcript.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// Over [`MOST_OCTETS`].
    #[error("longer than {MOST_OCTETS} octets; cut out the connection in question")]
    TooLong,
    /// No line of it says anything about a dialogue.
    #[error("nothing in it reads as {}", .0.id())]
    Nothing(Format),
    /// It has no line at all.
    #[error("there is nothing in it")]
    Empty,
}

/// Reads a log as `format`, or as what it looks like.
///
/// # Errors
/// When it is too long, or nothing in it could be read.
pub fn import(text: &[u8], format: Option<Format>) -> Result<Import, ImportError> {
    if text.len() > MOST_OCTETS {
        return Err(ImportError::TooLong);
    }
    let lines = item::lines(text);
    if lines.iter().all(|line| line.text.trim_ascii().is_empty()) {
        return Err(ImportError::Empty);
    }
    let guessed = format.is_none();
    let format = format.unwrap_or_else(|| guess::of(&lines));
    let read = match format {
        Format::Swaks => marked::swaks(&lines),
        Format::Curl => marked::curl(&lines),
        Format::EximDebug => marked::exim(&lines),
        Format::Sendmail => marked::sendmail(&lines),
        Format::Library => library::read(&lines),
        Format::OpenSsl | Format::Telnet => bare::read(&lines),
        Format::PostfixDebug | Format::PostfixLog => postfix::read(&lines),
        Format::EximLog => entries::exim(&lines),
        Format::OpensmtpdLog => entries::opensmtpd(&lines),
        Format::Tshark => follow::read(&lines),
        Format::Printed => entries::printed(&lines),
    };
    if read.items.is_empty() {
        return Err(ImportError::Nothing(format));
    }
    Ok(assemble::assemble(read, format, guessed))
}
