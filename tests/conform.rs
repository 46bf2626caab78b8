//! Recordings of real servers against their personalities: how many cases agree, and how `conform` says it.
//!
//! `tests/recordings/README.md` has what the recordings are and what must match.

#![cfg(not(target_arch = "wasm32"))]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use smtp_explainer::personality::deviation::{Deviation, deviations};
use smtp_explainer::personality::recording::Recording;
use smtp_explainer::simulation::recordings_world;

/// The recorded servers, how many cases each has, and the least number that must agree, of a thousand.
const SERVERS: [(&str, usize, usize); 5] = [
    ("exim", 219, 1000),
    ("opensmtpd", 219, 1000),
    ("postfix", 219, 1000),
    ("postfix-3.10", 15, 1000),
    ("sendmail", 220, 990),
];

/// The second set, of other scripts: the same.
const MORE: [(&str, usize, usize); 5] = [
    ("exim", 667, 985),
    ("opensmtpd", 667, 980),
    ("postfix", 667, 980),
    ("postfix-3.10", 201, 985),
    ("sendmail", 667, 975),
];

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recordings"))
}

fn recordings(server: &str) -> Vec<Recording> {
    recordings_in(&folder(), server)
}

fn recordings_in(folder: &Path, server: &str) -> Vec<Recording> {
    let path = folder.join(format!("{server}.jsonl"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"))).collect()
}

type Case = (String, String, String);

/// Every recorded case with what it disagrees in.
fn played() -> BTreeMap<Case, Vec<String>> {
    let world = recordings_world().expect("the recordings' world");
    let mut cases = BTreeMap::new();
    for (server, ..) in SERVERS {
        for recording in recordings(server) {
            let place = (recording.server.clone(), recording.profile.clone(), recording.case.clone());
            let played = world.play(&recording).expect("a personality").expect("settings");
            let found = played.disagreements.iter().map(|it| format!("step {}: {it:?}", it.step)).collect();
            assert!(cases.insert(place.clone(), found).is_none(), "{place:?} is there twice");
        }
    }
    cases
}

fn place(it: &Deviation) -> Case {
    (it.server.clone(), it.profile.clone(), it.case.clone())
}

#[test]
fn personalities_do_as_their_servers_did() {
    let cases = played();
    for (server, all, least) in SERVERS {
        let of_server: Vec<_> = cases.iter().filter(|((it, ..), _)| it == server).collect();
        assert_eq!(of_server.len(), all, "{server}: cases");
        let agree = of_server.iter().filter(|(_, found)| found.is_empty()).count();
        assert!(agree * 1000 >= least * all, "{server}: {agree} of {all} cases agree");
    }
}

/// The second set has no list of what disagrees: that a personality does as its server in scripts it was not made from
/// is what it is for.
#[test]
fn personalities_do_as_their_servers_did_in_other_scripts() {
    let world = recordings_world().expect("the recordings' world");
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/recordings-more");
    for (server, all, least) in MORE {
        let recordings = recordings_in(&folder, server);
        assert_eq!(recordings.len(), all, "{server}: cases");
        let agrees = |recording: &&Recording| {
            world.play(recording).expect("a personality").expect("settings").disagreements.is_empty()
        };
        let agree = recordings.iter().filter(agrees).count();
        assert!(agree * 1000 >= least * all, "{server}: {agree} of {all} cases agree");
    }
}

/// What disagrees is listed with a reason, and what is listed disagrees.
#[test]
fn deviations_are_known_and_none_is_stale() {
    let known = deviations().expect("the deviations");
    assert!(known.iter().all(|it| it.reason.len() > 20), "a deviation without a reason");
    let listed: BTreeSet<Case> = known.iter().map(place).collect();
    assert_eq!(listed.len(), known.len(), "a deviation is listed twice");
    let cases = played();
    let found: BTreeSet<Case> =
        cases.iter().filter(|(_, found)| !found.is_empty()).map(|(case, _)| case.clone()).collect();
    let unknown: Vec<_> = found.difference(&listed).map(|case| (case, &cases[case])).collect();
    assert!(unknown.is_empty(), "disagree and are not listed: {unknown:#?}");
    let stale: Vec<_> = listed.difference(&found).collect();
    assert!(stale.is_empty(), "listed, and agree or are not there: {stale:#?}");
}

/// One world for all recordings: a personality that is not theirs does not pass for theirs.
#[test]
fn no_personality_passes_for_another() {
    let world = recordings_world().expect("the recordings' world");
    for (recorded, ..) in SERVERS {
        for (other, ..) in SERVERS.iter().filter(|(other, ..)| !other.starts_with("postfix") && *other != recorded) {
            let mut agree = 0;
            let all = recordings(recorded);
            for recording in &all {
                let recording = Recording { server: (*other).to_owned(), ..recording.clone() };
                let played = world.play(&recording).expect("a personality").expect("settings");
                agree += usize::from(played.disagreements.is_empty());
            }
            assert!(agree * 2 < all.len(), "{other} passes for {recorded} in {agree} of {} cases", all.len());
        }
    }
}

/// The command, as a user calls it.
#[cfg(feature = "cli")]
mod command {
    use std::process::Command;

    use serde_json::Value;

    use super::*;

    /// Runs it: exit code, standard output, standard error.
    fn conform(arguments: &[&str]) -> (i32, String, String) {
        let out = Command::new(env!("CARGO_BIN_EXE_smtp-explainer"))
            .arg("conform")
            .args(arguments)
            .output()
            .expect("the program starts");
        let text = |octets| String::from_utf8(octets).expect("UTF-8");
        (out.status.code().expect("an exit code"), text(out.stdout), text(out.stderr))
    }

    /// A folder of its own below the build's, with this file in it.
    fn a_folder_with(name: &str, file: &str, text: &str) -> String {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name).join("deep/er");
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join(file), text).expect("a file");
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name).display().to_string()
    }

    fn given() -> String {
        folder().display().to_string()
    }

    #[test]
    fn all_that_disagrees_is_known() {
        let (code, said, _) = conform(&[&given()]);
        assert_eq!(code, 0, "{said}");
        let heads: Vec<&str> = said.lines().filter(|line| !line.starts_with(' ')).collect();
        for (head, (server, all, _)) in heads.iter().zip(SERVERS) {
            assert!(head.starts_with(&format!("{server}: ")), "{head}");
            assert!(head.contains(&format!(" of {all} cases, ")) && head.ends_with(" steps"), "{head}");
        }
        assert_eq!(heads.len(), SERVERS.len(), "{said}");
        let after = said.lines().skip_while(|line| !line.starts_with("postfix: ")).nth(1).expect("a profile");
        assert!(after.starts_with("  mx-25: ") && !after.starts_with("   "), "{after}");
        let known = said.lines().filter(|line| line.starts_with("    ")).collect::<Vec<_>>();
        assert!(!known.is_empty() && known.iter().all(|line| line.contains(" (known: ")), "{known:#?}");
    }

    #[test]
    fn one_server_is_named_exactly() {
        let (code, said, _) = conform(&[&given(), "--server", "postfix"]);
        assert_eq!(code, 0, "{said}");
        assert!(said.starts_with("postfix: 219 of 219 cases, "), "{said}");
        assert!(!said.contains("postfix-3.10") && !said.contains("exim"), "{said}");
        let (code, _, problem) = conform(&[&given(), "--server", "post"]);
        assert_eq!(code, 2);
        assert!(problem.contains("post"), "{problem}");
    }

    #[test]
    fn the_json_form() {
        let (code, said, _) = conform(&[&given(), "--json", "--server", "sendmail"]);
        assert_eq!(code, 0);
        let said: Value = serde_json::from_str(&said).expect("JSON");
        let row = &said["servers"][0];
        assert_eq!(row["server"], "sendmail");
        assert_eq!(row["cases"][1], 220);
        assert!(row["steps"][0].as_u64() <= row["steps"][1].as_u64() && row["steps"][1].as_u64() > Some(1_000));
        let found = row["disagreements"].as_array().expect("a list");
        assert!(!found.is_empty());
        for one in found {
            let keys: BTreeSet<&str> = one.as_object().expect("an object").keys().map(String::as_str).collect();
            assert_eq!(keys, BTreeSet::from(["profile", "case", "step", "what", "expected", "got"]));
        }
    }

    /// A recording in the other form, one file a case, with an answer that no server gives.
    const WRONG: &str = r#"{"server": "exim", "profile": "mx-25", "case": "made_up", "category": "none", "script": "NOOP",
        "steps": [{"op": "greeting", "reply": ["220 mx.example.org ESMTP"], "codes": ["220"], "closed": false, "tls": false},
                  {"send": "NOOP\r\n", "reply": ["299 9.9.9 no"], "codes": ["299"], "closed": false, "tls": false}]}"#;

    #[test]
    fn what_disagrees_and_is_not_known_is_told_with_exit_code_1() {
        let folder = a_folder_with("conform-wrong", "made_up.json", WRONG);
        let (code, said, _) = conform(&[&folder]);
        assert_eq!(code, 1, "{said}");
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(
            lines,
            [
                "exim: 0 of 1 cases, 1 of 2 steps",
                "  mx-25: 0 of 1 cases, 1 of 2 steps",
                "    mx-25 made_up, step 2: code: expected 299, got 250",
            ]
        );
    }

    #[test]
    fn a_server_without_a_personality_is_named_and_not_judged() {
        let folder = a_folder_with("conform-other", "one.json", &WRONG.replace("exim", "qmail"));
        let (code, said, _) = conform(&[&folder]);
        assert_eq!(code, 0, "{said}");
        assert_eq!(said, "qmail: 1 cases, no personality of this name\n");
    }

    #[test]
    fn what_cannot_be_read_is_exit_code_2() {
        let broken = a_folder_with("conform-broken", "one.jsonl", "{\"server\": ");
        let empty = a_folder_with("conform-empty", "notes.txt", "nothing");
        for folder in [broken.as_str(), empty.as_str(), "no/such/folder"] {
            let (code, said, problem) = conform(&[folder]);
            assert_eq!(code, 2, "{folder}: {said}{problem}");
            assert!(said.is_empty() && problem.starts_with("smtp-explainer: "), "{problem}");
        }
    }
}
