//! Proofs about what the project says: that everything has its note, that every note belongs to something, and that
//! every citation holds.
//!
//! Whether a paraphrase is true they cannot tell; a person reads it beside the RFC. The proofs that need the RFC texts
//! read them from the folder that the variable `RFC_TEXTS` names, and say so when there is none.

#![cfg(not(target_arch = "wasm32"))]

mod texts;

use std::collections::{BTreeMap, BTreeSet};

use smtp_explainer::client::Timer;
use smtp_explainer::knowledge::{self, Clause, Knowledge, Source, Text};
use smtp_explainer::network::{Errno, System};
use smtp_explainer::reason;
use smtp_explainer::sasl::Mechanism;
use smtp_explainer::session::StateId;
use smtp_explainer::smtp::{Element, ReplyCode, Verb};
use smtp_explainer::transcript::Phase;
use texts::{Sections, Texts};

/// Extensions and mechanisms that other servers offer and a log may hold: they have notes without having code.
const KEYWORDS_BESIDE: &[&str] =
    &["8BITMIME", "BINARYMIME", "CHUNKING", "DSN", "ENHANCEDSTATUSCODES", "ETRN", "EXPN", "HELP", "SMTPUTF8", "VRFY"];
const MECHANISMS_BESIDE: &[&str] = &["OAUTHBEARER", "SCRAM-SHA-256", "XOAUTH2"];
/// Reply codes of ETRN (RFC 1985 §5.1), which no server here gives by itself.
const CODES_BESIDE: &[u16] = &[253, 458];

fn english() -> Knowledge {
    let json = knowledge::embedded("en").expect("English is built in");
    Knowledge::from_json(json).expect("the built-in file is read")
}

/// What must be explained: every reason, verb, code, element, phase, timer, state and system error.
fn things() -> Vec<String> {
    let mut topics: Vec<String> = reason::all().map(|reason| format!("reason:{reason}")).collect();
    topics.extend(Verb::ALL.iter().map(|verb| format!("verb:{}", verb.name())));
    topics.extend([knowledge::GREETING, knowledge::DATA_END].map(String::from));
    topics.extend(ReplyCode::ALL.iter().map(|code| format!("code:{}", code.as_u16())));
    topics.extend(["2yz", "3yz", "4yz", "5yz"].map(|class| format!("class:{class}")));
    topics.extend(Element::ALL.iter().map(|element| format!("element:{}", element.id())));
    topics.extend(Phase::ALL.iter().map(|phase| format!("phase:{}", phase.id())));
    topics.extend(StateId::ALL.iter().map(|state| format!("state:{}", state.id())));
    topics.extend(Timer::ALL.iter().map(|timer| format!("timer:{}", timer.id())));
    topics.extend(Errno::ALL.iter().map(|errno| format!("errno:{}", errno.name(System::Linux65))));
    topics.extend(Mechanism::ALL.iter().map(|mechanism| format!("mechanism:{}", mechanism.name())));
    topics
}

/// What may be explained: all that must, what only other servers have, and the subjects, which live in the notes.
fn topics(knowledge: &Knowledge) -> BTreeSet<String> {
    let mut topics: BTreeSet<String> = things().into_iter().collect();
    topics.extend(smtp_explainer::extension::ALL.iter().map(|extension| format!("keyword:{}", extension.keyword())));
    topics.extend(KEYWORDS_BESIDE.iter().map(|keyword| format!("keyword:{keyword}")));
    topics.extend(MECHANISMS_BESIDE.iter().map(|mechanism| format!("mechanism:{mechanism}")));
    topics.extend(CODES_BESIDE.iter().map(|code| format!("code:{code}")));
    let subjects = knowledge.all_notes().iter().map(|note| &note.topic).filter(|topic| topic.starts_with("subject:"));
    topics.extend(subjects.cloned());
    topics
}

fn assert_none(found: &[String], what: &str) {
    assert!(found.is_empty(), "{} {what}:\n  {}", found.len(), found.join("\n  "));
}

fn twice(ids: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    ids.into_iter().filter(|id| !seen.insert(id.clone())).collect()
}

#[test]
fn ids_are_unique() {
    let knowledge = english();
    assert_none(&twice(knowledge.all_clauses().iter().map(|clause| clause.id.clone())), "clauses share an id");
    assert_none(&twice(knowledge.all_notes().iter().map(|note| note.topic.clone())), "topics have two notes");
    assert_none(&twice(knowledge.all_mistakes().iter().map(|mistake| mistake.id.clone())), "mistakes share an id");
    assert_none(&twice(knowledge.practices().iter().map(|practice| practice.id.clone())), "practices share an id");
    assert_none(&twice(knowledge.rfcs().iter().map(|rfc| rfc.number.to_string())), "RFCs are listed twice");
}

