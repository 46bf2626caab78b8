//! SPF (RFC 7208): may this client send mail of the sender's domain? The domain's own record says.
//!
//! Asked at MAIL, of clients from outside. The evaluation is in [`mod@check`], reading a record in [`record`], macros in
//! [`macros`]. Not evaluated: `ptr`, which §5.5 tells nobody to use and which never matches here, and the text that `exp`
//! points at, which is no part of the decision (§6.2).

mod check;
mod macros;
mod record;

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use self::check::{Checked, check};
use crate::reason::Reason;
use crate::session::{Context, Facts, Policy, Ruling, Stage, Verdict};
use crate::smtp::{ReplyCode, quoted};

/// RFC 7208 §8.4 and RFC 7372 §3.2: the client is not one of the domain's, and the domain says so.
const FAILED: Verdict = Verdict::new(
    "server.spf.fail",
    ReplyCode::MAILBOX_UNAVAILABLE,
    (5, 7, 23),
    "[{peer}] may not send mail of {domain}: SPF fail",
);
/// RFC 7208 §8.6 and RFC 7372 §3.2: the DNS gave no answer, so there is none yet.
const UNAVAILABLE: Verdict = Verdict::new(
    "server.spf.unavailable",
    ReplyCode::LOCAL_ERROR,
    (4, 7, 24),
    "The SPF record of {domain} could not be looked up, try again later",
);
/// RFC 7208 §8.7 and RFC 7372 §3.2: the record cannot be read, or asks for too much.
const BROKEN: Verdict = Verdict::new(
    "server.spf.broken",
    ReplyCode::MAILBOX_UNAVAILABLE,
    (5, 7, 24),
    "The SPF record of {domain} is not usable",
);

/// RFC 7208 §2.6.3: the domain says that the client may send for it.
pub(super) const PASSED: Reason = Reason::new("server.spf.pass");
/// RFC 7208 §2.6.1, §2.6.2, §2.6.5: the domain has no record, or does not say no.
pub(super) const UNDECIDED: Reason = Reason::new("server.spf.undecided");
/// RFC 7208 §8.4, §8.6, §8.7: what another site would refuse is only noted here.
pub(super) const NOTED: Reason = Reason::new("server.spf.noted");

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] = &[&FAILED, &UNAVAILABLE, &BROKEN];

/// The most characters of a value in the trace field: no path that RFC 5321 §4.5.3.1.3 allows has more.
const LONGEST: usize = 256;

/// What a site makes of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpfUse {
    /// It notes it in the message and takes the mail.
    Note,
    /// It refuses what fails or cannot be checked, and notes the rest.
    Refuse,
}

/// The policy.
#[derive(Debug)]
pub struct SenderPolicy {
    /// What is made of the result.
    pub use_of_it: SpfUse,
}

/// Whom it is about.
struct Who<'a> {
    /// The client's address.
    ip: std::net::IpAddr,
    /// The sender's local-part.
    local: &'a str,
    /// The sender's domain.
    domain: &'a str,
    /// The name of EHLO.
    hello: &'a str,
}

impl Policy for SenderPolicy {
    fn consult(&self, at: Stage, facts: &Facts<'_>, cx: &mut Context<'_>) -> Option<Ruling> {
        if at != Stage::Mail {
            return None;
        }
        cx.channel.received_spf = None;
        // RFC 7208 §2.5: it is checked where mail comes in from outside, not where users hand theirs over.
        if cx.may_relay() {
            return None;
        }
        let hello = facts.hello.map_or("", |hello| &*hello.name);
        let path = &*facts.transaction?.reverse_path;
        // RFC 7208 §2.4: a null reverse-path stands for postmaster at the client's name.
        let (local, domain) = path.rsplit_once('@').unwrap_or(("postmaster", hello));
        let who = Who { ip: cx.channel.peer.to_canonical(), local, domain, hello };
        let checked = check(&who, cx);
        let values = [("peer", &*who.ip.to_string()), ("domain", domain)];
        let refusal = match checked {
            Checked::Fail => Some(&FAILED),
            Checked::TempError => Some(&UNAVAILABLE),
            Checked::PermError => Some(&BROKEN),
            Checked::None | Checked::Neutral | Checked::Pass | Checked::SoftFail => None,
        };
        if let Some(verdict) = refusal.filter(|_| self.use_of_it == SpfUse::Refuse) {
            return Some(cx.rule(verdict, &values));
        }
        let field = |fold| received(&who, checked, &cx.settings.name, fold);
        let reason = match (checked, refusal) {
            (Checked::Pass, _) => PASSED,
            (_, None) => UNDECIDED,
            (_, Some(_)) => NOTED,
        };
        let (finding, folded) = (field(" "), field("\r\n\t"));
        cx.find(reason, finding);
        cx.channel.received_spf = Some(folded);
        None
    }
}

/// The trace field with the result (RFC 7208 §9.1), without its line end; `fold` stands where a line may be folded.
fn received(who: &Who<'_>, checked: Checked, receiver: &str, fold: &str) -> String {
    let mut field = format!("Received-SPF: {} receiver={receiver};", checked.word());
    let from = format!("{}@{}", who.local, who.domain);
    let ip = who.ip.to_string();
    for (key, value) in [("client-ip", ip.as_str()), ("envelope-from", &from), ("helo", who.hello)] {
        let _ = write!(field, "{fold}{key}={};", one_line(value));
    }
    field
}

/// A quoted string on one line of moderate length (RFC 5322 §3.2.4), whatever the client has said.
fn one_line(value: &str) -> String {
    let plain = value.chars().take(LONGEST).map(|c| if matches!(c, ' '..='~') { c } else { '?' });
    quoted(&plain.collect::<String>())
}
