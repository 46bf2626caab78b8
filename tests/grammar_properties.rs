//! What holds of the grammar for every line and every reply: it takes any octets, marks them in order, and reads what
//! it wrote.

use proptest::prelude::*;
use smtp_explainer::smtp::{
    AfterBracket, AuthWords, Brackets, ClientNames, Command, Dialect, Element, EnhancedCode, MAX_MARKS, Mailbox,
    Needless, Octets, Parameters, Repeated, Reply, ReplyCode, ReplyKind, SourceRoute, Spans, Specials, SyntaxKind,
    WhiteSpace, limits, mark_message, parse_command, parse_reply, parse_sasl_response,
};

/// A piece of a line: things that commands are made of, and things they are not.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let words = prop::sample::select(vec![
        "EHLO",
        "HELO",
        "MAIL FROM:",
        "RCPT TO:",
        "MAIL",
        "FROM",
        "DATA",
        "RSET",
        "QUIT",
        "NOOP",
        "HELP",
        "VRFY",
        "EXPN",
        "AUTH",
        "PLAIN",
        "BDAT",
        "LAST",
        "ETRN",
        "STARTTLS",
        "SEND FROM:",
        "<",
        ">",
        "<>",
        "@",
        ",",
        ":",
        ".",
        "..",
        " ",
        "  ",
        "\t",
        "\"",
        "\\",
        "(",
        ")",
        "[",
        "]",
        "=",
        "-",
        "_",
        "+",
        "*",
        "alice",
        "example.org",
        "postmaster",
        "<alice@example.org>",
        "<@a.example:b@c.example>",
        "\"a b\"@example.org",
        "[192.0.2.1]",
        "[IPv6:2001:db8::1]",
        "192",
        "::",
        "SIZE=1",
        "BODY=8BITMIME",
        "NOTIFY=NEVER",
        "\u{e4}",
        "\r",
        "\n",
        "\0",
        "\u{7f}",
    ]);
    prop_oneof![8 => words.prop_map(|word| word.as_bytes().to_vec()), 1 => prop::collection::vec(any::<u8>(), 0..4)]
}

fn octets() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(piece(), 0..12).prop_map(|pieces| pieces.concat())
}

/// A line that begins as a command does, so that its argument is reached.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let begins =
        prop::sample::select(vec!["", "MAIL FROM:<", "RCPT TO:<", "MAIL FROM:<a@b> ", "EHLO ", "AUTH ", "BDAT 1"]);
    (begins, octets()).prop_map(|(begin, rest)| [begin.as_bytes(), &rest].concat())
}

