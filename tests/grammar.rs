//! Dialogues read line by line: what each line says, or the octet that is wrong in it.
//!
//! Only the grammar speaks here. A line may be well formed and come at the wrong time, which is the session's to say.
//!
//! How a dialogue is written: `C:` a command and `S:` a reply line. Below a command stands what was read (`=`), or a
//! caret under the first octet that does not fit, the code that RFC 5321 answers it with and what could have stood
//! there.

use core::fmt::Write as _;

use smtp_explainer::smtp::data::{Decoder, EndOfData, Progress};
use smtp_explainer::smtp::{
    AddressLiteral, Brackets, Category, ClientName, Command, Dialect, Domain, Expected, ForwardPath, Mailbox, Octets,
    Parameters, ReplyCode, ReplyKind, SaslResponse, Severity, Spans, WhiteSpace, limits, parse_command, parse_reply,
    parse_sasl_response,
};

/// The shape of RFC 5321 Appendix D.1, with what else may come before QUIT.
const TRANSACTION: &str = "
S: 220 mx.example.org ESMTP ready
C: EHLO client.example.com
=  ehlo name client.example.com
S: 250-mx.example.org greets client.example.com
S: 250-SIZE 26214400
S: 250-8BITMIME
S: 250 HELP
C: MAIL FROM:<alice@example.com>
=  mail alice at name example.com
S: 250 OK
C: RCPT TO:<bob@example.org>
=  rcpt bob at name example.org
S: 250 OK
C: RCPT TO:<carol@example.org>
=  rcpt carol at name example.org
S: 550 No such user here
C: rcpt to:<Dave@EXAMPLE.org>
=  rcpt Dave at name EXAMPLE.org
S: 251 User not local; will forward to <dave@example.net>
C: DATA
=  data
S: 354 Start mail input; end with <CRLF>.<CRLF>
S: 250 OK
C: MAIL FROM:<> BODY=8BITMIME SIZE=1000
=  mail null with BODY=8BITMIME SIZE=1000
S: 250 OK
C: RCPT TO:<Postmaster>
=  rcpt Postmaster at no domain
S: 250 OK
C: RSET
=  rset
S: 250 OK
C: VRFY dave
=  vrfy dave
S: 252 Cannot VRFY user, but will accept message and attempt delivery
C: EXPN staff@example.org
=  expn staff@example.org
S: 250-Alice <alice@example.org>
S: 250 Bob <bob@example.org>
C: HELP
=  help
S: 214-EHLO MAIL RCPT DATA
S: 214 RSET NOOP QUIT
C: NOOP are you there
=  noop are you there
S: 250 OK
C: QUIT
=  quit
S: 221 mx.example.org Service closing transmission channel
";

/// The shape of RFC 3207 §5 and RFC 4954 §4.1.
const SUBMISSION: &str = "
S: 220 submit.example.com ESMTP
C: EHLO [192.0.2.10]
=  ehlo ipv4 192.0.2.10
S: 250-submit.example.com
S: 250-STARTTLS
S: 250-PIPELINING
S: 250 ENHANCEDSTATUSCODES
C: MAIL FROM:<alice@example.com>
=  mail alice at name example.com
S: 530 5.7.0 Must issue a STARTTLS command first
C: StartTLS
=  starttls
S: 220 2.0.0 Ready to start TLS
C: EHLO [IPv6:2001:db8::10]
=  ehlo ipv6 2001:db8::10
S: 250-submit.example.com
S: 250-AUTH PLAIN LOGIN CRAM-MD5
S: 250 ENHANCEDSTATUSCODES
C: AUTH PLAIN AGFsaWNlAGNvcnJlY3QtaG9yc2U=
=  auth PLAIN AGFsaWNlAGNvcnJlY3QtaG9yc2U=
S: 235 2.7.0 Authentication successful
C: AUTH CRAM-MD5
=  auth CRAM-MD5
S: 503 5.5.1 Already authenticated
C: AUTH login
=  auth login
S: 504 5.5.4 Mechanism not supported
C: AUTH XOAUTH2 dXNlcj1hbGljZQ==
=  auth XOAUTH2 dXNlcj1hbGljZQ==
S: 504 5.5.4 Mechanism not supported
C: AUTH SCRAM-SHA-256-PLUS =
=  auth SCRAM-SHA-256-PLUS =
S: 504 5.5.4 Mechanism not supported
C: MAIL FROM:<alice@example.com> AUTH=alice@example.com RET=HDRS ENVID=QQ314159
=  mail alice at name example.com with AUTH=alice@example.com RET=HDRS ENVID=QQ314159
S: 250 2.1.0 Sender ok
C: RCPT TO:<bob@example.org> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;bob@example.org
=  rcpt bob at name example.org with NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;bob@example.org
S: 250 2.1.5 Recipient ok
C: BDAT 86
=  bdat 86
S: 250 2.0.0 86 octets received
C: BDAT 0 last
=  bdat 0 last
S: 250 2.0.0 Message accepted
C: ETRN #queue
=  etrn #queue
S: 458 Unable to queue messages for node queue
";

