//! Sizes that RFC 5321 §4.5.3.1 and RFC 4954 §4 name. Octets, unless said otherwise.
//!
//! Nothing here enforces them: the grammar tells lengths, the session decides what is too long.

/// Longest local-part (RFC 5321 §4.5.3.1.1).
pub const LOCAL_PART: usize = 64;

/// Longest domain (RFC 5321 §4.5.3.1.2; 64 in RFC 821 §4.5.3).
pub const DOMAIN: usize = 255;

/// Longest reverse-path or forward-path, angle brackets and separators included (RFC 5321 §4.5.3.1.3).
pub const PATH: usize = 256;

/// Longest command line, verb and CRLF included, before extensions lengthen it (RFC 5321 §4.5.3.1.4).
pub const COMMAND_LINE: usize = 512;

/// Longest reply line, code and CRLF included (RFC 5321 §4.5.3.1.5).
pub const REPLY_LINE: usize = 512;

/// Longest text line, CRLF included, a dot doubled for transparency not counted (RFC 5321 §4.5.3.1.6).
pub const TEXT_LINE: usize = 1000;

/// The message content that every server must at least take (RFC 5321 §4.5.3.1.7).
pub const MESSAGE_CONTENT: usize = 64 * 1024;

/// How many recipients every server must at least buffer (RFC 5321 §4.5.3.1.8). A count.
pub const RECIPIENTS: usize = 100;

/// A line inside an AUTH exchange that was thought long enough for every mechanism in use (RFC 4954 §4).
pub const SASL_LINE: usize = 12_288;

/// Longest name of a SASL mechanism (RFC 4422 §3.1).
pub const MECHANISM: usize = 20;
