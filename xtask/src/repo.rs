//! Where the repository is, and how other programs are run from there.

use std::{
    env,
    error::Error,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

/// What a command of this program ends in; an error is one sentence for the developer.
pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

/// The target the page is compiled for.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// Makes rustc write paths that are the same on every machine, and tell nothing of the one it runs on.
pub(crate) fn neutral_paths() -> Outcome<Vec<String>> {
    let home = env::home_dir().map(|home| home.join(".cargo"));
    let cargo_home = env::var_os("CARGO_HOME").map(PathBuf::from).or(home);
    let registries = cargo_home.iter().flat_map(|home| fs::read_dir(home.join("registry/src"))).flatten().flatten();
    // What comes later goes before: a crate is named without the registry it came from.
    let places = [(root().to_path_buf(), "/smtp-explainer")].into_iter();
    let places = places.chain(cargo_home.clone().map(|path| (path, "/cargo")));
    let places = places.chain(registries.map(|folder| (folder.path(), "/crates")));
    let places = places.chain([(sysroot()?.join("lib/rustlib/src/rust"), "/rust")]);
    Ok(places.map(|(path, name)| format!("--remap-path-prefix={}={name}", path.display())).collect())
}

/// Where the toolchain is.
pub(crate) fn sysroot() -> Outcome<PathBuf> {
    Ok(output(program("rustc").args(["--print", "sysroot"]))?.trim_end().into())
}

/// The repository's top folder.
pub(crate) fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    // As cargo says it now: another checkout with the same target folder may have compiled this program.
    let package = || env::var_os("CARGO_MANIFEST_DIR").unwrap_or(env!("CARGO_MANIFEST_DIR").into());
    ROOT.get_or_init(|| PathBuf::from(package()).parent().map(Path::to_path_buf).unwrap_or_default())
}

/// A cargo command, to be run from the top folder.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    // cargo names itself to what it runs, so that the same toolchain is used throughout.
    let mut command = program(env::var_os("CARGO").unwrap_or("cargo".into()));
    command.args(arguments);
    command
}

/// Any other program, to be run from the top folder.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root()).stdin(Stdio::null());
    command
}

/// Runs a program and turns a failure into a sentence.
pub(crate) fn run(command: &mut Command) -> Outcome<()> {
    let status = command.status().map_err(|error| format!("{} did not start: {error}", words(command)))?;
    if status.success() { Ok(()) } else { Err(format!("{} failed ({status})", words(command)).into()) }
}

/// Runs a program and returns what it printed, as text.
pub(crate) fn output(command: &mut Command) -> Outcome<String> {
    Ok(String::from_utf8(octets(command)?)?)
}

/// Runs a program and returns what it printed; its messages pass through.
pub(crate) fn octets(command: &mut Command) -> Outcome<Vec<u8>> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("{} did not start: {error}", words(command)))?;
    if !output.status.success() {
        return Err(format!("{} failed ({})", words(command), output.status).into());
    }
    Ok(output.stdout)
}

/// The command as one would type it, without the path of the program.
pub(crate) fn words(command: &Command) -> String {
    let name = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let all = std::iter::once(name).chain(command.get_args());
    all.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// Compiles one binary of the package and says where cargo put it. Without flags, rustc's are those of the developer;
/// with unstable ones it is allowed to take them.
pub(crate) fn compile(binary: &str, arguments: &[&str], rustc_flags: &[String]) -> Outcome<PathBuf> {
    let mut command = cargo(&["build", "--message-format=json-render-diagnostics", "--bin", binary]);
    command.args(arguments);
    if !rustc_flags.is_empty() {
        command.env("CARGO_ENCODED_RUSTFLAGS", rustc_flags.join("\u{1f}"));
    }
    if rustc_flags.iter().any(|flag| flag.starts_with("-Z")) {
        command.env("RUSTC_BOOTSTRAP", "1");
    }
    let printed = output(&mut command)?;
    let messages = printed.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    for message in messages.filter(|message| message["target"]["name"] == binary) {
        // A wasm program comes with no `executable`, only with its file.
        let files = message["filenames"].as_array().into_iter().flatten().filter_map(|file| file.as_str());
        let mut modules = files.map(Path::new).filter(|file| file.extension().is_some_and(|end| end == "wasm"));
        if let Some(path) = message["executable"].as_str().map(Path::new).or_else(|| modules.next()) {
            return Ok(path.to_path_buf());
        }
    }
    Err(format!("{} left no program", words(&command)).into())
}

/// Copies what is in a folder into another, which is made when it is missing.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> Outcome<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).map_err(|error| format!("{}: {error}", from.display()))? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &to.join(entry.file_name()))?;
        } else {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}
