//! Commands with their known answers and their inverse, and the octet at which each wrong one goes wrong.

use super::super::testing::{known, marks, read, wrong, wrong_in};
use super::super::{ClientNames, Octets, WhiteSpace};
use super::*;

#[test]
fn ehlo_and_helo() {
    assert!(matches!(
        known("EHLO client.example.com", &[("verb", "EHLO"), ("client-name", "client.example.com")]),
        Command::Ehlo(name) if name.domain().is_some_and(|domain| domain.is("CLIENT.example.com"))
    ));
    known("EHLO [192.0.2.1]", &[("verb", "EHLO"), ("client-name", "[192.0.2.1]")]);
    known("HELO client.example.com", &[("verb", "HELO"), ("client-name", "client.example.com")]);
    known("HELO [IPv6:2001:db8::1]", &[("verb", "HELO"), ("client-name", "[IPv6:2001:db8::1]")]);
    wrong("EHLO", 4, Expected::Form(Verb::Ehlo));
    wrong("HELO ", 4, Expected::Form(Verb::Helo));
    wrong("EHLO  client.example.com", 5, Expected::SingleSpace);
    wrong("EHLO client_1.example.com", 11, Expected::Domain);
    wrong("EHLO client.example.com and more", 23, Expected::EndOfLine);
    wrong("EHLO [192.0.2.1", 15, Expected::ClosingSquareBracket);
    // SMTPUTF8 is not there yet when the client names itself.
    wrong("EHLO b\u{fc}ro.example.com", 6, Expected::Domain);
}

#[test]
fn a_lenient_server_takes_other_names() {
    let any = Dialect { client_name: ClientNames::Anything, ..Dialect::STRICT };
    let name = |line| match read(line, &any) {
        Command::Ehlo(name) => name,
        other => panic!("{other:?}"),
    };
    assert_eq!(name("EHLO my_laptop").domain(), None);
    assert_eq!(name("EHLO my_laptop").to_string(), "my_laptop");
    assert!(name("EHLO client.example.com").domain().is_some());
    wrong_in(&any, "EHLO my laptop", 7, Expected::EndOfLine);
    let text = Dialect { text_after_client_name: true, ..Dialect::STRICT };
    assert!(
        matches!(read("EHLO [192.0.2.1] a laptop", &text), Command::Ehlo(name) if name.to_string() == "[192.0.2.1]")
    );
}

#[test]
fn mail_and_rcpt() {
    known(
        "MAIL FROM:<alice@example.com> SIZE=1240 BODY=8BITMIME",
        &[
            ("verb", "MAIL FROM:"),
            ("reverse-path", "<alice@example.com>"),
            ("local-part", "alice"),
            ("domain", "example.com"),
            ("size-parameter", "SIZE=1240"),
            ("parameter-keyword", "SIZE"),
            ("parameter-value", "1240"),
            ("body-parameter", "BODY=8BITMIME"),
            ("parameter-keyword", "BODY"),
            ("parameter-value", "8BITMIME"),
        ],
    );
    known("MAIL FROM:<>", &[("verb", "MAIL FROM:"), ("reverse-path", "<>")]);
    known(
        "RCPT TO:<bob@[192.0.2.1]>",
        &[
            ("verb", "RCPT TO:"),
            ("forward-path", "<bob@[192.0.2.1]>"),
            ("local-part", "bob"),
            ("address-literal", "[192.0.2.1]"),
        ],
    );
    known(
        "RCPT TO:<Postmaster>",
        &[("verb", "RCPT TO:"), ("forward-path", "<Postmaster>"), ("local-part", "Postmaster")],
    );
}

#[test]
fn mail_and_rcpt_without_their_form() {
    for line in ["MAIL", "MAIL ", "MAIL <alice@example.com>", "MAIL TO:<alice@example.com>"] {
        wrong(line, if line.len() > 5 { 5 } else { 4 }, Expected::Form(Verb::Mail));
    }
    wrong("MAIL FRIM:<alice@example.com>", 7, Expected::Form(Verb::Mail));
    wrong("MAIL FROM", 9, Expected::Form(Verb::Mail));
    wrong("MAIL FROM<alice@example.com>", 9, Expected::Form(Verb::Mail));
    wrong("MAIL FROM:", 10, Expected::Form(Verb::Mail));
    wrong("MAIL  FROM:<>", 5, Expected::Form(Verb::Mail));
    wrong("RCPT", 4, Expected::Form(Verb::Rcpt));
    wrong("RCPT TO", 7, Expected::Form(Verb::Rcpt));
    wrong("RCPT FROM:<bob@example.org>", 5, Expected::Form(Verb::Rcpt));
    wrong("RCPT\tTO:<bob@example.org>", 4, Expected::Form(Verb::Rcpt));
}

