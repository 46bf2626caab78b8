//! Words to look for.

use serde::Deserialize;

/// Words that are looked for whole, whatever their case and spacing; `*` stands for anything within the line.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Sign {
    text: String,
    pieces: Vec<String>,
}

/// A line in the form in which signs are looked for: lower case, one space where there was white space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plain(String);

impl Sign {
    /// The words as the file has them.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many words it has: the more, the less they are there by accident.
    pub(super) fn words(&self) -> usize {
        self.pieces.iter().map(|piece| piece.split(' ').filter(|word| !word.is_empty()).count()).sum()
    }

    /// Do the words stand in the line, in their order?
    pub(super) fn is_in(&self, line: &Plain) -> bool {
        let mut rest = line.0.as_str();
        self.pieces.iter().all(|piece| match find(rest, piece) {
            Some(end) => {
                rest = rest.get(end..).unwrap_or_default();
                true
            }
            None => false,
        })
    }

    /// Is it said with this other sign too, which says more?
    pub(super) fn is_part_of(&self, other: &Self) -> bool {
        self.text != other.text && self.is_in(&Plain::of(&other.text.replace('*', " ")))
    }
}

impl TryFrom<String> for Sign {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let pieces: Vec<String> = text.split('*').map(|piece| Plain::of(piece).0).filter(|it| !it.is_empty()).collect();
        if pieces.is_empty() { Err(format!("{text:?} has no word to look for")) } else { Ok(Self { text, pieces }) }
    }
}

impl Plain {
    pub(super) fn of(text: &str) -> Self {
        let words: Vec<&str> = text.split_whitespace().collect();
        Self(words.join(" ").to_lowercase())
    }
}

/// Where `piece` ends in the text, if it stands there as words of its own.
fn find(text: &str, piece: &str) -> Option<usize> {
    let glued = |inner: Option<char>, outer: Option<char>| {
        inner.is_some_and(char::is_alphanumeric) && outer.is_some_and(char::is_alphanumeric)
    };
    let found = text.match_indices(piece).map(|(at, _)| (at, at + piece.len()));
    let mut whole = found.filter(|(from, to)| {
        let (before, after) = (&text[..*from], &text[*to..]);
        !glued(piece.chars().next(), before.chars().next_back())
            && !glued(piece.chars().next_back(), after.chars().next())
    });
    whole.next().map(|(_, end)| end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign(text: &str) -> Sign {
        Sign::try_from(text.to_owned()).expect("a sign")
    }

    #[test]
    fn words_are_found_whole_and_in_order() {
        let line = Plain::of("  connect to mx.example.org[203.0.113.25]:25: Connection\ttimed out (10060)");
        for there in ["connection timed out", "10060", "Connect to *: Connection timed out", "timed out ("] {
            assert!(sign(there).is_in(&line), "{there}");
        }
        for not_there in ["0060", "1006", "nect to", "timed out * connect to", "timed out in"] {
            assert!(!sign(not_there).is_in(&line), "{not_there}");
        }
        assert!(sign("ソケット エラー").is_in(&Plain::of("ソケット エラー: 10060")));
        assert_eq!((sign("connect to *: no route").words(), sign("10060").words()), (5, 1));
    }

    #[test]
    fn a_sign_without_words_is_none() {
        assert!(Sign::try_from(" * ".to_owned()).is_err());
        assert!(sign("timed out").is_part_of(&sign("Connection timed out")));
        assert!(!sign("timed out").is_part_of(&sign("timed out")));
    }
}
