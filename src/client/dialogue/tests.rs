//! Dialogues against a server that answers by a list, told in one line each.
//!
//! In these lines `+` joins what was sent in one write, `<…>` is no command, `[…]` no octets.

use std::collections::VecDeque;

use super::*;
use crate::client::{Credentials, LineKind};
use crate::sasl::Mechanism;
use crate::time::Duration;

/// What the server says instead of its usual answer. `silence` and `close` are no answers.
struct Server {
    keywords: &'static str,
    instead: Vec<(&'static str, &'static str)>,
    mail: bool,
    rcpt: bool,
}

impl Server {
    fn new(keywords: &'static str, instead: &[(&'static str, &'static str)]) -> Self {
        Self { keywords, instead: instead.to_vec(), mail: false, rcpt: false }
    }

    fn answer(&mut self, line: &str, kind: LineKind) -> String {
        let usual = match kind {
            LineKind::Message => {
                (self.mail, self.rcpt) = (false, false);
                "250 2.0.0 queued".to_owned()
            }
            LineKind::SaslResponse => "235 2.7.0 authenticated".to_owned(),
            LineKind::Command(verb) => match verb {
                Verb::Ehlo => {
                    format!("250-mx.example.net\r\n250-{}\r\n250 HELP", self.keywords.replace(", ", "\r\n250-"))
                }
                Verb::StartTls => "220 2.0.0 go".to_owned(),
                Verb::Auth if line.contains("PLAIN ") => "235 2.7.0 authenticated".to_owned(),
                Verb::Auth if line.contains("CRAM") => "334 PDFAbXguZXhhbXBsZS5uZXQ+".to_owned(),
                Verb::Auth => "334 ".to_owned(),
                Verb::Rcpt if !self.mail => "503 5.5.1 need MAIL".to_owned(),
                Verb::Data if !self.rcpt => "503 5.5.1 need RCPT".to_owned(),
                Verb::Data => "354 go ahead".to_owned(),
                Verb::Quit => "221 2.0.0 bye".to_owned(),
                _ => "250 2.0.0 ok".to_owned(),
            },
        };
        let key = match kind {
            LineKind::Message => "message",
            LineKind::SaslResponse => "response",
            LineKind::Command(_) => line,
        };
        let instead =
            self.instead.iter().position(|(begins, _)| key.to_ascii_uppercase().starts_with(begins) || key == *begins);
        let answer = instead.map_or(usual, |number| self.instead[number].1.to_owned());
        match kind {
            LineKind::Command(Verb::Mail) => self.mail = answer.starts_with('2'),
            LineKind::Command(Verb::Rcpt) => self.rcpt |= answer.starts_with('2'),
            LineKind::Command(Verb::Rset) => (self.mail, self.rcpt) = (false, false),
            _ => {}
        }
        answer
    }
}

fn name(line: &str, kind: LineKind, message: bool) -> String {
    match kind {
        LineKind::Message if message => "<message>".to_owned(),
        LineKind::Message => "<dot>".to_owned(),
        LineKind::SaslResponse if line == "*" => "<star>".to_owned(),
        LineKind::SaslResponse => "<response>".to_owned(),
        LineKind::Command(Verb::Auth) => {
            let words: Vec<_> = line.split(' ').collect();
            format!("AUTH {}{}", words[1], if words.len() > 2 { " <initial>" } else { "" })
        }
        LineKind::Command(verb) => verb.name().to_owned(),
    }
}

