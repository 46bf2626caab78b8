//! A command line: how far it goes, and what is made of it before its place in the session is looked at.
//!
//! What a well-formed command leads to is [`State::handle`]'s. Here: lines too long, lines of other protocols, verbs a
//! server does not have, wrong forms, and input that waits behind a line where none should.

use super::behaviours::{
    BadUtf8, BetweenChunks, Checks, EtrnInTransaction, HelpTopics, LineEnd, NulInLine, OtherProtocols, Overlong,
    TurnedAway, WaitingInput,
};
use super::chunk::{Chunked, ONLY_CHUNKS};
use super::form::syntax;
use super::profile::Known;
use super::ruling::{Ruling, Then, Verdict};
use super::state::{self, State};
use super::{Context, Facts, Outbox, Part, Session, Stage};
use crate::dns::Zone;
use crate::smtp::data::crlf;
use crate::smtp::{Command, ReplyCode, SyntaxKind, Verb, parse_command};
use crate::time::Instant;

/// RFC 5321 §4.5.3.1.4: a command line over what the server takes.
pub const LINE_TOO_LONG: Verdict =
    Verdict::new("server.limit.command-line", ReplyCode::UNRECOGNIZED, (5, 5, 2), "Line too long");
/// RFC 4954 §4: a line of an AUTH exchange over what the server takes; 5.5.6 goes with it (§6).
pub const SASL_LINE_TOO_LONG: Verdict = Verdict::new(
    "server.limit.sasl-line",
    ReplyCode::UNRECOGNIZED,
    (5, 5, 6),
    "Authentication exchange line is too long",
);
/// RFC 5321 §4.1.4: an argument that is not acceptable is answered 501.
pub const BAD_ARGUMENT: Verdict =
    Verdict::new("server.syntax.argument", ReplyCode::BAD_ARGUMENT, (5, 5, 4), "Syntax error: {problem}");
/// RFC 5321 §4.1.1.1: what stands after EHLO or HELO is no name of a client.
pub(super) const BAD_CLIENT_NAME: Verdict =
    Verdict::new("server.syntax.client-name", ReplyCode::BAD_ARGUMENT, (5, 5, 4), "Syntax error: {problem}");
/// RFC 5321 §4.1.1.2, §4.1.1.3: MAIL without `FROM:`, RCPT without `TO:`.
pub(super) const BAD_FORM: Verdict =
    Verdict::new("server.syntax.form", ReplyCode::BAD_ARGUMENT, (5, 5, 4), "Syntax error: {problem}");
/// RFC 5321 §4.1.1.2, §4.1.1.3: nothing stands after `MAIL FROM:` or `RCPT TO:`.
pub(super) const NO_PATH: Verdict =
    Verdict::new("server.syntax.no-path", ReplyCode::BAD_ARGUMENT, (5, 5, 4), "Syntax error: {problem}");
/// RFC 5321 §4.1.2: a parameter of MAIL or RCPT is not of the form `KEYWORD=value`.
pub(super) const BAD_PARAMETER: Verdict =
    Verdict::new("server.syntax.parameter", ReplyCode::BAD_ARGUMENT, (5, 5, 4), "Syntax error: {problem}");
/// RFC 5321 §4.1.1.2: what stands after `MAIL FROM:` is no reverse-path.
pub const BAD_REVERSE_PATH: Verdict =
    Verdict::new("server.syntax.reverse-path", ReplyCode::BAD_ARGUMENT, (5, 1, 7), "Syntax error: {problem}");
/// RFC 5321 §4.1.1.3: what stands after `RCPT TO:` is no forward-path.
pub const BAD_FORWARD_PATH: Verdict =
    Verdict::new("server.syntax.forward-path", ReplyCode::BAD_ARGUMENT, (5, 1, 3), "Syntax error: {problem}");
/// RFC 4954 §4: AUTH without a mechanism, or with a name that none can have.
pub(super) const NO_MECHANISM: Verdict =
    Verdict::new("server.auth.no-mechanism", ReplyCode::BAD_ARGUMENT, (5, 5, 4), "Syntax error: {problem}");
/// RFC 5321 §4.1.2: what stands right of the at sign is no domain, for servers that say so.
pub(super) const BAD_DOMAIN: Verdict =
    Verdict::new("server.syntax.domain", ReplyCode::BAD_ARGUMENT, (5, 1, 2), "Syntax error: {problem}");
