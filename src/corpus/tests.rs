//! What reading promises, on files as they come.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use proptest::prelude::*;

use super::*;
use crate::compression::Compression;
use crate::error::{Error, ErrorKind};

/// A folder of files that a test reads.
struct Dump(tempfile::TempDir);

/// An article or a reject, as a test compares them.
#[derive(Clone, Debug, PartialEq)]
struct Read {
    place: Place,
    id: Option<String>,
    title: String,
    text: String,
    source: Option<String>,
    published: Option<String>,
    raw: Vec<u8>,
    reject: Option<RejectReason>,
}

impl Dump {
    fn of(files: &[(&str, &[u8])]) -> Dump {
        let dump = Dump(tempfile::tempdir().unwrap());
        for (name, bytes) in files {
            let path = dump.path(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        dump
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn open(&self, name: &str) -> Result<FileCorpus> {
        FileCorpus::builder().open(&[self.path(name)])
    }

    /// The text of the error that opening or reading gives, with the folder's own name left out.
    fn complaint(&self, name: &str, builder: FileCorpusBuilder) -> String {
        let error = match builder.open(&[self.path(name)]) {
            Err(error) => error,
            Ok(corpus) => corpus.sweep(&|_| Ok(())).unwrap_err(),
        };
        error
            .to_string()
            .replace(&format!("{}/", self.0.path().display()), "")
    }
}

/// Everything a corpus holds, in order, with the numbers of its batches.
fn read_all(corpus: &FileCorpus) -> (Vec<Read>, ReadReport) {
    let batches = Mutex::new(Vec::new());
    let report = corpus
        .sweep(&|batch| {
            let articles = batch
                .articles
                .iter()
                .zip(batch.raw)
                .map(|(article, raw)| Read {
                    place: article.place,
                    id: article.external_id.as_deref().map(str::to_owned),
                    title: article.title.to_string(),
                    text: article.text.to_string(),
                    source: article.source.as_deref().map(str::to_owned),
                    published: article.published.map(|moment| moment.to_string()),
                    raw: raw.to_vec(),
                    reject: None,
                });
            let rejects = batch.rejects.iter().map(|reject| Read {
                place: reject.place,
                id: None,
                title: String::new(),
                text: String::new(),
                source: None,
                published: None,
                raw: reject.raw.to_vec(),
                reject: Some(reject.reason),
            });
            let mut all: Vec<Read> = articles.chain(rejects).collect();
            all.sort_by_key(|read| read.place);
            batches.lock().unwrap().push((batch.number, all));
            Ok(())
        })
        .unwrap();
    let mut batches = batches.into_inner().unwrap();
    batches.sort_by_key(|(number, _)| *number);
    assert!(
        batches
            .iter()
            .enumerate()
            .all(|(at, (number, _))| at == *number)
    );
    (
        batches.into_iter().flat_map(|(_, all)| all).collect(),
        report,
    )
}

fn read_one(name: &str, bytes: &[u8]) -> (Vec<Read>, ReadReport) {
    let dump = Dump::of(&[(name, bytes)]);
    read_all(&dump.open(name).unwrap())
}

fn titles(reads: &[Read]) -> Vec<&str> {
    reads.iter().map(|read| read.title.as_str()).collect()
}

#[test]
fn fields_are_found_by_their_common_names_nested_or_not() {
    let (reads, report) = read_one(
        "a.jsonl",
        br#"{"Headline":"H","article":{"body":"B"},"_id":{"$oid":"x1"},"source":{"name":"S","id":null},"pubDate":1738385880}
{"id":7,"title":"T","text":["one","two"],"url":"https://www.Example.com:80/a","date":"nonsense"}
{"id":"9","title":null,"text":"","content":"C","extra":{"text":"no"}}
"#,
    );
    let brief: Vec<_> = reads
        .iter()
        .map(|r| {
            (
                r.id.as_deref(),
                &*r.title,
                &*r.text,
                r.source.as_deref(),
                r.published.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        brief,
        [
            (
                Some("x1"),
                "H",
                "B",
                Some("S"),
                Some("2025-02-01T04:58:00Z")
            ),
            (Some("7"), "T", "one\ntwo", Some("example.com"), None),
            (Some("9"), "", "C", None, None),
        ]
    );
    assert_eq!(report.unreadable_dates, 1);
    assert!(report.fields.contains(&("text", "article.body".to_owned())));
    assert!(
        report
            .fields
            .contains(&("source", "source.name".to_owned()))
    );
}

#[test]
fn bad_lines_are_rejects_and_blank_lines_are_nothing() {
    let lines = b"{\"text\":\"a\"}\n\n{\"text\":\"b\"\n[1]\n  \r\n{\"id\":1}\n\0\x01\x02\xff\xfe\0\0\n{\"text\":\"c\"} x\n{\"title\":\"d\"}";
    let (reads, report) = read_one("a.jsonl", lines);
    let reasons: Vec<_> = reads
        .iter()
        .map(|read| (read.place.record, read.reject))
        .collect();
    assert_eq!(
        reasons,
        [
            (1, None),
            (2, Some(RejectReason::BrokenJson)),
            (3, Some(RejectReason::NotAnObject)),
            (4, Some(RejectReason::NoTextOrTitle)),
            (5, Some(RejectReason::NotText)),
            (6, Some(RejectReason::BrokenJson)),
            (7, None),
        ]
    );
    assert_eq!(reads[1].raw, b"{\"text\":\"b\"\n");
    assert_eq!(report.rejects.len(), 4);
    assert_eq!(report.rejects[0], (RejectReason::NoTextOrTitle, 1));
    assert_eq!(
        report.first_rejects[0],
        (
            Place {
                input: 0,
                record: 2
            },
            RejectReason::BrokenJson
        )
    );
}

#[test]
fn the_first_bad_record_is_named_when_strict() {
    let mut lines = b"{\"text\":\"fine\"}\n".repeat(200_000);
    lines.extend_from_slice(b"broken\n");
    lines.extend(b"{\"text\":\"fine\"}\nbroken\n".repeat(200_000));
    let dump = Dump::of(&[("a.jsonl", &lines)]);
    let complaint = dump.complaint("a.jsonl", FileCorpus::builder().strict(true));
    assert_eq!(complaint, "a.jsonl:200001: broken JSON");
}

#[test]
fn lone_surrogates_and_stray_bytes_are_repaired_and_counted() {
    let (reads, report) = read_one(
        "a.jsonl",
        b"\xef\xbb\xbf{\"text\":\"a \\ud800 b\"}\n{\"text\":\"c \xff d\"}\n{\"text\":\"e\"}\n",
    );
    let texts: Vec<_> = reads.iter().map(|read| read.text.as_str()).collect();
    assert_eq!(texts, ["a  b", "c \u{ff} d", "e"]);
    assert_eq!(report.repaired, 2);
    assert_eq!(reads[0].raw, b"{\"text\":\"a \\ud800 b\"}\n");
}

#[test]
fn json_is_read_in_every_shape() {
    let record =
        |n: u32| format!("{{\"id\": \"{n}\", \"title\": \"T\", \"text\": \"a {{b}} [c] {n}\"}}");
    let records: Vec<String> = (1..=3).map(record).collect();
    let pretty: Vec<String> = records
        .iter()
        .map(|record| record.replace(", ", ",\n  "))
        .collect();
    for (name, document) in [
        ("array.json", format!("[{}]", records.join(","))),
        ("array.jsonl", format!("\u{feff}[\n{}\n]\n", records.join(",\n"))),
        ("pretty.json", format!("[\n{},\n]", pretty.join(",\n"))),
        ("objects", pretty.join("\n")),
        ("one.json", pretty.concat()),
        ("joined.json", records.concat()),
        ("commas.json", records.join(",\n") + ","),
        ("sequence.json", format!("\x1e{}\n", records.join("\n\x1e"))),
        ("marks.jsonl", format!("\u{feff}{}\n", records.join("\n\u{feff}"))),
        ("envelope.json", format!("{{\"status\":\"ok\",\"data\":{{\"items\":[{}]}},\"next\":null}}", records.join(","))),
        ("pages.jsonl", records.iter().map(|record| format!("{{\"articles\":[{record}]}}\n")).collect()),
        ("by_id.json", format!("{{\"a\":{},\"b\":{},\"c\":{}}}", records[0], records[1], records[2])),
        ("columns.json", "{\"id\":{\"0\":1,\"1\":2,\"2\":3},\"text\":{\"0\":\"a {b} [c] 1\",\"1\":\"a {b} [c] 2\",\"2\":\"a {b} [c] 3\"}}".to_owned()),
    ] {
        let (reads, report) = read_one(name, document.as_bytes());
        let texts: Vec<_> = reads.iter().map(|read| (read.place.record, read.text.as_str())).collect();
        assert_eq!(texts, [(1, "a {b} [c] 1"), (2, "a {b} [c] 2"), (3, "a {b} [c] 3")], "{name}");
        assert_eq!(report.rejects, [], "{name}");
        assert_eq!(reads[2].id.as_deref(), Some("3"), "{name}");
    }
}

#[test]
fn a_long_array_is_cut_into_blocks() {
    let records: Vec<String> = (0..20_000)
        .map(|n| {
            format!(
                "  {{\n    \"id\": {n},\n    \"text\": \"text {n} {}\"\n  }}",
                "x".repeat(n % 90)
            )
        })
        .collect();
    let document = format!(
        "{{\"meta\": [1, 2],\n\"items\": [\n{}\n]}}",
        records.join(",\n")
    );
    let dump = Dump::of(&[("a.json", document.as_bytes())]);
    let corpus = dump.open("a.json").unwrap();
    let (reads, report) = read_all(&corpus);
    assert_eq!(reads.len(), 20_000);
    assert_eq!(report.bytes, document.len() as u64);
    assert!(
        reads
            .iter()
            .zip(0..)
            .all(|(read, n)| read.id == Some(n.to_string()))
    );
    let spans = corpus.spans(0).unwrap();
    let wanted = [(
        Place {
            input: 0,
            record: 12_001,
        },
        spans[12_000].clone(),
    )];
    let again = corpus.read_again(&wanted).unwrap();
    assert_eq!(
        again[0].as_ref().unwrap().external_id.as_deref(),
        Some("12000")
    );
}

#[test]
fn csv_keeps_quoted_line_breaks_and_its_exact_bytes() {
    let file =
        b"\xef\xbb\xbfid,title,text,when\r\n1,A,\"two\r\nlines, \"\"so\"\"\",x\r\n2,B\r\n3\r\n";
    let dump = Dump::of(&[("a.csv", file)]);
    let corpus = dump.open("a.csv").unwrap();
    assert_eq!(
        corpus.files()[0].preamble,
        b"\xef\xbb\xbfid,title,text,when\r\n"
    );
    let (reads, _) = read_all(&corpus);
    assert_eq!(reads[0].text, "two\r\nlines, \"so\"");
    assert_eq!(reads[1].reject, Some(RejectReason::FieldCount));
    assert_eq!(reads[2].reject, Some(RejectReason::FieldCount));
    let mut whole = corpus.files()[0].preamble.clone();
    reads
        .iter()
        .for_each(|read| whole.extend_from_slice(&read.raw));
    assert_eq!(whole, file);
}

#[test]
fn tables_are_told_by_their_header_and_tabs_by_their_tabs() {
    let (reads, _) = read_one("a.tsv", b"headline\tbody\nT, with comma\tB\n");
    assert_eq!((&*reads[0].title, &*reads[0].text), ("T, with comma", "B"));
    let (reads, _) = read_one("dump", b"id;title;text\n1;T;B, and more\n");
    assert_eq!((&*reads[0].title, &*reads[0].text), ("T", "B, and more"));
    let (reads, _) = read_one(
        "a.txt",
        b"Body, mind and text\n\nAn article about wellness.\n",
    );
    assert_eq!(
        (&*reads[0].title, &*reads[0].text),
        ("Body, mind and text", "An article about wellness.")
    );
}

#[test]
fn a_text_file_is_an_article() {
    let file = "\n  The headline \r\n\nFirst.\nSecond.\n".as_bytes();
    let dump = Dump::of(&[
        ("t/b.txt", b"B\nb"),
        ("t/a.txt", file),
        ("t/.hidden.txt", b"x"),
        ("t/README.md", b"# x"),
    ]);
    let corpus = dump.open("t").unwrap();
    let (reads, _) = read_all(&corpus);
    assert_eq!(titles(&reads), ["The headline", "B"]);
    assert_eq!(reads[0].text, "First.\nSecond.");
    assert_eq!(reads[0].raw, file);
    assert_eq!(
        reads[1].place,
        Place {
            input: 1,
            record: 1
        }
    );
    assert!(corpus.passed_over().is_empty() && corpus.unread().is_empty());
    assert_eq!(corpus.files()[1].shard, PathBuf::from("b.txt"));
}

fn sample_lines(count: usize) -> Vec<u8> {
    let line = |n| {
        format!(
            "{{\"id\":\"{n}\",\"title\":\"t{n}\",\"text\":\"{}\"}}\n",
            "word \\n ".repeat(n % 400)
        )
    };
    (0..count).map(line).collect::<String>().into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 1);
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn lz4(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = lz4_flex::frame::FrameEncoder::new(Vec::new());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd_long(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
    encoder.long_distance_matching(true).unwrap();
    encoder.window_log(30).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn compression_is_told_by_content_and_members_are_read_on() {
    let lines = sample_lines(3000);
    let (plain, _) = read_one("a", &lines);
    let cut = lines.len() / 2;
    type Packer = fn(&[u8]) -> Vec<u8>;
    let packers: [(Packer, Compression); 5] = [
        (gzip, Compression::Gzip),
        (bzip2, Compression::Bzip2),
        (xz, Compression::Xz),
        (lz4, Compression::Lz4),
        (zstd_long, Compression::Zstd),
    ];
    for (pack, compression) in packers {
        let packed = [pack(&lines[..cut]), pack(&lines[cut..])].concat();
        let dump = Dump::of(&[("misnamed.txt", &packed)]);
        let corpus = dump.open("misnamed.txt").unwrap();
        assert_eq!(corpus.files()[0].compression, compression);
        let (reads, report) = read_all(&corpus);
        assert!(reads == plain, "{compression:?}");
        assert_eq!(report.bytes, lines.len() as u64);
        assert_eq!(report.cut_off, []);
    }
}

#[test]
fn what_was_read_of_a_cut_off_file_is_kept_and_the_next_is_read() {
    let lines = sample_lines(6000);
    let more = b"{\"text\":\"more\"}\n";
    for pack in [gzip, lz4, zstd_long, xz, bzip2] {
        let packed = pack(&lines);
        let cut = &packed[..packed.len() * 2 / 3];
        let dump = Dump::of(&[("a.jsonl", cut), ("b.jsonl", more)]);
        let corpus = FileCorpus::builder()
            .open(&[dump.path("a.jsonl"), dump.path("b.jsonl")])
            .unwrap();
        let (reads, report) = read_all(&corpus);
        assert_eq!(report.cut_off.len(), 1);
        assert_eq!(report.cut_off[0].0, 0);
        assert!(reads.iter().filter(|read| read.reject.is_none()).count() > 100);
        assert_eq!(reads.last().unwrap().text, "more");
    }
}

#[test]
fn a_line_longer_than_a_block_is_one_record() {
    let long = "x".repeat(3 * super::sweep::block::BLOCK);
    let lines = format!("{{\"text\":\"a\"}}\n{{\"text\":\"{long}\"}}\n{{\"text\":\"c\"}}\n");
    let (reads, _) = read_one("a.jsonl", lines.as_bytes());
    assert_eq!(
        reads.iter().map(|read| read.text.len()).collect::<Vec<_>>(),
        [1, long.len(), 1]
    );
}

/// Cuts lines into blocks of this size.
fn lines_cutter(lines: &str, block: usize, longest: usize) -> super::sweep::block::Cutter<&[u8]> {
    let records = Format::Jsonl.reader().cutter(&Default::default());
    super::sweep::block::Cutter::of(lines.as_bytes(), records, 0, block, longest)
}

#[test]
fn a_record_too_long_is_passed_over_without_being_held() {
    let lines = format!("{{}}\n{}\n{{}}\n", "x".repeat(5000));
    let mut cutter = lines_cutter(&lines, 64, 1024);
    let buffers = super::sweep::block::Buffers::default();
    let mut flaws = Vec::new();
    while let Some(block) = cutter.next(&buffers) {
        flaws.extend(block.records().map(|(number, _, flaw)| (number, flaw)));
    }
    assert_eq!(
        flaws,
        [(1, None), (2, Some(RejectReason::TooLong)), (3, None)]
    );
}

#[test]
fn batches_do_not_depend_on_thread_count() {
    let lines = sample_lines(8000);
    let dump = Dump::of(&[
        ("d/a.jsonl", &lines),
        ("d/b.txt", b"T\nx"),
        ("d/c.csv", b"title,text\na,b\n"),
        ("d/e.jsonl", &lines),
    ]);
    let corpus = dump.open("d").unwrap();
    let read_with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            let sizes = Mutex::new(Vec::new());
            corpus
                .sweep(&|batch| {
                    sizes.lock().unwrap().push((
                        batch.number,
                        batch.articles.len(),
                        batch.articles.first().map(|a| a.place),
                    ));
                    Ok(())
                })
                .unwrap();
            let mut sizes = sizes.into_inner().unwrap();
            sizes.sort_unstable();
            (sizes, read_all(&corpus))
        })
    };
    let one = read_with(1);
    assert!(one.0.len() > 10);
    for threads in [2, 8] {
        assert!(read_with(threads) == one, "{threads} threads");
    }
}

#[test]
fn a_visitor_may_use_the_pool_that_sweeps() {
    use rayon::prelude::*;
    let dump = Dump::of(&[("a.jsonl", &sample_lines(4000))]);
    let corpus = dump.open("a.jsonl").unwrap();
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let articles = AtomicU64::new(0);
        let count = |batch: Batch<'_>| {
            let here = batch.articles.par_iter().map(|_| 1).sum::<u64>();
            articles.fetch_add(here, Ordering::Relaxed);
            Ok(())
        };
        pool.install(|| corpus.sweep(&count)).unwrap();
        assert_eq!(articles.into_inner(), 4000);
    }
}

#[test]
fn what_is_wanted_is_read_again_as_it_was_read_first() {
    let csv = b"id,text\n1,one\n2,\"two\nlines\"\n3,three\n";
    let dump = Dump::of(&[
        ("in/a.jsonl", &sample_lines(3000)),
        ("in/b.csv", csv),
        ("in/c.txt", b"Title\n\nText."),
        ("in/d.txt", b"Title\n\nOther text."),
    ]);
    let corpus = dump.open("in").unwrap();
    let is_wanted = |place: Place| (u64::from(place.input) + place.record).is_multiple_of(3);
    let found = |again: bool| {
        let found = Mutex::new(Vec::new());
        let visit = |batch: Batch<'_>| {
            let wanted = batch.articles.iter().filter(|it| is_wanted(it.place));
            let read = wanted.map(|it| (batch.number, it.place, it.text.to_string()));
            found.lock().unwrap().extend(read);
            Ok(())
        };
        if again {
            corpus.sweep_again(&is_wanted, &visit).unwrap();
        } else {
            corpus.sweep(&visit).unwrap();
        }
        let mut found = found.into_inner().unwrap();
        found.sort_unstable();
        found
    };
    let first = found(false);
    assert!(first.len() > 1000);
    assert_eq!(found(true), first);
    let handed_on = AtomicU64::new(0);
    let count = |batch: Batch<'_>| {
        handed_on.fetch_add(batch.articles.len() as u64, Ordering::Relaxed);
        Ok(())
    };
    corpus.sweep_again(&is_wanted, &count).unwrap();
    assert_eq!(handed_on.into_inner(), first.len() as u64);
}