/// Paths of every form that RFC 5321 §4.1.2 and §4.1.3 have.
const PATHS: &str = r#"
C: MAIL FROM:<a@b>
=  mail a at name b
C: MAIL FROM:<first.middle.last@mail-1.example.com>
=  mail first.middle.last at name mail-1.example.com
C: MAIL FROM:<!#$%&'*+-/=?^_`{|}~@example.com>
=  mail !#$%&'*+-/=?^_`{|}~ at name example.com
C: MAIL FROM:<"odd sender"@example.com>
=  mail "odd sender" at name example.com
C: MAIL FROM:<"a\"b\\c"@example.com>
=  mail "a\"b\\c" at name example.com
C: MAIL FROM:<""@example.com>
=  mail "" at name example.com
C: MAIL FROM:<"<a@b>"@example.com>
=  mail "<a@b>" at name example.com
C: RCPT TO:<@a.example.com:bob@example.org>
=  rcpt bob at name example.org by @a.example.com:
C: RCPT TO:<@a.example.com,@b.example.com:bob@example.org> NOTIFY=NEVER
=  rcpt bob at name example.org by @a.example.com,@b.example.com: with NOTIFY=NEVER
C: RCPT TO:<bob@[203.0.113.25]>
=  rcpt bob at ipv4 203.0.113.25
C: RCPT TO:<bob@[IPv6:2001:db8:0:0:0:0:0:25]>
=  rcpt bob at ipv6 2001:db8::25
C: RCPT TO:<bob@[IPv6:::ffff:192.0.2.25]>
=  rcpt bob at ipv6 ::ffff:192.0.2.25
C: RCPT TO:<bob@[x25:31103012345]>
=  rcpt bob at general x25 31103012345
C: RCPT TO:<POSTMASTER>
=  rcpt POSTMASTER at no domain
C: RCPT TO:<postmaster@example.org>
=  rcpt postmaster at name example.org
C: RCPT TO:<"postmaster">
=  rcpt "postmaster" at no domain
C: HELO [198.51.100.7]
=  helo ipv4 198.51.100.7
C: QUIT   
=  quit
"#;

/// What clients get wrong in MAIL and RCPT.
const WRONG_PATHS: &str = r#"
C: MAIL
       ^ 501 MAIL FROM:<reverse-path> [parameters]
C: MAIL <alice@example.com>
        ^ 501 MAIL FROM:<reverse-path> [parameters]
C: MAIL FROM
            ^ 501 MAIL FROM:<reverse-path> [parameters]
C: MAIL FROM:
             ^ 501 MAIL FROM:<reverse-path> [parameters]
C: MAIL FROM <alice@example.com>
            ^ 501 the colon with no space before it
C: MAIL FROM :<alice@example.com>
            ^ 501 the colon with no space before it
C: MAIL FROM: <alice@example.com>
             ^ 501 the path with no space after the colon
