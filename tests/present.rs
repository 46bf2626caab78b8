//! What a reader is told, asserted on plain structs before any HTML.

use std::sync::Arc;

use smtp_explainer::knowledge::{Knowledge, embedded};
use smtp_explainer::present::view::{ClauseRow, ControlKind, Lane, Row, Text, Tone};
use smtp_explainer::present::{Changed, Go, Player};
use smtp_explainer::simulation::BuiltIn;

fn english() -> Knowledge {
    Knowledge::from_json(embedded("en").expect("English is built in")).expect("it can be read")
}

fn built_in() -> Arc<BuiltIn> {
    Arc::new(BuiltIn::read().unwrap_or_else(|error| panic!("{error}")))
}

fn open(fragment: &str) -> (Player, Knowledge) {
    let k = english();
    let (player, notices) = Player::open(fragment, &built_in(), &k);
    assert_eq!(notices, Vec::<String>::new());
    (player, k)
}

#[test]
fn without_a_fragment_the_first_situation_stands_at_mail() {
    let (player, k) = open("");
    let watch = player.watch(&k);
    assert_eq!(watch.bar.situation, "other-587");
    assert_eq!(watch.step.headline, "MAIL opens a transaction and names who gets the bounce");
    let shown = watch.step.strata.iter().flat_map(|group| &group.clauses).filter(|clause| clause.leads);
    let sources: Vec<&str> = shown.flat_map(|clause| &clause.sources).map(|place| place.document.as_str()).collect();
    assert_eq!(sources.first(), Some(&"RFC 821"), "the generations begin where SMTP begins: {sources:?}");
    for generation in ["RFC 821", "RFC 2821", "RFC 5321", "RFC 4409", "RFC 6409"] {
        assert!(sources.contains(&generation), "{generation} is missing in {sources:?}");
    }
    assert!(watch.rows.iter().any(|row| matches!(row, Row::Event(event)
        if event.lane == Lane::Client && event.lines.first().is_some_and(|line| line.veiled().starts_with("EHLO ")))));
}

#[test]
fn a_flipped_port_keeps_the_reader_s_place_and_says_what_it_did() {
    let (mut player, k) = open("");
    assert_eq!(player.choose("port", "465", &k), Changed::Ran);
    assert_eq!(player.watch(&k).step.headline, "MAIL opens a transaction and names who gets the bounce");
    assert_eq!(player.choose("port", "25", &k), Changed::Ran);
    let watch = player.watch(&k);
    assert_eq!((watch.bar.verdict.as_str(), watch.bar.tone), ("Never connected.", Tone::Bad));
    assert_eq!(watch.bar.said, "Your provider drops packets to port 25; the same mail on 587 goes through.");
    assert!(watch.network.lanes[0].shut && !watch.network.lanes[2].shut);
    assert!(watch.network.road.as_ref().is_some_and(|road| road.blocked));
    assert_eq!(player.choose("op25b", "off", &k), Changed::Ran);
    assert_eq!(player.watch(&k).bar.verdict, "Delivered.");
    assert!(player.watch(&k).bar.said.starts_with("Without OP25B port 25 is open"));
    assert_eq!(player.choose("port", "26", &k), Changed::Kept);
    assert_eq!(player.watch(&k).bar.verdict, "Delivered.", "the last good run stays");
}

#[test]
fn a_block_turned_off_again_brings_the_reader_back_to_the_line() {
    let mail = "MAIL opens a transaction and names who gets the bounce";
    let (mut player, k) = open("#/s/other-587?port=25&op25b=off");
    assert_eq!(player.watch(&k).step.headline, mail);
    for _ in 0..2 {
        assert_eq!(player.choose("op25b", "on", &k), Changed::Ran);
        assert_ne!(player.watch(&k).step.headline, mail, "there is no MAIL behind the block");
        assert_eq!(player.choose("op25b", "off", &k), Changed::Ran);
        assert_eq!(player.watch(&k).step.headline, mail);
    }
    // A step in the blocked run is a choice: that is the place now.
    assert_eq!(player.choose("op25b", "on", &k), Changed::Ran);
    player.go(Go::First);
    assert_eq!(player.choose("op25b", "off", &k), Changed::Ran);
    assert_eq!(player.step(), 0);
}

