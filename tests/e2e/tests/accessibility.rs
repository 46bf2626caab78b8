//! axe-core on every situation's first and last step and on the other rooms, in both themes: no violation.
//!
//! axe sees only what a program can see; the keyboard is tested in `watch.rs`, and names and order are read by people.

use std::{collections::BTreeMap, fs};

use serde_json::{Value, json};
use smtp_explainer_e2e::{Browser, Theme};

/// Runs the rules of WCAG 2.0 to 2.2, levels A and AA, and hands back what breaks them and how many held.
const RUN: &str = "
    const done = arguments[0];
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] }).then((result) => done({
        passes: result.passes.length,
        violations: result.violations.map((one) => [one.id, one.nodes.map((node) => node.target.join(' ')).slice(0, 5).join(', ')]),
    }), (error) => done({ error: String(error) }));";

/// Each violation with the places where it was seen.
type Violations = BTreeMap<String, Vec<String>>;

#[tokio::test]
async fn every_situation_in_both_themes() {
    let browser = with_axe("").await;
    let mut violations = Violations::new();
    for situation in browser.situations().await {
        // Within the page, so that axe need not be loaded anew.
        browser.script(&format!("location.hash = {}", Value::from(format!("#/s/{situation}?step=1")))).await;
        let shown =
            format!("return document.querySelector('#situation').value === {}", Value::from(situation.as_str()));
        browser.until(&format!("{situation} is shown"), &shown).await;
        for end in ["#first", "#last"] {
            browser.click(end).await;
            in_both_themes(&browser, &format!("{situation} {end}"), &mut violations).await;
        }
    }
    assert!(violations.is_empty(), "{violations:#?}");
}

#[tokio::test]
async fn the_first_view_opened_up_and_on_a_phone() {
    let browser = with_axe("").await;
    let mut violations = Violations::new();
    in_both_themes(&browser, "first view", &mut violations).await;
    browser.click("#more-button").await;
    browser.click("#transcript .reveal").await;
    in_both_themes(&browser, "more and a secret", &mut violations).await;
    browser.resize(320, 700).await;
    in_both_themes(&browser, "320 pixels", &mut violations).await;
    browser.click("#help-button").await;
    browser.until("the help is open", "return document.querySelector('#help').open").await;
    in_both_themes(&browser, "help", &mut violations).await;
    assert!(violations.is_empty(), "{violations:#?}");
}

#[tokio::test]
async fn the_map_and_a_notice() {
    let browser = with_axe("").await;
    let mut violations = Violations::new();
    browser.script("document.querySelectorAll('nav a')[1].click()").await;
    browser.element(".map table").await;
    in_both_themes(&browser, "map", &mut violations).await;
    browser.resize(320, 700).await;
    in_both_themes(&browser, "map at 320 pixels", &mut violations).await;
    browser.script("location.hash = '#/s/no-such-situation'").await;
    browser.element(".notice").await;
    in_both_themes(&browser, "notice", &mut violations).await;
    assert!(violations.is_empty(), "{violations:#?}");
}

#[tokio::test]
async fn axe_finds_what_is_wrong() {
    let browser = with_axe("").await;
    let spoil = "const button = document.createElement('button'); document.body.append(button);
                 document.documentElement.removeAttribute('lang')";
    browser.script(spoil).await;
    let mut violations = Violations::new();
    in_both_themes(&browser, "spoilt", &mut violations).await;
    let found: Vec<&str> = violations.keys().filter_map(|key| key.split(':').next()).collect();
    assert!(found.contains(&"button-name") && found.contains(&"html-has-lang"), "{violations:?}");
}

/// The page with axe in it. The driver runs the script, so the page's policy need not allow it.
async fn with_axe(fragment: &str) -> Browser {
    let path = smtp_explainer_e2e::package().join("node_modules/axe-core/axe.min.js");
    let axe = fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; `cargo xtask test --install browser` fetches it", path.display()));
    let browser = Browser::start().await;
    browser.open(fragment).await;
    browser.devtools("Runtime.evaluate", &json!({ "expression": axe })).await;
    browser
}

async fn in_both_themes(browser: &Browser, place: &str, violations: &mut Violations) {
    for theme in [Theme::Light, Theme::Dark] {
        browser.prefer(theme, true).await;
        let result = browser.client().execute_async(RUN, Vec::new()).await.expect("axe answers");
        assert!(result["passes"].as_u64().is_some_and(|passes| passes > 10), "{place}: axe did not run: {result}");
        for violation in result["violations"].as_array().into_iter().flatten() {
            let what = format!("{}: {}", violation[0].as_str().unwrap_or(""), violation[1].as_str().unwrap_or(""));
            violations.entry(what).or_default().push(format!("{place}, {theme}"));
        }
    }
}
