//! The client's mail transaction (RFC 5321 §3.3): MAIL, RCPT, DATA, the message, and what each answer leads to.
//!
//! Not the grammar of paths: they come from the job as they are to be sent.

use super::write::Write;
use super::{Awaited, Dialogue};
use crate::client::profile::{Grouping, Size};
use crate::client::report::{Fate, Refusal};
use crate::client::{Close, Move};
use crate::smtp::{Verb, Wishes};

impl Dialogue {
    /// Begins the transaction.
    pub(super) fn mail(&mut self, out: &mut Vec<Move>) {
        self.report.offers_dsn = self.offers.dsn;
        let mail = self.with_mail(Write::default());
        self.awaited.push_back(Awaited::Mail);
        if self.pipelines(Grouping::All) {
            self.group(mail, out);
        } else {
            mail.send(out);
        }
    }

    fn with_mail(&self, write: Write) -> Write {
        let sender = self.job.reverse_path.as_deref().unwrap_or_default();
        let size = self.job.message.len();
        let size = match self.manners.size {
            Size::Lower if self.offers.size => [" size=", &size.to_string()].concat(),
            Size::Upper if self.offers.size => [" SIZE=", &size.to_string()].concat(),
            _ => String::new(),
        };
        // RFC 6152 §3: content outside US-ASCII is announced to a server that takes it.
        let eight_bit = self.manners.eight_bit && self.offers.eight_bit && !self.job.message.is_ascii();
        let body = if eight_bit { " BODY=8BITMIME" } else { "" };
        let wishes = self.wishes(&self.job.asked.mail, &Wishes::MAIL);
        let line = [&*self.verb(Verb::Mail), " FROM:<", sender, ">", &size, body, &wishes];
        write.command(Verb::Mail, &line, crate::client::MAIL)
    }

    /// What is asked of notices, as parameters. RFC 3461 §5.2.2: never to a server that does not offer DSN.
    fn wishes(&self, wishes: &Wishes, names: &[&str]) -> String {
        let value = |name: &&str| wishes.value(name).map(|value| format!(" {name}={value}"));
        if self.offers.dsn { names.iter().filter_map(value).collect() } else { String::new() }
    }

    fn with_rcpt(&self, write: Write, number: usize) -> Write {
        let path = self.job.forward_paths.get(number).map_or("", String::as_str);
        let asked = self.job.asked.of(path);
        let wishes = self.wishes(asked, &Wishes::RCPT);
        // RFC 3461 §5.2.1: a server on the way may name the recipient where nobody has.
        let own = self.manners.orcpt && self.offers.dsn && asked.orcpt.is_none();
        let orcpt = if own { format!(" ORCPT=rfc822;{path}") } else { String::new() };
        let line = [&*self.verb(Verb::Rcpt), " TO:<", path, ">", &wishes, &orcpt];
        write.command(Verb::Rcpt, &line, crate::client::RCPT)
    }

    fn pipelines(&self, grouping: Grouping) -> bool {
        self.offers.pipelining && self.manners.grouping == grouping
    }

    /// Sends every RCPT and DATA behind what is already in the write, without waiting (RFC 2920 §3.1: DATA last).
    fn group(&mut self, mut write: Write, out: &mut Vec<Move>) {
        for number in 0..self.job.forward_paths.len() {
            write = self.with_rcpt(self.part(write, out), number);
            self.awaited.push_back(Awaited::Rcpt(number));
        }
        self.part(write, out).command(Verb::Data, &[&self.verb(Verb::Data)], crate::client::DATA).send(out);
        self.awaited.push_back(Awaited::Data);
    }

    /// A program that writes each command by itself sends what it has so far.
    fn part(&self, write: Write, out: &mut Vec<Move>) -> Write {
        if !self.manners.single_writes {
            return write;
        }
        write.send(out);
        Write::default()
    }

    fn rcpt(&mut self, number: usize, out: &mut Vec<Move>) {
        self.with_rcpt(Write::default(), number).send(out);
        self.awaited.push_back(Awaited::Rcpt(number));
    }

