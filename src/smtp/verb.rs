//! The verbs that begin a command line, extensions' verbs included.
//!
//! Not their order (the session) and not their arguments ([`super::command`]).

/// Declares the enum, its list and its names together.
macro_rules! verbs {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $form:literal;)*) => {
        /// A command word of RFC 5321 or an extension; case does not matter on the wire.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Verb {
            $($(#[$doc])* $variant,)*
        }

        impl Verb {
            /// Every verb, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name, such as `STARTTLS`; `UNKNOWN` for a word that is no verb.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The form of the whole command, such as `MAIL FROM:<reverse-path> [parameters]`.
            #[must_use]
            pub const fn form(self) -> &'static str {
                match self {
                    $(Self::$variant => $form,)*
                }
            }
        }
    };
}

verbs! {
    /// Names the client and asks for extensions (RFC 5321 §4.1.1.1).
    Ehlo = "EHLO", "EHLO domain / address-literal";
    /// Names the client, without extensions (RFC 5321 §4.1.1.1).
    Helo = "HELO", "HELO domain";
    /// Begins a mail transaction (RFC 5321 §4.1.1.2).
    Mail = "MAIL", "MAIL FROM:<reverse-path> [parameters]";
    /// Adds a recipient (RFC 5321 §4.1.1.3).
    Rcpt = "RCPT", "RCPT TO:<forward-path> [parameters]";
    /// Begins the mail data (RFC 5321 §4.1.1.4).
    Data = "DATA", "DATA";
    /// Aborts the transaction (RFC 5321 §4.1.1.5).
    Rset = "RSET", "RSET";
    /// Does nothing (RFC 5321 §4.1.1.9).
    Noop = "NOOP", "NOOP [string]";
    /// Ends the session (RFC 5321 §4.1.1.10).
    Quit = "QUIT", "QUIT";
    /// Asks whether a mailbox exists (RFC 5321 §4.1.1.6).
    Vrfy = "VRFY", "VRFY string";
    /// Asks who is on a list (RFC 5321 §4.1.1.7).
    Expn = "EXPN", "EXPN string";
    /// Asks for help (RFC 5321 §4.1.1.8).
    Help = "HELP", "HELP [string]";
    /// Sends to a terminal; obsolete (RFC 821 §3.4, RFC 5321 Appendix F.6).
    Send = "SEND", "SEND FROM:<reverse-path>";
    /// Sends to a terminal or a mailbox; obsolete (RFC 821 §3.4, RFC 5321 Appendix F.6).
    Soml = "SOML", "SOML FROM:<reverse-path>";
    /// Sends to a terminal and a mailbox; obsolete (RFC 821 §3.4, RFC 5321 Appendix F.6).
    Saml = "SAML", "SAML FROM:<reverse-path>";
    /// Changes the roles of the two ends; obsolete (RFC 821 §3.8, RFC 5321 Appendix F.1).
    Turn = "TURN", "TURN";
    /// Begins TLS (RFC 3207 §4).
    StartTls = "STARTTLS", "STARTTLS";
    /// Authenticates (RFC 4954 §4).
    Auth = "AUTH", "AUTH mechanism [initial-response]";
    /// Sends a chunk of mail data (RFC 3030 §2).
    Bdat = "BDAT", "BDAT chunk-size [LAST]";
    /// Asks a server to send what it holds for a domain (RFC 1985 §5).
    Etrn = "ETRN", "ETRN [@ / #]node-name";
    /// No verb that the project knows.
    Unknown = "UNKNOWN", "a command";
}

impl Verb {
    /// The verb that a word of a line names, in any case; [`Verb::Unknown`] for any other word.
    #[must_use]
    pub fn from_word(word: &[u8]) -> Self {
        let Ok(four) = <[u8; 4]>::try_from(word) else {
            return if word.eq_ignore_ascii_case(b"STARTTLS") { Self::StartTls } else { Self::Unknown };
        };
        match key(four) {
            EHLO => Self::Ehlo,
            HELO => Self::Helo,
            MAIL => Self::Mail,
            RCPT => Self::Rcpt,
            DATA => Self::Data,
            RSET => Self::Rset,
            NOOP => Self::Noop,
            QUIT => Self::Quit,
            VRFY => Self::Vrfy,
            EXPN => Self::Expn,
            HELP => Self::Help,
            SEND => Self::Send,
            SOML => Self::Soml,
            SAML => Self::Saml,
            TURN => Self::Turn,
            AUTH => Self::Auth,
            BDAT => Self::Bdat,
            ETRN => Self::Etrn,
            _ => Self::Unknown,
        }
    }
}

const EHLO: u32 = key(*b"EHLO");
const HELO: u32 = key(*b"HELO");
const MAIL: u32 = key(*b"MAIL");
const RCPT: u32 = key(*b"RCPT");
const DATA: u32 = key(*b"DATA");
const RSET: u32 = key(*b"RSET");
const NOOP: u32 = key(*b"NOOP");
const QUIT: u32 = key(*b"QUIT");
const VRFY: u32 = key(*b"VRFY");
const EXPN: u32 = key(*b"EXPN");
const HELP: u32 = key(*b"HELP");
const SEND: u32 = key(*b"SEND");
const SOML: u32 = key(*b"SOML");
const SAML: u32 = key(*b"SAML");
const TURN: u32 = key(*b"TURN");
const AUTH: u32 = key(*b"AUTH");
const BDAT: u32 = key(*b"BDAT");
const ETRN: u32 = key(*b"ETRN");

/// Four letters as one number, whatever their case; no other octets give the number of four letters. Comparing
/// numbers is what makes finding a verb cheap.
const fn key(word: [u8; 4]) -> u32 {
    // Without its bit 0x20 a small letter is the capital one, and only letters become letters.
    u32::from_be_bytes(word) & 0xdfdf_dfdf
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verb_is_found_by_its_name_in_any_case() {
        for &verb in Verb::ALL {
            assert_eq!(Verb::from_word(verb.name().as_bytes()), verb);
            assert_eq!(Verb::from_word(verb.name().to_ascii_lowercase().as_bytes()), verb);
        }
    }

    /// The other half of the claim that [`key`] makes: what is no letter does not become one.
    #[test]
    fn only_letters_have_the_numbers_of_letters() {
        for octet in 0..=u8::MAX {
            let is_m = key([octet, b'A', b'I', b'L']) == MAIL;
            assert_eq!(is_m, octet.eq_ignore_ascii_case(&b'M'), "{octet}");
        }
    }

    #[test]
    fn a_word_that_only_looks_like_a_verb_is_none() {
        for word in [&b""[..], b"MAI", b"MAILS", b"STARTTLSX", b"EH\0LO", b"\0MAI", b"\xcdAIL", b"R[PT"] {
            assert_eq!(Verb::from_word(word), Verb::Unknown, "{word:?}");
        }
    }
}
