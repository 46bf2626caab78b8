//! What must come of every road, stated here a second time and independently of the code: the facts of OP25B.
//!
//! A row says from where to where, and what happens with the block off and on. Where the facts say "it depends", two
//! scenarios fix what it depends on. Row 11 is no SMTP: there the path itself is asked.

use std::net::SocketAddr;

use smtp_explainer::network::Verdict;
use smtp_explainer::present::map_cells;
use smtp_explainer::simulation::choices::{Op25b, Place};
use smtp_explainer::simulation::{BuiltIn, Choices, Ending, Holder, Outcome, Simulation, built_in, world};

use Ending::{Bounced, Deferred, Delivered, NeverConnected, Refused};

/// How a built-in scenario ends with these choices made.
fn outcome(id: &str, choices: &[(&str, &str)]) -> Outcome {
    let world = world().expect("the built-in world");
    let mut made = Choices::default();
    for (key, value) in choices {
        made.set(key, value).unwrap_or_else(|wrong| panic!("{wrong}"));
    }
    let scenario = built_in(id, &world).unwrap_or_else(|| panic!("no scenario {id}")).expect("it can be read");
    let mut run = Simulation::new(&world, scenario.with(&made)).unwrap_or_else(|error| panic!("{id}: {error}"));
    run.run();
    run.outcome().cloned().unwrap_or_else(|| panic!("{id} has no outcome"))
}

