//! Folders and files that are not ours stay as they are.

use std::os::unix::fs::symlink;

use crate::command::{FERRY, Folder, PUFFINS, small_dump};

const KEEP: [&str; 5] = ["cluster", "dump.jsonl", "-o", "c.csv", "--state"];

fn keep(folder: &Folder, more: &[&str]) {
    folder.run(&[&KEEP[..], &["kept"], more].concat()).done();
}

#[test]
fn a_state_leaves_all_files_alone_that_are_not_its_own() {
    let folder = Folder::with("dump.jsonl", small_dump());
    let others = [
        "kept/clusters-mine.csv",
        "kept/clusters-0123456789abcdef.csv.zst",
        "kept/samestory-clusters-0123456789abcdef.csv.zst",
        "kept/samestory-clusters-notes.txt",
        "kept/notes",
    ];
    for name in others {
        folder.write(name, "mine");
    }
    let out = [
        "cluster",
        "dump.jsonl",
        "--state",
        "kept",
        "-o",
        "kept/clusters-out.csv",
    ];
    folder.run(&out).done();
    keep(&folder, &["--copy-threshold", "0.9"]);
    for name in others {
        assert_eq!(folder.text(name), "mine");
    }
    assert!(
        folder
            .text("kept/clusters-out.csv")
            .starts_with("article_id")
    );
    let files = folder.files();
    let own = files.iter().filter(|name| name.starts_with("kept/"));
    // The state and its table, and what others have there.
    assert_eq!(own.count(), others.len() + 1 + 2, "{files:?}");
}

#[test]
fn a_file_that_is_no_state_is_not_replaced_by_one() {
    let folder = Folder::with("dump.jsonl", small_dump());
    folder.write("kept/state", "California");
    let message = folder.run(&[&KEEP[..], &["kept"]].concat()).failed();
    insta::assert_snapshot!(message, @r"
    samestory: kept/state: it is no state, so it is not replaced by one
      move it away, or name another folder
    ");
    assert_eq!(folder.text("kept/state"), "California");
    assert!(!folder.files().contains(&"c.csv".to_owned()));
}

#[test]
fn a_run_that_fails_makes_no_folders() {
    let folder = Folder::with("dump.jsonl", small_dump() + "broken\n");
    let call = [&KEEP[..], &["deep/er/kept", "--strict"]].concat();
    folder.run(&call).failed();
    folder
        .run(&["dedup", "dump.jsonl", "-o", "out/er/", "--strict"])
        .failed();
    assert!(!folder.path("deep").exists());
    assert!(!folder.path("out").exists());
    assert_eq!(folder.files(), ["dump.jsonl"]);
}

#[test]
fn two_spellings_of_one_place_are_one_place() {
    let folder = Folder::with("dump.jsonl", small_dump());
    folder.write("deep/x", "");
    symlink("deep", folder.path("link")).expect("links can be made");
    symlink("deep/new.csv", folder.path("leads.csv")).expect("links can be made");
    let twice = [
        ["new.csv", "./new.csv"],
        ["new.csv", "deep/../new.csv"],
        ["deep/new.csv", "link/new.csv"],
        ["leads.csv", "deep/new.csv"],
    ];
    for [output, pairs] in twice {
        let call = ["cluster", "dump.jsonl", "-o", output, "--pairs", pairs];
        let message = folder.run(&call).failed();
        assert!(message.contains("named for two outputs"), "{message}");
        let call = ["cluster", "dump.jsonl", "-o", output, "--rejects", pairs];
        assert!(folder.run(&call).failed().contains("named for two outputs"));
    }
    std::fs::hard_link(folder.path("dump.jsonl"), folder.path("twin.csv")).expect("it can");
    for output in ["twin.csv", "link/../dump.jsonl"] {
        let message = folder
            .run(&["cluster", "dump.jsonl", "--pairs", output])
            .failed();
        assert!(message.contains("it is one of the inputs"), "{message}");
    }
    folder.run(&["cluster", "dump.jsonl", "-o", "c.csv"]).done();
    for output in ["c.csv", "./c.csv"] {
        let call = [
            "dedup",
            "dump.jsonl",
            "--clusters",
            "c.csv",
            "-o",
            "k.jsonl",
            "--removed",
            output,
        ];
        let message = folder.run(&call).failed();
        assert!(message.contains("it is one of the inputs"), "{message}");
    }
    folder.write("in/a.jsonl", small_dump());
    symlink("in", folder.path("inside")).expect("links can be made");
    for state in ["in", "in/kept", "inside/kept"] {
        let message = folder
            .run(&["cluster", "in", "-o", "d.csv", "--state", state])
            .failed();
        assert!(message.contains("it lies among the inputs"), "{message}");
    }
    let call = ["dedup", "in", "-o", "out/", "--removed", "out/a.jsonl"];
    assert!(folder.run(&call).failed().contains("named for two outputs"));
    let names = ["c.csv", "deep/x", "dump.jsonl", "in/a.jsonl", "twin.csv"];
    assert_eq!(folder.files(), names);
}

/// Two shards of which the second is a copy of the first, or not.
fn shards(folder: &Folder, is_copy: bool) {
    folder.write("in/a.txt", format!("Ferry\n{FERRY}\n"));
    let text = if is_copy { FERRY } else { PUFFINS };
    folder.write("in/b.txt", format!("Ferry\n{text}\n"));
}

fn outputs(folder: &Folder) -> Vec<String> {
    let files = folder.files().into_iter();
    files
        .filter(|name| name.starts_with("out/") && !name.contains("/."))
        .collect()
}

#[test]
fn a_folder_keeps_nothing_stale_and_nothing_foreign_goes() {
    let folder = Folder::new();
    shards(&folder, false);
    let call = ["dedup", "in", "-o", "out/"];
    folder.run(&call).done();
    assert_eq!(outputs(&folder), ["out/a.txt", "out/b.txt"]);
    shards(&folder, true);
    insta::assert_snapshot!(folder.run(&call).failed(), @r"
    samestory: out/: an earlier run wrote 2 files there
      name another folder, or give --overwrite to replace these files and no others
    ");
    folder.write("out/mine.txt", "mine");
    folder.run(&[&call[..], &["--overwrite"]].concat()).done();
    assert_eq!(outputs(&folder), ["out/a.txt", "out/mine.txt"]);
    folder.write("in/mine.txt", PUFFINS);
    let message = folder.run(&[&call[..], &["--overwrite"]].concat()).failed();
    insta::assert_snapshot!(message, @r"
    samestory: out/mine.txt: no earlier run wrote this file, so it is not replaced
      move it away, or name another folder
    ");
    assert_eq!(folder.text("out/mine.txt"), "mine");
    folder.write("other/x", "");
    insta::assert_snapshot!(folder.run(&["dedup", "in", "-o", "other"]).failed(), @r"
    samestory: other: it is not empty: x is there
      name a folder that is empty, or not there yet
    ");
}