/// RFC 5321 §4.1.2: a mailbox has a local-part, one at sign and a domain.
pub(super) const BAD_MAILBOX: Verdict =
    Verdict::new("server.syntax.mailbox", ReplyCode::BAD_ARGUMENT, (5, 1, 3), "Syntax error: {problem}");
/// RFC 5321 §4.1.2: a control character in a path; no rule of the grammar has one.
pub(super) const CONTROL_IN_SENDER: Verdict =
    Verdict::new("server.syntax.control-in-sender", ReplyCode::BAD_ARGUMENT, (5, 1, 7), "Syntax error: {problem}");
/// The same, of a recipient.
pub(super) const CONTROL_IN_RECIPIENT: Verdict =
    Verdict::new("server.syntax.control-in-recipient", ReplyCode::BAD_ARGUMENT, (5, 1, 3), "Syntax error: {problem}");
/// RFC 4954 §4: AUTH takes a mechanism and one initial response.
pub(super) const EXTRA_WORD: Verdict =
    Verdict::new("server.auth.extra-word", ReplyCode::BAD_ARGUMENT, (5, 5, 4), "Syntax error: {problem}");
/// RFC 5321 §4.1.1.1: EHLO or HELO without a name.
pub(super) const NO_CLIENT_NAME: Verdict =
    Verdict::new("server.syntax.no-client-name", ReplyCode::BAD_ARGUMENT, (5, 5, 4), "Syntax error: {problem}");
/// RFC 6531 §3.3: octets beyond ASCII that are no UTF-8.
pub(super) const BAD_UTF8: Verdict =
    Verdict::new("server.syntax.utf8", ReplyCode::UNRECOGNIZED, (5, 5, 2), "The line is not UTF-8");
/// RFC 3207 §4: STARTTLS takes no parameters, 501.
pub(super) const STARTTLS_ARGUMENT: Verdict =
    Verdict::new("server.starttls.argument", ReplyCode::BAD_ARGUMENT, (5, 5, 4), "STARTTLS takes no argument");
/// A command that a site has forbidden.
pub(super) const FORBIDDEN: Verdict =
    Verdict::new("server.command.forbidden", ReplyCode::MAILBOX_UNAVAILABLE, (5, 7, 1), "Not allowed here");
/// RFC 3030 §2: BDAT takes a number of octets, and LAST.
pub(super) const BAD_CHUNK: Verdict =
    Verdict::new("server.chunk.syntax", ReplyCode::BAD_ARGUMENT, (5, 5, 4), "Syntax error: {problem}");
/// RFC 1985 §5.1: ETRN names a node.
pub(super) const NO_NODE: Verdict =
    Verdict::new("server.etrn.no-node", ReplyCode::BAD_ARGUMENT, (5, 5, 4), "Syntax error: {problem}");
/// RFC 5321 §4.3.2: an argument where the command takes none.
pub const NO_ARGUMENT: Verdict =
    Verdict::new("server.syntax.no-argument", ReplyCode::BAD_ARGUMENT, (5, 5, 4), "No argument allowed");
/// RFC 5321 §2.3.1: NUL is no character of mail, and this server looks for it first.
pub(super) const NUL: Verdict =
    Verdict::new("server.syntax.nul", ReplyCode::BAD_ARGUMENT, (5, 5, 2), "NUL characters are not allowed");
/// RFC 2920 §3.1: input waits where the client had to wait for a reply.
pub(super) const OUT_OF_TURN: Verdict = Verdict::new(
    "server.pipelining.out-of-turn",
    ReplyCode::TRANSACTION_FAILED,
    (5, 5, 0),
    "Commands sent without waiting for the reply",
);
/// RFC 2920 §3: pipelining was not offered.
pub(super) const NOT_OFFERED: Verdict =
    Verdict::new("server.pipelining.not-offered", ReplyCode::UNRECOGNIZED, (5, 5, 1), "Pipelining is not supported");
/// RFC 5321 §7.8: the client speaks another protocol, so the server ends it.
pub(super) const OTHER_PROTOCOL: Verdict =
    Verdict::new("server.command.other-protocol", ReplyCode::SERVICE_CLOSING, (2, 7, 0), "This is not what SMTP is");
