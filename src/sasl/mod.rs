//! SASL mechanisms (RFC 4422), both sides: what is said, not how it travels.
//!
//! Base64 and the commands around it are the SMTP profile (RFC 4954) and live with the AUTH extension and the
//! client. A mechanism is a value that takes decoded octets and gives decoded octets; it knows no user database.

pub mod client;
pub mod server;

mod cram_md5;
mod hmac;
mod oauth;
mod scram;

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
    /// Both ends prove that they know the password (RFC 5802, RFC 7677).
    ScramSha256,
    /// A token (RFC 7628).
    OAuthBearer,
    /// A token, in the form that was there before the RFC.
    XOAuth2,
}

impl Mechanism {
    /// All mechanisms, in the order a server lists them.
    pub const ALL: [Self; 6] =
        [Self::Plain, Self::Login, Self::CramMd5, Self::ScramSha256, Self::OAuthBearer, Self::XOAuth2];

    /// The registered name (RFC 4422 §3.1); LOGIN and XOAUTH2 are usual, though no RFC defines them.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
            Self::CramMd5 => "CRAM-MD5",
            Self::ScramSha256 => "SCRAM-SHA-256",
            Self::OAuthBearer => "OAUTHBEARER",
            Self::XOAuth2 => "XOAUTH2",
        }
    }

    /// The mechanism of this name, in any case.
    #[must_use]
    pub fn by_name(name: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|mechanism| mechanism.name().as_bytes().eq_ignore_ascii_case(name))
    }

    /// Does the secret itself travel? RFC 4954 §4: such a mechanism SHOULD NOT be used without TLS; RFC 7628 §5 says
    /// so of tokens.
    #[must_use]
    pub const fn is_plaintext(self) -> bool {
        matches!(self, Self::Plain | Self::Login | Self::OAuthBearer | Self::XOAuth2)
    }

    /// Is the secret a token and no password?
    #[must_use]
    pub const fn takes_token(self) -> bool {
        matches!(self, Self::OAuthBearer | Self::XOAuth2)
    }

    /// Does the server speak first? Then no initial response is allowed (RFC 4422 §5).
    #[must_use]
    pub const fn is_server_first(self) -> bool {
        matches!(self, Self::CramMd5)
    }
}
