//! The grammar of SMTP: what stands on the wire, taken apart and put together.
//!
//! Commands ([`parse_command`]), replies ([`Reply`], [`parse_reply`]), answers inside an AUTH exchange
//! ([`parse_sasl_response`]) and mail data ([`data`]) of RFC 5321 and the extensions the project knows. A line is
//! read once: the parser marks its parts ([`Spans`]) and hands out typed views over the same octets.
//!
//! Not here: when a command is allowed (the session), what a parameter asks for (its extension), whether base64 is
//! sound (SASL), and who enforces [`limits`].

mod address;
pub mod base64;
mod blocks;
mod code;
mod command;
mod cursor;
pub mod data;
mod dialect;
pub mod documented;
mod element;
mod error;
pub mod ip;
pub mod limits;
mod literal;
mod message;
mod octet;
mod parameter;
mod path;
mod quoted;
mod reply;
mod reply_parse;
pub mod search;
mod span;
#[cfg(test)]
mod testing;
mod verb;
mod wishes;
pub mod xtext;

pub use address::{ClientName, Domain, ForwardPath, LocalPart, Mailbox, ReversePath};
pub use code::{Category, EnhancedCode, NotACode, ReplyCode, Severity};
pub use command::{Command, Parsed, SaslResponse, parse_command, parse_sasl_response};
pub use dialect::CHOICES as DIALECT_CHOICES;
pub use dialect::{
    AfterBracket, AuthWords, Brackets, ClientNames, Dialect, Needless, Octets, Repeated, SourceRoute, Specials,
    WhiteSpace,
};
pub use element::Element;
pub use error::{Expected, SyntaxError, SyntaxKind};
pub use literal::AddressLiteral;
pub use message::{MAX_MARKS, mark_message};
pub use parameter::{Parameter, Parameters};
pub use quoted::quoted;
pub(crate) use reply::is_plain;
pub use reply::{Reply, ReplyKind};
pub use reply_parse::{ReplyView, TextLines, parse_reply};
pub use span::{Span, Spans};
pub use verb::Verb;
pub use wishes::{Asked, Wishes};
