//! What a log says of the server as such: its name and software, what it offers, whom it serves.
//!
//! Only what replies attest. The shadow session is set up with these facts, so that it answers as the same server would
//! if it followed the profile; what the log does not show stays as lenient as can be.

use std::collections::VecDeque;

use crate::extension;
use crate::server::Config;
use crate::session::{Role, TlsRule, User};
use crate::smtp::{Command, Dialect, EnhancedCode, Spans, Verb, parse_command};

use super::item::{Item, What, has, is_reply};
use super::shadow::{PASSWORD, USER};

/// The facts.
#[derive(Debug)]
pub(super) struct Facts {
    /// The server's name, from its greeting.
    pub(super) name: String,
    /// The software, where the greeting names one that is known.
    pub(super) server: &'static str,
    /// Everything else.
    pub(super) config: Config,
}

/// Software by a word of its greeting.
const SOFTWARE: [(&str, &str); 4] =
    [(" Postfix", "postfix"), (" Exim ", "exim"), (" OpenSMTPD", "opensmtpd"), (" Sendmail", "sendmail")];

/// A command that is waiting for its reply.
enum Asked {
    Ehlo,
    Recipient { local_part: String, domain: String },
    Other,
}

impl Facts {
    /// The facts of the whole log.
    pub(super) fn of(items: &[Item]) -> Self {
        let mut facts = Self { name: "server.invalid".to_owned(), server: "generic", config: lenient() };
        let mut asked: VecDeque<Asked> = VecDeque::new();
        let mut tls = false;
        let mut greeted = false;
        let mut refused_mailbox = false;
        let mut in_message = false;
        for item in items {
            match &item.what {
                What::Connecting(_) => {
                    (tls, greeted, in_message) = (false, false, false);
                    asked.clear();
                }
                What::Secured(_) => tls = true,
                What::Client(line) if in_message && line == b"." => {
                    in_message = false;
                    asked.push_back(Asked::Other);
                }
                What::Client(line) => asked.push_back(command(line)),
                What::Server(line) if is_reply(line) => {
                    if !greeted {
                        facts.greeting(line);
                    }
                    if matches!(asked.front(), Some(Asked::Ehlo)) {
                        facts.offer(line, tls);
                    }
                    facts.demand(line);
                    if line.get(3) == Some(&b'-') {
                        continue;
                    }
                    in_message = line.starts_with(b"354");
                    if !greeted {
                        greeted = true;
                        continue;
                    }
                    if let Some(Asked::Recipient { local_part, domain }) = asked.pop_front() {
                        refused_mailbox |= facts.recipient(&local_part, &domain, line);
                    }
                }
                _ => {}
            }
        }
        if !refused_mailbox {
            // Every mailbox was taken, so nothing is known of which there are.
            facts.config.mailboxes.clear();
        } else if facts.config.mailboxes.is_empty() {
            facts.config.mailboxes.push("postmaster".to_owned());
        }
        facts
    }

    fn greeting(&mut self, line: &[u8]) {
        // RFC 5321 §4.2: the greeting's first word is the server's name.
        let name = line.get(4..).and_then(|text| text.split(|octet| *octet == b' ').next()).unwrap_or_default();
        if line.starts_with(b"220") && !name.is_empty() {
            self.name = String::from_utf8_lossy(name).into_owned();
        }
        if let Some((_, server)) = SOFTWARE.iter().find(|(word, _)| has(line, word)) {
            self.server = server;
        }
    }

    /// A line of an EHLO reply.
    fn offer(&mut self, line: &[u8], tls: bool) {
        if !line.starts_with(b"250") {
            return;
        }
        let text = String::from_utf8_lossy(line.get(4..).unwrap_or_default()).to_ascii_uppercase();
        let mut words = text.split_ascii_whitespace();
        let Some(keyword) = words.next() else { return };
        let config = &mut self.config;
        match keyword {
            "STARTTLS" if config.tls == TlsRule::None => config.tls = TlsRule::Offered,
            "SIZE" => config.size = words.next().and_then(|limit| limit.parse().ok()).filter(|limit| *limit > 0),
            "AUTH" => {
                let known = words.filter(|word| crate::sasl::Mechanism::by_name(word.as_bytes()).is_some());
                config.mechanisms = known.map(str::to_owned).collect();
                config.plaintext_auth |= !tls;
                config.role = Role::Msa;
            }
            _ => {}
        }
        let keywords = config.extensions.get_or_insert_default();
        if extension::by_keyword(keyword).is_some() && !keywords.iter().any(|known| known == keyword) {
            keywords.push(keyword.to_owned());
        }
    }

    /// RFC 4954 §6 and RFC 3207 §4: 530 tells that something has to come first, its text what.
    fn demand(&mut self, line: &[u8]) {
        if !line.starts_with(b"530") {
            return;
        }
        if has(&line.to_ascii_uppercase(), "STARTTLS") {
            self.config.tls = TlsRule::Required;
        } else {
            self.config.require_auth = true;
        }
    }

    /// A recipient and the reply it got; true when it was refused as a mailbox that is not there.
    fn recipient(&mut self, local_part: &str, domain: &str, reply: &[u8]) -> bool {
        let enhanced = reply.get(4..).and_then(EnhancedCode::read).map(|(code, _)| code);
        let accepted = reply.starts_with(b"25");
        // RFC 3463 §3.2 and §3.3: subjects 1 and 2 are about a mailbox here, not about relaying.
        let about_mailbox = enhanced.is_some_and(|code| matches!(code.subject, 1 | 2));
        let config = &mut self.config;
        // A server puts off mail for its own mailboxes; what it would not relay it refuses for good.
        let put_off = reply.starts_with(b"4");
        if (accepted || about_mailbox || put_off) && !config.local_domains.iter().any(|known| known == domain) {
            config.local_domains.push(domain.to_owned());
        }
        if accepted && !config.mailboxes.iter().any(|known| known == local_part) {
            config.mailboxes.push(local_part.to_owned());
        }
        !accepted && reply.starts_with(b"5") && enhanced.is_some_and(|code| code.subject == 1)
    }
}

/// A server of which nothing is known.
fn lenient() -> Config {
    let user = User { name: USER.to_owned(), password: PASSWORD.to_owned(), senders: Vec::new(), token: None };
    Config { users: vec![user], extensions: Some(Vec::new()), ..Config::default() }
}

fn command(line: &[u8]) -> Asked {
    let mut spans = Spans::new();
    let parsed = parse_command(line, &Dialect::STRICT, &mut spans);
    match (parsed.verb, parsed.command) {
        (Verb::Ehlo, _) => Asked::Ehlo,
        (Verb::Rcpt, Ok(Command::Rcpt { path, .. })) => {
            let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
            let mailbox = path.mailbox();
            Asked::Recipient {
                local_part: text(mailbox.local_part().as_bytes()),
                domain: mailbox.domain().map_or_else(String::new, |domain| text(domain.as_bytes())),
            }
        }
        _ => Asked::Other,
    }
}
