//! Parquet is read as JSON lines are, and comes back value for value.

use std::process::Command;

use ::parquet::data_type::Int96;

use crate::columnar::{Cells, Column, Contents, Values, dump, file, texts};
use crate::command::{BRIDGE, FERRY, Folder, PUFFINS, columns, json_line, rows, small_dump};
use crate::corpora::wire;
use crate::python::python_with;

const TEXTS: [&str; 4] = [FERRY, BRIDGE, FERRY, PUFFINS];
const IDS_AND_TEXTS: &str =
    "message m { required binary id (STRING); required binary text (STRING); }";

/// Four articles, of which the third repeats the first.
fn ids_and_texts() -> Vec<u8> {
    let ids = texts(&["a", "b", "c", "d"]).all();
    file(IDS_AND_TEXTS, vec![vec![ids, texts(&TEXTS).all()]])
}

/// The clusters of one file, without the two columns that say where they were read.
fn clusters(folder: &Folder, input: &str, more: &[&str]) -> Vec<Vec<String>> {
    let out = folder
        .run(&[&["cluster", input, "--quiet"], more].concat())
        .done();
    let mut rows = rows(&out);
    rows.iter_mut().for_each(|row| row.truncate(11));
    rows
}

#[test]
fn the_same_articles_give_the_same_clusters_as_json_lines() {
    let wire = wire(2);
    let folder = Folder::with("dump.jsonl", wire.to_jsonl());
    folder.write("one.parquet", dump(&wire, usize::MAX));
    folder.write("many.parquet", dump(&wire, 7));
    let expected = clusters(&folder, "dump.jsonl", &[]);
    assert!(expected.iter().any(|row| row[3] == "near"));
    assert!(clusters(&folder, "one.parquet", &[]) == expected);
    assert!(clusters(&folder, "many.parquet", &["--threads", "1"]) == expected);
    assert!(clusters(&folder, "many.parquet", &["--threads", "4"]) == expected);
}

#[test]
fn a_row_group_is_read_in_slices_and_no_thread_count_changes_a_byte() {
    // Texts of 40 KB in one row group: some hundred batches.
    let texts_of: Vec<String> = (0..900)
        .map(|at| {
            format!(
                "{} {at} {}\n{}",
                TEXTS[at % 2],
                at / 3,
                "filler words, ".repeat(2_800)
            )
        })
        .collect();
    let texts_of: Vec<&str> = texts_of.iter().map(String::as_str).collect();
    let schema = "message m { required binary text (STRING); }";
    let folder = Folder::with(
        "big.parquet",
        file(schema, vec![vec![texts(&texts_of).all()]]),
    );
    let one = folder
        .run(&["cluster", "big.parquet", "--threads", "1", "-q"])
        .done();
    assert_eq!(one.lines().count(), 901);
    assert!(one.contains("big.parquet:900,"));
    for threads in ["2", "5"] {
        let many = folder
            .run(&["cluster", "big.parquet", "--threads", threads, "-q"])
            .done();
        assert!(one == many, "{threads} threads");
    }
}

#[test]
fn fields_are_found_in_structs_and_lists_and_ids_may_be_numbers() {
    let schema = "message m { required int64 doc_id; optional group article { optional binary headline (STRING); \
        optional group paragraphs (LIST) { repeated group list { optional binary element (STRING); } } } \
        required int32 published (DATE); required binary publisher; }";
    let group = vec![
        Values::Int64(vec![7, 8]).all(),
        texts(&["One"]).at(&[2, 0], &[]),
        texts(&[FERRY, BRIDGE, PUFFINS]).at(&[4, 4, 4], &[0, 1, 0]),
        Values::Int32(vec![18_809, 0]).all(),
        texts(&["courier.example", "gazette.example"]).all(),
    ];
    let folder = Folder::with("a.parquet", file(schema, vec![group]));
    let ran = folder.run(&["cluster", "a.parquet", "-o", "c.csv"]);
    assert!(
        ran.err.contains("text=article.paragraphs title=article.headline id=doc_id date=published source=publisher"),
        "{}",
        ran.err
    );
    ran.done();
    let rows = rows(&folder.text("c.csv"));
    assert_eq!(rows[1][0], "7");
    assert_eq!(
        &rows[1][8..11],
        ["One", "courier.example", "2021-07-01T00:00:00Z"]
    );
    assert_eq!(&rows[2][8..11], ["", "gazette.example", ""]);
    let named = folder.run(&[
        "cluster",
        "a.parquet",
        "--text-field",
        "article.headline",
        "-q",
    ]);
    assert!(named.done().contains("7,7,7"));
}

