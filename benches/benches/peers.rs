//! `cargo bench -p smtp-explainer-bench`: our time as a share of the peers', both measured in turn in one run.
//!
//! Not a test: it prints a table and fails at nothing but a wrong result.
#![allow(clippy::disallowed_types, reason = "a bench needs a clock")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Instant;

use smtp_explainer_bench::{Goals, Measure, Work, works};

struct Counting;

thread_local! {
    static ASKED: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: every call goes to the system's allocator as it came; counting touches no memory of the allocation.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ASKED.set(ASKED.get() + 1);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ASKED.set(ASKED.get() + 1);
        // SAFETY: the caller keeps the contract of `realloc`.
        unsafe { System.realloc(memory, layout, size) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() {
    // Cargo hands over `--bench`. `--ours` prints our own times alone, for a program to read; other words select works.
    let (options, wanted): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|it| it.starts_with("--"));
    let begun = Instant::now();
    let measure = Measure { clock: || begun.elapsed().as_secs_f64() * 1e9, round: 6e7, rounds: 9 };
    let is_wanted = |work: &Work| wanted.is_empty() || wanted.iter().any(|word| work.name.contains(word.as_str()));
    let works = works().into_iter().filter(is_wanted);
    if options.iter().any(|option| option == "--ours") {
        for mut work in works {
            let [ours] = measure.best([&mut work.ours]);
            let goal = work.goals.in_wasm.map_or(String::new(), |goal| goal.to_string());
            println!("measured\t{}\t{ours}\t{goal}", work.name);
        }
        return;
    }
    let head = ["ours, ns", "peer, ns", "ratio", "goal", "allocations"];
    println!(
        "{:36} {:21} {:>12} {:>12} {:>6} {:>5} {:>11}  met",
        "work", "peer", head[0], head[1], head[2], head[3], head[4]
    );
    for mut work in works {
        let [ours, theirs] = measure.best([&mut work.ours, &mut work.theirs]);
        let (ratio, asked) = (ours / theirs, asked(&mut work.ours));
        let Goals { of_peer, allocations, .. } = work.goals;
        let most = allocations.map_or(String::new(), |most| format!(" of {most}"));
        let is_met = ratio <= of_peer && allocations.is_none_or(|most| asked <= most);
        let (name, peer, count) = (work.name, work.peer, format!("{asked}{most}"));
        let met = if is_met { "yes" } else { "NO" };
        println!("{name:36} {peer:21} {ours:12.1} {theirs:12.1} {ratio:6.2} {of_peer:5.2} {count:>11}  {met}");
    }
}

/// How often the work, done once, asks for memory.
fn asked(work: &mut dyn FnMut() -> usize) -> u64 {
    let before = ASKED.get();
    std::hint::black_box(work());
    ASKED.get() - before
}
