//! What holds for a client whatever its server sends.

use proptest::prelude::*;
use smtp_explainer::client::{Credentials, Dialogue, Input, Job, Move, Profile, Security};
use smtp_explainer::smtp::Asked;
use smtp_explainer::time::Instant;

/// A whole session of a server, with a pipelined group in it and a recipient refused in two lines.
const SESSION: &[u8] = b"220 a\r\n250-a\r\n250-PIPELINING\r\n250 AUTH CRAM-MD5\r\n334 PDFAYT4=\r\n235 ok\r\n250 ok\r\n\
    550-no\r\n550 no\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n";

/// Gives a client these octets in chunks that end at the cuts, and returns all it does.
fn fed(profile: &str, octets: &[u8], cuts: &[usize]) -> Vec<Move> {
    let job = Job {
        client_name: "client.example.com".into(),
        security: Security::None,
        credentials: Some(Credentials { mechanism: None, user: "alice".into(), password: "correct-horse".into() }),
        reverse_path: Some("sender@example.com".into()),
        forward_paths: vec!["nosuch@example.net".into(), "user@example.net".into()],
        asked: Asked::default(),
        message: b"Subject: test\r\n\r\nHello.\r\n".to_vec(),
    };
    let mut dialogue = Dialogue::new(&Profile::built_in(profile).expect("a profile"), job);
    let mut out = Vec::new();
    dialogue.handle(Instant::ZERO, Input::Opened { tls: false }, &mut out);
    let mut start = 0;
    for cut in cuts.iter().copied().chain([octets.len()]) {
        let cut = cut.clamp(start, octets.len());
        dialogue.handle(Instant::ZERO, Input::Octets(&octets[start..cut]), &mut out);
        start = cut;
    }
    out
}

#[test]
fn the_session_goes_through_to_its_end() {
    // EHLO, AUTH, the response, one group, one write of message and QUIT.
    assert_eq!(fed("postfix-smtp", SESSION, &[]).len(), 5);
}

#[test]
fn octet_by_octet_is_all_at_once() {
    let each: Vec<_> = (1..SESSION.len()).collect();
    for profile in Profile::ids() {
        assert_eq!(fed(profile, SESSION, &each), fed(profile, SESSION, &[]), "{profile}");
        for cut in 0..SESSION.len() {
            assert_eq!(fed(profile, SESSION, &[cut]), fed(profile, SESSION, &[]), "{profile}, cut at {cut}");
        }
    }
}

proptest! {
    #[test]
    fn no_octets_cause_a_panic(octets in proptest::collection::vec(any::<u8>(), 0..400)) {
        for profile in Profile::ids() {
            fed(profile, &octets, &[]);
        }
    }

    #[test]
    fn no_replies_make_a_client_go_on_for_ever(codes in proptest::collection::vec(200_u16..600, 0..60)) {
        let octets: Vec<u8> = codes.iter().flat_map(|code| format!("{code} x\r\n").into_bytes()).collect();
        for profile in Profile::ids() {
            prop_assert!(fed(profile, &octets, &[]).len() <= 24);
        }
    }
}
