//! Server softwares: each a file of named behaviours, limits and reply texts.
//!
//! A personality is data and changes values of a [`Profile`]; what the values do is the session's. Nothing anywhere
//! asks for the name of a server. Also here: how a recording of the real software is held against it ([`conform`]).

pub mod conform;
pub mod deviation;
pub mod differ;
pub mod recording;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::data;
use crate::reason::Reason;
use crate::session::{Behaviours, Known, Limits, OwnReply, Profile, Replies, Verbs};
use crate::smtp::{Dialect, EnhancedCode, ReplyCode};

/// The name of the server that follows RFC 5321 to the letter.
pub const GENERIC: &str = "generic";
/// The services a server may be, by port: their names in personalities and recordings.
pub const SERVICES: [(u16, &str); 3] = [(25, MX), (587, SUBMISSION), (465, SUBMISSIONS)];
/// A mail exchanger, on 25.
pub const MX: &str = "mx-25";
/// A submission server with STARTTLS, on 587.
pub const SUBMISSION: &str = "submission-587";
/// A submission server inside TLS, on 465.
pub const SUBMISSIONS: &str = "submissions-465";
/// The most personalities one may be made from, each like the next.
const LINEAGE: usize = 8;

/// A server software.
#[derive(Clone, Debug, PartialEq)]
pub struct Personality {
    /// Its name as people know it.
    pub title: String,
    /// The version that was measured, if one was.
    pub version: Option<String>,
    /// How it behaves, on the service that was asked for.
    pub profile: Profile,
}

/// Why the data of a personality cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("personality {name:?}: {problem}")]
pub struct PersonalityError {
    /// Which.
    pub name: String,
    /// What is wrong, with the place where it is.
    pub problem: String,
}

/// A personality's file, after what it is like and what its service changes were laid together.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Sheet {
    title: String,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    dialect: Dialect,
    #[serde(default)]
    behaviours: Behaviours,
    #[serde(default)]
    limits: Limits,
    #[serde(default)]
    replies: BTreeMap<String, ReplySheet>,
    #[serde(default = "yes")]
    enhanced_codes: bool,
    #[serde(default)]
    extensions: Option<Vec<String>>,
    #[serde(default)]
    mechanisms: Option<Vec<String>>,
    #[serde(default)]
    keywords: Vec<String>,
    #[serde(default)]
    keywords_before_data: Vec<String>,
    #[serde(default)]
    verbs: BTreeMap<String, Known>,
    #[serde(default)]
    mail_parameters: Vec<String>,
}

/// A reply of its own; `enhanced = ""` says that it has no enhanced code.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReplySheet {
    code: Option<ReplyCode>,
    enhanced: Option<String>,
    text: Option<String>,
}

fn yes() -> bool {
    true
}

/// The names of the built-in personalities, `generic` first.
pub fn names() -> impl Iterator<Item = &'static str> {
    let others = data::PERSONALITIES.iter().map(|(name, _)| *name).filter(|name| *name != GENERIC);
    std::iter::once(GENERIC).chain(others)
}

/// The built-in personality of this name, as it is on a service such as `submission-587`; `None` when there is none.
///
/// # Errors
/// With what is wrong in its file; a test reads all.
#[must_use]
pub fn built_in(name: &str, service: &str) -> Option<Result<Personality, PersonalityError>> {
    let whole = lineage(name)?;
    let failed = |problem: String| PersonalityError { name: name.to_owned(), problem };
    Some(
        on_service(whole, service)
            .and_then(|sheet| serde_json::from_value::<Sheet>(sheet).map_err(|error| error.to_string()))
            .and_then(Personality::new)
            .map_err(failed),
    )
}

/// The file of this name laid over the one it is like.
fn lineage(name: &str) -> Option<Value> {
    let mut sheets = Vec::new();
    let mut next = name.to_owned();
    while sheets.len() < LINEAGE {
        let (_, text) = data::PERSONALITIES.iter().find(|(known, _)| *known == next)?;
        let mut sheet: Value = serde_json::from_str(text).ok()?;
        let like = sheet.as_object_mut().and_then(|sheet| sheet.remove("like"));
        sheets.push(sheet);
        match like.as_ref().and_then(Value::as_str) {
            Some(like) => like.clone_into(&mut next),
            None => break,
        }
    }
    sheets.into_iter().rev().reduce(|mut base, over| {
        lay_over(&mut base, over);
        base
    })
}

/// What the service changes, laid over the rest.
fn on_service(mut sheet: Value, service: &str) -> Result<Value, String> {
    let Some(Value::Object(mut services)) = sheet.as_object_mut().and_then(|sheet| sheet.remove("on")) else {
        return Ok(sheet);
    };
    if let Some(own) = services.remove(service) {
        if !own.is_object() {
            return Err(format!("on.{service} is no table"));
        }
        lay_over(&mut sheet, own);
    }
    Ok(sheet)
}

/// Tables are joined, everything else is replaced.
fn lay_over(base: &mut Value, over: Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (key, value) in over {
                lay_over(base.entry(key).or_insert(Value::Null), value);
            }
        }
        (base, over) => *base = over,
    }
}

impl Personality {
    fn new(sheet: Sheet) -> Result<Self, String> {
        let replies = sheet
            .replies
            .into_iter()
            .map(|(id, reply)| {
                let reason = Reason::by_id(&id).ok_or_else(|| format!("replies.{id}: there is no such reason"))?;
                Ok((reason, reply.own().map_err(|problem| format!("replies.{id}: {problem}"))?))
            })
            .collect::<Result<Vec<_>, String>>()?;
        let profile = Profile {
            dialect: sheet.dialect,
            behaviours: sheet.behaviours,
            limits: sheet.limits,
            replies: Replies::new(replies),
            enhanced_codes: sheet.enhanced_codes,
            extensions: sheet.extensions,
            mechanisms: sheet.mechanisms,
            keywords: sheet.keywords,
            keywords_before_data: sheet.keywords_before_data,
            verbs: Verbs::new(sheet.verbs.into_iter().collect()),
            mail_parameters: sheet.mail_parameters,
        };
        Ok(Self { title: sheet.title, version: sheet.version, profile })
    }
}

impl ReplySheet {
    fn own(self) -> Result<OwnReply, String> {
        let enhanced = match self.enhanced {
            Some(none) if none.is_empty() => Some(None),
            Some(code) => Some(Some(EnhancedCode::try_from(code).map_err(|error| error.to_string())?)),
            None => None,
        };
        Ok(OwnReply { code: self.code, enhanced, text: self.text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_right_on_every_service() {
        for name in names() {
            for (_, service) in SERVICES {
                let personality = built_in(name, service).unwrap_or_else(|| panic!("{name} is not there"));
                assert!(personality.is_ok(), "{name} on {service}: {:?}", personality.err());
            }
        }
    }

    #[test]
    fn generic_is_the_default() {
        let generic = built_in(GENERIC, MX).expect("there").expect("right");
        assert_eq!(generic.profile, Profile::default());
    }

    #[test]
    fn what_is_like_another_changes_only_what_it_says() {
        let mut base = serde_json::json!({"a": {"b": 1, "c": [1, 2]}, "d": 3});
        lay_over(&mut base, serde_json::json!({"a": {"c": [3]}, "e": 4}));
        assert_eq!(base, serde_json::json!({"a": {"b": 1, "c": [3]}, "d": 3, "e": 4}));
    }
}