#[test]
fn errors_say_where_and_what() {
    let dump = Dump::of(&[
        (
            "odd.jsonl",
            b"{\"id\":1,\"memo\":\"x\",\"nested\":{\"a\":1}}\n",
        ),
        ("good.jsonl", b"{\"id\":1,\"text\":\"x\"}\n"),
        ("odd.csv", b"id,cluster\n1,2\n"),
        ("repr.json", b"[{'text': 'a'}]\n"),
        (
            "picture.png",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0",
        ),
        ("empty/.keep", b""),
    ]);
    let plain = |name: &str| dump.complaint(name, FileCorpus::builder());
    let named = |text: &str| {
        let fields = FieldNames {
            text: Some(text.to_owned()),
            ..FieldNames::default()
        };
        dump.complaint("good.jsonl", FileCorpus::builder().fields(fields))
    };
    assert_eq!(
        plain("odd.jsonl"),
        "odd.jsonl: no field that looks like a text; the fields are: id, memo, nested"
    );
    assert_eq!(
        plain("odd.csv"),
        "odd.csv: no field that looks like a text; the fields are: id, cluster"
    );
    assert_eq!(
        named("txt"),
        "good.jsonl: no field \"txt\"; the fields are: id, text"
    );
    assert_eq!(
        plain("repr.json"),
        "repr.json: Python's own notation (repr) and no JSON; write it with json.dump"
    );
    assert_eq!(plain("picture.png"), "picture.png: a binary file, not text");
    assert!(plain("empty").ends_with("nothing in it can be read"));
    assert!(plain("missing.jsonl").starts_with("missing.jsonl: No such file"));
    assert_eq!(plain("*.warc"), "*.warc: no file matches");
}

