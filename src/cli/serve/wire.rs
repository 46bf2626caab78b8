//! A TCP connection, in plain text or inside TLS, on which no call waits for long.
//!
//! Blocking sockets with time-outs: whoever waits looks up every [`SLICE`], so that a stop is noticed. Octets only;
//! what they mean is the session's business.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::{ServerConfig, ServerConnection};

/// How long one call may wait.
pub(super) const SLICE: Duration = Duration::from_millis(200);

/// How long a client may leave what it is sent unread.
const UNREAD: Duration = Duration::from_secs(10);

/// How long a TLS handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(20);

/// What is still read after a close, so that the last reply is not lost to a reset.
const LINGER: (Duration, usize) = (Duration::from_millis(500), 256 * 1024);

/// A connection.
pub(super) struct Wire {
    socket: TcpStream,
    tls: Option<Box<ServerConnection>>,
}

/// What came.
pub(super) enum Heard {
    /// So many octets.
    Octets(usize),
    /// Nothing yet.
    Nothing,
    /// The other end sends no more.
    End,
    /// The connection is gone.
    Gone,
}

impl Wire {
    pub(super) fn new(socket: TcpStream) -> io::Result<Self> {
        socket.set_nodelay(true)?;
        socket.set_write_timeout(Some(SLICE))?;
        Ok(Self { socket, tls: None })
    }

    /// Reads what is there, or waits for it for at most so long, and never longer than a slice.
    pub(super) fn read(&mut self, into: &mut [u8], at_most: Duration) -> Heard {
        // A time-out of zero would mean none.
        let wait = at_most.clamp(Duration::from_millis(1), SLICE);
        if self.socket.set_read_timeout(Some(wait)).is_err() {
            return Heard::Gone;
        }
        let result = match &mut self.tls {
            None => self.socket.read(into),
            Some(tls) => read_tls(tls, &mut self.socket, into),
        };
        match result {
            Ok(0) => Heard::End,
            Ok(count) => Heard::Octets(count),
            Err(error) if is_wait(&error) => Heard::Nothing,
            // TLS ends that were not announced are ends all the same: SMTP has its own end of everything.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Heard::End,
            Err(_) => Heard::Gone,
        }
    }

    /// Sends all of it.
    pub(super) fn write(&mut self, octets: &[u8]) -> io::Result<()> {
        let until = Instant::now() + UNREAD;
        let mut rest = octets;
        while !rest.is_empty() {
            let sent = match &mut self.tls {
                None => self.socket.write(rest),
                Some(tls) => tls.writer().write(rest).and_then(|sent| {
                    flush_tls(tls, &mut self.socket, until)?;
                    Ok(sent)
                }),
            };
            match sent {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(sent) => rest = rest.get(sent..).unwrap_or_default(),
                Err(error) if is_wait(&error) && Instant::now() < until => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Makes the TLS handshake. `goes_on` is asked now and then.
    pub(super) fn handshake(&mut self, config: &Arc<ServerConfig>, goes_on: impl Fn() -> bool) -> io::Result<()> {
        let mut tls = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
        let until = Instant::now() + HANDSHAKE;
        self.socket.set_read_timeout(Some(SLICE))?;
        while tls.is_handshaking() {
            flush_tls(&mut tls, &mut self.socket, until)?;
            if !tls.is_handshaking() {
                break;
            }
            match tls.read_tls(&mut self.socket) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(_) => process(&mut tls, &mut self.socket, until)?,
                Err(error) if is_wait(&error) && goes_on() && Instant::now() < until => {}
                Err(error) => return Err(error),
            }
            // Octets that come one by one must not make it last for ever.
            if Instant::now() >= until || !goes_on() {
                return Err(ErrorKind::TimedOut.into());
            }
        }
        flush_tls(&mut tls, &mut self.socket, until)?;
        self.tls = Some(Box::new(tls));
        Ok(())
    }

    /// Closes, and reads on for a moment: a socket closed with unread octets would reset the connection and with it
    /// what the client has not read yet.
    pub(super) fn close(mut self) {
        let until = Instant::now() + LINGER.0;
        if let Some(tls) = &mut self.tls {
            tls.send_close_notify();
            let _ = flush_tls(tls, &mut self.socket, until);
        }
        if self.socket.shutdown(Shutdown::Write).is_err() {
            return;
        }
        let (mut waste, mut count) = ([0; 4096], 0);
        while count < LINGER.1 {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || self.socket.set_read_timeout(Some(left)).is_err() {
                return;
            }
            match self.socket.read(&mut waste) {
                Ok(0) | Err(_) => return,
                Ok(read) => count += read,
            }
        }
    }
}

fn is_wait(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}

/// Plain text out of TLS. Each turn reads from the socket once or ends.
fn read_tls(tls: &mut ServerConnection, socket: &mut TcpStream, into: &mut [u8]) -> io::Result<usize> {
    loop {
        match tls.reader().read(into) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            other => return other,
        }
        let until = Instant::now() + UNREAD;
        if tls.read_tls(socket)? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        process(tls, socket, until)?;
    }
}

/// Takes in what has been read, and says what is wrong with it before giving up.
fn process(tls: &mut ServerConnection, socket: &mut TcpStream, until: Instant) -> io::Result<()> {
    let result = tls.process_new_packets();
    flush_tls(tls, socket, until)?;
    result.map(drop).map_err(io::Error::other)
}

fn flush_tls(tls: &mut ServerConnection, socket: &mut TcpStream, until: Instant) -> io::Result<()> {
    while tls.wants_write() {
        match tls.write_tls(socket) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(_) => {}
            Err(error) if is_wait(&error) && Instant::now() < until => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
