//! Postfix: its ordinary log lines, and the dialogue it logs with `debug_peer_list` or `-v`.

use super::item::{Line, Read, What, after, has, words};
use super::marked::Mark;
use super::quoted::quoted;
use super::stamp;

/// How far into a line its process is looked for.
const LONGEST_HOST: usize = 300;

/// One line of a Postfix daemon.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    at: Option<u64>,
    /// The daemon: `smtp` is the client, `smtpd` the server.
    daemon: &'a [u8],
    text: &'a [u8],
}

/// Takes `[date time ][host ]postfix/smtpd[123]: text` apart; the instance and the service may have names of their own.
pub(super) fn entry(line: &[u8]) -> Option<Entry<'_>> {
    let (at, rest) = stamp::split(line);
    let before = rest.iter().take(LONGEST_HOST).position(|octet| *octet == b'/')?;
    let start = rest.get(..before)?.iter().rposition(|octet| *octet == b' ').map_or(0, |at| at + 1);
    let process = rest.get(start..)?.strip_prefix(b"postfix")?;
    let end = process.windows(2).position(|pair| pair == b"]:")?;
    let name = process.get(..end)?.split(|octet| *octet == b'[').next()?;
    let daemon = name.rsplit(|octet| *octet == b'/').next().filter(|daemon| !daemon.contains(&b' '))?;
    let text = process.get(end + 2..)?.trim_ascii_start();
    Some(Entry { at, daemon, text })
}

impl<'a> Entry<'a> {
    /// A line of the dialogue: `< host[address]: text` was read and `> host[address]: text` written by this daemon, so
    /// the arrows mean the opposite for `smtp` of what they mean for `smtpd`.
    pub(super) fn said(&self) -> Option<(Mark, &'a [u8])> {
        let arrow = self.text.first().filter(|octet| matches!(octet, b'<' | b'>'))?;
        let rest = self.text.get(1..)?.strip_prefix(b" ")?;
        let bracket = rest.iter().position(|octet| *octet == b']')?;
        let colon = rest.get(bracket..)?.windows(2).position(|pair| pair == b": ");
        let said = match colon {
            Some(colon) => rest.get(bracket + colon + 2..)?,
            None if rest.ends_with(b":") => &[],
            None => return None,
        };
        let is_server = self.daemon == b"smtpd" || self.daemon == b"postscreen";
        let who = if (*arrow == b'<') == is_server { Mark::Client } else { Mark::Server };
        Some((who, said))
    }
}

/// Dialogue and single lines alike, as they come.
pub(super) fn read(lines: &[Line<'_>]) -> Read {
    let mut read = Read::default();
    let debug = lines.iter().any(|line| entry(line.text).is_some_and(|entry| entry.said().is_some()));
    for line in lines {
        let Some(entry) = entry(line.text) else {
            read.skip(*line);
            continue;
        };
        match entry.said() {
            Some((Mark::Client, said)) => read.push_at(entry.at, What::Client(said.to_vec())),
            Some((Mark::Server, said)) => read.push_at(entry.at, What::Server(said.to_vec())),
            // With -v the daemons tell a great deal about themselves.
            None if debug => told_in_dialogue(&entry, &mut read),
            None => told(&entry, &mut read),
        }
    }
    read
}

fn told_in_dialogue(entry: &Entry<'_>, read: &mut Read) {
    let (text, told) = (entry.text, words(entry.text));
    let what = match () {
        () if after(text, "connect from ").is_some() => What::Connected(told),
        () if after(text, "disconnect from ").is_some() => What::Closed(told),
        () if after(text, "lost connection ").is_some() => What::Closed(told),
        () if after(text, "timeout after ").is_some() => What::GaveUp(told),
        () if has(text, "TLS connection established") => What::Secured(told),
        () if after(text, "SSL_accept error").is_some() || after(text, "SSL_connect error").is_some() => {
            What::NotSecured(told)
        }
        () if has(text, "status=") || has(text, ": reject: ") || after(text, "warning: ").is_some() => {
            What::Found(told)
        }
        () => return,
    };
    read.push_at(entry.at, what);
}

fn told(entry: &Entry<'_>, read: &mut Read) {
    let (text, told) = (entry.text, words(entry.text));
    let tail = told.clone();
    let what = match () {
        () if after(text, "connect to ").is_some() => What::ConnectFailed(told),
        () if after(text, "connect from ").is_some() => What::Connected(told),
        () if after(text, "disconnect from ").is_some() || after(text, "lost connection ").is_some() => {
            What::Closed(told)
        }
        () if after(text, "timeout after ").is_some() => What::GaveUp(told),
        () if has(text, "TLS connection established") => What::Secured(told),
        () if has(text, " timed out while ") => What::GaveUp(told),
        () if has(text, "lost connection with ") => What::Closed(told),
        () => What::Found(told),
    };
    read.push_at(entry.at, what);
    let speaks = has(text, "status=") || has(text, "reject: ") || has(text, " said: ") || has(text, "refused to talk");
    // `connect to host: Connection timed out` inside a status line has its own line, and holds no code.
    if let Some(found) = quoted(status_text(&tail)).filter(|_| speaks) {
        let asked = if has(text, "reject: RCPT ") { "RCPT" } else { asked_by_status(&tail, found.asked) };
        read.push_at(entry.at, What::Quoted { asked, reply: found.reply });
    }
}

/// The part of a delivery line in which a server is quoted.
fn status_text(told: &str) -> &str {
    let from = told.find("status=").or_else(|| told.find("reject: "));
    from.and_then(|at| told.get(at..)).unwrap_or(told)
}

/// SASL failures are told without the verb.
fn asked_by_status(told: &str, asked: &'static str) -> &'static str {
    if told.contains("SASL authentication failed") { "AUTH" } else { asked }
}
