//! A client that sends what it was given, each write once the one before is answered, and thinks nothing.
//!
//! For tests and for lessons that need a client no real program would be. It follows only what it must: after a 220 to
//! STARTTLS it begins TLS, and after its last write's reply it closes.

use std::collections::VecDeque;

use super::inbox::Inbox;
use super::timer::Timer;
use super::{Act, Close, Input, Line, LineKind, Move};
use crate::smtp::{Dialect, ReplyKind, Spans, Verb, parse_command};
use crate::time::Instant;

/// A scripted client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    writes: VecDeque<Vec<u8>>,
    inbox: Inbox,
    sent: Sent,
    /// How many replies are still to come before the next write.
    outstanding: usize,
    deadline: Option<Instant>,
}

/// What the script's last write was, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sent {
    Nothing,
    Command(Verb),
    /// After a 334 or inside AUTH.
    Response,
    Message,
    TlsBegun,
    All,
}

impl Script {
    /// A script of these writes. What follows a 354 is taken as mail data and must bring its final dot itself.
    #[must_use]
    pub fn new(writes: impl IntoIterator<Item = Vec<u8>>) -> Self {
        Self {
            writes: writes.into_iter().collect(),
            inbox: Inbox::default(),
            sent: Sent::Nothing,
            outstanding: 1,
            deadline: None,
        }
    }

    /// Takes what has come and puts out the next write, if it is its turn.
    pub fn handle(&mut self, now: Instant, input: Input<'_>, out: &mut Vec<Move>) {
        match input {
            Input::Octets(octets) if self.sent != Sent::All => self.read(octets, out),
            Input::Tls(Ok(())) if self.sent == Sent::TlsBegun => self.write(0, out),
            Input::Opened { .. } => {}
            Input::Timer if self.deadline.is_some_and(|at| at <= now) => self.close(out),
            Input::Octets(_) | Input::Timer => return,
            Input::Tls(_) | Input::Closed { .. } => self.sent = Sent::All,
        }
        self.deadline = (self.sent != Sent::All).then(|| now.after(Timer::Command.default()));
    }

    /// When the driver should send [`Input::Timer`].
    #[must_use]
    pub fn deadline(&self) -> Option<(Instant, Timer)> {
        self.deadline.map(|at| (at, Timer::Command))
    }

    /// Has it sent all and closed?
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.sent == Sent::All
    }

    fn read(&mut self, octets: &[u8], out: &mut Vec<Move>) {
        self.inbox.push(octets);
        while !matches!(self.sent, Sent::All | Sent::TlsBegun) {
            match self.inbox.next_reply(ReplyKind::Other) {
                Ok(None) => return,
                Ok(Some(received)) => {
                    self.outstanding = self.outstanding.saturating_sub(1);
                    if self.outstanding == 0 {
                        self.write(received.code.as_u16(), out);
                    }
                }
                Err(_) => self.close(out),
            }
        }
    }

    fn write(&mut self, code: u16, out: &mut Vec<Move>) {
        if (self.sent, code) == (Sent::Command(Verb::StartTls), 220) {
            self.inbox.clear();
            self.sent = Sent::TlsBegun;
            return out.push(Move { act: Act::StartTls, reason: super::TLS });
        }
        let Some(octets) = self.writes.pop_front() else { return self.close(out) };
        let lines = match code {
            354 => vec![Line { range: 0..octets.len(), kind: LineKind::Message, reason: super::SCRIPT }],
            334 => vec![Line { range: 0..octets.len(), kind: LineKind::SaslResponse, reason: super::SCRIPT }],
            _ => commands(&octets),
        };
        self.outstanding = lines.len();
        self.sent = match lines.last().map(|line| line.kind) {
            Some(LineKind::Command(verb)) => Sent::Command(verb),
            Some(LineKind::SaslResponse) => Sent::Response,
            Some(LineKind::Message) => Sent::Message,
            None => Sent::Nothing,
        };
        out.push(Move { act: Act::Send { octets, lines }, reason: super::SCRIPT });
    }

    fn close(&mut self, out: &mut Vec<Move>) {
        self.sent = Sent::All;
        self.deadline = None;
        out.push(Move { act: Act::Close { how: Close::Fin }, reason: super::SCRIPT });
    }
}

/// The command lines of a write; what has no line end is a line too.
fn commands(octets: &[u8]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in octets.split_inclusive(|octet| *octet == b'\n') {
        let range = start..start + line.len();
        start = range.end;
        let bare = line.strip_suffix(b"\n").map_or(line, |line| line.strip_suffix(b"\r").unwrap_or(line));
        let verb = parse_command(bare, &Dialect::STRICT, &mut Spans::default()).verb;
        lines.push(Line { range, kind: LineKind::Command(verb), reason: super::SCRIPT });
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_sends_a_write_when_the_last_is_answered() {
        let writes = [&b"EHLO a.example\r\n"[..], b"STARTTLS\r\n", b"NOOP\r\nDATA\r\n", b"x\r\n.\r\n"];
        let mut script = Script::new(writes.map(<[u8]>::to_vec));
        let mut out = Vec::new();
        script.handle(Instant::ZERO, Input::Opened { tls: false }, &mut out);
        assert!(out.is_empty(), "the greeting comes first");
        script.handle(Instant::ZERO, Input::Octets(b"220 mx.example.org\r\n250-mx\r\n"), &mut out);
        script.handle(Instant::ZERO, Input::Octets(b"250 STARTTLS\r\n"), &mut out);
        script.handle(Instant::ZERO, Input::Octets(b"220 go\r\n250 injected\r\n"), &mut out);
        let acts: Vec<_> = out.drain(..).map(|m| m.act).collect();
        assert!(matches!(&acts[..], [Act::Send { .. }, Act::Send { .. }, Act::StartTls]), "{acts:?}");
        script.handle(Instant::ZERO, Input::Tls(Ok(())), &mut out);
        let Some(Act::Send { lines, .. }) = out.pop().map(|m| m.act) else { panic!("a write") };
        let kinds: Vec<_> = lines.iter().map(|line| line.kind).collect();
        assert_eq!(kinds, [LineKind::Command(Verb::Noop), LineKind::Command(Verb::Data)]);
        script.handle(Instant::ZERO, Input::Octets(b"250 ok\r\n"), &mut out);
        assert!(out.is_empty(), "DATA is not answered yet");
        script.handle(Instant::ZERO, Input::Octets(b"354 go\r\n"), &mut out);
        let Some(Act::Send { lines, .. }) = out.pop().map(|m| m.act) else { panic!("a write") };
        assert_eq!(lines[0].kind, LineKind::Message);
        script.handle(Instant::ZERO, Input::Octets(b"250 ok\r\n"), &mut out);
        assert!(script.is_over() && matches!(out.last().map(|m| &m.act), Some(Act::Close { how: Close::Fin })));
    }
}
