//! Serves the built page, and builds it again when a source changes.

use std::{
    fs,
    path::Path,
    thread,
    time::{Duration, SystemTime},
};

use clap::Args;
use xtask::site;

use crate::{
    dist,
    repo::{self, Outcome},
};

/// What the page is made of.
const SOURCES: [&str; 6] = ["src", "data", "static", "index.html", "build.rs", "Cargo.toml"];
/// How often the sources are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(500);

#[derive(Args)]
#[group(skip)]
pub(crate) struct Options {
    /// The port, or the next free one when it is taken
    #[arg(long, default_value_t = 8080)]
    port: u16,
    #[command(flatten)]
    build: dist::Options,
    /// Build again when a source changes; reload the page to see it
    #[arg(long)]
    watch: bool,
}

/// Builds and serves the page until the program is stopped.
pub(crate) fn serve(options: &Options) -> Outcome<()> {
    let seen = newest_change();
    let folder = dist::build(&options.build)?;
    if options.watch {
        let build = options.build.clone();
        thread::spawn(move || watch(seen, &build));
    }
    tokio::runtime::Builder::new_current_thread().enable_io().build()?.block_on(async {
        let listener = site::bind(options.port).await?;
        let bound = listener.local_addr()?.port();
        if options.port != 0 && bound != options.port {
            println!("port {} is taken, so the page is at", options.port);
        }
        println!("http://127.0.0.1:{bound}/");
        site::serve(listener, &folder, "/").await?;
        Ok(())
    })
}

fn watch(mut seen: SystemTime, build: &dist::Options) -> ! {
    loop {
        thread::sleep(LOOK_EVERY);
        let newest = newest_change();
        if newest > seen {
            seen = newest;
            if let Err(error) = dist::build(build) {
                eprintln!("error: {error}; the last finished build stays");
            }
        }
    }
}

/// When a source was last written.
fn newest_change() -> SystemTime {
    SOURCES.iter().map(|source| newest_in(&repo::root().join(source))).max().unwrap_or(SystemTime::UNIX_EPOCH)
}

fn newest_in(path: &Path) -> SystemTime {
    let own = fs::metadata(path).and_then(|metadata| metadata.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    entries.map(|entry| newest_in(&entry.path())).fold(own, SystemTime::max)
}
