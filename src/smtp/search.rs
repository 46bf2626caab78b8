//! Looking for a short text in another.
//!
//! What is searched here is a line or a message and what is looked for a few octets: the search of the standard
//! library is made for long texts, and the page would carry a kilobyte of it.

/// Where `what` first stands in `octets`.
#[must_use]
pub fn find(octets: &[u8], what: &[u8]) -> Option<usize> {
    places(octets, what)?.find(|at| stands(octets, what, *at))
}

/// Where `what` last stands in `octets`.
#[must_use]
pub fn rfind(octets: &[u8], what: &[u8]) -> Option<usize> {
    places(octets, what)?.rfind(|at| stands(octets, what, *at))
}

fn places(octets: &[u8], what: &[u8]) -> Option<core::ops::RangeInclusive<usize>> {
    Some(0..=octets.len().checked_sub(what.len())?)
}

fn stands(octets: &[u8], what: &[u8], at: usize) -> bool {
    octets.get(at..).is_some_and(|rest| rest.starts_with(what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_are_found_as_the_standard_library_finds_them() {
        for text in ["", "a", "ab", "abab", "aab", "aaa", "xabyabz", "aba"] {
            for what in ["", "a", "ab", "aa", "aba", "abab", "c"] {
                assert_eq!(find(text.as_bytes(), what.as_bytes()), text.find(what), "{what} in {text}");
                assert_eq!(rfind(text.as_bytes(), what.as_bytes()), text.rfind(what), "{what} in {text}");
            }
        }
    }
}
