//! What strangers write reaches nobody's terminal as anything but text, and no line becomes two.
//!
//! Every hostile text goes through every way in (scenario, log, recording, argument, file name, a connection) and comes
//! out of every command in text and JSON. The page's outputs are held in `tests/view`.

#![cfg(feature = "cli")]

mod fixtures;
mod headers;
mod port;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

use fixtures::{assert_harmless, hostile};

const PROGRAM: &str = env!("CARGO_BIN_EXE_smtp-explainer");

/// Runs the program; whatever it prints anywhere is harmless, and JSON stays JSON.
fn run(place: &str, arguments: &[&OsStr]) -> Output {
    let output = Command::new(PROGRAM).args(arguments).output().expect("the program runs");
    assert_harmless(&output.stdout, &format!("{place}, printed"));
    assert_harmless(&output.stderr, &format!("{place}, complained"));
    if arguments.iter().any(|word| *word == "json" || *word == "--json") && !output.stdout.is_empty() {
        let _: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{place}: {error}"));
    }
    output
}

/// A folder of this test's own, empty.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("hostile-{name}"));
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("a folder");
    path
}

fn both_formats(place: &str, command: &str, file: &Path) -> [Output; 2] {
    ["text", "json"].map(|format| {
        run(
            &format!("{place} {command} as {format}"),
            &[command.as_ref(), file.as_os_str(), "--format".as_ref(), format.as_ref()],
        )
    })
}

/// A scenario that says the text wherever a text may stand.
fn scenario(text: &str) -> Value {
    json!({
        "title": text,
        "summary": text,
        "choices": {"network": "home-static", "destination": "mx"},
        "client": {"script": [format!("EHLO {text}\r\n"), format!("{text}\r\n"), "EHLO a.example\r\n",
            format!("MAIL FROM:<{text}@example.com>\r\n"), format!("MAIL FROM:<\"{text}\"@example.com>\r\n"),
            "MAIL FROM:<alice@example.com>\r\n", format!("RCPT TO:<{text}@example.org>\r\n"),
            "RCPT TO:<bob@example.org>\r\n", "DATA\r\n", format!("Subject: {text}\r\n\r\n{text}\r\n.\r\n"), "QUIT\r\n"]},
        "message": {"body": text},
        "next": text,
        "x": {"anything": text},
        "changes": {
            "names": [{"name": "example.com", "has": {"txt": [format!("v=spf1 -all {text}"), text]}}],
            "servers": [{"host": "mx.example.org", "rules": {"spf": "note"},
                "faults": [{"at": "quit", "does": {"reply": {"code": 550, "text": text}}}]}]
        }
    })
}

