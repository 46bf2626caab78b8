//! A log of every kind: which it is taken for, what it says, and what it is taken for when it only looks like another.

use smtp_explainer::import::{ImportError, import};
use smtp_explainer::transcript::Format;

use super::{answered, corpus, said, secrets, shown};

/// A log, what it is, and what it says: both ends, each in its order.
type Log = (&'static str, Format, &'static str, &'static [u16]);

/// Logs of the kinds that the recorded outputs have not got, or not in full. The dialogues of curl, `s_client`, telnet
/// and the libraries were recorded with `serve-smtp` at the other end; the others are written in the form of their
/// programs.
#[rustfmt::skip]
pub(super) const LOGS: &[Log] = &[
    (include_str!("logs/curl.log"), Format::Curl, "EHLO MAIL RCPT QUIT", &[220, 250, 250, 550, 221]),
    (include_str!("logs/curl-auth.log"), Format::Curl, "EHLO STARTTLS EHLO AUTH response MAIL RCPT DATA .",
        &[220, 250, 220, 250, 334, 235, 250, 250, 354, 250]),
    (include_str!("logs/openssl.log"), Format::OpenSsl, "EHLO AUTH MAIL RCPT RCPT DATA . QUIT",
        &[250, 250, 235, 250, 550, 250, 354, 250, 221]),
    (include_str!("logs/telnet.log"), Format::Telnet, "HELO MAIL MAIL RCPT RCPT DATA . QUIT",
        &[220, 250, 501, 250, 550, 250, 354, 250, 221]),
    (include_str!("logs/postfix-debug-smtpd.log"), Format::PostfixDebug, "EHLO AUTH response response QUIT",
        &[220, 250, 334, 334, 535, 221]),
    (include_str!("logs/postfix-debug-smtp.log"), Format::PostfixDebug, "EHLO MAIL RCPT DATA QUIT",
        &[220, 250, 250, 554, 554]),
    (include_str!("logs/exim-debug.log"), Format::EximDebug, "EHLO MAIL RCPT DATA QUIT", &[220, 250, 250, 550, 503, 221]),
    (include_str!("logs/library-pear.log"), Format::Library,
        "EHLO STARTTLS EHLO AUTH response response MAIL RCPT DATA . QUIT",
        &[220, 250, 220, 250, 334, 334, 235, 250, 250, 354, 250, 221]),
    (include_str!("logs/library-phpmailer.log"), Format::Library, "EHLO MAIL RCPT QUIT", &[220, 250, 250, 550, 221]),
    (include_str!("logs/library-phpmailer-ok.log"), Format::Library,
        "EHLO STARTTLS EHLO AUTH response MAIL RCPT DATA . QUIT",
        &[220, 250, 220, 250, 334, 235, 250, 250, 354, 250, 221]),
    (include_str!("logs/library-smtplib.log"), Format::Library,
        "EHLO STARTTLS EHLO AUTH response MAIL RCPT DATA . QUIT",
        &[220, 250, 220, 250, 334, 235, 250, 250, 354, 250, 221]),
    (include_str!("logs/library-msmtp.log"), Format::Library, "EHLO STARTTLS EHLO AUTH MAIL RCPT DATA . QUIT",
        &[220, 250, 220, 250, 235, 250, 250, 354, 250, 221]),
    (include_str!("logs/tshark.log"), Format::Tshark, "EHLO MAIL RCPT DATA QUIT", &[220, 250, 250, 451, 503, 221]),
];

#[test]
fn every_kind_is_known_by_its_look_and_read_whole() {
    for (log, format, from_client, from_server) in LOGS {
        let import = import(log.as_bytes(), None).unwrap_or_else(|error| panic!("{}: {error}", format.id()));
        assert_eq!(import.format, *format, "{log}");
        assert_eq!(said(&import).join(" "), *from_client, "{}:\n{}", format.id(), shown(&import));
        assert_eq!(answered(&import), *from_server, "{}:\n{}", format.id(), shown(&import));
        let lost: Vec<_> = import.unread.iter().filter_map(|number| log.lines().nth(number - 1)).collect();
        assert!(lost.is_empty(), "{}: {lost:?}", format.id());
    }
}

#[test]
fn there_is_a_log_of_every_kind() {
    let recorded: Vec<Format> = corpus::formats();
    for format in Format::ALL {
        let known = recorded.contains(format) || LOGS.iter().any(|log| log.1 == *format);
        assert!(known, "no log of the kind {}", format.id());
    }
}

/// A log taken for another kind says less, or nothing. It never says a secret.
#[test]
fn a_wrong_name_shows_no_secret() {
    for (log, ..) in LOGS {
        for format in Format::ALL {
            match import(log.as_bytes(), Some(*format)) {
                Ok(import) => {
                    let text = shown(&import);
                    assert_eq!(secrets(&text), [""; 0], "as {}:\n{text}", format.id());
                    assert!(!import.guessed);
                }
                Err(error) => assert_eq!(error, ImportError::Nothing(*format)),
            }
        }
    }
}

/// What a message says is not what the log is.
#[test]
fn a_message_pretends_in_vain() {
    let lures = [
        "  SMTP<< 250 ok",
        "CONNECTED(00000003)",
        "Follow: tcp,ascii",
        "Nov 24 02:08:31 mx postfix/smtpd[1]: > a[192.0.2.1]: 220 x",
        "<-  220 mx.example.org",
        "> MAIL FROM:<a@example.org>",
    ];
    for lure in lures {
        let log = format!(
            "220 mx.example.org ESMTP\nHELO a.example.com\n250 mx.example.org\nMAIL FROM:<a@example.com>\n250 ok\n\
             RCPT TO:<bob@example.org>\n250 ok\nDATA\n354 go\n{lure}\n{lure}\n{lure}\n.\n250 taken\nQUIT\n221 bye\n"
        );
        let import = import(log.as_bytes(), None).expect("a dialogue");
        assert_eq!(import.format, Format::Telnet, "{lure}");
        assert_eq!(said(&import).join(" "), "HELO MAIL RCPT DATA . QUIT", "{lure}");
        assert_eq!(answered(&import), [220, 250, 250, 250, 354, 250, 221], "{lure}");
    }
}
