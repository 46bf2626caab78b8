//! The mail programs: how each is told to send a message.

use std::ffi::OsString;
use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::served::Port;

/// How long a program may take for one message.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a program is to send, and to whom.
pub(crate) struct Sending<'a> {
    pub(crate) at: SocketAddr,
    pub(crate) port: Port,
    pub(crate) login: Option<Login>,
    pub(crate) from: &'a str,
    pub(crate) to: &'a str,
    /// The file with the message, header and all.
    pub(crate) letter: &'a Path,
}

#[derive(Clone, Copy)]
pub(crate) struct Login {
    pub(crate) user: &'static str,
    pub(crate) password: &'static str,
}

/// A mail program.
pub(crate) struct Client {
    pub(crate) name: &'static str,
    command: fn(&Sending<'_>) -> Command,
}

/// How a program ended.
pub(crate) struct Ended {
    pub(crate) code: i32,
    /// The end of what it printed.
    pub(crate) words: String,
}

pub(crate) const SWAKS: Client = Client { name: "swaks", command: swaks };
pub(crate) const CURL: Client = Client { name: "curl", command: curl };
pub(crate) const SMTPLIB: Client = Client { name: "smtplib", command: smtplib };
pub(crate) const MSMTP: Client = Client { name: "msmtp", command: msmtp };
pub(crate) const PEAR_MAIL: Client = Client { name: "PEAR::Mail", command: pear_mail };
pub(crate) const PHPMAILER: Client = Client { name: "PHPMailer", command: phpmailer };

impl Client {
    /// Runs the program; one that does not end is ended.
    pub(crate) fn send(&self, sending: &Sending<'_>, folder: &Path) -> Ended {
        let printed = folder.join("client");
        let out = File::create(&printed).expect("a file");
        let mut command = (self.command)(sending);
        command.stdin(File::open(sending.letter).expect("the message"));
        command.stdout(out.try_clone().expect("two handles")).stderr(out);
        let mut child = command.spawn().unwrap_or_else(|error| {
            panic!("{} does not start ({error}); `cargo xtask test --install clients` installs it", self.name)
        });
        let until = Instant::now() + PATIENCE;
        let status = loop {
            match child.try_wait().expect("its status") {
                Some(status) => break Some(status),
                None if Instant::now() < until => std::thread::sleep(Duration::from_millis(5)),
                None => {
                    let _ = child.kill();
                    let _ = child.wait();
                    break None;
                }
            }
        };
        let printed = fs::read(&printed).expect("what it printed");
        let words = String::from_utf8_lossy(&printed[printed.len().saturating_sub(600)..]).into_owned();
        assert!(status.is_some(), "{} did not end within {PATIENCE:?}: {words}", self.name);
        Ended { code: status.and_then(|status| status.code()).unwrap_or(-1), words }
    }
}

fn swaks(sending: &Sending<'_>) -> Command {
    let mut command = Command::new("swaks");
    command.args(["--server", &sending.at.to_string(), "--helo", "client.example.com", "--hide-all"]);
    command.args(["--from", sending.from, "--to", sending.to, "--data", "-"]);
    match sending.port {
        Port::Relay => {}
        Port::Submission => drop(command.arg("--tls")),
        Port::Submissions => drop(command.arg("--tls-on-connect")),
    }
    if let Some(Login { user, password }) = sending.login {
        command.args(["--auth", "--auth-user", user, "--auth-password", password]);
    }
    command
}

fn curl(sending: &Sending<'_>) -> Command {
    let mut command = Command::new("curl");
    let scheme = if sending.port == Port::Submissions { "smtps" } else { "smtp" };
    // The path is the name it gives in EHLO.
    command.args(["--silent", "--show-error", "--insecure", "--crlf", "--upload-file"]);
    command.arg(sending.letter);
    command.args(["--url", &format!("{scheme}://{}/client.example.com", sending.at)]);
    command.args(["--mail-from", sending.from, "--mail-rcpt", sending.to]);
    if sending.port == Port::Submission {
        command.arg("--ssl-reqd");
    }
    if let Some(Login { user, password }) = sending.login {
        command.args(["--user", &format!("{user}:{password}")]);
    }
    command
}

fn msmtp(sending: &Sending<'_>) -> Command {
    let mut command = Command::new("msmtp");
    // With a host it reads no configuration.
    command.args([format!("--host={}", sending.at.ip()), format!("--port={}", sending.at.port())]);
    command.args(["--domain=client.example.com", "--timeout=30", &format!("--from={}", sending.from)]);
    if sending.port != Port::Relay {
        command.args(["--tls=on", "--tls-certcheck=off"]);
        command.arg(format!("--tls-starttls={}", if sending.port == Port::Submission { "on" } else { "off" }));
    }
    if let Some(Login { user, password }) = sending.login {
        command.args(["--auth=on", &format!("--user={user}"), &format!("--passwordeval=echo {password}")]);
    }
    command.args(["--", sending.to]);
    command
}

fn smtplib(sending: &Sending<'_>) -> Command {
    script("python3", "smtplib_client.py", sending)
}

fn pear_mail(sending: &Sending<'_>) -> Command {
    script("php", "pear-mail.php", sending)
}

fn phpmailer(sending: &Sending<'_>) -> Command {
    script("php", "phpmailer.php", sending)
}

/// A script beside this file that uses a library: address, port, kind of port, user, password, sender, recipient.
fn script(interpreter: &str, file: &str, sending: &Sending<'_>) -> Command {
    let mut command = Command::new(interpreter);
    command.arg(smtp_explainer_e2e::package().join("tests/clients").join(file));
    let Login { user, password } = sending.login.unwrap_or(Login { user: "", password: "" });
    let (host, port) = (sending.at.ip().to_string(), sending.at.port().to_string());
    let kind = sending.port.number().to_string();
    command.args([&host, &port, &kind, user, password, sending.from, sending.to].map(OsString::from));
    command
}
