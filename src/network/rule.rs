//! Rules at the edges of networks: who blocks which port for whom, and how the block looks.
//!
//! Not a packet filter: a rule sees the source's segment, the destination's address and its port, because that is all
//! that OP25B looks at. Where a rule stands in the path makes no difference to a client; its [`Purpose`] says whose it is.

use core::fmt;
use core::net::{IpAddr, SocketAddr};

use serde::{Deserialize, Serialize};

use crate::prefix::Prefix;
use crate::reason::Reason;

/// OP25B: the provider's edge discards the datagram.
pub(super) const OP25B_DROP: Reason = Reason::new("network.op25b.drop");
/// OP25B: the provider's edge answers with a reset in the destination's name.
pub(super) const OP25B_RESET: Reason = Reason::new("network.op25b.reset");
/// OP25B: the provider's edge answers with an ICMP error.
pub(super) const OP25B_ICMP: Reason = Reason::new("network.op25b.icmp");
/// OP25B: the provider's edge leads the connection to its own relay.
pub(super) const OP25B_REDIRECT: Reason = Reason::new("network.op25b.redirect");
/// The first phase of OP25B: only mail to mobile carriers is blocked.
pub(super) const OP25B_MOBILE: Reason = Reason::new("network.op25b.mobile");
/// The carrier's OP25B meets a virtual provider's customer, whose own mail server stands outside that carrier.
pub(super) const OP25B_CARRIER: Reason = Reason::new("network.op25b.carrier");
/// A cloud lets no rented machine reach port 25 outside.
pub(super) const CLOUD: Reason = Reason::new("network.cloud-block");
/// The receiving provider's edge refuses mail from other providers' dynamic addresses.
pub(super) const IP25B: Reason = Reason::new("network.ip25b");
/// No rule concerns this connection.
pub(super) const PASS: Reason = Reason::new("network.pass");
/// The rule names this destination as one it lets pass: a designated mail server.
pub(super) const PASS_EXEMPT: Reason = Reason::new("network.pass.exempt");
/// The rule concerns this source, on another port.
pub(super) const PASS_OTHER_PORT: Reason = Reason::new("network.pass.other-port");
/// The rule concerns this port, from other sources.
pub(super) const PASS_OTHER_SOURCE: Reason = Reason::new("network.pass.other-source");
/// The rule concerns this source and port, toward other destinations.
pub(super) const PASS_OTHER_DESTINATION: Reason = Reason::new("network.pass.other-destination");

/// One rule. It applies where source, destination and port all match and the destination is no exception.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Whose rule it is and what for.
    pub purpose: Purpose,
    /// The segments whose hosts it concerns, by id.
    pub from: Vec<String>,
    /// The destinations it concerns; none named means all.
    #[serde(default)]
    pub to: Vec<Prefix>,
    /// The destination port it concerns.
    pub to_port: u16,
    /// The destinations it lets pass all the same.
    #[serde(default)]
    pub except: Vec<IpAddr>,
    /// What it does.
    pub action: Action,
}

/// Whose rule it is and what for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Outbound Port 25 Blocking by the customer's provider.
    Op25b,
    /// Its first phase, toward mobile carriers alone.
    Op25bMobile,
    /// The carrier's OP25B, met by a virtual provider's customer.
    Op25bCarrier,
    /// A cloud's own block of port 25.
    Cloud,
    /// Inbound Port 25 Blocking, in a router of the receiving provider.
    Ip25b,
}

/// What a rule does to a connection's first datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Discards it in silence.
    Drop,
    /// Answers with a reset whose source is the destination's address, just like a closed port.
    Reset,
    /// Answers with an ICMP error from the router's own address.
    Icmp(Icmp),
    /// Leads it to another address, the same port.
    Redirect(IpAddr),
}

/// An ICMP error of type 3, destination unreachable, by its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Icmp {
    /// Code 0.
    NetUnreachable,
    /// Code 1.
    HostUnreachable,
    /// Code 2.
    ProtocolUnreachable,
    /// Code 3.
    PortUnreachable,
    /// Code 9.
    NetProhibited,
    /// Code 10.
    HostProhibited,
    /// Code 13.
    AdminProhibited,
}

impl Icmp {
    /// Every kind there is.
    pub const ALL: [Self; 7] = [
        Self::NetUnreachable,
        Self::HostUnreachable,
        Self::ProtocolUnreachable,
        Self::PortUnreachable,
        Self::NetProhibited,
        Self::HostProhibited,
        Self::AdminProhibited,
    ];