/// Any server's leniencies, and no refusal of what RFC 5321 takes.
fn lenient() -> impl Strategy<Value = Dialect> {
    let space = || prop::sample::select(vec![WhiteSpace::Space, WhiteSpace::Tab, WhiteSpace::Any]);
    let brackets = prop::sample::select(vec![Brackets::Exact, Brackets::Nested, Brackets::ExtraClosing]);
    let argument = prop::sample::select(vec![Octets::Visible, Octets::NotNul, Octets::Any]);
    let kinds = (space(), space(), brackets, argument);
    let after = [AfterBracket::Space, AfterBracket::Parameter, AfterBracket::Ignored];
    let names = [ClientNames::Domain, ClientNames::Characters, ClientNames::MoreCharacters, ClientNames::Anything];
    let needless = [Needless::None, Needless::OfQuit, Needless::OfAll];
    let words = [AuthWords::Grammar, AuthWords::AnyName, AuthWords::NameThenRest, AuthWords::RestOfLine];
    let routes = [SourceRoute::Grammar, SourceRoute::UpToColon];
    let others = (
        prop::sample::select(after.to_vec()),
        prop::sample::select(names.to_vec()),
        prop::sample::select(needless.to_vec()),
        prop::sample::select(words.to_vec()),
        prop::sample::select(routes.to_vec()),
    );
    (prop::array::uniform29(any::<bool>()), kinds, others).prop_map(|(on, kinds, others)| Dialect {
        leading_space: on[0],
        no_trailing_space: false,
        white_space: kinds.0,
        white_space_after_verb: kinds.1,
        tab_in_verb: false,
        extra_spaces: on[1],
        extra_spaces_in_verb: on[2],
        space_before_colon: on[3],
        space_after_colon: on[4],
        missing_brackets: on[5],
        brackets: kinds.2,
        after_bracket: others.0,
        space_in_null_path: on[7],
        space_in_path: on[6],
        source_route: others.4,
        empty_local_part: on[19],
        empty_domain: on[21],
        words_in_local_part: on[22],
        specials_in_local_part: Specials::None,
        no_address_literal: false,
        any_domain: on[23],
        no_numeric_domain: false,
        loose_parameters: on[24],
        display_name: on[8],
        comment_in_path: on[9],
        comment_round_path: on[25],
        spaces_in_words: on[26],
        equals_for_space: on[27],
        no_general_literal: false,
        odd_literals: on[28],
        unqualified_mailbox: on[10],
        no_quoted_local_part: false,
        loose_dots: on[11],
        controls_in_local_part: on[12],
        several_at_signs: on[13],
        underscore_in_domain: on[14],
        leading_hyphen_in_label: on[15],
        trailing_hyphen_in_label: on[16],
        trailing_dot_in_domain: on[17],
        empty_parameter_value: on[18],
        repeated_parameters: Repeated::None,
        client_name: others.1,
        text_after_client_name: on[20],
        needless_argument: others.2,
        loose_chunk: false,
        auth_words: others.3,
        argument: kinds.3,
    })
}

/// Every dialect.
fn dialect() -> impl Strategy<Value = Dialect> {
    (lenient(), prop::array::uniform9(any::<bool>())).prop_map(|(lenient, on)| Dialect {
        no_trailing_space: on[0],
        no_quoted_local_part: on[1],
        no_address_literal: on[2],
        no_general_literal: on[8],
        no_numeric_domain: on[3],
        loose_chunk: on[4],
        tab_in_verb: on[6],
        specials_in_local_part: if on[7] { Specials::Most } else { Specials::None },
        source_route: if on[5] { SourceRoute::AnythingUpToColon } else { lenient.source_route },
        ..lenient
    })
}

