//! What a program shows its user, from the texts of its profile.
//!
//! The texts were measured; this fills in what differs from run to run. A name in braces that is no placeholder stays
//! as it is, so that a text may contain braces.

use serde::{Deserialize, Serialize};

use super::profile::Profile;
use super::report::{Cause, ConnectFailed, Failure, Fate, Peer, Refusal, Report, Stage};
use super::{AUTH_IN_CLEAR, Job, NO_AUTH, NO_STARTTLS, Timer, TlsFailure};
use crate::smtp::quoted;
use crate::time::Duration;

/// On which occasion a program shows a text. Where a server puts off rather than refuses, the text for that is used if
/// there is one, and else the one for the refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Occasion {
    /// AUTH was put off (4yz).
    AuthDeferred,
    /// It will not send a password in clear.
    AuthInClear,
    /// AUTH is not offered, or none of the mechanisms is.
    AuthMissing,
    /// AUTH was refused.
    AuthRefused,
    /// The server takes its leave with a 421 after its greeting.
    Closing,
    /// The program's own limit ended the attempt to connect.
    ConnectOwnLimit,
    /// The connection was refused.
    ConnectRefused,
    /// The system gave up connecting.
    ConnectTimedOut,
    /// Somebody on the way says that the server cannot be reached.
    ConnectUnreachable,
    /// DATA was refused.
    DataRefused,
    /// EHLO and HELO were refused.
    EhloRefused,
    /// The greeting put the client off (4yz).
    GreetingDeferred,
    /// The greeting was a refusal.
    GreetingRefused,
    /// The connection was lost.
    Lost,
    /// MAIL was put off (4yz).
    MailDeferred,
    /// MAIL was refused.
    MailRefused,
    /// The message was put off after the final dot (4yz).
    MessageDeferred,
    /// The message was refused after the final dot.
    MessageRefused,
    /// Taken for some recipients, refused for others.
    PartlyTaken,
    /// A recipient was put off (4yz).
    RcptDeferred,
    /// A recipient was refused.
    RcptRefused,
    /// STARTTLS was put off (4yz).
    StarttlsDeferred,
    /// STARTTLS is not offered.
    StarttlsMissing,
    /// STARTTLS was refused.
    StarttlsRefused,
    /// Taken.
    Taken,
    /// No answer in time.
    TimedOut,
    /// No greeting in time.
    TimedOutGreeting,
    /// The server speaks no TLS on this port.
    TlsNotTls,
    /// The certificate is not trusted.
    TlsUntrusted,
    /// What the server sends is no SMTP.
    Unreadable,
}

impl Occasion {
    /// The occasions of a report, the closest first: the first that a profile has a text for is shown.
    fn of(report: &Report) -> [Option<Self>; 3] {
        let Some(failure) = &report.failure else { return [Some(Self::Taken), None, None] };
        if report.taken {
            return [Some(Self::PartlyTaken), Some(Self::Taken), None];
        }
        let (close, wider) = match &failure.cause {
            Cause::Connect(why) => match why.how {
                ConnectFailed::OwnLimit => (Self::ConnectOwnLimit, Some(Self::ConnectTimedOut)),
                ConnectFailed::Refused => (Self::ConnectRefused, None),
                ConnectFailed::TimedOut => (Self::ConnectTimedOut, None),
                ConnectFailed::Unreachable => (Self::ConnectUnreachable, None),
            },
            Cause::GaveUp(reason) => match *reason {
                NO_STARTTLS => (Self::StarttlsMissing, None),
                NO_AUTH => (Self::AuthMissing, None),
                AUTH_IN_CLEAR => (Self::AuthInClear, Some(Self::AuthMissing)),
                _ => (Self::Unreadable, None),
            },
            Cause::Lost { .. } => (Self::Lost, None),
            Cause::Refused(refusal) => {
                let closing = failure.stage != Stage::Greeting && refusal.code.as_u16() == 421;
                let [deferred, refused] = Self::of_refusal(failure.stage);
                let deferred = refusal.is_temporary().then_some(deferred);
                return [closing.then_some(Self::Closing), deferred, Some(refused)];
            }
            Cause::TimedOut(Timer::Greeting) => (Self::TimedOutGreeting, Some(Self::TimedOut)),
            Cause::TimedOut(_) => (Self::TimedOut, None),
            Cause::Tls(TlsFailure::NotTls) => (Self::TlsNotTls, None),
            Cause::Tls(TlsFailure::Untrusted) => (Self::TlsUntrusted, None),
        };
        [Some(close), wider, None]
    }

    /// The occasions of a refusal at this point: put off, and refused.
    fn of_refusal(stage: Stage) -> [Self; 2] {
        match stage {
            Stage::Connect | Stage::Greeting => [Self::GreetingDeferred, Self::GreetingRefused],
            Stage::Ehlo => [Self::EhloRefused, Self::EhloRefused],
            Stage::StartTls | Stage::Tls => [Self::StarttlsDeferred, Self::StarttlsRefused],
            Stage::Auth => [Self::AuthDeferred, Self::AuthRefused],
            Stage::Mail => [Self::MailDeferred, Self::MailRefused],
            Stage::Rcpt => [Self::RcptDeferred, Self::RcptRefused],
            Stage::Data => [Self::DataRefused, Self::DataRefused],
            Stage::Message => [Self::MessageDeferred, Self::MessageRefused],
        }
    }
}

