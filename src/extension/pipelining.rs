//! PIPELINING (RFC 2920): the client may send several commands without waiting for each reply.
//!
//! The session answers in order and never flushes its input, offered or not (RFC 2920 §3.2); what the keyword
//! changes is what the client may do.

use crate::session::Extension;

/// The extension.
pub(super) struct Pipelining;

impl Extension for Pipelining {
    fn keyword(&self) -> &'static str {
        "PIPELINING"
    }
}