/// Spans lie inside, in order of their beginnings, and any two are apart or one inside the other, the outer first.
fn assert_in_order(spans: &Spans, len: usize) {
    let mut open: Vec<usize> = Vec::new();
    let mut last = 0;
    for span in spans.as_slice() {
        let range = span.range();
        assert!(!range.is_empty() && range.end <= len, "{span:?} of {len}");
        assert!(range.start >= last, "{spans:?}");
        last = range.start;
        while open.last().is_some_and(|&end| end <= range.start) {
            open.pop();
        }
        assert!(open.last().is_none_or(|&end| range.end <= end), "{spans:?}");
        open.push(range.end);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    /// Any octets are read by any server, marked in order, and a wrong one is found where it stands.
    #[test]
    fn any_line_is_read(line in line(), dialect in dialect()) {
        let mut spans = Spans::new();
        let parsed = parse_command(&line, &dialect, &mut spans);
        assert_in_order(&spans, line.len());
        let unexpected = spans.as_slice().iter().position(|span| span.element == Element::Unexpected);
        match parsed.command {
            Ok(command) => {
                prop_assert_eq!(unexpected, None);
                prop_assert_eq!(command.verb(), parsed.verb);
            }
            Err(error) => {
                prop_assert!(error.at <= line.len());
                prop_assert!(error.found.is_none() || error.found == line.get(error.at).copied());
                prop_assert!(!error.to_string().is_empty() && error.kind != SyntaxKind::BadReply);
                let (last, before) = match unexpected {
                    Some(index) => (Some(spans.as_slice()[index]), &spans.as_slice()[..index]),
                    None => (None, spans.as_slice()),
                };
                prop_assert_eq!(last.map(|span| span.range().start), error.found.map(|_| error.at));
                prop_assert!(before.iter().all(|span| span.range().end <= error.at));
            }
        }
    }

    /// What a server accepts, written again, is read as the same command.
    #[test]
    fn a_command_reads_as_it_is_written(line in line()) {
        let mut spans = Spans::new();
        if let Ok(command) = parse_command(&line, &Dialect::STRICT, &mut spans).command {
            let mut written = Vec::new();
            command.encode(&mut written);
            let written = written.strip_suffix(b"\r\n").expect("a line ends in CRLF");
            prop_assert!(!written.contains(&b'\r') && !written.contains(&b'\n'));
            prop_assert_eq!(parse_command(written, &Dialect::STRICT, &mut spans).command, Ok(command));
        }
    }

    /// A leniency only adds: what RFC 5321 takes means the same to every server that refuses none of it.
    #[test]
    fn leniency_changes_nothing_that_is_right(line in line(), lenient in lenient()) {
        // Of a command that it does not know, RFC 5321 says nothing about the argument, and any octet may be its last.
        // Where that is a tab, VT, FF or CR, other servers see white space behind the argument. Of a command that it
        // does know, the strict reading takes no such line. Spaces behind it are white space to everybody.
        let last = line.iter().rfind(|octet| **octet != b' ');
        prop_assume!(!matches!(last, Some(b'\t' | 0x0b | 0x0c | b'\r')));
        let mut spans = Spans::new();
        let mut lenient_spans = Spans::new();
        if let Ok(command) = parse_command(&line, &Dialect::STRICT, &mut spans).command {
            prop_assert_eq!(parse_command(&line, &lenient, &mut lenient_spans).command, Ok(command));
            prop_assert_eq!(spans, lenient_spans);
        }
    }

    /// Commands made of well-formed parts are taken, and give those parts.
    #[test]
    fn well_formed_commands_are_taken(
        local_part in r#"[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,10}(\.[A-Za-z0-9]{1,5}){0,2}|"([ !#-\[\]-~]|\\[ -~]){0,10}""#,
        domain in r"[A-Za-z0-9]([a-z0-9-]{0,8}[a-z0-9])?(\.[a-z0-9]{1,4}){0,3}|\[(25[0-5]|1?[0-9]{1,2})\.0\.2\.1\]",
        route in r"(@[a-z]{1,5}\.example(,@[a-z]{1,5}\.example){0,2}:)?",
        parameters in r"([A-Z0-9][A-Z0-9-]{0,8}(=[!-<>-~]{1,9})?( [A-Z]{1,4}=[0-9]{1,4}){0,3})?",
    ) {
        let mailbox = format!("{local_part}@{domain}");
        let space = if parameters.is_empty() { "" } else { " " };
        let line = format!("RCPT TO:<{route}{mailbox}>{space}{parameters}");
        let mut spans = Spans::new();
        let command = parse_command(line.as_bytes(), &Dialect::STRICT, &mut spans).command;
        let Ok(Command::Rcpt { path, parameters: read }) = command else {
            return Err(TestCaseError::fail(format!("{line}: {command:?}")));
        };
        prop_assert_eq!(path.source_route(), route.as_bytes());
        prop_assert_eq!(Ok(path.mailbox()), Mailbox::parse(mailbox.as_bytes()));
        prop_assert_eq!(path.mailbox().local_part().to_string(), local_part);
        prop_assert_eq!(path.mailbox().domain().map(|it| it.to_string()), Some(domain));
        prop_assert_eq!(Ok(read), Parameters::parse(parameters.as_bytes()));
        let joined = read.iter().map(|it| it.to_string()).collect::<Vec<_>>().join(" ");
        prop_assert_eq!(joined, parameters);
    }

    /// A reply is read alike however it comes: nothing before it is whole, an error as soon as its octet is there.
    #[test]
    fn replies_in_any_chunks(octets in reply_octets(), kind in kind()) {
        let mut spans = Spans::new();
        let whole = parse_reply(&octets, kind, &mut spans);
        assert_in_order(&spans, octets.len());
        for len in 0..=octets.len() {
            let part = parse_reply(&octets[..len], kind, &mut spans);
            assert_in_order(&spans, len);
            match whole {
                Ok(None) => prop_assert_eq!(part, Ok(None)),
                Ok(Some((_, used))) if len < used => prop_assert_eq!(part, Ok(None)),
                Err(error) if len <= error.at => prop_assert_eq!(part, Ok(None)),
                Ok(Some(_)) | Err(_) => prop_assert_eq!(part, whole),
            }
        }
    }

    /// A reply with any text at all is one reply: its lines short, its octets plain, its code on each of them.
    #[test]
    fn no_text_breaks_out_of_its_reply(code in 200_u16..600, text in "\\PC{0,40}|[\\s\\S]{0,700}", kind in kind(), with_enhanced in any::<bool>()) {
        let code = ReplyCode::new(code).expect("in range");
        let class = u8::try_from(code.as_u16() / 100).expect("one digit");
        let enhanced = (with_enhanced && class != 3).then_some(EnhancedCode::new(class, 7, 1));
        let mut out = Vec::new();
        let mut spans = Spans::new();
        Reply::new(code, enhanced, text).encode(kind, &mut out, &mut spans);
        assert_in_order(&spans, out.len());
        let mut read_spans = Spans::new();
        let (view, used) = parse_reply(&out, kind, &mut read_spans).expect("well formed").expect("whole");
        prop_assert_eq!((view.code, used), (code, out.len()));
        for line in out.split_inclusive(|&octet| octet == b'\n') {
            let plain = line.strip_suffix(b"\r\n").expect("CRLF");
            prop_assert!(plain.iter().all(|octet| matches!(octet, b'\t' | b' '..=b'~')));
            prop_assert!(line.len() <= limits::REPLY_LINE || kind == ReplyKind::Challenge && class == 3);
        }
        if enhanced.is_some() {
            prop_assert_eq!(&read_spans, &spans);
        }
    }

    /// Mail data and answers inside AUTH are marked in order whatever they hold.
    #[test]
    fn anything_can_be_marked(octets in prop::collection::vec(message_piece(), 0..40).prop_map(|it| it.concat())) {
        let mut spans = Spans::new();
        mark_message(&octets, &mut spans);
        assert_in_order(&spans, octets.len());
        prop_assert!(spans.as_slice().len() <= MAX_MARKS);
        parse_sasl_response(&octets, &mut spans);
        assert_in_order(&spans, octets.len());
    }
}

fn kind() -> impl Strategy<Value = ReplyKind> {
    prop::sample::select(vec![ReplyKind::Greeting, ReplyKind::Ehlo, ReplyKind::Challenge, ReplyKind::Other])
}

fn reply_octets() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::sample::select(vec![
        "250",
        "250-",
        "250 ",
        "354 ",
        "550-",
        "550 ",
        "334 ",
        "2.1.0 ",
        "5.7.1",
        "\r\n",
        "\r\n",
        "\r\n",
        "\r",
        "\n",
        "mx.example.org",
        "SIZE 1",
        "text",
        " ",
        "-",
        "\u{e4}",
        "\0",
    ]);
    prop::collection::vec(pieces, 0..14).prop_map(|pieces| pieces.concat().into_bytes())
}

fn message_piece() -> impl Strategy<Value = Vec<u8>> {
    prop::sample::select(vec![
        "Subject: t",
        "X:",
        ":",
        " folded",
        "\t",
        "\r\n",
        "\r\n",
        "\r\n\r\n",
        ".",
        "..",
        ".\r\n",
        "\n",
        "\r",
        "text",
        "\u{e4}",
        "\0",
    ])
    .prop_map(|piece| piece.as_bytes().to_vec())
}
