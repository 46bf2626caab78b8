//! Symptoms: every cause is reproduced by its scenario, and what programs print about it leads back to the symptom.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use smtp_explainer::client::Kind;
use smtp_explainer::client::Profile;
use smtp_explainer::diagnosis::{Cause, Evidence, Seen, Symptoms, diagnose, embedded};
use smtp_explainer::simulation::{Client, Ending, Outcome, Scenario, Simulation, World, built_in, world};

fn symptoms() -> Symptoms {
    let json = embedded("en").expect("the symptoms in English are built in");
    Symptoms::from_json(json).unwrap_or_else(|error| panic!("{error}"))
}

/// The ids of the symptoms that fit, the best first.
fn ids<'a>(evidence: &'a Evidence, symptoms: &'a Symptoms) -> Vec<&'a str> {
    diagnose(evidence, symptoms).iter().map(|found| found.symptom.id.as_str()).collect()
}

fn of_text(text: &str) -> Evidence {
    Evidence::of_text(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn scenario(cause: &Cause, world: &World) -> Scenario {
    let scenario =
        built_in(&cause.scenario, world).unwrap_or_else(|| panic!("there is no scenario {}", cause.scenario));
    scenario.unwrap_or_else(|error| panic!("{}: {error}", cause.scenario)).with(&cause.choices)
}

fn run(world: &World, scenario: Scenario) -> (Simulation, Outcome) {
    let mut run = Simulation::new(world, scenario).unwrap_or_else(|error| panic!("{error}"));
    run.run();
    let outcome = run.outcome().cloned().expect("it ends");
    (run, outcome)
}

#[test]
fn every_symptom_says_what_it_is_and_what_to_do() {
    let symptoms = symptoms();
    assert!(symptoms.all().len() >= 25, "{}", symptoms.all().len());
    let order = include_str!("../data/symptoms/order.txt").lines().filter(|line| !line.starts_with('#'));
    let ids: Vec<&str> = symptoms.all().iter().map(|symptom| symptom.id.as_str()).collect();
    assert_eq!(order.collect::<Vec<_>>(), ids, "data/symptoms/order.txt names every symptom");
    let mut causes = 0;
    for symptom in symptoms.all() {
        let id = &symptom.id;
        assert!(symptom.signs.len() + symptom.replies.len() > 0, "{id} has nothing to be known by");
        assert!(!symptom.causes.is_empty(), "{id} has no cause");
        assert!(symptom.title.split(' ').count() > 1 && !symptom.title.ends_with('.'), "{id}: {:?}", symptom.title);
        assert!(symptom.means.ends_with('.'), "{id}: {:?}", symptom.means);
        for cause in &symptom.causes {
            let several = symptom.causes.iter().filter(|other| other.command() == cause.command()).count();
            assert_eq!(several, 1, "{id}: two causes are told apart by nothing in {}", cause.command());
            for words in [&cause.says, &cause.tell, &cause.cure] {
                assert!(words.ends_with('.') && words.split(' ').count() > 2, "{id}: {words:?}");
            }
        }
        causes += symptom.causes.len();
    }
    println!("{} symptoms, {causes} causes", symptoms.all().len());
}

/// A language lays its words over the English ones; what is looked for and what reproduces it stay the same.
#[test]
fn every_language_has_every_symptom() {
    let english = symptoms();
    for tag in smtp_explainer::knowledge::languages() {
        let json = embedded(tag).unwrap_or_else(|| panic!("{tag} has no symptoms"));
        let other = Symptoms::from_json(json).unwrap_or_else(|error| panic!("{tag}: {error}"));
        assert_eq!(other.lang(), tag);
        assert_eq!(other.all().len(), english.all().len(), "{tag}");
        for (one, other) in english.all().iter().zip(other.all()) {
            assert_eq!((&one.id, &one.replies), (&other.id, &other.replies), "{tag}");
            let commands = |causes: &[Cause]| causes.iter().map(Cause::command).collect::<Vec<_>>();
            assert_eq!(commands(&one.causes), commands(&other.causes), "{tag}, {}", one.id);
        }
    }
}

#[test]
fn every_cause_shows_its_symptom_when_it_is_run() {
    let (symptoms, world) = (symptoms(), world().expect("the built-in world"));
    for symptom in symptoms.all() {
        for cause in &symptom.causes {
            let (run, outcome) = run(&world, scenario(cause, &world));
            let evidence = Evidence::of_run(run.transcript(), outcome.shown.as_deref());
            let found = ids(&evidence, &symptoms);
            assert!(found.contains(&symptom.id.as_str()), "{}: {} shows {found:?}", symptom.id, cause.command());
        }
    }
}

/// The programs whose words were measured.
const PROGRAMS: [&str; 9] =
    ["curl", "exim-smtp", "msmtp", "nodemailer", "pear-mail", "phpmailer", "postfix-smtp", "smtplib", "swaks"];

/// Symptom, program, and why this program has other words for it in the scenario; `*` is any program.
const OTHER_WORDS: &[(&str, &str, &str)] = &[
    ("auth-invalid", "exim-smtp", "it goes on without AUTH, and tells of the 530 that follows"),
    ("auth-not-offered", "exim-smtp", "it goes on without AUTH, and tells of the 530 that follows"),
    ("auth-required", "pear-mail", "it uses STARTTLS only to authenticate, so STARTTLS is what is asked of it"),
    ("no-reply", "exim-smtp", "it pipelines, so it takes the reply to RCPT for the one that is missing"),
    ("no-reply", "msmtp", "it pipelines, so it takes the reply to RCPT for the one that is missing"),
    ("no-reply", "nodemailer", "it pipelines, so it takes the reply to RCPT for the one that is missing"),
    ("no-reply", "postfix-smtp", "it pipelines, so it takes the reply to RCPT for the one that is missing"),
    ("starttls-failed", "exim-smtp", "it goes on in clear, and hears nothing more"),
    ("starttls-not-offered", "exim-smtp", "it goes on in clear, and tells of the 530 that follows"),
    ("starttls-not-offered", "pear-mail", "it goes on in clear, where no mechanism that it has is offered"),
    ("still-queued", "*", "a program without a queue defers nothing"),
];

/// A program in place of the scenario's own shows words that lead back to the symptom.
#[test]
fn every_program_s_words_lead_to_the_symptom() {
    let (symptoms, world) = (symptoms(), world().expect("the built-in world"));
    let (mut wrong, mut compared) = (Vec::new(), 0);
    for symptom in symptoms.all() {
        for (cause, program) in symptom.causes.iter().flat_map(|cause| PROGRAMS.map(|program| (cause, program))) {
            let mut scenario = scenario(cause, &world);
            let Client::Program(own) = &mut scenario.client else { continue };
            program.clone_into(own);
            let (_, outcome) = run(&world, scenario);
            // What was taken before the trouble began has been sent, as far as the program knows.
            let Some(shown) = outcome.shown.filter(|_| outcome.leg == 1 && outcome.kind != Ending::Delivered) else {
                continue;
            };
            let found = of_text(&shown);
            let leads = ids(&found, &symptoms).contains(&symptom.id.as_str());
            let profile = Profile::built_in(program).expect("a profile");
            let known = OTHER_WORDS.iter().any(|(id, other, _)| {
                *id == symptom.id && (*other == program || (*other == "*" && profile.kind != Kind::Mta))
            });
            if !leads && !known {
                wrong.push(format!(
                    "{} by {program}: {shown:?} leads to {:?}",
                    cause.command(),
                    ids(&found, &symptoms)
                ));
            }
            compared += 1;
        }
    }
    assert!(wrong.is_empty(), "{} of {compared}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(compared > 250, "{compared}");
    println!("{compared} times a program's words lead to a symptom");
}

/// An output that was recorded, as far as it matters here.
#[derive(Deserialize)]
struct Output {
    client: String,
    situations: Vec<String>,
    text: String,
}

/// Everything a client printed and logged in a situation, by situation and client.
fn recorded() -> BTreeMap<(String, String), String> {
    let mut recorded: BTreeMap<(String, String), String> = BTreeMap::new();
    for line in include_str!("import/outputs.jsonl").lines() {
        let output: Output = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        for situation in output.situations {
            let all = recorded.entry((situation, output.client.clone())).or_default();
            all.push_str(&output.text);
        }
    }
    recorded
}

/// The recorded situations, and the symptom each of them is.
const SITUATIONS: &[(&str, &str)] = &[
    ("auth-454", "auth-later"),
    ("auth-535", "auth-invalid"),
    ("data-451-after-dot", "local-error"),
    ("data-552-after-dot", "too-big"),
    ("data-554-after-dot", "refused-as-spam"),
    ("greeting-421", "service-unavailable"),
    ("greeting-554", "greeting-refused"),
    ("implicit-tls-client-on-587", "wrong-version-number"),
    ("mail-451", "local-error"),
    ("mail-550", "sender-not-allowed"),
    ("msa-465-untrusted-certificate", "certificate"),
    ("msa-587-no-auth-configured", "auth-required"),
    ("msa-587-plain-client", "starttls-first"),
    ("msa-587-untrusted-certificate", "certificate"),
    ("op25b-drop", "connect-timed-out"),
    ("op25b-drop-default-timeout", "connect-timed-out"),
    ("op25b-icmp", "no-route"),
    ("op25b-rst", "connect-refused"),
    ("rcpt-421-close", "service-unavailable"),
    ("rcpt-450", "local-error"),
    ("rcpt-550", "unknown-user"),
    ("server-drops-after-mail", "connection-lost"),
    ("silent-after-ehlo", "no-reply"),
    ("silent-before-greeting", "no-greeting"),
    ("starttls-454", "starttls-failed"),
    ("starttls-not-offered", "starttls-not-offered"),
    ("two-recipients-one-550", "unknown-user"),
];

/// Situations and clients whose words tell of something else, with the reason.
const TOLD_OTHERWISE: &[(&str, &str, &str)] = &[
    ("auth-454", "mutt", "it says that AUTH failed, and not with which code"),
    ("msa-587-untrusted-certificate", "lettre", "it was told to trust any certificate"),
    ("msa-587-untrusted-certificate", "perl-net-smtp", "it makes a 421 of its own of any lost connection"),
    ("op25b-drop", "opensmtpd-mta", "it was still waiting when the recording ended"),
    ("starttls-454", "perl-net-smtp", "it goes on in clear, and tells of the 530 that follows"),
    ("starttls-not-offered", "exim-smtp", "it goes on in clear, and tells of the 530 that follows"),
    ("starttls-not-offered", "nodemailer", "it asks for STARTTLS all the same, and gets it"),
    ("starttls-not-offered", "pear-mail", "it goes on in clear, where no AUTH is offered"),
    ("starttls-not-offered", "perl-net-smtp", "it asks for STARTTLS all the same, and gets it"),
    ("starttls-not-offered", "phpmailer", "it asks for STARTTLS all the same, and gets it"),
    ("two-recipients-one-550", "perl-net-smtp", "it says nothing of the recipient that was refused"),
];

#[test]
fn recorded_words_lead_to_their_symptoms() {
    let (symptoms, recorded) = (symptoms(), recorded());
    let (mut wrong, mut compared, mut first) = (Vec::new(), 0, 0);
    for ((situation, client), text) in &recorded {
        let Some((_, symptom)) = SITUATIONS.iter().find(|(known, _)| known == situation) else { continue };
        let evidence = of_text(text);
        let found = ids(&evidence, &symptoms);
        let known = TOLD_OTHERWISE.iter().any(|(at, who, _)| at == situation && who == client);
        if found.contains(symptom) == known {
            wrong.push(format!("{situation} {client}: {found:?}, not {symptom}, for\n{text}"));
        }
        compared += 1;
        first += usize::from(found.first() == Some(symptom));
    }
    assert!(wrong.is_empty(), "{} of {compared}:\n{}", wrong.len(), wrong.join("\n"));
    println!("{compared} recorded outputs, {first} with their symptom first");
    assert!(first * 10 > compared * 8, "{first} of {compared}");
}

/// What Postfix, Exim, `OpenSMTPD` and Sendmail have answered in their recordings, hardly any of it leads nowhere.
#[test]
fn what_servers_refuse_with_leads_somewhere() {
    #[derive(Deserialize)]
    struct Recording {
        steps: Vec<Step>,
    }
    #[derive(Deserialize)]
    struct Step {
        #[serde(default)]
        reply: Vec<String>,
    }
    let symptoms = symptoms();
    let folder = format!("{}/tests/recordings", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(&folder).expect("the recordings").map(|entry| entry.expect("an entry").path());
    let (mut refusals, mut nowhere) = (BTreeSet::new(), BTreeSet::new());
    for path in files.filter(|path| path.extension().is_some_and(|it| it == "jsonl")) {
        for line in std::fs::read_to_string(path).expect("a file").lines() {
            let recording: Recording = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            let replies = recording.steps.into_iter().flat_map(|step| step.reply);
            refusals.extend(
                replies.filter(|reply| reply.starts_with(['4', '5']) && reply.as_bytes().get(3) == Some(&b' ')),
            );
        }
    }
    for refusal in &refusals {
        if ids(&of_text(refusal), &symptoms).is_empty() {
            nowhere.insert(refusal);
        }
    }
    println!("{} refusals, {} lead nowhere: {nowhere:#?}", refusals.len(), nowhere.len());
    assert!(
        refusals.len() > 250 && nowhere.len() * 50 < refusals.len(),
        "{} of {}: {nowhere:#?}",
        nowhere.len(),
        refusals.len()
    );
}

/// Who has no trouble is told of none.
#[test]
fn what_went_well_is_no_symptom() {
    let symptoms = symptoms();
    let well = [
        "isp-relay-25",
        "many-extensions",
        "msa-465-tls-auth",
        "msa-587-starttls-auth",
        "plain-25",
        "plain-25-no-pipelining",
    ];
    let mut compared = 0;
    for ((situation, client), text) in recorded() {
        if well.contains(&situation.as_str()) {
            assert_eq!(ids(&of_text(&text), &symptoms), [""; 0], "{situation} {client}:\n{text}");
            compared += 1;
        }
    }
    assert!(compared > 40, "{compared}");
    for log in ["pear", "phpmailer-ok", "smtplib", "msmtp"] {
        let path = format!("{}/tests/import/logs/library-{log}.log", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(ids(&of_text(&text), &symptoms), [""; 0], "{log}");
    }
}

/// What people search for, word for word.
#[rustfmt::skip]
const STRINGS: &[(&str, &str)] = &[
    ("ソケット エラー: 10060, エラー番号: 0x800CCC0E", "connect-timed-out"),
    ("Failed to connect to submit.example.com:25 [SMTP: Failed to connect socket: Connection timed out (code: -1, response: )]", "connect-timed-out"),
    ("postfix/smtp[1]: 1A2B3C: to=<a@example.org>, relay=none, delay=30, dsn=4.4.1, status=deferred (connect to mx.example.org[203.0.113.25]:25: Connection timed out)", "connect-timed-out"),
    ("connect ETIMEDOUT 203.0.113.25:25", "connect-timed-out"),
    ("OSError: [Errno 113] No route to host", "no-route"),
    ("No route to host", "no-route"),
    ("connect to mx.example.org[203.0.113.25]:25: Connection refused", "connect-refused"),
    ("530 5.7.0 Must issue a STARTTLS command first", "starttls-first"),
    ("530 5.7.0 Authentication required", "auth-required"),
    ("535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6", "auth-invalid"),
    ("535", "auth-invalid"),
    ("554 5.7.1 <a@example.net>: Relay access denied", "relay-denied"),
    ("550 5.7.1 <a@example.net>... Relaying denied. Proper authentication required.", "relay-denied"),
    ("550 relay not permitted", "relay-denied"),
    ("550 5.1.1 <x@example.org>: Recipient address rejected: User unknown in local recipient table", "unknown-user"),
    ("451 4.7.1 Greylisted, please try again in 300 seconds", "greylisted"),
    ("450 4.7.1", "greylisted"),
    ("421 4.7.0 mx.example.org Error: too many errors", "service-unavailable"),
    ("451 4.3.0 Temporary lookup failure", "local-error"),
    ("552 5.3.4 Message size exceeds fixed limit", "too-big"),
    ("556 5.1.10 null MX", "null-mx"),
    ("553 5.1.8 <a@nosuchdomain.example>... Domain of sender address a@nosuchdomain.example does not exist", "sender-domain"),
    ("501 5.5.4 Syntax: MAIL FROM:<address>", "syntax-error"),
    ("501 Syntactically invalid HELO argument(s)", "syntax-error"),
    ("503 5.5.1 Error: need MAIL command", "bad-sequence"),
    ("454 4.7.0 TLS not available due to temporary reason", "starttls-failed"),
    ("SSL3_GET_RECORD:wrong version number", "wrong-version-number"),
    ("error:0A000086:SSL routines::certificate verify failed", "certificate"),
    ("lost connection with mx.example.org[203.0.113.25] while sending end of data -- message may be sent more than once", "connection-lost"),
    ("dsn=4.4.1", "connect-timed-out"),
    ("Undelivered Mail Returned to Sender", "returned"),
    ("10060", "connect-timed-out"),
    ("550", "unknown-user"),
    ("Status: 5.1.1", "unknown-user"),
    ("5.7.23", "spf"),
    ("550 5.7.26 Multiple authentication checks failed", "spf"),
    ("lost connection", "connection-lost"),
    ("certificate has expired", "certificate"),
    ("503", "bad-sequence"),
    ("421", "service-unavailable"),
    ("Connection refused", "connect-refused"),
];

#[test]
fn what_people_search_for_is_found() {
    let symptoms = symptoms();
    for (text, symptom) in STRINGS {
        let evidence = of_text(text);
        let found = ids(&evidence, &symptoms);
        assert_eq!(found.first(), Some(symptom), "{text}: {found:?}");
    }
}

/// Where a match comes from is told by its line, and what is told of the text is what a server said.
#[test]
fn matches_say_where_they_were_seen() {
    let symptoms = symptoms();
    let evidence = of_text("hello\n\n550 5.7.1 <a@example.net>: Relay access denied\nRelay access denied\n");
    let found = diagnose(&evidence, &symptoms);
    let seen = &found.first().expect("a match").seen;
    assert!(seen.contains(&Seen::Words("Relay access denied", 3)), "{seen:?}");
    let said = &evidence.said()[0];
    assert_eq!((said.line, said.reply.as_str()), (Some(3), "550 5.7.1 <a@example.net>: Relay access denied"));
    assert!(seen.contains(&Seen::Refusal(said)), "{seen:?}");
}

/// In a dialogue a refusal is known by what it answers, however the lines are pipelined.
#[test]
fn a_dialogue_tells_what_was_refused() {
    let evidence = of_text(include_str!("import/logs/postfix-debug-smtp.log"));
    let asked: Vec<(u16, &str)> = evidence.said().iter().map(|said| (said.code.as_u16(), said.asked)).collect();
    assert_eq!(asked, [(554, "RCPT"), (554, "DATA")]);
    let symptoms = symptoms();
    assert_eq!(ids(&evidence, &symptoms).first(), Some(&"relay-denied"));
}
