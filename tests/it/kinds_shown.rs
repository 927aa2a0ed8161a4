//! Records that are no articles say so, and can be left out.

use serde_json::json;

use crate::command::{BRIDGE, FERRY, Folder, PUFFINS, columns, json_line, rows, small_dump};

/// What a table is told of some records: the id, the kind, and the form.
type Told<'t> = [(&'t str, &'t str, &'t str)];

/// Draws of a lottery and pages of a consent wall among two articles, one of which stands in two papers.
pub(crate) fn crawl() -> String {
    let line = |id: &str, source: &str, date: u32, text: &str| {
        let record = json!({ "id": id, "title": format!("About {id}"), "text": text, "source": source,
            "date": format!("2024-03-{date:02}T10:00:00Z") });
        format!("{record}\n")
    };
    [
        line("ferry", "courier.example", 1, FERRY),
        line("ferry-again", "gazette.example", 2, FERRY),
        line(
            "draw-1",
            "lotto.example",
            3,
            "First draw: 4 17 23 31 40 and 44.",
        ),
        line(
            "draw-2",
            "lotto.example",
            4,
            "Second draw, on a windy day: 2 9 11 28 35 and 39.",
        ),
        line(
            "draw-3",
            "lotto.example",
            5,
            "Third and last draw of a week of rain: 1 3 8 19 33 and 42.",
        ),
        line(
            "wall-1",
            "daily.example",
            6,
            "Before you go on, say what may be stored.",
        ),
        line(
            "wall-2",
            "daily.example",
            7,
            "Before you read on, say what may be stored here.",
        ),
        line("puffins", "daily.example", 8, PUFFINS),
        line("bridge", "courier.example", 9, BRIDGE),
    ]
    .concat()
}

pub(crate) const KINDS: &Told<'static> = &[
    ("draw-1", "form", "draw-1"),
    ("draw-2", "form", "draw-1"),
    ("draw-3", "form", "draw-1"),
    ("wall-1", "notice", "wall-1"),
    ("wall-2", "notice", "wall-1"),
];

/// A table in which some records are said to be what they are told to be, and all others articles.
fn told(table: &str, told: &Told<'_>) -> String {
    let table = rows(table);
    let place = |name: &str| table[0].iter().position(|column| column == name);
    let [kind, form] = ["kind", "form_id"].map(|name| place(name).expect("there is one"));
    let mut to = csv::Writer::from_writer(Vec::new());
    for (number, row) in table.iter().enumerate() {
        let mut row = row.clone();
        if number > 0 {
            let known = told.iter().find(|it| it.0 == row[0]);
            let known = known.map_or(("article", ""), |it| (it.1, it.2));
            row[kind] = known.0.to_owned();
            row[form] = known.1.to_owned();
        }
        to.write_record(&row).expect("memory can be written");
    }
    String::from_utf8(to.into_inner().expect("memory can be written")).expect("it is UTF-8")
}

/// A folder with a dump and its table, in which records are what they are told to be.
pub(crate) fn folder_with(dump: &str, kinds: &Told<'_>) -> Folder {
    let folder = Folder::with("dump.jsonl", dump);
    let cluster = ["cluster", "dump.jsonl", "--copies-only", "-q"];
    let table = folder.run(&cluster).done();
    folder.write("c.csv", told(&table, kinds));
    folder
}

/// The ids of what is kept of a crawl.
fn kept(folder: &Folder, flags: &[&str]) -> Vec<String> {
    let call = [
        "dedup",
        "dump.jsonl",
        "--clusters",
        "c.csv",
        "-o",
        "kept.csv",
        "-q",
    ];
    folder.run(&[&call[..], flags].concat()).done();
    let ids = columns(&folder.text("kept.csv"), ["id", "id"]);
    ids.into_iter().map(|id| id.0).collect()
}

