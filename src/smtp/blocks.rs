//! Looking at many octets of mail data at once: many times faster than at one after the other.
//!
//! Only whether there is something to note and where the last LF is; what it means, [`super::data`] says.

/// How many octets are looked at as one.
pub(super) const BLOCK: usize = 128;

/// The same, where a block has something to note in it or the input ends.
const SMALL_BLOCK: usize = 16;

/// How long the blocks are in which nothing is to be noted: CR and LF only together, no dot at the beginning of a
/// line, no NUL. What follows the last octet of a block is looked at with it.
pub(super) fn ordinary_blocks(octets: &[u8]) -> usize {
    let len = ordinary::<BLOCK>(octets);
    len + ordinary::<SMALL_BLOCK>(&octets[len..])
}

#[expect(clippy::needless_bitwise_bool, reason = "a branch an octet would keep blocks from being looked at as one")]
fn ordinary<const SIZE: usize>(octets: &[u8]) -> usize {
    let mut len = 0;
    while let Some(block) = octets.get(len..=len + SIZE) {
        let pairs = block[..SIZE].iter().zip(&block[1..]);
        let is_noteworthy = pairs.fold(false, |found, (&octet, &next)| {
            found | (octet == 0) | ((octet == b'\r') != (next == b'\n')) | ((octet == b'\n') & (next == b'.'))
        });
        if is_noteworthy {
            break;
        }
        len += SIZE;
    }
    len
}

/// Where the first LF is, looked for block by block: a whole block without one is passed over at once.
pub(super) fn first_lf(octets: &[u8]) -> Option<usize> {
    let (blocks, _) = octets.as_chunks::<SMALL_BLOCK>();
    let before = blocks.iter().take_while(|block| !has_lf(block)).count() * SMALL_BLOCK;
    octets.get(before..)?.iter().position(|octet| *octet == b'\n').map(|at| before + at)
}

/// Where the last LF is, looked for likewise.
pub(super) fn last_lf(octets: &[u8]) -> Option<usize> {
    let is_lf = |octet: &u8| *octet == b'\n';
    let (head, blocks) = octets.as_rchunks::<SMALL_BLOCK>();
    match blocks.iter().rposition(has_lf) {
        Some(block) => {
            let before = head.len() + block * SMALL_BLOCK;
            blocks.get(block)?.iter().rposition(is_lf).map(|at| before + at)
        }
        None => head.iter().rposition(is_lf),
    }
}

fn has_lf(block: &[u8; SMALL_BLOCK]) -> bool {
    let is_lf = |octet: &u8| *octet == b'\n';
    block.iter().fold(false, |found, octet| found | is_lf(octet))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_lf_are_found_wherever_they_are() {
        for len in 0..70 {
            assert_eq!((first_lf(&vec![b'x'; len]), last_lf(&vec![b'x'; len])), (None, None));
            for at in 0..len {
                let mut octets = vec![b'x'; len];
                octets[at] = b'\n';
                octets[at / 2] = b'\n';
                assert_eq!((first_lf(&octets), last_lf(&octets)), (Some(at / 2), Some(at)), "{len}");
            }
        }
    }

    /// Everything that is to be noted ends the blocks before it, in whatever place of a block it stands.
    #[test]
    fn blocks_end_before_what_is_to_be_noted() {
        for noted in [&b"\n"[..], b"\r", b"\0", b"\r\n."] {
            for before in 1..300 {
                let mut octets = vec![b'x'; before];
                octets.extend(noted);
                octets.extend([b'x'; 200]);
                let len = ordinary_blocks(&octets);
                assert!(len < before + noted.len() && before < len + SMALL_BLOCK + noted.len(), "{before}: {len}");
            }
        }
        assert_eq!(ordinary_blocks(&b"a line\r\n".repeat(32)[..]), 240, "what follows the last octet must be there");
    }
}
