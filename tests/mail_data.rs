//! The decoder of mail data against a slow and obvious one, on every short input, however it is cut.
//!
//! What endings real servers take is in `src/smtp/data.rs`; here all modes are held to their definitions.

use proptest::prelude::*;
use smtp_explainer::smtp::data::{Bare, Decoder, EndOfData, Facts, Progress, encode};

/// What a decoder made of mail data.
#[derive(Debug, PartialEq)]
struct Outcome {
    content: Vec<u8>,
    end: End,
    facts: Facts,
}

#[derive(Debug, PartialEq)]
enum End {
    None,
    At(usize),
    Refused(Bare, usize),
}

/// Feeds the chunks one by one.
fn decode<'c>(mode: EndOfData, chunks: impl IntoIterator<Item = &'c [u8]>) -> Outcome {
    let mut decoder = Decoder::new(mode);
    let mut outcome = Outcome { content: Vec::new(), end: End::None, facts: Facts::default() };
    let mut fed = 0;
    for chunk in chunks {
        let mut next = None;
        let progress = decoder.feed(chunk, |piece| {
            assert!(next.is_none_or(|next| next <= piece.at), "pieces are in order");
            next = Some(piece.at + piece.octets.len() as u64);
            outcome.content.extend_from_slice(piece.octets);
        });
        match progress {
            Progress::More => fed += chunk.len(),
            Progress::End { used } => outcome.end = End::At(fed + used),
            Progress::Refused { found, at, .. } => outcome.end = End::Refused(found, usize::try_from(at).unwrap()),
        }
        if progress != Progress::More {
            break;
        }
    }
    outcome.facts = decoder.facts();
    outcome
}

/// The definition of each mode, line by line, with no care for speed or chunks.
fn define(mode: EndOfData, octets: &[u8]) -> Outcome {
    if let Some((found, at)) = first_refused(mode, octets) {
        let before = define(EndOfData::Strict, &octets[..at]);
        if !matches!(before.end, End::At(_)) {
            return Outcome { end: End::Refused(found, at), ..before };
        }
    }
    let by_crlf = |lf: usize| lf > 0 && octets[lf - 1] == b'\r';
    let mode = match (mode, octets.iter().position(|octet| *octet == b'\n')) {
        (EndOfData::AsFirstLine, Some(lf)) if !by_crlf(lf) => EndOfData::AcceptBareLf,
        (EndOfData::AsFirstLine, _) => EndOfData::Strict,
        (other, _) => other,
    };
    let by_lf = matches!(mode, EndOfData::AcceptBareLf | EndOfData::AcceptBareLfAndExtraCr | EndOfData::Normalize);
    let mut content = Vec::new();
    let mut start = 0;
    let mut after_bare_lf = false;
    loop {
        let rest = &octets[start..];
        let Some(len) = (0..rest.len()).find(|&at| rest[at] == b'\n' && (by_lf || at > 0 && rest[at - 1] == b'\r'))
        else {
            content.extend_from_slice(rest.strip_prefix(b".").unwrap_or(rest));
            return Outcome { content, end: End::None, facts: Facts::default() };
        };
        let line = &rest[..=len];
        let ends = match mode {
            EndOfData::AcceptBareLf => line == b".\n" || line == b".\r\n",
            EndOfData::AcceptBareLfAndExtraCr => {
                line[0] == b'.' && line.len() > 1 && line[1..len].iter().all(|&octet| octet == b'\r')
            }
            _ => line == b".\r\n" && !after_bare_lf,
        };
        start += line.len();
        if ends {
            return Outcome { content, end: End::At(start), facts: Facts::default() };
        }
        content.extend_from_slice(line.strip_prefix(b".").unwrap_or(line));
        after_bare_lf = !line.ends_with(b"\r\n");
    }
}

fn first_refused(mode: EndOfData, octets: &[u8]) -> Option<(Bare, usize)> {
    let crs = mode == EndOfData::Reject;
    let lfs = matches!(mode, EndOfData::Reject | EndOfData::RejectBareLf);
    (0..octets.len()).find_map(|at| match octets[at] {
        b'\r' if crs && octets.get(at + 1).is_some_and(|&next| next != b'\n') => Some((Bare::Cr, at)),
        b'\n' if lfs && (at == 0 || octets[at - 1] != b'\r') => Some((Bare::Lf, at)),
        _ => None,
    })
}

/// Octets that could still belong to the end are not handed out yet: nothing but CRs after a dot.
fn is_settled(octets: &[u8]) -> bool {
    let line = octets.rsplit(|&octet| octet == b'\n').next().unwrap_or_default();
    !(line.starts_with(b".") && line[1..].iter().all(|&octet| octet == b'\r'))
}