#[test]
fn a_binary_file_beside_good_ones_is_a_reject() {
    let dump = Dump::of(&[
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0"),
        ("b.jsonl", b"{\"text\":\"x\"}\n"),
    ]);
    let corpus = FileCorpus::builder()
        .open(&[dump.path("a.png"), dump.path("b.jsonl")])
        .unwrap();
    let (reads, _) = read_all(&corpus);
    assert_eq!(reads[0].reject, Some(RejectReason::NotText));
    assert_eq!(
        reads[1].place,
        Place {
            input: 1,
            record: 1
        }
    );
}

#[test]
fn an_empty_file_has_no_records() {
    for name in ["a.jsonl", "a.csv", "a.txt", "a"] {
        let (reads, report) = read_one(name, b"");
        assert!(reads.is_empty() && report.bytes == 0, "{name}");
    }
}

#[test]
fn user_named_fields_override_the_common_names() {
    let dump = Dump::of(&[(
        "a.jsonl",
        b"{\"text\":\"menu\",\"page\":{\"Main\":\"story\"},\"title\":\"t\"}\n",
    )]);
    let fields = FieldNames {
        text: Some("page.Main".to_owned()),
        ..FieldNames::default()
    };
    let corpus = FileCorpus::builder()
        .fields(fields)
        .open(&[dump.path("a.jsonl")])
        .unwrap();
    let (reads, report) = read_all(&corpus);
    assert_eq!(reads[0].text, "story");
    assert_eq!(report.fields[0], ("text", "page.Main".to_owned()));
}

