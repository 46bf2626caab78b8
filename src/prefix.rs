//! An address prefix such as `198.51.100.0/25`.
//!
//! Not a routing table: the network asks each prefix whether it holds an address, and the longest wins.

use core::fmt;
use core::net::IpAddr;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::smtp::quoted;

/// All addresses that begin with the same bits.
///
/// In data it is a text; in the compact form that the page reads, the address and the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Prefix {
    address: IpAddr,
    length: u8,
}

/// A text that is no prefix.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is not an address prefix such as \"198.51.100.0/25\"", quoted(.0))]
pub struct NotAPrefix(String);

impl Prefix {
    /// The first `length` bits of `address`; `None` where it has fewer.
    #[must_use]
    pub fn new(address: IpAddr, length: u8) -> Option<Self> {
        let longest = if address.is_ipv4() { 32 } else { 128 };
        (length <= longest).then_some(Self { address, length })
    }

    /// The number of leading bits that are the same, where this prefix holds `address`.
    #[must_use]
    pub fn holds(&self, address: IpAddr) -> Option<u8> {
        let same = match (self.address, address) {
            (IpAddr::V4(mine), IpAddr::V4(other)) => (mine.to_bits() ^ other.to_bits()).leading_zeros(),
            (IpAddr::V6(mine), IpAddr::V6(other)) => (mine.to_bits() ^ other.to_bits()).leading_zeros(),
            _ => return None,
        };
        (same >= u32::from(self.length)).then_some(self.length)
    }
}

impl Prefix {
    /// The first address after the one of the network itself: where a router usually sits.
    #[must_use]
    pub fn first_host(&self) -> IpAddr {
        match self.address {
            IpAddr::V4(address) => IpAddr::V4((address.to_bits().saturating_add(1)).into()),
            IpAddr::V6(address) => IpAddr::V6((address.to_bits().saturating_add(1)).into()),
        }
    }
}

impl FromStr for Prefix {
    type Err = NotAPrefix;

    fn from_str(text: &str) -> Result<Self, NotAPrefix> {
        let parse = || {
            let (address, length) = text.split_once('/')?;
            let address: IpAddr = address.parse().ok()?;
            Self::new(address, length.parse().ok()?)
        };
        parse().ok_or_else(|| NotAPrefix(text.to_owned()))
    }
}

impl Serialize for Prefix {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() { to.collect_str(self) } else { (self.address, self.length).serialize(to) }
    }
}

impl<'de> Deserialize<'de> for Prefix {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        if from.is_human_readable() {
            return String::deserialize(from)?.parse().map_err(de::Error::custom);
        }
        let (address, length) = Deserialize::deserialize(from)?;
        Ok(Self { address, length })
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_holds_what_begins_alike() {
        let holds = |prefix: &str, address: &str| {
            prefix.parse::<Prefix>().expect("a prefix").holds(address.parse().expect("an address"))
        };
        assert_eq!(holds("198.51.100.0/25", "198.51.100.127"), Some(25));
        assert_eq!(holds("198.51.100.0/25", "198.51.100.128"), None);
        assert_eq!(holds("0.0.0.0/0", "203.0.113.1"), Some(0));
        assert_eq!(holds("203.0.113.25/32", "203.0.113.25"), Some(32));
        assert_eq!(holds("2001:db8::/32", "2001:db8:ffff::1"), Some(32));
        assert_eq!(holds("2001:db8::/128", "2001:db8::"), Some(128));
        assert_eq!(holds("0.0.0.0/0", "2001:db8::1"), None);
    }

    #[test]
    fn what_is_no_prefix_is_named() {
        for text in ["", "198.51.100.0", "198.51.100.0/33", "2001:db8::/129", "198.51.100/24", "x/8", "192.0.2.0/-1"] {
            let error = text.parse::<Prefix>().expect_err("no prefix");
            assert!(error.to_string().contains(&format!("{text:?}")), "{error}");
        }
    }
}
