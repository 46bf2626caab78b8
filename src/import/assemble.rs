//! From what a log says to events: which command a reply answers, where the mail data is, where TLS began, which
//! connection it belongs to. Secrets are veiled here, before a line is kept anywhere.

use std::collections::VecDeque;

use super::allowed::ReplyTable;
use super::facts::Facts;
use super::item::{Item, Read, What, is_reply};
use super::quoted::quoted;
use super::shadow::{Act, Answer, Shadow};
use super::veil::{self, veiled};
use super::{DEPARTS, Import, Judgement, OBSERVED, QUOTED};
use crate::reason::Reason;
use crate::smtp::{Dialect, EnhancedCode, ReplyCode, ReplyKind, Spans, Verb, mark_message, parse_command, parse_reply};
use crate::time::Instant;
use crate::transcript::{Detail, Format, Kind, Lacks, Mark, Phase, Side, Transcript};

/// What waits for its reply.
enum Asked {
    Greeting,
    Command(Verb, Vec<u8>),
    Response,
    Cancel,
    Message(Option<Vec<u8>>),
}

/// What the client's next line is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expecting {
    Command,
    Response,
    Content,
    /// STARTTLS was granted; the handshake is not seen yet.
    Handshake,
}

#[expect(clippy::struct_excessive_bools, reason = "each is one fact of a log, and they vary independently")]
struct Assembler {
    transcript: Transcript,
    format: Format,
    facts: Facts,
    /// Read when the first reply needs it.
    replies: Option<ReplyTable>,
    judgements: Vec<Judgement>,
    veiled: usize,
    /// The session of the connection, once the server has spoken.
    shadow: Option<Shadow>,
    asked: VecDeque<Asked>,
    expecting: Expecting,
    /// Lines of the reply that is coming.
    reply: Vec<u8>,
    /// Lines of the mail data that is coming.
    content: Vec<u8>,
    tls: bool,
    /// Has anything been said on this connection?
    begun: bool,
    attempt: u8,
    write: u8,
    client_spoke_last: bool,
    phase: Phase,
    at: Instant,
    /// The wall clock at the first event that has one.
    first: Option<u64>,
    timed: bool,
}

/// The transcript of what was read.
pub(super) fn assemble(read: Read, format: Format, guessed: bool) -> Import {
    let facts = Facts::of(&read.items);
    let server = facts.server;
    let mut assembler = Assembler::new(format, facts);
    for item in read.items {
        assembler.take(item);
    }
    assembler.end_reply_early();
    Import {
        transcript: assembler.transcript,
        format,
        guessed,
        server,
        judgements: assembler.judgements,
        veiled: assembler.veiled,
        unread: read.unread,
    }
}

impl Assembler {
    fn new(format: Format, facts: Facts) -> Self {
        Self {
            transcript: Transcript::imported(format),
            format,
            facts,
            replies: None,
            judgements: Vec::new(),
            veiled: 0,
            shadow: None,
            asked: VecDeque::from([Asked::Greeting]),
            expecting: Expecting::Command,
            reply: Vec::new(),
            content: Vec::new(),
            tls: false,
            begun: false,
            attempt: 1,
            write: 0,
            client_spoke_last: false,
            phase: Phase::Connect,
            at: Instant::ZERO,
            first: None,
            timed: false,
        }
    }

    fn take(&mut self, item: Item) {
        self.timed = item.at.is_some();
        if let Some(at) = item.at {
            let first = *self.first.get_or_insert(at);
            // A log that goes back in time, over midnight or by its clock, is taken to stand still.
            self.at = self.at.max(Instant::from_micros(at.saturating_sub(first)));
        }
        if !matches!(item.what, What::Server(_)) {
            self.end_reply_early();
        }
        match item.what {
            What::Client(line) => self.client(&line),
            What::Server(line) => self.server(&line),
            What::Connecting(told) => self.connecting(&told),
            What::Connected(told) => self.told(Kind::Connected, Side::Client, &told),
            What::ConnectFailed(told) => self.told(Kind::ConnectFailed, Side::Client, &told),
            What::Secured(told) => self.secured(&told),
            What::NotSecured(told) => self.told(Kind::Tls, Side::Client, &told),
            What::GaveUp(told) => self.told(Kind::GaveUp, Side::Client, &told),
            What::Closed(told) => {
                self.phase = Phase::Leave;
                self.told(Kind::Closed, Side::Client, &told);
            }
            What::Found(told) => self.told(Kind::Finding, Side::Client, &told),
            What::Quoted { asked, reply } => self.quoted(asked, &reply),
        }
    }