#[test]
fn a_moment_is_the_same_in_every_unit_and_zone() {
    let moment = 1_625_126_460;
    let columns = [
        (
            "int64 date (TIMESTAMP(MILLIS,true))",
            Values::Int64(vec![moment * 1_000]),
        ),
        (
            "int64 date (TIMESTAMP(MICROS,false))",
            Values::Int64(vec![moment * 1_000_000]),
        ),
        (
            "int64 date (TIMESTAMP(NANOS,true))",
            Values::Int64(vec![moment * 1_000_000_000]),
        ),
        (
            "int64 date (TIMESTAMP_MICROS)",
            Values::Int64(vec![moment * 1_000_000]),
        ),
        ("int64 date", Values::Int64(vec![moment])),
        ("double date", Values::Double(vec![moment as f64])),
        (
            "int96 date",
            Values::Int96(vec![Int96::from(vec![2114738176, 6719, 2_459_397])]),
        ),
        (
            "binary date (STRING)",
            texts(&["2021-07-01T10:01:00+02:00"]),
        ),
    ];
    for (column, values) in columns {
        let schema = format!("message m {{ required {column}; required binary text (STRING); }}");
        let group = vec![values.all(), texts(&[FERRY]).all()];
        let folder = Folder::with("a.parquet", file(&schema, vec![group]));
        let rows = clusters(&folder, "a.parquet", &[]);
        assert_eq!(rows[1][10], "2021-07-01T08:01:00Z", "{column}");
    }
}

/// The hash of every record of a file.
fn record_hashes(folder: &Folder, name: &str) -> Vec<u64> {
    use samestory::corpus::{Corpus, FileCorpus};
    let corpus = FileCorpus::builder().open(&[folder.path(name)]);
    let hashes = std::sync::Mutex::new(Vec::new());
    let swept = corpus.expect("it opens").sweep(&|batch| {
        let own = batch.articles.iter().map(|article| article.record_hash);
        hashes.lock().expect("no thread panicked").extend(own);
        Ok(())
    });
    swept.expect("it can be read");
    hashes.into_inner().expect("no thread panicked")
}

#[test]
fn a_record_has_one_hash_in_every_format_it_may_be_stored_in() {
    let schema = "message m { required int64 id; required binary title (STRING); required binary text (STRING); \
        required int64 date (TIMESTAMP(MILLIS,true)); optional binary source (STRING); required binary url (STRING); \
        optional binary lang (STRING); }";
    let seconds = [1_625_126_460, 1_625_126_461, 1_625_126_460];
    let dates = [
        "2021-07-01T10:01:00+02:00",
        "2021-07-01T08:01:01Z",
        "2021-07-01 08:01",
    ];
    let (titles, sources, langs) = (
        ["No ferry", "\"Rust\", they say", "No ferry"],
        [None, Some("The Courier"), None],
        [Some("en"), None, Some("en")],
    );
    let url = "https://www.courier.example/a/1";
    let (mut lines, mut cells) = (
        String::new(),
        String::from("id,title,text,date,source,url,lang\r\n"),
    );
    for at in 0..3 {
        let record = serde_json::json!({
            "lang": langs[at], "url": url, "more": [1, 2], "text": TEXTS[at], "date": dates[at],
            "id": at, "source": sources[at], "title": titles[at],
        });
        lines.push_str(&format!("{record}\n"));
        let quoted = [
            titles[at],
            TEXTS[at],
            dates[at],
            sources[at].unwrap_or_default(),
            url,
        ]
        .map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
        let lang = langs[at].unwrap_or_default();
        cells.push_str(&format!("{at},{},{lang}\r\n", quoted.join(",")));
    }
    let some = |values: [Option<&str>; 3]| {
        let levels = values.map(|value| i16::from(value.is_some()));
        texts(&values.into_iter().flatten().collect::<Vec<_>>()).at(&levels, &[])
    };
    let columns = vec![
        Values::Int64(vec![0, 1, 2]).all(),
        texts(&titles).all(),
        texts(&TEXTS[..3]).all(),
        Values::Int64(seconds.map(|second| second * 1_000).to_vec()).all(),
        some(sources),
        texts(&[url; 3]).all(),
        some(langs),
    ];
    let folder = Folder::with("a.jsonl", lines);
    folder.write("a.csv", cells);
    folder.write("a.parquet", file(schema, vec![columns]));
    let hashes = record_hashes(&folder, "a.jsonl");
    assert_eq!(record_hashes(&folder, "a.csv"), hashes);
    assert_eq!(record_hashes(&folder, "a.parquet"), hashes);
    // The first and the third differ in nothing but their ids.
    assert!(hashes[0] != hashes[1] && hashes[0] != hashes[2]);
}

