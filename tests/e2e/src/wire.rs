//! The two commands of chromedriver that the `WebDriver` standard does not have.

use fantoccini::wd::WebDriverCompatibleCommand;
use http::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};

/// A command below the session's address.
#[derive(Debug)]
pub(crate) struct Extra {
    path: &'static str,
    body: Value,
}

/// A command of the `DevTools` protocol.
pub(crate) fn devtools(command: &str, parameters: &Value) -> Extra {
    Extra { path: "goog/cdp/execute", body: json!({ "cmd": command, "params": parameters }) }
}

/// What the browser has written to its console since the last time.
pub(crate) fn console() -> Extra {
    Extra { path: "se/log", body: json!({ "type": "browser" }) }
}

impl WebDriverCompatibleCommand for Extra {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}