#[test]
fn everything_has_a_note() {
    let knowledge = english();
    let missing: Vec<String> = things().into_iter().filter(|topic| knowledge.note(topic).is_none()).collect();
    assert_none(&missing, "things have no note");
    let needs_headline = |topic: &str| ["reason:", "verb:", "code:"].iter().any(|kind| topic.starts_with(kind));
    let bare = knowledge.all_notes().iter().filter(|note| needs_headline(&note.topic) && note.headline.is_none());
    assert_none(&bare.map(|note| note.topic.clone()).collect::<Vec<_>>(), "notes lack a headline");
}

#[test]
fn every_command_says_what_else_could_come_back() {
    let knowledge = english();
    let missing = knowledge.all_notes().iter().filter(|note| note.topic.starts_with("verb:"));
    let missing = missing.filter(|note| note.alternatives.is_empty()).map(|note| note.topic.clone());
    assert_none(&missing.collect::<Vec<_>>(), "verbs name no other answer");
}

#[test]
fn every_cited_place_exists() {
    let (knowledge, sections) = (english(), Sections::read());
    let lost = |source: &str| match Source::parse(source) {
        Source::Rfc { number, section } => !sections.has(number, section) || knowledge.rfc(number).is_none(),
        Source::Practice(id) => knowledge.practice(id).is_none(),
    };
    let clauses = knowledge.all_clauses().iter().filter(|clause| lost(&clause.source));
    assert_none(&clauses.map(|clause| format!("{}: {}", clause.id, clause.source)).collect::<Vec<_>>(), "lost sources");
    let enclosing = knowledge.all_clauses().iter().filter(|clause| {
        let Source::Rfc { number, section } = clause.source() else { return clause.level_from.is_some() };
        let from = clause.level_from.as_deref().unwrap_or(section);
        !sections.has(number, from) || !section.starts_with(from)
    });
    assert_none(&enclosing.map(|clause| clause.id.clone()).collect::<Vec<_>>(), "level_from is no enclosing section");
    let replies = replies().into_iter().filter(|reply| lost(&reply.source));
    assert_none(&replies.map(|reply| format!("{} {}", reply.verb, reply.code)).collect::<Vec<_>>(), "lost sources");
}

#[test]
fn a_practice_has_no_level_word() {
    let knowledge = english();
    let practice = |clause: &&Clause| matches!(clause.source(), Source::Practice(_)) && clause.level.is_some();
    let found = knowledge.all_clauses().iter().filter(practice).map(|clause| clause.id.clone());
    assert_none(&found.collect::<Vec<_>>(), "practices pretend to be rules");
}

#[test]
fn every_level_word_stands_in_its_section() {
    let (knowledge, Some(texts)) = (english(), Texts::read()) else { return };
    let mut wrong = Vec::new();
    for clause in knowledge.all_clauses() {
        let (Some(level), Source::Rfc { number, section }) = (&clause.level, clause.source()) else { continue };
        let section = clause.level_from.as_deref().unwrap_or(section);
        let text = texts.section(number, section);
        wrong.extend(
            level
                .split('/')
                .filter(|word| !texts::has_level(&text, word))
                .map(|word| format!("{}: no {word} in RFC {number} §{section}", clause.id)),
        );
    }
    assert_none(&wrong, "level words are not in their section");
}

#[test]
fn no_note_is_unused() {
    let knowledge = english();
    let topics = topics(&knowledge);
    let mut unused: Vec<String> = Vec::new();
    let mut hold = |who: &str, topic: &str| {
        if !topics.contains(topic) {
            unused.push(format!("{who}: {topic}"));
        }
    };
    for clause in knowledge.all_clauses() {
        assert!(knowledge.topics_of(clause).next().is_some(), "{} explains nothing", clause.id);
        knowledge.topics_of(clause).for_each(|topic| hold(&clause.id, topic));
    }
    knowledge.all_notes().iter().for_each(|note| hold("note", &note.topic));
    for mistake in knowledge.all_mistakes() {
        mistake.topics.iter().for_each(|topic| hold(&mistake.id, topic));
    }
    assert_none(&unused, "notes are about nothing that exists");

    let cited: BTreeSet<&str> = knowledge.all_clauses().iter().map(|clause| clause.source.as_str()).collect();
    let idle =
        knowledge.practices().iter().filter(|practice| !cited.contains(format!("practice:{}", practice.id).as_str()));
    assert_none(&idle.map(|practice| practice.id.clone()).collect::<Vec<_>>(), "practices are never cited");
}