#[test]
fn the_values_of_partitions_are_fields() {
    let folder = Folder::new();
    folder.write("dump/source=north%20post/part-0.parquet", ids_and_texts());
    folder.write(
        "dump/source=courier/date=2021-07-01/part-0.parquet",
        ids_and_texts(),
    );
    let out = folder.run(&["cluster", "dump", "-q"]).done();
    let sources = columns(&out, ["source", "published"]);
    assert_eq!(
        sources[0],
        ("courier".to_owned(), "2021-07-01T00:00:00Z".to_owned())
    );
    assert_eq!(sources[4], ("north post".to_owned(), String::new()));
}

#[test]
fn a_file_that_cannot_be_read_is_told_and_costs_no_other_input() {
    let sound = ids_and_texts();
    let mut encrypted = sound.clone();
    let end = encrypted.len() - 4;
    encrypted[end..].copy_from_slice(b"PARE");
    let no_text = file("message m { required binary x (STRING); }", vec![]);
    let folder = Folder::with("in/sound.parquet", &sound);
    folder.write("in/cut.parquet", &sound[..sound.len() / 2]);
    folder.write("in/encrypted.parquet", &encrypted);
    folder.write("in/empty.parquet", "");
    folder.write("in/other.parquet", "not what its name says, by far");
    folder.write("in/no_text.parquet", no_text);
    let ran = folder.run(&["cluster", "in", "-o", "c.csv", "--lenient"]);
    let told: Vec<&str> = ran
        .err
        .lines()
        .filter(|line| line.contains("not read") || line.contains("passed over"))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    in/no_text.parquet: passed over: no field that looks like a text
    in/empty.parquet: not read: named as Parquet, but it does not begin as one; copy or write it again
    in/other.parquet: not read: named as Parquet, but it does not begin as one; copy or write it again
    in/cut.parquet: not read: a Parquet file that is cut off: its end is missing; copy or write it again
    in/encrypted.parquet: not read: an encrypted Parquet file; write it again without encryption
    ");
    ran.done();
    assert_eq!(rows(&folder.text("c.csv")).len(), 5);
    let named = [
        "cluster",
        "in/cut.parquet",
        "in/sound.parquet",
        "-o",
        "c.csv",
    ];
    let ran = folder.run(&named);
    assert!(
        ran.err
            .contains("in/cut.parquet:1: rejected: Parquet that cannot be read"),
        "{}",
        ran.err
    );
    assert!(
        ran.err
            .contains("in/cut.parquet: passed over: a Parquet file that is cut off"),
        "{}",
        ran.err
    );
    ran.done();
    assert_eq!(rows(&folder.text("c.csv")).len(), 5);
    let alone = ["cut", "encrypted", "empty", "other", "no_text"].map(|name| {
        folder
            .run(&["cluster", &format!("in/{name}.parquet"), "-q"])
            .failed()
    });
    insta::assert_snapshot!(alone.concat(), @r"
    samestory: in/cut.parquet: a Parquet file that is cut off: its end is missing; copy or write it again
      give JSONL, CSV, TSV, Parquet, WARC, HTML or plain text, or a folder that holds some
    samestory: in/encrypted.parquet: an encrypted Parquet file; write it again without encryption
      give JSONL, CSV, TSV, Parquet, WARC, HTML or plain text, or a folder that holds some
    samestory: in/empty.parquet: named as Parquet, but it does not begin as one; copy or write it again
      give JSONL, CSV, TSV, Parquet, WARC, HTML or plain text, or a folder that holds some
    samestory: in/other.parquet: named as Parquet, but it does not begin as one; copy or write it again
      give JSONL, CSV, TSV, Parquet, WARC, HTML or plain text, or a folder that holds some
    samestory: in/no_text.parquet: no field that looks like a text; the fields are: x
      name the text field with --text-field
    ");
}

#[test]
fn a_file_without_rows_is_a_file_without_articles() {
    let folder = Folder::with("none.parquet", file(IDS_AND_TEXTS, vec![]));
    let message = folder.run(&["cluster", "none.parquet", "-q"]).failed();
    assert!(
        message.starts_with("samestory: none.parquet: no records"),
        "{message}"
    );
}

#[test]
fn every_row_of_a_damaged_file_is_an_article_or_a_reject_and_nothing_panics() {
    let wire = wire(1);
    let sound = dump(&wire, 40);
    let folder = Folder::new();
    for at in 0..60 {
        let mut bytes = sound.clone();
        let place = 4 + (bytes.len() - 8) * at / 60;
        bytes[place..place + 3].copy_from_slice(&[0xff, 0x00, 0xa5]);
        folder.write("damaged.parquet", &bytes);
        let ran = folder.run(&[
            "cluster",
            "damaged.parquet",
            "-o",
            "c.csv",
            "--rejects",
            "r",
        ]);
        assert!(
            matches!(ran.status, Some(0 | 1)),
            "byte {place}: {}",
            ran.err
        );
        assert!(!ran.err.contains("panicked"), "byte {place}: {}", ran.err);
    }
    // A page in the middle: the footer still says how many rows there are.
    let mut bytes = sound.clone();
    let place = bytes.len() / 2;
    bytes[place..place + 400].fill(0xff);
    folder.write("damaged.parquet", &bytes);
    let ran = folder.run(&[
        "cluster",
        "damaged.parquet",
        "-o",
        "c.csv",
        "--rejects",
        "r",
    ]);
    assert!(
        ran.err.contains("damaged.parquet: cut off: "),
        "{}",
        ran.err
    );
    ran.done();
    let read = rows(&folder.text("c.csv")).len() - 1;
    let rejected = folder.text("r").lines().count();
    assert!(rejected > 0);
    assert_eq!(read + rejected, wire.records.len());
}

#[test]
fn a_row_without_text_is_rejected_with_its_place_and_its_other_fields() {
    let schema = "message m { required binary id (STRING); optional binary text (STRING); }";
    let group = vec![texts(&["a", "b"]).all(), texts(&[FERRY]).at(&[1, 0], &[])];
    let folder = Folder::with("a.parquet", file(schema, vec![group]));
    let ran = folder.run(&[
        "cluster",
        "a.parquet",
        "-o",
        "c.csv",
        "--rejects",
        "r.jsonl",
    ]);
    assert!(
        ran.err
            .contains("a.parquet:2: rejected: neither a text nor a title"),
        "{}",
        ran.err
    );
    assert_eq!(folder.text("r.jsonl"), "{\"id\":\"b\"}\n");
}

#[test]
fn paragraphs_in_structs_and_maps_and_json_are_texts() {
    let schema = "message m { required binary id (STRING); \
        optional group paragraphs (LIST) { repeated group list { optional group element { optional binary kind (STRING); \
        optional binary text (STRING); } } } \
        optional group body (MAP) { repeated group key_value { required binary key (STRING); optional binary value (STRING); } } \
        optional binary content (STRING); }";
    let json = serde_json::json!([{"text": PUFFINS}]).to_string();
    // The first has a list of two structs, the second a map of two values, the third a text in JSON.
    let group = vec![
        texts(&["a", "b", "c"]).all(),
        texts(&["p", "p"]).at(&[4, 4, 0, 0], &[0, 1, 0, 0]),
        texts(&[FERRY, BRIDGE]).at(&[4, 4, 0, 0], &[0, 1, 0, 0]),
        texts(&["1", "2"]).at(&[0, 2, 2, 0], &[0, 0, 1, 0]),
        texts(&[FERRY, BRIDGE]).at(&[0, 3, 3, 0], &[0, 0, 1, 0]),
        texts(&[&json]).at(&[0, 0, 1], &[]),
    ];
    let folder = Folder::with("a.parquet", file(schema, vec![group]));
    let found = columns(
        &folder
            .run(&["cluster", "a.parquet", "-q", "--keep-furniture"])
            .done(),
        ["article_id", "copy_id"],
    );
    // One text, in a list and in a map.
    assert_eq!(found[0].1, found[1].1);
    assert_ne!(found[0].1, found[2].1);
    assert_eq!(found.len(), 3);
}

#[test]
fn clusters_in_parquet_are_typed_and_serve_as_those_in_csv_do() {
    let wire = wire(1);
    let folder = Folder::with("dump.jsonl", wire.to_jsonl());
    let gold: String = wire
        .gold
        .iter()
        .map(|(id, group)| format!("{id},{group}\n"))
        .collect();
    folder.write("gold.csv", format!("id,cluster\n{gold}"));
    for (clusters, pairs) in [("c.csv", "p.csv"), ("c.parquet", "p.parquet")] {
        folder
            .run(&[
                "cluster",
                "dump.jsonl",
                "-o",
                clusters,
                "--pairs",
                pairs,
                "-q",
            ])
            .done();
    }
    let scores = |table: &str| folder.run(&["eval", table, "gold.csv"]).done();
    assert_eq!(scores("c.csv"), scores("c.parquet"));
    for table in ["c.csv", "c.parquet"] {
        let out = format!("kept-of-{table}.jsonl");
        let call = ["dedup", "dump.jsonl", "--clusters", table, "-o", &out, "-q"];
        folder.run(&call).done();
    }
    assert_eq!(
        folder.text("kept-of-c.csv.jsonl"),
        folder.text("kept-of-c.parquet.jsonl")
    );
    let contents = Contents::of(&folder.path("c.parquet"));
    let csv = rows(&folder.text("c.csv"));
    for (at, name) in csv[0]
        .iter()
        .enumerate()
        .filter(|(_, name)| *name != "published")
    {
        let cells = csv[1..].iter().map(|row| row[at].as_str());
        let there: Vec<&str> = cells.filter(|cell| !cell.is_empty()).collect();
        let values = contents.values(name);
        let same = there.iter().zip(values).all(|(cell, value)| {
            cell == value || cell.parse::<f64>().ok() == value.parse::<f64>().ok()
        });
        assert!(same && there.len() == values.len(), "{name}");
    }
    let schema = format!("{:?}", contents.schema);
    for part in [
        "Timestamp",
        "is_adjusted_to_u_t_c: true",
        "bit_width: 32, is_signed: false",
    ] {
        assert!(schema.contains(part), "{schema}");
    }
}

/// A file with a column of every type, in two row groups; the texts are those of [`TEXTS`].
fn every_type() -> Vec<u8> {
    let schema = "message every {
        required binary text (STRING); optional boolean truth; optional int32 small (INTEGER(8,true));
        required int64 wide (INTEGER(64,false)); optional int96 old; optional float share; optional double ratio;
        optional binary bytes; optional fixed_len_byte_array(16) key (UUID); optional int32 day (DATE);
        optional int64 at (TIMESTAMP(NANOS,true)); optional int32 clock (TIME(MILLIS,true));
        optional fixed_len_byte_array(5) price (DECIMAL(10,2)); required binary colour (ENUM); optional binary doc (JSON);
        optional group tags (LIST) { repeated group list { optional binary element (STRING); } }
        optional group about { required binary who (STRING); optional group where { optional double lat; } }
        optional group links (MAP) { repeated group key_value { required binary key (STRING); optional int32 value; } }
        repeated int32 bare; optional fixed_len_byte_array(2) half (FLOAT16); }";
    let group = |text: &[&str]| -> Vec<Cells> {
        vec![
            texts(text).all(),
            Values::Bool(vec![true]).at(&[1, 0], &[]),
            Values::Int32(vec![-3, 4]).at(&[1, 1], &[]),
            Values::Int64(vec![-1, i64::MAX]).all(),
            Values::Int96(vec![Int96::from(vec![1, 2, 2_459_397])]).at(&[0, 1], &[]),
            Values::Float(vec![f32::NAN]).at(&[1, 0], &[]),
            Values::Double(vec![0.1, -0.0]).at(&[1, 1], &[]),
            Values::Bytes(vec![vec![0xff, 0, 1]]).at(&[1, 0], &[]),
            Values::Fixed(vec![vec![7; 16]]).at(&[0, 1], &[]),
            Values::Int32(vec![18_809, -1]).at(&[1, 1], &[]),
            Values::Int64(vec![1_625_126_460_000_000_001]).at(&[1, 0], &[]),
            Values::Int32(vec![86_399_999]).at(&[0, 1], &[]),
            Values::Fixed(vec![vec![0, 0, 0, 4, 0xd2]]).at(&[1, 0], &[]),
            texts(&["red", "blue"]).all(),
            texts(&["{\"a\": 1}"]).at(&[0, 1], &[]),
            texts(&["x", "y"]).at(&[3, 2, 3, 1], &[0, 1, 1, 0]),
            texts(&["ann"]).at(&[1, 0], &[]),
            Values::Double(vec![]).at(&[2, 0], &[]),
            texts(&["k", "l", "k"]).at(&[2, 2, 2], &[0, 1, 0]),
            Values::Int32(vec![5, 6]).at(&[3, 2, 3], &[0, 1, 0]),
            Values::Int32(vec![1, 2]).at(&[1, 1, 0], &[0, 1, 0]),
            Values::Fixed(vec![vec![0, 60]]).at(&[1, 0], &[]),
        ]
    };
    file(schema, vec![group(&TEXTS[..2]), group(&TEXTS[2..])])
}

