//! WARC and WET archives: what is an article, what is kept, and what a broken record costs.

use std::io::Write;

use crate::command::{BRIDGE, FERRY, Folder, PUFFINS, columns, gunzip, gzip, rows};

/// A record, with its length and its end.
fn record(kind: &str, uri: &str, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let head = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {uri}\r\nWARC-Date: 2024-03-05T06:07:08Z\r\n\
        Content-Type: text/plain\r\nContent-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), content, b"\r\n\r\n"].concat()
}

/// A response with headers of its own.
fn response(uri: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\n{headers}\r\n");
    record("response", uri, &[head.as_bytes(), body].concat())
}

fn html(title: &str, text: &str) -> String {
    format!(
        "<!doctype html><html><head><title>{title}</title></head><body><p>{text}</p></body></html>"
    )
}

/// A response with a page in UTF-8.
fn page(uri: &str, text: &str) -> Vec<u8> {
    response(
        uri,
        "Content-Type: text/html; charset=utf-8\r\n",
        html("A title", text).as_bytes(),
    )
}

fn members(records: &[Vec<u8>]) -> Vec<u8> {
    records.iter().flat_map(gzip).collect()
}

/// A crawl of three pages, of which the last two are copies, among what else is in a crawl.
fn crawl() -> Vec<Vec<u8>> {
    let redirect = b"HTTP/1.1 301 Moved\r\nContent-Type: text/html\r\n\r\n<html>Moved</html>";
    let image = "Content-Type: image/png\r\n";
    vec![
        record("warcinfo", "", b"software: a crawler\r\n"),
        record("request", "http://a.example/1", b"GET /1 HTTP/1.1\r\n\r\n"),
        page("http://a.example/1", PUFFINS),
        page("http://www.a.example/2", FERRY),
        response("http://a.example/x.png", image, b"\x7fPNG\r\n\r\n\r\n!"),
        record("response", "http://a.example/old", redirect),
        page("http://b.example/2", FERRY),
        record(
            "metadata",
            "http://b.example/2",
            b"via: http://b.example/\r\n",
        ),
    ]
}

/// The ids of the articles of one archive, and what was said.
fn read(bytes: &[u8]) -> (Vec<String>, String) {
    let folder = Folder::with("crawl.warc", bytes);
    let ran = folder.run(&["cluster", "crawl.warc", "-o", "out.csv", "--keep-furniture"]);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    let rows = columns(&folder.text("out.csv"), ["article_id", "title"]);
    (rows.into_iter().map(|row| row.0).collect(), ran.err)
}

fn ids(bytes: &[u8]) -> Vec<String> {
    read(bytes).0
}

