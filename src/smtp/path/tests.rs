//! The rules for paths: what is read, what is refused, where.

use super::super::testing::{read, wrong, wrong_in};
use super::super::{AfterBracket, Command, Dialect, limits};
use super::*;

/// A reverse-path is read, is what it says, and reads the same when it stands alone.
#[track_caller]
fn path(text: &str) -> (String, Option<String>) {
    let line = format!("MAIL FROM:{text}");
    let Command::Mail { path, .. } = read(&line, &Dialect::STRICT) else { panic!("{line:?} is no MAIL") };
    assert_eq!(path.to_string(), text);
    assert_eq!(path.len(), text.len());
    assert_eq!(ReversePath::parse(text.as_bytes()), Ok(path));
    let Some(mailbox) = path.mailbox() else { return (String::new(), None) };
    assert_eq!(Mailbox::parse(mailbox.as_bytes()), Ok(mailbox));
    (mailbox.local_part().to_string(), mailbox.domain().map(|domain| domain.to_string()))
}

fn pair(local_part: &str, domain: &str) -> (String, Option<String>) {
    (local_part.to_owned(), Some(domain.to_owned()))
}

#[test]
fn reverse_paths() {
    assert_eq!(path("<>"), (String::new(), None));
    assert_eq!(path("<alice@example.com>"), pair("alice", "example.com"));
    assert_eq!(path("<a.b.c@a-b--c.x1.example>"), pair("a.b.c", "a-b--c.x1.example"));
    assert_eq!(path("<!#$%&'*+-/=?^_`{|}~@example.com>"), pair("!#$%&'*+-/=?^_`{|}~", "example.com"));
    assert_eq!(path("<1@2>"), pair("1", "2"));
    assert_eq!(path("<alice@[192.0.2.1]>"), pair("alice", "[192.0.2.1]"));
}

