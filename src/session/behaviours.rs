//! What a server does where RFC 5321 leaves a choice, or where servers depart from it: named behaviours.
//!
//! A behaviour is a variant of an enum that is read in exactly one place; the default is the RFC's. What a server
//! *says* in reply is no behaviour but a text of the profile.

use serde::{Deserialize, Serialize};

use crate::smtp::data::EndOfData;

/// Declares enums whose first variant is the default.
macro_rules! choices {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
            #[serde(rename_all = "kebab-case")]
            pub enum $name { $($(#[$variant_doc])* $variant,)* }
        )*
    };
}

/// Named choices. Each is read in one place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Behaviours {
    /// Is EHLO or HELO required before MAIL?
    pub hello: HelloRule,
    /// What a second EHLO or HELO does.
    pub hello_again: HelloAgain,
    /// What becomes of the client's name in the TLS handshake.
    pub hello_after_tls: HelloAfterTls,
    /// What parameters of MAIL and RCPT get after HELO.
    pub parameters_after_helo: AfterHelo,
    /// What is looked at first: the form of a command or its place?
    pub checks: Checks,
    /// Is `MAIL` without `FROM:` a wrong MAIL or an unknown verb?
    pub verb_of_two_words: TwoWords,
    /// What ends a command line.
    pub line_end: LineEnd,
    /// What an overlong command line gets.
    pub overlong_line: Overlong,
    /// What an overlong line of an AUTH exchange gets.
    pub overlong_response: Overlong,
    /// What a command with more input behind it gets.
    pub waiting_input: WaitingInput,
    /// When replies to pipelined commands go out.
    pub pipelined_replies: PipelinedReplies,
    /// What a line in the manner of another protocol gets.
    pub other_protocols: OtherProtocols,
    /// What a NUL in a command line gets.
    pub nul_in_line: NulInLine,
    /// What octets sent in plain text after STARTTLS, before the handshake, lead to.
    pub injected: Injected,
    /// Is STARTTLS taken before EHLO?
    pub starttls_before_hello: Early,
    /// Is STARTTLS taken inside a mail transaction, which it then ends?
    pub starttls_in_transaction: InTransaction,
    /// Where TLS is required, for what?
    pub starttls_needed_for: NeededFor,
    /// Is AUTH taken before EHLO?
    pub auth_before_hello: AuthBefore,
    /// What AUTH gets where no mechanism, or not this one, is on offer at the moment.
    pub auth_not_offered: NotOffered,
    /// Is AUTH still on the EHLO list after it has succeeded?
    pub auth_after_success: AfterSuccess,
    /// Where AUTH is required, at which command is that said?
    pub auth_needed_at: NeededAt,
    /// What a PLAIN message with more than three parts gets.
    pub plain_parts: PlainParts,
    /// Is AUTH offered outside TLS?
    pub auth_in_clear: AuthInClear,
    /// What an authorization identity other than the user's name gets.
    pub authorization_identity: AuthorizationIdentity,
    /// What an address beyond ASCII gets without SMTPUTF8.
    pub non_ascii_address: NonAscii,
    /// What BDAT without a size gets.
    pub bad_chunk: BadChunk,
    /// What a path over the limits gets.
    pub long_address: AddressFault,
    /// What `MAIL FROM:` and `RCPT TO:` without a path get.
    pub missing_path: AddressFault,
    /// What the octet after a path, where a space had to come, belongs to.
    pub junk_after_path: Junk,
    /// What a local-part with `@`, `%` or `!` asks for.
    pub routed_local_part: RoutedLocalPart,
    /// Does mail to `user+detail` go to `user`?
    pub sub_address: SubAddress,
    /// Are recipients in local domains looked up when a user submits?
    pub mailboxes_for_users: ForUsers,
    /// Is the sender's domain looked up, and when is it said?
    pub sender_domain: SenderDomain,
    /// What VRFY tells.
    pub vrfy: Verify,
    /// Do VRFY and EXPN need a greeting first?
    pub vrfy_before_hello: Early,
    /// Does HELP take a topic?
    pub help_topics: HelpTopics,
    /// What is a client that went away without QUIT told?
    pub lost_client: LostClient,
    /// What is a client told that says nothing for too long?
    pub idle_client: IdleClient,
    /// What happens after a greeting of 554.
    pub turned_away: TurnedAway,
    /// Which refusals are counted, and what the limit does.
    pub errors: Errors,
    /// Which endings of the mail data it takes.
    pub end_of_data: EndOfData,
    /// Is a message without a header refused?
    pub message_form: MessageForm,
}

