//! The compact form of what the page fetches beside its program: values in the order of their fields, without names.
//!
//! It is written natively and read in the browser, where the program is weighed. So the reader has no errors: octets
//! are first held against a digest that also covers the sources of the program that wrote them, and what was written by
//! the same program can be read by it. That leaves half the code, since no field has to say what if it is not there.
//!
//! The layout is postcard's: numbers of more than one octet as LEB128, texts and lists behind their length, enums by the
//! place of the variant.

use std::fmt;

pub(crate) mod md5;

use self::md5::md5;
use litemap::LiteMap;
use serde::de::{self, Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, Visitor};
use serde::ser::Serialize;

/// What stands before the values.
const DIGEST: usize = 16;
/// Tells one state of the sources from another; `build.rs` makes it.
const SOURCES: &str = env!("SOURCES");

/// The compact form of a value.
///
/// # Errors
/// When the value holds what the form has not, such as a list whose length is not known before it is written.
pub(crate) fn written(value: &impl Serialize) -> Result<Vec<u8>, postcard::Error> {
    let values = postcard::to_allocvec(value)?;
    Ok([&digest(&values)[..], &values].concat())
}

/// What [`written`] wrote; `None` when octets are wanting or changed, or a program of other sources wrote them.
pub(crate) fn read<T: DeserializeOwned>(octets: &[u8]) -> Option<T> {
    let (said, values) = octets.split_at_checked(DIGEST)?;
    if digest(values) != said {
        return None;
    }
    T::deserialize(&mut Reader { rest: values }).ok()
}

/// Reads a map. In the compact form the keys stand in their order, since a map wrote them, so none is looked for.
pub(crate) fn map<'de, D, K, V>(from: D) -> Result<LiteMap<K, V>, D::Error>
where
    D: Deserializer<'de>,
    K: Deserialize<'de> + Ord,
    V: Deserialize<'de>,
{
    if from.is_human_readable() {
        return LiteMap::deserialize(from);
    }
    Vec::deserialize(from).map(LiteMap::from_sorted_store_unchecked)
}

fn digest(values: &[u8]) -> [u8; DIGEST] {
    md5(&[SOURCES.as_bytes(), values])
}

/// No error: there is no value of it.
#[derive(Debug)]
enum Never {}

impl fmt::Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Never {}

impl de::Error for Never {
    #[cold]
    fn custom<T: fmt::Display>(_: T) -> Self {
        unreachable!("the digest covers the octets and the sources that wrote them")
    }
}

/// Where the reading is.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn octet(&mut self) -> u8 {
        #[allow(clippy::cast_possible_truncation, reason = "it comes from an octet")]
        let octet = self.wide_octet() as u8;
        octet
    }

    /// An octet as WebAssembly hands it over; a narrower number would be cut to its size wherever one is read.
    #[inline(never)]
    fn wide_octet(&mut self) -> u32 {
        let Some((first, rest)) = self.rest.split_first() else { return 0 };
        self.rest = rest;
        u32::from(*first)
    }

    #[inline(never)]
    fn number(&mut self) -> u64 {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let octet = self.octet();
            number |= u64::from(octet & 0x7f) << shift;
            if octet < 0x80 {
                break;
            }
        }
        number
    }

    fn count(&mut self) -> usize {
        usize::try_from(self.number()).unwrap_or(0)
    }

    #[inline(never)]
    fn text(&mut self) -> &'a str {
        let count = self.count();
        let (text, rest) = self.rest.split_at_checked(count).unwrap_or_default();
        self.rest = rest;
        std::str::from_utf8(text).unwrap_or_default()
    }

    /// A number with its sign in the lowest bit.
    fn signed(&mut self) -> i64 {
        let number = self.number();
        (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
    }
}

/// Reads each kind of number by the call that reads it.
macro_rules! numbers {
    ($($name:ident: $visit:ident($kind:ty) = $read:ident),*) => {
        $(
            fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
                #[allow(clippy::cast_possible_truncation, reason = "the writer had no more than this kind holds")]
                let number = self.$read() as $kind;
                visitor.$visit(number)
            }
        )*
    };
}

