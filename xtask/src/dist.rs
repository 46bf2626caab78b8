//! Makes `dist/`: the page as any static host can serve it, below any path.
//!
//! Compiling is cargo's work, the first view is the `prerender` program's; here the parts are only put together.

use std::{fs, path::Path, path::PathBuf, process::Command, time::Instant};

use clap::Args;
use wasm_bindgen_cli_support::Bindgen;
use xtask::site::CONTENT_SECURITY_POLICY;

use crate::glue;
use crate::repo::{self, Outcome, WASM};
use crate::small;

/// Where `index.html` takes the first view.
const APP_MARK: &str = "<!--app-->";
/// What the policy stands behind: before it only the character set, which must be among the first 1,024 octets.
const CHARSET: &str = "<meta charset=\"utf-8\">";

#[derive(Args, Clone, Default)]
#[group(skip)]
pub(crate) struct Options {
    /// As it is published: small, slow to compile
    #[arg(long)]
    pub(crate) release: bool,
}

/// Builds the page and returns the folder. An unfinished build leaves the last finished one in place.
pub(crate) fn build(options: &Options) -> Outcome<PathBuf> {
    let begun = Instant::now();
    install_target()?;
    let page = compile_page(options.release)?;
    let prerender = repo::compile("prerender", &["--features", "ssr"], &[])?;

    let root = repo::root();
    let (dist, partial) = (root.join("dist"), root.join("dist.partial"));
    remove_folder(&partial)?;
    repo::copy_folder(&root.join("static"), &partial)?;
    write_javascript(&page, &partial, options.release)?;
    write_languages(&prerender, &partial)?;
    fs::write(partial.join("situations.bin"), repo::octets(Command::new(&prerender).arg("situations"))?)?;
    let shell = fs::read_to_string(root.join("index.html")).map_err(|error| format!("index.html: {error}"))?;
    let first_view = repo::output(Command::new(&prerender).arg("html"))?;
    fs::write(partial.join("index.html"), fill(&shell, first_view.trim())?)?;

    remove_folder(&dist)?;
    fs::rename(&partial, &dist)?;
    eprintln!("dist/ built in {:.1} s", begun.elapsed().as_secs_f32());
    Ok(dist)
}

/// Adds the page's target to the toolchain when it is missing.
fn install_target() -> Outcome<()> {
    // Without rustup the target may still be there; then cargo is the one to say what is missing.
    let Ok(installed) = repo::program("rustup").args(["target", "list", "--installed"]).output() else { return Ok(()) };
    if String::from_utf8_lossy(&installed.stdout).lines().any(|line| line == WASM) {
        return Ok(());
    }
    repo::run(repo::program("rustup").args(["target", "add", WASM]))
}

fn compile_page(release: bool) -> Outcome<PathBuf> {
    const PAGE: &[&str] = &["--features", "web", "--target", WASM];
    if release {
        let recipe = small::recipe()?;
        repo::compile("page", &[PAGE, &["--profile", "page"], recipe.arguments].concat(), &recipe.flags)
    } else {
        repo::compile("page", PAGE, &[])
    }
}

fn write_javascript(page: &Path, dist: &Path, release: bool) -> Outcome<()> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(page).out_name("page").web(true)?.typescript(false);
    bindgen.remove_name_section(release).remove_producers_section(release);
    glue::write(&mut bindgen, dist, release)
}

/// One file of clauses, notes and strings a language, and the list of languages.
fn write_languages(prerender: &Path, dist: &Path) -> Outcome<()> {
    let printed = repo::output(Command::new(prerender).arg("languages"))?;
    let tags: Vec<&str> = printed.lines().collect();
    for tag in &tags {
        let knowledge = repo::octets(Command::new(prerender).args(["knowledge", tag]))?;
        fs::write(dist.join(format!("knowledge.{tag}.bin")), knowledge)?;
    }
    fs::write(dist.join("languages.json"), serde_json::to_string(&tags)?)?;
    Ok(())
}

/// The page's shell with its first view and its policy.
fn fill(shell: &str, first_view: &str) -> Outcome<String> {
    for mark in [APP_MARK, CHARSET] {
        if shell.matches(mark).count() != 1 {
            return Err(format!("index.html must hold {mark} exactly once").into());
        }
    }
    let policy =
        format!("{CHARSET}\n<meta http-equiv=\"Content-Security-Policy\" content=\"{CONTENT_SECURITY_POLICY}\">");
    let page = shell.replace(CHARSET, &policy).replace(APP_MARK, first_view);
    refuse_inline(&page)?;
    Ok(page)
}

/// The policy blocks inline scripts and styles and the page is served below any path: better to hear it now.
fn refuse_inline(page: &str) -> Outcome<()> {
    let inline_script =
        page.split("<script").skip(1).any(|rest| !rest.split('>').next().unwrap_or("").contains("src="));
    let refused = [
        (inline_script, "a <script> without src"),
        (page.contains("<style"), "a <style> element"),
        (page.contains(" style=\""), "a style attribute"),
        (page.contains("src=\"/") || page.contains("href=\"/"), "a path that begins with /"),
    ];
    match refused.iter().find(|(found, _)| *found) {
        Some((_, what)) => Err(format!("index.html or its first view holds {what}").into()),
        None => Ok(()),
    }
}

fn remove_folder(folder: &Path) -> Outcome<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHELL: &str = "<head><meta charset=\"utf-8\"><script type=\"module\" src=\"boot.js\"></script></head>\
                         <div id=\"app\"><!--app--></div>";

    #[test]
    fn the_policy_comes_first_and_the_view_takes_its_place() {
        let page = fill(SHELL, "<p>view</p>").unwrap();
        assert!(page.find("Content-Security-Policy").unwrap() < page.find("<script").unwrap());
        assert!(page.contains("<div id=\"app\"><p>view</p></div>"));
    }

    #[test]
    fn what_the_policy_would_block_is_refused() {
        let blocked = ["<script>x</script>", "<style>p{}</style>", "<p style=\"color:red\">", "<a href=\"/x\">x</a>"];
        for view in blocked {
            assert!(fill(SHELL, view).is_err(), "{view}");
        }
        assert!(fill("<meta charset=\"utf-8\">", "").is_err(), "a shell without the mark");
    }
}
