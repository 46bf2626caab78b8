//! Functions that are alike stand side by side in the published module.
//!
//! A compressor repeats cheaply what it has just seen, and what stands far back at more cost. The compiler orders
//! functions by where they come from and wasm-bindgen by their length; in the order of likeness the same module packs
//! some 2 % smaller. Where a function stands changes nothing that it does.

use std::collections::{BTreeSet, HashMap};

use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{CodeSection, FunctionSection, Module};
use wasmparser::{Parser, Payload, TypeRef};

use crate::repo::Outcome;

/// How many octets make a piece by which two functions are compared.
const PIECE: usize = 4;
/// A piece in more functions than this says nothing about any two of them.
const COMMON: usize = 1000;

/// The same module with its functions in the order of likeness.
pub(crate) fn by_likeness(module: &[u8]) -> Outcome<Vec<u8>> {
    let (imported, bodies) = functions(module)?;
    let order = chain(&bodies);
    let mut places: Vec<u32> = (0..imported).chain(order.iter().map(|_| 0)).collect();
    for (place, &function) in (imported..).zip(&order) {
        places[imported as usize + function] = place;
    }
    let mut written = Module::new();
    Reordered { order, places }
        .parse_core_module(&mut written, Parser::new(0), module)
        .map_err(|error| format!("the page's module: {error}"))?;
    Ok(written.finish())
}

/// How many functions come from outside, and the octets of those that are in the module.
fn functions(module: &[u8]) -> Outcome<(u32, Vec<&[u8]>)> {
    let (mut imported, mut bodies) = (0, Vec::new());
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_) | TypeRef::FuncExact(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(&module[body.range()]),
            _ => {}
        }
    }
    Ok((imported, bodies))
}

/// Begins with the largest function and goes on to the most alike of those that are left.
fn chain(bodies: &[&[u8]]) -> Vec<usize> {
    let pieces: Vec<BTreeSet<&[u8]>> = bodies.iter().map(|body| body.windows(PIECE).collect()).collect();
    let mut with: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (function, pieces) in pieces.iter().enumerate() {
        for piece in pieces {
            with.entry(piece).or_default().push(function);
        }
    }
    let mut left: BTreeSet<usize> = (0..bodies.len()).collect();
    let mut order = Vec::with_capacity(bodies.len());
    let mut next = (0..bodies.len()).max_by_key(|&function| pieces[function].len());
    while let Some(function) = next {
        order.push(function);
        left.remove(&function);
        let mut shared = vec![0; bodies.len()];
        let sharing = pieces[function].iter().filter_map(|piece| with.get(piece)).filter(|all| all.len() <= COMMON);
        sharing.flatten().for_each(|&other| shared[other] += 1);
        // The part of all their pieces that both have, in millionths; of equals the first.
        let likeness = |other: usize| {
            let all = pieces[function].len() + pieces[other].len() - shared[other];
            1_000_000 * shared[other] / (all + 10)
        };
        next = left.iter().copied().rev().max_by_key(|&other| likeness(other));
    }
    order
}

/// Writes a module anew with its functions elsewhere.
struct Reordered {
    /// Which function comes at each place, counted without those from outside.
    order: Vec<usize>,
    /// Where each function goes, counted with those from outside.
    places: Vec<u32>,
}

impl Reencode for Reordered {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, reencode::Error> {
        Ok(self.places[function as usize])
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: wasmparser::FunctionSectionReader<'_>,
    ) -> Result<(), reencode::Error> {
        let types = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        for &function in &self.order {
            functions.function(types[function]);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: wasmparser::CodeSectionReader<'_>,
    ) -> Result<(), reencode::Error> {
        let bodies = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        for function in self.order.clone() {
            self.parse_function_body(code, bodies[function].clone())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{EntityType, ExportKind, ExportSection, Function, ImportSection, TypeSection, ValType};

    use super::*;

    #[test]
    fn the_most_alike_comes_next() {
        let bodies = ["abcdefghijkl+", "zyxwvutsrqpo", "abcdefghijkm", "zyxwvutsrqp0", "abcdefghij!!"];
        let bodies: Vec<&[u8]> = bodies.iter().map(|body| body.as_bytes()).collect();
        assert_eq!(chain(&bodies), [0, 2, 4, 1, 3]);
        assert_eq!(chain(&[]), [0; 0]);
    }

    /// Three functions, of which the last calls the first and the second calls what is imported.
    fn module() -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        types.ty().function([ValType::I32], []);
        let mut imports = ImportSection::new();
        imports.import("m", "f", EntityType::Function(0));
        let mut functions = FunctionSection::new();
        for of in [0, 1, 0] {
            functions.function(of);
        }
        let mut exports = ExportSection::new();
        exports.export("last", ExportKind::Func, 3);
        let mut code = CodeSection::new();
        for calls in [None, Some(0), Some(1)] {
            let mut function = Function::new([]);
            if let Some(called) = calls {
                function.instructions().call(called);
            }
            function.instructions().end();
            code.function(&function);
        }
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions).section(&exports).section(&code);
        module.finish()
    }

    #[test]
    fn whoever_called_a_function_still_calls_it() {
        let written = {
            let mut written = Module::new();
            let mut reordered = Reordered { order: vec![2, 0, 1], places: vec![0, 2, 3, 1] };
            reordered.parse_core_module(&mut written, Parser::new(0), &module()).expect("it can be read");
            written.finish()
        };
        let (imported, bodies) = functions(&written).expect("it can be read");
        assert_eq!(imported, 1);
        // No locals, `call` with the place, `end`.
        assert_eq!(bodies, [&[0, 0x10, 2, 0x0b][..], &[0, 0x0b], &[0, 0x10, 0, 0x0b]]);
        let ends = Parser::new(0).parse_all(&written).map(|payload| payload.expect("it is well formed"));
        let exported = ends.filter_map(|payload| match payload {
            Payload::ExportSection(exports) => exports.into_iter().next()?.ok().map(|export| export.index),
            _ => None,
        });
        assert_eq!(exported.collect::<Vec<_>>(), [1]);
        assert_eq!(functions(&by_likeness(&module()).expect("it can be written")).expect("and read").1.len(), 3);
    }
}
