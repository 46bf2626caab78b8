//! Dialogues read line by line: what each line says, or the octet that is wrong in it.
//!
//! Only the grammar speaks here. A line may be well formed and come at the wrong time, which is the session's to say.

mod dialects;
mod dialogues;

use core::fmt::Write as _;

use smtp_explainer::smtp::data::{Decoder, EndOfData, Progress};
use smtp_explainer::smtp::{
    AddressLiteral, Category, ClientName, Command, Dialect, Domain, Expected, ForwardPath, Mailbox, Parameters,
    ReplyCode, ReplyKind, SaslResponse, Severity, Spans, limits, parse_command, parse_reply, parse_sasl_response,
};

#[test]
fn each_line_of_every_dialogue() {
    let lines: usize = dialogues::ALL.into_iter().map(play).sum();
    assert!(lines >= 120, "{lines} lines");
}

/// Reads a dialogue; how many lines of both sides it has.
fn play(dialogue: &str) -> usize {
    let mut lines = dialogue.lines().filter(|line| !line.is_empty()).peekable();
    let mut count = 0;
    let mut reply = String::new();
    while let Some(line) = lines.next() {
        count += 1;
        if let Some(command) = line.strip_prefix("C: ") {
            let wanted = lines.next().expect("a command has a line below it");
            assert_eq!(read(command), wanted, "\n{line}");
            continue;
        }
        let text = line.strip_prefix("S: ").unwrap_or_else(|| panic!("{line:?} is no line of a dialogue"));
        reply += text;
        reply += "\r\n";
        if !lines.peek().is_some_and(|next| next.starts_with("S: ")) || text.as_bytes()[3] == b' ' {
            let whole = parse_reply(reply.as_bytes(), ReplyKind::Other, &mut Spans::new());
            assert_eq!(whole.map(|read| read.map(|(_, used)| used)), Ok(Some(reply.len())), "{reply}");
            reply.clear();
        }
    }
    count
}

/// What a dialogue has below this command.
fn read(line: &str) -> String {
    match parse_command(line.as_bytes(), &Dialect::STRICT, &mut Spans::new()).command {
        Ok(command) => format!("=  {}", summary(&command)),
        Err(error) => {
            format!("{:1$}^ {2} {3}", "", error.at + 3, error.kind.reply_code(), error.expected)
        }
    }
}

fn summary(command: &Command<'_>) -> String {
    let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    match *command {
        Command::Ehlo(name) => format!("ehlo {}", client(name)),
        Command::Helo(name) => format!("helo {}", client(name)),
        Command::Mail { path, parameters } => {
            let to = path.mailbox().map_or("null".to_owned(), mailbox);
            format!("mail {to}{}{}", route(path.source_route()), with(parameters))
        }
        Command::Rcpt { path, parameters } => {
            format!("rcpt {}{}{}", mailbox(path.mailbox()), route(path.source_route()), with(parameters))
        }
        Command::Data => "data".to_owned(),
        Command::Rset => "rset".to_owned(),
        Command::Quit => "quit".to_owned(),
        Command::StartTls => "starttls".to_owned(),
        Command::Turn => "turn".to_owned(),
        Command::Noop(argument) => {
            ["noop".to_owned()].into_iter().chain(argument.map(text)).collect::<Vec<_>>().join(" ")
        }
        Command::Help(argument) => {
            ["help".to_owned()].into_iter().chain(argument.map(text)).collect::<Vec<_>>().join(" ")
        }
        Command::Vrfy(argument) => format!("vrfy {}", text(argument)),
        Command::Expn(argument) => format!("expn {}", text(argument)),
        Command::Obsolete(verb) => format!("obsolete {}", verb.name()),
        Command::Auth { mechanism, initial: None } => format!("auth {}", text(mechanism)),
        Command::Auth { mechanism, initial: Some(initial) } => format!("auth {} {}", text(mechanism), text(initial)),
        Command::Bdat { size, last } => format!("bdat {size}{}", if last { " last" } else { "" }),
        Command::Etrn(node) => format!("etrn {}", text(node)),
        Command::Unknown(word) => format!("unknown {}", text(word)),
    }
}

fn client(name: ClientName<'_>) -> String {
    domain(name.domain().expect("a strict client name is a domain or a literal"))
}

