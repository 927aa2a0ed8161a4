//! Signals end a run soon and leave nothing; those that whoever started it ignores do nothing.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::command::{Folder, program};
use crate::corpora::wire;
use crate::outputs::{ended, wait_for_the_work};

fn signal(child: &Child, signal: &str) {
    let killed = Command::new("sh")
        .args(["-c", &format!("kill -{signal} {}", child.id())])
        .status();
    assert!(killed.is_ok_and(|status| status.success()));
}

fn large() -> Folder {
    Folder::with("dump.jsonl", wire(1).to_jsonl().repeat(60))
}

fn begin(folder: &Folder, arguments: &[&str]) -> Child {
    let mut child = folder
        .command(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    wait_for_the_work(&mut child);
    child
}

#[test]
fn a_run_that_is_killed_leaves_nothing() {
    let folder = large();
    folder.write("out.csv", "old");
    let temporary = Folder::new();
    let place = temporary.path("");
    let place = place.to_str().expect("it is UTF-8");
    let cluster = [
        "cluster",
        "dump.jsonl",
        "-o",
        "out.csv",
        "--state",
        "kept",
        "--temp-dir",
        place,
    ];
    let explain = [
        "explain",
        "a",
        "b",
        "--input",
        "dump.jsonl",
        "--temp-dir",
        place,
    ];
    for call in [&cluster[..], &explain[..]] {
        let mut child = begin(&folder, call);
        signal(&child, "KILL");
        ended(&mut child);
        assert_eq!(folder.files(), ["dump.jsonl", "out.csv"]);
        assert_eq!(folder.text("out.csv"), "old");
        assert!(temporary.files().is_empty(), "{:?}", temporary.files());
    }
}

#[test]
fn what_a_killed_run_left_under_a_name_the_next_one_removes() {
    let folder = Folder::with("dump.jsonl", crate::command::small_dump());
    // A process that is no more, on this machine: as a file system without unnamed files would have it.
    let mut child = folder.command(&["cluster", "dump.jsonl", "-o", "x.csv"]);
    let mut child = child.stderr(Stdio::null()).spawn().expect("it starts");
    let number = child.id();
    ended(&mut child);
    let own = samestory_name(number);
    folder.write(&own, "half");
    folder.write(".samestory-Xy12ab", "somebody else's");
    folder.run(&["cluster", "dump.jsonl", "-o", "x.csv"]).done();
    let expected = [".samestory-Xy12ab", "dump.jsonl", "x.csv"];
    assert_eq!(folder.files(), expected, "{own}");
}

/// The name that a process of this number gave to a temporary file.
fn samestory_name(number: u32) -> String {
    let read = |path: &str| std::fs::read(path).unwrap_or_default();
    let space = std::fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    let machine = [
        read("/etc/machine-id"),
        read("/proc/sys/kernel/hostname"),
        space.into_os_string().into_encoded_bytes(),
    ];
    let machine = xxhash_rust::xxh3::xxh3_64(&machine.concat()) as u32;
    let start = xxhash_rust::xxh3::xxh3_64(&read("/proc/sys/kernel/random/boot_id")) as u32;
    format!(".samestory-{machine:08x}-{start:08x}-{number:x}-1-0")
}

#[test]
fn a_signal_ends_a_run_within_a_second() {
    let folder = large();
    for name in ["INT", "TERM", "HUP"] {
        let mut child = begin(&folder, &["cluster", "dump.jsonl", "-o", "out.csv"]);
        let sent = Instant::now();
        signal(&child, name);
        assert_eq!(ended(&mut child), Some(130), "{name}");
        // A second of the program's own, on a machine with other work.
        assert!(
            sent.elapsed() < Duration::from_secs(5),
            "{:?}",
            sent.elapsed()
        );
        assert_eq!(folder.files(), ["dump.jsonl"], "{name}");
    }
}

#[test]
fn a_signal_that_is_ignored_stays_ignored() {
    let folder = large();
    let script = "trap '' HUP INT; exec \"$0\" cluster dump.jsonl -o out.csv";
    let program = program();
    let mut child = Command::new("sh")
        .args(["-c", script])
        .arg(program.get_program())
        .current_dir(folder.path(""))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a shell starts");
    wait_for_the_work(&mut child);
    signal(&child, "HUP");
    signal(&child, "INT");
    let status = child.wait().expect("it can be waited for");
    assert_eq!(status.code(), Some(0));
    assert!(folder.files().contains(&"out.csv".to_owned()));
}
