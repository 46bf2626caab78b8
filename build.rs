//! Turns `data/` into what the library reads: a JSON text for each language's knowledge, and `data.rs` with the
//! built-in scenarios, the world, personalities, clients and reply table as string constants.
//!
//! It lists folders, turns TOML into JSON and lays a language over English by id. It knows no rule of SMTP and checks
//! no content: that is what `tests/knowledge` does.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

/// The list whose entries are names and are not translated.
const NAMES: &str = "rfc";

/// The list of a symptoms file, in the same three words. A symptom's id is the name of its file.
const SYMPTOMS: (&str, &str, &str) = ("symptom", "symptoms", "id");

/// The lists of a knowledge file: the table name in TOML, the member name in JSON, and the field that is the id.
const LISTS: [(&str, &str, &str); 6] = [
    ("clause", "clauses", "id"),
    ("note", "notes", "topic"),
    ("mistake", "mistakes", "id"),
    ("practice", "practices", "id"),
    ("rfc", "rfcs", "number"),
    ("scenario", "scenarios", "id"),
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=data");
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rerun-if-changed=tests/recordings/deviations.toml");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let data = Path::new("data");
    write(&out.join("data.rs"), &constants(data));
    write(&out.join("knowledge.rs"), &knowledge(data, &out));
    write(&out.join("symptoms.rs"), &symptoms(data, &out));
    println!("cargo::rustc-env=SOURCES={:016x}", sources(Path::new("src")));
}

/// A number that tells one state of the sources from another.
fn sources(folder: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut folders = vec![folder.to_path_buf()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for path in entries.map(|entry| entry.expect("a folder can be listed").path()) {
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    for path in files {
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).hash(&mut hasher);
    }
    hasher.finish()
}

/// The Rust text of `data.rs`.
fn constants(data: &Path) -> String {
    let order = fs::read_to_string(data.join("scenarios/order.txt")).unwrap_or_default();
    let scenarios = in_order(&files(&data.join("scenarios"), "json"), &order);
    let mut text = String::new();
    text += &pairs(
        "SCENARIOS",
        "The built-in scenarios: id and JSON text, in the order in which they are listed.",
        &scenarios,
    );
    text += &pairs(
        "PERSONALITIES",
        "The server personalities: id and JSON text.",
        &files(&data.join("personalities"), "toml"),
    );
    text += &pairs("CLIENTS", "The client profiles: id and JSON text.", &files(&data.join("clients"), "toml"));
    text += &single("WORLD", "The world every built-in scenario plays in, as JSON text.", &data.join("world.json"));
    text += &single(
        "RECORDINGS",
        "The recordings' world: one server with three services, as JSON text.",
        &data.join("worlds/recordings.json"),
    );
    text += &single(
        "DEVIATIONS",
        "Where the personalities are known to differ from the recordings, as JSON text.",
        Path::new("tests/recordings/deviations.toml"),
    );
    text += &single(
        "REPLIES",
        "Which reply codes a verb may have, and by which RFC, as JSON text.",
        &data.join("replies.toml"),
    );
    text
}

/// The files an order names come first, in that order; the others follow by name.
fn in_order(files: &[PathBuf], order: &str) -> Vec<PathBuf> {
    let named: Vec<&str> =
        order.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    for id in &named {
        assert!(files.iter().any(|path| stem(path) == *id), "order.txt names {id}, which is no file beside it");
    }
    let mut sorted = files.to_vec();
    sorted.sort_by_key(|path| named.iter().position(|id| *id == stem(path)).unwrap_or(named.len()));
    sorted
}

fn pairs(name: &str, doc: &str, paths: &[PathBuf]) -> String {
    let rows = paths.iter().map(|path| format!("    ({:?}, {:?}),\n", stem(path), read(path).to_string()));
    format!("/// {doc}\npub const {name}: &[(&str, &str)] = &[\n{}];\n", rows.collect::<String>())
}

fn single(name: &str, doc: &str, path: &Path) -> String {
    let json = if path.exists() { read(path).to_string() } else { String::from("{}") };
    format!("/// {doc}\npub const {name}: &str = {json:?};\n")
}

/// Writes one `knowledge.<tag>.json` a language and gives the Rust text that embeds them.
fn knowledge(data: &Path, out: &Path) -> String {
    let mut english: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    let mut sources = files(&data.join("clauses"), "toml");
    sources.extend(files(&data.join("notes"), "toml"));
    sources.extend(["practice.toml", "rfcs.toml"].map(|name| data.join(name)).into_iter().filter(|path| path.exists()));
    for path in &sources {
        let Value::Object(tables) = read(path) else { panic!("{}: no table", path.display()) };
        for (name, list) in tables {
            let Some((_, member, id)) = LISTS.into_iter().find(|entry| entry.0 == name) else {
                panic!("{}: there is no list [[{name}]]", path.display())
            };
            let Value::Array(list) = list else { panic!("{}: write [[{name}]], not [{name}]", path.display()) };
            assert!(list.iter().all(|entry| entry.get(id).is_some()), "{}: a [[{name}]] lacks {id}", path.display());
            english.entry(member).or_default().extend(list);
        }
    }
    // A scenario's words stand in its own file; a language lays its own over them.
    for path in files(&data.join("scenarios"), "json") {
        let scenario = read(&path);
        let words = serde_json::json!({"id": stem(&path), "title": scenario["title"], "summary": scenario["summary"]});
        english.entry("scenarios").or_default().push(words);
    }
    let english_text = overlay(&data.join("languages/en")).remove("text").unwrap_or_default();

    let topics = topics(english.get_mut("clauses").map_or(&mut [], Vec::as_mut_slice));
    let rows = folders(&data.join("languages")).into_iter().map(|folder| {
        let tag = stem(&folder);
        let path = out.join(format!("knowledge.{tag}.json"));
        write(&path, &language(&tag, &english, &topics, &english_text, overlay(&folder)).to_string());
        format!("    ({tag:?}, include_str!({:?})),\n", path.display().to_string())
    });
    let doc = "/// Every language's knowledge: its tag and its JSON text.";
    format!("{doc}\nconst EMBEDDED: &[(&str, &str)] = &[\n{}];\n", rows.collect::<String>())
}

/// What each clause explains, turned round: the positions of the clauses by topic.
fn topics(clauses: &mut [Value]) -> Value {
    let mut topics: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, clause) in clauses.iter_mut().enumerate() {
        let explains = clause.as_object_mut().and_then(|clause| clause.remove("explains"));
        for topic in explains.as_ref().and_then(Value::as_array).into_iter().flatten() {
            topics.entry(key(topic)).or_default().push(at);
        }
    }
    serde_json::json!(topics)
}

