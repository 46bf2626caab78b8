//! Addresses as text (RFC 4291), without brackets and tags.
//!
//! The same texts as `core::net` takes, and no others; its parser looks for ports and scopes too, and the page would
//! carry three kilobytes of it.

use core::net::{Ipv4Addr, Ipv6Addr};

/// The address that four decimal numbers write, none with a needless zero in front.
#[must_use]
pub fn ipv4(text: &str) -> Option<Ipv4Addr> {
    let mut octets = [0; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        let part = parts.next()?;
        let plain = part.len() <= 3 && (part == "0" || !part.starts_with('0'));
        *octet = number(part, 10).filter(|_| plain)?.try_into().ok()?;
    }
    parts.next().is_none().then(|| Ipv4Addr::from(octets))
}

/// The address that eight groups write, or fewer with `::` for at least one of zeros; the last two may be an IPv4 address.
#[must_use]
pub fn ipv6(text: &str) -> Option<Ipv6Addr> {
    let mut address = [0; 8];
    let Some((head, tail)) = elided(text) else {
        return (groups(text, &mut address)? == 8).then(|| Ipv6Addr::from(address));
    };
    let before = groups(head, &mut address)?;
    let mut end = [0; 8];
    let after = groups(tail, &mut end)?;
    // An IPv4 address stands at the end of the whole.
    if before + after > 7 || head.as_bytes().contains(&b'.') {
        return None;
    }
    address[8 - after..].copy_from_slice(&end[..after]);
    Some(Ipv6Addr::from(address))
}

fn elided(text: &str) -> Option<(&str, &str)> {
    let at = super::search::find(text.as_bytes(), b"::")?;
    Some((text.get(..at)?, text.get(at + 2..)?))
}

/// Reads groups one after another; how many they were.
fn groups(text: &str, into: &mut [u16; 8]) -> Option<usize> {
    let mut count = 0;
    let mut rest = Some(text).filter(|text| !text.is_empty());
    while let Some(text) = rest {
        let (group, after) = text.split_once(':').map_or((text, None), |(group, after)| (group, Some(after)));
        if let Some(address) = ipv4(group).filter(|_| after.is_none()) {
            let [a, b, c, d] = address.octets();
            *into.get_mut(count)? = u16::from_be_bytes([a, b]);
            *into.get_mut(count + 1)? = u16::from_be_bytes([c, d]);
            return Some(count + 2);
        }
        *into.get_mut(count)? = number(group, 16).filter(|_| group.len() <= 4)?.try_into().ok()?;
        count += 1;
        rest = after;
    }
    Some(count)
}

/// A number of nothing but digits, one at least and few enough not to overflow.
fn number(digits: &str, radix: u32) -> Option<u32> {
    if !(1..=4).contains(&digits.len()) {
        return None;
    }
    digits.chars().try_fold(0, |number, c| Some(number * radix + c.to_digit(radix)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_library_reads_the_same() {
        let parts = [
            "",
            "0",
            "00",
            "1",
            "01",
            "255",
            "256",
            "1000",
            "+1",
            "f",
            "FfFf",
            "10000",
            "4294967299",
            "1.2.3.4",
            "::",
            "g",
        ];
        let mut texts: Vec<String> = parts.map(str::to_owned).to_vec();
        for mark in [".", ":", "::"] {
            for (first, second) in parts.iter().flat_map(|first| parts.map(|second| (*first, second))) {
                texts.push([first, second].join(mark));
                texts.push([first, second, "1", first].join(mark));
                texts.push(format!("1:2:{first}:4:{second}"));
                texts.push(format!("1:2:3:4:5:{first}{mark}{second}"));
                texts.push(format!("1:2:3:4:5:6:{first}{mark}{second}"));
                texts.push(format!("::3:4:5:{first}{mark}{second}"));
                texts.push(format!("{first}{mark}{second}:3:4:5:6:7:8"));
            }
        }
        texts.extend(
            ["1.2.3.4.", ".1.2.3", "1.2.3.4 ", "1:2:3:4:5:6:7:8:", ":1", "1:", ":::", "::1::"].map(str::to_owned),
        );
        for text in &texts {
            assert_eq!(ipv4(text), text.parse().ok(), "{text}");
            assert_eq!(ipv6(text), text.parse().ok(), "{text}");
        }
    }
}
