//! Every state × every verb × both roles: code, enhanced code, reason and next state, as a golden file.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use smtp_explainer::session::{Input, Output, Session, StateId};
use smtp_explainer::smtp::Verb;

use super::server::{Server, line};

/// A way into a state: its name in the table, the lines that lead there (`TLS` is the handshake), and the state.
struct Way {
    name: &'static str,
    lines: &'static [&'static str],
    state: StateId,
}

const HELLO: &str = "EHLO client.example.com\r\n";
const MAIL: &str = "MAIL FROM:<alice@example.com>\r\n";
const RCPT: &str = "RCPT TO:<bob@example.org>\r\n";
const LOGIN: &str = "AUTH PLAIN AGFsaWNlAGNvcnJlY3QtaG9yc2U=\r\n";
const STARTTLS: &str = "STARTTLS\r\n";

/// Where a submission server takes mail: inside TLS, and logged in.
const MSA: [Way; 8] = [
    Way { name: "greeted", lines: &[], state: StateId::Greeted },
    Way { name: "tls", lines: &[HELLO, STARTTLS], state: StateId::Tls },
    Way { name: "ready in clear", lines: &[HELLO], state: StateId::Ready },
    Way { name: "ready in TLS", lines: &[HELLO, STARTTLS, "TLS", HELLO], state: StateId::Ready },
    Way { name: "sasl", lines: &[HELLO, STARTTLS, "TLS", HELLO, "AUTH LOGIN\r\n"], state: StateId::Sasl },
    Way { name: "ready and logged in", lines: &[HELLO, STARTTLS, "TLS", HELLO, LOGIN], state: StateId::Ready },
    Way { name: "mail", lines: &[HELLO, STARTTLS, "TLS", HELLO, LOGIN, MAIL], state: StateId::Mail },
    Way { name: "rcpt", lines: &[HELLO, STARTTLS, "TLS", HELLO, LOGIN, MAIL, RCPT], state: StateId::Rcpt },
];

const MX: [Way; 8] = [
    Way { name: "greeted", lines: &[], state: StateId::Greeted },
    Way { name: "tls", lines: &[HELLO, STARTTLS], state: StateId::Tls },
    Way { name: "ready", lines: &[HELLO], state: StateId::Ready },
    Way { name: "sasl", lines: &[HELLO, STARTTLS, "TLS", HELLO, "AUTH LOGIN\r\n"], state: StateId::Sasl },
    Way { name: "mail", lines: &[HELLO, MAIL], state: StateId::Mail },
    Way { name: "rcpt", lines: &[HELLO, MAIL, RCPT], state: StateId::Rcpt },
    Way { name: "data", lines: &[HELLO, MAIL, RCPT, "DATA\r\n"], state: StateId::Data },
    Way { name: "data between chunks", lines: &[HELLO, MAIL, RCPT, "BDAT 3\r\nabc"], state: StateId::Data },
];

#[test]
fn every_verb_in_every_state_is_answered_as_the_table_says() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/order/matrix.txt");
    let mut said = String::from(
        "# Every state × every verb × both roles: code, enhanced code, reason, next state. `-` is no reply.\n\
         # Written by `UPDATE_GOLDEN=1 cargo test --test order`; read the difference before committing it.\n",
    );
    let mut seen = Vec::new();
    for (role, ways) in [("mx", &MX), ("msa", &MSA)] {
        let server = Server::of_role(role, false);
        table(&mut said, role, "opening", &server, &server.fresh());
        let turning = Server::of_role(role, true);
        table(&mut said, role, "turned", &turning, &turning.opened());
        for way in ways {
            let session = led(&server, way);
            seen.push(way.state);
            table(&mut said, role, way.name, &server, &session);
        }
        let mut closed = server.opened();
        let _ = server.say(&mut closed, Input::Octets(b"QUIT\r\n"));
        table(&mut said, role, "closed", &server, &closed);
    }
    seen.extend([StateId::Opening, StateId::Turned, StateId::Closed]);
    for state in StateId::ALL {
        assert!(seen.contains(&state), "{} has no table", state.id());
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &said).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
    let wanted = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    for (n, (said, wanted)) in said.lines().zip(wanted.lines()).enumerate() {
        assert_eq!(said, wanted, "line {}", n + 1);
    }
    assert_eq!(said.lines().count(), wanted.lines().count());
}

fn led(server: &Server, way: &Way) -> Session {
    let mut session = server.opened();
    for line in way.lines {
        let input = if *line == "TLS" { Input::Tls(Ok(())) } else { Input::Octets(line.as_bytes()) };
        let _ = server.say(&mut session, input);
    }
    assert_eq!(session.state().id(), way.state, "{}", way.name);
    session
}

fn table(into: &mut String, role: &str, name: &str, server: &Server, session: &Session) {
    let _ = writeln!(into, "\n== {role}, {name}");
    for verb in Verb::ALL {
        let mut session = session.clone();
        let out = server.say(&mut session, Input::Octets(line(*verb).as_bytes()));
        let state = session.state().id().id();
        let replies = out.outputs.iter().filter_map(|output| match output {
            Output::Ruled { ruling, .. } => {
                let enhanced = ruling.reply.enhanced.map_or_else(String::new, |code| code.to_string());
                Some(format!("{} {enhanced:6} {}", ruling.reply.code.as_u16(), ruling.reason))
            }
            Output::Found(found) => Some(format!("-          {}", found.reason)),
            _ => None,
        });
        let replies: Vec<String> = replies.collect();
        let replies = if replies.is_empty() { "-".to_owned() } else { replies.join(" | ") };
        let _ = writeln!(into, "{}", format!("{:9} {replies:44} {state}", verb.name()).trim_end());
    }
}
