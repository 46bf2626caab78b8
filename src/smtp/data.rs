//! Mail data: dots doubled and undoubled, and where the data ends (RFC 5321 §4.1.1.4, §4.5.2).
//!
//! The decoder tells what it saw and decides nothing beyond its mode. What a server answers is the session's.

use super::documented::choices;

use super::blocks::{BLOCK, first_lf, last_lf, ordinary_blocks};
use super::limits;

const CRLF: &[u8] = b"\r\n";

/// Room for a last line's CRLF, the line with the dot, and a few dots to double.
const ROOM_FOR_END: usize = 16;

/// Adds `message` to `out` as mail data: dots doubled, closed by the line with the single dot.
///
/// A last line without CRLF gets one (RFC 5321 §4.1.1.4). A line is what ends in CRLF: a bare CR or LF goes out as it
/// is; [`canonical_lines`] makes lines of them before.
pub fn encode(message: &[u8], out: &mut Vec<u8>) {
    out.reserve(message.len() + ROOM_FOR_END);
    for line in lines(message) {
        // RFC 5321 §4.5.2: a line that begins with a dot gets another one.
        if line.starts_with(b".") {
            out.push(b'.');
        }
        out.extend_from_slice(line);
    }
    if !message.is_empty() && !message.ends_with(CRLF) {
        out.extend_from_slice(CRLF);
    }
    out.extend_from_slice(b".\r\n");
}

/// Adds `text` to `out` with every line end, CRLF or bare CR or bare LF, as CRLF: what a client owes a server
/// (RFC 5321 §2.3.8).
pub fn canonical_lines(text: &[u8], out: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(at) = rest.iter().position(|octet| matches!(octet, b'\r' | b'\n')) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(CRLF);
        let end = if rest[at..].starts_with(CRLF) { at + 2 } else { at + 1 };
        rest = &rest[end..];
    }
    out.extend_from_slice(rest);
}

/// Where the first CRLF is.
pub(crate) fn crlf(octets: &[u8]) -> Option<usize> {
    let mut before = 0;
    loop {
        let lf = before + first_lf(octets.get(before..)?)?;
        if lf > 0 && octets[lf - 1] == b'\r' {
            return Some(lf - 1);
        }
        before = lf + 1;
    }
}

/// The lines of `octets`, each with its CRLF; the last may lack it.
pub(super) fn lines(octets: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = octets;
    core::iter::from_fn(move || {
        let len = crlf(rest).map_or(rest.len(), |at| at + 2);
        let (line, more) = rest.split_at_checked(len)?;
        rest = more;
        (!line.is_empty()).then_some(line)
    })
}

choices! {
    /// What a server takes for the end of a line and of the data.
    EndOfData {
        /// CRLF ends a line, CRLF "." CRLF the data, nothing else (RFC 5321 §2.3.8, §4.1.1.4).
        Strict,
        /// A bare LF ends a line as CRLF does, and so LF "." LF the data.
        AcceptBareLf,
        /// As before, and any number of CR before the LF goes with it.
        AcceptBareLfAndExtraCr,
        /// A bare LF ends a line; only CRLF "." CRLF ends the data.
        Normalize,
        /// The first line decides: after one that ended in CRLF as [`EndOfData::Strict`], after one that ended in a
        /// bare LF as [`EndOfData::AcceptBareLf`].
        AsFirstLine,
        /// As [`EndOfData::Strict`], and the first bare LF ends the reading.
        RejectBareLf,
        /// As [`EndOfData::Strict`], and the first bare CR or LF ends the reading.
        Reject,
    }
}

impl EndOfData {
    /// Every mode.
    pub const ALL: &'static [Self] = &[
        Self::Strict,
        Self::AcceptBareLf,
        Self::AcceptBareLfAndExtraCr,
        Self::Normalize,
        Self::AsFirstLine,
        Self::RejectBareLf,
        Self::Reject,
    ];

    const fn ends_line_at_lf(self) -> bool {
        matches!(self, Self::AcceptBareLf | Self::AcceptBareLfAndExtraCr | Self::Normalize | Self::AsFirstLine)
    }

    const fn ends_data_at_lf(self) -> bool {
        matches!(self, Self::AcceptBareLf | Self::AcceptBareLfAndExtraCr | Self::AsFirstLine)
    }

    const fn rejects(self, found: Bare) -> bool {
        match found {
            Bare::Lf => matches!(self, Self::RejectBareLf | Self::Reject),
            Bare::Cr => matches!(self, Self::Reject),
        }
    }
}

