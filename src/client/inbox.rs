//! Octets from the server, put together to whole replies.
//!
//! Chunking makes no difference, and a server that talks without end is stopped here. Not a parser: [`parse_reply`] is.

use super::Refusal;
use crate::smtp::{ReplyKind, Spans, parse_reply};

/// The longest reply line taken, in octets with CRLF. RFC 5321 §4.5.3.1.5 allows 512; a client can afford patience.
const LINE_LIMIT: usize = 2_048;
/// The longest whole reply taken, in octets.
const REPLY_LIMIT: usize = 64 * 1_024;

/// Why no more replies can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    Unreadable,
    TooLong,
}

/// What has come and is not yet a whole reply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Inbox {
    octets: Vec<u8>,
    /// Where the line begins that is not yet seen to its end.
    line: usize,
    /// Up to where no line end has been found in it.
    searched: usize,
    /// The memory for the marks of a reply; nobody looks at them.
    spans: Spans,
}

impl Inbox {
    /// Adds octets as they came.
    pub(super) fn push(&mut self, octets: &[u8]) {
        self.octets.extend_from_slice(octets);
    }

    /// Forgets what has not been read. RFC 3207 §4.2: nothing said in clear counts once TLS has begun.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The next whole reply, if it is there.
    pub(super) fn next_reply(&mut self, kind: ReplyKind) -> Result<Option<Refusal>, Broken> {
        if !self.is_whole()? {
            return Ok(None);
        }
        let Ok(Some((view, used))) = parse_reply(&self.octets, kind, &mut self.spans) else {
            return Err(Broken::Unreadable);
        };
        let mut text = String::with_capacity(used);
        for (number, line) in view.lines().enumerate() {
            text.push_str(if number == 0 { "" } else { "\n" });
            text.push_str(&String::from_utf8_lossy(line));
        }
        let received = Refusal { code: view.code, enhanced: view.enhanced, text };
        self.octets.drain(..used);
        (self.line, self.searched) = (0, 0);
        Ok(Some(received))
    }

    /// Has the last line of a reply come? Looks at each octet once.
    fn is_whole(&mut self) -> Result<bool, Broken> {
        while let Some(found) = self.octets[self.searched..].iter().position(|octet| *octet == b'\n') {
            let end = self.searched + found + 1;
            let line = &self.octets[self.line..end];
            if line.len() > LINE_LIMIT || end > REPLY_LIMIT {
                return Err(Broken::TooLong);
            }
            // RFC 5321 §4.2.1: all lines of a reply but the last have a hyphen after the code. What begins otherwise is
            // for the parser to judge.
            if !(line.get(3) == Some(&b'-') && line[..3].iter().all(u8::is_ascii_digit)) {
                return Ok(true);
            }
            (self.line, self.searched) = (end, end);
        }
        self.searched = self.octets.len();
        let too_long = self.octets.len() - self.line > LINE_LIMIT || self.octets.len() > REPLY_LIMIT;
        if too_long { Err(Broken::TooLong) } else { Ok(false) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(inbox: &mut Inbox) -> Result<Vec<u16>, Broken> {
        let mut codes = Vec::new();
        while let Some(received) = inbox.next_reply(ReplyKind::Other)? {
            codes.push(received.code.as_u16());
        }
        Ok(codes)
    }

    #[test]
    fn replies_come_whole_whatever_the_chunks() {
        let octets = b"250-mx.example.org\r\n250 SIZE\r\n354 go\r\n250 2.0.0 ok\r\n25";
        for cut in 0..octets.len() {
            let mut inbox = Inbox::default();
            inbox.push(&octets[..cut]);
            let mut codes = all(&mut inbox).expect("readable");
            inbox.push(&octets[cut..]);
            codes.extend(all(&mut inbox).expect("readable"));
            assert_eq!(codes, [250, 354, 250], "cut at {cut}");
        }
    }

    #[test]
    fn a_reply_without_end_is_given_up() {
        let mut inbox = Inbox::default();
        let mut pushed = 0;
        let end = loop {
            inbox.push(b"250-and on\r\n");
            pushed += 12;
            match inbox.next_reply(ReplyKind::Other) {
                Ok(None) => {}
                other => break other,
            }
        };
        assert_eq!(end, Err(Broken::TooLong));
        assert!(pushed <= REPLY_LIMIT + 12);
    }

    #[test]
    fn a_line_may_be_as_long_as_the_limit_and_no_longer() {
        for (length, whole) in [(LINE_LIMIT - 1, true), (LINE_LIMIT, true), (LINE_LIMIT + 1, false)] {
            let mut inbox = Inbox::default();
            inbox.push(b"250 ");
            inbox.push(&vec![b'a'; length - 6]);
            inbox.push(b"\r\n");
            assert_eq!(inbox.next_reply(ReplyKind::Other).is_ok(), whole, "{length}");
        }
        let mut inbox = Inbox::default();
        inbox.push(&vec![b'2'; LINE_LIMIT + 1]);
        assert_eq!(inbox.next_reply(ReplyKind::Other), Err(Broken::TooLong));
    }

    #[test]
    fn what_is_no_reply_is_unreadable() {
        let mut inbox = Inbox::default();
        inbox.push(b"\x16\x03\x01\r\n");
        assert_eq!(inbox.next_reply(ReplyKind::Greeting), Err(Broken::Unreadable));
    }
}
