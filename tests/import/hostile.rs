//! Logs that are cut off, mangled, enormous or no text at all.

use proptest::prelude::*;
use smtp_explainer::import::{Import, ImportError, MOST_OCTETS, import};
use smtp_explainer::transcript::Format;

use super::kinds::LOGS;
use super::{answered, corpus, said, secrets, shown};

/// Imports under the guess and under every name. Whatever comes out shows no secret and nothing a terminal acts on.
fn under_every_name(log: &[u8]) {
    for format in Format::ALL.iter().copied().map(Some).chain([None]) {
        let Ok(import) = import(log, format) else { continue };
        let text = shown(&import);
        let unsafe_char =
            text.chars().find(|c| *c != '\n' && (c.is_control() || ('\u{202a}'..='\u{202e}').contains(c)));
        assert_eq!(unsafe_char, None, "as {}: {text:?}", import.format.id());
        assert_eq!(secrets(&text), [""; 0], "as {}: {text}", import.format.id());
    }
}

fn read(log: &str) -> Import {
    import(log.as_bytes(), None).unwrap_or_else(|error| panic!("{error}: {log}"))
}

/// CRLF, LF, a terminal's CR CR LF, and all of them in one log say the same.
#[test]
fn line_ends_do_not_matter() {
    for (log, ..) in LOGS {
        let lines: Vec<&str> = log.lines().map(|line| line.trim_end_matches('\r')).collect();
        let plain = read(&lines.join("\n"));
        let mixed = lines.iter().zip(["\r\n", "\n", "\r\r\n"].iter().cycle());
        let mixed: Vec<&str> = mixed.flat_map(|(line, end)| [*line, *end]).collect();
        for other in [lines.join("\r\n"), lines.join("\r\r\n"), mixed.concat()] {
            let other = read(&other);
            assert_eq!((other.format, said(&other)), (plain.format, said(&plain)));
            assert_eq!(answered(&other), answered(&plain));
        }
    }
}

/// Cut anywhere, it still imports as far as it goes or says that nothing is left, and the half of a secret is one.
#[test]
fn logs_are_cut_off_anywhere() {
    for (log, ..) in LOGS {
        let (from, until) = (log.len() / 3, log.len());
        for at in (from..until).step_by(131).filter(|at| log.is_char_boundary(*at)) {
            under_every_name(&log.as_bytes()[..at]);
            under_every_name(&log.as_bytes()[at..]);
        }
    }
}

#[test]
fn what_acts_on_a_terminal_is_shown_as_what_it_is() {
    let log =
        "=== Connected to \u{1b}]0;owned\u{7}mx.\n<-  220 mx\u{1b}[2J ESMTP\n -> EHLO \u{202e}a\n<-  250 \u{9b}31mx\n";
    let import = read(log);
    assert_eq!((import.format, answered(&import)), (Format::Swaks, vec![220, 250]));
    let text = shown(&import);
    assert!(text.contains("\\x1b[2J") && text.contains("\\u{202e}"), "{text}");
    under_every_name(log.as_bytes());
}

#[test]
fn what_is_too_long_is_refused_and_what_is_long_is_read() {
    assert_eq!(import(&vec![b'a'; 10 << 20], None).err(), Some(ImportError::TooLong));
    assert_eq!(import(b"\r\n \n", None).err(), Some(ImportError::Empty));
    let dialogue = LOGS.iter().find(|log| log.1 == Format::Tshark).expect("a log").0;
    let text = read(&dialogue.repeat((1 << 16) / dialogue.len()));
    assert!(answered(&text).len() > 500);
    // One line of the greatest length, and as many lines as there can be.
    assert!(import(&vec![b'2'; MOST_OCTETS], None).is_ok());
    assert!(import(&b"250 ok\n".repeat(50_000), None).is_ok());
}

#[test]
fn what_is_no_text_gives_no_dialogue() {
    let octets: Vec<u8> = (0..=255).cycle().take(70_000).collect();
    under_every_name(&octets);
    under_every_name(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n\xff\xfe2\x005\x000\x00");
}

/// Lines as logs have them, in any order and mangled.
fn lines() -> impl Strategy<Value = Vec<u8>> {
    let known: Vec<String> = corpus::texts()
        .flat_map(str::lines)
        .chain(LOGS.iter().flat_map(|log| log.0.lines()))
        .map(str::to_owned)
        .collect();
    let line = prop_oneof![
        6 => prop::sample::select(known).prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..60),
        1 => "[0-9]{3}[ -]?[ -~]{0,20}".prop_map(String::into_bytes),
    ];
    let end = prop::sample::select(vec![&b"\n"[..], b"\r\n", b"\r", b""]);
    prop::collection::vec((line, end), 0..60)
        .prop_map(|lines| lines.into_iter().flat_map(|(line, end)| [line, end.to_vec()].concat()).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Nothing panics, whatever stands next to what; the same log gives the same transcript.
    #[test]
    fn any_lines_in_any_order_import_or_do_not(log in lines()) {
        for format in Format::ALL.iter().copied().map(Some).chain([None]) {
            match (import(&log, format), import(&log, format)) {
                (Ok(one), Ok(two)) => prop_assert_eq!(one.transcript, two.transcript),
                (Err(one), Err(two)) => prop_assert_eq!(one, two),
                _ => prop_assert!(false, "once it imports, once it does not"),
            }
        }
    }
}
