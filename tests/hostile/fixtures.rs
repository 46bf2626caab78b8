//! Hostile texts, and what makes an output harmless.

/// What a terminal would act on: colours, titles, links, the clipboard, the cursor.
const TERMINAL: &[&str] = &[
    "\x1b[31mred",
    "\x1b[2J\x1b[1;1H",
    "\x1b[3~",
    "\x1b[@",
    "\x1b[[",
    "\x1b]0;title\x07",
    "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1bP1$r\x1b\\",
    "\u{9b}31mred",
    "\u{9d}0;title\u{9c}",
    "\u{90}q\u{9c}",
    "bell\x07",
    "pass\x08\x08\x08\x08word",
    "shown\rhidden",
    "one\ntwo",
    "one\r\ntwo",
    "a\0b",
    "\x0b\x0c\x7f",
    "tab\tulator",
];

/// What makes readers see something else than is there.
const READER: &[&str] = &[
    "\u{202e}gpj.exe",
    "\u{2066}left\u{2069}",
    "a\u{200b}b\u{200d}c\u{feff}d",
    "\u{61c}\u{200e}\u{200f}",
    "para\u{2028}graph\u{2029}",
    "\u{e0041}\u{e0042}tags",
    "soft\u{ad}hyphen",
];

/// What a browser would act on, were it taken for markup.
pub(crate) const MARKUP: &[&str] = &[
    "<img src=x onerror=alert(1)>",
    "\"><svg/onload=alert(1)>",
    "'><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "--><!--",
    "]]>",
    "javascript:alert(1)",
    "&lt;b&gt; &#60;",
    "{{constructor}} ${1} %s %n",
];

/// All of them.
pub(crate) fn hostile() -> Vec<String> {
    [TERMINAL, READER, MARKUP].concat().into_iter().map(str::to_owned).collect()
}

/// No control character but the line ends the program writes itself, and none that only changes how others look.
#[track_caller]
pub(crate) fn assert_harmless(octets: &[u8], place: &str) {
    let text = std::str::from_utf8(octets).unwrap_or_else(|error| panic!("{place}: {error}"));
    let bad = text.chars().find(|c| c.is_control() && *c != '\n' || is_invisible(*c));
    assert_eq!(bad, None, "{place}: {:?}", text.lines().find(|line| bad.is_some_and(|bad| line.contains(bad))));
}

/// Unicode's format characters (Cf), and its line and paragraph separators.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0001}' | '\u{e0020}'..='\u{e007f}')
}
