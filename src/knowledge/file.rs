//! A language's knowledge as `build.rs` writes it: lists in the order of the files of `data/`, strings by key.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Clause, Knowledge, KnowledgeError, Mistake, Note, Practice, Rfc, Situation, Source, Text};

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    lang: String,
    #[serde(default)]
    clauses: Vec<Clause>,
    /// Positions in `clauses`, by topic.
    #[serde(default)]
    topics: BTreeMap<String, Vec<usize>>,
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

impl File {
    /// Put in the order in which it is asked for.
    pub(super) fn knowledge(mut self) -> Result<Knowledge, KnowledgeError> {
        let mut order: Vec<usize> = (0..self.clauses.len()).collect();
        order.sort_by_key(|&at| self.age(&self.clauses[at]));
        let mut place = vec![0; order.len()];
        for (new, &old) in order.iter().enumerate() {
            place[old] = u16::try_from(new).unwrap_or(u16::MAX);
        }
        let placed = |positions: Vec<usize>| {
            let mut positions: Vec<u16> = positions.into_iter().filter_map(|at| place.get(at).copied()).collect();
            positions.sort_unstable();
            positions
        };
        let topics = self.topics.into_iter().map(|(topic, positions)| (topic, placed(positions))).collect();
        let strings = Text::ALL.iter().map(|text| {
            let string = self.text.remove(text.key()).filter(|string| !string.is_empty());
            string.ok_or_else(|| KnowledgeError::Strings(text.key().to_owned()))
        });
        let strings = strings.collect::<Result<_, _>>()?;
        if let Some(idle) = self.text.into_keys().next() {
            return Err(KnowledgeError::Strings(idle));
        }
        let is_untranslated = |text: &&Text| self.untranslated.iter().any(|key| key == text.key());
        self.notes.sort_by(|one, two| one.topic.cmp(&two.topic));
        Ok(Knowledge {
            lang: self.lang,
            clauses: order.iter().map(|&old| self.clauses[old].clone()).collect(),
            topics,
            notes: self.notes,
            mistakes: self.mistakes,
            practices: self.practices,
            rfcs: self.rfcs,
            scenarios: self.scenarios,
            strings,
            untranslated: Text::ALL.iter().filter(is_untranslated).map(|text| *text as u16).collect(),
        })
    }

    /// Oldest RFC first, practices last.
    fn age(&self, clause: &Clause) -> (u16, u16) {
        match clause.source() {
            Source::Rfc { number, .. } => {
                let year = self.rfcs.iter().find(|rfc| rfc.number == number).map_or(u16::MAX, |rfc| rfc.year);
                (year, number)
            }
            Source::Practice(_) => (u16::MAX, u16::MAX),
        }
    }
}
