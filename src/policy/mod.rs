//! Policies: what a site refuses although the protocol would allow it. One file each.
//!
//! A policy is asked at its stage and rules or lets pass. Which ones a server has, and in what order, its settings say.

mod dynamic_client;
mod greylisting;
mod mailbox;
mod no_mail;
mod null_mx;
mod relay;
mod sender_domain;
mod spf;
mod submission;

pub use dynamic_client::DynamicClient;
pub use greylisting::Greylisting;
pub use mailbox::KnownMailbox;
pub use no_mail::NoMailHere;
pub use null_mx::{NoNullMx, NoNullMxRecipients};
pub use relay::NoOpenRelay;
pub use sender_domain::SenderDomainExists;
pub use spf::{SenderPolicy, SpfUse};
pub use submission::{Authenticated, SenderRights};

use crate::reason::Reason;
use crate::session::Verdict;

/// The reasons of this module that belong to no reply.
pub(crate) const REASONS: &[Reason] = &[greylisting::CAME_BACK, spf::PASSED, spf::UNDECIDED, spf::NOTED];

/// The verdicts of the policies.
pub(crate) const VERDICT_LISTS: &[&[&Verdict]] = &[
    relay::VERDICTS,
    mailbox::VERDICTS,
    submission::VERDICTS,
    greylisting::VERDICTS,
    dynamic_client::VERDICTS,
    null_mx::VERDICTS,
    sender_domain::VERDICTS,
    no_mail::VERDICTS,
    spf::VERDICTS,
];
