//! Programs from outside that some test groups need: whether they are there, and how to get them.
//!
//! Nothing here is needed to build or to serve the page.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

use crate::repo::{self, Outcome};

/// A program, or a file of one, from outside the repository.
#[derive(Clone, Copy)]
pub(crate) struct Tool {
    pub(crate) name: &'static str,
    is_there: fn() -> bool,
    source: Source,
}

/// Where a tool comes from.
#[derive(Clone, Copy)]
enum Source {
    /// Debian or Ubuntu packages.
    Debian(&'static [&'static str]),
    /// Any other command, tried in this order until one succeeds.
    Commands(&'static [&'static [&'static str]]),
}

pub(crate) const CHROMEDRIVER: Tool = Tool {
    name: "chromedriver",
    is_there: || find("chromedriver").is_some() && ["chromium", "google-chrome", "chrome"].into_iter().any(on_path),
    source: Source::Debian(&["chromium", "chromium-driver"]),
};

pub(crate) const CJK_FONTS: Tool = Tool {
    name: "a Japanese font",
    is_there: || repo::program("fc-list").arg(":lang=ja").output().is_ok_and(|fonts| !fonts.stdout.is_empty()),
    source: Source::Debian(&["fontconfig", "fonts-noto-cjk"]),
};

pub(crate) const CLIPPY: Tool = Tool {
    name: "clippy and rustfmt",
    is_there: || answers(repo::cargo(&["clippy", "--version"])) && answers(repo::cargo(&["fmt", "--version"])),
    source: Source::Commands(&[&["rustup", "component", "add", "clippy", "rustfmt"]]),
};

pub(crate) const CARGO_DENY: Tool = Tool {
    name: "cargo-deny",
    is_there: || answers(repo::cargo(&["deny", "--version"])),
    // Its lock file may name a version that the registry no longer offers; then the newest that fits must do.
    source: Source::Commands(&[
        &["cargo", "install", "--locked", "cargo-deny", "--version", "0.20.2"],
        &["cargo", "install", "cargo-deny", "--version", "0.20.2"],
    ]),
};

pub(crate) const NPM: Tool = Tool { name: "npm", is_there: || on_path("npm"), source: Source::Debian(&["npm"]) };

pub(crate) const AXE: Tool = Tool {
    name: "axe-core",
    is_there: || repo::root().join("tests/e2e/node_modules/axe-core/axe.min.js").is_file(),
    source: Source::Commands(&[&["npm", "ci", "--prefix", "tests/e2e", "--ignore-scripts"]]),
};

pub(crate) const SWAKS: Tool = Tool {
    name: "swaks with TLS",
    is_there: || {
        let supported = repo::program("swaks").arg("--support").output();
        supported.is_ok_and(|told| String::from_utf8_lossy(&told.stdout).contains("TLS supported"))
    },
    source: Source::Debian(&["swaks", "libnet-ssleay-perl"]),
};

pub(crate) const CURL: Tool = Tool {
    name: "curl with SMTP",
    is_there: || {
        let version = repo::program("curl").arg("--version").output();
        version.is_ok_and(|told| String::from_utf8_lossy(&told.stdout).contains(" smtps"))
    },
    source: Source::Debian(&["curl"]),
};

pub(crate) const PYTHON: Tool = Tool {
    name: "Python's smtplib",
    is_there: || answers_to("python3", &["-c", "import smtplib, ssl"]),
    source: Source::Debian(&["python3"]),
};

pub(crate) const MSMTP: Tool =
    Tool { name: "msmtp", is_there: || on_path("msmtp"), source: Source::Debian(&["msmtp"]) };

pub(crate) const PEAR_MAIL: Tool = Tool {
    name: "PEAR::Mail",
    is_there: || answers_to("php", &["-r", "require 'Mail.php'; require 'Net/SMTP.php';"]),
    source: Source::Debian(&["php-cli", "php-mail", "php-net-smtp"]),
};

pub(crate) const PHPMAILER: Tool = Tool {
    name: "PHPMailer",
    is_there: || answers_to("php", &["-r", "require 'libphp-phpmailer/src/PHPMailer.php';"]),
    source: Source::Debian(&["php-cli", "libphp-phpmailer"]),
};

impl Tool {
    pub(crate) fn is_there(&self) -> bool {
        (self.is_there)()
    }

    /// The command that installs it.
    pub(crate) fn remedy(&self) -> String {
        match self.source {
            Source::Debian(packages) => format!("apt-get install {}", packages.join(" ")),
            Source::Commands(commands) => commands.first().map(|words| words.join(" ")).unwrap_or_default(),
        }
    }

    fn install(&self) -> Outcome<()> {
        match self.source {
            Source::Debian(packages) => install_packages(packages),
            Source::Commands(commands) => {
                let mut result = Ok(());
                for words in commands {
                    result = repo::run(repo::program(words[0]).args(&words[1..]));
                    if result.is_ok() {
                        break;
                    }
                }
                result
            }
        }
    }
}

/// Installs what is missing when `install` is set, and returns what is missing all the same.
pub(crate) fn provide(tools: &[Tool], install: bool) -> Vec<Tool> {
    let mut missing = Vec::new();
    for tool in tools {
        if !tool.is_there() && install {
            eprintln!("installing {}", tool.name);
            if let Err(error) = tool.install() {
                eprintln!("error: {error}");
            }
        }
        if !tool.is_there() {
            missing.push(*tool);
        }
    }
    missing
}

/// The path of a program.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let file = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(&file)).find(|path| path.is_file())
}

fn on_path(program: &str) -> bool {
    find(program).is_some()
}

fn answers(mut command: Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn answers_to(program: &str, arguments: &[&str]) -> bool {
    let mut command = repo::program(program);
    command.args(arguments);
    answers(command)
}

fn install_packages(packages: &[&str]) -> Outcome<()> {
    // The lists are fetched once in a run, however many tools are missing.
    static LISTS: OnceLock<bool> = OnceLock::new();
    if !Path::new("/etc/debian_version").is_file() {
        return Err(format!("this is not Debian or Ubuntu: install {} by its own means", packages.join(", ")).into());
    }
    let update = || repo::run(apt_get(&["update", "--quiet"]).stdout(Stdio::null())).is_ok();
    if !LISTS.get_or_init(update) {
        return Err("apt-get update failed".into());
    }
    let arguments = [&["install", "--yes", "--quiet", "--no-install-recommends"], packages].concat();
    repo::run(apt_get(&arguments).stdout(Stdio::null()))
}

fn apt_get(arguments: &[&str]) -> Command {
    let mut command = repo::program("apt-get");
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    command
}
