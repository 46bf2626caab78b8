//! `differ` as its users meet it: a table, one behaviour explained, JSON.
#![cfg(feature = "cli")]

use std::process::Command;

use serde_json::Value;

/// Runs it: exit code, standard output, standard error.
fn differ(arguments: &[&str]) -> (i32, String, String) {
    let out =
        Command::new(env!("CARGO_BIN_EXE_smtp-explainer")).arg("differ").args(arguments).output().expect("it runs");
    let text = |octets| String::from_utf8(octets).expect("UTF-8");
    (out.status.code().expect("an exit code"), text(out.stdout), text(out.stderr))
}

#[test]
fn a_table_of_all_behaviours() {
    let (code, said, _) = differ(&[]);
    assert_eq!(code, 0);
    let mut lines = said.lines();
    let head: Vec<&str> = lines.next().expect("a head").split_whitespace().collect();
    assert_eq!(head.first(), Some(&"behaviour"));
    for server in ["generic", "postfix", "postfix-3.10", "exim", "opensmtpd", "sendmail"] {
        assert!(head.contains(&server), "{head:?}");
    }
    let mut rows = 0;
    for row in lines {
        assert_eq!(row.split_whitespace().count(), head.len(), "{row}");
        rows += 1;
    }
    assert!(rows > 90, "{rows} behaviours");
    let at = head.iter().position(|it| *it == "opensmtpd").expect("a column");
    let row = said.lines().find(|row| row.starts_with("hello-again ")).expect("a row");
    assert_eq!(row.split_whitespace().nth(at), Some("refused"));
}

#[test]
fn one_behaviour_with_its_clause_and_who_does_what() {
    let (code, said, _) = differ(&["hello-again"]);
    assert_eq!(code, 0);
    assert!(said.starts_with("hello-again (behaviours)\n"), "{said}");
    assert!(said.contains("\nclause: rfc5321#4.1.4\n"), "{said}");
    assert!(said.contains("\n  refused (departs): opensmtpd\n"), "{said}");
    let (_, said, _) = differ(&["missing-brackets"]);
    assert!(said.contains("\n  no (follows): generic, opensmtpd\n"), "{said}");
}

#[test]
fn the_same_as_json() {
    let (code, said, _) = differ(&["--format", "json"]);
    assert_eq!(code, 0);
    let said: Value = serde_json::from_str(&said).expect("JSON");
    let servers: Vec<&str> = said["servers"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    for one in said["behaviours"].as_array().expect("a list") {
        let name = &one["name"];
        let answers = one["answers"].as_array().expect("answers");
        assert_eq!(answers.iter().filter(|it| it["follows"] == true).count(), 1, "{name}");
        assert!(one["clause"].as_str().is_some_and(|it| it.starts_with("rfc") && it.contains('#')), "{name}");
        for server in &servers {
            let done = &one["servers"][server];
            assert!(answers.iter().any(|it| it["answer"] == *done), "{name}: {server} does {done}");
        }
    }
    let (_, one, _) = differ(&["hello-again", "--format", "json"]);
    let one: Value = serde_json::from_str(&one).expect("JSON");
    assert_eq!(one["behaviours"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_behaviour_that_is_none_is_exit_code_2() {
    let (code, said, problem) = differ(&["hello-never"]);
    assert_eq!((code, said.as_str()), (2, ""));
    assert!(problem.contains("hello-never"), "{problem}");
    let (_, _, problem) = differ(&["hello"]);
    assert!(problem.is_empty(), "hello is one: {problem}");
    let (_, _, problem) = differ(&["brackets-"]);
    assert!(problem.starts_with("smtp-explainer: "), "{problem}");
}
