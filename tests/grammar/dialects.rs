//! What real servers take besides the grammar, said in leniencies.

use smtp_explainer::smtp::{AfterBracket, Brackets, Dialect, Needless, Octets, Spans, WhiteSpace, parse_command};

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
        after_bracket: AfterBracket::Parameter,
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
        after_bracket: AfterBracket::Parameter,
        space_in_null_path: true,
        comment_in_path: true,
        loose_dots: true,
        underscore_in_domain: true,
        leading_hyphen_in_label: true,
        trailing_hyphen_in_label: true,
        trailing_dot_in_domain: true,
        needless_argument: Needless::OfAll,
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
        ("MAIL FROM:<sender@example.com> ", "yyyy"),
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