#[test]
fn every_listed_rfc_is_cited_or_kin_of_one_that_is() {
    let knowledge = english();
    let mut wanted: BTreeSet<u16> = BTreeSet::new();
    for clause in knowledge.all_clauses() {
        if let Source::Rfc { number, .. } = clause.source() {
            wanted.insert(number);
        }
    }
    // Ancestors and successors, until no more come in: at most as often as there are RFCs.
    for _ in knowledge.rfcs() {
        let kin = knowledge.rfcs().iter().filter(|rfc| wanted.contains(&rfc.number));
        let kin: Vec<u16> = kin.flat_map(|rfc| rfc.obsoletes.iter().chain(&rfc.obsoleted_by).copied()).collect();
        wanted.extend(kin);
    }
    let idle = knowledge.rfcs().iter().filter(|rfc| !wanted.contains(&rfc.number)).map(|rfc| rfc.number.to_string());
    assert_none(&idle.collect::<Vec<_>>(), "RFCs are listed for nothing");
}

#[test]
fn paraphrases_are_short_and_the_projects_own() {
    let knowledge = english();
    let mut prose: Vec<(String, &str)> = Vec::new();
    for clause in knowledge.all_clauses() {
        assert!(clause.note.split_whitespace().count() <= 30, "{} has more than 30 words", clause.id);
        prose.push((clause.id.clone(), &clause.note));
        prose.extend(clause.changed.iter().map(|text| (clause.id.clone(), text.as_str())));
    }
    for note in knowledge.all_notes() {
        let texts = [Some(&note.title), note.headline.as_ref(), note.text.as_ref()];
        let others = note.alternatives.iter().flat_map(|other| [&other.when, &other.then]);
        prose.extend(texts.into_iter().flatten().chain(others).map(|text| (note.topic.clone(), text.as_str())));
    }
    for mistake in knowledge.all_mistakes() {
        prose.extend([&mistake.mistake, &mistake.right].map(|text| (mistake.id.clone(), text.as_str())));
    }
    for practice in knowledge.practices() {
        prose.extend([&practice.seen, &practice.note].map(|text| (practice.id.clone(), text.as_str())));
    }
    let Some(texts) = Texts::read() else { return };
    let runs = texts.runs_of_words(9);
    let copied =
        prose.iter().filter(|(_, text)| texts::runs(text, 9).iter().any(|run| runs.binary_search(run).is_ok()));
    assert_none(
        &copied.map(|(id, text)| format!("{id}: {text}")).collect::<Vec<_>>(),
        "texts share nine words with an RFC",
    );
}

#[test]
fn every_generation_speaks_where_it_has_the_command() {
    let knowledge = english();
    let expected: &[(&str, &[u16])] = &[
        ("verb:GREETING", &[821, 2821, 5321]),
        ("verb:EHLO", &[1425, 1869, 2821, 5321]),
        ("verb:HELO", &[821, 2821, 5321]),
        ("verb:MAIL", &[821, 2821, 5321, 2476, 4409, 6409]),
        ("verb:RCPT", &[821, 2821, 5321, 2476, 4409, 6409]),
        ("verb:DATA", &[821, 2821, 5321, 2476, 4409, 6409]),
        ("verb:RSET", &[821, 2821, 5321]),
        ("verb:VRFY", &[821, 2821, 5321]),
        ("verb:QUIT", &[821, 2821, 5321]),
    ];
    for (topic, rfcs) in expected {
        let sources = knowledge.clauses(topic, None).map(Clause::source);
        let found: BTreeSet<u16> = sources
            .filter_map(|source| if let Source::Rfc { number, .. } = source { Some(number) } else { None })
            .collect();
        let missing: Vec<&u16> = rfcs.iter().filter(|rfc| !found.contains(rfc)).collect();
        assert!(missing.is_empty(), "{topic} lacks {missing:?}");
    }
    let tree: Vec<u16> = knowledge.generations(821).iter().map(|rfc| rfc.number).collect();
    assert_eq!(tree, [772, 780, 788, 821, 2821, 5321]);
    let submission: Vec<u16> = knowledge.generations(6409).iter().map(|rfc| rfc.number).collect();
    assert_eq!(submission, [2476, 4409, 6409]);
}

