//! MD5 (RFC 1321): for what tells one file from another, and for CRAM-MD5, which has no other digest.
//!
//! Step by step in loops. The usual implementation is laid out flat for speed, which the page would carry in kilobytes.

/// The state before the first block.
const BEGINNING: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];

/// By how many bits the steps of each round turn, four steps over and over.
const TURNS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];

/// For each step the sine of its number from 1, as the first 32 bits behind the point.
#[rustfmt::skip]
const SINES: [u32; 64] = [
    0xd76a_a478, 0xe8c7_b756, 0x2420_70db, 0xc1bd_ceee, 0xf57c_0faf, 0x4787_c62a, 0xa830_4613, 0xfd46_9501,
    0x6980_98d8, 0x8b44_f7af, 0xffff_5bb1, 0x895c_d7be, 0x6b90_1122, 0xfd98_7193, 0xa679_438e, 0x49b4_0821,
    0xf61e_2562, 0xc040_b340, 0x265e_5a51, 0xe9b6_c7aa, 0xd62f_105d, 0x0244_1453, 0xd8a1_e681, 0xe7d3_fbc8,
    0x21e1_cde6, 0xc337_07d6, 0xf4d5_0d87, 0x455a_14ed, 0xa9e3_e905, 0xfcef_a3f8, 0x676f_02d9, 0x8d2a_4c8a,
    0xfffa_3942, 0x8771_f681, 0x6d9d_6122, 0xfde5_380c, 0xa4be_ea44, 0x4bde_cfa9, 0xf6bb_4b60, 0xbebf_bc70,
    0x289b_7ec6, 0xeaa1_27fa, 0xd4ef_3085, 0x0488_1d05, 0xd9d4_d039, 0xe6db_99e5, 0x1fa2_7cf8, 0xc4ac_5665,
    0xf429_2244, 0x432a_ff97, 0xab94_23a7, 0xfc93_a039, 0x655b_59c3, 0x8f0c_cc92, 0xffef_f47d, 0x8584_5dd1,
    0x6fa8_7e4f, 0xfe2c_e6e0, 0xa301_4314, 0x4e08_11a1, 0xf753_7e82, 0xbd3a_f235, 0x2ad7_d2bb, 0xeb86_d391,
];

/// The digest of these parts, one after another.
pub(crate) fn md5(parts: &[&[u8]]) -> [u8; 16] {
    let mut octets = parts.concat();
    let bits = (octets.len() as u64).wrapping_mul(8);
    octets.push(0x80);
    // The length fills the last of the blocks of 64.
    octets.resize(octets.len().next_multiple_of(8), 0);
    while octets.len() % 64 != 56 {
        octets.extend_from_slice(&[0; 8]);
    }
    octets.extend_from_slice(&bits.to_le_bytes());
    let mut state = BEGINNING;
    for block in octets.as_chunks::<64>().0 {
        take(&mut state, block);
    }
    let digest = state.map(u32::to_le_bytes);
    std::array::from_fn(|at| digest[at / 4][at % 4])
}

fn take(state: &mut [u32; 4], block: &[u8; 64]) {
    let words = block.as_chunks::<4>().0;
    let [mut a, mut b, mut c, mut d] = *state;
    for (step, sine) in SINES.iter().enumerate() {
        let (mixed, word) = match step / 16 {
            0 => (b & c | !b & d, step),
            1 => (d & b | !d & c, 5 * step + 1),
            2 => (b ^ c ^ d, 3 * step + 5),
            _ => (c ^ (b | !d), 7 * step),
        };
        let word = u32::from_le_bytes(words[word % 16]);
        let sum = a.wrapping_add(mixed).wrapping_add(word).wrapping_add(*sine);
        let turned = sum.rotate_left(TURNS[step / 16][step % 4]);
        (a, d, c, b) = (d, c, b, b.wrapping_add(turned));
    }
    for (old, new) in state.iter_mut().zip([a, b, c, d]) {
        *old = old.wrapping_add(new);
    }
}

#[cfg(test)]
mod tests {
    use super::md5;
    use md5::{Digest, Md5};

    #[test]
    fn another_implementation_says_the_same() {
        let octets: Vec<u8> = (0..=255).chain(0..=255).collect();
        for len in 0..octets.len() {
            let (before, after) = octets[..len].split_at(len / 3);
            let expected: [u8; 16] = Md5::digest(&octets[..len]).into();
            assert_eq!(md5(&[before, after]), expected, "{len}");
        }
    }
}
