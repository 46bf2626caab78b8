//! What a server counts on one connection, and what it does when it has counted enough: say so, close, slow down.
//!
//! The numbers are [`Limits`](super::Limits); which refusals count is a behaviour.

use super::behaviours::Errors;
use super::line::BAD_MAILBOX;
use super::ruling::{Ruling, Then, Verdict};
use super::state::{NO_HELLO, NO_MAIL, UNKNOWN};
use super::{NO_ARGUMENT, TOO_MANY_ERRORS};
use crate::session::profile::Profile;
use crate::smtp::{ReplyCode, Verb};
use crate::time::Duration;

/// RFC 5321 §4.1.4 lets these come at any time; a server may set its limit to how often they come without mail.
pub(super) const TOO_MANY_WITHOUT_MAIL: Verdict = Verdict::new(
    "server.limit.without-mail",
    ReplyCode::TRANSACTION_FAILED,
    (5, 7, 0),
    "Too many commands without mail",
);

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] = &[&TOO_MANY_WITHOUT_MAIL];

/// The longest a server holds a reply back.
const LONGEST: Duration = Duration::from_secs(240);

/// The counts of one connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Refusals, as the behaviour counts them.
    errors: u32,
    /// Unknown commands among them.
    unknown: u32,
    /// Commands that bring no mail closer, since the last message.
    idle_commands: u32,
    /// Verbs that have had their first, free use since the last message.
    used_once: Vec<Verb>,
    /// The last verb, and was it MAIL refused, or RCPT behind one?
    last: Option<(Verb, bool)>,
    /// How often each throttled verb came.
    throttled: Vec<(Verb, u32)>,
}

impl Tally {
    /// A command has come. The ruling that ends the connection, where it is one too many.
    pub(super) fn command(&mut self, verb: Verb, profile: &Profile) -> Option<Ruling> {
        let limits = &profile.limits;
        if let Some(most) = limits.without_mail
            && counts_without_mail(verb)
        {
            // Greeting, RSET and AUTH belong to a message once each.
            let belongs = matches!(verb, Verb::Ehlo | Verb::Helo | Verb::Rset | Verb::StartTls | Verb::Auth);
            let kind = if verb == Verb::Helo { Verb::Ehlo } else { verb };
            if belongs && !self.used_once.contains(&kind) {
                self.used_once.push(kind);
            } else {
                self.idle_commands = self.idle_commands.saturating_add(1);
                if self.idle_commands > most {
                    return Some(Ruling::new(&TOO_MANY_WITHOUT_MAIL, profile, &[], Then::Close));
                }
            }
        }
        if let Some(most) = limits.junk
            && matches!(verb, Verb::Ehlo | Verb::Helo | Verb::Rset | Verb::Noop | Verb::Vrfy | Verb::Etrn)
        {
            self.idle_commands = self.idle_commands.saturating_add(1);
            if self.idle_commands > most.saturating_add(1) {
                self.errors = self.errors.saturating_add(1);
            }
        }
        None
    }

    /// How long a reply to this verb is held back for what came before.
    pub(super) fn delay(&mut self, verb: Verb, refused: bool, bad_recipients: u32, profile: &Profile) -> Duration {
        let limits = &profile.limits;
        let mut delay = Duration::ZERO;
        if limits.slow_after_errors.is_some_and(|free| self.errors >= free) {
            delay = Duration::from_secs(1);
        }
        if verb == Verb::Rcpt && limits.slow_after_bad_recipients.is_some_and(|free| bad_recipients >= free) {
            delay = delay.plus(Duration::from_secs(1));
        }
        let free = match verb {
            Verb::Ehlo | Verb::Helo => limits.slow_after_hellos,
            Verb::Noop => limits.slow_after_noops,
            Verb::Vrfy | Verb::Expn => limits.slow_after_vrfys,
            Verb::Etrn => limits.slow_after_etrns,
            Verb::Auth => limits.slow_after_auths,
            _ => None,
        };
        free.map_or(delay, |free| delay.plus(self.throttle(verb, refused, free)))
    }

    /// One second at the first command too many, and twice as long at each further one.
    fn throttle(&mut self, verb: Verb, refused: bool, free: u32) -> Duration {
        let kind = match verb {
            Verb::Helo => Verb::Ehlo,
            Verb::Expn => Verb::Vrfy,
            other => other,
        };
        let at = self.throttled.iter().position(|(known, _)| *known == kind);
        let at = at.unwrap_or_else(|| {
            self.throttled.push((kind, 0));
            self.throttled.len() - 1
        });
        let Some((_, count)) = self.throttled.get_mut(at) else { return Duration::ZERO };
        *count = count.saturating_add(1);
        match count.checked_sub(free) {
            None => Duration::ZERO,
            // A refused name was not looked for long: a second for each full count.
            Some(_) if refused && kind == Verb::Vrfy => Duration::from_secs((*count / free.max(1)).into()),
            Some(over) => Duration::from_secs(1_u64.checked_shl(over).unwrap_or(u64::MAX).min(240)).min(LONGEST),
        }
    }

