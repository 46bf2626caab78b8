//! A clause: what one section of an RFC, or one practice, says about some topics.
//!
//! Not the RFC's words: a short paraphrase of this project's own, with section and level, which are facts.

use serde::{Deserialize, Serialize};

/// What one section says, paraphrased, and what that explains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// Unique and stable, kebab-case: `mail-5321-clears`.
    pub id: String,
    /// `rfc5321#4.1.1.2` or `practice:op25b`; see [`Clause::source`].
    pub source: String,
    /// `MUST`, `SHOULD NOT`, `MUST/MAY` as printed; absent for a statement of fact, and always for a practice.
    #[serde(default)]
    pub level: Option<String>,
    /// The enclosing section in which the level word stands, when it is not this one.
    #[serde(default)]
    pub level_from: Option<String>,
    /// What it says, in at most 30 words.
    pub note: String,
    /// What changed against the generation before.
    #[serde(default)]
    pub changed: Option<String>,
    /// The kind of server at which alone it is shown.
    #[serde(default)]
    pub role: Option<Role>,
    /// Joins the same rule across generations.
    #[serde(default)]
    pub lineage: Option<String>,
    /// The language of the words when it is not the file's.
    #[serde(default)]
    pub lang: Option<String>,
}

/// The kind of server a clause is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// A message submission agent (RFC 6409 §3.1): it takes mail from users, on 587 or 465.
    Msa,
    /// The mail exchanger of a domain (RFC 5321 §5.1): it takes mail from anywhere for its own users, on 25.
    Mx,
}

/// Where a clause comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source<'a> {
    /// A section of an RFC. `section` is its number as printed (`4.1.1.2`, `Appendix D.1`) or the title of a heading
    /// without a number.
    Rfc {
        /// The RFC's number.
        number: u16,
        /// The section.
        section: &'a str,
    },
    /// What is usual, without an RFC: the id of a practice.
    Practice(&'a str),
}

impl<'a> Source<'a> {
    /// Reads `rfc5321#4.1.1.2` or `practice:op25b`. A text of neither form counts as the id of a practice, which no
    /// data file then has: the tests see it.
    #[must_use]
    pub fn parse(text: &'a str) -> Self {
        let rfc = text.strip_prefix("rfc").and_then(|rest| {
            let (number, section) = rest.split_once('#')?;
            Some(Self::Rfc { number: number.parse::<usize>().ok()?.try_into().ok()?, section })
        });
        rfc.unwrap_or(Self::Practice(text.strip_prefix("practice:").unwrap_or(text)))
    }

    /// "RFC 5321", or the id of the practice.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Rfc { number, .. } => format!("RFC {number}"),
            Self::Practice(id) => id.into(),
        }
    }

    /// "§4.1.1.2", "Appendix D.1", "“Minor Special Issues”"; empty for a practice.
    #[must_use]
    pub fn section(self) -> String {
        match self {
            Self::Rfc { section, .. } if section.starts_with("Appendix ") => section.into(),
            Self::Rfc { section, .. } if is_number(section) => format!("§{section}"),
            Self::Rfc { section, .. } => format!("“{section}”"),
            Self::Practice(_) => String::new(),
        }
    }

    /// The address of the section at the RFC Editor; `None` for a practice.
    #[must_use]
    pub fn href(self) -> Option<String> {
        let Self::Rfc { number, section } = self else { return None };
        let page = format!("https://www.rfc-editor.org/rfc/rfc{number}");
        Some(match section.strip_prefix("Appendix ") {
            Some(letter) => format!("{page}#appendix-{letter}"),
            None if is_number(section) => format!("{page}#section-{section}"),
            None => page,
        })
    }
}

impl Clause {
    /// Where it comes from.
    #[must_use]
    pub fn source(&self) -> Source<'_> {
        Source::parse(&self.source)
    }
}

/// Is it a section number such as `4.1.1`, or `X.7.1` (RFC 3463 §3.8)?
fn is_number(section: &str) -> bool {
    let digits = section.strip_prefix("X.").unwrap_or(section);
    digits.starts_with(|c: char| c.is_ascii_digit()) && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn addresses_follow_from_the_source() {
        let cases = [
            ("rfc5321#4.1.1.2", "§4.1.1.2", "https://www.rfc-editor.org/rfc/rfc5321#section-4.1.1.2"),
            ("rfc5321#Appendix D.1", "Appendix D.1", "https://www.rfc-editor.org/rfc/rfc5321#appendix-D.1"),
            ("rfc974#Minor Special Issues", "“Minor Special Issues”", "https://www.rfc-editor.org/rfc/rfc974"),
        ];
        for (source, section, href) in cases {
            assert_eq!(Source::parse(source).section(), section);
            assert_eq!(Source::parse(source).href().as_deref(), Some(href));
        }
        assert_eq!(Source::parse("practice:op25b"), Source::Practice("op25b"));
        assert_eq!(Source::parse("practice:op25b").href(), None);
    }
}
