//! DNS as data: a [`Zone`] is asked a [`Question`] and gives an [`Answer`] at once.
//!
//! Not a resolver and not the wire format: no packets, no caches, no time to live. A look-up is one step of a
//! transcript, so that a reader sees where a client's next address came from.

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};
use litemap::LiteMap;

use serde::{Deserialize, Serialize};

use crate::gather::Gather as _;
use crate::reason::Reason;
use crate::smtp::quoted;
use crate::time::Duration;

/// The name has records of the kind asked for.
pub const FOUND: Reason = Reason::new("dns.found");
/// The name is an alias, and the name it stands for has the records.
pub const ALIAS: Reason = Reason::new("dns.alias");
/// The name exists and has no record of the kind asked for.
pub const NO_DATA: Reason = Reason::new("dns.no-data");
/// The name does not exist.
pub const NO_SUCH_NAME: Reason = Reason::new("dns.no-such-name");
/// No usable answer came: a temporary failure.
pub const FAILED: Reason = Reason::new("dns.failed");
/// The domain says that it takes no mail at all (RFC 7505 §3).
pub const NULL_MX: Reason = Reason::new("dns.null-mx");

/// Why a look-up ended as it did.
pub const REASONS: &[Reason] = &[FOUND, ALIAS, NO_DATA, NO_SUCH_NAME, FAILED, NULL_MX];

/// How many aliases in a row are followed; a longer chain, or a loop, is a temporary failure.
const MAX_ALIASES: usize = 8;

/// A domain name: lower case, without the final dot. `.` alone is the root.
///
/// Any text can be asked about; a name that no zone holds is simply not found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Name(String);

impl Name {
    /// The name that `text` writes, in any case, with or without its final dot.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let text = text.strip_suffix('.').unwrap_or(text);
        Self(text.to_ascii_lowercase())
    }

    /// The name without a final dot; empty for the root.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Is it the root, `.`?
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Is it below `other`, at any depth?
    fn is_below(&self, other: &Self) -> bool {
        self.0.strip_suffix(other.as_str()).is_some_and(|rest| rest.ends_with('.'))
    }
}

impl From<String> for Name {
    fn from(text: String) -> Self {
        Self::new(&text)
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.to_string()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_root() { "." } else { &self.0 })
    }
}

/// A kind of record that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// IPv4 addresses.
    A,
    /// IPv6 addresses.
    Aaaa,
    /// Mail exchangers.
    Mx,
    /// Free text, such as an SPF policy.
    Txt,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Mx => "MX",
            Self::Txt => "TXT",
        })
    }
}

/// What is asked: records of one kind for one name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Question {
    /// The name asked about.
    pub name: Name,
    /// The kind of record.
    pub kind: Kind,
}

impl Question {
    /// The question for the records of `kind` of `name`.
    #[must_use]
    pub fn new(name: &str, kind: Kind) -> Self {
        Self { name: Name::new(name), kind }
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.name)
    }
}

/// One record of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Record {
    /// An IPv4 address.
    A(Ipv4Addr),
    /// An IPv6 address.
    Aaaa(Ipv6Addr),
    /// A mail exchanger.
    Mx(Mx),
    /// A text.
    Txt(String),
    /// The name asked about is an alias of this one. Stands before the records it leads to.
    Cname(Name),
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::A(address) => address.fmt(f),
            Self::Aaaa(address) => address.fmt(f),
            Self::Mx(mx) => mx.fmt(f),
            Self::Txt(text) => f.write_str(&quoted(text)),
            Self::Cname(name) => write!(f, "alias of {name}"),
        }
    }
}

/// A mail exchanger of a domain (RFC 5321 §5.1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mx {
    /// The lower, the earlier it is tried.
    pub preference: u16,
    /// The host that takes the domain's mail; the root where nobody does.
    pub exchange: Name,
}

impl Mx {
    /// Does it say that the domain takes no mail? RFC 7505 §3: the exchange is the root, which is no host name; the
    /// preference is written 0 and decides nothing.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.exchange.is_root()
    }
}

