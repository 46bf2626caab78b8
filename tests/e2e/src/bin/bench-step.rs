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

/// A reader rests: the steps beside this one are made ready, one at each `browser::REST_MS`.
const REST: &str = "setTimeout(() => arguments[0](true), 600);";

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
    let (mut rested, mut between, mut at_once) = (Vec::new(), Vec::new(), Vec::new());
    cost(&browser, REST).await;
    for _ in 0..steps {
        rested.push(cost(&browser, &step).await);
        between.push(cost(&browser, REST).await);
    }
    browser.click("#first").await;
    for _ in 0..steps {
        at_once.push(cost(&browser, &step).await);
    }
    println!("{steps} steps, processor {} times slower, milliseconds on the main thread:", arguments.slowdown);
    println!("                                    median     95 %      max");
    let work = |costs: &[Cost]| Summary::of(costs.iter().map(Cost::work));
    println!("a step: script, style, layout     {}   (goal: at most 8)", work(&rested));
    println!("        script                    {}", Summary::of(rested.iter().map(|cost| cost.script)));
    println!("        style                     {}", Summary::of(rested.iter().map(|cost| cost.style)));
    println!("        layout                    {}", Summary::of(rested.iter().map(|cost| cost.layout)));
    println!("a step: with painting             {}", Summary::of(rested.iter().map(|cost| cost.task)));
    println!("then, at rest: the next ones      {}", work(&between));
    println!("a step without a rest before it   {}", work(&at_once));
    println!("no step: script, style, layout    {}", work(&idle));
    println!("no step: with painting            {}", Summary::of(idle.iter().map(|cost| cost.task)));
}

/// Milliseconds on the main thread.
struct Cost {
    script: f64,
    style: f64,
    layout: f64,
    /// All of these, painting, and what the browser does for itself.
    task: f64,
}

impl Cost {
    fn work(&self) -> f64 {
        self.script + self.style + self.layout
    }
}

/// What one script costs, and what the page then does until it is painted.
async fn cost(browser: &Browser, script: &str) -> Cost {
    let before = so_far(browser).await;
    browser.client().execute_async(script, Vec::new()).await.expect("the page paints");
    let after = so_far(browser).await;
    Cost {
        script: after.script - before.script,
        style: after.style - before.style,
        layout: after.layout - before.layout,
        task: after.task - before.task,
    }
}

async fn so_far(browser: &Browser) -> Cost {
    let answer = browser.devtools("Performance.getMetrics", &json!({})).await;
    let seconds = |name: &str| {
        let metrics = answer["metrics"].as_array().into_iter().flatten();
        let metric = metrics.into_iter().find(|metric| metric["name"] == name);
        metric.and_then(|metric| metric["value"].as_f64()).unwrap_or_else(|| panic!("the browser measures no {name}"))
    };
    let ms = |name: &str| seconds(name) * 1000.0;
    Cost {
        script: ms("ScriptDuration"),
        style: ms("RecalcStyleDuration"),
        layout: ms("LayoutDuration"),
        task: ms("TaskDuration"),
    }
}

struct Summary {
    median: f64,
    high: f64,
    most: f64,
}

impl Summary {
    fn of(all: impl Iterator<Item = f64>) -> Self {
        let mut all: Vec<f64> = all.collect();
        all.sort_by(f64::total_cmp);
        let at = |part: usize| all.get(all.len().saturating_sub(1) * part / 100).copied().unwrap_or(f64::NAN);
        Self { median: at(50), high: at(95), most: at(100) }
    }
}

impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:8.2} {:8.2} {:8.2}", self.median, self.high, self.most)
    }
}
