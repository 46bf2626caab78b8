//! The shape of the source, read from the source: which module may use which, and what no file may hold.
//!
//! Not a style check, which is rustfmt's and clippy's work, and not a test of behaviour.
//! A change of the table below is a change of the design: `ARCHITECTURE.md` says why each module stands where it does.

mod source;

use source::{File, files};

/// Modules that any other may use: they know nothing of ours.
const OPEN: &[&str] = &["gather", "octets", "prefix", "reason", "smtp", "time"];

/// Each module of the library and what it may use beside [`OPEN`] and itself.
const TABLE: &[(&str, &[&str])] = &[
    ("client", &["data", "dns", "extension", "sasl"]),
    (
        "cli",
        &[
            "client",
            "data",
            "diagnosis",
            "dns",
            "export",
            "extension",
            "import",
            "knowledge",
            "network",
            "personality",
            "policy",
            "present",
            "sasl",
            "server",
            "session",
            "simulation",
            "transcript",
        ],
    ),
    ("data", &[]),
    // It reads logs as `import` does, and looks at runs of the simulation in the same way.
    ("diagnosis", &["import", "simulation", "transcript"]),
    ("dns", &[]),
    ("export", &["present", "transcript"]),
    ("extension", &["sasl", "session"]),
    ("gather", &[]),
    ("import", &["data", "dns", "extension", "personality", "sasl", "server", "session", "transcript"]),
    ("knowledge", &["data", "dns", "extension", "network", "session", "transcript"]),
    ("network", &[]),
    ("octets", &[]),
    ("personality", &["data", "dns", "sasl", "session"]),
    ("policy", &["dns", "session"]),
    ("prefix", &[]),
    ("present", &["knowledge", "network", "session", "simulation", "transcript"]),
    // It puts the lists of all modules together: see `is_list_of_reasons`.
    ("reason", &[]),
    ("sasl", &[]),
    ("server", &["dns", "extension", "personality", "policy", "sasl", "session"]),
    // The zone is lent to a session, and AUTH is a state of it.
    ("session", &["dns", "sasl"]),
    (
        "simulation",
        &[
            "client",
            "data",
            "dns",
            "extension",
            "network",
            "personality",
            "policy",
            "sasl",
            "server",
            "session",
            "transcript",
        ],
    ),
    ("smtp", &[]),
    ("time", &[]),
    ("transcript", &["dns", "network", "session"]),
    ("ui", &["export", "import", "knowledge", "present", "simulation"]),
];

/// What a binary may use of the library.
const BINARIES: &[(&str, &[&str])] =
    &[("page", &["ui"]), ("prerender", &["knowledge", "simulation", "ui"]), ("smtp-explainer", &["cli"])];

/// What only `ui` and `cli` may know: a browser, a system, a clock, chance, an order that differs between runs.
const OUTSIDE: &[&str] = &[
    "core::time",
    "gloo",
    "js_sys",
    "rand",
    "std::collections::HashMap",
    "std::collections::HashSet",
    "std::collections::hash_map",
    "std::collections::hash_set",
    "std::env",
    "std::fs",
    "std::hash::RandomState",
    "std::io",
    "std::net::TcpListener",
    "std::net::TcpStream",
    "std::net::UdpSocket",
    "std::process",
    "std::sync::mpsc",
    "std::thread",
    "std::time",
    "wasm_bindgen",
    "web_sys",
    "yew",
];

/// A browser's crates, which the command line does not know either.
const BROWSER: &[&str] = &["gloo", "js_sys", "wasm_bindgen", "web_sys", "yew"];

const MOST_LINES: usize = 600;

/// Compares without stopping at the first, so that one run shows everything.
#[track_caller]
fn none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

fn row<'a>(table: &'a [(&str, &'a [&'a str])], name: &str) -> Option<&'a [&'a str]> {
    table.iter().find(|(module, _)| *module == name).map(|(_, allowed)| *allowed)
}

