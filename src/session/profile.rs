//! What tells one server software from another: behaviours, limits and reply texts.
//!
//! [`Profile::default`] is the server that follows RFC 5321 to the letter; a personality changes named values of it
//! and nothing else.

use serde::{Deserialize, Serialize};

use crate::reason::Reason;
use crate::session::behaviours::Behaviours;
use crate::smtp::{Dialect, EnhancedCode, ReplyCode};
use crate::time::Duration;

/// How a server behaves and speaks.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Which departures from the grammar it takes.
    pub dialect: Dialect,
    /// What it does where the RFC leaves a choice, or where it departs from the RFC.
    pub behaviours: Behaviours,
    /// Its limits.
    pub limits: Limits,
    /// Its own codes and texts, by reason.
    pub replies: Replies,
    /// Does it send enhanced status codes (RFC 2034)?
    pub enhanced_codes: bool,
    /// The EHLO keywords it can offer; `None` for all that this project knows.
    pub extensions: Option<Vec<String>>,
    /// The SASL mechanisms it can offer; `None` for all that its site has.
    pub mechanisms: Option<Vec<String>>,
    /// EHLO keywords it names besides, whose commands or parameters this project does not act on.
    pub keywords: Vec<String>,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            dialect: Dialect::STRICT,
            behaviours: Behaviours::default(),
            limits: Limits::default(),
            replies: Replies::default(),
            enhanced_codes: true,
            extensions: None,
            mechanisms: None,
            keywords: Vec::new(),
        }
    }
}

/// The limits of RFC 5321 §4.5.3, as settings. `None` is no limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Limits {
    /// The longest command line in octets, CRLF included, before extensions lengthen it (§4.5.3.1.4).
    pub command_line: usize,
    /// The longest local-part in octets (§4.5.3.1.1).
    pub local_part: usize,
    /// The longest domain in octets (§4.5.3.1.2).
    pub domain: usize,
    /// The longest path in octets, angle brackets included (§4.5.3.1.3).
    pub path: usize,
    /// The most recipients of one transaction (§4.5.3.1.8).
    pub recipients: usize,
    /// The largest message in octets, as SIZE counts (RFC 1870 §5).
    pub message: Option<u64>,
    /// How long the server waits for the next command (§4.5.3.2.7); in data, in seconds.
    #[serde(rename = "idle-s", with = "seconds")]
    pub idle: Duration,
    /// The longest line of an AUTH exchange in octets (RFC 4954 §4).
    pub sasl_line: usize,
    /// After how many failed AUTH commands the server closes; RFC 4954 §9 allows no fewer than three.
    pub auth_failures: Option<u32>,
    /// After how many refused commands in a row the server closes.
    pub errors: Option<u32>,
}

impl Default for Limits {
    /// What RFC 5321 §4.5.3 obliges every server to take, and not an octet less.
    fn default() -> Self {
        Self {
            command_line: 512,
            local_part: 64,
            domain: 255,
            path: 256,
            recipients: 100,
            message: None,
            idle: Duration::from_secs(300),
            sasl_line: 12_288,
            auth_failures: None,
            errors: None,
        }
    }
}

/// A duration as whole seconds.
mod seconds {
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::time::Duration;

    pub(super) fn serialize<S: Serializer>(duration: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(duration.as_micros() / 1_000_000)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_secs)
    }
}

/// A personality's own replies, sorted by reason.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replies(Vec<(Reason, OwnReply)>);

/// What a personality says instead of the generic reply. `None` keeps the generic part.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OwnReply {
    /// Another reply code.
    pub code: Option<ReplyCode>,
    /// Another enhanced status code, or `Some(None)` for none.
    pub enhanced: Option<Option<EnhancedCode>>,
    /// Another text.
    pub text: Option<String>,
}

impl Replies {
    /// The table with these replies.
    #[must_use]
    pub fn new(mut replies: Vec<(Reason, OwnReply)>) -> Self {
        replies.sort_by_key(|(reason, _)| *reason);
        Self(replies)
    }

    /// What this personality says for `reason`, where it differs from `generic`.
    #[must_use]
    pub fn by_reason(&self, reason: Reason) -> Option<&OwnReply> {
        let at = self.0.binary_search_by_key(&reason, |(own, _)| *own).ok()?;
        self.0.get(at).map(|(_, reply)| reply)
    }
}
