//! One browser on the built page, served as a static host would serve it.

use std::{fmt, path::PathBuf, time::Duration};

use data_encoding::BASE64;
use fantoccini::{
    Client, ClientBuilder, Locator,
    actions::{InputSource, KeyAction, KeyActions},
    elements::Element,
    wd::Capabilities,
};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use xtask::site;

use crate::{driver::Driver, wire};

/// How long the page may take to do what a test waits for.
const PATIENCE: Duration = Duration::from_secs(20);

/// Collects, before any script of the page, what the content security policy blocks.
const COLLECT_REPORTS: &str = "
    window.policyReports = [];
    document.addEventListener('securitypolicyviolation', (event) =>
        window.policyReports.push(`${event.effectiveDirective} blocked ${event.blockedURI} ${event.sample}`));";

/// A browser, its driver and the server of the page; all end with this value.
pub struct Browser {
    client: Client,
    // Dropped in this order: the browser goes before the server of its page.
    _driver: Driver,
    server: JoinHandle<()>,
    address: String,
}

/// Something the browser complained about.
#[derive(Debug, PartialEq, Eq)]
pub enum Problem {
    /// An error in its console, uncaught exceptions among them.
    Console(String),
    /// A report of the content security policy.
    Policy(String),
}

/// What the reader's system prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark text on a light ground.
    Light,
    /// Light text on a dark ground.
    Dark,
}

impl Browser {
    /// Opens a browser of 1440 × 900 pixels; the page is served at `/`.
    pub async fn start() -> Self {
        Self::start_below("/").await
    }