/// A command of an arrangement between servers, from a client that is no part of it.
pub(super) const NOT_FOR_YOU: Verdict = Verdict::new(
    "server.command.for-trusted-hosts",
    ReplyCode::MAILBOX_UNAVAILABLE,
    (5, 7, 0),
    "Only hosts that were told may do that",
);
/// RFC 5321 §4.3.2: 504 for a topic of HELP that is not there.
pub(super) const NO_SUCH_TOPIC: Verdict =
    Verdict::new("server.help.no-topic", ReplyCode::PARAMETER_NOT_IMPLEMENTED, (5, 5, 4), "No such topic");
/// RFC 5321 §3.1: after a greeting of 554 no mail is taken.
pub(super) const NO_MAIL_HERE: Verdict = Verdict::new(
    "server.sequence.no-mail-here",
    ReplyCode::MAILBOX_UNAVAILABLE,
    (5, 7, 1),
    "No mail is taken on this connection",
);
/// A command that the server takes and does nothing about.
pub(super) const IGNORED: Verdict = Verdict::new("server.command.ignored", ReplyCode::OK, (2, 0, 0), "Ok");

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] = &[
    &LINE_TOO_LONG,
    &SASL_LINE_TOO_LONG,
    &BAD_ARGUMENT,
    &BAD_CLIENT_NAME,
    &BAD_FORM,
    &NO_PATH,
    &BAD_PARAMETER,
    &BAD_REVERSE_PATH,
    &BAD_FORWARD_PATH,
    &NO_MECHANISM,
    &BAD_DOMAIN,
    &BAD_MAILBOX,
    &CONTROL_IN_SENDER,
    &CONTROL_IN_RECIPIENT,
    &EXTRA_WORD,
    &NO_CLIENT_NAME,
    &BAD_UTF8,
    &STARTTLS_ARGUMENT,
    &BAD_CHUNK,
    &NO_NODE,
    &FORBIDDEN,
    &NO_ARGUMENT,
    &NUL,
    &OUT_OF_TURN,
    &NOT_OFFERED,
    &OTHER_PROTOCOL,
    &NOT_FOR_YOU,
    &NO_SUCH_TOPIC,
    &NO_MAIL_HERE,
    &IGNORED,
];

/// A line without its end.
#[derive(Clone, Copy)]
pub(super) struct Line<'i> {
    octets: &'i [u8],
    /// All of it, what a NUL cut off included.
    whole: &'i [u8],
    too_long: bool,
    /// Was more on the line, and dropped?
    cut: bool,
}

