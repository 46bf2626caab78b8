//! The recorded outputs: `outputs.jsonl`, one output a line.

use std::collections::BTreeMap;

use serde::Deserialize;
use smtp_explainer::import::import;
use smtp_explainer::transcript::Format;

use super::{answered, said, secrets, shown};

const RECORDINGS: &str = include_str!("outputs.jsonl");

/// What a client printed or logged, and what the server saw of it meanwhile.
#[derive(Deserialize)]
struct Output {
    client: String,
    stream: String,
    /// The situations in which it printed just that.
    situations: Vec<String>,
    /// What the client said, as the server saw it.
    said: String,
    /// The codes it was answered with.
    answered: String,
    text: String,
}

/// What each stream of each client is. Everything else is what a program printed.
const KINDS: &[(&str, &str, Format)] = &[
    ("exim-smtp", "log", Format::EximLog),
    ("exim-smtp", "verbose", Format::EximDebug),
    ("opensmtpd-mta", "log", Format::OpensmtpdLog),
    ("postfix-smtp", "log", Format::PostfixLog),
    ("sendmail-smtp", "log", Format::Sendmail),
    ("sendmail-smtp", "verbose", Format::Sendmail),
    ("swaks", "stdout", Format::Swaks),
];

/// Where what the client printed is not what the server saw, with the reason.
const DIFFERENT: &[(&str, &str, &str)] = &[
    ("exim-smtp", "auth-454", "it does not wait for the reply to QUIT"),
    ("exim-smtp", "greeting-421", "its QUIT met a closed connection"),
    ("exim-smtp", "greeting-554", "it does not wait for the reply to QUIT"),
    ("exim-smtp", "msa-465-untrusted-certificate", "it left at the certificate, before the greeting"),
    ("exim-smtp", "rcpt-421-close", "its QUIT met a closed connection"),
    ("sendmail-smtp", "greeting-421", "its QUIT met a closed connection"),
    ("sendmail-smtp", "rcpt-421-close", "its QUIT met a closed connection"),
    ("sendmail-smtp", "server-drops-after-mail", "what it sent on met a closed connection"),
    ("swaks", "greeting-421", "its QUIT met a closed connection"),
    ("swaks", "implicit-tls-client-on-587", "the server answered its TLS octets, which no program shows"),
    ("swaks", "rcpt-421-close", "its QUIT met a closed connection"),
    ("swaks", "server-drops-after-mail", "what it sent on met a closed connection"),
];

impl Output {
    fn kind(&self) -> Format {
        let known = KINDS.iter().find(|(client, stream, _)| *client == self.client && *stream == self.stream);
        // Of a run without a connection to close the last lines are no dialogue.
        let kind = known.map_or(Format::Printed, |known| known.2);
        if kind == Format::Sendmail
            && !self.text.contains(">>> ")
            && self.stream == "log"
            && !self.text.contains(" via ")
        {
            return Format::Printed;
        }
        kind
    }

    fn is(&self, client: &str, situation: &str) -> bool {
        self.client == client && self.situations.iter().any(|at| at == situation)
    }

    fn name(&self) -> String {
        format!("{} {} {}", self.client, self.stream, self.situations.join(" "))
    }
}

fn outputs() -> Vec<Output> {
    RECORDINGS
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

/// Every text that was recorded.
pub(super) fn texts() -> impl Iterator<Item = &'static str> {
    let texts: Vec<String> = outputs().into_iter().map(|output| output.text).collect();
    texts.into_iter().map(|text| &*text.leak())
}

/// The kinds that were recorded.
pub(super) fn formats() -> Vec<Format> {
    outputs().iter().map(Output::kind).collect()
}

/// Every recorded output imports, as what it is, without a line that is not understood; the table is printed.
#[test]
fn every_recorded_output_is_recognised() {
    let mut table: BTreeMap<(String, String, &str), usize> = BTreeMap::new();
    let mut recordings = 0;
    for output in outputs() {
        let import = import(output.text.as_bytes(), None).unwrap_or_else(|error| panic!("{}: {error}", output.name()));
        assert_eq!(import.format, output.kind(), "{}:\n{}", output.name(), output.text);
        assert!(import.unread.is_empty(), "{}: lines {:?} of\n{}", output.name(), import.unread, output.text);
        recordings += output.situations.len();
        let row = (output.client.clone(), output.stream.clone(), import.format.id());
        *table.entry(row).or_default() += output.situations.len();
    }
    for ((client, stream, format), count) in &table {
        println!("{client:14} {stream:8} {count:3} as {format}");
    }
    println!("{recordings} outputs");
    assert!(recordings > 550, "{recordings}");
}

/// A dialogue is read whole: the verbs and codes that the other end of the connection saw, in their order.
#[test]
fn dialogues_are_what_the_server_saw() {
    let mut wrong = Vec::new();
    let dialogues = [Format::EximDebug, Format::Sendmail, Format::Swaks];
    // Sendmail's log is the end of what it printed.
    for output in outputs().iter().filter(|output| dialogues.contains(&output.kind()) && output.stream != "log") {
        let import = import(output.text.as_bytes(), None).expect("it imports");
        let codes: Vec<String> = answered(&import).iter().map(u16::to_string).collect();
        let same = (said(&import).join(" "), codes.join(" ")) == (output.said.clone(), output.answered.clone());
        let known = DIFFERENT.iter().any(|(client, situation, _)| output.is(client, situation));
        if same == known {
            let (saw, answers) = (&output.said, &output.answered);
            let read = said(&import).join(" ");
            wrong.push(format!(
                "{}\n  saw  {saw}\n  read {read}\n  saw  {answers}\n  read {}",
                output.name(),
                codes.join(" ")
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Everything else quotes a refusal at most: wherever the code of one stands in the words, it is in the transcript.
#[test]
fn quoted_refusals_are_found() {
    let mut found = 0;
    for output in outputs() {
        let refusals = output.answered.split(' ').filter(|code| code.starts_with(['4', '5']));
        let stands = |code: &&str| output.text.split(|c: char| !c.is_ascii_digit()).any(|number| number == *code);
        for code in refusals.filter(stands) {
            let import = import(output.text.as_bytes(), None).expect("it imports");
            let text = shown(&import);
            assert!(text.lines().any(|line| line.starts_with(code)), "{}: no {code} in\n{text}", output.name());
            found += 1;
        }
    }
    assert!(found > 250, "{found}");
}

/// The recordings hold passwords, or no test of veils would mean anything; no transcript does.
#[test]
fn no_transcript_holds_a_secret() {
    let mut with_secrets = 0;
    for output in outputs() {
        let import = import(output.text.as_bytes(), None).expect("it imports");
        let text = shown(&import);
        assert_eq!(secrets(&text), [""; 0], "{}", output.name());
        if !secrets(&output.text).is_empty() {
            assert!(import.veiled > 0, "{}", output.name());
            with_secrets += 1;
        }
    }
    assert!(with_secrets > 5, "{with_secrets}");
}
