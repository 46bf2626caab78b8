//! What is said of a command line that the grammar refuses.

use super::behaviours::{AddressFault, BadChunk, Junk, PathFault, TwoWords};
use super::line::{
    BAD_ARGUMENT, BAD_CHUNK, BAD_CLIENT_NAME, BAD_DOMAIN, BAD_FORM, BAD_FORWARD_PATH, BAD_MAILBOX, BAD_PARAMETER,
    BAD_REVERSE_PATH, CONTROL_IN_RECIPIENT, CONTROL_IN_SENDER, EXTRA_WORD, LINE_TOO_LONG, NO_ARGUMENT, NO_CLIENT_NAME,
    NO_MECHANISM, NO_NODE, NO_PATH, STARTTLS_ARGUMENT, first_word,
};
use super::ruling::{Ruling, Then, Verdict};
use super::{Context, state};
use crate::smtp::{AuthWords, Expected, SyntaxError, SyntaxKind, Verb};

/// The path of this verb.
const fn of_path(verb: Verb) -> &'static Verdict {
    if matches!(verb, Verb::Mail) { &BAD_REVERSE_PATH } else { &BAD_FORWARD_PATH }
}

/// What is said of a path that is none.
pub(super) fn path_fault(cx: &Context<'_>, verb: Verb, error: &SyntaxError, line: &[u8]) -> &'static Verdict {
    if cx.settings.profile.behaviours.path_fault == PathFault::OneReply {
        return of_path(verb);
    }
    let parts = |mark: u8| line.split(|octet| *octet == mark).count();
    match (error.expected, error.found) {
        (_, Some(octet)) if octet.is_ascii_control() && verb == Verb::Mail => &CONTROL_IN_SENDER,
        (_, Some(octet)) if octet.is_ascii_control() => &CONTROL_IN_RECIPIENT,
        // Brackets are counted before anything else.
        _ if parts(b'<') != parts(b'>') => of_path(verb),
        (_, Some(b'@' | b',')) | (Expected::Domain, Some(b'>') | None) | (Expected::RouteColon, _) => &BAD_MAILBOX,
        (Expected::Domain, _) => &BAD_DOMAIN,
        _ => of_path(verb),
    }
}

/// The ruling on a line that the grammar refuses.
pub(super) fn syntax(cx: &Context<'_>, verb: Verb, error: &SyntaxError, line: &[u8]) -> Ruling {
    let problem = error.to_string();
    let behaviours = &cx.settings.profile.behaviours;
    let with_path = matches!(verb, Verb::Mail | Verb::Rcpt);
    let verdict = match (error.kind, verb) {
        (SyntaxKind::UnknownCommand, _) => &state::UNKNOWN,
        (SyntaxKind::ArgumentNotAllowed, Verb::StartTls) => &STARTTLS_ARGUMENT,
        (SyntaxKind::ArgumentNotAllowed, _) => &NO_ARGUMENT,
        (SyntaxKind::BadPath, _) => path_fault(cx, verb, error, line),
        (SyntaxKind::BadArgument, Verb::Ehlo | Verb::Helo) if first_word(line).len() >= line.len() => &NO_CLIENT_NAME,
        (SyntaxKind::BadArgument, Verb::Ehlo | Verb::Helo) => &BAD_CLIENT_NAME,
        (SyntaxKind::BadArgument, Verb::Auth) if error.expected == Expected::EndOfLine => &EXTRA_WORD,
        (SyntaxKind::BadArgument, Verb::Auth)
            if cx.settings.profile.dialect.auth_words == AuthWords::NameThenRest && error.found.is_some() =>
        {
            &BAD_ARGUMENT
        }
        (SyntaxKind::BadArgument, Verb::Auth) => &NO_MECHANISM,
        (SyntaxKind::BadArgument, Verb::Bdat) if cx.extension_for(verb).is_some() => {
            let closes = behaviours.bad_chunk == BadChunk::Closes;
            let then = if closes { Then::Close } else { Then::Continue };
            return cx.rule_then(&BAD_CHUNK, &[("problem", &problem)], then);
        }
        (SyntaxKind::BadArgument, Verb::Etrn) => &NO_NODE,
        (SyntaxKind::BadArgument, _)
            if with_path && error.at == line.trim_ascii_end().len() && line.contains(&b':') =>
        {
            match behaviours.missing_path {
                AddressFault::SaysWhat => &NO_PATH,
                AddressFault::AsBadPath => of_path(verb),
            }
        }
        (SyntaxKind::BadArgument, _) if with_path => match behaviours.verb_of_two_words {
            TwoWords::Argument => &BAD_FORM,
            TwoWords::OneVerb => &state::UNKNOWN,
        },
        (SyntaxKind::BadParameter, verb)
            if behaviours.junk_after_path == Junk::Path && error.expected == Expected::Space =>
        {
            of_path(verb)
        }
        (SyntaxKind::BadParameter, _) => &BAD_PARAMETER,
        (SyntaxKind::BadArgument | SyntaxKind::BadReply, _) => &BAD_ARGUMENT,
        (SyntaxKind::LineTooLong, _) => &LINE_TOO_LONG,
    };
    cx.rule(verdict, &[("problem", &problem)])
}
