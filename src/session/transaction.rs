//! What a session has learned: who greets, who is proven to be whom, what is to be delivered.
//!
//! Data that exists in one state only is a field of that state. A [`Transaction`] comes only from an accepted
//! reverse-path, a [`Deliverable`] only from a transaction with a forward-path, an [`Identity`] only from a finished
//! AUTH exchange.
//!
//! Its texts are shared: with each reply goes a [`Snapshot`], and what does not change is not copied for it.

use std::net::IpAddr;
use std::sync::Arc;

use crate::smtp::{Asked, Wishes};

/// The client's greeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    /// The argument of EHLO or HELO; empty where a server lets MAIL come without one.
    pub name: Arc<str>,
    /// Was it EHLO? Only then may parameters and extensions be used (RFC 5321 §2.2.1).
    pub extended: bool,
}

/// Who the client has proven to be (RFC 4954).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity(Arc<str>);

impl Identity {
    /// The identity a finished AUTH exchange has proven.
    pub(crate) fn proven(user: &str) -> Self {
        Self(user.into())
    }

    /// The user name.
    #[must_use]
    pub const fn user(&self) -> &Arc<str> {
        &self.0
    }
}

/// The connection as the session knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// The client's address.
    pub peer: IpAddr,
    /// Is the connection inside TLS?
    pub tls: bool,
    /// Who the client has proven to be.
    pub identity: Option<Identity>,
    /// AUTH commands that failed on this connection.
    pub auth_failures: u32,
    /// Recipients refused in the present transaction.
    pub bad_recipients: u32,
    /// The size of a refused MAIL, where the server keeps it for the next.
    pub refused_size: Option<u64>,
    /// What has come on this connection.
    pub seen: Seen,
    /// Was a chunk refused, so that those behind it are thrown away up to the last?
    pub skipping_chunks: bool,
    /// The trace field with the result of SPF for the present transaction, without its line end (RFC 7208 §9.1).
    pub received_spf: Option<String>,
}

/// What has come on a connection, whatever became of it since.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Was EHLO accepted?
    pub ehlo: bool,
    /// Has DATA or BDAT come?
    pub data: bool,
}

impl Channel {
    /// EHLO and RSET begin anew, whatever was refused before (RFC 5321 §4.1.4).
    pub(super) const fn forget_refused(&mut self) {
        self.skipping_chunks = false;
        self.refused_size = None;
    }
}

/// A mail transaction: MAIL was accepted (RFC 5321 §3.3).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Transaction {
    /// The reverse-path without its brackets; empty for the null reverse-path.
    pub reverse_path: Arc<str>,
    /// What SIZE= declared, in octets (RFC 1870 §3).
    pub declared_size: Option<u64>,
    /// Was BODY=8BITMIME given (RFC 6152 §2)?
    pub eight_bit: bool,
    /// Was SMTPUTF8 given (RFC 6531 §3.4)?
    pub utf8: bool,
    /// What the command asks of notices, if anything (RFC 3461 §4).
    pub wishes: Option<Box<Wishes>>,
    /// The notices asked for with NOTIFY= (RFC 3461 §4.1), as far as they can contradict each other.
    pub notify: Notices,
}

/// What NOTIFY= has asked for: no notice at all, or some.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Notices {
    /// NEVER.
    pub never: bool,
    /// SUCCESS, FAILURE or DELAY.
    pub some: bool,
}

impl Notices {
    /// These and those of one more value of NOTIFY=.
    #[must_use]
    pub fn with(self, value: &[u8]) -> Self {
        let has = |word: &str| value.split(|octet| *octet == b',').any(|it| it.eq_ignore_ascii_case(word.as_bytes()));
        Self {
            never: self.never || has("NEVER"),
            some: self.some || ["SUCCESS", "FAILURE", "DELAY"].into_iter().any(has),
        }
    }
}

/// Forward-paths without their brackets. Every snapshot of a transaction shares them.
pub type ForwardPaths = Arc<[Arc<str>]>;

/// A recipient that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The forward-path without its brackets.
    pub forward_path: Arc<str>,
    /// What its RCPT asks of notices, if anything (RFC 3461 §4).
    pub wishes: Option<Box<Wishes>>,
}

/// A transaction with at least one forward-path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deliverable {
    transaction: Transaction,
    forward_paths: ForwardPaths,
    /// What is asked of notices for each recipient that something is asked for.
    wishes: Vec<(String, Wishes)>,
}

impl Transaction {
    /// The transaction with its first recipient.
    #[must_use]
    pub fn with_recipient(self, recipient: Recipient) -> Deliverable {
        let mut deliverable =
            Deliverable { transaction: self, forward_paths: ForwardPaths::default(), wishes: Vec::new() };
        deliverable.push(recipient);
        deliverable
    }
}

impl Deliverable {
    /// One more recipient.
    pub fn push(&mut self, recipient: Recipient) {
        let Recipient { forward_path, wishes } = recipient;
        if let Some(wishes) = wishes {
            self.wishes.push((forward_path.to_string(), *wishes));
        }
        self.forward_paths = self.forward_paths.iter().cloned().chain([forward_path]).collect();
    }

    /// What the sender asks of notices.
    #[must_use]
    pub fn into_asked(self) -> Asked {
        Asked { mail: self.transaction.wishes.map(|wishes| *wishes).unwrap_or_default(), rcpt: self.wishes }
    }

    /// What MAIL said, to be amended by what its recipients say.
    pub fn transaction_mut(&mut self) -> &mut Transaction {
        &mut self.transaction
    }

    /// What MAIL said.
    #[must_use]
    pub fn transaction(&self) -> &Transaction {
        &self.transaction
    }

    /// The recipients accepted so far, in order; never empty.
    #[must_use]
    pub fn forward_paths(&self) -> &ForwardPaths {
        &self.forward_paths
    }
}

/// A message the server has taken responsibility for (RFC 5321 §6.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The client's greeting.
    pub hello: Hello,
    /// The client's address.
    pub peer: IpAddr,
    /// Did it come inside TLS?
    pub tls: bool,
    /// The proven user, on submission.
    pub user: Option<Arc<str>>,
    /// The reverse-path; empty for null.
    pub reverse_path: Arc<str>,
    /// The recipients, never empty.
    pub forward_paths: ForwardPaths,
    /// What the sender asks of notices.
    pub asked: Asked,
    /// Needs the next hop 8BITMIME?
    pub eight_bit: bool,
    /// The queue id the client was told.
    pub id: String,
    /// The message with the server's own trace line and additions on top.
    pub message: Vec<u8>,
}

/// What the outside may know of a session at one moment. Taken after each ruling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The state's id, one of [`crate::session::StateId`].
    pub state: crate::session::StateId,
    /// Inside TLS?
    pub tls: bool,
    /// The name the client greeted with.
    pub hello: Option<Arc<str>>,
    /// The proven user.
    pub user: Option<Arc<str>>,
    /// The reverse-path of the open transaction, without brackets.
    pub reverse_path: Option<Arc<str>>,
    /// Its accepted recipients, once there are any.
    pub forward_paths: Option<ForwardPaths>,
}

impl Snapshot {
    /// The accepted recipients of the open transaction.
    #[must_use]
    pub fn forward_paths(&self) -> &[Arc<str>] {
        self.forward_paths.as_deref().unwrap_or_default()
    }
}
