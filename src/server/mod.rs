//! A server put together from data: what a world, a scenario or the command line says of it becomes settings.
//!
//! Not the session, which is told its settings; not the client, which this module never sees.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::extension;
use crate::gather::Gather as _;
use crate::policy::{
    Authenticated, DynamicClient, Greylisting, KnownMailbox, NoMailHere, NoNullMx, NoNullMxRecipients, NoOpenRelay,
    SenderDomainExists, SenderPolicy, SenderRights, SpfUse,
};
use crate::prefix::Prefix;
use crate::session::{Fault, Limits, Policy, Profile, Role, Settings, TlsRule, User};
use crate::smtp::data::EndOfData;
use crate::smtp::quoted;
use crate::time::Duration;

/// A server as data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What it is for.
    pub role: Role,
    /// The domains it delivers for.
    #[serde(default)]
    pub local_domains: Vec<String>,
    /// The local mailboxes; none listed means that every local-part exists.
    #[serde(default)]
    pub mailboxes: Vec<String>,
    /// Who may log in.
    #[serde(default)]
    pub users: Vec<User>,
    /// Networks whose clients may relay without AUTH.
    #[serde(default)]
    pub trusted: Vec<Prefix>,
    /// May STARTTLS be used; must it?
    #[serde(default)]
    pub tls: TlsRule,
    /// Its SASL mechanisms in the order of the EHLO line.
    #[serde(default)]
    pub mechanisms: Vec<String>,
    /// Are plaintext mechanisms offered outside TLS?
    #[serde(default)]
    pub plaintext_auth: bool,
    /// Must a client authenticate before MAIL, unless trusted?
    #[serde(default)]
    pub require_auth: bool,
    /// Its EHLO keywords; absent means all that this project knows.
    #[serde(default)]
    pub extensions: Option<Vec<String>>,
    /// The largest message in octets.
    #[serde(default)]
    pub size: Option<u64>,
    /// The most recipients a transaction.
    #[serde(default)]
    pub recipients: Option<usize>,
    /// Greylisting, where it is on.
    #[serde(default)]
    pub greylisting: Option<GreylistingConfig>,
    /// Address ranges it takes no mail from (IP25B, listings of dynamic ranges).
    #[serde(default)]
    pub listed: Vec<Prefix>,
    /// Does it refuse senders whose domain has a null MX?
    #[serde(default)]
    pub refuse_null_mx_senders: bool,
    /// What its site asks beyond the protocol.
    #[serde(default)]
    pub rules: SiteRules,
    /// Faults.
    #[serde(default)]
    pub faults: Vec<Fault>,
}

/// What a site asks of its clients beyond the protocol, each by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SiteRules {
    /// Does the host take no mail at all, from nobody (RFC 7504 §3)?
    pub no_mail: bool,
    /// Does it refuse recipients in domains that have a null MX (RFC 7505 §4.1)?
    pub refuse_null_mx_recipients: bool,
    /// How long the greeting is held back, in milliseconds. A client that speaks before it is turned away.
    pub greeting_ms: u64,
    /// Refused commands in a row before every further answer is held back for a second.
    pub tarpit_after: Option<u32>,
    /// Refused commands in a row before the server closes.
    pub errors: Option<u32>,
    /// Which endings of the mail data are taken, where not those of the software.
    pub end_of_data: Option<EndOfData>,
    /// What is made of the sender's SPF record, if it is looked up at all (RFC 7208).
    pub spf: Option<SpfUse>,
}

/// Greylisting as data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GreylistingConfig {
    /// How long a new client must wait, in seconds.
    pub after_s: u64,
    /// Until when it must have come back, in seconds.
    pub within_s: u64,
}

/// What a server takes from its surroundings: what would otherwise be random or dated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surroundings {
    /// The wall clock at virtual time zero, in seconds since 1970.
    pub epoch: u64,
    /// The seed of challenges and queue ids.
    pub entropy: u64,
}