#[test]
fn what_is_kept_of_parquet_comes_back_value_for_value() {
    let folder = Folder::with("every.parquet", every_type());
    folder
        .run(&[
            "dedup",
            "every.parquet",
            "-o",
            "all.parquet",
            "--mark",
            "-q",
        ])
        .done();
    folder
        .run(&["dedup", "every.parquet", "-o", "kept.parquet", "-q"])
        .done();
    folder
        .run(&["dedup", "every.parquet", "-o", "out/", "-q"])
        .done();
    let (before, all) = (
        Contents::of(&folder.path("every.parquet")),
        Contents::of(&folder.path("all.parquet")),
    );
    assert_eq!(all.columns[..before.columns.len()], before.columns);
    assert_eq!(all.metadata, before.metadata);
    assert_eq!(all.values("copy_id").len(), 4);
    assert_eq!(all.values("relation"), ["lead", "lead", "exact", "lead"]);
    let kept = Contents::of(&folder.path("kept.parquet"));
    assert_eq!(kept.schema, before.schema);
    assert_eq!(kept.metadata, before.metadata);
    // The third row is gone: the first of the second group.
    for (column, before) in kept.columns.iter().zip(&before.columns) {
        assert_eq!(*column, without_third(before), "{}", before.name);
    }
    assert_eq!(Contents::of(&folder.path("out/every.parquet")), kept);
}

