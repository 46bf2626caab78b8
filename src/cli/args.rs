//! The arguments.

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
    /// Runs every road, destination by port by OP25B, and prints how each ends.
    Map(Map),
    /// Plays recordings of real servers against their personalities and prints where they differ.
    #[command(
        after_help = "Exit code 0 when all agree or are known to differ, 1 when not, 2 when something cannot be read."
    )]
    Conform(Conform),
    /// Explains a reply, a code or a clause.
    #[command(
        after_help = "Examples:\n  smtp-explainer explain \"550 5.7.1 Relaying denied\"\n  smtp-explainer explain rfc5321#4.1.1.4"
    )]
    Explain(Words),
    /// Reads a log or a pasted dialogue and prints it as a transcript, with what departs from the rules.
    #[command(
        after_help = "Examples:\n  smtp-explainer import session.log\n  swaks --server mx.example.org … | smtp-explainer import -\n  smtp-explainer import mail.log --as postfix-log"
    )]
    Import(Import),
}

#[derive(Debug, Args)]
pub(super) struct Import {
    /// The file; `-` reads the standard input.
    #[arg(value_name = "FILE")]
    pub(super) file: String,
    /// What it is, where the guess is wrong: swaks, curl, openssl, telnet, postfix-debug, postfix-log, exim-debug,
    /// exim-log, sendmail, opensmtpd-log, tshark or printed.
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Lines with time, side, text and clause ids, then the outcome.
    Text,
    /// The transcript as JSON, with a last member "outcome".
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
