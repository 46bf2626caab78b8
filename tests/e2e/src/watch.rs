//! The page's *Watch* room as a reader finds it: by names, roles and the few ids that its controls have.

use serde_json::Value;

use crate::browser::Browser;

/// The text of the current row of the transcript.
const CURRENT_ROW: &str = "return document.querySelector('#transcript li[aria-current=step]')?.innerText ?? ''";

impl Browser {
    /// Where the reader stands, counted from 0, and the last step.
    pub async fn place(&self) -> (u64, u64) {
        let place =
            self.script("const s = document.querySelector('#scrubber'); return [Number(s.value), Number(s.max)]").await;
        let at = |index: usize| place[index].as_u64().unwrap_or_else(|| panic!("no scrubber: {place}"));
        (at(0), at(1))
    }

    /// Waits until the reader stands at this step.
    pub async fn at(&self, step: u64) {
        let script = format!("return Number(document.querySelector('#scrubber')?.value) === {step}");
        self.until(&format!("the page stands at step {step}"), &script).await;
    }

    /// Waits until the current row of the transcript holds a text.
    pub async fn at_row(&self, text: &str) {
        let row = format!("return (() => {{ {CURRENT_ROW} }})().includes({})", Value::from(text));
        self.until(&format!("the current row says {text:?}"), &row).await;
    }

    /// The current row of the transcript.
    pub async fn current_row(&self) -> String {
        self.script(CURRENT_ROW).await.as_str().unwrap_or_default().to_owned()
    }

    /// Presses one of the buttons of a switch of the situation bar.
    pub async fn choose(&self, control: &str, value: &str) {
        self.click(&format!("#control-{control} button[value='{value}']")).await;
    }

    /// Every situation's id, in the order of the list.
    pub async fn situations(&self) -> Vec<String> {
        let ids = self.script("return [...document.querySelectorAll('#situation option')].map((o) => o.value)").await;
        let ids: Vec<String> = ids.as_array().into_iter().flatten().filter_map(Value::as_str).map(Into::into).collect();
        assert!(!ids.is_empty(), "the page lists no situation");
        ids
    }

    /// The address's fragment without `#`.
    pub async fn fragment(&self) -> String {
        self.script("return location.hash.slice(1)").await.as_str().unwrap_or_default().to_owned()
    }
}
