//! Every call to the system that a small run makes fails once: outputs are whole or as they were, and nothing is left.
//!
//! A small library is put before the system's own, which needs a C compiler; without one there is nothing to be tried.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::command::{Folder, json_line, small_dump};

/// The library, built once.
fn shim() -> Option<&'static Path> {
    static SHIM: OnceLock<Option<(Folder, PathBuf)>> = OnceLock::new();
    let built = SHIM.get_or_init(|| {
        let folder = Folder::with("shim.c", include_str!("shim.c"));
        let library = folder.path("shim.so");
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(&library)
            .arg(folder.path("shim.c"))
            .arg("-ldl")
            .stderr(Stdio::null())
            .status();
        built
            .is_ok_and(|status| status.success())
            .then_some((folder, library))
    });
    built.as_ref().map(|(_, library)| library.as_path())
}

/// A run, the files it writes, and what it needs to be there.
struct Run {
    call: &'static [&'static str],
    /// Outputs that have an old version.
    old: &'static [&'static str],
}

const RUNS: [Run; 7] = [
    Run {
        call: &[
            "cluster",
            "dump.jsonl",
            "-o",
            "out.csv",
            "--pairs",
            "pairs.csv",
            "--rejects",
            "rejects",
        ],
        old: &["out.csv", "pairs.csv"],
    },
    Run {
        call: &["cluster", "in", "-o", "out.csv.gz", "--state", "kept"],
        old: &["out.csv.gz"],
    },
    Run {
        call: &[
            "dedup",
            "dump.jsonl",
            "-o",
            "clean.jsonl.zst",
            "--removed",
            "removed.csv",
        ],
        old: &["clean.jsonl.zst"],
    },
    Run {
        call: &["dedup", "in", "-o", "out/"],
        old: &[],
    },
    Run {
        call: &["dedup", "in", "-o", "before/", "--overwrite"],
        old: &[],
    },
    Run {
        call: &[
            "report",
            "c.csv",
            "--input",
            "dump.jsonl",
            "-o",
            "report.html",
        ],
        old: &["report.html"],
    },
    Run {
        call: &["index", "ingest", "index", "in"],
        old: &[],
    },
];

/// What a run finds: inputs, a table, old outputs, and what an earlier run wrote to a folder.
fn scene(run: &Run) -> Folder {
    static BEFORE: OnceLock<Folder> = OnceLock::new();
    let before = BEFORE.get_or_init(|| {
        let folder = Folder::with("dump.jsonl", small_dump() + "broken\n");
        folder.write("in/a.jsonl", small_dump());
        folder.write(
            "in/deep/b.jsonl",
            json_line("x", "X", crate::command::PUFFINS),
        );
        folder.run(&["cluster", "dump.jsonl", "-o", "c.csv"]).done();
        folder.write("was/a.jsonl", small_dump());
        folder.write(
            "was/gone.jsonl",
            json_line("y", "Y", crate::command::BRIDGE),
        );
        folder.run(&["dedup", "was", "-o", "before/"]).done();
        folder.run(&["index", "create", "index"]).done();
        folder.run(&["index", "ingest", "index", "was"]).done();
        folder
    });
    let folder = Folder::new();
    for name in before.files() {
        folder.write(&name, before.bytes(&name));
        // A state knows its inputs by their times, too.
        let file = std::fs::File::options()
            .append(true)
            .open(folder.path(&name));
        let then = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1 << 30);
        file.and_then(|file| file.set_modified(then))
            .expect("times can be set");
    }
    for name in run.old {
        folder.write(name, "old");
    }
    folder
}

/// All files with their bytes. That a list names what is no more changes nothing.
fn contents(folder: &Folder) -> Vec<(String, Vec<u8>)> {
    let bytes = |name: &str| match name.ends_with(".samestory-files") {
        true => {
            let text = folder.text(name);
            let lines = text.lines().filter(|line| !line.starts_with("- "));
            lines.collect::<String>().into_bytes()
        }
        false => folder.bytes(name),
    };
    let named = |name: String| (name.clone(), bytes(&name));
    folder.files().into_iter().map(named).collect()
}

/// Runs with the n-th call of a kind failing; gives the status, the message, and whether there was such a call.
fn run(
    folder: &Folder,
    run: &Run,
    fault: (&str, usize, i32),
    named: bool,
) -> (Option<i32>, String, bool) {
    let marks = Folder::new();
    let mark = marks.path("mark");
    let mut command = folder.command(run.call);
    command
        .args(["--threads", "1", "--quiet"])
        .env("LD_PRELOAD", shim().expect("it was built"))
        .env("FAULT_CALL", fault.0)
        .env("FAULT_AT", fault.1.to_string())
        .env("FAULT_CODE", fault.2.to_string())
        .env("FAULT_MARK", &mark);
    if named {
        command.env("FAULT_NAMED", "1");
    }
    let ran = command.output().expect("the program starts");
    let message = String::from_utf8_lossy(&ran.stderr).into_owned();
    (ran.status.code(), message, mark.exists())
}

