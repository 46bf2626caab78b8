//! No text makes a line of its own: not in a command, not in a reply, not in the header of a message.

use serde_json::{Value, json};
use smtp_explainer::client::mta::{Action, Notice, Returned};
use smtp_explainer::dns::Zone;
use smtp_explainer::server::{Config, Surroundings, settings};
use smtp_explainer::session::{Input, Memory, Outbox, Output, Profile, Session};
use smtp_explainer::simulation::{Scenario, Simulation, world};
use smtp_explainer::smtp::{Asked, EnhancedCode, Wishes};
use smtp_explainer::time::Instant;
use smtp_explainer::transcript::Kind;

/// Ways to end a line before its time.
const BREAKS: [&str; 4] = ["\r\n", "\n", "\r", "\u{85}"];

/// The header of a message, field by field; folded lines belong to their field.
fn fields(message: &str) -> Vec<&str> {
    let header = message.split("\r\n\r\n").next().unwrap_or_default();
    assert!(!header.replace("\r\n", "").contains(['\r', '\n']), "a bare line end in {header:?}");
    header.split("\r\n").filter(|line| !line.starts_with([' ', '\t'])).collect()
}

/// The trace lines of a server that takes anything for a name or an address.
#[test]
fn trace_lines_take_no_line_from_the_client() {
    let config = r#"{"role": "mx", "local_domains": ["example.org"], "rules": {"spf": "note"}}"#;
    let config: Config = serde_json::from_str(config).expect("a server");
    let mut accepted = Vec::new();
    for name in smtp_explainer::personality::names() {
        let personality = smtp_explainer::personality::built_in(name, "mx-25").expect("its file").expect("it is read");
        let profile = Profile { extensions: None, ..personality.profile };
        let settings = settings("mx.example.org", &config, profile, Surroundings { epoch: 0, entropy: 1 });
        let settings = settings.expect("known words");
        for evil in ["x\rBcc: eve@example.net", "x\u{85}Bcc: y", "x\0y", "x\x1by"] {
            for (hello, from) in [(evil, "alice"), ("a.example", evil), ("a.example", &format!("\"{evil}\""))] {
                let mut session = Session::new(settings.clone(), Memory::default());
                let (zone, mut out) = (Zone::default(), Outbox::default());
                let peer = "198.51.100.7".parse().expect("an address");
                session.handle(Instant::ZERO, Input::Opened { peer, tls: false }, &zone, &mut out);
                for line in [
                    format!("EHLO {hello}\r\n"),
                    format!("MAIL FROM:<{from}@example.com>\r\n"),
                    "RCPT TO:<bob@example.org>\r\n".to_owned(),
                    "DATA\r\n".to_owned(),
                    "Subject: x\r\n\r\nx\r\n.\r\n".to_owned(),
                ] {
                    session.handle(Instant::ZERO, Input::Octets(line.as_bytes()), &zone, &mut out);
                }
                for output in &out.outputs {
                    let Output::Accepted(envelope) = output else { continue };
                    let message = String::from_utf8_lossy(&envelope.message);
                    if format!("{} {}", envelope.hello.name, envelope.reverse_path).contains(char::is_control) {
                        accepted.push(name);
                    }
                    for field in fields(&message) {
                        let known = ["Return-Path: ", "Received-SPF: ", "Received: ", "Subject: "];
                        assert!(known.iter().any(|it| field.starts_with(it)), "{name}: {field:?} in {message:?}");
                        assert!(!field.contains(char::is_control), "{name}: {field:?}");
                    }
                }
            }
        }
    }
    assert!(!accepted.is_empty(), "nobody took anything odd, so that nothing was tried");
}

/// A notice quotes names and words from outside, each on one line.
#[test]
fn a_notice_takes_no_line_from_what_it_quotes() {
    for end in BREAKS {
        let evil = format!("x{end}Bcc: eve@example.net");
        let returned = [Returned::new(&evil, EnhancedCode::new(5, 1, 1), &format!("550 {evil}"), Some(evil.clone()))];
        let asked = Asked {
            mail: Wishes { envid: Some("x+0D+0ABcc:y".into()), ..Wishes::default() },
            rcpt: vec![(evil.clone(), Wishes { orcpt: Some(format!("{evil};x+0ABcc:y")), ..Wishes::default() })],
        };
        let notice = Notice {
            host: "relay.example.com",
            date: "Tue, 24 Nov 2026 10:00:00 +0000",
            id: "N1",
            sender: &evil,
            message: b"Subject: hi\r\n\r\nx\r\n",
            action: Action::Failed,
            returned: &returned,
            asked: &asked,
        };
        let text = String::from_utf8(notice.message()).expect("text");
        assert!(text.split("\r\n").all(|line| !line.contains(['\r', '\n', '\u{85}'])), "{text:?}");
        assert!(!text.split("\r\n").any(|line| line.starts_with("Bcc")), "{text:?}");
    }
}

/// A scenario's texts become commands and header fields: what would break one is refused when the scenario is read.
#[test]
fn a_scenario_s_text_ends_no_command() {
    let world = world().expect("the built-in world");
    for end in &BREAKS[..3] {
        let evil = format!("a.example{end}NOOP");
        for scenario in [
            json!({"title": "x", "sender": format!("{evil}@example.com")}),
            json!({"title": "x", "sender": format!("a@{evil}")}),
            json!({"title": "x", "recipients": [format!("{evil}@example.org")]}),
            json!({"title": "x", "message": {"subject": evil}}),
            json!({"title": "x", "host": {"name": evil, "address": "192.0.2.20"}}),
        ] {
            assert!(Scenario::from_json(&scenario.to_string(), &world).is_err(), "{scenario}");
        }
    }
}

/// A reply's text from outside stays one reply (RFC 5321 §4.2.1), and a body's lines stay text.
#[test]
fn a_reply_s_text_ends_no_reply() {
    let world = world().expect("the built-in world");
    let count = |scenario: Value| {
        let scenario = Scenario::from_json(&scenario.to_string(), &world).expect("a scenario");
        let mut run = Simulation::new(&world, scenario).expect("it can be run");
        run.run();
        run.transcript().events().iter().filter(|event| matches!(event.kind, Kind::Reply(_) | Kind::Command(_))).count()
    };
    let with = |text: &str, body: &str| {
        json!({"title": "x", "choices": {"network": "home-static", "destination": "mx"}, "message": {"body": body},
            "changes": {"servers": [{"host": "mx.example.org",
                "faults": [{"at": "ehlo", "does": {"reply": {"code": 250, "text": text}}}]}]}})
    };
    let plain = count(with("x", "y"));
    for end in ["\r\n", "\r", "\u{85}"] {
        assert_eq!(count(with(&format!("x{end}250 STARTTLS"), "y")), plain, "{end:?}");
        assert_eq!(count(with("x", &format!("y{end}.{end}NOOP{end}QUIT{end}"))), plain, "{end:?}");
    }
}
