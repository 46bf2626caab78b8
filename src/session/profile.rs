//! What tells one server software from another: behaviours, limits and reply texts.
//!
//! [`Profile::default`] is the server that follows RFC 5321 to the letter; a personality changes named values of it
//! and nothing else.

use litemap::LiteMap;

use serde::{Deserialize, Serialize};

use crate::reason::Reason;
use crate::session::behaviours::Behaviours;
use crate::smtp::{Dialect, EnhancedCode, ReplyCode, documented};
use crate::time::Duration;

/// How a server behaves and speaks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Which departures from the grammar it takes.
    #[serde(deserialize_with = "documented::deserialize")]
    pub dialect: Dialect,
    /// What it does where the RFC leaves a choice, or where it departs from the RFC.
    #[serde(deserialize_with = "documented::deserialize")]
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
    /// Such keywords that it names only until the first DATA or BDAT of a connection.
    pub keywords_before_data: Vec<String>,
    /// Verbs it does not have, or has without doing them.
    pub verbs: Verbs,
    /// Parameters of MAIL it takes without an extension on offer that defines them, and does nothing with.
    pub mail_parameters: Vec<String>,
}

/// What a server makes of verbs, where it differs from the verb's own RFC; sorted by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verbs(#[serde(deserialize_with = "crate::octets::map")] LiteMap<String, Known>);

/// What a server makes of a verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Known {
    /// It is an unknown word to it (RFC 5321 §4.2.4: 500).
    Unknown,
    /// It knows the verb and does not do it (RFC 5321 §4.2.4: 502).
    NotImplemented,
    /// It does it for hosts it was told to trust, and for nobody else.
    ForTrusted,
    /// Its site forbids it.
    Forbidden,
    /// It says yes, and nothing follows from it.
    Ignored,
}

impl Verbs {
    /// The table of these words, in capital letters.
    #[must_use]
    pub fn new(words: LiteMap<String, Known>) -> Self {
        Self(words)
    }

    /// What the server makes of this word, in any case, if that is anything out of the way.
    #[must_use]
    pub fn of(&self, word: &[u8]) -> Option<Known> {
        let mut known = self.0.iter().filter(|(known, _)| known.as_bytes().eq_ignore_ascii_case(word));
        known.next().map(|(_, what)| *what)
    }
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
            keywords_before_data: Vec::new(),
            verbs: Verbs::default(),
            mail_parameters: Vec::new(),
        }
    }
}

/// The limits of RFC 5321 §4.5.3, as settings. `None` is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// After how many refused commands the server closes; which ones count is a behaviour.
    pub errors: Option<u32>,
    /// How many commands may come without mail before the server closes.
    pub without_mail: Option<u32>,
    /// How many commands may come without mail before each further one counts as an error.
    pub junk: Option<u32>,
    /// Recipients of a transaction before more are refused unseen, where fewer than half were good.
    pub bad_recipients: Option<u32>,
    /// Errors before every reply is held back for a second.
    pub slow_after_errors: Option<u32>,
    /// Refused recipients of a transaction before every answer to RCPT is held back for a second.
    pub slow_after_bad_recipients: Option<u32>,
    /// The number of the greeting that is answered a second late, each further one twice as late.
    pub slow_after_hellos: Option<u32>,
    /// The same for NOOP.
    pub slow_after_noops: Option<u32>,
    /// The same for VRFY and EXPN.
    pub slow_after_vrfys: Option<u32>,
    /// The same for ETRN.
    pub slow_after_etrns: Option<u32>,
    /// The same for AUTH.
    pub slow_after_auths: Option<u32>,
    /// How long the greeting is held back; in data, in milliseconds. A client that speaks before it is turned away.
    #[serde(rename = "greeting-ms", with = "millis")]
    pub greeting: Duration,
    /// How long the answer to a failed AUTH is held back; in data, in seconds.
    #[serde(rename = "auth-failure-s", with = "seconds")]
    pub auth_failure: Duration,
    /// How long the server waits for the next octet of mail data, where that differs (§4.5.3.2.5); in data, in seconds.
    #[serde(rename = "idle-data-s")]
    pub idle_data_s: Option<u64>,
    /// The longest label of a domain in octets; the DNS allows 63.
    pub label: Option<usize>,
    /// The longest name of a client in EHLO or HELO; where it is set, the labels are counted as well.
    pub client_name: Option<usize>,
    /// How many trace lines a message may have before it is taken for one in a loop (RFC 5321 §6.3: at least 100).
    pub hops: Option<u32>,
    /// The shortest password that is looked at.
    pub password: usize,
    /// The longest ENVID (RFC 3461 §4.4).
    pub envid: usize,
    /// The longest ORCPT (RFC 3461 §4.2).
    pub orcpt: usize,
    /// The longest line of mail data in octets, CRLF included, before the server closes.
    pub data_line: Option<u64>,
    /// The longest header section of a message in octets.
    pub header: Option<usize>,
    /// The longest line of a message in octets without its CRLF (§4.5.3.1.6 counts 998).
    pub text_line: Option<usize>,
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
            without_mail: None,
            junk: None,
            bad_recipients: None,
            slow_after_errors: None,
            slow_after_bad_recipients: None,
            slow_after_hellos: None,
            slow_after_noops: None,
            slow_after_vrfys: None,
            slow_after_etrns: None,
            slow_after_auths: None,
            greeting: Duration::ZERO,
            auth_failure: Duration::ZERO,
            idle_data_s: None,
            label: None,
            client_name: None,
            hops: None,
            password: 0,
            envid: 100,
            orcpt: 500,
            data_line: None,
            header: None,
            text_line: None,
        }
    }
}

/// A duration as whole seconds.
mod seconds {
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::time::Duration;

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
    pub(super) fn serialize<S: Serializer>(duration: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(duration.as_micros() / 1_000_000)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_secs)
    }
}

/// A duration as whole milliseconds.
mod millis {
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::time::Duration;

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
    pub(super) fn serialize<S: Serializer>(duration: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(duration.as_micros() / 1_000)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_millis)
    }
}

/// A personality's own replies, sorted by reason.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Replies(Vec<(Reason, OwnReply)>);

/// What a personality says instead of the generic reply. `None` keeps the generic part.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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
