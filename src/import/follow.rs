//! `tshark -z follow,tcp,ascii,N`: each chunk has its length on a line of its own, indented by a tab where the server
//! speaks.

use super::item::{Line, Read, What, after, words};
use super::marked::Mark;

/// The chunks, cut into lines.
pub(super) fn read(lines: &[Line<'_>]) -> Read {
    let mut read = Read::default();
    let mut chunk: Option<Chunk> = None;
    for line in lines {
        match &mut chunk {
            Some(open) if open.left > 0 => open.take(line.text, &mut read),
            _ => match header(line.text) {
                Some(next) => chunk = Some(next),
                None => outside(*line, &mut read),
            },
        }
    }
    read
}

struct Chunk {
    who: Mark,
    /// Octets that are still to come.
    left: usize,
}

impl Chunk {
    fn take(&mut self, line: &[u8], read: &mut Read) {
        let line = if self.who == Mark::Server { line.strip_prefix(b"\t").unwrap_or(line) } else { line };
        // Each line ended in CRLF before it was printed.
        self.left = self.left.saturating_sub(line.len() + 2);
        read.push(match self.who {
            Mark::Client => What::Client(line.to_vec()),
            Mark::Server => What::Server(line.to_vec()),
        });
    }
}

fn header(line: &[u8]) -> Option<Chunk> {
    let (who, digits) = match line.strip_prefix(b"\t") {
        Some(digits) => (Mark::Server, digits),
        None => (Mark::Client, line),
    };
    if digits.is_empty() || digits.len() > 9 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let left = digits.iter().fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0'));
    Some(Chunk { who, left })
}

fn outside(line: Line<'_>, read: &mut Read) {
    if let Some(server) = after(line.text, "Node 1: ") {
        read.push(What::Connected(words(server)));
    } else if !["===", "Follow: ", "Filter: ", "Node 0: "].iter().any(|known| after(line.text, known).is_some()) {
        read.skip(line);
    }
}