C: MAIL FROM:alice@example.com
             ^ 501 "<"
C: MAIL FROM:Alice <alice@example.com>
             ^ 501 "<"
C: MAIL FROM:<alice@example.com
                               ^ 501 ">"
C: MAIL FROM:<alice@example.com SIZE=1
                               ^ 501 ">"
C: MAIL FROM:<<alice@example.com>>
              ^ 501 a local-part
C: MAIL FROM:<alice@example.com>>
                                ^ 501 one space
C: MAIL FROM:<alice@example.com>SIZE=1
                                ^ 501 one space
C: MAIL FROM:< >
              ^ 501 a local-part
C: MAIL FROM:<alice>
                   ^ 501 "@" and a domain
C: MAIL FROM:<.alice@example.com>
              ^ 501 a local-part
C: MAIL FROM:<alice.@example.com>
                    ^ 501 a local-part
C: MAIL FROM:<al..ice@example.com>
                 ^ 501 a local-part
C: MAIL FROM:<al ice@example.com>
                ^ 501 "@" and a domain
C: MAIL FROM:<"al"ice@example.com>
                  ^ 501 "@" and a domain
C: MAIL FROM:<"alice@example.com>
                                 ^ 501 the rest of the quoted local-part
C: MAIL FROM:<alice@>
                    ^ 501 a domain: letters, digits, hyphens inside, dots between
C: MAIL FROM:<alice@exam_ple.com>
                        ^ 501 a domain: letters, digits, hyphens inside, dots between
C: MAIL FROM:<alice@-example.com>
                    ^ 501 a domain: letters, digits, hyphens inside, dots between
C: MAIL FROM:<alice@example-.com>
                            ^ 501 a domain: letters, digits, hyphens inside, dots between
C: MAIL FROM:<alice@example..com>
                            ^ 501 a domain: letters, digits, hyphens inside, dots between
C: MAIL FROM:<alice@.example.com>
                    ^ 501 a domain: letters, digits, hyphens inside, dots between
C: MAIL FROM:<alice@example.com.>
                                ^ 501 a domain: letters, digits, hyphens inside, dots between
C: MAIL FROM:<alice@home@example.com>
                        ^ 501 a domain: letters, digits, hyphens inside, dots between
C: MAIL FROM:<alice@192.0.2.256> SIZE
=  mail alice at name 192.0.2.256 with SIZE
C: MAIL FROM:<alice@[192.0.2.256]>
                               ^ 501 an address literal: [192.0.2.1] or [IPv6:2001:db8::1]
C: MAIL FROM:<alice@[192.0.2]>
                            ^ 501 an address literal: [192.0.2.1] or [IPv6:2001:db8::1]
