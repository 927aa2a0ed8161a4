//! Paragraphs that an earlier record has: told of, and left out where that is asked.

use crate::command::{BRIDGE, FERRY, Folder, PUFFINS, json_line, rows};

const COURT: &str = "The district court has sent the former treasurer of the rowing club to prison for eighteen months.";
const MUSEUM: &str = "A museum in the old tram depot will show what is left of the first electric line of the valley.";

fn record(id: &str, day: u32, text: &str) -> String {
    let record = serde_json::json!({"id": id, "date": format!("2021-03-{day:02}"), "text": text});
    format!("{record}\n")
}

/// The later record comes first, and its second paragraph stands in the earlier one.
fn dump() -> String {
    let later = record(
        "late",
        9,
        &format!("{BRIDGE} {MUSEUM}\n{FERRY}\n  {COURT}  \nShort line."),
    );
    let early = record("early", 2, &format!("{PUFFINS}\n{FERRY}\nShort line."));
    later + &early
}

#[test]
fn a_paragraph_is_left_out_of_the_later_record() {
    let folder = Folder::with("a.jsonl", dump());
    let ran = folder.run(&["dedup", "a.jsonl", "-o", "out.jsonl", "--strip-repeats"]);
    assert!(ran.err.contains("repeats     1 paragraphs"), "{}", ran.err);
    ran.done();
    let later = record(
        "late",
        9,
        &format!("{BRIDGE} {MUSEUM}\n  {COURT}  \nShort line."),
    );
    let early = dump().lines().nth(1).expect("it is there").to_owned() + "\n";
    assert_eq!(folder.text("out.jsonl"), later + &early);
    // The order of the records does not matter.
    let reversed: Vec<String> = dump()
        .lines()
        .rev()
        .map(|line| format!("{line}\n"))
        .collect();
    folder.write("b.jsonl", reversed.concat());
    folder
        .run(&[
            "dedup",
            "b.jsonl",
            "-o",
            "reversed.jsonl",
            "--strip-repeats",
            "-q",
        ])
        .done();
    let mut lines: Vec<String> = folder
        .text("reversed.jsonl")
        .lines()
        .map(str::to_owned)
        .collect();
    lines.reverse();
    assert_eq!(lines.join("\n") + "\n", folder.text("out.jsonl"));
    // So it is where little fits into memory, and in other forms.
    folder
        .run(&[
            "dedup",
            "a.jsonl",
            "-o",
            "small.jsonl",
            "--strip-repeats",
            "--memory",
            "1M",
            "-q",
        ])
        .done();
    assert_eq!(folder.text("small.jsonl"), folder.text("out.jsonl"));
    folder
        .run(&["dedup", "a.jsonl", "-o", "out.csv", "--strip-repeats", "-q"])
        .done();
    assert_eq!(
        folder.text("out.csv").matches("ferry").count(),
        FERRY.matches("ferry").count()
    );
}

#[test]
fn a_text_keeps_half_of_what_it_has() {
    let parts = [FERRY, BRIDGE, PUFFINS, COURT];
    let whole = record("a", 1, &parts.join("\n"));
    let other = record(
        "b",
        2,
        &format!("{MUSEUM}\n{COURT}\n{FERRY}\n{BRIDGE}\n{PUFFINS}"),
    );
    let folder = Folder::with("a.jsonl", whole + &other);
    folder
        .run(&[
            "dedup",
            "a.jsonl",
            "-o",
            "out.jsonl",
            "--strip-repeats",
            "--within",
            "source",
            "--copy-window",
            "1h",
            "-q",
        ])
        .done();
    let written = folder.text("out.jsonl");
    let second: serde_json::Value =
        serde_json::from_str(written.lines().nth(1).expect("both are kept")).expect("it is JSON");
    let text = second["text"].as_str().expect("it has one");
    let before = MUSEUM.len() + parts.iter().map(|part| part.len() + 1).sum::<usize>();
    assert!(
        text.starts_with(MUSEUM) && text.len() * 2 >= before && text.len() < before,
        "{text}"
    );
}

#[test]
fn stretches_are_told_by_record_and_characters() {
    let menu = "Home | News | Sport | Weather";
    let page = |id: &str, text: &str| json_line(id, "", &format!("{menu} à\\n{text}"));
    let pages: Vec<String> = (0..12)
        .map(|n| page(&n.to_string(), &format!("{n} {PUFFINS} {n} {n}")))
        .collect();
    let folder = Folder::with("a.jsonl", dump());
    folder.write("b.jsonl", pages.concat());
    folder
        .run(&[
            "dedup",
            "a.jsonl",
            "-o",
            "out.jsonl",
            "--spans",
            "spans.csv",
            "-q",
        ])
        .done();
    // Nothing is left out for that.
    assert_eq!(folder.text("out.jsonl"), dump());
    let start = format!("{BRIDGE} {MUSEUM}\n").chars().count();
    let end = start + FERRY.chars().count();
    assert_eq!(
        folder.text("spans.csv"),
        format!("input,record,start,end,reason\na.jsonl,1,{start},{end},repeated paragraph\n")
    );
    folder
        .run(&[
            "dedup",
            "a.jsonl",
            "-o",
            "again.jsonl",
            "--spans",
            "spans.parquet",
            "--strip-repeats",
            "-q",
        ])
        .done();
    assert!(folder.bytes("spans.parquet").starts_with(b"PAR1"));
    folder
        .run(&[
            "dedup",
            "b.jsonl",
            "-o",
            "pages.jsonl",
            "--spans",
            "menus.csv",
            "-q",
        ])
        .done();
    let menus = folder.text("menus.csv");
    let first = &rows(&menus)[1];
    let length = (menu.chars().count() + 2).to_string();
    assert_eq!(first[2..], ["0", &length, "furniture"], "{menus}");
}
