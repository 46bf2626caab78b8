//! The RFC texts and the index of their sections, as far as the proofs need them.
//!
//! The index `data/sections.tsv` is part of the project. The texts are not: the folder that `RFC_TEXTS` names holds
//! `rfc<number>.txt` and `clauses.tsv`, which has the first and last line of each section.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// Which sections there are.
pub(crate) struct Sections(BTreeSet<(u16, String)>);

impl Sections {
    pub(crate) fn read() -> Self {
        let rows = include_str!("../../data/sections.tsv").lines().skip(1);
        let entries = rows.filter_map(|row| {
            let mut columns = row.split('\t');
            let (rfc, section, title) = (columns.next()?.parse().ok()?, columns.next()?, columns.next()?);
            // A heading without a number is cited by its title.
            Some((rfc, String::from(if section == "-" { title } else { section })))
        });
        Self(entries.collect())
    }

    pub(crate) fn has(&self, rfc: u16, section: &str) -> bool {
        self.0.contains(&(rfc, section.into()))
    }
}

/// The RFC texts.
pub(crate) struct Texts {
    folder: PathBuf,
    /// First and last line of each section, subsections included, counted from 1.
    ranges: BTreeMap<(u16, String), (usize, usize)>,
}

impl Texts {
    /// The texts, or `None` with a word about it where there are none.
    pub(crate) fn read() -> Option<Self> {
        let Some(folder) = std::env::var_os("RFC_TEXTS").map(PathBuf::from) else {
            println!("skipped: RFC_TEXTS names no folder with the RFC texts");
            return None;
        };
        let index = fs::read_to_string(folder.join("clauses.tsv")).expect("RFC_TEXTS holds clauses.tsv");
        let mut ranges = BTreeMap::new();
        for row in index.lines().skip(1) {
            let columns: Vec<&str> = row.split('\t').collect();
            let [rfc, section, title, first, last] = columns[..] else { panic!("clauses.tsv: {row}") };
            let section = if section == "-" { title } else { section };
            let number = |text: &str| text.parse::<usize>().expect("a line number");
            let rfc = rfc.parse().expect("an RFC number");
            ranges.entry((rfc, String::from(section))).or_insert((number(first), number(last)));
        }
        Some(Self { folder, ranges })
    }

    /// A section with its subsections as one line; empty where there is none.
    pub(crate) fn section(&self, rfc: u16, section: &str) -> String {
        let Some(&(first, last)) = self.ranges.get(&(rfc, section.into())) else { return String::new() };
        let text = self.whole(rfc);
        let lines: Vec<&str> =
            text.split('\n').skip(first - 1).take(last + 1 - first).filter(|line| !is_page(line)).collect();
        lines.join("\n").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Every run of so many words in any of the texts, sorted.
    pub(crate) fn runs_of_words(&self, length: usize) -> Vec<u64> {
        let rfcs: BTreeSet<u16> = self.ranges.keys().map(|(rfc, _)| *rfc).collect();
        let mut found = Vec::new();
        for rfc in rfcs {
            let text = self.whole(rfc);
            let lines: Vec<&str> = text.split('\n').filter(|line| !is_page(line)).collect();
            found.extend(runs(&lines.join("\n"), length));
        }
        found.sort_unstable();
        found
    }

    fn whole(&self, rfc: u16) -> String {
        let path = self.folder.join(format!("rfc{rfc}.txt"));
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }
}

/// Is it the head or foot of a printed page?
fn is_page(line: &str) -> bool {
    let line = line.trim_start_matches('\u{c}');
    line.trim_end().ends_with(']') && line.contains("[Page ") || line.starts_with("RFC ") && line.len() > 60
}

/// Does the level word stand in the text? Words that RFC 2119 gives as equal count.
pub(crate) fn has_level(text: &str, level: &str) -> bool {
    let alike: &[&str] = match level {
        "MUST" => &["MUST", "REQUIRED", "SHALL"],
        "MUST NOT" => &["MUST NOT", "MUST not", "SHALL NOT", "forbidden"],
        "SHOULD" => &["SHOULD", "RECOMMENDED"],
        "SHOULD NOT" => &["SHOULD NOT", "SHOULD not", "NOT RECOMMENDED"],
        "MAY" => &["MAY", "OPTIONAL"],
        other => &[other],
    };
    alike.iter().any(|words| contains_words(text, words))
}

/// Do these words stand in the text, not as parts of longer ones?
fn contains_words(text: &str, words: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.match_indices(words)
        .any(|(at, _)| !is_part(text[..at].chars().next_back()) && !is_part(text[at + words.len()..].chars().next()))
}

/// The runs of so many words, each as a number; letters and digits count, and no case.
pub(crate) fn runs(text: &str, length: usize) -> Vec<u64> {
    let words: Vec<String> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    words
        .windows(length)
        .map(|run| {
            let mut hasher = DefaultHasher::new();
            run.hash(&mut hasher);
            hasher.finish()
        })
        .collect()
}

/// Every Rust file of the library and its text.
pub(crate) fn sources() -> Vec<(String, String)> {
    let (mut open, mut found) = (vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")], Vec::new());
    while let Some(path) = open.pop() {
        if let Ok(entries) = fs::read_dir(&path) {
            open.extend(entries.filter_map(|entry| Some(entry.ok()?.path())));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push((path.display().to_string(), fs::read_to_string(&path).expect("a readable file")));
        }
    }
    found
}

/// The citations in a text: `RFC 5321 §4.1.1.2`, `RFC 5321 Appendix D.1`, and each further `§…` of the same list.
pub(crate) fn citations(text: &str) -> Vec<(u16, String)> {
    let mut found = Vec::new();
    let joined =
        text.split_whitespace().filter(|word| !matches!(*word, "//" | "///" | "//!")).collect::<Vec<_>>().join(" ");
    for part in joined.split("RFC ").skip(1) {
        let digits = part.chars().take_while(char::is_ascii_digit).count();
        let Ok(rfc) = part[..digits].parse() else { continue };
        let mut rest = &part[digits..];
        while let Some((section, after)) = citation(rest) {
            found.push((rfc, section));
            rest = after;
        }
    }
    found
}

/// One section after an RFC's number or after another section, and the rest of the text.
fn citation(rest: &str) -> Option<(String, &str)> {
    let rest = [", ", " and ", " to ", " or ", " "].iter().find_map(|link| rest.strip_prefix(link)).unwrap_or(rest);
    let (prefix, rest) = match rest.strip_prefix('§') {
        Some(rest) => ("", rest),
        None => ("Appendix ", rest.strip_prefix("Appendix ")?),
    };
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.').unwrap_or(rest.len());
    let number = rest[..end].trim_end_matches('.');
    Some((format!("{prefix}{number}"), &rest[number.len()..]))
}
