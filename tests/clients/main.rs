//! Each client profile against the recordings of the program it stands for.
//!
//! `tests/recordings/clients.tsv` holds, per program and situation, what was sent and what the program printed. Here the
//! same situations are played to the profile: verbs in order, names of parameters, what shares a write, TLS, AUTH and its
//! initial response, further connections, the close, and the text shown must be the same. What is not stands below with
//! its reason.

mod properties;
mod server;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use smtp_explainer::client::{
    Act, Cause, Close, ConnectFailed, ConnectFailure, Credentials, Dialogue, Input, Job, Kind, LineKind, Move, Peer,
    Profile, Report, Scene, Security, TlsFailure,
};
use smtp_explainer::network::{self, Connecting, Errno, Icmp, Step, System};
use smtp_explainer::smtp::Verb;
use smtp_explainer::time::{Duration, Instant};

use server::Server;

const RECORDINGS: &str = include_str!("../recordings/clients.tsv");

/// Program, situation, reason. Only the commands or only the text may differ; both reasons are told here.
const DEVIATIONS: &[(&str, &str, &str)] = &[
    ("msmtp", "msa-587-plain-client", "it closed with replies unread, which its kernel made a reset"),
    ("exim-smtp", "many-extensions", "BDAT is not sent by the dialogue"),
    ("nodemailer", "implicit-tls-client-on-587", "it prints its TLS library's own line, with a line number in it"),
];

/// One line of the recordings.
struct Recording {
    client: &'static str,
    situation: &'static str,
    host: &'static str,
    port: u16,
    did: &'static str,
    shown: String,
}

fn recordings() -> Vec<Recording> {
    let read = |line: &'static str| {
        let fields: Vec<_> = line.split('\t').collect();
        let [client, situation, target, did, shown] = fields[..] else { panic!("five fields: {line}") };
        let (host, port) = target.split_once(':').expect("host and port");
        let shown = shown.replace("\\n", "\n").replace("\\t", "\t");
        Recording { client, situation, host, port: port.parse().expect("a port"), did, shown }
    };
    RECORDINGS.lines().filter(|line| !line.starts_with('#')).map(read).collect()
}

#[test]
fn every_profile_does_and_says_what_its_program_did_and_said() {
    let mut wrong = Vec::new();
    let mut compared = BTreeMap::new();
    for recording in recordings() {
        let (did, shown) = play(&recording);
        let profile = Profile::built_in(recording.client).expect("a profile");
        let mut differs = Vec::new();
        if did != same_writes(&profile, recording.did) {
            differs.push(format!("\n  recorded {}\n  profile  {did}", recording.did));
        }
        if !recording.shown.is_empty() && shown != recording.shown {
            differs.push(format!("\n  printed {:?}\n  shows   {shown:?}", recording.shown));
        }
        let listed = DEVIATIONS.iter().any(|(client, at, _)| *client == recording.client && *at == recording.situation);
        let at = format!("{} {}", recording.client, recording.situation);
        match (differs.is_empty(), listed) {
            (true, true) => wrong.push(format!("{at}: agrees now, drop it from the list")),
            (false, false) => wrong.push(format!("{at}:{}", differs.concat())),
            _ => {}
        }
        *compared.entry(recording.client).or_insert(0) += 1;
    }
    let all: usize = compared.values().sum();
    println!("{} of {all} situations alike, the others listed", all - DEVIATIONS.len());
    assert!(wrong.is_empty(), "{} of {all} differ:\n{}", wrong.len(), wrong.join("\n"));
    // Exim and Postfix are servers: some situations of a program that logs in are not theirs.
    let situations = |client| {
        if client == "postfix-smtp" {
            30
        } else if client == "exim-smtp" {
            32
        } else {
            37
        }
    };
    let recorded =
        ["curl", "exim-smtp", "msmtp", "nodemailer", "pear-mail", "phpmailer", "postfix-smtp", "smtplib", "swaks"];
    let expected: Vec<_> = recorded.into_iter().map(|client| (client, situations(client))).collect();
    assert_eq!(compared.into_iter().collect::<Vec<_>>(), expected, "every situation of every program");
}

/// Of a program that writes each command by itself the recorder could read several at once: that tells nothing.
fn same_writes(profile: &Profile, did: &str) -> String {
    if profile.manners.single_writes { did.replace('+', " ") } else { did.to_owned() }
}