    pub(super) fn mail_reply(&mut self, said: &Refusal, out: &mut Vec<Move>) {
        if said.code.as_u16() / 100 != 2 {
            self.refused(Awaited::Mail, said);
            return self.abort(out);
        }
        if !self.awaited.is_empty() {
            return;
        }
        if self.pipelines(Grouping::AfterMail) {
            self.group(Write::default(), out);
        } else {
            self.next_recipient(0, out);
        }
    }

    pub(super) fn rcpt_reply(&mut self, number: usize, said: &Refusal, out: &mut Vec<Move>) {
        if said.code.as_u16() / 100 == 2 {
            if let Some(accepted) = self.accepted.get_mut(number) {
                *accepted = !self.aborted;
            }
        } else if !self.aborted {
            self.refused(Awaited::Rcpt(number), said);
            if self.manners.all_or_nothing {
                return self.abort(out);
            }
        }
        if self.awaited.is_empty() {
            self.next_recipient(number + 1, out);
        }
    }

    /// Goes on with this recipient, or with DATA when there is none left.
    fn next_recipient(&mut self, number: usize, out: &mut Vec<Move>) {
        if number < self.job.forward_paths.len() && !self.aborted {
            return self.rcpt(number, out);
        }
        // RFC 5321 §3.3: without a recipient there is nothing to send.
        if self.aborted || !self.accepted.contains(&true) {
            return self.leave(self.manners.close.transaction, out);
        }
        Write::default().command(Verb::Data, &[&self.verb(Verb::Data)], crate::client::DATA).send(out);
        self.awaited.push_back(Awaited::Data);
    }

    /// The transaction is lost. Replies already on their way are still waited for.
    fn abort(&mut self, out: &mut Vec<Move>) {
        self.aborted = true;
        if self.awaited.is_empty() {
            self.leave(self.manners.close.transaction, out);
        }
    }

    pub(super) fn data_reply(&mut self, said: &Refusal, out: &mut Vec<Move>) {
        let go_ahead = said.code.as_u16() / 100 == 3;
        let wanted = self.accepted.contains(&true);
        match (go_ahead, self.aborted, wanted) {
            (true, false, true) => self.message(out),
            // RFC 2920 §3.1: a DATA accepted although no recipient was gets a single dot.
            (true, _, false) => {
                Write::default().message(b"", crate::client::EMPTY_MESSAGE).send(out);
                self.awaited.push_back(Awaited::EmptyMessage);
            }
            // Recipients are accepted and nothing must be delivered: only closing keeps the server from it.
            (true, true, true) => self.close(Close::Fin, crate::client::CLOSE_AFTER_REFUSAL, out),
            (false, aborted, wanted) => {
                if wanted && !aborted {
                    self.refused(Awaited::Data, said);
                }
                self.leave(self.manners.close.transaction, out);
            }
        }
    }

    fn message(&mut self, out: &mut Vec<Move>) {
        let mut write = Write::default().message(&self.job.message, crate::client::MESSAGE);
        self.awaited.push_back(Awaited::Message);
        if self.quits_with_message() {
            write = write.command(Verb::Quit, &[Verb::Quit.name()], crate::client::QUIT);
            self.awaited.push_back(Awaited::Quit);
        }
        write.send(out);
    }

    fn quits_with_message(&self) -> bool {
        self.manners.quit_with_message && self.offers.pipelining
    }

    pub(super) fn message_reply(&mut self, awaited: Awaited, said: &Refusal, out: &mut Vec<Move>) {
        if awaited == Awaited::EmptyMessage {
            return self.leave(self.manners.close.transaction, out);
        }
        let mut ending = self.manners.close.message;
        if said.code.as_u16() / 100 == 2 {
            // RFC 5321 §6.1: from here on the server answers for the message.
            self.report.taken = true;
            for (recipient, _) in self.report.recipients.iter_mut().zip(&self.accepted).filter(|(_, a)| **a) {
                recipient.fate = Fate::Taken;
            }
            ending = self.manners.close.done;
        } else {
            self.refused(Awaited::Message, said);
        }
        if self.awaited.contains(&Awaited::Quit) {
            self.phase = super::Phase::Leaving;
        } else {
            self.leave(ending, out);
        }
    }
}
