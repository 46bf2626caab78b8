//! The virtual clock: whole microseconds since a scenario began.
//!
//! Not a clock that runs: nothing here asks the system what time it is. Time is an argument everywhere below `ui`
//! and `cli`, which is why the same scenario gives the same transcript on every platform.

use core::fmt;

use ::time::OffsetDateTime;
use ::time::format_description::well_known::Rfc2822;

/// A moment, in microseconds since the scenario began. Arithmetic saturates: the far end of time is a moment like
/// any other, never an overflow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(u64);

/// A length of time in microseconds. Arithmetic saturates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(u64);

impl Instant {
    /// The moment a scenario begins.
    pub const ZERO: Self = Self(0);

    /// The moment `micros` microseconds after the beginning.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// Microseconds since the beginning.
    #[must_use]
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// The moment `by` later.
    #[must_use]
    pub const fn after(self, by: Duration) -> Self {
        Self(self.0.saturating_add(by.0))
    }

    /// How long after `earlier` this moment is; zero when it is not after it.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration(self.0.saturating_sub(earlier.0))
    }
}

impl Duration {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// A length given in microseconds.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// A length given in milliseconds.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis.saturating_mul(1_000))
    }

    /// A length given in seconds.
    #[must_use]
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(1_000_000))
    }

    /// The length in microseconds.
    #[must_use]
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// Both lengths together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// This length `times` over.
    #[must_use]
    pub const fn times(self, times: u64) -> Self {
        Self(self.0.saturating_mul(times))
    }
}

/// The wall clock at `at`, where it showed `epoch` (seconds since 1970) at virtual time zero, as header fields write it
/// (RFC 5322 §3.3).
#[must_use]
pub fn date(epoch: u64, at: Instant) -> String {
    let seconds = epoch.saturating_add(at.0 / 1_000_000);
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .and_then(|moment| moment.format(&Rfc2822).ok())
        // Beyond the year 9999 the form has no date to give.
        .unwrap_or_else(|| "Fri, 31 Dec 9999 23:59:59 +0000".to_owned())
}

/// Seconds with as many decimals as it takes to tell neighbouring events apart: `0.064`, `3.10`, `131.0`, then
/// minutes, hours and days, since a queue thinks in those.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Duration(self.0).fmt(f)
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0 / 1_000;
        let (secs, rest) = (millis / 1_000, millis % 1_000);
        match secs {
            0..1 => write!(f, "0.{rest:03}"),
            1..100 => write!(f, "{secs}.{:02}", rest / 10),
            100..3_600 => write!(f, "{secs}.{}", rest / 100),
            3_600..86_400 => write!(f, "{}h{:02}m{:02}", secs / 3_600, secs / 60 % 60, secs % 60),
            _ => write!(f, "{}d{:02}h{:02}m", secs / 86_400, secs / 3_600 % 24, secs / 60 % 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_far_end_of_time_saturates() {
        assert_eq!(Instant::from_micros(u64::MAX).after(Duration::from_secs(u64::MAX)), Instant::from_micros(u64::MAX));
        assert_eq!(Instant::ZERO.since(Instant::from_micros(5)), Duration::ZERO);
    }

    #[test]
    fn a_date_is_written_as_header_fields_have_it() {
        assert_eq!(date(1_790_000_000, Instant::from_micros(1_000_000)), "Mon, 21 Sep 2026 14:13:21 +0000");
        assert_eq!(date(u64::MAX, Instant::ZERO), "Fri, 31 Dec 9999 23:59:59 +0000");
    }

    #[test]
    fn a_time_is_written_as_people_read_it() {
        let at = |micros| Instant::from_micros(micros).to_string();
        assert_eq!(at(0), "0.000");
        assert_eq!(at(64_400), "0.064");
        assert_eq!(at(3_100_000), "3.10");
        assert_eq!(at(131_000_000), "131.0");
        assert_eq!(at(5 * 3_600_000_000 + 65_000_000), "5h01m05");
        assert_eq!(at(432_000_000_000), "5d00h00m");
    }
}