choices! {
    /// Is EHLO or HELO required before a mail transaction?
    HelloRule {
        /// RFC 5321 §4.1.1.1: a client must have sent one; without it MAIL is answered 503.
        #[default]
        Required,
        /// MAIL is taken without it.
        NotRequired,
    }
    /// What EHLO or HELO does when one was accepted before.
    HelloAgain {
        /// RFC 5321 §4.1.4: it clears like RSET and begins anew.
        #[default]
        Resets,
        /// It is out of order and changes nothing.
        Refused,
    }
    /// What becomes of the client's name in the TLS handshake.
    HelloAfterTls {
        /// RFC 3207 §4.2: it is forgotten with everything else.
        #[default]
        Forgotten,
        /// It still counts; MAIL may follow without a new EHLO.
        Kept,
    }
    /// What parameters of MAIL and RCPT get after HELO.
    AfterHelo {
        /// RFC 5321 §2.2.1: HELO offers no extensions.
        #[default]
        Refused,
        /// They are taken as after EHLO.
        Taken,
    }
    /// What is looked at first.
    Checks {
        /// The form: a wrong argument is answered 501 even where the command would be out of order.
        #[default]
        FormFirst,
        /// The place: a command out of order is answered 503 whatever its argument.
        PlaceFirst,
    }
    /// Is `MAIL` without `FROM:` a wrong MAIL or an unknown verb?
    TwoWords {
        /// RFC 5321 §4.3.2: MAIL with a wrong argument, 501.
        #[default]
        Argument,
        /// The server looks for `MAIL FROM:` as a whole; anything else is unknown to it, 500.
        OneVerb,
    }
    /// What ends a command line.
    LineEnd {
        /// Only CRLF (RFC 5321 §2.3.8).
        #[default]
        CrLf,
        /// A bare LF as well.
        BareLfToo,
    }
    /// What an overlong command line gets.
    Overlong {
        /// RFC 5321 §4.5.3.1.9: 500, and the session goes on.
        #[default]
        Refused,
        /// What fits is taken as the line, the rest is dropped.
        Cut,
        /// Each piece of the buffer's size is answered as a line.
        Split,
        /// A reply, and the connection is closed.
        Closes,
    }
    /// What a command with more input behind it gets.
    WaitingInput {
        /// RFC 2920 §3.2: commands are answered in order, whether pipelining was offered or not.
        #[default]
        Answered,
        /// Pipelining was not offered: the server closes at the first line with more behind it.
        Closes,
        /// More may stand behind a command only where RFC 2920 §3.1 allows it; else the server closes.
        ClosesOutOfTurn,
        /// MAIL and RCPT may not be pipelined after HELO.
        ClosesAfterHelo,
        /// Nothing may stand behind DATA, and after a greeting with more behind it no mail is taken.
        DataWaits,
    }
    /// When replies to pipelined commands go out.
    PipelinedReplies {
        /// Each when it is ready.
        #[default]
        OneByOne,
        /// RFC 2920 §3.2: together, when no more input is waiting.
        Together,
    }
    /// What a line in the manner of another protocol gets.
    OtherProtocols {
        /// It is an unknown command like any other.
        #[default]
        Unknown,
        /// A request of HTTP closes the connection.
        HttpCloses,
        /// A request of HTTP, a header field and a word that begins with no letter close the connection.
        OddWordsClose,
    }
    /// What a NUL in a command line gets.
    NulInLine {
        /// What the grammar says of it where it stands.
        #[default]
        AsGrammar,
        /// The whole line is refused before anything else (RFC 5321 §2.3.1: NUL is not a character of mail).
        LineRefused,
        /// The line ends before it.
        EndsLine,
    }
    /// What happens to octets that arrived in plain text behind STARTTLS in the same write.
    Injected {
        /// RFC 3207 §4.2: what was learned before TLS is forgotten, so the octets are dropped.
        #[default]
        Discarded,
        /// The hole of CVE-2011-0411: they are answered as if they had come inside TLS.
        Kept,
    }
    /// Is a command taken before EHLO or HELO?
    Early {
        /// RFC 5321 §4.1.4: a session begins with EHLO. For VRFY and EXPN the RFC asks for none.
        #[default]
        ByRfc,
        /// It is taken.
        Taken,
        /// It is refused.
        Refused,
    }
    /// Is STARTTLS taken inside a mail transaction?
    InTransaction {
        /// It is out of order there (RFC 3207 §4.2 knows it only between EHLO and EHLO).
        #[default]
        Refused,
        /// It is taken, and the transaction is dropped.
        EndsIt,
    }
    /// Where TLS is required, for what?
    NeededFor {
        /// RFC 3207 §4: every command but NOOP, EHLO, STARTTLS and QUIT.
        #[default]
        EveryCommand,
        /// Every command but those, HELO as well.
        AllButGreetings,
        /// MAIL alone.
        Mail,
        /// Nothing says so; AUTH, which is required, is not on offer before TLS.
        Nothing,
    }
    /// Is AUTH taken before EHLO?
    AuthBefore {
        /// RFC 4954 §4: only after EHLO.
        #[default]
        NeedsEhlo,
        /// After HELO, too.
        NeedsHello,
        /// Without either.
        NeedsNothing,
    }
    /// What AUTH gets where no mechanism, or not this one, is on offer at the moment.
    NotOffered {
        /// RFC 4954 §6: 538 for a mechanism that needs TLS; 504 for one that is not there (§4).
        #[default]
        SaysWhy,
        /// 504 in either case.
        UnknownMechanism,
        /// Where nothing is on offer AUTH itself is out of order; else 504.
        OutOfOrder,
    }
    /// Is AUTH still on the EHLO list after it has succeeded?
    AfterSuccess {
        /// It is.
        #[default]
        Listed,
        /// It is not.
        Unlisted,
    }
    /// Where AUTH is required, at which command is that said?
    NeededAt {
        /// RFC 6409 §4.3: at MAIL.
        #[default]
        Mail,
        /// MAIL is taken, every recipient is refused.
        Recipient,
    }
    /// What a PLAIN message with more than three parts gets.
    PlainParts {
        /// RFC 4616 §2: it has two NULs, anything else is malformed.
        #[default]
        Three,
        /// What follows a third NUL is ignored.
        MoreIgnored,
    }
    /// What an authorization identity other than the user's name gets.
    AuthorizationIdentity {
        /// It is ignored; the user is who logged in.
        #[default]
        Ignored,
        /// RFC 4616 §2: the user may not act as another, so authentication fails.
        MustBeOwn,
    }
    /// How much a reply says of what is wrong with an address.
    AddressFault {
        /// A reply of its own.
        #[default]
        SaysWhat,
        /// The same as any address that is none.
        AsBadPath,
    }
    /// What an address beyond ASCII gets without SMTPUTF8.
    NonAscii {
        /// RFC 6531 §3.2: it needs the extension.
        #[default]
        Refused,
        /// It is taken as it is.
        Taken,
    }
    /// What BDAT without a size gets.
    BadChunk {
        /// A refusal.
        #[default]
        Refused,
        /// A refusal, and the connection is closed: nobody knows how many octets follow.
        Closes,
    }
    /// What the octet after a path, where a space had to come, belongs to.
    Junk {
        /// The parameters.
        #[default]
        Parameter,
        /// The path.
        Path,
    }
    /// What a local-part with `@`, `%` or `!` asks for.
    RoutedLocalPart {
        /// RFC 5321 §2.3.11: it is a name that only its host may look into.
        #[default]
        Name,
        /// A route through this host to another, so it is relaying whatever the domain.
        Relaying,
    }
    /// Is AUTH offered outside TLS?
    AuthInClear {
        /// RFC 4954 §4: mechanisms that do not send the password as it is.
        #[default]
        WithoutPassword,
        /// Not at all.
        Nothing,
    }
    /// Does mail to `user+detail` go to `user`?
    SubAddress {
        /// RFC 5321 §2.3.11: the local-part means what its host says; here it is one name.
        #[default]
        None,
        /// The part behind the plus is left out when the mailbox is looked for.
        Plus,
    }
    /// Are recipients in local domains looked up when a user submits?
    ForUsers {
        /// They are, and unknown ones refused.
        #[default]
        LookedUp,
        /// They are taken; what does not exist bounces later.
        Taken,
    }
    /// Is the sender's domain looked up, and when is it said?
    SenderDomain {
        /// It is not.
        #[default]
        NotLookedUp,
        /// It is, and the recipients of a sender whose domain does not exist are refused.
        SaidAtRecipient,
    }
    /// What VRFY tells.
    Verify {
        /// RFC 5321 §7.3: 252, neither yes nor no.
        #[default]
        Nothing,
        /// What RCPT would refuse is refused, everything else is 252.
        Refusals,
        /// The truth about local mailboxes.
        Mailboxes,
        /// It is forbidden, but the address is read first.
        Forbidden,
    }
    /// Does HELP take a topic?
    HelpTopics {
        /// Any (RFC 5321 §4.1.1.8).
        #[default]
        Any,
        /// The verbs of RFC 5321 and of its extensions, others not.
        Known,
        /// None.
        Refused,
    }
    /// What is a client that went away without QUIT told?
    LostClient {
        /// Nothing; it is not there any more.
        #[default]
        Nothing,
        /// 421.
        Said,
        /// 421 inside mail data, nothing elsewhere.
        SaidInData,
    }
    /// What is a client told that says nothing for too long?
    IdleClient {
        /// RFC 5321 §3.8: 421.
        #[default]
        Said,
        /// Nothing; the connection is closed.
        Nothing,
    }
    /// What happens after a greeting of 554.
    TurnedAway {
        /// RFC 5321 §3.1: everything but QUIT is answered 503.
        #[default]
        OnlyQuit,
        /// EHLO, RSET and NOOP are answered as ever; whatever is about mail is refused.
        NoMail,
    }
    /// Which refusals are counted, and what the limit does.
    Errors {
        /// Refusals in a row; one too many is answered 421 and the connection closed (RFC 5321 §3.8).
        #[default]
        InARow,
        /// All refusals since the last message; at the limit 421 follows the last of them.
        SinceLastMessage,
        /// Wrong and unknown commands; the connection is closed after the reply to the last of them.
        WrongCommands,
    }
    /// Is a message without a header refused?
    MessageForm {
        /// SMTP does not look into the message.
        #[default]
        Any,
        /// A message whose first line is neither a header field nor empty is refused (RFC 5322 §2.1).
        HeaderNeeded,
    }
}