    fn connecting(&mut self, told: &str) {
        if self.begun {
            self.next_connection();
        }
        self.told(Kind::Finding, Side::Client, told);
    }

    /// What follows belongs to another connection.
    fn next_connection(&mut self) {
        self.attempt = self.attempt.saturating_add(1);
        self.shadow = None;
        self.asked = VecDeque::from([Asked::Greeting]);
        self.expecting = Expecting::Command;
        self.content.clear();
        self.tls = false;
        self.begun = false;
        self.phase = Phase::Connect;
    }

    /// An event in the log's own words.
    fn told(&mut self, kind: Kind, side: Side, told: &str) {
        let words = veiled(told);
        let hidden = words != told;
        self.veiled += usize::from(hidden);
        self.begun |= matches!(kind, Kind::Connected | Kind::ConnectFailed);
        let mark = self.mark(kind, side, OBSERVED);
        if kind.is_said() {
            self.transcript.push(mark, words.as_bytes(), &[]);
        } else {
            self.transcript.push_detail(mark, Detail::Finding(words));
        }
        self.lacking(Lacks { hidden, ..Lacks::default() });
    }

    fn secured(&mut self, told: &str) {
        self.tls = true;
        self.phase = Phase::Greet;
        if self.expecting == Expecting::Handshake {
            self.expecting = Expecting::Command;
            if let Some(shadow) = &mut self.shadow {
                shadow.secured();
            }
        }
        self.told(Kind::Tls, Side::Client, told);
    }

    fn mark(&mut self, kind: Kind, side: Side, reason: Reason) -> Mark {
        Mark { at: self.at, reason, kind, side, phase: self.phase, leg: 1, attempt: self.attempt, write: self.write }
    }

    fn lacking(&mut self, lacks: Lacks) {
        let untimed = !self.timed;
        self.transcript.lacking(Lacks { untimed, ..lacks });
    }

    fn client(&mut self, line: &[u8]) {
        self.begun = true;
        if self.expecting == Expecting::Handshake {
            // A log without a word about TLS: the next line can only have come inside it.
            self.tls = true;
            self.expecting = Expecting::Command;
            if let Some(shadow) = &mut self.shadow {
                shadow.secured();
            }
            let mark = self.mark(Kind::Tls, Side::Client, OBSERVED);
            self.transcript.push_detail(mark, Detail::Finding("TLS handshake".to_owned()));
            self.lacking(Lacks { rebuilt: true, ..Lacks::default() });
        }
        if !self.client_spoke_last {
            self.write = self.write.saturating_add(1);
        }
        self.client_spoke_last = true;
        match self.expecting {
            Expecting::Content => self.content_line(line),
            Expecting::Response => self.response(line),
            _ => self.command(line),
        }
    }

    fn command(&mut self, line: &[u8]) {
        let open = veil::command(line);
        self.veiled += usize::from(open.is_some());
        let hidden = open.is_some();
        let line = open.unwrap_or_else(|| line.to_vec());
        let mut spans = Spans::new();
        let verb = parse_command(&line, &Dialect::STRICT, &mut spans).verb;
        self.phase = Phase::of(verb, if self.phase == Phase::Connect { Phase::Greet } else { self.phase });
        let mark = self.mark(Kind::Command(verb), Side::Client, OBSERVED);
        self.transcript.push(mark, &[&line, &b"\r\n"[..]].concat(), spans.as_slice());
        self.lacking(Lacks { rebuilt: true, hidden, ..Lacks::default() });
        self.asked.push_back(Asked::Command(verb, line));
    }

    fn response(&mut self, line: &[u8]) {
        let cancels = line == b"*";
        let hidden = veil::response(line);
        self.veiled += usize::from(hidden.is_some());
        let line = hidden.unwrap_or_else(|| line.to_vec());
        self.expecting = Expecting::Command;
        let mark = self.mark(Kind::SaslResponse, Side::Client, OBSERVED);
        self.transcript.push(mark, &[&line, &b"\r\n"[..]].concat(), &[]);
        self.lacking(Lacks { rebuilt: true, hidden: !cancels, ..Lacks::default() });
        self.asked.push_back(if cancels { Asked::Cancel } else { Asked::Response });
    }