impl fmt::Display for Mx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.preference, self.exchange)
    }
}

/// What a question comes to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// At least one record of the kind asked for, aliases on the way to it first.
    Records(Vec<Record>),
    /// The name exists and has no such record.
    NoData,
    /// The name does not exist.
    NoSuchName,
    /// No usable answer: try again later.
    Failed,
}

impl Answer {
    /// The records; none where there was no answer.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        match self {
            Self::Records(records) => records,
            Self::NoData | Self::NoSuchName | Self::Failed => &[],
        }
    }

    /// Why this is the answer.
    #[must_use]
    pub fn reason(&self) -> Reason {
        match self {
            Self::Records(records) => match records.as_slice() {
                // RFC 7505 §3: a domain with a null MX has no other MX.
                [Record::Mx(mx)] if mx.is_null() => NULL_MX,
                [Record::Cname(_), ..] => ALIAS,
                _ => FOUND,
            },
            Self::NoData => NO_DATA,
            Self::NoSuchName => NO_SUCH_NAME,
            Self::Failed => FAILED,
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Records(records) => {
                for (n, record) in records.iter().enumerate() {
                    write!(f, "{}{record}", if n == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
            Self::NoData => f.write_str("no such record"),
            Self::NoSuchName => f.write_str("no such name"),
            Self::Failed => f.write_str("no answer"),
        }
    }
}

/// One look-up, as a transcript keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LookUp {
    /// What was asked.
    pub question: Question,
    /// What the zone said.
    pub answer: Answer,
    /// How long the answer took.
    pub latency: Duration,
    /// Why this was the answer.
    pub reason: Reason,
}

/// The neutral notation: `MX example.org = 10 mx.example.org`.
impl fmt::Display for LookUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.question, self.answer)
    }
}

/// All names that exist, and how long an answer takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// How long each answer takes, in microseconds.
    #[serde(default)]
    pub latency_us: u64,
    /// The names. A name that only others stand below exists and has no records.
    #[serde(deserialize_with = "crate::octets::map")]
    pub names: LiteMap<Name, Entry>,
}

/// What one name has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Entry {
    /// IPv4 addresses.
    pub a: Vec<Ipv4Addr>,
    /// IPv6 addresses.
    pub aaaa: Vec<Ipv6Addr>,
    /// Mail exchangers, in any order. A null MX is `{"preference": 0, "exchange": "."}`.
    pub mx: Vec<Mx>,
    /// Texts.
    pub txt: Vec<String>,
    /// The name this one is an alias of. An alias has no records of its own.
    pub cname: Option<Name>,
    /// Does every question about this name fail for the time being?
    pub fails: bool,
}

impl Entry {
    fn records(&self, kind: Kind) -> Vec<Record> {
        let count = match kind {
            Kind::A => self.a.len(),
            Kind::Aaaa => self.aaaa.len(),
            Kind::Mx => self.mx.len(),
            Kind::Txt => self.txt.len(),
        };
        let nth = |n: usize| match kind {
            Kind::A => Record::A(self.a[n]),
            Kind::Aaaa => Record::Aaaa(self.aaaa[n]),
            Kind::Mx => Record::Mx(self.mx[n].clone()),
            Kind::Txt => Record::Txt(self.txt[n].clone()),
        };
        (0..count).map(nth).gather()
    }
}

impl Zone {
    /// The answer to `question`. Same zone and question, same answer.
    #[must_use]
    pub fn answer(&self, question: &Question) -> Answer {
        let mut name = &question.name;
        let mut records = Vec::new();
        // RFC 5321 §5.1: a name that is an alias is looked up again under the name it stands for.
        for _ in 0..=MAX_ALIASES {
            let Some(entry) = self.names.get(name) else { return self.absent(name) };
            if entry.fails {
                return Answer::Failed;
            }
            let Some(target) = &entry.cname else {
                let found = entry.records(question.kind);
                if found.is_empty() {
                    return Answer::NoData;
                }
                records.extend(found);
                return Answer::Records(records);
            };
            records.push(Record::Cname(target.clone()));
            name = target;
        }
        Answer::Failed
    }