#[test]
fn globs_name_files_in_order() {
    let dump = Dump::of(&[
        ("b.jsonl", b"{\"title\":\"b\"}"),
        ("a.jsonl", b"{\"title\":\"a\"}"),
        ("c.log", b"x"),
    ]);
    let (reads, _) = read_all(&dump.open("*.jsonl").unwrap());
    assert_eq!(titles(&reads), ["a", "b"]);
}

#[cfg(unix)]
#[test]
fn what_comes_through_a_pipe_can_be_read_twice() {
    let dump = Dump::of(&[]);
    let pipe = dump.path("pipe");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let writer = {
        let pipe = pipe.clone();
        std::thread::spawn(move || fs::write(pipe, gzip(b"{\"title\":\"piped\"}\n")).unwrap())
    };
    let corpus = FileCorpus::builder().open(&[pipe]).unwrap();
    writer.join().unwrap();
    for _ in 0..2 {
        assert_eq!(titles(&read_all(&corpus).0), ["piped"]);
    }
}

#[test]
fn an_interrupt_ends_a_sweep_and_progress_reaches_the_end() {
    let dump = Dump::of(&[("a.jsonl", &sample_lines(3000))]);
    let (flag, progress) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicU64::new(0)),
    );
    let seen = Arc::clone(&progress);
    let corpus = FileCorpus::builder()
        .interrupt(Arc::clone(&flag))
        .on_progress(Box::new(move |bytes| seen.store(bytes, Ordering::Relaxed)))
        .open(&[dump.path("a.jsonl")])
        .unwrap();
    corpus.sweep(&|_| Ok(())).unwrap();
    assert_eq!(progress.load(Ordering::Relaxed), corpus.total_bytes());
    flag.store(true, Ordering::Relaxed);
    let error: Error = corpus.sweep(&|_| Ok(())).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Interrupted));
}

