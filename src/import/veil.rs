//! Secrets, veiled before anything keeps them: what AUTH carries, and passwords in the words of a log.

use crate::smtp::base64;

use crate::smtp::Verb;

/// What stands instead of a secret.
pub const VEIL: &str = "[redacted]";

/// Mechanisms as they may stand behind `AUTH`, in lower case.
const MECHANISMS: [&str; 5] = ["plain", "login", "cram-md5", "xoauth2", "oauthbearer"];

/// An AUTH command without its initial response; `None` when the line carries none. A line that is no command at all
/// may be what AUTH carries, out of a log that begins in the middle of it.
pub(super) fn command(line: &[u8]) -> Option<Vec<u8>> {
    let mut words = line.split(|octet| *octet == b' ').filter(|word| !word.is_empty());
    match Verb::from_word(words.next()?) {
        Verb::Auth => {}
        Verb::Unknown => return noise(line),
        _ => return None,
    }
    let mechanism = words.next()?;
    // RFC 4954 §4: `=` stands for an initial response of no octets, which is no secret.
    words.next().filter(|initial| *initial != b"=")?;
    Some([b"AUTH ", mechanism, b" ", VEIL.as_bytes()].concat())
}

/// A line that is neither a command nor a reply, as words; `None` when nothing in it looks like a secret.
pub(super) fn noise(line: &[u8]) -> Option<Vec<u8>> {
    let text = core::str::from_utf8(line).ok()?;
    let veiled = veiled(text);
    (veiled != text).then(|| veiled.into_bytes())
}

/// A line of an AUTH exchange. `*` cancels it (RFC 4954 §4) and is no secret, and stars are veiled already.
pub(super) fn response(line: &[u8]) -> Option<Vec<u8>> {
    let open = line.iter().all(|octet| *octet == b'*') || line == VEIL.as_bytes();
    (!open).then(|| VEIL.as_bytes().to_vec())
}

/// Is it one word of base64 that stands for text, as user names, passwords and responses do? Words of a language decode
/// to something else. A word that was cut off is judged by what is left of it.
fn is_encoded_text(word: &[u8]) -> bool {
    let whole = word.get(..word.len() / 4 * 4).filter(|whole| whole.len() >= 8).unwrap_or_default();
    let Some(octets) = base64::decode(whole) else { return false };
    let is_text = |octet: &u8| matches!(octet, b' '..=b'~' | 0 | 1);
    !octets.is_empty() && octets.iter().all(is_text)
}

/// Words of a log with what looks like a secret replaced: behind `AUTH` and a mechanism, in `user:password@host`, behind
/// a word that says password, and where text stands in base64.
#[must_use]
pub fn veiled(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ["", ""];
    for (at, word) in text.split(' ').enumerate() {
        if at > 0 {
            out.push(' ');
        }
        out.push_str(&veiled_word(word, before));
        if !word.is_empty() {
            before = [before[1], word];
        }
    }
    out
}

fn veiled_word(word: &str, [second, first]: [&str; 2]) -> String {
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_ascii_lowercase();
    let is_mechanism = |word: &str| MECHANISMS.contains(&bare(word).as_str()) || bare(word).starts_with("scram-");
    if bare(second) == "auth" && is_mechanism(first) && !is_mechanism(word) {
        return veiled_runs(word, |run| run.len() >= 4);
    }
    let says_password = |word: &str| ["password", "passwd", "pass", "auth-password"].contains(&bare(word).as_str());
    let is_flag_or_key = first.starts_with('-') || first.ends_with(':') || first.ends_with('=');
    if says_password(first) && is_flag_or_key && !word.is_empty() {
        return VEIL.to_owned();
    }
    if let Some((key, value)) = word.split_once('=')
        && says_password(key)
        && !value.is_empty()
    {
        return format!("{key}={VEIL}");
    }
    let veiled = veiled_runs(word, |run| is_encoded_text(run.as_bytes()));
    if veiled == word { veiled_user_info(word) } else { veiled }
}

/// The word with those of its parts veiled that are in the alphabet of base64 and are `secret`. What stands around
/// them stays: quotation marks, or the `\r\n` of a program that prints its line ends.
fn veiled_runs(word: &str, secret: impl Fn(&str) -> bool) -> String {
    let in_alphabet = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
    let mut out = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(start) = rest.find(in_alphabet) {
        let (before, from) = rest.split_at(start);
        let (run, after) = from.split_at(from.find(|c| !in_alphabet(c)).unwrap_or(from.len()));
        out.push_str(before);
        out.push_str(if secret(run) { VEIL } else { run });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// `smtp://user:password@host` without the password.
fn veiled_user_info(word: &str) -> String {
    let Some((scheme, rest)) = word.split_once("://") else { return word.to_owned() };
    let Some((user_info, host)) = rest.rsplit_once('@') else { return word.to_owned() };
    match user_info.split_once(':') {
        Some((user, _)) => format!("{scheme}://{user}:{VEIL}@{host}"),
        None => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_auth_carries_is_veiled() {
        assert_eq!(command(b"AUTH PLAIN AGEAYg==").as_deref(), Some(&b"AUTH PLAIN [redacted]"[..]));
        assert_eq!(command(b"auth  login YWxpY2U=").as_deref(), Some(&b"AUTH login [redacted]"[..]));
        for open in ["AUTH LOGIN", "AUTH PLAIN =", "EHLO a b", "", "AUTH"] {
            assert_eq!(command(open.as_bytes()), None, "{open}");
        }
        assert_eq!(response(b"AGEAYg==").as_deref(), Some(VEIL.as_bytes()));
        assert_eq!(response(b"*"), None);
        assert_eq!(response(b"********"), None);
    }

    #[test]
    fn passwords_in_words_are_veiled() {
        for (text, wanted) in [
            ("AUTH PLAIN AGEAYg== sent", "AUTH PLAIN [redacted] sent"),
            (r"send: 'AUTH PLAIN AGFsaWNlAGI=\r\n'", r"send: 'AUTH PLAIN [redacted]\r\n'"),
            (r"send: 'YWxpY2UgODhhZjhi\r\n'", r"send: '[redacted]\r\n'"),
            ("smtp://alice:pa@ss@mx.example.org/", "smtp://alice:[redacted]@mx.example.org/"),
            ("--auth-password correct-horse", "--auth-password [redacted]"),
            ("password: x y", "password: [redacted] y"),
            ("password=x", "password=[redacted]"),
            ("535 5.7.8 bad user name or password given", "535 5.7.8 bad user name or password given"),
            ("250 AUTH PLAIN LOGIN CRAM-MD5", "250 AUTH PLAIN LOGIN CRAM-MD5"),
            ("it sent 'Y29ycmVjdC1ob3JzZQ==' then", "it sent '[redacted]' then"),
            ("it sent Y29ycmVjdC1ob3J", "it sent [redacted]"),
            ("authentication transmitted successfully", "authentication transmitted successfully"),
        ] {
            assert_eq!(veiled(text), wanted);
        }
    }
}