#[test]
fn the_situation_that_comes_next_is_not_offered_where_the_reader_already_is() {
    let (mut player, k) = open("");
    let next = |player: &Player, k: &Knowledge| player.watch(k).bar.next.as_ref().map(|(_, title)| title.clone());
    assert_eq!(next(&player, &k).as_deref(), Some("The same mail on port 25"));
    assert_eq!(player.choose("port", "25", &k), Changed::Ran);
    assert_eq!(next(&player, &k), None);
    assert_eq!(player.choose("op25b", "off", &k), Changed::Ran);
    assert_eq!(next(&player, &k), None);
    assert_eq!(player.choose("port", "465", &k), Changed::Ran);
    assert_eq!(next(&player, &k).as_deref(), Some("The same mail on port 25"));
    // Where the road stays the same, the next situation is about something else.
    let (mut player, k) = open("#/s/other-25-wrong-password");
    assert_eq!(player.choose("auth", "none", &k), Changed::Ran);
    assert!(next(&player, &k).is_some());
}

#[test]
fn the_sentence_of_the_outcome_stands_once() {
    let (mut player, k) = open("");
    for (id, _) in smtp_explainer::simulation::built_ins() {
        assert_eq!(player.situation(id), Changed::Ran);
        player.go(Go::Last);
        let watch = player.watch(&k);
        let card = watch.step.outcome.as_ref().expect("the last step is the outcome");
        let row = watch.rows.last().and_then(Row::event).expect("a row").name.clone();
        let others = watch.step.why.iter().chain([&watch.step.headline, &row]);
        let told = card.what.trim_end_matches('.');
        assert!(others.into_iter().all(|text| !text.contains(told)), "{id}: {told}");
        assert!(watch.step.announcement.len() > 20, "{id}: who hears the page is told all");
    }
}

#[test]
fn late_replies_open_no_phase() {
    let (player, k) = open("#/s/other-587");
    let watch = player.watch(&k);
    let headings: Vec<&str> = watch
        .rows
        .iter()
        .filter_map(|row| match row {
            Row::Heading(title) => Some(title.as_str()),
            Row::Event(_) => None,
        })
        .collect();
    assert_eq!(headings.iter().filter(|title| title.contains("Leave")).count(), 2, "once a leg: {headings:?}");
    assert_eq!(headings.len(), watch.transport.phases.len(), "the scrubber has the same phases");
}

#[test]
fn every_document_from_rfc_821_on_has_a_clause_that_is_shown_at_once() {
    let (mut player, k) = open("");
    for step in 0..player.steps() {
        player.go(Go::To(step));
        for group in &player.watch(&k).step.strata {
            // What RFC 821 replaced is history, and shown to who asks.
            let is_history = |source: &str| ["RFC 772", "RFC 780", "RFC 788"].contains(&source);
            for clause in &group.clauses {
                for document in clause.sources.iter().map(|place| &place.document).filter(|one| !is_history(one)) {
                    let same = |other: &&ClauseRow| {
                        group.id == 4 || other.sources.iter().any(|place| place.document == *document)
                    };
                    let is_shown = group.clauses.iter().filter(same).any(|other| other.leads);
                    assert!(is_shown, "step {step}: {document}");
                }
                assert!(clause.leads || !clause.current, "what decides is shown: step {step}, {}", clause.note);
            }
        }
    }
}

#[test]
fn what_generations_say_alike_is_one_row_that_names_them_all() {
    let (player, k) = open("");
    let strata = player.watch(&k).step.strata.clone();
    let rows = || strata.iter().flat_map(|group| &group.clauses);
    let documents = |row: &ClauseRow| row.sources.iter().map(|place| place.document.clone()).collect::<Vec<_>>();
    let shared = rows().find(|row| row.note.starts_with("MAIL clears the buffers of the transaction"));
    let shared = shared.expect("the page opens at MAIL");
    assert_eq!(documents(shared), ["RFC 2821", "RFC 5321"]);
    assert!(shared.changed.as_ref().is_some_and(|changed| changed.contains("while a transaction is open")));
    let submission = rows().find(|row| documents(row) == ["RFC 2476", "RFC 4409", "RFC 6409"]);
    assert!(submission.is_some_and(|row| row.sources.iter().all(|place| !place.dated.contains("submission"))));
    for (nth, row) in rows().enumerate() {
        let same = |other: &&ClauseRow| (&other.note, &other.level) == (&row.note, &row.level);
        assert!(rows().skip(nth + 1).find(same).is_none_or(|other| other.changed.is_some()), "{}", row.note);
    }
}

