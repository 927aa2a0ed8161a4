//! A run that was stopped goes on where it was, and gives the bytes of one that was not.

use std::process::Stdio;

use crate::command::{Folder, json_line, small_dump};

const CALL: [&str; 8] = [
    "cluster",
    "dump.jsonl",
    "-o",
    "out.csv",
    "--pairs",
    "pairs.csv",
    "--work",
    "work",
];

fn dump() -> String {
    let more = (0..40).map(|number| {
        let text = format!(
            "On day {number} of the count the warden of the weir wrote {number} eels, {} perch and no otter into the long blue \
             book, and the miller signed it, though he had been at market since before the bell for early mass.",
            number * 7 % 11
        );
        json_line(&format!("weir{number}"), "The weir", &text)
    });
    small_dump() + &more.collect::<String>()
}

fn undisturbed() -> (Vec<u8>, Vec<u8>) {
    let folder = Folder::with("dump.jsonl", dump());
    folder.run(&CALL[..6]).done();
    (folder.bytes("out.csv"), folder.bytes("pairs.csv"))
}

fn outputs(folder: &Folder) -> (Vec<u8>, Vec<u8>) {
    (folder.bytes("out.csv"), folder.bytes("pairs.csv"))
}

#[test]
fn a_run_goes_on_from_the_longest_prefix_that_is_whole() {
    let whole = undisturbed();
    let folder = Folder::with("dump.jsonl", dump());
    let told = |folder: &Folder| {
        let ran = folder.run(&CALL);
        assert_eq!(ran.status, Some(0), "{}", ran.err);
        assert!(outputs(folder) == whole);
        let line = ran
            .err
            .lines()
            .find(|line| line.starts_with("work "))
            .unwrap_or_default();
        line["work".len()..].trim().to_owned()
    };
    assert_eq!(told(&folder), "nothing to go on from");
    assert_eq!(told(&folder), "taken over: furniture, copies");
    // What is damaged is as if it were not there.
    let copies = folder.bytes("work/samestory-work-copies");
    let mut damaged = copies.clone();
    damaged[copies.len() / 3] ^= 1;
    folder.write("work/samestory-work-copies", &damaged);
    assert_eq!(told(&folder), "taken over: furniture");
    std::fs::remove_file(folder.path("work/samestory-work-furniture")).expect("it is there");
    assert_eq!(told(&folder), "nothing to go on from");
    assert_eq!(folder.bytes("work/samestory-work-copies"), copies);
    // Of other settings, or another input, nothing is taken over.
    let other = folder.run(&[&CALL[..], &["--copy-threshold", "0.5"]].concat());
    assert!(other.err.contains("nothing to go on from"), "{}", other.err);
    folder.write("dump.jsonl", dump() + &json_line("one more", "", "More"));
    let other = folder.run(&CALL);
    assert!(other.err.contains("nothing to go on from"), "{}", other.err);
}

#[test]
fn a_run_that_is_killed_is_finished_by_the_next() {
    let whole = undisturbed();
    let started = std::time::Instant::now();
    undisturbed();
    let took = started.elapsed();
    for moment in 0..8 {
        let folder = Folder::with("dump.jsonl", dump());
        let mut child = folder
            .command(&CALL)
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        std::thread::sleep(took * moment / 8);
        child.kill().expect("it can be killed");
        child.wait().expect("it can be waited for");
        folder.run(&CALL).done();
        assert!(outputs(&folder) == whole);
    }
}

#[test]
fn a_work_folder_is_cleaned_of_what_stages_left_and_of_nothing_else() {
    let folder = Folder::with("dump.jsonl", dump());
    folder.run(&CALL).done();
    folder.write("work/mine", "mine");
    folder.run(&["work", "clean", "work"]).done();
    assert!(
        folder
            .files()
            .iter()
            .filter(|name| name.starts_with("work/"))
            .eq(["work/mine"])
    );
    folder.write("work/samestory-work-copies", "mine");
    folder.run(&CALL).failed();
    assert_eq!(folder.text("work/samestory-work-copies"), "mine");
    let piped = ["cluster", "-", "--work", "work2"];
    let refused = folder.run_with_input(&piped, dump().as_bytes());
    assert_eq!(refused.status, Some(1), "{}", refused.err);
}
