//! Bad input ends in a clear message: where, what, and what to do about it.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::time::{Duration, Instant};

use crate::command::{FERRY, Folder, gzip, json_line, rows, small_dump};

#[test]
fn a_missing_file_is_named() {
    let message = Folder::new().run(&["cluster", "dump.jsonl"]).failed();
    insta::assert_snapshot!(message, @r"
    samestory: dump.jsonl: No such file or directory (os error 2)
      check the path; a folder to write to must be there
    ");
}

#[test]
fn a_pattern_that_matches_nothing_is_named() {
    let message = Folder::new().run(&["cluster", "*.jsonl"]).failed();
    insta::assert_snapshot!(message, @r"
    samestory: *.jsonl: no file matches
      give JSONL, CSV, TSV, Parquet, WARC, HTML or plain text, or a folder that holds some
    ");
}

#[test]
fn an_empty_file_holds_no_records() {
    let folder = Folder::with("dump.jsonl", "");
    let ran = folder.run(&["cluster", "dump.jsonl", "-o", "out.csv"]);
    insta::assert_snapshot!(ran.failed(), @r"
    samestory: dump.jsonl: no records
      give JSONL, CSV, TSV, Parquet, WARC, HTML or plain text, or a folder that holds some
    ");
    assert_eq!(folder.files(), ["dump.jsonl"]);
}

#[test]
fn a_folder_with_nothing_to_read_is_named() {
    let folder = Folder::with("in/picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0");
    let message = folder.run(&["cluster", "in"]).failed();
    insta::assert_snapshot!(message, @r"
    samestory: in/picture.png: a binary file, not text
      give JSONL, CSV, TSV, Parquet, WARC, HTML or plain text, or a folder that holds some
    ");
    std::fs::create_dir(folder.path("void")).expect("folders can be made");
    let message = folder.run(&["cluster", "void"]).failed();
    insta::assert_snapshot!(message, @r"
    samestory: void: nothing in it can be read
      give JSONL, CSV, TSV, Parquet, WARC, HTML or plain text, or a folder that holds some
    ");
}

#[test]
fn a_binary_file_is_no_input() {
    let folder = Folder::with(
        "dump.jsonl",
        b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0",
    );
    let message = folder.run(&["cluster", "dump.jsonl"]).failed();
    insta::assert_snapshot!(message, @r"
    samestory: dump.jsonl: a binary file, not text
      give JSONL, CSV, TSV, Parquet, WARC, HTML or plain text, or a folder that holds some
    ");
}

#[test]
fn of_gzip_cut_off_in_the_middle_is_kept_what_was_read() {
    let dump: String = (0..2000)
        .map(|number| json_line(&number.to_string(), "", &format!("{number} {FERRY}")))
        .collect();
    let whole = gzip(dump);
    let folder = Folder::with("dump.jsonl.gz", &whole[..whole.len() / 2]);
    let ran = folder.run(&["cluster", "dump.jsonl.gz"]);
    let cut_off = "dump.jsonl.gz: cut off: ";
    assert!(
        ran.err.contains(cut_off) && ran.err.contains("what was read before is kept"),
        "{}",
        ran.err
    );
    let articles = rows(&ran.done()).len() - 1;
    assert!((500..2000).contains(&articles), "{articles}");
}

#[test]
fn fields_are_named_where_none_looks_like_a_text() {
    let folder = Folder::with(
        "dump.jsonl",
        "{\"foo\": \"bar\", \"meta\": {\"n\": 1}}\n".repeat(3),
    );
    let message = folder.run(&["cluster", "dump.jsonl"]).failed();
    insta::assert_snapshot!(message, @r"
    samestory: dump.jsonl: no field that looks like a text; the fields are: foo, meta, meta.n
      name the text field with --text-field
    ");
    let folder = Folder::with("dump.csv", "foo,n\nbar,1\n");
    let message = folder.run(&["cluster", "dump.csv"]).failed();
    insta::assert_snapshot!(message, @r"
    samestory: dump.csv: no field that looks like a text; the fields are: foo, n
      name the text field with --text-field
    ");
}

#[test]
fn a_field_that_is_not_there_is_told_with_those_that_are() {
    let folder = Folder::with("dump.jsonl", small_dump());
    let message = folder
        .run(&["cluster", "dump.jsonl", "--text-field", "body"])
        .failed();
    insta::assert_snapshot!(message, @r#"
    samestory: dump.jsonl: no field "body"; the fields are: id, text, title
      name one of these, or leave the flag out
    "#);
}

#[test]
fn a_setting_out_of_range_is_wrong_usage() {
    let folder = Folder::with("dump.jsonl", small_dump());
    let told = |flag: &str, value: &str| {
        let ran = folder.run(&["cluster", "dump.jsonl", flag, value]);
        assert_eq!(ran.status, Some(2), "{}", ran.err);
        ran.err.lines().next().unwrap_or_default().to_owned()
    };
    let messages = [
        told("--copy-threshold", "2"),
        told("--excerpt-threshold", "NaN"),
        told("--num-hashes", "1"),
        told("--shingle-tokens", "0"),
        told("--threads", "5000"),
        told("--copy-window", "3 moons"),
        told("-o", "out.xls"),
        told("--keep", "best"),
        told("--no-such-flag", "1"),
    ];
    insta::assert_snapshot!(messages.join("\n"), @r"
    samestory: --copy-threshold is 2: it must be above 0 and up to 1
    samestory: --excerpt-threshold is NaN: it must be above 0 and up to 1
    samestory: --num-hashes is 1: it must be from 16 to 4096
    samestory: --shingle-tokens is 0: it must be from 1 to 64
    samestory: --threads is 5000: it must be up to 512
    error: invalid value '3 moons' for '--copy-window <TIME>': a number and one of s, m, h, d, w, such as 30d
    samestory: output is out.xls: it must be a name that ends in .csv, .tsv or .jsonl, alone or followed by .gz, .zst, .bz2, .xz or .lz4, or in .parquet
    error: invalid value 'best' for '--keep <WHICH>'
    error: unexpected argument '--no-such-flag' found
    ");
}

#[test]
fn stray_bytes_and_lone_surrogates_are_repaired_and_counted() {
    let mut dump =
        "{\"id\": \"c\", \"text\": \"Wo die Fähre für Köln ablegt, weiß hier keiner.\"}\n"
            .as_bytes()
            .to_vec();
    dump.extend_from_slice(b"{\"id\": \"a\", \"text\": \"caf\xe9 on the quay\"}\n");
    dump.extend_from_slice(b"{\"id\": \"b\", \"text\": \"half \\ud83d a sign\"}\n");
    let folder = Folder::with("dump.jsonl", dump);
    let ran = folder.run(&["cluster", "dump.jsonl"]);
    assert!(
        ran.err.contains("articles    3 in 1 file, 2 repaired"),
        "{}",
        ran.err
    );
    assert_eq!(rows(&ran.done()).len(), 4);
}

#[test]
fn an_unreadable_date_is_an_absent_one_and_counted() {
    let dump = "{\"id\": \"a\", \"text\": \"x\", \"date\": \"the day before\"}\n";
    let ran = Folder::with("dump.jsonl", dump).run(&["cluster", "dump.jsonl"]);
    assert!(ran.err.contains("1 with an unreadable date"), "{}", ran.err);
    assert_eq!(rows(&ran.done())[1][10], "");
}

/// More than a debug build takes on a machine with much other work; square time would be hours.
const SOON: Duration = Duration::from_secs(300);

/// Clusters a dump written line by line; gives the articles and the copies that it tells.
fn cluster_many(lines: impl Iterator<Item = String>) -> (usize, usize) {
    let folder = Folder::new();
    let file = File::create(folder.path("dump.jsonl")).expect("files can be made");
    let mut file = BufWriter::new(file);
    for line in lines {
        file.write_all(line.as_bytes()).expect("there is room");
    }
    drop(file);
    let started = Instant::now();
    folder
        .run(&["cluster", "dump.jsonl", "-o", "out.csv"])
        .done();
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
    let table = rows(&folder.text("out.csv"));
    let copies = table[1..].iter().filter(|row| row[0] != row[2]).count();
    (table.len() - 1, copies)
}

#[test]
fn a_record_of_nearly_64_megabytes_is_an_article_like_others() {
    let long = format!(
        "{{\"id\": \"long\", \"text\": \"{}\"}}\n",
        "lorem ipsum dolor ".repeat((64_000_000 - 100) / 18)
    );
    let lines = [json_line("a", "", FERRY), long, json_line("b", "", FERRY)];
    assert_eq!(cluster_many(lines.into_iter()), (3, 1));
}

#[test]
fn two_hundred_thousand_articles_of_one_word_take_linear_time() {
    let words = (0..200_000)
        .map(|number| json_line(&number.to_string(), "", &format!("w{}", number % 10_000)));
    assert_eq!(cluster_many(words), (200_000, 190_000));
}

#[test]
fn a_hundred_thousand_identical_articles_take_linear_time() {
    let same = (0..100_000).map(|number| json_line(&number.to_string(), "", FERRY));
    assert_eq!(cluster_many(same), (100_000, 99_999));
}

#[test]
fn a_folder_tells_what_was_not_read() {
    let folder = Folder::with("in/a.jsonl", small_dump());
    folder.write("in/notes.md", "# Notes\n");
    folder.write("in/blob", b"\0\x01\x02\0\0\0");
    let ran = folder.run(&["cluster", "in"]);
    assert!(
        ran.err.contains("in/blob: not read: a binary file"),
        "{}",
        ran.err
    );
    assert!(!ran.err.contains("notes.md"), "{}", ran.err);
    assert_eq!(rows(&ran.done()).len(), 6);
}

#[test]
fn an_address_is_told_from_a_file_that_is_not_there() {
    let elsewhere = ["https://news.example/dump.jsonl", "s3://bucket/*.parquet"];
    // A build that reads them has tests of its own.
    let elsewhere = &elsewhere[..if cfg!(feature = "remote") { 0 } else { 2 }];
    for name in ["ftp://news.example/dump.jsonl"].iter().chain(elsewhere) {
        let ran = Folder::new().run(&["cluster", name]);
        assert!(
            ran.err.contains("an address") && ran.err.contains("fetch it first"),
            "{}",
            ran.err
        );
        assert_eq!(ran.status, Some(1));
    }
}
