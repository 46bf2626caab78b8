//! What a decision may look at, and whom it may ask.
//!
//! A command passes five stages: grammar, sequence, extension parameters, policies, acceptance; the first that rules
//! ends it. Extensions and policies are lent the [`Context`]; what they see of the session are the [`Facts`].

use std::borrow::Cow;
use std::cell::Cell;

use crate::dns::{Answer, LookUp, Question, Zone};
use crate::reason::Reason;
use crate::sasl::server::Exchange;
use crate::session::Memory;
use crate::session::behaviours::{RoutedLocalPart, SubAddress};
use crate::session::ruling::{Ruling, Then, Values, Verdict};
use crate::session::settings::Settings;
use crate::session::state::State;
use crate::session::transaction::{Channel, Hello, Transaction};
use crate::smtp::{Command, ForwardPath, Mailbox, Parameter, Verb};
use crate::time::{Duration, Instant};

/// When a policy is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The connection has opened; the greeting is not sent yet.
    Connect,
    /// EHLO or HELO, grammatically right.
    Hello,
    /// MAIL in sequence, of which nothing but the verb is read.
    MailUnread,
    /// MAIL, in sequence and with parameters understood.
    Mail,
    /// RCPT, in sequence and with parameters understood.
    Rcpt,
    /// DATA, in sequence.
    Data,
    /// The mail data has ended.
    Message,
}

/// What a policy may look at. Which fields are there follows from the [`Stage`].
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The client's greeting, once given.
    pub hello: Option<&'a Hello>,
    /// The transaction: from `Mail` on, with the reverse-path that MAIL asks for.
    pub transaction: Option<&'a Transaction>,
    /// The recipient that RCPT asks for.
    pub forward_path: Option<ForwardPath<'a>>,
    /// The size of the message, at `Message`, in octets.
    pub size: Option<u64>,
}

/// Something found on the way to a decision that deserves a line of its own: a greylist hit, a header added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What kind of finding.
    pub reason: Reason,
    /// Its particulars, in neutral notation.
    pub text: String,
}

/// Whom and what a decision may ask.
pub struct Context<'a> {
    /// The server's settings.
    pub settings: &'a Settings,
    /// The DNS as this server sees it.
    pub zone: &'a Zone,
    /// The moment of the decision.
    pub now: Instant,
    /// The connection.
    pub channel: &'a mut Channel,
    /// What the server remembers from earlier connections.
    pub memory: &'a mut Memory,
    /// Look-ups made for this decision.
    pub look_ups: Vec<LookUp>,
    /// Findings made on the way.
    pub findings: Vec<Finding>,
    /// How long the reply is held back besides the look-ups.
    pub delay: Duration,
    /// Memory for the text of a ruling.
    pub(super) text: Cell<String>,
}

/// A service extension: what RFC 5321 §2.2.2 asks a specification to define. Shared code asks the extensions of the
/// settings in turn; it never names one.
pub trait Extension: Sync {
    /// The EHLO keyword.
    fn keyword(&self) -> &'static str;

    /// Is it offered at this moment?
    fn is_offered(&self, _cx: &Context<'_>) -> bool {
        true
    }

    /// Adds the parameters to its EHLO line, each behind a space.
    fn add_parameters(&self, _cx: &Context<'_>, _line: &mut String) {}

    /// The verbs it brings.
    fn verbs(&self) -> &'static [Verb] {
        &[]
    }

    /// Does it define this parameter of MAIL or RCPT?
    fn has_parameter(&self, _verb: Verb, _keyword: &[u8]) -> bool {
        false
    }

    /// Takes a parameter of MAIL or RCPT into the transaction, or rules on it.
    ///
    /// # Errors
    /// The ruling that refuses the command.
    fn parameter(&self, _cx: &Context<'_>, _parameter: Parameter<'_>, _into: &mut Transaction) -> Result<(), Ruling> {
        Ok(())
    }

    /// Must its parameters have a value?
    fn wants_value(&self) -> bool {
        true
    }

    /// Rules on what its parameters said, once all parameters of the command are read.
    ///
    /// # Errors
    /// The ruling that refuses the command.
    fn settle(&self, _cx: &Context<'_>, _transaction: &Transaction) -> Result<(), Ruling> {
        Ok(())
    }

    /// By how many octets the parameters may lengthen a command line of this verb.
    fn length_increment(&self, _verb: Verb) -> usize {
        0
    }

    /// Refuses a command before its sequence is looked at, where the extension's RFC names every command (RFC 3207
    /// §4: until TLS is up, all but four are answered 530).
    fn gate(&self, _cx: &Context<'_>, _verb: Verb, _state: &State) -> Option<Ruling> {
        None
    }