impl Session {
    /// The next whole line of the input, without its end. An overlong one comes as its first octets, so that it can be
    /// refused.
    pub(super) fn next_line<'i>(&mut self, input: &mut &'i [u8], out: &mut Outbox) -> Option<Line<'i>> {
        let part = if matches!(self.state, State::Sasl(..)) { Part::SaslResponse } else { Part::Line };
        let most = self.longest_line(input.len());
        let overlong = match part {
            Part::SaslResponse => self.settings.profile.behaviours.overlong_response,
            _ => self.settings.profile.behaviours.overlong_line,
        };
        let found = match self.settings.profile.behaviours.line_end {
            LineEnd::CrLf => crlf(input).map(|at| (at, at + 2)),
            LineEnd::BareLfToo => input.iter().position(|octet| *octet == b'\n').map(|at| {
                let end = if at > 0 && input[at - 1] == b'\r' { at - 1 } else { at };
                (end, at + 1)
            }),
        };
        match (found, overlong) {
            (Some((_, next)), Overlong::Split) if next > most => Some(self.piece(part, (most, most), input, true, out)),
            (None, Overlong::Split) if input.len() > most => Some(self.piece(part, (most, most), input, true, out)),
            (Some((end, next)), Overlong::Cut) => {
                let skipping = std::mem::take(&mut self.skipping);
                if skipping {
                    out.took(part, next);
                    *input = &input[next..];
                    return self.next_line(input, out);
                }
                let cut = end > most;
                let piece = self.piece(part, (end.min(most), next), input, false, out);
                Some(Line { cut, ..piece })
            }
            (Some((end, next)), _) => {
                let too_long = std::mem::take(&mut self.skipping) || end + 2 > most;
                Some(self.piece(part, (end, next), input, too_long, out))
            }
            (None, Overlong::Closes) if input.len() > most => {
                let all = input.len();
                Some(self.piece(part, (most, all), input, true, out))
            }
            // What fits will be the line; the rest is dropped as it comes.
            (None, Overlong::Cut) if input.len() > most => {
                out.took(part, input.len() - most);
                *input = &input[..most];
                None
            }
            (None, _) if input.len() > most => {
                // Nothing of it will be obeyed; what has come is dropped so that memory stays flat. A CR at the end
                // may be the first half of the line's end.
                let dropped = input.len() - usize::from(input.last() == Some(&b'\r'));
                out.took(part, dropped);
                *input = &input[dropped..];
                self.skipping = true;
                None
            }
            (None, _) => None,
        }
    }

    /// Takes `next` octets of the input, of which the first `end` are the line.
    fn piece<'i>(
        &self,
        part: Part,
        (end, next): (usize, usize),
        input: &mut &'i [u8],
        too_long: bool,
        out: &mut Outbox,
    ) -> Line<'i> {
        out.took(part, next);
        let whole = &input[..end];
        *input = &input[next..];
        let nul = || whole.iter().position(|octet| *octet == 0);
        let cuts = self.settings.profile.behaviours.nul_in_line == NulInLine::EndsLine;
        let octets = if cuts { &whole[..nul().unwrap_or(end)] } else { whole };
        Line { octets, whole, too_long, cut: false }
    }

    /// The longest line any verb may have in the present state, CRLF included, where so many octets wait.
    fn longest_line(&self, waiting: usize) -> usize {
        let limits = &self.settings.profile.limits;
        if matches!(self.state, State::Sasl(..)) {
            return limits.sasl_line;
        }
        // What is within the limit of every verb needs no search for the longest.
        if waiting <= limits.command_line {
            return limits.command_line;
        }
        Verb::ALL.iter().map(|verb| self.line_limit(*verb)).max().unwrap_or(limits.command_line)
    }

    /// RFC 1869 §4.1.2: the limit holds for lines without parameters; each extension adds its own.
    fn line_limit(&self, verb: Verb) -> usize {
        let more: usize = self.settings.extensions.iter().map(|extension| extension.length_increment(verb)).sum();
        self.settings.profile.limits.command_line.saturating_add(more)
    }

    /// What is made of a line.
    pub(super) fn take_line(
        &mut self,
        now: Instant,
        zone: &Zone,
        line: Line<'_>,
        waiting: bool,
        out: &mut Outbox,
    ) -> (Ruling, Verb) {
        let waiting = line.cut || waiting;
        if matches!(self.state, State::Sasl(..)) {
            return (self.take_sasl_line(now, zone, line, waiting, out), Verb::Auth);
        }
        let misreads =
            self.settings.profile.dialect.equals_for_space && self.state.hello().is_some_and(|hello| hello.extended);
        let misread = misreads.then(|| equals_for_space(line.octets)).flatten();
        let line = Line { octets: misread.as_deref().unwrap_or(line.octets), ..line };
        let parsed = parse_command(line.octets, &self.settings.profile.dialect, &mut out.marks);
        let length = line.octets.len() + 2;
        let most = self.settings.profile.limits.command_line;
        let too_long = line.too_long || length > most && length > self.line_limit(parsed.verb);
        let word = first_word(line.octets);
        let first = self.tally.is_first();
        let wrong = |cx: &Context<'_>| {
            parsed.command.as_ref().err().map(|error| (syntax(cx, parsed.verb, error, line.octets), *error))
        };
        let mut verb = parsed.verb;
        let ruling = self.decide(now, zone, out, &mut |cx, state| {
            let wrong = wrong(cx);
            // A verb that the server does not know has no place.
            if wrong.as_ref().is_some_and(|(ruling, _)| ruling.reason == state::UNKNOWN.reason) {
                verb = Verb::Unknown;
            }
            if let Some(ruling) = before_all(cx, &state, parsed.verb, line, too_long, waiting, first) {
                return (state, ruling);
            }
            let offered = cx.channel.seen.ehlo;
            cx.channel.seen.data |= verb == Verb::Data && parsed.command.is_ok() || verb == Verb::Bdat && offered;
            let state = match between_chunks(cx, state, verb) {
                Ok(state) => state,
                Err(ended) => return *ended,
            };
            if let Some(ruling) = of_verb(cx, &state, verb, word) {
                return (state, ruling);
            }
            if verb == Verb::Mail && matches!(state, State::Ready(_)) {
                let facts = Facts { hello: state.hello(), transaction: None, forward_path: None, size: None };
                if let Some(ruling) = cx.consult(Stage::MailUnread, &facts) {
                    return (state, ruling);
                }
            }
            match (&parsed.command, wrong) {
                (Ok(command), _) => match topic(cx, command) {
                    Some(ruling) => (state, ruling),
                    None => after_group(cx, state, command, waiting),
                },
                // AUTH and a space: the name of the mechanism is there, and empty.
                (_, Some((_, error))) if verb == Verb::Auth && error.found.is_none() && error.at > word.len() => {
                    state.handle(cx, &Command::Auth { mechanism: b"", initial: None })
                }
                (_, wrong) => {
                    let (of_form, kind) = wrong.map_or_else(
                        || (cx.rule(&state::UNKNOWN, &[]), SyntaxKind::UnknownCommand),
                        |(ruling, error)| (ruling, error.kind),
                    );
                    let of_place = out_of_place(cx, &state, verb, kind);
                    (state, of_place.unwrap_or(of_form))
                }
            }
        });
        let ended = (ruling.then == Then::Continue).then(|| self.tally.command(verb, &self.settings.profile)).flatten();
        (ended.unwrap_or(ruling), verb)
    }

    fn take_sasl_line(&mut self, now: Instant, zone: &Zone, line: Line<'_>, waiting: bool, out: &mut Outbox) -> Ruling {
        self.decide(now, zone, out, &mut |cx, state| {
            let behaviours = &cx.settings.profile.behaviours;
            if waiting && behaviours.waiting_input == WaitingInput::Closes {
                return (state, cx.rule_then(&NOT_OFFERED, &[], Then::Close));
            }
            match (line.too_long && behaviours.overlong_response != Overlong::Split, state) {
                (false, State::Sasl(hello, exchange)) => match cx.extension_for(Verb::Auth) {
                    Some(extension) => extension.respond(cx, hello, *exchange, line.octets),
                    None => (State::Ready(hello), cx.rule(&state::NOT_IMPLEMENTED, &[])),
                },
                (_, state) if behaviours.overlong_response == Overlong::Closes => {
                    (state, cx.rule_then(&LINE_TOO_LONG, &[], Then::Close))
                }
                (_, state) => (state.without_transaction(), cx.rule(&SASL_LINE_TOO_LONG, &[])),
            }
        })
    }
}

