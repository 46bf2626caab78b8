//! The choices: each enum a behaviour, its first variant what RFC 5321 asks for.

use crate::smtp::documented::choices;

choices! {
    /// Is EHLO or HELO required before a mail transaction?
    HelloRule {
        /// RFC 5321 §4.1.1.1: a client must have sent one; without it MAIL is answered 503.
        Required,
        /// MAIL is taken without it.
        NotRequired,
    }
    /// What EHLO or HELO does when one was accepted before.
    HelloAgain {
        /// RFC 5321 §4.1.4: it clears like RSET and begins anew.
        Resets,
        /// It is out of order and changes nothing.
        Refused,
    }
    /// What becomes of the client's name in the TLS handshake.
    HelloAfterTls {
        /// RFC 3207 §4.2: it is forgotten with everything else.
        Forgotten,
        /// It still counts; MAIL may follow without a new EHLO.
        Kept,
    }
    /// What parameters of MAIL and RCPT get after HELO.
    AfterHelo {
        /// RFC 5321 §2.2.1: HELO offers no extensions.
        Refused,
        /// They are taken as after EHLO.
        Taken,
    }
    /// What the verbs of extensions get after HELO.
    VerbsAfterHelo {
        /// They are taken as after EHLO.
        Taken,
        /// RFC 5321 §2.2.1: HELO offers no extensions, so they are out of order.
        Refused,
    }
    /// What octets beyond ASCII that are no UTF-8 get in a command line.
    BadUtf8 {
        /// What the grammar says of them where they stand.
        AsGrammar,
        /// The line is refused (RFC 6531 §3.3 knows no other octets beyond ASCII), whatever part of it would be read.
        LineRefused,
        /// The line is refused where they stand in the part of it that is read.
        PartRefused,
    }
    /// What `=` gets as an answer in an AUTH exchange.
    LoneEquals {
        /// Nothing was answered.
        Empty,
        /// It is no base64: RFC 4954 §4 gives it a meaning only in the initial response.
        NotBase64,
        /// It is no base64 anywhere.
        NeverBase64,
    }
    /// What base64 gets whose last, unused bits are not zero; the standard of base64 leaves it open.
    UnusedBits {
        /// It is refused.
        Refused,
        /// They are ignored.
        Ignored,
    }
    /// Does white space belong to an answer in an AUTH exchange?
    SaslWhiteSpace {
        /// RFC 4954 §4: an answer is base64 and nothing else.
        Refused,
        /// It is passed over.
        Ignored,
    }
    /// Which user names LOGIN takes before it asks for the password.
    LoginNames {
        /// RFC 4954 §4 says nothing of them: any.
        Any,
        /// Letters, digits, dots, hyphens, underscores and at signs; at another name the exchange fails at once.
        Plausible,
    }
    /// What an initial response gets where the server speaks first.
    NeedlessInitial {
        /// RFC 4954 §4: the exchange fails.
        Refused,
        /// It is dropped, and the exchange begins.
        Ignored,
    }
    /// Are user names told apart by case?
    UserNames {
        /// They are.
        Exact,
        /// They are not.
        AnyCase,
    }
    /// What the AUTH command of LOGIN means with an initial response of no octets.
    EmptyInitial {
        /// RFC 4954 §4: it is an answer, of no octets.
        Answer,
        /// Nothing was answered, and the server asks.
        NoAnswer,
    }
    /// What becomes of the transaction when a chunk is refused.
    RefusedChunk {
        /// RFC 3030 §2: its octets are thrown away, nothing else.
        Forgotten,
        /// So are the chunks behind it up to the last, with which the transaction ends.
        SkipsToLast,
    }
    /// What becomes of a size that was refused, when MAIL comes again.
    RefusedSize {
        /// RFC 1870 §6: each MAIL declares its own.
        Forgotten,
        /// It counts for a MAIL that declares none, until EHLO or RSET.
        Kept,
    }
    /// Which recipients the limit counts.
    RecipientsCounted {
        /// RFC 5321 §4.5.3.1.8: those that were accepted.
        Accepted,
        /// Every RCPT of the transaction.
        All,
    }
    /// What a mailbox without a domain gets.
    NoDomain {
        /// It is taken, where the grammar lets it pass.
        Taken,
        /// RFC 5321 §4.1.2: a mailbox has one, except `<Postmaster>`.
        Refused,
    }
    /// Are octets refused in a recipient's local-part that mean something to mail systems of old or to a shell?
    RestrictedOctets {
        /// RFC 5321 §2.3.11: a local-part means what its host says.
        Taken,
        /// `/` and `|` in front of a local mailbox are, since they would mean a file or a program.
        FilesAndPrograms,
        /// A dot in front is refused, and a backquote, `@ % ! # & ?`; `/` and `|` in a local mailbox or in front.
        Refused,
    }
    /// How the last reply before a close for too many mistakes or too long a silence goes out inside TLS.
    PartingWords {
        /// Inside TLS, like the others.
        InTls,
        /// In the clear, so that a client inside TLS reads none of it.
        InClear,
    }
    /// What a chunk of no octets gets that is not the last.
    EmptyChunk {
        /// RFC 3030 §2: it is a chunk like any other.
        Taken,
        /// It is refused.
        Refused,
    }
    /// What QUIT leads to between the chunks of a message.
    QuitInChunks {
        /// RFC 5321 §4.1.1.10: 221, and the connection is closed.
        Closes,
        /// 221, and then 421, since the server still waits for the rest of the message.
        ThenLost,
    }
    /// When a chunk that makes the message too big is refused.
    BigChunk {
        /// RFC 3030 §2: when its octets have come.
        WhenItHasCome,
        /// When it is announced, and the connection is closed.
        AtOnce,
    }
    /// What other commands get between the chunks of a message.
    BetweenChunks {
        /// RFC 3030 §2: MAIL, RCPT and DATA are out of order; everything else is answered as ever.
        AsEver,
        /// Only BDAT, RSET, NOOP and QUIT are taken, and the first other command spoils the message.
        OnlyChunks,
    }
    /// Are the values of DSN's parameters looked at?
    DsnValues {
        /// RFC 3461 §4: what they may be is said there.
        Checked,
        /// They are, and ENVID may be empty.
        EmptyEnvid,
        /// Only for what would do harm; unknown words are passed over.
        Loose,
    }
    /// What ETRN takes for a node.
    EtrnNode {
        /// RFC 1985 §5: the name of a host, after an option character if there is one.
        HostName,
        /// Any word.
        AnyWord,
    }
    /// What ETRN gets inside a mail transaction.
    EtrnInTransaction {
        /// It is answered as ever.
        Answered,
        /// It is out of order.
        Refused,
    }
    /// Whose NOTIFY counts.
    Notify {
        /// RFC 3461 §4.1: that of each recipient for itself.
        OwnOnly,
        /// All of the transaction together, so that one recipient's NEVER may contradict another's SUCCESS.
        PiledUp,
    }
    /// What is looked at first.
    Checks {
        /// The form: a wrong argument is answered 501 even where the command would be out of order.
        FormFirst,
        /// The place: a command out of order is answered 503 whatever its argument.
        PlaceFirst,
        /// The place, except where any argument is one too many.
        PlaceThenForm,
        /// So, and of STARTTLS the place even then.
        PlaceOfTlsToo,
    }
    /// Is `MAIL` without `FROM:` a wrong MAIL or an unknown verb?
    TwoWords {
        /// RFC 5321 §4.3.2: MAIL with a wrong argument, 501.
        Argument,
        /// The server looks for `MAIL FROM:` as a whole; anything else is unknown to it, 500.
        OneVerb,
    }
    /// What ends a command line.
    LineEnd {
        /// Only CRLF (RFC 5321 §2.3.8).
        CrLf,
        /// A bare LF as well.
        BareLfToo,
    }
    /// What an overlong command line gets.
    Overlong {
        /// RFC 5321 §4.5.3.1.9: 500, and the session goes on.
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
        Answered,
        /// Pipelining was not offered: the server closes at the first line with more behind it.
        Closes,
        /// More may stand behind a command only where RFC 2920 §3.1 allows it; else the server closes.
        ClosesOutOfTurn,
        /// MAIL and RCPT may not be pipelined after HELO; from the first DATA on, nothing may stand behind a command
        /// that ends a group.
        ClosesAfterHelo,
        /// Nothing may stand behind DATA, and after a greeting with more behind it no mail is taken.
        DataWaits,
    }
    /// When replies to pipelined commands go out.
    PipelinedReplies {
        /// Each when it is ready.
        OneByOne,
        /// RFC 2920 §3.2: together, when no more input is waiting.
        Together,
    }
    /// What a line in the manner of another protocol gets.
    OtherProtocols {
        /// It is an unknown command like any other.
        Unknown,
        /// A request of HTTP closes the connection, where it comes first.
        HttpFirstCloses,
        /// A request of HTTP, a header field and a word that begins with no letter close the connection.
        OddWordsClose,
    }
    /// What a NUL in a command line gets.
    NulInLine {
        /// What the grammar says of it where it stands.
        AsGrammar,
        /// The whole line is refused before anything else (RFC 5321 §2.3.1: NUL is not a character of mail).
        LineRefused,
        /// The line ends before it.
        EndsLine,
    }
    /// What happens to octets that arrived in plain text behind STARTTLS in the same write.
    Injected {
        /// RFC 3207 §4.2: what was learned before TLS is forgotten, so the octets are dropped.
        Discarded,
        /// The hole of CVE-2011-0411: they are answered as if they had come inside TLS.
        Kept,
    }
    /// Is a command taken before EHLO or HELO?
    Early {
        /// RFC 5321 §4.1.4: a session begins with EHLO. For VRFY and EXPN the RFC asks for none.
        ByRfc,
        /// It is taken.
        Taken,
        /// It is refused.
        Refused,
    }
    /// Is STARTTLS taken inside a mail transaction?
    InTransaction {
        /// It is out of order there (RFC 3207 §4.2 knows it only between EHLO and EHLO).
        Refused,
        /// It is taken, and the transaction is dropped.
        EndsIt,
    }
    /// Where TLS is required, for what?
    NeededFor {
        /// RFC 3207 §4: every command but NOOP, EHLO, STARTTLS and QUIT.
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
        NeedsEhlo,
        /// After HELO, too.
        NeedsHello,
        /// Without either.
        NeedsNothing,
    }
    /// What AUTH gets where no mechanism, or not this one, is on offer at the moment.
    NotOffered {
        /// RFC 4954 §6: 538 for a mechanism that needs TLS; 504 for one that is not there (§4).
        SaysWhy,
        /// 504 in either case.
        UnknownMechanism,
        /// Where nothing is on offer AUTH itself is out of order; else 504.
        OutOfOrder,
    }
    /// Is AUTH still on the EHLO list after it has succeeded?
    AfterSuccess {
        /// It is.
        Listed,
        /// It is not.
        Unlisted,
    }
    /// Where AUTH is required, at which command is that said?
    NeededAt {
        /// RFC 6409 §4.3: at MAIL.
        Mail,
        /// At MAIL, before its argument is read.
        MailUnread,
        /// MAIL is taken, every recipient is refused.
        Recipient,
    }
    /// What a PLAIN message with more than three parts gets.
    PlainParts {
        /// RFC 4616 §2: it has two NULs, anything else is malformed.
        Three,
        /// What follows a third NUL is ignored.
        MoreIgnored,
    }
    /// What an authorization identity other than the user's name gets.
    AuthorizationIdentity {
        /// It is ignored; the user is who logged in.
        Ignored,
        /// RFC 4616 §2: the user may not act as another, so authentication fails.
        MustBeOwn,
    }
    /// How much a reply says of what is wrong with an address.
    AddressFault {
        /// A reply of its own.
        SaysWhat,
        /// The same as any address that is none.
        AsBadPath,
    }
    /// What a parameter gets that lacks the value it has to have.
    MissingValue {
        /// RFC 5321 §4.1.1.11: a parameter with a wrong value is refused, and none is one.
        Refused,
        /// The server knows the keyword only together with its equals sign.
        Unknown,
        /// An equals sign with nothing behind it is passed over; a keyword without the sign has no value, which may do.
        Ignored,
    }
    /// What is taken for the value of SIZE.
    SizeValue {
        /// RFC 1870 §4: one to twenty digits.
        Digits,
        /// Any number of digits; a number that no file can have as its size is too big.
        AnyDigits,
        /// The number it begins with, a sign and all; 0 where it begins with none. Too large for the machine, or below
        /// zero, is too big.
        LeadingNumber,
        /// Anything, unread.
        Unread,
    }
    /// What an address beyond ASCII gets without SMTPUTF8.
    NonAscii {
        /// RFC 6531 §3.2: it needs the extension.
        Refused,
        /// It is no address, with the extension or without.
        NoAddress,
        /// It is taken as it is.
        Taken,
        /// A local-part is taken as it is, a domain is none.
        InLocalPart,
    }
    /// What BDAT without a size gets.
    BadChunk {
        /// A refusal.
        Refused,
        /// A refusal, and the connection is closed: nobody knows how many octets follow.
        Closes,
    }
    /// What the octet after a path, where a space had to come, belongs to.
    Junk {
        /// The parameters.
        Parameter,
        /// The path.
        Path,
    }
    /// What a local-part with `@`, `%` or `!` asks for.
    RoutedLocalPart {
        /// RFC 5321 §2.3.11: it is a name that only its host may look into.
        Name,
        /// A route through this host to another, so it is relaying whatever the domain.
        Relaying,
        /// A route through this host, which is relaying unless it leads back here.
        Resolved,
    }
    /// Is AUTH offered outside TLS?
    AuthInClear {
        /// RFC 4954 §4: mechanisms that do not send the password as it is.
        WithoutPassword,
        /// Not at all.
        Nothing,
    }
    /// Is the server's own address in square brackets a domain of its own?
    OwnLiteral {
        /// RFC 5321 §4.1.3: a literal stands for the host of that address.
        Own,
        /// It is another host's.
        Foreign,
    }
    /// Does a reply say which half of a mailbox is wrong?
    PathFault {
        /// One reply for whatever is wrong with a path.
        OneReply,
        /// One for the domain, one for a half that is missing or too many, one for control characters.
        SaidApart,
    }
    /// Does mail to `user+detail` go to `user`?
    SubAddress {
        /// RFC 5321 §2.3.11: the local-part means what its host says; here it is one name.
        None,
        /// The part behind the plus is left out when the mailbox is looked for.
        Plus,
    }
    /// Are recipients in local domains looked up when a user submits?
    ForUsers {
        /// They are, and unknown ones refused.
        LookedUp,
        /// They are taken; what does not exist bounces later.
        Taken,
    }
    /// Is the sender's domain looked up, and when is it said?
    SenderDomain {
        /// It is not.
        NotLookedUp,
        /// It is, and the recipients of a sender whose domain does not exist are refused.
        SaidAtRecipient,
    }
    /// What VRFY tells.
    Verify {
        /// RFC 5321 §7.3: 252, neither yes nor no.
        Nothing,
        /// What RCPT would refuse is refused, everything else is 252.
        Refusals,
        /// The truth about local mailboxes, by name or address.
        Mailboxes,
        /// It is forbidden, but the address is read first.
        Forbidden,
        /// It is forbidden, and nothing is read.
        Unread,
    }
    /// Does HELP take a topic?
    HelpTopics {
        /// Any (RFC 5321 §4.1.1.8).
        Any,
        /// The verbs of RFC 5321 and of its extensions, others not.
        Known,
        /// None.
        Refused,
    }
    /// What is a client that went away without QUIT told?
    LostClient {
        /// Nothing; it is not there any more.
        Nothing,
        /// 421.
        Said,
        /// 421 inside mail data, nothing elsewhere.
        SaidInData,
    }
    /// What becomes of a command without its end, when the client has shut its side?
    LastLine {
        /// RFC 5321 §2.3.8: it is no line yet, and is dropped.
        Dropped,
        /// It is taken for a line.
        Taken,
    }
    /// What is a client told that says nothing for too long?
    IdleClient {
        /// RFC 5321 §3.8: 421.
        Said,
        /// Nothing; the connection is closed.
        Nothing,
    }
    /// What happens after a greeting of 554.
    TurnedAway {
        /// RFC 5321 §3.1: everything but QUIT is answered 503.
        OnlyQuit,
        /// EHLO, RSET and NOOP are answered as ever; whatever is about mail is refused.
        NoMail,
    }
    /// Which refusals are counted, and what the limit does.
    Errors {
        /// Refusals in a row; one too many is answered 421 and the connection closed (RFC 5321 §3.8).
        InARow,
        /// All refusals since the last message; at the limit 421 follows the last of them.
        SinceLastMessage,
        /// Wrong and unknown commands, all through the connection, which is closed after the reply to the last of them.
        WrongCommands,
        /// Unknown commands; one too many is answered 421 and the connection closed.
        UnknownCommands,
    }
    /// What is looked for in the message?
    MessageForm {
        /// SMTP does not look into the message.
        Any,
        /// A message whose header has a line that belongs to no field is refused (RFC 5322 §2.1).
        HeaderNeeded,
        /// A message with an octet of value zero is refused.
        WithoutNul,
    }
}
