//! Dialogues without marks: `openssl s_client`, and what was typed into telnet or nc. Who speaks is told by the grammar
//! of replies and by where in the dialogue a line stands.

use super::item::{Line, Read, What, after, has, is_reply, words};
use super::marked::is_command;

/// Where in the dialogue the next line stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nobody has spoken: what comes is the program's own.
    Before,
    /// Commands and replies.
    Dialogue,
    /// The client owes an answer to a challenge.
    Challenged,
    /// The client sends the mail data.
    Data,
}

/// Who said it, line by line.
pub(super) fn read(lines: &[Line<'_>]) -> Read {
    let mut read = Read::default();
    let mut place = Place::Before;
    let mut in_ticket = false;
    for line in lines {
        let text = line.text;
        // With TLS 1.3 s_client prints each session ticket as it comes, in the middle of the dialogue.
        in_ticket = (in_ticket || after(text, "Post-Handshake New Session Ticket").is_some()) && !is_block_end(text);
        if place != Place::Data && (in_ticket || is_block_end(text)) {
            continue;
        }
        place = match place {
            Place::Data => {
                read.push(What::Client(text.to_vec()));
                if text == b"." { Place::Dialogue } else { Place::Data }
            }
            Place::Challenged if !text.is_empty() && !is_reply(text) => {
                read.push(What::Client(text.to_vec()));
                Place::Dialogue
            }
            _ if is_reply(text) => {
                read.push(What::Server(text.to_vec()));
                match text {
                    [b'3', b'5', b'4', b' ', ..] | b"354" => Place::Data,
                    [b'3', b'3', b'4', ..] => Place::Challenged,
                    _ => Place::Dialogue,
                }
            }
            _ if is_command(text) => {
                read.push(What::Client(text.to_vec()));
                Place::Dialogue
            }
            place => {
                match news(text) {
                    Some(what) => read.push(what),
                    // A typing error is a command too, once the dialogue runs; a certificate is none.
                    None if place == Place::Dialogue && is_typed(text) => read.push(What::Client(text.to_vec())),
                    None if place == Place::Before => {}
                    None => read.skip(*line),
                }
                place
            }
        };
    }
    read
}

/// What `s_client` prints around its blocks.
fn is_block_end(text: &[u8]) -> bool {
    text == b"---" || text == b"read R BLOCK"
}

/// What telnet and `s_client` tell of the connection.
fn news(text: &[u8]) -> Option<What> {
    let told = words(text);
    Some(match () {
        () if after(text, "Trying ").is_some() => What::Connecting(told),
        () if after(text, "CONNECTED(").is_some() || after(text, "Connected to ").is_some() => What::Connected(told),
        () if after(text, "New, TLS").is_some() => What::Secured(told),
        () if after(text, "New, (NONE)").is_some() || has(text, "wrong version number") => What::NotSecured(told),
        () if after(text, "telnet: Unable to connect").is_some() || after(text, "connect:errno=").is_some() => {
            What::ConnectFailed(told)
        }
        () if after(text, "telnet: connect to address").is_some() => What::ConnectFailed(told),
        () if after(text, "Connection closed by").is_some() || text == b"closed" || text == b"DONE" => {
            What::Closed(told)
        }
        () if after(text, "Didn't find STARTTLS in server response").is_some() => What::Found(told),
        () if after(text, "Verify return code: ").is_some() || after(text, "Verification").is_some() => {
            What::Found(told)
        }
        () => return None,
    })
}

/// Could somebody have typed this as a command: a word of a few letters first?
fn is_typed(text: &[u8]) -> bool {
    let word = text.split(|octet| *octet == b' ').next().unwrap_or_default();
    (1..=10).contains(&word.len()) && word.iter().all(u8::is_ascii_alphabetic) && !has(text, ": ")
}
