//! `serve-smtp`: the simulated server on a real port, for real mail programs.
//!
//! The second driver of [`crate::session::Session`] beside the simulation: a thread a connection, blocking sockets,
//! real time. Nothing here knows SMTP, and nothing is ever relayed. What a client can make the server hold or wait for
//! is bounded: connections, their length and number of events, octets in hand, octets kept.

mod connection;
mod keep;
mod log;
mod plan;
mod shared;
mod tls;
mod wire;

use std::io::Write as _;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use connection::Arrival;
use shared::Shared;

use super::Failure;
use super::args::ServeSmtp;

/// How often a stop is looked for.
const LOOK: Duration = Duration::from_millis(100);

/// How long connections have to end once the server stops.
const FAREWELL: Duration = Duration::from_secs(5);

/// What the acceptors and the connections tell the main thread.
enum News {
    Came { socket: TcpStream, peer: SocketAddr, local: SocketAddr, implicit_tls: bool },
    Ended,
}

/// Serves until it is stopped and gives the last line.
pub(super) fn serve(arguments: &ServeSmtp) -> Result<String, Failure> {
    if !arguments.listen.ip().is_loopback() && !arguments.allow_remote {
        let problem = "other machines can reach it; add --allow-remote if they may";
        return Err(Failure(format!("--listen {}: {problem}", arguments.listen)));
    }
    let stopping = Arc::new(AtomicBool::new(false));
    let shared = Arc::new(Shared::new(arguments, Arc::clone(&stopping))?);
    let doors = open(arguments)?;
    stop_on_signal(stopping)?;
    let (send, receive) = sync_channel(128);
    for (listener, at, implicit_tls) in doors {
        announce(&format!("{} listens on {at}{}\n", shared.plan.name, if implicit_tls { ", TLS at once" } else { "" }));
        let send = send.clone();
        thread::spawn(move || accept(&listener, at, implicit_tls, &send));
    }
    let served = attend(&shared, &receive, &send, arguments);
    Ok(format!("{served} connections, {} messages\n", shared.keeper.messages()))
}

/// The ports, as they are: a port 0 has become a real one.
fn open(arguments: &ServeSmtp) -> Result<Vec<(TcpListener, SocketAddr, bool)>, Failure> {
    let tls = arguments.tls_port.map(|port| (SocketAddr::new(arguments.listen.ip(), port), true));
    let wanted = std::iter::once((arguments.listen, false)).chain(tls);
    wanted
        .map(|(at, implicit_tls)| {
            let failed = |error| Failure(format!("{at}: {error}"));
            let listener = TcpListener::bind(at).map_err(failed)?;
            let at = listener.local_addr().map_err(failed)?;
            Ok((listener, at, implicit_tls))
        })
        .collect()
}

/// The first signal ends the server in order; a second one does not wait.
fn stop_on_signal(stopping: Arc<AtomicBool>) -> Result<(), Failure> {
    ctrlc::set_handler(move || {
        if stopping.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    })
    .map_err(|error| Failure(format!("signals: {error}")))
}

/// Hands on what comes, for as long as somebody takes it.
fn accept(listener: &TcpListener, local: SocketAddr, implicit_tls: bool, news: &SyncSender<News>) {
    loop {
        let Ok((socket, peer)) = listener.accept() else {
            // Too many open files, or a connection that was gone before it was accepted: there is always a next one.
            thread::sleep(LOOK);
            continue;
        };
        if news.send(News::Came { socket, peer, local, implicit_tls }).is_err() {
            return;
        }
    }
}

/// Starts a thread for each connection and waits for their ends. How many connections were served.
fn attend(shared: &Arc<Shared>, news: &Receiver<News>, ended: &SyncSender<News>, arguments: &ServeSmtp) -> u64 {
    let (mut served, mut live): (u64, usize) = (0, 0);
    let mut until: Option<Instant> = None;
    loop {
        let full = arguments.once && served > 0;
        if shared.is_stopping() && until.is_none() {
            until = Some(Instant::now() + FAREWELL);
        }
        if live == 0 && (full || until.is_some()) || until.is_some_and(|until| Instant::now() >= until) {
            return served;
        }
        match news.recv_timeout(LOOK) {
            Ok(News::Ended) => live = live.saturating_sub(1),
            Ok(News::Came { socket, peer, local, implicit_tls }) => {
                if full || until.is_some() || live >= arguments.connections {
                    refuse(&socket, peer, implicit_tls, shared);
                    continue;
                }
                served += 1;
                let arrival = Arrival { socket, peer, local, implicit_tls, number: served };
                if start(arrival, shared, ended.clone()) {
                    live += 1;
                }
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
        }
    }
}

/// Starts the thread of a connection. False when the system has no more threads; then the socket is closed.
fn start(arrival: Arrival, shared: &Arc<Shared>, ended: SyncSender<News>) -> bool {
    /// Reports the end, whatever the end was.
    struct End(SyncSender<News>);
    impl Drop for End {
        fn drop(&mut self) {
            let _ = self.0.send(News::Ended);
        }
    }
    let shared = Arc::clone(shared);
    let work = move || {
        let _end = End(ended);
        if let Err(Failure(problem)) = connection::serve(arrival, &shared) {
            shared.complain(&problem);
        }
    };
    thread::Builder::new().spawn(work).is_ok()
}

/// Tells a client that there is no room, where it can be told without waiting for it.
fn refuse(socket: &TcpStream, peer: SocketAddr, implicit_tls: bool, shared: &Shared) {
    announce(&format!("   - no room for {peer}\n"));
    if !implicit_tls && socket.set_nonblocking(true).is_ok() {
        let mut socket = socket;
        let _ = socket.write(&connection::refusal(shared));
    }
    let _ = socket.shutdown(Shutdown::Both);
}

fn announce(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
}