fn mailbox(mailbox: Mailbox<'_>) -> String {
    let at = mailbox.domain().map_or("no domain".to_owned(), domain);
    format!("{} at {at}", mailbox.local_part())
}

fn domain(domain: Domain<'_>) -> String {
    match domain.literal() {
        None => format!("name {domain}"),
        Some(AddressLiteral::Ipv4(address)) => format!("ipv4 {address}"),
        Some(AddressLiteral::Ipv6(address)) => format!("ipv6 {address}"),
        Some(AddressLiteral::General { tag, content }) => {
            format!("general {} {}", String::from_utf8_lossy(tag), String::from_utf8_lossy(content))
        }
    }
}

fn route(octets: &[u8]) -> String {
    if octets.is_empty() { String::new() } else { format!(" by {}", String::from_utf8_lossy(octets)) }
}

fn with(parameters: Parameters<'_>) -> String {
    let mut text = String::new();
    for (place, parameter) in parameters.iter().enumerate() {
        write!(text, "{}{parameter}", if place == 0 { " with " } else { " " }).expect("a string takes all text");
    }
    text
}

/// Octets that no dialogue can show, and where each line goes wrong.
#[test]
fn octets_that_do_not_belong_on_a_line() {
    let cases: &[(&[u8], usize, Expected, u16)] = &[
        (b"\0", 0, Expected::Verb, 500),
        (b"\x1b[A", 0, Expected::Verb, 500),
        (b"NO\x08OP", 2, Expected::Verb, 500),
        (b"QUIT\0", 4, Expected::Verb, 500),
        (b"\xff\xf4\xff\xfd\x06EHLO client.example.com", 0, Expected::Verb, 500),
        (b"\x16\x03\x01\x02\x00\x01", 0, Expected::Verb, 500),
        (b"NOOP a\0b", 6, Expected::Argument, 501),
        (b"NOOP\rNOOP", 4, Expected::Verb, 500),
        (b"NOOP a\r", 6, Expected::Argument, 501),
        (b"HELP \xe9", 5, Expected::Argument, 501),
        (b"EHLO client\0.example.com", 11, Expected::Domain, 501),
        (b"EHLO \xe9.example.com", 5, Expected::Domain, 501),
        (b"EHLO\tclient.example.com", 4, Expected::Space, 501),
        (b"MAIL FROM:<sen\0der@example.com>", 14, Expected::AtSign, 501),
        (b"MAIL FROM:<sender\x7f@example.com>", 17, Expected::AtSign, 501),
        (b"MAIL FROM:<\"a\x01b\"@example.com>", 13, Expected::QuotedString, 501),
        (b"MAIL FROM:<alice@exam\x01ple.com>", 21, Expected::Domain, 501),
        (b"MAIL FROM:<alice@example.com>\tSIZE=1", 29, Expected::Space, 501),
        (b"MAIL FROM:<alice@example.com>\r", 29, Expected::Space, 501),
        (b"MAIL FROM:<alice@example.com> SIZE=1\0", 36, Expected::ParameterValue, 501),
        (b"AUTH PLAIN AGF\0", 14, Expected::EndOfLine, 501),
        (b"BDAT 1\0", 6, Expected::Space, 501),
    ];
    for (line, at, expected, code) in cases {
        let error = parse_command(line, &Dialect::STRICT, &mut Spans::new()).command.expect_err("wrong");
        let found = (error.at, error.expected, error.kind.reply_code().as_u16());
        assert_eq!(found, (*at, *expected, *code), "{}", line.escape_ascii());
    }
}

/// RFC 5321 §4.5.3.1.3: the brackets count, which leaves 254 octets for the mailbox of a path of 256.
#[test]
fn a_path_of_256_octets_has_a_mailbox_of_254() {
    let mailbox = format!("{}@{}.example", "a".repeat(limits::LOCAL_PART), "d".repeat(181));
    let path = format!("<{mailbox}>");
    let read = ForwardPath::parse(path.as_bytes()).expect("well formed");
    assert_eq!((read.len(), read.mailbox().as_bytes().len()), (limits::PATH, 254));
}