/// What the form cannot hold, since it does not say what comes next, or what nothing here has.
macro_rules! no_kinds {
    ($($name:ident),*) => {
        $(
            fn $name<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Never> {
                unreachable!("no value of this kind is ever written")
            }
        )*
    };
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Never;

    fn is_human_readable(&self) -> bool {
        false
    }

    numbers! {
        deserialize_u8: visit_u8(u8) = octet, deserialize_u16: visit_u16(u16) = number,
        deserialize_u32: visit_u32(u32) = number, deserialize_u64: visit_u64(u64) = number,
        deserialize_i16: visit_i16(i16) = signed, deserialize_i32: visit_i32(i32) = signed,
        deserialize_i64: visit_i64(i64) = signed
    }

    no_kinds! {
        deserialize_any, deserialize_i8, deserialize_f32, deserialize_f64, deserialize_char, deserialize_bytes,
        deserialize_byte_buf, deserialize_identifier, deserialize_ignored_any
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_bool(self.octet() != 0)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_str(self.text())
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_str(self.text())
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        if self.octet() == 0 { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        let left = self.count();
        visitor.visit_seq(Counted { from: self, left })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        let left = self.count();
        visitor.visit_map(Counted { from: self, left })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_seq(Fields(self))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Never> {
        visitor.visit_seq(Fields(self))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Never> {
        visitor.visit_seq(Fields(self))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Never> {
        visitor.visit_enum(Fields(self))
    }
}

/// Values one after another, as many as who reads them asks for.
struct Fields<'r, 'de>(&'r mut Reader<'de>);

impl<'de> de::SeqAccess<'de> for Fields<'_, 'de> {
    type Error = Never;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Never> {
        seed.deserialize(&mut *self.0).map(Some)
    }
}

impl<'de> de::EnumAccess<'de> for Fields<'_, 'de> {
    type Error = Never;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), Never> {
        // No enum has so many variants that the place of one takes a second octet.
        let place: de::value::U32Deserializer<Never> = de::IntoDeserializer::into_deserializer(self.0.wide_octet());
        Ok((seed.deserialize(place)?, self))
    }
}

impl<'de> de::VariantAccess<'de> for Fields<'_, 'de> {
    type Error = Never;

    fn unit_variant(self) -> Result<(), Never> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Never> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_seq(self)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Never> {
        visitor.visit_seq(self)
    }
}

/// A list whose length stood before it.
struct Counted<'r, 'de> {
    from: &'r mut Reader<'de>,
    left: usize,
}

impl Counted<'_, '_> {
    /// Whether there is one more, which is then the next to be read.
    fn more(&mut self) -> bool {
        let more = self.left > 0;
        self.left = self.left.saturating_sub(1);
        more
    }
}

impl<'de> de::SeqAccess<'de> for Counted<'_, 'de> {
    type Error = Never;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Never> {
        self.more().then(|| seed.deserialize(&mut *self.from)).transpose()
    }

    // No `size_hint`: reckoning how much memory that takes is more code, for each kind of element, than growing.
}

impl<'de> de::MapAccess<'de> for Counted<'_, 'de> {
    type Error = Never;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Never> {
        self.more().then(|| seed.deserialize(&mut *self.from)).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Never> {
        seed.deserialize(&mut *self.from)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::net::IpAddr;

    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum Kind {
        Unit,
        New(Option<Box<Kind>>),
        Tuple(bool, u8),
        Struct { name: String, signed: (i16, i32, i64) },
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Marker;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Whole {
        kinds: Vec<Kind>,
        numbers: (u16, u32, u64),
        named: BTreeMap<String, Kind>,
        addresses: [IpAddr; 2],
        marker: Marker,
    }

    fn whole() -> Whole {
        Whole {
            kinds: vec![
                Kind::Unit,
                Kind::New(None),
                Kind::New(Some(Box::new(Kind::Tuple(true, 255)))),
                Kind::Struct { name: "\u{e9}t\u{e9}".to_owned(), signed: (i16::MIN, -1, i64::MAX) },
            ],
            numbers: (u16::MAX, 300, u64::MAX),
            named: BTreeMap::from([("a".to_owned(), Kind::Unit), (String::new(), Kind::New(None))]),
            addresses: ["192.0.2.1".parse().expect("an address"), "2001:db8::1".parse().expect("an address")],
            marker: Marker,
        }
    }

    #[test]
    fn every_kind_of_value_comes_back() {
        let octets = written(&whole()).expect("it can be written");
        assert_eq!(read::<Whole>(&octets), Some(whole()));
    }

    #[test]
    fn octets_that_were_cut_or_changed_are_refused() {
        let octets = written(&whole()).expect("it can be written");
        for at in 0..octets.len() {
            assert_eq!(read::<Whole>(&octets[..at]), None, "the first {at}");
            let mut changed = octets.clone();
            changed[at] ^= 0x41;
            assert_eq!(read::<Whole>(&changed), None, "another octet at {at}");
        }
    }
}