    /// The code of the message; its type is 3.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::NetUnreachable => 0,
            Self::HostUnreachable => 1,
            Self::ProtocolUnreachable => 2,
            Self::PortUnreachable => 3,
            Self::NetProhibited => 9,
            Self::HostProhibited => 10,
            Self::AdminProhibited => 13,
        }
    }
}

impl fmt::Display for Icmp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NetUnreachable => "network unreachable",
            Self::HostUnreachable => "host unreachable",
            Self::ProtocolUnreachable => "protocol unreachable",
            Self::PortUnreachable => "port unreachable",
            Self::NetProhibited => "network administratively prohibited",
            Self::HostProhibited => "host administratively prohibited",
            Self::AdminProhibited => "communication administratively prohibited",
        })
    }
}

/// What becomes of a connection on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It reaches its destination.
    Pass,
    /// Its datagrams vanish.
    Drop,
    /// It is answered with a reset.
    Reset,
    /// It is answered with an ICMP error.
    Icmp(Icmp),
    /// It reaches this address instead.
    Redirect(IpAddr),
}

/// A verdict and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decision {
    /// What becomes of the connection.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
    /// The rule that said so: its place in the network's list. For a passage, the rule that came nearest.
    pub rule: Option<u16>,
}

/// How near a rule came to a connection it does not stop. The later, the nearer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Miss {
    Far,
    OtherPort,
    OtherSource,
    OtherDestination,
    Exempt,
}

/// The first rule that applies decides. Where none does, the nearest miss says why the connection passes.
pub(super) fn decide(rules: &[Rule], from: Option<&str>, to: SocketAddr) -> Decision {
    let mut nearest = (Miss::Far, None);
    for (rule, number) in rules.iter().zip(0_u16..) {
        match rule.meets(from, to) {
            Ok(decision) => return Decision { rule: Some(number), ..decision },
            Err(miss) if miss > nearest.0 => nearest = (miss, Some(number)),
            Err(_) => {}
        }
    }
    let reason = match nearest.0 {
        Miss::Far => PASS,
        Miss::OtherPort => PASS_OTHER_PORT,
        Miss::OtherSource => PASS_OTHER_SOURCE,
        Miss::OtherDestination => PASS_OTHER_DESTINATION,
        Miss::Exempt => PASS_EXEMPT,
    };
    Decision { verdict: Verdict::Pass, reason, rule: nearest.1 }
}