#[test]
fn a_file_that_changes_between_sweeps_is_an_error() {
    let dump = Dump::of(&[("a.jsonl", b"{\"title\":\"a\"}\n")]);
    let corpus = dump.open("a.jsonl").unwrap();
    fs::write(
        dump.path("a.jsonl"),
        b"{\"title\":\"a\"}\n{\"title\":\"b\"}\n",
    )
    .unwrap();
    let error = corpus.sweep(&|_| Ok(())).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Changed { .. }));
}

#[test]
fn deep_nesting_is_survived() {
    for depth in [1500, 200_000] {
        for key in ["x", "text", "article"] {
            let (open, close) = ("[".repeat(depth), "]".repeat(depth));
            let deep =
                format!("{{\"title\":\"a\",\"{key}\":{open}{close}}}\n{{\"title\":\"b\"}}\n");
            let (reads, _) = read_one("a.jsonl", deep.as_bytes());
            assert_eq!(titles(&reads), ["a", "b"], "{depth} {key}");
        }
    }
}

proptest! {
    #[test]
    fn a_line_is_read_as_serde_json_reads_it(
        id in any::<i64>(), title in ".{0,20}", text in "\\PC{0,60}|[\"\\\\\n\t ]{0,9}", extra in ".{0,10}", order in any::<bool>(),
    ) {
        let mut line = if order {
            serde_json::json!({"extra": {"k": [extra.as_str(), null, 1.5]}, "id": id, "title": title, "text": text}).to_string()
        } else {
            format!("{{ \"text\" :{}, \"x\":true,\"title\":{},\"id\":{id} }}", serde_json::json!(text), serde_json::json!(title))
        };
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        line.push('\n');
        let names = FieldNames::default();
        let filled = line.len();
        let block = super::sweep::block::Block { records: vec![super::sweep::block::Span::sound(0, filled)], bytes: line.into_bytes(), filled, ..super::sweep::block::Block::default() };
        let (mut arena, mut parsed) = (vec![0; super::formats::json::fast::Quick::arena(filled)], super::record::Parsed::default());
        super::formats::json::lines::parse(&block, 0, &mut super::record::pick::Picker::new(&names), &mut arena, &mut parsed);
        let field = |name: &str| value[name].as_str().filter(|text| !text.trim().is_empty()).unwrap_or("").to_owned();
        match parsed.articles.first() {
            None => prop_assert!(field("text").is_empty() && field("title").is_empty()),
            Some(article) => {
                prop_assert_eq!(article.text.as_ref(), field("text"));
                prop_assert_eq!(article.title.as_ref(), field("title"));
                prop_assert_eq!(article.external_id.clone().map(Cow::into_owned), Some(id.to_string()));
            }
        }
    }

    #[test]
    fn blocks_of_any_size_hold_the_same_records(lines in "[a\n\r \"]{0,80}", size in 1usize..40) {
        let records = |size| {
            let mut cutter = lines_cutter(&lines, size, 1 << 20);
            let buffers = super::sweep::block::Buffers::default();
            let mut all = Vec::new();
            while let Some(block) = cutter.next(&buffers) {
                all.extend(block.records().map(|(number, raw, _)| (number, raw.to_vec())));
            }
            all
        };
        prop_assert_eq!(records(size), records(4096));
    }
}