#[test]
fn a_connection_is_explained_by_the_port_it_goes_to() {
    for (fragment, own, foreign) in [
        ("#/s/other-587?step=2", "Port 587 is reserved", "port on TCP is 25"),
        ("#/s/other-587?step=2&port=25&op25b=off", "port on TCP is 25", "Port 587 is reserved"),
    ] {
        let (player, k) = open(fragment);
        let watch = player.watch(&k);
        let notes: Vec<&str> =
            watch.step.strata.iter().flat_map(|group| &group.clauses).map(|row| row.note.as_str()).collect();
        assert!(notes.iter().any(|note| note.contains(own)), "{fragment}: {} {notes:?}", watch.step.headline);
        assert!(!notes.iter().any(|note| note.contains(foreign)), "{fragment}: {notes:?}");
    }
}

#[test]
fn a_client_that_leaves_by_itself_was_not_refused() {
    for (fragment, verdict) in [("#/s/starttls-not-offered", "Not sent."), ("#/s/wrong-password-587", "Refused.")] {
        let (player, k) = open(fragment);
        assert_eq!(player.watch(&k).bar.verdict, verdict, "{fragment}");
    }
}

#[test]
fn a_link_leads_back_to_where_it_was_copied() {
    let (mut player, k) = open("#/s/other-587?step=3&port=25&op25b=on");
    assert_eq!(player.choose("subject", "日本 & more", &k), Changed::Ran);
    player.go(Go::Next);
    let (again, _) = open(&player.fragment());
    assert_eq!(again.watch(&k), player.watch(&k));
}

#[test]
fn what_a_link_says_wrong_is_told_and_left_out() {
    let k = english();
    let (player, notices) = Player::open("#/s/other-587?step=999&port=26&colour=red&sender=nobody", &built_in(), &k);
    assert_eq!(notices.len(), 4, "{notices:?}");
    assert_eq!(player.watch(&k).bar.verdict, "Delivered.");
    let (player, notices) = Player::open("#/s/nowhere", &built_in(), &k);
    assert_eq!((player.watch(&k).bar.situation.as_str(), notices.len()), ("other-587", 1));
}

#[test]
fn a_step_shares_what_belongs_to_the_run() {
    let (mut player, k) = open("");
    let before = player.watch(&k);
    player.go(Go::Next);
    let after = player.watch_on(&before, player.step_at(player.step(), &k).into(), &k);
    assert_eq!(after, player.watch(&k));
    assert!(std::sync::Arc::ptr_eq(&after.rows, &before.rows));
}

#[test]
fn the_state_diagram_stands_where_the_step_leads() {
    let (player, k) = open("");
    let diagram = player.diagram(player.step(), &k).expect("MAIL is said in a session");
    let here = &diagram.states[diagram.here];
    let after = player.watch(&k).step.states.iter().find(|chip| chip.after).cloned().expect("a state after MAIL");
    assert_eq!(*here, after.name);
    assert!(diagram.edges.iter().any(|(_, verb, to)| verb == "MAIL" && *to == diagram.here));
    let (blocked, k) = open("#/s/other-25");
    assert_eq!(blocked.diagram(blocked.step(), &k), None);
}

#[test]
fn a_link_can_name_the_software_of_the_server() {
    let (player, k) = open("#/s/no-auth-587?personality=postfix");
    assert_eq!(player.run().outcome().and_then(|outcome| outcome.code), Some(554));
    assert!(player.fragment().contains("personality=postfix"), "{}", player.fragment());
    let bar = player.watch(&k).bar;
    let control = bar.more.iter().find(|control| control.key == "personality").expect("a control");
    let ControlKind::List(choices) = &control.kind else { panic!("a list") };
    assert_eq!(choices.iter().find(|choice| choice.on).map(|choice| choice.label.as_str()), Some("Postfix"));
    let (_, notices) = Player::open("#/s/no-auth-587?personality=postfx", &built_in(), &k);
    assert!(notices.iter().any(|notice| notice.contains("postfix-3.10")), "{notices:?}");
}

