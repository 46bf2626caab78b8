//! Hand-made views for the tests of the page: a submission standing at MAIL, a blocked attempt at its third
//! retransmission, a small map. Made by hand so that a part is tested for what it is given, not for what the
//! simulation happens to say.

use std::cell::Cell;
use std::sync::Arc;

use smtp_explainer::present::view::{
    Alternative, Bar, Choice, Citation, ClauseRow, Control, ControlKind, Diagram, EventRow, GateLane, HostBox, Lane,
    Map, MapCell, MapRow, NetworkPicture, OtherLeg, OutcomeCard, Packet, Place, Road, Row, Schedule, Situations,
    StateChip, Step, Stratum, Text, Token, Tone, Transport, Watch,
};

thread_local! {
    /// What is put at the end of every word of the sample.
    static TAIL: Cell<&'static str> = const { Cell::new("") };
}

/// Makes a sample with this at the end of every word in it.
pub(crate) fn with_tail<T>(tail: &'static str, make: impl FnOnce() -> T) -> T {
    TAIL.set(tail);
    let sample = make();
    TAIL.set("");
    sample
}

fn s(text: &str) -> String {
    let tail = TAIL.get();
    text.split(' ').map(|word| format!("{word}{tail}")).collect::<Vec<_>>().join(" ")
}

fn switch(key: &str, label: &str, values: &[(&str, &str)], on: &str) -> Control {
    Control { key: s(key), label: s(label), kind: ControlKind::Switch(choices(values, on)) }
}

fn choices(values: &[(&str, &str)], on: &str) -> Vec<Choice> {
    values.iter().map(|(value, label)| Choice { value: s(value), label: s(label), on: *value == on }).collect()
}

fn bar(port: &str, tls: &str, auth: &str) -> Bar {
    Bar {
        situations: vec![Situations {
            heading: s("Port 25, 465 or 587"),
            list: vec![
                (s("other-587"), s("Home laptop → other provider")),
                (s("own-25"), s("Home laptop → own relay on 25")),
            ],
        }],
        situation: s("other-587"),
        controls: vec![
            switch("port", "Port", &[("25", "25"), ("465", "465"), ("587", "587")], port),
            switch("op25b", "OP25B", &[("off", "off"), ("drop", "on")], "drop"),
            switch("tls", "Security", &[("none", "none"), ("starttls", "STARTTLS")], tls),
            switch("auth", "AUTH", &[("none", "none"), ("plain", "PLAIN")], auth),
        ],
        more: vec![
            Control {
                key: s("network"),
                label: s("Client’s network"),
                kind: ControlKind::List(choices(&[("home-dynamic", "home, dynamic"), ("cloud", "cloud")], "cloud")),
            },
            Control {
                key: s("sender"),
                label: s("Sender"),
                kind: ControlKind::Text {
                    value: s("alice@@example.com"),
                    error: Some(s("octet 7: an @ too many")),
                    multiline: false,
                },
            },
            Control {
                key: s("body"),
                label: s("Body"),
                kind: ControlKind::Text { value: s("Hello"), error: None, multiline: true },
            },
        ],
        verdict: s("Delivered."),
        tone: Tone::Good,
        said: s("Port 587 is not touched by OP25B; the server asks who you are instead."),
        next: Some((s("#/s/own-25"), s("The provider’s own relay"))),
    }
}

fn lanes(used: u16) -> Vec<GateLane> {
    [25, 465, 587].map(|port| GateLane { port, shut: port == 25, used: port == used }).to_vec()
}

fn host(place: Place, name: &str, address: &str, doors: &[(u16, bool)], lit: bool, cut_off: bool) -> HostBox {
    HostBox { place, name: s(name), address: s(address), doors: doors.to_vec(), lit, cut_off }
}

fn packet(blocked: bool) -> Packet {
    let (label, lane) = if blocked { ("SYN", Lane::Tcp) } else { ("MAIL", Lane::Client) };
    Packet { label: s(label), lane, forward: true, lost: blocked }
}

