//! What all connections share: the plan, the clock, what the server remembers, and how much may be in hand at once.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use rustls::ServerConfig;

use super::keep::Keeper;
use super::plan::Plan;
use super::tls;
use crate::cli::Failure;
use crate::cli::args::ServeSmtp;
use crate::cli::tables::words;
use crate::knowledge::Knowledge;
use crate::session::Memory;
use crate::time::{Duration, Instant};

/// The most that is remembered from one connection to the next, in keys.
const REMEMBERED: usize = 10_000;

/// What all connections share.
pub(super) struct Shared {
    pub(super) plan: Plan,
    pub(super) personality: String,
    pub(super) tls: Arc<ServerConfig>,
    pub(super) words: Knowledge,
    pub(super) keeper: Keeper,
    /// Seconds since 1970 when the server started.
    pub(super) epoch: u64,
    /// How long a connection may last.
    pub(super) lifetime: Duration,
    started: std::time::Instant,
    entropy: u64,
    memory: Mutex<Memory>,
    stopping: Arc<AtomicBool>,
    /// Octets of mail data in hand on all connections.
    in_hand: AtomicUsize,
    most_in_hand: usize,
}

impl Shared {
    pub(super) fn new(arguments: &ServeSmtp, stopping: Arc<AtomicBool>) -> Result<Self, Failure> {
        let plan = Plan::new(arguments)?;
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(Self {
            tls: tls::config(&plan.name)?,
            plan,
            personality: arguments.personality.clone(),
            words: words()?,
            keeper: Keeper::new(arguments.transcript.as_deref(), arguments.maildir.as_deref())?,
            epoch: since_1970.as_secs(),
            lifetime: super::connection::seconds(arguments.lifetime),
            started: std::time::Instant::now(),
            entropy: tls::entropy(),
            memory: Mutex::default(),
            stopping,
            in_hand: AtomicUsize::new(0),
            most_in_hand: arguments.memory.saturating_mul(1024 * 1024),
        })
    }

    /// The time since the server started. All connections have one clock, so that what one of them made the server
    /// remember (a greylist's first sight) has a meaning for the next.
    pub(super) fn now(&self) -> Instant {
        Instant::from_micros(u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX))
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Unlike for each connection, so that their ids differ.
    pub(super) fn entropy_of(&self, number: u64) -> u64 {
        self.entropy.wrapping_add(number.wrapping_mul(0xD6E8_FEB8_6659_FD93))
    }

    /// What a new connection finds remembered; `number` counts connections from 1.
    pub(super) fn memory(&self, number: u64) -> Memory {
        let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        Memory { connections: number.saturating_sub(1), ..memory.clone() }
    }

    /// Takes over what a connection has remembered. Of two first sights the earlier counts.
    pub(super) fn remember(&self, learned: Memory) {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, at) in learned.seen {
            let room = memory.seen.len() < REMEMBERED;
            match memory.seen.get_mut(&key) {
                Some(known) => *known = at.min(*known),
                None if room => drop(memory.seen.insert(key, at)),
                None => {}
            }
        }
    }

    /// Tells the person at the terminal what went wrong.
    pub(super) fn complain(&self, problem: &str) {
        eprintln!("smtp-explainer: {}: {}", self.plan.name, crate::transcript::escaped(problem.as_bytes()));
    }
}

/// How much one connection has in hand.
pub(super) struct Held<'a> {
    shared: &'a Shared,
    octets: usize,
    refused: bool,
}

impl<'a> Held<'a> {
    pub(super) fn new(shared: &'a Shared) -> Self {
        Self { shared, octets: 0, refused: false }
    }

    pub(super) fn more(&mut self, octets: usize) {
        self.octets += octets;
        self.shared.in_hand.fetch_add(octets, Ordering::Relaxed);
    }

    /// What was in hand has been answered.
    pub(super) fn worked_off(&mut self) {
        self.shared.in_hand.fetch_sub(std::mem::take(&mut self.octets), Ordering::Relaxed);
    }

    /// Something could not be kept.
    pub(super) fn refuse(&mut self) {
        self.refused = true;
    }

    pub(super) fn is_too_much(&self) -> bool {
        // The connection that holds nothing is not the one to end.
        let full = self.octets > 0 && self.shared.in_hand.load(Ordering::Relaxed) > self.shared.most_in_hand;
        self.refused || full
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.worked_off();
    }
}
