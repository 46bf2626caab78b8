//! A stranger on the port of `serve-smtp`.

#![allow(clippy::disallowed_types, reason = "a server on a real port runs in real time")]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::fixtures::{assert_harmless, hostile};
use super::{PROGRAM, folder};

#[test]
fn what_a_stranger_says_on_the_port_stays_text() {
    let transcript = folder("port").join("transcript.jsonl");
    let mut child = Command::new(PROGRAM)
        .args(["serve-smtp", "--listen", "127.0.0.1:0", "--once", "--transcript"])
        .arg(&transcript)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut printed = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut first = String::new();
    printed.read_line(&mut first).expect("a line");
    let at = first.split_whitespace().find_map(|word| word.parse::<std::net::SocketAddr>().ok()).expect(&first);
    let mut socket = TcpStream::connect(at).expect("it listens");
    socket.set_read_timeout(Some(Duration::from_secs(20))).expect("a time-out");
    let mut said = Vec::new();
    for text in hostile() {
        said.extend(format!("EHLO {text}\r\nMAIL FROM:<{text}@example.com>\r\nNOOP {text}\r\n{text}\r\n").into_bytes());
    }
    said.extend(b"NOOP \x9b31m\x90\xff\r\nEHLO a.example\r\nMAIL FROM:<alice@example.com>\r\n");
    said.extend(b"RCPT TO:<bob@example.org>\r\nDATA\r\n");
    for text in hostile() {
        said.extend(format!("{text}\r\n").into_bytes());
    }
    said.extend(b"\x9b31m\r\n.\r\nQUIT\r\n");
    // The program waits for whoever reads its screen, so somebody has to.
    let screen = std::thread::spawn(move || {
        let mut rest = Vec::new();
        printed.read_to_end(&mut rest).expect("what it printed");
        rest
    });
    socket.write_all(&said).expect("it listens");
    let mut replies = Vec::new();
    socket.read_to_end(&mut replies).expect("replies");
    // RFC 5321 §4.2: replies are printable, whatever they quote.
    for line in replies.split_inclusive(|octet| *octet == b'\n') {
        let line = line.strip_suffix(b"\r\n").expect("every line of a reply ends in CRLF");
        assert!(line.iter().all(|octet| matches!(octet, b' '..=b'~')), "{:?}", String::from_utf8_lossy(line));
    }
    assert!(String::from_utf8_lossy(&replies).ends_with("closing connection\r\n"), "it answers to the end");
    let rest = screen.join().expect("what it printed");
    assert!(child.wait().expect("it ends").success());
    assert_harmless(&rest, "on the screen");
    assert!(rest.len() > said.len(), "everything is shown");
    assert_harmless(&fs::read(&transcript).expect("the transcript"), "in the transcript");
}
