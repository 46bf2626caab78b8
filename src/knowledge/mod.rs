//! What there is to say: clauses of the RFCs, notes in plain words, practices, common mistakes and the page's strings,
//! in one language.
//!
//! A [`Knowledge`] is a value read from one file that `build.rs` makes of `data/`. It answers by *topic*, a plain
//! string such as `verb:MAIL`, `reason:server.size.too-big` or `code:550`. It decides nothing about SMTP and never
//! looks at a transcript; what is shown where is the business of `present`.

mod clause;
mod file;
mod note;
mod pseudo;
mod rfc;
mod text;

use serde::{Deserialize, Serialize};

pub use clause::{Clause, Role, Source};
pub use note::{Alternative, Mistake, Note, Practice};
pub use rfc::{Family, Rfc};
pub use text::Text;

use crate::octets;

/// The topic of the greeting, which is a reply without a command.
pub const GREETING: &str = "verb:GREETING";
/// The topic of the reply after the final dot, which answers the mail data.
pub const DATA_END: &str = "verb:DATA-END";

/// Everything the project knows, in one language. Where a translation is wanting, the English words stand in and say
/// so in their `lang`.
///
/// It is read from JSON where people write and check it, and from octets that name no field where a reader waits for
/// it: the page's build makes the second of the first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Knowledge {
    lang: String,
    /// Oldest RFC first, practices last; of one RFC in the order of the files.
    clauses: Vec<Clause>,
    /// What explains a topic, sorted by topic: positions in `clauses`, in their order.
    topics: Vec<(String, Vec<u16>)>,
    /// Sorted by topic.
    notes: Vec<Note>,
    mistakes: Vec<Mistake>,
    practices: Vec<Practice>,
    rfcs: Vec<Rfc>,
    scenarios: Vec<Situation>,
    /// The page's strings, in the order of [`Text::ALL`].
    strings: Vec<String>,
    /// Which of them are still English.
    untranslated: Vec<u16>,
}

/// A built-in scenario in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
pub enum KnowledgeError {
    /// It is not JSON of that shape.
    #[error("the knowledge file cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// A string of the page is missing, or has a key that nothing shows.
    #[error("the knowledge file has no string, or no use for the string, {0:?}")]
    Strings(String),
}

impl Knowledge {
    /// Reads what `build.rs` makes of `data/` for a language.
    ///
    /// # Errors
    /// When the text is not JSON of that shape (with line and column), or its strings are not those of [`Text`].
    pub fn from_json(json: &str) -> Result<Self, KnowledgeError> {
        serde_json::from_str::<file::File>(json)?.knowledge()
    }

    /// Reads what [`Knowledge::to_octets`] wrote; `None` when another version of the program wrote it.
    #[must_use]
    pub fn from_octets(octets: &[u8]) -> Option<Self> {
        octets::read(octets).filter(|read: &Self| read.strings.len() == Text::ALL.len())
    }

    /// The compact form, for the same version of the program.
    ///
    /// # Errors
    /// Never in practice: every part of it can be written.
    pub fn to_octets(&self) -> Result<Vec<u8>, postcard::Error> {
        octets::written(self)
    }

    /// The language's tag, such as `en`.
    #[must_use]
    pub fn lang(&self) -> &str {
        &self.lang
    }

    /// The clauses that explain a topic, oldest RFC first, practices last. A clause that is only of interest at one
    /// kind of server is left out where `role` is another one; without a role it is kept.
    pub fn clauses(&self, topic: &str, role: Option<Role>) -> impl Iterator<Item = &Clause> {
        self.clauses_on(std::iter::once(topic), role)
    }

    /// The clauses that explain at least one of some topics, each once, in the same order.
    pub fn clauses_on<T: AsRef<str>>(
        &self,
        topics: impl IntoIterator<Item = T>,
        role: Option<Role>,
    ) -> impl Iterator<Item = &Clause> {
        let mut found = vec![false; self.clauses.len()];
        for topic in topics {
            self.mark(topic.as_ref(), &mut found);
        }
        self.marked(&found, role).into_iter()
    }

    /// Marks the clauses on a topic.
    fn mark(&self, topic: &str, found: &mut [bool]) {
        for &at in self.positions(topic) {
            if let Some(found) = found.get_mut(usize::from(at)) {
                *found = true;
            }
        }
    }

    fn marked(&self, found: &[bool], role: Option<Role>) -> Vec<&Clause> {
        let mut clauses = Vec::new();
        for (clause, found) in self.clauses.iter().zip(found) {
            if *found && (clause.role.is_none() || role.is_none() || clause.role == role) {
                clauses.push(clause);
            }
        }
        clauses
    }

    /// Where in the list the clauses on a topic are. Octets from elsewhere may name places that are not there.
    fn positions(&self, topic: &str) -> &[u16] {
        let at = self.topics.binary_search_by(|(known, _)| known.as_str().cmp(topic));
        at.ok().and_then(|at| self.topics.get(at)).map_or(&[], |(_, positions)| positions)
    }

