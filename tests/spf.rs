//! SPF, rule by rule: what RFC 7208 says of a record, a client and a sender, stated here as a table and asked of a
//! whole server. The names and the shape of some records are those of its examples (§5, §7.4, Appendix A).

#![cfg(not(target_arch = "wasm32"))]

use smtp_explainer::dns::Zone;
use smtp_explainer::server::{Config, Surroundings, settings};
use smtp_explainer::session::{Input, Memory, Outbox, Output, Profile, Session};
use smtp_explainer::time::Instant;

/// A world of domains; each test adds the record it is about as `x.example`.
const ZONE: &str = r#"{"names": {
    "example.com": {"a": ["192.0.2.10", "192.0.2.11"], "mx": [{"preference": 10, "exchange": "mail-a.example.com"},
        {"preference": 20, "exchange": "mail-b.example.com"}]},
    "mail-a.example.com": {"a": ["192.0.2.129"], "aaaa": ["2001:db8::129"]},
    "mail-b.example.com": {"a": ["192.0.2.130"]},
    "yes.example": {"txt": ["v=spf1 +all"]},
    "no.example": {"txt": ["v=spf1 -all"]},
    "rather-not.example": {"txt": ["v=spf1 ~all"]},
    "silent.example": {"txt": ["v=spf1"]},
    "other.example": {"txt": ["site-verification=1", "v=spf10 +all"]},
    "twice.example": {"txt": ["v=spf1 +all", "v=spf1 -all"]},
    "wrong.example": {"txt": ["v=spf1 +all nonsense"]},
    "down.example": {"fails": true},
    "no-mail.example": {"mx": [{"preference": 0, "exchange": "."}]},
    "7.100.51.198._spf.x.example": {"a": ["127.0.0.2"]},
    "alice.x.example": {"a": ["127.0.0.2"]},
    "x.example.by.alice-lee": {"a": ["127.0.0.2"]},
    "alice%40x.example": {"a": ["127.0.0.2"]},
    "in-addr.client.example": {"a": ["127.0.0.2"]},
    "loop.example": {"txt": ["v=spf1 include:loop.example -all"]},
    "round.example": {"txt": ["v=spf1 redirect=round.example"]},
    "many.example": {"mx": [MANY]}
}}"#;