#[test]
fn submission_clauses_stay_away_from_an_mx() {
    let knowledge = english();
    let shown = |role| {
        let found = knowledge.clauses("verb:MAIL", Some(role)).map(Clause::source);
        found.filter(|source| matches!(source, Source::Rfc { number: 2476 | 4409 | 6409, .. })).count()
    };
    assert_eq!(shown(knowledge::Role::Mx), 0);
    assert!(shown(knowledge::Role::Msa) >= 3);
}

#[test]
fn rfcs_are_dated_as_the_page_shows_them() {
    let knowledge = english();
    let dated = |number| knowledge.rfc(number).map(|rfc| knowledge.dated(rfc)).unwrap_or_default();
    assert_eq!(dated(821), "1982");
    assert_eq!(dated(4409), "2006 · submission");
    assert_eq!(dated(5068), "2007 · BCP 134");
}

/// A row of `data/replies.toml`.
#[derive(serde::Deserialize)]
struct Reply {
    verb: String,
    code: u16,
    source: String,
    #[serde(default)]
    reasons: Vec<String>,
}

fn replies() -> Vec<Reply> {
    let table: BTreeMap<String, Vec<Reply>> =
        serde_json::from_str(smtp_explainer::data::REPLIES).expect("the reply table");
    table.into_values().flatten().collect()
}

#[test]
fn the_reply_table_names_things_that_exist() {
    let mut verbs: BTreeSet<&str> = Verb::ALL.iter().map(|verb| verb.name()).collect();
    verbs.extend(["any", "data-end", "greeting"]);
    let mut wrong = twice(replies().iter().map(|reply| format!("{} {}", reply.verb, reply.code)));
    for Reply { verb, code, reasons, .. } in replies() {
        let known = ReplyCode::ALL.iter().any(|known| known.as_u16() == code) || CODES_BESIDE.contains(&code);
        if !verbs.contains(verb.as_str()) || !known {
            wrong.push(format!("{verb} {code}"));
        }
        wrong.extend(reasons.into_iter().filter(|id| reason::Reason::by_id(id).is_none()));
    }
    assert_none(&wrong, "rows of the reply table are wrong");
}

#[test]
fn every_verdict_of_a_server_has_a_row_in_the_reply_table() {
    let rows = replies();
    let has_row =
        |code: u16, id: &str| rows.iter().any(|row| row.code == code && row.reasons.iter().any(|reason| reason == id));
    let missing = reason::verdicts().filter(|verdict| !has_row(verdict.code.as_u16(), verdict.reason.id()));
    let missing = missing.map(|verdict| format!("{} {}", verdict.code.as_u16(), verdict.reason));
    assert_none(&missing.collect::<Vec<_>>(), "verdicts have no row");
}

#[test]
fn comments_cite_sections_that_exist() {
    let sections = Sections::read();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (name, text) in texts::sources() {
        for (number, section) in texts::citations(&text) {
            seen += 1;
            if !sections.has(number, &section) {
                wrong.push(format!("{name}: RFC {number} §{section}"));
            }
        }
    }
    assert!(seen > 100, "only {seen} citations were found: the reader is broken");
    assert_none(&wrong, "comments cite what does not exist");
}

#[test]
fn a_key_without_a_string_and_a_string_without_a_key_are_refused() {
    let file: serde_json::Value = serde_json::from_str(knowledge::embedded("en").expect("English")).expect("JSON");
    let read = |file: &serde_json::Value| Knowledge::from_json(&file.to_string());
    assert!(read(&file).is_ok());
    for (key, string) in [("brand", None), ("brand", Some("")), ("no-such-key", Some("Never shown"))] {
        let mut wrong = file.clone();
        let strings = wrong["text"].as_object_mut().expect("a table");
        match string {
            Some(string) => strings.insert(key.into(), string.into()),
            None => strings.remove(key),
        };
        let error = read(&wrong).expect_err("it does not fit").to_string();
        assert!(error.contains(key), "{error}");
    }
}

#[test]
fn the_compact_form_says_the_same() {
    let knowledge = english();
    let octets = knowledge.to_octets().expect("it can be written");
    assert_eq!(Knowledge::from_octets(&octets).expect("and read"), knowledge);
    assert!(Knowledge::from_octets(&octets[..octets.len() / 2]).is_none());
    assert!(Knowledge::from_octets(&[]).is_none());
}

