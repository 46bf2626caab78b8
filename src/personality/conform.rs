//! A recording played against a simulated server, in virtual time: where do they differ?
//!
//! What must match: the code and the enhanced code of every reply, how many replies come and in what order, the EHLO
//! keywords, silence, and whether the connection is open, closed or inside TLS after each step. What may differ:
//! texts, names, queue ids, challenges, delays below the script's patience.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use serde::Serialize;

use super::recording::{Op, Recorded, Recording, Step};
use crate::dns::Zone;
use crate::reason::Reason;
use crate::sasl;
use crate::session::{EHLO, Input, Memory, Outbox, Output, Ruling, Session, Settings, State, Then, TlsFailure};
use crate::smtp::base64;
use crate::time::{Duration, Instant};

/// The client of every recording.
const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 7));
/// What follows a reply within this time belongs to the same step.
const MOMENT: Duration = Duration::from_millis(500);
/// The most events of one step; the longest recorded one has 120 replies.
const EVENTS: usize = 10_000;

/// What one recording gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Played {
    /// How many steps it has.
    pub steps: usize,
    /// How many agree.
    pub agree: usize,
    /// Where they do not.
    pub disagreements: Vec<Disagreement>,
    /// Why each reply came, and each close without one, in order.
    pub reasons: Vec<Reason>,
}

/// One difference between a recording and the simulation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Disagreement {
    /// The service: `mx-25`, `submission-587` or `submissions-465`.
    pub profile: String,
    /// The script's name.
    pub case: String,
    /// The step, from 1.
    pub step: usize,
    /// What differs.
    pub what: What,
    /// What was recorded.
    pub expected: String,
    /// What the simulation did.
    pub got: String,
}

/// What can differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// A reply code.
    Code,
    /// An enhanced status code, or there is one where there was none.
    Enhanced,
    /// The number of replies.
    Replies,
    /// The keywords of an EHLO reply.
    Keywords,
    /// Open, closed or inside TLS; or whether the step was taken at all.
    State,
}

impl What {
    /// In words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Enhanced => "enhanced code",
            Self::Replies => "number of replies",
            Self::Keywords => "EHLO keywords",
            Self::State => "connection state",
        }
    }
}

/// Plays a recording against a server with these settings; `implicit_tls` where TLS begins with the first octet.
#[must_use]
pub fn play(recording: &Recording, settings: &Arc<Settings>, implicit_tls: bool, zone: &Zone) -> Played {
    let mut table = Table::new(settings, implicit_tls, zone);
    let mut played = Played { steps: recording.steps.len(), ..Played::default() };
    for (number, step) in recording.steps.iter().enumerate() {
        let found = table.take(step);
        played.agree += usize::from(found.is_empty());
        played.disagreements.extend(found.into_iter().map(|(what, expected, got)| Disagreement {
            profile: recording.profile.clone(),
            case: recording.case.clone(),
            step: number + 1,
            what,
            expected,
            got,
        }));
    }
    played.reasons = table.reasons;
    played
}

type Difference = (What, String, String);

/// The client's end of the connection, and the session at the other.
struct Table<'a> {
    session: Session,
    settings: &'a Settings,
    zone: &'a Zone,
    now: Instant,
    /// TLS has to come first, and has not come.
    tls_first: bool,
    opened: bool,
    closed: bool,
    /// What the server does and the client has not seen.
    coming: VecDeque<(Instant, Coming)>,
    reasons: Vec<Reason>,
    /// The last code seen, and the challenge if it was one.
    last: Option<(u16, String)>,
    /// The challenge that the recorded server sent last.
    recorded_challenge: Option<Vec<u8>>,
}

enum Coming {
    Reply(Box<Ruling>),
    Close,
}

impl<'a> Table<'a> {
    fn new(settings: &'a Arc<Settings>, tls_first: bool, zone: &'a Zone) -> Self {
        Self {
            session: Session::new(Arc::clone(settings), Memory::default()),
            settings,
            zone,
            now: Instant::ZERO,
            tls_first,
            opened: false,
            closed: false,
            coming: VecDeque::new(),
            reasons: Vec::new(),
            last: None,
            recorded_challenge: None,
        }
    }

