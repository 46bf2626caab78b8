//! A text between quotes, as it is named in a sentence or stands in a record.

/// The text between double quotes; quotes and backslashes inside stand behind a backslash. What else is in it stays:
/// whoever shows a text makes it safe to show.
///
/// Not `{:?}`: that brings tables of all characters there are into the page.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn quotes_inside_do_not_end_it() {
        assert_eq!(quoted(""), "\"\"");
        assert_eq!(quoted("v=spf1 -all"), "\"v=spf1 -all\"");
        assert_eq!(quoted("a\"b\\c\u{e9}"), "\"a\\\"b\\\\c\u{e9}\"");
    }
}
