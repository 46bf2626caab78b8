//! One leg of a journey: a hop with a purpose, and the attempts within it.

use litemap::LiteMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use super::connection::{Connection, Progress, Talker};
use super::dial::{Dial, Dialed};
use super::outcome::Purpose;
use super::recorder::Recorder;
use super::setup::Setup;
use crate::client::mta::{OwnNames, Round, Target, host_addresses, route};
use crate::client::{Credentials, Dialogue, Job, Kind as Program, Peer, Profile, Report, Script, Security};
use crate::network::System;
use crate::reason::Reason;
use crate::session::{Envelope, Memory};
use crate::smtp::Asked;
use crate::time::{Duration, Instant};
use crate::transcript::{Detail, Kind, Phase, Queue, Side, Transcript};

/// Who sends on a leg.
#[derive(Clone, Debug)]
pub(super) struct Sender {
    /// Its name: the argument of EHLO.
    pub(super) name: String,
    pub(super) address: IpAddr,
    pub(super) system: System,
    pub(super) profile: Arc<Profile>,
    pub(super) speech: Speech,
    pub(super) security: Security,
    pub(super) credentials: Option<Credentials>,
    pub(super) port: u16,
    /// The host it was told to use; without one the DNS says where mail goes.
    pub(super) host: Option<String>,
}

/// How the sender's end speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Speech {
    /// As its profile says.
    Program,
    /// As given.
    Script(Vec<Vec<u8>>),
    /// As typed.
    Manual,
}

impl Sender {
    /// Has it a queue?
    pub(super) fn queues(&self) -> bool {
        self.speech == Speech::Program && self.profile.kind == Program::Mta
    }

    /// Is it a bot?
    pub(super) fn is_bot(&self) -> bool {
        self.speech == Speech::Program && self.profile.kind == Program::Bot
    }
}

/// A message with its envelope.
#[derive(Clone, Debug)]
pub(super) struct Mail {
    /// `None` for the null reverse-path.
    pub(super) reverse_path: Option<String>,
    pub(super) forward_paths: Vec<String>,
    /// What its sender asks of notices.
    pub(super) asked: Asked,
    pub(super) octets: Vec<u8>,
}

/// A leg.
#[derive(Clone, Debug)]
pub(super) struct Leg {
    pub(super) number: u8,
    pub(super) purpose: Purpose,
    pub(super) sender: Sender,
    pub(super) mail: Mail,
    /// When its message came into the queue.
    pub(super) queued: Instant,
    /// Rounds that have begun.
    pub(super) rounds: usize,
    /// Attempts that have begun.
    pub(super) attempts: u8,
    /// Did a TCP connection ever open?
    pub(super) connected: bool,
    /// Is it the sender's own first hop, before which no server had the message?
    pub(super) first_hop: bool,
    stage: Stage,
}

#[derive(Clone, Debug)]
enum Stage {
    /// To begin, or to begin again, at this moment.
    Waits(Instant),
    /// An address is about to be tried.
    Next(Box<Round>, Instant),
    /// A connection is being opened.
    Opening(Box<Opening>),
    /// A connection is open.
    Talking(Box<Talking>),
    /// Nothing is left to do.
    Done,
}

/// A connection that is being opened.
#[derive(Clone, Debug)]
struct Opening {
    round: Box<Round>,
    target: Target,
    in_clear: bool,
    dial: Dial,
    first_event: usize,
}

/// A connection that is open.
#[derive(Clone, Debug)]
struct Talking {
    round: Box<Round>,
    target: Target,
    talk: Connection,
    began: Instant,
    first_event: usize,
}

/// What a step of a leg came to.
#[derive(Debug)]
pub(super) enum Came {
    /// Something happened.
    Stepped,
    /// Nothing is under way, and a person has the word until this moment.
    Waits(Instant),
    /// There is nowhere to go, since this moment.
    Nowhere(crate::client::mta::NoRoute, Reason, Instant),
    /// An attempt is over.
    Attempted(Box<Attempted>),
    /// A round is over.
    Round(Box<Round>, Instant),
}

/// An attempt that is over.
#[derive(Debug)]
pub(super) struct Attempted {
    pub(super) report: Report,
    /// What the sender's program shows.
    pub(super) shown: Option<String>,
    /// Why no connection opened, where none did.
    pub(super) not_connected: Option<Reason>,
    /// Its first event.
    pub(super) first_event: usize,
    /// When it was over.
    pub(super) at: Instant,
    /// The host connected to, and what it took responsibility for.
    pub(super) host: String,
    pub(super) accepted: Vec<(Instant, Envelope)>,
}

/// What servers remember, by host name.
pub(super) type Memories = LiteMap<String, Memory>;

impl Leg {
    /// A leg that begins at `at`.
    pub(super) fn new(number: u8, purpose: Purpose, sender: Sender, mail: Mail, at: Instant, first_hop: bool) -> Self {
        Self {
            number,
            purpose,
            sender,
            mail,
            queued: at,
            rounds: 0,
            attempts: 0,
            connected: false,
            first_hop,
            stage: Stage::Waits(at),
        }
    }