/// Runs a dialogue to its end and tells it in one line, with each reason in a second.
fn run(profile: &Profile, job: &Job, server: &mut Server, tls: Result<(), TlsFailure>) -> (String, String, Report) {
    let mut dialogue = Dialogue::new(profile, job.clone());
    let mut now = Instant::ZERO;
    let (mut told, mut reasons, mut out) = (Vec::new(), Vec::new(), Vec::new());
    dialogue.handle(now, Input::Opened { tls: job.security == Security::Implicit }, &mut out);
    let mut replies = VecDeque::new();
    let greeting = server.answer("greeting", LineKind::Command(Verb::Noop));
    replies.push_back(if greeting.starts_with("250") { "220 mx.example.net".to_owned() } else { greeting });
    for _ in 0..100 {
        for Move { act, reason } in out.drain(..) {
            match act {
                Act::Send { octets, lines } => {
                    assert_eq!(lines.first().map(|line| line.reason), Some(reason));
                    let names = lines.iter().map(|line| {
                        reasons.push(line.reason.id());
                        let text = String::from_utf8_lossy(&octets[line.range.clone()]).into_owned();
                        let text = text.trim_end_matches("\r\n").to_owned();
                        replies.push_back(server.answer(&text, line.kind));
                        name(&text, line.kind, line.range.len() > 5)
                    });
                    told.push(names.collect::<Vec<_>>().join("+"));
                }
                Act::StartTls => {
                    reasons.push(reason.id());
                    told.push(if tls.is_ok() { "[TLS]" } else { "[TLS failed]" }.to_owned());
                    replies.push_back("tls".to_owned());
                }
                Act::Close { how } => {
                    reasons.push(reason.id());
                    told.push(if how == Close::Fin { "[FIN]" } else { "[RST]" }.to_owned());
                }
            }
        }
        if dialogue.is_over() {
            break;
        }
        now = now.after(Duration::from_millis(20));
        match replies.pop_front().as_deref() {
            Some("tls") => dialogue.handle(now, Input::Tls(tls), &mut out),
            Some("close") => dialogue.handle(now, Input::Closed { reset: true }, &mut out),
            Some("silence") => {
                now = dialogue.deadline().expect("a timer runs").0;
                told.push("[silence]".to_owned());
                dialogue.handle(now, Input::Timer, &mut out);
            }
            Some(reply) => dialogue.handle(now, Input::Octets(format!("{reply}\r\n").as_bytes()), &mut out),
            None => dialogue.handle(now, Input::Closed { reset: false }, &mut out),
        }
    }
    assert!(dialogue.is_over(), "the dialogue ends: {told:?}");
    assert_eq!(dialogue.deadline(), None);
    (told.join(" "), reasons.join(" "), dialogue.report().clone())
}

fn job(security: Security) -> Job {
    Job {
        client_name: "client.example.com".into(),
        security,
        credentials: None,
        reverse_path: Some("sender@example.com".into()),
        forward_paths: vec!["user@example.net".into()],
        asked: crate::smtp::Asked::default(),
        message: b"Subject: test\r\n\r\n.hello\r\n".to_vec(),
    }
}

fn with_credentials(security: Security, mechanism: Option<Mechanism>) -> Job {
    let credentials = Credentials { mechanism, user: "alice".into(), password: "correct-horse".into() };
    Job { credentials: Some(credentials), ..job(security) }
}

fn profile(id: &str) -> Profile {
    Profile::built_in(id).unwrap_or_else(|error| panic!("{error}"))
}

const ALL: &str = "PIPELINING, SIZE 10485760, 8BITMIME, STARTTLS, AUTH PLAIN LOGIN CRAM-MD5";
const PLAIN_25: &str = "PIPELINING, SIZE 10485760, 8BITMIME";

#[test]
fn submission_goes_through_tls_and_auth() {
    let job = with_credentials(Security::StartTlsRequired, None);
    let (told, reasons, report) = run(&profile("generic-mua"), &job, &mut Server::new(ALL, &[]), Ok(()));
    assert_eq!(told, "EHLO STARTTLS [TLS] EHLO AUTH CRAM-MD5 <response> MAIL RCPT DATA <message> QUIT");
    assert_eq!(
        reasons,
        "client.ehlo client.starttls-required client.tls client.ehlo-after-tls client.auth client.sasl-response \
         client.mail client.rcpt client.data client.message client.quit"
    );
    assert!(report.taken && report.failure.is_none());
    assert_eq!(report.recipients[0].fate, Fate::Taken);
}