    /// Has no command been answered yet?
    pub(super) fn is_first(&self) -> bool {
        self.last.is_none()
    }

    /// A message was accepted: counting begins anew.
    pub(super) fn message(&mut self, profile: &Profile) {
        if !matches!(profile.behaviours.errors, Errors::WrongCommands | Errors::UnknownCommands) {
            self.errors = 0;
        }
        self.idle_commands = 0;
        self.used_once.clear();
    }

    /// A reply to a command is about to go out: it may be another one, or the last, or be followed by another. `pipelines`
    /// says that the client was offered PIPELINING.
    pub(super) fn reply(
        &mut self,
        verb: Verb,
        ruling: Ruling,
        host: &str,
        pipelines: bool,
        profile: &Profile,
    ) -> (Ruling, Option<Ruling>) {
        let code = ruling.reply.code.as_u16();
        // What a client had sent behind a refused command, as RFC 2920 §3.1 lets it, is not its mistake.
        let after_refusal = match (verb, self.last) {
            _ if !pipelines => false,
            (Verb::Rcpt, Some((_, refused))) => refused && ruling.reason == NO_MAIL.reason,
            (Verb::Data | Verb::Bdat, Some((last, _))) => {
                let id = ruling.reason.id();
                last == Verb::Rcpt && (id.starts_with("server.sequence.no-") || id == "server.chunk.no-recipients")
            }
            _ => false,
        };
        // A recipient that nobody could send yet is its mistake, and excuses nothing behind it.
        let astray = ruling.reason == NO_MAIL.reason && !after_refusal;
        let last = if astray { Verb::Unknown } else { verb };
        self.last = Some((last, code >= 400 && (verb == Verb::Mail || after_refusal && verb == Verb::Rcpt)));
        self.unknown = self.unknown.saturating_add(u32::from(ruling.reason == UNKNOWN.reason));
        // RFC 3207 §4.2: inside TLS the client greets and authenticates anew.
        if ruling.then == Then::StartTls {
            self.used_once.retain(|verb| !matches!(verb, Verb::Ehlo | Verb::Auth));
        }
        let counts = match profile.behaviours.errors {
            Errors::InARow | Errors::SinceLastMessage => code >= 400,
            Errors::WrongCommands => is_wrong_command(verb, &ruling) && !after_refusal,
            Errors::UnknownCommands => ruling.reason == UNKNOWN.reason,
        };
        if counts {
            self.errors = self.errors.saturating_add(1);
        } else if profile.behaviours.errors == Errors::InARow {
            self.errors = 0;
        }
        let Some(most) = profile.limits.errors.filter(|_| ruling.then == Then::Continue) else { return (ruling, None) };
        let stop = || Ruling::new(&TOO_MANY_ERRORS, profile, &[("host", host)], Then::Close);
        match profile.behaviours.errors {
            Errors::InARow | Errors::UnknownCommands if self.errors > most => (stop(), None),
            Errors::SinceLastMessage if self.errors >= most => (ruling, Some(stop())),
            Errors::WrongCommands if self.unknown > most => (stop(), None),
            Errors::WrongCommands if self.errors > most => (Ruling { then: Then::Close, ..ruling }, None),
            _ => (ruling, None),
        }
    }
}

/// RFC 5321 §3.3: MAIL, RCPT and DATA make a transaction, BDAT (RFC 3030 §2) ends one like DATA.
fn counts_without_mail(verb: Verb) -> bool {
    !matches!(verb, Verb::Mail | Verb::Rcpt | Verb::Data | Verb::Bdat | Verb::Quit | Verb::Unknown)
}

/// Is this the answer to a command that is unknown, of a wrong form or out of place, rather than unwelcome?
fn is_wrong_command(verb: Verb, ruling: &Ruling) -> bool {
    let of_form = matches!(ruling.reply.code.as_u16(), 500..=504) && verb != Verb::Vrfy;
    let id = ruling.reason.id();
    let of_exchange =
        verb == Verb::Auth && !id.starts_with("server.syntax.") && ruling.reply.code != ReplyCode::BAD_SEQUENCE;
    let of_mechanism = id == "server.auth.unknown-mechanism" || id == "server.auth.no-mechanism";
    // MAIL before a greeting, and a mailbox without its domain, are no mistakes of form.
    if verb == Verb::Mail && ruling.reason == NO_HELLO.reason || ruling.reason == BAD_MAILBOX.reason {
        return false;
    }
    ruling.reason == NO_ARGUMENT.reason || of_form && (!of_exchange || of_mechanism)
}
