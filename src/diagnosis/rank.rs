//! Which symptoms fit what was seen, the best first.

use std::cmp::Reverse;

use super::evidence::{Evidence, Said};
use super::sign::Sign;
use super::symptom::{Symptom, Symptoms};
use crate::smtp::{Category, EnhancedCode};

/// A symptom that fits.
#[derive(Clone, Debug, PartialEq)]
pub struct Match<'a> {
    /// The symptom.
    pub symptom: &'a Symptom,
    /// How well it fits. Only the order of these numbers means anything.
    pub score: usize,
    /// What of the evidence is its own.
    pub seen: Vec<Seen<'a>>,
}

/// Something of the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen<'a> {
    /// Words, and the first line they stand in, from 1.
    Words(&'a str, usize),
    /// A refusal.
    Refusal(&'a Said),
    /// An enhanced code without the reply around it, and the first line it stands in, from 1.
    Code(EnhancedCode, usize),
}

/// What a sign is worth; each of its words is worth one more. Only the best one counts in full.
const SIGN: usize = 3;
/// What a sign is worth that is seen at other times too, and each sign beside the best.
const WEAK_SIGN: usize = 1;
/// How many signs beside the best are counted.
const FURTHER_SIGNS: usize = 2;
/// What a refusal is worth that agrees in its code or in its enhanced code; it is worth twice as much if in both.
const REFUSAL: usize = 2;
/// What is added if the refusal is to what the symptom is about, and taken away if it is to something else.
const ASKED: usize = 2;

/// In a text of more lines than this, words that are said at other times too say nothing by themselves.
const FEW_LINES: usize = 12;
/// How many symptoms are given at most.
const MOST: usize = 8;

/// The symptoms that fit the evidence, the best first; of equals the one that is met more often, which comes first in
/// the data. What fits less than a third as well as the best one is left out.
#[must_use]
pub fn diagnose<'a>(evidence: &'a Evidence, symptoms: &'a Symptoms) -> Vec<Match<'a>> {
    let mut found: Vec<Match<'a>> = symptoms.all().iter().filter_map(|symptom| fit(symptom, evidence)).collect();
    found.sort_by_key(|it| Reverse(it.score));
    let best = found.first().map_or(0, |it| it.score);
    found.retain(|it| it.score * 3 >= best);
    found.truncate(MOST);
    found
}

fn fit<'a>(symptom: &'a Symptom, evidence: &'a Evidence) -> Option<Match<'a>> {
    let (words, mut seen) = signs(symptom, evidence);
    let refusals = evidence.said().iter().map(|said| (worth(symptom, said), said));
    let best = refusals.rev().max_by_key(|(worth, _)| *worth).filter(|(worth, _)| *worth > 0);
    seen.extend(best.map(|(_, said)| Seen::Refusal(said)));
    let alone = evidence.codes.iter().find(|(code, _)| symptom.replies.iter().any(|it| it.enhanced == Some(*code)));
    let alone = alone.filter(|_| best.is_none());
    seen.extend(alone.map(|(code, line)| Seen::Code(*code, *line)));
    let score = words + best.map_or(0, |(worth, _)| worth) + alone.map_or(0, |_| REFUSAL);
    // Who has heard the server speak was not kept from connecting; unless the log tells of several tries.
    let score = if symptom.unspoken && evidence.greeted() { score / 2 } else { score };
    let says_little = best.is_none() && alone.is_none() && words <= WEAK_SIGN * (1 + FURTHER_SIGNS);
    let fits = score > 0 && !(says_little && evidence.lines.len() > FEW_LINES);
    fits.then_some(Match { symptom, score, seen })
}

/// What the signs that are there are worth together. Of signs that are part of one another the longest counts.
fn signs<'a>(symptom: &'a Symptom, evidence: &Evidence) -> (usize, Vec<Seen<'a>>) {
    let first_line = |sign: &Sign| evidence.lines.iter().position(|line| sign.is_in(line));
    let strong = symptom.signs.iter().map(|sign| (sign, SIGN + sign.words()));
    let all = strong.chain(symptom.weak.iter().map(|sign| (sign, WEAK_SIGN)));
    let mut there: Vec<_> = all.filter_map(|(sign, worth)| Some((sign, worth, first_line(sign)?))).collect();
    let parts: Vec<bool> =
        there.iter().map(|(sign, ..)| there.iter().any(|(other, ..)| sign.is_part_of(other))).collect();
    let mut is_part = parts.iter();
    there.retain(|_| is_part.next() == Some(&false));
    there.sort_by_key(|(_, worth, _)| Reverse(*worth));
    let best = there.first().map_or(0, |(_, worth, _)| *worth);
    let further = there.len().saturating_sub(1).min(FURTHER_SIGNS) * WEAK_SIGN;
    (best + further, there.into_iter().map(|(sign, _, at)| Seen::Words(sign.text(), at + 1)).collect())
}

/// What a refusal is worth for a symptom.
fn worth(symptom: &Symptom, said: &Said) -> usize {
    // RFC 5321 §4.2.1: the codes of the mail system, x5z, are shared by many refusals, which only the enhanced code
    // tells apart. There the bare codes of a symptom that names enhanced ones stand for servers that send none, or one
    // that says nothing (RFC 3463 §3.1).
    let told = said.enhanced.is_some_and(|code| code.subject != 0) && said.code.category() == Category::MailSystem;
    let tells_apart = told && symptom.replies.iter().any(|reply| reply.enhanced.is_some());
    let replies = symptom.replies.iter().filter(|reply| reply.enhanced.is_some() || !tells_apart);
    let agrees = replies.map(|reply| reply.agrees(said.code, said.enhanced)).max().unwrap_or(0);
    let known = said.asked != "any" && !symptom.after.is_empty();
    match symptom.after.iter().any(|asked| asked == said.asked) {
        _ if agrees == 0 => 0,
        true => agrees * REFUSAL + ASKED,
        false if known => (agrees * REFUSAL).saturating_sub(ASKED),
        false => agrees * REFUSAL,
    }
}
