//! From a domain to the addresses its mail goes to (RFC 5321 §5).
//!
//! Not the network: whether an address can be reached shows when it is tried.

use core::net::IpAddr;

use crate::dns::{Answer, Kind, LookUp, Mx, Name, Question, Record, Zone};
use crate::gather::Gather as _;
use crate::reason::Reason;
use crate::smtp::{EnhancedCode, ReplyCode, ip};

/// The domain says that it takes no mail.
pub(super) const NULL_MX: Reason = Reason::new("queue.null-mx");
/// The domain does not exist.
pub(super) const NO_SUCH_DOMAIN: Reason = Reason::new("queue.no-such-domain");
/// The DNS gave no usable answer.
pub(super) const LOOK_UP_FAILED: Reason = Reason::new("queue.look-up-failed");
/// No host for the domain has an address.
pub(super) const NO_ADDRESS: Reason = Reason::new("queue.no-address");
/// The best host for the domain is this one itself.
pub(super) const LOOP: Reason = Reason::new("queue.loop");

/// A host to try.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    /// Its name.
    pub host: String,
    /// The address to connect to.
    pub address: IpAddr,
}

/// Where the mail for a domain goes, and what was looked up to find out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The look-ups, in order.
    pub look_ups: Vec<LookUp>,
    /// The addresses in the order they are to be tried.
    pub targets: Result<Vec<Target>, NoRoute>,
}

/// Why there is nowhere to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoRoute {
    /// The domain takes no mail (RFC 7505 §3).
    NullMx,
    /// The domain does not exist.
    NoSuchDomain,
    /// The DNS gave no usable answer.
    LookUpFailed,
    /// None of the hosts has an address.
    NoAddress,
    /// The best host is this one itself.
    Loop,
}

impl NoRoute {
    /// Every kind there is.
    pub const ALL: [Self; 5] = [Self::NullMx, Self::NoSuchDomain, Self::LookUpFailed, Self::NoAddress, Self::Loop];

    /// The reason.
    #[must_use]
    pub const fn reason(self) -> Reason {
        match self {
            Self::NullMx => NULL_MX,
            Self::NoSuchDomain => NO_SUCH_DOMAIN,
            Self::LookUpFailed => LOOK_UP_FAILED,
            Self::NoAddress => NO_ADDRESS,
            Self::Loop => LOOP,
        }
    }

    /// Is it worth another try? RFC 5321 §5.1: a temporary error of the DNS is, everything else is reported.
    #[must_use]
    pub const fn is_temporary(self) -> bool {
        matches!(self, Self::LookUpFailed)
    }

    /// The status that a notice gives (RFC 3463 §3.2 and §3.5; RFC 7505 §6).
    #[must_use]
    pub const fn status(self) -> EnhancedCode {
        match self {
            Self::NullMx => EnhancedCode::new(5, 1, 10),
            Self::NoSuchDomain => EnhancedCode::new(5, 1, 2),
            Self::LookUpFailed => EnhancedCode::new(4, 4, 3),
            Self::NoAddress => EnhancedCode::new(5, 4, 4),
            Self::Loop => EnhancedCode::new(5, 4, 6),
        }
    }

    /// The reply code that stands for it where one has been given a meaning (RFC 7504 §4: a domain that takes no mail).
    #[must_use]
    pub const fn code(self) -> Option<ReplyCode> {
        match self {
            Self::NullMx => ReplyCode::new(556),
            Self::NoSuchDomain | Self::LookUpFailed | Self::NoAddress | Self::Loop => None,
        }
    }
}

/// By what a host may be known in mail transactions, and which addresses it can reach.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnNames {
    /// Its names.
    pub names: Vec<Name>,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
    /// Does it speak IPv6? RFC 5321 §5.2: a host that does not need not ask for AAAA records.
    pub ipv6: bool,
}

impl OwnNames {
    fn is_me(&self, name: &Name) -> bool {
        self.names.contains(name)
    }
}

/// Where mail for `domain` goes. An address literal in brackets needs no look-up.
#[must_use]
pub fn route(domain: &str, zone: &Zone, own: &OwnNames) -> Route {
    let mut asking = Asking { zone, own, look_ups: Vec::new(), failed: false };
    let targets = asking.route(domain);
    Route { look_ups: asking.look_ups, targets }
}

/// The addresses of one host that is told by name: a smart host, a submission server. No MX is asked for.
#[must_use]
pub fn host_addresses(host: &str, zone: &Zone, own: &OwnNames) -> Route {
    let mut asking = Asking { zone, own, look_ups: Vec::new(), failed: false };
    let targets = literal(host).map_or_else(|| asking.targets(&Name::new(host)), |address| vec![target(host, address)]);
    let targets = if targets.is_empty() { Err(asking.nothing()) } else { Ok(targets) };
    Route { look_ups: asking.look_ups, targets }
}

