//! The service extensions, one file each.
//!
//! Shared code asks the extensions of a server in turn (RFC 5321 §2.2.2 lists what one defines); it never names one.
//! A new extension is its file, its line in [`ALL`], its line in `VERDICT_LISTS` where it rules, and its data.

mod auth;
mod chunking;
mod dsn;
mod eight_bit_mime;
mod enhanced_status_codes;
mod etrn;
mod pipelining;
mod size;
mod smtputf8;
mod starttls;

use crate::session::{Extension, Verdict};

/// Every extension, in the order of the EHLO reply.
pub const ALL: &[&dyn Extension] = &[
    &pipelining::Pipelining,
    &size::Size,
    &starttls::StartTls,
    &auth::Auth,
    &enhanced_status_codes::EnhancedStatusCodes,
    &eight_bit_mime::EightBitMime,
];

/// The extensions that a server has only where its data says so, in the same order behind the others.
pub const ON_REQUEST: &[&dyn Extension] = &[&dsn::Dsn, &smtputf8::SmtpUtf8, &chunking::Chunking, &etrn::Etrn];

/// The verdicts of the extensions.
pub(crate) const VERDICT_LISTS: &[&[&Verdict]] = &[
    size::VERDICTS,
    starttls::VERDICTS,
    auth::VERDICTS,
    eight_bit_mime::VERDICTS,
    chunking::VERDICTS,
    dsn::VERDICTS,
    smtputf8::VERDICTS,
    etrn::VERDICTS,
];

/// The extension with this EHLO keyword, in any case.
#[must_use]
pub fn by_keyword(keyword: &str) -> Option<&'static dyn Extension> {
    ALL.iter().chain(ON_REQUEST).copied().find(|extension| extension.keyword().eq_ignore_ascii_case(keyword))
}
