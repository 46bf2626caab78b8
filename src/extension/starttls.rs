//! STARTTLS (RFC 3207): the session moves into TLS and begins anew.

use crate::session::{
    Context, Early, Extension, HelloAfterTls, InTransaction, NeededFor, Ruling, State, Then, TlsRule, Verdict,
};
use crate::smtp::{Command, ReplyCode, Verb};

/// RFC 3207 §4: the client may begin the handshake.
const READY: Verdict = Verdict::new("server.starttls.ready", ReplyCode::SERVICE_READY, (2, 0, 0), "Ready to start TLS");
/// RFC 3207 §4.2: inside TLS the command is not offered and not to be used.
const ALREADY: Verdict =
    Verdict::new("server.starttls.already", ReplyCode::BAD_SEQUENCE, (5, 5, 1), "TLS is already active");
/// RFC 3207 §4: a server that requires TLS answers every command but NOOP, EHLO, STARTTLS and QUIT so.
const REQUIRED: Verdict = Verdict::new(
    "server.starttls.required",
    ReplyCode::AUTHENTICATION_REQUIRED,
    (5, 7, 0),
    "Must issue a STARTTLS command first",
);
/// RFC 5321 §4.1.4: STARTTLS before EHLO, or inside a mail transaction.
const NOT_NOW: Verdict =
    Verdict::new("server.starttls.not-now", ReplyCode::BAD_SEQUENCE, (5, 5, 1), "STARTTLS is not taken here");

/// The verdicts of this file.
pub(super) const VERDICTS: &[&Verdict] = &[&READY, &ALREADY, &REQUIRED, &NOT_NOW];

/// The extension.
pub(super) struct StartTls;

impl Extension for StartTls {
    fn keyword(&self) -> &'static str {
        "STARTTLS"
    }

    fn is_offered(&self, cx: &Context<'_>) -> bool {
        // RFC 3207 §4.2: after the handshake the keyword is gone.
        cx.settings.tls != TlsRule::None && !cx.channel.tls
    }

    fn verbs(&self) -> &'static [Verb] {
        &[Verb::StartTls]
    }

    fn gate(&self, cx: &Context<'_>, verb: Verb, state: &State) -> Option<Ruling> {
        let needed = cx.settings.tls == TlsRule::Required && !cx.channel.tls;
        let free = matches!(verb, Verb::Noop | Verb::Ehlo | Verb::StartTls | Verb::Quit);
        let refused = match cx.settings.profile.behaviours.starttls_needed_for {
            NeededFor::EveryCommand => !free,
            NeededFor::AllButGreetings => !free && !matches!(verb, Verb::Helo | Verb::Unknown),
            NeededFor::Mail => verb == Verb::Mail && matches!(state, State::Ready(_)),
            NeededFor::Nothing => false,
        };
        (needed && refused).then(|| cx.rule(&REQUIRED, &[]))
    }

    fn out_of_place(&self, cx: &Context<'_>, state: &State) -> Option<&'static Verdict> {
        let behaviours = &cx.settings.profile.behaviours;
        let taken = match state {
            State::Ready(_) => true,
            State::Greeted => behaviours.starttls_before_hello == Early::Taken,
            State::Mail(..) | State::Rcpt(..) | State::Chunks(_) => {
                behaviours.starttls_in_transaction == InTransaction::EndsIt
            }
            _ => false,
        };
        if cx.channel.tls { Some(&ALREADY) } else { (!taken).then_some(&NOT_NOW) }
    }

    fn handle(&self, cx: &mut Context<'_>, state: State, _command: &Command<'_>) -> (State, Ruling) {
        let no_tls = !cx.channel.tls && cx.settings.tls == TlsRule::None;
        match self.out_of_place(cx, &state) {
            _ if no_tls => (state, cx.rule(&crate::session::NOT_IMPLEMENTED, &[])),
            Some(verdict) => (state, cx.rule(verdict, &[])),
            None => {
                let kept = cx.settings.profile.behaviours.hello_after_tls == HelloAfterTls::Kept;
                let hello = state.hello().filter(|_| kept).cloned();
                (State::Tls(hello), cx.rule_then(&READY, &[], Then::StartTls))
            }
        }
    }
}