/// One language's file: English with this language laid over it. What has no translation is marked `lang: "en"`.
fn language(
    tag: &str,
    english: &BTreeMap<&str, Vec<Value>>,
    topics: &Value,
    english_text: &Value,
    mut over: Map<String, Value>,
) -> Value {
    let mut whole = Map::new();
    whole.insert("lang".into(), tag.into());
    for (name, member, id) in LISTS {
        let list = english.get(member).cloned().unwrap_or_default();
        whole.insert(member.into(), translated(tag, (name, id), list, &mut over).into());
    }
    // Symptoms have a file of their own.
    over.remove(SYMPTOMS.0);
    whole.insert("topics".into(), topics.clone());
    let text = over.remove("text").unwrap_or_default();
    let english_keys = english_text.as_object().into_iter().flat_map(Map::keys);
    let untranslated: Vec<Value> =
        english_keys.filter(|key| text.get(key).is_none()).map(|key| key.as_str().into()).collect();
    let mut merged = english_text.clone();
    lay_over(&mut merged, &text);
    whole.insert("text".into(), merged);
    whole.insert("untranslated".into(), untranslated.into());
    assert!(over.is_empty(), "data/languages/{tag}: unknown tables {:?}", over.keys());
    Value::Object(whole)
}

/// A list with what the language has for its entries laid over them.
fn translated(tag: &str, (name, id): (&str, &str), mut list: Vec<Value>, over: &mut Map<String, Value>) -> Vec<Value> {
    let mut translations = over.remove(name).and_then(|table| table.as_object().cloned()).unwrap_or_default();
    for entry in &mut list {
        match translations.remove(&key(&entry[id])) {
            Some(translation) => lay_over(entry, &translation),
            None if tag != "en" && name != NAMES => entry["lang"] = "en".into(),
            None => {}
        }
    }
    assert!(translations.is_empty(), "data/languages/{tag}: no {name} is called {:?}", translations.keys());
    list
}

/// Writes one `symptoms.<tag>.json` a language and gives the Rust text that embeds them.
fn symptoms(data: &Path, out: &Path) -> String {
    let (name, member, id) = SYMPTOMS;
    let order = fs::read_to_string(data.join("symptoms/order.txt")).unwrap_or_default();
    let english: Vec<Value> = in_order(&files(&data.join("symptoms"), "toml"), &order)
        .iter()
        .map(|path| {
            let mut symptom = read(path);
            symptom[id] = stem(path).into();
            symptom
        })
        .collect();
    let rows = folders(&data.join("languages")).into_iter().map(|folder| {
        let tag = stem(&folder);
        let list = translated(&tag, (name, id), english.clone(), &mut overlay(&folder));
        let path = out.join(format!("symptoms.{tag}.json"));
        write(&path, &serde_json::json!({"lang": tag, member: list}).to_string());
        format!("    ({tag:?}, include_str!({:?})),\n", path.display().to_string())
    });
    let doc = "/// Every language's symptoms: its tag and its JSON text.";
    format!("{doc}\nconst EMBEDDED: &[(&str, &str)] = &[\n{}];\n", rows.collect::<String>())
}

/// Lays a translation over an entry: tables by key, lists by position, everything else replaced.
fn lay_over(base: &mut Value, over: &Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (key, value) in over {
                lay_over(base.entry(key).or_insert(Value::Null), value);
            }
        }
        (Value::Array(base), Value::Array(over)) if base.len() == over.len() => {
            for (base, over) in base.iter_mut().zip(over) {
                lay_over(base, over);
            }
        }
        (base, over) => *base = over.clone(),
    }
}

/// All files of a language's folder as one table of tables.
fn overlay(folder: &Path) -> Map<String, Value> {
    let mut whole = Value::Object(Map::new());
    for path in files(folder, "toml") {
        lay_over(&mut whole, &read(&path));
    }
    whole.as_object().cloned().unwrap_or_default()
}

fn key(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), String::from)
}

/// A TOML or JSON file as a JSON value. A file that cannot be read stops the build and says where.
fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    if path.extension().is_some_and(|extension| extension == "toml") {
        toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    } else {
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }
}

/// The files of a folder with this extension, by name; none where there is no such folder.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    entries(folder, |path| path.is_file() && path.extension().is_some_and(|found| found == extension))
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    entries(folder, Path::is_dir)
}

fn entries(folder: &Path, wanted: impl Fn(&Path) -> bool) -> Vec<PathBuf> {
    let listed = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> =
        listed.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| wanted(path)).collect();
    paths.sort();
    paths
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
