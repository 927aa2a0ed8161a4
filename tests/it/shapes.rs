//! Whatever shape a dump comes in, its records are read, counted and written.

use crate::command::{BRIDGE, FERRY, Folder, PUFFINS, rows};

/// Records of one array, indented, the second a copy of the first.
fn array() -> String {
    let record = |id: &str, day: u32, text: &str| {
        let date = format!("2021-03-{day:02}");
        let record = serde_json::json!({"id": id, "title": "A title", "text": text, "n": [1, {"a b": null}], "date": date});
        serde_json::to_string_pretty(&record).expect("it is JSON")
    };
    let records = [
        record("a", 1, FERRY),
        record("b", 2, FERRY),
        record("c", 3, BRIDGE),
    ];
    format!("[\n{}\n]\n", records.join(",\n"))
}

#[test]
fn the_records_of_an_array_are_written_as_lines() {
    let folder = Folder::with("array.json", array());
    folder
        .run(&["dedup", "array.json", "-o", "clean.jsonl", "-q"])
        .done();
    let written = folder.text("clean.jsonl");
    let lines: Vec<serde_json::Value> = written
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line is a record"))
        .collect();
    let ids: Vec<&str> = lines
        .iter()
        .filter_map(|line| line["id"].as_str())
        .collect();
    assert_eq!(ids, ["a", "c"]);
    assert_eq!(lines[0]["n"], serde_json::json!([1, {"a b": null}]));
    folder
        .run(&["dedup", "array.json", "-o", "marked.jsonl", "--mark", "-q"])
        .done();
    assert_eq!(folder.text("marked.jsonl").lines().count(), 3);
    folder
        .run(&["dedup", "array.json", "-o", "clean.csv", "-q"])
        .done();
    assert!(
        folder
            .text("clean.csv")
            .starts_with("date,id,n,text,title\n")
    );
}

#[test]
fn documents_in_a_folder_are_written_under_their_names() {
    let folder = Folder::with("in/array.json", array());
    let copy = format!(
        "{{\n  \"id\": \"d\",\n  \"date\": \"2021-03-09\",\n  \"text\": \"{BRIDGE}\"\n}}\n"
    );
    folder.write("in/copy.json", copy);
    folder.write(
        "in/lines.jsonl",
        format!("{{\"id\":\"e\",\"text\":\"{PUFFINS}\"}}\n"),
    );
    folder.run(&["dedup", "in", "-o", "out/", "-q"]).done();
    assert_eq!(
        folder.files(),
        [
            "in/array.json",
            "in/copy.json",
            "in/lines.jsonl",
            "out/.samestory-files",
            "out/array.json",
            "out/lines.jsonl"
        ]
    );
    assert_eq!(folder.text("out/array.json").lines().count(), 2);
    folder.run(&["dedup", "in", "-o", "one.jsonl", "-q"]).done();
    assert_eq!(folder.text("one.jsonl").lines().count(), 3);
}

#[test]
fn a_record_that_is_broken_within_an_array_is_a_reject() {
    let document = array().replace("\"id\": \"b\"", "\"id\": \"b");
    let folder = Folder::with("array.json", document);
    let ran = folder.run(&["cluster", "array.json", "--rejects", "bad.jsonl"]);
    assert!(
        ran.err.contains("array.json:2: rejected: broken JSON"),
        "{}",
        ran.err
    );
    assert_eq!(rows(&ran.done()).len(), 3);
    assert!(folder.text("bad.jsonl").contains("\"id\": \"b"));
}

/// A file as another program wrote it.
fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/it/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).expect("there is such a file")
}

