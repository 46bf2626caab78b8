//! What joins the page's wasm to the browser, as it is published: the JavaScript that wasm-bindgen writes, and ours.
//!
//! wasm-bindgen calls what the two exchange by long names with a hash, which no compression shortens. Nobody outside
//! uses them, so they get short ones on both sides. JavaScript is written as short as it can be said, and the module's
//! functions are put in an order that packs well.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use oxc_allocator::Allocator;
use oxc_codegen::{Codegen, CodegenOptions};
use oxc_minifier::{Minifier, MinifierOptions};
use oxc_parser::Parser;
use oxc_span::SourceType;
use wasm_bindgen_cli_support::Bindgen;

use crate::order;
use crate::repo::Outcome;

/// Names that start with this are wasm-bindgen's own; what the page itself offers is called as it is.
const HASHED: &str = "wasm_bindgen_";
/// What wasm-bindgen's script offers last; the page never starts it the second way.
const OFFERS: [&str; 2] = ["export { initSync, __wbg_init as default };", "export { __wbg_init as default };"];

/// Writes the module and its JavaScript into a folder; in a release small, else readable.
pub(crate) fn write(bindgen: &mut Bindgen, dist: &Path, release: bool) -> Outcome<()> {
    let mut output = bindgen.generate_output()?;
    if !release {
        return Ok(output.emit(dist)?);
    }
    let names = shorten(&mut output);
    output.emit(dist)?;
    for path in fs::read_dir(dist)?.map(|entry| entry.map(|entry| entry.path())) {
        let path = path?;
        if path.extension().is_some_and(|end| end == "js") {
            let script = fs::read_to_string(&path)?;
            fs::write(&path, minified(&renamed(&script, &names).replace(OFFERS[0], OFFERS[1]))?)?;
        } else if path.extension().is_some_and(|end| end == "wasm") {
            fs::write(&path, order::by_likeness(&fs::read(&path)?)?)?;
        }
    }
    Ok(())
}

/// A script that does the same in fewer letters.
fn minified(script: &str) -> Outcome<String> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, script, SourceType::mjs()).parse();
    if let Some(error) = parsed.diagnostics.first() {
        return Err(format!("a script of the page is not JavaScript: {error}").into());
    }
    let mut program = parsed.program;
    let made = Minifier::new(MinifierOptions::default()).minify(&allocator, &mut program);
    Ok(Codegen::new().with_options(CodegenOptions::minify()).with_scoping(made.scoping).build(&program).code)
}

/// Gives imports and hashed exports short names and says which.
fn shorten(output: &mut wasm_bindgen_cli_support::Output) -> HashMap<String, String> {
    let module = output.wasm_mut();
    let mut names = HashMap::new();
    let mut short = |name: &mut String| {
        let next = short_name(names.len());
        let short = names.entry(std::mem::take(name)).or_insert(next);
        name.clone_from(short);
    };
    module.imports.iter_mut().for_each(|import| short(&mut import.name));
    module
        .exports
        .iter_mut()
        .filter(|export| export.name.starts_with(HASHED))
        .for_each(|export| short(&mut export.name));
    names
}

/// The name of this number: a, b, … z, aa, ab, …
fn short_name(number: usize) -> String {
    let letter = char::from(b'a' + u8::try_from(number % 26).unwrap_or(0));
    match number / 26 {
        0 => letter.to_string(),
        rest => format!("{}{letter}", short_name(rest - 1)),
    }
}

/// A script with some of its names replaced; parts of other names stay.
fn renamed(script: &str, names: &HashMap<String, String>) -> String {
    let mut renamed = String::with_capacity(script.len());
    let mut rest = script;
    while !rest.is_empty() {
        let is_in_name = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let (name, after) = rest.split_at(rest.find(|c| !is_in_name(c)).unwrap_or(rest.len()));
        renamed.push_str(names.get(name).map_or(name, String::as_str));
        let (between, after) = after.split_at(after.find(is_in_name).unwrap_or(after.len()));
        renamed.push_str(between);
        rest = after;
    }
    renamed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_replaced_whole() {
        let names = HashMap::from([("__wbg_new_1".to_owned(), "a".to_owned())]);
        let script = "x = { __wbg_new_1: f, __wbg_new_12: g, y__wbg_new_1: h };\n// __wbg_new_1";
        assert_eq!(renamed(script, &names), "x = { a: f, __wbg_new_12: g, y__wbg_new_1: h };\n// a");
        assert_eq!(renamed("", &names), "");
    }

    #[test]
    fn a_script_is_shortened_and_its_offers_keep_their_names() {
        let script = "// why\nconst double = (number) => { return number * 2; };\nexport { double as default };\n";
        let short = minified(script).unwrap();
        assert!(short.len() < script.len() / 2 + 20 && short.ends_with("as default};"), "{short}");
        let error = minified("const = 1").unwrap_err().to_string();
        assert!(error.contains("not JavaScript"), "{error}");
    }

    #[test]
    fn no_two_numbers_have_one_name() {
        let all: std::collections::BTreeSet<String> = (0..1000).map(short_name).collect();
        assert_eq!(all.len(), 1000);
        assert_eq!([0, 25, 26, 702].map(short_name), ["a", "z", "aa", "aaa"]);
    }
}
