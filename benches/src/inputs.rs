//! The octets, the same for everyone.

/// Commands as in real sessions, each with its line end.
pub(crate) const COMMANDS: &[&str] = &[
    "EHLO client.example.com\r\n",
    "MAIL FROM:<alice@example.com> SIZE=1240 BODY=8BITMIME\r\n",
    "RCPT TO:<bob@example.org>\r\n",
    "RCPT TO:<carol.smith@mail.example.org> NOTIFY=SUCCESS,FAILURE\r\n",
    "DATA\r\n",
    "RSET\r\n",
    "MAIL FROM:<>\r\n",
    "AUTH PLAIN AGFsaWNlAGNvcnJlY3QtaG9yc2U=\r\n",
    "STARTTLS\r\n",
    "NOOP\r\n",
    "QUIT\r\n",
];

pub(crate) const ONE_LINE: &str = "250 2.1.5 Recipient ok\r\n";

pub(crate) const NINE_LINES: &str = "250-mx.example.org\r\n250-PIPELINING\r\n250-SIZE 1048576\r\n250-VRFY\r\n250-ETRN\r\n\
    250-STARTTLS\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250 DSN\r\n";

/// The dialogue's lines before the mail data, without their ends.
pub(crate) const DIALOGUE: &[&str] = &[
    "EHLO client.example.com",
    "MAIL FROM:<alice@example.com> SIZE=2048",
    "RCPT TO:<bob@example.org>",
    "RCPT TO:<carol@example.org>",
    "DATA",
];

/// A message of at least so many octets with lines of 76, and its final dot.
pub(crate) fn mail_data(octets: usize) -> Vec<u8> {
    let mut data = b"From: alice@example.com\r\nTo: bob@example.org\r\nSubject: bench\r\n\r\n".to_vec();
    while data.len() < octets {
        data.extend(std::iter::repeat_n(b'x', 76));
        data.extend(b"\r\n");
    }
    data.extend(b".\r\n");
    data
}
