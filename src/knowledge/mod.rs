//! What there is to say: clauses of the RFCs, notes in plain words, practices, common mistakes and the page's strings,
//! in one language.
//!
//! A [`Knowledge`] is a value read from one JSON file that `build.rs` makes of `data/`. It answers by *topic*, a plain
//! string such as `verb:MAIL`, `reason:server.size.too-big` or `code:550`. It decides nothing about SMTP and never
//! looks at a transcript; what is shown where is the business of `present`.

mod clause;
mod note;
mod pseudo;
mod rfc;
mod text;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use clause::{Clause, Role, Source};
pub use note::{Alternative, Mistake, Note, Practice};
pub use rfc::{Family, Rfc};
pub use text::Text;

/// The topic of the greeting, which is a reply without a command.
pub const GREETING: &str = "verb:GREETING";
/// The topic of the reply after the final dot, which answers the mail data.
pub const DATA_END: &str = "verb:DATA-END";

/// Everything the project knows, in one language. Where a translation is wanting, the English words stand in and say
/// so in their `lang`.
#[derive(Clone, Debug, PartialEq)]
pub struct Knowledge {
    file: File,
    /// Positions in `file.clauses`, by topic, in the order of the files.
    by_topic: BTreeMap<String, Vec<usize>>,
    /// Positions in `file.notes`, by topic.
    notes: BTreeMap<String, usize>,
}

/// The file as `build.rs` writes it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
struct File {
    lang: String,
    #[serde(default)]
    clauses: Vec<Clause>,
    #[serde(default)]
    notes: Vec<Note>,
    #[serde(default)]
    mistakes: Vec<Mistake>,
    #[serde(default)]
    practices: Vec<Practice>,
    #[serde(default)]
    rfcs: Vec<Rfc>,
    #[serde(default)]
    scenarios: Vec<Situation>,
    text: BTreeMap<String, String>,
    #[serde(default)]
    untranslated: Vec<String>,
}

/// A built-in scenario in words.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Situation {
    id: String,
    title: String,
    #[serde(default)]
    summary: String,
    /// The language of the words when it is not the file's.
    #[serde(default)]
    lang: Option<String>,
}

