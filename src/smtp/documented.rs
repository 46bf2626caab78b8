//! Choices that can tell what they mean: a choice's documentation, as text at run time.
//!
//! So that what a behaviour does is said once, beside the code that does it.

use core::fmt;
use core::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};

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

/// A switch or a choice as one octet of the compact form.
pub(crate) trait InOctet {
    /// The place of this octet among the things it can be.
    fn of(octet: u8) -> Self;
}

impl InOctet for bool {
    fn of(octet: u8) -> Self {
        octet == 1
    }
}

/// What is made of switches and choices alone.
pub(crate) trait Telling: Default + for<'de> Deserialize<'de> {
    /// Its fields, and what each decides.
    const FIELDS: &'static [Field];

    /// Reads the fields in their order, an octet each, into their places.
    fn read_in_order<'de, A: SeqAccess<'de>>(&mut self, octets: &mut A) -> Result<(), A::Error>;
}

/// Reads what is made of switches and choices. The page reads some eighty of them, in the compact form: a visitor for
/// each would be most of what it takes to read a server's profile.
pub(crate) fn deserialize<'de, D: Deserializer<'de>, T: Telling>(from: D) -> Result<T, D::Error> {
    struct InOrder<T>(PhantomData<T>);

    impl<'de, T: Telling> Visitor<'de> for InOrder<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an octet for each field")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut octets: A) -> Result<T, A::Error> {
            let mut read = T::default();
            read.read_in_order(&mut octets).map(|()| read)
        }
    }

    if from.is_human_readable() {
        return T::deserialize(from);
    }
    from.deserialize_tuple(T::FIELDS.len(), InOrder(PhantomData))
}

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

        impl $crate::smtp::documented::Telling for $name {
            const FIELDS: &'static [$crate::smtp::documented::Field] = Self::FIELDS;

            #[inline(never)]
            fn read_in_order<'de, A: serde::de::SeqAccess<'de>>(&mut self, octets: &mut A) -> Result<(), A::Error> {
                $(
                    let octet = octets.next_element()?.unwrap_or_default();
                    self.$field = <$type as $crate::smtp::documented::InOctet>::of(octet);
                )*
                Ok(())
            }
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

            impl $crate::smtp::documented::InOctet for $name {
                fn of(octet: u8) -> Self {
                    match octet {
                        $(octet if octet == Self::$variant as u8 => Self::$variant,)*
                        _ => Self::$first,
                    }
                }
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
