//! Mail data, ending by ending.

use super::*;

fn encoded(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    encode(message, &mut out);
    out
}

/// Feeds all of `octets` at once: the content, how it went, what was seen.
fn decoded(mode: EndOfData, octets: &[u8]) -> (Vec<u8>, Progress, Facts) {
    let mut decoder = Decoder::new(mode);
    let mut content = Vec::new();
    let progress = decoder.feed(octets, |piece| content.extend_from_slice(piece.octets));
    (content, progress, decoder.facts())
}

#[test]
fn messages_and_their_mail_data() {
    for (message, data) in [
        (&b""[..], &b".\r\n"[..]),
        (b"Hello\r\n", b"Hello\r\n.\r\n"),
        (b".\r\n", b"..\r\n.\r\n"),
        (b"a\r\n.b\r\n..c\r\n", b"a\r\n..b\r\n...c\r\n.\r\n"),
        (b"\r\n", b"\r\n.\r\n"),
        (b"a\n.\nb\r\n", b"a\n.\nb\r\n.\r\n"),
    ] {
        assert_eq!(encoded(message), data);
        let (content, progress, facts) = decoded(EndOfData::Strict, data);
        assert_eq!((&content[..], progress), (message, Progress::End { used: data.len() }));
        assert_eq!(facts.content, message.len() as u64);
    }
}

#[test]
fn a_last_line_without_its_end_gets_one() {
    assert_eq!(encoded(b"Hello"), b"Hello\r\n.\r\n");
    assert_eq!(encoded(b"."), b"..\r\n.\r\n");
    assert_eq!(encoded(b"Hello\r"), b"Hello\r\r\n.\r\n");
}

#[test]
fn line_ends_of_every_sort_become_crlf() {
    for (text, lines) in [
        (&b"a\nb\n"[..], &b"a\r\nb\r\n"[..]),
        (b"a\rb\r\nc", b"a\r\nb\r\nc"),
        (b"\n\r\r\n", b"\r\n\r\n\r\n"),
        (b"", b""),
    ] {
        let mut out = Vec::new();
        canonical_lines(text, &mut out);
        assert_eq!(out, lines);
    }
}

#[test]
fn what_follows_the_end_is_left_alone() {
    let (content, progress, _) = decoded(EndOfData::Strict, b"a\r\n.\r\nQUIT\r\n");
    assert_eq!((&content[..], progress), (&b"a\r\n"[..], Progress::End { used: 6 }));
    let mut decoder = Decoder::new(EndOfData::Strict);
    assert_eq!(decoder.feed(b".\r\n", |_| ()), Progress::End { used: 3 });
    assert_eq!(decoder.feed(b"QUIT\r\n", |_| panic!("no content after the end")), Progress::End { used: 0 });
}

#[test]
fn pieces_tell_where_they_stand() {
    let mut decoder = Decoder::new(EndOfData::Strict);
    let mut pieces = Vec::new();
    for chunk in [&b"ab\r\n."[..], b"\r", b"c\r\n..d\r\n", b".\r\n"] {
        decoder.feed(chunk, |piece| pieces.push((piece.at, piece.octets)));
    }
    // A CR after the dot could have been the end; it is handed out once it was not.
    assert_eq!(pieces, [(0, &b"ab\r\n"[..]), (5, b"\r"), (6, b"c\r\n"), (10, b".d\r\n")]);
}

#[test]
fn facts_tell_first_places() {
    let (_, _, facts) = decoded(EndOfData::Strict, b"..ab\r\na\rb\nc\0d\r\n\r\xe9\n\0\r\n.\r\n");
    assert_eq!(
        facts,
        Facts {
            content: 20,
            overlong_line: None,
            bare_cr: Some(7),
            bare_lf: Some(9),
            nul: Some(11),
            eight_bit: true,
            loose_end: false,
        }
    );
}

/// RFC 5321 §4.5.3.1.6: 1,000 octets with CRLF, a doubled dot not counted.
#[test]
fn a_line_too_long_is_told() {
    for len in [999_usize, 1_000, 1_001] {
        for (start, doubled) in [("", 0), ("..", 1)] {
            let line = format!("{start}{}\r\n.\r\n", "x".repeat(len + doubled - start.len() - 2));
            let told = decoded(EndOfData::Strict, line.as_bytes()).2.overlong_line;
            assert_eq!(told, (len > limits::TEXT_LINE).then_some(len as u64), "{start:?}");
        }
    }
}

/// Each of the endings that smuggling scanners send, with what each mode makes of it: `E` ends the data, `-`
/// does not, `R` refuses.
#[test]
fn thirteen_endings() {
    let endings: [(&[u8], &str); 13] = [
        (b"\n.\n", "-EE-ERR"),
        (b"\r.\r", "------R"),
        (b"\r.\n", "-----RR"),
        (b"\n.\r", "-----RR"),
        (b"\n.\r\n", "-EE-ERR"),
        (b"\r\n.\n", "-EE--RR"),
        (b"\r.\r\n", "------R"),
        (b"\r\n.\r", "------R"),
        (b"\r\n\0.\r\n", "-------"),
        (b"\r\n.\0\r\n", "-------"),
        (b"\r\n.\r\r\n", "--E---R"),
        (b"\r\r\n.\r\r\n", "--E---R"),
        (b"\r\n.\r\n", "EEEEEEE"),
    ];
    for (ending, wanted) in endings {
        let octets = [b"outer", ending, b"MAIL FROM:<>\r\n.\r\n"].concat();
        let found: String = EndOfData::ALL
            .iter()
            .map(|&mode| match decoded(mode, &octets).1 {
                Progress::End { used } if used == 5 + ending.len() => 'E',
                Progress::End { used } if used == octets.len() => '-',
                Progress::Refused { .. } => 'R',
                other => panic!("{mode:?} {}: {other:?}", ending.escape_ascii()),
            })
            .collect();
        assert_eq!(found, wanted, "{}", ending.escape_ascii());
    }
}
