//! SASL mechanisms (RFC 4422), both sides: what is said, not how it travels.
//!
//! Base64 and the commands around it are the SMTP profile (RFC 4954) and live with the AUTH extension and the
//! client. A mechanism is a value that takes decoded octets and gives decoded octets; it knows no user database.

pub mod client;
pub mod server;

mod cram_md5;

pub use cram_md5::{challenge, digest};

/// A mechanism this project can speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mechanism {
    /// User and password in one message (RFC 4616).
    Plain,
    /// User and password, asked for one by one; no RFC defines it.
    Login,
    /// A keyed digest over a challenge (RFC 2195).
    CramMd5,
}

impl Mechanism {
    /// All mechanisms, in the order a server lists them.
    pub const ALL: [Self; 3] = [Self::Plain, Self::Login, Self::CramMd5];

    /// The registered name (RFC 4422 §3.1); LOGIN is usual, though not registered by an RFC of ours.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
            Self::CramMd5 => "CRAM-MD5",
        }
    }

    /// The mechanism of this name, in any case.
    #[must_use]
    pub fn by_name(name: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|mechanism| mechanism.name().as_bytes().eq_ignore_ascii_case(name))
    }

    /// Does the password itself travel? RFC 4954 §4: such a mechanism SHOULD NOT be used without TLS.
    #[must_use]
    pub const fn is_plaintext(self) -> bool {
        matches!(self, Self::Plain | Self::Login)
    }

    /// Does the server speak first? Then no initial response is allowed (RFC 4422 §5).
    #[must_use]
    pub const fn is_server_first(self) -> bool {
        matches!(self, Self::CramMd5)
    }
}