/// What is said to a line whatever it says.
fn before_all(
    cx: &Context<'_>,
    state: &State,
    verb: Verb,
    line: Line<'_>,
    too_long: bool,
    waiting: bool,
    first: bool,
) -> Option<Ruling> {
    let behaviours = &cx.settings.profile.behaviours;
    if too_long && behaviours.overlong_line != Overlong::Cut {
        return match behaviours.overlong_line {
            Overlong::Closes => Some(cx.rule_then(&LINE_TOO_LONG, &[], Then::Close)),
            // Pieces of a line are lines to this server, and no verb is so long.
            Overlong::Split => Some(cx.rule(&state::UNKNOWN, &[])),
            Overlong::Refused => Some(cx.rule(&LINE_TOO_LONG, &[])),
            Overlong::Cut => None,
        };
    }
    if behaviours.nul_in_line == NulInLine::LineRefused && line.octets.contains(&0) {
        return Some(cx.rule(&NUL, &[]));
    }
    let bad = match behaviours.bad_utf8 {
        BadUtf8::AsGrammar => false,
        BadUtf8::LineRefused => std::str::from_utf8(line.whole).is_err(),
        BadUtf8::PartRefused => std::str::from_utf8(line.octets).is_err(),
    };
    if bad {
        return Some(cx.rule(&BAD_UTF8, &[]));
    }
    if is_other_protocol(behaviours.other_protocols, verb, first_word(line.octets), first) {
        return Some(cx.rule_then(&OTHER_PROTOCOL, &[], Then::Close));
    }
    let closes = match behaviours.waiting_input {
        WaitingInput::Closes if waiting => Some(&NOT_OFFERED),
        WaitingInput::ClosesOutOfTurn if waiting => {
            let extended = state.hello().is_some_and(|hello| hello.extended);
            (!extended || ends_group(verb)).then_some(&OUT_OF_TURN)
        }
        // Inside TLS it does not see what waits.
        WaitingInput::ClosesAfterHelo if waiting && cx.channel.seen.data && !cx.channel.tls => {
            let own = matches!(verb, Verb::Expn | Verb::Etrn | Verb::StartTls | Verb::Unknown);
            (own || ends_group(verb)).then_some(&OUT_OF_TURN)
        }
        _ => None,
    };
    closes.map(|verdict| cx.rule_then(verdict, &[], Then::Close))
}