fn starts_with(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// What `reason` alone may name of any module, to say what the whole set is: lists, and what they are lists of.
fn is_list_of_reasons(path: &str) -> bool {
    path.ends_with("REASONS") || path.ends_with("::VERDICT_LISTS") || path == "crate::session::Verdict"
}

#[test]
fn modules_use_only_what_the_table_allows() {
    let mut problems = Vec::new();
    for file in files("src").iter().filter(|file| file.is_library()) {
        let module = file.module();
        let Some(allowed) = row(TABLE, module) else {
            problems.push(format!("{}: module `{module}` is not in the table", file.name));
            continue;
        };
        for path in file.paths() {
            let mut parts = path.text.split("::");
            let (Some("crate"), Some(target)) = (parts.next(), parts.next()) else { continue };
            let to_list = module == "reason" && is_list_of_reasons(&path.text);
            if target != module && !OPEN.contains(&target) && !allowed.contains(&target) && !to_list {
                problems.push(format!("{}:{}: `{module}` must not use `{target}`", file.name, path.line));
            }
        }
    }
    none(&problems);
}

#[test]
fn no_path_climbs_out_of_its_module() {
    let mut problems = Vec::new();
    for file in files("src").iter().filter(|file| file.is_library()) {
        for path in file.paths() {
            let climbs = path.text.split("::").take_while(|part| *part == "super").count();
            if climbs >= file.depth() + path.inline_modules {
                problems.push(format!("{}:{}: write `crate::` for {}", file.name, path.line, path.text));
            }
        }
    }
    none(&problems);
}

#[test]
fn what_is_open_to_all_uses_nothing_of_ours() {
    for open in OPEN {
        assert_eq!(row(TABLE, open), Some(&[][..]), "{open}");
    }
}

#[test]
fn the_table_has_no_circle() {
    // Whatever can be taken away because nothing it uses is left, is; a circle would remain.
    let mut left: Vec<_> = TABLE.to_vec();
    while let Some(at) = left.iter().position(|(_, uses)| !left.iter().any(|(module, _)| uses.contains(module))) {
        left.remove(at);
    }
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn binaries_only_start_the_library() {
    let mut problems = Vec::new();
    for file in files("src/bin") {
        let allowed = row(BINARIES, file.stem()).unwrap_or_default();
        for path in file.paths() {
            if let Some(rest) = path.text.strip_prefix("smtp_explainer::") {
                let target = rest.split("::").next().unwrap_or_default();
                if !allowed.contains(&target) {
                    problems.push(format!("{}:{}: must not use `{target}`", file.name, path.line));
                }
            }
        }
    }
    none(&problems);
}

#[test]
fn the_core_knows_no_browser_system_clock_or_chance() {
    let mut problems = Vec::new();
    for file in files("src").iter().filter(|file| file.is_library()) {
        let forbidden = match file.module() {
            "ui" => &[][..],
            "cli" => BROWSER,
            _ => OUTSIDE,
        };
        for path in file.paths() {
            if let Some(outside) = forbidden.iter().find(|outside| starts_with(&path.text, outside)) {
                problems.push(format!("{}:{}: `{outside}` does not belong here", file.name, path.line));
            }
        }
    }
    none(&problems);
}

#[test]
fn nothing_in_the_core_prints() {
    let mut problems = Vec::new();
    for file in files("src").iter().filter(|file| file.is_library() && file.module() != "cli") {
        for call in ["print!(", "println!(", "eprint!(", "eprintln!(", "dbg!("] {
            if let Some(line) = file.line_of_code_with(call) {
                problems.push(format!("{}:{line}: {call})", file.name));
            }
        }
    }
    none(&problems);
}

#[test]
fn views_make_no_markup_from_text_and_no_inline_style() {
    let mut problems = Vec::new();
    for file in files("src/ui") {
        for word in ["from_html_unchecked", "style=", "dangerously_set_inner_html", "set_inner_html"] {
            if let Some(line) = file.line_of_code_with(word) {
                problems.push(format!("{}:{line}: {word} is blocked by the page's policy", file.name));
            }
        }
    }
    none(&problems);
}

#[test]
fn every_file_says_what_it_is() {
    let sources = ["build.rs", "src", "tests", "xtask", "benches"].into_iter().flat_map(files);
    let silent = sources.filter(|file| !file.text.starts_with("//!")).map(|file| format!("{}: no `//!`", file.name));
    none(&silent.collect::<Vec<_>>());
}

#[test]
fn no_file_is_too_long() {
    let sources = ["build.rs", "src", "tests", "xtask", "benches"].into_iter().flat_map(files);
    let long = sources.map(|file| (file.text.lines().count(), file.name)).filter(|(lines, _)| *lines >= MOST_LINES);
    let long = long.map(|(lines, name)| format!("{name}: {lines} lines, under {MOST_LINES} wanted"));
    none(&long.collect::<Vec<_>>());
}

#[test]
fn the_repository_names_no_machine() {
    // In pieces, so that this file does not hold what it looks for.
    let places =
        [["/wo", "rk/"], ["/ro", "ot/"], ["/ho", "me/"], ["/tm", "p/"], ["../sha", "red"]].map(|two| two.concat());
    let mut problems = Vec::new();
    for file in source::texts() {
        for place in &places {
            if let Some(line) = file.text.lines().position(|line| line.contains(place)) {
                problems.push(format!("{}:{}: {place}", file.name, line + 1));
            }
        }
    }
    none(&problems);
}

#[test]
fn this_reader_of_source_sees_every_form_of_a_path() {
    let text = "use crate::{a::X, b::{self, c as q}};\nfn f() { crate::d::g(); let _ = \"crate::no\"; }\n// crate::no\n\
                #[cfg(test)]\nmod tests { use crate::no; use super::*; }\nmod inner { use super::super::e; }";
    let file = File::new("src/z.rs", text);
    let seen: Vec<String> = file.paths().into_iter().map(|path| path.text).filter(|path| path.contains("::")).collect();
    assert_eq!(seen, ["crate::a::X", "crate::b", "crate::b::c", "crate::d::g", "super::super::e"]);
    assert_eq!(file.paths().last().map(|path| path.inline_modules), Some(1));
}
