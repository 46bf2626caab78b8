//! The notice that undeliverable mail goes back with, or that a sender has asked for (RFC 3464).
//!
//! Not its journey: it travels as any other message, with the null reverse-path (RFC 5321 §4.5.5).

use super::Failed;
use super::route::NoRoute;
use crate::smtp::{Asked, EnhancedCode, search, xtext};

/// A recipient that the mail could not be delivered to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returned {
    /// The mailbox of the forward-path.
    pub forward_path: String,
    /// What went wrong, as an enhanced status code.
    pub status: EnhancedCode,
    /// What went wrong, in the words of the server or of this host.
    pub diagnostic: String,
    /// The host that said so, where one did.
    pub remote: Option<String>,
}

impl Returned {
    /// A recipient with these particulars.
    #[must_use]
    pub fn new(forward_path: &str, status: EnhancedCode, diagnostic: &str, remote: Option<String>) -> Self {
        Self { forward_path: forward_path.to_owned(), status, diagnostic: diagnostic.to_owned(), remote }
    }

    /// A recipient that a server refused for good.
    #[must_use]
    pub fn refused(failed: &Failed) -> Self {
        // RFC 3463 §2: class 5 with nothing more to say is 5.0.0.
        let status = failed.refusal.enhanced.unwrap_or(EnhancedCode::new(5, 0, 0));
        Self::new(&failed.forward_path, status, &failed.refusal.to_string(), Some(failed.host.clone()))
    }

    /// A recipient whose domain cannot be reached.
    #[must_use]
    pub fn unroutable(forward_path: &str, why: NoRoute) -> Self {
        let words = match why {
            NoRoute::NullMx => "the domain takes no mail (null MX)",
            NoRoute::NoSuchDomain => "the domain does not exist",
            NoRoute::LookUpFailed => "the domain could not be looked up",
            NoRoute::NoAddress => "no mail exchanger of the domain has an address",
            NoRoute::Loop => "mail for the domain loops back to this host",
        };
        Self::new(forward_path, why.status(), words, None)
    }
}

/// What a notice reports (RFC 3464 §2.3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It could not be delivered.
    Failed,
    /// It is in the mailbox.
    Delivered,
    /// It was handed to a server that sends no notices.
    Relayed,
}

impl Action {
    const fn word(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Delivered => "delivered",
            Self::Relayed => "relayed",
        }
    }

    const fn subject(self) -> &'static str {
        match self {
            Self::Failed => "Mail could not be delivered",
            Self::Delivered => "Mail was delivered",
            Self::Relayed => "Mail was passed on",
        }
    }

    const fn sentence(self) -> &'static str {
        match self {
            Self::Failed => "Your message could not be delivered to:",
            Self::Delivered => "Your message was delivered to:",
            Self::Relayed => "Your message was passed on to a server that sends no notice of delivery, for:",
        }
    }
}

/// What a notice is made of.
#[derive(Clone, Copy, Debug)]
pub struct Notice<'a> {
    /// The host that gives up.
    pub host: &'a str,
    /// The date, as a header field has it.
    pub date: &'a str,
    /// An identifier of the notice, unique on this host, of letters and digits.
    pub id: &'a str,
    /// The mailbox that the mail came from: the reverse-path, now the recipient.
    pub sender: &'a str,
    /// The mail.
    pub message: &'a [u8],
    /// What it reports.
    pub action: Action,
    /// Of whom.
    pub returned: &'a [Returned],
    /// What the sender has asked for.
    pub asked: &'a Asked,
}

