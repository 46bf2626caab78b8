//! A recorded dialogue with a real server, as the recordings' format has it.
//!
//! Only what was measured; what a simulated server makes of the same script is [`super::conform`]'s.

use serde::Deserialize;

use crate::smtp::EnhancedCode;
use crate::time::Duration;

/// One recorded script. Members that say how the recording was made are not read.
#[derive(Clone, Debug, Deserialize)]
pub struct Recording {
    /// The server software, by the name of its personality.
    pub server: String,
    /// The service: `mx-25`, `submission-587` or `submissions-465`.
    pub profile: String,
    /// The script's name.
    pub case: String,
    /// The steps in order.
    pub steps: Vec<Step>,
}

/// One step of a script: what was done, and what the server made of it.
#[derive(Clone, Debug, Deserialize)]
pub struct Step {
    /// The octets sent in one write; a character is an octet.
    #[serde(default)]
    pub send: Option<String>,
    /// A long payload instead of `send`.
    #[serde(default)]
    pub send_gen: Option<Generated>,
    /// What was done besides sending.
    #[serde(default)]
    pub op: Option<Op>,
    /// Was the connection inside TLS after it?
    #[serde(default)]
    pub tls: bool,
    /// The lines that came.
    #[serde(default)]
    pub reply: Vec<String>,
    /// Did the server close during it?
    #[serde(default)]
    pub closed: bool,
    /// How many replies were waited for; absent means one.
    #[serde(default)]
    pub expect: Option<usize>,
    /// The step is taken only if the last code begins so.
    #[serde(default)]
    pub only_if: Option<String>,
    /// Why it was not taken.
    #[serde(default)]
    pub skipped: Option<String>,
    /// How long it was waited, in seconds.
    #[serde(default)]
    pub idle_s: Option<f64>,
    /// Fewer replies than expected came in so many seconds.
    #[serde(default)]
    pub timed_out_s: Option<f64>,
}

/// What was done in a step that is more than a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// Read the greeting.
    Greeting,
    /// STARTTLS was sent.
    Starttls,
    /// The TLS handshake.
    TlsHandshake,
    /// Wait.
    Idle,
    /// Shut the sending side.
    HalfClose,
    /// Answer the CRAM-MD5 challenge.
    Cram,
    /// The server closed by itself after the last step.
    End,
}

/// A long payload: `prefix`, `repeat` so many times, `suffix`.
#[derive(Clone, Debug, Deserialize)]
pub struct Generated {
    prefix: String,
    repeat: String,
    count: usize,
    suffix: String,
}

/// The most octets a generated payload may have; the recorded ones stay below 3 million.
const GENERATED: usize = 64 << 20;

/// One recorded reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Recorded {
    pub(super) code: u16,
    pub(super) enhanced: Option<EnhancedCode>,
    pub(super) lines: Vec<String>,
}

impl Step {
    /// The octets to send, where the step sends some.
    pub(super) fn octets(&self) -> Option<Vec<u8>> {
        if let Some(generated) = &self.send_gen {
            return Some(generated.octets());
        }
        self.send.as_deref().map(octets)
    }

    /// How long the script waited at most.
    pub(super) fn patience(&self) -> Duration {
        let usual = match self.expect {
            Some(0) => 0.5,
            Some(2..) => 30.0,
            _ => 10.0,
        };
        seconds(self.idle_s.or(self.timed_out_s).unwrap_or(usual))
    }

    /// The replies that came, without what is not SMTP.
    pub(super) fn replies(&self) -> Vec<Recorded> {
        let mut replies: Vec<Recorded> = Vec::new();
        let mut open = false;
        for line in &self.reply {
            let Some(code) = line.get(..3).and_then(|digits| digits.parse().ok()) else { continue };
            let text = line.get(4..).unwrap_or_default().to_owned();
            match replies.last_mut() {
                Some(reply) if open => reply.lines.push(text),
                _ => replies.push(Recorded { code, enhanced: enhanced(code, &text), lines: vec![text] }),
            }
            open = line.as_bytes().get(3) == Some(&b'-');
        }
        replies
    }
}

impl Generated {
    fn octets(&self) -> Vec<u8> {
        let mut whole = octets(&self.prefix);
        let repeated = octets(&self.repeat);
        let most = GENERATED / repeated.len().max(1);
        whole.extend(repeated.repeat(self.count.min(most)));
        whole.extend(octets(&self.suffix));
        whole
    }
}

/// A character is an octet; the format has none beyond U+00FF.
fn octets(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a day before")]
fn seconds(seconds: f64) -> Duration {
    Duration::from_micros((seconds.clamp(0.0, 86_400.0) * 1e6) as u64)
}

/// RFC 2034 §4: the text begins with a code of the same class.
fn enhanced(code: u16, text: &str) -> Option<EnhancedCode> {
    let first = text.split([' ', '\t']).next()?;
    let mut parts = first.split('.').map(|part| part.parse::<u16>().ok());
    match (parts.next()??, parts.next()??, parts.next()??, parts.next()) {
        (class, subject, detail, None) if class == code / 100 => {
            Some(EnhancedCode { class: u8::try_from(class).ok()?, subject, detail })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_put_together_from_lines() {
        let json = r#"{"send": "EHLO x\r\n", "reply": ["250-2.0.0 a", "250 b", "hex:00", "500 5.5.1 c", "550 3 d"]}"#;
        let step: Step = serde_json::from_str(json).expect("a step");
        let codes: Vec<(u16, usize, String)> = step
            .replies()
            .iter()
            .map(|it| (it.code, it.lines.len(), it.enhanced.map(|it| it.to_string()).unwrap_or_default()))
            .collect();
        let wanted = [(250, 2, "2.0.0"), (500, 1, "5.5.1"), (550, 1, "")];
        assert_eq!(codes, wanted.map(|(code, lines, enhanced)| (code, lines, enhanced.to_owned())));
    }

    #[test]
    fn long_payloads_are_made() {
        let json = r#"{"send_gen": {"prefix": "a", "repeat": "é", "count": 3, "suffix": "\r\n"}}"#;
        let step: Step = serde_json::from_str(json).expect("a step");
        assert_eq!(step.octets().as_deref(), Some(&b"a\xe9\xe9\xe9\r\n"[..]));
    }
}
