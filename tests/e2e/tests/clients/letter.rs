//! The message that is sent, and whether what arrived is it.

use std::fmt::Write as _;

/// A message as a file on this machine has it: lines end in LF.
pub(crate) struct Letter {
    body: String,
}

impl Letter {
    pub(crate) fn with_body(body: &str) -> Self {
        Self { body: body.to_owned() }
    }

    /// A body of at least so many octets, no two lines alike.
    pub(crate) fn of_octets(octets: usize) -> Self {
        let mut body = String::with_capacity(octets + 80);
        let mut number = 0;
        while body.len() < octets {
            let _ = writeln!(body, "{number:08} and so on, up to the end of a line of the usual length, no more.");
            number += 1;
        }
        Self { body }
    }

    /// With a header that lacks nothing, so that nobody has to add a field.
    pub(crate) fn text(&self) -> String {
        format!(
            "From: alice@example.org\nTo: bob@example.com\nSubject: as it was sent\n\
             Date: Tue, 24 Nov 2026 08:00:00 +0000\nMessage-ID: <letter@example.org>\n\n{}",
            self.body
        )
    }

    /// What arrived has this body, octet for octet. Some programs write their own header, and one of them encodes
    /// lines that are too long for SMTP; then what it encodes is this body.
    pub(crate) fn assert_is(&self, arrived: &str, at: &str) -> String {
        let (header, body) = arrived.split_once("\n\n").unwrap_or_else(|| panic!("{at}: no header"));
        assert!(header.starts_with("Return-Path:") || header.starts_with("Received:"), "{at}: RFC 5321 §4.4: {header}");
        assert!(header.contains("\nSubject: as it was sent"), "{at}: {header}");
        let encoded = header.to_ascii_lowercase().contains("content-transfer-encoding: quoted-printable");
        let body = if encoded { decode(body) } else { body.to_owned() };
        // Programs may end the last line once more, or not at all.
        let (body, wanted) = (body.trim_end_matches('\n'), self.body.trim_end_matches('\n'));
        if body != wanted {
            let at_octet = body.bytes().zip(wanted.bytes()).take_while(|(is, should)| is == should).count();
            let around = |text: &str| {
                text.get(at_octet.saturating_sub(20)..).unwrap_or_default().chars().take(60).collect::<String>()
            };
            panic!(
                "{at}: from octet {at_octet} of {}: {:?} instead of {:?}",
                wanted.len(),
                around(body),
                around(wanted)
            );
        }
        let how = if encoded { ", quoted-printable" } else { "" };
        format!("arrived, {} octets alike{how}", wanted.len())
    }
}

/// RFC 2045 §6.7: quoted-printable.
fn decode(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&octet, more)) = rest.split_first() {
        rest = more;
        match (octet, more) {
            (b'=', [b'\n', after @ ..]) => rest = after,
            (b'=', [high, low, after @ ..]) => {
                let digit = |octet: &u8| char::from(*octet).to_digit(16).expect("two digits of hexadecimal");
                out.push(u8::try_from(digit(high) * 16 + digit(low)).expect("an octet"));
                rest = after;
            }
            _ => out.push(octet),
        }
    }
    String::from_utf8(out).expect("text")
}
