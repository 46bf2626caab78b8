//! Reads the repository's own files for the test of its shape: which files there are, and which paths their code names.
//!
//! Not a Rust parser: it knows comments, string and character literals, braces, `mod` and paths, and no more.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// Folders that are made, not written.
const MADE: [&str; 6] = [".git", "dist", "dist.partial", "node_modules", "shots", "target"];

/// A file of the repository.
pub(crate) struct File {
    /// Its path from the repository's top folder, with `/`.
    pub(crate) name: String,
    pub(crate) text: String,
    /// The text with comments, literals and test modules blanked out; same length, same lines.
    code: String,
}

/// A path as code names it, groups taken apart.
pub(crate) struct Named {
    pub(crate) text: String,
    pub(crate) line: usize,
    /// How many `mod … { }` of the file stand around it.
    pub(crate) inline_modules: usize,
}

/// Every Rust file at or below a place; none when the place does not exist.
pub(crate) fn files(place: &str) -> Vec<File> {
    walk(place).into_iter().filter(|file| is_rust(&file.name)).collect()
}

fn is_rust(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|end| end == "rs")
}

/// Every file of the repository that is text.
pub(crate) fn texts() -> Vec<File> {
    walk("")
}

fn walk(place: &str) -> Vec<File> {
    // As cargo says it now: another checkout with the same target folder may have compiled this test.
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the test"));
    let (mut open, mut found): (Vec<PathBuf>, Vec<File>) = (vec![root.join(place)], Vec::new());
    while let Some(path) = open.pop() {
        let base = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if MADE.contains(&base) {
            continue;
        }
        if let Ok(entries) = fs::read_dir(&path) {
            open.extend(entries.map(|entry| entry.expect("a readable folder").path()));
        } else if let Ok(text) = fs::read_to_string(&path) {
            let name = path.strip_prefix(&root).expect("a file below the root").to_string_lossy().replace('\\', "/");
            found.push(File::new(&name, &text));
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

impl File {
    pub(crate) fn new(name: &str, text: &str) -> Self {
        let code = if is_rust(name) { without_tests(&blank(text)) } else { String::new() };
        Self { name: name.into(), text: text.into(), code }
    }

    /// Whether it is part of the library, and not only of its tests.
    pub(crate) fn is_library(&self) -> bool {
        let parts: Vec<&str> = self.name.split('/').collect();
        parts.first() == Some(&"src")
            && parts.get(1) != Some(&"bin")
            && !matches!(self.name.as_str(), "src/lib.rs")
            && !parts.iter().any(|part| matches!(*part, "tests" | "tests.rs"))
    }

    /// The top-level module it belongs to.
    pub(crate) fn module(&self) -> &str {
        let below = self.name.strip_prefix("src/").unwrap_or(&self.name);
        below.split('/').next().unwrap_or(below).trim_end_matches(".rs")
    }

    /// How many `super` lead from its module to the library's root.
    pub(crate) fn depth(&self) -> usize {
        self.name.split('/').skip(1).filter(|part| *part != "mod.rs").count()
    }

    /// The file's name without folder and ending.
    pub(crate) fn stem(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name).trim_end_matches(".rs")
    }

    /// The first line whose code holds this.
    pub(crate) fn line_of_code_with(&self, word: &str) -> Option<usize> {
        self.code.lines().position(|line| line.contains(word)).map(|at| at + 1)
    }

    /// Every path that the code names.
    pub(crate) fn paths(&self) -> Vec<Named> {
        let tokens = tokens(&self.code);
        let (mut found, mut at) = (Vec::new(), 0);
        // For each brace that is open: whether a `mod` opened it.
        let mut braces = Vec::new();
        while let Some((token, line)) = tokens.get(at) {
            if is_word(token) {
                let inline_modules = braces.iter().filter(|is_module| **is_module).count();
                let mut texts = Vec::new();
                let next = path(&tokens, at, "", &mut texts);
                found.extend(texts.into_iter().map(|text| Named { text, line: *line, inline_modules }));
                at = next;
                continue;
            }
            match token.as_str() {
                "{" => braces.push(at >= 2 && tokens[at - 2].0 == "mod"),
                "}" => drop(braces.pop()),
                _ => {}
            }
            at += 1;
        }
        found
    }
}

/// Reads the path that begins at a token, adds its forms, and says where it ends.
fn path(tokens: &[(String, usize)], mut at: usize, before: &str, found: &mut Vec<String>) -> usize {
    let word = |at: usize| tokens.get(at).map_or("", |(token, _)| token.as_str());
    let mut text = String::from(before);
    loop {
        if word(at) != "self" || text.is_empty() {
            text = if text.is_empty() { word(at).into() } else { format!("{text}::{}", word(at)) };
        }
        at += 1;
        if word(at) != "::" {
            break;
        }
        at += 1;
        if word(at) == "{" {
            return group(tokens, at + 1, &text, found);
        }
        if !is_word(word(at)) {
            break;
        }
    }
    found.push(text);
    at
}

/// Reads what stands in the braces of a `use`, up to and with the closing one.
fn group(tokens: &[(String, usize)], mut at: usize, before: &str, found: &mut Vec<String>) -> usize {
    while let Some((token, _)) = tokens.get(at) {
        if token == "}" {
            return at + 1;
        }
        at = match token.as_str() {
            "as" => at + 2,
            _ if is_word(token) => path(tokens, at, before, found),
            _ => at + 1,
        };
    }
    at
}

fn is_word(token: &str) -> bool {
    token.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// Words, `::` and single signs, each with its line.
fn tokens(code: &str) -> Vec<(String, usize)> {
    let mut found: Vec<(String, usize)> = Vec::new();
    for (line, text) in code.lines().enumerate() {
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let length = if first.is_alphanumeric() || first == '_' {
                rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
            } else if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            if !first.is_whitespace() {
                found.push((rest[..length].into(), line + 1));
            }
            rest = &rest[length..];
        }
    }
    found
}

/// Blanks comments and literals.
fn blank(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = literal_or_comment(rest).filter(|_| !ends_in_word(&code) || !first.is_alphabetic());
        if let Some(length) = length {
            code.extend(rest[..length].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            rest = &rest[length..];
        } else {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    code
}

fn ends_in_word(code: &str) -> bool {
    code.ends_with(|last: char| last.is_alphanumeric() || last == '_')
}

/// How long the comment or literal is that begins here.
fn literal_or_comment(rest: &str) -> Option<usize> {
    let until = |end: &str, from: usize| rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len());
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(until("*/", 2));
    }
    let raw = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'));
    if let Some(raw) = raw {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if raw[hashes..].starts_with('"') {
            return Some(until(&format!("\"{}", "#".repeat(hashes)), rest.len() - raw.len() + hashes + 1));
        }
    }
    let quoted = rest.strip_prefix('b').unwrap_or(rest);
    let prefix = rest.len() - quoted.len();
    if let Some(string) = quoted.strip_prefix('"') {
        return Some(prefix + 1 + end_of_string(string, '"'));
    }
    // A character, and not a lifetime: the next character but one ends it, or an escape begins it.
    let mut characters = quoted.strip_prefix('\'')?.chars();
    let (one, two) = (characters.next()?, characters.next());
    (one == '\\' || two == Some('\'')).then(|| prefix + 1 + end_of_string(&quoted[1..], '\''))
}

/// How long a string is up to and with the quote that ends it.
fn end_of_string(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// Blanks `#[cfg(test)] mod … { … }`: what tests use is not what the module uses.
fn without_tests(code: &str) -> String {
    let mut code = String::from(code);
    let mut from = 0;
    while let Some(at) = code[from..].find("#[cfg(test)]").map(|at| from + at) {
        let Some(open) = code[at..].find(['{', ';']).map(|open| at + open) else { break };
        let end = if code[open..].starts_with('{') { closing(&code, open) } else { open + 1 };
        let blanked: String = code[at..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        code.replace_range(at..end, &blanked);
        from = at + blanked.len();
    }
    code
}

/// The end of the block that opens here.
fn closing(code: &str, open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, c) in code[open..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return open + at + 1;
        }
    }
    code.len()
}
