//! The keys of the page's strings. The strings stand in `data/languages/<tag>/ui.toml` under `[text]`.
//!
//! To add one: a line here, a line there. A key without an English string, and a string without a key, fail
//! `tests/knowledge.rs`.

/// Declares the keys once: the variant, and its key in `ui.toml`.
macro_rules! texts {
    ($($variant:ident = $key:literal,)*) => {
        /// A string of the page, in whatever language is on.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Text {
            $(#[doc = concat!("`", $key, "` in `ui.toml`.")] $variant,)*
        }

        impl Text {
            /// Every string, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its key in `ui.toml`.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self { $(Self::$variant => $key,)* }
            }
        }
    };
}

texts! {
    FamilySubmission = "family-submission",
}
