//! Fields of the records themselves say which of several copies is kept.

use crate::command::{BRIDGE, FERRY, Folder, columns};

/// Copies of one text with a score each, and what may stand beside it.
fn dump(records: &[(&str, &str, &str)]) -> String {
    let line = |(id, score, date): &(&str, &str, &str)| {
        format!(
            "{{\"id\":\"{id}\",\"meta\":{{\"score\":{score}}},\"date\":\"{date}\",\"text\":\"{FERRY}\"}}\n"
        )
    };
    records.iter().map(line).collect()
}

fn kept(folder: &Folder, flags: &[&str]) -> String {
    let call = ["cluster", "a.jsonl", "-q"];
    let out = folder.run(&[&call[..], flags].concat()).done();
    columns(&out, ["article_id", "copy_id"])[0].1.clone()
}

#[test]
fn the_copy_with_the_best_value_is_kept_whatever_the_order_of_records() {
    let mut records = vec![
        ("none", "null", "2021-03-01"),
        ("low", "-2.5", "2021-03-02"),
        ("high", "10", "2021-03-05"),
        ("also", "\"10.0\"", "2021-03-04"),
        ("mid", "9", "2021-03-03"),
    ];
    for _ in 0..records.len() {
        records.rotate_left(1);
        let folder = Folder::with("a.jsonl", dump(&records));
        for (flags, id) in [
            (&[][..], "none"),
            (&["--keep-by", "meta.score:desc"], "also"),
            (&["--keep-by", "meta.score:asc"], "low"),
            (&["--keep-by", "meta.score:desc,date:desc"], "high"),
            (
                &["--keep-by", "meta.score:desc", "--keep", "latest"],
                "high",
            ),
            (&["--keep-by", "date:desc"], "high"),
        ] {
            assert_eq!(kept(&folder, flags), id, "{flags:?}");
        }
        let call = [
            "dedup",
            "a.jsonl",
            "-q",
            "-o",
            "out.jsonl",
            "--keep-by",
            "meta.score:asc",
        ];
        folder.run(&call).done();
        assert!(folder.text("out.jsonl").contains("\"low\""));
    }
}

#[test]
fn length_and_columns_of_csv_say_it_too() {
    let longer = format!("{FERRY} Nobody was hurt.");
    let table = format!("id,rank,text\na,3,\"{FERRY}\"\nb,1,\"{longer}\"\nc,2,\"{BRIDGE}\"\n");
    let folder = Folder::with("a.csv", table);
    let first = |by: &str| {
        let out = folder
            .run(&["cluster", "a.csv", "-q", "--keep-by", by])
            .done();
        columns(&out, ["article_id", "copy_id"])[0].1.clone()
    };
    assert_eq!(first("rank:asc"), "b");
    assert_eq!(first("rank:desc"), "a");
    assert_eq!(first("text:desc"), "b");
    assert_eq!(first("text:asc"), "a");
}

#[test]
fn what_says_nothing_is_refused() {
    let folder = Folder::with("a.jsonl", dump(&[("a", "1", "2021-03-01")]));
    for (by, reason) in [
        ("meta.score", "a field and a direction"),
        ("url:asc", "a field of numbers or moments"),
        ("a:asc,b:asc,c:asc,d:asc", "from 0 to 3"),
        ("nowhere:desc", "no field \"nowhere\""),
    ] {
        let ran = folder.run(&["cluster", "a.jsonl", "--keep-by", by]);
        assert!(ran.err.contains(reason), "{by}: {}", ran.err);
        assert_ne!(ran.status, Some(0));
    }
}
