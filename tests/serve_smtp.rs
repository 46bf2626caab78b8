//! `serve-smtp` as its users meet it: the program on a port, a client at the other end.
//!
//! Plain dialogues are written here; TLS and AUTH are curl's, as it is on this machine.
#![cfg(feature = "cli")]
#![allow(clippy::disallowed_types, reason = "a server on a real port runs in real time")]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_smtp-explainer");

/// The program, running; its end is the test's end.
struct Served {
    child: Child,
    out: BufReader<ChildStdout>,
    /// Where it listens, in the order of the ports it was asked for.
    at: Vec<String>,
}

impl Served {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(PROGRAM)
            .args(["serve-smtp", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
        let ports = if arguments.contains(&"--tls-port") { 2 } else { 1 };
        let at = (0..ports).map(|_| listens(&mut out)).collect();
        Self { child, out, at }
    }

    fn connect(&self) -> Dialogue {
        let socket = TcpStream::connect(&self.at[0]).expect("it listens");
        socket.set_read_timeout(Some(Duration::from_secs(20))).expect("a time-out");
        Dialogue { replies: BufReader::new(socket.try_clone().expect("two handles")), socket }
    }

    /// Everything it printed from here to its end, where it ends by itself and well.
    fn end(mut self) -> String {
        let mut printed = String::new();
        self.out.read_to_string(&mut printed).expect("text");
        assert!(self.child.wait().expect("it ends").success(), "{printed}");
        printed
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The address in "NAME listens on ADDRESS".
fn listens(out: &mut BufReader<ChildStdout>) -> String {
    let mut line = String::new();
    out.read_line(&mut line).expect("text");
    let (_, rest) = line.split_once(" listens on ").unwrap_or_else(|| panic!("an address: {line:?}"));
    rest.split(',').next().unwrap_or_default().trim().to_owned()
}

struct Dialogue {
    socket: TcpStream,
    replies: BufReader<TcpStream>,
}

impl Dialogue {
    /// A whole reply, its lines as they came.
    fn reply(&mut self) -> String {
        let mut reply = String::new();
        loop {
            let from = reply.len();
            self.replies.read_line(&mut reply).expect("a reply");
            let line = &reply[from..];
            if line.as_bytes().get(3) != Some(&b'-') {
                return reply;
            }
        }
    }

    fn say(&mut self, octets: &str) {
        self.socket.write_all(octets.as_bytes()).expect("it reads");
    }

    fn ask(&mut self, line: &str) -> String {
        self.say(line);
        self.say("\r\n");
        self.reply()
    }

    /// Did the server close?
    fn is_over(&mut self) -> bool {
        matches!(self.replies.read(&mut [0]), Ok(0))
    }
}

/// A folder of this test's own, empty.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn messages(maildir: &Path) -> Vec<String> {
    let new = fs::read_dir(maildir.join("new")).expect("a Maildir");
    new.map(|entry| fs::read_to_string(entry.expect("a file").path()).expect("text")).collect()
}

/// The transcript file, a value for each line.
fn transcripts(file: &Path) -> Vec<serde_json::Value> {
    let text = fs::read_to_string(file).expect("the transcript");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// A message for curl to send, without AUTH where the password is empty; what curl told in the end, `None` where there
/// is no curl.
fn curl(url: &str, password: &str, more: &[&str]) -> Option<i32> {
    let mut command = Command::new("curl");
    command.args(["--silent", "--insecure", "--url", url]);
    if !password.is_empty() {
        command.args(["--user", &format!("alice:{password}")]);
    }
    command.args(["--mail-from", "alice@example.org", "--mail-rcpt", "bob@example.com", "--upload-file", "-"]);
    let mut child = match command.args(more).stdin(Stdio::piped()).spawn() {
        Ok(child) => child,
        Err(error) => {
            println!("SKIPPED: no curl on this machine ({error}); nothing was shown about TLS and AUTH");
            return None;
        }
    };
    let mut stdin = child.stdin.take().expect("a pipe");
    // It may have given up before it read this.
    let _ = stdin.write_all(b"Subject: from curl\r\n\r\nHello.\r\n");
    drop(stdin);
    child.wait().expect("curl ends").code()
}

#[test]
fn a_message_is_taken_explained_and_kept() {
    let folder = folder("taken");
    let (maildir, file) = (folder.join("mail"), folder.join("transcripts"));
    let keep = ["--once", "--maildir", maildir.to_str().expect("a path"), "--transcript", file.to_str().expect("one")];
    let served = Served::start(&keep);
    let mut client = served.connect();
    assert!(client.reply().starts_with("220 mx.example.org"), "the greeting");
    let offers = client.ask("EHLO client.example.com");
    assert!(offers.contains("\r\n250-STARTTLS\r\n") && offers.contains("SIZE 26214400\r\n"), "{offers}");
    assert!(client.ask("MAIL FROM:<carol@example.com>").starts_with("250 2.1.0"), "MAIL");
    assert!(client.ask("RCPT TO:<bob@example.net>").starts_with("550 5.7.1"), "nothing is relayed");
    assert!(client.ask("RCPT TO:<bob@example.org>").starts_with("250 2.1.5"), "RCPT");
    assert!(client.ask("DATA").starts_with("354"), "DATA");
    client.say("Subject: hello\r\n\r\n..a dot\r\n");
    assert!(client.ask(".").starts_with("250 2.0.0"), "the message");
    assert!(client.ask("QUIT").starts_with("221 2.0.0"), "QUIT");
    assert!(client.is_over());

    let printed = served.end();
    assert!(printed.contains(" C   RCPT TO:<bob@example.org>\n"), "{printed}");
    assert!(printed.contains("rfc5321#4.1.1.3"), "clauses beside the lines: {printed}");
    assert!(printed.ends_with("1 connections, 1 messages\n"), "{printed}");
    let kept = messages(&maildir);
    assert_eq!(kept.len(), 1);
    let trace = "Return-Path: <carol@example.com>\nReceived: from client.example.com ([127.0.0.1])\n";
    assert!(kept[0].starts_with(trace), "RFC 5321 §4.4: {}", kept[0]);
    assert!(kept[0].ends_with("Subject: hello\n\n.a dot\n"), "{}", kept[0]);

    let records = transcripts(&file);
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["messages"][0]["forward_paths"], serde_json::json!(["bob@example.org"]));
    let events = records[0]["events"].as_array().expect("events");
    let reasons: Vec<&str> = events.iter().filter_map(|event| event["reason"].as_str()).collect();
    assert!(reasons.contains(&"server.message.accepted"), "{reasons:?}");
    assert!(reasons.iter().all(|reason| !reason.is_empty()), "every event has one: {reasons:?}");
}

#[test]
fn a_submission_needs_tls_and_a_user() {
    let folder = folder("submission");
    let (maildir, file) = (folder.join("mail"), folder.join("transcripts"));
    let keep = ["--maildir", maildir.to_str().expect("a path"), "--transcript", file.to_str().expect("one")];
    let arguments = [&["--role", "msa", "--tls-port", "0"], keep.as_slice()].concat();
    let served = Served::start(&arguments);
    let mut client = served.connect();
    client.reply();
    client.ask("EHLO client.example.com");
    for line in ["MAIL FROM:<alice@example.org>", "AUTH PLAIN AGFsaWNlAGNvcnJlY3QtaG9yc2U="] {
        let refused = client.ask(line);
        assert!(refused.starts_with("530 5.7.0"), "STARTTLS first: {line} {refused}");
    }
    drop(client);

    let (clear, tls) = (format!("smtp://{}", served.at[0]), format!("smtps://{}", served.at[1]));
    let Some(sent) = curl(&clear, "correct-horse", &["--ssl-reqd"]) else { return };
    assert_eq!(sent, 0, "STARTTLS, then AUTH");
    assert_eq!(curl(&tls, "correct-horse", &[]), Some(0), "TLS at once");
    assert_eq!(curl(&tls, "wrong-horse", &["--login-options", "AUTH=PLAIN"]), Some(67), "curl: login denied");
    assert_eq!(curl(&tls, "", &[]), Some(55), "AUTH before MAIL; curl: could not send");
    assert_eq!(messages(&maildir).len(), 2, "only the two of the user who is known");
    // A transcript is written when its connection is over, which curl does not wait for.
    let whole = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        transcripts(&file).len() == 5
    });
    assert!(whole, "five connections");
    let kept = fs::read_to_string(&file).expect("the transcript");
    assert!(kept.contains("\"server.submission.auth-required\""), "{kept}");
    assert!(kept.contains("\"server.auth.succeeded\"") && kept.contains("\"server.auth.invalid\""), "{kept}");
    // AGFsaWNlAHdyb25nLWhvcnNl is NUL alice NUL wrong-horse.
    assert!(!kept.contains("AGFsaWNl") && !kept.contains("horse"), "and no secret");
}