/// Every input over the octets that matter, up to this length.
fn every_input(longest: usize) -> Vec<Vec<u8>> {
    let mut all = vec![Vec::new()];
    let mut begin = 0;
    for _ in 0..longest {
        let end = all.len();
        for index in begin..end {
            for octet in *b".\r\na" {
                let mut longer = all[index].clone();
                longer.push(octet);
                all.push(longer);
            }
        }
        begin = end;
    }
    all
}

#[test]
fn every_short_input_is_read_as_its_mode_is_defined() {
    for octets in every_input(8) {
        for &mode in EndOfData::ALL {
            let found = decode(mode, [&octets[..]]);
            let wanted = define(mode, &octets);
            assert_eq!(found.end, wanted.end, "{mode:?} {}", octets.escape_ascii());
            if matches!(found.end, End::At(_)) || found.end == End::None && is_settled(&octets) {
                let shown = octets.escape_ascii();
                assert_eq!(
                    found.content.escape_ascii().to_string(),
                    wanted.content.escape_ascii().to_string(),
                    "{mode:?} {shown}"
                );
                assert_eq!(found.facts.content, wanted.content.len() as u64, "{mode:?} {shown}");
            }
        }
    }
}

#[test]
fn chunks_do_not_matter() {
    for octets in every_input(6) {
        for &mode in EndOfData::ALL {
            let whole = decode(mode, [&octets[..]]);
            assert_eq!(decode(mode, octets.chunks(1)), whole, "{mode:?} {}", octets.escape_ascii());
            for cut in 1..octets.len() {
                let (head, tail) = octets.split_at(cut);
                assert_eq!(decode(mode, [head, tail]), whole, "{mode:?} {} cut at {cut}", octets.escape_ascii());
            }
        }
    }
}

/// Mail data as it is as a rule, long runs of text with few exceptions, of which blocks can be read at once.
fn long_text() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => (1..400_usize).prop_map(|len| vec![b'x'; len]),
        6 => Just(b"\r\n".to_vec()),
        1 => prop::sample::select(vec![&b"."[..], b"..", b"\r", b"\n", b"\0", b"\xe9", b"\r\n.", b"\n.", b".\r\n", b"\r\n.\r\n"])
            .prop_map(<[u8]>::to_vec),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// An octet of mail data, the ones that matter more often than others.
fn octet() -> impl Strategy<Value = u8> {
    prop_oneof![2 => Just(b'.'), 2 => Just(b'\r'), 3 => Just(b'\n'), 1 => Just(0), 3 => any::<u8>()]
}

proptest! {
    /// In strict mode a message ends where the first CRLF "." CRLF stands, counting the CRLF of DATA, and nowhere else.
    #[test]
    fn strict_is_crlf_dot_crlf(octets in prop::collection::vec(octet(), 0..200), cuts in prop::collection::vec(1..40_usize, 0..20)) {
        let with_crlf = [b"\r\n", &octets[..]].concat();
        let end = with_crlf.windows(5).position(|five| five == b"\r\n.\r\n").map_or(End::None, |at| End::At(at + 3));
        prop_assert_eq!(&decode(EndOfData::Strict, [&octets[..]]).end, &end);
        let mut rest = &octets[..];
        let mut chunks = Vec::new();
        for cut in cuts {
            let (head, tail) = rest.split_at(cut.min(rest.len()));
            chunks.push(head);
            rest = tail;
        }
        chunks.push(rest);
        for &mode in EndOfData::ALL {
            prop_assert_eq!(decode(mode, chunks.iter().copied()), decode(mode, [&octets[..]]));
        }
    }

    /// Reading in blocks gives what reading octet by octet does.
    #[test]
    fn blocks_do_not_matter(octets in long_text(), cut in any::<prop::sample::Index>()) {
        let (head, tail) = octets.split_at(cut.index(octets.len() + 1));
        for &mode in EndOfData::ALL {
            let one_by_one = decode(mode, octets.chunks(1));
            prop_assert_eq!(&decode(mode, [&octets[..]]), &one_by_one);
            prop_assert_eq!(&decode(mode, [head, tail]), &one_by_one);
        }
        let longest = octets.split_inclusive(|&octet| octet == b'\n').map(<[u8]>::len).max();
        if octets.iter().all(|octet| matches!(octet, b'x' | b'\r' | b'\n')) && octets.ends_with(b"\r\n") {
            let told = decode(EndOfData::AcceptBareLf, [&octets[..]]).facts.overlong_line;
            prop_assert_eq!(told, longest.map(|len| len as u64).filter(|&len| len > 1_000));
        }
    }

    /// What was encoded is decoded to itself, in every mode that takes its octets at all.
    #[test]
    fn decoding_undoes_encoding(mut message in prop::collection::vec(octet(), 0..200)) {
        if !message.is_empty() {
            message.extend_from_slice(b"\r\n");
        }
        let mut data = Vec::new();
        encode(&message, &mut data);
        let outcome = decode(EndOfData::Strict, [&data[..]]);
        prop_assert_eq!(outcome.end, End::At(data.len()));
        prop_assert_eq!(outcome.content, message);
    }
}
