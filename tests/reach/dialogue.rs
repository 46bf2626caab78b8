//! A dialogue in a text file, held line by line against a server session. Not a scenario: no client, no network.

use std::collections::VecDeque;
use std::mem;

use serde_json::Value;
use smtp_explainer::dns::Zone;
use smtp_explainer::reason::Reason;
use smtp_explainer::server::{Config, Surroundings, settings};
use smtp_explainer::session::{Input, Memory, Outbox, Output, Profile, Session, StateId, Stop, TlsFailure};
use smtp_explainer::smtp::Verb;
use smtp_explainer::smtp::data::EndOfData;
use smtp_explainer::time::{Duration, Instant};

/// What a dialogue showed.
#[derive(Default)]
pub(crate) struct Held {
    /// The reasons, in order.
    pub(crate) reasons: Vec<Reason>,
    /// Which verb was answered with which code.
    pub(crate) pairs: Vec<(String, u16)>,
}

/// Runs the dialogue of a file.
///
/// # Errors
/// The number of the line at which it goes otherwise, and how.
pub(crate) fn hold(text: &str) -> Result<Held, String> {
    let mut stage = Stage::default();
    for (n, line) in text.lines().enumerate() {
        let line = line.trim();
        if !line.is_empty() && !line.starts_with('#') {
            stage.take(line).map_err(|problem| format!("{}: {problem}", n + 1))?;
        }
    }
    stage.nothing_left().map_err(|problem| format!("end: {problem}"))?;
    Ok(stage.held)
}

#[derive(Default)]
struct Stage {
    config: Option<Config>,
    profile: Profile,
    zone: Zone,
    peer: Option<String>,
    tls: bool,
    session: Option<Session>,
    memory: Memory,
    now: Instant,
    out: VecDeque<Output>,
    verb: String,
    held: Held,
}

