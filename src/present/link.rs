//! Links: the fragment of the address bar, written by hand as easily as by the page.
//!
//! `#/s/<id>?step=12&port=587&op25b=drop`: a situation, what was chosen and changed in it, and the step, counted from 1
//! as the page shows it. Whatever a link says wrong is told and left out; it never leads to a blank page.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::gather::Gather as _;

/// What stays as it is in a value: letters, digits and what reads well in an address.
const KEPT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@').remove(b',').remove(b':');

/// The longest fragment that is read, in octets.
pub const LONGEST: usize = 8_192;

/// A link, taken apart. Nothing is checked but its form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// The situation's id; empty for the first one.
    pub situation: String,
    /// Key and value pairs in order, decoded.
    pub pairs: Vec<(String, String)>,
}

/// The fragment is none of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotALink(pub String);

impl Link {
    /// Takes a fragment apart, with or without its `#`. An empty one is the first situation.
    ///
    /// # Errors
    /// When it has neither form, with what it says.
    pub fn read(fragment: &str) -> Result<Self, NotALink> {
        let text = fragment.strip_prefix('#').unwrap_or(fragment);
        let shown = || NotALink(text.chars().take(80).collect());
        if text.len() > LONGEST {
            return Err(shown());
        }
        if text.is_empty() || text == "/" {
            return Ok(Self::default());
        }
        let rest = text.strip_prefix("/s/").ok_or_else(shown)?;
        let (situation, query) = rest.split_once('?').unwrap_or((rest, ""));
        let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(key), decoded(value))
        });
        Ok(Self { situation: decoded(situation.trim_end_matches('/')), pairs: pairs.gather() })
    }

    /// The fragment, with its `#`.
    #[must_use]
    pub fn write(&self) -> String {
        let mut text = format!("#/s/{}", utf8_percent_encode(&self.situation, KEPT));
        for (n, (key, value)) in self.pairs.iter().enumerate() {
            text.push(if n == 0 { '?' } else { '&' });
            text.extend(utf8_percent_encode(key, KEPT));
            text.push('=');
            text.extend(utf8_percent_encode(value, KEPT));
        }
        text
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_read_as_it_was_written() {
        let link = Link {
            situation: "other-587".into(),
            pairs: vec![("port".into(), "25".into()), ("subject".into(), "a&b=c 日本 #%".into())],
        };
        assert_eq!(Link::read(&link.write()), Ok(link));
    }

    #[test]
    fn by_hand() {
        let link = Link::read("#/s/pear-25?step=12&op25b=on").expect("a link");
        assert_eq!(link.situation, "pear-25");
        assert_eq!(link.pairs, [("step".into(), "12".into()), ("op25b".into(), "on".into())]);
        assert_eq!(Link::read(""), Ok(Link::default()));
        assert!(Link::read("#/nowhere").is_err());
        assert!(Link::read(&"x".repeat(10_000)).is_err());
        // Broken escapes are read as what they are.
        assert_eq!(Link::read("/s/%zz?a").expect("a link").situation, "%zz");
    }
}