/// The settings of the server `name` that this data describes, speaking as `profile`.
///
/// # Errors
/// The EHLO keyword or the mechanism that this project does not know.
pub fn settings(
    name: &str,
    config: &Config,
    mut profile: Profile,
    surroundings: Surroundings,
) -> Result<Arc<Settings>, UnknownWord> {
    let extensions = match config.extensions.as_ref().or(profile.extensions.as_ref()) {
        None => extension::ALL.to_vec(),
        Some(keywords) => {
            let mut extensions = Vec::new();
            for word in keywords {
                let Some(extension) = extension::by_keyword(word) else {
                    return Err(UnknownWord { what: "EHLO keyword", word: word.clone() });
                };
                extensions.push(extension);
            }
            extensions
        }
    };
    if let Some(word) = config.mechanisms.iter().find(|word| crate::sasl::Mechanism::by_name(word.as_bytes()).is_none())
    {
        return Err(UnknownWord { what: "SASL mechanism", word: word.clone() });
    }
    profile.limits = Limits {
        message: config.size.or(profile.limits.message),
        recipients: config.recipients.unwrap_or(profile.limits.recipients),
        greeting: profile.limits.greeting.max(Duration::from_millis(config.rules.greeting_ms)),
        slow_after_errors: config.rules.tarpit_after.or(profile.limits.slow_after_errors),
        errors: config.rules.errors.or(profile.limits.errors),
        ..profile.limits
    };
    let end_of_data = &mut profile.behaviours.end_of_data;
    *end_of_data = config.rules.end_of_data.unwrap_or(*end_of_data);
    Ok(Arc::new(Settings {
        name: name.to_owned(),
        role: config.role,
        local_domains: config.local_domains.clone(),
        mailboxes: config.mailboxes.clone(),
        users: config.users.clone(),
        trusted: config.trusted.clone(),
        tls: config.tls,
        mechanisms: mechanisms(config, &profile),
        plaintext_auth: config.plaintext_auth,
        extensions,
        policies: policies(config),
        faults: config.faults.clone(),
        profile,
        epoch: surroundings.epoch,
        entropy: surroundings.entropy,
    }))
}

/// The site's mechanisms, as far as the software has them.
fn mechanisms(config: &Config, profile: &Profile) -> Vec<String> {
    let has = |word: &&String| profile.mechanisms.as_ref().is_none_or(|own| own.contains(word));
    config.mechanisms.iter().filter(has).cloned().gather()
}

/// A word in a server's data that means nothing here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is no {what} known here", quoted(word))]
pub struct UnknownWord {
    /// What was looked for.
    pub what: &'static str,
    /// The word.
    pub word: String,
}

/// The policies in the order they are asked: who may speak, for whom, then to whom.
fn policies(config: &Config) -> Vec<Box<dyn Policy>> {
    let mut policies: Vec<Box<dyn Policy>> = Vec::new();
    if config.rules.no_mail {
        policies.push(Box::new(NoMailHere));
    }
    if config.require_auth {
        policies.push(Box::new(Authenticated));
    }
    policies.push(Box::new(SenderRights));
    if config.refuse_null_mx_senders {
        policies.push(Box::new(NoNullMx));
    }
    if let Some(use_of_it) = config.rules.spf {
        policies.push(Box::new(SenderPolicy { use_of_it }));
    }
    policies.push(Box::new(NoOpenRelay));
    policies.push(Box::new(SenderDomainExists));
    if !config.listed.is_empty() {
        policies.push(Box::new(DynamicClient { ranges: config.listed.clone() }));
    }
    policies.push(Box::new(KnownMailbox));
    if config.rules.refuse_null_mx_recipients {
        policies.push(Box::new(NoNullMxRecipients));
    }
    if let Some(GreylistingConfig { after_s, within_s }) = config.greylisting {
        policies
            .push(Box::new(Greylisting { after: Duration::from_secs(after_s), within: Duration::from_secs(within_s) }));
    }
    policies
}