/// A column of four rows without the third, found by its levels alone.
fn without_third(column: &Column) -> Column {
    let places =
        column
            .definition
            .len()
            .max(column.repetition.len())
            .max(match column.definition.len() {
                0 => column.values.len(),
                places => places,
            });
    let full = column.definition.iter().max().copied();
    let (mut kept, mut row, mut value) = (
        Column {
            name: column.name.clone(),
            ..Column::default()
        },
        0,
        0,
    );
    for at in 0..places {
        row += usize::from(column.repetition.get(at).is_none_or(|&level| level == 0));
        let has_value = column
            .definition
            .get(at)
            .is_none_or(|level| Some(*level) == full)
            && value < column.values.len();
        if row != 3 {
            kept.definition.extend(column.definition.get(at));
            kept.repetition.extend(column.repetition.get(at));
            kept.values
                .extend(column.values.get(value).filter(|_| has_value).cloned());
        }
        value += usize::from(has_value);
    }
    kept
}

#[test]
fn parquet_is_told_as_json_lines_or_csv_where_the_name_says_so() {
    let folder = Folder::with("every.parquet", every_type());
    folder
        .run(&["dedup", "every.parquet", "-o", "kept.jsonl", "-q"])
        .done();
    folder
        .run(&["dedup", "every.parquet", "-o", "kept.csv.gz", "-q"])
        .done();
    let json = folder.text("kept.jsonl");
    let after_text = |line: &str| line[line.find("\"truth").unwrap_or(0)..].to_owned();
    let told: Vec<String> = json.lines().take(2).map(after_text).collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    "truth":true,"small":-3,"wide":18446744073709551615,"old":null,"share":null,"ratio":0.1,"bytes":"ff0001","key":null,"day":"2021-07-01","at":"2021-07-01T08:01:00.000000001Z","clock":null,"price":"12.34","colour":"red","doc":null,"tags":["x",null,"y"],"about":{"where":{"lat":null},"who":"ann"},"links":[{"key":"k","value":5},{"key":"l","value":null}],"bare":[1,2],"half":"003c"}
    "truth":null,"small":4,"wide":9223372036854775807,"old":"2021-07-01T00:00:08.589934593Z","share":null,"ratio":-0.0,"bytes":null,"key":"07070707-0707-0707-0707-070707070707","day":"1969-12-31","at":null,"clock":86399999,"price":null,"colour":"blue","doc":"{\"a\": 1}","tags":[],"about":null,"links":[{"key":"k","value":6}],"bare":[],"half":null}
    "#);
    assert_eq!(json.lines().count(), 3);
    let csv = rows(&crate::command::gunzip(&folder.bytes("kept.csv.gz")));
    assert_eq!(csv.len(), 4);
    assert_eq!(csv[1][..4], [FERRY, "true", "-3", "18446744073709551615"]);
}