fn picture(blocked: bool) -> NetworkPicture {
    let port = if blocked { 25 } else { 587 };
    NetworkPicture {
        scene: 0,
        description: s("Your laptop sends MAIL through lane 587 of the gate to the other provider's MSA."),
        inside: s("Your provider’s network, dynamic address"),
        outside: s("Internet"),
        gate: s("edge · OP25B"),
        relay_outside: false,
        lanes: lanes(port),
        hosts: vec![
            host(Place::Client, "Your laptop · MUA", "192.0.2.10", &[], true, false),
            host(
                Place::OwnRelay,
                "Provider’s own relay",
                "smtp.isp.example",
                &[(25, false), (587, false)],
                false,
                false,
            ),
            host(
                Place::OtherMsa,
                "Other provider · MSA",
                "submit.example.com",
                &[(587, !blocked), (465, false)],
                !blocked,
                blocked,
            ),
            host(Place::Mx, "Recipient’s MX · MTA", "mx.example.org", &[(25, false)], false, true),
        ],
        road: Some(Road { from: Place::Client, to: Place::OtherMsa, lane: Some(port), blocked }),
        other_leg: Some(OtherLeg {
            from: Place::OtherMsa,
            to: Place::Mx,
            lane: None,
            label: s("relay, 25"),
            past: false,
        }),
        remark: Some(s("leg 2: server to server on 25, from a network OP25B does not touch")),
    }
}

fn row(step: usize, time: &str, lane: Lane, lines: &[&str]) -> Row {
    let side = match lane {
        Lane::Client => "Client",
        Lane::Server => "Server",
        _ => "TCP",
    };
    let name = s(&format!("{side}: {}", lines.first().copied().unwrap_or_default()));
    let lines = lines.iter().map(|line| Text::Shown(s(line))).collect();
    Row::Event(EventRow { step, last: step, time: s(time), lane, lines, tone: Tone::Plain, name })
}

fn failed(step: usize, last: usize, time: &str, line: &str) -> Row {
    let lines = vec![Text::Shown(s(line))];
    Row::Event(EventRow {
        step,
        last,
        time: s(time),
        lane: Lane::Tcp,
        lines,
        tone: Tone::Bad,
        name: s(&format!("TCP: {line}")),
    })
}

fn heading(title: &str) -> Row {
    Row::Heading(s(title))
}

fn submit_rows() -> Vec<Row> {
    use Lane::{Client, Server, Tcp, Tls};
    let secret = EventRow {
        step: 9,
        last: 9,
        time: s("0.279"),
        lane: Client,
        lines: vec![Text::Veiled {
            veiled: s("AUTH PLAIN ••••••••"),
            sent: s("AUTH PLAIN AGFsaWNlAGNvcnJlY3QtaG9yc2U="),
            decoded: s("user alice, password correct-horse"),
        }],
        tone: Tone::Plain,
        name: s("Client: AUTH PLAIN, veiled"),
    };
    vec![
        heading("Connect"),
        row(0, "0.021", Tcp, &["SYN → port 587 · SYN-ACK · ACK"]),
        row(1, "0.064", Server, &["220 submit.example.com ESMTP ready"]),
        heading("Greet and secure"),
        row(2, "0.064", Client, &["EHLO laptop.home.example"]),
        row(3, "0.107", Server, &["250-submit.example.com", "250-SIZE 52428800", "250-8BITMIME", "250 STARTTLS"]),
        row(4, "0.107", Client, &["STARTTLS"]),
        row(5, "0.150", Server, &["220 2.0.0 Ready to start TLS"]),
        row(6, "0.236", Tls, &["TLS 1.3 · everything below is encrypted on the wire"]),
        row(7, "0.236", Client, &["EHLO laptop.home.example"]),
        row(8, "0.279", Server, &["250-submit.example.com", "250-SIZE 52428800", "250 AUTH PLAIN LOGIN"]),
        heading("Prove who you are"),
        Row::Event(secret),
        row(10, "0.322", Server, &["235 2.7.0 Authentication successful"]),
        heading("Envelope"),
        row(11, "0.322", Client, &["MAIL FROM:<alice@example.com> SIZE=1240"]),
        row(12, "0.365", Server, &["250 2.1.0 Sender ok"]),
        row(13, "0.365", Client, &["RCPT TO:<bob@example.org>"]),
        row(14, "0.408", Server, &["250 2.1.5 Recipient ok"]),
        heading("Message"),
        row(15, "0.408", Client, &["DATA"]),
    ]
}

