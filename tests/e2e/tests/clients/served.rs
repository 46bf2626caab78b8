//! `serve-smtp` as a process of its own, and what it kept of each connection.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long the server may take to listen, and to write down a connection that is over.
const PATIENCE: Duration = Duration::from_secs(20);

/// The kind of port a program connects to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Port {
    /// As on 25: no AUTH, for the server's own domain.
    Relay,
    /// As on 587: STARTTLS, then AUTH (RFC 6409 §3.1).
    Submission,
    /// As on 465: TLS at once, then AUTH (RFC 8314 §3.3).
    Submissions,
}

impl Port {
    pub(crate) const ALL: [Self; 3] = [Self::Relay, Self::Submission, Self::Submissions];

    pub(crate) const fn number(self) -> u16 {
        match self {
            Self::Relay => 25,
            Self::Submission => 587,
            Self::Submissions => 465,
        }
    }

    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Relay => "25",
            Self::Submission => "587 STARTTLS",
            Self::Submissions => "465 TLS at once",
        }
    }
}

/// The server, running; its end is the test's end.
pub(crate) struct Served {
    child: Child,
    /// The port the programs connect to.
    pub(crate) port: Port,
    pub(crate) at: SocketAddr,
    transcripts: PathBuf,
    maildir: PathBuf,
    connections: usize,
}

/// What the server kept of a connection.
pub(crate) struct Seen {
    /// Its first refusal; to pipelined commands behind a refused one there are more.
    pub(crate) refusal: Option<String>,
    /// The phase it came in.
    pub(crate) phase: String,
    /// Its last reply.
    pub(crate) last: String,
}

impl Served {
    pub(crate) fn start(port: Port, folder: &Path, arguments: &[&str]) -> Self {
        fs::create_dir_all(folder).expect("a folder");
        let printed = folder.join("printed");
        let (transcripts, maildir) = (folder.join("transcripts"), folder.join("mail"));
        let mut command = Command::new(program());
        command.args(["serve-smtp", "--listen", "127.0.0.1:0", "--lifetime", "60"]).args(arguments);
        if port != Port::Relay {
            command.args(["--role", "msa", "--tls-port", "0"]);
        }
        command.arg("--transcript").arg(&transcripts).arg("--maildir").arg(&maildir);
        let out = File::create(&printed).expect("a file");
        let child = command.stdin(Stdio::null()).stdout(out).spawn().expect("the program starts");
        let mut served = Self { child, port, at: ([127, 0, 0, 1], 0).into(), transcripts, maildir, connections: 0 };
        served.at = wait_for("an address", || {
            let printed = fs::read_to_string(&printed).ok()?;
            let line = printed.lines().nth(usize::from(port == Port::Submissions))?;
            line.split_once(" listens on ")?.1.split(',').next()?.parse().ok()
        });
        served
    }

    /// The next connection, once it is over.
    pub(crate) fn next_connection(&mut self) -> Seen {
        let number = self.connections;
        self.connections += 1;
        let record: Value = wait_for("the transcript of a connection", || {
            let text = fs::read_to_string(&self.transcripts).ok()?;
            serde_json::from_str(text.lines().nth(number)?).ok()
        });
        let events = record["events"].as_array().expect("events");
        let (mut last, mut refusal, mut phase) = (String::new(), None, String::new());
        for event in events.iter().filter(|event| event["layer"] == "smtp" && event["side"] == "server") {
            event["text"].as_str().unwrap_or_default().clone_into(&mut last);
            if last.starts_with(['4', '5']) && refusal.is_none() {
                refusal = Some(last.clone());
                event["phase"].as_str().unwrap_or_default().clone_into(&mut phase);
            }
        }
        Seen { refusal, phase, last }
    }

    /// The message that has arrived since the last was taken from here, if one has.
    pub(crate) fn next_message(&mut self) -> Option<String> {
        let mut files =
            fs::read_dir(self.maildir.join("new")).expect("a Maildir").map(|entry| entry.expect("a file").path());
        let file = files.next()?;
        assert!(files.next().is_none(), "one message each");
        let message = fs::read_to_string(&file).expect("text");
        fs::remove_file(&file).expect("it was there");
        Some(message)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks until there is an answer.
fn wait_for<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < until, "{what} within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A folder of one test's own, empty.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clients").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// The program under test, which cargo builds where it is not up to date.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let root = smtp_explainer_e2e::package().join("../..");
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
        cargo.current_dir(root).args(["build", "--quiet", "--message-format=json-render-diagnostics"]);
        cargo.args(["--package", "smtp-explainer", "--features", "cli", "--bin", "smtp-explainer"]);
        let built = cargo.stderr(Stdio::inherit()).output().expect("cargo starts");
        assert!(built.status.success(), "the program builds");
        let printed = String::from_utf8(built.stdout).expect("text");
        let messages = printed.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let mut programs = messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from));
        programs.next().expect("cargo says where it put the program")
    })
}