#[test]
fn ehlo_falls_back_to_helo_and_loses_all_extensions() {
    let server = &mut Server::new(ALL, &[("EHLO", "502 5.5.2 what?")]);
    let (told, reasons, report) = run(&profile("postfix-smtp"), &job(Security::StartTlsIfOffered), server, Ok(()));
    assert_eq!(told, "EHLO HELO MAIL RCPT DATA <message> QUIT");
    assert!(reasons.starts_with("client.ehlo client.helo-fallback client.mail"));
    assert!(report.taken);
}

#[test]
fn ehlo_put_off_is_not_answered_with_helo() {
    let server = &mut Server::new(ALL, &[("EHLO", "452 4.3.1 later")]);
    let (told, _, report) = run(&profile("generic-mua"), &job(Security::None), server, Ok(()));
    assert_eq!(told, "EHLO QUIT");
    assert!(report.failure.is_some_and(|f| f.stage == Stage::Ehlo && f.is_temporary()));
}

#[test]
fn starttls_required_and_not_offered_ends_it() {
    let server = &mut Server::new(PLAIN_25, &[]);
    let (told, reasons, report) = run(&profile("generic-mua"), &job(Security::StartTlsRequired), server, Ok(()));
    assert_eq!(told, "EHLO QUIT");
    assert_eq!(reasons, "client.ehlo client.gave-up.starttls-not-offered");
    assert_eq!(report.failure.map(|f| f.cause), Some(Cause::GaveUp(crate::client::NO_STARTTLS)));
}

#[test]
fn what_the_server_says_before_tls_is_dropped() {
    // The second line is injected in clear; it must not become the answer to EHLO.
    let instead = [("STARTTLS", "220 go\r\n250-evil.example\r\n250 AUTH LOGIN")];
    let job = with_credentials(Security::StartTlsRequired, None);
    let (told, _, report) = run(&profile("generic-mua"), &job, &mut Server::new(ALL, &instead), Ok(()));
    assert_eq!(told, "EHLO STARTTLS [TLS] EHLO AUTH CRAM-MD5 <response> MAIL RCPT DATA <message> QUIT");
    assert!(report.taken);
}

#[test]
fn a_certificate_not_trusted_ends_it() {
    let server = &mut Server::new(ALL, &[]);
    let failed = Err(TlsFailure::Untrusted);
    let (told, reasons, report) = run(&profile("generic-mua"), &job(Security::StartTlsRequired), server, failed);
    assert_eq!(told, "EHLO STARTTLS [TLS failed] [FIN]");
    assert!(reasons.ends_with("client.gave-up.certificate"));
    assert_eq!(report.failure.map(|f| f.stage), Some(Stage::Tls));
}

#[test]
fn a_failed_handshake_stands_in_place_of_the_opening() {
    let mut dialogue = Dialogue::new(&profile("generic-mua"), job(Security::Implicit));
    let mut out = Vec::new();
    dialogue.handle(Instant::ZERO, Input::Tls(Err(TlsFailure::NotTls)), &mut out);
    assert!(dialogue.is_over());
    assert_eq!(out.last().map(|m| m.act.clone()), Some(Act::Close { how: Close::Reset }));
}

#[test]
fn without_a_usable_mechanism_nothing_is_sent() {
    let job = with_credentials(Security::None, Some(Mechanism::CramMd5));
    let server = &mut Server::new("AUTH PLAIN LOGIN", &[]);
    let (told, reasons, _) = run(&profile("generic-mua"), &job, server, Ok(()));
    assert_eq!((told.as_str(), reasons.as_str()), ("EHLO QUIT", "client.ehlo client.gave-up.auth-not-offered"));
}

