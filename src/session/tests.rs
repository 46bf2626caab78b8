//! Whole dialogues against the generic server, one expression a case.

use super::*;
use crate::server::{Config, Surroundings, settings};

/// A dialogue with a server: each line the client says, and the codes that come back.
struct Dialogue {
    session: Session,
    zone: Zone,
    out: Outbox,
    now: Instant,
}

const MX: &str = r#"{"role": "mx", "local_domains": ["example.org"], "mailboxes": ["bob", "carol"], "tls": "offered",
    "size": 2000}"#;
const MSA: &str = r#"{"role": "msa", "tls": "offered", "require_auth": true, "mechanisms": ["PLAIN", "LOGIN", "CRAM-MD5"],
    "users": [{"name": "alice", "password": "correct-horse", "senders": ["alice@example.com"]}],
    "trusted": ["192.0.2.0/25"]}"#;

impl Dialogue {
    fn with(config: &str) -> Self {
        let config: Config = serde_json::from_str(config).expect("a server as data");
        let surroundings = Surroundings { epoch: 1_700_000_000, entropy: 7 };
        let settings = settings("mx.example.org", &config, Profile::default(), surroundings).expect("known words");
        Self {
            session: Session::new(settings, Memory::default()),
            zone: Zone::default(),
            out: Outbox::default(),
            now: Instant::ZERO,
        }
        .input(Input::Opened { peer: "198.51.100.7".parse().expect("an address"), tls: false })
        .server(220)
    }

    fn input(mut self, input: Input<'_>) -> Self {
        self.session.handle(self.now, input, &self.zone, &mut self.out);
        self
    }

    fn client(self, line: &str) -> Self {
        self.octets(format!("{line}\r\n").as_bytes())
    }

    fn octets(self, octets: &[u8]) -> Self {
        self.input(Input::Octets(octets))
    }

    fn after(mut self, seconds: u64) -> Self {
        self.now = self.now.after(Duration::from_secs(seconds));
        self.input(Input::Timer)
    }

    /// The next reply has this code.
    #[track_caller]
    fn server(self, code: u16) -> Self {
        self.reply(code, "")
    }

    /// The next reply has this code and this reason.
    #[track_caller]
    fn reply(mut self, code: u16, reason: &str) -> Self {
        let at = self.out.outputs.iter().position(|output| matches!(output, Output::Ruled { .. }));
        let Some(Output::Ruled { ruling, .. }) = at.map(|at| self.out.outputs.remove(at)) else {
            panic!("a {code} was to come, and nothing came");
        };
        assert_eq!(
            (ruling.reply.code.as_u16(), ruling.reason.id()),
            (code, if reason.is_empty() { ruling.reason.id() } else { reason })
        );
        self
    }

    #[track_caller]
    fn silence(self) -> Self {
        let said = self.out.outputs.iter().find(|output| matches!(output, Output::Ruled { .. }));
        assert_eq!(said, None);
        self
    }

    #[track_caller]
    fn accepted(mut self, message: &str) -> Self {
        let envelope = self.out.outputs.iter().find_map(|output| match output {
            Output::Accepted(envelope) => Some(envelope.clone()),
            _ => None,
        });
        let envelope = envelope.expect("a message was accepted");
        let text = String::from_utf8(envelope.message.clone()).expect("text");
        assert!(text.ends_with(message), "{text:?} ends with {message:?}");
        self.out.outputs.retain(|output| !matches!(output, Output::Accepted(_)));
        self
    }

    fn greeted(config: &str) -> Self {
        Self::with(config).client("EHLO client.example.com").server(250)
    }

    fn secured(config: &str) -> Self {
        Self::greeted(config)
            .client("STARTTLS")
            .reply(220, "server.starttls.ready")
            .input(Input::Tls(Ok(())))
            .client("EHLO client.example.com")
            .server(250)
    }
}

