//! `explain`: what a reply, a code or a clause means, what a client must do then, and where that is written.

use std::fmt::Write as _;

use super::Failure;
use super::tables::words;
use crate::import::{Quoted, ReplyTable, quoted};
use crate::knowledge::{Clause, Knowledge, Source};
use crate::reason;
use crate::smtp::EnhancedCode;
use crate::transcript::escaped;

/// The explanation of a reply such as `550 5.7.1 …`, or of a clause such as `rfc5321#4.1.1.4`.
pub(super) fn explain(text: &str) -> Result<String, Failure> {
    let k = words()?;
    let wanted = text.trim();
    let source = citation(wanted);
    let source = source.as_deref().unwrap_or(wanted);
    let clauses: Vec<&Clause> = k.clauses_by_source(source).chain(k.clause(source)).collect();
    if !clauses.is_empty() {
        return Ok(clauses.into_iter().map(|clause| of_clause(clause, &k)).collect());
    }
    let alone = EnhancedCode::read(wanted.as_bytes()).filter(|(_, length)| *length == wanted.len());
    match (quoted(wanted), alone) {
        (Some(found), _) => Ok(of_reply(&found, &k)),
        (None, Some((code, _))) => Ok(of_enhanced(code, &k)),
        (None, None) => Err(Failure(problem(wanted, source, &k))),
    }
}

/// A clause as people write it, `RFC 5321 §4.1.1.4` or `5321#4.1.1.4`, as it is written here.
fn citation(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let rest = lower.strip_prefix("rfc").unwrap_or(&lower).trim_start();
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (number, section) = rest.split_at(digits);
    let between = |c: char| c.is_whitespace() || "#§,".contains(c);
    // A code is followed by an enhanced code or by words; only a mark or the word RFC makes a number a document's.
    if number.is_empty() || !(lower.starts_with("rfc") || section.starts_with(['#', '§'])) {
        return None;
    }
    let section = section.trim_start_matches(between);
    let section = section.strip_prefix("section").map_or(section, |rest| rest.trim_start_matches(between));
    let section = match section.strip_prefix("appendix") {
        Some(letter) => format!("Appendix {}", letter.trim().to_ascii_uppercase()),
        None => section.to_owned(),
    };
    Some(format!("rfc{number}#{section}"))
}

fn of_reply(found: &Quoted, k: &Knowledge) -> String {
    let code = found.code.as_u16();
    let mut text = format!("{}\n", escaped(found.reply.as_bytes()));
    for topic in [format!("code:{code}"), format!("class:{}yz", code / 100)] {
        let Some(note) = k.note(&topic) else { continue };
        for words in [&note.headline, &note.text].into_iter().flatten() {
            let _ = writeln!(text, "  {words}");
        }
    }
    for id in ReplyTable::built_in().reasons(found.asked, found.code, found.enhanced) {
        perhaps(&mut text, id, k);
    }
    text.extend(k.clauses(&format!("code:{code}"), None).map(|clause| of_clause(clause, k)));
    text
}

/// An enhanced code without its reply: what its class asks for, and for which reasons this project's server gives it.
fn of_enhanced(code: EnhancedCode, k: &Knowledge) -> String {
    let mut text = format!("{code}\n");
    if let Some(words) = k.note(&format!("class:{}yz", code.class)).and_then(|note| note.headline.as_deref()) {
        let _ = writeln!(text, "  {words}");
    }
    for verdict in reason::verdicts().filter(|verdict| verdict.enhanced == Some(code)) {
        perhaps(&mut text, verdict.reason.id(), k);
    }
    text.extend(k.clauses("element:enhanced-code", None).map(|clause| of_clause(clause, k)));
    text
}

fn perhaps(text: &mut String, id: &str, k: &Knowledge) {
    let headline = k.note(&format!("reason:{id}")).and_then(|note| note.headline.as_deref()).unwrap_or(id);
    let _ = writeln!(text, "  perhaps: {headline} [{id}]");
}

/// Source with title, level, paraphrase, the same rule in other editions, and the address.
fn of_clause(clause: &Clause, k: &Knowledge) -> String {
    let source = clause.source();
    let level = clause.level.as_deref().map_or_else(String::new, |level| format!(" {level}:"));
    let mut text = format!("{} {}:{level} {}\n", source.name(), source.section(), clause.note);
    for other in k.lineage(clause) {
        let _ = writeln!(text, "  also {} {}", other.source().name(), other.source().section());
    }
    if let Some(address) = source.href() {
        let _ = writeln!(text, "  {address}");
    }
    text
}

/// What is wrong with the text, and what could stand there.
fn problem(wanted: &str, source: &str, k: &Knowledge) -> String {
    let shown = escaped(wanted.as_bytes());
    let Some((document, _)) = source.split_once('#').filter(|(document, _)| document.starts_with("rfc")) else {
        return format!(
            "\"{shown}\" holds no reply code that is in use and names no clause; write a reply such as \"550 5.7.1\", a \
             whole error line, or a clause such as rfc5321#4.1.1.4"
        );
    };
    let mut sections: Vec<&str> = Vec::new();
    let mut documents: Vec<String> = Vec::new();
    for clause in k.all_clauses() {
        let Source::Rfc { number, section } = clause.source() else { continue };
        let of = format!("rfc{number}");
        if of == document && !sections.contains(&section) {
            sections.push(section);
        }
        if !documents.contains(&of) {
            documents.push(of);
        }
    }
    if sections.is_empty() {
        documents.sort_by_key(|name| (name.len(), name.clone()));
        return format!("nothing is known here of {shown}; the RFCs that are cited are {}", documents.join(", "));
    }
    sections.sort_by_key(|section| section.split('.').map(|part| part.parse().unwrap_or(u32::MAX)).collect::<Vec<_>>());
    format!("{shown} is not cited here; of {document} there are {}", sections.join(", "))
}
