//! The chromedriver process of one browser.

use std::{
    env,
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How long the driver may take to listen, and to end.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running chromedriver; it and its browser end with this value.
pub(crate) struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    /// Starts `$CHROMEDRIVER`, or the one on the path, on a free port.
    pub(crate) fn start() -> Self {
        let program = env::var_os("CHROMEDRIVER").unwrap_or("chromedriver".into());
        let port = free_port();
        let process = Command::new(program)
            .args([format!("--port={port}").as_str(), "--silent"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts; `cargo xtask test --install browser` installs it");
        let driver = Self { process, port };
        let begun = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(begun.elapsed() < PATIENCE, "chromedriver does not listen");
            thread::sleep(Duration::from_millis(20));
        }
        driver
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Asks it to close its browser and to end. Killed at once, it would leave the browser running.
    fn shut_down(&self) -> std::io::Result<()> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(b"GET /shutdown HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        stream.read_to_end(&mut Vec::new()).map(drop)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let asked = self.shut_down();
        let begun = Instant::now();
        while asked.is_ok() && begun.elapsed() < PATIENCE {
            if matches!(self.process.try_wait(), Ok(Some(_))) {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        // Nothing can be done about a failure here: the process is gone, or the system will not let it go.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A port nobody listens on. Another process may take it in between; then the driver does not start and says so.
fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port on the loopback address");
    listener.local_addr().expect("a bound address").port()
}