/// RFC 5321 §3.3 says of itself that spaces round the colon are a common mistake.
#[test]
fn spaces_round_the_colon() {
    wrong("MAIL FROM: <alice@example.com>", 10, Expected::NoSpaceAfterColon);
    wrong("MAIL FROM :<alice@example.com>", 9, Expected::NoSpaceBeforeColon);
    wrong("RCPT TO: <bob@example.org>", 8, Expected::NoSpaceAfterColon);
    let after = Dialect { space_after_colon: true, ..Dialect::STRICT };
    let before = Dialect { space_before_colon: true, ..Dialect::STRICT };
    read("MAIL FROM: <alice@example.com>", &after);
    read("RCPT TO :<bob@example.org>", &before);
    wrong_in(&after, "MAIL FROM :<alice@example.com>", 9, Expected::NoSpaceBeforeColon);
    wrong_in(&before, "MAIL FROM: <alice@example.com>", 10, Expected::NoSpaceAfterColon);
}

#[test]
fn spaces_where_a_server_takes_them() {
    let in_verb = Dialect { extra_spaces_in_verb: true, ..Dialect::STRICT };
    read("MAIL  FROM:<>", &in_verb);
    let extra = Dialect { extra_spaces: true, ..Dialect::STRICT };
    read("EHLO   client.example.com", &extra);
    read("MAIL FROM:<alice@example.com>  SIZE=1", &extra);
    wrong("MAIL FROM:<alice@example.com>  SIZE=1", 30, Expected::SingleSpace);
    let tab = Dialect { white_space: WhiteSpace::Tab, ..Dialect::STRICT };
    read("MAIL FROM:<alice@example.com>\tSIZE=1", &tab);
    read("NOOP a\tb", &tab);
    wrong_in(&tab, "NOOP\ta", 4, Expected::Space);
    let any = Dialect { white_space: WhiteSpace::Any, ..Dialect::STRICT };
    assert_eq!(read("NOOP\r", &any), Command::Noop(None));
    wrong_in(&any, "NOOP\rNOOP", 4, Expected::Verb);
    let after_verb = Dialect { white_space_after_verb: WhiteSpace::Any, ..any };
    assert_eq!(read("NOOP\rNOOP", &after_verb), Command::Noop(Some(b"NOOP")));
    wrong("MAIL FROM:<alice@example.com>\tSIZE=1", 29, Expected::Space);
    let leading = Dialect { leading_space: true, ..Dialect::STRICT };
    assert_eq!(read("  NOOP", &leading), Command::Noop(None));
    wrong("  NOOP", 0, Expected::Verb);
}

#[test]
fn white_space_at_the_end_is_tolerated() {
    let refusing = Dialect { no_trailing_space: true, ..Dialect::STRICT };
    for line in ["QUIT", "DATA", "EHLO client.example.com", "BDAT 1 LAST"] {
        for space in [" ", "\t", " \t  "] {
            let with_space = format!("{line}{space}");
            assert_eq!(read(&with_space, &Dialect::STRICT), read(line, &Dialect::STRICT));
            let parsed = parse_command(with_space.as_bytes(), &refusing, &mut Spans::new());
            assert!(parsed.command.is_err(), "{with_space:?}");
        }
    }
    // Behind a path there is a place for parameters, and none has to stand there.
    assert_eq!(
        read("MAIL FROM:<>  ", &Dialect { extra_spaces: true, ..refusing }),
        read("MAIL FROM:<>", &Dialect::STRICT)
    );
}

