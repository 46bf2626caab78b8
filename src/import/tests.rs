//! Small logs, and what becomes of them.

use super::{DEPARTS, Import, QUOTED, import, quoted};
use crate::transcript::{Format, Kind};

#[track_caller]
fn read(text: &str, format: Format) -> Import {
    let import = import(text.as_bytes(), None).expect(text);
    assert_eq!(import.format, format);
    assert!(import.guessed);
    import
}

fn codes(import: &Import) -> Vec<(u16, &'static str)> {
    let events = import.transcript.events().iter();
    let replies = events.filter_map(|event| match event.kind {
        Kind::Reply(code) => Some((code.as_u16(), event.reason.id())),
        _ => None,
    });
    replies.collect()
}

const SWAKS: &str = "=== Trying mx.example.net:25...\n=== Connected to mx.example.net.\n\
<-  220 mx.example.net ESMTP ready\n -> EHLO client.example.com\n<-  250-mx.example.net\n<-  250-AUTH PLAIN\n\
<-  250 PIPELINING\n -> AUTH PLAIN AGFsaWNlAGNvcnJlY3QtaG9yc2U=\n<-  235 2.7.0 ok\n -> MAIL FROM:<alice@example.com>\n\
<-  250 2.1.0 ok\n -> RCPT TO:<bob@example.net>\n<** 451 4.7.1 greylisted\n";

#[test]
fn agreeing_replies_have_reasons_and_others_are_judged() {
    let import = read(SWAKS, Format::Swaks);
    let found = codes(&import);
    assert_eq!(found.iter().map(|(code, _)| *code).collect::<Vec<_>>(), [220, 250, 235, 250, 451]);
    assert_eq!(found[0].1, "server.greeting");
    assert_eq!(found[4].1, DEPARTS.id());
    let judgement = import.judgements.first().expect("the 451 is judged");
    assert!(judgement.expected.as_deref().is_some_and(|line| line.starts_with("250")));
    assert!(import.unread.is_empty());
}

#[test]
fn no_secret_is_kept() {
    let import = read(SWAKS, Format::Swaks);
    assert_eq!(import.veiled, 1);
    let kept = import.transcript.events().iter().flat_map(|event| import.transcript.octets(event).to_vec());
    let kept = String::from_utf8_lossy(&kept.collect::<Vec<u8>>()).into_owned();
    assert!(!kept.contains("AGFsaWNl") && kept.contains("AUTH PLAIN [redacted]"));
}

#[test]
fn a_log_line_gives_the_reply_it_quotes() {
    let import = read(
        "Nov 24 02:08:31 mx postfix/smtp[18789]: AC7AF13C30C: to=<user@example.net>, relay=mx.example.net[203.0.113.25]:25, \
         delay=0.16, dsn=5.1.1, status=bounced (host mx.example.net[203.0.113.25] said: 550 5.1.1 no such user here \
         (in reply to RCPT TO command))\n",
        Format::PostfixLog,
    );
    assert_eq!(codes(&import), [(550, QUOTED.id())]);
    assert!(import.judgements.iter().all(|judgement| judgement.allowed.contains(&"server.mailbox.unknown")));
}

/// The same refusal has another code where another server gives it.
#[test]
fn reasons_are_known_by_the_codes_of_every_server() {
    let line = |code| {
        format!(
            "Nov 24 02:08:31 mx postfix/submission/smtpd[1]: NOQUEUE: reject: RCPT from unknown[198.51.100.7]: \
             {code} 5.7.1 <a@example.net>: Relay access denied; from=<b@example.com> to=<a@example.net> proto=ESMTP"
        )
    };
    for code in [550, 554] {
        let import = read(&line(code), Format::PostfixLog);
        let judgement = import.judgements.first().expect("the refusal is judged");
        assert!(judgement.allowed.contains(&"server.relay.denied"), "{code}: {judgement:?}");
        assert!(!judgement.allowed.contains(&"server.mailbox.unknown"), "{code}: {judgement:?}");
    }
}

#[test]
fn refusals_before_there_is_a_message_are_exim_s_too() {
    let text =
        "2026-11-24 02:08:31 H=(a) [198.51.100.7] F=<b@example.com> rejected RCPT <c@example.net>: relay not permitted";
    let import = read(text, Format::EximLog);
    assert_eq!(import.transcript.events().len(), 1);
}

#[test]
fn both_ends_of_postfix_are_told_apart() {
    for (daemon, greeting, command) in [("smtpd", '>', '<'), ("smtp", '<', '>')] {
        let text = format!(
            "postfix/{daemon}[1]: {greeting} peer[192.0.2.1]: 220 mx.example.org ESMTP Postfix\n\
             postfix/{daemon}[1]: {command} peer[192.0.2.1]: EHLO client.example.com\n"
        );
        let import = read(&text, Format::PostfixDebug);
        assert_eq!(codes(&import), [(220, "server.greeting")]);
        assert_eq!(import.server, "postfix");
        assert!(import.transcript.events().iter().any(|event| matches!(event.kind, Kind::Command(_))));
    }
}

#[test]
fn replies_are_found_in_the_words_of_programs() {
    for (text, reply, asked) in [
        (
            "(code: 535, response: 5.7.8 Authentication credentials invalid)]",
            "535 5.7.8 Authentication credentials invalid",
            "AUTH",
        ),
        ("SMTPDataError: (451, b'4.3.0 requested action aborted')", "451 4.3.0 requested action aborted", "data-end"),
        ("curl: (55) RCPT failed: 550", "550", "RCPT"),
    ] {
        let found = quoted(text).expect(text);
        assert_eq!((found.reply.as_str(), found.asked), (reply, asked));
    }
    for text in ["File \"python3.11/smtplib.py\", line 250, in connect", "delay=0.250", "host:2504", "port 250", ""] {
        assert_eq!(quoted(text), None, "{text}");
    }
}

/// Whatever is pasted gives a transcript or an error, under every name, and never a panic.
#[test]
fn nothing_makes_it_panic() {
    let nasty = [
        "",
        "\n\n",
        "250",
        "250-",
        "<- ",
        " ->",
        "\t99\nx",
        "354 go\n.\n",
        "\u{1b}[31m550 \u{202e}x",
        "334 \n*\n",
        "220 a\n\n250-x",
    ];
    for text in nasty.iter().copied().chain([SWAKS]) {
        for format in Format::ALL {
            let _ = import(text.as_bytes(), Some(*format));
        }
        let _ = import(text.as_bytes(), None);
    }
}