#[test]
fn kinds_that_are_dropped_are_left_out_in_every_form_of_output() {
    let folder = folder_with(&crawl(), KINDS);
    let dedup = |output: &str, flags: &[&str]| {
        let call = ["dedup", "dump.jsonl", "--clusters", "c.csv", "-o", output];
        folder.run(&[&call[..], flags].concat())
    };
    let drop = ["--drop", "notice,form"];
    let removed = [&drop[..], &["--removed", "removed.csv"]].concat();
    let ran = dedup("kept.jsonl", &removed);
    assert!(
        ran.err
            .contains("3 records, 6 left out, among them 2 notices, 3 items of forms"),
        "{}",
        ran.err
    );
    ran.done();
    let ids = ["ferry", "puffins", "bridge"];
    let lines: String = crawl()
        .split_inclusive('\n')
        .filter(|line| {
            ids.iter()
                .any(|id| line.contains(&format!("\"id\":\"{id}\"")))
        })
        .collect();
    assert_eq!(folder.text("kept.jsonl"), lines);
    assert_eq!(kept(&folder, &drop), ids);
    dedup("out/", &drop).done();
    assert_eq!(folder.text("out/dump.jsonl"), lines);
    // What is left out is listed as what it is.
    let kinds = columns(&folder.text("removed.csv"), ["article_id", "kind"]);
    let mut expected: Vec<(&str, &str)> = KINDS.iter().map(|it| (it.0, it.1)).collect();
    expected.insert(0, ("ferry-again", "article"));
    let kinds: Vec<(&str, &str)> = kinds.iter().map(|it| (&*it.0, &*it.1)).collect();
    assert_eq!(kinds, expected);
    let forms = columns(&folder.text("removed.csv"), ["article_id", "form_id"]);
    assert!(forms.contains(&("draw-3".to_owned(), "draw-1".to_owned())));
}

#[cfg(feature = "parquet")]
#[test]
fn kinds_are_dropped_on_the_way_from_and_to_parquet() {
    let folder = folder_with(&crawl(), KINDS);
    let flags = ["--clusters", "c.csv", "--drop", "notice,form", "-q"];
    let call = ["dedup", "dump.jsonl", "-o", "kept.parquet"];
    folder.run(&[&call[..], &flags].concat()).done();
    folder
        .run(&[
            "dedup",
            "dump.jsonl",
            "-o",
            "all.parquet",
            "--within",
            "source",
            "-q",
        ])
        .done();
    let table = folder.run(&["cluster", "all.parquet", "-q"]).done();
    folder.write("c.csv", told(&table, KINDS));
    for output in ["again.parquet", "again.jsonl", "again/"] {
        let call = ["dedup", "all.parquet", "-o", output];
        folder.run(&[&call[..], &flags].concat()).done();
    }
    for name in ["kept.parquet", "again.parquet", "again/all.parquet"] {
        let ids = crate::columnar::Contents::of(&folder.path(name));
        assert_eq!(ids.values("id"), ["ferry", "puffins", "bridge"], "{name}");
    }
    assert_eq!(folder.text("again.jsonl").lines().count(), 3);
}

/// A crawl in which a source shows one prompt under four headlines, two of its pages have no text, and two are articles.
fn crawl_with_prompts() -> String {
    let prompt = "To read on, please choose which cookies this site may keep on your device. You can change your mind at any time \
        in the settings of your account, at the foot of each page.";
    let headlines = [
        "Harbour wall to be raised by a metre",
        "Two new trams for the northern line",
        "School kitchens serve more fish",
        "Chess champion loses in eighteen moves",
        "Nothing to see",
        "Empty too",
        "Ferry aground again",
        "Puffins return",
    ];
    let texts = [prompt, prompt, prompt, prompt, "", "", FERRY, PUFFINS];
    let lines = headlines.iter().zip(texts).enumerate().map(|(at, (title, text))| {
        let record = json!({ "id": format!("r{at}"), "title": title, "text": text, "source": "courier.example",
            "url": format!("https://courier.example/{at}"), "date": format!("2024-03-{:02}T10:00:00Z", at + 1) });
        format!("{record}\n")
    });
    lines.collect()
}

