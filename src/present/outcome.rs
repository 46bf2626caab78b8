//! How a run ended, in words: a verdict, who has the mail, what the program showed, what to change.

use crate::gather::Gather as _;
use crate::knowledge::{Knowledge, Text};
use crate::present::view::{OutcomeCard, Tone};
use crate::simulation::choices::{Destination, Op25b, Place, Port};
use crate::simulation::{Ending, Holder, Outcome, Simulation};
use crate::time::{Duration, Instant};

/// The colour of a run's end.
pub(super) fn tone(run: &Simulation) -> Tone {
    run.outcome().map_or(Tone::Plain, |outcome| tone_of(outcome.kind))
}

/// The colour of an ending.
pub(super) const fn tone_of(ending: Ending) -> Tone {
    match ending {
        Ending::Delivered => Tone::Good,
        Ending::Deferred => Tone::Wait,
        Ending::NeverConnected | Ending::Refused | Ending::Bounced => Tone::Bad,
    }
}

/// The verdict of a run.
pub(super) fn verdict(run: &Simulation, k: &Knowledge) -> String {
    let text = match run.outcome().map(|outcome| (outcome.kind, outcome.by)) {
        _ if run.outcome().is_some_and(is_untold) => Text::VerdictUntold,
        Some((Ending::Delivered, _)) => Text::VerdictDelivered,
        // Whoever leaves because of what is missing, or not coming, was refused nothing.
        Some((Ending::Refused, "client")) => Text::VerdictNotSent,
        Some((Ending::Refused, _)) => Text::VerdictRefused,
        Some((Ending::NeverConnected, _)) => Text::VerdictNeverConnected,
        Some((Ending::Deferred, _)) => Text::VerdictDeferred,
        Some((Ending::Bounced, _)) => Text::VerdictBounced,
        None => Text::VerdictRunning,
    };
    k.say(text)
}

/// The ending in a word.
pub(super) fn word(ending: Ending, k: &Knowledge) -> &str {
    k.text(match ending {
        Ending::Delivered => Text::WordDelivered,
        Ending::Refused => Text::WordRefused,
        Ending::NeverConnected => Text::WordNeverConnected,
        Ending::Deferred => Text::WordDeferred,
        Ending::Bounced => Text::WordBounced,
    })
}

/// One sentence: what led to this end.
pub(super) fn said(run: &Simulation, k: &Knowledge) -> String {
    let Some(outcome) = run.outcome() else { return String::new() };
    let resolved = run.setup().resolved;
    let text = match outcome.reason {
        "network.op25b.drop" => Some(Text::SaidOp25bDrop),
        "network.op25b.reset" => Some(Text::SaidOp25bReset),
        "network.op25b.icmp" => Some(Text::SaidOp25bIcmp),
        _ if redirected(run) => Some(Text::SaidOp25bRedirect),
        "server.message.accepted" if resolved.port == Port::Smtp => match (resolved.network, resolved.op25b) {
            (Place::HomeDynamic | Place::Virtual | Place::Cloud, Op25b::Off) => Some(Text::SaidOpen25),
            (Place::HomeDynamic, _) if resolved.destination == Destination::Own => Some(Text::SaidOwn25),
            _ => None,
        },
        _ if outcome.kind == Ending::Delivered
            && resolved.op25b != Op25b::Off
            && resolved.destination != Destination::Mx =>
        {
            match resolved.port {
                Port::Submission => Some(Text::Said587),
                Port::Submissions => Some(Text::Said465),
                Port::Smtp => None,
            }
        }
        _ => None,
    };
    match text {
        Some(text) => k.say(text),
        None => what(run, outcome, k),
    }
}

/// Did it fail without a notice to anybody?
fn is_untold(outcome: &Outcome) -> bool {
    outcome.kind == Ending::Bounced && outcome.mail_is_with == Holder::Nobody
}

/// What decided, and why the sender never hears of it where that is so.
fn what(run: &Simulation, outcome: &Outcome, k: &Knowledge) -> String {
    let what = sentence(&reason_headline(outcome.reason, k));
    if !is_untold(outcome) {
        return what;
    }
    let why = if run.scenario().sender.is_empty() { Text::SaidUntoldNullPath } else { Text::SaidUntoldByWish };
    format!("{what} {}", k.text(why))
}

fn redirected(run: &Simulation) -> bool {
    run.transcript().events().iter().any(|event| event.reason.id() == "network.op25b.redirect")
}

/// The headline of a reason.
pub(super) fn reason_headline(reason: &str, k: &Knowledge) -> String {
    let note = k.note_on("reason", reason);
    note.and_then(|note| note.headline.clone().or_else(|| Some(note.title.clone())))
        .unwrap_or_else(|| reason.to_owned())
}

/// A headline as a sentence.
pub(super) fn sentence(headline: &str) -> String {
    if headline.ends_with(['.', '。', '?', '!']) { headline.to_owned() } else { format!("{headline}.") }
}

