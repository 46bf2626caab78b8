//! Reply codes and enhanced status codes: the numbers a client acts on.
//!
//! Which of them answers what is decided where the reply is made.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A reply code: three digits, the first from 2 to 5 (RFC 5321 §4.2).
///
/// A number with named constants, not an enum: a code that no constant names is a code like any other, and a client
/// acts on its first digit (RFC 5321 §4.2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "u16")]
pub struct ReplyCode(u16);

/// Declares the constants and their list together.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        impl ReplyCode {
            $($(#[$doc])* pub const $name: Self = Self($code);)*

            /// Every code that has a name here, in numeric order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];
        }
    };
}

codes! {
    /// 211 System status, or a reply to HELP (RFC 5321 §4.2.3)
    SYSTEM_STATUS = 211,
    /// 214 Help for people (RFC 5321 §4.2.3)
    HELP = 214,
    /// 220 Service ready (RFC 5321 §4.2.3); begin TLS (RFC 3207 §4)
    SERVICE_READY = 220,
    /// 221 The server closes the channel (RFC 5321 §4.1.1.10)
    SERVICE_CLOSING = 221,
    /// 235 Authentication succeeded (RFC 4954 §6)
    AUTHENTICATED = 235,
    /// 250 Requested mail action completed (RFC 5321 §4.2.3)
    OK = 250,
    /// 251 Not local, will be forwarded (RFC 5321 §3.4)
    WILL_FORWARD = 251,
    /// 252 Cannot be verified, will be tried (RFC 5321 §3.5.3)
    CANNOT_VERIFY = 252,
    /// 334 A challenge of an AUTH exchange (RFC 4954 §4)
    CHALLENGE = 334,
    /// 354 Start mail input (RFC 5321 §4.2.3)
    START_MAIL_INPUT = 354,
    /// 421 Service not available, the channel closes (RFC 5321 §4.2.3)
    SERVICE_NOT_AVAILABLE = 421,
    /// 432 A password transition is needed (RFC 4954 §6)
    PASSWORD_TRANSITION_NEEDED = 432,
    /// 450 Mailbox unavailable for now (RFC 5321 §4.2.3)
    MAILBOX_BUSY = 450,
    /// 451 Local error in processing (RFC 5321 §4.2.3)
    LOCAL_ERROR = 451,
    /// 452 Insufficient storage, or too many recipients (RFC 5321 §4.2.3, §4.5.3.1.10)
    INSUFFICIENT_STORAGE = 452,
    /// 454 TLS not available for now (RFC 3207 §4), or temporary authentication failure (RFC 4954 §6)
    TEMPORARY_FAILURE = 454,
    /// 455 Parameters cannot be accommodated for now (RFC 5321 §4.1.1.11)
    PARAMETERS_NOT_ACCOMMODATED = 455,
    /// 459 The node may not ask for its mail (RFC 1985 §5.1)
    NODE_NOT_ALLOWED = 459,
    /// 500 Command not recognized, or line too long (RFC 5321 §4.2.3, §4.2.4)
    UNRECOGNIZED = 500,
    /// 501 Syntax error in parameters or arguments (RFC 5321 §4.2.3)
    BAD_ARGUMENT = 501,
    /// 502 Command not implemented (RFC 5321 §4.2.4)
    NOT_IMPLEMENTED = 502,
    /// 503 Bad sequence of commands (RFC 5321 §4.2.3)
    BAD_SEQUENCE = 503,
    /// 504 Command parameter not implemented (RFC 5321 §4.2.3)
    PARAMETER_NOT_IMPLEMENTED = 504,
    /// 521 This host takes no mail (RFC 7504 §3)
    HOST_TAKES_NO_MAIL = 521,
    /// 530 Authentication required (RFC 4954 §6); STARTTLS first (RFC 3207 §4)
    AUTHENTICATION_REQUIRED = 530,
    /// 534 Mechanism too weak for this user (RFC 4954 §6)
    MECHANISM_TOO_WEAK = 534,
    /// 535 Credentials invalid (RFC 4954 §6)
    CREDENTIALS_INVALID = 535,
    /// 538 Encryption required for this mechanism (RFC 4954 §6)
    ENCRYPTION_REQUIRED = 538,
    /// 550 Mailbox unavailable, or refused for policy (RFC 5321 §4.2.3)
    MAILBOX_UNAVAILABLE = 550,
    /// 551 Not local, try the path given (RFC 5321 §3.4)
    NOT_LOCAL = 551,
    /// 552 Exceeded storage allocation, or message too big (RFC 5321 §4.2.3, RFC 1870 §6.1)
    EXCEEDED_STORAGE = 552,
    /// 553 Mailbox name not allowed (RFC 5321 §4.2.3)
    MAILBOX_NOT_ALLOWED = 553,
    /// 554 Transaction failed, or no SMTP service here (RFC 5321 §4.2.3, §3.1)
    TRANSACTION_FAILED = 554,
    /// 555 Parameters not recognized or not implemented (RFC 5321 §4.1.1.11)
    PARAMETERS_NOT_RECOGNIZED = 555,
    /// 556 The recipient's domain takes no mail (RFC 7504 §4)
    DOMAIN_TAKES_NO_MAIL = 556,
}