#[test]
fn translations_fit_and_list_their_gaps() {
    let english = english();
    for tag in knowledge::languages().filter(|tag| *tag != "en") {
        let json = knowledge::embedded(tag).expect("a listed language is built in");
        let other = Knowledge::from_json(json).expect("the built-in file is read");
        assert_eq!(other.lang(), tag);
        let originals: BTreeMap<&str, &str> = english.strings().collect();
        let wrong = other.strings().filter(|(key, string)| {
            originals.get(key).is_none_or(|original| placeholders(original) != placeholders(string))
        });
        assert_none(&wrong.map(|(key, _)| format!("{tag}: {key}")).collect::<Vec<_>>(), "strings do not fit");

        let gaps: BTreeSet<String> = gaps(&english, &other).into_iter().collect();
        let path = format!("{}/data/languages/{tag}/missing.txt", env!("CARGO_MANIFEST_DIR"));
        let listed = std::fs::read_to_string(path).unwrap_or_default();
        let listed: BTreeSet<String> = listed.lines().map(String::from).collect();
        let unlisted: Vec<String> = gaps.symmetric_difference(&listed).cloned().collect();
        assert_none(&unlisted, "gaps differ from missing.txt");
    }
}

/// What a language leaves in English: keys of strings, ids of entries that are not translated, or only in part.
fn gaps(english: &Knowledge, other: &Knowledge) -> Vec<String> {
    let mut gaps: Vec<String> =
        Text::ALL.iter().filter(|text| other.lang_of(**text).is_some()).map(|text| text.key().into()).collect();
    let mut hold = |id: &str, lang: Option<&String>, pairs: &[(Option<&String>, Option<&String>)]| {
        if lang.is_some() || pairs.iter().any(|(original, translated)| original.is_some() && original == translated) {
            gaps.push(id.into());
        }
    };
    for (one, two) in english.all_clauses().iter().zip(other.all_clauses()) {
        let pairs = [(Some(&one.note), Some(&two.note)), (one.changed.as_ref(), two.changed.as_ref())];
        hold(&one.id, two.lang.as_ref(), &pairs);
    }
    for (one, two) in english.all_notes().iter().zip(other.all_notes()) {
        let mut pairs = vec![(one.headline.as_ref(), two.headline.as_ref()), (one.text.as_ref(), two.text.as_ref())];
        for (one, two) in one.alternatives.iter().zip(&two.alternatives) {
            pairs.extend([(Some(&one.when), Some(&two.when)), (Some(&one.then), Some(&two.then))]);
        }
        hold(&one.topic, two.lang.as_ref(), &pairs);
    }
    for (one, two) in english.all_mistakes().iter().zip(other.all_mistakes()) {
        let pairs = [(Some(&one.mistake), Some(&two.mistake)), (Some(&one.right), Some(&two.right))];
        hold(&one.id, two.lang.as_ref(), &pairs);
    }
    for (one, two) in english.practices().iter().zip(other.practices()) {
        let pairs = [(Some(&one.seen), Some(&two.seen)), (Some(&one.note), Some(&two.note))];
        hold(&one.id, two.lang.as_ref(), &pairs);
    }
    gaps
}

#[test]
fn the_made_up_language_changes_every_word_and_no_placeholder() {
    let (english, made_up) = (english(), english().pseudo());
    assert_eq!(made_up.lang(), "en-XA");
    for ((key, original), (_, changed)) in english.strings().zip(made_up.strings()) {
        assert_ne!(original, changed, "{key}");
        assert_eq!(placeholders(original), placeholders(changed), "{key}");
        assert!(changed.chars().count() * 5 >= original.chars().count() * 7, "{key} has not grown");
    }
    for (original, changed) in english.all_clauses().iter().zip(made_up.all_clauses()) {
        assert_eq!((&original.id, &original.source, &original.level), (&changed.id, &changed.source, &changed.level));
        assert_ne!(original.note, changed.note);
    }
    let notes = english.all_notes().iter().zip(made_up.all_notes());
    assert!(
        notes.into_iter().all(|(original, changed)| original.topic == changed.topic && original.title != changed.title)
    );
}

/// The placeholders of a string, in alphabetical order.
fn placeholders(string: &str) -> Vec<&str> {
    let mut found: Vec<&str> = string.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect();
    found.sort_unstable();
    found
}