/// RFC 5321 Appendix D.1 in our own names: a typical transaction, one recipient refused.
#[test]
fn a_typical_transaction() {
    Dialogue::greeted(MX)
        .client("MAIL FROM:<alice@example.com>")
        .reply(250, "server.mail.accepted")
        .client("RCPT TO:<bob@example.org>")
        .server(250)
        .client("RCPT TO:<nobody@example.org>")
        .reply(550, "server.mailbox.unknown")
        .client("RCPT TO:<carol@example.org>")
        .server(250)
        .client("DATA")
        .server(354)
        .octets(b"Subject: x\r\n\r\n..dots\r\nend\r\n.\r\n")
        .reply(250, "server.message.accepted")
        .accepted("Subject: x\r\n\r\n.dots\r\nend\r\n")
        .client("QUIT")
        .server(221)
        .client("NOOP")
        .silence();
}

#[test]
fn what_is_out_of_order_is_answered_503_and_changes_nothing() {
    Dialogue::with(MX)
        .client("MAIL FROM:<>")
        .reply(503, "server.sequence.no-hello")
        .client("NOOP x")
        .server(250)
        .client("HELO client.example.com")
        .reply(250, "server.helo.accepted")
        .client("RCPT TO:<bob@example.org>")
        .reply(503, "server.sequence.no-mail")
        .client("DATA")
        .reply(503, "server.sequence.no-mail")
        .client("MAIL FROM:<>")
        .server(250)
        .client("DATA")
        .reply(503, "server.sequence.no-recipients")
        .client("MAIL FROM:<>")
        .reply(503, "server.sequence.nested-mail")
        .client("RCPT TO:<bob@example.org>")
        .server(250)
        .client("EHLO client.example.com")
        .server(250)
        .client("DATA")
        .reply(503, "server.sequence.no-mail");
}

#[test]
fn a_server_takes_what_rfc_5321_obliges_it_to_and_not_an_octet_more() {
    // The labels of a domain end at 63 octets, so long paths come with several.
    let long = |length: usize| {
        let rest = length - "<a@.example>".len();
        let labels: Vec<String> = (0..rest.div_ceil(64)).map(|n| "b".repeat((rest - n * 64).min(63))).collect();
        format!("MAIL FROM:<a@{}.example>", labels.join("."))
    };
    for (line, code) in [
        (format!("MAIL FROM:<{}@example.com>", "l".repeat(64)), 250),
        (format!("MAIL FROM:<{}@example.com>", "l".repeat(65)), 501),
        (long(256), 250),
        (long(257), 501),
        (format!("NOOP {}", "x".repeat(505)), 250),
        (format!("NOOP {}", "x".repeat(506)), 500),
        (format!("NOOP {}", "x".repeat(100_000)), 500),
    ] {
        Dialogue::greeted(MX).client(&line).server(code).client("NOOP").server(250);
    }
    // RFC 5321 §4.5.3.1.3 counts the brackets and the local-part too, so that a path is too long before its domain is.
    for (domain, code, reason) in [
        (252, 250, "server.mail.accepted"),
        (253, 501, "server.limit.path"),
        (255, 501, "server.limit.path"),
        (256, 501, "server.limit.domain"),
    ] {
        let domain = format!("{}{}", format!("{}.", "b".repeat(61)).repeat(4), "c".repeat(domain - 248));
        Dialogue::greeted(MX).client(&format!("MAIL FROM:<a@{domain}>")).reply(code, reason);
    }
    let mut dialogue = Dialogue::greeted(MX).client("MAIL FROM:<>").server(250);
    for _ in 0..100 {
        dialogue = dialogue.client("RCPT TO:<bob@example.org>").server(250);
    }
    dialogue.client("RCPT TO:<bob@example.org>").reply(452, "server.limit.recipients").client("DATA").server(354);
}

#[test]
fn size_is_refused_at_mail_and_after_the_dot() {
    let body = "x".repeat(1_998) + "\r\n";
    Dialogue::greeted(MX)
        .client("MAIL FROM:<> SIZE=2001")
        .reply(552, "server.size.too-big")
        .client("MAIL FROM:<> SIZE=2000")
        .server(250)
        .client("RCPT TO:<bob@example.org>")
        .server(250)
        .client("DATA")
        .server(354)
        .octets(format!("{body}.\r\n").as_bytes())
        .server(250)
        .client("MAIL FROM:<>")
        .server(250)
        .client("RCPT TO:<bob@example.org>")
        .server(250)
        .client("DATA")
        .server(354)
        .octets(format!("y{body}.\r\n").as_bytes())
        .reply(552, "server.message.too-big")
        .client("MAIL FROM:<> SIZE=many")
        .reply(501, "server.size.not-a-number")
        .client("MAIL FROM:<> XYZ=1")
        .reply(555, "server.parameter.unknown");
}

