//! The scripted server of the recordings: what it offered and said in each situation.
//!
//! Not a model of a mail server: it says what the recorder's server said.

use std::collections::VecDeque;

use smtp_explainer::client::LineKind;
use smtp_explainer::smtp::Verb;

/// The server's end of one connection.
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that has happened on the connection")]
pub(crate) struct Server {
    situation: &'static str,
    submission: bool,
    tls: bool,
    authenticated: bool,
    sasl: Vec<&'static str>,
    mail: bool,
    rcpt: bool,
    replies: VecDeque<String>,
    silent: bool,
    closed: bool,
    goodbye: bool,
}

impl Server {
    pub(crate) fn new(situation: &'static str) -> Self {
        let submission = situation.starts_with("msa-")
            || (situation.starts_with("auth-") && situation != "auth-on-plain-port")
            || matches!(situation, "starttls-454" | "starttls-not-offered" | "implicit-tls-client-on-587");
        Self {
            situation,
            submission,
            tls: false,
            authenticated: false,
            sasl: Vec::new(),
            mail: false,
            rcpt: false,
            replies: VecDeque::new(),
            silent: false,
            closed: false,
            goodbye: false,
        }
    }

    pub(crate) fn speaks_tls_first(&self) -> bool {
        self.situation.starts_with("msa-465")
    }

    pub(crate) fn tls_begins(&mut self) {
        self.tls = true;
    }

    /// The next reply on its way to the client.
    pub(crate) fn reply(&mut self) -> Option<String> {
        self.replies.pop_front()
    }

    /// Has the server dropped the connection?
    pub(crate) fn has_closed(&self) -> bool {
        self.closed && self.replies.is_empty()
    }

    /// Has it dropped the connection, whatever is still on its way to the client?
    pub(crate) fn is_gone(&self) -> bool {
        self.closed
    }

    /// Has it answered QUIT?
    pub(crate) fn said_goodbye(&self) -> bool {
        self.goodbye
    }

    pub(crate) fn greet(&mut self) {
        match self.situation {
            "greeting-554" => self.say("554 5.7.1 mx.example.net no SMTP service here"),
            "greeting-421" => {
                self.say("421 4.3.2 mx.example.net service not available, closing transmission channel");
                self.closed = true;
            }
            "silent-before-greeting" => self.silent = true,
            _ => self.say("220 mx.example.net ESMTP recorder"),
        }
    }

    /// Takes one line or message of the client.
    pub(crate) fn take(&mut self, line: &str, kind: LineKind) {
        if self.silent || self.closed {
            return;
        }
        match kind {
            LineKind::Message => self.message(),
            LineKind::SaslResponse => self.sasl_response(),
            LineKind::Command(verb) => self.command(verb, line),
        }
    }

    fn say(&mut self, line: &str) {
        self.replies.push_back(format!("{line}\r\n"));
    }

    fn command(&mut self, verb: Verb, line: &str) {
        match verb {
            Verb::Ehlo if self.situation == "silent-after-ehlo" => self.silent = true,
            Verb::Ehlo if self.situation == "ehlo-502-helo-fallback" => self.say("502 5.5.2 command not recognized"),
            Verb::Ehlo => self.offers(),
            Verb::StartTls if self.situation == "starttls-454" => {
                self.say("454 4.7.0 TLS not available due to temporary reason");
            }
            Verb::StartTls => self.say("220 2.0.0 ready to start TLS"),
            Verb::Auth => self.auth(line),
            Verb::Mail => self.mail(),
            Verb::Rcpt => self.rcpt(line),
            Verb::Data if !self.rcpt => self.say("503 5.5.1 need RCPT command"),
            Verb::Data => self.say("354 go ahead"),
            Verb::Rset => {
                (self.mail, self.rcpt) = (false, false);
                self.say("250 2.0.0 ok");
            }
            Verb::Quit => {
                self.say("221 2.0.0 closing");
                self.goodbye = true;
            }
            _ => self.say("250 2.0.0 ok"),
        }
    }

