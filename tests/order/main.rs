//! The order of commands, held against the session: every sequence of commands up to a length, state by state against
//! `session::ORDER`; and every verb in every state, as a table to be read.
//!
//! The session never consults `ORDER`, so the two can differ. `ORDER_LENGTH=5 cargo test --release --test order` tries
//! longer sequences than the four commands of every run. `UPDATE_GOLDEN=1` writes the table anew.

#![cfg(not(target_arch = "wasm32"))]

mod matrix;
mod server;

use smtp_explainer::session::{Allowed, Input, Output, Session, Snapshot, StateId, allowed};
use smtp_explainer::smtp::Verb;

use server::{Server, line};

/// What a client can do next.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Letter {
    /// A command of RFC 5321 whose argument is right.
    Command(Verb),
    /// A word that is no verb.
    Unknown,
    /// A message and the dot that ends it. Where no data is awaited only the dot, which is no command.
    Dot,
    /// A chunk that is the whole message (RFC 3030 §2).
    Chunk,
    /// STARTTLS (RFC 3207 §4).
    StartTls,
    /// The handshake behind it.
    Handshake,
}

/// What is to come of it: the state then, and the code of the one reply, if there is one.
type Expected = (StateId, Option<u16>);

/// The letters every server knows.
fn alphabet(extended: bool) -> Vec<Letter> {
    let verbs = smtp_explainer::session::ORDER.iter().map(|(verb, _)| Letter::Command(*verb));
    let more: &[Letter] = if extended { &[Letter::Chunk, Letter::StartTls, Letter::Handshake] } else { &[] };
    verbs.chain([Letter::Unknown, Letter::Dot]).chain(more.iter().copied()).collect()
}

/// RFC 5321 §4.3.2: the code of success.
fn success(verb: Verb) -> u16 {
    match verb {
        Verb::Data => 354,
        Verb::Help => 214,
        Verb::Quit => 221,
        Verb::Vrfy | Verb::Expn => 252,
        _ => 250,
    }
}

/// What the RFCs say of this letter in this state; written from them and from `ORDER`, not from the session.
#[expect(clippy::match_same_arms, reason = "an arm is a clause, and two clauses may say the same")]
fn expected(state: StateId, tls: bool, letter: Letter) -> Expected {
    match (state, letter) {
        // RFC 5321 §4.1.1.4: inside mail data nothing is a command.
        (StateId::Data, Letter::Dot) => (StateId::Ready, Some(250)),
        (StateId::Data, _) => (StateId::Data, None),
        // RFC 3207 §4: after the 220 comes a handshake and nothing else; §4.2: then the session begins anew.
        (StateId::Tls, Letter::Handshake) => (StateId::Greeted, None),
        (StateId::Tls | StateId::Closed, _) => (state, None),
        (_, Letter::Command(verb)) => match allowed(state, verb) {
            Some(Allowed::To(next)) => (next, Some(success(verb))),
            Some(Allowed::Stays) => (state, Some(success(verb))),
            Some(Allowed::OutOfOrder) => (state, Some(503)),
            None => panic!("{verb:?} in {state:?} is in no table"),
        },
        // RFC 5321 §3.1: after a 554 greeting everything but QUIT is answered 503.
        (StateId::Turned, _) => (state, Some(503)),
        // RFC 5321 §4.2.4: what is no command at all.
        (_, Letter::Unknown | Letter::Dot) => (state, Some(500)),
        // RFC 3030 §2: BDAT stands where DATA does.
        (StateId::Rcpt, Letter::Chunk) => (StateId::Ready, Some(250)),
        (_, Letter::Chunk) => (state, Some(503)),
        // RFC 3207 §4.2: once, between EHLO and MAIL.
        (StateId::Ready, Letter::StartTls) if !tls => (StateId::Tls, Some(220)),
        (_, Letter::StartTls | Letter::Handshake) => (state, Some(503)),
    }
}

