//! OAUTHBEARER (RFC 7628) and XOAUTH2: a token instead of a password.
//!
//! XOAUTH2 is older, is no RFC's, and says the same with other words. Where the token comes from is not told here.

use super::Mechanism;

/// What separates the parts of a message (RFC 7628 §3.1: kvsep).
const SEPARATOR: char = '\u{1}';

/// What a client says: who it is, and its token.
pub(super) fn message(mechanism: Mechanism, user: &str, token: &str) -> String {
    match mechanism {
        // RFC 7628 §3.1: the GS2 header with the user, then the pairs, each ended by a separator, and one more.
        Mechanism::OAuthBearer => format!("n,a={user},{SEPARATOR}auth=Bearer {token}{SEPARATOR}{SEPARATOR}"),
        _ => format!("user={user}{SEPARATOR}auth=Bearer {token}{SEPARATOR}{SEPARATOR}"),
    }
}

/// The user and the token of a message. `None` where it has not the form.
pub(super) fn read(mechanism: Mechanism, message: &[u8]) -> Option<(String, String)> {
    let message = std::str::from_utf8(message).ok()?.strip_suffix("\u{1}\u{1}")?;
    let mut parts = message.split(SEPARATOR);
    let head = parts.next()?;
    let user = match mechanism {
        Mechanism::OAuthBearer => head.strip_prefix("n,a=").or_else(|| head.strip_prefix("y,a="))?.strip_suffix(',')?,
        _ => head.strip_prefix("user=")?,
    };
    // RFC 7628 §3.1: `auth` holds what an HTTP Authorization field would; its scheme is written in any case.
    let (scheme, token) = parts.find_map(|part| part.strip_prefix("auth="))?.split_once(' ')?;
    let named = !user.is_empty() && scheme.eq_ignore_ascii_case("bearer") && !token.is_empty();
    named.then(|| (user.to_owned(), token.to_owned()))
}

/// Why a token was not taken, as the client is told before the refusal (RFC 7628 §3.2.2).
pub(super) fn refusal(mechanism: Mechanism) -> &'static str {
    match mechanism {
        Mechanism::OAuthBearer => r#"{"status":"invalid_token"}"#,
        _ => r#"{"status":"401","schemes":"bearer"}"#,
    }
}

/// What the client answers to that, so that the server can end the exchange (RFC 7628 §3.2.3).
pub(super) fn acknowledgement(mechanism: Mechanism) -> &'static [u8] {
    match mechanism {
        Mechanism::OAuthBearer => b"\x01",
        _ => b"",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_end_writes_the_other_reads() {
        for mechanism in [Mechanism::OAuthBearer, Mechanism::XOAuth2] {
            let message = message(mechanism, "alice@example.com", "t0k.en");
            assert_eq!(read(mechanism, message.as_bytes()), Some(("alice@example.com".into(), "t0k.en".into())));
        }
    }

    #[test]
    fn half_a_message_is_none() {
        for wrong in [
            "",
            "n,,\u{1}auth=Bearer x\u{1}\u{1}",
            "n,a=alice,\u{1}auth=Bearer x\u{1}",
            "n,a=alice,\u{1}\u{1}",
            "n,a=alice,\u{1}auth=Basic x\u{1}\u{1}",
        ] {
            assert_eq!(read(Mechanism::OAuthBearer, wrong.as_bytes()), None, "{wrong:?}");
        }
        // RFC 7628 §4.1 has more pairs; those that nobody asked for are read over.
        let more = "n,a=alice,\u{1}host=mx.example.org\u{1}port=587\u{1}auth=bearer x\u{1}\u{1}";
        assert_eq!(read(Mechanism::OAuthBearer, more.as_bytes()), Some(("alice".into(), "x".into())));
    }
}