#[test]
fn login_takes_two_responses_and_a_wrong_password_ends_it() {
    let job = with_credentials(Security::None, Some(Mechanism::Login));
    let mut server = Server::new(ALL, &[]);
    server.instead.push(("response", "334 UGFzc3dvcmQ6"));
    // The server asks a third time: the mechanism has nothing more to say.
    let (told, reasons, report) = run(&profile("generic-mua"), &job, &mut server, Ok(()));
    assert!(told.starts_with("EHLO AUTH LOGIN <response> <response> <star>"), "{told}");
    assert!(reasons.contains("client.auth-cancelled"));
    assert!(report.failure.is_some_and(|f| f.stage == Stage::Auth));

    let job = with_credentials(Security::None, Some(Mechanism::Plain));
    let server = &mut Server::new(ALL, &[("AUTH", "535 5.7.8 no")]);
    let (told, _, report) = run(&profile("generic-mua"), &job, server, Ok(()));
    assert_eq!(told, "EHLO AUTH PLAIN <initial> QUIT");
    let Some(Failure { cause: Cause::Refused(refusal), .. }) = report.failure else { panic!("refused") };
    assert_eq!(refusal.to_string(), "535 5.7.8 no");
}

#[test]
fn a_challenge_that_is_no_base64_is_cancelled() {
    let job = with_credentials(Security::None, Some(Mechanism::CramMd5));
    let server = &mut Server::new(ALL, &[("AUTH", "334 not base64!"), ("response", "501 5.5.2 cancelled")]);
    let (told, _, _) = run(&profile("generic-mua"), &job, server, Ok(()));
    assert_eq!(told, "EHLO AUTH CRAM-MD5 <star> QUIT");
}

#[test]
fn refusals_at_each_command() {
    let cases = [
        ("generic-mua", ("greeting", "554 5.7.1 go away"), "QUIT", Stage::Greeting),
        ("generic-mua", ("MAIL", "550 5.7.1 no"), "EHLO MAIL QUIT", Stage::Mail),
        ("pear-mail", ("RCPT", "550 5.1.1 no"), "EHLO MAIL RCPT RSET QUIT", Stage::Rcpt),
        ("generic-mua", ("DATA", "451 4.3.0 no"), "EHLO MAIL RCPT DATA QUIT", Stage::Data),
        ("generic-mua", ("message", "552 5.3.4 big"), "EHLO MAIL RCPT DATA <message> QUIT", Stage::Message),
        ("postfix-smtp", ("MAIL", "550 5.7.1 no"), "EHLO MAIL+RCPT+DATA RSET+QUIT", Stage::Mail),
    ];
    for (id, instead, expected, stage) in cases {
        let server = &mut Server::new(PLAIN_25, &[instead]);
        let (told, _, report) = run(&profile(id), &job(Security::None), server, Ok(()));
        assert_eq!(told, expected, "{id}");
        let failure = report.failure.expect("a failure");
        assert_eq!(failure.stage, stage);
        let Cause::Refused(refusal) = failure.cause else { panic!("refused") };
        assert_eq!(refusal.to_string(), instead.1);
    }
}

#[test]
fn some_recipients_refused() {
    let mut two = job(Security::None);
    two.forward_paths.insert(0, "nosuch@example.net".into());
    let refuse = [("RCPT TO:<NOSUCH", "550 5.1.1 no such user")];
    // A transfer agent goes on for the others.
    let (told, _, report) = run(&profile("postfix-smtp"), &two, &mut Server::new(PLAIN_25, &refuse), Ok(()));
    assert_eq!(told, "EHLO MAIL+RCPT+RCPT+DATA <message>+QUIT");
    assert!(report.taken);
    assert!(matches!(report.recipients[0].fate, Fate::Refused(_)));
    assert_eq!(report.recipients[1].fate, Fate::Taken);
    assert_eq!(report.failure.map(|f| f.recipient), Some(Some(0)));
    // This program stops, and the second recipient is never named.
    let (told, _, report) = run(&profile("pear-mail"), &two, &mut Server::new(PLAIN_25, &refuse), Ok(()));
    assert_eq!(told, "EHLO MAIL RCPT RSET QUIT");
    assert_eq!(report.recipients[1].fate, Fate::Pending);
}

