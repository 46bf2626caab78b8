//! What a server does where RFC 5321 leaves a choice, or where servers depart from it: named behaviours.
//!
//! A behaviour is a variant of an enum that is read in exactly one place of the session; the default is the RFC's.
//! What it says in reply is no behaviour but a text of the profile.

use serde::{Deserialize, Serialize};

use crate::smtp::data::EndOfData;

/// Named choices. Each is read in one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Behaviours {
    /// Is EHLO or HELO required before MAIL?
    pub hello: HelloRule,
    /// What ends a command line.
    pub line_end: LineEnd,
    /// What octets sent in plain text after STARTTLS, before the handshake, lead to.
    pub injected: Injected,
    /// Which endings of the mail data it takes.
    pub end_of_data: EndOfData,
}

impl Default for Behaviours {
    fn default() -> Self {
        Self {
            hello: HelloRule::Required,
            line_end: LineEnd::CrLf,
            injected: Injected::Discarded,
            end_of_data: EndOfData::Strict,
        }
    }
}

/// Is EHLO or HELO required before a mail transaction?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HelloRule {
    /// RFC 5321 §4.1.1.1: a client must have sent one; without it MAIL is answered 503.
    Required,
    /// MAIL is taken without it.
    NotRequired,
}

/// What ends a command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineEnd {
    /// Only CRLF (RFC 5321 §2.3.8).
    CrLf,
    /// A bare LF as well.
    BareLfToo,
}

/// What happens to octets that arrived in plain text behind STARTTLS in the same write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Injected {
    /// RFC 3207 §4.2: what was learned before TLS is forgotten, so the octets are dropped.
    Discarded,
    /// The hole of CVE-2011-0411: they are answered as if they had come inside TLS.
    Kept,
}
