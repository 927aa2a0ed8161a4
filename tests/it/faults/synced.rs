//! What is written is on the disk before it has its name: told by the calls that the program makes of the system.
//!
//! `strace` tells them; where it is not, or may not look, the test names itself as skipped.

use std::io::Write;
use std::process::Command;

use crate::command::{Folder, small_dump};

/// Calls that bring a file to the disk or give it a name, in their order, each as `sync FILE` or `name FILE`.
fn calls(folder: &Folder, arguments: &[&str]) -> Option<Vec<String>> {
    let program = crate::command::program();
    let ran = Command::new("strace")
        .args(["-f", "-y", "-s", "4096", "-o", "calls"])
        .args([
            "-e",
            "trace=fsync,fdatasync,rename,renameat,renameat2,link,linkat",
        ])
        .arg(program.get_program())
        .args(arguments)
        .args(["--threads", "1", "--quiet"])
        .current_dir(folder.path(""))
        .output();
    let told = match ran {
        Ok(ran) if ran.status.success() => folder.text("calls"),
        Ok(ran) => {
            let why = String::from_utf8_lossy(&ran.stderr).into_owned();
            let _ = writeln!(
                std::io::stderr(),
                "skipped: what is written is synced: {why}"
            );
            return None;
        }
        Err(why) => {
            let _ = writeln!(
                std::io::stderr(),
                "skipped: what is written is synced: strace: {why}"
            );
            return None;
        }
    };
    let done = told.lines().filter(|line| line.ends_with(" = 0"));
    let call = |line: &str| {
        let (_, call) = line.split_once(' ')?;
        let (name, of) = call.trim_start().split_once('(')?;
        let what = if name.contains("sync") {
            "sync"
        } else {
            "name"
        };
        Some(format!("{what} {of}"))
    };
    Some(done.filter_map(call).collect())
}

/// The file that a call is about: what stands in `<…>` behind its number.
fn file_of(call: &str) -> Option<&str> {
    Some(call.split_once('<')?.1.split_once('>')?.0)
}

#[test]
fn what_is_written_is_on_the_disk_before_it_has_its_name_and_the_name_at_the_end() {
    for old in [false, true] {
        let folder = Folder::with("dump.jsonl", small_dump());
        let outputs = ["out.csv", "pairs.csv"];
        if old {
            outputs.iter().for_each(|name| folder.write(name, "old"));
        }
        let call = [
            "cluster",
            "dump.jsonl",
            "-o",
            "out.csv",
            "--pairs",
            "pairs.csv",
        ];
        let Some(calls) = calls(&folder, &call) else {
            return;
        };
        let is_sync = |call: &&String| call.starts_with("sync");
        let names = |call: &String| call.starts_with("name");
        let first_name = calls.iter().position(names).expect("files get names");
        // Each output is brought to the disk before any has its name.
        let before = calls[..first_name].iter().filter(is_sync);
        let is_of_folder = |call: &&String| {
            let file = file_of(call).map(std::path::Path::new);
            file.is_some_and(std::path::Path::is_dir)
        };
        let files = before.filter(|call| !is_of_folder(call)).count();
        assert!(files >= outputs.len(), "{calls:#?}");
        // And the folder behind the last.
        let last = calls.iter().rposition(names).expect("files get names");
        let behind = calls[last..].iter().filter(is_sync);
        assert!(behind.filter(is_of_folder).count() >= 1, "{calls:#?}");
    }
}
