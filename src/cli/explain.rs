//! `explain`: what a reply, a code or a clause means, what a client must do then, and where that is written.

use std::fmt::Write as _;

use super::Failure;
use super::tables::words;
use crate::import::{ReplyTable, quoted};
use crate::knowledge::{Clause, Knowledge};
use crate::transcript::escaped;

/// The explanation of a reply such as `550 5.7.1 …`, or of a clause such as `rfc5321#4.1.1.4`.
pub(super) fn explain(text: &str) -> Result<String, Failure> {
    let k = words()?;
    let wanted = text.trim();
    let clauses: Vec<&Clause> = k.clauses_by_source(wanted).chain(k.clause(wanted)).collect();
    if !clauses.is_empty() {
        return Ok(clauses.into_iter().map(|clause| of_clause(clause, &k)).collect());
    }
    let found = quoted(wanted).ok_or_else(|| {
        let shown = escaped(wanted.as_bytes());
        Failure(format!("\"{shown}\" holds no reply code and is no clause that is known here, such as rfc5321#4.1.1.4"))
    })?;
    let code = found.code.as_u16();
    let mut text = format!("{}\n", escaped(found.reply.as_bytes()));
    for topic in [format!("code:{code}"), format!("class:{}yz", code / 100)] {
        let Some(note) = k.note(&topic) else { continue };
        for words in [&note.headline, &note.text].into_iter().flatten() {
            let _ = writeln!(text, "  {words}");
        }
    }
    for id in ReplyTable::built_in().reasons(found.asked, code) {
        let headline = k.note(&format!("reason:{id}")).and_then(|note| note.headline.as_deref()).unwrap_or(id);
        let _ = writeln!(text, "  perhaps: {headline} [{id}]");
    }
    text.extend(k.clauses(&format!("code:{code}"), None).map(|clause| of_clause(clause, &k)));
    Ok(text)
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