/// What the placeholders stand for besides the report.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// What was to be sent.
    pub job: &'a Job,
    /// To whom.
    pub peer: &'a Peer,
    /// How long it took, from the first SYN to the end.
    pub elapsed: Duration,
}

impl Profile {
    /// What this program shows its user at the end; `None` where nothing is known of it, or it shows nothing.
    #[must_use]
    pub fn shown(&self, report: &Report, scene: &Scene<'_>) -> Option<String> {
        let text = Occasion::of(report).into_iter().flatten().find_map(|occasion| self.shown.get(&occasion))?;
        let stage = report.failure.as_ref().and_then(|failure| self.stages.get(&failure.stage));
        // A stage's words may have placeholders of their own, so they are put in first.
        let text = fill(text, &|name| if name == "stage" { stage.cloned() } else { None });
        Some(fill(&text, &|name| value(name, report, scene)))
    }
}

/// Replaces each `{name}` that `value` knows, from left to right, once.
fn fill(text: &str, value: &dyn Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        filled.push_str(&rest[..open]);
        rest = &rest[open..];
        let known = rest.find('}').and_then(|close| Some((close, value(&rest[1..close])?)));
        if let Some((close, value)) = known {
            filled.push_str(&value);
            rest = &rest[close + 1..];
        } else {
            filled.push('{');
            rest = &rest[1..];
        }
    }
    filled.push_str(rest);
    filled
}

fn value(name: &str, report: &Report, scene: &Scene<'_>) -> Option<String> {
    let failure = report.failure.as_ref();
    Some(match name {
        "host" => scene.peer.host.clone(),
        "address" => scene.peer.address.to_string(),
        "port" => scene.peer.port.to_string(),
        "sender" => scene.job.reverse_path.clone().unwrap_or_default(),
        "recipient" => recipient(report, failure).to_owned(),
        "accepted" => list(report, true),
        "rejected" => list(report, false),
        "client" => scene.job.client_name.clone(),
        "mechanism" => report.mechanism?.name().to_owned(),
        "size" => scene.job.message.len().to_string(),
        "ms" => (scene.elapsed.as_micros() / 1_000).to_string(),
        "s" => (scene.elapsed.as_micros() / 1_000_000).to_string(),
        "errno" | "number" | "error" => of_error(name, failure?)?,
        _ => of_reply(name, said(report)?)?,
    })
}

/// The recipient that a failure concerns, or the first one.
fn recipient<'a>(report: &'a Report, failure: Option<&Failure>) -> &'a str {
    let number = failure.and_then(|failure| failure.recipient).unwrap_or(0);
    report.recipients.get(number).map_or("", |recipient| recipient.forward_path.as_str())
}

/// The recipients the message was taken for, or the others.
fn list(report: &Report, taken: bool) -> String {
    let mut paths = String::new();
    for recipient in &report.recipients {
        if matches!(recipient.fate, Fate::Taken) == taken {
            let comma = if paths.is_empty() { "" } else { "," };
            paths.push_str(comma);
            paths.push_str(&quoted(&recipient.forward_path));
        }
    }
    paths
}

/// What the server said that matters: its refusal, or else its last reply.
fn said(report: &Report) -> Option<&Refusal> {
    match report.failure.as_ref().map(|failure| &failure.cause) {
        Some(Cause::Refused(refusal)) => Some(refusal),
        _ => report.last.as_ref(),
    }
}

fn of_error(name: &str, failure: &Failure) -> Option<String> {
    let Cause::Connect(why) = &failure.cause else { return None };
    Some(match name {
        "errno" => why.errno.to_owned(),
        "number" => why.number.to_string(),
        _ => why.text.to_owned(),
    })
}

fn of_reply(name: &str, said: &Refusal) -> Option<String> {
    let code = said.code.as_u16();
    Some(match name {
        "code" => code.to_string(),
        "reply" => said.to_string(),
        "words" => said.text.clone(),
        "text" => {
            let mut text = said.enhanced.map(|code| format!("{code} ")).unwrap_or_default();
            text.push_str(&said.text);
            text
        }
        "enhanced" => said.enhanced.map_or_else(|| format!("{}.0.0", code / 100), |code| code.to_string()),
        // Subject and detail alone, for a program that changes the class.
        "detail" => {
            let (subject, number) = said.enhanced.map_or((0, 0), |code| (code.subject, code.detail));
            format!("{subject}.{number}")
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_once_and_other_braces_stay() {
        let value = |name: &str| match name {
            "host" => Some("{port}".to_owned()),
            "port" => Some("25".to_owned()),
            _ => None,
        };
        assert_eq!(
            fill("to {host}:{port} {\"code\": {port}} {none} {", &value),
            "to {port}:25 {\"code\": 25} {none} {"
        );
    }
}
