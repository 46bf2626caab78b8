//! The clauses on a step, in groups and oldest first.
//!
//! What several documents say in the same words is one row that names them all, so that a reader sees at a glance what
//! stayed as it was and what a later generation changed.

use crate::gather::Gather as _;
use crate::knowledge::{Clause, Family, Knowledge, Source, Text as Words};
use crate::present::topics::Topics;
use crate::present::view::{Citation, ClauseRow, Stratum};

/// The groups of clauses: through the generations, submission, extension, others, practice.
const GROUPS: [Words; 5] = [
    Words::StrataGenerations,
    Words::StrataSubmission,
    Words::StrataExtension,
    Words::StrataOthers,
    Words::StrataPractice,
];

/// The place of the submission documents among the groups.
const SUBMISSION: usize = 1;

/// The clauses of some topics in groups.
pub(super) fn strata(topics: &Topics, k: &Knowledge) -> Vec<Stratum> {
    let mut names: Vec<&String> = topics.others.iter().gather();
    names.push(&topics.reason);
    let by_topic: Vec<Vec<&Clause>> = names.iter().map(|name| k.clauses(name, topics.role).gather()).gather();
    let deciding: Vec<&Clause> = k.clauses(&topics.reason, None).gather();
    let clauses = topics.without_aside(k.clauses_on(&names, topics.role), k);
    let has = |list: &[&Clause], clause: &Clause| list.iter().any(|one| std::ptr::eq(*one, clause));
    let titles = GROUPS.iter().enumerate();
    let mut groups: Vec<Stratum> =
        titles.map(|(id, title)| Stratum { id, title: k.say(*title), ..Stratum::default() }).gather();
    for same in clauses.chunk_by(|one, next| document(one) == document(next)) {
        let any = same.iter().any(|clause| has(&deciding, clause));
        let nearest = by_topic.iter().find_map(|list| same.iter().position(|clause| has(list, clause)));
        for (nth, clause) in same.iter().enumerate() {
            let current = has(&deciding, clause);
            // What came before RFC 821 is family history: it is told to who asks.
            let leads = if any { current } else { nearest == Some(nth) && !is_forerunner(clause) };
            let group = group(clause, k);
            add(&mut groups[group].clauses, ClauseRow { current, leads, ..row(clause, group, k) });
        }
    }
    groups.into_iter().filter(|group| !group.clauses.is_empty()).gather()
}

/// What a clause stands in: one RFC, or all that is only usual.
fn document(clause: &Clause) -> u16 {
    match clause.source() {
        Source::Rfc { number, .. } => number,
        Source::Practice(_) => 0,
    }
}

/// Is it from the drafts of SMTP that RFC 821 replaced: RFC 772, 780 and 788?
fn is_forerunner(clause: &Clause) -> bool {
    (1..821).contains(&document(clause))
}

/// The group that a clause belongs to.
fn group(clause: &Clause, k: &Knowledge) -> usize {
    match clause.source() {
        Source::Practice(_) => 4,
        Source::Rfc { number, .. } => match k.rfc(number).map(|rfc| rfc.family) {
            Some(Family::Smtp) => 0,
            Some(Family::Submission) => SUBMISSION,
            Some(Family::Extension) => 2,
            _ => 3,
        },
    }
}

/// Adds what a clause says, to the row that says it already, where there is one.
fn add(rows: &mut Vec<ClauseRow>, new: ClauseRow) {
    let says_the_same = |row: &&mut ClauseRow| {
        new.changed.is_none() && row.note == new.note && row.level == new.level && row.lang == new.lang
    };
    match rows.iter_mut().find(says_the_same) {
        Some(row) => {
            row.current |= new.current;
            row.leads |= new.leads;
            row.sources.extend(new.sources);
        }
        None => rows.push(new),
    }
}

fn row(clause: &Clause, group: usize, k: &Knowledge) -> ClauseRow {
    ClauseRow {
        sources: vec![citation(clause.source(), group, k)],
        level: clause.level.clone().unwrap_or_default(),
        note: clause.note.clone(),
        changed: clause.changed.clone(),
        current: false,
        leads: false,
        lang: clause.lang.clone(),
    }
}

fn citation(place: Source<'_>, group: usize, k: &Knowledge) -> Citation {
    let (document, dated) = match place {
        // The group of the submission documents says already what they are.
        Source::Rfc { number, .. } if group == SUBMISSION => {
            (place.name(), k.rfc(number).map_or_else(String::new, |rfc| rfc.year.to_string()))
        }
        Source::Rfc { number, .. } => (place.name(), k.rfc(number).map_or_else(String::new, |rfc| k.dated(rfc))),
        Source::Practice(id) => {
            (k.practice(id).map_or_else(|| place.name(), |known| known.name.clone()), String::new())
        }
    };
    Citation { document, dated, section: place.section(), href: place.href() }
}