impl Stage {
    fn take(&mut self, line: &str) -> Result<(), String> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "server" => self.config = Some(serde_json::from_str(rest).map_err(|error| error.to_string())?),
            "zone" => self.zone = serde_json::from_str(rest).map_err(|error| error.to_string())?,
            "with" => self.set(rest)?,
            "peer" => self.peer = Some(rest.to_owned()),
            "implicit-tls" => self.tls = true,
            "connect" => self.connect()?,
            "C:" => {
                let octets = [octets(rest)?, b"\r\n".to_vec()].concat();
                self.verb = self.answered(rest);
                self.say(Input::Octets(&octets))?;
            }
            // Octets as they stand, without a line end of their own.
            "C>" => {
                "".clone_into(&mut self.verb);
                self.say(Input::Octets(&octets(rest)?))?;
            }
            "tls" => self.say(Input::Tls(if rest == "ok" { Ok(()) } else { Err(TlsFailure) }))?,
            "wait" => {
                let seconds = rest.parse().map_err(|_| format!("{rest} is no number of seconds"))?;
                self.now = self.now.after(Duration::from_secs(seconds));
                let opening = self.session.as_ref().is_some_and(|it| it.state().id() == StateId::Opening);
                if opening { "greeting" } else { "any" }.clone_into(&mut self.verb);
                self.say(Input::Timer)?;
            }
            "leave" => self.say(Input::HalfClosed)?,
            "stop" => {
                let stop = match rest {
                    "shutdown" => Stop::Shutdown,
                    "busy" => Stop::Busy,
                    "overlong" => Stop::Overlong,
                    other => return Err(format!("{other:?} stops nothing")),
                };
                "any".clone_into(&mut self.verb);
                self.say(Input::Stop(stop))?;
            }
            "S:" | "+:" | "D:" | "N:" | "X:" | "A:" => self.expect(word, rest)?,
            other => return Err(format!("{other:?} begins no line of a dialogue")),
        }
        Ok(())
    }

    /// A named value of the profile.
    fn set(&mut self, what: &str) -> Result<(), String> {
        let (name, value) = what.split_once(' ').unwrap_or((what, ""));
        let number = || value.parse::<u32>().map_err(|_| format!("{value:?} is no number"));
        let limits = &mut self.profile.limits;
        match name {
            "errors" => limits.errors = Some(number()?),
            "auth-failures" => limits.auth_failures = Some(number()?),
            "end-of-data" => {
                let modes = EndOfData::ALL.iter().copied();
                let mode = modes.into_iter().find(|mode| format!("{mode:?}") == value);
                self.profile.behaviours.end_of_data = mode.ok_or_else(|| format!("{value:?} is no mode"))?;
            }
            "behaviour" | "limit" => return self.set_by_name(name, value),
            other => return Err(format!("{other:?} is nothing that can be set")),
        }
        Ok(())
    }

    /// A behaviour or a limit by the name it has in the personalities' files.
    fn set_by_name(&mut self, kind: &str, what: &str) -> Result<(), String> {
        let (name, value) = what.split_once(' ').ok_or_else(|| format!("{what:?} is no name and value"))?;
        let value = value.parse::<u32>().map_or_else(|_| Value::from(value), Value::from);
        let failed = |error: serde_json::Error| error.to_string();
        let behaviour = kind == "behaviour";
        let profile = &mut self.profile;
        let mut all =
            if behaviour { serde_json::to_value(profile.behaviours) } else { serde_json::to_value(profile.limits) }
                .map_err(failed)?;
        *all.get_mut(name).ok_or_else(|| format!("there is no {kind} {name}"))? = value;
        if behaviour {
            profile.behaviours = serde_json::from_value(all).map_err(failed)?;
        } else {
            profile.limits = serde_json::from_value(all).map_err(failed)?;
        }
        Ok(())
    }

    fn connect(&mut self) -> Result<(), String> {
        self.nothing_left()?;
        let config = self.config.as_ref().ok_or("no server yet")?;
        let surroundings = Surroundings { epoch: 1_700_000_000, entropy: 7 };
        let settings = settings("mx.example.org", config, self.profile.clone(), surroundings);
        if let Some(before) = self.session.take() {
            self.memory = before.into_memory();
        }
        self.session = Some(Session::new(settings.map_err(|error| error.to_string())?, mem::take(&mut self.memory)));
        let peer = self.peer.as_deref().unwrap_or("198.51.100.7");
        let peer = peer.parse().map_err(|_| format!("{peer} is no address"))?;
        "greeting".clone_into(&mut self.verb);
        self.say(Input::Opened { peer, tls: self.tls })
    }

    fn say(&mut self, input: Input<'_>) -> Result<(), String> {
        self.nothing_left()?;
        let session = self.session.as_mut().ok_or("no connection yet")?;
        let mut out = Outbox::default();
        session.handle(self.now, input, &self.zone, &mut out);
        // What was taken is what the client said; it needs no line of its own.
        self.out.extend(out.outputs.into_iter().filter(|output| !matches!(output, Output::Took(_))));
        Ok(())
    }

    fn nothing_left(&self) -> Result<(), String> {
        let left: Vec<String> = self.out.iter().map(|output| shown(output).join(" ")).collect();
        if left.is_empty() { Ok(()) } else { Err(format!("the server also said {}", left.join(", "))) }
    }

    /// The verb whose reply comes next.
    fn answered(&self, line: &str) -> String {
        match self.session.as_ref().map(|session| session.state().id()) {
            Some(StateId::Data) => "data-end".to_owned(),
            Some(StateId::Sasl) => "AUTH".to_owned(),
            _ => match Verb::from_word(line.split(' ').next().unwrap_or_default().as_bytes()) {
                Verb::Unknown => "any".to_owned(),
                verb => verb.name().to_owned(),
            },
        }
    }

    fn expect(&mut self, word: &str, wanted: &str) -> Result<(), String> {
        let Some(output) = self.out.pop_front() else { return Err(format!("{word} {wanted}, but nothing came")) };
        let got = shown(&output);
        let parts: Vec<&str> = wanted.split(' ').collect();
        let fits = got.first().is_some_and(|kind| kind == word)
            && parts.iter().all(|part| got.iter().skip(1).any(|it| it == part));
        if !fits {
            return Err(format!("{word} {wanted}, but {} came", got.join(" ")));
        }
        match output {
            Output::Ruled { ruling, .. } => {
                self.held.reasons.push(ruling.reason);
                if !self.verb.is_empty() {
                    self.held.pairs.push((self.verb.clone(), ruling.reply.code.as_u16()));
                }
            }
            Output::LookedUp(look_up) => self.held.reasons.push(look_up.reason),
            Output::Found(found) => self.held.reasons.push(found.reason),
            Output::Raw { reason, .. } | Output::Closed(reason) => self.held.reasons.push(reason),
            Output::Accepted(_) | Output::Took(_) => {}
        }
        Ok(())
    }
}