    fn content_line(&mut self, line: &[u8]) {
        self.content.extend_from_slice(line);
        self.content.extend_from_slice(b"\r\n");
        if line == b"." {
            let seen = self.content.len() > 3 || !self.leaves_out_messages();
            self.message(seen);
        }
    }

    /// Kinds of logs that show the final dot and not what stands before it.
    fn leaves_out_messages(&self) -> bool {
        matches!(self.format, Format::EximDebug | Format::Sendmail | Format::Curl | Format::PostfixDebug)
    }

    /// The mail data has ended, seen or not.
    fn message(&mut self, seen: bool) {
        let content = std::mem::take(&mut self.content);
        let content = if seen { content } else { b".\r\n".to_vec() };
        self.expecting = Expecting::Command;
        self.phase = Phase::Message;
        let mut spans = Spans::new();
        mark_message(&content, &mut spans);
        let mark = self.mark(Kind::Message, Side::Client, OBSERVED);
        self.transcript.push(mark, &content, spans.as_slice());
        self.lacking(Lacks { rebuilt: true, hidden: !seen, ..Lacks::default() });
        self.asked.push_back(Asked::Message(seen.then_some(content)));
    }

    fn server(&mut self, line: &[u8]) {
        if !is_reply(line) {
            self.end_reply_early();
            self.noise(line);
            return;
        }
        self.begun = true;
        self.client_spoke_last = false;
        self.reply.extend_from_slice(line);
        // RFC 5321 §4.2.1: the last line of a reply has a space, or nothing, behind its code.
        if line.get(3) == Some(&b'-') {
            self.reply.extend_from_slice(b"\r\n");
        } else {
            self.reply.extend_from_slice(b"\r\n");
            self.whole_reply();
        }
    }

    fn noise(&mut self, line: &[u8]) {
        let open = veil::noise(line);
        let hidden = open.is_some();
        self.veiled += usize::from(hidden);
        let mark = self.mark(Kind::Noise, Side::Server, OBSERVED);
        self.transcript.push(mark, &[open.as_deref().unwrap_or(line), &b"\r\n"[..]].concat(), &[]);
        self.lacking(Lacks { rebuilt: true, hidden, ..Lacks::default() });
    }

    /// A reply that breaks off is kept as what it is.
    fn end_reply_early(&mut self) {
        let broken = std::mem::take(&mut self.reply);
        if let Some(line) = broken.strip_suffix(b"\r\n") {
            self.noise(line);
        }
    }

    fn whole_reply(&mut self) {
        let octets = std::mem::take(&mut self.reply);
        // s_client has greeted, asked for TLS and said EHLO by itself; the last line of that reply is all it shows.
        if self.format == Format::OpenSsl && self.shadow.is_none() && octets.starts_with(b"250") {
            self.hidden_opening();
            self.asked = VecDeque::from([Asked::Command(Verb::Ehlo, b"EHLO client.invalid".to_vec())]);
        }
        if self.expecting == Expecting::Content {
            self.message(false);
        }
        // A second greeting is a second connection.
        if self.asked.is_empty() && octets.starts_with(b"220") {
            self.next_connection();
            self.begun = true;
        }
        let asked = self.asked.pop_front();
        let kind = match &asked {
            Some(Asked::Greeting) => ReplyKind::Greeting,
            Some(Asked::Command(Verb::Ehlo | Verb::Helo, _)) => ReplyKind::Ehlo,
            Some(Asked::Command(Verb::Auth, _) | Asked::Response) => ReplyKind::Challenge,
            _ => ReplyKind::Other,
        };
        let mut spans = Spans::new();
        let Ok(Some((view, _))) = parse_reply(&octets, kind, &mut spans) else {
            self.noise(octets.strip_suffix(b"\r\n").unwrap_or(&octets));
            return;
        };
        let (code, enhanced) = (view.code, view.enhanced);
        if matches!(asked, Some(Asked::Greeting)) {
            self.phase = Phase::Greet;
        }
        let answer = self.ask_shadow(asked.as_ref(), code);
        let agrees = answer.as_ref().map(|answer| {
            // The subject of the enhanced code tells two refusals with the same code apart (RFC 3463 §3).
            let told_apart = enhanced.zip(answer.enhanced).is_some_and(|(own, its)| own.subject != its.subject);
            answer.code == code && (code.is_positive() || !told_apart)
        });
        let reason = match (&answer, agrees) {
            (Some(answer), Some(true)) => answer.reason,
            (Some(_), _) => DEPARTS,
            (None, _) => OBSERVED,
        };
        if let Some(shadow) = &self.shadow {
            self.transcript.set_state(&shadow.snapshot());
        }
        let mark = self.mark(Kind::Reply(code), Side::Server, reason);
        self.transcript.push(mark, &octets, spans.as_slice());
        self.lacking(Lacks { rebuilt: true, ..Lacks::default() });
        if reason == DEPARTS {
            self.judge(asked_id(asked.as_ref()), code, enhanced, answer);
        }
        self.go_on(asked.as_ref(), code);
    }

