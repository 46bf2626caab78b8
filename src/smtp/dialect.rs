//! What a server lets pass, or refuses, besides the grammar: named departures, all off in RFC 5321.
//!
//! Each is a behaviour that real servers were seen to have, and each is read in exactly one place of the parser. What
//! a server *answers* to what it does not let pass is no dialect but the session's.

use serde::{Deserialize, Serialize};

use super::documented::{choices, telling};

telling! {
    /// The departures of one server from the grammar of RFC 5321.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
    #[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
    pub struct Dialect {
        /// Takes white space before the verb (RFC 5321 §4.1.1).
        pub leading_space: bool,
        /// Refuses white space at the end of a line, which a server should tolerate (RFC 5321 §4.1.1).
        pub no_trailing_space: bool,
        /// What passes for the space before a parameter and elsewhere, and at the end of a line.
        pub white_space: WhiteSpace,
        /// What passes for the space after the verb.
        pub white_space_after_verb: WhiteSpace,
        /// Takes a tab for a part of the verb, so that no verb is known that has one behind it (RFC 5321 §4.1.1).
        pub tab_in_verb: bool,
        /// Takes several spaces between verb and argument and before a parameter (RFC 5321 §4.1.1).
        pub extra_spaces: bool,
        /// Takes several spaces inside `MAIL  FROM:` and `RCPT  TO:` (RFC 5321 §4.1.1.2).
        pub extra_spaces_in_verb: bool,
        /// Takes `MAIL FROM :<...>` (RFC 5321 §3.3 names it a common error).
        pub space_before_colon: bool,
        /// Takes `MAIL FROM: <...>` (RFC 5321 §3.3 names it a common error).
        pub space_after_colon: bool,
        /// Takes a path without angle brackets (RFC 5321 §4.1.2).
        pub missing_brackets: bool,
        /// Takes more angle brackets than one pair.
        pub brackets: Brackets,
        /// What becomes of octets right after the closing bracket.
        pub after_bracket: AfterBracket,
        /// Takes `< >` for the null reverse-path (RFC 5321 §4.1.2).
        pub space_in_null_path: bool,
        /// Takes white space and comments between the parts of a path, as a header field has them (RFC 5321 §4.1.2).
        pub space_in_path: bool,
        /// Takes a phrase before the path and a comment after it, as a header field has them (RFC 5321 §4.1.2).
        pub display_name: bool,
        /// Takes a comment in parentheses before the opening bracket and behind the closing one (RFC 5321 §4.1.2).
        pub comment_round_path: bool,
        /// Takes spaces inside a local-part or a domain, where brackets hold them together (RFC 5321 §4.1.2).
        pub spaces_in_words: bool,
        /// Reads a space in RCPT as an equals sign, where the last word behind it has none (RFC 5321 §4.1.1.3).
        pub equals_for_space: bool,
        /// Takes a comment in parentheses before the mailbox, inside the brackets (RFC 5321 §4.1.2).
        pub comment_in_path: bool,
        /// Which source routes it takes (RFC 5321 §4.1.2).
        pub source_route: SourceRoute,
        /// Takes a mailbox without a domain (RFC 5321 §4.1.2).
        pub unqualified_mailbox: bool,
        /// Takes a mailbox with nothing left of its at sign, and delivers to it (RFC 5321 §4.1.2).
        pub empty_local_part: bool,
        /// Takes a mailbox with nothing right of its at sign (RFC 5321 §4.1.2).
        pub empty_domain: bool,
        /// Refuses a quoted local-part (RFC 5321 §4.1.2).
        pub no_quoted_local_part: bool,
        /// Takes words of both kinds, quoted and not, in one local-part, and a backslash before any octet, as a header field
        /// does (RFC 5321 §4.1.2).
        pub words_in_local_part: bool,
        /// Which octets besides those of the grammar it takes in a local-part made of words (RFC 5321 §4.1.2).
        pub specials_in_local_part: Specials,
        /// Takes dots at the ends of a local-part and next to each other (RFC 5321 §4.1.2).
        pub loose_dots: bool,
        /// Takes control characters but NUL in a local-part (RFC 5321 §4.1.2).
        pub controls_in_local_part: bool,
        /// Takes at signs in a local-part; the last one separates (RFC 5321 §4.1.2).
        pub several_at_signs: bool,
        /// Refuses an address literal (RFC 5321 §4.1.3).
        pub no_address_literal: bool,
        /// Takes `[2001:db8::1]` and `[IPv4:192.0.2.1]` (RFC 5321 §4.1.3).
        pub odd_literals: bool,
        /// Refuses a literal of a kind that no standard has defined yet (RFC 5321 §4.1.3).
        pub no_general_literal: bool,
        /// Takes any visible octets for a domain but those that mean something in an address (RFC 5321 §4.1.2).
        pub any_domain: bool,
        /// Refuses a domain of nothing but digits and dots, such as an address without its brackets (RFC 5321 §4.1.2).
        pub no_numeric_domain: bool,
        /// Takes an underscore in a domain (RFC 5321 §4.1.2 names it as not permitted).
        pub underscore_in_domain: bool,
        /// Takes a hyphen at the beginning of a label (RFC 5321 §4.1.2).
        pub leading_hyphen_in_label: bool,
        /// Takes a hyphen at the end of a label (RFC 5321 §4.1.2).
        pub trailing_hyphen_in_label: bool,
        /// Takes a dot after the last label (RFC 5321 §4.1.2).
        pub trailing_dot_in_domain: bool,
        /// Takes `KEYWORD=` with nothing after it (RFC 5321 §4.1.2).
        pub empty_parameter_value: bool,
        /// Takes any word for a parameter, the keyword up to its first equals sign (RFC 5321 §4.1.2).
        pub loose_parameters: bool,
        /// Which wishes about notices it takes twice, the last one counting (RFC 3461 §4).
        pub repeated_parameters: Repeated,
        /// What it takes for the client's name.
        pub client_name: ClientNames,
        /// Takes text after the client's name, as RFC 2821 once encouraged (RFC 5321 §4.1.1.1).
        pub text_after_client_name: bool,
        /// Whose needless argument it ignores (RFC 5321 §4.3.2).
        pub needless_argument: Needless,
        /// Takes for the size of a chunk the number that the argument begins with, sign and all, and any word
        /// for its mark (RFC 3030 §2).
        pub loose_chunk: bool,
        /// What it takes behind AUTH.
        pub auth_words: AuthWords,
        /// Which octets pass in the argument of NOOP, HELP, VRFY and EXPN.
        pub argument: Octets,
    }
}

