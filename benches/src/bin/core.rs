//! Grammar, session and the first six extensions and nothing else, to be weighed as wasm: `cargo xtask core-size`.
//!
//! It plays no role but to need those parts and no others: no data, no policies, no client.
#![forbid(unsafe_code)]

use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use smtp_explainer::dns::Zone;
use smtp_explainer::extension;
use smtp_explainer::session::{Input, Memory, Outbox, Profile, Role, Session, Settings, TlsRule};
use smtp_explainer::smtp::{ReplyKind, Spans, parse_reply};
use smtp_explainer::time::Instant;

fn main() {
    let settings = Settings {
        name: "mx.example.org".to_owned(),
        role: Role::Mx,
        local_domains: Vec::new(),
        mailboxes: Vec::new(),
        users: Vec::new(),
        trusted: Vec::new(),
        tls: TlsRule::Offered,
        mechanisms: Vec::new(),
        plaintext_auth: false,
        extensions: extension::ALL.to_vec(),
        policies: Vec::new(),
        faults: Vec::new(),
        profile: Profile::default(),
        epoch: 0,
        entropy: 0,
    };
    let mut session = Session::new(Arc::new(settings), Memory::default());
    let (mut out, mut spans) = (Outbox::default(), Spans::new());
    let inputs = [
        Input::Opened { peer: IpAddr::V4(Ipv4Addr::LOCALHOST), tls: false },
        Input::Octets(b"EHLO client.example.com\r\n"),
        Input::Timer,
    ];
    for input in black_box(inputs) {
        session.handle(black_box(Instant::ZERO), input, &Zone::default(), &mut out);
        black_box(parse_reply(&out.octets, black_box(ReplyKind::Other), &mut spans).is_ok());
    }
}