#[test]
fn data_accepted_without_recipients_gets_a_lone_dot() {
    let refuse = [("RCPT", "550 5.1.1 no such user"), ("DATA", "354 go")];
    let server = &mut Server::new(PLAIN_25, &refuse);
    let (told, reasons, report) = run(&profile("postfix-smtp"), &job(Security::None), server, Ok(()));
    assert_eq!(told, "EHLO MAIL+RCPT+DATA <dot> RSET+QUIT");
    assert!(reasons.contains("client.empty-message"));
    assert!(!report.taken);
}

#[test]
fn a_421_ends_it_anywhere() {
    for (at, told_at) in [("greeting", "[FIN]"), ("MAIL", "EHLO MAIL [FIN]"), ("DATA", "EHLO MAIL RCPT DATA [FIN]")] {
        let server = &mut Server::new("HELP", &[(at, "421 4.3.2 shutting down")]);
        let (told, reasons, report) = run(&profile("generic-mua"), &job(Security::None), server, Ok(()));
        assert_eq!(told, told_at);
        assert!(reasons.ends_with("client.close-after-421"));
        assert!(report.failure.is_some_and(|f| f.is_temporary()));
    }
}

#[test]
fn a_lost_connection_is_like_a_451_and_after_the_dot_nobody_knows() {
    let server = &mut Server::new("HELP", &[("RCPT", "close")]);
    let (told, _, report) = run(&profile("generic-mua"), &job(Security::None), server, Ok(()));
    assert_eq!(told, "EHLO MAIL RCPT");
    assert!(!report.lost_after_dot && report.recipients[0].fate == Fate::Pending);
    assert!(report.failure.is_some_and(|f| f.cause == Cause::Lost { reset: true } && f.is_temporary()));

    let server = &mut Server::new("HELP", &[("message", "close")]);
    let (_, _, report) = run(&profile("generic-mua"), &job(Security::None), server, Ok(()));
    assert!(report.lost_after_dot && !report.taken);
}

#[test]
fn every_timer_runs_as_long_as_the_rfc_asks() {
    let cases = [
        ("greeting", Timer::Greeting, 300),
        ("EHLO", Timer::Command, 300),
        ("MAIL", Timer::Mail, 300),
        ("RCPT", Timer::Rcpt, 300),
        ("DATA", Timer::DataInitiation, 120),
        ("message", Timer::DataTermination, 600),
    ];
    for (at, timer, seconds) in cases {
        let server = &mut Server::new("HELP", &[(at, "silence")]);
        let (told, reasons, report) = run(&profile("generic-mua"), &job(Security::None), server, Ok(()));
        assert!(told.ends_with("[silence] [FIN]"), "{told}");
        assert!(reasons.ends_with(timer.reason().id()), "{reasons}");
        assert_eq!(report.failure.map(|f| f.cause), Some(Cause::TimedOut(timer)));
        assert_eq!(report.lost_after_dot, at == "message");
        assert_eq!(timer.default(), Duration::from_secs(seconds));
    }
}

#[test]
fn a_program_may_treat_silence_as_a_refusal() {
    let server = &mut Server::new("HELP", &[("EHLO", "silence"), ("HELO", "silence"), ("QUIT", "silence")]);
    let (told, _, _) = run(&profile("swaks"), &job(Security::None), server, Ok(()));
    assert_eq!(told, "EHLO [silence] HELO [silence] QUIT [silence] [FIN]");
}

#[test]
fn an_unknown_code_is_read_by_its_first_digit() {
    let instead = [("MAIL", "299 fine"), ("RCPT", "578 5.9.9 never"), ("EHLO", "255 mx.example.net")];
    let server = &mut Server::new("HELP", &instead);
    let (told, _, report) = run(&profile("generic-mua"), &job(Security::None), server, Ok(()));
    assert_eq!(told, "EHLO MAIL RCPT QUIT");
    assert!(report.failure.is_some_and(|f| !f.is_temporary()));
}