/// One half of a line end without the other (RFC 5321 §2.3.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bare {
    /// CR without an LF after it.
    Cr,
    /// LF without a CR before it.
    Lf,
}

/// How far the decoder came with what it was fed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Progress {
    /// All of it is mail data; there is more to come.
    More,
    /// The data ended.
    End {
        /// How many octets of this feed belong to the data, its end included. What follows is a command.
        used: usize,
    },
    /// The mode does not let this pass.
    Refused {
        /// How many octets of this feed were read.
        used: usize,
        /// What was found.
        found: Bare,
        /// Which octet of the mail data it is, from 0.
        at: u64,
    },
}

/// A stretch of message content, dots undoubled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Piece<'a> {
    /// Which octet of the mail data it begins with, from 0, doubled dots counted.
    pub at: u64,
    /// Its octets: a part of what was fed, or a CR that had been held back.
    pub octets: &'a [u8],
}

/// What was seen so far. Places are octets of the mail data, from 0, doubled dots counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Facts {
    /// Octets of content: without doubled dots and the last line, as SIZE counts them (RFC 1870 §5).
    pub content: u64,
    /// Octets of the longest line of more than [`limits::TEXT_LINE`], its end included, a doubled dot not (RFC 5321
    /// §4.5.3.1.6).
    pub overlong_line: Option<u64>,
    /// The first bare CR.
    pub bare_cr: Option<u64>,
    /// The first bare LF.
    pub bare_lf: Option<u64>,
    /// The first NUL.
    pub nul: Option<u64>,
    /// Is there an octet beyond ASCII (RFC 6152 §3)?
    pub eight_bit: bool,
    /// Was something else than CRLF "." CRLF taken for the end, as RFC 5321 §4.1.1.4 forbids?
    pub loose_end: bool,
}

/// Reads mail data as it comes, in any chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decoder {
    mode: EndOfData,
    state: State,
    /// Octets fed before.
    fed: u64,
    /// Octets of the line that is being read.
    line: u64,
    facts: Facts,
}

/// Where the decoder stands. `by_lf`: the line before ended in a bare LF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// At the beginning of a line. So does the data begin: the CRLF of DATA comes before it (RFC 5321 §4.1.1.4).
    LineStart { by_lf: bool },
    /// After a dot at the beginning of a line.
    Dot { by_lf: bool },
    /// After that dot and so many CR.
    DotCr { by_lf: bool, held: u64 },
    /// Inside a line.
    Text,
    /// Inside a line, after a CR.
    Cr,
    /// The data ended or was refused.
    Over,
}

impl Decoder {
    /// A decoder that stands right after the CRLF of DATA.
    #[must_use]
    pub const fn new(mode: EndOfData) -> Self {
        let facts = Facts {
            content: 0,
            overlong_line: None,
            bare_cr: None,
            bare_lf: None,
            nul: None,
            eight_bit: false,
            loose_end: false,
        };
        Self { mode, state: State::LineStart { by_lf: false }, fed: 0, line: 0, facts }
    }

    /// What was seen so far.
    #[must_use]
    pub const fn facts(&self) -> Facts {
        self.facts
    }

    /// Reads what came next and hands out the content in it. After the end nothing is read any more.
    pub fn feed<'i>(&mut self, input: &'i [u8], content: impl FnMut(Piece<'i>)) -> Progress {
        let mut feed = Feed { input, at: 0, run: 0, slow_until: 0, content };
        let progress = self.read(&mut feed);
        self.tell(&mut feed);
        if progress != Progress::More {
            self.state = State::Over;
        }
        self.fed += feed.at as u64;
        progress
    }

    fn read<'i>(&mut self, feed: &mut Feed<'i, impl FnMut(Piece<'i>)>) -> Progress {
        while feed.at < feed.input.len() {
            let stop = match self.state {
                State::LineStart { by_lf } => self.line_start(feed, by_lf),
                State::Dot { by_lf } => self.dot(feed, by_lf),
                State::DotCr { by_lf, held } => self.dot_cr(feed, by_lf, held),
                State::Text => self.text(feed),
                State::Cr => self.cr(feed),
                State::Over => return Progress::End { used: 0 },
            };
            if let Some(progress) = stop {
                return progress;
            }
        }
        Progress::More
    }