    /// When it wants to go on, if it waits for a time.
    pub(super) fn due(&self) -> Option<Instant> {
        match self.stage {
            Stage::Waits(at) => Some(at),
            _ => None,
        }
    }

    /// Is it in the middle of a round?
    pub(super) fn is_active(&self) -> bool {
        !matches!(self.stage, Stage::Waits(_) | Stage::Done)
    }

    /// It begins another round at this moment.
    pub(super) fn wait_until(&mut self, at: Instant) {
        self.stage = Stage::Waits(at);
    }

    /// It has nothing left to do.
    pub(super) fn finish(&mut self) {
        self.stage = Stage::Done;
    }

    /// The open connection, if a person holds its client's end.
    pub(super) fn manual(&mut self) -> Option<&mut Connection> {
        match &mut self.stage {
            Stage::Talking(talking) if self.sender.speech == Speech::Manual => Some(&mut talking.talk),
            _ => None,
        }
    }

    /// A person takes over the client's end, now and for attempts to come.
    pub(super) fn take_over(&mut self) {
        self.sender.speech = Speech::Manual;
        if let Stage::Talking(talking) = &mut self.stage {
            talking.talk.take_over();
        }
    }

    /// Takes the next thing in time order.
    pub(super) fn step(&mut self, setup: &Setup, memories: &mut Memories, transcript: &mut Transcript) -> Came {
        match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Waits(at) => self.begin_round(at, setup, transcript),
            Stage::Next(round, at) => self.next_target(round, at, setup, transcript),
            Stage::Opening(opening) => self.open(opening, setup, memories, transcript),
            Stage::Talking(talking) => self.talk(talking, setup, memories, transcript),
            Stage::Done => Came::Stepped,
        }
    }

    fn begin_round(&mut self, at: Instant, setup: &Setup, transcript: &mut Transcript) -> Came {
        self.rounds += 1;
        let own = OwnNames {
            names: vec![crate::dns::Name::new(&self.sender.name)],
            addresses: vec![self.sender.address],
            ipv6: false,
        };
        let found = match &self.sender.host {
            Some(host) => host_addresses(host, &setup.zone, &own),
            None => route(self.domain(), &setup.zone, &own),
        };
        let mut now = at;
        let mut rec = Recorder { transcript, leg: self.number, attempt: self.attempts + 1 };
        let mut last = None;
        for look_up in found.look_ups {
            last = Some(look_up.reason);
            let after = look_up.latency;
            let reason = look_up.reason;
            rec.note(now, Kind::LookUp, Side::Client, Phase::Connect, reason, Detail::LookUp(Box::new(look_up)));
            now = now.after(after);
        }
        match found.targets {
            Ok(targets) => {
                let round = Round::new(targets, self.mail.forward_paths.clone());
                self.stage = Stage::Next(Box::new(round), now);
                Came::Stepped
            }
            Err(why) => Came::Nowhere(why, last.unwrap_or(why.reason()), now),
        }
    }

    /// The domain the mail of this leg goes to.
    fn domain(&self) -> &str {
        let path = self.mail.forward_paths.first().map_or("", String::as_str);
        path.rsplit_once('@').map_or(path, |(_, domain)| domain)
    }

    fn next_target(&mut self, mut round: Box<Round>, at: Instant, setup: &Setup, transcript: &mut Transcript) -> Came {
        let Some(target) = round.next_target() else { return Came::Round(round, at) };
        if round.failure().is_some() {
            let mut rec = Recorder { transcript, leg: self.number, attempt: self.attempts };
            let detail = Detail::Queue(Box::new(Queue {
                host: self.sender.name.clone(),
                recipients: round.open().to_vec(),
                next_try: Some(at),
            }));
            let reason = crate::client::mta::NEXT_ADDRESS;
            rec.note(at, Kind::Queue, Side::Client, Phase::Queue, reason, detail);
        }
        self.dial(round, target, false, at, setup, transcript.events().len());
        Came::Stepped
    }

    fn dial(
        &mut self,
        round: Box<Round>,
        target: Target,
        in_clear: bool,
        at: Instant,
        setup: &Setup,
        first_event: usize,
    ) {
        self.attempts = self.attempts.saturating_add(1);
        // The first of the ports that systems give to clients, and the next for each attempt.
        let port = 49_152 + u16::from(self.attempts);
        let from = SocketAddr::new(self.sender.address, port);
        let to = SocketAddr::new(target.address, self.sender.port);
        let own_limit = self.sender.profile.connect_timeout();
        let dial = Dial::new(self.sender.system, from, to, own_limit, setup, at);
        self.stage = Stage::Opening(Box::new(Opening { round, target, in_clear, dial, first_event }));
    }

    fn open(
        &mut self,
        mut opening: Box<Opening>,
        setup: &Setup,
        memories: &mut Memories,
        transcript: &mut Transcript,
    ) -> Came {
        let mut rec = Recorder { transcript, leg: self.number, attempt: self.attempts };
        match opening.dial.step(setup, &mut rec) {
            Dialed::Stepped => {
                self.stage = Stage::Opening(opening);
                Came::Stepped
            }
            Dialed::Failed { why, reason, at } => {
                let Opening { round, target, in_clear, dial, first_event } = *opening;
                let report = Report::never_connected(round.open(), why);
                let elapsed = at.since(dial.started());
                let shown = self.shown(&report, &self.job(round.open(), in_clear), &target, elapsed);
                let host = target.host.clone();
                self.after_attempt(round, &report, at);
                let not_connected = Some(reason);
                Came::Attempted(Box::new(Attempted {
                    report,
                    shown,
                    not_connected,
                    first_event,
                    at,
                    host,
                    accepted: Vec::new(),
                }))
            }
            Dialed::Open { to, latency, at } => {
                let Opening { round, target, in_clear, dial, first_event } = *opening;
                self.connected = true;
                let Some(listener) = setup.listener(to) else { return Came::Stepped };
                let job = self.job(round.open(), in_clear);
                let client_tls = job.security == Security::Implicit;
                // RFC 7817 §3: a mail program checks the path and the name of the certificate. Between MTAs STARTTLS
                // where it is offered is used with any certificate: the alternative would be no TLS at all.
                let checks = matches!(job.security, Security::StartTlsRequired | Security::Implicit);
                let refuses = checks && !(listener.trusted && listener.host.eq_ignore_ascii_case(&target.host));
                let talker = match &self.sender.speech {
                    Speech::Program => Talker::Program(Box::new(Dialogue::new(&self.sender.profile, job))),
                    Speech::Script(writes) => Talker::Script(Script::new(writes.clone())),
                    Speech::Manual => Talker::Manual,
                };
                let memory = memories.remove(&listener.host).unwrap_or_default();
                let began = dial.started();
                let mut talk = Connection::new(talker, listener, refuses, memory, self.sender.address, latency, at);
                talk.begin(client_tls, listener.implicit_tls, setup, &mut rec);
                self.stage = Stage::Talking(Box::new(Talking { round, target, talk, began, first_event }));
                Came::Stepped
            }
        }
    }

    fn talk(
        &mut self,
        mut talking: Box<Talking>,
        setup: &Setup,
        memories: &mut Memories,
        transcript: &mut Transcript,
    ) -> Came {
        let mut rec = Recorder { transcript, leg: self.number, attempt: self.attempts };
        match talking.talk.step(setup, &mut rec) {
            Progress::Stepped => {
                self.stage = Stage::Talking(talking);
                Came::Stepped
            }
            Progress::Waits(until) => {
                self.stage = Stage::Talking(talking);
                Came::Waits(until)
            }
            Progress::Over => {
                let Talking { round, target, talk, began, first_event } = *talking;
                let (talker, memory, accepted, at, host) = talk.into_parts();
                memories.insert(host.clone(), memory);
                let (report, shown) = match talker {
                    Talker::Program(dialogue) => {
                        let (job, report) = dialogue.into_parts();
                        let shown = self.shown(&report, &job, &target, at.since(began));
                        (report, shown)
                    }
                    Talker::Script(_) | Talker::Manual => (reported(round.open(), &accepted), None),
                };
                if report.again_in_clear && !report.taken {
                    self.dial(round, target, true, at, setup, transcript.events().len());
                } else {
                    self.after_attempt(round, &report, at);
                }
                Came::Attempted(Box::new(Attempted {
                    report,
                    shown,
                    not_connected: None,
                    first_event,
                    at,
                    host,
                    accepted,
                }))
            }
        }
    }

    fn after_attempt(&mut self, mut round: Box<Round>, report: &Report, at: Instant) {
        round.record(report);
        self.stage = Stage::Next(round, at);
    }

    fn job(&self, forward_paths: &[String], in_clear: bool) -> Job {
        Job {
            client_name: self.sender.name.clone(),
            security: if in_clear { Security::None } else { self.sender.security },
            credentials: self.sender.credentials.clone(),
            reverse_path: self.mail.reverse_path.clone(),
            forward_paths: forward_paths.to_vec(),
            asked: self.mail.asked.clone(),
            message: self.mail.octets.clone(),
        }
    }

    fn shown(&self, report: &Report, job: &Job, target: &Target, elapsed: Duration) -> Option<String> {
        let peer = Peer { host: target.host.clone(), address: target.address, port: self.sender.port };
        let scene = crate::client::Scene { job, peer: &peer, elapsed };
        self.sender.profile.shown(report, &scene)
    }
}

/// The report of a client that keeps none: what the server took.
fn reported(forward_paths: &[String], accepted: &[(Instant, Envelope)]) -> Report {
    let mut report = Report::new(forward_paths);
    for recipient in &mut report.recipients {
        let taken = |(_, envelope): &(Instant, Envelope)| {
            envelope.forward_paths.iter().any(|path| **path == *recipient.forward_path)
        };
        if accepted.iter().any(taken) {
            recipient.fate = crate::client::Fate::Taken;
        }
    }
    report.taken = !accepted.is_empty();
    report
}
