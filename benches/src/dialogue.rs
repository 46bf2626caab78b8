//! A whole session: EHLO, MAIL, two RCPT, DATA with 2 KB, QUIT.

use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use mailrs_smtp_proto::{Command, Event, Response, SessionConfig, format_ehlo_response, parse_command};
use smtp_explainer::dns::Zone;
use smtp_explainer::server::{self, Surroundings};
use smtp_explainer::session::{Input, Memory, Outbox, Profile, Session, Settings};
use smtp_explainer::simulation::{Scenario, Simulation, recordings_world, world};
use smtp_explainer::time::Instant;

use crate::inputs::{DIALOGUE, mail_data};
use crate::{Goals, Work};

const MESSAGE: usize = 2 * 1024;

pub(crate) fn works() -> Vec<Work> {
    vec![server_side(), both_sides()]
}

fn server_side() -> Work {
    let settings = settings();
    let zone = Zone::default();
    let lines: Vec<String> = DIALOGUE.iter().map(|line| format!("{line}\r\n")).collect();
    let data = mail_data(MESSAGE);
    let mut out = Outbox::default();
    Work {
        name: "the server's side of a session",
        peer: "mailrs",
        goals: Goals { of_peer: 0.33, allocations: Some(6), in_wasm: Some(2.0) },
        ours: Box::new(move || {
            let mut session = Session::new(Arc::clone(&settings), Memory::default());
            let mut said = 0;
            let mut give = |input: Input<'_>| {
                out.clear();
                session.handle(Instant::ZERO, input, &zone, &mut out);
                said += black_box(&out.octets).len();
            };
            give(Input::Opened { peer: IpAddr::V4(Ipv4Addr::new(198, 51, 100, 7)), tls: false });
            for line in &lines {
                give(Input::Octets(black_box(line.as_bytes())));
            }
            give(Input::Octets(black_box(&data)));
            give(Input::Octets(black_box(b"QUIT\r\n")));
            said
        }),
        theirs: Box::new(mailrs()),
    }
}

/// The client's side and the network as well, and everything that happened in the transcript.
fn both_sides() -> Work {
    let world = world().expect("the built-in world");
    let message = "x".repeat(76) + "\n";
    let scenario = format!(
        r#"{{"title": "bench", "summary": "bench", "choices": {{"network": "provider", "destination": "mx"}},
        "client": {{"program": "generic-mta"}}, "sender": "alice@isp.example",
        "recipients": ["bob@example.org", "carol@example.org"],
        "message": {{"subject": "bench", "body": {:?}}}}}"#,
        message.repeat(MESSAGE / message.len())
    );
    let scenario = Scenario::from_json(&scenario, &world).expect("a scenario");
    let ready = Simulation::new(&world, scenario).expect("a run");
    Work {
        name: "both sides, with the whole transcript",
        peer: "mailrs, server alone",
        goals: Goals { of_peer: 0.7, allocations: None, in_wasm: Some(2.0) },
        ours: Box::new(move || {
            let mut run = ready.clone();
            run.run();
            black_box(run.transcript()).events().len()
        }),
        theirs: Box::new(mailrs()),
    }
}

/// The recordings' mail exchanger, which speaks for example.org.
fn settings() -> Arc<Settings> {
    let mut world = recordings_world().expect("the recordings' world");
    let service = world.services.remove("mx-25").expect("the mail exchanger");
    let surroundings = Surroundings { epoch: world.epoch, entropy: 1 };
    server::settings(&world.name, &service.server, Profile::default(), surroundings).expect("its settings")
}

/// The peer's session, driven as its documentation shows.
fn mailrs() -> impl FnMut() -> usize {
    let data = mail_data(MESSAGE);
    move || {
        let config = SessionConfig { tls_available: true, ..SessionConfig::default() };
        let mut session = mailrs_smtp_proto::Session::new("mx.example.org", config);
        let mut said = black_box(Response::greeting(&session.hostname).format_greeting()).len();
        for line in DIALOGUE.iter().chain(&["QUIT"]) {
            let command = parse_command(black_box(line)).expect("a command");
            let event = session.handle_command(&command);
            let reply = match (&event, &command) {
                (_, Command::Ehlo(_)) => format_ehlo_response(&session.hostname, &session.capabilities()),
                (Event::NeedData { .. }, _) => {
                    said += black_box(Response::data_start().format()).len();
                    black_box(mailrs_smtp_proto::unstuff_data(black_box(&data)));
                    Response::data_ok().format()
                }
                (Event::Reply(reply) | Event::Shutdown(reply), _) => reply.format(),
                _ => unreachable!("nothing else was asked for"),
            };
            said += black_box(reply).len();
        }
        said
    }
}
