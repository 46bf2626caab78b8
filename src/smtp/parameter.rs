//! Parameters of MAIL and RCPT: esmtp-param *(SP esmtp-param) (RFC 5321 §4.1.2).
//!
//! Their form only. What `SIZE=` or `NOTIFY=` may hold, and whether it was offered, is its extension's affair.

use core::fmt;

use super::cursor::Cursor;
use super::dialect::AfterBracket;
use super::error::{Expected, SyntaxError, SyntaxKind};
use super::{Element, Spans, octet};

/// The parameters of one command, in order; a view on the line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Parameters<'a>(&'a [u8]);

impl<'a> Parameters<'a> {
    /// No parameters.
    pub const NONE: Self = Self(b"");

    /// Reads some by the rules of RFC 5321, one space between them.
    ///
    /// # Errors
    /// Tells the octet that does not fit.
    pub fn parse(octets: &'a [u8]) -> Result<Self, SyntaxError> {
        let mut spans = Spans::new();
        let mut cursor = Cursor::strict(octets, &mut spans);
        if cursor.is_at_end() {
            return Ok(Self::NONE);
        }
        cursor.parameter()?;
        cursor.parameters()?;
        Ok(Self(octets))
    }

    /// Are there none?
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The parameters one by one.
    pub fn iter(self) -> impl Iterator<Item = Parameter<'a>> {
        // White space of any sort stands between parameters, and no octet below it inside them.
        self.0.split(|&octet| octet <= b' ').filter(|word| !word.is_empty()).map(Parameter)
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
        let mut glued = self.dialect.after_bracket == AfterBracket::Parameter;
        let mut start = None;
        if self.dialect.after_bracket == AfterBracket::Ignored {
            self.eat_while(|octet| !matches!(octet, b'<' | b'>') && !self.dialect.white_space.takes(octet));
            if !self.is_at_end() && !self.is_space() {
                return self.fail(Expected::Space, SyntaxKind::BadPath);
            }
        }
        while !self.is_at_end() {
            if !glued || self.is_space() {
                self.separator(Expected::ParameterKeyword, SyntaxKind::BadParameter)?;
            }
            glued = false;
            // White space at the end, where it was not left out before.
            if self.is_at_end() {
                break;
            }
            start = start.or(Some(self.at));
            self.parameter()?;
        }
        Ok(start.map_or(Parameters::NONE, |start| Parameters(self.since(start))))
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
        if self.dialect.loose_parameters {
            let white_space = self.dialect.white_space;
            let word = self.eat_while(|octet| !white_space.takes(octet));
            if word.first().is_none_or(|&octet| octet <= b' ') {
                self.at = start;
                return self.fail(Expected::ParameterKeyword, SyntaxKind::BadParameter);
            }
            let keyword = Parameter(word).keyword().len();
            self.spans.mark(start..start + keyword, Element::ParameterKeyword);
            self.spans.name(span, element_of(&word[..keyword]));
            if keyword < word.len() {
                self.mark(start + keyword + 1, Element::ParameterValue);
            }
            self.spans.close(span, self.at);
            return Ok(());
        }
        // esmtp-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")
        if !self.peek().is_some_and(|octet| octet.is_ascii_alphanumeric()) {
            return self.fail(Expected::ParameterKeyword, SyntaxKind::BadParameter);
        }
        let keyword = self.eat_while(octet::is_keyword);
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

#[cfg(test)]
mod tests {
    use super::super::testing::{marks, read, wrong, wrong_in};
    use super::super::{Command, Dialect, parse_command};
    use super::*;

    #[test]
    fn keywords_and_values() {
        let parameters = Parameters::parse(b"SIZE=1240 Body=8bitmime SMTPUTF8").expect("well formed");
        let all: Vec<_> = parameters.iter().map(|it| (it.keyword(), it.value())).collect();
        assert_eq!(all, [(&b"SIZE"[..], Some(&b"1240"[..])), (b"Body", Some(b"8bitmime")), (b"SMTPUTF8", None)]);
        assert_eq!(parameters.find("BODY").and_then(Parameter::value), Some(&b"8bitmime"[..]));
        assert_eq!(parameters.find("smtputf8").map(Parameter::value), Some(None));
        assert_eq!(parameters.find("SIZ"), None);
        assert!(Parameters::NONE.is_empty());
        assert_eq!(Parameters::parse(b""), Ok(Parameters::NONE));
        assert_eq!(parameters.to_string(), "SIZE=1240 Body=8bitmime SMTPUTF8");
    }

    #[test]
    fn parameters_that_are_none() {
        const PATH: usize = "MAIL FROM:<a@example.com>".len();
        let at = |parameters: &str, at: usize, expected| {
            wrong(&format!("MAIL FROM:<a@example.com>{parameters}"), PATH + at, expected);
        };
        at("SIZE=1", 0, Expected::Space);
        at(" =bar", 1, Expected::ParameterKeyword);
        at(" -X=1", 1, Expected::ParameterKeyword);
        at(" SI_ZE=1", 3, Expected::ParameterKeyword);
        at(" SIZE=", 6, Expected::ParameterValue);
        at(" SIZE= BODY=7BIT", 6, Expected::ParameterValue);
        at(" SIZE=1=2", 7, Expected::ParameterValue);
        at(" SIZE=1\u{7f}", 7, Expected::ParameterValue);
        at(" SIZE=1,BODY=7BIT", 12, Expected::ParameterValue);
    }

    #[test]
    fn an_empty_value_passes_where_the_server_lets_it() {
        let dialect = Dialect { empty_parameter_value: true, ..Dialect::STRICT };
        let Command::Mail { parameters, .. } = read("MAIL FROM:<> AUTH= SIZE=1", &dialect) else { panic!("no MAIL") };
        assert_eq!(parameters.find("AUTH").map(Parameter::value), Some(Some(&b""[..])));
        wrong_in(&dialect, "MAIL FROM:<> =1", 13, Expected::ParameterKeyword);
    }

    #[test]
    fn each_known_parameter_is_marked_as_itself() {
        let cases = [
            ("SIZE=1", "size-parameter"),
            ("BODY=7BIT", "body-parameter"),
            ("AUTH=<>", "auth-parameter"),
            ("SMTPUTF8", "smtputf8-parameter"),
            ("RET=HDRS", "ret-parameter"),
            ("ENVID=QQ314159", "envid-parameter"),
            ("NOTIFY=NEVER", "notify-parameter"),
            ("ORCPT=rfc822;bob@example.org", "orcpt-parameter"),
            ("MT-PRIORITY=3", "other-parameter"),
        ];
        for (parameter, element) in cases {
            for parameter in [parameter.to_owned(), parameter.to_ascii_lowercase()] {
                let line = format!("RCPT TO:<Postmaster> {parameter}");
                let mut spans = Spans::new();
                assert!(parse_command(line.as_bytes(), &Dialect::STRICT, &mut spans).command.is_ok());
                assert!(marks(line.as_bytes(), &spans).contains(&(element, &parameter)), "{line}");
            }
        }
    }

    #[test]
    fn octets_beyond_ascii_are_read_and_told() {
        let parameters = Parameters::parse("ORCPT=utf-8;b\u{f6}b@example.org".as_bytes()).expect("well formed");
        assert_eq!(parameters.find("ORCPT").map(Parameter::is_ascii), Some(false));
    }
}