struct Asking<'a> {
    zone: &'a Zone,
    own: &'a OwnNames,
    look_ups: Vec<LookUp>,
    failed: bool,
}

impl Asking<'_> {
    fn route(&mut self, domain: &str) -> Result<Vec<Target>, NoRoute> {
        if let Some(address) = literal(domain) {
            return Ok(vec![target(domain, address)]);
        }
        let domain = Name::new(domain);
        let records = match self.ask(&domain, Kind::Mx) {
            Answer::Records(records) => records,
            // RFC 5321 §5.1: without MX records the domain itself is the host, with preference 0.
            Answer::NoData => vec![Record::Mx(Mx { preference: 0, exchange: domain })],
            Answer::NoSuchName => return Err(NoRoute::NoSuchDomain),
            Answer::Failed => return Err(NoRoute::LookUpFailed),
        };
        // RFC 5321 §5.1: lowest preference first. Equal ones keep the order of the zone, so that a run can be repeated;
        // a real client shuffles them.
        let mut exchanges: Vec<Mx> = Vec::new();
        for mx in records.into_iter().filter_map(only_mx).filter(|mx| !mx.is_null()) {
            let at = exchanges.partition_point(|other| other.preference <= mx.preference);
            exchanges.insert(at, mx);
        }
        if exchanges.is_empty() {
            return Err(NoRoute::NullMx);
        }
        if let Some(mine) = exchanges.iter().find(|mx| self.own.is_me(&mx.exchange)).map(|mx| mx.preference) {
            exchanges.retain(|mx| mx.preference < mine);
            if exchanges.is_empty() {
                return Err(NoRoute::Loop);
            }
        }
        self.addresses(&exchanges)
    }

    fn addresses(&mut self, exchanges: &[Mx]) -> Result<Vec<Target>, NoRoute> {
        let mut ranked = Vec::new();
        for mx in exchanges {
            ranked.extend(self.targets(&mx.exchange).into_iter().map(|target| (mx.preference, target)));
        }
        if ranked.is_empty() {
            return Err(self.nothing());
        }
        // RFC 5321 §5.1: this host's own addresses, and everything no better, are discarded as its names are.
        let is_mine = |target: &Target| self.own.addresses.contains(&target.address);
        if let Some(mine) = ranked.iter().filter(|(_, t)| is_mine(t)).map(|(preference, _)| *preference).min() {
            ranked.retain(|(preference, _)| *preference < mine);
        }
        if ranked.is_empty() { Err(NoRoute::Loop) } else { Ok(ranked.into_iter().map(|(_, target)| target).gather()) }
    }

    fn targets(&mut self, host: &Name) -> Vec<Target> {
        let kinds: &[Kind] = if self.own.ipv6 { &[Kind::A, Kind::Aaaa] } else { &[Kind::A] };
        let mut targets = Vec::new();
        for kind in kinds {
            for record in self.ask(host, *kind).records() {
                match record {
                    Record::A(address) => targets.push(target(host.as_str(), IpAddr::V4(*address))),
                    Record::Aaaa(address) => targets.push(target(host.as_str(), IpAddr::V6(*address))),
                    Record::Cname(_) | Record::Mx(_) | Record::Txt(_) => {}
                }
            }
        }
        targets
    }

    fn ask(&mut self, name: &Name, kind: Kind) -> Answer {
        let look_up = self.zone.look_up(Question { name: name.clone(), kind });
        let answer = look_up.answer.clone();
        self.failed |= answer == Answer::Failed;
        self.look_ups.push(look_up);
        answer
    }

    /// Why nothing was found.
    fn nothing(&self) -> NoRoute {
        if self.failed { NoRoute::LookUpFailed } else { NoRoute::NoAddress }
    }
}

fn only_mx(record: Record) -> Option<Mx> {
    match record {
        Record::Mx(mx) => Some(mx),
        _ => None,
    }
}

fn target(host: &str, address: IpAddr) -> Target {
    Target { host: host.to_owned(), address }
}

