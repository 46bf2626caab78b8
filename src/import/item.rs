//! What the readers give: who said what, and what happened around it, in the order of the log.

/// A line of the log without its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// Its number, from 1.
    pub(super) number: usize,
    pub(super) text: &'a [u8],
}

/// What a reader found.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) items: Vec<Item>,
    /// The numbers of the lines that say nothing to it.
    pub(super) unread: Vec<usize>,
}

/// One thing a log says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// The wall clock, in microseconds since midnight of the first day, where the line has a time.
    pub(super) at: Option<u64>,
    pub(super) what: What,
}

/// What it says. Texts are the log's own words.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A line from the client, without its end.
    Client(Vec<u8>),
    /// A line from the server, without its end.
    Server(Vec<u8>),
    /// The client sets out for somewhere.
    Connecting(String),
    /// The connection is open.
    Connected(String),
    /// The connection did not open.
    ConnectFailed(String),
    /// A TLS handshake has succeeded.
    Secured(String),
    /// A TLS handshake has failed.
    NotSecured(String),
    /// Somebody waited in vain.
    GaveUp(String),
    /// The connection ended.
    Closed(String),
    /// Anything else worth a line.
    Found(String),
    /// A reply quoted without its dialogue.
    Quoted {
        /// What it answered, as `data/replies.toml` names it.
        asked: &'static str,
        reply: String,
    },
}

/// The log, line by line; CRLF, LF and a last line without end are all taken, and so is what a terminal makes of CRLF:
/// a carriage return more.
pub(super) fn lines(text: &[u8]) -> Vec<Line<'_>> {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let each = text.split(|octet| *octet == b'\n').enumerate();
    each.map(|(at, line)| Line { number: at + 1, text: without_returns(line) }).collect()
}

fn without_returns(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|octet| *octet != b'\r').map_or(0, |last| last + 1);
    line.get(..end).unwrap_or_default()
}

impl Read {
    pub(super) fn push(&mut self, what: What) {
        self.push_at(None, what);
    }

    pub(super) fn push_at(&mut self, at: Option<u64>, what: What) {
        self.items.push(Item { at, what });
    }

    /// A line that says nothing; blank ones are not worth telling.
    pub(super) fn skip(&mut self, line: Line<'_>) {
        if !line.text.trim_ascii().is_empty() {
            self.unread.push(line.number);
        }
    }

    /// The last line was one of these; the reader may change its mind about it.
    pub(super) fn last(&mut self) -> Option<&mut What> {
        self.items.last_mut().map(|item| &mut item.what)
    }
}

/// The text of a line for people; octets that are no UTF-8 are replaced.
pub(super) fn words(text: &[u8]) -> String {
    String::from_utf8_lossy(text.trim_ascii()).into_owned()
}

/// What follows `prefix`.
pub(super) fn after<'a>(text: &'a [u8], prefix: &str) -> Option<&'a [u8]> {
    text.strip_prefix(prefix.as_bytes())
}

/// Does the text stand somewhere in the line?
pub(super) fn has(line: &[u8], text: &str) -> bool {
    !text.is_empty() && line.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Is it a line of a reply: three digits of a code, then a space, a hyphen or the end?
pub(super) fn is_reply(line: &[u8]) -> bool {
    let [a @ b'2'..=b'5', b @ b'0'..=b'9', c @ b'0'..=b'9', rest @ ..] = line else { return false };
    let _ = (a, b, c);
    matches!(rest.first(), None | Some(b' ' | b'-'))
}
