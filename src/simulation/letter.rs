//! The message a client writes: header and body as octets, from what a scenario says of it.

use std::fmt::Write as _;

use super::scenario::Scenario;
use crate::gather::Gather as _;
use crate::smtp::base64;
use crate::smtp::data::canonical_lines;
use crate::time::{Instant, date};

/// The most octets of UTF-8 in one encoded word: RFC 2047 §2 allows 75 characters for all of it.
const WORD: usize = 42;

/// The message of a scenario, with CRLF line ends and without dot stuffing.
pub(super) fn message(scenario: &Scenario, client_name: &str, epoch: u64) -> Vec<u8> {
    let mut header = format!("From: <{}>\r\n", scenario.sender);
    let to: Vec<String> = scenario.recipients.iter().map(|path| format!("<{path}>")).gather();
    let _ = write!(header, "To: {}\r\n", to.join(",\r\n "));
    let _ = write!(header, "Subject: {}\r\n", encoded(&scenario.message.subject));
    if scenario.message.date {
        let _ = write!(header, "Date: {}\r\n", date(epoch, Instant::ZERO));
    }
    if scenario.message.message_id {
        let _ = write!(header, "Message-ID: <{epoch}.1@{client_name}>\r\n");
    }
    if !scenario.message.body.is_ascii() {
        header += "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n";
        header += "Content-Transfer-Encoding: 8bit\r\n";
    }
    header += "\r\n";
    let mut octets = header.into_bytes();
    canonical_lines(scenario.message.body.as_bytes(), &mut octets);
    if !octets.ends_with(b"\r\n") {
        octets.extend_from_slice(b"\r\n");
    }
    octets
}

/// A header value; what is not ASCII goes as encoded words (RFC 2047 §2), cut between characters.
fn encoded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut words = vec![String::new()];
    for c in text.chars() {
        if words.last().is_some_and(|word| word.len() + c.len_utf8() > WORD) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(c);
        }
    }
    let words: Vec<String> =
        words.iter().map(|word| format!("=?utf-8?B?{}?=", base64::encode(word.as_bytes()))).gather();
    words.join("\r\n ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_beyond_ascii_is_encoded_in_words() {
        assert_eq!(encoded("Which port?"), "Which port?");
        let encoded = encoded(&"ポート".repeat(10));
        assert!(encoded.is_ascii() && encoded.lines().all(|line| line.trim().len() <= 75), "{encoded}");
    }
}