#[test]
fn folders_keep_their_partitions_and_one_file_gets_them_as_columns() {
    let folder = Folder::new();
    folder.write("dump/source=a/x.parquet", ids_and_texts());
    folder.write("dump/source=b/x.parquet", ids_and_texts());
    folder.run(&["dedup", "dump", "-o", "out/", "-q"]).done();
    folder
        .run(&["dedup", "dump", "-o", "all.parquet", "-q"])
        .done();
    let all = Contents::of(&folder.path("all.parquet"));
    let of = |source: &str| {
        Contents::of(&folder.path(&format!("out/source={source}/x.parquet")))
            .values("id")
            .to_vec()
    };
    let (a, b) = (of("a"), of("b"));
    assert_eq!(all.values("id"), [&a[..], &b[..]].concat());
    let sources = a.iter().map(|_| "a").chain(b.iter().map(|_| "b"));
    assert_eq!(all.values("source"), sources.collect::<Vec<_>>());
    assert_eq!(a.len() + b.len(), 3);
}

#[test]
fn a_clusters_table_that_forgot_a_row_of_parquet_is_refused() {
    let folder = Folder::with("a.parquet", ids_and_texts());
    folder
        .run(&["cluster", "a.parquet", "-o", "c.csv", "-q"])
        .done();
    let table = folder.text("c.csv");
    folder
        .run(&[
            "dedup",
            "a.parquet",
            "--clusters",
            "c.csv",
            "-o",
            "k.parquet",
            "-q",
        ])
        .done();
    assert_eq!(
        Contents::of(&folder.path("k.parquet")).values("id"),
        ["a", "b", "d"]
    );
    let shorter: Vec<&str> = table
        .lines()
        .filter(|line| !line.starts_with("d,"))
        .collect();
    folder.write("c.csv", shorter.join("\n") + "\n");
    let call = [
        "dedup",
        "a.parquet",
        "--clusters",
        "c.csv",
        "-o",
        "kept.parquet",
        "-q",
    ];
    let message = folder.run(&call).failed();
    assert!(
        message.contains("a.parquet:4: the clusters table has no row"),
        "{message}"
    );
    assert!(!folder.path("kept.parquet").exists());
}