#[test]
fn submission_wants_authentication_and_an_address_of_ones_own() {
    let plain = "AUTH PLAIN AGFsaWNlAGNvcnJlY3QtaG9yc2U=";
    Dialogue::greeted(MSA)
        .client("MAIL FROM:<alice@example.com>")
        .reply(530, "server.submission.auth-required")
        .client(plain)
        .reply(538, "server.auth.encryption-required");
    Dialogue::secured(MSA)
        .client("AUTH PLAIN AGFsaWNlAHdyb25n")
        .reply(535, "server.auth.invalid")
        .client("AUTH NTLM")
        .reply(504, "server.auth.unknown-mechanism")
        .client("AUTH PLAIN !!!")
        .reply(501, "server.auth.not-base64")
        .client("AUTH LOGIN")
        .server(334)
        .client("*")
        .reply(501, "server.auth.cancelled")
        .client(plain)
        .server(235)
        .client(plain)
        .reply(503, "server.auth.already")
        .client("MAIL FROM:<mallory@example.com>")
        .reply(550, "server.submission.sender-not-yours")
        .client("MAIL FROM:<alice@example.com>")
        .server(250)
        .client("RCPT TO:<bob@example.org>")
        .server(250);
}

/// RFC 3207 §4.2: state is forgotten, the command is gone, and what was sent in clear behind it is dropped.
#[test]
fn tls_begins_anew() {
    Dialogue::greeted(MSA)
        .octets(b"STARTTLS\r\nNOOP\r\n")
        .server(220)
        .silence()
        .input(Input::Tls(Ok(())))
        .silence()
        .client("MAIL FROM:<alice@example.com>")
        .reply(503, "server.sequence.no-hello")
        .client("EHLO client.example.com")
        .server(250)
        .client("STARTTLS")
        .reply(503, "server.starttls.already");
}

#[test]
fn relaying_is_for_those_who_may() {
    Dialogue::greeted(MX)
        .client("MAIL FROM:<alice@example.com>")
        .server(250)
        .client("RCPT TO:<someone@example.net>")
        .reply(550, "server.relay.denied")
        .client("RCPT TO:<postMASTER>")
        .server(250);
}

#[test]
fn who_says_nothing_is_told_421() {
    Dialogue::greeted(MX).after(299).silence().after(1).reply(421, "server.timeout.idle");
}

/// Any chunking of the same octets gives the same replies.
#[test]
fn chunks_make_no_difference() {
    let script =
        b"EHLO a.example\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.org>\r\nDATA\r\na\r\n..b\r\n.\r\nFOO\r\nQUIT\r\n";
    let run = |chunk: usize| {
        let mut dialogue = Dialogue::with(MX);
        for piece in script.chunks(chunk) {
            dialogue = dialogue.octets(piece);
        }
        dialogue.out.octets
    };
    let whole = run(script.len());
    for chunk in 1..script.len() {
        assert_eq!(run(chunk), whole, "in chunks of {chunk}");
    }
}

/// RFC 5321 §3.8: whoever stops a session, the client is told 421, once.
#[test]
fn a_stopped_session_says_421_once() {
    Dialogue::greeted(MX)
        .input(Input::Stop(Stop::Shutdown))
        .reply(421, "server.stopped.shutdown")
        .input(Input::Stop(Stop::Shutdown))
        .client("NOOP")
        .silence();
    Dialogue::greeted(MX)
        .client("MAIL FROM:<>")
        .server(250)
        .input(Input::Stop(Stop::Overlong))
        .reply(421, "server.stopped.overlong");
    // Inside a handshake a reply could not be read.
    Dialogue::greeted(MX).client("STARTTLS").server(220).input(Input::Stop(Stop::Busy)).silence();
}