/// RFC 2920 §3.1: EHLO, DATA, VRFY, EXPN, TURN, QUIT and NOOP can only be the last of a group; STARTTLS (RFC 3207 §4)
/// ends one as well, but servers that check drop what is behind it.
const fn ends_group(verb: Verb) -> bool {
    matches!(verb, Verb::Ehlo | Verb::Helo | Verb::Data | Verb::Vrfy | Verb::Noop)
}

fn is_other_protocol(behaviour: OtherProtocols, verb: Verb, word: &[u8], first: bool) -> bool {
    let is_http = ["GET", "POST", "CONNECT"].iter().any(|http| word.eq_ignore_ascii_case(http.as_bytes()));
    match behaviour {
        OtherProtocols::Unknown => false,
        OtherProtocols::HttpFirstCloses => first && (is_http || word.eq_ignore_ascii_case(b"USER")),
        OtherProtocols::OddWordsClose => {
            let is_field = word.iter().skip(1).any(|octet| *octet == b':');
            let is_odd = word.first().is_some_and(|octet| !octet.is_ascii_alphabetic());
            verb == Verb::Unknown && (is_http || is_field || is_odd)
        }
    }
}

/// Between the chunks of a message, for servers that take nothing else there: the message is spoiled.
fn between_chunks(cx: &Context<'_>, state: State, verb: Verb) -> Result<State, Box<(State, Ruling)>> {
    match state {
        State::Chunks(message)
            if cx.settings.profile.behaviours.between_chunks == BetweenChunks::OnlyChunks
                && (message.spoiled && verb == Verb::Noop
                    || !matches!(verb, Verb::Bdat | Verb::Rset | Verb::Noop | Verb::Quit)) =>
        {
            let spoiled = State::Chunks(Box::new(Chunked { spoiled: true, ..*message }));
            Err(Box::new((spoiled, cx.rule(&ONLY_CHUNKS, &[]))))
        }
        state => Ok(state),
    }
}

/// What is said to a verb whatever its argument: this server does not have it, or not now.
fn of_verb(cx: &Context<'_>, state: &State, verb: Verb, word: &[u8]) -> Option<Ruling> {
    let profile = &cx.settings.profile;
    if let Some(known) = profile.verbs.of(word) {
        return Some(match known {
            Known::Unknown => cx.rule(&state::UNKNOWN, &[]),
            Known::NotImplemented => cx.rule(&state::NOT_IMPLEMENTED, &[]),
            Known::ForTrusted => cx.rule(&NOT_FOR_YOU, &[]),
            // RFC 1985 §5: not while a mail transaction is under way, allowed or not.
            Known::Forbidden if verb == Verb::Etrn && in_transaction(cx, state) => cx.rule(&state::OUT_OF_ORDER, &[]),
            Known::Forbidden => cx.rule(&FORBIDDEN, &[]),
            Known::Ignored => cx.rule(&IGNORED, &[]),
        });
    }
    if cx.channel.skipping_chunks && matches!(verb, Verb::Mail | Verb::Rcpt | Verb::Data) {
        return Some(cx.rule(&state::OUT_OF_ORDER, &[]));
    }
    let about_mail = !matches!(verb, Verb::Ehlo | Verb::Helo | Verb::Noop | Verb::Rset | Verb::Quit | Verb::Unknown);
    if matches!(state, State::Turned) && profile.behaviours.turned_away == TurnedAway::NoMail && about_mail {
        return Some(cx.rule(&NO_MAIL_HERE, &[]));
    }
    state::gated(cx, verb, state)
}