#[test]
fn furniture_is_stripped_from_the_texts_and_from_nothing_else() {
    let wire = wire(1);
    let folder = Folder::with("dump.jsonl", wire.to_jsonl());
    folder.write("dump.parquet", dump(&wire, 50));
    for (input, output) in [
        ("dump.jsonl", "json.jsonl"),
        ("dump.parquet", "table.parquet"),
    ] {
        let call = ["dedup", input, "-o", output, "--strip-furniture", "-q"];
        folder.run(&call).done();
    }
    let stripped = Contents::of(&folder.path("table.parquet"));
    let lines = folder.text("json.jsonl");
    let of = |name: &str| -> Vec<String> {
        let values = lines.lines().map(serde_json::from_str::<serde_json::Value>);
        values
            .map(|value| {
                value.expect("it is JSON")[name]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned()
            })
            .collect()
    };
    assert_eq!(stripped.values("text"), of("text"));
    assert_eq!(stripped.values("title"), of("title"));
    let before: usize = wire.records.iter().map(|record| record.text.len()).sum();
    let after: usize = of("text").iter().map(String::len).sum();
    assert!(after * 10 < before * 9, "{after} of {before}");
    let id = &of("id")[0];
    assert!(of("text")[0].starts_with(&wire.record(id).body[..40]));
}