/// RFC 5321 §4.2.1 has four first digits; the fifth of RFC 821 Appendix E, 1yz, is no part of SMTP.
#[test]
fn a_reply_begins_with_2_to_5_and_has_one_code() {
    let read = |octets: &str| {
        let whole = parse_reply(octets.as_bytes(), ReplyKind::Other, &mut Spans::new());
        whole.map(|read| read.map(|(view, _)| view.code.as_u16())).map_err(|error| (error.at, error.expected))
    };
    assert_eq!(read("120 wait\r\n"), Err((0, Expected::Code)));
    assert_eq!(read("250-one\r\n250 two\r\n"), Ok(Some(250)));
    assert_eq!(read("250-one\r\n550 two\r\n"), Err((9, Expected::SameCode)));
    assert_eq!(read("250-one\r\n"), Ok(None));
    // A code that no list has is judged by its first digit.
    assert_eq!(read("458 no\r\n"), Ok(Some(458)));
    assert_eq!(ReplyCode::new(458).map(ReplyCode::severity), Some(Severity::TransientNegative));
}

/// 452 is the code for too many recipients and temporary; RFC 821 §4.5.3 had 552, which is not.
#[test]
fn pairs_of_codes_that_are_confused() {
    let severity = ReplyCode::severity;
    assert_eq!(severity(ReplyCode::INSUFFICIENT_STORAGE), Severity::TransientNegative);
    assert_eq!(severity(ReplyCode::EXCEEDED_STORAGE), Severity::PermanentNegative);
    // 251: taken and forwarded. 551: not taken.
    assert!(ReplyCode::WILL_FORWARD.is_positive() && !ReplyCode::NOT_LOCAL.is_positive());
    // 455 and 555 are of RFC 5321 §4.1.1.11 as of RFC 1869 §6.1.
    assert_eq!(severity(ReplyCode::PARAMETERS_NOT_ACCOMMODATED), Severity::TransientNegative);
    assert_eq!(severity(ReplyCode::PARAMETERS_NOT_RECOGNIZED), Severity::PermanentNegative);
    // RFC 4954 §6 uses x3z, which RFC 5321 §4.2.1 leaves open; 521 is about the channel, 550 about mail.
    assert_eq!(ReplyCode::CREDENTIALS_INVALID.category(), Category::Unspecified);
    assert_eq!(ReplyCode::HOST_TAKES_NO_MAIL.category(), Category::Connections);
    assert_eq!(ReplyCode::MAILBOX_UNAVAILABLE.category(), Category::MailSystem);
}

/// RFC 2034 §4 leaves the greeting, replies to EHLO and 3yz without an enhanced code.
#[test]
fn enhanced_codes_are_not_everywhere() {
    let enhanced = |octets: &str, kind| {
        let whole = parse_reply(octets.as_bytes(), kind, &mut Spans::new()).expect("well formed").expect("whole");
        whole.0.enhanced.map(|code| code.to_string())
    };
    assert_eq!(enhanced("235 2.7.0 ok\r\n", ReplyKind::Other).as_deref(), Some("2.7.0"));
    assert_eq!(enhanced("354 3.0.0 go on\r\n", ReplyKind::Other), None);
    assert_eq!(enhanced("334 2.0.0\r\n", ReplyKind::Challenge), None);
    assert_eq!(enhanced("220 2.0.0 mx.example.org\r\n", ReplyKind::Greeting), None);
    assert_eq!(enhanced("250 2.0.0 mx.example.org\r\n", ReplyKind::Ehlo), None);
}

/// Answers that look like nothing: the empty line that ends SCRAM, the `AQ==` and the `*` that end `OAUTHBEARER`.
#[test]
fn answers_inside_an_auth_exchange() {
    for (line, wanted) in [
        (&b""[..], SaslResponse::Answer(b"")),
        (b"AQ==", SaslResponse::Answer(b"AQ==")),
        (b"*", SaslResponse::Cancel),
        (b"QUIT", SaslResponse::Answer(b"QUIT")),
    ] {
        assert_eq!(parse_sasl_response(line, &mut Spans::new()), wanted);
    }
}

/// RFC 1870 §5: SIZE counts CRLF, not doubled dots and not the line that ends the data.
#[test]
fn size_counts_what_the_message_has() {
    let mut decoder = Decoder::new(EndOfData::Strict);
    assert_eq!(decoder.feed(b"..\r\nab\r\n.\r\n", |_| ()), Progress::End { used: 11 });
    assert_eq!(decoder.facts().content, 7);
}