/// Plays a situation; gives back what the profile did and what it shows.
fn play(recording: &Recording) -> (String, String) {
    let profile = Profile::built_in(recording.client).expect("a profile");
    let peer = Peer { host: recording.host.to_owned(), address: address(recording.host), port: recording.port };
    let mut job = job(&profile, recording.situation);
    let elapsed = Duration::from_millis(4_321);
    let show = |report: &Report, job: &Job| {
        normal(&profile.shown(report, &Scene { job, peer: &peer, elapsed }).unwrap_or_default())
    };
    if let Some(why) = connect_failure(&profile, recording.situation) {
        return (String::new(), show(&Report::never_connected(&job.forward_paths, why), &job));
    }
    let mut server = Server::new(recording.situation);
    let (mut did, mut report) = connection(&profile, &job, &mut server, tls_result(recording));
    if report.again_in_clear {
        job.security = Security::InClear;
        let (again, second) = connection(&profile, &job, &mut Server::new(recording.situation), Ok(()));
        did = format!("{did} // {again}");
        report = second;
    }
    (did, show(&report, &job))
}

fn address(host: &str) -> IpAddr {
    IpAddr::V4(match host {
        "mx.example.net" => Ipv4Addr::new(203, 0, 113, 25),
        "smtp.example.net" => Ipv4Addr::new(203, 0, 113, 87),
        _ => Ipv4Addr::new(198, 51, 100, 130),
    })
}

fn job(profile: &Profile, situation: &str) -> Job {
    let submission =
        situation.starts_with("msa-") || situation.starts_with("auth-") || situation.starts_with("starttls-4");
    let submission = submission || situation == "starttls-not-offered" || situation == "implicit-tls-client-on-587";
    let security = match situation {
        "msa-465-tls-auth" | "msa-465-untrusted-certificate" | "implicit-tls-client-on-587" => Security::Implicit,
        "auth-on-plain-port" | "msa-587-plain-client" => Security::None,
        _ if submission => Security::StartTlsRequired,
        _ => Security::None,
    };
    let with_credentials = submission && !matches!(situation, "msa-587-no-auth-configured" | "msa-587-plain-client");
    // This Exim's credentials were for a server whose certificate it had verified.
    let with_credentials =
        with_credentials && !(profile.title.starts_with("Exim") && situation.ends_with("untrusted-certificate"));
    let credentials = with_credentials.then(|| Credentials {
        mechanism: None,
        user: "alice".into(),
        password: "correct-horse".into(),
    });
    let mut forward_paths = vec!["user@example.net".to_owned()];
    if situation == "two-recipients-one-550" {
        forward_paths.push("nosuch@example.net".to_owned());
    }
    Job {
        client_name: "client.example.com".into(),
        security,
        credentials,
        reverse_path: Some("sender@example.com".into()),
        forward_paths,
        asked: smtp_explainer::smtp::Asked::default(),
        message: b"Subject: test message\r\n\r\nHello.\r\n.leading dot\r\nBye.\r\n".to_vec(),
    }
}

/// How the TLS handshake of a situation ends.
fn tls_result(recording: &Recording) -> Result<(), TlsFailure> {
    let untrusted = recording.situation.ends_with("untrusted-certificate")
        // On 25 this Exim was shown a certificate that it did not know.
        || (recording.client == "exim-smtp" && recording.situation == "starttls-offered-on-25");
    if untrusted { Err(TlsFailure::Untrusted) } else { Ok(()) }
}

/// The failure to connect of the blocked situations, from the network's own clock.
fn connect_failure(profile: &Profile, situation: &str) -> Option<ConnectFailure> {
    let (own_limit, answer) = match situation {
        "op25b-drop" => (Some(Duration::from_secs(6)), None),
        "op25b-drop-default-timeout" => (profile.connect_timeout(), None),
        "op25b-rst" => (None, Some(network::Answer::Reset)),
        "op25b-icmp" => (None, Some(network::Answer::Icmp(Icmp::AdminProhibited))),
        _ => return None,
    };
    let system = System::Linux65;
    let mut connecting = Connecting::start(system, Instant::ZERO, own_limit);
    let error = loop {
        let now = connecting.deadline().expect("an attempt ends");
        let step = connecting.poll(now).and_then(|step| match (step, answer) {
            (Step::Syn { .. }, Some(answer)) => connecting.handle(now, answer),
            (step, _) => Some(step),
        });
        if let Some(Step::Failed(error)) = step {
            break error;
        }
    };
    let how = match error.errno {
        Errno::TimedOut if error.own_limit => ConnectFailed::OwnLimit,
        Errno::TimedOut => ConnectFailed::TimedOut,
        Errno::ConnectionRefused => ConnectFailed::Refused,
        _ => ConnectFailed::Unreachable,
    };
    let errno = error.errno;
    Some(ConnectFailure { how, errno: errno.name(system), number: errno.number(system), text: errno.text(system) })
}