impl Rule {
    fn meets(&self, from: Option<&str>, to: SocketAddr) -> Result<Decision, Miss> {
        let source = from.is_some_and(|id| self.from.iter().any(|mine| mine == id));
        match (source, self.to_port == to.port()) {
            (false, false) => return Err(Miss::Far),
            (true, false) => return Err(Miss::OtherPort),
            (false, true) => return Err(Miss::OtherSource),
            (true, true) => {}
        }
        if !self.to.is_empty() && !self.to.iter().any(|prefix| prefix.holds(to.ip()).is_some()) {
            return Err(Miss::OtherDestination);
        }
        if self.except.contains(&to.ip()) {
            return Err(Miss::Exempt);
        }
        let (verdict, op25b) = match self.action {
            Action::Drop => (Verdict::Drop, OP25B_DROP),
            Action::Reset => (Verdict::Reset, OP25B_RESET),
            Action::Icmp(kind) => (Verdict::Icmp(kind), OP25B_ICMP),
            Action::Redirect(instead) => (Verdict::Redirect(instead), OP25B_REDIRECT),
        };
        let reason = match self.purpose {
            Purpose::Op25b => op25b,
            Purpose::Op25bMobile => OP25B_MOBILE,
            Purpose::Op25bCarrier => OP25B_CARRIER,
            Purpose::Cloud => CLOUD,
            Purpose::Ip25b => IP25B,
        };
        Ok(Decision { verdict, reason, rule: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(action: &str) -> Vec<Rule> {
        let text = format!(
            r#"[
                {{"purpose": "op25b-mobile", "from": ["mobile-only"], "to": ["203.0.113.64/28"], "to_port": 25, "action": "drop"}},
                {{"purpose": "op25b", "from": ["home"], "to_port": 25, "except": ["198.51.100.130"], "action": {action}}},
                {{"purpose": "op25b-carrier", "from": ["virtual"], "to_port": 25, "except": ["198.51.100.130"], "action": "drop"}},
                {{"purpose": "cloud", "from": ["cloud"], "to_port": 25, "action": "drop"}},
                {{"purpose": "ip25b", "from": ["home", "other-home"], "to": ["203.0.113.128/28"], "to_port": 25, "action": "drop"}}
            ]"#
        );
        serde_json::from_str(&text).expect("the rules are well formed")
    }

    fn told(rules: &[Rule], from: &str, to: &str) -> (Verdict, &'static str, Option<usize>) {
        let decision = decide(rules, Some(from), to.parse().expect("an address and a port"));
        (decision.verdict, decision.reason.id(), decision.rule.map(usize::from))
    }

    #[test]
    fn each_action_is_one_verdict_with_its_reason() {
        let mx = "203.0.113.25:25";
        let relay: IpAddr = "198.51.100.130".parse().expect("an address");
        let cases = [
            (r#""drop""#, Verdict::Drop, "network.op25b.drop"),
            (r#""reset""#, Verdict::Reset, "network.op25b.reset"),
            (r#"{"icmp": "admin-prohibited"}"#, Verdict::Icmp(Icmp::AdminProhibited), "network.op25b.icmp"),
            (r#"{"redirect": "198.51.100.130"}"#, Verdict::Redirect(relay), "network.op25b.redirect"),
        ];
        for (action, verdict, reason) in cases {
            assert_eq!(told(&rules(action), "home", mx), (verdict, reason, Some(1)));
        }
    }

    /// The roads of Outbound Port 25 Blocking: who is stopped, who is not, and why not.
    #[test]
    fn the_roads_under_op25b() {
        let rules = rules(r#""drop""#);
        let cases = [
            // From a dynamic address: the own relay and every other port pass, foreign port 25 does not.
            ("home", "198.51.100.130:25", Verdict::Pass, "network.pass.exempt"),
            ("home", "203.0.113.87:587", Verdict::Pass, "network.pass.other-port"),
            ("home", "203.0.113.87:465", Verdict::Pass, "network.pass.other-port"),
            ("home", "203.0.113.87:25", Verdict::Drop, "network.op25b.drop"),
            // Reading mail is not touched.
            ("home", "203.0.113.87:110", Verdict::Pass, "network.pass.other-port"),
            ("home", "203.0.113.87:143", Verdict::Pass, "network.pass.other-port"),
            ("home", "203.0.113.87:993", Verdict::Pass, "network.pass.other-port"),
            ("home", "203.0.113.87:995", Verdict::Pass, "network.pass.other-port"),
            // A static address is outside the scope.
            ("fixed", "203.0.113.25:25", Verdict::Pass, "network.pass.other-source"),
            ("fixed", "203.0.113.25:587", Verdict::Pass, "network.pass"),
            // The first phase spares all but the mobile carriers.
            ("mobile-only", "203.0.113.70:25", Verdict::Drop, "network.op25b.mobile"),
            ("mobile-only", "203.0.113.25:25", Verdict::Pass, "network.pass.other-destination"),
            ("virtual", "203.0.113.87:25", Verdict::Drop, "network.op25b.carrier"),
            ("cloud", "203.0.113.25:25", Verdict::Drop, "network.cloud-block"),
            ("other-home", "203.0.113.130:25", Verdict::Drop, "network.ip25b"),
            ("other-home", "203.0.113.25:25", Verdict::Pass, "network.pass.other-destination"),
        ];
        for (from, to, verdict, reason) in cases {
            let (got, why, _) = told(&rules, from, to);
            assert_eq!((got, why), (verdict, reason), "{from} to {to}");
        }
    }

    #[test]
    fn the_first_rule_that_applies_decides() {
        // Both the sender's provider and the receiver's would stop it; the sender's edge comes first.
        assert_eq!(
            told(&rules(r#""reset""#), "home", "203.0.113.130:25"),
            (Verdict::Reset, "network.op25b.reset", Some(1))
        );
    }

    #[test]
    fn nobody_knows_an_address_outside_all_segments() {
        let decision = decide(&rules(r#""drop""#), None, "203.0.113.25:25".parse().expect("an address and a port"));
        assert_eq!(decision.verdict, Verdict::Pass);
    }

    #[test]
    fn rules_are_read_back_as_written() {
        for kind in Icmp::ALL {
            let mut rules = rules(r#""drop""#);
            rules[1].action = Action::Icmp(kind);
            let text = serde_json::to_string(&rules).expect("rules can be written");
            assert_eq!(serde_json::from_str::<Vec<Rule>>(&text).expect("and read"), rules);
        }
        assert!(serde_json::from_str::<Rule>(r#"{"purpose": "op25b", "from": [], "to_prot": 25}"#).is_err());
    }
}
