//! Helpers of this module's tests: a rule's known answer and its inverse in one call.

use super::{Command, Dialect, Expected, Parsed, Spans, parse_command};

/// The marks on a line as pairs of element id and text.
pub(super) fn marks<'l>(octets: &'l [u8], spans: &Spans) -> Vec<(&'static str, &'l str)> {
    let text = |range| str::from_utf8(&octets[range]).expect("tests mark text");
    spans.as_slice().iter().map(|span| (span.element.id(), text(span.range()))).collect()
}

/// `line` is read, marked as wanted, and what was read gives `line` when it is written.
#[track_caller]
pub(super) fn known<'l>(line: &'l str, wanted: &[(&str, &str)]) -> Command<'l> {
    let command = read(line, &Dialect::STRICT);
    let mut spans = Spans::new();
    parse_command(line.as_bytes(), &Dialect::STRICT, &mut spans);
    assert_eq!(marks(line.as_bytes(), &spans), wanted);
    let mut written = Vec::new();
    command.encode(&mut written);
    assert_eq!(String::from_utf8_lossy(&written), format!("{line}\r\n"));
    command
}

/// `line` is read in this dialect.
#[track_caller]
pub(super) fn read<'l>(line: &'l str, dialect: &Dialect) -> Command<'l> {
    match parse_command(line.as_bytes(), dialect, &mut Spans::new()).command {
        Ok(command) => command,
        Err(error) => panic!("{line:?}: {error}"),
    }
}

/// `line` is wrong at this octet, where this could have stood.
#[track_caller]
pub(super) fn wrong(line: &str, at: usize, expected: Expected) {
    wrong_in(&Dialect::STRICT, line, at, expected);
}

/// As [`wrong`], in this dialect.
#[track_caller]
pub(super) fn wrong_in(dialect: &Dialect, line: &str, at: usize, expected: Expected) {
    let Parsed { command, .. } = parse_command(line.as_bytes(), dialect, &mut Spans::new());
    let error = command.expect_err(line);
    assert_eq!((error.at, error.expected), (at, expected), "{line:?}");
    let read = if dialect.no_trailing_space { line } else { line.trim_end_matches([' ', '\t']) };
    assert_eq!(error.found, read.as_bytes().get(at).copied(), "{line:?}");
}