#[test]
fn a_scenario_s_texts_stay_texts() {
    let folder = folder("scenario");
    let file = folder.join("scenario.json");
    for text in hostile() {
        fs::write(&file, scenario(&text).to_string()).expect("a file");
        for output in both_formats(&format!("{text:?}"), "run", &file) {
            assert_eq!(output.status.code(), Some(0), "{text:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }
}

/// What may not stand in a field is refused, and the complaint quotes it harmlessly.
#[test]
fn a_scenario_that_is_refused_is_quoted_harmlessly() {
    let folder = folder("refused");
    let file = folder.join("scenario.json");
    for text in hostile() {
        for scenario in [
            json!({"title": "x", &text: 1}),
            json!({"title": "x", "client": {"program": text}}),
            json!({"title": "x", "client": {&text: []}}),
            json!({"title": "x", "sender": text}),
            json!({"title": "x", "recipients": [text]}),
            json!({"title": "x", "host": {"name": text, "address": "192.0.2.20"}}),
            json!({"title": "x", "host": {"name": "a.example", "address": text}}),
            json!({"title": "x", "choices": {"port": text}}),
            json!({"title": "x", "changes": {"servers": [{"host": text}]}}),
            json!({"title": "x", "changes": {"servers": [{"host": "mx.example.org", "extensions": [text]}]}}),
            json!({"title": "x", "changes": {"servers": [{"host": "mx.example.org", "mechanisms": [text]}]}}),
            json!({"title": "x", "changes": {"servers": [{"host": "mx.example.org", "listed": [text]}]}}),
        ] {
            fs::write(&file, scenario.to_string()).expect("a file");
            let output = run(&scenario.to_string(), &["run".as_ref(), file.as_os_str()]);
            assert_eq!(output.status.code(), Some(2), "{scenario}");
            assert!(output.stdout.is_empty(), "{scenario}: nothing half-written");
        }
    }
}

#[test]
fn a_log_s_octets_stay_octets() {
    let folder = folder("log");
    let file = folder.join("session.log");
    for text in hostile() {
        for log in [
            format!("S: 220 {text}\nC: EHLO {text}\nS: 250-{text}\nS: 250 {text}\nC: {text}\nS: 500 {text}\n{text}\n"),
            format!("=== Connected to {text}.\n<-  220 {text}\n -> EHLO {text}\n<-  250 {text}\n<** 550 {text}\n"),
            format!(
                "Nov 24 10:00:00 mx postfix/smtp[1]: A: to=<{text}>, relay={text}, dsn=5.1.1, status=bounced ({text})\n"
            ),
        ] {
            fs::write(&file, &log).expect("a file");
            let _ = both_formats(&format!("{log:?}"), "import", &file);
            let _ = both_formats(&format!("{log:?}"), "diagnose", &file);
        }
    }
    // C1 controls as single octets, which are no UTF-8, and every octet there is.
    let every: Vec<u8> = (0..=u8::MAX).collect();
    let log = [b"S: 220 \x9b31m\x90\nC: ", every.as_slice(), b"\nS: 500 ", every.as_slice(), b"\n"].concat();
    fs::write(&file, log).expect("a file");
    let _ = both_formats("every octet", "import", &file);
}

#[test]
fn a_recording_s_names_stay_names() {
    for text in hostile() {
        let folder = folder("recording");
        let step = |reply: &str| json!({"send": format!("{text}\r\n"), "reply": [reply]});
        let greeting = json!({"op": "greeting", "reply": [format!("220 {text}")]});
        for (n, (server, case)) in [("exim", text.as_str()), (text.as_str(), "a")].into_iter().enumerate() {
            let recording = json!({"server": server, "version": text, "profile": "mx-25", "case": case, "script": text,
                "steps": [greeting, step(&format!("299 {text}"))]});
            fs::write(folder.join(format!("{n}.json")), recording.to_string()).expect("a file");
        }
        run(&format!("{text:?}"), &["conform".as_ref(), folder.as_os_str()]);
        run(&format!("{text:?}"), &["conform".as_ref(), folder.as_os_str(), "--json".as_ref()]);
        fs::write(folder.join("2.json"), format!("{{\"server\": {text}")).expect("a file");
        let output = run(&format!("{text:?}"), &["conform".as_ref(), folder.as_os_str()]);
        assert_eq!(output.status.code(), Some(2), "{text:?}");
    }
}

#[test]
fn an_argument_stays_an_argument() {
    for text in hostile() {
        // No system hands over an argument with a NUL in it.
        let text = text.replace('\0', "");
        let reply = format!("550 5.7.1 {text}");
        for arguments in [
            vec!["explain", &text],
            vec!["explain", &reply],
            vec!["run", &text],
            vec!["run", "other-587", "--port", &text],
            vec!["run", "other-587", "--format", &text],
            vec!["diagnose", &reply],
            vec!["diagnose", &reply, "--format", "json"],
            vec!["diagnose", &text],
            vec!["map", "--network", &text],
            vec!["import", &text],
            vec!["import", "/dev/null", "--as", &text],
            vec!["conform", &text],
            vec!["conform", "tests/recordings/exim.jsonl", "--server", &text],
            vec!["serve-smtp", "--listen", &text],
            vec!["serve-smtp", "--personality", &text],
            vec!["serve-smtp", "--scenario", &text],
            vec![&text],
            vec!["run", "other-587", &text],
        ] {
            let place = format!("{arguments:?}");
            let arguments: Vec<&OsStr> = arguments.iter().map(OsStr::new).collect();
            let output = run(&place, &arguments);
            assert!(output.status.code().is_some(), "{place} was killed");
        }
    }
}

/// A file's name is told in complaints, whatever its octets.
#[cfg(unix)]
#[test]
fn a_file_s_name_stays_a_name() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = folder("name");
    for name in [&b"\x1b[31m\x07.json"[..], b"\xff\x9b.json", "\u{202e}nosj.json".as_bytes()] {
        let file = folder.join(OsStr::from_bytes(name));
        fs::write(&file, "{").expect("a file");
        for command in ["run", "import", "conform"] {
            run(command, &[command.as_ref(), file.as_os_str()]);
        }
    }
    run("conform", &["conform".as_ref(), folder.as_os_str()]);
}