impl ReplyCode {
    /// The code with this number; `None` outside 200 to 599 (RFC 5321 §4.2: no other first digit without an
    /// extension).
    #[must_use]
    pub const fn new(code: u16) -> Option<Self> {
        if code >= 200 && code <= 599 { Some(Self(code)) } else { None }
    }

    /// The number.
    #[must_use]
    pub const fn as_u16(self) -> u16 {
        self.0
    }

    /// What the first digit says.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self.0 / 100 {
            2 => Severity::PositiveCompletion,
            3 => Severity::PositiveIntermediate,
            4 => Severity::TransientNegative,
            _ => Severity::PermanentNegative,
        }
    }

    /// What the second digit says.
    #[must_use]
    pub const fn category(self) -> Category {
        match self.0 / 10 % 10 {
            0 => Category::Syntax,
            1 => Category::Information,
            2 => Category::Connections,
            5 => Category::MailSystem,
            _ => Category::Unspecified,
        }
    }

    /// Is it 2yz or 3yz?
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.0 < 400
    }
}

impl fmt::Display for ReplyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03}", self.0)
    }
}

impl From<ReplyCode> for u16 {
    fn from(code: ReplyCode) -> Self {
        code.0
    }
}

impl TryFrom<u16> for ReplyCode {
    type Error = NotACode;

    fn try_from(code: u16) -> Result<Self, NotACode> {
        Self::new(code).ok_or_else(|| NotACode(code.to_string()))
    }
}

/// What people write is checked; the compact form was written by this program.
impl<'de> Deserialize<'de> for ReplyCode {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let checked = from.is_human_readable();
        let code = u16::deserialize(from)?;
        if checked { Self::try_from(code).map_err(de::Error::custom) } else { Ok(Self(code)) }
    }
}

/// A number or text that is no code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no code: a reply code is a number from 200 to 599, an enhanced code a text such as \"5.7.1\"")]
pub struct NotACode(String);

impl fmt::Debug for ReplyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReplyCode({})", self.0)
    }
}

/// The first digit of a reply code (RFC 5321 §4.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// 2yz: done.
    PositiveCompletion,
    /// 3yz: go on, more is needed.
    PositiveIntermediate,
    /// 4yz: not now, try again.
    TransientNegative,
    /// 5yz: no, do not repeat.
    PermanentNegative,
}

/// The second digit of a reply code (RFC 5321 §4.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// x0z: syntax.
    Syntax,
    /// x1z: information.
    Information,
    /// x2z: the transmission channel.
    Connections,
    /// x5z: the mail system.
    MailSystem,
    /// x3z and x4z, which RFC 5321 leaves open (RFC 4954 §6 uses x3z), and digits it does not have.
    Unspecified,
}

