//! Real mail programs send to `smtp-explainer serve-smtp`, over each of the three kinds of port.
//!
//! The simulated server is right where they understand it: what they should send arrives octet for octet, what it
//! refuses they report. Each test is one program; it prints its rows of the matrix, program by port by outcome.
#![allow(clippy::disallowed_types, reason = "mail programs run in real time")]

mod letter;
mod programs;
mod served;

use std::fmt::Write as _;
use std::path::Path;

use letter::Letter;
use programs::{Client, Login, Sending};
use served::{Port, Served, folder};

/// What a program is asked to do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    /// Lines that begin with dots, one that is a single dot among them (RFC 5321 §4.5.2).
    Dots,
    /// A text line of 5,000 octets; RFC 5321 §4.5.3.1.6 lets clients count on 1,000 only.
    LongLine,
    /// Ten megabytes.
    Big,
    /// More than the server takes (RFC 1870 §6.1: refused at MAIL where the size is declared).
    TooBig,
    WrongPassword,
    UnknownRecipient,
}

impl Case {
    const ALL: [Self; 6] =
        [Self::Dots, Self::LongLine, Self::Big, Self::TooBig, Self::WrongPassword, Self::UnknownRecipient];

    const fn words(self) -> &'static str {
        match self {
            Self::Dots => "leading dots",
            Self::LongLine => "line of 5,000",
            Self::Big => "10 MB",
            Self::TooBig => "over SIZE",
            Self::WrongPassword => "wrong password",
            Self::UnknownRecipient => "unknown recipient",
        }
    }

    /// Is there anything to try on this port?
    fn applies(self, port: Port) -> bool {
        self != Self::WrongPassword || port != Port::Relay
    }

    /// How the server's refusal begins; `None` where the message is to arrive.
    const fn refusal(self) -> Option<&'static str> {
        match self {
            Self::Dots | Self::LongLine | Self::Big => None,
            Self::TooBig => Some("552 5.3.4"),
            Self::WrongPassword => Some("535 5.7.8"),
            Self::UnknownRecipient => Some("550 5.1.1"),
        }
    }

    fn letter(self) -> Letter {
        match self {
            Self::LongLine => Letter::with_body(&format!("Short.\n{}\nShort again.\n", "0123456789".repeat(500))),
            Self::Big | Self::TooBig => Letter::of_octets(10_000_000),
            Self::Dots | Self::WrongPassword | Self::UnknownRecipient => {
                Letter::with_body("Hello,\n.one dot\n..two dots\n.\n...\n\n. and a space\nBye.\n")
            }
        }
    }
}

#[test]
fn swaks() {
    all_ports(&programs::SWAKS);
}

#[test]
fn curl() {
    all_ports(&programs::CURL);
}

#[test]
fn smtplib() {
    all_ports(&programs::SMTPLIB);
}

#[test]
fn msmtp() {
    all_ports(&programs::MSMTP);
}

#[test]
fn pear_mail() {
    all_ports(&programs::PEAR_MAIL);
}

#[test]
fn phpmailer() {
    all_ports(&programs::PHPMAILER);
}

/// Tries every case on every port, the ports side by side, and prints the matrix.
fn all_ports(client: &Client) {
    let columns: Vec<Vec<String>> = std::thread::scope(|scope| {
        let running = Port::ALL.map(|port| scope.spawn(move || one_port(client, port)));
        running.into_iter().map(|column| column.join().expect("every case as expected; see above")).collect()
    });
    let mut table = String::new();
    for (row, case) in Case::ALL.into_iter().enumerate() {
        for (port, column) in Port::ALL.into_iter().zip(&columns) {
            let _ = writeln!(table, "{:<10} {:<18} {:<16} {}", client.name, case.words(), port.words(), column[row]);
        }
    }
    print!("{table}");
}

/// Every case on one port; what came of each.
fn one_port(client: &Client, port: Port) -> Vec<String> {
    let folder = folder(&format!("{}-{}", client.name, port.number()));
    let mut server = Served::start(port, &folder, &[]);
    let mut small = Served::start(port, &folder.join("small"), &["--size", "1000000"]);
    let tried = Case::ALL.map(|case| match case {
        case if !case.applies(port) => "-".to_owned(),
        Case::TooBig => try_case(client, case, &mut small, &folder),
        _ => try_case(client, case, &mut server, &folder),
    });
    tried.to_vec()
}

fn try_case(client: &Client, case: Case, server: &mut Served, folder: &Path) -> String {
    let at = format!("{}, {}, {}", client.name, server.port.words(), case.words());
    let letter = case.letter();
    let file = folder.join("letter");
    std::fs::write(&file, letter.text()).expect("a file");
    let submission = server.port != Port::Relay;
    let sending = Sending {
        at: server.at,
        port: server.port,
        login: submission.then_some(Login {
            user: "alice",
            password: if case == Case::WrongPassword { "wrong-horse" } else { "correct-horse" },
        }),
        from: if submission { "alice@example.org" } else { "carol@example.com" },
        to: match case {
            Case::UnknownRecipient => "nobody@example.org",
            _ if submission => "bob@example.com",
            _ => "bob@example.org",
        },
        letter: &file,
    };
    let ended = client.send(&sending, folder);
    let seen = server.next_connection();
    let arrived = server.next_message();
    let told = format!("{at}\nthe server said {:?}\nthe program ended with {}: {}", seen.last, ended.code, ended.words);
    match case.refusal() {
        None => {
            assert!(ended.code == 0 && seen.refusal.is_none(), "{told}");
            let arrived = arrived.unwrap_or_else(|| panic!("nothing arrived: {told}"));
            letter.assert_is(&arrived, &at)
        }
        Some(code) => {
            assert!(ended.code != 0, "the program has to say so: {told}");
            assert!(arrived.is_none(), "refused and yet there: {told}");
            let by = if let Some(refusal) = seen.refusal {
                assert!(refusal.starts_with(code), "{refusal}: {told}");
                format!("{code} ({})", seen.phase)
            } else {
                // RFC 1870 §7: a client may just compare the limit that was offered with the message it has.
                assert!(case == Case::TooBig && ended.words.contains("size"), "no refusal: {told}");
                "refuses by itself".to_owned()
            };
            format!("{by}, exit code {}", ended.code)
        }
    }
}