fn token(text: &str, label: &str, hue: u8, parts: Vec<Token>) -> Token {
    Token { text: Text::Shown(s(text)), label: s(label), hue, parts }
}

fn clause(source: &str, dated: &str, section: &str, level: &str, note: &str) -> ClauseRow {
    let number: String = source.chars().filter(char::is_ascii_digit).collect();
    ClauseRow {
        sources: vec![Citation {
            document: s(source),
            dated: s(dated),
            section: s(&format!("§{section}")),
            href: Some(s(&format!("https://www.rfc-editor.org/rfc/rfc{number}#section-{section}"))),
        }],
        level: s(level),
        note: s(note),
        changed: None,
        current: false,
        leads: true,
        lang: None,
    }
}

/// A small machine standing in its middle.
pub(crate) fn diagram() -> Diagram {
    let edge = |from, verb: &str, to| (from, s(verb), to);
    Diagram {
        states: ["connected", "greeted", "authenticated", "transaction", "recipients", "data", "closed"]
            .map(s)
            .to_vec(),
        edges: vec![
            edge(0, "EHLO", 1),
            edge(1, "EHLO", 1),
            edge(1, "AUTH", 2),
            edge(2, "MAIL", 3),
            edge(3, "RCPT", 4),
            edge(3, "NOOP", 3),
            edge(3, "RSET", 2),
            edge(3, "EHLO", 2),
            edge(4, "RCPT", 4),
            edge(4, "DATA", 5),
            edge(4, "RSET", 2),
            edge(5, "end of data", 2),
            edge(3, "QUIT", 6),
        ],
        here: 3,
    }
}

fn mail_step() -> Step {
    let mut rfc2821 = clause("RFC 2821", "2001", "4.1.1.2", "", "MAIL may carry extension parameters such as SIZE=.");
    rfc2821.changed = Some(s("never sent while a transaction is open (§4.1.4)."));
    let mut rfc4409 = clause(
        "RFC 4409",
        "2006 · submission",
        "4.3",
        "MUST",
        "On 587 the server refuses MAIL from a client that has not authenticated, by default (530). RFC 6409 keeps the rule.",
    );
    rfc4409.current = true;
    rfc4409.lang = Some(s("en"));
    let parts = vec![token("alice", "local-part", 1, vec![]), token("example.com", "domain", 1, vec![])];
    let chip = |name: &str, before, after| StateChip { name: s(name), before, after };
    let other = |code: &str, when: &str, then: &str| Alternative { code: s(code), when: s(when), then: s(then) };
    Step {
        headline: s("MAIL opens a transaction and names who gets the bounce"),
        subline: s("laptop → submit.example.com · command 5 of 9"),
        why: vec![s("The client has a message to hand over and has proved who it is, so it begins the envelope.")],
        anatomy: vec![
            token("MAIL FROM:", "verb", 0, vec![]),
            token("<alice@example.com>", "reverse-path: where failures are reported", 1, parts),
            token("SIZE=1240", "declared size in octets, RFC 1870", 2, vec![]),
        ],
        states: vec![
            chip("greeted", false, false),
            chip("TLS", false, false),
            chip("authenticated", true, false),
            chip("transaction", false, true),
            chip("recipients", false, false),
            chip("data", false, false),
        ],
        envelope: vec![
            (s("reverse-path"), vec![s("<alice@example.com>")]),
            (s("forward-paths"), vec![s("none yet")]),
            (s("mail data"), vec![s("none yet")]),
        ],
        strata: vec![
            Stratum {
                id: 0,
                title: s("The same rule through the generations"),
                clauses: vec![
                    clause(
                        "RFC 821",
                        "1982",
                        "4.1.1",
                        "",
                        "Clears the three buffers, then stores the reverse-path, which may carry a source route.",
                    ),
                    rfc2821,
                    clause(
                        "RFC 5321",
                        "2008",
                        "3.3",
                        "MUST",
                        "A refusal shows whether it is permanent or temporary; no space around the colon.",
                    ),
                    ClauseRow {
                        leads: false,
                        ..clause("RFC 5321", "2008", "4.5.3.1.3", "", "A path may have 256 octets.")
                    },
                ],
            },
            Stratum { id: 1, title: s("Submission"), clauses: vec![rfc4409] },
        ],
        alternatives: vec![
            other("530 5.7.0", "had you not authenticated", "authenticate, then send MAIL again"),
            other("552 5.3.4", "were SIZE over the limit", "give up: the same message will not pass"),
        ],
        mistake: Some((
            s("MAIL FROM is the From: header."),
            s("It is the envelope; the header may name somebody else."),
        )),
        announcement: s("Step 12 of 27. Client: MAIL."),
        ..Step::default()
    }
}

