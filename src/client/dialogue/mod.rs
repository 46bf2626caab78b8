//! One connection of a client that has a message to send.
//!
//! What is sent and what the replies mean is here and in the two parts beside: `auth` (RFC 4954) and `transaction`
//! (RFC 5321 §3.3). How a particular program differs is read from its [`Manners`], each in one place.
//!
//! Replies are matched to commands by counting (RFC 2920 §3.1): every command sent adds to the queue of what is awaited,
//! every reply takes its first.

use std::borrow::Cow;
use std::collections::VecDeque;

use super::inbox::{Broken, Inbox};
use super::offers::Offers;
use super::profile::{Ending, Hello, Manners, Profile, Required};
use super::report::{Cause, Failure, Fate, Refusal, Report, Stage};
use super::timer::{Timer, Timers};
use super::{Act, Close, Input, Job, Move, Security, TlsFailure};
use crate::reason::Reason;
use crate::smtp::{ReplyKind, Verb};
use crate::time::Instant;

use auth::Authentication;
use write::Write;

mod auth;
mod transaction;
mod write;

#[cfg(test)]
mod tests;

/// One connection of a client, from its opening to its close.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialogue {
    job: Job,
    manners: Manners,
    timers: Timers,
    phase: Phase,
    awaited: VecDeque<Awaited>,
    inbox: Inbox,
    offers: Offers,
    /// Is the connection protected by TLS?
    secure: bool,
    /// Has STARTTLS been sent?
    asked_for_tls: bool,
    auth: Authentication,
    /// Which recipients RCPT was accepted for, by their place in the job.
    accepted: Vec<bool>,
    /// Is the transaction lost, and only replies still outstanding?
    aborted: bool,
    report: Report,
    deadline: Option<(Instant, Timer)>,
}

/// How far a connection has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Not yet open.
    Opening,
    /// Commands and replies.
    Talking,
    /// The TLS handshake.
    StartingTls,
    /// The client has said its last word and waits for the server to close.
    Leaving,
    /// Closed.
    Over,
}

/// What the next reply answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Awaited {
    Greeting,
    Ehlo,
    Helo,
    StartTls,
    Auth,
    Mail,
    Rcpt(usize),
    Data,
    Message,
    EmptyMessage,
    Rset,
    Quit,
}

impl Awaited {
    fn stage(self) -> Stage {
        match self {
            Self::Greeting => Stage::Greeting,
            Self::Ehlo | Self::Helo => Stage::Ehlo,
            Self::StartTls => Stage::StartTls,
            Self::Auth => Stage::Auth,
            Self::Mail => Stage::Mail,
            Self::Rcpt(_) => Stage::Rcpt,
            Self::Data => Stage::Data,
            Self::Message | Self::EmptyMessage | Self::Rset | Self::Quit => Stage::Message,
        }
    }

    fn timer(self) -> Timer {
        match self {
            Self::Greeting => Timer::Greeting,
            Self::Ehlo | Self::Helo | Self::StartTls | Self::Auth | Self::Rset | Self::Quit => Timer::Command,
            Self::Mail => Timer::Mail,
            Self::Rcpt(_) => Timer::Rcpt,
            Self::Data => Timer::DataInitiation,
            Self::Message | Self::EmptyMessage => Timer::DataTermination,
        }
    }

    fn kind(self) -> ReplyKind {
        match self {
            Self::Greeting => ReplyKind::Greeting,
            Self::Ehlo => ReplyKind::Ehlo,
            Self::Auth => ReplyKind::Challenge,
            _ => ReplyKind::Other,
        }
    }
}

impl Dialogue {
    /// A connection that a program of this profile is about to use for `job`.
    #[must_use]
    pub fn new(profile: &Profile, job: Job) -> Self {
        Self {
            manners: profile.manners.clone(),
            timers: profile.timers.clone(),
            phase: Phase::Opening,
            awaited: VecDeque::new(),
            inbox: Inbox::default(),
            offers: Offers::default(),
            secure: false,
            asked_for_tls: false,
            auth: Authentication::default(),
            accepted: vec![false; job.forward_paths.len()],
            aborted: false,
            report: Report::new(&job.forward_paths),
            deadline: None,
            job,
        }
    }

    /// Takes what has come and puts out what the client does about it.
    pub fn handle(&mut self, now: Instant, input: Input<'_>, out: &mut Vec<Move>) {
        let before = self.awaited.front().copied();
        let was = self.phase;
        let moves = out.len();
        match input {
            Input::Opened { tls } if self.phase == Phase::Opening => {
                self.secure = tls;
                self.phase = Phase::Talking;
                self.awaited.push_back(Awaited::Greeting);
                if self.manners.early {
                    self.hello(super::EARLY, out);
                }
            }
            Input::Opened { .. } => {}
            Input::Octets(octets) => self.read(octets, out),
            Input::Tls(result) => self.tls(result, out),
            Input::Closed { reset } => self.closed(reset),
            Input::Timer => {
                if self.deadline.is_some_and(|(at, _)| at <= now) {
                    self.run_out(out);
                    self.arm(now);
                }
            }
        }
        if self.awaited.front().copied() != before || self.phase != was || out.len() != moves {
            self.arm(now);
        }
    }