    /// Takes a step and tells how it differs from the recorded one.
    fn take(&mut self, step: &Step) -> Vec<Difference> {
        let (taken, wanted) = (self.would_take(step), step.skipped.is_none());
        if taken != wanted {
            let word = |taken| if taken { "taken" } else { "not taken" };
            return vec![(What::State, word(wanted).to_owned(), word(taken).to_owned())];
        }
        if !taken {
            return Vec::new();
        }
        let came = self.act(step);
        if let Some(reply) = step.replies().last() {
            let text = reply.lines.first().map(String::as_bytes).unwrap_or_default();
            self.recorded_challenge = base64::decode(text).filter(|_| reply.code == 334);
        }
        let mut found = compare(&step.replies(), &came);
        let state = |closed, tls| match (closed, tls) {
            (true, _) => "closed".to_owned(),
            (false, true) => "open, TLS".to_owned(),
            (false, false) => "open".to_owned(),
        };
        let (expected, got) = (state(step.closed, step.tls), state(self.closed, self.session.snapshot().tls));
        if expected != got {
            found.push((What::State, expected, got));
        }
        found
    }

    /// A step is taken while the connection is open, and if the last code is the one it is for. A handshake follows
    /// only a 220.
    fn would_take(&self, step: &Step) -> bool {
        let wanted = step.only_if.as_deref().unwrap_or_default();
        let code = self.last.as_ref().map(|(code, _)| code.to_string()).unwrap_or_default();
        !self.closed && code.starts_with(wanted)
    }

    fn act(&mut self, step: &Step) -> Vec<Ruling> {
        if !self.opened && !self.tls_first {
            // Octets sent before the greeting are there before the server looks.
            if let Some(octets) = step.octets() {
                self.handle(Input::Octets(&octets));
                self.open(false);
                return self.read(step.expect.unwrap_or(1), step.patience());
            }
            self.open(false);
        }
        let mut wanted = step.expect.unwrap_or(1);
        match step.op {
            Some(Op::TlsHandshake) => {
                wanted = step.expect.unwrap_or(0);
                if std::mem::take(&mut self.tls_first) {
                    self.open(true);
                    // The greeting is the next step's.
                    return Vec::new();
                }
                self.handle(Input::Tls(Ok(())));
            }
            Some(Op::HalfClose) => {
                wanted = usize::MAX;
                self.handle(Input::HalfClosed);
            }
            Some(Op::Idle | Op::End) => wanted = usize::MAX,
            Some(Op::Cram) => {
                let answer = self.cram_answer(step);
                self.send(&answer);
            }
            Some(Op::Greeting | Op::Starttls) | None => {}
        }
        if let Some(octets) = step.octets().filter(|_| step.op != Some(Op::Cram)) {
            self.send(&octets);
        }
        self.read(wanted, step.patience())
    }

    fn open(&mut self, tls: bool) {
        self.opened = true;
        self.handle(Input::Opened { peer: CLIENT, tls });
    }

    fn send(&mut self, octets: &[u8]) {
        if self.tls_first || matches!(self.session.state(), State::Tls(_)) {
            // Octets that are no handshake, where one has to come: the TLS layer gives up.
            self.opened = true;
            self.tls_first = false;
            self.handle(Input::Tls(Err(TlsFailure)));
        } else {
            self.handle(Input::Octets(octets));
        }
    }

    fn handle(&mut self, input: Input<'_>) {
        let mut out = Outbox::default();
        self.session.handle(self.now, input, self.zone, &mut out);
        let mut at = self.now;
        for output in out.outputs {
            match output {
                Output::Ruled { ruling, not_before, .. } => {
                    self.reasons.push(ruling.reason);
                    at = at.max(not_before);
                    let then = ruling.then;
                    self.coming.push_back((at, Coming::Reply(Box::new(ruling))));
                    if then == Then::Close {
                        self.coming.push_back((at, Coming::Close));
                    }
                }
                Output::Closed(reason) => {
                    self.reasons.push(reason);
                    self.coming.push_back((at, Coming::Close));
                }
                Output::Took(_) | Output::Raw { .. } | Output::LookedUp(_) | Output::Found(_) | Output::Accepted(_) => {
                }
            }
        }
    }

