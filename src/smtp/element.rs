//! What a part of a line is: the closed list of names for spans.
//!
//! The page explains each of them; nothing here says what there is to explain.

/// Declares the enum, its list and its ids together, so that none of them can be forgotten.
macro_rules! elements {
    ($($(#[$doc:meta])* $name:ident = $id:literal,)*) => {
        /// What a marked part of a line is. Ids are kebab-case and stand in transcripts.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Element {
            $($(#[$doc])* $name,)*
        }

        impl Element {
            /// Every element, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The id, such as `reverse-path`.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self {
                    $(Self::$name => $id,)*
                }
            }
        }
    };
}

elements! {
    /// The command word; `MAIL FROM:` and `RCPT TO:` are one (RFC 5321 §4.1.1).
    Verb = "verb",
    /// Argument of MAIL, brackets included (RFC 5321 §4.1.1.2).
    ReversePath = "reverse-path",
    /// Argument of RCPT, brackets included (RFC 5321 §4.1.1.3).
    ForwardPath = "forward-path",
    /// The list of hosts before a mailbox, read and ignored (RFC 5321 §4.1.2, A-d-l; Appendix C).
    SourceRoute = "source-route",
    /// What stands left of the at sign (RFC 5321 §4.1.2).
    LocalPart = "local-part",
    /// A domain name (RFC 5321 §4.1.2).
    Domain = "domain",
    /// An address in square brackets (RFC 5321 §4.1.3).
    AddressLiteral = "address-literal",
    /// `SIZE=` of MAIL (RFC 1870 §5).
    SizeParameter = "size-parameter",
    /// `BODY=` of MAIL (RFC 6152 §2, RFC 3030 §3).
    BodyParameter = "body-parameter",
    /// `AUTH=` of MAIL (RFC 4954 §5).
    AuthParameter = "auth-parameter",
    /// `SMTPUTF8` of MAIL (RFC 6531 §3.4).
    Smtputf8Parameter = "smtputf8-parameter",
    /// `RET=` of MAIL (RFC 3461 §4.3).
    RetParameter = "ret-parameter",
    /// `ENVID=` of MAIL (RFC 3461 §4.4).
    EnvidParameter = "envid-parameter",
    /// `NOTIFY=` of RCPT (RFC 3461 §4.1).
    NotifyParameter = "notify-parameter",
    /// `ORCPT=` of RCPT (RFC 3461 §4.2).
    OrcptParameter = "orcpt-parameter",
    /// A parameter of another extension (RFC 5321 §4.1.2, esmtp-param).
    OtherParameter = "other-parameter",
    /// The name of a parameter, inside it.
    ParameterKeyword = "parameter-keyword",
    /// The value of a parameter, inside it.
    ParameterValue = "parameter-value",
    /// What the client calls itself in EHLO or HELO (RFC 5321 §4.1.1.1).
    ClientName = "client-name",
    /// The argument of another command: VRFY, EXPN, HELP, NOOP, ETRN, an obsolete or unknown verb.
    Argument = "argument",
    /// The name of a SASL mechanism (RFC 4954 §4).
    Mechanism = "mechanism",
    /// The response that comes along with AUTH (RFC 4954 §4).
    InitialResponse = "initial-response",
    /// The client's answer to a challenge (RFC 4954 §4).
    SaslResponse = "sasl-response",
    /// The asterisk that ends an AUTH exchange (RFC 4954 §4).
    SaslCancel = "sasl-cancel",
    /// How many octets follow a BDAT (RFC 3030 §2).
    ChunkSize = "chunk-size",
    /// `LAST` of BDAT (RFC 3030 §2).
    ChunkLast = "chunk-last",
    /// The three digits of a reply (RFC 5321 §4.2).
    Code = "code",
    /// The enhanced status code (RFC 2034 §4, RFC 3463 §2).
    EnhancedCode = "enhanced-code",
    /// What the server calls itself in the greeting and the reply to EHLO (RFC 5321 §4.2, §4.1.1.1).
    ServerName = "server-name",
    /// An extension offered in the reply to EHLO (RFC 5321 §4.1.1.1).
    EhloKeyword = "ehlo-keyword",
    /// A parameter of such an offer (RFC 5321 §4.1.1.1).
    EhloParameter = "ehlo-parameter",
    /// The server's question inside an AUTH exchange (RFC 4954 §4).
    Challenge = "challenge",
    /// Text of a reply, for people (RFC 5321 §4.2).
    Text = "text",
    /// The name of a header field with its colon (RFC 5322 §2.2).
    HeaderName = "header-name",
    /// The body of a header field, folded lines included (RFC 5322 §2.2).
    HeaderBody = "header-body",
    /// The empty line between header section and body (RFC 5322 §2.1).
    BlankLine = "blank-line",
    /// The body of the message (RFC 5322 §2.3).
    Body = "body",
    /// A dot that was put before a line that begins with one (RFC 5321 §4.5.2).
    StuffedDot = "stuffed-dot",
    /// The line with the single dot (RFC 5321 §4.1.1.4).
    EndOfData = "end-of-data",
    /// The first octet that does not fit, and all that follows it on the line.
    Unexpected = "unexpected",
}
