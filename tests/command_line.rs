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
    let said = prints(&["explain", "5.7.1"], b"");
    assert!(said.starts_with("5.7.1\n  5: ") && said.contains("[server.relay.denied]"), "{said}");
    assert!(said.contains("RFC 3463 §3") && !said.contains("[server.mailbox.unknown]"), "{said}");
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
    for text in ["hello", "999", "5.7", "6.7.1", "0550", ""] {
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

/// Errors as they were recorded, and the symptom that is told first.
#[rustfmt::skip]
const ERRORS: &[(&str, &str)] = &[
    ("Failed to connect to mx.example.net:25 [SMTP: Failed to connect socket: Connection timed out (code: -1, response: )]", "connect-timed-out"),
    ("curl: (28) Failed to connect to mx.example.net port 25 after 134057 ms: Couldn't connect to server", "connect-timed-out"),
    ("ソケット エラー: 10060, エラー番号: 0x800CCC0E", "connect-timed-out"),
    ("OSError: [Errno 113] No route to host", "no-route"),
    ("ConnectionRefusedError: [Errno 111] Connection refused", "connect-refused"),
    ("ssl.SSLError: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)", "wrong-version-number"),
    ("msmtp: TLS certificate verification failed: The certificate is NOT trusted. The certificate issuer is unknown.", "certificate"),
    ("ERR Invalid login: 535 5.7.8 Authentication credentials invalid", "auth-invalid"),
    ("*** Host did not advertise STARTTLS", "starttls-not-offered"),
    ("<** 530 5.7.0 Must issue a STARTTLS command first", "starttls-first"),
    ("Can't send mail - all recipients were rejected: 550 5.1.1 no such user here", "unknown-user"),
    ("** a@example.net R=dnslookup T=remote_smtp H=mx.example.net [203.0.113.25]: SMTP error from remote mail server after end of data: 552 5.3.4 message size exceeds fixed limit", "too-big"),
    ("to=<a@example.net>, relay=mx.example.net[203.0.113.25]:25, delay=0.1, dsn=4.4.2, status=deferred (lost connection with mx.example.net[203.0.113.25] while sending RCPT TO)", "connection-lost"),
    ("SMTP session failed: 421 4.3.2 mx.example.net service not available, closing transmission channel", "service-unavailable"),
    ("554 5.7.1 <user@example.net>: Relay access denied", "relay-denied"),
];

#[test]
fn an_error_is_diagnosed_with_causes_and_commands_that_run() {
    for (error, symptom) in ERRORS {
        let said = prints(&["diagnose", error], b"");
        let first = said.lines().next().unwrap_or_default();
        assert!(first.ends_with(&format!("[{symptom}]")), "{error}: {said}");
        assert!(said.contains("  seen in line 1") && said.contains("Tell it by: "), "{said}");
        assert!(said.contains("\n  1. ") && said.contains("     Do: "), "{said}");
        let command =
            said.lines().find_map(|line| line.trim().strip_prefix("See it: smtp-explainer ")).expect("a command");
        let arguments: Vec<&str> = command.split(' ').collect();
        assert!(prints(&arguments, b"").contains("The sender knew after"), "{command}");
        // The words of one error are the same however they are handed over.
        let words: Vec<&str> =
            ["diagnose"].into_iter().chain(error.split(' ').filter(|word| !word.starts_with('-'))).collect();
        assert!(prints(&words, b"").lines().next() == Some(first), "{error}");
    }
    assert!(said_width(&prints(&["diagnose", "550"], b"")) <= 100);
}

fn said_width(said: &str) -> usize {
    said.lines().map(|line| line.chars().count()).max().unwrap_or(0)
}

#[test]
fn a_log_is_diagnosed_from_a_file_or_the_standard_input() {
    let log = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/import/logs/tshark.log");
    let said = prints(&["diagnose", log], b"");
    assert!(said.starts_with("Greylisted: come back later [greylisted]\n"), "{said}");
    assert!(said.contains("in answer to RCPT: 451 4.7.1 Greylisted"), "{said}");
    assert_eq!(prints(&["diagnose", "-"], &std::fs::read(log).expect("the log")), said);
    let json: serde_json::Value =
        serde_json::from_str(&prints(&["diagnose", log, "--format", "json"], b"")).expect("JSON");
    assert_eq!(json["type"], "smtp-explainer/diagnosis");
    assert_eq!((json["read_as"].as_str(), json["symptoms"][0]["id"].as_str()), (Some("tshark"), Some("greylisted")));
    assert_eq!(json["refusals"][0]["asked"], "RCPT");
    let run = json["symptoms"][0]["causes"][0]["run"].as_str().expect("a command");
    assert_eq!(run, "smtp-explainer run greylisted");
}

#[test]
fn what_cannot_be_diagnosed_is_told_with_what_would_help() {
    for words in [&["diagnose", "hello"][..], &["diagnose", "all", "is", "well"], &["diagnose", "250 ok"]] {
        let output = run(words, b"");
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.starts_with("Nothing known was found.\nLooked through 1 line "), "{said}");
        assert!(said.contains("Give the program's last words"), "{said}");
        assert_eq!(words.len() == 2, said.contains("no such file"), "{said}");
    }
    let output = run(&["diagnose", "hello", "--format", "json"], b"");
    assert_eq!(output.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["symptoms"], serde_json::json!([]));
    assert!(complains(&["diagnose", "-"], b" \n").contains("nothing in it"));
    assert!(complains(&["diagnose", "-"], &vec![b'x'; 10 << 20]).contains("longer than"));
    complains(&["diagnose"], b"");
    complains(&["diagnose", "550", "--format", "xml"], b"");
}

/// Nothing but a server's reply is repeated, and that without secrets and without what a terminal would act on.
#[test]
fn a_diagnosis_repeats_no_secret() {
    let log = "~> AUTH PLAIN AGFsaWNlAGNvcnJlY3QtaG9yc2U=\n<~* 535 5.7.8 not AGFsaWNlAGNvcnJlY3QtaG9yc2U= \u{1b}[2J\n\
               --auth-password correct-horse\nY29ycmVjdC1ob3JzZQ== Connection timed out\n";
    for format in ["text", "json"] {
        let said = prints(&["diagnose", "-", "--format", format], log.as_bytes());
        assert!(said.contains("535 5.7.8 not [redacted]"), "{said}");
        assert!(!said.contains("AGFsaWNl") && !said.contains("correct-horse") && !said.contains("Y29ycmVj"), "{said}");
        assert!(!said.contains('\u{1b}') && said.contains("x1b[2J"), "{said}");
    }
}
