//! Prints what one step costs the page's main thread when the processor is four times slower than this one.
//! Started by `cargo xtask bench-step`.
//!
//! Not a test: the figure depends on the machine and on what else runs there. The goal is 8 ms.
#![forbid(unsafe_code)]

use clap::Parser;
use serde_json::json;
use smtp_explainer_e2e::Browser;

/// Ends when what the page has changed is on the screen: the frame after the next one begins.
const PAINTED: &str = "requestAnimationFrame(() => requestAnimationFrame(() => arguments[0](true)));";

/// Prints the main-thread time of every step of a run, at a quarter of the processor's speed.
#[derive(Parser)]
#[command(name = "cargo xtask bench-step", bin_name = "cargo xtask bench-step")]
struct Arguments {
    /// The run, as in the page's address behind `#`
    #[arg(default_value = "")]
    fragment: String,
    /// How many times slower the processor is made
    #[arg(long, default_value_t = 4)]
    slowdown: u8,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments = Arguments::parse();
    let browser = Browser::start().await;
    browser.devtools("Performance.enable", &json!({})).await;
    browser.open(&arguments.fragment).await;
    browser.click("#first").await;
    let steps = browser.script("return Number(document.querySelector('#scrubber').max)").await.as_u64().unwrap_or(0);
    browser.devtools("Emulation.setCPUThrottlingRate", &json!({ "rate": arguments.slowdown })).await;

    // The same two frames with no step in them: what the browser and its driver cost by themselves.
    let mut idle = Vec::new();
    for _ in 0..steps.max(10) {
        idle.push(cost(&browser, PAINTED).await);
    }
    let step = format!("document.querySelector('#next').click(); {PAINTED}");
    let mut stepping = Vec::new();
    for _ in 0..steps {
        stepping.push(cost(&browser, &step).await);
    }
    let (idle, stepping) = (Costs::of(idle), Costs::of(stepping));
    println!("{steps} steps, processor {}x slower, main-thread ms:", arguments.slowdown);
    println!("              median     95 %      max");
    println!("with a step {stepping}");
    println!("without     {idle}");
    println!("difference  {:8.2}   (goal: at most 8)", stepping.median - idle.median);
}

/// Main-thread milliseconds of one script and of what the page then does until it is painted.
async fn cost(browser: &Browser, script: &str) -> f64 {
    let before = task_seconds(browser).await;
    browser.client().execute_async(script, Vec::new()).await.expect("the page paints");
    (task_seconds(browser).await - before) * 1000.0
}

async fn task_seconds(browser: &Browser) -> f64 {
    let answer = browser.devtools("Performance.getMetrics", &json!({})).await;
    let metrics = answer["metrics"].as_array().into_iter().flatten();
    let task = metrics.into_iter().find(|metric| metric["name"] == "TaskDuration");
    task.and_then(|metric| metric["value"].as_f64()).expect("the browser measures its tasks")
}

struct Costs {
    median: f64,
    high: f64,
    most: f64,
}

impl Costs {
    fn of(mut all: Vec<f64>) -> Self {
        all.sort_by(f64::total_cmp);
        let at = |part: usize| all.get(all.len().saturating_sub(1) * part / 100).copied().unwrap_or(f64::NAN);
        Self { median: at(50), high: at(95), most: at(100) }
    }
}

impl std::fmt::Display for Costs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:8.2} {:8.2} {:8.2}", self.median, self.high, self.most)
    }
}