    /// The same with the page served below a path, such as `/docs/smtp`.
    pub async fn start_below(base: &'static str) -> Self {
        let dist = dist();
        let listener = site::bind(0).await.expect("a port for the page");
        let port = listener.local_addr().expect("a bound address").port();
        let server = tokio::spawn(async move {
            let ended = site::serve(listener, &dist, base).await;
            eprintln!("the server of the page ended: {ended:?}");
        });
        let driver = Driver::start();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities())
            .connect(&driver.url())
            .await
            .expect("a browser session");
        let address = format!("http://127.0.0.1:{port}{}/", base.trim_end_matches('/'));
        let browser = Self { client, _driver: driver, server, address };
        browser.devtools("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": COLLECT_REPORTS })).await;
        browser.resize(1440, 900).await;
        browser
    }

    /// The `WebDriver` client, for what has no method here.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Where the page is, without a fragment.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Loads the page anew with this fragment (without `#`, empty for none) and waits until it can be used.
    pub async fn open(&self, fragment: &str) {
        self.go("about:blank").await;
        self.go(&self.with_fragment(fragment)).await;
        self.ready().await;
    }

    /// Goes to an address without waiting for the page's program.
    pub async fn go(&self, address: &str) {
        self.client.goto(address).await.unwrap_or_else(|error| panic!("{address}: {error}"));
    }

    /// The page's address with a fragment.
    #[must_use]
    pub fn with_fragment(&self, fragment: &str) -> String {
        if fragment.is_empty() { self.address.clone() } else { format!("{}#{fragment}", self.address) }
    }

    /// Waits until the program has taken over the prerendered view, whose controls are all disabled.
    pub async fn ready(&self) {
        self.until("the program runs", "return document.querySelector('#app button:enabled') !== null").await;
    }

    /// Runs a script in the page and returns its value.
    pub async fn script(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Waits until a script returns `true`; panics, with what was waited for, when it does not.
    pub async fn until(&self, what: &str, script: &str) {
        let mut last = Value::Null;
        for _ in 0..PATIENCE.as_millis() / 20 {
            last = self.script(script).await;
            if last == Value::Bool(true) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("waited in vain until {what}: {last}; problems: {:?}", self.problems().await);
    }

    /// Waits for an element, by CSS selector.
    pub async fn element(&self, selector: &str) -> Element {
        let wait = self.client.wait().at_most(PATIENCE);
        wait.for_element(Locator::Css(selector)).await.unwrap_or_else(|error| panic!("{selector}: {error}"))
    }

    /// The text of an element as it is shown.
    pub async fn text(&self, selector: &str) -> String {
        let element = self.element(selector).await;
        element.text().await.unwrap_or_else(|error| panic!("{selector}: {error}"))
    }

    /// Clicks an element.
    pub async fn click(&self, selector: &str) {
        let element = self.element(selector).await;
        element.click().await.unwrap_or_else(|error| panic!("{selector}: {error}"));
    }

    /// Presses a key, wherever the focus is.
    pub async fn press(&self, key: impl Into<char>) {
        self.press_all(&[key.into()]).await;
    }

    /// Presses keys together: down in their order, up in the opposite order.
    pub async fn press_all(&self, keys: &[char]) {
        let down = keys.iter().map(|value| KeyAction::Down { value: *value });
        let up = keys.iter().rev().map(|value| KeyAction::Up { value: *value });
        let presses = down.chain(up).fold(KeyActions::new("keyboard".into()), KeyActions::then);
        self.client.perform_actions(presses).await.unwrap_or_else(|error| panic!("{keys:?}: {error}"));
    }

    /// Makes the viewport this many CSS pixels wide and high, also smaller than a window can be.
    pub async fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", &size).await;
    }

    /// Sets what the reader's system prefers.
    pub async fn prefer(&self, theme: Theme, reduced_motion: bool) {
        let motion = if reduced_motion { "reduce" } else { "no-preference" };
        let features = json!([
            { "name": "prefers-color-scheme", "value": theme.to_string() },
            { "name": "prefers-reduced-motion", "value": motion },
        ]);
        self.devtools("Emulation.setEmulatedMedia", &json!({ "features": features })).await;
    }

    /// Sends a command of the `DevTools` protocol.
    pub async fn devtools(&self, command: &str, parameters: &Value) -> Value {
        let sent = self.client.issue_cmd(wire::devtools(command, parameters)).await;
        sent.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// What the browser has complained about: the console since the last call, the policy since the page was loaded.
    pub async fn problems(&self) -> Vec<Problem> {
        let console = self.client.issue_cmd(wire::console()).await.expect("the browser's console");
        let entries = console.as_array().into_iter().flatten();
        let errors = entries.filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING");
        let errors = errors.map(|entry| Problem::Console(entry["message"].as_str().unwrap_or_default().to_owned()));
        let reports = self.script("return window.policyReports || []").await;
        let reports = reports.as_array().into_iter().flatten();
        let reports = reports.map(|report| Problem::Policy(report.as_str().unwrap_or_default().to_owned()));
        errors.chain(reports).collect()
    }

    /// A picture of the viewport, as PNG.
    pub async fn picture(&self) -> Vec<u8> {
        self.client.screenshot().await.expect("a picture")
    }

    /// A picture of the whole page, also of what is below the viewport, as PNG.
    pub async fn whole_picture(&self) -> Vec<u8> {
        let parameters = json!({ "format": "png", "captureBeyondViewport": true });
        let answer = self.devtools("Page.captureScreenshot", &parameters).await;
        let data = answer["data"].as_str().unwrap_or_default();
        BASE64.decode(data.as_bytes()).expect("a picture in base64")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl fmt::Display for Theme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Light => "light",
            Self::Dark => "dark",
        })
    }
}

/// The built page, `dist/` of the repository.
fn dist() -> PathBuf {
    let dist = crate::package().join("../../dist");
    assert!(dist.join("index.html").is_file(), "dist/ is missing: `cargo xtask build --release` makes it");
    dist
}

fn capabilities() -> Capabilities {
    let arguments = [
        "--headless=new",
        // The tests may run as root, where Chromium has no sandbox, and in containers with little shared memory.
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--lang=en",
        // As on a phone, where they lie over the page: 320 pixels are then 320 for the page.
        "--hide-scrollbars",
    ];
    let mut capabilities = Capabilities::new();
    capabilities.insert("browserName".into(), json!("chrome"));
    capabilities.insert("goog:chromeOptions".into(), json!({ "args": arguments }));
    capabilities.insert("goog:loggingPrefs".into(), json!({ "browser": "ALL" }));
    capabilities
}
