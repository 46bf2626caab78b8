//! SMTP smuggling: thirteen ways to write the end of the mail data, and how many messages each kind of server sees.
//!
//! An attacker hides a second message in the text of the first, behind an ending that only some servers take for one.
//! The tables below are written from the definitions of the modes (RFC 5321 §2.3.8, §4.1.1.4), not from the code: a
//! number says how many messages arrive, `x` that the mail data is refused and the connection closed.

#![cfg(not(target_arch = "wasm32"))]

use proptest::prelude::*;
use smtp_explainer::dns::Zone;
use smtp_explainer::server::{Config, Surroundings, settings};
use smtp_explainer::session::{Input, Memory, Outbox, Output, Profile, Session};
use smtp_explainer::smtp::data::{EndOfData, canonical_lines, encode};
use smtp_explainer::time::Instant;

const MODES: [EndOfData; 6] = [
    EndOfData::Strict,
    EndOfData::Normalize,
    EndOfData::AcceptBareLf,
    EndOfData::AcceptBareLfAndExtraCr,
    EndOfData::RejectBareLf,
    EndOfData::Reject,
];

/// One ending, and what each of [`MODES`] makes of it.
struct Ending {
    octets: &'static str,
    received: &'static str,
}

/// What a server sees that reads these octets from the attacker.
const ENDINGS: [Ending; 13] = [
    Ending { octets: "\n.\n", received: "1 1 2 2 x x" },
    Ending { octets: "\r.\r", received: "1 1 1 1 1 x" },
    Ending { octets: "\r.\n", received: "1 1 1 1 x x" },
    Ending { octets: "\n.\r", received: "1 1 1 1 x x" },
    Ending { octets: "\n.\r\n", received: "1 1 2 2 x x" },
    Ending { octets: "\r\n.\n", received: "1 1 2 2 x x" },
    Ending { octets: "\r.\r\n", received: "1 1 1 1 1 x" },
    Ending { octets: "\r\n.\r", received: "1 1 1 1 1 x" },
    Ending { octets: "\r\n\0.\r\n", received: "1 1 1 1 1 1" },
    Ending { octets: "\r\n.\0\r\n", received: "1 1 1 1 1 1" },
    Ending { octets: "\r\n.\r\r\n", received: "1 1 1 2 1 x" },
    Ending { octets: "\r\r\n.\r\r\n", received: "1 1 1 2 1 x" },
    // The right one, and MAIL behind it before the reply: two messages that nobody smuggled.
    Ending { octets: "\r\n.\r\n", received: "2 2 2 2 2 2" },
];

/// What [`EndOfData::AsFirstLine`] makes of an ending: a first line with CRLF holds the rest to CRLF, and one with a bare
/// LF lets a bare LF end the data too.
#[test]
fn the_first_line_decides_what_ends_the_rest() {
    for ending in ENDINGS {
        let strict = receive(EndOfData::Strict, &attack(ending.octets), 64);
        assert_eq!(receive(EndOfData::AsFirstLine, &attack(ending.octets), 64), strict, "{:?}", ending.octets);
    }
    let octets = format!("Subject: one\n\nend\n.\n{SECOND}\n.\nQUIT\r\n");
    assert_eq!(receive(EndOfData::AsFirstLine, octets.as_bytes(), 64).messages.len(), 1);
    let octets = format!("Subject: one\n\nend\n.\n{SECOND}\r\n.\r\nQUIT\r\n");
    assert_eq!(receive(EndOfData::AsFirstLine, octets.as_bytes(), 64).messages.len(), 2);
}

const FIRST: &str = "Subject: one\r\n\r\nend";
const SECOND: &str =
    "MAIL FROM:<mallory@example.com>\r\nRCPT TO:<carol@example.org>\r\nDATA\r\nSubject: two\r\n\r\nsmuggled";

/// What a server did.
#[derive(Debug, PartialEq)]
struct Seen {
    messages: Vec<Vec<u8>>,
    reasons: Vec<&'static str>,
}

impl Seen {
    fn word(&self) -> String {
        let refused = self.reasons.contains(&"server.message.bare-line-end");
        if refused { "x".to_owned() } else { self.messages.len().to_string() }
    }
}