    /// Reads until so many replies have come, and what follows them at once; or until the patience ends.
    fn read(&mut self, wanted: usize, patience: Duration) -> Vec<Ruling> {
        let mut came = Vec::new();
        let mut until = self.now.after(patience);
        for _ in 0..EVENTS {
            if self.closed {
                break;
            }
            if came.len() >= wanted {
                until = until.min(self.now.after(MOMENT));
            }
            let next = self.coming.front().map(|(at, _)| *at);
            match (next, self.session.deadline()) {
                (Some(at), _) if at <= until => {
                    self.now = self.now.max(at);
                    match self.coming.pop_front() {
                        Some((_, Coming::Reply(ruling))) => {
                            let code = ruling.reply.code.as_u16();
                            self.last = Some((code, ruling.reply.text.to_string()));
                            came.push(*ruling);
                        }
                        _ => self.closed = true,
                    }
                }
                (None, Some(at)) if at <= until => {
                    self.now = self.now.max(at);
                    self.handle(Input::Timer);
                }
                _ => {
                    if came.len() < wanted {
                        self.now = until;
                    }
                    break;
                }
            }
        }
        came
    }

    /// RFC 2195 §2: the user's name and the digest over the challenge. The digest is made anew where the recorded one
    /// fits the recorded challenge; a wrong one stays wrong.
    fn cram_answer(&self, step: &Step) -> Vec<u8> {
        let recorded = step.send.as_deref().unwrap_or_default().trim_end();
        let said = base64::decode(recorded.as_bytes()).unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        let (name, digest) = said.rsplit_once(' ').unwrap_or(("alice", ""));
        let user = self.settings.users.iter().find(|user| user.name == name);
        let right = user.filter(|user| match &self.recorded_challenge {
            Some(challenge) if !digest.is_empty() => digest == sasl::digest(&user.password, challenge),
            _ => true,
        });
        let Some(user) = right else { return format!("{recorded}\r\n").into_bytes() };
        let challenge = self.last.as_ref().map(|(_, text)| text.as_bytes()).unwrap_or_default();
        let challenge = base64::decode(challenge).unwrap_or_default();
        let answer = format!("{name} {}", sasl::digest(&user.password, &challenge));
        format!("{}\r\n", base64::encode(answer.as_bytes())).into_bytes()
    }
}

fn compare(recorded: &[Recorded], came: &[Ruling]) -> Vec<Difference> {
    let mut found = Vec::new();
    let codes = |codes: &mut dyn Iterator<Item = u16>| {
        let mut text = String::new();
        for code in codes {
            let _ = write!(text, "{}{code}", if text.is_empty() { "" } else { " " });
        }
        if text.is_empty() { "nothing".to_owned() } else { text }
    };
    let expected = codes(&mut recorded.iter().map(|reply| reply.code));
    let got = codes(&mut came.iter().map(|ruling| ruling.reply.code.as_u16()));
    if recorded.len() != came.len() {
        return vec![(What::Replies, expected, got)];
    }
    if expected != got {
        found.push((What::Code, expected, got));
        return found;
    }
    for (recorded, ruling) in recorded.iter().zip(came) {
        if ruling.reason == EHLO.reason {
            let (expected, got) = (keywords(&recorded.lines), keywords_of(&ruling.reply.text));
            if expected != got {
                found.push((What::Keywords, expected.join(" "), got.join(" ")));
            }
        } else if recorded.enhanced != ruling.reply.enhanced {
            let word =
                |code: Option<crate::smtp::EnhancedCode>| code.map_or("none".to_owned(), |code| code.to_string());
            found.push((What::Enhanced, word(recorded.enhanced), word(ruling.reply.enhanced)));
        }
    }
    found
}

fn keywords_of(text: &str) -> Vec<String> {
    let lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    keywords(&lines)
}

/// RFC 5321 §4.1.1.1: each line after the first begins with a keyword; their order says nothing.
fn keywords(lines: &[String]) -> Vec<String> {
    let words = lines.iter().skip(1).filter_map(|line| line.split([' ', '=']).next());
    let mut words: Vec<String> = words.map(str::to_ascii_uppercase).collect();
    words.sort_unstable();
    words.dedup();
    words
}