/// Every point of some runs, or each `step`-th.
fn try_all(runs: &[Run], calls: &[(&str, i32)], step: usize, named: bool) {
    if shim().is_none() {
        return;
    }
    let mut tried = 0;
    for one in runs {
        let whole = scene(one);
        let before = contents(&whole);
        let (status, message, _) = run(&whole, one, ("none", 0, 0), named);
        assert_eq!(status, Some(0), "{message}");
        let after = contents(&whole);
        for &(call, code) in calls {
            for at in (1..).step_by(step) {
                let folder = scene(one);
                let (status, message, was_hit) = run(&folder, one, (call, at, code), named);
                if !was_hit {
                    break;
                }
                tried += 1;
                let said = format!("{:?}: {call} {at}: {status:?} {message}", one.call);
                match status {
                    Some(0) => assert!(contents(&folder) == after, "{said}"),
                    Some(1) => {
                        assert!(message.starts_with("samestory: "), "{said}");
                        let left = contents(&folder);
                        let names = |files: &[(String, Vec<u8>)]| -> Vec<String> {
                            files.iter().map(|file| file.0.clone()).collect()
                        };
                        assert!(left == before, "{said}\n{:?}", names(&left));
                        let again = run(&folder, one, ("none", 0, 0), named);
                        assert_eq!(again.0, Some(0), "{said}: {}", again.1);
                        assert!(contents(&folder) == after, "{said}");
                    }
                    _ => panic!("{said}"),
                }
            }
        }
    }
    assert!(tried > 0);
}

const FULL: i32 = 28;
const BROKEN: i32 = 5;

#[test]
fn a_write_that_fails_leaves_all_as_it_was() {
    try_all(&RUNS, &[("write", FULL)], 1, false);
}

#[test]
fn a_sync_or_a_rename_that_fails_leaves_all_as_it_was() {
    try_all(
        &RUNS,
        &[("sync", BROKEN), ("rename", BROKEN), ("mkdir", FULL)],
        1,
        false,
    );
    try_all(&RUNS, &[("sync", BROKEN), ("rename", BROKEN)], 1, true);
}

#[test]
fn a_file_that_cannot_be_opened_leaves_all_as_it_was() {
    try_all(&RUNS, &[("open", BROKEN)], 3, false);
}

#[test]
fn a_read_that_fails_leaves_all_as_it_was() {
    try_all(&RUNS, &[("read", BROKEN)], 5, false);
}

/// Run by hand: every point that the tests above try some of.
#[test]
#[ignore = "it takes minutes"]
fn every_open_and_every_read_fails() {
    for named in [false, true] {
        let calls = [("open", BROKEN), ("read", BROKEN), ("write", FULL)];
        try_all(&RUNS, &calls, 1, named);
    }
}

/// Kills runs at moments that differ; what is there afterwards is as it was or whole, and the next run finishes it.
fn kill(moments: u32) {
    for one in &RUNS {
        let whole = scene(one);
        let before = contents(&whole);
        let started = std::time::Instant::now();
        assert_eq!(run(&whole, one, ("none", 0, 0), false).0, Some(0));
        let (took, after) = (started.elapsed(), contents(&whole));
        for moment in 0..moments {
            let folder = scene(one);
            let mut child = folder
                .command(one.call)
                .arg("--quiet")
                .stderr(Stdio::null())
                .spawn()
                .expect("the program starts");
            std::thread::sleep(took * moment / moments);
            child.kill().expect("it can be killed");
            child.wait().expect("it can be waited for");
            let left = contents(&folder);
            let is_known = |file: &(String, Vec<u8>)| before.contains(file) || after.contains(file);
            let odd = left.iter().filter(|file| !is_known(file));
            let odd: Vec<&String> = odd.map(|file| &file.0).collect();
            // The list of a folder may say that it is not finished, and the file of a name be there under another.
            let is_own = |name: &&String| name.contains(".samestory-");
            assert!(odd.iter().all(is_own), "{:?}: {odd:?}", one.call);
            let again = run(&folder, one, ("none", 0, 0), false);
            let is_refused = again.1.contains("an earlier run wrote");
            assert!(
                again.0 == Some(0) || is_refused,
                "{:?}: {}",
                one.call,
                again.1
            );
            assert!(contents(&folder) == after, "{:?}", one.call);
        }
    }
}

#[test]
fn a_run_that_is_killed_at_any_moment_is_finished_by_the_next() {
    if shim().is_some() {
        kill(6);
    }
}

/// Run by hand.
#[test]
#[ignore = "it takes minutes"]
fn two_hundred_kills_a_command_leave_nothing() {
    if shim().is_some() {
        kill(200);
    }
}