    fn line_start<'i>(&mut self, feed: &mut Feed<'i, impl FnMut(Piece<'i>)>, by_lf: bool) -> Option<Progress> {
        if feed.next() == b'.' {
            // RFC 5321 §4.5.2: a dot at the beginning of a line is no content, whatever follows it.
            self.tell(feed);
            feed.skip();
            self.state = State::Dot { by_lf };
        } else {
            self.state = State::Text;
        }
        None
    }

    fn dot<'i>(&mut self, feed: &mut Feed<'i, impl FnMut(Piece<'i>)>, by_lf: bool) -> Option<Progress> {
        match feed.next() {
            b'\r' => {
                feed.skip();
                self.state = State::DotCr { by_lf, held: 1 };
            }
            b'\n' if self.mode.ends_data_at_lf() => {
                self.note(Bare::Lf, self.fed + feed.at as u64);
                self.facts.loose_end = true;
                feed.skip();
                return Some(Progress::End { used: feed.at });
            }
            _ => self.state = State::Text,
        }
        None
    }

    fn dot_cr<'i>(&mut self, feed: &mut Feed<'i, impl FnMut(Piece<'i>)>, by_lf: bool, held: u64) -> Option<Progress> {
        match feed.next() {
            // RFC 5321 §4.1.1.4: only CRLF "." CRLF ends the data; some modes take LF for the first CRLF.
            b'\n' if !by_lf || self.mode.ends_data_at_lf() => {
                self.facts.loose_end = by_lf || held > 1;
                feed.skip();
                Some(Progress::End { used: feed.at })
            }
            b'\r' if self.mode == EndOfData::AcceptBareLfAndExtraCr => {
                feed.skip();
                self.state = State::DotCr { by_lf, held: held + 1 };
                None
            }
            _ => {
                // It was no end: the CR is content, and what comes next is read as after any CR.
                self.release(feed, held);
                self.state = State::Cr;
                None
            }
        }
    }

    fn text<'i>(&mut self, feed: &mut Feed<'i, impl FnMut(Piece<'i>)>) -> Option<Progress> {
        if feed.at >= feed.slow_until && self.skip_ordinary(feed) {
            return None;
        }
        let rest = &feed.input[feed.at..];
        let plain = rest.iter().position(|octet| matches!(octet, b'\r' | b'\n' | 0)).unwrap_or(rest.len());
        self.facts.eight_bit |= !rest[..plain].is_ascii();
        self.line += plain as u64;
        feed.at += plain;
        let octet = *feed.input.get(feed.at)?;
        let at = self.fed + feed.at as u64;
        feed.at += 1;
        self.line += 1;
        match octet {
            b'\r' => self.state = State::Cr,
            b'\n' => return self.bare_lf(at, feed.at),
            _ => self.facts.nul = self.facts.nul.or(Some(at)),
        }
        None
    }

    /// Steps over text in which there is nothing to note, block by block; false if there is no such block. Almost all
    /// mail data is of this sort, and looking at a block as a whole is many times faster than at its octets.
    fn skip_ordinary<'i>(&mut self, feed: &mut Feed<'i, impl FnMut(Piece<'i>)>) -> bool {
        let end = feed.input.len().min(feed.at + STRETCH);
        let rest = &feed.input[feed.at..end];
        // An LF here would be bare: the state says that no CR stands before it.
        let len = if rest.first() == Some(&b'\n') { 0 } else { ordinary_blocks(rest) };
        let stretch = &rest[..len];
        self.state = match stretch.last() {
            None => {
                feed.slow_until = feed.at + BLOCK;
                return false;
            }
            Some(b'\r') => State::Cr,
            Some(b'\n') => State::LineStart { by_lf: false },
            Some(_) => State::Text,
        };
        if self.mode == EndOfData::AsFirstLine && stretch.contains(&b'\n') {
            self.mode = EndOfData::Strict;
        }
        self.facts.eight_bit = self.facts.eight_bit || !stretch.is_ascii();
        self.measure_lines(stretch);
        feed.at += len;
        true
    }