#[test]
fn a_database_is_read_whatever_its_pages_and_its_letters_are() {
    for (name, articles) in [("nela.sqlite", 3), ("wide.sqlite", 3), ("long.sqlite", 403)] {
        let folder = Folder::with("news.db", fixture(name));
        let out = folder
            .run(&["cluster", "news.db", "-q", "--copies-only"])
            .done();
        assert_eq!(rows(&out).len() - 1, articles, "{name}");
        assert!(out.contains("\n10,"), "{name}: {out}");
    }
    let folder = Folder::with("news.db", fixture("nela.sqlite"));
    let ran = folder.run(&["cluster", "news.db", "--table", "labels"]);
    assert!(
        ran.err.contains("no field that looks like a text"),
        "{}",
        ran.err
    );
    let ran = folder.run(&["cluster", "news.db", "--table", "articles"]);
    assert!(
        ran.failed()
            .contains("no table articles; the tables are: labels (source, label); newsdata")
    );
}

#[test]
fn arrow_is_read_in_every_form() {
    for name in [
        "stream.arrow",
        "lz4.feather",
        "zstd.feather",
        "polars.arrow",
    ] {
        let folder = Folder::with("frame.arrow", fixture(name));
        folder
            .run(&["dedup", "frame.arrow", "-o", "clean.jsonl", "-q"])
            .done();
        let written = folder.text("clean.jsonl");
        let first: serde_json::Value =
            serde_json::from_str(written.lines().next().unwrap_or_default()).expect("it is JSON");
        assert_eq!(written.lines().count(), 2, "{name}");
        assert_eq!(
            (&first["id"], &first["title"], &first["text"]),
            (&"a".into(), &"No ferry".into(), &FERRY.into()),
            "{name}"
        );
        if name != "polars.arrow" {
            assert_eq!(first["date"], "2021-03-05T10:20:30Z");
            assert_eq!(first["tags"], serde_json::json!(["x", "y"]));
            assert_eq!(first["meta"], serde_json::json!({"n": 1, "ok": true}));
            assert_eq!(first["score"], 0.5);
        }
    }
    let whole = fixture("stream.arrow");
    let folder = Folder::with("frame.arrow", &whole[..whole.len() / 2]);
    let message = folder.run(&["cluster", "frame.arrow"]).failed();
    assert!(message.contains("damaged or cut off"), "{message}");
}

#[test]
fn what_may_hold_articles_and_was_not_read_is_told_listed_and_an_error() {
    let folder = Folder::with(
        "in/a.jsonl",
        format!("{{\"id\":\"a\",\"text\":\"{FERRY}\"}}\n"),
    );
    folder.write(
        "in/old.xml",
        format!("<?xml version=\"1.0\"?><archive><text>{BRIDGE}</text></archive>"),
    );
    folder.write("in/README.md", "What this is");
    folder.write("in/logo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0");
    let call = ["cluster", "in", "-o", "out.csv", "--rejects", "bad.jsonl"];
    let ran = folder.run(&call);
    assert_eq!(ran.status, Some(1), "{}", ran.err);
    assert!(
        ran.err.contains("in/old.xml: not read: XML (<archive>)"),
        "{}",
        ran.err
    );
    assert!(
        !ran.err.contains("README") && !ran.err.contains("logo"),
        "{}",
        ran.err
    );
    assert_eq!(rows(&folder.text("out.csv")).len(), 2);
    assert!(folder.text("bad.jsonl").contains("\"file\":\"in/old.xml\""));
    let ran = folder.run(&["cluster", "in", "-o", "out.csv", "--lenient"]);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    // Little is no error.
    folder.write(
        "in/b.jsonl",
        format!(
            "{{\"id\":\"b\",\"text\":\"{}\"}}\n",
            "Much text. ".repeat(5000)
        ),
    );
    folder.run(&["cluster", "in", "-o", "out.csv"]).done();
}

#[test]
fn titles_alone_are_a_warning_that_names_the_field_with_the_texts() {
    let line = |id: &str, text: &str| {
        format!("{{\"id\":\"{id}\",\"title\":\"A title\",\"prose\":\"{text}\"}}\n")
    };
    let folder = Folder::with("a.jsonl", [line("a", FERRY), line("b", BRIDGE)].concat());
    let ran = folder.run(&["cluster", "a.jsonl"]);
    assert!(
        ran.err.contains("warning: no text, the titles alone are compared; prose has 189 characters a record: --text-field prose"),
        "{}",
        ran.err
    );
    let message = folder.run(&["cluster", "a.jsonl", "--strict"]).failed();
    assert!(message.contains("--text-field prose"), "{message}");
    let ran = folder.run(&["cluster", "a.jsonl", "--text-field", "prose", "--strict"]);
    assert!(!ran.err.contains("warning"), "{}", ran.err);
}

