//! Logs that mark each line with its direction: swaks, curl -v, exim -v and -d, sendmail -v.

use super::entries;
use super::item::{Line, Read, What, after, has, is_reply, words};
use super::quoted::quoted;
use crate::smtp::Verb;

/// Who a mark says is speaking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Client,
    Server,
}

/// Does the line begin with a verb of SMTP?
pub(super) fn is_command(line: &[u8]) -> bool {
    let word = line.split(|octet| *octet == b' ').next().unwrap_or_default();
    Verb::from_word(word) != Verb::Unknown
}

/// The mark of a line as swaks prints it, and the line. Direction and TLS are in the mark: ` ->` and ` ~>` are the
/// client's, `<-` and `<~` the server's, with stars where swaks takes the line for an error.
pub(super) fn swaks_mark(line: &[u8]) -> Option<(Mark, &[u8])> {
    let mark = line.get(..3)?;
    let said = match mark {
        b" ->" | b" ~>" | b"**>" | b"*~>" => (Mark::Client, line.get(3..)?),
        b"<- " | b"<~ " | b"<**" | b"<~*" => (Mark::Server, line.get(3..)?),
        _ => return None,
    };
    let text = said.1.strip_prefix(b" ").unwrap_or(said.1);
    Some((said.0, text))
}

