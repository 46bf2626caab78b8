//! `diagnose`: the words of an error or a whole log in, symptoms and their causes out.

use std::fmt::Write as _;

use serde::Serialize;

use super::args::{self, Format};
use super::import::octets;
use super::{Failure, screen};
use crate::diagnosis::{Cause, Evidence, Match, Said, Seen, Symptoms, diagnose as rank, embedded};
use crate::import::veiled;
use crate::transcript::escaped;

/// How many symptoms are told in full.
const IN_FULL: usize = 2;
/// The widest a line of the text form is.
const WIDTH: usize = 100;

/// What is to be printed, and whether anything was found.
pub(super) fn diagnose(arguments: &args::Diagnose) -> Result<(String, bool), Failure> {
    let json = embedded("en").ok_or_else(|| Failure("the symptoms in English are not built in".to_owned()))?;
    let symptoms = Symptoms::from_json(json).map_err(|error| Failure(error.to_string()))?;
    let (text, name) = text(&arguments.words)?;
    let evidence = Evidence::of_text(&text).map_err(|error| Failure(format!("{name}: {error}")))?;
    let found = rank(&evidence, &symptoms);
    let printed = match arguments.format {
        Format::Json => as_json(&evidence, &found)?,
        Format::Text if found.is_empty() => nothing(&evidence, &symptoms, arguments.words.len() == 1),
        Format::Text => as_text(&found),
    };
    Ok((printed, !found.is_empty()))
}

/// The text, and what to call it in a message: one word may be a file or `-`, everything else is the text itself.
fn text(words: &[String]) -> Result<(Vec<u8>, &str), Failure> {
    match words {
        [name] if name == "-" || std::path::Path::new(name).is_file() => Ok((octets(name)?, name)),
        words => Ok((words.join(" ").into_bytes(), "the text")),
    }
}

fn as_text(found: &[Match<'_>]) -> String {
    let mut text = String::new();
    let (full, others) = found.split_at(found.len().min(IN_FULL));
    for (n, it) in full.iter().enumerate() {
        if n > 0 {
            text.push_str("\nIt may also be this:\n\n");
        }
        of_match(it, &mut text);
    }
    if !others.is_empty() {
        let titles: Vec<String> = others.iter().map(|it| format!("{} [{}]", it.symptom.title, it.symptom.id)).collect();
        paragraph(&mut text, "\nLess likely: ", "  ", &titles.join("; "));
    }
    text
}

fn of_match(found: &Match<'_>, text: &mut String) {
    let symptom = found.symptom;
    let _ = writeln!(text, "{} [{}]", symptom.title, symptom.id);
    for seen in &found.seen {
        let _ = match seen {
            Seen::Words(words, line) => writeln!(text, "  seen in line {line}: {words}"),
            Seen::Refusal(said) => writeln!(text, "  seen{}: {}", place(said), reply(said)),
            Seen::Code(code, line) => writeln!(text, "  seen in line {line}: {code}"),
        };
    }
    paragraph(text, "  ", "  ", &symptom.means);
    for (n, cause) in symptom.causes.iter().enumerate() {
        let number = format!("\n  {}. ", n + 1);
        paragraph(text, &number, "     ", &cause.says);
        paragraph(text, "     Tell it by: ", "       ", &cause.tell);
        paragraph(text, "     Do: ", "       ", &cause.cure);
        let _ = writeln!(text, "     See it: {}", cause.command());
    }
}

fn place(said: &Said) -> String {
    let line = said.line.map_or_else(String::new, |line| format!(" in line {line}"));
    if said.asked == "any" { line } else { format!("{line}, in answer to {}", said.asked) }
}

/// What the server said. It is the only thing of the text that is repeated, and no secret, but a server may quote one.
fn reply(said: &Said) -> String {
    escaped(veiled(&said.reply).as_bytes())
}

/// Words in lines of [`WIDTH`].
fn paragraph(text: &mut String, first: &str, next: &str, words: &str) {
    let mut line = first.to_owned();
    let mut is_begun = false;
    for word in words.split(' ') {
        if is_begun && line.chars().count() + 1 + word.chars().count() > WIDTH {
            text.push_str(&line);
            text.push('\n');
            next.clone_into(&mut line);
            is_begun = false;
        }
        if is_begun {
            line.push(' ');
        }
        line.push_str(word);
        is_begun = true;
    }
    text.push_str(&line);
    text.push('\n');
}

/// What was looked for in vain, and what would help.
fn nothing(evidence: &Evidence, symptoms: &Symptoms, is_one_word: bool) -> String {
    let signs: usize = symptoms.all().iter().map(|symptom| symptom.signs.len() + symptom.weak.len()).sum();
    let mut text = "Nothing known was found.\n".to_owned();
    let kind = evidence.format().map_or_else(String::new, |format| format!(" It reads as {}.", format.id()));
    let looked = format!(
        "Looked through {} line{} for {signs} phrases of {} symptoms, such as \"Connection timed out\", \"Relay access \
         denied\" and 0x800CCC0E, and for replies beginning with 4 or 5.{kind}",
        evidence.lines(),
        if evidence.lines() == 1 { "" } else { "s" },
        symptoms.all().len()
    );
    paragraph(&mut text, "", "", &looked);
    match evidence.said() {
        [] => {}
        said => {
            let replies: Vec<String> = said.iter().take(3).map(reply).collect();
            let of = format!("Refusals were there that belong to no symptom: {}", replies.join("; "));
            paragraph(&mut text, "", "", &of);
            text.push_str("`smtp-explainer explain` tells what such a reply means.\n");
        }
    }
    let help = "Give the program's last words as they stand, with their numbers; or the log from connecting to the end; or \
                what the mail server logged at that time. A file's name does it too, and - reads the standard input.";
    paragraph(&mut text, "", "", help);
    if is_one_word && evidence.lines() == 1 {
        text.push_str("(If that was a file's name: there is no such file.)\n");
    }
    text
}

/// The diagnosis as JSON.
#[derive(Serialize)]
struct Json<'a> {
    r#type: &'static str,
    version: u8,
    lines: usize,
    read_as: Option<&'static str>,
    refusals: Vec<Refusal<'a>>,
    symptoms: Vec<Found<'a>>,
}

