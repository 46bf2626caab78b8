//! Notes in plain words: what a thing is, why something happened, what a client must then do, what people get wrong.
//!
//! A note explains; the clause beside it is the authority.

use serde::{Deserialize, Serialize};

use super::Role;

/// What there is to say about one topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// `reason:server.size.too-big`, `verb:MAIL`, `code:550`, `element:reverse-path`, `phase:envelope`, ….
    pub topic: String,
    /// A short label: "Message too big".
    pub title: String,
    /// One sentence in plain words, the heading of an explanation. Reasons, verbs and codes have one.
    #[serde(default)]
    pub headline: Option<String>,
    /// Why it is so, and what a client must then do.
    #[serde(default)]
    pub text: Option<String>,
    /// What else the server could have answered. Verbs have some.
    #[serde(default)]
    pub alternatives: Vec<Alternative>,
    /// The language of the words when it is not the file's.
    #[serde(default)]
    pub lang: Option<String>,
}

/// Another answer that was possible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alternative {
    /// "530 5.7.0".
    pub code: String,
    /// "had you not authenticated".
    pub when: String,
    /// What a client must then do.
    pub then: String,
    /// The kind of server that alone would answer so.
    #[serde(default)]
    pub role: Option<Role>,
}

/// What people often get wrong about some topics.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mistake {
    /// Unique and stable, kebab-case.
    pub id: String,
    /// The topics it belongs to.
    pub topics: Vec<String>,
    /// What people think or say.
    pub mistake: String,
    /// What is right.
    pub right: String,
    /// The language of the words when it is not the file's.
    #[serde(default)]
    pub lang: Option<String>,
}

/// What is usual without being in an RFC: who does it and where that was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Practice {
    /// Unique and stable, kebab-case: `op25b`.
    pub id: String,
    /// Its name for a reader: "Outbound port 25 blocking (OP25B)".
    pub name: String,
    /// Where it was seen or measured, and since when.
    pub seen: String,
    /// What it is.
    pub note: String,
    /// The language of the words when it is not the file's.
    #[serde(default)]
    pub lang: Option<String>,
}

impl Note {
    /// The other answers possible at a server of this role; all of them where the role is not known.
    pub fn alternatives(&self, role: Option<Role>) -> impl Iterator<Item = &Alternative> {
        self.alternatives.iter().filter(move |other| other.role.is_none() || role.is_none() || other.role == role)
    }
}
