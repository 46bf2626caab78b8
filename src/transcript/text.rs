//! An event as one neutral line, and octets made safe to show.

use std::fmt::Write as _;
use std::net::SocketAddr;

use super::{Detail, Event, Kind, Transcript};
use crate::gather::Gather as _;
use crate::network::Verdict;
use crate::time::Duration;

/// Octets as text on which nothing can act: control characters, bidi controls and octets that are no UTF-8 are
/// escaped. Line ends are the caller's to cut before.
#[must_use]
pub fn escaped(octets: &[u8]) -> String {
    let mut out = String::with_capacity(octets.len());
    for chunk in octets.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\t' => out.push_str("\\t"),
                c if c.is_control() && c.is_ascii() => {
                    let _ = write!(out, "\\x{:02x}", u32::from(c));
                }
                c if acts(c) => {
                    let _ = write!(out, "\\u{{{:04x}}}", u32::from(c));
                }
                c => out.push(c),
            }
        }
        for octet in chunk.invalid() {
            let _ = write!(out, "\\x{octet:02x}");
        }
    }
    out
}

/// Does this character act on what shows it, instead of showing itself? Controls do, and those that change how others
/// are shown: bidi controls, joiners, the byte order mark, line and paragraph separators.
#[must_use]
pub fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The event's text, line by line, without line ends: what was said, or what happened in neutral notation.
#[must_use]
pub fn line_of(transcript: &Transcript, event: &Event) -> Vec<String> {
    if let Some(detail) = transcript.detail(event) {
        return vec![escaped(describe(event, detail).as_bytes())];
    }
    let octets = transcript.octets(event);
    if octets.is_empty() {
        return vec![match event.kind {
            Kind::GaveUp => "no answer in time".to_owned(),
            _ => String::new(),
        }];
    }
    let octets = octets.strip_suffix(b"\n").unwrap_or(octets);
    octets.split(|octet| *octet == b'\n').map(|line| escaped(line.strip_suffix(b"\r").unwrap_or(line))).gather()
}

fn describe(event: &Event, detail: &Detail) -> String {
    match detail {
        Detail::LookUp(look_up) => look_up.to_string(),
        Detail::Syn(syn) => {
            let lost = match syn.fate.verdict {
                Verdict::Drop => ", dropped",
                _ if syn.is_lost() => ", no answer",
                _ => "",
            };
            format!("SYN {} {} > {}{lost}", event.write, door(syn.from), door(syn.to))
        }
        Detail::Answer(from) if event.kind == Kind::Icmp => {
            format!("ICMP destination unreachable from {}", from.ip())
        }
        Detail::Answer(from) => format!("RST from {}", door(**from)),
        Detail::Connected(ends) => format!("connected {} > {}", door(ends.from), door(ends.to)),
        Detail::ConnectFailed { errno, system, after } => format!("{} after {}", errno.name(*system), seconds(*after)),
        Detail::Secured { name } => format!("TLS handshake done with {name}"),
        Detail::NotSecured { name } => format!("TLS handshake failed with {name}"),
        Detail::Closed { reset: false } => "FIN".to_owned(),
        Detail::Closed { reset: true } => "RST".to_owned(),
        Detail::Queue(queue) => {
            let mut line = format!("queue at {}: {}", queue.host, queue.recipients.join(", "));
            if let Some(next) = queue.next_try {
                let _ = write!(line, ", next try at {next}");
            }
            line
        }
        Detail::Finding(text) | Detail::Outcome(text) => text.clone(),
    }
}

/// Address and port as the standard library writes them, whose own way pads and aligns in buffers.
fn door(at: SocketAddr) -> String {
    let (ip, port) = (at.ip(), at.port());
    if ip.is_ipv4() { format!("{ip}:{port}") } else { format!("[{ip}]:{port}") }
}

fn seconds(length: Duration) -> String {
    format!("{length} s")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_door_is_written_as_everywhere() {
        for text in ["192.0.2.1:25", "[2001:db8::1]:587"] {
            assert_eq!(door(text.parse().expect("address and port")), text);
        }
    }

    #[test]
    fn nothing_a_terminal_or_a_reader_could_be_misled_by_passes() {
        assert_eq!(escaped(b"a\x1b[31m\r"), "a\\x1b[31m\\x0d");
        assert_eq!(escaped("\u{202e}x\u{200b}".as_bytes()), "\\u{202e}x\\u{200b}");
        assert_eq!(escaped(b"\xff\xc3"), "\\xff\\xc3");
        assert_eq!(escaped("日本\u{85}".as_bytes()), "日本\\u{0085}");
    }
}
