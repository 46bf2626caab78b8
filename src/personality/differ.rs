//! How servers differ: every behaviour, what each personality does, and which clause that follows or breaks.
//!
//! What a behaviour and its choices mean is their documentation, said once beside the code that does it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::{PersonalityError, built_in, names};
use crate::session::{Behaviours, CHOICES};
use crate::smtp::documented::{Choice, Field, Variant};
use crate::smtp::{DIALECT_CHOICES, Dialect, data};

/// The service whose personalities are held side by side; others change only offers and reply codes.
const SERVICE: &str = "mx-25";

/// One behaviour, with what each server does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Its name in the personalities' files.
    pub name: String,
    /// Is it a departure from the grammar (`dialect`) or one of the session (`behaviours`)?
    pub table: &'static str,
    /// What it decides.
    pub about: String,
    /// The clause that is followed or broken, as `rfc5321#4.1.4`, where there is one.
    pub clause: Option<String>,
    /// Each thing a server can do, the first of them what the clause asks for.
    pub answers: Vec<Answer>,
    /// What each server does.
    pub servers: BTreeMap<String, String>,
}

/// One thing a server can do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// Its name in the personalities' files.
    pub answer: String,
    /// What it means.
    pub means: String,
    /// Is it what RFC 5321, or the clause named, asks for?
    pub follows: bool,
}

/// The servers, in the order of their columns.
#[must_use]
pub fn servers() -> Vec<&'static str> {
    names().collect()
}

/// Every behaviour, in the order of their declarations.
///
/// # Errors
/// With what is wrong in a personality's file.
pub fn differences() -> Result<Vec<Difference>, PersonalityError> {
    let mut profiles = Vec::new();
    for name in names() {
        let Some(personality) = built_in(name, SERVICE) else { continue };
        let profile = personality?.profile;
        let failed = |error: serde_json::Error| PersonalityError { name: name.to_owned(), problem: error.to_string() };
        let behaviours = serde_json::to_value(profile.behaviours).map_err(failed)?;
        let dialect = serde_json::to_value(profile.dialect).map_err(failed)?;
        profiles.push((name, behaviours, dialect));
    }
    let of = |table: &'static str, field: &Field| {
        let name = kebab(&field.name.replace('_', "-"));
        let servers = profiles.iter().map(|(server, behaviours, dialect)| {
            let value = if table == "behaviours" { behaviours } else { dialect }.get(&name);
            ((*server).to_owned(), word(value))
        });
        let servers = servers.collect();
        let answers = answers(field);
        let said = answers.first().map(|it| it.means.clone()).unwrap_or_default();
        let clause = clause(&said).or_else(|| clause(field.about));
        Difference { name, table, about: field.about.trim().to_owned(), clause, answers, servers }
    };
    let behaviours = Behaviours::FIELDS.iter().map(|field| of("behaviours", field));
    let dialect = Dialect::FIELDS.iter().map(|field| of("dialect", field));
    Ok(behaviours.chain(dialect).collect())
}

impl Difference {
    /// What a server does.
    #[must_use]
    pub fn of(&self, server: &str) -> Option<&str> {
        self.servers.get(server).map(String::as_str)
    }

    /// The servers that do so.
    pub fn who<'a>(&'a self, answer: &'a str) -> impl Iterator<Item = &'a str> {
        self.servers.iter().filter(move |(_, done)| done.as_str() == answer).map(|(server, _)| server.as_str())
    }
}

fn answers(field: &Field) -> Vec<Answer> {
    if field.kind == "bool" {
        let no = Answer { answer: "no".to_owned(), means: "As the grammar has it.".to_owned(), follows: true };
        let yes = Answer { answer: "yes".to_owned(), means: field.about.trim().to_owned(), follows: false };
        return vec![no, yes];
    }
    let choices = CHOICES.iter().chain(DIALECT_CHOICES).chain(data::CHOICES);
    let variants = |choice: Option<&Choice>| choice.map_or(&[] as &[Variant], |(_, variants)| *variants);
    let variants = variants(choices.into_iter().find(|(name, _)| *name == field.kind));
    let each = variants.iter().enumerate().map(|(place, variant)| Answer {
        answer: kebab(variant.name),
        means: variant.about.trim().to_owned(),
        follows: place == 0,
    });
    each.collect()
}

/// A name as the data has it.
fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for (place, letter) in name.chars().enumerate() {
        if letter.is_ascii_uppercase() && place > 0 {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}

fn word(value: Option<&Value>) -> String {
    match value {
        Some(Value::Bool(true)) => "yes".to_owned(),
        Some(Value::Bool(false)) => "no".to_owned(),
        Some(Value::String(word)) => word.clone(),
        _ => String::new(),
    }
}

/// The first clause that a text cites, `RFC 5321 §4.1.4`.
fn clause(text: &str) -> Option<String> {
    text.split("RFC ").skip(1).find_map(|cited| {
        let (number, rest) = cited.split_once(" §")?;
        let section: String = rest.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        let section = section.trim_end_matches('.');
        number.bytes().all(|octet| octet.is_ascii_digit()).then(|| format!("rfc{number}#{section}"))
    })
}

#[cfg(test)]
mod tests {
    use super::super::GENERIC;
    use super::*;

    #[test]
    fn names_are_those_of_the_data() {
        assert_eq!(kebab("SaidAtRecipient"), "said-at-recipient");
        assert_eq!(clause(" RFC 5321 §4.1.4: it clears.").as_deref(), Some("rfc5321#4.1.4"));
        assert_eq!(clause("(RFC 3463 §3.2)").as_deref(), Some("rfc3463#3.2"));
        assert_eq!(clause("no clause"), None);
    }

    /// Whatever a personality does is one of the things that are explained.
    #[test]
    fn every_answer_is_explained() {
        for difference in differences().expect("every personality reads") {
            assert!(
                !difference.about.is_empty()
                    && difference.clause.is_some()
                    && difference.servers.len() == servers().len(),
                "{difference:?}"
            );
            for (server, done) in &difference.servers {
                let known = difference.answers.iter().find(|it| it.answer == *done);
                assert!(known.is_some_and(|it| !it.means.is_empty()), "{server}: {} = {done:?}", difference.name);
            }
            let generic = difference.of(GENERIC).expect("generic");
            let follows: Vec<&str> = difference.answers.iter().filter(|it| it.follows).map(|it| &*it.answer).collect();
            assert_eq!(follows, [generic], "{}: generic follows the RFC", difference.name);
        }
    }
}
