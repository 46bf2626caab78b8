//! A server's settings: its name and role, what it offers, for whom it delivers, whom it trusts.
//!
//! Not how it got them: `server` builds settings from the data of a world or of the command line.

use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::prefix::Prefix;
use crate::session::behaviours::OwnLiteral;
use crate::session::context::{Extension, Policy};
use crate::session::fault::Fault;
use crate::session::profile::Profile;

/// What a server is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// It takes mail for its own domains from anywhere (RFC 5321 §2.3.10).
    #[default]
    Mx,
    /// It takes submissions from its users and sends them on (RFC 6409 §3.1).
    Msa,
}

impl Role {
    /// `mx` or `msa`, as in data and links.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Mx => "mx",
            Self::Msa => "msa",
        }
    }
}

/// Who may log in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// The authentication identity.
    pub name: String,
    /// The password.
    pub password: String,
    /// The token of OAUTHBEARER and XOAUTH2, where the user has one.
    #[serde(default)]
    pub token: Option<String>,
    /// The reverse-paths this user may use; empty means any.
    #[serde(default)]
    pub senders: Vec<String>,
}

/// Everything a session needs to know about the server it belongs to.
pub struct Settings {
    /// The host name of the greeting.
    pub name: String,
    /// The server's role.
    pub role: Role,
    /// The domains it delivers for.
    pub local_domains: Vec<String>,
    /// The local mailboxes; empty means that every local-part exists.
    pub mailboxes: Vec<String>,
    /// Who may log in.
    pub users: Vec<User>,
    /// Networks whose clients may relay without AUTH.
    pub trusted: Vec<Prefix>,
    /// May STARTTLS be used; must it?
    pub tls: TlsRule,
    /// The SASL mechanisms, in the order of the EHLO line.
    pub mechanisms: Vec<String>,
    /// Are plaintext mechanisms offered outside TLS? RFC 4954 §4: SHOULD NOT.
    pub plaintext_auth: bool,
    /// The extensions in the order of the EHLO reply.
    pub extensions: Vec<&'static dyn Extension>,
    /// The policies in the order they are asked.
    pub policies: Vec<Box<dyn Policy>>,
    /// Faults, where a scenario sets some.
    pub faults: Vec<Fault>,
    /// Behaviours, limits, texts.
    pub profile: Profile,
    /// The wall clock at virtual time zero, in seconds since 1970: dates in trace lines come from it.
    pub epoch: u64,
    /// What would be random (challenges, queue ids) comes from this.
    pub entropy: u64,
}

/// What the server does about TLS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TlsRule {
    /// No STARTTLS.
    #[default]
    None,
    /// STARTTLS is offered.
    Offered,
    /// STARTTLS is required before anything else (RFC 3207 §4; never on a public MX).
    Required,
}

impl Settings {
    /// Is this one of the domains the server delivers for? Domains ignore case (RFC 5321 §2.4), and a dot at the end
    /// makes no other name of one. An address literal is its own where it is listed and the software looks at that.
    #[must_use]
    pub fn is_local_domain(&self, domain: &[u8]) -> bool {
        if domain.starts_with(b"[") && self.profile.behaviours.own_literal == OwnLiteral::Foreign {
            return false;
        }
        let domain = domain.strip_suffix(b".").unwrap_or(domain);
        self.local_domains.iter().any(|local| local.as_bytes().eq_ignore_ascii_case(domain))
    }

    /// Does the local mailbox exist? Local-parts are compared without case, as every server of the recordings does,
    /// though RFC 5321 §2.4 would let a host tell them apart; postmaster always exists (RFC 5321 §4.5.1), and so does the
    /// mailbox without a name, where the dialect takes one.
    #[must_use]
    pub fn has_mailbox(&self, local_part: &[u8]) -> bool {
        self.mailboxes.is_empty()
            || (local_part.is_empty() && self.profile.dialect.empty_local_part)
            || local_part.eq_ignore_ascii_case(b"postmaster")
            || self.mailboxes.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(local_part))
    }

    /// May clients at this address relay without AUTH?
    #[must_use]
    pub fn trusts(&self, peer: IpAddr) -> bool {
        self.trusted.iter().any(|prefix| prefix.holds(peer).is_some())
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("name", &self.name).field("role", &self.role).finish_non_exhaustive()
    }
}
