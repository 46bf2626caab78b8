//! What a server lets pass, or refuses, besides the grammar: named departures, all off in RFC 5321.
//!
//! Each is a behaviour that real servers were seen to have, and each is read in exactly one place of the parser. What
//! a server *answers* to what it does not let pass is no dialect but the session's.

/// The departures of one server from the grammar of RFC 5321.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches, each a behaviour of its own in a profile")]
pub struct Dialect {
    /// Takes white space before the verb.
    pub leading_space: bool,
    /// Refuses white space at the end of a line, which a server should tolerate (RFC 5321 §4.1.1).
    pub no_trailing_space: bool,
    /// Takes a tab wherever a space may stand.
    pub tab_as_space: bool,
    /// Takes several spaces between verb and argument and before a parameter.
    pub extra_spaces: bool,
    /// Takes several spaces inside `MAIL  FROM:` and `RCPT  TO:`.
    pub extra_spaces_in_verb: bool,
    /// Takes `MAIL FROM :<...>` (RFC 5321 §3.3 names it a common error).
    pub space_before_colon: bool,
    /// Takes `MAIL FROM: <...>` (RFC 5321 §3.3 names it a common error).
    pub space_after_colon: bool,
    /// Takes a path without angle brackets.
    pub missing_brackets: bool,
    /// Takes more angle brackets than one pair.
    pub brackets: Brackets,
    /// Takes a parameter right after the closing bracket.
    pub glued_parameters: bool,
    /// Takes `< >` for the null reverse-path.
    pub space_in_null_path: bool,
    /// Takes a phrase before the path and a comment after it, as a header field has them.
    pub display_name: bool,
    /// Takes a comment in parentheses before the mailbox, inside the brackets.
    pub comment_in_path: bool,
    /// Takes a mailbox without a domain.
    pub unqualified_mailbox: bool,
    /// Refuses a quoted local-part.
    pub no_quoted_local_part: bool,
    /// Takes dots at the ends of a local-part and next to each other.
    pub loose_dots: bool,
    /// Takes control characters in a local-part.
    pub controls_in_local_part: bool,
    /// Takes at signs in a local-part; the last one separates.
    pub several_at_signs: bool,
    /// Takes an underscore in a domain (RFC 5321 §4.1.2 names it as not permitted).
    pub underscore_in_domain: bool,
    /// Takes a hyphen at the beginning of a label.
    pub leading_hyphen_in_label: bool,
    /// Takes a hyphen at the end of a label.
    pub trailing_hyphen_in_label: bool,
    /// Takes a dot after the last label.
    pub trailing_dot_in_domain: bool,
    /// Takes `KEYWORD=` with nothing after it.
    pub empty_parameter_value: bool,
    /// Takes any visible text for the client's name.
    pub any_client_name: bool,
    /// Takes text after the client's name, as RFC 2821 once encouraged (RFC 5321 §4.1.1.1).
    pub text_after_client_name: bool,
    /// Ignores the argument of a command that has none.
    pub ignore_needless_argument: bool,
    /// Takes control characters and octets beyond ASCII in the argument of NOOP, HELP, VRFY and EXPN.
    pub any_octets_in_argument: bool,
}

impl Dialect {
    /// RFC 5321 to the letter.
    pub const STRICT: Self = Self {
        leading_space: false,
        no_trailing_space: false,
        tab_as_space: false,
        extra_spaces: false,
        extra_spaces_in_verb: false,
        space_before_colon: false,
        space_after_colon: false,
        missing_brackets: false,
        brackets: Brackets::Exact,
        glued_parameters: false,
        space_in_null_path: false,
        display_name: false,
        comment_in_path: false,
        unqualified_mailbox: false,
        no_quoted_local_part: false,
        loose_dots: false,
        controls_in_local_part: false,
        several_at_signs: false,
        underscore_in_domain: false,
        leading_hyphen_in_label: false,
        trailing_hyphen_in_label: false,
        trailing_dot_in_domain: false,
        empty_parameter_value: false,
        any_client_name: false,
        text_after_client_name: false,
        ignore_needless_argument: false,
        any_octets_in_argument: false,
    };
}

/// How many angle brackets a server takes round a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Brackets {
    /// One pair (RFC 5321 §4.1.2).
    #[default]
    Exact,
    /// Several pairs, as many closing as opening: `<<alice@example.org>>`.
    Nested,
    /// Several pairs, and closing ones too many: `<alice@example.org>>`.
    ExtraClosing,
}