impl Dialect {
    /// RFC 5321 to the letter.
    pub const STRICT: Self = Self {
        leading_space: false,
        no_trailing_space: false,
        white_space: WhiteSpace::Space,
        white_space_after_verb: WhiteSpace::Space,
        tab_in_verb: false,
        extra_spaces: false,
        extra_spaces_in_verb: false,
        space_before_colon: false,
        space_after_colon: false,
        missing_brackets: false,
        brackets: Brackets::Exact,
        after_bracket: AfterBracket::Space,
        space_in_null_path: false,
        space_in_path: false,
        display_name: false,
        comment_round_path: false,
        spaces_in_words: false,
        equals_for_space: false,
        comment_in_path: false,
        source_route: SourceRoute::Grammar,
        unqualified_mailbox: false,
        empty_local_part: false,
        empty_domain: false,
        no_quoted_local_part: false,
        words_in_local_part: false,
        specials_in_local_part: Specials::None,
        loose_dots: false,
        controls_in_local_part: false,
        several_at_signs: false,
        no_address_literal: false,
        odd_literals: false,
        no_general_literal: false,
        any_domain: false,
        no_numeric_domain: false,
        underscore_in_domain: false,
        leading_hyphen_in_label: false,
        trailing_hyphen_in_label: false,
        trailing_dot_in_domain: false,
        empty_parameter_value: false,
        loose_parameters: false,
        repeated_parameters: Repeated::None,
        client_name: ClientNames::Domain,
        text_after_client_name: false,
        needless_argument: Needless::None,
        loose_chunk: false,
        auth_words: AuthWords::Grammar,
        argument: Octets::Visible,
    };
}