    /// What the log leaves out before its first reply.
    fn hidden_opening(&mut self) {
        self.shadow = Shadow::new(&self.facts);
        if let Some(shadow) = &mut self.shadow {
            shadow.answer(Act::Opened { tls: true }, ReplyCode::SERVICE_READY);
        }
        self.tls = true;
    }

    fn ask_shadow(&mut self, asked: Option<&Asked>, code: ReplyCode) -> Option<Answer> {
        let act = match asked? {
            Asked::Greeting => {
                self.shadow = Shadow::new(&self.facts);
                Act::Opened { tls: self.tls }
            }
            Asked::Command(verb, line) => Act::Command(*verb, line),
            Asked::Response => Act::Response,
            Asked::Cancel => Act::Cancel,
            Asked::Message(content) => Act::Message(content.as_deref()),
        };
        self.shadow.as_mut()?.answer(act, code)
    }

    /// Says of the reply pushed last what was expected and what may lie behind it.
    fn judge(&mut self, asked: &str, code: ReplyCode, enhanced: Option<EnhancedCode>, answer: Option<Answer>) {
        let event = self.transcript.events().len().saturating_sub(1);
        let replies = self.replies.get_or_insert_with(ReplyTable::built_in);
        let allowed = replies.reasons(asked, code, enhanced);
        self.judgements.push(Judgement { event, expected: answer.map(|answer| answer.line), allowed });
    }

    /// What the client's next line is, after this reply.
    fn go_on(&mut self, asked: Option<&Asked>, code: ReplyCode) {
        self.expecting = match asked {
            Some(Asked::Command(Verb::Data, _)) if code == ReplyCode::START_MAIL_INPUT => Expecting::Content,
            Some(Asked::Command(Verb::StartTls, _)) if code == ReplyCode::SERVICE_READY => Expecting::Handshake,
            Some(Asked::Command(Verb::Auth, _) | Asked::Response) if code == ReplyCode::CHALLENGE => {
                Expecting::Response
            }
            _ => Expecting::Command,
        };
    }

    /// A reply without its dialogue. No session is asked about it.
    fn quoted(&mut self, asked: &'static str, reply: &str) {
        let Some(found) = quoted(reply) else { return };
        let octets = format!("{reply}\r\n").into_bytes();
        let mut spans = Spans::new();
        let _ = parse_reply(&octets, ReplyKind::Other, &mut spans);
        self.phase = match asked {
            "greeting" | "EHLO" | "STARTTLS" => Phase::Greet,
            "AUTH" => Phase::Authenticate,
            "MAIL" | "RCPT" => Phase::Envelope,
            "DATA" | "data-end" => Phase::Message,
            _ => self.phase,
        };
        let mark = self.mark(Kind::Reply(found.code), Side::Server, QUOTED);
        self.transcript.push(mark, &octets, spans.as_slice());
        self.lacking(Lacks { rebuilt: true, ..Lacks::default() });
        self.judge(asked, found.code, found.enhanced, None);
    }
}

/// What was asked, as `data/replies.toml` names it.
fn asked_id(asked: Option<&Asked>) -> &'static str {
    match asked {
        Some(Asked::Greeting) => "greeting",
        Some(Asked::Command(verb, _)) => verb.name(),
        Some(Asked::Response | Asked::Cancel) => Verb::Auth.name(),
        Some(Asked::Message(_)) => "data-end",
        None => "any",
    }
}
