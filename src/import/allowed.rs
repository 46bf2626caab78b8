//! Which reasons a reply can have: what `data/replies.toml` lists for a code after a command.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::reason::{self, Reason};
use crate::smtp::{EnhancedCode, ReplyCode};

#[derive(Deserialize)]
struct Row {
    verb: String,
    code: u16,
    #[serde(default)]
    reasons: Vec<String>,
}

/// What a personality says in its own way, as far as it matters here.
#[derive(Deserialize)]
struct Own {
    #[serde(default)]
    replies: BTreeMap<String, OwnReply>,
}

#[derive(Deserialize)]
struct OwnReply {
    #[serde(default)]
    code: Option<u16>,
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
        let mut table = Self(table);
        table.add_personalities();
        table
    }

    /// Servers have codes of their own for some reasons: where one refuses with 550, another says 554.
    fn add_personalities(&mut self) {
        let read = |(_, json): &(&str, &str)| serde_json::from_str::<Own>(json).ok();
        let own = crate::data::PERSONALITIES.iter().filter_map(read).flat_map(|own| own.replies);
        for (id, code) in own.filter_map(|(id, reply)| Some((id, reply.code?))) {
            let verbs = self.0.iter().filter(|(_, ids)| ids.contains(&id.as_str()));
            let verbs: Vec<String> = verbs.map(|((verb, _), _)| verb.clone()).collect();
            let Some(reason) = Reason::by_id(&id) else { continue };
            for verb in verbs {
                let ids = self.0.entry((verb, code)).or_default();
                if !ids.contains(&reason.id()) {
                    ids.push(reason.id());
                }
            }
        }
    }

    /// The ids of the reasons for this reply after `asked`: a verb, `greeting` or `data-end`. Those that hold after any
    /// command come last; `any` asks for the reasons of the code after whatever command. An enhanced code narrows them
    /// down to those whose own has the same subject (RFC 3463 §3), if there are any.
    #[must_use]
    pub fn reasons(&self, asked: &str, code: ReplyCode, enhanced: Option<EnhancedCode>) -> Vec<&'static str> {
        let all = self.by_code(asked, code.as_u16());
        let Some(enhanced) = enhanced else { return all };
        let same = |id: &&str| subject(id).is_some_and(|subject| subject == enhanced.subject);
        let told: Vec<&'static str> = all.iter().copied().filter(same).collect();
        if told.is_empty() { all } else { told }
    }

    fn by_code(&self, asked: &str, code: u16) -> Vec<&'static str> {
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

/// What the enhanced code of this reason's reply is about.
fn subject(id: &str) -> Option<u16> {
    reason::verdicts().find(|verdict| verdict.reason.id() == id)?.enhanced.map(|code| code.subject)
}
