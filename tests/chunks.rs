//! How the octets of a connection are cut makes no difference: not inside mail data or chunks, not around a TLS
//! handshake, not in an AUTH exchange. And what they cost is bounded by how many there are.

#![cfg(not(target_arch = "wasm32"))]

use std::sync::Arc;

use proptest::prelude::*;
use smtp_explainer::client::{self, Act, Credentials, Dialogue, Job, Move, Security};
use smtp_explainer::dns::Zone;
use smtp_explainer::sasl::Mechanism;
use smtp_explainer::server::{Config, Surroundings, settings};
use smtp_explainer::session::{Input, Memory, Outbox, Output, Profile, Session, Settings, StateId, Took};
use smtp_explainer::smtp::Asked;
use smtp_explainer::smtp::data::EndOfData;
use smtp_explainer::time::Instant;

const CONFIG: &str = r#"{"role": "msa", "tls": "offered", "local_domains": ["example.org"], "mailboxes": ["bob", "carol"],
    "users": [{"name": "alice", "password": "correct-horse", "token": "t0k3n"}], "plaintext_auth": true, "size": 3000,
    "mechanisms": ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256", "XOAUTH2"], "trusted": ["198.51.100.0/24"],
    "extensions": ["PIPELINING", "SIZE", "STARTTLS", "AUTH", "ENHANCEDSTATUSCODES", "8BITMIME", "DSN", "SMTPUTF8",
    "CHUNKING", "ETRN"], "rules": {"spf": "note", "tarpit_after": 3}}"#;

fn server(mode: EndOfData) -> Arc<Settings> {
    let config: Config = serde_json::from_str(CONFIG).expect("a server");
    let mut profile = Profile::default();
    profile.behaviours.end_of_data = mode;
    settings("mx.example.org", &config, profile, Surroundings { epoch: 0, entropy: 7 }).expect("known words")
}

/// What a client sends before the server's next handshake.
fn stretch() -> impl Strategy<Value = Vec<u8>> {
    let line = |text: &'static str| Just(text.as_bytes().to_vec());
    let message = prop::collection::vec(
        prop::sample::select(vec!["x", ".", "\r\n", "\r", "\n", "\0", "\u{e9}", "\r\n.", "..", "long line of text "]),
        0..40,
    );
    let piece = prop_oneof![
        line("EHLO client.example.com\r\n"),
        line("HELO client.example.com\r\n"),
        line("MAIL FROM:<alice@example.com>\r\n"),
        line("MAIL FROM:<alice@example.com> SIZE=2000 BODY=8BITMIME RET=HDRS ENVID=a+2Bb SMTPUTF8\r\n"),
        line("RCPT TO:<bob@example.org>\r\n"),
        line("RCPT TO:<carol@example.org> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;carol@example.org\r\n"),
        line("RCPT TO:<nobody@example.org>\r\n"),
        line("AUTH PLAIN AGFsaWNlAGNvcnJlY3QtaG9yc2U=\r\n"),
        line("AUTH PLAIN\r\nAGFsaWNlAGNvcnJlY3QtaG9yc2U=\r\n"),
        line("AUTH LOGIN\r\nYWxpY2U=\r\nY29ycmVjdC1ob3JzZQ==\r\n"),
        line("AUTH LOGIN\r\nYWxpY2U=\r\n*\r\n"),
        line("AUTH CRAM-MD5\r\nYWxpY2UgMDEyMw==\r\n"),
        line("AUTH SCRAM-SHA-256 biwsbj1hbGljZSxyPWFiYw==\r\nnonsense\r\n"),
        line("AUTH XOAUTH2 dXNlcj1hbGljZQFhdXRoPUJlYXJlciB0MGszbgEB\r\n"),
        line("STARTTLS\r\n"),
        line("RSET\r\n"),
        line("NOOP\r\n"),
        line("VRFY bob\r\n"),
        line("HELP\r\n"),
        line("QUIT\r\n"),
        line("XYZZY\r\n"),
        line("NOOP a\rb\0c\r\n"),
        line("NOOP bare\n"),
        message.clone().prop_map(|text| [b"DATA\r\n", text.concat().as_bytes(), b"\r\n.\r\n"].concat()),
        (message, any::<bool>()).prop_map(|(text, last)| {
            let text = text.concat();
            format!("BDAT {}{}\r\n{text}", text.len(), if last { " LAST" } else { "" }).into_bytes()
        }),
        (500_usize..1_200).prop_map(|long| [b"NOOP ".to_vec(), vec![b'x'; long], b"\r\n".to_vec()].concat()),
        prop::collection::vec(any::<u8>(), 0..30),
    ];
    prop::collection::vec(piece, 1..14).prop_map(|pieces| pieces.concat())
}