#[derive(Serialize)]
struct Refusal<'a> {
    line: Option<usize>,
    code: u16,
    enhanced: Option<String>,
    asked: &'a str,
    reply: String,
}

#[derive(Serialize)]
struct Found<'a> {
    id: &'a str,
    title: &'a str,
    score: usize,
    seen: Vec<Sight<'a>>,
    means: &'a str,
    causes: Vec<Because<'a>>,
}

#[derive(Serialize)]
struct Sight<'a> {
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<String>,
}

#[derive(Serialize)]
struct Because<'a> {
    says: &'a str,
    tell: &'a str,
    cure: &'a str,
    scenario: &'a str,
    run: String,
}

fn as_json(evidence: &Evidence, found: &[Match<'_>]) -> Result<String, Failure> {
    let refusal = |said: &'_ Said| Refusal {
        line: said.line,
        code: said.code.as_u16(),
        enhanced: said.enhanced.map(|code| code.to_string()),
        asked: said.asked,
        reply: reply(said),
    };
    let whole = Json {
        r#type: "smtp-explainer/diagnosis",
        version: 1,
        lines: evidence.lines(),
        read_as: evidence.format().map(crate::transcript::Format::id),
        refusals: evidence.said().iter().map(refusal).collect(),
        symptoms: found.iter().map(json_match).collect(),
    };
    screen::json(&whole).map_err(|error| Failure(error.to_string()))
}

fn json_match<'a>(found: &Match<'a>) -> Found<'a> {
    let seen = found.seen.iter().map(|seen| match seen {
        Seen::Words(words, line) => Sight { line: Some(*line), words: Some(words), reply: None },
        Seen::Refusal(said) => Sight { line: said.line, words: None, reply: Some(reply(said)) },
        Seen::Code(code, line) => Sight { line: Some(*line), words: None, reply: Some(code.to_string()) },
    });
    let cause = |cause: &'a Cause| Because {
        says: &cause.says,
        tell: &cause.tell,
        cure: &cause.cure,
        scenario: &cause.scenario,
        run: cause.command(),
    };
    Found {
        id: &found.symptom.id,
        title: &found.symptom.title,
        score: found.score,
        seen: seen.collect(),
        means: &found.symptom.means,
        causes: found.symptom.causes.iter().map(cause).collect(),
    }
}