#[test]
fn commands_without_an_argument() {
    let all = [
        ("DATA", Command::Data),
        ("RSET", Command::Rset),
        ("QUIT", Command::Quit),
        ("STARTTLS", Command::StartTls),
        ("TURN", Command::Turn),
    ];
    let ignoring = Dialect { needless_argument: Needless::OfAll, ..Dialect::STRICT };
    for (verb, command) in all {
        assert_eq!(known(verb, &[("verb", verb)]), command);
        let line = format!("{verb} now");
        wrong(&line, verb.len() + 1, Expected::EndOfLine);
        let kind = parse_command(line.as_bytes(), &Dialect::STRICT, &mut Spans::new()).command.map_err(|it| it.kind);
        assert_eq!(kind, Err(SyntaxKind::ArgumentNotAllowed));
        // RFC 3207 §4: STARTTLS has no parameters, and servers that ignore others do not ignore its.
        let ignored = parse_command(line.as_bytes(), &ignoring, &mut Spans::new()).command;
        assert_eq!(ignored.is_ok(), matches!(command, Command::Data | Command::Rset | Command::Quit), "{line}");
    }
}

#[test]
fn commands_with_a_string() {
    assert_eq!(known("NOOP", &[("verb", "NOOP")]), Command::Noop(None));
    known("NOOP some argument", &[("verb", "NOOP"), ("argument", "some argument")]);
    assert_eq!(known("HELP", &[("verb", "HELP")]), Command::Help(None));
    known("HELP MAIL", &[("verb", "HELP"), ("argument", "MAIL")]);
    known("VRFY alice", &[("verb", "VRFY"), ("argument", "alice")]);
    known("VRFY \u{e4}lice@example.org", &[("verb", "VRFY"), ("argument", "\u{e4}lice@example.org")]);
    known("EXPN staff", &[("verb", "EXPN"), ("argument", "staff")]);
    wrong("VRFY", 4, Expected::Form(Verb::Vrfy));
    wrong("EXPN ", 4, Expected::Form(Verb::Expn));
    wrong("NOOP a\0b", 6, Expected::Argument);
    wrong("NOOP a\rb", 6, Expected::Argument);
    wrong("HELP \u{e4}", 5, Expected::Argument);
    let any = Dialect { argument: Octets::Any, ..Dialect::STRICT };
    assert_eq!(read("NOOP a\0b", &any), Command::Noop(Some(b"a\0b")));
    let not_nul = Dialect { argument: Octets::NotNul, ..Dialect::STRICT };
    assert_eq!(read("NOOP a\rb", &not_nul), Command::Noop(Some(b"a\rb")));
    wrong_in(&not_nul, "NOOP a\0b", 6, Expected::Argument);
}

#[test]
fn auth() {
    assert_eq!(
        known(
            "AUTH PLAIN AGFsaWNlAGNvcnJlY3QtaG9yc2U=",
            &[("verb", "AUTH"), ("mechanism", "PLAIN"), ("initial-response", "AGFsaWNlAGNvcnJlY3QtaG9yc2U="),]
        ),
        Command::Auth { mechanism: b"PLAIN", initial: Some(b"AGFsaWNlAGNvcnJlY3QtaG9yc2U=") }
    );
    known("AUTH CRAM-MD5", &[("verb", "AUTH"), ("mechanism", "CRAM-MD5")]);
    known("AUTH EXTERNAL =", &[("verb", "AUTH"), ("mechanism", "EXTERNAL"), ("initial-response", "=")]);
    wrong("AUTH", 4, Expected::Mechanism);
    wrong("AUTH ", 4, Expected::Mechanism);
    wrong("AUTH PL@IN", 7, Expected::Mechanism);
    wrong("AUTH PLAIN AGFs extra", 15, Expected::EndOfLine);
    wrong("AUTH PLAIN \u{e4}", 11, Expected::EndOfLine);
    // RFC 4422 §3.1: a mechanism has at most twenty characters.
    known("AUTH ABCDEFGHIJKLMNOPQRST", &[("verb", "AUTH"), ("mechanism", "ABCDEFGHIJKLMNOPQRST")]);
    wrong("AUTH ABCDEFGHIJKLMNOPQRSTU", 25, Expected::Mechanism);
}

