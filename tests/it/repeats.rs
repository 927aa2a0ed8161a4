//! Paragraphs that an earlier record has: told of, and left out where that is asked.

use crate::command::{BRIDGE, FERRY, Folder, PUFFINS, rows};

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
    let cut = format!("cut: 1 paragraphs, {} bytes, from 1 records", FERRY.len());
    assert!(ran.err.contains(&cut), "{}", ran.err);
    ran.done();
    // A table is made of the records in two looks, and what is cut is counted in one.
    for to in ["out.csv", "again.jsonl"] {
        let report = ["--report-json", "run.json"];
        let call = ["dedup", "a.jsonl", "-o", to, "--strip-repeats"];
        folder.run(&[&call[..], &report].concat()).done();
        let report: serde_json::Value =
            serde_json::from_str(&folder.text("run.json")).expect("it is JSON");
        let expected = serde_json::json!({"records": 1, "paragraphs": 1, "bytes": FERRY.len()});
        assert_eq!(report["written"]["repeats_cut"], expected, "{to}");
    }
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
    let folder = Folder::with("a.jsonl", dump());
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
}

#[test]
fn what_is_told_as_furniture_is_what_is_left_out_as_furniture() {
    let folder = Folder::with("a.jsonl", crate::corpora::wire(1).to_jsonl());
    let call = ["dedup", "a.jsonl", "-q", "-o"];
    let run = |flags: &[&str]| folder.run(&[&call[..], flags].concat()).done();
    run(&["whole.jsonl", "--spans", "spans.csv"]);
    run(&["clean.jsonl", "--strip-furniture"]);
    let texts = |name: &str| -> Vec<(u64, String)> {
        let value =
            |line: &str| -> serde_json::Value { serde_json::from_str(line).expect("it is JSON") };
        let dump = folder.text("a.jsonl");
        let number = |id: &serde_json::Value| {
            let at = dump.lines().position(|line| value(line)["id"] == *id);
            at.expect("it was read") as u64 + 1
        };
        let written = folder.text(name);
        let lines = written.lines().map(value);
        let texts = lines.map(|it| {
            (
                number(&it["id"]),
                it["text"].as_str().unwrap_or_default().to_owned(),
            )
        });
        texts.collect()
    };
    let table = folder.text("spans.csv");
    let spans: Vec<Vec<String>> = rows(&table)
        .into_iter()
        .filter(|row| row[4] == "furniture")
        .collect();
    assert!(spans.len() > 10);
    let words = |text: &str| text.split_whitespace().collect::<String>();
    for ((record, whole), (_, clean)) in texts("whole.jsonl").into_iter().zip(texts("clean.jsonl"))
    {
        let own = spans.iter().filter(|row| row[1] == record.to_string());
        let span = |row: &Vec<String>| {
            let number = |at: usize| row[at].parse::<usize>().expect("it is a number");
            number(2)..number(3)
        };
        let own: Vec<_> = own.map(span).collect();
        let left = whole
            .chars()
            .enumerate()
            .filter(|(at, _)| !own.iter().any(|span| span.contains(at)));
        assert_eq!(
            words(&left.map(|it| it.1).collect::<String>()),
            words(&clean)
        );
    }
}