/// What the session says it has taken is what it was given, in order and to the last octet, in any chunking.
#[test]
fn every_octet_is_taken_once() {
    let long = format!("NOOP {}\r\n", "x".repeat(3_000));
    let said = format!(
        "EHLO a\r\n{long}AUTH LOGIN\r\nYWxpY2U=\r\nY29ycmVjdC1ob3JzZQ==\r\nMAIL FROM:<alice@example.com>\r\n\
         RCPT TO:<bob@example.org>\r\nDATA\r\nx\r\n..\r\n.\r\nSTARTTLS\r\nRSET\r\n"
    );
    let config = MSA.replace("\"mechanisms\"", "\"plaintext_auth\": true, \"mechanisms\"");
    for size in [1, 2, 7, 512, said.len()] {
        let mut dialogue = Dialogue::with(&config);
        for chunk in said.as_bytes().chunks(size) {
            dialogue = dialogue.octets(chunk);
        }
        let mut taken: Vec<Took> = Vec::new();
        for output in &dialogue.out.outputs {
            let Output::Took(took) = output else { continue };
            match taken.last_mut() {
                Some(last) if last.part == took.part => last.octets += took.octets,
                _ => taken.push(*took),
            }
        }
        let parts: Vec<(Part, usize)> = taken.iter().map(|took| (took.part, took.octets)).collect();
        let before_auth = "EHLO a\r\n".len() + long.len() + "AUTH LOGIN\r\n".len();
        assert_eq!(parts[0], (Part::Line, before_auth), "{size}");
        assert_eq!(parts[1], (Part::SaslResponse, 10 + 22), "{size}");
        assert_eq!(parts[3], (Part::Content, "x\r\n..\r\n.\r\n".len()), "{size}");
        assert_eq!(parts.last(), Some(&(Part::Dropped, "RSET\r\n".len())), "{size}");
        assert_eq!(parts.iter().map(|(_, octets)| octets).sum::<usize>(), said.len(), "{size}");
    }
}

/// A fault that refuses is a server that refuses: the session stays where it was, and nothing is taken over.
#[test]
fn a_refusing_fault_leaves_the_session_where_it_was() {
    let with = |at: &str, code: u16| {
        let fault =
            format!(r#""faults": [{{"at": "{at}", "nth": 1, "does": {{"reply": {{"code": {code}, "text": "no"}}}}}}]"#);
        Dialogue::with(&MX.replace(r#""size": 2000"#, &fault))
    };
    let greeted = |at, code| with(at, code).client("EHLO client.example.com").server(250);
    with("ehlo", 502).client("EHLO a").server(502).client("MAIL FROM:<>").server(503);
    greeted("starttls", 454).client("STARTTLS").server(454).client("MAIL FROM:<>").server(250);
    greeted("mail", 451).client("MAIL FROM:<>").server(451).client("RCPT TO:<bob@example.org>").server(503);
    let refused =
        greeted("rcpt", 452).client("MAIL FROM:<>").server(250).client("RCPT TO:<bob@example.org>").server(452);
    refused.client("DATA").server(503).client("RCPT TO:<carol@example.org>").server(250).client("DATA").server(354);
    let recipient = |dialogue: Dialogue| {
        dialogue.client("MAIL FROM:<>").server(250).client("RCPT TO:<bob@example.org>").server(250)
    };
    let data = recipient(greeted("data", 451)).client("DATA").server(451);
    data.client("DATA").server(354);
    let message = recipient(greeted("message", 554)).client("DATA").server(354).octets(b"x\r\n.\r\n").server(554);
    assert!(!message.out.outputs.iter().any(|output| matches!(output, Output::Accepted(_))));
    message.client("DATA").server(503);
    let second =
        recipient(recipient(greeted("message", 554)).client("DATA").server(354).octets(b"x\r\n.\r\n").server(554));
    second.client("DATA").server(354).octets(b"y\r\n.\r\n").server(250).accepted("y\r\n");
    let auth = MSA.replace(
        r#""require_auth": true"#,
        r#""faults": [{"at": "auth", "nth": 1, "does": {"reply": {"code": 454, "text": "no"}}}]"#,
    );
    let secured = Dialogue::secured(&auth).client("AUTH PLAIN AGFsaWNlAGNvcnJlY3QtaG9yc2U=").server(454);
    secured.client("AUTH PLAIN AGFsaWNlAGNvcnJlY3QtaG9yc2U=").server(235);
}
