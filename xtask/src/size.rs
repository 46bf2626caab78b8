//! The page's weight as a reader's browser fetches it: brotli at its highest quality, in kB of 1,000 octets.
//!
//! The budget is for what is loaded together, not for single files, so that moving code between them gains nothing.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::repo::{self, Outcome};

/// Files that have one budget.
struct Budget {
    what: &'static str,
    belongs: fn(&str) -> bool,
    /// Each file for itself, or all together.
    each: bool,
    wanted: usize,
    most: usize,
}

const BUDGETS: [Budget; 4] = [
    Budget {
        what: "wasm and JavaScript",
        belongs: |name| has_end(name, ".wasm") || has_end(name, ".js"),
        each: false,
        wanted: 180_000,
        most: 200_000,
    },
    Budget {
        what: "knowledge",
        belongs: |name| name.starts_with("knowledge."),
        each: true,
        wanted: 60_000,
        most: 60_000,
    },
    Budget {
        what: "situations",
        belongs: |name| name.starts_with("situations."),
        each: true,
        wanted: 12_000,
        most: 12_000,
    },
    Budget { what: "CSS", belongs: |name| has_end(name, ".css"), each: false, wanted: 12_000, most: 12_000 },
];

struct File {
    name: String,
    plain: usize,
    packed: usize,
}

/// Prints what every file of `dist/` weighs and fails when a budget is passed.
pub(crate) fn check() -> Outcome<()> {
    let dist = repo::root().join("dist");
    let mut files = Vec::new();
    for path in files_in(&dist)? {
        let octets = fs::read(&path)?;
        let name = path.strip_prefix(&dist)?.display().to_string();
        files.push(File { name, plain: octets.len(), packed: pack(&octets)? });
    }
    print(&files);
    let broken: Vec<String> = BUDGETS.iter().flat_map(|budget| budget.judge(&files)).collect();
    if broken.is_empty() { Ok(()) } else { Err(broken.join("; ").into()) }
}

impl Budget {
    /// Prints where the budget stands and returns what breaks it.
    fn judge(&self, files: &[File]) -> Vec<String> {
        let own: Vec<&File> = files.iter().filter(|file| (self.belongs)(&file.name)).collect();
        if own.is_empty() {
            return vec![format!("dist/ has no file for the budget of {}", self.what)];
        }
        let sums: Vec<(String, usize)> = if self.each {
            own.iter().map(|file| (file.name.clone(), file.packed)).collect()
        } else {
            vec![(format!("{} together", self.what), own.iter().map(|file| file.packed).sum())]
        };
        let mut broken = Vec::new();
        for (name, sum) in sums {
            let word = if sum > self.most {
                broken.push(format!("{name}: {} kB of {} kB", kilo(sum), kilo(self.most)));
                "TOO BIG"
            } else if sum > self.wanted {
                "warning"
            } else {
                "ok"
            };
            println!("{name:32} {:>10} of {:>6} kB  {word}", kilo(sum), kilo(self.wanted));
        }
        broken
    }
}

fn print(files: &[File]) {
    println!("{:32} {:>10} {:>10}", "file", "kB", "brotli kB");
    for file in files {
        println!("{:32} {:>10} {:>10}", file.name, kilo(file.plain), kilo(file.packed));
    }
    let total: usize = files.iter().map(|file| file.packed).sum();
    println!("{:32} {:>10} {:>10}", "all", "", kilo(total));
}

fn kilo(octets: usize) -> String {
    format!("{}.{}", octets / 1000, octets % 1000 / 100)
}

fn has_end(name: &str, end: &str) -> bool {
    name.to_ascii_lowercase().ends_with(end)
}

/// Every file below a folder, in the order of their paths.
fn files_in(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() { files.extend(files_in(&path)?) } else { files.push(path) }
    }
    files.sort();
    Ok(files)
}

pub(crate) fn pack(octets: &[u8]) -> io::Result<usize> {
    let mut packed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut packed, 1 << 16, 11, 24);
    writer.write_all(octets)?;
    drop(writer);
    Ok(packed.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, packed: usize) -> File {
        File { name: name.into(), plain: packed, packed }
    }

    #[test]
    fn what_is_loaded_together_is_weighed_together() {
        let together = [file("page.js", 100_000), file("page_bg.wasm", 100_001)];
        assert_eq!(BUDGETS[0].judge(&together), ["wasm and JavaScript together: 200.0 kB of 200.0 kB"]);
        assert!(BUDGETS[0].judge(&together[..1]).is_empty());
    }

    #[test]
    fn a_language_has_its_own_budget() {
        let languages = [file("knowledge.en.bin", 60_000), file("knowledge.ja.bin", 60_001)];
        assert_eq!(BUDGETS[1].judge(&languages), ["knowledge.ja.bin: 60.0 kB of 60.0 kB"]);
    }

    #[test]
    fn an_empty_folder_is_no_light_page() {
        assert_eq!(BUDGETS[0].judge(&[]).len(), 1);
    }
}
