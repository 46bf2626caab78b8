//! The ways between hosts: segments, links, the rules at their edges, and a client kernel's patience.
//!
//! Not the hosts: who listens on which port is the world's matter. Not SMTP either: a rule sees addresses and a port,
//! never content, which is the whole nature of Outbound Port 25 Blocking.

use core::net::{IpAddr, SocketAddr};

use serde::{Deserialize, Serialize};

use crate::reason::Reason;
use crate::time::Duration;

mod errno;

mod rule;
mod tcp;

pub use crate::prefix::Prefix;
pub use errno::{Errno, System};
pub use rule::{Action, Decision, Icmp, Purpose, Rule, Verdict};
pub use tcp::{Answer, ConnectError, Connecting, SYN, Step};

/// The other end's kernel took the connection: SYN-ACK came, the handshake is finished.
pub const HANDSHAKE: Reason = Reason::new("network.handshake");
/// The host is there and nobody listens on the port: its kernel answers with a reset.
pub const CLOSED_PORT: Reason = Reason::new("network.closed-port");
/// Nobody has the address: nothing ever answers.
pub const NO_HOST: Reason = Reason::new("network.no-host");
/// The other end has closed, so this end's kernel closes too.
pub const FIN: Reason = Reason::new("network.fin");
/// Octets arrived for a connection that is gone: the kernel answers with a reset.
pub const RESET: Reason = Reason::new("network.reset");
/// The TLS handshake succeeded.
pub const TLS_HANDSHAKE: Reason = Reason::new("network.tls.handshake");
/// The client does not trust the certificate it was shown.
pub const TLS_UNTRUSTED: Reason = Reason::new("network.tls.untrusted");
/// The client began TLS where the server speaks in clear: it got a greeting instead of a handshake.
pub const TLS_ON_PLAIN_PORT: Reason = Reason::new("network.tls.on-plain-port");
/// The client waited for a greeting in clear where the server waits for TLS to begin.
pub const PLAIN_ON_TLS_PORT: Reason = Reason::new("network.tls.plain-on-tls-port");

/// Why something happened below SMTP.
pub const REASONS: &[Reason] = &[
    HANDSHAKE,
    CLOSED_PORT,
    NO_HOST,
    FIN,
    RESET,
    TLS_HANDSHAKE,
    TLS_UNTRUSTED,
    TLS_ON_PLAIN_PORT,
    PLAIN_ON_TLS_PORT,
    tcp::SYN,
    tcp::SYN_AGAIN,
    tcp::SYN_AFTER_RESET,
    tcp::TIMEOUT,
    tcp::OWN_LIMIT,
    rule::OP25B_DROP,
    rule::OP25B_RESET,
    rule::OP25B_ICMP,
    rule::OP25B_REDIRECT,
    rule::OP25B_MOBILE,
    rule::OP25B_CARRIER,
    rule::CLOUD,
    rule::IP25B,
    rule::PASS,
    rule::PASS_EXEMPT,
    rule::PASS_OTHER_PORT,
    rule::PASS_OTHER_SOURCE,
    rule::PASS_OTHER_DESTINATION,
];

/// How long a datagram takes between two segments that no link joins, in microseconds.
const DEFAULT_LATENCY_US: u64 = 10_000;

/// What kind of customers or hosts a segment holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SegmentKind {
    /// Customers whose address changes: what OP25B is about.
    Dynamic,
    /// Customers with an address of their own.
    Static,
    /// An access provider's own servers.
    Provider,
    /// Customers of a virtual provider, on a carrier's network.
    Virtual,
    /// Machines in a data centre that are rented by the hour.
    Cloud,
    /// A mobile carrier's servers.
    Mobile,
    /// Everybody else.
    Internet,
}

/// A part of the network that is treated alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// Its name in rules and links.
    pub id: String,
    /// Whose hosts it holds.
    pub kind: SegmentKind,
    /// The addresses in it.
    pub prefixes: Vec<Prefix>,
}

/// How long a datagram takes between two segments, or inside one, the same in both directions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// One segment's id.
    pub from: String,
    /// The other's; the same one for a way inside it.
    pub to: String,
    /// One way, in microseconds.
    pub latency_us: u64,
}

/// The whole network of a world.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// All segments. Where prefixes overlap, the longest holds an address.
    pub segments: Vec<Segment>,
    /// The links that are not of the default length of 10 ms.
    #[serde(default)]
    pub links: Vec<Link>,
    /// The rules, in the order they are met.
    #[serde(default)]
    pub rules: Vec<Rule>,
}

impl Network {
    /// The segment that holds `address`, if any does.
    #[must_use]
    pub fn segment(&self, address: IpAddr) -> Option<&Segment> {
        let holds = |segment: &&Segment| segment.prefixes.iter().filter_map(|p| p.holds(address)).max();
        self.segments.iter().filter(|segment| holds(segment).is_some()).max_by_key(holds)
    }

    /// How long a datagram takes from `from` to `to`.
    #[must_use]
    pub fn latency(&self, from: IpAddr, to: IpAddr) -> Duration {
        let (Some(from), Some(to)) = (self.segment(from), self.segment(to)) else {
            return Duration::from_micros(DEFAULT_LATENCY_US);
        };
        let joins =
            |link: &&Link| (link.from == from.id && link.to == to.id) || (link.from == to.id && link.to == from.id);
        let latency_us = self.links.iter().find(joins).map_or(DEFAULT_LATENCY_US, |link| link.latency_us);
        Duration::from_micros(latency_us)
    }

    /// What happens to a connection from `from` to `to`: the first rule that applies decides, and without one it
    /// passes. Every decision says why, a passage too.
    #[must_use]
    pub fn decide(&self, from: IpAddr, to: SocketAddr) -> Decision {
        let segment = self.segment(from).map(|segment| segment.id.as_str());
        rule::decide(&self.rules, segment, to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network() -> Network {
        let text = r#"{
            "segments": [
                {"id": "home", "kind": "dynamic", "prefixes": ["198.51.100.0/25"]},
                {"id": "fixed", "kind": "static", "prefixes": ["198.51.100.64/28"]},
                {"id": "internet", "kind": "internet", "prefixes": ["0.0.0.0/0", "2001:db8::/32"]}
            ],
            "links": [
                {"from": "home", "to": "internet", "latency_us": 16000},
                {"from": "home", "to": "home", "latency_us": 300}
            ]
        }"#;
        serde_json::from_str(text).expect("the network is well formed")
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn the_longest_prefix_holds_an_address() {
        let network = network();
        let of = |address| network.segment(ip(address)).map(|segment| segment.id.as_str());
        assert_eq!(of("198.51.100.10"), Some("home"));
        assert_eq!(of("198.51.100.70"), Some("fixed"));
        assert_eq!(of("203.0.113.25"), Some("internet"));
        assert_eq!(of("2001:db8::25"), Some("internet"));
        assert_eq!(of("2001:db9::25"), None);
    }

    #[test]
    fn a_link_is_as_long_in_both_directions() {
        let network = network();
        let latency = |from, to| network.latency(ip(from), ip(to)).as_micros();
        assert_eq!(latency("198.51.100.10", "203.0.113.25"), 16_000);
        assert_eq!(latency("203.0.113.25", "198.51.100.10"), 16_000);
        assert_eq!(latency("198.51.100.10", "198.51.100.11"), 300);
        assert_eq!(latency("198.51.100.70", "203.0.113.25"), 10_000);
        assert_eq!(latency("198.51.100.70", "2001:db9::1"), 10_000);
    }
}
