//! The command line as its users meet it: what it prints, what it says when it cannot, and its exit code.
#![cfg(feature = "cli")]

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

/// Runs the program with these arguments and this on its standard input.
fn run(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_smtp-explainer"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A program that has seen enough reads no further.
    let _ = child.stdin.take().expect("a pipe").write_all(input);
    child.wait_with_output().expect("it ends")
}

/// What it prints where all is well.
#[track_caller]
fn prints(arguments: &[&str], input: &[u8]) -> String {
    let output = run(arguments, input);
    let (printed, problem) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {problem}");
    assert_eq!(problem, "", "{arguments:?}");
    printed.into_owned()
}

/// What it says where it cannot do what it was asked; then nothing is printed.
#[track_caller]
fn complains(arguments: &[&str], input: &[u8]) -> String {
    let output = run(arguments, input);
    let (printed, problem) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!((output.status.code(), &*printed), (Some(2), ""), "{arguments:?}: {problem}");
    problem.into_owned()
}

#[test]
fn a_reply_is_explained_with_its_reasons_and_clauses() {
    for text in ["550 5.7.1 Relaying denied", "said: 550 5.7.1 Relaying denied (in reply to RCPT TO command)"] {
        let said = prints(&["explain", text], b"");
        assert!(said.starts_with("550 5.7.1 Relaying denied\n"), "{said}");
        assert!(said.contains("[server.relay.denied]") && said.contains("RFC 5321 §4.2"), "{said}");
        assert!(!said.contains("[server.mailbox.unknown]"), "5.7 is not about a mailbox: {said}");
    }
    // Without an enhanced code it may be that, too; words of one argument or of several are the same.
    assert!(prints(&["explain", "550"], b"").contains("[server.mailbox.unknown]"));
    assert_eq!(prints(&["explain", "550", "5.7.1", "x"], b""), prints(&["explain", "550 5.7.1 x"], b""));
    assert!(prints(&["explain", "550 \u{1b}[31m"], b"").starts_with("550 \\x1b[31m\n"));
}

#[test]
fn a_clause_is_explained_however_it_is_cited() {
    let said = prints(&["explain", "rfc5321#4.1.1.4"], b"");
    assert!(said.starts_with("RFC 5321 §4.1.1.4: ") && said.contains("also RFC 821 §4.1.1"), "{said}");
    assert!(said.contains("https://www.rfc-editor.org/rfc/rfc5321#section-4.1.1.4"), "{said}");
    for other in ["RFC 5321 4.1.1.4", "RFC5321 §4.1.1.4", "5321#4.1.1.4", "rfc 5321, section 4.1.1.4"] {
        assert_eq!(prints(&["explain", other], b""), said, "{other}");
    }
    assert!(prints(&["explain", "practice:op25b"], b"").contains("port 25"));
}

#[test]
fn what_cannot_be_explained_is_told_with_what_can() {
    for text in ["hello", "999", "5.7.1", "0550", ""] {
        let said = complains(&["explain", text], b"");
        assert!(said.contains("550 5.7.1") && said.contains("rfc5321#4.1.1.4"), "{text}: {said}");
    }
    let said = complains(&["explain", "rfc5321#9.9.9"], b"");
    assert!(said.contains(" 4.1.1.1, ") && said.contains(" 2.3.4, "), "{said}");
    let said = complains(&["explain", "rfc9999#1"], b"");
    assert!(said.contains(" rfc821, ") && said.contains(" rfc5321, "), "{said}");
    complains(&["explain"], b"");
}

#[test]
fn a_log_is_imported_from_a_file_or_the_standard_input() {
    let log = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/import/logs/postfix-debug-smtpd.log");
    let said = prints(&["import", log], b"");
    assert!(said.starts_with("The log looks like postfix-debug; server: postfix; "), "{said}");
    assert!(said.contains("3 secrets veiled") && said.contains("[redacted]"), "{said}");
    assert!(!said.contains("Y29ycmVjdC1ob3JzZQ"), "{said}");
    let octets = std::fs::read(log).expect("the log");
    assert_eq!(prints(&["import", "-"], &octets), said);
    let json: serde_json::Value =
        serde_json::from_str(&prints(&["import", log, "--format", "json"], b"")).expect("JSON");
    assert_eq!((json["format"].as_str(), json["guessed"].as_bool()), (Some("postfix-debug"), Some(true)));
    assert!(json["events"].as_array().is_some_and(|events| events.len() > 10));
}

#[test]
fn a_log_that_cannot_be_imported_is_told_why() {
    assert!(complains(&["import", "no such file"], b"").contains("no such file"));
    assert!(complains(&["import", "-"], b"\n").contains("nothing in it"));
    assert!(complains(&["import", "-", "--as", "swaks"], b"hello\n").contains("swaks"));
    assert!(complains(&["import", "-", "--as", "syslog"], b"hello\n").contains("postfix-log, exim-debug"));
    assert!(complains(&["import", "-"], &vec![b'x'; 10 << 20]).contains("longer than"));
}