/// A submission on 587, standing at MAIL.
pub(crate) fn submit() -> Watch {
    use Lane::{Client, Server, Tcp};
    let marks = vec![
        (0, Tcp, Tone::Plain),
        (1, Server, Tone::Plain),
        (2, Client, Tone::Plain),
        (3, Server, Tone::Plain),
        (4, Client, Tone::Plain),
        (5, Server, Tone::Plain),
        (7, Client, Tone::Plain),
        (8, Server, Tone::Plain),
        (9, Client, Tone::Plain),
        (10, Server, Tone::Plain),
        (11, Client, Tone::Plain),
        (12, Server, Tone::Plain),
        (13, Client, Tone::Plain),
        (14, Server, Tone::Plain),
        (15, Client, Tone::Plain),
    ];
    Watch {
        bar: bar("587", "starttls", "plain").into(),
        network: Arc::new(picture(false)),
        packet: Some(packet(false)),
        rows: submit_rows().into(),
        step: mail_step().into(),
        transport: Transport {
            step: 11,
            steps: 16,
            time: s("0.322 s"),
            marks: marks.into(),
            phases: [0, 2, 9, 11, 15].into(),
            value_text: s("Step 12 of 16, Envelope"),
        },
    }
}

fn syn_step() -> Step {
    let sent: [u64; 11] = [0, 1_000, 2_000, 3_000, 4_000, 5_000, 7_000, 11_000, 19_000, 35_000, 67_000];
    let mut rfc5068 = clause(
        "RFC 5068",
        "2007 · BCP 134",
        "4.1",
        "MUST NOT",
        "Access providers never block 587. Blocking 25 itself is not recommended by it (§4).",
    );
    rfc5068.current = true;
    Step {
        headline: s("The SYN never leaves your provider: the server does not know you tried"),
        subline: s("laptop → server · retransmission 3"),
        why: vec![s(
            "No SMTP code can exist here. The greeting never arrives, so nothing can answer 4xx or 5xx; all the user sees is a time-out.",
        )],
        schedule: Some(Schedule {
            sent: sent.iter().map(|at| (*at, *at == 3_000)).collect(),
            ends: 131_000,
            ends_label: s("ETIMEDOUT · 131 s"),
            remark: s("Linux since 6.5; recorded times run about 2 % later."),
            description: s("Eleven SYNs in 67 seconds, the gaps doubling; given up after 131 seconds."),
        }),
        rule: vec![
            (s("from"), s("192.0.2.0/24 (dynamic)")),
            (s("to"), s("tcp/25, except smtp.isp.example")),
            (s("action"), s("drop")),
        ],
        strata: vec![Stratum {
            id: 3,
            title: s("What the RFCs say"),
            clauses: vec![
                rfc5068,
                clause(
                    "RFC 4409",
                    "2006",
                    "1",
                    "",
                    "Observes that many sites prohibit outbound 25, and moves submission to 587.",
                ),
            ],
        }],
        mistake: Some((s("“The server rejects me.”"), s("A rejection has a code. Silence happens on the way."))),
        announcement: s("Step 5 of 14. TCP: SYN again (3)."),
        outcome: Some(OutcomeCard {
            verdict: s("Never connected"),
            tone: Tone::Bad,
            what: s("Every SYN to port 25 was dropped at the edge."),
            who: s("You: it never left your machine."),
            shown: Some(s(
                "Failed to connect to ssl://submit.example.com:25 [SMTP: Failed to connect socket: Connection timed out]",
            )),
            change: Some(s("Use port 587.")),
            facts: vec![(s("errno"), s("ETIMEDOUT"))],
            recipients: vec![(s("bob@example.org"), s("not asked for"))],
        }),
        ..Step::default()
    }
}