/// The file is not a knowledge file.
#[derive(Debug, thiserror::Error)]
#[error("the knowledge file cannot be read: {0}")]
pub struct KnowledgeError(#[from] serde_json::Error);

impl Knowledge {
    /// Reads a `knowledge.<tag>.json`. The only way to make one.
    ///
    /// # Errors
    /// When the text is not JSON of that shape; the error names line and column.
    pub fn from_json(json: &str) -> Result<Self, KnowledgeError> {
        let file: File = serde_json::from_str(json)?;
        let mut by_topic: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, clause) in file.clauses.iter().enumerate() {
            for topic in &clause.explains {
                by_topic.entry(topic.clone()).or_default().push(index);
            }
        }
        let notes = file.notes.iter().enumerate().map(|(index, note)| (note.topic.clone(), index)).collect();
        Ok(Self { file, by_topic, notes })
    }

    /// The language's tag, such as `en`.
    #[must_use]
    pub fn lang(&self) -> &str {
        &self.file.lang
    }

    /// The clauses that explain a topic, oldest RFC first, practices last. A clause that is only of interest at one
    /// kind of server is left out where `role` is another one; without a role it is kept.
    pub fn clauses<'a>(&'a self, topic: &str, role: Option<Role>) -> impl Iterator<Item = &'a Clause> + use<'a> {
        let positions = self.by_topic.get(topic).map_or(&[][..], Vec::as_slice);
        let found = positions.iter().filter_map(|&index| self.file.clauses.get(index));
        let mut found: Vec<&Clause> =
            found.filter(|clause| clause.role.is_none() || role.is_none() || clause.role == role).collect();
        found.sort_by_key(|clause| self.age(clause));
        found.into_iter()
    }

    /// The clauses taken from one place, such as `rfc5321#4.1.1.2` or `practice:op25b`.
    pub fn clauses_by_source<'a>(&'a self, source: &str) -> impl Iterator<Item = &'a Clause> + use<'a> {
        let found: Vec<&Clause> = self.file.clauses.iter().filter(|clause| clause.source == source).collect();
        found.into_iter()
    }

    /// The clause with this id.
    #[must_use]
    pub fn clause(&self, id: &str) -> Option<&Clause> {
        self.file.clauses.iter().find(|clause| clause.id == id)
    }

    /// The same rule in other editions: the other clauses of this one's lineage, oldest first.
    pub fn lineage<'a>(&'a self, clause: &Clause) -> impl Iterator<Item = &'a Clause> + use<'a> {
        let of = |other: &&Clause| other.lineage.is_some() && other.lineage == clause.lineage && other.id != clause.id;
        let mut found: Vec<&Clause> = self.file.clauses.iter().filter(of).collect();
        found.sort_by_key(|clause| self.age(clause));
        found.into_iter()
    }

    /// Every clause, in the order of the files.
    #[must_use]
    pub fn all_clauses(&self) -> &[Clause] {
        &self.file.clauses
    }

    /// The note on a topic.
    #[must_use]
    pub fn note(&self, topic: &str) -> Option<&Note> {
        self.file.notes.get(*self.notes.get(topic)?)
    }

    /// Every note, in the order of the files.
    #[must_use]
    pub fn all_notes(&self) -> &[Note] {
        &self.file.notes
    }

    /// The common mistake about a topic; the first, where several name it.
    #[must_use]
    pub fn mistake(&self, topic: &str) -> Option<&Mistake> {
        self.file.mistakes.iter().find(|mistake| mistake.topics.iter().any(|found| found == topic))
    }

    /// Every common mistake, in the order of the files.
    #[must_use]
    pub fn all_mistakes(&self) -> &[Mistake] {
        &self.file.mistakes
    }

    /// The practice with this id, such as `op25b`.
    #[must_use]
    pub fn practice(&self, id: &str) -> Option<&Practice> {
        self.file.practices.iter().find(|practice| practice.id == id)
    }

    /// Every practice.
    #[must_use]
    pub fn practices(&self) -> &[Practice] {
        &self.file.practices
    }

    /// The title of a built-in scenario; its id where there is none.
    #[must_use]
    pub fn scenario_title<'a>(&'a self, id: &'a str) -> &'a str {
        self.situation(id).map_or(id, |words| words.title.as_str())
    }

    /// One or two sentences on what there is to see in a built-in scenario.
    #[must_use]
    pub fn scenario_summary(&self, id: &str) -> &str {
        self.situation(id).map_or("", |words| words.summary.as_str())
    }

    /// The language of a scenario's words, when it is not the page's own.
    #[must_use]
    pub fn scenario_lang(&self, id: &str) -> Option<&str> {
        self.situation(id)?.lang.as_deref()
    }

    fn situation(&self, id: &str) -> Option<&Situation> {
        self.file.scenarios.iter().find(|words| words.id == id)
    }

    /// What is known of an RFC: title, year, standing.
    #[must_use]
    pub fn rfc(&self, number: u16) -> Option<&Rfc> {
        self.file.rfcs.iter().find(|rfc| rfc.number == number)
    }

    /// Every RFC cited.
    #[must_use]
    pub fn rfcs(&self) -> &[Rfc] {
        &self.file.rfcs
    }

    /// The family tree of an RFC: what it goes back to and what has replaced it, oldest first, itself included.
    /// RFC 821 gives 772, 780, 788, 821, 2821, 5321.
    #[must_use]
    pub fn generations(&self, number: u16) -> Vec<&Rfc> {
        let mut chain: Vec<&Rfc> = self.rfc(number).into_iter().collect();
        let kin = |rfc: &Rfc, numbers: &[u16]| {
            let mut found = numbers.iter().filter_map(|&number| self.rfc(number));
            found.find(|other| other.family == rfc.family)
        };
        // Each step must lead to an older (or newer) number, so a circle in the data cannot hold us.
        while let Some(older) = chain.first().and_then(|rfc| kin(rfc, &rfc.obsoletes).filter(|o| o.number < rfc.number))
        {
            chain.insert(0, older);
        }
        while let Some(newer) =
            chain.last().and_then(|rfc| kin(rfc, &rfc.obsoleted_by).filter(|o| o.number > rfc.number))
        {
            chain.push(newer);
        }
        chain
    }

    /// What stands beside an RFC's name: "1982", "2006 · submission", "2007 · BCP 134".
    #[must_use]
    pub fn dated(&self, rfc: &Rfc) -> String {
        let standing = match &rfc.status {
            _ if rfc.family == Family::Submission => Some(self.text(Text::FamilySubmission)),
            Some(status) if status.starts_with("BCP") => Some(status.as_str()),
            _ => None,
        };
        standing.map_or_else(|| rfc.year.to_string(), |standing| format!("{} · {standing}", rfc.year))
    }

    /// A string of the page. A key that is not in the file shows itself, which a test forbids.
    #[must_use]
    pub fn text(&self, text: Text) -> &str {
        self.file.text.get(text.key()).map_or(text.key(), String::as_str)
    }

    /// A string of the page with its placeholders filled: `{name}` by the value paired with `name`. A placeholder
    /// without a value stays as it is.
    #[must_use]
    pub fn fill(&self, text: Text, values: &[(&str, &str)]) -> String {
        fill(self.text(text), values)
    }

    /// The language a string is really in, when it is not the page's own.
    #[must_use]
    pub fn lang_of(&self, text: Text) -> Option<&str> {
        self.file.untranslated.iter().any(|key| key == text.key()).then_some("en")
    }

    /// The strings of the file by key, for the test that holds them against [`Text::ALL`].
    pub fn strings(&self) -> impl Iterator<Item = (&str, &str)> {
        self.file.text.iter().map(|(key, text)| (key.as_str(), text.as_str()))
    }

    /// Oldest RFC first, section in the order of the files, practices last.
    fn age(&self, clause: &Clause) -> (u16, u16) {
        match clause.source() {
            Source::Rfc { number, .. } => (self.rfc(number).map_or(u16::MAX, |rfc| rfc.year), number),
            Source::Practice(_) => (u16::MAX, u16::MAX),
        }
    }
}