/// Is a transaction under way, where that is looked at before ETRN is forbidden?
fn in_transaction(cx: &Context<'_>, state: &State) -> bool {
    let refused = cx.settings.profile.behaviours.etrn_in_transaction == EtrnInTransaction::Refused;
    refused && matches!(state, State::Mail(..) | State::Rcpt(..))
}

/// The place of a command whose form is wrong, for servers that look at the place first.
fn out_of_place(cx: &Context<'_>, state: &State, verb: Verb, kind: SyntaxKind) -> Option<Ruling> {
    match (cx.settings.profile.behaviours.checks, kind) {
        (Checks::PlaceOfTlsToo, _) if verb == Verb::StartTls => {
            cx.extension_for(verb)?.out_of_place(cx, state).map(|verdict| cx.rule(verdict, &[]))
        }
        (Checks::FormFirst, _) | (Checks::PlaceThenForm | Checks::PlaceOfTlsToo, SyntaxKind::ArgumentNotAllowed) => {
            None
        }
        _ => {
            let looked_at = verb != Verb::StartTls;
            let of_extension = || cx.extension_for(verb).filter(|_| looked_at)?.out_of_place(cx, state);
            state.refuses(cx, verb).or_else(of_extension).map(|verdict| cx.rule(verdict, &[]))
        }
    }
}

/// HELP with a topic, where not every topic will do.
fn topic(cx: &Context<'_>, command: &Command<'_>) -> Option<Ruling> {
    let Command::Help(Some(topic)) = command else { return None };
    match cx.settings.profile.behaviours.help_topics {
        HelpTopics::Any => None,
        HelpTopics::Known => {
            let word = first_word(topic);
            let own = cx.settings.profile.verbs.of(word);
            let is_known = Verb::from_word(word) != Verb::Unknown && own != Some(Known::Unknown);
            (!is_known).then(|| cx.rule(&NO_SUCH_TOPIC, &[]))
        }
        HelpTopics::Refused => Some(cx.rule(&NO_ARGUMENT, &[])),
    }
}

/// Handles a command; where more input waits behind one that had to be the last of its group, the server may not
/// go on with it.
fn after_group(cx: &mut Context<'_>, state: State, command: &Command<'_>, waiting: bool) -> (State, Ruling) {
    let behaviour = cx.settings.profile.behaviours.waiting_input;
    let after_helo = state.hello().is_some_and(|hello| !hello.extended);
    let (state, ruling) = state.handle(cx, command);
    let accepted = waiting && ruling.reply.code.as_u16() < 400;
    match (behaviour, command) {
        (WaitingInput::ClosesAfterHelo, Command::Mail { .. } | Command::Rcpt { .. }) if accepted && after_helo => {
            (state, cx.rule_then(&OUT_OF_TURN, &[], Then::Close))
        }
        (WaitingInput::DataWaits, Command::Data) if accepted => (state, cx.rule_then(&OUT_OF_TURN, &[], Then::Close)),
        (WaitingInput::DataWaits, Command::Ehlo(_) | Command::Helo(_)) if accepted => {
            (State::Turned, cx.rule(&OUT_OF_TURN, &[]))
        }
        _ => (state, ruling),
    }
}

/// Puts an equals sign for the space before the last word of RCPT, where that word has none: the server looks for a
/// parameter there, and leaves its mark.
fn equals_for_space(line: &[u8]) -> Option<Vec<u8>> {
    let is_rcpt = line.get(..8).is_some_and(|word| word.eq_ignore_ascii_case(b"RCPT TO:"));
    let end = line.trim_ascii_end().len();
    let start = line.iter().skip(8).position(|octet| !octet.is_ascii_whitespace()).map_or(end, |at| at + 8);
    let mut at = end;
    while is_rcpt && at > start + 1 {
        at -= 1;
        match line[at] {
            b'=' => return None,
            b'"' => at = start + line[start..at].iter().rposition(|octet| *octet == b'"')?,
            octet if octet.is_ascii_whitespace() => {
                let mut marked = line.to_vec();
                marked[at] = b'=';
                return Some(marked);
            }
            _ => {}
        }
    }
    None
}

pub(super) fn first_word(line: &[u8]) -> &[u8] {
    let line = line.trim_ascii_start();
    line.split(|octet| matches!(octet, b' ' | b'\t')).next().unwrap_or_default()
}
