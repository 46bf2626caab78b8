//! Choices that can tell what they mean: a choice's documentation, as text at run time.
//!
//! So that what a behaviour does is said once, beside the code that does it.

/// A switch or a choice that something is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name in Rust.
    pub name: &'static str,
    /// The name of its type.
    pub kind: &'static str,
    /// What it decides.
    pub about: &'static str,
}

/// One of the things a choice can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Its name in Rust.
    pub name: &'static str,
    /// What it does.
    pub about: &'static str,
}

/// A choice and the things it can be, the first of them what RFC 5321 asks for.
pub type Choice = (&'static str, &'static [Variant]);

/// Declares a struct whose fields can tell what they decide.
macro_rules! telling {
    (
        $(#[$meta:meta])*
        pub struct $name:ident { $($(#[doc = $doc:literal])* pub $field:ident: $type:ty,)* }
    ) => {
        $(#[$meta])*
        pub struct $name { $($(#[doc = $doc])* pub $field: $type,)* }

        impl $name {
            /// Its fields, and what each decides.
            pub const FIELDS: &'static [$crate::smtp::documented::Field] = &[$(
                $crate::smtp::documented::Field {
                    name: stringify!($field),
                    kind: stringify!($type),
                    about: concat!($($doc),*),
                },
            )*];
        }
    };
}

/// Declares enums whose first variant is the default, and whose variants can tell what they do.
macro_rules! choices {
    ($(
        $(#[doc = $doc:literal])*
        $name:ident {
            $(#[doc = $first_doc:literal])* $first:ident,
            $($(#[doc = $variant_doc:literal])* $variant:ident,)*
        }
    )*) => {
        $(
            $(#[doc = $doc])*
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
            #[derive(serde::Serialize, serde::Deserialize)]
            #[serde(rename_all = "kebab-case")]
            pub enum $name {
                $(#[doc = $first_doc])* #[default] $first,
                $($(#[doc = $variant_doc])* $variant,)*
            }
        )*

        /// The choices of this file, and what each can be.
        pub const CHOICES: &[$crate::smtp::documented::Choice] = &[$((stringify!($name), &[
            $crate::smtp::documented::Variant { name: stringify!($first), about: concat!($($first_doc),*) },
            $($crate::smtp::documented::Variant { name: stringify!($variant), about: concat!($($variant_doc),*) },)*
        ])),*];
    };
}

pub(crate) use {choices, telling};
