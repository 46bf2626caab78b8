//! What an imported transcript was read from.

/// Declares the closed list with ids and one line of documentation each.
macro_rules! formats {
    ($($(#[$doc:meta])* $name:ident = $id:literal,)*) => {
        /// The kind of log or paste an import was read from.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Format { $($(#[$doc])* $name,)* }

        impl Format {
            /// All kinds.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word for it on the command line and in JSON.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// The kind with this word.
            #[must_use]
            pub fn by_id(id: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|format| format.id() == id)
            }
        }
    };
}

formats! {
    /// The dialogue as swaks prints it.
    Swaks = "swaks",
    /// `curl -v smtp://…`.
    Curl = "curl",
    /// `openssl s_client -starttls smtp -crlf`.
    OpenSsl = "openssl",
    /// A dialogue typed into telnet or nc and copied from the terminal.
    Telnet = "telnet",
    /// Postfix with `debug_peer_list` or `-v`, either end.
    PostfixDebug = "postfix-debug",
    /// Ordinary log lines of Postfix.
    PostfixLog = "postfix-log",
    /// `exim -v` or `exim -d`.
    EximDebug = "exim-debug",
    /// Exim's main log.
    EximLog = "exim-log",
    /// `sendmail -v`.
    Sendmail = "sendmail",
    /// What a mail library prints in its debug mode: PEAR `Net_SMTP`, `PHPMailer`, Python's smtplib; msmtp does alike.
    Library = "library",
    /// Log lines of `OpenSMTPD`.
    OpensmtpdLog = "opensmtpd-log",
    /// `tshark -z follow,tcp,ascii,N`.
    Tshark = "tshark",
    /// What a program told its user in the end: no dialogue, at most a reply quoted.
    Printed = "printed",
}
