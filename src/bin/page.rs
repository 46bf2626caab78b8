//! The page in the browser: lets the boot script start the views. Everything else is the library's.

use smtp_explainer::ui::{self, header::Language};
use wasm_bindgen::{JsError, prelude::wasm_bindgen};
use web_sys::Element;

/// Starts the page in `root`. `languages` holds a tag and a name in turn; `fragment` is the address bar's.
///
/// # Errors
/// When the knowledge or the situations cannot be read.
#[wasm_bindgen]
pub fn mount(
    root: Element,
    knowledge: &[u8],
    situations: &[u8],
    languages: &js_sys::Array,
    fragment: String,
) -> Result<(), JsError> {
    // As one text they come over in one call.
    let words = String::from(languages.join("\n"));
    let mut words = words.split('\n');
    let mut languages = Vec::new();
    while let (Some(tag), Some(name)) = (words.next(), words.next()) {
        languages.push(Language { tag: tag.to_owned(), name: name.to_owned() });
    }
    Ok(ui::mount(root, knowledge, situations, languages, fragment)?)
}

/// A third of the standard one's code; every allocation and release takes the same, short time.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

fn main() {}