C: MAIL FROM:<alice@[192.0.2.1>
                              ^ 501 "]"
C: MAIL FROM:<alice@[IPv6:2001:db8::g]>
                                    ^ 501 an address literal: [192.0.2.1] or [IPv6:2001:db8::1]
C: RCPT TO:<>
            ^ 501 a mailbox: <> is for MAIL only
C: RCPT TO:<bob>
               ^ 501 "@" and a domain
C: RCPT TO:<@a.example.com>
                          ^ 501 ":" and the mailbox after the source route
C: RCPT TO:<@a.example.com,b.example.com:bob@example.org>
                           ^ 501 "@" and a domain
C: RCPT FROM:<bob@example.org>
        ^ 501 RCPT TO:<forward-path> [parameters]
C: RCPT TO:<bob@example.org> (the builder)
                             ^ 501 the keyword of a parameter
"#;

/// What clients get wrong elsewhere.
const WRONG_LINES: &str = "
C: 
   ^ 500 a command word
C:  NOOP
   ^ 500 a command word
C: EHLO
       ^ 501 EHLO domain / address-literal
C: EHLO  client.example.com
        ^ 501 a single space, not several
C: EHLO my_laptop
          ^ 501 a domain: letters, digits, hyphens inside, dots between
C: EHLO client.example.com (a laptop)
                          ^ 501 the end of the line
C: HELO [192.0.2.1
                  ^ 501 \"]\"
C: DATA now
        ^ 501 the end of the line
C: RSET all
        ^ 501 the end of the line
C: QUIT please
        ^ 501 the end of the line
C: STARTTLS 1.3
            ^ 501 the end of the line
C: MAIL FROM:<> =bar
                ^ 501 the keyword of a parameter
C: MAIL FROM:<> -SIZE=1
                ^ 501 the keyword of a parameter
C: MAIL FROM:<> SIZE=
                     ^ 501 the value of a parameter
C: MAIL FROM:<> SIZE=1=2
                      ^ 501 the value of a parameter
C: MAIL FROM:<> SI_ZE=1
                  ^ 501 the keyword of a parameter
C: MAIL FROM:<>  SIZE=1
                ^ 501 a single space, not several
C: VRFY
       ^ 501 VRFY string
C: EXPN
       ^ 501 EXPN string
C: AUTH
       ^ 501 the name of a SASL mechanism
C: AUTH PLAIN! AGFsaWNl
             ^ 501 the name of a SASL mechanism
C: AUTH PLAIN  AGFsaWNl
              ^ 501 a single space, not several
C: AUTH PLAIN AGFsaWNl extra
                      ^ 501 the end of the line
C: BDAT
       ^ 501 the size of the chunk in octets
C: BDAT -1
        ^ 501 the size of the chunk in octets
C: BDAT 99999999999999999999
                           ^ 501 the size of the chunk in octets
C: BDAT 0 FIRST
          ^ 501 LAST
C: ETRN
       ^ 501 ETRN [@ / #]node-name
C: EHLOclient.example.com
=  unknown EHLOclient.example.com
C: MAILFROM:<alice@example.com>
=  unknown MAILFROM:<alice@example.com>
C: GET / HTTP/1.1
=  unknown GET
C: Subject: dinner
=  unknown Subject:
C: SEND FROM:<alice@example.com>
=  obsolete SEND
C: TURN
=  turn
C: .
=  unknown .
";

#[test]
fn dialogues() {
    let lines: usize = [TRANSACTION, SUBMISSION, PATHS, WRONG_PATHS, WRONG_LINES].into_iter().map(play).sum();
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

/// The dialects of four servers as far as the grammar goes, each leniency measured; see the table below.
fn servers() -> [Dialect; 4] {
    let common =
        Dialect { space_after_colon: true, extra_spaces: true, empty_parameter_value: true, ..Dialect::STRICT };
    let postfix = Dialect {
        leading_space: true,
        white_space: WhiteSpace::Any,
        white_space_after_verb: WhiteSpace::Any,
        extra_spaces_in_verb: true,
        missing_brackets: true,
        brackets: Brackets::ExtraClosing,
        space_in_null_path: true,
        comment_in_path: true,
        loose_dots: true,
        controls_in_local_part: true,
        several_at_signs: true,
        underscore_in_domain: true,
        trailing_dot_in_domain: true,
        argument: Octets::Any,
        ..common
    };
    let exim = Dialect {
        white_space: WhiteSpace::Any,
        missing_brackets: true,
        space_in_null_path: true,
        display_name: true,
        comment_in_path: true,
        loose_dots: true,
        argument: Octets::NotNul,
        ..common
    };
    let opensmtpd = Dialect {
        no_trailing_space: true,
        glued_parameters: true,
        no_quoted_local_part: true,
        underscore_in_domain: true,
        trailing_hyphen_in_label: true,
        argument: Octets::Any,
        ..common
    };
    let sendmail = Dialect {
        leading_space: true,
        white_space: WhiteSpace::Any,
        white_space_after_verb: WhiteSpace::Any,
        extra_spaces_in_verb: true,
        space_before_colon: true,
        missing_brackets: true,
        brackets: Brackets::Nested,
        glued_parameters: true,
        space_in_null_path: true,
        comment_in_path: true,
        loose_dots: true,
        underscore_in_domain: true,
        leading_hyphen_in_label: true,
        trailing_hyphen_in_label: true,
        trailing_dot_in_domain: true,
        ignore_needless_argument: true,
        argument: Octets::Any,
        ..common
    };
    [postfix, exim, opensmtpd, sendmail]
}

/// Lines sent to real servers, and which of Postfix, Exim, `OpenSMTPD` and Sendmail (in this order) took them: that
/// dialects made of independent leniencies can say what servers do.
#[test]
fn dialects_of_real_servers() {
    let measured = [
        ("MAIL FROM: <sender@example.com>", "yyyy"),
        ("EHLO  client.example.com", "yyyy"),
        ("MAIL FROM:<sender@example.com>  SIZE=100", "yyyy"),
        (" NOOP", "y--y"),
        ("EHLO client.example.com ", "yy-y"),
        ("MAIL FROM:<sender@example.com> ", "yy-y"),
        ("DATA ", "yy-y"),
        ("QUIT ", "yy-y"),
        ("MAIL  FROM:<sender@example.com>", "y--y"),
        ("MAIL FROM:<sender@example.com>\tSIZE=100", "yy-y"),
        ("MAIL FROM:<sender@example.com>SIZE=100", "--yy"),
        ("MAIL FROM:sender@example.com", "yy-y"),
        ("MAIL FROM:sender@example.com SIZE=100", "yy-y"),
        ("MAIL FROM :<sender@example.com>", "---y"),
        ("MAIL FROM <sender@example.com>", "----"),
        ("MAIL FROM:<sender@example.com", "----"),
        ("MAIL FROM:sender@example.com>", "y---"),
        ("MAIL FROM:<<sender@example.com>>", "y--y"),
        ("MAIL FROM:<sender@example.com>>", "y---"),
        ("MAIL FROM:Sender <sender@example.com>", "-y--"),
        ("MAIL FROM:\"Sender\" <sender@example.com>", "-y--"),
        ("MAIL FROM:<sender@example.com> (comment)", "-y--"),
        ("MAIL FROM:<(comment)sender@example.com>", "yy-y"),
        ("MAIL FROM:< >", "yy-y"),
        ("MAIL FROM:<\"odd sender\"@example.com>", "yy-y"),
        ("RCPT TO:<>", "----"),
        ("RCPT TO:<postmaster>", "yyyy"),
        ("RCPT TO:postmaster", "yy-y"),
        ("RCPT TO:<alice@example.org.>", "y--y"),
        ("MAIL FROM:<a..b@example.com>", "yy-y"),
        ("MAIL FROM:<.a@example.com>", "yy-y"),
        ("MAIL FROM:<a.@example.com>", "yy-y"),
        ("MAIL FROM:<sender@exam_ple.com>", "y-yy"),
        ("MAIL FROM:<sender@-example.com>", "---y"),
        ("MAIL FROM:<sender@example..com>", "----"),
        ("MAIL FROM:<sender@.example.com>", "----"),
        ("NOOP a\0b", "y-yy"),
        ("NOOP a\rb", "yyyy"),
        ("NOOP\rNOOP", "y--y"),
        ("NOOP\r", "yy-y"),
        ("MAIL FROM:<sender@example.com>\r", "yy-y"),
        ("MAIL FROM:<sen\u{1}der@example.com>", "y---"),
        ("MAIL FROM:<sen\0der@example.com>", "----"),
        ("MAIL FROM:<sender@example.com> AUTH=", "yyyy"),
        ("DATA now", "---y"),
    ];
    for (line, wanted) in measured {
        let taken: String = servers()
            .iter()
            .map(|dialect| parse_command(line.as_bytes(), dialect, &mut Spans::new()).command.is_ok())
            .map(|taken| if taken { 'y' } else { '-' })
            .collect();
        assert_eq!(taken, wanted, "{line:?}");
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