/// What a session said, with pieces of the same kind put together: only their number depends on the cuts.
fn said(settings: &Arc<Settings>, stretches: &[Vec<u8>], cuts: &[usize]) -> (Vec<Output>, Vec<u8>) {
    let mut session = Session::new(Arc::clone(settings), Memory::default());
    let (zone, mut out) = (Zone::default(), Outbox::default());
    let peer = "198.51.100.7".parse().expect("an address");
    session.handle(Instant::ZERO, Input::Opened { peer, tls: false }, &zone, &mut out);
    for octets in stretches {
        let mut rest = octets.as_slice();
        for size in cuts.iter().cycle() {
            let (piece, tail) = rest.split_at((*size).clamp(1, rest.len().max(1)).min(rest.len()));
            session.handle(Instant::ZERO, Input::Octets(piece), &zone, &mut out);
            rest = tail;
            if rest.is_empty() {
                break;
            }
        }
        if session.state().id() == StateId::Tls {
            session.handle(Instant::ZERO, Input::Tls(Ok(())), &zone, &mut out);
        }
    }
    session.handle(Instant::ZERO, Input::HalfClosed, &zone, &mut out);
    let mut together: Vec<Output> = Vec::new();
    for output in out.outputs {
        match (&output, together.last_mut()) {
            (Output::Took(Took { part, octets }), Some(Output::Took(last))) if last.part == *part => {
                last.octets += octets;
            }
            // Where octets behind STARTTLS come in several pieces, each is told to be dropped.
            (Output::Found(found), _) if found.reason.id() == "server.starttls.discarded" => {}
            _ => together.push(output),
        }
    }
    (together, out.octets)
}

proptest! {
    #[test]
    fn cuts_make_no_difference_to_a_session(
        stretches in prop::collection::vec(stretch(), 1..4),
        cuts in prop::collection::vec(1_usize..40, 1..8),
        mode in prop::sample::select(EndOfData::ALL.to_vec()),
    ) {
        let settings = server(mode);
        let whole = said(&settings, &stretches, &[usize::MAX]);
        prop_assert_eq!(&said(&settings, &stretches, &cuts), &whole);
        prop_assert_eq!(&said(&settings, &stretches, &[1]), &whole);
    }

    /// Every line is answered at most twice and briefly, and every octet is taken once.
    #[test]
    fn what_octets_cost_is_bounded(stretches in prop::collection::vec(stretch(), 1..4)) {
        let (outputs, replies) = said(&server(EndOfData::Strict), &stretches, &[usize::MAX]);
        let sent: usize = stretches.iter().map(Vec::len).sum();
        let lines: usize = stretches.iter().flatten().filter(|octet| **octet == b'\n').count();
        // A line leads to what was taken, a look-up, two findings, a reply, and what was accepted.
        prop_assert!(outputs.len() <= 7 * (lines + stretches.len() + 2), "{} for {lines} lines", outputs.len());
        prop_assert!(replies.len() <= 600 * (lines + 2), "{} octets for {lines} lines", replies.len());
        let taken: usize = outputs.iter().map(|output| match output {
            Output::Took(took) => took.octets,
            _ => 0,
        }).sum();
        prop_assert!(taken <= sent);
    }
}

/// Everything that went over a connection, and what the client made of it.
#[derive(Debug, Default, PartialEq)]
struct Connection {
    from_client: Vec<u8>,
    from_server: Vec<u8>,
    moves: Vec<Move>,
    rulings: Vec<&'static str>,
    accepted: Vec<Vec<u8>>,
    handshakes: usize,
}

