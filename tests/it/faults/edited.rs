//! Tables and states that were edited or cut are refused before anything is written.

use crate::command::{Folder, small_dump};

fn clustered() -> (Folder, Vec<String>) {
    let folder = Folder::with("dump.jsonl", small_dump());
    folder
        .run(&["cluster", "dump.jsonl", "-o", "c.csv", "--state", "kept"])
        .done();
    let lines = folder.text("c.csv").lines().map(str::to_owned).collect();
    (folder, lines)
}

fn refused(folder: &Folder, lines: &[String]) -> String {
    folder.write("edited.csv", lines.join("\n") + "\n");
    let dedup = [
        "dedup",
        "dump.jsonl",
        "--clusters",
        "edited.csv",
        "-o",
        "kept.jsonl",
        "--removed",
        "r.csv",
    ];
    let by_dedup = folder.run(&dedup).failed();
    let report = [
        "report",
        "edited.csv",
        "--input",
        "dump.jsonl",
        "-o",
        "r.html",
    ];
    folder.run(&report).failed();
    let files = folder.files();
    let is_output = |name: &String| ["kept.jsonl", "r.csv", "r.html"].contains(&name.as_str());
    assert!(!files.iter().any(is_output), "{files:?}");
    by_dedup
}

#[test]
fn a_table_that_names_what_it_does_not_have_is_refused() {
    let (folder, lines) = clustered();
    let edit = |from: &str, to: &str| -> Vec<String> {
        assert!(lines.iter().any(|line| line.contains(from)), "{lines:#?}");
        lines.iter().map(|line| line.replace(from, to)).collect()
    };
    let mut twice = lines.clone();
    twice.push(lines[1].clone());
    let mut short = lines.clone();
    short.remove(4);
    let told = [
        // The representative of a copy is nobody, or stands for nobody; so does the lead of a story.
        edit("ferry,longer,longer,near", "ferry,longer,nobody,near"),
        edit("ferry,longer,longer,near", "ferry,longer,again,near"),
        edit(
            "puffins,puffins,puffins,lead",
            "puffins,moon,puffins,related",
        ),
        // What a row is to others is not what it says.
        edit("bridge,bridge,bridge,lead", "bridge,puffins,bridge,lead"),
        // A row stands twice, a record does, and the row that others name is gone.
        twice,
        edit("dump.jsonl,5", "dump.jsonl,2"),
        short,
    ];
    let told: Vec<String> = told.iter().map(|lines| refused(&folder, lines)).collect();
    insta::assert_snapshot!(told.concat());
}

#[test]
fn a_state_is_held_against_its_hashes_before_it_is_believed() {
    let (folder, _) = clustered();
    let whole = folder.bytes("kept/state");
    let call = ["dedup", "dump.jsonl", "--state", "kept", "-o", "kept.jsonl"];
    for at in (0..whole.len()).step_by(whole.len() / 40) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        folder.write("kept/state", &bytes);
        folder.run(&call).failed();
    }
    folder.write("kept/state", &whole);
    let files = folder.files();
    let table = files
        .iter()
        .find(|name| name.starts_with("kept/samestory-clusters-"));
    let table = table.expect("a state has a clusters table").clone();
    let bytes = folder.bytes(&table);
    folder.write(&table, &bytes[..bytes.len() - 1]);
    let message = folder.run(&call).failed();
    assert!(
        message.contains("it is missing, or was changed"),
        "{message}"
    );
    folder.write(&table, &bytes);
    folder.run(&call).done();
}