#[test]
fn pages_are_articles_named_by_their_address_and_everything_else_stands_beside() {
    let folder = Folder::with("crawl.warc", crawl().concat());
    let ran = folder.run(&["cluster", "crawl.warc"]);
    assert!(
        ran.err.contains("5 records of archives hold no page"),
        "{}",
        ran.err
    );
    insta::assert_snapshot!(ran.done(), @"
    article_id,story_id,copy_id,relation,similarity,matched_id,copies,story_articles,title,source,published,input,record,story_label,kind,form_id,story_sources,story_independent
    http://a.example/1,http://a.example/1,http://a.example/1,lead,,,1,1,A title,a.example,2024-03-05T06:07:08Z,crawl.warc,3,,article,,1,1
    http://www.a.example/2,http://b.example/2,http://b.example/2,exact,1.0000,http://b.example/2,2,2,A title,a.example,2024-03-05T06:07:08Z,crawl.warc,4,title,article,,2,1
    http://b.example/2,http://b.example/2,http://b.example/2,lead,,,2,2,A title,b.example,2024-03-05T06:07:08Z,crawl.warc,7,title,article,,2,1
    ");
}

#[test]
fn an_archive_without_its_copies_has_all_else_byte_for_byte() {
    let records = crawl();
    let mut kept = records.clone();
    let copy = kept.remove(3);
    assert!(copy.windows(11).any(|window| window == b"www.a.examp"));
    let folder = Folder::with("crawl.warc", records.concat());
    folder
        .run(&["dedup", "crawl.warc", "-o", "kept.warc"])
        .done();
    assert_eq!(folder.bytes("kept.warc"), kept.concat());

    folder.write("in/crawl.warc.gz", members(&records));
    folder.run(&["dedup", "in", "-o", "out/"]).done();
    let written = folder.bytes("out/crawl.warc.gz");
    assert_eq!(gunzip(&written).into_bytes(), kept.concat());
    // Readers go to a record by its member.
    let magic = |at: &usize| written[*at..].starts_with(&[0x1f, 0x8b, 8]);
    assert_eq!((0..written.len()).filter(magic).count(), kept.len());
}

#[test]
fn bodies_are_read_as_they_were_before_they_were_sent() {
    let plain = html("A title", FERRY);
    let (first, second) = plain.split_at(50);
    let chunked = format!(
        "{:x}\r\n{first}\r\n{:X};x=y\r\n{second}\r\n0\r\n\r\n",
        first.len(),
        second.len()
    );
    let kind = "Content-Type: text/html\r\n";
    let zlib = {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder
            .write_all(plain.as_bytes())
            .expect("memory can be written");
        encoder.finish().expect("memory can be written")
    };
    let sent = [
        (
            "Transfer-Encoding: chunked\r\n",
            chunked.as_bytes().to_vec(),
        ),
        ("Content-Encoding: gzip\r\n", gzip(&plain)),
        ("Content-Encoding: deflate\r\n", zlib),
        (
            "Content-Encoding: zstd\r\n",
            zstd::encode_all(plain.as_bytes(), 3).expect("it is compressed"),
        ),
        // Crawlers keep the header and store what they read.
        ("Content-Encoding: gzip\r\n", plain.clone().into_bytes()),
        ("Transfer-Encoding: chunked\r\n", plain.clone().into_bytes()),
    ];
    let records: Vec<u8> = sent
        .iter()
        .enumerate()
        .flat_map(|(number, (coding, body))| {
            response(
                &format!("http://a.example/{number}"),
                &format!("{kind}{coding}"),
                body,
            )
        })
        .collect();
    let folder = Folder::with("crawl.warc", records);
    let table = folder.run(&["cluster", "crawl.warc"]).done();
    let copies = columns(&table, ["copy_id", "relation"]);
    assert_eq!(copies.len(), sent.len());
    assert!(copies.iter().all(|row| row.0 == copies[0].0), "{table}");
    let exact = copies.iter().filter(|row| row.1 == "exact");
    assert_eq!(exact.count(), sent.len() - 1, "{table}");
}

#[test]
fn pages_are_read_in_the_charset_they_are_written_in() {
    // Each says "the ferry does not sail" in its own bytes; who says what charset it is differs.
    let text = "島へのフェリーは嵐のため月曜日まで運航しないと港長が金曜日に述べた。";
    let (shift_jis, ..) = encoding_rs::SHIFT_JIS.encode(text);
    let (euc_jp, ..) = encoding_rs::EUC_JP.encode(text);
    let (gb18030, ..) = encoding_rs::GB18030.encode(text);
    let around = |meta: &str, body: &[u8]| {
        let head = format!("<html><head>{meta}<title>x</title></head><body><p>");
        [head.as_bytes(), body, b"</p></body></html>"].concat()
    };
    let kind = "Content-Type: text/html";
    let pages = [
        (
            format!("{kind}; charset=\"Shift_JIS\"\r\n"),
            around("", &shift_jis),
        ),
        (
            format!("{kind}\r\n"),
            around("<meta charset='euc-jp'>", &euc_jp),
        ),
        (format!("{kind};charset=gb18030\r\n"), around("", &gb18030)),
        (format!("{kind}\r\n"), around("", &shift_jis.repeat(4))),
        // The server says what it says of everything, and is wrong.
        (
            format!("{kind}; charset=iso-8859-1\r\n"),
            around("", text.as_bytes()),
        ),
        (
            format!("{kind}; charset=no-such-thing\r\n"),
            around("", text.as_bytes()),
        ),
    ];
    let records: Vec<u8> = pages
        .iter()
        .enumerate()
        .flat_map(|(number, (headers, body))| {
            response(&format!("http://a.example/{number}"), headers, body)
        })
        .collect();
    let folder = Folder::with("crawl.warc", records);
    let table = folder
        .run(&["cluster", "crawl.warc", "--keep-furniture"])
        .done();
    let copies = columns(&table, ["article_id", "copy_id"]);
    assert_eq!(copies.len(), pages.len(), "{table}");
    assert!(copies.iter().all(|row| row.1 == copies[0].1), "{table}");
}

#[test]
fn a_page_in_no_charset_is_rejected_alone() {
    let noise: Vec<u8> = (0..4000u32)
        .map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let archive = [
        page("http://a.example/1", FERRY),
        response(
            "http://a.example/2",
            "Content-Type: text/html; charset=x-none\r\n",
            &noise,
        ),
        page("http://a.example/3", PUFFINS),
    ];
    let (ids, told) = read(&archive.concat());
    assert_eq!(ids, ["http://a.example/1", "http://a.example/3"]);
    assert!(
        told.contains("crawl.warc:2: rejected: in no charset that is known"),
        "{told}"
    );
}

#[test]
fn after_a_bad_length_reading_goes_on_with_the_next_record() {
    let pages: Vec<Vec<u8>> = [FERRY, BRIDGE, PUFFINS]
        .iter()
        .zip(1..)
        .map(|(text, number)| page(&format!("http://a.example/{number}"), text))
        .collect();
    let with_length = |length: &str| {
        let text = String::from_utf8(pages[1].clone()).expect("it is UTF-8");
        let at = text.find("Content-Length: ").expect("it has one") + 16;
        let end = at + text[at..].find('\r').expect("lines end");
        format!("{}{length}{}", &text[..at], &text[end..]).into_bytes()
    };
    // One that is too short or none at all loses nothing; one that is too long may be a record cut off.
    for (length, all) in [
        ("7", true),
        ("many", true),
        ("100000", false),
        ("99999999999999999999", true),
        ("9000000000", false),
    ] {
        let archive = [pages[0].clone(), with_length(length), pages[2].clone()];
        for bytes in [archive.concat(), members(&archive)] {
            let (ids, told) = read(&bytes);
            let mut expected = vec!["http://a.example/1", "http://a.example/3"];
            if all {
                expected.insert(1, "http://a.example/2");
            } else {
                assert!(
                    told.contains("crawl.warc:2: rejected: a broken or cut-off WARC record"),
                    "{told}"
                );
            }
            assert_eq!(ids, expected, "{length}");
        }
    }
}

#[test]
fn an_archive_whose_line_ends_were_changed_is_read() {
    let archive = String::from_utf8(
        [
            page("http://a.example/1", FERRY),
            page("http://a.example/2", BRIDGE),
        ]
        .concat(),
    );
    let archive = archive.expect("it is UTF-8").replace("\r\n", "\n");
    assert_eq!(
        ids(archive.as_bytes()),
        ["http://a.example/1", "http://a.example/2"]
    );
}

#[test]
fn a_broken_gzip_member_costs_its_own_record() {
    let pages: Vec<Vec<u8>> = (0..30)
        .map(|number| {
            page(
                &format!("http://a.example/{number}"),
                &format!("{number} {BRIDGE}"),
            )
        })
        .collect();
    for harm in [0usize, 1, 2] {
        let mut packed: Vec<Vec<u8>> = pages.iter().map(gzip).collect();
        let member = &mut packed[10];
        match harm {
            0 => member.truncate(200),
            1 => member[120..160].fill(0xff),
            // Even the header of the member is gone.
            _ => member[..12].fill(b'?'),
        }
        let (ids, told) = read(&packed.concat());
        assert_eq!(ids.len(), 29, "{told}");
        assert!(!ids.contains(&"http://a.example/10".to_owned()));
        assert!(
            told.contains("crawl.warc:11: rejected: a broken or cut-off WARC record"),
            "{told}"
        );
    }
}

#[test]
fn a_cut_off_archive_gives_all_that_was_whole() {
    let pages = [
        page("http://a.example/1", FERRY),
        page("http://a.example/2", BRIDGE),
    ];
    let whole = pages.concat();
    let (found, told) = read(&whole[..whole.len() - 60]);
    assert_eq!(found, ["http://a.example/1"]);
    assert!(
        told.contains("crawl.warc:2: rejected: a broken or cut-off WARC record"),
        "{told}"
    );
    let packed = members(&pages);
    let (found, told) = read(&packed[..packed.len() - 60]);
    assert_eq!(found, ["http://a.example/1"]);
    assert!(told.contains("cut off"), "{told}");
    // Only what ends the last record is missing.
    assert_eq!(ids(&whole[..whole.len() - 4]).len(), 2);
}

#[test]
fn what_swells_without_end_is_rejected_and_the_rest_is_read() {
    // A record of 200 MB of nothing, and a page that would be 60 MB.
    let zeros = vec![0; 1 << 20];
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    for _ in 0..200 {
        bomb.write_all(&zeros).expect("memory can be written");
    }
    let bomb = bomb.finish().expect("memory can be written");
    let swollen = gzip(vec![b' '; 60 << 20]);
    let headers = "Content-Type: text/html\r\nContent-Encoding: gzip\r\n";
    let packed = [
        gzip(page("http://a.example/1", FERRY)),
        bomb,
        gzip(page("http://a.example/2", BRIDGE)),
        gzip(response("http://a.example/3", headers, &swollen)),
        gzip(page("http://a.example/4", PUFFINS)),
    ];
    let (ids, told) = read(&packed.concat());
    assert_eq!(
        ids,
        [
            "http://a.example/1",
            "http://a.example/2",
            "http://a.example/4"
        ]
    );
    assert!(
        told.contains("crawl.warc:2: rejected: longer than a record may be"),
        "{told}"
    );
    assert!(
        told.contains("crawl.warc:4: rejected: longer than a record may be"),
        "{told}"
    );
}

#[test]
fn rejected_records_are_kept_as_they_were_read() {
    let bad = record("response", "http://a.example/2", b"no header at all");
    let archive = [page("http://a.example/1", FERRY), bad.clone()];
    let folder = Folder::with("crawl.warc", archive.concat());
    let ran = folder.run(&[
        "cluster",
        "crawl.warc",
        "--rejects",
        "bad.warc",
        "-o",
        "out.csv",
    ]);
    assert!(
        ran.err
            .contains("crawl.warc:2: rejected: a broken HTTP response"),
        "{}",
        ran.err
    );
    assert_eq!(folder.bytes("bad.warc"), bad);
    assert_eq!(rows(&folder.text("out.csv")).len(), 2);
}

#[test]
fn the_texts_of_a_wet_file_are_articles() {
    let wet = |uri: &str, text: &str| record("conversion", uri, text.as_bytes());
    let archive = [
        record("warcinfo", "", b"format: WET\r\n"),
        wet("http://a.example/1", &format!("No ferry\nHome\n{FERRY}")),
        wet("http://b.example/7", &format!("Bridge closed\n{BRIDGE}")),
    ];
    let folder = Folder::with("crawl.warc.wet.gz", members(&archive));
    let table = folder.run(&["cluster", "crawl.warc.wet.gz"]).done();
    assert_eq!(
        columns(&table, ["title", "source"]),
        [("No ferry", "a.example"), ("Bridge closed", "b.example")]
            .map(|(title, source)| (title.to_owned(), source.to_owned()))
    );
}

#[test]
fn an_archive_gives_the_same_bytes_at_any_number_of_threads() {
    let pages: Vec<Vec<u8>> = (0..400)
        .map(|number| {
            let text = [FERRY, BRIDGE, PUFFINS][number % 3];
            page(
                &format!("http://a.example/{number}"),
                &format!("{text} {}", number / 6).repeat(9),
            )
        })
        .collect();
    let folder = Folder::with("crawl.warc.gz", members(&pages));
    let run = |threads: &str| {
        for call in [
            ["cluster", "crawl.warc.gz", "-o", "out.csv"],
            ["dedup", "crawl.warc.gz", "-o", "kept.warc.gz"],
        ] {
            folder
                .run(&[&call[..], &["--threads", threads]].concat())
                .done();
        }
        (folder.bytes("out.csv"), folder.bytes("kept.warc.gz"))
    };
    assert!(run("1") == run("4"));
}

#[test]
fn articles_of_an_archive_are_explained() {
    let folder = Folder::with("crawl.warc.gz", members(&crawl()));
    folder.write("plain.warc", crawl().concat());
    let call = |name: &str| folder.run(&["cluster", name, "-o", "c.csv", "--state", "kept"]);
    for name in ["crawl.warc.gz", "plain.warc"] {
        call(name).done();
        let pair = ["http://www.a.example/2", "http://b.example/2"];
        let ask = ["explain", pair[0], pair[1], "--state", "kept", "--json"];
        let told = folder.run(&ask).done();
        assert!(told.contains("\"decision\": \"exact\""), "{name}: {told}");
    }
}

#[test]
fn every_sweep_reads_the_same_whether_pages_could_be_kept_or_not() {
    use samestory::corpus::{Corpus, FileCorpus};
    use samestory::error::Error;
    use std::sync::Mutex;

    let folder = Folder::with("crawl.warc.gz", members(&crawl()));
    folder.write("cut.warc", &crawl().concat()[..900]);
    for (name, text) in [("a.html", FERRY), ("b.html", BRIDGE)] {
        folder.write(name, html(name, text));
    }
    folder.write("c.txt", format!("Title\n{PUFFINS}\n"));
    folder.write("d.html", b"<html>\xff\xfe\x81\x00".repeat(40));
    let sweeps = |temporary: std::path::PathBuf| -> Result<Vec<String>, Error> {
        let corpus = FileCorpus::builder().temp_dir(temporary);
        let corpus = corpus.open(&[folder.path("")])?;
        let sweep = || -> Result<String, Error> {
            let read = Mutex::new(Vec::new());
            let report = corpus.sweep(&|batch| {
                let told = format!("{:?} {:?} {:?}", batch.articles, batch.raw, batch.rejects);
                read.lock()
                    .expect("no thread panics")
                    .push((batch.number, told));
                Ok(())
            })?;
            let mut read = read.into_inner().expect("no thread panics");
            read.sort();
            Ok::<_, Error>(format!("{read:?} {report:?}"))
        };
        let wanted = Mutex::new(Vec::new());
        let mut sweeps = vec![sweep()?, sweep()?, sweep()?];
        corpus.sweep_again(&|place| place.record % 2 == 1, &|batch| {
            let ids = batch.articles.iter().map(|it| format!("{it:?}"));
            wanted.lock().expect("no thread panics").extend(ids);
            Ok(())
        })?;
        let mut wanted = wanted.into_inner().expect("no thread panics");
        wanted.sort();
        sweeps.push(wanted.concat());
        Ok(sweeps)
    };
    let kept = sweeps(std::env::temp_dir()).expect("it can be read");
    assert!(kept[0].contains("puffins"), "{}", kept[0]);
    assert_eq!(kept[0], kept[1]);
    assert_eq!(kept[0], kept[2]);
    let anew = sweeps("/no/such/folder".into()).expect("it can be read");
    assert_eq!(kept, anew);
}
