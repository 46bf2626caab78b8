//! What a client has to do: one message, its envelope, and how it may travel.
//!
//! Not how the client goes about it: that is its profile's matter.

use core::fmt;

use crate::sasl::Mechanism;
use crate::smtp::Asked;

/// One message to send over one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The client's own name: the argument of EHLO.
    pub client_name: String,
    /// How the connection is protected.
    pub security: Security,
    /// With which credentials, if any.
    pub credentials: Option<Credentials>,
    /// The mailbox of the reverse-path; `None` for the null reverse-path.
    pub reverse_path: Option<String>,
    /// The mailboxes of the forward-paths.
    pub forward_paths: Vec<String>,
    /// What the sender asks of notices.
    pub asked: Asked,
    /// The message, with CRLF line ends and without dot stuffing.
    pub message: Vec<u8>,
}

/// How a connection is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Security {
    /// Nobody said anything: in clear, unless the program uses STARTTLS by itself where it is offered.
    #[default]
    None,
    /// In clear, whatever the program would do by itself.
    InClear,
    /// By STARTTLS, where it is offered.
    StartTlsIfOffered,
    /// By STARTTLS, or not at all.
    StartTlsRequired,
    /// By TLS from the first octet on: the driver has made the handshake before the dialogue begins.
    Implicit,
}

/// Who the client says it is, and by which mechanism.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The one mechanism to use; `None` for the first offered one in the order of the client's profile.
    pub mechanism: Option<Mechanism>,
    /// The user name.
    pub user: String,
    /// The password.
    pub password: String,
}

/// Secrets print as redacted.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mechanism = self.mechanism.map_or("any", Mechanism::name);
        write!(f, "Credentials({mechanism}, {:?}, [redacted])", self.user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_printed() {
        let credentials = Credentials { mechanism: None, user: "alice".into(), password: "correct-horse".into() };
        assert_eq!(format!("{credentials:?}"), r#"Credentials(any, "alice", [redacted])"#);
    }
}
