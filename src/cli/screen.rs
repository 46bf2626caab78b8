//! The last gate before a terminal: nothing that came from outside acts on it.
//!
//! What is said of octets is escaped where it is said; here is what else may carry a stranger's text: names, arguments,
//! and the strings of JSON, of which `serde_json` escapes the ASCII controls alone.

use std::fmt::Write as _;

use serde::Serialize;

use crate::transcript::{acts, escaped};

/// The text with nothing left that acts but its line ends.
pub(super) fn shown(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(|line| escaped(line.as_bytes())).collect();
    lines.join("\n")
}

/// The value as JSON, on several lines, with its line end.
pub(super) fn json(value: &impl Serialize) -> serde_json::Result<String> {
    serde_json::to_string_pretty(value).map(|text| plain(&text))
}

/// The value as JSON on one line, with its line end.
pub(super) fn json_line(value: &impl Serialize) -> serde_json::Result<String> {
    serde_json::to_string(value).map(|text| plain(&text))
}

/// JSON with the characters that act written as `\uXXXX`, as JSON allows. Outside its strings there is none of them.
fn plain(json: &str) -> String {
    let mut text = String::with_capacity(json.len() + 1);
    for c in json.chars() {
        if c != '\n' && acts(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        } else {
            text.push(c);
        }
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_keeps_its_meaning() {
        let text = "a\u{9b}\u{7f}\u{202e}\u{e0041}\"\\\n日本";
        let json = json_line(&[text]).expect("it can be written");
        assert_eq!(json, "[\"a\\u009b\\u007f\\u202e\\udb40\\udc41\\\"\\\\\\n日本\"]\n");
        assert_eq!(serde_json::from_str::<[String; 1]>(&json).expect("and read"), [text]);
    }

    #[test]
    fn only_line_ends_act() {
        assert_eq!(shown("a\x1b[31m\nb\u{9b}\r\n"), "a\\x1b[31m\nb\\u{009b}\\x0d\n");
    }
}