/// What holds in each state whatever led there.
fn assert_sound(now: &Snapshot, way: &[Letter]) {
    let greeted = matches!(now.state, StateId::Ready | StateId::Mail | StateId::Rcpt | StateId::Data);
    assert_eq!(now.hello.is_some(), greeted, "a name is known after EHLO, and no sooner: {way:?}");
    let open = matches!(now.state, StateId::Mail | StateId::Rcpt | StateId::Data);
    assert_eq!(now.reverse_path.is_some(), open, "a transaction is open from MAIL on: {way:?}");
    let addressed = matches!(now.state, StateId::Rcpt | StateId::Data);
    assert_eq!(!now.forward_paths().is_empty(), addressed, "recipients stand from RCPT on: {way:?}");
    assert_eq!(now.user, None, "nobody has logged in: {way:?}");
}

/// Goes one letter further and holds what comes of it against what is to come.
fn go(server: &Server, session: &mut Session, letter: Letter, way: &[Letter]) {
    let before = session.snapshot();
    let (state, code) = expected(before.state, before.tls, letter);
    let octets = match letter {
        Letter::Command(verb) => line(verb).into_bytes(),
        Letter::Unknown => b"XYZZY\r\n".to_vec(),
        Letter::Dot if before.state == StateId::Data => b"Subject: x\r\n\r\ntext\r\n.\r\n".to_vec(),
        Letter::Dot => b".\r\n".to_vec(),
        Letter::Chunk => b"BDAT 3 LAST\r\nab\n".to_vec(),
        Letter::StartTls => b"STARTTLS\r\n".to_vec(),
        Letter::Handshake => Vec::new(),
    };
    let input = if letter == Letter::Handshake { Input::Tls(Ok(())) } else { Input::Octets(&octets) };
    let out = server.say(session, input);
    let after = session.snapshot();
    assert_eq!(after.state, state, "{way:?}");
    assert_sound(&after, way);
    let rulings: Vec<_> = out.outputs.iter().filter(|it| matches!(it, Output::Ruled { .. })).collect();
    let codes: Vec<u16> = rulings.iter().filter_map(|it| server::code(it)).collect();
    assert_eq!(codes, code.into_iter().collect::<Vec<u16>>(), "{way:?}");
    if let Some(Output::Ruled { octets, state, .. }) = rulings.first() {
        let reply = out.octets.get(octets.clone()).expect("the reply's octets");
        assert!(reply.ends_with(b"\r\n") && reply.starts_with(codes[0].to_string().as_bytes()), "{way:?}");
        assert_eq!(*state, after, "what a reply is sent with is what the session stands in: {way:?}");
    }
    if code.is_some_and(|code| code >= 400) {
        assert_eq!(before, after, "what is refused changes nothing: {way:?}");
    }
    let delivered = out.outputs.iter().filter(|it| matches!(it, Output::Accepted(_))).count();
    let ends = matches!((before.state, letter), (StateId::Data, Letter::Dot) | (StateId::Rcpt, Letter::Chunk));
    assert_eq!(delivered, usize::from(ends), "a message is accepted at its end and nowhere else: {way:?}");
}

/// Every way of `left` letters more. How many sessions that were.
fn walk(server: &Server, letters: &[Letter], session: &Session, way: &mut Vec<Letter>, left: usize) -> usize {
    if left == 0 {
        return 1;
    }
    let state = session.state().id();
    let mut ways = 0;
    for letter in letters {
        // A driver reports a handshake only where one was asked for.
        if *letter == Letter::Handshake && state != StateId::Tls {
            continue;
        }
        way.push(*letter);
        let mut session = session.clone();
        go(server, &mut session, *letter, way);
        ways += walk(server, letters, &session, way, left - 1);
        way.pop();
    }
    ways
}

#[test]
fn every_sequence_of_commands_is_answered_as_the_order_says() {
    let length = std::env::var("ORDER_LENGTH").ok().and_then(|text| text.parse().ok()).unwrap_or(4);
    let mut ways = 0;
    for (server, extended) in
        [(Server::plain(), false), (Server::extended(), true), (Server::trusting(), false), (Server::turning(), false)]
    {
        let session = server.opened();
        assert_sound(&session.snapshot(), &[]);
        ways += walk(&server, &alphabet(extended), &session, &mut Vec::new(), length);
    }
    println!("{ways} sequences of {length} commands");
    assert!(ways > 13_usize.pow(u32::try_from(length).expect("a length")), "hardly anything was tried");
}