#[test]
fn what_is_no_smtp_is_given_up() {
    for (at, reply, reason) in [
        ("greeting", "SSH-2.0-x", "client.gave-up.unreadable-reply"),
        ("MAIL", "9 bottles", "client.gave-up.unreadable-reply"),
    ] {
        let server = &mut Server::new("HELP", &[(at, reply)]);
        let (told, reasons, report) = run(&profile("generic-mua"), &job(Security::None), server, Ok(()));
        assert!(told.ends_with("[FIN]") && reasons.ends_with(reason), "{told} {reasons}");
        assert!(report.failure.is_some());
    }
}

#[test]
fn no_text_of_a_job_can_begin_a_line_of_its_own() {
    let mut evil = job(Security::None);
    evil.reverse_path = Some("a@example.com>\r\nRCPT TO:<b@example.net".into());
    evil.client_name = "x\r\nQUIT".into();
    let mut dialogue = Dialogue::new(&profile("generic-mua"), evil);
    let mut out = Vec::new();
    dialogue.handle(Instant::ZERO, Input::Opened { tls: false }, &mut out);
    dialogue.handle(Instant::ZERO, Input::Octets(b"220 a\r\n250 a\r\n"), &mut out);
    for Move { act, .. } in out {
        let Act::Send { octets, lines } = act else { panic!("a write") };
        assert_eq!((lines.len(), octets.split(|octet| *octet == b'\n').count()), (1, 2));
    }
}

#[test]
fn the_message_is_dot_stuffed_and_ranges_cover_the_write() {
    let mut dialogue = Dialogue::new(&profile("postfix-smtp"), job(Security::None));
    let mut out = Vec::new();
    let replies: [&[u8]; 3] = [b"220 a\r\n", b"250-a\r\n250 PIPELINING\r\n", b"250 ok\r\n250 ok\r\n354 go\r\n"];
    dialogue.handle(Instant::ZERO, Input::Opened { tls: false }, &mut out);
    for reply in replies {
        dialogue.handle(Instant::ZERO, Input::Octets(reply), &mut out);
    }
    let Some(Act::Send { octets, lines }) = out.pop().map(|m| m.act) else { panic!("a write") };
    assert_eq!(octets, b"Subject: test\r\n\r\n..hello\r\n.\r\nQUIT\r\n");
    let ranges: Vec<_> = lines.iter().map(|line| line.range.clone()).collect();
    assert_eq!(ranges, [0..octets.len() - 6, octets.len() - 6..octets.len()]);
}

#[test]
fn an_endless_reply_is_given_up() {
    let mut dialogue = Dialogue::new(&profile("generic-mua"), job(Security::None));
    let mut out = Vec::new();
    dialogue.handle(Instant::ZERO, Input::Opened { tls: false }, &mut out);
    let mut fed = 0_usize;
    while !dialogue.is_over() {
        dialogue.handle(Instant::ZERO, Input::Octets(b"220-and another thing\r\n"), &mut out);
        fed += 1;
        assert!(fed < 10_000, "it must end");
    }
    assert_eq!(out.last().map(|m| m.reason.id()), Some("client.gave-up.reply-too-long"));
}

/// A server that drips octets of no whole reply does not stretch the time it has.
#[test]
fn octets_without_a_reply_do_not_stretch_the_timer() {
    let mut dialogue = Dialogue::new(&profile("generic-mua"), job(Security::None));
    let mut out = Vec::new();
    dialogue.handle(Instant::ZERO, Input::Opened { tls: false }, &mut out);
    dialogue.handle(Instant::ZERO, Input::Octets(b"220 mx.example.net\r\n"), &mut out);
    let deadline = dialogue.deadline();
    for octet in b"250-mx.exam" {
        let later = Instant::ZERO.after(Duration::from_secs(60));
        // The moves so far are still in the driver's list.
        dialogue.handle(later, Input::Octets(&[*octet]), &mut out);
        assert_eq!(dialogue.deadline(), deadline);
    }
}
