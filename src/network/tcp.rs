//! A client kernel opening a TCP connection: when it sends its SYNs, and when it gives up.
//!
//! Not TCP: no sequence numbers and no data. One [`Connecting`] is one call of `connect()`, driven by the caller, who
//! carries each SYN over the network and brings back what answers it.

use super::errno::{Errno, System};
use super::rule::Icmp;
use crate::reason::Reason;
use crate::time::{Duration, Instant};

/// The first SYN of a connection, when no rule says more of it.
pub const SYN: Reason = Reason::new("network.syn.first");
/// The kernel heard nothing and sends the SYN again.
pub(super) const SYN_AGAIN: Reason = Reason::new("network.syn.retransmission");
/// Windows does not believe a first reset and sends the SYN again.
pub(super) const SYN_AFTER_RESET: Reason = Reason::new("network.syn.after-reset");
/// The kernel has sent all its SYNs and heard nothing.
pub(super) const TIMEOUT: Reason = Reason::new("network.timeout");
/// The program's own limit ended the attempt before the kernel's.
pub(super) const OWN_LIMIT: Reason = Reason::new("client.timeout.connect");

/// How long Windows waits after a reset before it tries again.
const WINDOWS_RESET_PAUSE: Duration = Duration::from_millis(500);

impl System {
    /// When each SYN is sent, in whole seconds after the first. The nominal times: timers run a few per cent late
    /// (1.02, 2.04, 3.07 … 68.2 s were measured on Linux 6.18).
    #[must_use]
    pub const fn syn_times_s(self) -> &'static [u64] {
        match self {
            // net.ipv4.tcp_syn_retries = 6, tcp_syn_linear_timeouts = 4
            Self::Linux65 => &[0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67],
            Self::LinuxBefore65 => &[0, 1, 3, 7, 15, 31, 63],
            Self::Windows => &[0, 3, 9],
        }
    }

    /// When the kernel gives up, in whole seconds after the first SYN.
    #[must_use]
    pub const fn gives_up_s(self) -> u64 {
        match self {
            Self::Linux65 => 131,
            Self::LinuxBefore65 => 127,
            Self::Windows => 21,
        }
    }
}

/// What comes back for a SYN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// The other end takes the connection.
    SynAck,
    /// A reset, from the other end or in its name.
    Reset,
    /// An ICMP error from somebody on the way.
    Icmp(Icmp),
}

/// What a connecting kernel does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// It sends a SYN.
    Syn {
        /// Its number, from 1.
        number: usize,
        /// Why it is sent.
        reason: Reason,
    },
    /// The connection is open.
    Established,
    /// The attempt is over.
    Failed(ConnectError),
}

/// Why a connection could not be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConnectError {
    /// What the system calls it. A program that loses patience is told nothing by its system; it says `TimedOut` itself.
    pub errno: Errno,
    /// Did the program's own limit end it?
    pub own_limit: bool,
    /// The reason, where time ended it; what answered the SYN has its own.
    pub reason: Option<Reason>,
}

/// One attempt to open a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connecting {
    system: System,
    started: Instant,
    own_limit: Option<Duration>,
    sent: usize,
    next: Option<Next>,
}

/// What time will bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Syn { at: Instant, reason: Reason },
    GiveUp { at: Instant },
}

impl Connecting {
    /// An attempt that begins at `now`. `own_limit` is how long the program waits, where it has a limit of its own.
    #[must_use]
    pub fn start(system: System, now: Instant, own_limit: Option<Duration>) -> Self {
        Self { system, started: now, own_limit, sent: 0, next: Some(Next::Syn { at: now, reason: SYN }) }
    }

