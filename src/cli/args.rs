//! The arguments.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Simulates SMTP dialogues and explains every line: what it does, why it was answered so, which clause governs it.
#[derive(Debug, Parser)]
#[command(name = "smtp-explainer", version, arg_required_else_help = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Lists the built-in situations: id, then title.
    List,
    /// Runs a situation and prints its transcript.
    #[command(
        after_help = "Examples:\n  smtp-explainer run other-587\n  smtp-explainer run other-587 --port 25 --op25b drop\n  smtp-explainer run mine.json --format json"
    )]
    Run(Run),
    /// Serves real mail programs on a TCP port and explains every line as it comes.
    #[command(
        after_help = "Examples:\n  smtp-explainer serve-smtp --once\n  smtp-explainer serve-smtp --role msa --listen 127.0.0.1:2587 --tls-port 2465\n  swaks --server 127.0.0.1:2525 --from alice@example.com --to bob@example.org"
    )]
    ServeSmtp(ServeSmtp),
    /// Runs every road, destination by port by OP25B, and prints how each ends.
    Map(Map),
    /// Plays recordings of real servers against their personalities and prints where they differ.
    #[command(
        after_help = "Exit code 0 when all agree or are known to differ, 1 when not, 2 when something cannot be read."
    )]
    Conform(Conform),
    /// Prints how the servers' personalities differ: each behaviour, each server's answer side by side.
    #[command(
        after_help = "Examples:\n  smtp-explainer differ\n  smtp-explainer differ hello-again\n  smtp-explainer differ --format json"
    )]
    Differ(Differ),
    /// Explains a reply, a code or a clause.
    #[command(
        after_help = "Examples:\n  smtp-explainer explain \"550 5.7.1 Relaying denied\"\n  smtp-explainer explain rfc5321#4.1.1.4"
    )]
    Explain(Words),
    /// Names what may lie behind an error: its causes, how to tell them apart, and the command that reproduces each.
    #[command(
        after_help = "Examples:\n  smtp-explainer diagnose \"connect to mx.example.org: Connection timed out\"\n  smtp-explainer diagnose 0x800CCC0E\n  smtp-explainer diagnose mail.log\n  swaks --server mx.example.org … 2>&1 | smtp-explainer diagnose -\n\nExit code 0 when something was found, 1 when not, 2 when something cannot be read. Nothing but the replies of\nservers is repeated from the text."
    )]
    Diagnose(Diagnose),
    /// Reads a log or a pasted dialogue and prints it as a transcript, with what departs from the rules.
    #[command(
        after_help = "Examples:\n  smtp-explainer import session.log\n  swaks --server mx.example.org … | smtp-explainer import -\n  smtp-explainer import mail.log --as postfix-log"
    )]
    Import(Import),
}

#[derive(Debug, Args)]
pub(super) struct Diagnose {
    /// What was seen: the words of an error, or a file with them, or a whole log; `-` reads the standard input.
    #[arg(value_name = "TEXT|FILE", required = true, num_args = 1..)]
    pub(super) words: Vec<String>,
    /// How to print it.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Differ {
    /// One behaviour, with what each answer means and which clause it follows or breaks.
    #[arg(value_name = "BEHAVIOUR")]
    pub(super) behaviour: Option<String>,
    /// How to print it.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Import {
    /// The file; `-` reads the standard input.
    #[arg(value_name = "FILE")]
    pub(super) file: String,
    /// What it is, where the guess is wrong: swaks, curl, openssl, telnet, postfix-debug, postfix-log, exim-debug,
    /// exim-log, sendmail, library (what PEAR, `PHPMailer`, smtplib and msmtp print in debug mode), opensmtpd-log, tshark or
    /// printed.
    #[arg(long = "as", value_name = "NAME")]
    pub(super) kind: Option<String>,
    /// How to print it.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Run {
    /// A situation's id (see `list`), or a file; `-` reads the standard input.
    #[arg(value_name = "ID|FILE")]
    pub(super) situation: String,
    /// 25, 465 or 587.
    #[arg(long, value_name = "PORT")]
    pub(super) port: Option<String>,
    /// What the access provider does with port 25: off, drop, reset, icmp or redirect.
    #[arg(long, value_name = "ACTION")]
    pub(super) op25b: Option<String>,
    /// Where the client stands: home-dynamic, home-static, provider, virtual or cloud.
    #[arg(long, value_name = "PLACE")]
    pub(super) network: Option<String>,
    /// To whom it speaks: own, other or mx.
    #[arg(long, value_name = "SERVER")]
    pub(super) destination: Option<String>,
    /// none, starttls, starttls-if-offered or implicit.
    #[arg(long, value_name = "PROTECTION")]
    pub(super) tls: Option<String>,
    /// none, plain, login, cram-md5, scram-sha-256, oauthbearer, xoauth2 or wrong-password.
    #[arg(long, value_name = "MECHANISM")]
    pub(super) auth: Option<String>,
    /// The software of the first server: generic, postfix, exim, ….
    #[arg(long, value_name = "NAME")]
    pub(super) personality: Option<String>,
    /// How to print it.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Conform {
    /// A folder with recordings, at any depth: *.json, and *.jsonl with one recording a line.
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,
    /// Only the recordings of this server, by its exact name.
    #[arg(long, value_name = "NAME")]
    pub(super) server: Option<String>,
    /// Prints JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Map {
    /// Where the client stands: home-dynamic, home-static, provider, virtual or cloud.
    #[arg(long, value_name = "PLACE")]
    pub(super) network: Option<String>,
}

