//! The built page in a real browser: it starts, says why when it cannot, and asks nobody but its own host.

use serde_json::json;
use smtp_explainer_e2e::{Browser, Theme};

/// The page's own parts, as the reader sees them; the status line is left out, for it may tell of the program.
const VISIBLE: &str =
    "return ['#transcript', '.explain', '.bar'].map((s) => document.querySelector(s)?.innerText ?? s)";

#[tokio::test]
async fn it_loads_without_a_complaint() {
    let browser = Browser::start().await;
    browser.open("").await;
    browser.click("#next").await;
    assert_eq!(browser.problems().await, []);
}

#[tokio::test]
async fn it_opens_at_mail_with_the_clauses_of_every_generation() {
    let browser = Browser::start().await;
    browser.open("").await;
    let row = browser.current_row().await;
    assert!(row.contains("MAIL FROM:"), "{row}");
    let transcript = browser.text("#transcript").await;
    assert!(transcript.contains("EHLO"), "the dialogue from EHLO on: {transcript}");
    let explanation = browser.text(".explain").await;
    for rfc in ["RFC 821", "RFC 2821", "RFC 5321", "RFC 4409", "RFC 6409"] {
        assert!(explanation.contains(rfc), "{rfc} is missing: {explanation}");
    }
}

#[tokio::test]
async fn the_first_view_shows_three_generations_without_scrolling() {
    const SEEN: &str = "const fold = document.querySelector('#explanation').getBoundingClientRect().bottom;
        const rows = [...document.querySelector('#explanation > :not(.waiting) .strata').children];
        const seen = rows.filter((row) => row.getBoundingClientRect().bottom <= fold);
        return seen.flatMap((row) => [...row.querySelectorAll('a')]).map((link) => link.textContent)";
    let browser = Browser::start().await;
    browser.open("").await;
    let seen = browser.script(SEEN).await.to_string();
    for rfc in ["RFC 821 ", "RFC 2821 ", "RFC 5321 "] {
        assert!(seen.contains(rfc), "only {seen} of the clauses are above the fold");
    }
}

#[tokio::test]
async fn the_situation_bar_stays_on_one_line() {
    const LINES: &str = "const top = (id) => document.querySelector(id).getBoundingClientRect().top;
        return top('#situation') === top('#more-button')";
    let browser = Browser::start().await;
    for fragment in ["", "/s/other-587?tls=starttls-if-offered"] {
        browser.open(fragment).await;
        assert_eq!(browser.script(LINES).await, json!(true), "{fragment:?}");
    }
}

#[tokio::test]
async fn the_prerendered_view_is_the_mounted_one() {
    let browser = Browser::start().await;
    browser.open("").await;
    let mounted = browser.script(VISIBLE).await;
    without_program(&browser).await;
    assert_eq!(browser.script(VISIBLE).await, mounted);
}

#[tokio::test]
async fn without_its_program_the_page_says_so() {
    let browser = Browser::start().await;
    without_program(&browser).await;
    let said =
        "return [...document.querySelectorAll('[role=alert]')].some((line) => line.innerText.trim().length > 20)";
    browser.until("the status line says why", said).await;
    let enabled = browser.script("return document.querySelectorAll('#app button:enabled').length").await;
    assert_eq!(enabled, json!(0), "buttons that would do nothing");
    assert!(browser.text("#transcript").await.contains("EHLO"), "the first view can still be read");
}

#[tokio::test]
async fn it_works_below_a_path_and_asks_no_other_host() {
    let browser = Browser::start_below("/docs/smtp").await;
    browser.open("").await;
    browser.click("#next").await;
    let asked = browser.script("return performance.getEntriesByType('resource').map((entry) => entry.name)").await;
    let asked: Vec<&str> = asked.as_array().into_iter().flatten().filter_map(|name| name.as_str()).collect();
    let elsewhere: Vec<_> = asked.iter().filter(|name| !name.starts_with(browser.address())).collect();
    assert!(asked.iter().any(|name| name.ends_with("page_bg.wasm")), "{asked:?}");
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
    assert_eq!(browser.problems().await, []);
}

#[tokio::test]
async fn the_theme_follows_the_system_until_the_reader_chooses() {
    const GROUND: &str = "return getComputedStyle(document.body).backgroundColor";
    let browser = Browser::start().await;
    browser.prefer(Theme::Light, false).await;
    browser.open("").await;
    let light = browser.script(GROUND).await;
    browser.prefer(Theme::Dark, false).await;
    let dark = browser.script(GROUND).await;
    assert_ne!(light, dark, "the system's choice is followed");

    // The button goes round: as the system has it, light, dark.
    browser.click("#theme").await;
    browser.until("light is chosen", &format!("return (() => {{ {GROUND} }})() === {light}")).await;
    browser.open("").await;
    assert_eq!(browser.script(GROUND).await, light, "the choice outlives the visit");
    browser.click("#theme").await;
    browser.until("dark is chosen", &format!("return (() => {{ {GROUND} }})() === {dark}")).await;
    assert_eq!(browser.problems().await, []);
}

#[tokio::test]
async fn nothing_moves_for_who_asks_for_stillness() {
    const MOVING: &str = "return document.getAnimations().length";
    let browser = Browser::start().await;
    browser.prefer(Theme::Light, true).await;
    browser.open("").await;
    for _ in 0..5 {
        browser.click("#next").await;
        assert_eq!(browser.script(MOVING).await, json!(0), "at {:?}", browser.place().await);
    }
}

#[tokio::test]
async fn nothing_scrolls_sideways() {
    let browser = Browser::start().await;
    browser.open("").await;
    let first = browser.situations().await.swap_remove(0);
    let map = browser.script("return document.querySelectorAll('nav a')[1].hash.slice(1)").await;
    let blocked = format!("/s/{first}?port=25&op25b=drop");
    let scenes = ["", &blocked, map.as_str().expect("the map's link")];
    for scene in scenes {
        for width in [1440, 1024, 768, 699, 390, 320] {
            browser.resize(width, 700).await;
            browser.open(scene).await;
            let wide = "const d = document.documentElement; return d.scrollWidth - d.clientWidth";
            assert_eq!(browser.script(wide).await, json!(0), "{scene:?} at {width}");
        }
    }
}

/// Loads the page while its program cannot be had.
async fn without_program(browser: &Browser) {
    browser.devtools("Network.enable", &json!({})).await;
    browser.devtools("Network.setBlockedURLs", &json!({ "urls": ["*page_bg.wasm*"] })).await;
    browser.go("about:blank").await;
    browser.go(browser.address()).await;
    browser.until("the first view stands", "return document.querySelector('#transcript') !== null").await;
}
