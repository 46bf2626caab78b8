//! `conform`: recordings of real servers played against their personalities, and where they differ.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

use super::{Failure, screen};
use crate::personality::conform::Disagreement;
use crate::personality::deviation::{Deviation, deviations};
use crate::personality::recording::Recording;
use crate::simulation::recordings_world;

/// How deep folders are searched.
const DEPTH: usize = 32;

/// What came of all recordings of a server.
#[derive(Debug, Default)]
struct Tally {
    judged: bool,
    all: usize,
    profiles: BTreeMap<String, Count>,
    disagreements: Vec<Disagreement>,
}

/// How many agree, of how many.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    cases: (usize, usize),
    steps: (usize, usize),
}

/// One server in the JSON form.
#[derive(Debug, Serialize)]
struct Row<'a> {
    server: &'a str,
    cases: (usize, usize),
    steps: (usize, usize),
    disagreements: &'a [Disagreement],
}

/// Plays every recording below `folder` and says how they compare; true when all that disagrees is known.
pub(super) fn conform(folder: &Path, server: Option<&str>, json: bool) -> Result<(String, bool), Failure> {
    let mut recordings = Vec::new();
    for path in files(folder)? {
        read(&path, &mut recordings)?;
    }
    recordings.retain(|recording| server.is_none_or(|only| recording.server == only));
    recordings.sort_by(|a, b| (&a.server, &a.profile, &a.case).cmp(&(&b.server, &b.profile, &b.case)));
    if recordings.is_empty() {
        let of = server.map(|server| format!(" of {server:?}")).unwrap_or_default();
        return Err(Failure(format!("{}: there is no recording{of} below it", folder.display())));
    }
    let known = deviations().map_err(|error| Failure(format!("tests/recordings/deviations.toml: {error}")))?;
    let servers = tally(&recordings)?;
    let all_known = servers
        .iter()
        .all(|(server, tally)| tally.disagreements.iter().all(|found| deviation(&known, server, found).is_some()));
    let text = if json { as_json(&servers)? } else { as_text(&servers, &known) };
    Ok((text, all_known))
}

fn tally(recordings: &[Recording]) -> Result<BTreeMap<String, Tally>, Failure> {
    let world = recordings_world().map_err(|error| Failure(format!("data/worlds/recordings.json: {error}")))?;
    let mut servers: BTreeMap<String, Tally> = BTreeMap::new();
    for recording in recordings {
        let tally = servers.entry(recording.server.clone()).or_default();
        tally.all += 1;
        let Some(played) = world.play(recording) else { continue };
        let place = || format!("{} {} {}", recording.server, recording.profile, recording.case);
        let played = played.map_err(|error| Failure(format!("{}: {error}", place())))?;
        tally.judged = true;
        let count = tally.profiles.entry(recording.profile.clone()).or_default();
        count.cases.0 += usize::from(played.disagreements.is_empty());
        count.cases.1 += 1;
        count.steps.0 += played.agree;
        count.steps.1 += played.steps;
        tally.disagreements.extend(played.disagreements);
    }
    Ok(servers)
}

fn deviation<'a>(known: &'a [Deviation], server: &str, found: &Disagreement) -> Option<&'a Deviation> {
    known.iter().find(|it| it.server == server && it.profile == found.profile && it.case == found.case)
}

impl Tally {
    fn sum(&self) -> Count {
        self.profiles.values().fold(Count::default(), |sum, count| Count {
            cases: (sum.cases.0 + count.cases.0, sum.cases.1 + count.cases.1),
            steps: (sum.steps.0 + count.steps.0, sum.steps.1 + count.steps.1),
        })
    }
}

fn as_text(servers: &BTreeMap<String, Tally>, known: &[Deviation]) -> String {
    let mut text = String::new();
    for (server, tally) in servers {
        if !tally.judged {
            let _ = writeln!(text, "{server}: {} cases, no personality of this name", tally.all);
            continue;
        }
        let _ = writeln!(text, "{server}: {}", tally.sum());
        for (profile, count) in &tally.profiles {
            let _ = writeln!(text, "  {profile}: {count}");
        }
        for found in &tally.disagreements {
            let Disagreement { profile, case, step, what, expected, got } = found;
            let why = deviation(known, server, found).map(|it| format!(" (known: {})", it.reason)).unwrap_or_default();
            let _ = writeln!(
                text,
                "    {profile} {case}, step {step}: {}: expected {expected}, got {got}{why}",
                what.name()
            );
        }
    }
    text
}

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { cases, steps } = self;
        write!(f, "{} of {} cases, {} of {} steps", cases.0, cases.1, steps.0, steps.1)
    }
}

fn as_json(servers: &BTreeMap<String, Tally>) -> Result<String, Failure> {
    let rows: Vec<Row<'_>> = servers
        .iter()
        .filter(|(_, tally)| tally.judged)
        .map(|(server, tally)| {
            let Count { cases, steps } = tally.sum();
            Row { server, cases, steps, disagreements: &tally.disagreements }
        })
        .collect();
    let whole = serde_json::json!({ "servers": rows });
    screen::json(&whole).map_err(|error| Failure(error.to_string()))
}

/// Every `*.json` and `*.jsonl` below a folder, or the file itself, by name.
fn files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let unreadable = |path: &Path, error: std::io::Error| Failure(format!("{}: {error}", path.display()));
    let mut found = Vec::new();
    let mut open = vec![(path.to_owned(), 0)];
    while let Some((path, depth)) = open.pop() {
        if !fs::metadata(&path).map_err(|error| unreadable(&path, error))?.is_dir() {
            if depth == 0 || path.extension().is_some_and(|it| it == "json" || it == "jsonl") {
                found.push(path);
            }
        } else if depth < DEPTH {
            for entry in fs::read_dir(&path).map_err(|error| unreadable(&path, error))? {
                open.push((entry.map_err(|error| unreadable(&path, error))?.path(), depth + 1));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Reads the recordings of a file. JSON of another form than theirs is passed over.
fn read(path: &Path, into: &mut Vec<Recording>) -> Result<(), Failure> {
    let failed = |problem: String| Failure(format!("{}: {problem}", path.display()));
    let text = fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    let by_line = path.extension().is_some_and(|it| it == "jsonl");
    let parts: Vec<&str> =
        if by_line { text.lines().filter(|line| !line.trim().is_empty()).collect() } else { vec![&text] };
    for (number, part) in parts.into_iter().enumerate() {
        let place = if by_line { format!("line {}: ", number + 1) } else { String::new() };
        let value: Value = serde_json::from_str(part).map_err(|error| failed(format!("{place}{error}")))?;
        let is_recording = ["server", "profile", "case", "steps"].iter().all(|key| value.get(key).is_some());
        if is_recording {
            into.push(serde_json::from_value(value).map_err(|error| failed(format!("{place}{error}")))?);
        }
    }
    Ok(())
}
