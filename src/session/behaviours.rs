//! What a server does where RFC 5321 leaves a choice, or where servers depart from it: named behaviours.
//!
//! A behaviour is a variant of an enum that is read in exactly one place; the default is the RFC's. What a server
//! *says* in reply is no behaviour but a text of the profile.

use serde::{Deserialize, Serialize};

mod choices;

pub use choices::*;

use crate::smtp::data::EndOfData;
use crate::smtp::documented::telling;

telling! {
    /// Named choices. Each is read in one place.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
        /// What the verbs of extensions get after HELO (RFC 5321 §2.2.1).
        pub verbs_after_helo: VerbsAfterHelo,
        /// Does RSET need a greeting first?
        pub rset_before_hello: Early,
        /// What is looked at first: the form of a command or its place (RFC 5321 §4.3.2)?
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
        /// When replies to pipelined commands go out (RFC 2920 §3.2).
        pub pipelined_replies: PipelinedReplies,
        /// What a line in the manner of another protocol gets (RFC 5321 §7.8).
        pub other_protocols: OtherProtocols,
        /// What a NUL in a command line gets (RFC 5321 §2.3.1).
        pub nul_in_line: NulInLine,
        /// What octets beyond ASCII that are no UTF-8 get in a command line (RFC 6531 §3.3).
        pub bad_utf8: BadUtf8,
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
        /// Is AUTH still on the EHLO list after it has succeeded (RFC 4954 §3)?
        pub auth_after_success: AfterSuccess,
        /// Where AUTH is required, at which command is that said?
        pub auth_needed_at: NeededAt,
        /// What `=` gets as an answer in an AUTH exchange, where it stands for nothing only behind AUTH itself
        /// (RFC 4954 §4).
        pub lone_equals: LoneEquals,
        /// What base64 gets whose last, unused bits are not zero (RFC 4954 §4).
        pub unused_bits: UnusedBits,
        /// Does white space belong to an answer in an AUTH exchange?
        pub sasl_white_space: SaslWhiteSpace,
        /// Which user names LOGIN takes before it asks for the password.
        pub login_names: LoginNames,
        /// What an initial response gets where the server speaks first.
        pub needless_initial: NeedlessInitial,
        /// Are user names told apart by case (RFC 4616 §2)?
        pub user_names: UserNames,
        /// What a PLAIN message with more than three parts gets.
        pub plain_parts: PlainParts,
        /// Is AUTH offered outside TLS?
        pub auth_in_clear: AuthInClear,
        /// What an authorization identity other than the user's name gets (RFC 4616 §2).
        pub authorization_identity: AuthorizationIdentity,
        /// What a parameter gets that lacks the value it has to have.
        pub missing_value: MissingValue,
        /// What is taken for the value of SIZE.
        pub size_value: SizeValue,
        /// What an address beyond ASCII gets without SMTPUTF8.
        pub non_ascii_address: NonAscii,
        /// What BDAT without a size gets (RFC 3030 §2).
        pub bad_chunk: BadChunk,
        /// What a chunk of no octets gets that is not the last.
        pub empty_chunk: EmptyChunk,
        /// What becomes of the transaction when a chunk is refused.
        pub refused_chunk: RefusedChunk,
        /// What becomes of a size that was refused, when MAIL comes again (RFC 1870 §6).
        pub refused_size: RefusedSize,
        /// Which recipients the limit counts (RFC 5321 §4.5.3.1.8).
        pub recipients_counted: RecipientsCounted,
        /// What a mailbox without a domain gets (RFC 5321 §4.1.2).
        pub mailbox_without_domain: NoDomain,
        /// Are octets refused that mean something to mail systems of old or to a shell?
        pub restricted_octets: RestrictedOctets,
        /// How the last reply before a close goes out inside TLS (RFC 5321 §3.8).
        pub parting_words: PartingWords,
        /// What LOGIN makes of an initial response of no octets.
        pub empty_initial: EmptyInitial,
        /// What QUIT leads to between the chunks of a message.
        pub quit_in_chunks: QuitInChunks,
        /// When a chunk that makes the message too big is refused.
        pub big_chunk: BigChunk,
        /// What other commands get between the chunks of a message.
        pub between_chunks: BetweenChunks,
        /// Are the values of DSN's parameters looked at?
        pub dsn_values: DsnValues,
        /// Whose NOTIFY counts.
        pub notify: Notify,
        /// What ETRN takes for a node.
        pub etrn_node: EtrnNode,
        /// What ETRN gets inside a mail transaction (RFC 1985 §5).
        pub etrn_in_transaction: EtrnInTransaction,
        /// What a path over the limits gets (RFC 5321 §4.5.3.1.3).
        pub long_address: AddressFault,
        /// What `MAIL FROM:` and `RCPT TO:` without a path get (RFC 5321 §4.1.1.2).
        pub missing_path: AddressFault,
        /// What the octet after a path, where a space had to come, belongs to (RFC 5321 §4.1.1.2).
        pub junk_after_path: Junk,
        /// What a local-part with `@`, `%` or `!` asks for.
        pub routed_local_part: RoutedLocalPart,
        /// Is the server's own address in square brackets a domain of its own?
        pub own_literal: OwnLiteral,
        /// Does a reply say which half of a mailbox is wrong (RFC 5321 §4.1.2)?
        pub path_fault: PathFault,
        /// Does mail to `user+detail` go to `user`?
        pub sub_address: SubAddress,
        /// Are recipients in local domains looked up when a user submits (RFC 5321 §3.3)?
        pub mailboxes_for_users: ForUsers,
        /// Is the sender's domain looked up, and when is it said (RFC 5321 §3.6.2)?
        pub sender_domain: SenderDomain,
        /// What VRFY tells.
        pub vrfy: Verify,
        /// What EXPN tells.
        pub expn: Verify,
        /// Do VRFY and EXPN need a greeting first?
        pub vrfy_before_hello: Early,
        /// Does HELP take a topic?
        pub help_topics: HelpTopics,
        /// What is a client that went away without QUIT told (RFC 5321 §3.8)?
        pub lost_client: LostClient,
        /// What becomes of a command without its end, when the client has shut its side?
        pub last_line: LastLine,
        /// What is a client told that says nothing for too long?
        pub idle_client: IdleClient,
        /// What happens after a greeting of 554.
        pub turned_away: TurnedAway,
        /// Which refusals are counted, and what the limit does.
        pub errors: Errors,
        /// Which endings of the mail data it takes.
        pub end_of_data: EndOfData,
        /// What is looked for in the message (RFC 5322 §2.1)?
        pub message_form: MessageForm,
    }
}