/// The last row of the transcript.
pub(super) fn row(run: &Simulation, k: &Knowledge) -> String {
    match run.outcome() {
        Some(outcome) if outcome.kind == Ending::NeverConnected => k.say(Text::RowNeverConnected),
        Some(_) => verdict(run, k),
        None => String::new(),
    }
}

/// The verdict on the whole run.
pub(super) fn card(run: &Simulation, k: &Knowledge) -> Option<OutcomeCard> {
    let outcome = run.outcome()?;
    let recipients = if outcome.recipients.len() > 1 {
        let word = |ending, code: Option<u16>| match code {
            Some(code) => format!("{} ({code})", word(ending, k)),
            None => word(ending, k).to_owned(),
        };
        outcome.recipients.iter().map(|each| (each.address.clone(), word(each.kind, each.code))).gather()
    } else {
        Vec::new()
    };
    Some(OutcomeCard {
        verdict: verdict(run, k),
        tone: tone_of(outcome.kind),
        what: what(run, outcome, k),
        who: k.say(holder(outcome.mail_is_with)),
        shown: outcome.shown.clone().map(|shown| crate::transcript::escaped(shown.as_bytes())),
        change: change(run, outcome).map(|text| k.say(text)),
        facts: facts(outcome, k),
        recipients,
    })
}

fn facts(outcome: &Outcome, k: &Knowledge) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    if let Some(code) = code(outcome) {
        let label = if outcome.code.is_some() { Text::FactCode } else { Text::FactError };
        facts.push((k.say(label), code));
    }
    if !is_untold(outcome) {
        facts.push((k.say(Text::FactAfter), after(outcome)));
    }
    if let Some(next) = outcome.next_try_us {
        let wait = Duration::from_micros(next.saturating_sub(outcome.after_us));
        facts.push((k.say(Text::FactNextTry), format!("+{}", span(wait))));
    }
    facts
}

/// The code or the error that decided.
pub(super) fn code(outcome: &Outcome) -> Option<String> {
    match (outcome.code, &outcome.enhanced, outcome.errno) {
        (Some(code), Some(enhanced), _) => Some(format!("{code} {enhanced}")),
        (Some(code), None, _) => Some(code.to_string()),
        (None, _, errno) => errno.map(str::to_owned),
    }
}

/// How long until the sender knew.
pub(super) fn after(outcome: &Outcome) -> String {
    seconds(Instant::from_micros(outcome.after_us))
}

/// A length of time with its unit.
pub(super) fn span(wait: Duration) -> String {
    seconds(Instant::from_micros(wait.as_micros()))
}

/// A moment with its unit: `0.41 s`; hours and days bring their own.
pub(super) fn seconds(moment: Instant) -> String {
    let text = moment.to_string();
    if text.contains(['h', 'd']) { text } else { format!("{text} s") }
}

const fn holder(holder: Holder) -> Text {
    match holder {
        Holder::Sender => Text::MailWithSender,
        Holder::MsaQueue => Text::MailWithMsaQueue,
        Holder::MtaQueue => Text::MailWithMtaQueue,
        Holder::Mailbox => Text::MailWithMailbox,
        Holder::Nobody => Text::MailWithNobody,
        Holder::Unknown => Text::MailWithUnknown,
    }
}

/// What the sender could change, where something would help.
fn change(run: &Simulation, outcome: &Outcome) -> Option<Text> {
    let resolved = run.setup().resolved;
    let queues = run.setup().client_queues;
    Some(match (outcome.kind, outcome.code) {
        (Ending::Delivered, _) => return None,
        (Ending::Deferred, _) => Text::ChangeWait,
        (_, Some(530)) => Text::ChangeAuthenticate,
        (_, Some(535 | 534 | 538)) => Text::ChangeCredentials,
        (_, Some(552)) => Text::ChangeSmaller,
        (Ending::Bounced, _) => Text::ChangeAddress,
        (_, Some(400..500)) if queues => Text::ChangeWait,
        _ if resolved.destination == Destination::Mx && outcome.by == "network" => match resolved.network {
            // A rented machine has a fixed address already, and its operator can open the port.
            Place::Cloud => Text::ChangeCloudRelay,
            // The carrier that blocks is not the customer's own provider, whose submission ports are open.
            Place::Virtual => Text::ChangeUseSubmission,
            Place::HomeDynamic | Place::HomeStatic | Place::Provider => Text::ChangeSmarthost,
        },
        _ if outcome.reason == "server.dynamic-client.listed" => Text::ChangeSmarthost,
        _ if outcome.reason == "server.mailbox.unknown" => Text::ChangeAddress,
        _ if outcome.reason == "server.relay.denied" => Text::ChangeUseSubmission,
        // Another port helps where the port was the trouble, not where a server has spoken.
        (Ending::NeverConnected, _) if resolved.port == Port::Smtp => Text::ChangeUseSubmission,
        _ => return None,
    })
}
