//! Marks on the octets of a line, a reply or mail data: where which element stands.
//!
//! Marks only. A span holds no text and outlives no line by itself; whoever keeps spans keeps the octets too.

use core::ops::Range;

use super::Element;

/// One marked part. Octets, counted from the first of the line (of the whole reply, of the mail data).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// The first octet.
    pub start: u32,
    /// How many octets. A part longer than 65,535 octets is marked that far.
    pub len: u16,
    /// What it is.
    pub element: Element,
}

impl Span {
    /// The marked octets as a range.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.start as usize + usize::from(self.len)
    }
}

/// The spans of one line in order; an outer span comes before those inside it. The buffer is meant to be reused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spans(Vec<Span>);

impl Spans {
    /// No spans, no memory.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// No spans, and room for so many.
    #[must_use]
    pub fn with_capacity(most: usize) -> Self {
        Self(Vec::with_capacity(most))
    }

    /// Forgets the spans, keeps the memory.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Adds a span after the others.
    pub fn push(&mut self, span: Span) {
        self.0.push(span);
    }

    /// Adds all spans of `others` after its own.
    pub fn extend(&mut self, others: &Self) {
        self.0.extend_from_slice(&others.0);
    }

    /// The spans.
    #[must_use]
    pub fn as_slice(&self) -> &[Span] {
        &self.0
    }

    /// Marks `range` unless it is empty.
    #[inline]
    pub fn mark(&mut self, range: Range<usize>, element: Element) {
        if range.start < range.end {
            self.0.push(span(range, element));
        }
    }

    /// Begins a span whose end is not known yet, so that it stands before those inside it.
    #[inline]
    pub(super) fn open(&mut self, start: usize, element: Element) -> Open {
        self.0.push(span(start..start, element));
        Open(self.0.len() - 1)
    }

    /// Ends it before the octet `end`.
    #[inline]
    pub(super) fn close(&mut self, open: Open, end: usize) {
        if let Some(outer) = self.0.get_mut(open.0) {
            *outer = span(outer.start as usize..end, outer.element);
        }
    }

    /// Says what an open span is, once that is known.
    pub(super) fn name(&mut self, open: Open, element: Element) {
        if let Some(outer) = self.0.get_mut(open.0) {
            outer.element = element;
        }
    }

    /// Lets the first span reach up to the octet `end`: `MAIL` becomes `MAIL FROM:`.
    pub(super) fn widen_first(&mut self, end: usize) {
        self.close(Open(0), end);
    }

    /// Settles what a wrong line leaves open: what was begun ends at `end`; what would be empty is dropped.
    pub(super) fn settle(&mut self, end: usize) {
        for outer in &mut self.0 {
            if outer.len == 0 {
                *outer = span(outer.start as usize..end, outer.element);
            }
        }
        self.0.retain(|span| span.len > 0);
    }
}

/// A span begun and not ended.
#[derive(Clone, Copy)]
pub(super) struct Open(usize);

#[inline]
fn span(range: Range<usize>, element: Element) -> Span {
    let start = u32::try_from(range.start).unwrap_or(u32::MAX);
    let len = u16::try_from(range.end.saturating_sub(range.start)).unwrap_or(u16::MAX);
    Span { start, len, element }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_beyond_the_reach_of_a_span_is_marked_as_far_as_it_goes() {
        let mut spans = Spans::new();
        spans.mark(10..200_000, Element::Body);
        spans.mark(5..5, Element::Text);
        assert_eq!(spans.as_slice(), [Span { start: 10, len: u16::MAX, element: Element::Body }]);
        assert_eq!(spans.as_slice()[0].range(), 10..10 + 65_535);
    }
}
