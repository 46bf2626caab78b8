//! What is kept of a connection: its transcript in a file, its messages in a Maildir.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;

use crate::cli::Failure;
use crate::session::Envelope;
use crate::transcript::JsonEvent;

/// The most octets one run puts into a Maildir.
const MAILDIR_OCTETS: u64 = 1 << 30;

/// Where transcripts and messages go.
pub(super) struct Keeper {
    transcripts: Option<Mutex<File>>,
    maildir: Option<PathBuf>,
    kept: AtomicU64,
    octets: AtomicU64,
}

/// A connection, as a line of the transcript file has it.
#[derive(Serialize)]
pub(super) struct Record<'a> {
    pub(super) r#type: &'static str,
    pub(super) version: u8,
    pub(super) connection: u64,
    pub(super) peer: String,
    pub(super) server: &'a str,
    pub(super) role: &'static str,
    pub(super) personality: &'a str,
    /// Seconds since 1970 when the connection opened.
    pub(super) opened: u64,
    pub(super) events: Vec<JsonEvent>,
    pub(super) messages: &'a [Taken],
    /// Octets that came and are not in the events, because there were so many.
    pub(super) octets_left_out: u64,
}

/// A message the server has taken, without its text.
#[derive(Serialize)]
pub(super) struct Taken {
    id: String,
    reverse_path: String,
    forward_paths: Vec<String>,
    user: Option<String>,
    tls: bool,
    /// With the server's own trace line.
    octets: usize,
}

impl From<&Envelope> for Taken {
    fn from(envelope: &Envelope) -> Self {
        Self {
            id: envelope.id.clone(),
            reverse_path: envelope.reverse_path.to_string(),
            forward_paths: envelope.forward_paths.iter().map(ToString::to_string).collect(),
            user: envelope.user.as_ref().map(ToString::to_string),
            tls: envelope.tls,
            octets: envelope.message.len(),
        }
    }
}

impl Keeper {
    /// Opens the file and makes the folders, so that a mistake shows before the first client comes.
    pub(super) fn new(transcripts: Option<&Path>, maildir: Option<&Path>) -> Result<Self, Failure> {
        let open = |path: &Path| {
            let file = OpenOptions::new().create(true).append(true).open(path);
            file.map(Mutex::new).map_err(|error| Failure(format!("{}: {error}", path.display())))
        };
        for folder in maildir.iter().flat_map(|dir| ["tmp", "new", "cur"].map(|part| dir.join(part))) {
            fs::create_dir_all(&folder).map_err(|error| Failure(format!("{}: {error}", folder.display())))?;
        }
        Ok(Self {
            transcripts: transcripts.map(open).transpose()?,
            maildir: maildir.map(Path::to_owned),
            kept: AtomicU64::new(0),
            octets: AtomicU64::new(0),
        })
    }

    /// Writes a finished transcript, all of it in one go.
    pub(super) fn transcript(&self, record: &Record<'_>) -> io::Result<()> {
        let Some(file) = &self.transcripts else { return Ok(()) };
        let line = crate::cli::screen::json_line(record)?;
        let mut file = file.lock().map_err(|_| io::Error::other("another connection failed while writing"))?;
        file.write_all(line.as_bytes())?;
        file.sync_data()
    }

    /// Keeps a message before its sender is told that it was taken (RFC 5321 §6.1).
    pub(super) fn message(&self, envelope: &Envelope, seconds: u64) -> io::Result<()> {
        let number = self.kept.fetch_add(1, Ordering::Relaxed) + 1;
        let Some(dir) = &self.maildir else { return Ok(()) };
        let octets = envelope.message.len() as u64;
        if self.octets.fetch_add(octets, Ordering::Relaxed).saturating_add(octets) > MAILDIR_OCTETS {
            return Err(io::Error::other("the Maildir has taken all that one run may put there"));
        }
        // Neither part comes from a client: an id is hexadecimal.
        let name = format!("{seconds}.P{}Q{number}.{}", std::process::id(), envelope.id);
        let unfinished = dir.join("tmp").join(&name);
        let mut file = OpenOptions::new().write(true).create_new(true).open(&unfinished)?;
        file.write_all(&with_bare_line_feeds(&envelope.message))?;
        file.sync_all()?;
        fs::rename(unfinished, dir.join("new").join(name))
    }

    /// How many messages were kept.
    pub(super) fn messages(&self) -> u64 {
        self.kept.load(Ordering::Relaxed)
    }
}

/// On disk lines end as they do on the machine, not as they do in SMTP.
fn with_bare_line_feeds(message: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(message.len());
    for line in message.split_inclusive(|octet| *octet == b'\n') {
        match line.strip_suffix(b"\r\n") {
            Some(line) => {
                text.extend_from_slice(line);
                text.push(b'\n');
            }
            None => text.extend_from_slice(line),
        }
    }
    text
}
