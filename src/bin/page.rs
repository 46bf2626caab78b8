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
    languages: Vec<String>,
    fragment: String,
) -> Result<(), JsError> {
    let mut words = languages.into_iter();
    let languages = std::iter::from_fn(|| Some(Language { tag: words.next()?, name: words.next()? }));
    Ok(ui::mount(root, knowledge, situations, languages.collect(), fragment)?)
}

/// A third of the standard one's code; every allocation and release takes the same, short time.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

fn main() {}
