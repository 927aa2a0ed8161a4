//! Standard error that nobody reads, or that is full, is no reason to fail.

use std::fs::OpenOptions;
use std::process::{Command, Stdio};

use crate::command::{Folder, program, small_dump};

fn full() -> Stdio {
    let full = OpenOptions::new().write(true).open("/dev/full");
    full.expect("the system has it").into()
}

/// A pipe whose reader has gone.
fn broken() -> Stdio {
    let (reader, writer) = std::io::pipe().expect("pipes can be made");
    drop(reader);
    writer.into()
}

#[cfg(target_os = "linux")]
#[test]
fn messages_that_cannot_be_written_end_nothing() {
    let folder = Folder::with("dump.jsonl", small_dump() + "broken\n");
    folder.write("gold.csv", "id,cluster\nferry,1\n");
    let calls: [(&[&str], i32); 7] = [
        (&["cluster", "dump.jsonl", "-o", "c.csv", "--verbose"], 0),
        (&["dedup", "dump.jsonl", "-o", "kept.jsonl"], 0),
        (
            &["report", "c.csv", "--input", "dump.jsonl", "-o", "r.html"],
            0,
        ),
        (&["explain", "ferry", "longer", "--input", "dump.jsonl"], 0),
        (&["cluster", "missing.jsonl"], 1),
        (&["cluster", "dump.jsonl", "--strict"], 1),
        (&["cluster", "--no-such-flag"], 2),
    ];
    for (call, status) in calls {
        for err in [full as fn() -> Stdio, broken] {
            let ran = folder
                .command(call)
                .stdout(Stdio::null())
                .stderr(err())
                .status()
                .expect("the program starts");
            assert_eq!(ran.code(), Some(status), "{call:?}");
        }
        let closed = Command::new("sh")
            .args(["-c", "exec \"$0\" \"$@\" >/dev/null 2>&-"])
            .arg(program().get_program())
            .args(call)
            .current_dir(folder.path(""))
            .status()
            .expect("a shell starts");
        assert_eq!(closed.code(), Some(status), "{call:?}");
    }
    assert!(folder.text("c.csv").starts_with("article_id"));
}

#[cfg(target_os = "linux")]
#[test]
fn standard_output_that_is_full_is_an_error() {
    let folder = Folder::with("dump.jsonl", small_dump());
    for call in [
        &["cluster", "dump.jsonl"][..],
        &["explain", "ferry", "longer", "--input", "dump.jsonl"],
        &["tune", "dump.jsonl"],
        &["completions", "bash"],
        &["man"],
    ] {
        let ran = folder
            .command(call)
            .stdout(full())
            .output()
            .expect("the program starts");
        let message = String::from_utf8(ran.stderr).expect("messages are UTF-8");
        assert_eq!(ran.status.code(), Some(1), "{call:?}: {message}");
        assert!(message.contains("-: No space left"), "{message}");
    }
}