#[test]
fn a_secret_is_veiled_and_decoded() {
    let (player, k) = open("");
    let veiled = player.watch(&k).rows.iter().find_map(|row| match row {
        Row::Event(event) => event.lines.iter().find(|&line| matches!(line, Text::Veiled { .. })).cloned(),
        Row::Heading(_) => None,
    });
    let Some(Text::Veiled { veiled, sent, decoded }) = veiled else { panic!("AUTH PLAIN is veiled") };
    assert_eq!(veiled, "AUTH PLAIN ••••••••");
    assert_eq!(decoded, "user alice, password correct-horse");
    assert!(sent.starts_with("AUTH PLAIN AGFs"));
}

#[test]
fn every_step_of_every_situation_can_be_told() {
    let k = english();
    let (mut player, _) = Player::open("", &built_in(), &k);
    for (id, _) in smtp_explainer::simulation::built_ins() {
        assert_eq!(player.situation(id), Changed::Ran);
        for step in 0..player.steps().min(80) {
            player.go(Go::To(step));
            let watch = player.watch(&k);
            assert!(
                !watch.step.headline.contains("server.") && !watch.step.headline.is_empty(),
                "{id} {step}: {}",
                watch.step.headline
            );
        }
    }
}

/// A block in the receiver's router is none of the sender's gate: the lane stands open, the packet is lost beyond it, and
/// the sentence names who blocks.
#[test]
fn a_block_at_the_receiver_is_not_drawn_at_the_sender_s_gate() {
    let (mut player, k) = open("#/s/home-server-to-mx-ip25b?step=3");
    let watch = player.watch(&k);
    assert!(watch.network.lanes.iter().all(|lane| !lane.shut), "{:?}", watch.network.lanes);
    let road = watch.network.road.as_ref().expect("a SYN is on its road");
    assert!(!road.blocked && watch.packet.as_ref().is_some_and(|packet| packet.lost), "{road:?}");
    assert_eq!(watch.bar.verdict, "Never connected.");
    assert!(watch.bar.said.starts_with("The receiving provider's edge"), "{}", watch.bar.said);
    assert_eq!(player.choose("op25b", "drop", &k), Changed::Ran);
    let watch = player.watch(&k);
    assert!(watch.network.lanes[0].shut && watch.bar.said.starts_with("Your provider drops"), "{}", watch.bar.said);
}

#[test]
fn what_nobody_is_told_of_is_not_called_returned() {
    let (mut player, k) = open("#/s/dsn-never");
    player.go(Go::Last);
    let watch = player.watch(&k);
    let card = watch.step.outcome.clone().expect("the last step has the verdict");
    assert_eq!((watch.bar.verdict.as_str(), card.verdict.as_str()), ("Lost silently.", "Lost silently."));
    assert!(card.what.ends_with("The sender asked for no notice of it."), "{}", card.what);
    assert!(card.facts.iter().all(|(label, _)| !label.contains("knows")), "{:?}", card.facts);
}

#[test]
fn the_way_out_fits_the_network() {
    let change = |fragment: &str| {
        let (mut player, k) = open(fragment);
        player.go(Go::Last);
        player.watch(&k).step.outcome.clone().and_then(|card| card.change).unwrap_or_default()
    };
    let (cloud, home) = (change("#/s/cloud-to-mx"), change("#/s/home-server-to-mx?op25b=drop"));
    assert!(cloud.contains("operator") && !cloud.contains("fixed address"), "{cloud}");
    assert!(home.contains("fixed address"), "{home}");
    let rented_line = change("#/s/home-server-to-mx?network=virtual&op25b=drop");
    assert!(rented_line.contains("587") && !rented_line.contains("fixed address"), "{rented_line}");
}

#[test]
fn a_notice_names_the_part_of_the_link_that_is_wrong() {
    let (_, notices) = Player::open("#/s/other-587?sender=a@@b&recipients=&port=26", &built_in(), &english());
    for key in ["sender", "recipients", "port"] {
        assert!(notices.iter().any(|notice| notice.contains(&format!("“{key}”"))), "{key}: {notices:?}");
    }
}

#[test]
fn the_provider_s_own_server_is_reached_before_the_barrier() {
    let (player, k) = open("#/s/own-25");
    let bar = &player.watch(&k).bar;
    assert!(bar.verdict == "Delivered." && bar.said.contains("stands before it"), "{} {}", bar.verdict, bar.said);
}
