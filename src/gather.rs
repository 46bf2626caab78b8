//! Lists made of iterators, in little program.
//!
//! `collect` reserves what the iterator promises and for that asks for its first item apart, so that whatever makes an
//! item stands in the program twice, for each list anew. The lists of a page are short; what the page weighs counts.

/// Makes a list.
pub(crate) trait Gather: Iterator + Sized {
    /// The items one by one in a list.
    fn gather(self) -> Vec<Self::Item> {
        let mut all = Vec::new();
        for item in self {
            all.push(item);
        }
        all
    }
}

impl<I: Iterator> Gather for I {}