    fn offers(&mut self) {
        let mut keywords = vec!["mx.example.net", "SIZE 10485760", "8BITMIME", "ENHANCEDSTATUSCODES"];
        if self.situation != "plain-25-no-pipelining" {
            keywords.push("PIPELINING");
        }
        if self.situation == "many-extensions" {
            keywords.extend(["DSN", "SMTPUTF8", "CHUNKING"]);
        }
        let starttls =
            (self.submission || self.situation == "starttls-offered-on-25") && self.situation != "starttls-not-offered";
        if starttls && !self.tls {
            keywords.push("STARTTLS");
        }
        if (self.submission && self.tls) || self.situation == "auth-on-plain-port" {
            keywords.push(match self.situation {
                "auth-only-login" => "AUTH LOGIN",
                "auth-only-cram-md5" => "AUTH CRAM-MD5",
                _ => "AUTH PLAIN LOGIN CRAM-MD5",
            });
        }
        let last = keywords.len() - 1;
        let lines =
            keywords.iter().enumerate().map(|(n, word)| format!("250{}{word}\r\n", if n < last { "-" } else { " " }));
        self.replies.push_back(lines.collect::<Vec<_>>().concat());
    }

    fn auth(&mut self, line: &str) {
        self.sasl = match line.split(' ').collect::<Vec<_>>()[1..] {
            ["CRAM-MD5"] => vec!["334 PDE4OTYuNjk3MTcwOTUyQG14LmV4YW1wbGUubmV0Pg=="],
            ["LOGIN"] => vec!["334 UGFzc3dvcmQ6", "334 VXNlcm5hbWU6"],
            ["LOGIN", _] => vec!["334 UGFzc3dvcmQ6"],
            ["PLAIN"] => vec!["334 "],
            _ => Vec::new(),
        };
        self.sasl_response();
    }

    /// Asks on, or ends the exchange.
    fn sasl_response(&mut self) {
        if let Some(challenge) = self.sasl.pop() {
            return self.say(challenge);
        }
        match self.situation {
            "auth-535" => self.say("535 5.7.8 Authentication credentials invalid"),
            "auth-454" => self.say("454 4.7.0 Temporary authentication failure"),
            _ => {
                self.authenticated = true;
                self.say("235 2.7.0 Authentication succeeded");
            }
        }
    }

    fn mail(&mut self) {
        let answer = match self.situation {
            _ if self.submission && !self.tls => "530 5.7.0 Must issue a STARTTLS command first",
            _ if self.submission && !self.authenticated => "530 5.7.0 Authentication required",
            "mail-550" => "550 5.7.1 sender rejected",
            "mail-451" => "451 4.3.0 local error in processing",
            _ => "250 2.1.0 sender ok",
        };
        self.mail = answer.starts_with('2');
        self.say(answer);
        self.closed = self.situation == "server-drops-after-mail";
    }

    fn rcpt(&mut self, line: &str) {
        let answer = match self.situation {
            _ if !self.mail => "503 5.5.1 need MAIL command",
            "rcpt-550" => "550 5.1.1 no such user here",
            "rcpt-450" => "450 4.2.1 mailbox busy, try again later",
            "rcpt-421-close" => "421 4.7.0 too many errors, closing",
            "two-recipients-one-550" if line.contains("nosuch") => "550 5.1.1 no such user here",
            _ => "250 2.1.5 recipient ok",
        };
        self.rcpt |= answer.starts_with('2');
        self.say(answer);
        self.closed = self.situation == "rcpt-421-close";
    }

    fn message(&mut self) {
        self.say(match self.situation {
            "data-552-after-dot" => "552 5.3.4 message size exceeds fixed limit",
            "data-451-after-dot" => "451 4.3.0 requested action aborted",
            "data-554-after-dot" => "554 5.7.1 message rejected as spam",
            _ => "250 2.0.0 queued as 1A2B3C4D",
        });
    }
}