    /// When [`Self::poll`] has something to say; `None` once the attempt is over.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let at = match self.next? {
            Next::Syn { at, .. } | Next::GiveUp { at } => at,
        };
        Some(self.own_end().map_or(at, |end| end.min(at)))
    }

    /// What time has brought by `now`, one step a call.
    pub fn poll(&mut self, now: Instant) -> Option<Step> {
        if self.deadline()? > now {
            return None;
        }
        let at = match self.next? {
            Next::Syn { at, .. } | Next::GiveUp { at } => at,
        };
        if self.own_end().is_some_and(|end| end <= at) {
            return Some(self.fail(Errno::TimedOut, true, Some(OWN_LIMIT)));
        }
        match self.next? {
            Next::Syn { reason, .. } => {
                self.sent += 1;
                self.next = Some(self.after_silence());
                Some(Step::Syn { number: self.sent, reason })
            }
            Next::GiveUp { .. } => Some(self.fail(Errno::TimedOut, false, Some(TIMEOUT))),
        }
    }

    /// Takes what came back for a SYN. `None` where the kernel goes on trying, or where it is too late to matter.
    pub fn handle(&mut self, now: Instant, answer: Answer) -> Option<Step> {
        self.next?;
        match answer {
            Answer::SynAck => {
                self.next = None;
                Some(Step::Established)
            }
            Answer::Reset if self.system == System::Windows && self.sent < self.system.syn_times_s().len() => {
                self.next = Some(Next::Syn { at: now.after(WINDOWS_RESET_PAUSE), reason: SYN_AFTER_RESET });
                None
            }
            Answer::Reset => Some(self.fail(Errno::ConnectionRefused, false, None)),
            Answer::Icmp(kind) => Some(self.fail(Errno::of(kind), false, None)),
        }
    }

    fn after_silence(&self) -> Next {
        let later = |s: u64| self.started.after(Duration::from_secs(s));
        match self.system.syn_times_s().get(self.sent) {
            Some(&s) => Next::Syn { at: later(s), reason: SYN_AGAIN },
            None => Next::GiveUp { at: later(self.system.gives_up_s()) },
        }
    }

    fn own_end(&self) -> Option<Instant> {
        self.own_limit.map(|limit| self.started.after(limit))
    }

    fn fail(&mut self, errno: Errno, own_limit: bool, reason: Option<Reason>) -> Step {
        self.next = None;
        Step::Failed(ConnectError { errno, own_limit, reason })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs an attempt that nobody answers and writes down each step with its time in seconds.
    fn in_silence(system: System, own_limit: Option<Duration>) -> (Vec<u64>, u64, ConnectError) {
        let start = Instant::from_micros(7_000);
        let mut connecting = Connecting::start(system, start, own_limit);
        let mut sent = Vec::new();
        while let Some(at) = connecting.deadline() {
            let after_s = at.since(start).as_micros() / 1_000_000;
            match connecting.poll(at) {
                Some(Step::Syn { number, reason }) => {
                    sent.push(after_s);
                    assert_eq!(number, sent.len());
                    assert_eq!(reason, if number == 1 { SYN } else { SYN_AGAIN });
                }
                Some(Step::Failed(error)) => return (sent, after_s, error),
                other => panic!("nobody answers, and yet {other:?}"),
            }
        }
        panic!("the attempt never ends");
    }

    #[test]
    fn in_silence_each_system_keeps_its_schedule() {
        for (system, sent, end) in [
            (System::Linux65, &[0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67][..], 131),
            (System::LinuxBefore65, &[0, 1, 3, 7, 15, 31, 63][..], 127),
            (System::Windows, &[0, 3, 9][..], 21),
        ] {
            let (got, after_s, error) = in_silence(system, None);
            assert_eq!((got.as_slice(), after_s), (sent, end));
            assert_eq!(error, ConnectError { errno: Errno::TimedOut, own_limit: false, reason: Some(TIMEOUT) });
        }
    }

    #[test]
    fn a_program_may_lose_patience_first() {
        let (sent, after_s, error) = in_silence(System::Linux65, Some(Duration::from_secs(30)));
        assert_eq!((sent.len(), after_s), (9, 30));
        assert_eq!(error, ConnectError { errno: Errno::TimedOut, own_limit: true, reason: Some(OWN_LIMIT) });
        // A limit longer than the kernel's patience never shows.
        let (_, after_s, error) = in_silence(System::Linux65, Some(Duration::from_secs(300)));
        assert_eq!((after_s, error.own_limit), (131, false));
    }

    #[test]
    fn an_answer_ends_the_attempt_at_once() {
        let at = Instant::from_micros(20_000);
        for (answer, step) in [
            (Answer::SynAck, None),
            (Answer::Reset, Some(Errno::ConnectionRefused)),
            (Answer::Icmp(Icmp::AdminProhibited), Some(Errno::HostUnreachable)),
        ] {
            let mut connecting = Connecting::start(System::Linux65, Instant::ZERO, None);
            assert!(connecting.poll(Instant::ZERO).is_some());
            let got = connecting.handle(at, answer);
            match step {
                None => assert_eq!(got, Some(Step::Established)),
                Some(errno) => {
                    assert_eq!(got, Some(Step::Failed(ConnectError { errno, own_limit: false, reason: None })));
                }
            }
            assert_eq!(connecting.deadline(), None);
            assert_eq!(connecting.handle(at, Answer::SynAck), None, "what comes later does not matter");
        }
    }

    #[test]
    fn windows_asks_again_after_a_reset() {
        let mut connecting = Connecting::start(System::Windows, Instant::ZERO, None);
        let mut now = Instant::ZERO;
        let mut reasons = Vec::new();
        let error = loop {
            let step = connecting.poll(now);
            let Some(Step::Syn { reason, .. }) = step else { panic!("a SYN was due, not {step:?}") };
            reasons.push(reason);
            match connecting.handle(now, Answer::Reset) {
                None => now = connecting.deadline().expect("another SYN is due"),
                Some(Step::Failed(error)) => break error,
                other => panic!("a reset, and yet {other:?}"),
            }
        };
        assert_eq!(reasons, [SYN, SYN_AFTER_RESET, SYN_AFTER_RESET]);
        assert_eq!(error.errno, Errno::ConnectionRefused);
        assert_eq!(now, Instant::from_micros(1_000_000));
    }

    #[test]
    fn an_early_poll_says_nothing() {
        let mut connecting = Connecting::start(System::Linux65, Instant::from_micros(5), None);
        assert_eq!(connecting.poll(Instant::from_micros(4)), None);
        assert!(connecting.poll(Instant::from_micros(5)).is_some());
        assert_eq!(connecting.poll(Instant::from_micros(5)), None);
    }
}
