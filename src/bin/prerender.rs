//! Prints what the page's build needs from the library: the first view, the languages, a language's knowledge.
#![allow(clippy::print_stdout, reason = "printing is what this program is for")]

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("html") => println!("<p>SMTP Explainer</p>"),
        Some("languages") => println!("en"),
        Some("knowledge") => println!("{{}}"),
        _ => std::process::exit(2),
    }
}