    /// When the driver should send [`Input::Timer`], and for which timer; `None` while nothing is waited for.
    #[must_use]
    pub fn deadline(&self) -> Option<(Instant, Timer)> {
        self.deadline
    }

    /// Is the connection over for this client?
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.phase == Phase::Over
    }

    /// What became of it so far.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// What was to be sent, and what became of it.
    #[must_use]
    pub fn into_parts(self) -> (Job, Report) {
        (self.job, self.report)
    }

    /// What was to be sent.
    #[must_use]
    pub fn job(&self) -> &Job {
        &self.job
    }

    fn arm(&mut self, now: Instant) {
        let timer = match (self.phase, self.awaited.front()) {
            (Phase::Opening | Phase::Over, _) => None,
            (Phase::Talking | Phase::Leaving, Some(awaited)) => Some(awaited.timer()),
            (Phase::Talking | Phase::Leaving | Phase::StartingTls, _) => Some(Timer::Command),
        };
        self.deadline = timer.map(|timer| (now.after(self.timers.of(timer)), timer));
    }

    /// Reads whole replies as long as there are any and somebody waits for them.
    fn read(&mut self, octets: &[u8], out: &mut Vec<Move>) {
        if !matches!(self.phase, Phase::Talking | Phase::Leaving) {
            return;
        }
        self.inbox.push(octets);
        while let Some(awaited) = self.awaited.front().copied() {
            match self.inbox.next_reply(awaited.kind()) {
                Ok(None) => return,
                Ok(Some(said)) => {
                    self.awaited.pop_front();
                    self.reply(awaited, &said, out);
                    if !matches!(awaited, Awaited::Rset | Awaited::Quit) {
                        self.report.last = Some(said);
                    }
                }
                Err(broken) => {
                    let reason = match broken {
                        Broken::TooLong => super::REPLY_TOO_LONG,
                        Broken::Unreadable => super::UNREADABLE,
                    };
                    self.fail(awaited, Cause::GaveUp(reason));
                    return self.close(Close::Fin, reason, out);
                }
            }
        }
    }

    fn reply(&mut self, awaited: Awaited, said: &Refusal, out: &mut Vec<Move>) {
        // RFC 5321 §3.8: with a 421 the server takes its leave, whatever was asked.
        if said.code.as_u16() == 421 && self.phase == Phase::Talking {
            self.refused(awaited, said);
            return self.close(Close::Fin, super::CLOSE_AFTER_421, out);
        }
        // RFC 5321 §4.2: of a code nobody has seen before, the first digit says enough.
        match (awaited, said.code.as_u16() / 100) {
            (Awaited::Greeting, 2) if self.manners.early => {}
            (Awaited::Greeting, 2) => self.hello(super::EHLO, out),
            (Awaited::Ehlo, 2) => {
                self.offers = Offers::read(said.lines().map(str::as_bytes));
                self.after_hello(out);
            }
            (Awaited::Helo, 2) => self.after_hello(out),
            // RFC 5321 §3.2: a server that does not know EHLO may know HELO.
            (Awaited::Ehlo, 5) => self.helo(super::HELO_FALLBACK, out),
            (Awaited::StartTls, 2) => {
                // RFC 3207 §4.2: what the server said in clear is forgotten, and so is what it said too early.
                self.inbox.clear();
                self.offers = Offers::default();
                self.phase = Phase::StartingTls;
                out.push(Move { act: Act::StartTls, reason: super::TLS });
            }
            (Awaited::StartTls, _) if self.manners.go_on_without_tls && !self.insists_on_tls() => self.after_hello(out),
            (Awaited::Auth, _) => self.auth_reply(said, out),
            (Awaited::Mail, _) => self.mail_reply(said, out),
            (Awaited::Rcpt(number), _) => self.rcpt_reply(number, said, out),
            (Awaited::Data, _) => self.data_reply(said, out),
            (Awaited::Message | Awaited::EmptyMessage, _) => self.message_reply(awaited, said, out),
            (Awaited::Rset, _) if self.awaited.is_empty() => self.quit(super::QUIT_AFTER_REFUSAL, out),
            (Awaited::Rset | Awaited::Quit, _) => {}
            (Awaited::Greeting | Awaited::Ehlo | Awaited::Helo | Awaited::StartTls, _) => {
                self.refused(awaited, said);
                let ending = match awaited {
                    Awaited::Greeting => self.manners.close.greeting,
                    Awaited::StartTls => self.manners.close.starttls_refused,
                    _ => self.manners.close.ehlo,
                };
                self.leave(ending, out);
            }
        }
    }

    fn hello(&mut self, reason: Reason, out: &mut Vec<Move>) {
        if self.manners.hello == Hello::Helo {
            return self.helo(super::HELO, out);
        }
        let line = [&*self.verb(Verb::Ehlo), " ", &self.job.client_name];
        Write::default().command(Verb::Ehlo, &line, reason).send(out);
        self.awaited.push_back(Awaited::Ehlo);
    }

    fn helo(&mut self, reason: Reason, out: &mut Vec<Move>) {
        let line = [&*self.verb(Verb::Helo), " ", &self.job.client_name];
        Write::default().command(Verb::Helo, &line, reason).send(out);
        self.awaited.push_back(Awaited::Helo);
    }

    /// The name of a verb as this program writes it.
    fn verb(&self, verb: Verb) -> Cow<'static, str> {
        let name = verb.name();
        if self.manners.lower_case { Cow::Owned(name.to_ascii_lowercase()) } else { Cow::Borrowed(name) }
    }

    /// After EHLO or HELO: TLS, then AUTH, then the message, as far as each is still to be done.
    fn after_hello(&mut self, out: &mut Vec<Move>) {
        match self.wants_tls() {
            Wanted::Yes(reason) => {
                self.asked_for_tls = true;
                Write::default().command(Verb::StartTls, &[Verb::StartTls.name()], reason).send(out);
                self.awaited.push_back(Awaited::StartTls);
            }
            Wanted::InVain => {
                self.fail(Awaited::StartTls, Cause::GaveUp(super::NO_STARTTLS));
                self.leave(self.manners.close.starttls_missing, out);
            }
            Wanted::No if self.job.credentials.is_some() => self.authenticate(out),
            Wanted::No => self.mail(out),
        }
    }

    fn wants_tls(&self) -> Wanted {
        // RFC 3207 §4.2: STARTTLS inside TLS is never asked for.
        if self.secure || self.asked_for_tls {
            return Wanted::No;
        }
        if self.manners.tls_only_to_authenticate && self.job.credentials.is_none() {
            return Wanted::No;
        }
        let if_offered = if self.offers.starttls { Wanted::Yes(super::STARTTLS_IF_OFFERED) } else { Wanted::No };
        match self.job.security {
            Security::None if self.manners.starttls_unasked => if_offered,
            Security::Implicit | Security::InClear | Security::None => Wanted::No,
            Security::StartTlsIfOffered => if_offered,
            Security::StartTlsRequired if self.offers.starttls => Wanted::Yes(super::STARTTLS_REQUIRED),
            Security::StartTlsRequired => match self.manners.starttls_required {
                Required::Anyway => Wanted::Yes(super::STARTTLS_REQUIRED),
                Required::IfOffered => Wanted::No,
                Required::Insist => Wanted::InVain,
            },
        }
    }

    fn insists_on_tls(&self) -> bool {
        self.job.security == Security::StartTlsRequired && self.manners.starttls_required != Required::IfOffered
    }

    fn tls(&mut self, result: Result<(), TlsFailure>, out: &mut Vec<Move>) {
        match (self.phase, result) {
            (Phase::StartingTls, Ok(())) => {
                self.secure = true;
                self.phase = Phase::Talking;
                // RFC 3207 §4.2: the session begins anew, so the client greets again.
                self.hello(super::EHLO_AFTER_TLS, out);
            }
            (Phase::StartingTls | Phase::Opening, Err(failure)) => {
                self.report.again_in_clear =
                    self.manners.again_in_clear && self.job.security != Security::Implicit && !self.insists_on_tls();
                self.fail_at(Stage::Tls, None, Cause::Tls(failure));
                // What is left unread makes the client's kernel close abruptly.
                let (how, reason) = match failure {
                    TlsFailure::NotTls => (Close::Reset, super::NOT_TLS),
                    TlsFailure::Untrusted => (Close::Fin, super::UNTRUSTED),
                };
                self.close(how, reason, out);
            }
            _ => {}
        }
    }

    fn closed(&mut self, reset: bool) {
        match self.phase {
            Phase::Over | Phase::Leaving => {}
            // RFC 5321 §3.8: as if a 451 had come.
            Phase::StartingTls => self.fail_at(Stage::Tls, None, Cause::Lost { reset }),
            Phase::Opening => self.fail_at(Stage::Greeting, None, Cause::Lost { reset }),
            Phase::Talking => {
                let awaited = self.awaited.front().copied().unwrap_or(Awaited::Greeting);
                self.report.lost_after_dot = self.awaited.contains(&Awaited::Message);
                self.fail(awaited, Cause::Lost { reset });
            }
        }
        self.phase = Phase::Over;
        self.deadline = None;
    }

    /// The timer ran out.
    fn run_out(&mut self, out: &mut Vec<Move>) {
        let awaited = self.awaited.front().copied();
        match (self.phase, awaited) {
            (Phase::Opening | Phase::Over, _) => {}
            (Phase::Leaving, None | Some(Awaited::Quit)) => self.close(Close::Fin, super::CLOSE_AFTER_QUIT, out),
            (Phase::Leaving, Some(awaited)) => self.close(Close::Fin, awaited.timer().reason(), out),
            (Phase::StartingTls, _) | (Phase::Talking, None) => {
                self.fail_at(Stage::Tls, None, Cause::TimedOut(Timer::Command));
                self.close(Close::Fin, Timer::Command.reason(), out);
            }
            (Phase::Talking, Some(Awaited::Ehlo)) if self.manners.silence_is_refusal => {
                self.awaited.clear();
                self.helo(super::HELO_FALLBACK, out);
            }
            (Phase::Talking, Some(awaited)) => {
                let timer = awaited.timer();
                self.report.lost_after_dot = self.awaited.contains(&Awaited::Message);
                self.fail(awaited, Cause::TimedOut(timer));
                if self.manners.silence_is_refusal && awaited != Awaited::Message {
                    self.awaited.clear();
                    self.quit(timer.reason(), out);
                } else {
                    self.close(Close::Fin, timer.reason(), out);
                }
            }
        }
    }

    /// Notes the server's refusal of what was awaited.
    fn refused(&mut self, awaited: Awaited, said: &Refusal) {
        let concerned = match awaited {
            Awaited::Rcpt(number) => number..number + 1,
            Awaited::Mail | Awaited::Data => 0..self.report.recipients.len(),
            _ => 0..0,
        };
        for recipient in &mut self.report.recipients[concerned] {
            if recipient.fate == Fate::Pending {
                recipient.fate = Fate::Refused(said.clone());
            }
        }
        if awaited == Awaited::Message {
            for (recipient, accepted) in self.report.recipients.iter_mut().zip(&self.accepted) {
                if *accepted {
                    recipient.fate = Fate::Refused(said.clone());
                }
            }
        }
        self.fail(awaited, Cause::Refused(said.clone()));
    }

    fn fail(&mut self, awaited: Awaited, cause: Cause) {
        let recipient = match awaited {
            Awaited::Rcpt(number) => Some(number),
            _ => None,
        };
        self.fail_at(awaited.stage(), recipient, cause);
    }

    /// Notes a failure, unless an earlier one is already noted.
    fn fail_at(&mut self, stage: Stage, recipient: Option<usize>, cause: Cause) {
        self.report.failure.get_or_insert(Failure { stage, recipient, cause });
    }

    /// Takes leave in one of the usual ways.
    fn leave(&mut self, ending: Ending, out: &mut Vec<Move>) {
        let (rset, quit, close) = match self.report.failure.as_ref().map(|failure| &failure.cause) {
            _ if self.report.taken => (super::RSET_AFTER_REFUSAL, super::QUIT, super::CLOSE),
            Some(Cause::GaveUp(reason)) => (*reason, *reason, *reason),
            _ => (super::RSET_AFTER_REFUSAL, super::QUIT_AFTER_REFUSAL, super::CLOSE_AFTER_REFUSAL),
        };
        self.phase = Phase::Leaving;
        match ending {
            Ending::Fin => self.close(Close::Fin, close, out),
            Ending::Quit => self.quit(quit, out),
            Ending::RsetThenQuit => {
                Write::default().command(Verb::Rset, &[&self.verb(Verb::Rset)], rset).send(out);
                self.awaited.push_back(Awaited::Rset);
            }
            Ending::RsetWithQuit => {
                Write::default()
                    .command(Verb::Rset, &[&self.verb(Verb::Rset)], rset)
                    .command(Verb::Quit, &[Verb::Quit.name()], quit)
                    .send(out);
                self.awaited.extend([Awaited::Rset, Awaited::Quit]);
            }
        }
    }

    fn quit(&mut self, reason: Reason, out: &mut Vec<Move>) {
        self.phase = Phase::Leaving;
        Write::default().command(Verb::Quit, &[Verb::Quit.name()], reason).send(out);
        self.awaited.push_back(Awaited::Quit);
    }

    fn close(&mut self, how: Close, reason: Reason, out: &mut Vec<Move>) {
        self.phase = Phase::Over;
        self.awaited.clear();
        out.push(Move { act: Act::Close { how }, reason });
    }
}

/// Whether STARTTLS is to be sent now.
enum Wanted {
    No,
    Yes(Reason),
    InVain,
}
