//! The transcript as JSON, for programs, tests and export. It holds reason ids and no clauses.

use std::sync::Arc;

use serde::Serialize;

use super::{Event, Transcript, line_of};
use crate::gather::Gather as _;
use crate::session::Snapshot;
use crate::smtp::base64;

/// One event as JSON has it.
#[derive(Debug, Serialize)]
pub struct JsonEvent {
    i: usize,
    t_us: u64,
    leg: u8,
    attempt: u8,
    phase: &'static str,
    layer: &'static str,
    side: &'static str,
    octets_b64: String,
    text: String,
    spans: Vec<(u32, u16, &'static str)>,
    reason: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lacks: Vec<&'static str>,
    state: Option<JsonState>,
}

#[derive(Debug, Serialize)]
struct JsonState {
    name: &'static str,
    tls: bool,
    hello: Option<String>,
    user: Option<String>,
    reverse_path: Option<String>,
    forward_paths: Vec<String>,
}

impl From<Snapshot> for JsonState {
    fn from(state: Snapshot) -> Self {
        let text = |text: &Option<Arc<str>>| text.as_ref().map(ToString::to_string);
        Self {
            name: state.state.id(),
            tls: state.tls,
            hello: text(&state.hello),
            user: text(&state.user),
            reverse_path: text(&state.reverse_path),
            forward_paths: state.forward_paths().iter().map(ToString::to_string).gather(),
        }
    }
}

/// The events as JSON has them.
#[must_use]
pub fn to_json(transcript: &Transcript) -> Vec<JsonEvent> {
    transcript.events().iter().enumerate().map(|(i, event)| of(transcript, i, event)).gather()
}

fn of(transcript: &Transcript, i: usize, event: &Event) -> JsonEvent {
    JsonEvent {
        i,
        t_us: event.at.as_micros(),
        leg: event.leg,
        attempt: event.attempt,
        phase: event.phase.id(),
        layer: event.kind.layer().id(),
        side: event.side.id(),
        octets_b64: base64::encode(transcript.octets(event)),
        text: line_of(transcript, event).join("\n"),
        spans: transcript.spans(event).iter().map(|span| (span.start, span.len, span.element.id())).gather(),
        reason: event.reason.id(),
        lacks: transcript.lacks(i).words().gather(),
        state: transcript.state(event).map(JsonState::from),
    }
}
