//! What tells one server software from another: behaviours, limits and reply texts.
//!
//! A behaviour is a variant of an enum that is read in exactly one place of the session. [`Profile::default`] is the
//! server that follows RFC 5321 to the letter; a personality changes named values of it and nothing else.

use crate::reason::Reason;
use crate::smtp::data::EndOfData;
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
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            dialect: Dialect::STRICT,
            behaviours: Behaviours::default(),
            limits: Limits::default(),
            replies: Replies::default(),
            enhanced_codes: true,
        }
    }
}

/// Named choices. Each is read in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HelloRule {
    /// RFC 5321 §4.1.1.1: a client must have sent one; without it MAIL is answered 503.
    Required,
    /// MAIL is taken without it.
    NotRequired,
}

/// What ends a command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEnd {
    /// Only CRLF (RFC 5321 §2.3.8).
    CrLf,
    /// A bare LF as well.
    BareLfToo,
}

/// What happens to octets that arrived in plain text behind STARTTLS in the same write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Injected {
    /// RFC 3207 §4.2: what was learned before TLS is forgotten, so the octets are dropped.
    Discarded,
    /// The hole of CVE-2011-0411: they are answered as if they had come inside TLS.
    Kept,
}

/// The limits of RFC 5321 §4.5.3, as settings. `None` is no limit.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// How long the server waits for the next command (§4.5.3.2.7).
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