/// A server of this mode reads a transaction whose mail data are these octets, in chunks of this size.
fn receive(mode: EndOfData, data: &[u8], chunk: usize) -> Seen {
    let config: Config = serde_json::from_str(r#"{"role": "mx", "local_domains": ["example.org"]}"#).expect("a server");
    let mut profile = Profile::default();
    profile.behaviours.end_of_data = mode;
    let settings = settings("mx.example.org", &config, profile, Surroundings { epoch: 0, entropy: 1 });
    let mut session = Session::new(settings.expect("known words"), Memory::default());
    let (zone, mut out) = (Zone::default(), Outbox::default());
    let peer = "198.51.100.7".parse().expect("an address");
    session.handle(Instant::ZERO, Input::Opened { peer, tls: false }, &zone, &mut out);
    let before = b"EHLO a.example\r\nMAIL FROM:<alice@example.com>\r\nRCPT TO:<bob@example.org>\r\nDATA\r\n";
    let octets = [&before[..], data].concat();
    for piece in octets.chunks(chunk) {
        session.handle(Instant::ZERO, Input::Octets(piece), &zone, &mut out);
    }
    let mut seen = Seen { messages: Vec::new(), reasons: Vec::new() };
    for output in out.outputs {
        match output {
            Output::Accepted(envelope) => seen.messages.push(envelope.message),
            Output::Ruled { ruling, .. } => seen.reasons.push(ruling.reason.id()),
            Output::Found(finding) => seen.reasons.push(finding.reason.id()),
            _ => {}
        }
    }
    seen
}

/// The attacker's octets with this ending in the middle, closed as a client should.
fn attack(ending: &str) -> Vec<u8> {
    format!("{FIRST}{ending}{SECOND}\r\n.\r\nQUIT\r\n").into_bytes()
}

#[test]
fn thirteen_endings_give_one_message_or_two() {
    for Ending { octets, received } in ENDINGS {
        let data = attack(octets);
        let words = MODES.map(|mode| {
            let seen = receive(mode, &data, data.len());
            for chunk in [1, 2, 3, 7] {
                assert_eq!(receive(mode, &data, chunk), seen, "{octets:?} {mode:?} in chunks of {chunk}");
            }
            match seen.word().as_str() {
                // What looked like commands is text of the one message, octet for octet or with its line ends put right.
                "1" => {
                    let text = String::from_utf8_lossy(&seen.messages[0]).into_owned();
                    assert!(text.contains("mallory@example.com") && text.contains("smuggled"), "{octets:?} {mode:?}");
                }
                "2" => assert!(seen.messages[1].ends_with(b"Subject: two\r\n\r\nsmuggled\r\n"), "{octets:?} {mode:?}"),
                _ => assert!(seen.messages.is_empty(), "{octets:?} {mode:?}"),
            }
            // Why there are two: the server says so, unless the end was the right one.
            let loose = seen.reasons.contains(&"server.message.loose-end");
            assert_eq!(loose, seen.word() == "2" && octets != "\r\n.\r\n", "{octets:?} {mode:?}");
            seen.word()
        });
        assert_eq!(words.join(" "), received, "{octets:?}");
    }
}

/// How a relay passes on what it took as one message.
#[derive(Clone, Copy, Debug)]
enum Relay {
    /// Octet for octet.
    Passes,
    /// Every bare CR and LF made a line end first.
    Converts,
}

/// What the next server sees when a strict server took the text as one message and relays it. Only a relay that passes
/// bare line ends on makes a second message of it, and only a server that takes them for an ending.
#[test]
fn a_relay_smuggles_only_what_it_passes_on() {
    for Ending { octets, received } in ENDINGS.iter().take(12) {
        for relay in [Relay::Passes, Relay::Converts] {
            let taken = receive(EndOfData::Strict, &attack(octets), 64).messages.remove(0);
            let text = match relay {
                Relay::Passes => taken,
                Relay::Converts => {
                    let mut lines = Vec::new();
                    canonical_lines(&taken, &mut lines);
                    lines
                }
            };
            let mut data = Vec::new();
            encode(&text, &mut data);
            let words = MODES.map(|mode| receive(mode, &data, 64).word()).join(" ");
            let expected = match relay {
                // RFC 5321 §4.5.2: a dot behind CRLF was doubled on the way out, so those endings are harmless now.
                Relay::Passes if octets.starts_with("\r\n") => received.replace('2', "1"),
                Relay::Passes if *octets == "\r\r\n.\r\r\n" => received.replace('2', "1"),
                Relay::Passes => (*received).to_owned(),
                Relay::Converts => "1 1 1 1 1 1".to_owned(),
            };
            assert_eq!(words, expected, "{octets:?} {relay:?}");
        }
    }
}

proptest! {
    /// A strict server sees as many messages as there are ends that RFC 5321 §4.1.1.4 knows, whatever else comes.
    #[test]
    fn a_strict_server_counts_only_the_one_ending(
        pieces in prop::collection::vec(prop::sample::select(vec!["\r", "\n", ".", "\r\n", "x", "\0", "\r\n.\r\n"]), 0..24),
        chunk in 1_usize..9,
    ) {
        let text = pieces.concat();
        let data = format!("{text}\r\n.\r\n");
        // The line with the single dot may be the first; what follows the first end is no mail data any more.
        let end = format!("\r\n{data}").find("\r\n.\r\n").expect("the last one");
        let seen = receive(EndOfData::Strict, data.as_bytes(), chunk);
        prop_assert_eq!(seen.messages.len(), 1);
        let content = data.get(..end).unwrap_or_default().as_bytes().to_vec();
        let mut undoubled = Vec::new();
        for (n, line) in content.split_inclusive(|octet| *octet == b'\n').enumerate() {
            let begins = n == 0 || undoubled.ends_with(b"\r\n");
            undoubled.extend_from_slice(if begins { line.strip_prefix(b".").unwrap_or(line) } else { line });
        }
        prop_assert!(seen.messages[0].ends_with(&undoubled), "{:?}", String::from_utf8_lossy(&seen.messages[0]));
    }
}