/// The address of a literal such as `[192.0.2.1]` or `[IPv6:2001:db8::1]` (RFC 5321 §4.1.3).
fn literal(domain: &str) -> Option<IpAddr> {
    let inside = domain.strip_prefix('[')?.strip_suffix(']')?;
    match inside.split_at_checked(5) {
        Some((tag, address)) if tag.eq_ignore_ascii_case("IPv6:") => ip::ipv6(address).map(IpAddr::V6),
        _ => ip::ipv4(inside).map(IpAddr::V4),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone() -> Zone {
        let text = r#"{"names": {
            "example.org": {"mx": [
                {"preference": 20, "exchange": "mx2.example.org"},
                {"preference": 10, "exchange": "mx1.example.org"},
                {"preference": 30, "exchange": "relay.example.com"}
            ]},
            "mx1.example.org": {"a": ["203.0.113.25", "203.0.113.26"], "aaaa": ["2001:db8::25"]},
            "mx2.example.org": {"a": ["203.0.113.27"]},
            "relay.example.com": {"a": ["198.51.100.130"]},
            "small.example": {"a": ["203.0.113.9"]},
            "quiet.example": {"mx": [{"preference": 0, "exchange": "."}], "a": ["203.0.113.10"]},
            "text.example": {"txt": ["hello"]},
            "mine.example": {"mx": [{"preference": 5, "exchange": "relay.example.com"}]},
            "dead.example": {"mx": [{"preference": 5, "exchange": "gone.example"}]},
            "down.example": {"fails": true},
            "half.example": {"mx": [{"preference": 5, "exchange": "down.example"}, {"preference": 9, "exchange": "small.example"}]},
            "sick.example": {"mx": [{"preference": 5, "exchange": "down.example"}]},
            "alias.example": {"cname": "example.org"}
        }}"#;
        serde_json::from_str(text).expect("a zone")
    }

    fn own() -> OwnNames {
        OwnNames {
            names: vec![Name::new("relay.example.com")],
            addresses: vec!["198.51.100.130".parse().expect("an address")],
            ipv6: false,
        }
    }

    fn told(domain: &str, own: &OwnNames) -> Result<String, NoRoute> {
        let targets = route(domain, &zone(), own).targets?;
        Ok(targets.iter().map(|t| t.address.to_string()).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn targets_come_by_preference_with_all_addresses() {
        let stranger = OwnNames::default();
        assert_eq!(
            told("example.org", &stranger).as_deref(),
            Ok("203.0.113.25 203.0.113.26 203.0.113.27 198.51.100.130")
        );
        assert_eq!(told("alias.example", &stranger), told("example.org", &stranger));
        let both = OwnNames { ipv6: true, ..OwnNames::default() };
        assert!(
            told("example.org", &both).is_ok_and(|told| told.starts_with("203.0.113.25 203.0.113.26 2001:db8::25 "))
        );
    }

    #[test]
    fn the_own_name_or_address_ends_the_list() {
        assert_eq!(told("example.org", &own()).as_deref(), Ok("203.0.113.25 203.0.113.26 203.0.113.27"));
        assert_eq!(told("mine.example", &own()), Err(NoRoute::Loop));
        let by_address = OwnNames { names: Vec::new(), ..own() };
        assert_eq!(told("example.org", &by_address), told("example.org", &own()));
        assert_eq!(told("mine.example", &by_address), Err(NoRoute::Loop));
    }

    #[test]
    fn without_mx_the_domain_itself_is_the_host() {
        let route = route("small.example", &zone(), &own());
        assert_eq!(
            route.look_ups.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["MX small.example = no such record", "A small.example = 203.0.113.9",]
        );
        assert_eq!(route.targets, Ok(vec![target("small.example", "203.0.113.9".parse().expect("an address"))]));
    }

    #[test]
    fn there_are_five_ways_to_have_nowhere_to_go() {
        let cases = [
            ("quiet.example", NoRoute::NullMx),
            ("nowhere.example", NoRoute::NoSuchDomain),
            ("down.example", NoRoute::LookUpFailed),
            ("sick.example", NoRoute::LookUpFailed),
            ("text.example", NoRoute::NoAddress),
            ("dead.example", NoRoute::NoAddress),
            ("mine.example", NoRoute::Loop),
        ];
        for (domain, why) in cases {
            assert_eq!(told(domain, &own()), Err(why), "{domain}");
        }
        // RFC 7505 §3: the address beside a null MX is never asked for.
        assert_eq!(route("quiet.example", &zone(), &own()).look_ups.len(), 1);
        for why in NoRoute::ALL {
            assert_eq!(why.status().class == 4, why.is_temporary());
        }
    }

    #[test]
    fn a_failed_look_up_of_one_host_leaves_the_others() {
        assert_eq!(told("half.example", &own()).as_deref(), Ok("203.0.113.9"));
    }

    #[test]
    fn a_literal_needs_no_look_up() {
        for (domain, address) in [("[192.0.2.1]", "192.0.2.1"), ("[IPv6:2001:db8::1]", "2001:db8::1")] {
            let route = route(domain, &zone(), &own());
            assert!(route.look_ups.is_empty());
            assert_eq!(told(domain, &own()).as_deref(), Ok(address));
        }
        assert_eq!(told("[2001:db8::1]", &own()), Err(NoRoute::NoSuchDomain));
    }

    #[test]
    fn a_host_is_looked_up_without_mx() {
        let told: Vec<_> =
            host_addresses("mx2.example.org", &zone(), &own()).look_ups.iter().map(ToString::to_string).collect();
        assert_eq!(told, ["A mx2.example.org = 203.0.113.27"]);
        assert_eq!(host_addresses("nowhere.example", &zone(), &own()).targets, Err(NoRoute::NoAddress));
    }
}