#[test]
fn the_hash_of_a_record_hangs_on_each_of_its_fields_and_never_changes() {
    let own = |text: &'static str| Some(text.into());
    let whole = Article {
        external_id: own("a"),
        title: "b".into(),
        text: "c".into(),
        source: own("d"),
        published: Some(Timestamp(7)),
        url: own("e"),
        lang: own("f"),
        ..Article::default()
    };
    let others = [
        Article {
            external_id: None,
            ..whole.clone()
        },
        Article {
            title: "".into(),
            ..whole.clone()
        },
        Article {
            title: "c".into(),
            text: "b".into(),
            ..whole.clone()
        },
        Article {
            source: own(""),
            ..whole.clone()
        },
        Article {
            published: Some(Timestamp(8)),
            ..whole.clone()
        },
        Article {
            url: own("d"),
            source: own("e"),
            ..whole.clone()
        },
        Article {
            lang: None,
            ..whole.clone()
        },
    ];
    let mut hashes: Vec<u64> = others.iter().map(Article::hash_of_fields).collect();
    hashes.push(whole.hash_of_fields());
    hashes.sort_unstable();
    hashes.dedup();
    assert_eq!(hashes.len(), others.len() + 1);
    let elsewhere = Article {
        place: Place {
            input: 3,
            record: 4,
        },
        record_hash: 5,
        ..whole.clone()
    };
    assert_eq!(elsewhere.hash_of_fields(), whole.hash_of_fields());
    assert_eq!(whole.hash_of_fields(), FROZEN);
}

/// The hash of the record above.
const FROZEN: u64 = 6_569_714_986_267_567_655;
