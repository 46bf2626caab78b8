//! Reading what is accepted asks for no memory: commands, replies, mail data. A whole session asks for little.
//!
//! Counts what this thread asks of the allocator. The buffers for spans and octets are warm, as they are in a session.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use smtp_explainer::dns::Zone;
use smtp_explainer::server::{self, Surroundings};
use smtp_explainer::session::{Input, Memory, Outbox, Profile, Session, Settings, StateId};
use smtp_explainer::simulation::recordings_world;
use smtp_explainer::smtp::data::{Decoder, EndOfData};
use smtp_explainer::smtp::{
    ClientNames, Dialect, EnhancedCode, Reply, ReplyCode, ReplyKind, Spans, parse_command, parse_reply,
};
use smtp_explainer::time::Instant;

struct Counting;

thread_local! {
    static ASKED: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: every call goes to the system's allocator as it came; counting touches no memory of the allocation.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ASKED.set(ASKED.get() + 1);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often `work` asks for memory.
fn asked(work: impl FnOnce()) -> u64 {
    let before = ASKED.get();
    work();
    ASKED.get() - before
}

const COMMANDS: &[&str] = &[
    "EHLO client.example.com",
    "EHLO [IPv6:2001:db8::1]",
    "HELO client.example.com",
    "MAIL FROM:<alice@example.com> SIZE=1240 BODY=8BITMIME RET=HDRS ENVID=QQ314159",
    "MAIL FROM:<>",
    "MAIL FROM:<@a.example.com,@b.example.com:\"a b\"@[192.0.2.1]> AUTH=<> SMTPUTF8",
    "RCPT TO:<bob@example.org> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;bob@example.org",
    "RCPT TO:<Postmaster>",
    "DATA",
    "RSET",
    "NOOP with an argument",
    "VRFY alice",
    "EXPN staff",
    "HELP MAIL",
    "STARTTLS",
    "AUTH PLAIN AGFsaWNlAGNvcnJlY3QtaG9yc2U=",
    "BDAT 1000 LAST",
    "ETRN @example.org",
    "FROB",
    "QUIT ",
];

#[test]
fn the_counter_counts() {
    assert_eq!(asked(|| drop(std::hint::black_box(Box::new(1)))), 1);
}

#[test]
fn commands_cost_no_allocation() {
    let lenient = Dialect {
        space_after_colon: true,
        missing_brackets: true,
        extra_spaces: true,
        client_name: ClientNames::Anything,
        several_at_signs: true,
        display_name: true,
        ..Dialect::STRICT
    };
    let mut spans = Spans::new();
    for dialect in [Dialect::STRICT, lenient] {
        for line in COMMANDS {
            assert!(parse_command(line.as_bytes(), &dialect, &mut spans).command.is_ok(), "{line}");
            let asked = asked(|| {
                std::hint::black_box(parse_command(line.as_bytes(), &dialect, &mut spans));
            });
            assert_eq!(asked, 0, "{line}");
        }
    }
}

#[test]
fn replies_cost_no_allocation() {
    let ehlo = "250-mx.example.org\r\n250-PIPELINING\r\n250-SIZE 1048576\r\n250-VRFY\r\n250-ETRN\r\n250-STARTTLS\r\n\
                250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250 DSN\r\n";
    let mut spans = Spans::new();
    for (octets, kind) in [("250 2.1.5 Ok\r\n", ReplyKind::Other), (ehlo, ReplyKind::Ehlo)] {
        assert!(matches!(parse_reply(octets.as_bytes(), kind, &mut spans), Ok(Some(_))), "{octets}");
        let asked = asked(|| {
            let read = parse_reply(octets.as_bytes(), kind, &mut spans);
            let lines = read.ok().flatten().map(|(view, _)| view.lines().count());
            std::hint::black_box(lines);
        });
        assert_eq!(asked, 0, "{octets}");
    }
    let reply = Reply::new(ReplyCode::OK, Some(EnhancedCode::new(2, 1, 5)), "Recipient ok");
    let mut out = Vec::with_capacity(512);
    spans.clear();
    assert_eq!(asked(|| reply.encode(ReplyKind::Other, &mut out, &mut spans)), 0);
}

#[test]
fn mail_data_costs_no_allocation() {
    let data = "Subject: t\r\n\r\n..dots\r\nand text\r\n.\r\n".as_bytes();
    let asked = asked(|| {
        let mut decoder = Decoder::new(EndOfData::Strict);
        for chunk in data.chunks(7) {
            decoder.feed(chunk, |piece| {
                std::hint::black_box(piece);
            });
        }
    });
    assert_eq!(asked, 0);
}

/// What is left is what goes on behind the session: names, paths, the message; and what its states hold.
#[test]
fn a_session_asks_for_little() {
    let mut world = recordings_world().expect("the recordings' world");
    let service = world.services.remove("mx-25").expect("the mail exchanger");
    let surroundings = Surroundings { epoch: world.epoch, entropy: 1 };
    let settings = server::settings(&world.name, &service.server, Profile::default(), surroundings);
    let settings = settings.expect("its settings");
    let mut out = Outbox::default();
    assert_eq!(converse(&settings, &mut out), StateId::Closed);
    let asked = asked(|| {
        std::hint::black_box(converse(&settings, &mut out));
    });
    assert!(asked <= 13, "{asked}");
}

fn converse(settings: &Arc<Settings>, out: &mut Outbox) -> StateId {
    let zone = Zone::default();
    let mut session = Session::new(Arc::clone(settings), Memory::default());
    let peer = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 7));
    out.clear();
    session.handle(Instant::ZERO, Input::Opened { peer, tls: false }, &zone, out);
    for octets in [
        "EHLO client.example.com\r\n",
        "MAIL FROM:<alice@example.com> SIZE=20\r\n",
        "RCPT TO:<bob@example.org>\r\n",
        "RCPT TO:<carol@example.org>\r\n",
        "DATA\r\n",
        "Subject: t\r\n\r\ntext\r\n.\r\n",
        "QUIT\r\n",
    ] {
        out.clear();
        session.handle(Instant::ZERO, Input::Octets(octets.as_bytes()), &zone, out);
    }
    session.state().id()
}