/// Without `--scenario`: mx.example.org for example.org with alice, bob, carol and postmaster. Users: alice with the
/// password correct-horse, bob with battery-staple. Nothing is ever relayed.
#[derive(Debug, Args)]
pub(super) struct ServeSmtp {
    /// Where to listen for SMTP; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:2525")]
    pub(super) listen: SocketAddr,
    /// A second port, where TLS begins with the first octet (as on 465); 0 takes a free one.
    #[arg(long, value_name = "PORT")]
    pub(super) tls_port: Option<u16>,
    /// Listen on an address that other machines can reach.
    #[arg(long)]
    pub(super) allow_remote: bool,
    /// Which server software to behave like; a wrong name prints those there are.
    #[arg(long, value_name = "NAME", default_value = crate::personality::GENERIC)]
    pub(super) personality: String,
    /// What the server is for: mx takes mail for its own domain from anybody, msa takes submissions from its users.
    #[arg(long, value_enum, default_value_t = RoleWord::Mx, conflicts_with = "scenario")]
    pub(super) role: RoleWord,
    /// The server that this scenario's client would speak to: an id (see `list`) or a file.
    #[arg(long, value_name = "ID|FILE")]
    pub(super) scenario: Option<String>,
    /// End after the first connection.
    #[arg(long)]
    pub(super) once: bool,
    /// Add the transcript of each connection, one JSON object a line, to this file.
    #[arg(long, value_name = "FILE")]
    pub(super) transcript: Option<PathBuf>,
    /// Put accepted messages into this Maildir.
    #[arg(long, value_name = "DIR")]
    pub(super) maildir: Option<PathBuf>,
    /// The largest message in octets, instead of the server's own limit.
    #[arg(long, value_name = "OCTETS")]
    pub(super) size: Option<u64>,
    /// The most connections at once; the next one is told 421.
    #[arg(long, value_name = "COUNT", default_value_t = 64)]
    pub(super) connections: usize,
    /// How long to wait for the next octets, instead of the server's own time-out.
    #[arg(long, value_name = "SECONDS")]
    pub(super) idle: Option<u64>,
    /// How long a connection may last in all.
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    pub(super) lifetime: u64,
    /// The most mail data in memory for all connections together.
    #[arg(long, value_name = "MIB", default_value_t = 256)]
    pub(super) memory: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum RoleWord {
    /// A mail exchanger, as on port 25.
    Mx,
    /// A submission server, as on port 587: STARTTLS before AUTH, AUTH before MAIL.
    Msa,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Lines for people.
    Text,
    /// JSON for programs.
    Json,
}

impl Run {
    /// The choices made, as key and value.
    pub(super) fn choices(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [
            ("port", &self.port),
            ("op25b", &self.op25b),
            ("network", &self.network),
            ("destination", &self.destination),
            ("tls", &self.tls),
            ("auth", &self.auth),
        ];
        all.into_iter().filter_map(|(key, value)| Some((key, value.as_deref()?)))
    }
}

#[derive(Debug, Args)]
pub(super) struct Words {
    /// A reply or a clause; several arguments are taken as one text.
    #[arg(value_name = "TEXT", required = true, num_args = 1..)]
    pub(super) words: Vec<String>,
}
