//! A reply quoted in the words of a program: `(code: 550, response: 5.1.1 …)`, `(550, b'5.1.1 …')`, `said: 550 5.1.1 …`.

use crate::smtp::{EnhancedCode, ReplyCode};

/// How much of a text is looked at, in octets.
const LOOKED_AT: usize = 2_000;

/// A reply found inside a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quoted {
    /// Its code.
    pub code: ReplyCode,
    /// The enhanced status code behind it.
    pub enhanced: Option<EnhancedCode>,
    /// The reply put together again: code, enhanced code, text.
    pub reply: String,
    /// What it answered, as far as the words around it tell: a verb, `greeting`, `data-end`, or `any`.
    pub asked: &'static str,
}

/// The reply that a text quotes; of several the first that has an enhanced code, or else the first.
#[must_use]
pub fn quoted(text: &str) -> Option<Quoted> {
    let text = text.get(..text.floor_char_boundary(LOOKED_AT)).unwrap_or(text);
    let found = codes(text).map(|(at, code)| {
        let said = said(&text[at + 3..]);
        (code, EnhancedCode::read(said.as_bytes()).map(|(enhanced, _)| enhanced), said)
    });
    let found: Vec<_> = found.collect();
    let best = found.iter().find(|(code, enhanced, _)| enhanced.is_some_and(|it| fits(it, *code)));
    let (code, enhanced, said) = best.or_else(|| found.first())?;
    let reply = if said.is_empty() { code.to_string() } else { format!("{code} {said}") };
    Some(Quoted { code: *code, enhanced: enhanced.filter(|it| fits(*it, *code)), reply, asked: asked(text) })
}

/// RFC 3463 §2: the class repeats the first digit of the code.
fn fits(enhanced: EnhancedCode, code: ReplyCode) -> bool {
    u16::from(enhanced.class) == code.as_u16() / 100
}

/// Where three digits stand alone that are a reply code in use.
fn codes(text: &str) -> impl Iterator<Item = (usize, ReplyCode)> {
    let octets = text.as_bytes();
    let at = (0..octets.len().saturating_sub(2)).filter(|at| octets[*at..at + 3].iter().all(u8::is_ascii_digit));
    at.filter_map(move |at| {
        let code = text.get(at..at + 3)?.parse().ok().and_then(ReplyCode::new)?;
        let known = ReplyCode::ALL.contains(&code);
        (known && stands_alone(text, at)).then_some((at, code))
    })
}

/// Is the number at `at` neither part of something longer nor named as something else?
fn stands_alone(text: &str, at: usize) -> bool {
    let Some((before, after)) = text.get(..at).zip(text.get(at + 3..)) else { return false };
    let glued = |c: char| c.is_alphanumeric() || matches!(c, '.' | '+' | '/' | '[');
    if before.ends_with(glued) || after.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | ']' | '%')) {
        return false;
    }
    // `3.500` and `250.` are told apart by what follows the dot.
    if after.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
        return false;
    }
    let named = before.trim_end();
    let is_size = named.ends_with('=') && !named.ends_with("code=") && !named.ends_with("Code=");
    let is_other = ["line", "port", "after", "in", "errno", "of"].iter().any(|word| ends_with_word(named, word));
    let is_unit = ["ms", "octets", "bytes", "secs", "seconds"].iter().any(|unit| after.trim_start().starts_with(unit));
    let is_range = named.ends_with('-') && after.is_empty();
    !(is_size || is_other || is_unit || is_range)
}

fn ends_with_word(text: &str, word: &str) -> bool {
    text.strip_suffix(word).is_some_and(|rest| !rest.ends_with(|c: char| c.is_alphanumeric()))
}

/// The words of the reply behind its code, without what the program put around them.
fn said(rest: &str) -> &str {
    let mut rest = rest;
    loop {
        let next = ["response:", "message=", "b'", "b\"", "\"response\":"];
        let cut = next.iter().find_map(|word| rest.strip_prefix(word));
        let shorter = cut.unwrap_or_else(|| rest.strip_prefix(|c: char| " ,:)-'\"=\t".contains(c)).unwrap_or(rest));
        if shorter.len() == rest.len() {
            break;
        }
        rest = shorter;
    }
    let ends = [" (in reply to", ")]", "')", "'}", "', ", "\"", "\n", "\\n"];
    let end = ends.iter().filter_map(|end| rest.find(end)).min().unwrap_or(rest.len());
    let said = rest.get(..end).unwrap_or(rest).trim_end();
    let unbalanced = said.ends_with(')') && !said.contains('(');
    if unbalanced { said.trim_end_matches(')') } else { said }
}

/// What the reply answered, by the words programs use; the first that fits.
const ASKED: &[(&str, &[&str])] = &[
    (
        "data-end",
        &[
            "end of data",
            "data end",
            "message failed",
            "status=sent",
            "send data",
            "dataerror",
            "queued as",
            "accept the mail",
        ],
    ),
    ("greeting", &["refused to talk", "initial connection", "greeting", "banner", "smtp-server response"]),
    ("RCPT", &["rcpt", "recipient"]),
    ("MAIL", &["mail from", "mail failed", "mail command", "sender", "from address"]),
    ("STARTTLS", &["starttls"]),
    ("AUTH", &["auth", "login denied", "invalid login", "credentials"]),
    ("DATA", &["data command"]),
    ("EHLO", &["ehlo", "helo"]),
];

fn asked(text: &str) -> &'static str {
    let text = text.to_ascii_lowercase();
    // Postfix says exactly what it was; a recipient's name may hold any of the other words.
    let exactly = text.rsplit_once("in reply to ").map(|(_, rest)| rest.to_owned());
    let text = exactly.as_deref().unwrap_or(&text);
    ASKED.iter().find(|(_, words)| words.iter().any(|word| text.contains(word))).map_or("any", |(asked, _)| asked)
}