/// An attempt on 25 under OP25B, standing at the third retransmission.
pub(crate) fn blocked() -> Watch {
    let mut bar = bar("25", "none", "none");
    bar.verdict = s("Never connected.");
    bar.tone = Tone::Bad;
    bar.said = s("Your provider drops packets to port 25; the same mail on 587 goes through.");
    Watch {
        bar: bar.into(),
        network: Arc::new(picture(true)),
        packet: Some(packet(true)),
        rows: Arc::from([
            heading("Connect"),
            row(0, "0.000", Lane::Dns, &["submit.example.com → 198.51.100.25"]),
            failed(1, 1, "0.021", "SYN → port 25, no answer"),
            failed(2, 2, "1.05", "SYN again (1)"),
            failed(3, 3, "2.07", "SYN again (2)"),
            failed(4, 4, "3.10", "SYN again (3)"),
            failed(5, 5, "4.12", "SYN again (4)"),
            failed(6, 11, "…", "11 in all, the gaps doubling"),
            failed(12, 12, "133.7", "ETIMEDOUT"),
            heading("Outcome"),
            row(13, "133.7", Lane::Note, &["Never connected. Not one line of SMTP was spoken"]),
        ]),
        step: syn_step().into(),
        transport: Transport {
            step: 4,
            steps: 14,
            time: s("3.10 s"),
            marks: (1..13).map(|step| (step, Lane::Tcp, Tone::Bad)).collect(),
            phases: [0, 13].into(),
            value_text: s("Step 5 of 14, Connect"),
        },
    }
}

/// A map of three destinations.
pub(crate) fn map() -> Map {
    let cell = |word: &str, tone, code: &str, after: &str| MapCell {
        word: s(word),
        tone,
        code: s(code),
        after: s(after),
        link: s("#/s/other-587?port=25"),
        name: s(&format!("{word} {code} after {after}")),
    };
    let good = || cell("delivered", Tone::Good, "", "0.41 s");
    let never = || cell("never connected", Tone::Bad, "ETIMEDOUT", "131 s");
    let row = |name: &str, host: &str, cells| MapRow { name: s(name), host: s(host), cells };
    let refused = || cell("refused", Tone::Bad, "530 5.7.0", "0.3 s");
    let columns = [25, 25, 465, 465, 587, 587].into_iter().zip(["OP25B off", "OP25B on"].into_iter().cycle());
    Map {
        network: switch(
            "network",
            "Client’s network",
            &[("home-dynamic", "home, dynamic"), ("home-static", "home, static"), ("cloud", "cloud")],
            "home-dynamic",
        ),
        columns: columns.map(|(port, label)| (port, s(label))).collect(),
        rows: vec![
            row("Your provider’s own server", "smtp.isp.example", vec![good(), good(), good(), good(), good(), good()]),
            row("Another provider", "submit.example.com", vec![good(), never(), good(), good(), good(), good()]),
            row(
                "The recipient’s MX, directly",
                "mx.example.org",
                vec![
                    cell("deferred", Tone::Wait, "451 4.7.1", "0.4 s"),
                    never(),
                    refused(),
                    refused(),
                    refused(),
                    refused(),
                ],
            ),
        ],
        answer: s(
            "Yes, it matters: port 25 leaves your network only to your own provider’s relay; 587 always leaves, and asks who you are.",
        ),
    }
}