/// An output in the words of a dialogue: its mark, then everything that can be asked of it.
fn shown(output: &Output) -> Vec<String> {
    let bracketed = |reason: Reason| format!("[{reason}]");
    match output {
        Output::Ruled { ruling, .. } => {
            let enhanced = ruling.reply.enhanced.map(|code| code.to_string());
            let mut words = vec!["S:".to_owned(), ruling.reply.code.as_u16().to_string(), bracketed(ruling.reason)];
            words.extend(enhanced);
            words
        }
        Output::Took(took) => vec![format!("{took:?}")],
        Output::LookedUp(look_up) => vec!["D:".to_owned(), bracketed(look_up.reason)],
        Output::Found(found) => vec!["+:".to_owned(), bracketed(found.reason)],
        Output::Raw { reason, .. } => vec!["N:".to_owned(), bracketed(*reason)],
        Output::Closed(reason) => vec!["X:".to_owned(), bracketed(*reason)],
        Output::Accepted(envelope) => {
            let to = envelope.forward_paths.iter().map(|path| format!("<{path}>"));
            [vec!["A:".to_owned()], to.collect()].concat()
        }
    }
}

/// The octets a line writes: `\r \n \0 \t \\ \xNN`, and `{600*x}` for six hundred of them.
fn octets(text: &str) -> Result<Vec<u8>, String> {
    let mut octets = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (taken, length) = match first {
            '\\' => escape(rest)?,
            '{' => many(rest)?,
            plain => (plain.to_string().into_bytes(), plain.len_utf8()),
        };
        octets.extend(taken);
        rest = &rest[length..];
    }
    Ok(octets)
}

fn escape(text: &str) -> Result<(Vec<u8>, usize), String> {
    let octet = match text.as_bytes().get(1) {
        Some(b'r') => b'\r',
        Some(b'n') => b'\n',
        Some(b't') => b'\t',
        Some(b'0') => 0,
        Some(b'\\') => b'\\',
        Some(b'x') => {
            let digits = text.get(2..4).and_then(|digits| u8::from_str_radix(digits, 16).ok());
            return digits.map(|octet| (vec![octet], 4)).ok_or_else(|| format!("{text} is no octet"));
        }
        _ => return Err(format!("{text} is no escape")),
    };
    Ok((vec![octet], 2))
}

fn many(text: &str) -> Result<(Vec<u8>, usize), String> {
    let mut depth = 0;
    let end = text.char_indices().find_map(|(at, c)| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        (depth == 0).then_some(at)
    });
    let inside = end.and_then(|end| text.get(1..end)).ok_or("an open brace")?;
    let (count, what) = inside.split_once('*').ok_or("{number*text}")?;
    let count = count.parse().map_err(|_| format!("{count} is no number"))?;
    Ok((octets(what)?.repeat(count), inside.len() + 2))
}