    /// Counts lines that are too long. One is where as many octets go by without an end of line, so that only every
    /// so many octets an end is looked for, backwards.
    fn measure_lines(&mut self, stretch: &[u8]) {
        let limit = limits::TEXT_LINE as u64;
        let is_lf = |&octet: &u8| octet == b'\n';
        let mut rest = stretch;
        while self.line + rest.len() as u64 > limit {
            let room = usize::try_from(limit.saturating_sub(self.line)).unwrap_or(0);
            if let Some(end) = last_lf(&rest[..room]) {
                self.line = 0;
                rest = &rest[end + 1..];
            } else if let Some(end) = rest.iter().position(is_lf) {
                self.line += end as u64 + 1;
                self.end_line();
                rest = &rest[end + 1..];
            } else {
                break;
            }
        }
        match last_lf(rest) {
            Some(end) => self.line = (rest.len() - end - 1) as u64,
            None => self.line += rest.len() as u64,
        }
    }

    fn bare_lf(&mut self, at: u64, used: usize) -> Option<Progress> {
        self.note(Bare::Lf, at);
        if self.mode.rejects(Bare::Lf) {
            return Some(Progress::Refused { used, found: Bare::Lf, at });
        }
        if self.mode == EndOfData::AsFirstLine {
            self.mode = EndOfData::AcceptBareLf;
        }
        if self.mode.ends_line_at_lf() {
            self.end_line();
            self.state = State::LineStart { by_lf: true };
        }
        None
    }

    fn cr<'i>(&mut self, feed: &mut Feed<'i, impl FnMut(Piece<'i>)>) -> Option<Progress> {
        if feed.next() == b'\n' {
            feed.at += 1;
            self.line += 1;
            self.end_line();
            if self.mode == EndOfData::AsFirstLine {
                self.mode = EndOfData::Strict;
            }
            self.state = State::LineStart { by_lf: false };
            return None;
        }
        self.state = State::Text;
        let at = self.fed + feed.at as u64 - 1;
        self.note(Bare::Cr, at);
        self.mode.rejects(Bare::Cr).then_some(Progress::Refused { used: feed.at, found: Bare::Cr, at })
    }

    /// Hands out CRs that were held back because they could have belonged to the end of the data.
    fn release<'i>(&mut self, feed: &mut Feed<'i, impl FnMut(Piece<'i>)>, held: u64) {
        let begin = self.fed + feed.at as u64 - held;
        for place in 0..held {
            (feed.content)(Piece { at: begin + place, octets: b"\r" });
        }
        if held > 1 {
            self.note(Bare::Cr, begin);
        }
        self.facts.content += held;
        self.line += held;
    }

    /// Hands out the content read and not told yet.
    fn tell<'i>(&mut self, feed: &mut Feed<'i, impl FnMut(Piece<'i>)>) {
        let octets = &feed.input[feed.run..feed.at];
        if !octets.is_empty() {
            (feed.content)(Piece { at: self.fed + feed.run as u64, octets });
            self.facts.content += octets.len() as u64;
        }
        feed.run = feed.at;
    }

    fn end_line(&mut self) {
        if self.line > limits::TEXT_LINE as u64 {
            self.facts.overlong_line = self.facts.overlong_line.max(Some(self.line));
        }
        self.line = 0;
    }

    fn note(&mut self, bare: Bare, at: u64) {
        let first = match bare {
            Bare::Cr => &mut self.facts.bare_cr,
            Bare::Lf => &mut self.facts.bare_lf,
        };
        *first = first.or(Some(at));
    }
}

/// What is being fed.
struct Feed<'i, F> {
    input: &'i [u8],
    /// The next octet; there is one wherever it is read.
    at: usize,
    /// Where content begins that was read and not told yet.
    run: usize,
    /// Up to here it was seen that octets must be looked at one by one.
    slow_until: usize,
    content: F,
}

impl<F> Feed<'_, F> {
    fn next(&self) -> u8 {
        self.input.get(self.at).copied().unwrap_or_default()
    }

    /// Steps over an octet that is no content, or not yet.
    fn skip(&mut self) {
        self.at += 1;
        self.run = self.at;
    }
}

/// How many octets are looked at in one go; few enough that they are at hand when they are looked at again.
const STRETCH: usize = 16 * 1024;

#[cfg(test)]
mod tests;