    /// The answer with all that a transcript keeps of it.
    #[must_use]
    pub fn look_up(&self, question: Question) -> LookUp {
        let answer = self.answer(&question);
        let reason = answer.reason();
        LookUp { question, answer, latency: Duration::from_micros(self.latency_us), reason }
    }

    fn absent(&self, name: &Name) -> Answer {
        // A name with others below it exists, with nothing of its own.
        if self.names.keys().any(|other| other.is_below(name)) { Answer::NoData } else { Answer::NoSuchName }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone() -> Zone {
        let text = r#"{
            "latency_us": 8000,
            "names": {
                "Example.ORG.": {"mx": [{"preference": 10, "exchange": "mx.example.org."}], "txt": ["v=spf1 mx -all"]},
                "mx.example.org": {"a": ["203.0.113.25"], "aaaa": ["2001:db8::25"]},
                "quiet.example": {"mx": [{"preference": 0, "exchange": "."}]},
                "www.example.org": {"cname": "mx.example.org"},
                "round.example": {"cname": "about.example"},
                "about.example": {"cname": "round.example"},
                "dead.example": {"cname": "nothing.example"},
                "down.example": {"fails": true},
                "a.deep.example": {"a": ["192.0.2.1"]}
            }
        }"#;
        serde_json::from_str(text).expect("the zone is well formed")
    }

    fn told(name: &str, kind: Kind) -> (String, &'static str) {
        let look_up = zone().look_up(Question::new(name, kind));
        (look_up.to_string(), look_up.reason.id())
    }

    #[test]
    fn every_answer_has_its_words_and_its_reason() {
        let cases = [
            ("example.org", Kind::Mx, "MX example.org = 10 mx.example.org", "dns.found"),
            ("EXAMPLE.org.", Kind::Mx, "MX example.org = 10 mx.example.org", "dns.found"),
            ("example.org", Kind::Txt, "TXT example.org = \"v=spf1 mx -all\"", "dns.found"),
            ("mx.example.org", Kind::Aaaa, "AAAA mx.example.org = 2001:db8::25", "dns.found"),
            ("www.example.org", Kind::A, "A www.example.org = alias of mx.example.org, 203.0.113.25", "dns.alias"),
            ("www.example.org", Kind::Mx, "MX www.example.org = no such record", "dns.no-data"),
            ("quiet.example", Kind::Mx, "MX quiet.example = 0 .", "dns.null-mx"),
            ("example.org", Kind::A, "A example.org = no such record", "dns.no-data"),
            ("deep.example", Kind::A, "A deep.example = no such record", "dns.no-data"),
            ("eep.example", Kind::A, "A eep.example = no such name", "dns.no-such-name"),
            ("dead.example", Kind::A, "A dead.example = no such name", "dns.no-such-name"),
            ("down.example", Kind::A, "A down.example = no answer", "dns.failed"),
            ("round.example", Kind::A, "A round.example = no answer", "dns.failed"),
            ("", Kind::Mx, "MX . = no such name", "dns.no-such-name"),
        ];
        for (name, kind, text, reason) in cases {
            assert_eq!(told(name, kind), (text.to_owned(), reason));
        }
    }

    #[test]
    fn a_look_up_takes_the_time_of_its_zone() {
        assert_eq!(zone().look_up(Question::new("example.org", Kind::A)).latency, Duration::from_millis(8));
    }

    #[test]
    fn unknown_fields_are_refused() {
        assert!(serde_json::from_str::<Zone>(r#"{"names": {"example.org": {"mxx": []}}}"#).is_err());
        assert!(serde_json::from_str::<Zone>(r#"{"names": {}, "ttl": 1}"#).is_err());
    }

    #[test]
    fn a_zone_survives_being_written_and_read() {
        let text = serde_json::to_string(&zone()).expect("a zone can be written");
        assert_eq!(serde_json::from_str::<Zone>(&text).expect("and read"), zone());
    }
}
