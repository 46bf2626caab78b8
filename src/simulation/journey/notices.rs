//! What the sender is told by the servers that had its message: failures, and what it has asked to hear (RFC 3461 §5.2).

use super::{Attempted, Journey, LOCAL, Mail, NO_NOTICE, note_plan};
use crate::client::Fate;
use crate::client::mta::{Action, Notice, Returned};
use crate::gather::Gather as _;
use crate::reason::Reason;
use crate::simulation::limits::{LEGS, QUEUE_PICKS_UP};
use crate::simulation::outcome::Purpose;
use crate::simulation::recorder::Recorder;
use crate::simulation::setup::Setup;
use crate::smtp::{Asked, EnhancedCode};
use crate::time::{Instant, date};
use crate::transcript::{Detail, Kind, Phase, Queue, Side, Transcript};

/// A server reports what the sender has asked to hear: it was delivered, or passed on.
pub(super) const REPORT: Reason = Reason::new("queue.report");
/// It could not be delivered, and the sender has asked not to be told.
pub(super) const UNWANTED: Reason = Reason::new("queue.notice-unwanted");

/// A notice before it is written.
struct News<'a> {
    /// Who reports.
    host: &'a str,
    /// On which mail.
    mail: &'a Mail,
    action: Action,
    recipients: &'a [Returned],
    at: Instant,
}

impl Journey {
    /// What failed for good on a leg after the first goes back as a notice, which is a leg of its own.
    pub(super) fn return_to_sender(
        &mut self,
        at: usize,
        returned: &[Returned],
        moment: Instant,
        setup: &Setup,
        transcript: &mut Transcript,
    ) {
        // A client's own queue tells its user, and no notice travels.
        let Some(leg) = self.legs.get(at).filter(|leg| !returned.is_empty() && !leg.first_hop) else { return };
        if leg.mail.reverse_path.is_none() {
            self.untold = true;
            // RFC 5321 §6.1: no notice about a notice.
            note_plan(leg, NO_NOTICE, leg.mail.forward_paths.clone(), None, moment, transcript);
            return;
        }
        // RFC 3461 §5.2.6: no notice where NOTIFY does not name FAILURE.
        let (wanted, unwanted): (Vec<Returned>, Vec<Returned>) =
            returned.iter().cloned().partition(|returned| leg.mail.asked.of(&returned.forward_path).wants_failure());
        if !unwanted.is_empty() {
            self.untold = true;
            let paths = unwanted.into_iter().map(|returned| returned.forward_path).gather();
            note_plan(leg, UNWANTED, paths, None, moment, transcript);
        }
        let (host, mail) = (leg.sender.name.clone(), leg.mail.clone());
        let news = News { host: &host, mail: &mail, action: Action::Failed, recipients: &wanted, at: moment };
        self.send_notice(&news, setup, transcript);
    }

    /// RFC 3461 §5.2.3: what is in the mailbox is reported where NOTIFY names SUCCESS.
    pub(super) fn report_delivered(
        &mut self,
        host: &str,
        mail: &Mail,
        paths: &[String],
        setup: &Setup,
        transcript: &mut Transcript,
    ) {
        let wanted = paths.iter().filter(|path| mail.asked.of(path).wants_success());
        let told = |path: &String| Returned::new(path, EnhancedCode::new(2, 1, 5), "delivered", None);
        let recipients: Vec<Returned> = wanted.map(told).gather();
        let news = News { host, mail, action: Action::Delivered, recipients: &recipients, at: self.now };
        self.send_notice(&news, setup, transcript);
    }

    /// RFC 3461 §5.2.2: a server that does not offer DSN will report nothing, so its predecessor reports that it has
    /// the message.
    pub(super) fn report_relayed(
        &mut self,
        at: usize,
        attempted: &Attempted,
        setup: &Setup,
        transcript: &mut Transcript,
    ) {
        let Some(leg) = self.legs.get(at).filter(|leg| !leg.first_hop && !attempted.report.offers_dsn) else { return };
        let said = attempted.report.last.as_ref().map(ToString::to_string).unwrap_or_default();
        let taken = attempted.report.recipients.iter().filter(|recipient| recipient.fate == Fate::Taken);
        let wanted = taken.filter(|recipient| leg.mail.asked.of(&recipient.forward_path).wants_success());
        let recipients: Vec<Returned> = wanted
            .map(|it| Returned::new(&it.forward_path, EnhancedCode::new(2, 0, 0), &said, Some(attempted.host.clone())))
            .gather();
        if recipients.is_empty() {
            return;
        }
        let (host, mail) = (leg.sender.name.clone(), leg.mail.clone());
        let news =
            News { host: &host, mail: &mail, action: Action::Relayed, recipients: &recipients, at: attempted.at };
        self.send_notice(&news, setup, transcript);
    }

    /// A notice begins its way, or ends it at once in a mailbox of the same host. About nobody there is none.
    fn send_notice(&mut self, news: &News<'_>, setup: &Setup, transcript: &mut Transcript) {
        let Some(sender) = news.mail.reverse_path.clone().filter(|_| !news.recipients.is_empty()) else { return };
        let notice = Notice {
            host: news.host,
            date: &date(setup.epoch, news.at),
            id: &format!("N{}", self.legs.len()),
            sender: &sender,
            message: &news.mail.octets,
            action: news.action,
            returned: news.recipients,
            asked: &news.mail.asked,
        };
        let octets = notice.message();
        let local = sender.rsplit_once('@').is_some_and(|(_, domain)| {
            setup.settings(news.host).is_some_and(|settings| settings.is_local_domain(domain.as_bytes()))
        });
        let failed = news.action == Action::Failed;
        if local {
            let host = news.host.to_owned();
            let detail = Detail::Queue(Box::new(Queue { host, recipients: vec![sender], next_try: None }));
            let number = u8::try_from(self.legs.len() + 1).unwrap_or(LEGS);
            let mut rec = Recorder { transcript, leg: number, attempt: 1 };
            rec.note(news.at, Kind::Queue, Side::Client, Phase::Queue, LOCAL, detail);
            self.notice_delivered = failed.then_some(news.at).or(self.notice_delivered);
            return;
        }
        let mail = Mail { reverse_path: None, forward_paths: vec![sender], asked: Asked::default(), octets };
        let purpose = if failed { Purpose::Bounce } else { Purpose::Report };
        self.add_leg(purpose, news.host, mail, news.at.after(QUEUE_PICKS_UP), setup);
    }
}