#[test]
fn what_a_run_finds_to_be_no_article_is_counted_and_can_be_dropped_from_its_state() {
    let folder = Folder::with("dump.jsonl", crawl_with_prompts());
    let cluster = ["cluster", "dump.jsonl", "--state", "kept", "-o", "c.csv"];
    let ran = folder.run(&cluster);
    assert!(
        ran.err.contains("4 notices") && ran.err.contains("2 without text"),
        "{}",
        ran.err
    );
    let call = [
        "dedup",
        "dump.jsonl",
        "--state",
        "kept",
        "-o",
        "kept.csv",
        "-q",
    ];
    folder
        .run(&[&call[..], &["--drop", "notice,empty"]].concat())
        .done();
    let ids = columns(&folder.text("kept.csv"), ["id", "id"]);
    let ids: Vec<&str> = ids.iter().map(|id| id.0.as_str()).collect();
    assert_eq!(ids, ["r6", "r7"]);
}

#[test]
fn as_many_of_a_form_are_kept_as_are_asked_for_by_the_order_that_is_asked_for() {
    let folder = folder_with(&crawl(), KINDS);
    let others = ["puffins", "bridge"];
    let all = |items: &[&'static str]| [&["ferry"], items, &others[..]].concat();
    assert_eq!(
        kept(&folder, &["--max-per-form", "1"]),
        all(&["draw-1", "wall-1"])
    );
    let flags = ["--max-per-form", "2", "--keep", "latest"];
    assert_eq!(
        kept(&folder, &flags),
        all(&["draw-2", "draw-3", "wall-1", "wall-2"])
    );
    let flags = ["--max-per-form", "1", "--keep", "longest"];
    assert_eq!(kept(&folder, &flags), all(&["draw-3", "wall-2"]));
    let flags = ["--max-per-form", "1", "--drop", "notice"];
    assert_eq!(kept(&folder, &flags), all(&["draw-1"]));
}

#[test]
fn a_record_without_text_can_be_dropped_without_a_table() {
    let dump = small_dump() + &json_line("dots", "", "…") + &json_line("dashes", "", "---");
    let folder = Folder::with("dump.jsonl", dump);
    let call = ["dedup", "dump.jsonl", "-o", "kept.jsonl"];
    let ran = folder.run(&call);
    assert!(
        ran.err.contains("\nno articles 2 without text\n"),
        "{}",
        ran.err
    );
    ran.done();
    assert_eq!(folder.text("kept.jsonl").lines().count(), 5);
    let ran = folder.run(&[&call[..], &["--drop", "empty,notice"]].concat());
    assert!(
        ran.err
            .contains("3 records, 4 left out, among them 0 notices, 2 without text"),
        "{}",
        ran.err
    );
    ran.done();
    assert_eq!(folder.text("kept.jsonl").lines().count(), 3);
}

#[test]
fn a_table_from_before_there_were_kinds_says_that_it_cannot_tell() {
    let folder = folder_with(&crawl(), KINDS);
    let all = kept(&folder, &[]);
    let mut old = csv::Writer::from_writer(Vec::new());
    for row in rows(&folder.text("c.csv")) {
        old.write_record(&row[..14]).expect("memory can be written");
    }
    let old = old.into_inner().expect("memory can be written");
    folder.write("c.csv", old);
    assert_eq!(kept(&folder, &["--removed", "removed.csv"]), all);
    let removed = rows(&folder.text("removed.csv"));
    assert_eq!(removed[1][14..], ["", "", "", ""]);
    let call = [
        "dedup",
        "dump.jsonl",
        "--clusters",
        "c.csv",
        "-o",
        "again.jsonl",
        "-q",
    ];
    let refused = |flags: &[&str]| folder.run(&[&call[..], flags].concat()).failed();
    insta::assert_snapshot!(refused(&["--drop", "form"]), @r#"
    samestory: c.csv:1: no column "kind": the table is older than kinds of records
      make the table anew, or leave out --drop and --max-per-form
    "#);
    assert_eq!(
        refused(&["--max-per-form", "3"]),
        refused(&["--drop", "form"])
    );
    assert!(!folder.path("again.jsonl").exists());
    let report = ["report", "c.csv", "--input", "dump.jsonl", "-o", "r.html"];
    folder.run(&report).done();
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let folder = Folder::with("dump.jsonl", small_dump());
    let refused = |flags: &[&str]| {
        let ran = folder.run(&[&["dedup", "dump.jsonl", "-o", "out.jsonl"], flags].concat());
        assert_eq!(ran.status, Some(2), "{flags:?}");
        ran.err.lines().next().unwrap_or_default().to_owned()
    };
    let told = [
        refused(&["--drop", "article"]),
        refused(&["--drop", "form,adverts"]),
        refused(&["--max-per-form", "0"]),
        refused(&["--max-removed", "60"]),
        refused(&["--max-removed=-1%"]),
        refused(&["--mark", "--drop", "form"]),
        refused(&["--mark", "--max-per-form", "3"]),
        refused(&["--mark", "--max-removed", "60%"]),
    ];
    insta::assert_snapshot!(told.join("\n"), @r"
    error: invalid value 'article' for '--drop <KIND,...>': articles are what is kept; notice, empty and form can be left out
    error: invalid value 'adverts' for '--drop <KIND,...>': one of notice, empty, form
    error: invalid value '0' for '--max-per-form <N>': 0 is not in 1..=4294967295
    error: invalid value '60' for '--max-removed <SHARE>': a share of all records, such as 60% or 0.6
    error: invalid value '-1%' for '--max-removed <SHARE>': a share of all records, such as 60% or 0.6
    error: the argument '--mark' cannot be used with '--drop <KIND,...>'
    error: the argument '--mark' cannot be used with '--max-per-form <N>'
    error: the argument '--mark' cannot be used with '--max-removed <SHARE>'
    ");
    assert_eq!(folder.files(), ["dump.jsonl"]);
}

#[test]
fn nothing_is_written_where_more_would_be_left_out_than_may_be() {
    let folder = folder_with(&crawl(), KINDS);
    let before = folder.files();
    let call = [
        "dedup",
        "dump.jsonl",
        "--clusters",
        "c.csv",
        "-o",
        "kept.jsonl",
        "-q",
    ];
    let flags = [
        "--drop",
        "form,notice",
        "--removed",
        "removed.csv",
        "--max-removed",
    ];
    let dedup = |most: &str| folder.run(&[&call[..], &flags, &[most]].concat());
    insta::assert_snapshot!(dedup("60%").failed(), @r"
    samestory: 66.7% of the records would be left out (6 of 9), where 60% may be at most; most of them are of lotto.example (3 of 3)
      look at what would go (--removed FILE, without --max-removed), then allow more, or let less be a copy: --copy-threshold, --within
    ");
    assert_eq!(folder.files(), before);
    dedup("0.666").failed();
    dedup("0.6667").done();
    assert_eq!(folder.text("kept.jsonl").lines().count(), 3);
    // What was decided just now is held against it too.
    let ran = folder.run(&[
        "dedup",
        "dump.jsonl",
        "-o",
        "new.jsonl",
        "--max-removed",
        "0%",
        "-q",
    ]);
    assert!(ran.failed().contains("(1 of 9), where 0% may be at most"));
    assert!(!folder.path("new.jsonl").exists());
}

#[test]
fn sources_that_lose_more_than_half_are_named_with_the_largest_first() {
    let mut dump = String::new();
    for source in 0..12u32 {
        for record in 0..source + 2 {
            let name = if source == 11 {
                "odd\u{1b}[31m\n name".to_owned()
            } else {
                format!("s{source}.example")
            };
            let record = json!({ "id": format!("{source}-{record}"), "text": format!("{FERRY} So says paper {source}{}{source}.", "x".repeat(source as usize)), "source": name });
            dump.push_str(&format!("{record}\n"));
        }
    }
    // All are of one text: one record is kept, and each other paper loses all of its own.
    let folder = Folder::with("dump.jsonl", dump);
    let ran = folder.run(&[
        "dedup",
        "dump.jsonl",
        "-o",
        "kept.jsonl",
        "--prefer",
        "s0.example",
        "--copy-threshold",
        "0.1",
    ]);
    let told: Vec<&str> = ran
        .err
        .lines()
        .skip_while(|line| !line.starts_with("kept"))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    kept        1 records, 89 left out
    over half   left out of 11 sources
                    13 of 13 odd�[31m name
                    12 of 12 s10.example
                    11 of 11 s9.example
                    10 of 10 s8.example
                     9 of 9 s7.example
                     8 of 8 s6.example
                     7 of 7 s5.example
                     6 of 6 s4.example
                     5 of 5 s3.example
                     4 of 4 s2.example
                and of 1 more
    ");
}

#[test]
fn a_story_says_how_many_confirm_it() {
    let line = |id: &str, source: Option<&str>, text: &str| {
        let mut record = json!({ "id": id, "title": id, "text": text });
        if let Some(source) = source {
            record["source"] = json!(source);
        }
        format!("{record}\n")
    };
    let dump = [
        line("a", Some("courier.example"), FERRY),
        line("b", Some("courier.example"), FERRY),
        line("c", Some("gazette.example"), FERRY),
        line("d", None, FERRY),
        line("e", None, BRIDGE),
        line("f", Some("ledger.example"), PUFFINS),
    ];
    let folder = Folder::with("dump.jsonl", dump.concat());
    let table = folder.run(&["cluster", "dump.jsonl", "-q"]).done();
    let counts = columns(&table, ["story_sources", "story_independent"]);
    let counts: Vec<(&str, &str)> = counts.iter().map(|it| (&*it.0, &*it.1)).collect();
    assert_eq!(
        counts,
        [
            ("2", "1"),
            ("2", "1"),
            ("2", "1"),
            ("2", "1"),
            ("0", "1"),
            ("1", "1")
        ]
    );
    // Of several texts each is one of those that do not repeat one another.
    let marked = columns(
        &crate::samples::clusters(),
        ["story_articles", "story_independent"],
    );
    assert!(
        marked
            .iter()
            .any(|it| it.1.parse::<u32>().is_ok_and(|groups| groups > 1))
    );
}

#[test]
fn one_article_of_any_input_can_be_read_by_itself() {
    use samestory::corpus::{Corpus, FileCorpus, Place};
    use std::sync::Mutex;
    let folder = Folder::with("in/dump.jsonl", small_dump().repeat(40));
    folder.write("in/packed.jsonl.gz", crate::command::gzip(crawl()));
    folder.write(
        "in/table.csv",
        format!("id,title,body\n1,One,\"{FERRY}\n\"\n2,Two,\"{PUFFINS}\"\n"),
    );
    folder.write("in/text.txt", format!("Bridge\n{BRIDGE}\n"));
    let path = folder.path("in");
    let corpus = FileCorpus::builder().open(&[path.to_str().expect("it is UTF-8")]);
    let corpus = corpus.expect("it is there");
    let all = Mutex::new(Vec::new());
    let swept = corpus.sweep(&|batch| {
        let mut all = all.lock().expect("nobody panicked");
        all.extend(
            batch
                .articles
                .iter()
                .map(samestory::corpus::Article::to_owned),
        );
        Ok(())
    });
    swept.expect("it can be read");
    let all = all.into_inner().expect("nobody panicked");
    assert_eq!(all.len(), 5 * 40 + 9 + 2 + 1);
    for article in all {
        let alone = corpus.peek(article.place).expect("it can be read");
        let alone = alone.expect("it is there");
        assert_eq!(alone.place, article.place);
        assert_eq!((&alone.title, &alone.text), (&article.title, &article.text));
    }
    let beyond = Place {
        input: 0,
        record: 1_000,
    };
    assert!(corpus.peek(beyond).expect("it can be read").is_none());
}