#[test]
fn texts_in_other_encodings_are_read_and_written_in_utf_8() {
    let text = "Паром на северные острова не выйдет в море до понедельника, сказал начальник порта в пятницу вечером.";
    let table = format!(
        "id,title,text\n1,Паром,\"{text}\"\n2,Мост,\"Инженеры закрыли железный мост, потому что проржавела опора.\"\n"
    );
    let (bytes, ..) = encoding_rs::WINDOWS_1251.encode(&table);
    let folder = Folder::with("ru.csv", &bytes);
    let ran = folder.run(&["dedup", "ru.csv", "-o", "out.jsonl"]);
    assert!(
        ran.err.contains("ru.csv: read as windows-1251"),
        "{}",
        ran.err
    );
    let first = folder.text("out.jsonl");
    assert!(
        first.contains(text) && !first.contains('\u{fffd}'),
        "{first}"
    );
    folder
        .run(&["dedup", "ru.csv", "-o", "same.csv", "-q"])
        .done();
    assert_eq!(folder.text("same.csv"), table);
    let ran = folder.run(&["cluster", "ru.csv", "--encoding", "klingon"]);
    assert_eq!(ran.status, Some(2), "{}", ran.err);
}

#[test]
fn articles_are_chosen_by_length_language_date_and_lot() {
    let line = |id: &str, date: &str, text: &str| {
        format!("{{\"id\":\"{id}\",\"date\":\"{date}\",\"text\":\"{text}\"}}\n")
    };
    let german = "Die Fähre zu den nördlichen Inseln fährt nicht vor Montag, sagte der Hafenmeister am späten Abend, weil der Sturm tobt.";
    let dump = [
        line("short", "2021-03-01", "Too short"),
        line("ferry", "2021-03-05T10:00:00Z", FERRY),
        line("german", "2021-03-06", german),
        line("bridge", "", BRIDGE),
        line("puffins", "2021-03-09", PUFFINS),
    ];
    let folder = Folder::with("a.jsonl", dump.concat());
    let ids = |flags: &[&str]| {
        let out = folder
            .run(&[&["cluster", "a.jsonl", "-q"], flags].concat())
            .done();
        let ids: Vec<String> = rows(&out)[1..].iter().map(|row| row[0].clone()).collect();
        ids.join(" ")
    };
    assert_eq!(ids(&["--min-words", "5"]), "ferry german bridge puffins");
    assert_eq!(ids(&["--max-words", "5"]), "short");
    assert_eq!(ids(&["--language", "de"]), "german");
    assert_eq!(
        ids(&["--since", "2021-03-05", "--until", "2021-03-06"]),
        "ferry german"
    );
    assert_eq!(ids(&["--until", "2021-03-05T10:00:00"]), "short");
    assert_eq!(ids(&["--limit", "3"]), "short ferry german");
    let ran = folder.run(&[
        "cluster",
        "a.jsonl",
        "--min-words",
        "5",
        "--since",
        "2021-03-05",
    ]);
    assert!(
        ran.err.contains("1 left out: without a date"),
        "{}",
        ran.err
    );
    folder
        .run(&[
            "dedup",
            "a.jsonl",
            "-o",
            "out.jsonl",
            "--language",
            "german",
            "-q",
        ])
        .done();
    assert_eq!(
        folder.text("out.jsonl"),
        line("german", "2021-03-06", german)
    );
    let many: String = (0..400)
        .map(|n| line(&n.to_string(), "", &format!("{FERRY} {n}")))
        .collect();
    folder.write("many.jsonl", many);
    let out = folder
        .run(&["cluster", "many.jsonl", "--sample", "10%", "-q"])
        .done();
    assert!((15..80).contains(&rows(&out).len()));
}

