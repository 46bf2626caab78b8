//! Mail from a domain that does not exist cannot be answered, so some servers take none (RFC 5321 §3.6.2 and §7.8 leave it to
//! the site).

use crate::dns::{Answer, Kind, Question};
use crate::session::{Context, Facts, Policy, Ruling, SenderDomain, Stage, Verdict};
use crate::smtp::{ReplyCode, ip};

/// RFC 7372 names no code for it; 5.1.8 is RFC 3463 §3.2's: bad sender's system address.
const NO_SUCH_DOMAIN: Verdict = Verdict::new(
    "server.sender-domain.unknown",
    ReplyCode::MAILBOX_UNAVAILABLE,
    (5, 1, 8),
    "The domain of sender <{path}> does not exist",
);

/// RFC 5321 §2.3.5: an address that is to be of use elsewhere needs a domain that means the same there.
const NO_DOMAIN: Verdict = Verdict::new(
    "server.sender-domain.missing",
    ReplyCode::MAILBOX_NOT_ALLOWED,
    (5, 5, 4),
    "Sender <{path}> needs a domain of its own",
);

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] = &[&NO_SUCH_DOMAIN, &NO_DOMAIN];

/// The policy.
#[derive(Debug)]
pub struct SenderDomainExists;

impl Policy for SenderDomainExists {
    fn consult(&self, at: Stage, facts: &Facts<'_>, cx: &mut Context<'_>) -> Option<Ruling> {
        let looks = cx.settings.profile.behaviours.sender_domain == SenderDomain::SaidAtRecipient;
        if !looks || at != Stage::Rcpt || cx.may_relay() {
            return None;
        }
        let path = &*facts.transaction?.reverse_path;
        let Some((_, domain)) = path.rsplit_once('@').filter(|(_, domain)| !domain.eq_ignore_ascii_case("localhost"))
        else {
            return (!path.is_empty()).then(|| cx.rule(&NO_DOMAIN, &[("path", path)]));
        };
        // An address is there without the DNS; whatever else stands in brackets is nowhere.
        let address = domain.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        if address.is_some_and(|it| ip::ipv4(it).is_some()) {
            return None;
        }
        let exists = !domain.starts_with('[')
            && [Kind::Mx, Kind::A].iter().any(|kind| {
                let answer = cx.look_up(Question::new(domain, *kind));
                !matches!(answer, Answer::NoSuchName)
            });
        (!exists).then(|| cx.rule(&NO_SUCH_DOMAIN, &[("path", path)]))
    }
}
