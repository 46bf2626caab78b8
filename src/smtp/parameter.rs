//! Parameters of MAIL and RCPT: esmtp-param *(SP esmtp-param) (RFC 5321 §4.1.2).
//!
//! Their form only. What `SIZE=` or `NOTIFY=` may hold, and whether it was offered, is its extension's affair.

use core::fmt;

use super::cursor::Cursor;
use super::error::{Expected, SyntaxError, SyntaxKind};
use super::{Element, octet};

/// The parameters of one command, in order; a view on the line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Parameters<'a>(&'a [u8]);

impl<'a> Parameters<'a> {
    /// No parameters.
    pub const NONE: Self = Self(b"");

    /// Are there none?
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The parameters one by one.
    pub fn iter(self) -> impl Iterator<Item = Parameter<'a>> {
        // White space stands between parameters and nowhere inside them.
        self.0.split(|octet| matches!(octet, b' ' | b'\t')).filter(|word| !word.is_empty()).map(Parameter)
    }

    /// The first with this keyword, in any case.
    #[must_use]
    pub fn find(self, keyword: &str) -> Option<Parameter<'a>> {
        self.iter().find(|parameter| parameter.is(keyword))
    }

    /// The octets as they stand on the line.
    #[must_use]
    pub const fn as_bytes(self) -> &'a [u8] {
        self.0
    }
}

/// esmtp-param = esmtp-keyword ["=" esmtp-value]
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Parameter<'a>(&'a [u8]);

impl<'a> Parameter<'a> {
    /// The keyword as it stands on the line; its case does not matter, see [`Parameter::is`].
    #[must_use]
    pub fn keyword(self) -> &'a [u8] {
        self.0.split(|&octet| octet == b'=').next().unwrap_or_default()
    }

    /// Is this its keyword, in any case?
    #[must_use]
    pub fn is(self, keyword: &str) -> bool {
        self.keyword().eq_ignore_ascii_case(keyword.as_bytes())
    }

    /// The value. Empty only where a dialect lets that pass.
    #[must_use]
    pub fn value(self) -> Option<&'a [u8]> {
        self.0.get(self.keyword().len() + 1..)
    }

    /// Is all of it ASCII? Anything else needs SMTPUTF8 (RFC 6531 §3.3).
    #[must_use]
    pub fn is_ascii(self) -> bool {
        self.0.is_ascii()
    }

    /// The octets as they stand on the line.
    #[must_use]
    pub const fn as_bytes(self) -> &'a [u8] {
        self.0
    }
}

impl<'a> Cursor<'a, '_> {
    /// [SP Mail-parameters] or [SP Rcpt-parameters], right after the path.
    pub(super) fn parameters(&mut self) -> Result<Parameters<'a>, SyntaxError> {
        if self.dialect.display_name {
            self.skip_comment_after_path();
        }
        let start = self.at;
        let mut glued = self.dialect.glued_parameters;
        while !self.is_at_end() {
            if !glued || self.is_space() {
                self.separator(Expected::ParameterKeyword, SyntaxKind::BadParameter)?;
            }
            glued = false;
            self.parameter()?;
        }
        Ok(Parameters(self.since(start)))
    }

    fn skip_comment_after_path(&mut self) {
        let start = self.at;
        self.skip_spaces();
        let comment = self.at;
        self.skip_comment();
        if self.at == comment {
            self.at = start;
        }
    }

    /// esmtp-param = esmtp-keyword ["=" esmtp-value]
    fn parameter(&mut self) -> Result<(), SyntaxError> {
        let start = self.at;
        let span = self.spans.open(start, Element::OtherParameter);
        // esmtp-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")
        if !self.peek().is_some_and(|octet| octet.is_ascii_alphanumeric()) {
            return self.fail(Expected::ParameterKeyword, SyntaxKind::BadParameter);
        }
        let keyword = self.eat_while(|octet| octet.is_ascii_alphanumeric() || octet == b'-');
        self.mark(start, Element::ParameterKeyword);
        self.spans.name(span, element_of(keyword));
        if self.eat(b'=') {
            let value = self.at;
            if self.eat_while(octet::is_value).is_empty() && !self.dialect.empty_parameter_value {
                return self.fail(Expected::ParameterValue, SyntaxKind::BadParameter);
            }
            self.mark(value, Element::ParameterValue);
            if !self.is_at_end() && !self.is_space() {
                return self.fail(Expected::ParameterValue, SyntaxKind::BadParameter);
            }
        } else if !self.is_at_end() && !self.is_space() {
            return self.fail(Expected::ParameterKeyword, SyntaxKind::BadParameter);
        }
        self.spans.close(span, self.at);
        Ok(())
    }
}

/// The element of a parameter with this keyword.
fn element_of(keyword: &[u8]) -> Element {
    const KNOWN: [(&[u8], Element); 8] = [
        (b"SIZE", Element::SizeParameter),
        (b"BODY", Element::BodyParameter),
        (b"AUTH", Element::AuthParameter),
        (b"SMTPUTF8", Element::Smtputf8Parameter),
        (b"RET", Element::RetParameter),
        (b"ENVID", Element::EnvidParameter),
        (b"NOTIFY", Element::NotifyParameter),
        (b"ORCPT", Element::OrcptParameter),
    ];
    KNOWN
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(keyword))
        .map_or(Element::OtherParameter, |&(_, element)| element)
}

macro_rules! show {
    ($($view:ident),*) => {
        $(
            impl fmt::Display for $view<'_> {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    fmt::Display::fmt(&String::from_utf8_lossy(self.0), f)
                }
            }

            impl fmt::Debug for $view<'_> {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    write!(f, concat!(stringify!($view), "({:?})"), String::from_utf8_lossy(self.0))
                }
            }
        )*
    };
}

show!(Parameters, Parameter);
