//! Logs of single events, and what programs print in the end: no dialogue, at most a reply quoted.

use super::item::{Line, Read, What, after, has, words};
use super::quoted::quoted;
use super::stamp;

/// Exim's main log.
pub(super) fn exim(lines: &[Line<'_>]) -> Read {
    let mut read = Read::default();
    for line in lines {
        let (at, text) = stamp::split(line.text);
        let text = text.trim_ascii();
        if text.is_empty() {
            continue;
        }
        exim_entry(text, at, &mut read);
    }
    read
}

/// One entry, with or without the message's id in front.
pub(super) fn exim_entry(text: &[u8], at: Option<u64>, read: &mut Read) {
    let told = words(text);
    let is_news = has(text, " H=") && !has(text, " R=");
    let what = match () {
        () if is_news && has(text, "SMTP timeout after initial connection") => What::ConnectFailed(told.clone()),
        () if is_news && has(text, "SMTP timeout after ") => What::GaveUp(told.clone()),
        () if is_news && has(text, "Remote host closed connection") => What::Closed(told.clone()),
        () if is_news
            && ["Connection refused", "No route to host", "Connection timed out"].iter().any(|e| has(text, e)) =>
        {
            What::ConnectFailed(told.clone())
        }
        () if has(text, "certificate verification failed") => What::NotSecured(told.clone()),
        () => What::Found(told.clone()),
    };
    read.push_at(at, what);
    // Sizes stand before the quotation.
    let quotes = ["SMTP error from remote mail server after ", "authenticator failed ", " C=\""];
    let Some(from) = quotes.iter().find_map(|mark| told.find(mark)) else { return };
    let Some(found) = told.get(from..).and_then(quoted) else { return };
    let asked = match () {
        () if has(text, " C=\"") => "data-end",
        () if has(text, "authenticator failed") => "AUTH",
        () => found.asked,
    };
    read.push_at(at, What::Quoted { asked, reply: found.reply });
}

/// Log lines of `OpenSMTPD`.
pub(super) fn opensmtpd(lines: &[Line<'_>]) -> Read {
    let mut read = Read::default();
    for line in lines {
        let (at, text) = stamp::split(line.text);
        let text = text.trim_ascii();
        if text.is_empty() {
            continue;
        }
        let told = words(text);
        let what = match () {
            () if has(text, " mta connecting ") => What::Connecting(told.clone()),
            () if has(text, " mta connected") || has(text, " smtp connected ") => What::Connected(told.clone()),
            () if has(text, " mta tls ciphers=") || has(text, " smtp tls ciphers=") => What::Secured(told.clone()),
            () if has(text, " mta disconnected ") || has(text, " smtp disconnected ") => What::Closed(told.clone()),
            () if has(text, " mta error reason=IO Error") => What::ConnectFailed(told.clone()),
            () if has(text, " mta error reason=Connection timeout") => What::ConnectFailed(told.clone()),
            () => What::Found(told.clone()),
        };
        read.push_at(at, what);
        let marks = ["stat=\"", "rejected: ", "result=\""];
        let from = marks.iter().find_map(|mark| told.find(mark)).and_then(|at| told.get(at..));
        if let Some(found) = from.and_then(quoted) {
            let asked = if has(text, "BANNER") { "greeting" } else { found.asked };
            let asked = if has(text, "result=\"Ok\"") { "data-end" } else { asked };
            read.push_at(at, What::Quoted { asked, reply: found.reply });
        }
    }
    read
}

/// What a program told its user: each line an event of its own, with the reply it quotes.
pub(super) fn printed(lines: &[Line<'_>]) -> Read {
    let mut read = Read::default();
    let mut trace = Trace::default();
    for line in lines {
        let text = line.text.trim_ascii();
        if text.is_empty() || trace.is_inside(line.text) {
            continue;
        }
        let told = words(text);
        let found = quoted(&told);
        read.push(outcome(told));
        if let Some(found) = found {
            read.push(What::Quoted { asked: found.asked, reply: found.reply });
        }
    }
    read
}

/// A trace of calls as Python prints it. It ends with the line that tells something.
#[derive(Debug, Default)]
pub(super) struct Trace {
    open: bool,
}

impl Trace {
    /// Does the line belong to a trace, and tells nothing?
    pub(super) fn is_inside(&mut self, line: &[u8]) -> bool {
        let begins = after(line, "Traceback ").is_some();
        self.open |= begins;
        let inside = begins || (self.open && line.starts_with(b" "));
        self.open &= inside;
        inside
    }
}

/// What a program's words tell, where no reply is quoted in them.
pub(super) fn outcome(told: String) -> What {
    if quoted(&told).is_some() { What::Found(told) } else { failure(told) }
}

/// What kind of failure the words tell of.
fn failure(told: String) -> What {
    let text = told.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    match () {
        () if says(&[
            "wrong version number",
            "certificate",
            "handshake",
            "unexpected tls packet",
            "tls connection",
        ]) =>
        {
            What::NotSecured(told)
        }
        () if says(&["connection refused", "no route to host", "could not connect", "cannot connect"]) => {
            What::ConnectFailed(told)
        }
        () if says(&["failed to connect", "unable to connect", "connect error"]) => What::ConnectFailed(told),
        () if says(&["timed out", "timeout"]) && says(&["connect"]) => What::ConnectFailed(told),
        () if says(&["timed out", "timeout"]) => What::GaveUp(told),
        () if says(&["reset by peer", "closed", "disconnected", "unexpected eof"]) => What::Closed(told),
        () => What::Found(told),
    }
}
