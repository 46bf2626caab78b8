//! The servers of these tests, and the commands they are given.

use smtp_explainer::dns::Zone;
use smtp_explainer::server::{Config, Surroundings, settings};
use smtp_explainer::session::{Input, Memory, Outbox, Output, Profile, Session, Settings};
use smtp_explainer::smtp::Verb;
use smtp_explainer::time::{Duration, Instant};

use std::sync::Arc;

/// A server and the client that speaks with it.
pub(crate) struct Server {
    settings: Arc<Settings>,
    /// Does the client speak before it is greeted?
    hasty: bool,
}

const EVERYTHING: &str = r#"["PIPELINING", "SIZE", "STARTTLS", "AUTH", "ENHANCEDSTATUSCODES", "8BITMIME", "DSN", "SMTPUTF8",
    "CHUNKING", "ETRN"]"#;

impl Server {
    fn new(config: &str, hasty: bool) -> Self {
        let config: Config = serde_json::from_str(config).expect("a server as data");
        let mut profile = Profile::default();
        if hasty {
            profile.limits.greeting = Duration::from_secs(1);
        }
        let surroundings = Surroundings { epoch: 1_700_000_000, entropy: 7 };
        Self { settings: settings("mx.example.org", &config, profile, surroundings).expect("known words"), hasty }
    }

    /// An MX without an extension.
    pub(crate) fn plain() -> Self {
        Self::new(r#"{"role": "mx", "local_domains": ["example.org"], "mailboxes": ["bob"], "extensions": []}"#, false)
    }

    /// An MX with every extension.
    pub(crate) fn extended() -> Self {
        let config = r#"{"role": "mx", "local_domains": ["example.org"], "mailboxes": ["bob"], "tls": "offered", "extensions": "#;
        Self::new(&format!("{config}{EVERYTHING}}}"), false)
    }

    /// A submission server that asks a login of all but this client.
    pub(crate) fn trusting() -> Self {
        Self::new(r#"{"role": "msa", "require_auth": true, "trusted": ["198.51.100.0/24"]}"#, false)
    }

    /// A server that turns the client away, because it spoke before its turn.
    pub(crate) fn turning() -> Self {
        Self::new(r#"{"role": "mx", "local_domains": ["example.org"]}"#, true)
    }

    /// An MX, or a submission server that asks TLS first and then a login, with every extension.
    pub(crate) fn of_role(role: &str, hasty: bool) -> Self {
        let more = match role {
            "mx" => r#""tls": "offered""#,
            _ => r#""tls": "required", "require_auth": true"#,
        };
        let users = r#"[{"name": "alice", "password": "correct-horse"}]"#;
        let config = format!(
            r#"{{"role": "{role}", {more}, "local_domains": ["example.org"], "mailboxes": ["bob"], "users": {users},
                "mechanisms": ["PLAIN", "LOGIN"], "extensions": {EVERYTHING}}}"#
        );
        Self::new(&config, hasty)
    }

    /// A session before its connection opens.
    pub(crate) fn fresh(&self) -> Session {
        Session::new(Arc::clone(&self.settings), Memory::default())
    }

    /// A session after the greeting.
    pub(crate) fn opened(&self) -> Session {
        let mut session = self.fresh();
        let out = self.open(&mut session);
        let codes: Vec<u16> = out.outputs.iter().filter_map(code).collect();
        if self.hasty {
            assert!(codes.is_empty(), "the greeting takes its time");
            let out = self.say(&mut session, Input::Octets(b"NOOP\r\n"));
            let codes: Vec<u16> = out.outputs.iter().filter_map(code).collect();
            assert_eq!(codes, [554, 503], "RFC 5321 §3.1: 554 instead of the greeting, then 503");
        } else {
            assert_eq!(codes, [220]);
        }
        session
    }

    /// The connection opens.
    pub(crate) fn open(&self, session: &mut Session) -> Outbox {
        self.say(session, Input::Opened { peer: "198.51.100.7".parse().expect("an address"), tls: false })
    }

    /// One input, and all that comes of it.
    #[expect(clippy::unused_self, reason = "a session is spoken to by its server's client alone")]
    pub(crate) fn say(&self, session: &mut Session, input: Input<'_>) -> Outbox {
        let mut out = Outbox::default();
        session.handle(Instant::ZERO, input, &Zone::default(), &mut out);
        out
    }
}

/// The code of a reply.
pub(crate) fn code(output: &Output) -> Option<u16> {
    match output {
        Output::Ruled { ruling, .. } => Some(ruling.reply.code.as_u16()),
        _ => None,
    }
}

/// A command of this verb whose argument is right.
pub(crate) fn line(verb: Verb) -> String {
    let argument = match verb {
        Verb::Ehlo | Verb::Helo => " client.example.com",
        Verb::Mail | Verb::Send | Verb::Soml | Verb::Saml => " FROM:<alice@example.com>",
        Verb::Rcpt => " TO:<bob@example.org>",
        Verb::Vrfy | Verb::Expn => " bob",
        Verb::Auth => " PLAIN AGFsaWNlAGNvcnJlY3QtaG9yc2U=",
        Verb::Bdat => " 0 LAST",
        Verb::Etrn => " example.org",
        Verb::Unknown => " of any kind",
        Verb::Data | Verb::Rset | Verb::Noop | Verb::Quit | Verb::Help | Verb::Turn | Verb::StartTls => "",
    };
    format!("{}{argument}\r\n", verb.name())
}