/// A row: its number, a scenario, how that ends without and with OP25B.
type Road = (u8, &'static str, (Ending, &'static str), (Ending, &'static str));

/// The table: number of the row, scenario, ending without and with OP25B, the code or error that decides then.
#[rustfmt::skip]
const ROADS: &[Road] = &[
    // 1: home → own provider's server on 25: works both ways, it is exempt.
    (1, "own-25", (Delivered, ""), (Delivered, "")),
    // 2: 587 with AUTH, own or other: works both ways.
    (2, "own-587", (Delivered, ""), (Delivered, "")),
    (2, "other-587", (Delivered, ""), (Delivered, "")),
    // 3: 465: works both ways.
    (3, "other-465", (Delivered, ""), (Delivered, "")),
    (3, "own-465", (Delivered, ""), (Delivered, "")),
    // 4: another provider's server on 25: works if it accepts the user; behind OP25B TCP never opens.
    (4, "other-25", (Delivered, ""), (NeverConnected, "ETIMEDOUT")),
    (4, "other-25-wrong-password", (Refused, "535 5.7.8"), (NeverConnected, "ETIMEDOUT")),
    // 5: a bot straight to the MX: TCP opens and the receiver decides; behind OP25B TCP never opens.
    (5, "bot-to-mx", (Delivered, ""), (NeverConnected, "ETIMEDOUT")),
    (5, "bot-to-mx-listed", (Refused, "550 5.7.1"), (NeverConnected, "ETIMEDOUT")),
    // 6: an MX on 587 or 465 is no way to deliver, blocked or not.
    (6, "mx-on-587", (NeverConnected, "ECONNREFUSED"), (NeverConnected, "ECONNREFUSED")),
    (6, "mx-on-465", (NeverConnected, "ECONNREFUSED"), (NeverConnected, "ECONNREFUSED")),
    // 7: a fixed address: works both ways.
    (7, "static-to-mx", (Delivered, ""), (Delivered, "")),
    // 8: a server on a changing address: the receiver decides; behind OP25B blocked. The cure works both ways.
    (8, "home-server-to-mx", (Delivered, ""), (NeverConnected, "ETIMEDOUT")),
    (8, "home-server-to-mx-listed", (Refused, "550 5.7.1"), (NeverConnected, "ETIMEDOUT")),
    (8, "home-server-to-mx-ip25b", (NeverConnected, "ETIMEDOUT"), (NeverConnected, "ETIMEDOUT")),
    (8, "home-server-by-relay", (Delivered, ""), (Delivered, "")),
    // 9: the provider's own MTA: works both ways.
    (9, "provider-to-mx", (Delivered, ""), (Delivered, "")),
    // 10: inbound: not touched.
    (10, "inbound-to-home", (Delivered, ""), (Delivered, "")),
    // 12: a virtual provider's customer on 25: blocked unless the carrier permits it; 587 works.
    (12, "virtual-own-25", (Delivered, ""), (NeverConnected, "ETIMEDOUT")),
    (12, "virtual-own-25-permitted", (Delivered, ""), (Delivered, "")),
    (12, "virtual-own-587", (Delivered, ""), (Delivered, "")),
    // 13: the first phase: blocked toward mobile carriers alone.
    (13, "mobile-first", (Delivered, ""), (NeverConnected, "ETIMEDOUT")),
    (13, "mobile-first-elsewhere", (Delivered, ""), (Delivered, "")),
];

fn code(outcome: &Outcome) -> String {
    if outcome.kind == Delivered {
        return String::new();
    }
    match (outcome.code, &outcome.enhanced, outcome.errno) {
        (Some(code), Some(enhanced), _) => format!("{code} {enhanced}"),
        (Some(code), None, _) => code.to_string(),
        (None, _, errno) => errno.unwrap_or_default().to_owned(),
    }
}

#[test]
fn every_road_ends_as_the_facts_say() {
    for (row, id, off, on) in ROADS {
        for (block, (kind, wanted)) in [("off", off), ("drop", on)] {
            let outcome = outcome(id, &[("op25b", block)]);
            assert_eq!((outcome.kind, code(&outcome).as_str()), (*kind, *wanted), "row {row}, {id}, op25b {block}");
        }
    }
}

/// Row 11: reading mail is not touched. No SMTP is spoken, so the path itself is asked.
#[test]
fn reading_mail_is_not_touched() {
    let world = world().expect("the built-in world");
    let scenario = built_in("other-587", &world).expect("a scenario").expect("it can be read");
    for block in Op25b::ALL {
        let choices = Choices { op25b: Some(*block), ..Choices::default() };
        let run = Simulation::new(&world, scenario.with(&choices)).expect("it can be run");
        let setup = run.setup();
        let host = world.host("submit.example.com").expect("another provider's host");
        for port in [110, 143, 993, 995] {
            let to = SocketAddr::new(host.address, port);
            let verdict = setup.network.decide(setup.client.address, to).verdict;
            assert_eq!(verdict, Verdict::Pass, "port {port} with op25b {}", block.id());
        }
        let to = SocketAddr::new(host.address, 25);
        let verdict = setup.network.decide(setup.client.address, to).verdict;
        assert_eq!(verdict == Verdict::Pass, *block == Op25b::Off, "port 25 with op25b {}", block.id());
    }
}

/// Where both networks block, the sender's own edge comes first; where only the receiver's does, it is the receiver's.
#[test]
fn who_blocks_is_told() {
    let reason = |block| outcome("home-server-to-mx-ip25b", &[("op25b", block)]).reason;
    assert_eq!((reason("off"), reason("drop")), ("network.ip25b", "network.op25b.drop"));
    // A provider's relay has a fixed address, and the receiver's router lets it in.
    assert_eq!(outcome("home-server-to-mx-ip25b", &[("network", "home-static")]).kind, Delivered);
}

/// How the block looks: silence, a reset, an ICMP error, another server. No SMTP code exists in the first three.
#[test]
fn each_action_looks_different() {
    for (action, kind, wanted) in [
        ("drop", NeverConnected, "ETIMEDOUT"),
        ("reset", NeverConnected, "ECONNREFUSED"),
        ("icmp", NeverConnected, "EHOSTUNREACH"),
    ] {
        let outcome = outcome("other-25", &[("op25b", action)]);
        assert_eq!((outcome.kind, outcome.errno, outcome.code), (kind, Some(wanted), None), "{action}");
        assert_eq!(outcome.reason, format!("network.op25b.{action}"));
    }
    // The wrong server answers, and its certificate gives it away.
    let outcome = outcome("other-25-redirect", &[]);
    assert_eq!((outcome.kind, outcome.reason), (Refused, "network.tls.untrusted"));
}

/// Systems and programs have different patience: 131 s on Linux, 127 s before 6.5, 21 s on Windows, 60 s in PHP.
#[test]
fn each_patience_ends_when_it_does() {
    let seconds = |id: &str| outcome(id, &[]).after_us / 1_000_000;
    assert_eq!(seconds("other-25"), 131);
    assert_eq!(seconds("windows-25"), 21);
    assert_eq!(seconds("pear-25"), 60);
    assert_eq!(outcome("windows-25", &[]).errno, Some("WSAETIMEDOUT"));
}

#[test]
fn the_seed_s_story() {
    let blocked = outcome("pear-25", &[]);
    let shown = blocked.shown.expect("PEAR says something");
    assert_eq!(
        shown,
        "Failed to connect to submit.example.com:25 [SMTP: Failed to connect socket: Connection timed out (code: -1, response: )]"
    );
    assert_eq!(outcome("pear-25", &[("op25b", "off")]).kind, Delivered, "where nobody blocks, 25 works");
    assert_eq!(outcome("pear-587", &[]).kind, Delivered);
}

/// Everything else that is asked of the built-in scenarios: ending, code, who has the mail.
#[rustfmt::skip]
const OTHERS: &[(&str, Ending, &str, Holder)] = &[
    ("no-auth-587", Refused, "530 5.7.0", Holder::Sender),
    ("wrong-password-587", Refused, "535 5.7.8", Holder::Sender),
    ("plain-587", Refused, "530 5.7.0", Holder::Sender),
    ("starttls-not-offered", Refused, "", Holder::Sender),
    ("untrusted-certificate", Refused, "", Holder::Sender),
    ("cloud-to-mx", NeverConnected, "ETIMEDOUT", Holder::MtaQueue),
    ("two-recipients", Refused, "550 5.1.1", Holder::Sender),
    ("unknown-user", Bounced, "550 5.1.1", Holder::Sender),
    ("relay-denied", Refused, "550 5.7.1", Holder::Sender),
    ("too-big-at-mail", Refused, "552 5.3.4", Holder::Sender),
    ("too-big-after-data", Refused, "552 5.3.4", Holder::Sender),
    ("greylisted", Delivered, "", Holder::Mailbox),
    ("greylisted-bot", Refused, "450 4.7.1", Holder::Nobody),
    ("null-mx", Bounced, "556 5.1.10", Holder::Sender),
    ("null-mx-at-rcpt", Refused, "556 5.1.10", Holder::Sender),
    ("no-mail-here", Refused, "521", Holder::Sender),
    ("bot-too-early", Refused, "554", Holder::Nobody),
    ("spf-forged", Refused, "550 5.7.23", Holder::Nobody),
    ("spf-forwarded", Refused, "550 5.7.23", Holder::Sender),
    ("spf-pass", Delivered, "", Holder::Mailbox),
    ("dsn-delivered", Delivered, "", Holder::Mailbox),
    ("dsn-relayed", Delivered, "", Holder::Mailbox),
    ("dsn-failed", Bounced, "550 5.1.1", Holder::Sender),
    ("dsn-never", Bounced, "550 5.1.1", Holder::Nobody),
    ("second-mx", Delivered, "", Holder::Mailbox),
    ("mx-down", Deferred, "ETIMEDOUT", Holder::MsaQueue),
    ("five-days", Bounced, "ETIMEDOUT", Holder::Sender),
    ("lost-after-dot", Refused, "", Holder::Unknown),
    ("no-service-here", Refused, "554", Holder::MtaQueue),
    ("server-trouble", Delivered, "", Holder::Mailbox),
    ("mailbox-full", Refused, "452 4.2.2", Holder::MtaQueue),
    ("refused-as-spam", Refused, "554 5.7.1", Holder::Sender),
    ("cut-off", Refused, "", Holder::MtaQueue),
    ("starttls-fails", Refused, "454 4.7.0", Holder::Sender),
    ("auth-later", Refused, "454 4.7.0", Holder::Sender),
    ("silent-greeting", Refused, "", Holder::MtaQueue),
    ("bot-to-mx", NeverConnected, "ETIMEDOUT", Holder::Nobody),
    ("home-server-to-mx", NeverConnected, "ETIMEDOUT", Holder::MtaQueue),
];

#[test]
fn every_other_situation_ends_as_it_should() {
    for (id, kind, wanted, holder) in OTHERS {
        let outcome = outcome(id, &[]);
        assert_eq!((outcome.kind, code(&outcome).as_str(), outcome.mail_is_with), (*kind, *wanted, *holder), "{id}");
    }
    let deferred = outcome("mx-down", &[]);
    assert!(deferred.next_try_us.is_some_and(|next| next > deferred.after_us), "a queue says when it tries again");
    let waiting = outcome("home-server-to-mx", &[]);
    assert!(waiting.next_try_us.is_some(), "an MTA that never connected tries again");
}

#[test]
fn two_recipients_have_two_fates() {
    let outcome = outcome("two-recipients", &[]);
    let fates: Vec<(&str, Ending)> = outcome.recipients.iter().map(|each| (each.address.as_str(), each.kind)).collect();
    assert_eq!(fates, [("bob@example.org", Delivered), ("nobody@example.org", Refused)]);
}

/// The map for each network: one word a cell, 25 off, 25 on, 465 off, 465 on, 587 off, 587 on; `+` delivered, `x` never
/// connected by a block, `c` a closed port.
#[rustfmt::skip]
const MAP: &[(Place, [&str; 3])] = &[
    (Place::HomeDynamic, ["++++++", "+x++++", "+xcccc"]),
    (Place::HomeStatic,  ["++++++", "++++++", "++cccc"]),
    (Place::Provider,    ["++++++", "++++++", "++cccc"]),
    (Place::Virtual,     ["+x++++", "+x++++", "+xcccc"]),
    (Place::Cloud,       ["+x++++", "+x++++", "+xcccc"]),
];

#[test]
fn the_map_is_what_the_facts_say() {
    let built_in = BuiltIn::read().expect("what is built in");
    for (network, rows) in MAP {
        let cells = map_cells(&built_in, *network);
        let signs: String = cells
            .iter()
            .map(|cell| match (cell.outcome.kind, cell.outcome.errno) {
                (Delivered, _) => '+',
                (NeverConnected, Some("ETIMEDOUT")) => 'x',
                (NeverConnected, Some("ECONNREFUSED")) => 'c',
                _ => '?',
            })
            .collect();
        assert_eq!(signs, rows.concat(), "{}", network.id());
    }
}

/// Each server answers in its own way: what a client without a password is told on 587.
#[test]
fn every_software_refuses_in_its_own_way() {
    let world = world().expect("the built-in world");
    let refusals = [
        ("generic", Some(530)),
        ("postfix", Some(554)),
        ("exim", Some(550)),
        ("opensmtpd", Some(530)),
        ("sendmail", Some(530)),
    ];
    for (personality, code) in refusals {
        let mut scenario = built_in("no-auth-587", &world).expect("a scenario").expect("it can be read");
        scenario.set_personality(personality, &world, "personality").expect("it is known");
        let mut run = Simulation::new(&world, scenario).expect("it can be run");
        run.run();
        assert_eq!(run.outcome().map(|outcome| (outcome.kind, outcome.code)), Some((Refused, code)), "{personality}");
    }
}

/// Any software goes with any scenario, and every run ends.
#[test]
fn any_software_goes_with_any_scenario() {
    let world = world().expect("the built-in world");
    for personality in world.softwares.keys() {
        for (id, _) in smtp_explainer::simulation::built_ins() {
            let mut scenario = built_in(id, &world).expect("a scenario").expect("it can be read");
            scenario.set_personality(personality, &world, "personality").expect("it is known");
            let mut run = Simulation::new(&world, scenario).unwrap_or_else(|error| panic!("{id}: {error}"));
            run.run();
            assert!(run.outcome().is_some() || run.waiting().is_some(), "{id} with {personality}");
        }
    }
}

#[test]
fn an_unknown_software_is_told_with_those_there_are() {
    let world = world().expect("the built-in world");
    let mut scenario = built_in("other-587", &world).expect("a scenario").expect("it can be read");
    scenario.first_server_change(&world).expect("it has a server").personality = Some("postfx".to_owned());
    let error = Simulation::new(&world, scenario).expect_err("nobody knows it").to_string();
    assert!(error.starts_with("changes.servers[0].personality: ") && error.contains("postfix"), "{error}");
}

/// Any choice goes with any scenario.
#[test]
fn every_choice_goes_with_every_scenario() {
    let world = world().expect("the built-in world");
    for (id, _) in smtp_explainer::simulation::built_ins() {
        let scenario = built_in(id, &world).expect("a scenario").expect("it can be read");
        for key in smtp_explainer::simulation::choices::KEYS {
            for value in smtp_explainer::simulation::choices::values(key) {
                let mut choices = Choices::default();
                choices.set(key, value).expect("an allowed word");
                let mut run = Simulation::new(&world, scenario.with(&choices)).expect("it can be run");
                run.run();
                assert!(run.outcome().is_some(), "{id} with {key} {value}");
            }
        }
    }
}