#[test]
fn noise_long_lines_and_too_many_clients_leave_it_standing() {
    let served = Served::start(&["--connections", "2"]);
    let mut noise = served.connect();
    noise.reply();
    noise.say(&format!("\u{0}\u{1b}[2J\u{fffd}{}\r\n", "x".repeat(100_000)));
    assert!(noise.reply().starts_with("500 "), "a line beyond all limits");
    let mut second = served.connect();
    assert!(second.reply().starts_with("220 "), "there is room for two");
    let mut third = served.connect();
    assert!(third.reply().starts_with("421 "), "and for no third");
    assert!(third.is_over());
    second.say("MAIL FROM:<half");
    second.socket.shutdown(Shutdown::Both).expect("it was open");
    assert!(noise.ask("NOOP").starts_with("250 "), "the others go on");
    let next = (0..50).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        served.connect().reply().starts_with("220 ")
    });
    assert!(next, "and there is room again");
}

#[test]
fn who_is_silent_slow_or_deaf_is_not_waited_for() {
    let served = Served::start(&["--idle", "1", "--lifetime", "3"]);
    let begun = Instant::now();
    let mut silent = served.connect();
    silent.reply();
    assert!(silent.reply().starts_with("421 "), "RFC 5321 §4.5.3.2: time-outs");
    assert!(silent.is_over());
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());

    // An octet now and then keeps the idle time from running out, and does not keep the connection for ever.
    let begun = Instant::now();
    let mut slow = served.connect();
    slow.reply();
    let dropped = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(200));
        slow.socket.write_all(b"N").is_err()
    });
    assert!(dropped && begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());

    // Somebody who never reads what is answered keeps nobody else from being served.
    let deaf = served.connect();
    deaf.socket.set_write_timeout(Some(Duration::from_millis(500))).expect("a time-out");
    let mut flood = &deaf.socket;
    let commands = "NOOP\r\n".repeat(10_000);
    for _ in 0..20 {
        if flood.write_all(commands.as_bytes()).is_err() {
            break;
        }
    }
    let mut other = served.connect();
    assert!(other.reply().starts_with("220 ") && other.ask("NOOP").starts_with("250 "));
}