/// An enhanced status code: class "." subject "." detail (RFC 3463 §2).
///
/// In data it is a text; in the compact form that the page reads, three numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnhancedCode {
    /// 2, 4 or 5; the same as the first digit of the reply code (RFC 2034 §4).
    pub class: u8,
    /// 0 to 999: what it is about.
    pub subject: u16,
    /// 0 to 999: what exactly.
    pub detail: u16,
}

impl EnhancedCode {
    /// The code of these three numbers.
    #[must_use]
    pub const fn new(class: u8, subject: u16, detail: u16) -> Self {
        Self { class, subject, detail }
    }

    /// Reads a code at the beginning of `text`, up to a space or the end: the code and how many octets it has.
    #[must_use]
    pub fn read(text: &[u8]) -> Option<(Self, usize)> {
        let [class @ (b'2' | b'4' | b'5'), b'.', rest @ ..] = text else { return None };
        let (subject, rest) = number(rest)?;
        let [b'.', rest @ ..] = rest else { return None };
        let (detail, rest) = number(rest)?;
        let code = Self { class: class - b'0', subject, detail };
        matches!(rest, [] | [b' ', ..]).then_some((code, text.len() - rest.len()))
    }
}

/// One to three digits, and what follows them.
fn number(octets: &[u8]) -> Option<(u16, &[u8])> {
    let len = octets.iter().take(3).take_while(|octet| octet.is_ascii_digit()).count();
    let (digits, rest) = octets.split_at(len);
    let number = digits.iter().fold(0, |number, digit| number * 10 + u16::from(digit - b'0'));
    (len > 0).then_some((number, rest))
}

impl Serialize for EnhancedCode {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() {
            to.collect_str(self)
        } else {
            (self.class, self.subject, self.detail).serialize(to)
        }
    }
}

impl<'de> Deserialize<'de> for EnhancedCode {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        if from.is_human_readable() {
            return Self::try_from(String::deserialize(from)?).map_err(de::Error::custom);
        }
        let (class, subject, detail) = Deserialize::deserialize(from)?;
        Ok(Self { class, subject, detail })
    }
}

impl TryFrom<String> for EnhancedCode {
    type Error = NotACode;

    fn try_from(text: String) -> Result<Self, NotACode> {
        match Self::read(text.as_bytes()) {
            Some((code, len)) if len == text.len() => Ok(code),
            _ => Err(NotACode(text)),
        }
    }
}

impl fmt::Display for EnhancedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stand_in_order_and_read_as_their_numbers() {
        assert!(ReplyCode::ALL.is_sorted());
        for &code in ReplyCode::ALL {
            assert_eq!(ReplyCode::new(code.as_u16()), Some(code));
            assert_eq!(code.to_string().len(), 3);
        }
        for (code, known) in [(199, false), (200, true), (599, true), (600, false)] {
            assert_eq!(ReplyCode::new(code).is_some(), known, "{code}");
        }
    }

    #[test]
    fn digits_say_what_rfc_5321_says() {
        let of = |code| ReplyCode::new(code).map(|code| (code.severity(), code.category()));
        assert_eq!(of(250), Some((Severity::PositiveCompletion, Category::MailSystem)));
        assert_eq!(of(354), Some((Severity::PositiveIntermediate, Category::MailSystem)));
        assert_eq!(of(421), Some((Severity::TransientNegative, Category::Connections)));
        assert_eq!(of(503), Some((Severity::PermanentNegative, Category::Syntax)));
        assert_eq!(of(214), Some((Severity::PositiveCompletion, Category::Information)));
        assert_eq!(of(535), Some((Severity::PermanentNegative, Category::Unspecified)));
        assert!(ReplyCode::START_MAIL_INPUT.is_positive() && !ReplyCode::MAILBOX_BUSY.is_positive());
    }

    #[test]
    fn an_enhanced_code_reads_as_it_is_written() {
        for code in [EnhancedCode::new(2, 1, 5), EnhancedCode::new(4, 7, 999), EnhancedCode::new(5, 0, 0)] {
            let text = code.to_string();
            assert_eq!(EnhancedCode::read(text.as_bytes()), Some((code, text.len())));
            assert_eq!(EnhancedCode::read(format!("{text} and text").as_bytes()), Some((code, text.len())));
        }
    }
}
