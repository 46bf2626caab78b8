//! The time at the beginning of a log line.

/// The time at the beginning of a line, in microseconds since midnight, days counted where the date has them, and what
/// stands behind it: `Nov 24 02:08:31`, `2026-11-24 02:08:31`, `2026-11-24T02:08:31.123456+00:00`.
pub(super) fn split(line: &[u8]) -> (Option<u64>, &[u8]) {
    let read = syslog(line).or_else(|| iso(line));
    read.map_or((None, line), |(end, at)| (Some(at), line.get(end..).unwrap_or_default()))
}

/// The octets it takes, and the time.
fn syslog(line: &[u8]) -> Option<(usize, u64)> {
    let month = line.get(..3)?;
    if !month.iter().all(u8::is_ascii_alphabetic) || line.get(3) != Some(&b' ') {
        return None;
    }
    let day = number(line.get(4..6)?.trim_ascii())?;
    let time = clock(line.get(7..15)?)?;
    Some((15, day * DAY + time))
}

fn iso(line: &[u8]) -> Option<(usize, u64)> {
    let date = line.get(..10)?;
    if date.get(4) != Some(&b'-') || date.get(7) != Some(&b'-') || !matches!(line.get(10), Some(b' ' | b'T')) {
        return None;
    }
    let day = number(date.get(8..10)?)?;
    let time = clock(line.get(11..19)?)?;
    let fraction = line.get(19..).and_then(|rest| rest.strip_prefix(b".")).unwrap_or_default();
    let digits = fraction.iter().take(6).take_while(|octet| octet.is_ascii_digit()).count();
    let micros = fraction[..digits].iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'));
    let micros = (digits..6).fold(micros, |sum, _| sum * 10);
    let end = line.iter().skip(19).position(|octet| matches!(octet, b' ' | b'\t')).map_or(line.len(), |at| at + 19);
    Some((end, day * DAY + time + micros))
}

const SECOND: u64 = 1_000_000;
const DAY: u64 = 86_400 * SECOND;

/// `02:08:31`.
fn clock(text: &[u8]) -> Option<u64> {
    let (hours, minutes, seconds) = (text.get(..2)?, text.get(3..5)?, text.get(6..8)?);
    if text.get(2) != Some(&b':') || text.get(5) != Some(&b':') {
        return None;
    }
    Some(((number(hours)? * 60 + number(minutes)?) * 60 + number(seconds)?) * SECOND)
}

/// A number of at most two digits.
fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || digits.len() > 2 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(digits.iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_ways_to_write_a_time() {
        let at = ((2 * 60 + 8) * 60 + 31) * SECOND + 24 * DAY;
        assert_eq!(split(b"Nov 24 02:08:31 mx postfix"), (Some(at), b" mx postfix".as_slice()));
        assert_eq!(split(b"2026-11-24 02:08:31 1xVf"), (Some(at), b" 1xVf".as_slice()));
        assert_eq!(split(b"2026-11-24T02:08:31.12+00:00 mx"), (Some(at + 120_000), b" mx".as_slice()));
        assert_eq!(split(b"2026-11-24 02:08:31\tCLIENT -> x"), (Some(at), b"\tCLIENT -> x".as_slice()));
        assert_eq!(split(b"Nov  4 02:08:31 mx"), (Some(at - 20 * DAY), b" mx".as_slice()));
        for none in ["", "Nov", "postfix/smtp[1]: x", "1xVfzg-000073-1t <=", "2026-11-24T0", "Nov 24 02:0\u{e9}:31"] {
            assert_eq!(split(none.as_bytes()), (None, none.as_bytes()));
        }
    }
}
