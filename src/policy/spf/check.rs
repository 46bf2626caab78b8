//! The function `check_host()` of RFC 7208 §4, with its limits.

use std::net::IpAddr;

use super::Who;
use super::record::{Hosts, Mechanism, Record};
use crate::dns::{self, Answer, Kind, Question};
use crate::gather::Gather as _;
use crate::prefix::Prefix;
use crate::session::Context;

/// RFC 7208 §4.6.4: the most terms of one check that make look-ups.
const MOST_TERMS: u8 = 10;
/// RFC 7208 §4.6.4: the most look-ups that find nothing.
const MOST_VOID: u8 = 2;
/// RFC 7208 §4.6.4: the most names one `mx` may lead to.
const MOST_EXCHANGES: usize = 10;

/// A result (RFC 7208 §2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Checked {
    /// The domain has no record, or is no name.
    None,
    /// It says neither yes nor no.
    Neutral,
    /// It says yes.
    Pass,
    /// It says no.
    Fail,
    /// It says: rather not.
    SoftFail,
    /// The DNS gave no answer.
    TempError,
    /// The record is wrong, or too much work.
    PermError,
}

impl Checked {
    /// The word in the field of RFC 7208 §9.1.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Neutral => "neutral",
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::SoftFail => "softfail",
            Self::TempError => "temperror",
            Self::PermError => "permerror",
        }
    }
}

/// The result for this client and sender.
pub(super) fn check(who: &Who<'_>, cx: &mut Context<'_>) -> Checked {
    let mut check = Check { who, cx, terms: 0, void: 0 };
    check.host(who.domain).unwrap_or_else(|error| error)
}

/// A check under way. The errors of its functions are [`Checked::TempError`] and [`Checked::PermError`], which end it.
struct Check<'a, 'c> {
    who: &'a Who<'a>,
    cx: &'a mut Context<'c>,
    /// Terms so far that made look-ups.
    terms: u8,
    /// Look-ups so far that found nothing.
    void: u8,
}

impl Check<'_, '_> {
    /// What `domain` says. It calls itself only behind [`Check::count`], which bounds the depth.
    fn host(&mut self, domain: &str) -> Result<Checked, Checked> {
        if !is_name(domain) {
            return Ok(Checked::None);
        }
        let Some(text) = self.text(domain)? else { return Ok(Checked::None) };
        // RFC 7208 §4.6: a mistake anywhere in the record spoils all of it.
        let record = Record::parse(&text, self.who, domain).ok_or(Checked::PermError)?;
        for (mechanism, then) in &record.directives {
            if self.matches(mechanism, domain)? {
                return Ok(*then);
            }
        }
        let Some(target) = &record.redirect else { return Ok(Checked::Neutral) };
        self.count()?;
        match self.host(target)? {
            // RFC 7208 §6.1: redirected to a domain without a record.
            Checked::None => Err(Checked::PermError),
            other => Ok(other),
        }
    }

    /// The domain's one record (RFC 7208 §4.4, §4.5).
    fn text(&mut self, domain: &str) -> Result<Option<String>, Checked> {
        let mut found = None;
        let answer = self.cx.look_up(Question::new(domain, Kind::Txt));
        if answer == Answer::Failed {
            return Err(Checked::TempError);
        }
        for record in answer.records() {
            let dns::Record::Txt(text) = record else { continue };
            let version = text.split(' ').next().unwrap_or_default();
            if version.eq_ignore_ascii_case("v=spf1") && found.replace(text.clone()).is_some() {
                return Err(Checked::PermError);
            }
        }
        Ok(found)
    }

    fn matches(&mut self, mechanism: &Mechanism, domain: &str) -> Result<bool, Checked> {
        if !matches!(mechanism, Mechanism::All | Mechanism::Ip(_)) {
            self.count()?;
        }
        match mechanism {
            Mechanism::All => Ok(true),
            Mechanism::Ip(prefix) => Ok(prefix.holds(self.who.ip).is_some()),
            Mechanism::Ptr => Ok(false),
            // RFC 7208 §5.2: only what the other domain says yes to counts; one without a record is an error.
            Mechanism::Include(target) => match self.host(target)? {
                Checked::None => Err(Checked::PermError),
                other => Ok(other == Checked::Pass),
            },
            Mechanism::A(hosts) => {
                let name = hosts.domain.as_deref().unwrap_or(domain);
                self.is_at(name, hosts)
            }
            Mechanism::Mx(hosts) => {
                let name = hosts.domain.as_deref().unwrap_or(domain);
                let exchanges: Vec<String> = (self.ask(name, Kind::Mx)?.iter())
                    .filter_map(|record| match record {
                        dns::Record::Mx(mx) if !mx.is_null() => Some(mx.exchange.to_string()),
                        _ => None,
                    })
                    .gather();
                if exchanges.len() > MOST_EXCHANGES {
                    return Err(Checked::PermError);
                }
                for exchange in exchanges {
                    if self.is_at(&exchange, hosts)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            // RFC 7208 §5.7: always an A record, whatever the client's address is.
            Mechanism::Exists(target) => Ok(!self.ask(target, Kind::A)?.is_empty()),
        }
    }

    /// Is the client at one of the name's addresses, or in the network around one?
    fn is_at(&mut self, name: &str, hosts: &Hosts) -> Result<bool, Checked> {
        let ip = self.who.ip;
        let (kind, length) = if ip.is_ipv4() { (Kind::A, hosts.v4) } else { (Kind::Aaaa, hosts.v6) };
        let holds = |address: IpAddr| Prefix::new(address, length).is_some_and(|prefix| prefix.holds(ip).is_some());
        Ok(self.ask(name, kind)?.iter().any(|record| match record {
            dns::Record::A(address) => holds(IpAddr::V4(*address)),
            dns::Record::Aaaa(address) => holds(IpAddr::V6(*address)),
            _ => false,
        }))
    }

    fn ask(&mut self, name: &str, kind: Kind) -> Result<Vec<dns::Record>, Checked> {
        match self.cx.look_up(Question::new(name, kind)) {
            Answer::Records(records) => Ok(records),
            Answer::Failed => Err(Checked::TempError),
            Answer::NoData | Answer::NoSuchName => {
                self.void += 1;
                if self.void > MOST_VOID { Err(Checked::PermError) } else { Ok(Vec::new()) }
            }
        }
    }

    /// One more term that makes look-ups.
    fn count(&mut self) -> Result<(), Checked> {
        self.terms += 1;
        if self.terms > MOST_TERMS { Err(Checked::PermError) } else { Ok(()) }
    }
}

/// RFC 7208 §4.3: a name of at least two labels, none empty and none over 63 octets.
fn is_name(domain: &str) -> bool {
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    let fits = domain.split('.').all(|label| (1..=63).contains(&label.len()));
    fits && domain.len() <= 253 && domain.as_bytes().contains(&b'.') && !domain.starts_with('[')
}