/// A client of this profile and a server, with every write cut into pieces of these sizes on its way.
fn connection(profile: &str, security: Security, mechanism: Option<Mechanism>, cuts: &[usize]) -> Connection {
    let zone = Zone::default();
    let credentials = mechanism.map(|mechanism| Credentials {
        mechanism: Some(mechanism),
        user: "alice".into(),
        password: if mechanism == Mechanism::XOAuth2 { "t0k3n" } else { "correct-horse" }.into(),
    });
    let job = Job {
        client_name: "client.example.com".into(),
        security,
        credentials,
        reverse_path: Some("alice@example.com".into()),
        forward_paths: ["bob", "nobody", "carol"].map(|name| format!("{name}@example.org")).to_vec(),
        asked: Asked::default(),
        message: b"Subject: x\r\n\r\n.dot\r\nend\r\n".to_vec(),
    };
    let mut session = Session::new(server(EndOfData::Strict), Memory::default());
    let mut dialogue = Dialogue::new(&client::Profile::built_in(profile).expect("a profile"), job);
    let mut seen = Connection::default();
    let (mut out, mut moves) = (Outbox::default(), Vec::new());
    let peer = "198.51.100.7".parse().expect("an address");
    session.handle(Instant::ZERO, Input::Opened { peer, tls: false }, &zone, &mut out);
    dialogue.handle(Instant::ZERO, client::Input::Opened { tls: false }, &mut moves);
    let mut sizes = cuts.iter().copied().cycle();
    let mut pieces = |octets: &[u8]| {
        let mut rest = octets.to_vec();
        let mut pieces = Vec::new();
        while !rest.is_empty() {
            let tail = rest.split_off(sizes.next().unwrap_or(1).clamp(1, rest.len()));
            pieces.push(std::mem::replace(&mut rest, tail));
        }
        pieces
    };
    // Each turn carries something over; a dialogue has a few dozen of them.
    for _ in 0..100 {
        let (outputs, octets) = (std::mem::take(&mut out.outputs), std::mem::take(&mut out.octets));
        out.clear();
        for output in outputs {
            match output {
                Output::Ruled { ruling, .. } => seen.rulings.push(ruling.reason.id()),
                Output::Accepted(envelope) => seen.accepted.push(envelope.message),
                _ => {}
            }
        }
        seen.from_server.extend(&octets);
        for piece in pieces(&octets) {
            dialogue.handle(Instant::ZERO, client::Input::Octets(&piece), &mut moves);
        }
        for made in std::mem::take(&mut moves) {
            match &made.act {
                Act::Send { octets, .. } => {
                    seen.from_client.extend(octets);
                    for piece in pieces(octets) {
                        session.handle(Instant::ZERO, Input::Octets(&piece), &zone, &mut out);
                    }
                }
                Act::StartTls => {
                    seen.handshakes += 1;
                    session.handle(Instant::ZERO, Input::Tls(Ok(())), &zone, &mut out);
                    dialogue.handle(Instant::ZERO, client::Input::Tls(Ok(())), &mut moves);
                }
                Act::Close { .. } => session.handle(Instant::ZERO, Input::HalfClosed, &zone, &mut out),
            }
            seen.moves.push(made);
        }
        if session.state().id() == StateId::Closed && out.outputs.is_empty() {
            dialogue.handle(Instant::ZERO, client::Input::Closed { reset: false }, &mut moves);
        }
        if dialogue.is_over() && moves.is_empty() && out.outputs.is_empty() {
            return seen;
        }
    }
    panic!("{profile} never ends");
}

#[test]
fn cuts_make_no_difference_to_a_connection() {
    let ways = [
        (Security::InClear, None),
        (Security::StartTlsRequired, Some(Mechanism::Plain)),
        (Security::StartTlsRequired, Some(Mechanism::Login)),
        (Security::StartTlsIfOffered, Some(Mechanism::CramMd5)),
        (Security::InClear, Some(Mechanism::ScramSha256)),
        (Security::StartTlsRequired, Some(Mechanism::XOAuth2)),
    ];
    let mut delivered = 0;
    for profile in client::Profile::ids() {
        for (security, mechanism) in ways {
            // Its thousands of rounds of hashing are the same for everybody.
            if mechanism == Some(Mechanism::ScramSha256) && profile != "generic-mua" {
                continue;
            }
            let whole = connection(profile, security, mechanism, &[usize::MAX]);
            for cuts in [&[1][..], &[2, 7, 1], &[3], &[64, 5]] {
                let cut = connection(profile, security, mechanism, cuts);
                assert_eq!(cut, whole, "{profile} {security:?} {mechanism:?} in pieces of {cuts:?}");
            }
            delivered += whole.accepted.len();
        }
    }
    assert!(delivered > 30, "hardly a message came through: {delivered}");
}