/// A language's knowledge file, as built in: `en` and whatever else has a folder in `data/languages`. Only native
/// builds have it; the page loads its file.
#[cfg(not(target_arch = "wasm32"))]
#[must_use]
pub fn embedded(tag: &str) -> Option<&'static str> {
    EMBEDDED.iter().find(|(found, _)| *found == tag).map(|(_, json)| *json)
}

/// The tags of the languages built in.
#[cfg(not(target_arch = "wasm32"))]
pub fn languages() -> impl Iterator<Item = &'static str> {
    EMBEDDED.iter().map(|(tag, _)| *tag)
}

#[cfg(not(target_arch = "wasm32"))]
include!(concat!(env!("OUT_DIR"), "/knowledge.rs"));

/// Replaces `{name}` by its value, in one pass: a value that itself looks like a placeholder is left alone.
fn fill(pattern: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let hit = after.split_once('}').and_then(|(name, tail)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((*value, tail))
        });
        if let Some((value, tail)) = hit {
            filled.push_str(value);
            rest = tail;
        } else {
            filled.push('{');
            rest = after;
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn fills_known_placeholders_once() {
        assert_eq!(fill("{a} and {b}", &[("a", "{b}"), ("b", "2")]), "{b} and 2");
        assert_eq!(fill("{unknown} {", &[("a", "1")]), "{unknown} {");
        assert_eq!(fill("no placeholder", &[]), "no placeholder");
        assert_eq!(fill("{n} of {n}", &[("n", "3")]), "3 of 3");
    }
}
