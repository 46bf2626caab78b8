//! Commands and replies.

use std::hint::black_box;

use smtp_explainer::smtp::{Dialect, ReplyKind, Spans, parse_command, parse_reply};
use smtp_proto::Request;
use smtp_proto::response::parser::ResponseReceiver;

use crate::inputs::{COMMANDS, NINE_LINES, ONE_LINE};
use crate::{Goals, Work};

pub(crate) fn works() -> Vec<Work> {
    vec![
        commands(),
        reply("parse a reply of one line", ONE_LINE, ReplyKind::Other),
        reply("parse a reply of nine lines", NINE_LINES, ReplyKind::Ehlo),
    ]
}

fn commands() -> Work {
    let mut spans = Spans::new();
    Work {
        name: "parse eleven command lines",
        peer: "smtp-proto",
        goals: Goals { of_peer: 0.7, allocations: Some(0), in_wasm: Some(1.5) },
        ours: Box::new(move || {
            let parsed = COMMANDS.iter().map(|line| {
                let line = black_box(line.as_bytes());
                let parsed = parse_command(&line[..line.len() - 2], &Dialect::STRICT, &mut spans);
                usize::from(black_box(parsed).command.is_ok())
            });
            parsed.sum()
        }),
        theirs: Box::new(|| {
            let parsed = COMMANDS.iter().map(|line| {
                let parsed = Request::parse(&mut black_box(line.as_bytes()).iter());
                usize::from(black_box(parsed).is_ok())
            });
            parsed.sum()
        }),
    }
}

fn reply(name: &'static str, octets: &'static str, kind: ReplyKind) -> Work {
    let mut spans = Spans::new();
    Work {
        name,
        peer: "smtp-proto",
        goals: Goals { of_peer: 0.75, allocations: Some(0), in_wasm: Some(1.5) },
        ours: Box::new(move || {
            let read = parse_reply(black_box(octets.as_bytes()), kind, &mut spans);
            usize::from(matches!(black_box(read), Ok(Some(_))))
        }),
        theirs: Box::new(move || {
            let read = ResponseReceiver::default().parse(&mut black_box(octets.as_bytes()).iter());
            usize::from(black_box(read).is_ok())
        }),
    }
}
