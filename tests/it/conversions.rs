//! `samestory dedup` writes the kept records in another form, where the name of the output says so.

use std::io::Write;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::columnar::Contents;
use crate::command::{BRIDGE, FERRY, Folder, PUFFINS, gunzip, rows, small_dump};

fn records(lines: &str) -> Vec<Value> {
    let records = lines.lines().map(serde_json::from_str);
    records.collect::<Result<_, _>>().expect("it is JSON lines")
}

/// Converts the files of a folder without asking what they hold twice.
fn convert(folder: &Folder, inputs: &[&str], output: &str, flags: &[&str]) {
    let call = [&["dedup", "-q", "-o", output], flags, inputs].concat();
    folder.run(&call).done();
}

/// Three records of which no two have the same keys.
fn uneven() -> String {
    [
        json!({"id": 7, "text": FERRY, "score": 1, "tags": ["a", {"b": null}], "ok": true}),
        json!({"text": BRIDGE, "score": 2.5, "wide": u64::MAX, "mixed": "x", "quote": "\"a\",\n b"}),
        json!({"id": 9, "mixed": 3, "wide": 1, "text": PUFFINS, "empty": "", "none": null}),
    ]
    .map(|record| format!("{record}\n"))
    .concat()
}

#[test]
fn json_lines_become_columns_of_all_their_keys_typed_by_their_values() {
    let folder = Folder::with("dump.jsonl", uneven());
    convert(&folder, &["dump.jsonl"], "out.parquet", &[]);
    let held = Contents::of(&folder.path("out.parquet"));
    let mut schema = Vec::new();
    ::parquet::schema::printer::print_schema(&mut schema, &held.schema);
    insta::assert_snapshot!(String::from_utf8_lossy(&schema), @r"
    message schema {
      OPTIONAL INT64 id;
      OPTIONAL BOOLEAN ok;
      OPTIONAL DOUBLE score;
      OPTIONAL BYTE_ARRAY tags (STRING);
      OPTIONAL BYTE_ARRAY text (STRING);
      OPTIONAL BYTE_ARRAY mixed (STRING);
      OPTIONAL BYTE_ARRAY quote (STRING);
      OPTIONAL BYTE_ARRAY wide (STRING);
      OPTIONAL BYTE_ARRAY empty (STRING);
      OPTIONAL BYTE_ARRAY none (STRING);
    }
    ");
    assert_eq!(held.values("wide"), [u64::MAX.to_string(), "1".to_owned()]);
    assert_eq!(held.values("tags"), [r#"["a",{"b":null}]"#]);
    convert(&folder, &["out.parquet"], "back.jsonl", &[]);
    let back = records(&folder.text("back.jsonl"));
    assert_eq!(back[0]["tags"], json!(["a", {"b": null}]));
    assert_eq!(back[2]["mixed"], json!("3"));
    assert_eq!(back[2]["empty"], json!(""));
    assert_eq!(back[1]["empty"], Value::Null);
}

#[test]
fn json_lines_become_rows_with_a_cell_for_every_key() {
    let folder = Folder::with("dump.jsonl", uneven());
    convert(&folder, &["dump.jsonl"], "out.csv.gz", &[]);
    let table = gunzip(&folder.bytes("out.csv.gz"));
    let short = table
        .replace(FERRY, "F")
        .replace(BRIDGE, "B")
        .replace(PUFFINS, "P");
    insta::assert_snapshot!(short, @r#"
    id,ok,score,tags,text,mixed,quote,wide,empty,none
    7,true,1,"[""a"",{""b"":null}]","F",,,,,
    ,,2.5,,"B",x,"""a"",
     b",18446744073709551615,,
    9,,,,"P",3,,1,"",
    "#);
    convert(&folder, &["dump.jsonl"], "out.tsv", &[]);
    let header = folder.text("out.tsv").lines().next().map(str::to_owned);
    assert!(header.is_some_and(|header| header.starts_with("id\tok\tscore")));
}

#[test]
fn a_csv_becomes_objects_of_texts_and_columns_of_what_its_cells_say() {
    let csv = format!(
        "id,text,,n,n,share,code\r\n1,\"{FERRY}\",x,5,6,0.5,007\r\n2,\"{BRIDGE}\",,,,1.5,008\r\n3,{},,,,,\r\n",
        PUFFINS.replace(',', "")
    );
    let folder = Folder::with("dump.csv", csv);
    convert(&folder, &["dump.csv"], "out.jsonl", &[]);
    let told = records(&folder.text("out.jsonl"));
    assert_eq!(
        told[0],
        json!({"id": "1", "text": FERRY, "column_3": "x", "n": "5", "n_2": "6", "share": "0.5", "code": "007"})
    );
    assert_eq!(told[1]["n"], json!(""));
    assert_eq!(told[2]["code"], json!(""));

    convert(&folder, &["dump.csv"], "out.parquet", &[]);
    convert(&folder, &["out.parquet"], "back.jsonl", &[]);
    let back = records(&folder.text("back.jsonl"));
    assert_eq!(
        back[0],
        json!({"id": 1, "text": FERRY, "column_3": "x", "n": 5, "n_2": 6, "share": 0.5, "code": "007"})
    );
    convert(&folder, &["dump.csv"], "out.tsv", &[]);
    let table = folder.text("out.tsv");
    let first = table
        .lines()
        .nth(1)
        .map(|row| row.split('\t').take(2).collect());
    assert_eq!(first, Some(vec!["1", FERRY]));
    // What stands between the cells may be another mark, but the rows are as they were.
    folder.write("dump.csv", "id;text\r\n1;one two\r\n");
    convert(&folder, &["dump.csv"], "same.csv", &[]);
    assert_eq!(folder.text("same.csv"), "id;text\r\n1;one two\r\n");
}

/// A page of an archive, a page in a file and a text.
fn pages() -> Folder {
    let body = |text: &str| {
        format!(
            "<!doctype html><html lang=en><head><title>A title</title></head><body><p>{text}</p></body></html>"
        )
    };
    let page = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{}",
        body(FERRY)
    );
    let folder = Folder::new();
    folder.write(
        "crawl.warc",
        format!(
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/1\r\n\
            WARC-Date: 2024-03-05T06:07:08Z\r\nContent-Length: {}\r\n\r\n{page}\r\n\r\n",
            page.len()
        ),
    );
    folder.write("page.html", body(BRIDGE));
    folder.write("text.txt", format!("Puffins\n{PUFFINS}\n"));
    folder
}

const PAGES: [&str; 3] = ["crawl.warc", "page.html", "text.txt"];

#[test]
fn pages_archives_and_texts_become_records_of_what_is_known_of_their_articles() {
    let folder = pages();
    convert(&folder, &PAGES, "out.jsonl", &[]);
    let told = records(&folder.text("out.jsonl"));
    let expected = json!({"id": "http://a.example/1", "title": "A title", "text": FERRY, "source": "a.example",
        "published": "2024-03-05T06:07:08Z", "url": "http://a.example/1", "lang": "en"});
    assert_eq!(told[0], expected);
    assert_eq!(told[1]["id"], json!("page.html:1"));
    assert_eq!(told[2]["title"], json!("Puffins"));
    assert_eq!(told[2]["text"], json!(PUFFINS));
    assert_eq!(told[2]["published"], Value::Null);

    convert(&folder, &PAGES, "out.parquet", &[]);
    convert(&folder, &["out.parquet"], "back.jsonl", &[]);
    assert_eq!(records(&folder.text("back.jsonl")), told);
    convert(&folder, &PAGES, "out.csv", &["--mark"]);
    let table = rows(&folder.text("out.csv"));
    assert_eq!(
        table[0][..9],
        [
            "id",
            "title",
            "text",
            "source",
            "published",
            "url",
            "lang",
            "article_id",
            "story_id"
        ]
    );
    assert_eq!(table[1][7], "http://a.example/1");
    assert_eq!(table[2][7], "page.html:1");
}

#[test]
fn marks_are_typed_columns_and_never_under_a_name_that_any_record_has() {
    let dump = format!(
        "{}{}\n",
        small_dump(),
        json!({"id": "own", "text": "nothing else", "copies": "mine"})
    );
    let folder = Folder::with("dump.jsonl", dump);
    folder
        .run(&["cluster", "dump.jsonl", "-o", "clusters.csv", "-q"])
        .done();
    let marked = ["--mark", "--clusters", "clusters.csv"];
    convert(&folder, &["dump.jsonl"], "out.parquet", &marked);
    let held = Contents::of(&folder.path("out.parquet"));
    assert_eq!(held.values("copies"), ["mine"]);
    assert_eq!(
        held.values("samestory_copies"),
        ["3", "1", "3", "3", "1", "1"]
    );
    let table = rows(&folder.text("clusters.csv"));
    let ids: Vec<&String> = table[1..].iter().map(|row| &row[2]).collect();
    assert_eq!(held.values("copy_id").iter().collect::<Vec<_>>(), ids);
}

/// Pages of one site, each an article between the same lines.
fn site() -> Vec<(String, String)> {
    let articles = [FERRY, BRIDGE, PUFFINS].into_iter().enumerate();
    let page = |(at, article): (usize, &str)| {
        let menu =
            "Home | World | Business | Weather today\nSign up for our morning newsletter now";
        let foot = "All rights reserved by the publisher of this site";
        (
            format!("{at}"),
            format!("{menu}\n{article}\nThis is a line of article {at} alone.\n{foot}"),
        )
    };
    articles.map(page).collect()
}

#[test]
fn texts_are_written_without_their_furniture_in_every_form() {
    let folder = Folder::new();
    let mut csv = "id,source,text\n".to_owned();
    for (id, text) in site() {
        folder.write(&format!("texts/{id}.txt"), format!("Title {id}\n{text}\n"));
        csv += &format!("{id},a.example,\"{text}\"\n");
        let body: String = text.lines().map(|line| format!("<p>{line}</p>")).collect();
        folder.write(
            &format!("pages/{id}.html"),
            format!("<!doctype html><html><body>{body}"),
        );
    }
    folder.write("dump.csv", csv);
    let is_clean = |text: &str| !text.contains("newsletter") && !text.contains("rights reserved");
    for (input, flags) in [
        ("texts", &[][..]),
        ("dump.csv", &[]),
        ("pages", &["--html", "off"]),
    ] {
        for output in ["out.jsonl", "out.parquet"] {
            let flags = [flags, &["--strip-furniture"]].concat();
            convert(&folder, &[input], output, &flags);
            convert(&folder, &[output], "told.jsonl", &["--keep-furniture"]);
            let told = folder.text("told.jsonl");
            assert!(is_clean(&told), "{input}: {told}");
            for article in [FERRY, BRIDGE, PUFFINS] {
                assert!(told.contains(article), "{input}: {told}");
            }
        }
    }
    convert(&folder, &["texts"], "clean/", &["--strip-furniture"]);
    for (id, _) in site() {
        let text = folder.text(&format!("clean/{id}.txt"));
        assert!(
            text.starts_with(&format!("Title {id}\n")) && is_clean(&text),
            "{text}"
        );
    }
}

#[test]
fn what_a_form_has_no_place_for_is_refused_with_the_form_that_has() {
    let folder = pages();
    for (flag, output) in [("--mark", "out.warc"), ("--strip-furniture", "out/")] {
        let call = ["dedup", "crawl.warc", "-q", "-o", output, flag];
        let err = folder.run(&call).failed();
        assert!(
            err.contains("crawl.warc: ") && err.contains("-o out.jsonl"),
            "{err}"
        );
    }
    let many: String = (0..5000).map(|key| format!("\"k{key}\":1,")).collect();
    folder.write("keys.jsonl", format!("{{{many}\"text\":\"{FERRY}\"}}\n"));
    let err = folder
        .run(&["dedup", "keys.jsonl", "-q", "-o", "out.parquet"])
        .failed();
    insta::assert_snapshot!(err, @r"
    samestory: keys.jsonl: its records have more than 4096 different keys, too many for columns
      write JSON lines instead: -o out.jsonl
    ");
    let call = ["dedup", "keys.jsonl", "-q", "-o", "out.parquet.gz"];
    let err = folder.run(&call);
    assert!(
        err.status != Some(0) && err.err.contains(".parquet alone"),
        "{}",
        err.err
    );
    assert!(folder.files().iter().all(|name| !name.starts_with("out")));
}

#[test]
fn records_of_different_kinds_do_not_become_one_table() {
    let folder = pages();
    folder.write("dump.jsonl", small_dump());
    let err = folder
        .run(&[
            "dedup",
            "crawl.warc",
            "dump.jsonl",
            "-q",
            "-o",
            "out.parquet",
        ])
        .failed();
    assert!(err.contains("cannot stand in one file"), "{err}");
}

#[test]
fn bad_records_are_left_out_of_conversions_and_mended_ones_are_in_them() {
    let mut dump = Vec::new();
    dump.extend_from_slice(b"not json\n");
    dump.extend_from_slice(b"{\"id\":1,\"text\":\"a stray \xff byte\",\"k\":\"\\ud800\"}\n");
    dump.extend_from_slice(b"{\"id\":1,\"text\":\"");
    dump.extend_from_slice("a long line ".repeat(1 << 10).as_bytes());
    dump.extend_from_slice(b"\"}\n{\"id\":2,\"text\":\"cut of");
    let folder = Folder::new();
    folder.write("plain.jsonl", &dump);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&dump).expect("memory can be written");
    let gzip = gzip.finish().expect("memory can be written");
    folder.write("cut.jsonl.gz", &gzip[..gzip.len() - 20]);
    for input in ["plain.jsonl", "cut.jsonl.gz"] {
        for output in ["out.parquet", "out.csv"] {
            convert(&folder, &[input], output, &[]);
            convert(&folder, &[output], "back.jsonl", &["--keep-furniture"]);
            let back = records(&folder.text("back.jsonl"));
            assert_eq!(
                back[0]["text"],
                json!("a stray \u{FF} byte"),
                "{input} {output}"
            );
            assert_eq!(back[0]["k"], json!(""));
            assert!(back.len() <= 2);
        }
    }
}

#[test]
fn conversions_have_the_same_bytes_at_any_number_of_threads() {
    let dump = crate::corpora::wire(3).to_jsonl().repeat(3);
    let folder = Folder::with("dump.jsonl", dump);
    folder
        .run(&[
            "cluster",
            "dump.jsonl",
            "-o",
            "c.csv",
            "-q",
            "--copies-only",
        ])
        .done();
    for output in ["out.parquet", "out.csv.gz", "out.jsonl.zst"] {
        let written = ["1", "4"].map(|threads| {
            let flags = ["--clusters", "c.csv", "--mark", "--threads", threads];
            convert(&folder, &["dump.jsonl"], output, &flags);
            folder.bytes(output)
        });
        assert!(written[0] == written[1], "{output}");
    }
}

/// A value of one kind, of which a column is made.
fn value(kind: u8) -> BoxedStrategy<Value> {
    match kind {
        0 => any::<i64>().prop_map(Value::from).boxed(),
        1 => any::<bool>().prop_map(Value::from).boxed(),
        2 => (any::<i32>(), 0..6)
            .prop_map(|(digits, places)| json!(f64::from(digits) / 10f64.powi(places)))
            .boxed(),
        3 => "[a-z\",\\n\u{e9}日\u{1}]{0,6}"
            .prop_map(Value::from)
            .boxed(),
        4 => (any::<i32>(), "[a\"]{0,2}")
            .prop_map(|(number, text)| json!({ "n": number, "t": [text, null] }))
            .boxed(),
        _ => prop_oneof![Just(json!(1)), Just(json!(0.5)), Just(json!(-3))].boxed(),
    }
}

fn row(kinds: Vec<u8>) -> impl Strategy<Value = Vec<Option<Value>>> {
    let values = kinds
        .into_iter()
        .map(|kind| proptest::option::of(value(kind)));
    values.collect::<Vec<_>>()
}

fn same(before: Option<&Value>, after: &Value) -> bool {
    match (before, after) {
        (None, after) => after.is_null(),
        (Some(Value::Number(a)), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Some(before), after) => before == after,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn json_lines_that_went_through_parquet_have_equal_values(
        table in proptest::collection::vec(0u8..6, 1..6)
            .prop_flat_map(|kinds| proptest::collection::vec(row(kinds), 1..20)),
    ) {
        let word = |row: usize, at: usize| format!("w{row}x{at}");
        let text = |row: usize| (0..9).map(|at| word(row, at)).collect::<Vec<_>>().join(" ");
        let before: Vec<Value> = table.iter().enumerate().map(|(at, row)| {
            let mut record = json!({ "text": text(at) });
            for (column, value) in row.iter().enumerate() {
                if let Some(value) = value {
                    record[format!("k.{column}")] = value.clone();
                }
            }
            record
        }).collect();
        let folder = Folder::with("dump.jsonl", before.iter().map(|it| format!("{it}\n")).collect::<String>());
        convert(&folder, &["dump.jsonl"], "out.parquet", &["--keep-furniture"]);
        convert(&folder, &["out.parquet"], "back.jsonl", &["--keep-furniture"]);
        let back = records(&folder.text("back.jsonl"));
        prop_assert_eq!(before.len(), back.len());
        for (before, after) in before.iter().zip(&back) {
            let keys = after.as_object().expect("it is an object");
            for (key, value) in keys {
                prop_assert!(same(before.get(key), value), "{}: {} {}", key, before, after);
            }
            for key in before.as_object().expect("it is an object").keys() {
                prop_assert!(keys.contains_key(key), "{}", key);
            }
        }
    }
}

#[test]
fn duckdb_and_polars_read_what_json_lines_became() {
    let Some(python) = crate::python::python_with("readers", &["duckdb>=1,<2", "polars>=1,<2"])
    else {
        eprintln!("not tried: there is no python3, or it cannot install DuckDB and Polars");
        return;
    };
    let folder = Folder::with("dump.jsonl", uneven());
    convert(&folder, &["dump.jsonl"], "out.parquet", &["--mark"]);
    convert(&folder, &["dump.jsonl"], "told.jsonl", &["--mark"]);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/parquet_records.py");
    let files = ["out.parquet", "told.jsonl"].map(|name| folder.path(name));
    let output = std::process::Command::new(python)
        .arg(script)
        .args(files)
        .output();
    let output = output.expect("python starts");
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{err}");
}
