//! Where a personality is known to differ from the recordings of its server, and why.

use serde::Deserialize;

use crate::data;

/// One recorded case that is not reproduced.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deviation {
    /// The server.
    pub server: String,
    /// The service.
    pub profile: String,
    /// The script.
    pub case: String,
    /// Why it is not reproduced.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    deviation: Vec<Deviation>,
}

/// All known deviations.
///
/// # Errors
/// With the place in the file that is wrong; a test reads it.
pub fn deviations() -> Result<Vec<Deviation>, serde_json::Error> {
    serde_json::from_str::<Sheet>(data::DEVIATIONS).map(|sheet| sheet.deviation)
}
