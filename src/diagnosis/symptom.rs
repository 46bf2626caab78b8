//! What is known of symptoms: `data/symptoms`, one file a symptom.

use serde::Deserialize;

use super::sign::Sign;
use crate::simulation::Choices;
use crate::smtp::{EnhancedCode, ReplyCode};

/// All symptoms, in one language.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Symptoms {
    lang: String,
    symptoms: Vec<Symptom>,
}

/// Something people see when mail does not go out.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Symptom {
    /// The name of its file.
    pub id: String,
    /// In a few words.
    pub title: String,
    /// What it means that this is seen, whatever the cause.
    pub means: String,
    /// Words that programs and servers say then and hardly ever otherwise.
    #[serde(default)]
    pub signs: Vec<Sign>,
    /// Words that are said then, and at other times too.
    #[serde(default)]
    pub weak: Vec<Sign>,
    /// Replies that a server gives then.
    #[serde(default)]
    pub replies: Vec<Reply>,
    /// What those replies answer, as `data/replies.toml` names it; empty where it does not matter.
    #[serde(default)]
    pub after: Vec<String>,
    /// Is it seen only as long as the server has not spoken?
    #[serde(default)]
    pub unspoken: bool,
    /// Why it may be so, the likeliest first.
    #[serde(rename = "cause")]
    pub causes: Vec<Cause>,
    /// The language of the words when it is not the file's.
    #[serde(default)]
    pub lang: Option<String>,
}

/// A cause of a symptom.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// What is the case then.
    pub says: String,
    /// What tells it from the other causes.
    pub tell: String,
    /// What to do about it.
    pub cure: String,
    /// The built-in scenario that reproduces it.
    pub scenario: String,
    /// The choices to make in it.
    #[serde(default)]
    pub choices: Choices,
}

/// A reply that belongs to a symptom: `550 5.7.1`, `550` whatever its enhanced code, or `5.7.1` whatever its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Reply {
    /// The code, if it matters.
    pub code: Option<ReplyCode>,
    /// The enhanced code, if it matters.
    pub enhanced: Option<EnhancedCode>,
}

/// The symptoms cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the symptoms cannot be read: {0}")]
pub struct SymptomsError(#[from] serde_json::Error);

impl Symptoms {
    /// Reads a `symptoms.<tag>.json`.
    ///
    /// # Errors
    /// When the text is not JSON of that shape; the error names line and column.
    pub fn from_json(json: &str) -> Result<Self, SymptomsError> {
        Ok(serde_json::from_str(json)?)
    }

    /// The language's tag.
    #[must_use]
    pub fn lang(&self) -> &str {
        &self.lang
    }

    /// Every symptom, those that are met most often first.
    #[must_use]
    pub fn all(&self) -> &[Symptom] {
        &self.symptoms
    }

    /// The symptom with this id.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&Symptom> {
        self.symptoms.iter().find(|symptom| symptom.id == id)
    }
}

impl Cause {
    /// The command that reproduces it.
    #[must_use]
    pub fn command(&self) -> String {
        let flag = |key: &&str| Some(format!(" --{key} {}", self.choices.word(key)?));
        let flags: String = crate::simulation::choices::KEYS.iter().filter_map(flag).collect();
        format!("smtp-explainer run {}{flags}", self.scenario)
    }
}

impl TryFrom<String> for Reply {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let enhanced = |word: &str| match EnhancedCode::read(word.as_bytes()) {
            Some((code, length)) if length == word.len() => Some(code),
            _ => None,
        };
        let code = |word: &str| word.parse().ok().and_then(ReplyCode::new).filter(|code| !code.is_positive());
        let read = match text.split_once(' ') {
            Some((first, second)) => code(first).zip(enhanced(second)).map(|(code, it)| (Some(code), Some(it))),
            None if text.contains('.') => enhanced(&text).map(|it| (None, Some(it))),
            None => code(&text).map(|code| (Some(code), None)),
        };
        let (code, enhanced) = read.ok_or_else(|| format!("{text:?} is no refusal such as 550, 550 5.7.1 or 5.7.1"))?;
        Ok(Self { code, enhanced })
    }
}

impl Reply {
    /// How much of `code` and `enhanced` is this reply's: nothing, one of the two, or both.
    #[must_use]
    pub fn agrees(&self, code: ReplyCode, enhanced: Option<EnhancedCode>) -> usize {
        let same_code = self.code.map(|own| own == code);
        let same_enhanced = self.enhanced.map(|own| enhanced == Some(own));
        match (same_code, same_enhanced) {
            (Some(true), Some(true)) => 2,
            (Some(true), None) | (None, Some(true)) => 1,
            _ => 0,
        }
    }
}
