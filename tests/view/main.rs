//! The parts of the page, rendered natively and read back.
//!
//! What a part is given is made by hand in `sample`, so that these tests speak of drawing alone: names, order, what is
//! hidden, what hostile words may do. The behaviour of the whole page in a browser is tested in `tests/e2e`.
#![cfg(feature = "ssr")]

#[path = "../hostile/fixtures.rs"]
mod fixtures;
mod links;
mod page;
mod sample;

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use page::{Page, Piece};
use smtp_explainer::knowledge::{Knowledge, embedded};
use smtp_explainer::present::view::{Diagram, Step, Watch};
use smtp_explainer::simulation::BuiltIn;
use smtp_explainer::ui::ahead::{Ahead, Ready};
use smtp_explainer::ui::context::Context;
use smtp_explainer::ui::draw::{Attrs, Draw, drawn};
use smtp_explainer::ui::header::{self, Header, Language, Room};
use smtp_explainer::ui::settings::{Settings, Theme};
use smtp_explainer::ui::strata::OpenStrata;
use smtp_explainer::ui::transcript::Place;
use smtp_explainer::ui::{self, bar, explain, help, map, network, notice, transcript, transport};
use yew::prelude::*;

/// Draws a part with a context and gives its HTML.
fn draw(words: Knowledge, inert: bool, part: impl Fn(&mut Draw<'_>) + 'static) -> Page {
    let words = Rc::new(words);
    let draw = Callback::from(move |()| {
        drawn(&Context { words: Rc::clone(&words), send: Callback::noop(), inert }, |d| part(d))
    });
    let renderer = yew::LocalServerRenderer::<Stage>::with_props(StageProps { draw }).hydratable(false);
    Page::read(&pollster::block_on(renderer.render()))
}

#[derive(Properties, PartialEq)]
struct StageProps {
    draw: Callback<(), Html>,
}

#[component]
fn Stage(props: &StageProps) -> Html {
    props.draw.emit(())
}

fn english() -> Knowledge {
    Knowledge::from_json(embedded("en").expect("English is built in")).expect("the built-in file is well formed")
}

fn languages(count: usize) -> Vec<Language> {
    let all = [("en", "English"), ("ja", "日本語")];
    all.iter().take(count).map(|(tag, name)| Language { tag: (*tag).into(), name: (*name).into() }).collect()
}

/// The explanation of a step by itself.
fn explanation(d: &mut Draw<'_>, step: &Arc<Step>, diagram: Option<&Diagram>, strata: OpenStrata) {
    let place = Place { step: 0, edition: 0, hide_ahead: false, revealed: Rc::default() };
    explain::view(d, &ready([0], step, diagram), &place, strata);
}

/// The same explanation for some steps.
fn ready<const N: usize>(steps: [usize; N], step: &Arc<Step>, diagram: Option<&Diagram>) -> Ahead {
    let mut ahead = Ahead::default();
    for at in steps {
        ahead.put(Ready { at, step: Arc::clone(step), diagram: diagram.cloned() });
    }
    ahead
}

/// Every group of clauses as it opens, or with all its clauses.
fn strata(open: bool) -> OpenStrata {
    let mut strata = OpenStrata::default();
    for id in (0..8).filter(|_| open) {
        strata.toggle(id);
    }
    strata
}

/// The whole of Watch, as the page puts it together, with everything open that can be opened.
fn watch(d: &mut Draw<'_>, watch: &Rc<Watch>, diagram: Option<&Diagram>) {
    let settings = Settings::default();
    let languages = languages(2);
    let header = Header {
        room: Room::Watch,
        other: "#/map".into(),
        languages: Rc::new(languages),
        theme: Theme::Auto,
        copied: None,
    };
    let open = diagram.is_some();
    let revealed = Rc::new(if open { (0..99).collect() } else { Vec::new() });
    let place = Place { step: watch.transport.step, edition: 0, hide_ahead: false, revealed };
    let player = transport::Player { settings: &settings, playing: false, tab_stop: 2, edition: 0 };
    let now = network::Now { packet: watch.packet.as_ref(), step: watch.transport.step, moves: false, edition: 0 };
    header::view(d, &header);
    d.el("main", Attrs { form: "", values: &[] }, |d| {
        bar::view(d, &watch.bar, true, false);
        network::view(d, &watch.network, &now);
        transcript::view(d, &watch.rows, &place);
        explain::view(d, &ready([place.step], &watch.step, diagram), &place, strata(open));
        transport::view(d, &watch.transport, &player);
    });
    help::view(d, &settings);
}

fn rooms(tail: &'static str) -> [Page; 3] {
    let (submit, blocked, map) = sample::with_tail(tail, || (sample::submit(), sample::blocked(), sample::map()));
    let diagram = sample::with_tail(tail, sample::diagram);
    let (submit, blocked) = (Rc::new(submit), Rc::new(blocked));
    let notes = [format!("2 settings were not understood{tail}")];
    [
        draw(english(), false, move |d| watch(d, &submit, Some(&diagram))),
        draw(english(), false, move |d| watch(d, &blocked, None)),
        draw(english(), false, move |d| {
            notice::view(d, &notes);
            map::view(d, &map);
        }),
    ]
}

#[test]
fn the_first_view_stands_at_mail_and_waits_for_its_program() {
    let page = Page::read(&ui::first_view(english(), BuiltIn::read().expect("what is built in")));
    let current = page.inside("li", "aria-current", "step").concat();
    assert!(current.contains("MAIL FROM:"), "{current}");
    let explanation = page.inside("div", "id", "explanation").concat();
    for rfc in ["RFC 821", "RFC 2821", "RFC 5321", "RFC 4409"] {
        assert!(explanation.contains(rfc), "{rfc} is missing in {explanation}");
    }
    for (tag, attributes) in page.tags().filter(|(tag, _)| ["button", "input", "select"].contains(tag)) {
        assert!(attributes.contains_key("disabled"), "a <{tag}> can be pressed: {attributes:?}");
    }
    assert_ids_hold(&page);
    let status = page.tags().find(|(_, a)| a.get("role").is_some_and(|role| role == "status")).expect("a status line");
    assert!(status.1.contains_key("data-failed"), "the boot script finds its words there");
}

#[test]
fn every_control_has_a_name() {
    for page in rooms("") {
        let controls = page.controls();
        assert!(controls.len() > 15, "the rooms are full of controls, found {}", controls.len());
        for (tag, name) in controls {
            assert!(!name.is_empty(), "a <{tag}> without a name");
        }
    }
}

#[test]
fn ids_are_unique_and_every_reference_leads_somewhere() {
    rooms("").iter().for_each(assert_ids_hold);
}

fn assert_ids_hold(page: &Page) {
    let mut ids = BTreeSet::new();
    for (tag, attributes) in page.tags() {
        if let Some(id) = attributes.get("id") {
            assert!(ids.insert(id.clone()), "the id {id} of <{tag}> is taken");
        }
    }
    for (tag, attributes) in page.tags() {
        for reference in ["aria-labelledby", "aria-describedby", "aria-controls", "for"] {
            for target in attributes.get(reference).into_iter().flat_map(|targets| targets.split(' ')) {
                assert!(ids.contains(target), "{reference}={target} of <{tag}> leads nowhere");
            }
        }
    }
}

#[test]
fn hostile_words_stay_words() {
    // As long as each other and without spaces, so that only their characters differ.
    let hostile = rooms("\"><svg/onload=alert(1)>'--></script>");
    let harmless = rooms("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
    for (hostile, harmless) in hostile.into_iter().zip(harmless) {
        assert!(hostile.text().contains("<svg/onload=alert(1)>"), "the words must have come through");
        assert_eq!(hostile.skeleton(), harmless.skeleton());
    }
}

#[test]
fn no_style_no_handlers_no_script() {
    for page in rooms("javascript:alert(1)") {
        for (tag, attributes) in page.tags() {
            assert!(!["script", "style", "iframe", "object"].contains(&tag), "<{tag}> on the page");
            for (name, value) in attributes {
                assert!(name != "style" && !name.starts_with("on"), "{name} on <{tag}>");
                if name == "href" {
                    assert!(value.starts_with('#') || value.starts_with("https://www.rfc-editor.org/"), "{value}");
                }
            }
        }
    }
}

#[test]
fn every_word_comes_from_the_language_or_the_view() {
    let mark = "Ω";
    let (submit, map) = sample::with_tail(mark, || (Rc::new(sample::submit()), sample::map()));
    let diagram = sample::with_tail(mark, sample::diagram);
    let pages = [
        draw(english().pseudo(), false, move |d| watch(d, &submit, Some(&diagram))),
        draw(english().pseudo(), false, move |d| map::view(d, &map)),
    ];
    for page in pages {
        for piece in &page.0 {
            let Piece::Text(text) = piece else { continue };
            let own = text.contains(mark) || text.contains("[!!!") || text.contains("!!!]");
            assert!(own || is_no_language(text), "“{text}” does not come from the language layer");
        }
        for (tag, attributes) in page.tags() {
            for name in ["aria-label", "title", "aria-valuetext", "alt", "placeholder"] {
                let Some(text) = attributes.get(name) else { continue };
                assert!(text.contains(mark) || text.contains("[!!!"), "{name}=“{text}” of <{tag}>");
            }
        }
    }
}

/// Figures, signs, names of keys, and names of languages in themselves belong to no language.
fn is_no_language(text: &str) -> bool {
    let keys = ["PageDown", "PageUp", "Shift + ←", "Shift + →", "Home", "End", "Esc", "c", "EHLO", "English", "日本語"];
    keys.contains(&text.trim()) || !text.chars().any(char::is_alphabetic) || text.trim_end().ends_with(" s")
}

#[test]
fn before_the_program_runs_nothing_can_be_pressed() {
    let submit = Rc::new(sample::submit());
    let page = draw(english(), true, move |d| watch(d, &submit, None));
    let controls = ["button", "input", "select", "textarea"];
    let found: Vec<_> = page.tags().filter(|(tag, _)| controls.contains(tag)).collect();
    assert!(found.len() > 30, "found {}", found.len());
    for (tag, attributes) in found {
        assert!(attributes.contains_key("disabled"), "a <{tag}> can be pressed: {attributes:?}");
    }
}

#[test]
fn the_transcript_marks_one_row_and_says_what_is_yet_to_come() {
    let rows = sample::blocked().rows;
    let page = draw(english(), false, move |d| {
        transcript::view(d, &rows, &Place { step: 8, edition: 0, hide_ahead: false, revealed: Rc::default() });
    });
    let current = page.inside("li", "aria-current", "step");
    assert_eq!(current.len(), 1);
    assert!(current[0].contains("11 in all"), "step 8 is folded into the row of steps 6 to 11: {current:?}");
    let names = page.tags().filter_map(|(_, a)| a.get("aria-label"));
    assert_eq!(names.filter(|name| name.ends_with("(yet to come)")).count(), 2);
    let tab_stops = page.tags().filter(|(_, a)| a.get("class").is_some_and(|class| class == "time"));
    let tab_stops = tab_stops.filter(|(_, a)| a.get("tabindex").is_some_and(|index| index == "0"));
    assert_eq!(tab_stops.count(), 1, "one row is a Tab stop");
}

#[test]
fn what_comes_next_can_be_hidden() {
    let rows = sample::submit().rows;
    let page = draw(english(), false, move |d| {
        transcript::view(d, &rows, &Place { step: 8, edition: 0, hide_ahead: true, revealed: Rc::default() });
    });
    let text = page.text();
    assert!(text.contains("250 AUTH PLAIN LOGIN"), "the current row is shown");
    for hidden in ["Prove who you are", "235 2.7.0", "MAIL FROM", "DATA"] {
        assert!(!text.contains(hidden), "{hidden} comes later");
    }
}

#[test]
fn a_secret_is_nowhere_on_the_page_until_revealed() {
    for (revealed, expected) in [(false, 0), (true, 1)] {
        let rows = sample::submit().rows;
        let page = draw(english(), false, move |d| {
            let revealed = Rc::new(revealed.then_some(9).into_iter().collect());
            transcript::view(d, &rows, &Place { step: 9, edition: 0, hide_ahead: false, revealed });
        });
        let all = format!("{:?}", page.0);
        assert_eq!(all.matches("AGFsaWNlAGNvcnJlY3QtaG9yc2U=").count(), expected);
        assert_eq!(all.matches("correct-horse").count(), expected);
    }
}

#[test]
fn the_explanation_keeps_its_order() {
    let step = sample::submit().step;
    let text = draw(english(), false, move |d| explanation(d, &step, None, OpenStrata::default())).text();
    assert_in_order(
        &text,
        &[
            "MAIL opens a transaction",
            "command 5 of 9",
            "declared size in octets",
            "so it begins the envelope",
            "authenticated",
            "State diagram",
            "The envelope so far",
            "RFC 821",
            "RFC 2821",
            "RFC 5321",
            "RFC 4409",
            "What else could come back",
            "530 5.7.0",
            "A common mistake",
        ],
    );
    let step = sample::blocked().step;
    let text = draw(english(), false, move |d| explanation(d, &step, None, OpenStrata::default())).text();
    let order =
        ["The SYN never leaves", "Never connected", "Failed to connect", "ETIMEDOUT · 131 s", "No SMTP code", "tcp/25"];
    assert_in_order(&text, &order);
    for absent in ["The envelope so far", "State diagram", "What else could come back"] {
        assert!(!text.contains(absent), "“{absent}” has no content here and must leave no trace");
    }
}

fn assert_in_order(text: &str, parts: &[&str]) {
    let mut from = 0;
    for part in parts {
        let found = text[from..].find(part);
        from += found.unwrap_or_else(|| panic!("“{part}” is missing, or stands too early, in {text}")) + part.len();
    }
}

#[test]
fn the_rest_of_a_group_of_clauses_comes_when_it_is_asked_for() {
    for (open, shown) in [(false, 3), (true, 4)] {
        let step = sample::submit().step;
        let page = draw(english(), false, move |d| explanation(d, &step, None, strata(open)));
        let list = page.inside("ol", "id", "strata-0-0").concat();
        assert_eq!(list.matches("RFC ").count(), shown, "{list}");
        assert_eq!(list.contains("256 octets"), open);
        let (_, button) =
            page.tags().find(|(_, a)| a.get("id").is_some_and(|id| id == "strata-0-0-button")).expect("a button");
        assert_eq!(button["aria-expanded"], open.to_string());
        assert_eq!(page.inside("button", "id", "strata-0-0-button"), ["More clauses (1)"]);
        assert!(
            !page.tags().any(|(_, a)| a.get("id").is_some_and(|id| id == "strata-1-0-button")),
            "nothing is left out"
        );
    }
}

#[test]
fn what_is_ready_beside_a_step_waits_and_shares_no_name_with_it() {
    let (step, diagram) = (sample::submit().step, sample::diagram());
    let place = Place { step: 4, edition: 0, hide_ahead: false, revealed: Rc::default() };
    let page = draw(english(), false, move |d| {
        explain::view(d, &ready([3, 4, 5], &step, Some(&diagram)), &place, OpenStrata::default());
    });
    assert_ids_hold(&page);
    assert_eq!(page.inside("div", "class", "waiting").len(), 2);
    let (_, section) = page.tags().find(|(tag, _)| *tag == "section").expect("the explanation");
    assert_eq!(section["aria-labelledby"], "headline-1", "it is called by the headline that is shown");
}

#[test]
fn the_diagram_says_in_words_what_leads_from_here() {
    let step = sample::submit().step;
    let page = draw(english(), false, move |d| {
        explanation(d, &step, Some(&sample::diagram()), OpenStrata::default());
    });
    let details = page.inside("div", "id", "diagram-0").concat();
    assert_in_order(
        &details,
        &["From “transaction”", "RSET, EHLO → authenticated", "NOOP → stays", "RCPT → recipients"],
    );
}

#[test]
fn a_map_cell_is_a_link_with_word_sign_and_code() {
    let map = sample::map();
    let page = draw(english(), false, move |d| map::view(d, &map));
    let cells = page.inside("td", "role", "cell");
    assert_eq!(cells.len(), 18);
    assert!(cells[7].contains('✕') && cells[7].contains("never connected") && cells[7].contains("ETIMEDOUT"));
    let links = page.tags().filter(|(tag, attributes)| *tag == "a" && attributes["href"].starts_with("#/s/"));
    assert_eq!(links.count(), 18);
    assert_eq!(page.inside("th", "scope", "colgroup"), ["Port 25", "Port 465", "Port 587"]);
    assert_eq!(page.inside("th", "scope", "row").len(), 3);
}

#[test]
fn a_language_switch_needs_two_languages() {
    for (count, buttons) in [(1, 0), (2, 2)] {
        let page = draw(english(), false, move |d| {
            let languages = languages(count);
            let (room, theme) = (Room::Map, Theme::Dark);
            let (other, languages) = (String::from("#/s/a"), Rc::new(languages));
            header::view(d, &Header { room, other, languages, theme, copied: None });
        });
        assert_eq!(page.tags().filter(|(_, attributes)| attributes.contains_key("lang")).count(), buttons);
        assert_eq!(page.inside("a", "aria-current", "page"), ["Map"]);
    }
}

#[test]
fn a_control_says_what_is_wrong_with_it() {
    let sample = sample::submit().bar;
    let page = draw(english(), false, move |d| bar::view(d, &sample, true, false));
    let (_, field) =
        page.tags().find(|(_, a)| a.get("id").is_some_and(|id| id == "control-sender")).expect("the field");
    assert_eq!(field["aria-invalid"], "true");
    assert_eq!(page.inside("p", "id", &field["aria-describedby"]), ["octet 7: an @ too many"]);
    let closed = draw(english(), false, |d| bar::view(d, &sample::submit().bar, false, false));
    assert!(!closed.text().contains("octet 7"), "the further controls are closed");
}