#[test]
fn mail_data_without_end_is_bounded() {
    let served = Served::start(&["--memory", "1"]);
    let mut client = served.connect();
    client.reply();
    for line in ["EHLO client.example.com", "MAIL FROM:<carol@example.com>", "RCPT TO:<bob@example.org>"] {
        assert!(client.ask(line).starts_with("250"), "{line}");
    }
    assert!(client.ask("DATA").starts_with("354"));
    let piece = "as it goes on and on and on\r\n".repeat(2_000);
    let refused = (0..100).any(|_| client.socket.write_all(piece.as_bytes()).is_err());
    let mut other = served.connect();
    assert!(other.reply().starts_with("220 "), "there is room for the next");
    assert!(refused || client.reply().starts_with("421 "), "the client is told, or finds the connection closed");
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it_in_order_and_no_transcript_is_lost() {
    let file = folder("signal").join("transcripts");
    let mut served = Served::start(&["--transcript", file.to_str().expect("a path")]);
    let mut done = served.connect();
    done.reply();
    assert!(done.ask("QUIT").starts_with("221 ") && done.is_over());
    let mut busy = served.connect();
    busy.reply();
    busy.ask("EHLO client.example.com");
    assert!(busy.ask("MAIL FROM:<carol@example.com>").starts_with("250 "));
    // What Ctrl-C sends.
    let kill = Command::new("kill").args(["-INT", &served.child.id().to_string()]).status().expect("kill");
    assert!(kill.success());
    assert!(busy.reply().starts_with("421 "), "RFC 5321 §3.8: whoever is connected is told");
    assert!(busy.is_over());
    let mut printed = String::new();
    served.out.read_to_string(&mut printed).expect("text");
    assert!(served.child.wait().expect("it ends").success(), "{printed}");
    assert!(printed.ends_with("2 connections, 0 messages\n"), "{printed}");
    assert_eq!(transcripts(&file).len(), 2, "the one that was over, and the one that was not");
}

#[test]
fn mistakes_are_told_before_anything_is_served() {
    let told = |arguments: &[&str]| {
        let run = Command::new(PROGRAM).arg("serve-smtp").args(arguments).output().expect("the program starts");
        assert_eq!(run.status.code(), Some(2), "{arguments:?}");
        String::from_utf8(run.stderr).expect("text")
    };
    let remote = told(&["--listen", "0.0.0.0:0"]);
    assert!(remote.contains("--allow-remote"), "{remote}");
    let unknown = told(&["--listen", "127.0.0.1:0", "--personality", "qmail"]);
    assert!(unknown.contains("\"qmail\"") && unknown.contains("generic") && unknown.contains("postfix"), "{unknown}");
    let scenario = told(&["--listen", "127.0.0.1:0", "--scenario", "no-such"]);
    assert!(scenario.contains("no-such"), "{scenario}");
}

#[test]
fn another_software_or_a_scenario_changes_what_is_said() {
    let generic = Served::start(&["--once"]);
    let exim = Served::start(&["--once", "--personality", "exim"]);
    let ehlo = |served: &Served| {
        let mut client = served.connect();
        client.reply();
        client.ask("EHLO client.example.com")
    };
    let (generic, exim) = (ehlo(&generic), ehlo(&exim));
    assert_ne!(generic, exim);
    assert!(exim.contains("250 HELP") || exim.contains("250-PIPECONNECT") || exim.contains("250-LIMITS"), "{exim}");
    let scenario = Served::start(&["--once", "--scenario", "other-587"]);
    let greeting = scenario.connect().reply();
    assert!(greeting.starts_with("220 ") && !greeting.contains("mx.example.org"), "{greeting}");
}