#[test]
fn a_dry_run_says_what_would_be_kept_and_writes_nothing() {
    let folder = Folder::with("in/a.json", array());
    folder.write(
        "in/b.jsonl",
        format!("{{\"id\":\"d\",\"text\":\"{PUFFINS}\"}}\n"),
    );
    let ran = folder.run(&["dedup", "in", "--dry-run"]);
    assert!(
        ran.err
            .contains("kept        3 records, 1 left out; nothing was written"),
        "{}",
        ran.err
    );
    assert_eq!(folder.files(), ["in/a.json", "in/b.jsonl"]);
    // Where a folder went in, a name without ending is a folder.
    folder.run(&["dedup", "in", "-o", "out", "-q"]).done();
    assert_eq!(folder.files()[3..], ["out/a.json", "out/b.jsonl"]);
}

#[test]
fn a_run_says_in_json_what_it_was() {
    let folder = Folder::with("a.json", array());
    let call = [
        "cluster",
        "a.json",
        "-o",
        "out.tsv",
        "-q",
        "--report-json",
        "run.json",
        "--threshold",
        "0.5",
        "-j",
        "2",
    ];
    folder.run(&call).done();
    let run: serde_json::Value =
        serde_json::from_str(&folder.text("run.json")).expect("it is JSON");
    assert_eq!(run["command"], "cluster");
    assert_eq!(run["settings"]["--copy-threshold"], "0.5");
    assert_eq!(run["threads"], 2);
    assert_eq!(run["inputs"][0]["bytes"], array().len());
    assert_eq!(run["found"]["articles"], 3);
    assert_eq!(run["found"]["copies"], 1);
    assert_eq!(run["sources"][0]["articles"], 3);
    assert!(
        run["stages"]
            .as_array()
            .is_some_and(|stages| stages.len() > 3)
    );
    assert!(
        folder
            .text("out.tsv")
            .starts_with("article_id\tstory_id\tcopy_id\t")
    );
}

#[test]
fn how_far_a_run_is_can_be_read_by_programs() {
    let folder = Folder::with("a.json", array());
    let ran = folder.run(&[
        "cluster",
        "a.json",
        "-o",
        "out.csv",
        "--progress",
        "json",
        "--log-level",
        "error",
    ]);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    let told = ran
        .err
        .lines()
        .map(|line| serde_json::from_str(line).expect("it is JSON"));
    let told: Vec<serde_json::Value> = told.collect();
    assert_eq!(
        (&told[0]["stage"], &told[0]["name"]),
        (&1.into(), &"learning furniture".into())
    );
    assert!(told.iter().all(|line| line["stages"] == 10), "{}", ran.err);
}

#[test]
fn the_order_of_day_and_month_is_settled_by_the_whole_dump() {
    let line = |id: &str, date: &str| {
        format!("{{\"id\":\"{id}\",\"date\":\"{date}\",\"text\":\"{FERRY} {id}\"}}\n")
    };
    let folder = Folder::with(
        "in/a.jsonl",
        [line("a", "03/04/2021"), line("b", "04-19-2021")].concat(),
    );
    // A file of its own order, and one that has none of its own.
    folder.write(
        "in/b.jsonl",
        [line("c", "03/04/2021"), line("d", "19/04/2021")].concat(),
    );
    folder.write("in/c.jsonl", line("e", "2021-05-01"));
    let out = folder.run(&["cluster", "in", "-q"]).done();
    let published = crate::command::columns(&out, ["article_id", "published"]);
    let days: Vec<&str> = published.iter().map(|(_, date)| &date[..10]).collect();
    assert_eq!(
        days,
        [
            "2021-03-04",
            "2021-04-19",
            "2021-04-03",
            "2021-04-19",
            "2021-05-01"
        ]
    );
}