#[test]
fn a_mark_does_not_touch_what_was_read() {
    let odd = format!("{{\"id\":\"odd\" , \"text\":\"{PUFFINS}\",\"copy_id\":[1]}} \r\n");
    let dump = json_line("a", "", FERRY) + &json_line("b", "", FERRY) + &odd;
    let folder = Folder::with("dump.jsonl", &dump);
    folder
        .run(&["dedup", "dump.jsonl", "-o", "marked.jsonl", "--mark", "-q"])
        .done();
    let marked = folder.text("marked.jsonl");
    for (line, before) in marked.split_inclusive('\n').zip(dump.split_inclusive('\n')) {
        let (object, end) = before.split_at(before.rfind('}').expect("it is an object"));
        assert!(line.starts_with(object) && line.ends_with(end), "{line}");
    }
    // A name that the record has already is not taken from it.
    let last = marked.lines().last().expect("there are lines");
    assert!(last.contains(
        r#""copy_id":[1],"article_id":"odd","story_id":"odd","samestory_copy_id":"odd","#
    ));
    let csv = format!("id,text,relation\r\nx,\"{FERRY}\",\"m\r\nn\"\r\ny,\"{FERRY}\",");
    folder.write("dump.csv", &csv);
    folder
        .run(&["dedup", "dump.csv", "-o", "marked.csv", "--mark", "-q"])
        .done();
    let marked = folder.text("marked.csv");
    insta::assert_snapshot!(marked.replace(FERRY, "…").replace('\r', "␍"), @r#"
    id,text,relation,article_id,story_id,copy_id,samestory_relation,similarity,matched_id,copies,story_articles,kind,form_id,story_sources,story_independent␍
    x,"…","m␍
    n",x,x,x,lead,,,2,2,article,,0,1␍
    y,"…",,y,x,x,exact,1.0000,x,2,2,article,,0,1
    "#);
    folder.write("page.txt", format!("Title\n{FERRY}\n"));
    let call = [
        "dedup", "page.txt", "dump.csv", "-o", "out/", "--mark", "-q",
    ];
    insta::assert_snapshot!(folder.run(&call).failed(), @r"
    samestory: page.txt: its records have no place for marks
      write to a file of columns or keys instead: -o out.jsonl, .csv or .parquet
    ");
}

#[test]
fn one_per_story_keeps_the_leads() {
    let folder = Folder::with("dump.jsonl", small_dump());
    folder
        .run(&["cluster", "dump.jsonl", "-o", "c.csv", "-q"])
        .done();
    // As if the bridge told the story of the puffins.
    let table = folder.text("c.csv").replace(
        "bridge,bridge,bridge,lead,,",
        "bridge,puffins,bridge,related,0.5000,puffins",
    );
    folder.write("c.csv", &table);
    let kept = |one_per: &str| {
        let call = [
            "dedup",
            "dump.jsonl",
            "--clusters",
            "c.csv",
            "-o",
            "k.jsonl",
            "--one-per",
            one_per,
            "--removed",
            "r.csv",
            "-q",
        ];
        folder.run(&call).done();
        (
            folder.text("k.jsonl").lines().count(),
            rows(&folder.text("r.csv")).len() - 1,
        )
    };
    assert_eq!(kept("copy"), (3, 2));
    assert_eq!(kept("story"), (2, 3));
}

#[test]
fn duckdb_and_polars_read_the_clusters() {
    let Some(python) = python_with("readers", &["duckdb>=1,<2", "polars>=1,<2"]) else {
        eprintln!("not tried: there is no python3, or it cannot install DuckDB and Polars");
        return;
    };
    let folder = Folder::with("dump.jsonl", wire(1).to_jsonl());
    for table in ["c.parquet", "c.csv"] {
        folder
            .run(&["cluster", "dump.jsonl", "-o", table, "-q"])
            .done();
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/parquet_readers.py");
    let tables = ["c.parquet", "c.csv"].map(|name| folder.path(name));
    let output = Command::new(python).arg(script).args(tables).output();
    let output = output.expect("python starts");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn rows_are_explained() {
    let folder = Folder::with("a.parquet", ids_and_texts());
    folder
        .run(&["cluster", "a.parquet", "-o", "c.csv", "--state", "kept"])
        .done();
    let told = folder.run(&["explain", "a", "c", "--state", "kept"]).done();
    assert!(told.contains("copies: one text"), "{told}");
}