fn zone(record: &str) -> Zone {
    let many: Vec<String> =
        (0..11).map(|n| format!(r#"{{"preference": {n}, "exchange": "mail-a.example.com"}}"#)).collect();
    let mut zone: Zone = serde_json::from_str(&ZONE.replace("MANY", &many.join(","))).expect("a zone");
    let entry = serde_json::json!({"txt": [record], "a": ["198.51.100.7"]});
    zone.names.insert("x.example".to_owned().into(), serde_json::from_value(entry).expect("an entry"));
    zone
}

/// What a server says at MAIL, and what it has noted.
struct Said {
    code: u16,
    enhanced: String,
    reason: &'static str,
    /// The reason of the finding, and its text.
    found: Option<(&'static str, String)>,
    look_ups: usize,
    message: Option<String>,
}

fn ask(zone: &Zone, use_of_it: &str, peer: &str, hello: &str, from: &str) -> Said {
    let config = format!(
        r#"{{"role": "mx", "local_domains": ["example.org"], "trusted": ["203.0.113.0/24"], "rules": {{"spf": "{use_of_it}"}}}}"#
    );
    let config: Config = serde_json::from_str(&config).expect("a server");
    let settings = settings("mx.example.org", &config, Profile::default(), Surroundings { epoch: 0, entropy: 1 });
    let mut session = Session::new(settings.expect("known words"), Memory::default());
    let mut out = Outbox::default();
    let peer = peer.parse().expect("an address");
    session.handle(Instant::ZERO, Input::Opened { peer, tls: false }, zone, &mut out);
    session.handle(Instant::ZERO, Input::Octets(format!("EHLO {hello}\r\n").as_bytes()), zone, &mut out);
    out.clear();
    session.handle(Instant::ZERO, Input::Octets(format!("MAIL FROM:<{from}>\r\n").as_bytes()), zone, &mut out);
    let (mut said, mut found, mut look_ups) = (None, None, 0);
    for output in &out.outputs {
        match output {
            Output::Ruled { ruling, .. } => said = Some(ruling.clone()),
            Output::Found(finding) => found = Some((finding.reason.id(), finding.text.clone())),
            Output::LookedUp(_) => look_ups += 1,
            _ => {}
        }
    }
    out.clear();
    let rest = b"RCPT TO:<bob@example.org>\r\nDATA\r\nSubject: x\r\n\r\ny\r\n.\r\n";
    session.handle(Instant::ZERO, Input::Octets(rest), zone, &mut out);
    let message = out.outputs.iter().find_map(|output| match output {
        Output::Accepted(envelope) => Some(String::from_utf8_lossy(&envelope.message).into_owned()),
        _ => None,
    });
    let ruling = said.expect("MAIL is answered");
    Said {
        code: ruling.reply.code.as_u16(),
        enhanced: ruling.reply.enhanced.map(|code| code.to_string()).unwrap_or_default(),
        reason: ruling.reason.id(),
        found,
        look_ups,
        message,
    }
}

/// The word of the Received-SPF field for a sender at `domain`, whose server notes whatever comes out.
fn result(record: &str, peer: &str, domain: &str) -> (String, usize) {
    let said = ask(&zone(record), "note", peer, "client.example", &format!("alice@{domain}"));
    assert_eq!(said.code, 250, "{record}: what is noted is not refused");
    let (_, text) = said.found.expect("a result");
    let word = text.strip_prefix("Received-SPF: ").and_then(|rest| rest.split(' ').next()).expect("a word");
    (word.to_owned(), said.look_ups)
}

#[test]
fn every_mechanism_matches_what_its_section_says() {
    let four = "192.0.2.129";
    let six = "2001:db8::129";
    for (record, peer, wanted) in [
        // §5.1: all always matches; §4.6.2: the qualifier is the result, and plus where there is none.
        ("v=spf1 all", four, "pass"),
        ("v=spf1 +all", four, "pass"),
        ("v=spf1 -all", four, "fail"),
        ("v=spf1 ~all", four, "softfail"),
        ("v=spf1 ?all", four, "neutral"),
        // §4.7: nothing matches.
        ("v=spf1 ip4:198.51.100.1", four, "neutral"),
        // §5.1: what stands behind all is never looked at, but §4.6 wants it right.
        ("v=spf1 -all ip4:192.0.2.129", four, "fail"),
        ("v=spf1 -all ip4:192.0.2.999", four, "permerror"),
        // §5.6: addresses; one of the other kind matches nothing.
        ("v=spf1 ip4:192.0.2.129 -all", four, "pass"),
        ("v=spf1 ip4:192.0.2.128/28 -all", four, "pass"),
        ("v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.144", "fail"),
        ("v=spf1 ip4:0.0.0.0/0 -all", four, "pass"),
        ("v=spf1 ip4:0.0.0.0/0 -all", six, "fail"),
        ("v=spf1 ip6:2001:db8::/32 -all", six, "pass"),
        ("v=spf1 ip6:2001:db8::129 -all", six, "pass"),
        ("v=spf1 ip6:2001:db8::/129 -all", six, "permerror"),
        ("v=spf1 ip4:192.0.2.0/33 -all", four, "permerror"),
        ("v=spf1 ip4:192.0.2.0/024 -all", four, "permerror"),
        ("v=spf1 ip4:192.0.2.0/ -all", four, "permerror"),
        ("v=spf1 ip4 -all", four, "permerror"),
        ("v=spf1 ip4:2001:db8::1 -all", four, "permerror"),
        // §5: an IPv4 address in IPv6 clothes is the IPv4 address.
        ("v=spf1 ip4:192.0.2.129 -all", "::ffff:192.0.2.129", "pass"),
        // §5.3: the domain's own addresses, another's, and networks around them.
        ("v=spf1 a -all", "198.51.100.7", "pass"),
        ("v=spf1 a -all", four, "fail"),
        ("v=spf1 a:example.com -all", "192.0.2.11", "pass"),
        ("v=spf1 a:example.com/24 -all", four, "pass"),
        ("v=spf1 a/24 -all", "198.51.100.200", "pass"),
        ("v=spf1 a:mail-a.example.com -all", six, "pass"),
        ("v=spf1 a:mail-a.example.com//64 -all", "2001:db8::1", "pass"),
        ("v=spf1 a:mail-a.example.com/24//64 -all", "192.0.2.1", "pass"),
        ("v=spf1 a:mail-a.example.com//129 -all", six, "permerror"),
        ("v=spf1 a:mail-a.example.com/24/64 -all", six, "permerror"),
        ("v=spf1 A:EXAMPLE.COM -ALL", "192.0.2.10", "pass"),
        // §5.4: the mail exchangers' addresses; no exchanger, no match, the domain's own address counts for nothing.
        ("v=spf1 mx:example.com -all", four, "pass"),
        ("v=spf1 mx:example.com -all", "192.0.2.130", "pass"),
        ("v=spf1 mx:example.com/30 -all", "192.0.2.131", "pass"),
        ("v=spf1 mx -all", "198.51.100.7", "fail"),
        ("v=spf1 mx:no-mail.example -all", four, "fail"),
        // §4.6.4: more than ten exchangers of one mx.
        ("v=spf1 mx:many.example -all", "198.51.100.1", "permerror"),
        // §5.5: nobody should use it, and here it never matches.
        ("v=spf1 ptr -all", four, "fail"),
        ("v=spf1 ptr:example.com -all", four, "fail"),
        // §4.6.1: what is no mechanism, and a modifier nobody knows.
        ("v=spf1 nonsense -all", four, "permerror"),
        ("v=spf1 moo.cow-far_out=man:dog/cat -all", four, "fail"),
        ("v=spf1 1up=x -all", four, "permerror"),
        ("v=spf1 all:example.com", four, "permerror"),
        ("v=spf1  a:example.com   -all ", "192.0.2.10", "pass"),
    ] {
        assert_eq!(result(record, peer, "x.example").0, wanted, "{record} for {peer}");
    }
}

#[test]
fn other_records_are_asked_as_include_and_redirect_say() {
    let peer = "192.0.2.129";
    for (record, wanted) in [
        // §5.2: only a pass of the other record matches; errors are errors, and no record is one.
        ("v=spf1 include:yes.example -all", "pass"),
        ("v=spf1 -include:yes.example +all", "fail"),
        ("v=spf1 include:no.example ?all", "neutral"),
        ("v=spf1 include:rather-not.example -all", "fail"),
        ("v=spf1 include:silent.example -all", "fail"),
        ("v=spf1 include:other.example -all", "permerror"),
        ("v=spf1 include:wrong.example +all", "permerror"),
        ("v=spf1 include:down.example +all", "temperror"),
        ("v=spf1 include:nowhere.example +all", "permerror"),
        ("v=spf1 include -all", "permerror"),
        // §6.1: the other record decides, whatever it says; it is asked only where nothing matched.
        ("v=spf1 redirect=no.example", "fail"),
        ("v=spf1 redirect=yes.example", "pass"),
        ("v=spf1 redirect=no.example +all", "pass"),
        ("v=spf1 redirect=other.example", "permerror"),
        ("v=spf1 redirect=no.example redirect=yes.example", "permerror"),
        ("v=spf1 redirect:yes.example", "permerror"),
        // §6.2: at most once, and of the right form.
        ("v=spf1 exp=why.example -all", "fail"),
        ("v=spf1 exp=why.example exp=why.example -all", "permerror"),
        ("v=spf1 exp=%x -all", "permerror"),
        // §4.6.4: ten terms, and no record without an end.
        ("v=spf1 include:loop.example -all", "permerror"),
        ("v=spf1 redirect=round.example", "permerror"),
    ] {
        assert_eq!(result(record, peer, "x.example").0, wanted, "{record}");
    }
}

/// §4.4, §4.5: which of a domain's texts is the record; §4.3: what is asked about at all.
#[test]
fn a_domain_has_one_record_or_none() {
    for (domain, wanted) in [
        ("other.example", "none"),
        ("twice.example", "permerror"),
        ("down.example", "temperror"),
        ("nowhere.example", "none"),
        ("example.com", "none"),
        ("[192.0.2.1]", "none"),
        ("localhost", "none"),
        ("YES.example", "pass"),
    ] {
        assert_eq!(result("v=spf1", "192.0.2.129", domain).0, wanted, "{domain}");
    }
    assert_eq!(result("v=spf1", "192.0.2.129", "localhost").1, 0, "a name of one label is not looked up");
}

/// §7.2 to §7.4: macros; each of the names exists in the zone, so that `exists` matches only if it was written rightly.
#[test]
fn macros_are_written_out() {
    for (spec, wanted) in [
        ("%{ir}._spf.%{d}", "pass"),
        ("%{l}.x.example", "pass"),
        ("%{d2}.by.alice-lee", "pass"),
        ("%{S}", "pass"),
        ("%{v}.%{h}", "pass"),
        ("%{l1r+}.x.example", "pass"),
        ("%{i}._spf.%{d}", "fail"),
        ("%{p}.example", "fail"),
        ("%%.x.example", "fail"),
        ("%{x}.example", "permerror"),
        ("%{c}.example", "permerror"),
        ("%{l0}.example", "permerror"),
        ("%{l1x}.example", "permerror"),
        ("%{l.example", "permerror"),
        ("%a.example", "permerror"),
        ("nodot", "permerror"),
        ("example.123", "permerror"),
        ("-", "permerror"),
        ("", "permerror"),
    ] {
        let record = format!("v=spf1 exists:{spec} -all");
        assert_eq!(result(&record, "198.51.100.7", "x.example").0, wanted, "{spec}");
    }
}

/// §7.3: an IPv6 address goes digit by digit.
#[test]
fn macros_write_ipv6_digit_by_digit() {
    let digits = "2.0.0.1.0.d.b.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.2.f";
    let mut zone = zone("v=spf1 exists:%{i}.%{v}.x.example -all");
    let entry = serde_json::from_str(r#"{"a": ["127.0.0.2"]}"#).expect("an entry");
    zone.names.insert(format!("{digits}.ip6.x.example").into(), entry);
    let said = ask(&zone, "refuse", "2001:db8::12f", "client.example", "alice@x.example");
    assert_eq!(said.code, 250, "{:?}", said.found);
}

/// §4.6.4: ten terms that ask the DNS, and two look-ups in vain.
#[test]
fn the_work_is_limited() {
    let terms = |count: usize, term: &str| format!("v=spf1{} -all", format!(" {term}").repeat(count));
    assert_eq!(result(&terms(10, "a"), "192.0.2.1", "x.example"), ("fail".into(), 11));
    assert_eq!(result(&terms(11, "a"), "192.0.2.1", "x.example"), ("permerror".into(), 11));
    assert_eq!(result(&terms(50, "ip4:192.0.2.2"), "192.0.2.1", "x.example"), ("fail".into(), 1));
    // The tenth matches before the eleventh is met.
    assert_eq!(result(&terms(11, "a"), "198.51.100.7", "x.example").0, "pass");
    assert_eq!(result(&terms(2, "a:nowhere.example"), "192.0.2.1", "x.example").0, "fail");
    assert_eq!(result(&terms(3, "a:nowhere.example"), "192.0.2.1", "x.example").0, "permerror");
    assert!(result("v=spf1 redirect=round.example", "192.0.2.1", "round.example").1 <= 11);
}

#[test]
fn what_comes_out_is_refused_or_noted_as_the_site_wants() {
    let zone = zone("v=spf1 a:example.com ~ip4:198.51.100.9 -all");
    let say = |use_of_it: &str, peer: &str, from: &str| ask(&zone, use_of_it, peer, "client.example", from);
    for (peer, from, code, enhanced, reason) in [
        ("192.0.2.10", "alice@x.example", 250, "2.1.0", "server.mail.accepted"),
        ("198.51.100.9", "alice@x.example", 250, "2.1.0", "server.mail.accepted"),
        ("198.51.100.1", "alice@x.example", 550, "5.7.23", "server.spf.fail"),
        ("198.51.100.1", "alice@down.example", 451, "4.7.24", "server.spf.unavailable"),
        ("198.51.100.1", "alice@twice.example", 550, "5.7.24", "server.spf.broken"),
        // RFC 7208 §2.5: not asked of those who may send through this server.
        ("203.0.113.9", "alice@x.example", 250, "2.1.0", "server.mail.accepted"),
    ] {
        let said = say("refuse", peer, from);
        assert_eq!((said.code, said.enhanced.as_str(), said.reason), (code, enhanced, reason), "{peer} {from}");
        assert_eq!(say("note", peer, from).code, 250, "{peer} {from}");
    }
    let found = |peer: &str| say("note", peer, "alice@x.example").found.expect("a finding").0;
    assert_eq!(found("192.0.2.10"), "server.spf.pass");
    assert_eq!(found("198.51.100.9"), "server.spf.undecided");
    assert_eq!(found("198.51.100.1"), "server.spf.noted");
    assert!(say("note", "203.0.113.9", "alice@x.example").found.is_none());
}

/// RFC 7208 §9.1: the result goes into the message, above the line of the server that found it; what the client has said
/// stays inside its quotes.
#[test]
fn the_message_says_what_was_found() {
    let zone = zone("v=spf1 -all");
    let said = ask(&zone, "note", "198.51.100.1", "client.example", "\"a\\\"b; helo=evil\"@x.example");
    let message = said.message.expect("a message");
    let wanted = "Return-Path: <\"a\\\"b; helo=evil\"@x.example>\r\n\
        Received-SPF: fail receiver=mx.example.org;\r\n\tclient-ip=\"198.51.100.1\";\r\n\t\
        envelope-from=\"\\\"a\\\\\\\"b; helo=evil\\\"@x.example\";\r\n\thelo=\"client.example\";\r\nReceived: from ";
    assert!(message.starts_with(wanted), "{message}");
    // RFC 7208 §2.4: a null reverse-path stands for postmaster at the name of EHLO.
    let said = ask(&zone, "refuse", "198.51.100.1", "x.example", "");
    assert_eq!((said.code, said.reason), (550, "server.spf.fail"));
}
