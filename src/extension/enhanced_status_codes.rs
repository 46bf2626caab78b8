//! ENHANCEDSTATUSCODES (RFC 2034): replies carry a class, a subject and a detail.
//!
//! The codes themselves stand with the verdicts; whether they are sent is decided where rulings are made.

use crate::session::{Context, Extension};

/// The extension.
pub(super) struct EnhancedStatusCodes;

impl Extension for EnhancedStatusCodes {
    fn keyword(&self) -> &'static str {
        "ENHANCEDSTATUSCODES"
    }

    fn is_offered(&self, cx: &Context<'_>) -> bool {
        cx.settings.profile.enhanced_codes
    }
}