#[test]
fn quoted_local_parts() {
    assert_eq!(path(r#"<"odd sender"@example.com>"#), pair(r#""odd sender""#, "example.com"));
    assert_eq!(path(r#"<""@example.com>"#), pair(r#""""#, "example.com"));
    assert_eq!(path(r#"<"a@b>c"@example.com>"#), pair(r#""a@b>c""#, "example.com"));
    assert_eq!(path(r#"<"a\"b\\c\ d"@example.com>"#), pair(r#""a\"b\\c\ d""#, "example.com"));
    wrong(r#"MAIL FROM:<"alice@example.com>"#, 30, Expected::QuotedString);
    wrong(r#"MAIL FROM:<"alice"example.com>"#, 18, Expected::AtSign);
    wrong("MAIL FROM:<\"a\tb\"@example.com>", 13, Expected::QuotedString);
    wrong("MAIL FROM:<\"a\\\tb\"@example.com>", 14, Expected::QuotedString);
    wrong(r#"MAIL FROM:<alice."b"@example.com>"#, 17, Expected::LocalPart);
}

#[test]
fn source_routes_are_read_and_ignored() {
    let line = "MAIL FROM:<@a.example.com,@b.example.com:alice@example.com>";
    let Command::Mail { path, .. } = read(line, &Dialect::STRICT) else { panic!("no MAIL") };
    assert_eq!(path.source_route(), b"@a.example.com,@b.example.com:");
    assert_eq!(path.mailbox().map(|mailbox| mailbox.to_string()).as_deref(), Some("alice@example.com"));
    wrong("RCPT TO:<@a.example.com>", 23, Expected::RouteColon);
    wrong("RCPT TO:<@a.example.com,b.example.com:bob@example.org>", 24, Expected::AtSign);
    wrong("RCPT TO:<@a.example.com:>", 24, Expected::LocalPart);
    wrong("RCPT TO:<@:bob@example.org>", 10, Expected::Domain);
}

#[test]
fn only_postmaster_does_without_a_domain() {
    for text in ["<Postmaster>", "<postmaster>", "<POSTMASTER>", "<@example.org:postmaster>"] {
        let path = ForwardPath::parse(text.as_bytes()).expect(text);
        assert!(path.mailbox().local_part().is_postmaster());
        assert_eq!(path.mailbox().domain(), None);
    }
    wrong("RCPT TO:<bob>", 12, Expected::AtSign);
    wrong("RCPT TO:<postmasters>", 20, Expected::AtSign);
    wrong("MAIL FROM:<postmaster>", 21, Expected::AtSign);
    wrong("RCPT TO:<>", 9, Expected::ForwardPath);
}

#[test]
fn local_parts_that_are_none() {
    wrong("MAIL FROM:<.a@example.com>", 11, Expected::LocalPart);
    wrong("MAIL FROM:<a.@example.com>", 13, Expected::LocalPart);
    wrong("MAIL FROM:<a..b@example.com>", 13, Expected::LocalPart);
    wrong("MAIL FROM:<@example.com>", 23, Expected::RouteColon);
    wrong("MAIL FROM:<a b@example.com>", 12, Expected::AtSign);
    wrong("MAIL FROM:<(comment)a@example.com>", 11, Expected::LocalPart);
    wrong("MAIL FROM:< >", 11, Expected::LocalPart);
    wrong("RCPT TO:<alice@home@example.org>", 19, Expected::Domain);
}

#[test]
fn domains_that_are_none() {
    wrong("MAIL FROM:<a@>", 13, Expected::Domain);
    wrong("MAIL FROM:<a@exam_ple.com>", 17, Expected::Domain);
    wrong("MAIL FROM:<a@-example.com>", 13, Expected::Domain);
    wrong("MAIL FROM:<a@example-.com>", 21, Expected::Domain);
    wrong("MAIL FROM:<a@example.com->", 25, Expected::Domain);
    wrong("MAIL FROM:<a@example..com>", 21, Expected::Domain);
    wrong("MAIL FROM:<a@.example.com>", 13, Expected::Domain);
    wrong("MAIL FROM:<a@example.com.>", 25, Expected::Domain);
}

#[test]
fn brackets() {
    wrong("MAIL FROM:a@example.com", 10, Expected::OpeningBracket);
    wrong("MAIL FROM:<a@example.com", 24, Expected::ClosingBracket);
    wrong("MAIL FROM:<a@example.com SIZE=1", 24, Expected::ClosingBracket);
    wrong("MAIL FROM:<<a@example.com>>", 11, Expected::LocalPart);
    wrong("MAIL FROM:<a@example.com>>", 25, Expected::Space);
    wrong("MAIL FROM:Alice <a@example.com>", 10, Expected::OpeningBracket);
    let bare = Dialect { missing_brackets: true, ..Dialect::STRICT };
    let nested = Dialect { brackets: Brackets::Nested, ..Dialect::STRICT };
    let extra = Dialect { brackets: Brackets::ExtraClosing, missing_brackets: true, ..Dialect::STRICT };
    read("MAIL FROM:a@example.com SIZE=1", &bare);
    read("MAIL FROM:<<a@example.com>>", &nested);
    wrong_in(&bare, "MAIL FROM:a@example.com>", 23, Expected::Space);
    wrong_in(&nested, "MAIL FROM:<a@example.com>>", 25, Expected::Space);
    wrong_in(&nested, "MAIL FROM:<<a@example.com>", 26, Expected::ClosingBracket);
    for line in ["MAIL FROM:a@example.com>", "MAIL FROM:<a@example.com>>", "MAIL FROM:<<a@example.com>>"] {
        read(line, &extra);
    }
    wrong_in(&extra, "MAIL FROM:<a@example.com", 24, Expected::ClosingBracket);
}

/// Every leniency about paths takes what RFC 5321 does not, and nothing else about it changes.
#[test]
fn what_lenient_servers_take() {
    let cases: [(&str, Dialect); 12] = [
        ("MAIL FROM:< >", Dialect { space_in_null_path: true, ..Dialect::STRICT }),
        ("MAIL FROM:\"Al\" <a@example.com> (hi)", Dialect { display_name: true, ..Dialect::STRICT }),
        ("MAIL FROM:<(hi)a@example.com>", Dialect { comment_in_path: true, ..Dialect::STRICT }),
        ("RCPT TO:<bob>", Dialect { unqualified_mailbox: true, ..Dialect::STRICT }),
        ("MAIL FROM:<.a..b.@example.com>", Dialect { loose_dots: true, ..Dialect::STRICT }),
        ("MAIL FROM:<a\u{1}b@example.com>", Dialect { controls_in_local_part: true, ..Dialect::STRICT }),
        ("RCPT TO:<alice@home@example.org>", Dialect { several_at_signs: true, ..Dialect::STRICT }),
        ("MAIL FROM:<a@_ex_ample_.com>", Dialect { underscore_in_domain: true, ..Dialect::STRICT }),
        ("MAIL FROM:<a@-example.com>", Dialect { leading_hyphen_in_label: true, ..Dialect::STRICT }),
        ("MAIL FROM:<a@example-.com->", Dialect { trailing_hyphen_in_label: true, ..Dialect::STRICT }),
        ("MAIL FROM:<a@example.com.>", Dialect { trailing_dot_in_domain: true, ..Dialect::STRICT }),
        ("MAIL FROM:<a@example.com>SIZE=1", Dialect { after_bracket: AfterBracket::Parameter, ..Dialect::STRICT }),
    ];
    for (line, dialect) in cases {
        read(line, &dialect);
        for (other, _) in cases.iter().filter(|(other, _)| *other != line) {
            let parsed = super::super::parse_command(other.as_bytes(), &dialect, &mut super::super::Spans::new());
            assert!(parsed.command.is_err(), "{other:?} passes where {line:?} does");
        }
    }
    let no_quotes = Dialect { no_quoted_local_part: true, ..Dialect::STRICT };
    wrong_in(&no_quotes, r#"MAIL FROM:<"a"@example.com>"#, 11, Expected::LocalPart);
}

#[test]
fn the_last_at_sign_separates_where_several_pass() {
    let dialect = Dialect { several_at_signs: true, ..Dialect::STRICT };
    let Command::Rcpt { path, .. } = read("RCPT TO:<alice@home@example.org>", &dialect) else { panic!("no RCPT") };
    assert_eq!(path.mailbox().local_part().to_string(), "alice@home");
    assert!(path.mailbox().domain().is_some_and(|domain| domain.is("example.org")));
    read(r#"RCPT TO:<"a@b"@example.org>"#, &dialect);
}

#[test]
fn octets_beyond_ascii_are_read_and_told() {
    let Command::Mail { path, .. } = read("MAIL FROM:<\u{e4}lice@b\u{fc}cher.example> SMTPUTF8", &Dialect::STRICT)
    else {
        panic!("no MAIL")
    };
    assert_eq!(path.mailbox().map(Mailbox::is_ascii), Some(false));
    assert_eq!(Mailbox::parse(b"alice@example.com").map(Mailbox::is_ascii), Ok(true));
}

/// RFC 5321 §4.5.3.1: the grammar tells lengths and refuses none.
#[test]
fn lengths_are_told() {
    for len in [limits::LOCAL_PART - 1, limits::LOCAL_PART, limits::LOCAL_PART + 1] {
        let text = format!("{}@example.com", "a".repeat(len));
        assert_eq!(Mailbox::parse(text.as_bytes()).map(|it| it.local_part().len()), Ok(len));
    }
    for len in [limits::DOMAIN - 1, limits::DOMAIN, limits::DOMAIN + 1] {
        let text = format!("a@{}", "d".repeat(len));
        assert_eq!(Mailbox::parse(text.as_bytes()).map(|it| it.domain().map(Domain::len)), Ok(Some(len)));
    }
    for len in [limits::PATH - 1, limits::PATH, limits::PATH + 1] {
        let text = format!("<@b.example:a@{}>", "d".repeat(len - 15));
        assert_eq!(ReversePath::parse(text.as_bytes()).map(ReversePath::len), Ok(len));
    }
}
