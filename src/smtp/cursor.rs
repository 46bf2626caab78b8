//! The place reached on a line, and the few moves that the grammar rules are made of.
//!
//! It knows octets, spaces and spans. It knows no rule.

use super::error::{Expected, SyntaxError, SyntaxKind};
use super::{Dialect, Element, Spans};

/// A place on one line.
pub(super) struct Cursor<'a, 'c> {
    /// The line up to where it is read: white space at its end is left out where it is tolerated.
    pub(super) line: &'a [u8],
    /// The next octet.
    pub(super) at: usize,
    /// What the server lets pass.
    pub(super) dialect: &'c Dialect,
    /// The marks made so far.
    pub(super) spans: &'c mut Spans,
}

impl<'a, 'c> Cursor<'a, 'c> {
    /// At the first octet of `line`, for RFC 5321 to the letter.
    pub(super) const fn strict(line: &'a [u8], spans: &'c mut Spans) -> Self {
        Self { line, at: 0, dialect: &Dialect::STRICT, spans }
    }

    /// The next octet; `None` at the end of the line.
    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.line.get(self.at).copied()
    }

    /// Is there nothing left?
    #[inline]
    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.line.len()
    }

    /// Steps over `octet` if it is next.
    #[inline]
    pub(super) fn eat(&mut self, octet: u8) -> bool {
        let found = self.peek() == Some(octet);
        self.at += usize::from(found);
        found
    }

    /// Steps over all octets that are `like` this, and gives them.
    #[inline]
    pub(super) fn eat_while(&mut self, like: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.rest();
        let len = rest.iter().position(|&octet| !like(octet)).unwrap_or(rest.len());
        self.at += len;
        &rest[..len]
    }

    /// Steps over `word`, in any case, as far as it is there: true when all of it is.
    pub(super) fn eat_word(&mut self, word: &[u8]) -> bool {
        let rest = self.rest();
        if rest.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word)) {
            self.at += word.len();
            return true;
        }
        self.at += rest.iter().zip(word).take_while(|(octet, wanted)| octet.eq_ignore_ascii_case(wanted)).count();
        false
    }

    /// What is left of the line.
    #[inline]
    pub(super) fn rest(&self) -> &'a [u8] {
        self.line.get(self.at..).unwrap_or_default()
    }

    /// The octets from `start` up to here.
    #[inline]
    pub(super) fn since(&self, start: usize) -> &'a [u8] {
        self.line.get(start..self.at).unwrap_or_default()
    }

    /// Does white space come next?
    #[inline]
    pub(super) fn is_space(&self) -> bool {
        self.peek().is_some_and(|octet| self.dialect.white_space.takes(octet))
    }

    /// Does white space come next, after the verb?
    pub(super) fn is_space_after_verb(&self) -> bool {
        self.peek().is_some_and(|octet| self.dialect.white_space_after_verb.takes(octet))
    }

    /// Steps over all white space.
    pub(super) fn skip_spaces(&mut self) {
        while self.is_space() {
            self.at += 1;
        }
    }

    /// Steps over the one space that separates two parts of a command, or several where the server lets that pass.
    pub(super) fn separator(&mut self, wanted: Expected, kind: SyntaxKind) -> Result<(), SyntaxError> {
        self.separator_if(self.is_space(), wanted, kind)
    }

    /// As [`Cursor::separator`], between the verb and its argument.
    pub(super) fn separator_after_verb(&mut self, wanted: Expected) -> Result<(), SyntaxError> {
        self.separator_if(self.is_space_after_verb(), wanted, SyntaxKind::BadArgument)
    }

    fn separator_if(&mut self, is_space: bool, wanted: Expected, kind: SyntaxKind) -> Result<(), SyntaxError> {
        if self.is_at_end() {
            return self.fail(wanted, kind);
        }
        if !is_space {
            return self.fail(Expected::Space, kind);
        }
        self.at += 1;
        if self.dialect.extra_spaces {
            self.skip_spaces();
        } else if self.is_space() {
            return self.fail(Expected::SingleSpace, kind);
        }
        Ok(())
    }

    /// Nothing may be left.
    pub(super) fn end(&self, kind: SyntaxKind) -> Result<(), SyntaxError> {
        if self.is_at_end() { Ok(()) } else { self.fail(Expected::EndOfLine, kind) }
    }

    /// Marks the octets from `start` up to here.
    #[inline]
    pub(super) fn mark(&mut self, start: usize, element: Element) {
        self.spans.mark(start..self.at, element);
    }

    /// The error at this very octet.
    pub(super) fn fail<T>(&self, expected: Expected, kind: SyntaxKind) -> Result<T, SyntaxError> {
        Err(SyntaxError { at: self.at, expected, found: self.peek(), kind })
    }
}
