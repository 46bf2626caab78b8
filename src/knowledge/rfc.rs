//! What is known of an RFC as a document: title, year, standing, what it replaced.
//!
//! Nothing of what it says: that is in the clauses.

use serde::{Deserialize, Serialize};

/// One RFC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rfc {
    /// Its number.
    pub number: u16,
    /// Its title.
    pub title: String,
    /// The year it was published.
    pub year: u16,
    /// Its series number where it has one: `STD 72`, `BCP 134`.
    #[serde(default)]
    pub status: Option<String>,
    /// What it is about.
    pub family: Family,
    /// The RFCs it replaced.
    #[serde(default)]
    pub obsoletes: Vec<u16>,
    /// The RFCs that have replaced it.
    #[serde(default)]
    pub obsoleted_by: Vec<u16>,
    /// The RFCs it changed without replacing them.
    #[serde(default)]
    pub updates: Vec<u16>,
    /// The RFCs that have changed it.
    #[serde(default)]
    pub updated_by: Vec<u16>,
    /// The language of the title when it is not the file's; titles are names and stay as they are.
    #[serde(default)]
    pub lang: Option<String>,
}

/// What an RFC is about, for grouping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// SMTP itself, from RFC 772 to RFC 5321.
    Smtp,
    /// Message submission: RFC 2476, 4409, 6409, 8314.
    Submission,
    /// Service extensions and the SASL mechanisms they carry.
    Extension,
    /// The format of messages and of delivery reports.
    Message,
    /// DNS and other rules for hosts around SMTP.
    Host,
    /// Operations and policy: relaying, greylisting, SPF, port 25.
    Policy,
}

impl Rfc {
    /// The address of the document at the RFC Editor.
    #[must_use]
    pub fn href(&self) -> String {
        format!("https://www.rfc-editor.org/rfc/rfc{}", self.number)
    }
}