impl Notice<'_> {
    /// The whole notice as a message, with CRLF line ends.
    #[must_use]
    pub fn message(&self) -> Vec<u8> {
        let boundary = self.boundary();
        let mut text = String::new();
        self.header(&boundary, &mut text);
        begin_part("text/plain; charset=us-ascii", &boundary, &mut text);
        self.explanation(&mut text);
        begin_part("message/delivery-status", &boundary, &mut text);
        self.delivery_status(&mut text);
        let (kind, original) = self.original();
        begin_part(kind, &boundary, &mut text);
        line(&[&original, "\r\n"], &mut text);
        line(&["--", &boundary, "--"], &mut text);
        text.into_bytes()
    }

    fn header(&self, boundary: &str, text: &mut String) {
        let Self { host, date, id, .. } = self;
        line(&["From: Mail Delivery System <MAILER-DAEMON@", host, ">"], text);
        line(&["To: <", &one_line(self.sender), ">"], text);
        line(&["Subject: ", self.action.subject()], text);
        line(&["Date: ", date], text);
        line(&["Message-ID: <", id, "@", host, ">"], text);
        line(&["Auto-Submitted: auto-replied\r\nMIME-Version: 1.0"], text);
        let kind = "Content-Type: multipart/report; report-type=delivery-status; boundary=\"";
        line(&[kind, boundary, "\"\r\n"], text);
    }

    fn explanation(&self, text: &mut String) {
        line(&["This is the mail system at ", self.host, ".\r\n"], text);
        line(&[self.action.sentence()], text);
        for returned in self.returned {
            let (path, why) = (one_line(&returned.forward_path), one_line(&returned.diagnostic));
            line(&["\r\n<", &path, ">: ", &why], text);
        }
        line(&[], text);
    }

    /// RFC 3464 §2.2 and §2.3: fields about the message, then, after a blank line each, fields about a recipient.
    fn delivery_status(&self, text: &mut String) {
        // RFC 3461 §6.3: what the sender gave comes back, out of its xtext.
        if let Some(id) = &self.asked.mail.envid {
            line(&["Original-Envelope-Id: ", &plain(id)], text);
        }
        line(&["Reporting-MTA: dns; ", self.host], text);
        for returned in self.returned {
            line(&[], text);
            let orcpt = self.asked.of(&returned.forward_path).orcpt.as_deref();
            if let Some((kind, address)) = orcpt.and_then(|orcpt| orcpt.split_once(';')) {
                line(&["Original-Recipient: ", &one_line(kind), "; ", &plain(address)], text);
            }
            line(&["Final-Recipient: rfc822; ", &one_line(&returned.forward_path)], text);
            line(&["Action: ", self.action.word()], text);
            line(&["Status: ", &returned.status.to_string()], text);
            if let Some(remote) = &returned.remote {
                line(&["Remote-MTA: dns; ", &one_line(remote)], text);
                line(&["Diagnostic-Code: smtp; ", &one_line(&returned.diagnostic)], text);
            }
        }
        line(&[], text);
    }

    /// The message that it is about: RFC 3461 §4.3 and §6.2: its header, or all of it where that was asked for and it
    /// could not be delivered.
    fn original(&self) -> (&'static str, String) {
        if self.action == Action::Failed && self.asked.mail.wants_whole() {
            return ("message/rfc822", String::from_utf8_lossy(self.message).into_owned());
        }
        ("text/rfc822-headers", self.original_header())
    }

    fn original_header(&self) -> String {
        let blank = search::find(self.message, b"\r\n\r\n");
        let end = blank.map_or(self.message.len(), |at| at + 2);
        String::from_utf8_lossy(&self.message[..end]).into_owned()
    }

    /// A boundary that occurs nowhere in the original. Each try is longer than the one before, so there is an
    /// end to it.
    fn boundary(&self) -> String {
        let mut boundary = format!("{}-notice", self.id);
        while search::find(self.message, boundary.as_bytes()).is_some() {
            boundary.push('x');
        }
        boundary
    }
}

/// Adds a line of these pieces. They may hold line ends; formatting each line for itself would be thrice the code.
fn line(pieces: &[&str], text: &mut String) {
    for piece in pieces.iter().chain(&["\r\n"]) {
        text.push_str(piece);
    }
}

fn begin_part(kind: &str, boundary: &str, text: &mut String) {
    line(&["--", boundary, "\r\nContent-Type: ", kind, "\r\n"], text);
}

/// What xtext means, on one line.
fn plain(text: &str) -> String {
    let mut octets = Vec::new();
    let meant = if xtext::decode(text.as_bytes(), &mut octets).is_ok() { &octets } else { text.as_bytes() };
    one_line(&String::from_utf8_lossy(meant))
}

/// The text without what would end its line.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_names_each_recipient_and_keeps_the_header() {
        let returned = [
            Returned::new(
                "nosuch@example.org",
                EnhancedCode::new(5, 1, 1),
                "550 5.1.1 no\r\nsuch user",
                Some("mx.example.org".into()),
            ),
            Returned::unroutable("a@quiet.example", NoRoute::NullMx),
        ];
        let notice = Notice {
            host: "relay.example.com",
            date: "Tue, 24 Nov 2026 10:00:00 +0000",
            id: "N1",
            sender: "alice@example.com",
            message: b"Subject: hi\r\nX: N1-notice\r\n\r\nbody is not returned\r\n",
            action: Action::Failed,
            returned: &returned,
            asked: &Asked::default(),
        };
        let expected = "\
From: Mail Delivery System <MAILER-DAEMON@relay.example.com>
To: <alice@example.com>
Subject: Mail could not be delivered
Date: Tue, 24 Nov 2026 10:00:00 +0000
Message-ID: <N1@relay.example.com>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=\"N1-noticex\"

--N1-noticex
Content-Type: text/plain; charset=us-ascii

This is the mail system at relay.example.com.

Your message could not be delivered to:

<nosuch@example.org>: 550 5.1.1 no  such user

<a@quiet.example>: the domain takes no mail (null MX)

--N1-noticex
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example.com

Final-Recipient: rfc822; nosuch@example.org
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.example.org
Diagnostic-Code: smtp; 550 5.1.1 no  such user

Final-Recipient: rfc822; a@quiet.example
Action: failed
Status: 5.1.10

--N1-noticex
Content-Type: text/rfc822-headers

Subject: hi
X: N1-notice


--N1-noticex--
";
        assert_eq!(String::from_utf8_lossy(&notice.message()), expected.replace('\n', "\r\n"));
    }
}
