//! Dialogues in our own names and addresses, in the shape of those in the RFCs.
//!
//! How one is written: `C:` a command and `S:` a reply line. Below a command stands what was read (`=`), or a caret
//! under the first octet that does not fit, the code that RFC 5321 answers it with and what could have stood there.

/// All of them.
pub(crate) const ALL: [&str; 5] = [TRANSACTION, SUBMISSION, PATHS, WRONG_PATHS, WRONG_LINES];

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