choices! {
    /// How many angle brackets a server takes round a path.
    Brackets {
        /// One pair (RFC 5321 §4.1.2).
        Exact,
        /// Several pairs, as many closing as opening: `<<alice@example.org>>`.
        Nested,
        /// Several pairs, and closing ones too many: `<alice@example.org>>`.
        ExtraClosing,
    }
    /// What becomes of octets right after the closing bracket of a path, where a space had to come.
    AfterBracket {
        /// They are wrong (RFC 5321 §4.1.1.2).
        Space,
        /// They are a parameter.
        Parameter,
        /// They are passed over up to the next space.
        Ignored,
    }
    /// Which source routes a server takes (RFC 5321 §4.1.2: it must accept them, and should ignore them).
    SourceRoute {
        /// Those of the grammar.
        Grammar,
        /// Whatever stands between an at sign at the beginning and the first colon.
        UpToColon,
        /// Whatever stands before the first colon.
        AnythingUpToColon,
    }
    /// What a server takes for the client's name.
    ClientNames {
        /// A domain or an address literal (RFC 5321 §4.1.1.1).
        Domain,
        /// An address literal, or letters, digits, dots and hyphens in any order.
        Characters,
        /// Letters, digits, dots, hyphens, underscores, colons, number signs and square brackets in any order.
        MoreCharacters,
        /// Any word.
        Anything,
    }
    /// Which wishes about notices may stand on a line twice.
    Repeated {
        /// None.
        None,
        /// Only the recipient's NOTIFY.
        Notify,
        /// All.
        All,
    }
    /// Which special octets of an address a server takes for letters.
    Specials {
        /// None.
        None,
        /// The colon and the closing square bracket.
        ColonAndBracket,
        /// The colon, the semicolon and square brackets.
        Most,
    }
    /// What a server takes behind AUTH.
    AuthWords {
        /// The name of a mechanism as RFC 4422 §3.1 has it, and one word more.
        Grammar,
        /// Any word for the name, and one word more.
        AnyName,
        /// A name of such letters, however long, and the rest of the line.
        NameThenRest,
        /// Any word for the name, and the rest of the line.
        RestOfLine,
    }
    /// Whose needless argument a server ignores (RFC 5321 §4.3.2: it is to be answered 501).
    Needless {
        /// None's.
        None,
        /// That of QUIT.
        OfQuit,
        /// That of DATA, RSET and QUIT.
        OfAll,
    }
    /// What a server takes for a space.
    WhiteSpace {
        /// The space (RFC 5321 §4.1.1).
        Space,
        /// A tab, too.
        Tab,
        /// And vertical tab, form feed and CR, so that a CR too many before the CRLF is white space at the end.
        Any,
    }
    /// Which octets a server takes in an argument that is text.
    Octets {
        /// Visible ones and spaces (RFC 5321 §4.1.2).
        Visible,
        /// All but NUL.
        NotNul,
        /// All.
        Any,
    }
}

impl WhiteSpace {
    /// Does this octet pass for a space?
    pub(super) const fn takes(self, octet: u8) -> bool {
        octet == b' '
            || match self {
                Self::Space => false,
                Self::Tab => octet == b'\t',
                Self::Any => matches!(octet, b'\t' | 0x0b | 0x0c | b'\r'),
            }
    }
}

impl Octets {
    /// Does this octet pass, which is not visible?
    pub(super) const fn takes(self, octet: u8) -> bool {
        match self {
            Self::Visible => false,
            Self::NotNul => octet != 0,
            Self::Any => true,
        }
    }
}
