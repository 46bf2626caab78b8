//! Which reasons a reply can have: what `data/replies.toml` lists for a code after a command.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::reason::Reason;

#[derive(Deserialize)]
struct Row {
    verb: String,
    code: u16,
    #[serde(default)]
    reasons: Vec<String>,
}

/// The table of replies.
#[derive(Debug)]
pub struct ReplyTable(BTreeMap<(String, u16), Vec<&'static str>>);

impl ReplyTable {
    /// The built-in table.
    #[must_use]
    pub fn built_in() -> Self {
        let lists: BTreeMap<String, Vec<Row>> = serde_json::from_str(crate::data::REPLIES).unwrap_or_default();
        let mut table: BTreeMap<(String, u16), Vec<&'static str>> = BTreeMap::new();
        for row in lists.into_values().flatten() {
            let ids = row.reasons.iter().filter_map(|id| Reason::by_id(id)).map(Reason::id);
            table.entry((row.verb, row.code)).or_default().extend(ids);
        }
        Self(table)
    }

    /// The ids of the reasons for this code after `asked`: a verb, `greeting` or `data-end`. Those that hold after any
    /// command come last; `any` asks for the reasons of the code after whatever command.
    #[must_use]
    pub fn reasons(&self, asked: &str, code: u16) -> Vec<&'static str> {
        let rows = self.0.iter().filter(|((_, listed), _)| *listed == code);
        let (own, any): (Vec<_>, Vec<_>) = rows.partition(|((verb, _), _)| verb != "any");
        let own = own.into_iter().filter(|((verb, _), _)| verb == asked || asked == "any");
        let mut ids: Vec<&'static str> = Vec::new();
        for id in own.chain(any).flat_map(|(_, ids)| ids) {
            if !ids.contains(id) {
                ids.push(id);
            }
        }
        ids
    }
}
