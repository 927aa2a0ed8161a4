//! Outputs appear whole or not at all, and never over what is read.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Stdio};
use std::time::Duration;

use crate::command::{Folder, small_dump};
use crate::corpora::wire;

#[test]
fn a_pipe_closed_early_is_no_failure() {
    let folder = Folder::with("dump.jsonl", wire(1).to_jsonl());
    let mut child = folder
        .command(&["cluster", "dump.jsonl"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut out = BufReader::new(child.stdout.take().expect("it is piped"));
    let mut header = String::new();
    out.read_line(&mut header).expect("there is a header");
    drop(out);
    let mut messages = String::new();
    let mut err = child.stderr.take().expect("it is piped");
    err.read_to_string(&mut messages).expect("it is UTF-8");
    assert!(header.starts_with("article_id,"));
    assert_eq!(child.wait().ok().and_then(|status| status.code()), Some(0));
    assert!(!messages.contains("samestory:"), "{messages}");
}

#[test]
fn a_run_that_fails_leaves_the_old_output_as_it_was() {
    let folder = Folder::with("dump.jsonl", small_dump() + "broken\n");
    folder.write("out.csv", "old");
    let call = [
        "cluster",
        "dump.jsonl",
        "-o",
        "out.csv",
        "--pairs",
        "pairs.csv",
        "--strict",
    ];
    let message = folder.run(&call).failed();
    insta::assert_snapshot!(message, @r"
    samestory: dump.jsonl:6: broken JSON
      leave out --strict to pass over bad records
    ");
    assert_eq!(folder.text("out.csv"), "old");
    assert_eq!(folder.files(), ["dump.jsonl", "out.csv"]);
}

#[test]
fn a_full_disk_is_told_with_what_to_do() {
    let folder = Folder::with("dump.jsonl", small_dump());
    let message = folder
        .run(&["cluster", "dump.jsonl", "-o", "/dev/full"])
        .failed();
    insta::assert_snapshot!(message, @r"
    samestory: /dev/full: No space left on device (os error 28)
      make room, or write elsewhere with -o
    ");
    let message = folder
        .run(&["dedup", "dump.jsonl", "-o", "/dev/full"])
        .failed();
    assert!(
        message.contains("/dev/full: No space left on device"),
        "{message}"
    );
}

#[test]
fn when_one_output_fails_no_other_appears() {
    let folder = Folder::with("dump.jsonl", small_dump());
    let call = [
        "cluster",
        "dump.jsonl",
        "-o",
        "out.csv",
        "--pairs",
        "/dev/full",
    ];
    folder.run(&call).failed();
    assert_eq!(folder.files(), ["dump.jsonl"]);
}

#[test]
fn an_output_that_cannot_be_written_is_known_before_the_work() {
    let folder = Folder::with("dump.jsonl", small_dump());
    let message = folder
        .run(&["cluster", "dump.jsonl", "-o", "missing/out.csv"])
        .failed();
    insta::assert_snapshot!(message, @r"
    samestory: missing: No such file or directory (os error 2)
      check the path; a folder to write to must be there
    ");
    std::fs::create_dir(folder.path("out.csv")).expect("folders can be made");
    let message = folder
        .run(&["cluster", "dump.jsonl", "-o", "out.csv"])
        .failed();
    insta::assert_snapshot!(message, @r"
    samestory: out.csv: Is a directory (os error 21)
      name a file in it
    ");
}

#[test]
fn no_output_replaces_an_input_or_another_output() {
    let folder = Folder::with("dump.jsonl", small_dump());
    let message = folder
        .run(&["cluster", "dump.jsonl", "-o", "./dump.jsonl"])
        .failed();
    insta::assert_snapshot!(message, @r"
    samestory: ./dump.jsonl: it is one of the inputs
      write elsewhere
    ");
    let message = folder
        .run(&["dedup", "dump.jsonl", "-o", "dump.jsonl"])
        .failed();
    assert!(message.contains("it is one of the inputs"), "{message}");
    let call = [
        "cluster",
        "dump.jsonl",
        "-o",
        "out.csv",
        "--pairs",
        "out.csv",
    ];
    let message = folder.run(&call).failed();
    assert!(message.contains("it is named for two outputs"), "{message}");
    assert_eq!(folder.text("dump.jsonl"), small_dump());
    assert_eq!(folder.files(), ["dump.jsonl"]);
}

/// Waits for a child, but not for ever.
pub(crate) fn ended(child: &mut Child) -> Option<i32> {
    for _ in 0..400 {
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            return status.code();
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    child.kill().expect("it can be killed");
    panic!("it did not end");
}

/// Waits until a child has an output open that is not there yet: the work begins then.
pub(crate) fn wait_for_the_work(child: &mut Child) {
    let descriptors = format!("/proc/{}/fd", child.id());
    let has_output = || {
        let links = std::fs::read_dir(&descriptors).into_iter().flatten();
        let mut links = links
            .flatten()
            .filter_map(|it| std::fs::read_link(it.path()).ok());
        links.any(|link| {
            let link = link.to_string_lossy().into_owned();
            link.ends_with("(deleted)") || link.contains("/.samestory-")
        })
    };
    while std::path::Path::new(&descriptors).exists() && !has_output() {
        std::thread::sleep(Duration::from_millis(2));
        assert_eq!(child.try_wait().ok().flatten(), None, "it ended too early");
    }
    std::thread::sleep(Duration::from_millis(20));
}

pub(crate) fn interrupt(child: &Child) {
    let killed = std::process::Command::new("sh")
        .args(["-c", &format!("kill -INT {}", child.id())])
        .status();
    assert!(killed.is_ok_and(|status| status.success()));
}

#[test]
fn ctrl_c_while_computing_leaves_nothing_behind() {
    let folder = Folder::with("dump.jsonl", wire(1).to_jsonl().repeat(60));
    folder.write("out.csv", "old");
    let mut child = folder
        .command(&["cluster", "dump.jsonl", "-o", "out.csv", "--threads", "1"])
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    wait_for_the_work(&mut child);
    interrupt(&child);
    assert_eq!(ended(&mut child), Some(130));
    let mut messages = String::new();
    let mut err = child.stderr.take().expect("it is piped");
    err.read_to_string(&mut messages).expect("it is UTF-8");
    assert_eq!(messages, "samestory: interrupted; nothing was written\n");
    assert_eq!(folder.files(), ["dump.jsonl", "out.csv"]);
    assert_eq!(folder.text("out.csv"), "old");
}

#[test]
fn ctrl_c_while_waiting_for_standard_input_ends_the_run() {
    let folder = Folder::new();
    let mut child = folder
        .command(&["cluster", "-", "-o", "out.csv"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut input = child.stdin.take().expect("it is piped");
    input
        .write_all(small_dump().as_bytes())
        .expect("the program reads");
    std::thread::sleep(Duration::from_millis(300));
    interrupt(&child);
    assert_eq!(ended(&mut child), Some(130));
    assert!(folder.files().is_empty());
    drop(input);
}
