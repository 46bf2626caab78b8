//! Takes pictures of the built page, to be looked at and for the README. Started by `cargo xtask shots`.
//!
//! Not a test: nothing is compared.
#![forbid(unsafe_code)]

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Parser;
use smtp_explainer_e2e::{Browser, Theme};

/// Width, height, and whether the picture goes on below the fold.
const SIZES: [(u32, u32, bool); 4] = [(1440, 900, false), (1024, 768, false), (390, 844, true), (320, 700, true)];

/// Takes pictures of the built page: four widths, two themes.
#[derive(Parser)]
#[command(name = "cargo xtask shots", bin_name = "cargo xtask shots")]
struct Arguments {
    /// Where the pictures go
    #[arg(long, default_value = "tests/e2e/shots")]
    out: PathBuf,
    /// Only the README's picture, to tests/e2e/readme.png
    #[arg(long)]
    readme: bool,
    /// The page at these fragments instead of the first view, a blocked run, a delivered one and the map
    fragments: Vec<String>,
}

/// What to show: a name for the file, a fragment, and whether to go to the last event.
struct Scene {
    name: String,
    fragment: String,
    at_end: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments = Arguments::parse();
    let browser = Browser::start().await;
    if arguments.readme {
        browser.prefer(Theme::Light, true).await;
        browser.open("").await;
        let path = smtp_explainer_e2e::package().join("readme.png");
        write(&path, &browser.picture().await);
        return;
    }
    let scenes = if arguments.fragments.is_empty() { usual(&browser).await } else { named(&arguments.fragments) };
    fs::create_dir_all(&arguments.out).expect("a folder for the pictures");
    for scene in &scenes {
        for theme in [Theme::Light, Theme::Dark] {
            browser.prefer(theme, true).await;
            for (width, height, whole) in SIZES {
                browser.resize(width, height).await;
                browser.open(&scene.fragment).await;
                if scene.at_end {
                    browser.click("#last").await;
                }
                let picture = if whole { browser.whole_picture().await } else { browser.picture().await };
                write(&arguments.out.join(format!("{}-{width}-{theme}.png", scene.name)), &picture);
            }
        }
    }
}

/// The first situation as it opens, its mail delivered, the same on blocked port 25, and the map.
async fn usual(browser: &Browser) -> Vec<Scene> {
    browser.open("").await;
    let situation = browser.script("return document.querySelector('#situation').value").await;
    let situation = situation.as_str().unwrap_or_default();
    let map = browser.script("return document.querySelectorAll('nav a')[1].hash.slice(1)").await;
    let scene = |name: &str, fragment: String, at_end| Scene { name: name.into(), fragment, at_end };
    vec![
        scene("first", String::new(), false),
        scene("outcome", format!("/s/{situation}?op25b=off"), true),
        scene("blocked", format!("/s/{situation}?port=25&op25b=drop"), true),
        scene("map", map.as_str().unwrap_or_default().into(), false),
    ]
}

/// Each fragment as it is; its letters and digits name the file.
fn named(fragments: &[String]) -> Vec<Scene> {
    let name = |fragment: &str| {
        let words = fragment.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join("-")
    };
    fragments.iter().map(|one| Scene { name: name(one), fragment: one.clone(), at_end: false }).collect()
}

fn write(path: &Path, picture: &[u8]) {
    fs::write(path, picture).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    println!("{}", path.display());
}