#[test]
fn answers_inside_auth() {
    let mut spans = Spans::new();
    assert_eq!(parse_sasl_response(b"*", &mut spans), SaslResponse::Cancel);
    assert_eq!(marks(b"*", &spans), [("sasl-cancel", "*")]);
    assert_eq!(parse_sasl_response(b"YWxpY2U=", &mut spans), SaslResponse::Answer(b"YWxpY2U="));
    assert_eq!(marks(b"YWxpY2U=", &spans), [("sasl-response", "YWxpY2U=")]);
    assert_eq!(parse_sasl_response(b"", &mut spans), SaslResponse::Answer(b""));
    assert_eq!(spans.as_slice(), []);
    assert_eq!(parse_sasl_response(b"* ", &mut spans), SaslResponse::Answer(b"* "));
}

#[test]
fn bdat() {
    assert_eq!(
        known("BDAT 86 LAST", &[("verb", "BDAT"), ("chunk-size", "86"), ("chunk-last", "LAST")]),
        Command::Bdat { size: 86, last: true }
    );
    known("BDAT 18446744073709551615", &[("verb", "BDAT"), ("chunk-size", "18446744073709551615")]);
    wrong("BDAT 18446744073709551616", 24, Expected::ChunkSize);
    wrong("BDAT", 4, Expected::ChunkSize);
    wrong("BDAT -1", 5, Expected::ChunkSize);
    wrong("BDAT abc", 5, Expected::ChunkSize);
    wrong("BDAT 0 FIRST", 7, Expected::ChunkLast);
    wrong("BDAT 0x LAST", 6, Expected::Space);
    wrong("BDAT 0 LASTLY", 11, Expected::EndOfLine);
}

#[test]
fn etrn() {
    assert_eq!(
        known("ETRN @example.org", &[("verb", "ETRN"), ("argument", "@example.org")]),
        Command::Etrn(b"@example.org")
    );
    wrong("ETRN", 4, Expected::Form(Verb::Etrn));
    wrong("ETRN example.org now", 16, Expected::EndOfLine);
}

#[test]
fn verbs_nobody_uses_any_more_and_words_nobody_knows() {
    assert_eq!(read("SEND FROM:<alice@example.com>", &Dialect::STRICT), Command::Obsolete(Verb::Send));
    assert_eq!(known("SAML", &[("verb", "SAML")]), Command::Obsolete(Verb::Saml));
    assert_eq!(known("FROB", &[("verb", "FROB")]), Command::Unknown(b"FROB"));
    assert_eq!(read("GET / HTTP/1.1", &Dialect::STRICT), Command::Unknown(b"GET"));
    assert_eq!(read("EHLOclient.example.com", &Dialect::STRICT), Command::Unknown(b"EHLOclient.example.com"));
    assert_eq!(
        read("MAILFROM:<alice@example.com>", &Dialect::STRICT),
        Command::Unknown(b"MAILFROM:<alice@example.com>")
    );
}

#[test]
fn lines_without_a_word() {
    wrong("", 0, Expected::Verb);
    wrong(" NOOP", 0, Expected::Verb);
    wrong("NO\u{8}OP", 2, Expected::Verb);
    wrong("QUIT\u{e4}", 4, Expected::Verb);
    for line in [&b"   "[..], b"\xff\xf4\xff\xfdEHLO client.example.com", b"\x16\x03\x01"] {
        let parsed = parse_command(line, &Dialect::STRICT, &mut Spans::new());
        assert_eq!(parsed.verb, Verb::Unknown);
        assert_eq!(parsed.command.map_err(|error| (error.at, error.kind)), Err((0, SyntaxKind::UnknownCommand)));
    }
}

#[test]
fn a_wrong_line_is_marked_as_far_as_it_was_understood() {
    let line = b"MAIL FROM:<alice@exam_ple.com> SIZE=1";
    let mut spans = Spans::new();
    assert!(parse_command(line, &Dialect::STRICT, &mut spans).command.is_err());
    assert_eq!(
        marks(line, &spans),
        [
            ("verb", "MAIL FROM:"),
            ("reverse-path", "<alice@exam"),
            ("local-part", "alice"),
            ("unexpected", "_ple.com> SIZE=1"),
        ]
    );
}

#[test]
fn no_argument_becomes_a_line_of_its_own() {
    let mut out = Vec::new();
    Command::Noop(Some(b"a\r\nQUIT\r\n")).encode(&mut out);
    assert_eq!(out, b"NOOP aQUIT\r\n");
}