/// Runs one connection and tells it in the notation of the recordings.
fn connection(profile: &Profile, job: &Job, server: &mut Server, tls: Result<(), TlsFailure>) -> (String, Report) {
    let mut dialogue = Dialogue::new(profile, job.clone());
    let (mut now, mut out, mut told) = (Instant::ZERO, Vec::new(), Vec::new());
    let first = match (job.security, tls) {
        (Security::Implicit, _) if !server.speaks_tls_first() => {
            told.push("<other octets>".to_owned());
            Input::Tls(Err(TlsFailure::NotTls))
        }
        (Security::Implicit, Err(failure)) => {
            told.push("[TLS failed]".to_owned());
            Input::Tls(Err(failure))
        }
        (Security::Implicit, Ok(())) => {
            told.push("[TLS]".to_owned());
            server.tls_begins();
            Input::Opened { tls: true }
        }
        _ => Input::Opened { tls: false },
    };
    dialogue.handle(now, first, &mut out);
    server.greet();
    for _ in 0..60 {
        let mut handshake = false;
        for Move { act, .. } in out.drain(..) {
            match act {
                // What is sent to a server that has gone was seen by nobody.
                Act::Send { .. } if server.is_gone() => {}
                Act::Send { octets, lines } => {
                    let names = lines.iter().map(|line| {
                        let text = String::from_utf8_lossy(&octets[line.range.clone()]).into_owned();
                        server.take(text.trim_end_matches("\r\n"), line.kind);
                        name(text.trim_end_matches("\r\n"), line.kind)
                    });
                    told.push(names.collect::<Vec<_>>().join("+"));
                }
                Act::StartTls => handshake = true,
                // With a failed handshake or after a 421 the recorder saw no close of the client's own.
                Act::Close { .. } if told.last().is_some_and(|last| last == "[TLS failed]") || server.has_closed() => {}
                Act::Close { how: Close::Fin } => told.push("[FIN]".to_owned()),
                Act::Close { how: Close::Reset } => told.push("[RST]".to_owned()),
            }
        }
        if dialogue.is_over() {
            break;
        }
        now = now.after(Duration::from_millis(20));
        if handshake {
            told.push(if tls.is_ok() { "[TLS]" } else { "[TLS failed]" }.to_owned());
            server.tls_begins();
            dialogue.handle(now, Input::Tls(tls), &mut out);
        } else if let Some(reply) = server.reply() {
            dialogue.handle(now, Input::Octets(reply.as_bytes()), &mut out);
        } else if server.has_closed() || server.said_goodbye() {
            dialogue.handle(now, Input::Closed { reset: server.has_closed() }, &mut out);
        } else {
            now = dialogue.deadline().expect("it waits").0;
            dialogue.handle(now, Input::Timer, &mut out);
        }
    }
    assert!(dialogue.is_over(), "{told:?}");
    (told.join(" "), dialogue.report().clone())
}

/// A line in the notation of the recordings: parameters by name alone, AUTH with its mechanism.
fn name(line: &str, kind: LineKind) -> String {
    let verb = match kind {
        LineKind::Message => return "<message>".to_owned(),
        LineKind::SaslResponse => return "<response>".to_owned(),
        LineKind::Command(verb) => verb,
    };
    let mut words = line.split(' ');
    match verb {
        Verb::Auth => {
            let mechanism = words.nth(1).unwrap_or_default();
            let initial = if words.next().is_some() { " <initial>" } else { "" };
            format!("AUTH {mechanism}{initial}")
        }
        Verb::Mail | Verb::Rcpt => {
            let parameters = words.skip(2).map(|word| word.split('=').next().unwrap_or_default());
            let names: Vec<_> = parameters.map(|name| format!(" {name}=")).collect();
            format!("{}{}", verb.name(), names.concat())
        }
        _ => verb.name().to_owned(),
    }
}

/// The text with sizes and times taken out, as in the recordings.
fn normal(text: &str) -> String {
    let mut text = text.trim_end().to_owned();
    for (before, after) in [("delay=", ","), (" after ", " m"), ("Timeout (", " secs)"), ("SIZE=", ":")] {
        let Some(start) = text.find(before).map(|at| at + before.len()) else { continue };
        let Some(end) = text[start..].find(after).map(|at| at + start) else { continue };
        if !text[start..end].is_empty() && text[start..end].chars().all(|c| c.is_ascii_digit()) {
            text.replace_range(start..end, "{}");
        }
    }
    text
}

#[test]
fn a_refused_recipient_is_told_from_one_that_was_taken() {
    let profile = Profile::built_in("postfix-smtp").expect("a profile");
    assert_eq!(profile.kind, Kind::Mta);
    let job = job(&profile, "two-recipients-one-550");
    let (_, report) = connection(&profile, &job, &mut Server::new("two-recipients-one-550"), Ok(()));
    assert!(report.taken);
    let Some(Cause::Refused(refusal)) = report.failure.map(|failure| failure.cause) else { panic!("one is refused") };
    assert_eq!(refusal.code.as_u16(), 550);
}