    /// Why its verb is out of place, whatever its argument, for servers that look at the place first.
    fn out_of_place(&self, _cx: &Context<'_>, _state: &State) -> Option<&'static Verdict> {
        None
    }

    /// Handles one of its verbs.
    fn handle(&self, cx: &mut Context<'_>, state: State, command: &Command<'_>) -> (State, Ruling) {
        let _ = command;
        let ruling = cx.rule(&crate::session::state::NOT_IMPLEMENTED, &[]);
        (state, ruling)
    }

    /// Takes a line of the exchange that one of its verbs has begun.
    fn respond(&self, cx: &mut Context<'_>, hello: Hello, exchange: Exchange, line: &[u8]) -> (State, Ruling) {
        let _ = (exchange, line);
        (State::Ready(hello), cx.rule(&crate::session::state::NOT_IMPLEMENTED, &[]))
    }
}

/// A policy: a reason to refuse what the protocol would allow.
pub trait Policy: Send + Sync {
    /// Rules at this stage, or lets the command pass.
    fn consult(&self, at: Stage, facts: &Facts<'_>, cx: &mut Context<'_>) -> Option<Ruling>;
}

impl Context<'_> {
    /// The ruling for a verdict in this server's words; the session goes on.
    #[must_use]
    pub fn rule(&self, verdict: &Verdict, values: Values<'_>) -> Ruling {
        self.rule_then(verdict, values, Then::Continue)
    }

    /// The same, with what happens to the connection.
    #[must_use]
    pub fn rule_then(&self, verdict: &Verdict, values: Values<'_>, then: Then) -> Ruling {
        Ruling::with_memory(verdict, &self.settings.profile, values, then, &self.text)
    }

    /// The extension that brings this verb, if the server has it.
    #[must_use]
    pub fn extension_for(&self, verb: Verb) -> Option<&'static dyn Extension> {
        self.settings.extensions.iter().copied().find(|extension| extension.verbs().contains(&verb))
    }

    /// Asks every policy in the order of the settings; the first ruling counts.
    pub fn consult(&mut self, at: Stage, facts: &Facts<'_>) -> Option<Ruling> {
        let settings = self.settings;
        settings.policies.iter().find_map(|policy| policy.consult(at, facts, self))
    }

    /// Asks the DNS; the answer comes at once and its latency holds the reply back.
    pub fn look_up(&mut self, question: Question) -> Answer {
        let found = self.zone.look_up(question);
        let answer = found.answer.clone();
        self.look_ups.push(found);
        answer
    }

    /// Notes a finding.
    pub fn find(&mut self, reason: Reason, text: String) {
        self.findings.push(Finding { reason, text });
    }

    /// Is this mailbox in a domain this server delivers for?
    #[must_use]
    pub fn is_local(&self, mailbox: &Mailbox<'_>) -> bool {
        mailbox.domain().is_none_or(|domain| self.settings.is_local_domain(domain.as_bytes()))
    }

    /// Does this server deliver to the mailbox? `None` where it belongs to another.
    #[must_use]
    pub fn mailbox_exists(&self, mailbox: &Mailbox<'_>) -> Option<bool> {
        let (name, domain) = self.meant(mailbox);
        if domain.is_some_and(|domain| !self.settings.is_local_domain(&domain)) {
            return None;
        }
        let plus = self.settings.profile.behaviours.sub_address == SubAddress::Plus;
        let end = name.iter().skip(1).position(|octet| plus && *octet == b'+').map_or(name.len(), |at| at + 1);
        Some(self.settings.has_mailbox(&name[..end]))
    }

    /// The name and the domain that a mailbox means, its quotes undone, and its route followed where the server follows
    /// routes inside local-parts: `host!user` before `user@host` before `user%host`, as such gateways read them.
    #[must_use]
    pub fn meant<'m>(&self, mailbox: &Mailbox<'m>) -> (Cow<'m, [u8]>, Option<Cow<'m, [u8]>>) {
        let mut name = mailbox.local_part().meaning();
        let mut domain = mailbox.domain().map(|domain| Cow::Borrowed(domain.as_bytes()));
        let follows = self.settings.profile.behaviours.routed_local_part == RoutedLocalPart::Resolved;
        while follows && domain.as_ref().is_none_or(|domain| self.settings.is_local_domain(domain)) {
            let find = |mark: u8| name.iter().rposition(|octet| *octet == mark);
            let (user, host) = if let Some(at) = name.iter().position(|octet| *octet == b'!') {
                (name[at + 1..].to_vec(), name[..at].to_vec())
            } else if let Some(at) = find(b'@').or_else(|| find(b'%')) {
                (name[..at].to_vec(), name[at + 1..].to_vec())
            } else {
                break;
            };
            (name, domain) = (Cow::Owned(user), Some(Cow::Owned(host)));
        }
        (name, domain)
    }

    /// May the client send mail on to other domains: proven by AUTH, or inside a trusted network?
    #[must_use]
    pub fn may_relay(&self) -> bool {
        self.channel.identity.is_some() || self.settings.trusts(self.channel.peer)
    }
}