/// The dialogue as swaks prints it.
pub(super) fn swaks(lines: &[Line<'_>]) -> Read {
    let mut read = Read::default();
    for line in lines {
        match swaks_mark(line.text) {
            Some((Mark::Client, said)) => read.push(What::Client(said.to_vec())),
            Some((Mark::Server, said)) if after(said, "Timeout (").is_some() => read.push(What::GaveUp(words(said))),
            Some((Mark::Server, said)) => read.push(What::Server(said.to_vec())),
            None => match swaks_news(line.text, &mut read) {
                Some(what) => read.push(what),
                None => read.skip(*line),
            },
        }
    }
    read
}

fn swaks_news(line: &[u8], read: &mut Read) -> Option<What> {
    if let Some(news) = after(line, "=== ") {
        let told = words(news);
        return Some(match () {
            () if after(news, "Trying ").is_some() => What::Connecting(told),
            () if after(news, "Connected to ").is_some() => What::Connected(told),
            () if after(news, "TLS started").is_some() => What::Secured(told),
            () if after(news, "Connection closed").is_some() => What::Closed(told),
            () => What::Found(told),
        });
    }
    let news = after(line, "*** ")?;
    let told = words(news);
    // The second line of an error goes on from the first one.
    if let (Some(b'\t'), Some(What::ConnectFailed(error))) = (news.first(), read.last()) {
        error.push(' ');
        error.push_str(&told);
        let whole = std::mem::take(error);
        read.items.pop();
        return Some(What::ConnectFailed(whole));
    }
    Some(match () {
        () if after(news, "Error connecting").is_some() => What::ConnectFailed(told),
        () if after(news, "Remote host closed").is_some() => What::Closed(told),
        () if after(news, "TLS startup failed").is_some() => What::NotSecured(told),
        () => What::Found(told),
    })
}

/// What `curl -v` prints. The message itself is not in it.
pub(super) fn curl(lines: &[Line<'_>]) -> Read {
    let mut read = Read::default();
    for line in lines {
        let text = without_meter(line.text);
        if let Some(said) = after(text, "> ").or_else(|| (text == b">").then_some(&b""[..])) {
            read.push(What::Client(said.to_vec()));
        } else if let Some(said) = after(text, "< ") {
            read.push(What::Server(said.to_vec()));
        } else if let Some(news) = after(text, "* ") {
            if let Some(what) = curl_news(news.trim_ascii_start()) {
                read.push(what);
            }
        } else if let Some(news) = after(text, "curl: ") {
            read.push(What::Found(words(news)));
        } else if !is_curl_chatter(text) {
            read.skip(*line);
        }
    }
    read
}

/// The progress meter rewrites its line by carriage returns; what comes next stands behind it, glued to its last figure.
fn without_meter(line: &[u8]) -> &[u8] {
    let text = line.rsplit(|octet| *octet == b'\r').next().unwrap_or_default();
    let glued = text.windows(2).position(|pair| pair == b"* ").filter(|_| has(text, "--:--:--"));
    glued.and_then(|at| text.get(at..)).unwrap_or(text)
}

fn curl_news(news: &[u8]) -> Option<What> {
    let told = words(news);
    Some(match () {
        () if after(news, "Trying ").is_some() => What::Connecting(told),
        () if after(news, "Connected to ").is_some() => What::Connected(told),
        () if after(news, "SSL connection using").is_some() => What::Secured(told),
        () if has(news, "SSL certificate problem") => What::NotSecured(told),
        () if has(news, "wrong version number") => What::NotSecured(told),
        () if after(news, "connect to ").is_some() && has(news, " failed: ") => What::ConnectFailed(told),
        () if after(news, "Failed to connect").is_some() => What::ConnectFailed(told),
        () if has(news, "timed out") || has(news, "Timeout was reached") => What::GaveUp(told),
        () if after(news, "Closing connection").is_some() || after(news, "shutting down connection").is_some() => {
            What::Closed(told)
        }
        () if after(news, "Login denied").is_some() || has(news, " failed: ") => What::Found(told),
        () => return None,
    })
}

/// Lines of curl that tell of octets and certificates, not of SMTP.
fn is_curl_chatter(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    ["} [", "{ [", "*", "%", "Dload"].iter().any(|begin| text.starts_with(begin.as_bytes()))
        || (text.first().is_some_and(u8::is_ascii_digit) && has(text, "--:--"))
}

/// What `exim -v` or `exim -d` prints.
pub(super) fn exim(lines: &[Line<'_>]) -> Read {
    let mut read = Read::default();
    let mut in_reply = false;
    let mut in_log = false;
    for line in lines {
        let text = without_process(line.text);
        let trimmed = text.trim_ascii();
        if let Some(said) = after(trimmed, "SMTP<<") {
            read.push(What::Server(said.trim_ascii_start().to_vec()));
        } else if in_reply && text.starts_with(b"   ") && is_reply(trimmed) {
            read.push(What::Server(trimmed.to_vec()));
            continue;
        } else if let Some(said) = exim_sent(trimmed) {
            // It says so instead of showing the message.
            if said != b"(writing message)" {
                read.push(What::Client(said.to_vec()));
            }
        } else if in_log && text.starts_with(b"  ") {
            entries::exim_entry(trimmed, None, &mut read);
        } else if let Some(what) = exim_news(trimmed) {
            read.push(what);
        } else if !is_exim_chatter(trimmed) {
            read.skip(*line);
        }
        in_reply = after(trimmed, "SMTP<<").is_some();
        in_log = after(trimmed, "LOG: ").is_some();
    }
    read
}

/// With -d each line has the number of its process first.
pub(super) fn without_process(line: &[u8]) -> &[u8] {
    let digits = line.iter().take_while(|octet| octet.is_ascii_digit()).count();
    let text = line.get(digits..).and_then(|rest| after(rest, " ")).filter(|_| digits > 0 && digits < 8);
    text.filter(|_| !is_reply(line)).unwrap_or(line)
}

/// What was sent: `SMTP>>`, or `SMTP|>` and `SMTP+>` and `SMTP>|` where more follows in the same packet.
fn exim_sent(text: &[u8]) -> Option<&[u8]> {
    ["SMTP>>", "SMTP|>", "SMTP+>", "SMTP>|"].iter().find_map(|mark| after(text, mark)).map(<[u8]>::trim_ascii_start)
}

fn exim_news(text: &[u8]) -> Option<What> {
    let told = words(text);
    Some(match () {
        () if after(text, "Connecting to ").is_some() && (has(text, "failed: ") || has(text, "refused")) => {
            What::ConnectFailed(told)
        }
        () if after(text, "Connecting to ").is_some() => What::Connecting(told),
        () if text == b"connected" => What::Connected(told),
        () if after(text, "failed: ").is_some() => What::ConnectFailed(told),
        () if after(text, "SMTP(").is_some() && has(text, "timed out)<<") => What::GaveUp(told),
        () if text == b"SMTP(closed)<<" => What::Closed("closed by the server".to_owned()),
        () if text == b"SMTP(close)>>" => What::Closed("closed by the client".to_owned()),
        () if after(text, "SMTP(").is_some() && text.ends_with(b"<<") => What::Closed(told),
        () => return None,
    })
}

/// Lines of Exim about routing and about the trace itself.
fn is_exim_chatter(text: &[u8]) -> bool {
    let begins = [
        "LOG: ",
        "delivering ",
        "R: ",
        "T: ",
        "Transport port=",
        "cmdlog: ",
        "SMTP(shutdown)>>",
        "SMTP(TLS shutdown)>>",
        "will write message using CHUNKING",
        "Exim version ",
    ];
    begins.iter().any(|begin| text.starts_with(begin.as_bytes()))
}

/// What `sendmail -v` prints. The message itself is not in it.
pub(super) fn sendmail(lines: &[Line<'_>]) -> Read {
    let mut read = Read::default();
    let mut talking = false;
    for line in lines {
        if let Some(said) = after(line.text, ">>> ") {
            read.push(What::Client(said.to_vec()));
            talking = true;
        } else if is_reply(line.text) {
            read.push(What::Server(line.text.to_vec()));
            talking = true;
        } else if has(line.text, "... ") || after(line.text, "Closing connection").is_some() {
            let told = words(line.text);
            let found = told.split_once("... Deferred: ").and_then(|(_, why)| quoted(why));
            read.push(match () {
                () if has(line.text, "... Connecting to ") && !has(line.text, " local...") => {
                    talking = false;
                    What::Connecting(told)
                }
                () if has(line.text, ": Connection timed out") && talking => What::GaveUp(told),
                () if has(line.text, "... Deferred: ") && !talking => What::ConnectFailed(told),
                () => What::Found(told),
            });
            if let Some(found) = found {
                read.push(What::Quoted { asked: found.asked, reply: found.reply });
            }
        } else {
            read.skip(*line);
        }
    }
    read
}