    /// The topics a clause explains, in alphabetical order.
    pub fn topics_of<'a>(&'a self, clause: &'a Clause) -> impl Iterator<Item = &'a str> {
        let explains = |at: &u16| self.clauses.get(usize::from(*at)).is_some_and(|other| other.id == clause.id);
        self.topics.iter().filter(move |(_, places)| places.iter().any(explains)).map(|(topic, _)| topic.as_str())
    }

    /// The clauses taken from one place, such as `rfc5321#4.1.1.2` or `practice:op25b`.
    pub fn clauses_by_source<'a>(&'a self, source: &str) -> impl Iterator<Item = &'a Clause> + use<'a> {
        let found: Vec<&Clause> = self.clauses.iter().filter(|clause| clause.source == source).collect();
        found.into_iter()
    }

    /// The clause with this id.
    #[must_use]
    pub fn clause(&self, id: &str) -> Option<&Clause> {
        self.clauses.iter().find(|clause| clause.id == id)
    }

    /// The same rule in other editions: the other clauses of this one's lineage, oldest first.
    pub fn lineage<'a>(&'a self, clause: &Clause) -> impl Iterator<Item = &'a Clause> + use<'a> {
        let of = |other: &&Clause| other.lineage.is_some() && other.lineage == clause.lineage && other.id != clause.id;
        let found: Vec<&Clause> = self.clauses.iter().filter(of).collect();
        found.into_iter()
    }

    /// Every clause: oldest RFC first, practices last.
    #[must_use]
    pub fn all_clauses(&self) -> &[Clause] {
        &self.clauses
    }

    /// The note on a topic.
    #[must_use]
    pub fn note(&self, topic: &str) -> Option<&Note> {
        let at = self.notes.binary_search_by(|note| note.topic.as_str().cmp(topic)).ok()?;
        self.notes.get(at)
    }

    /// The note on a topic of this kind, such as `reason`.
    #[must_use]
    #[inline(never)]
    pub fn note_on(&self, kind: &str, id: &str) -> Option<&Note> {
        self.note(&[kind, ":", id].concat())
    }

    /// The title of the note on a topic of this kind; its id where there is none.
    #[must_use]
    #[inline(never)]
    pub fn title(&self, kind: &str, id: &str) -> String {
        self.note_on(kind, id).map_or(id, |note| &note.title).to_owned()
    }

    /// Every note, by topic.
    #[must_use]
    pub fn all_notes(&self) -> &[Note] {
        &self.notes
    }

    /// The common mistake about a topic; the first, where several name it.
    #[must_use]
    pub fn mistake(&self, topic: &str) -> Option<&Mistake> {
        self.mistakes.iter().find(|mistake| mistake.topics.iter().any(|found| found == topic))
    }

    /// Every common mistake, in the order of the files.
    #[must_use]
    pub fn all_mistakes(&self) -> &[Mistake] {
        &self.mistakes
    }

    /// The practice with this id, such as `op25b`.
    #[must_use]
    pub fn practice(&self, id: &str) -> Option<&Practice> {
        self.practices.iter().find(|practice| practice.id == id)
    }

    /// Every practice.
    #[must_use]
    pub fn practices(&self) -> &[Practice] {
        &self.practices
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
        self.scenarios.iter().find(|words| words.id == id)
    }

    /// What is known of an RFC: title, year, standing.
    #[must_use]
    pub fn rfc(&self, number: u16) -> Option<&Rfc> {
        self.rfcs.iter().find(|rfc| rfc.number == number)
    }

    /// Every RFC cited.
    #[must_use]
    pub fn rfcs(&self) -> &[Rfc] {
        &self.rfcs
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

    /// A string of the page. Hundreds of places ask for one, and the page is weighed: it is a call at each of them.
    #[must_use]
    #[inline(never)]
    pub fn text(&self, text: Text) -> &str {
        self.strings.get(text as usize).map_or("", String::as_str)
    }

    /// The same to keep.
    #[must_use]
    #[inline(never)]
    pub fn say(&self, text: Text) -> String {
        self.text(text).to_owned()
    }

    /// A string of the page with its placeholders filled: `{name}` by the value paired with `name`. A placeholder
    /// without a value stays as it is.
    #[must_use]
    pub fn fill(&self, text: Text, values: &[(&str, &str)]) -> String {
        fill(self.text(text), values)
    }

    /// The same with values that were made for it.
    #[must_use]
    pub fn fill_made(&self, text: Text, values: &[(&str, String)]) -> String {
        let mut lent = Vec::new();
        for (name, value) in values {
            lent.push((*name, value.as_str()));
        }
        self.fill(text, &lent)
    }

    /// The language a string is really in, when it is not the page's own.
    #[must_use]
    pub fn lang_of(&self, text: Text) -> Option<&str> {
        self.untranslated.contains(&(text as u16)).then_some("en")
    }

    /// The page's strings, each with its key.
    pub fn strings(&self) -> impl Iterator<Item = (&str, &str)> {
        Text::ALL.iter().map(|text| (text.key(), self.text(*text)))
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
