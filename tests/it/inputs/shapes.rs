//! A tiny file of each shape of public data.

use serde_json::{Value, json};

use super::{ITEMS, Item};
use crate::command::gzip;

/// What is to come of a shape.
#[derive(Clone, Copy)]
pub(super) enum Expected {
    /// All three articles, with these fields.
    Articles {
        text: bool,
        /// Whether the text is a little longer than that of the item, or has other lines.
        is_changed: bool,
        title: bool,
        source: bool,
        date: bool,
    },
    /// An error that says so.
    Refused(&'static str),
}

const ALL: Expected = Expected::Articles {
    text: true,
    is_changed: false,
    title: true,
    source: true,
    date: true,
};

/// A shape, and files of it.
#[derive(Clone)]
pub(super) struct Shape {
    pub(super) name: &'static str,
    pub(super) files: Vec<(String, Vec<u8>)>,
    /// The file or folder to open.
    pub(super) open: &'static str,
    /// The names of the columns, where a user has to say them.
    pub(super) columns: Option<&'static str>,
    pub(super) expected: Expected,
}

impl Shape {
    fn new(name: &'static str, file: &'static str, bytes: impl Into<Vec<u8>>) -> Shape {
        Shape {
            name,
            files: vec![(file.to_owned(), bytes.into())],
            open: file,
            columns: None,
            expected: ALL,
        }
    }

    /// A folder of files.
    fn folder(name: &'static str, folder: &'static str, files: Vec<(String, Vec<u8>)>) -> Shape {
        let files = files
            .into_iter()
            .map(|(file, bytes)| (format!("{folder}/{file}"), bytes));
        Shape {
            name,
            files: files.collect(),
            open: folder,
            columns: None,
            expected: ALL,
        }
    }

    fn without(self, fields: &[&str]) -> Shape {
        let Expected::Articles {
            text,
            is_changed,
            title,
            source,
            date,
        } = self.expected
        else {
            return self;
        };
        let has = |field: &str, was: bool| was && !fields.contains(&field);
        let expected = Expected::Articles {
            text: has("text", text),
            is_changed: is_changed || fields.contains(&"plain text"),
            title: has("title", title),
            source: has("source", source),
            date: has("date", date),
        };
        Shape { expected, ..self }
    }

    fn refused(self, why: &'static str) -> Shape {
        let expected = Expected::Refused(why);
        Shape { expected, ..self }
    }

    fn with_columns(self, columns: &'static str) -> Shape {
        let columns = Some(columns);
        Shape { columns, ..self }
    }

    /// The same files in archives.
    pub(super) fn packed(&self) -> [Shape; 2] {
        let archive = |name: &'static str, bytes: Vec<u8>| Shape {
            files: vec![(name.to_owned(), bytes)],
            open: name,
            ..self.clone()
        };
        [
            archive("files.zip", zip(&self.files)),
            archive("files.tgz", gzip(tar(&self.files))),
        ]
    }

    /// The shape with a record that is broken, where it is plain text that has a place for one, and how many records it has.
    pub(super) fn damaged(&self) -> (Shape, u64) {
        let mut damaged = self.clone();
        let (name, bytes) = &mut damaged.files[0];
        let mut records = ITEMS.len() as u64;
        let more: Option<&[u8]> = match name.rsplit('.').next() {
            Some("jsonl" | "jl" | "ndjson") => Some(b"{\"title\": \"cut off\n"),
            Some("csv" | "tsv") => Some(b"\none field\n"),
            _ => None,
        };
        if let Some(more) = more {
            bytes.extend_from_slice(more);
            records += 1;
        }
        (damaged, records)
    }
}

/// Records as JSON lines.
fn lines(record: impl Fn(&Item) -> Value) -> Vec<u8> {
    let lines = ITEMS.iter().map(|item| format!("{}\n", record(item)));
    lines.collect::<String>().into_bytes()
}

fn array(record: impl Fn(&Item) -> Value) -> Value {
    ITEMS.iter().map(record).collect()
}

/// Rows as CSV, as most programs write it.
fn csv(header: &[&str], delimiter: u8, row: impl Fn(&Item) -> Vec<String>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .from_writer(Vec::new());
    if !header.is_empty() {
        writer.write_record(header).expect("memory can be written");
    }
    for item in &ITEMS {
        writer
            .write_record(row(item))
            .expect("memory can be written");
    }
    writer.into_inner().expect("memory can be written")
}

fn text(value: &str) -> String {
    value.to_owned()
}

fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/it/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).expect("there is such a file")
}

/// A zip archive of stored files.
fn zip(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let at = archive.len() as u32;
        let mut common = Vec::new();
        common.extend_from_slice(&[20, 0, 0, 8, 0, 0, 0, 0, 0, 0]);
        common.extend_from_slice(&[0; 4]);
        common.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
        common.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
        common.extend_from_slice(&(name.len() as u16).to_le_bytes());
        common.extend_from_slice(&[0; 2]);
        archive.extend_from_slice(b"PK\x03\x04");
        archive.extend_from_slice(&common);
        archive.extend_from_slice(name.as_bytes());
        archive.extend_from_slice(bytes);
        directory.extend_from_slice(b"PK\x01\x02\x14\x00");
        directory.extend_from_slice(&common);
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&at.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let start = archive.len() as u32;
    archive.extend_from_slice(&directory);
    archive.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    let count = (files.len() as u16).to_le_bytes();
    archive.extend_from_slice(&[count, count].concat());
    archive.extend_from_slice(&(directory.len() as u32).to_le_bytes());
    archive.extend_from_slice(&start.to_le_bytes());
    archive.extend_from_slice(&[0; 2]);
    archive
}

/// A tar archive.
fn tar(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = Vec::new();
    for (name, bytes) in files {
        let mut header = [0; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[100..108].copy_from_slice(b"0000644\0");
        let size = format!("{:011o}\0", bytes.len());
        header[124..136].copy_from_slice(size.as_bytes());
        header[156] = b'0';
        header[257..265].copy_from_slice(b"ustar\x0000");
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        archive.extend_from_slice(&header);
        archive.extend_from_slice(bytes);
        archive.resize(archive.len().next_multiple_of(512), 0);
    }
    archive.resize(archive.len() + 1024, 0);
    archive
}

/// A file of each item.
fn files(
    name: impl Fn(&Item) -> String,
    bytes: impl Fn(&Item) -> Vec<u8>,
) -> Vec<(String, Vec<u8>)> {
    ITEMS.iter().map(|item| (name(item), bytes(item))).collect()
}

fn pretty(value: &Value) -> Vec<u8> {
    serde_json::to_vec_pretty(value).expect("it is JSON")
}

fn news_please(item: &Item) -> Value {
    json!({
        "authors": ["A. Writer"], "date_download": "2021-04-01 08:00:00", "date_modify": null, "date_publish": item.moment(),
        "description": &item.text[..60], "filename": format!("{}.json", item.id), "image_url": null, "language": "en",
        "localpath": null, "maintext": item.text, "source_domain": item.host, "text": null, "title": item.title,
        "title_page": null, "title_rss": null, "url": item.url(),
    })
}

/// The texts of pages, as they stand in archives.
fn page(item: &Item) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><title>{}</title><meta property=\"article:published_time\" content=\"{}\">\
        </head><body><article><h1>{}</h1><p>{}</p></article></body></html>",
        item.title, item.day, item.title, item.text
    )
}

/// All shapes.
pub(super) fn all() -> Vec<Shape> {
    [
        crawls(),
        corpora(),
        interfaces(),
        tools(),
        programs(),
        containers(),
    ]
    .concat()
}

/// What crawlers and their corpora give.
fn crawls() -> Vec<Shape> {
    let an_article_a_file = files(
        |item| format!("{}/{}.json", item.host, item.id),
        |item| pretty(&news_please(item)),
    );
    let http = |item: &Item| {
        let body = page(item);
        let length = body.len();
        format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\n\r\n{body}"
        )
    };
    let record = |kind: &str, media: &str, item: &Item, content: &str| {
        let length = content.len();
        format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {}\r\nWARC-Date: {}T11:00:00Z\r\nContent-Type: {media}\r\n\
            Content-Length: {length}\r\n\r\n{content}\r\n\r\n",
            item.url(),
            item.day
        )
    };
    let response = |item: &Item| {
        record(
            "response",
            "application/http; msgtype=response",
            item,
            &http(item),
        )
    };
    let conversion = |item: &Item| {
        record(
            "conversion",
            "text/plain",
            item,
            &format!("{}\n{}\n", item.title, item.text),
        )
    };
    let warc: Vec<u8> = ITEMS.iter().flat_map(|item| gzip(response(item))).collect();
    let wet: Vec<u8> = ITEMS
        .iter()
        .flat_map(|item| gzip(conversion(item)))
        .collect();
    vec![
        Shape::folder("news-please, a file an article", "articles", an_article_a_file),
        Shape::new("news-please, JSON lines", "articles.jsonl", lines(news_please)),
        Shape::new("news-please, one array", "articles.json", pretty(&array(news_please))),
        #[cfg(feature = "warc")]
        Shape::new("CC-NEWS WARC", "CC-NEWS.warc.gz", warc),
        #[cfg(feature = "warc")]
        Shape::new("Common Crawl WET", "crawl.warc.wet.gz", wet),
        Shape::new(
            "Fundus",
            "fundus.jsonl",
            lines(|item| {
                json!({
                    "title": item.title, "plaintext": item.text, "authors": ["x"], "lang": "en", "publisher": "X News",
                    "publishing_date": format!("{}+01:00", item.moment()), "requested_url": item.url(),
                    "body": {"summary": [], "sections": [{"headline": [], "paragraphs": [item.text]}]},
                })
            }),
        ),
        Shape::new(
            "trafilatura JSON",
            "trafilatura.jsonl",
            lines(|item| {
                json!({
                    "title": item.title, "author": null, "hostname": item.host, "date": item.day, "fingerprint": "0f",
                    "id": null, "license": null, "comments": "", "raw_text": item.text.replace('\n', " "), "text": item.text,
                    "language": null, "image": null, "pagetype": "article", "filedate": "2021-04-01", "source": item.url(),
                    "source-hostname": "X", "excerpt": &item.text[..40], "categories": "", "tags": "",
                })
            }),
        ),
        Shape::new(
            "trafilatura CSV",
            "trafilatura.csv",
            csv(
                &["url", "id", "fingerprint", "hostname", "title", "image", "date", "text", "comments", "license", "pagetype"],
                b'\t',
                |item| {
                    [&item.url(), "", "0f", item.host, item.title, "", item.day, item.text, "", "", "article"].map(text).into()
                },
            ),
        ),
        Shape::new(
            "trafilatura XML",
            "article.xml",
            format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<doc title=\"T\"><main><p>{}</p></main></doc>", ITEMS[0].text),
        )
        .refused("trafilatura"),
        Shape::new(
            "newspaper4k",
            "newspaper4k.json",
            pretty(&array(|item| {
                json!({
                    "source_url": format!("https://www.{}", item.host), "url": item.url(), "read_more_link": "",
                    "title": item.title, "top_image": "", "meta_img": "", "images": [], "movies": [], "text": item.text,
                    "text_cleaned": item.text, "keywords": ["x"], "meta_keywords": [""], "tags": null, "authors": ["x"],
                    "publish_date": format!("{}T10:20:30+00:00", item.day), "summary": "", "meta_description": "x",
                    "meta_lang": "en", "meta_site_name": "",
                })
            })),
        ),
        Shape::new("Scrapy .jl", "items.jl", lines(scraped)),
        Shape::new("Scrapy -O items.json", "items.json", {
            let records: Vec<String> = ITEMS.iter().map(|item| scraped(item).to_string()).collect();
            format!("[\n{}\n]", records.join(",\n"))
        }),
        Shape::new(
            "Scrapy CSV",
            "items.csv",
            csv(&["body", "headline", "link", "published"], b',', |item| {
                [item.text, item.title, &item.url(), &item.moment()].map(text).into()
            }),
        ),
    ]
}

fn scraped(item: &Item) -> Value {
    json!({"headline": item.title, "link": item.url(), "published": item.moment(), "body": [item.text]})
}

/// What is published for training and for research.
fn corpora() -> Vec<Shape> {
    let no_title = &["title"][..];
    vec![
        Shape::new(
            "Hugging Face cc_news",
            "cc_news.jsonl",
            lines(|item| {
                json!({"title": item.title, "text": item.text, "domain": format!("www.{}", item.host), "date": item.moment(),
                    "description": "x", "url": item.url(), "image_url": ""})
            }),
        ),
        Shape::new(
            "All the News 1",
            "articles1.csv",
            csv(
                &["", "id", "title", "publication", "author", "date", "year", "month", "url", "content"],
                b',',
                |item| {
                    ["0", item.id, item.title, item.host, "x", item.day, "2021.0", "3.0", "", item.text].map(text).into()
                },
            ),
        ),
        Shape::new(
            "All the News 2",
            "all-the-news-2-1.csv",
            csv(
                &["date", "year", "month", "day", "author", "title", "article", "url", "section", "publication"],
                b',',
                |item| {
                    [&item.moment(), "2021", "3.0", "5", "x", item.title, item.text, &item.url(), "news", item.host].map(text).into()
                },
            ),
        ),
        Shape::new(
            "C4 realnewslike",
            "c4-train.json",
            lines(|item| json!({"text": item.text, "timestamp": format!("{}T10:20:30Z", item.day), "url": item.url()})),
        )
        .without(no_title),
        Shape::new(
            "mC4",
            "c4-de.json.gz",
            gzip(lines(|item| json!({"text": item.text, "timestamp": format!("{}T10:20:30Z", item.day), "url": item.url()}))),
        )
        .without(no_title),
        Shape::new(
            "FineWeb",
            "fineweb.jsonl",
            lines(|item| {
                json!({"text": item.text, "id": format!("<urn:uuid:{}>", item.id), "dump": "CC-MAIN-2021-10", "url": item.url(),
                    "date": format!("{}T10:20:30Z", item.day), "file_path": "s3://x/y.warc.gz", "language": "en",
                    "language_score": 0.98, "token_count": 41})
            }),
        )
        .without(no_title),
        Shape::new("RedPajama 2", "redpajama.jsonl", lines(ccnet)).without(&["date"]),
        Shape::new("CCNet", "en_head_0000.json.gz", gzip(lines(ccnet))).without(&["date"]),
        Shape::new(
            "CulturaX",
            "culturax.jsonl",
            lines(|item| {
                json!({"text": item.text, "timestamp": item.moment().replace('-', "/"), "url": item.url(), "source": "mC4"})
            }),
        )
        .without(no_title),
        Shape::new(
            "Dolma",
            "dolma.jsonl",
            lines(|item| {
                json!({"id": item.id, "text": item.text, "source": "common-crawl", "created": format!("{}T10:20:30Z", item.day),
                    "added": "2021-04-01T00:00:00Z", "metadata": {"url": item.url(), "source_domain": item.host}})
            }),
        )
        .without(no_title),
        Shape::new(
            "OSCAR 23",
            "oscar.jsonl",
            lines(|item| {
                json!({"content": item.text,
                    "warc_headers": {"warc-record-id": "<urn:uuid:1>", "warc-date": format!("{}T10:20:30Z", item.day),
                        "content-type": "text/plain", "warc-type": "conversion", "warc-target-uri": item.url()},
                    "metadata": {"identification": {"label": "en", "prob": 0.9}, "annotations": null}})
            }),
        )
        .without(no_title),
        Shape::new(
            "RealNews",
            "realnews.jsonl",
            lines(|item| {
                let (year, day) = item.day.split_once('-').expect("it has parts");
                json!({"title": item.title, "text": item.text, "summary": null, "authors": ["x"], "status": "success",
                    "publish_date": format!("{day}-{year}"), "url": item.url(), "domain": item.host, "warc_date": "20210401153300"})
            }),
        ),
        Shape::new("NELA-GT JSON", "courier.json", serde_json::to_vec(&array(nela)).expect("it is JSON")),
        Shape::new("NELA-GT SQLite", "nela.db", fixture("nela.sqlite")),
        Shape::new("MIND news.tsv", "news.tsv", csv(&[], b'\t', mind))
            .refused("its first row looks like a record, not like a header: N1, news"),
        Shape::new("MIND news.tsv with --columns", "news.tsv", csv(&[], b'\t', mind))
            .with_columns("id,,,title,abstract,url")
            .without(&["date"]),
        Shape::new("AG News", "train.csv", csv(&["Class Index", "Title", "Description"], b',', ag_news)).without(&["source", "date"]),
        Shape::new("AG News without a header", "test.csv", csv(&[], b',', ag_news)).refused("looks like a record"),
        Shape::new(
            "HuffPost",
            "News_Category_Dataset_v3.json",
            lines(|item| {
                json!({"link": item.url(), "headline": item.title, "category": "WORLD", "short_description": item.text,
                    "authors": "", "date": item.day})
            }),
        ),
        Shape::new(
            "ISOT",
            "True.csv",
            csv(&["title", "text", "subject", "date"], b',', |item| {
                let day = &item.day[9..];
                [item.title, item.text, "politicsNews", &format!("March {day}, 2021 ")].map(text).into()
            }),
        )
        .without(&["source"]),
        Shape::folder(
            "CNN/DailyMail stories",
            "stories",
            files(
                |item| format!("{}.story", item.id),
                |item| format!("{}\n\n{}\n\n@highlight\n\nIn short", item.title, item.text).into_bytes(),
            ),
        )
        .without(&["plain text", "source", "date"]),
        Shape::new(
            "CNN/DailyMail, Hugging Face",
            "cnn_dailymail.jsonl",
            lines(|item| json!({"article": item.text, "highlights": &item.text[..40], "id": item.id})),
        )
        .without(&["title", "source", "date"]),
        Shape::new(
            "FNC bodies",
            "train_bodies.csv",
            csv(&["Body ID", "articleBody"], b',', |item| [item.id, item.text].map(text).into()),
        )
        .without(&["title", "source", "date"]),
        Shape::folder(
            "BBC text",
            "bbc",
            files(
                |item| format!("business/{}.txt", item.id),
                |item| format!("{}\n\n{}\n", item.title, item.text).into_bytes(),
            ),
        )
        .without(&["source", "date"]),
        Shape::new(
            "Reddit",
            "RS_2021-03.ndjson",
            lines(|item| {
                json!({"id": item.id, "title": item.title, "selftext": item.text, "created_utc": item.seconds(), "subreddit": "news",
                    "url": item.url(), "permalink": "/r/news/1", "domain": item.host, "score": 3})
            }),
        ),
    ]
}

fn ccnet(item: &Item) -> Value {
    json!({"url": item.url(), "date_download": "2021-04-01T00:00:00Z", "digest": "sha1:X", "length": 100, "nlines": 1,
        "source_domain": format!("www.{}", item.host), "title": item.title, "raw_content": item.text, "cc_segment": "x/y.wet.gz",
        "original_nlines": 9, "language": "en", "bucket": "head"})
}

fn nela(item: &Item) -> Value {
    json!({"id": item.id, "date": item.day, "source": item.host, "title": item.title, "content": item.text, "author": "x",
        "url": item.url(), "published": item.moment(), "published_utc": item.seconds(), "collection_utc": item.seconds() + 9})
}

fn mind(item: &Item) -> Vec<String> {
    [
        "N1",
        "news",
        "newsworld",
        item.title,
        item.text,
        &item.url(),
        "[]",
        "[]",
    ]
    .map(text)
    .into()
}

fn ag_news(item: &Item) -> Vec<String> {
    ["3", item.title, item.text].map(text).into()
}

/// What is answered over a network.
fn interfaces() -> Vec<Shape> {
    let in_envelope = |name, file, envelope: Value| {
        Shape::new(
            name,
            file,
            serde_json::to_vec(&envelope).expect("it is JSON"),
        )
    };
    vec![
        in_envelope(
            "NYT archive",
            "2021-3.json",
            json!({"copyright": "x", "response": {"meta": {"hits": 3}, "docs": array(|item| {
                json!({"abstract": &item.text[..50], "web_url": item.url(), "snippet": "", "lead_paragraph": item.text,
                    "headline": {"main": item.title, "kicker": null}, "pub_date": format!("{}T10:20:30+0000", item.day),
                    "_id": item.id, "uri": format!("nyt://article/{}", item.id)})
            })}}),
        ),
        in_envelope(
            "Guardian",
            "guardian.json",
            json!({"response": {"status": "ok", "total": 3, "results": array(|item| {
                json!({"id": format!("world/{}", item.id), "type": "article", "sectionName": "World", "webTitle": item.title,
                    "webPublicationDate": format!("{}T10:20:30Z", item.day), "webUrl": item.url(),
                    "apiUrl": "https://content.example/x", "fields": {"headline": item.title, "bodyText": item.text}})
            })}}),
        ),
        Shape::new(
            "Webz.io zip",
            "webz.zip",
            zip(&files(
                |item| format!("news_{}.json", item.id),
                |item| {
                    let article = json!({"uuid": item.id, "url": item.url(), "title": item.title, "text": item.text,
                        "published": format!("{}T10:20:30.000+02:00", item.day), "crawled": "2021-04-01T00:00:00.000+02:00",
                        "language": "english", "author": "x", "thread": {"site": item.host, "site_full": format!("www.{}", item.host),
                        "title": item.title, "url": item.url()}, "entities": {"persons": [{"name": "x"}]}});
                    serde_json::to_vec(&article).expect("it is JSON")
                },
            )),
        ),
        in_envelope(
            "Event Registry",
            "event_registry.json",
            json!({"articles": {"page": 1, "pages": 1, "totalResults": 3, "results": array(|item| {
                json!({"uri": item.id, "lang": "eng", "isDuplicate": false, "date": item.day, "time": "10:20:30",
                    "dateTime": format!("{}T10:20:30Z", item.day), "url": item.url(), "title": item.title, "body": item.text,
                    "source": {"uri": item.host, "dataType": "news", "title": item.host}, "authors": [], "image": null})
            })}}),
        ),
        in_envelope(
            "NewsAPI",
            "newsapi.json",
            json!({"status": "ok", "totalResults": 3, "articles": array(|item| {
                json!({"source": {"id": null, "name": item.host}, "author": "x", "title": item.title, "description": item.text,
                    "url": item.url(), "urlToImage": "", "publishedAt": format!("{}T10:20:30Z", item.day),
                    "content": format!("{}… [+4321 chars]", &item.text[..60])})
            })}),
        ),
        in_envelope(
            "GDELT DOC",
            "gdelt.json",
            json!({"articles": array(|item| {
                json!({"url": item.url(), "url_mobile": "", "title": item.title, "seendate": item.day.replace('-', "") + "T102030Z",
                    "socialimage": "", "domain": item.host, "language": "English", "sourcecountry": "X"})
            })}),
        )
        .without(&["text"]),
        Shape::new(
            "GDELT GKG",
            "20210305102030.gkg.csv",
            csv(&[], b'\t', |item| {
                let seen = format!("{}102030", item.day.replace('-', ""));
                [&format!("{seen}-1"), &seen, "1", item.host, &item.url(), "WB_1", "TAX_2"].map(text).into()
            }),
        )
        .refused("looks like a record"),
        Shape::new(
            "Media Cloud",
            "mediacloud.csv",
            csv(
                &["id", "indexed_date", "language", "media_name", "media_url", "publish_date", "title", "url"],
                b',',
                |item| {
                    [item.id, "2021-04-01", "en", item.host, item.host, item.day, item.title, &item.url()].map(text).into()
                },
            ),
        )
        .without(&["text"]),
        in_envelope(
            "miniflux",
            "entries.json",
            json!({"total": 3, "entries": array(|item| {
                json!({"id": 1, "feed_id": 2, "title": item.title, "url": item.url(), "published_at": format!("{}T10:20:30Z", item.day),
                    "content": format!("<p>{}</p>", item.text), "feed": {"id": 2, "title": "x", "category": {"title": "All"}}})
            })}),
        ),
        Shape::new(
            "WordPress REST",
            "posts.json",
            serde_json::to_vec(&array(|item| {
                json!({"id": 1, "date": format!("{}T10:20:30", item.day), "date_gmt": format!("{}T10:20:30", item.day),
                    "guid": {"rendered": item.url()}, "slug": "x", "link": item.url(), "title": {"rendered": item.title},
                    "content": {"rendered": format!("<p>{}</p>\n", item.text), "protected": false},
                    "excerpt": {"rendered": "<p>x</p>", "protected": false}, "author": 1, "categories": [2]})
            }))
            .expect("it is JSON"),
        ),
        Shape::new(
            "JSON-LD",
            "ld.jsonl",
            lines(|item| {
                json!({"@context": "https://schema.org", "@type": "NewsArticle", "headline": item.title, "articleBody": item.text,
                    "datePublished": format!("{}T10:20:30+00:00", item.day), "dateModified": format!("{}T12:20:30+00:00", item.day),
                    "publisher": {"@type": "Organization", "name": item.host}, "author": [{"@type": "Person", "name": "x"}],
                    "mainEntityOfPage": {"@type": "WebPage", "@id": item.url()}, "image": ["https://x.example/1.jpg"]})
            }),
        ),
        Shape::new("RSS 2.0", "feed.xml", {
            let items = ITEMS.iter().map(|item| {
                format!(
                    "<item><title>{}</title><link>{}</link><guid>{}</guid><pubDate>{} Mar 2021 10:20:30 GMT</pubDate>\
                    <description>In short</description><content:encoded><![CDATA[<p>{}</p>]]></content:encoded></item>",
                    item.title,
                    item.url(),
                    item.id,
                    &item.day[8..],
                    item.text
                )
            });
            let items: String = items.collect();
            format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel><title>X</title>{items}</channel></rss>")
        }),
        Shape::new("Atom", "feed.atom", {
            let entries = ITEMS.iter().map(|item| {
                format!(
                    "<entry><id>urn:{}</id><title>{}</title><link rel=\"alternate\" href=\"{}\"/><updated>{}T12:00:00Z</updated>\
                    <published>{}T10:20:30Z</published><content type=\"html\">&lt;p&gt;{}&lt;/p&gt;</content></entry>",
                    item.id,
                    item.title,
                    item.url(),
                    item.day,
                    item.day,
                    item.text
                )
            });
            let entries: String = entries.collect();
            format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>X</title>{entries}</feed>")
        }),
        in_envelope(
            "JSON Feed",
            "feed.json",
            json!({"version": "https://jsonfeed.org/version/1.1", "title": "X", "home_page_url": "https://x.example/",
                "items": array(|item| {
                    json!({"id": item.id, "url": item.url(), "title": item.title, "content_html": format!("<p>{}</p>", item.text),
                        "date_published": format!("{}T10:20:30Z", item.day)})
                })}),
        ),
    ]
}

/// What stores of documents give.
fn tools() -> Vec<Shape> {
    let plain = |item: &Item| json!({"id": item.id, "title": item.title, "text": item.text, "url": item.url(), "date": item.moment()});
    let mongo = |item: &Item| {
        json!({"_id": {"$oid": format!("{:024}", item.seconds())}, "title": item.title, "text": item.text, "url": item.url(),
            "published": {"$date": format!("{}T10:20:30Z", item.day)}})
    };
    let canonical = |item: &Item| {
        json!({"_id": {"$oid": format!("{:024}", item.seconds())}, "title": item.title, "text": item.text, "url": item.url(),
            "published": {"$date": {"$numberLong": (item.seconds() * 1000).to_string()}}, "n": {"$numberInt": "3"}})
    };
    vec![
        Shape::new(
            "Elasticsearch answer",
            "search.json",
            pretty(
                &json!({"took": 3, "hits": {"total": {"value": 3}, "hits": array(|item| {
                    json!({"_index": "news", "_id": item.id, "_score": 1.0, "_source": plain(item)})
                })}}),
            ),
        ),
        Shape::new(
            "elasticdump",
            "dump.json",
            lines(
                |item| json!({"_index": "news", "_type": "_doc", "_id": item.id, "_score": 1, "_source": plain(item)}),
            ),
        ),
        Shape::new("mongoexport", "mongo.json", lines(mongo)),
        Shape::new(
            "mongoexport --jsonArray",
            "mongo.json",
            serde_json::to_vec(&array(mongo)).expect("it is JSON"),
        ),
        Shape::new(
            "mongoexport --jsonFormat=canonical",
            "mongo.json",
            lines(canonical),
        ),
        Shape::new("MySQL TSV", "dump.tsv", {
            let rows = ITEMS.iter().map(|item| {
                let text = item.text.replace(", ", ",\\n");
                format!(
                    "{}\t{}\t{text}\t\\N\t{}\t{}\n",
                    item.id,
                    item.title,
                    item.url(),
                    item.moment()
                )
            });
            let rows: String = rows.collect();
            format!("id\ttitle\ttext\tauthor\turl\tdate\n{rows}")
        })
        .without(&["plain text"]),
    ]
}

/// What programs for tables write.
fn programs() -> Vec<Shape> {
    let plain = |item: &Item| json!({"id": item.id, "title": item.title, "text": item.text, "url": item.url(), "date": item.moment()});
    let header = ["id", "title", "text", "url", "date"];
    let row = |item: &Item| -> Vec<String> {
        [item.id, item.title, item.text, &item.url(), &item.moment()]
            .map(text)
            .into()
    };
    let by_column = || {
        let column = |of: &dyn Fn(&Item) -> Value| -> Value {
            let rows = ITEMS.iter().enumerate();
            Value::Object(rows.map(|(at, item)| (at.to_string(), of(item))).collect())
        };
        json!({"id": column(&|item| item.id.into()), "title": column(&|item| item.title.into()),
            "text": column(&|item| item.text.into()), "url": column(&|item| item.url().into()),
            "date": column(&|item| (item.seconds() * 1000).into())})
    };
    let spark = ITEMS.iter().map(|item| {
        let text = format!("\"{} \\\"No,\\\" he said.\"", item.text);
        format!(
            "{},{},{text},{},{}\n",
            item.id,
            item.title,
            item.url(),
            item.moment()
        )
    });
    let spark: String = spark.collect();
    vec![
        Shape::new("pandas, lines", "frame.jsonl", lines(plain)),
        Shape::new(
            "pandas, default",
            "frame.json",
            serde_json::to_vec(&by_column()).expect("it is JSON"),
        ),
        Shape::new(
            "pandas CSV",
            "frame.csv",
            csv(&["", "id", "title", "text", "url", "date"], b',', |item| {
                [vec!["0".to_owned()], row(item)].concat()
            }),
        ),
        Shape::new(
            "pandas pickle",
            "frame.pkl",
            b"\x80\x04\x95\x05\0\0\0\0\0\0\0\x8c\x06pandas\x94.".to_vec(),
        )
        .refused("pickle"),
        Shape::new("Python repr", "frame.json", "[{'id': 'a', 'text': 'b'}]").refused("json.dump"),
        #[cfg(feature = "parquet")]
        Shape::new("pandas, Polars and DuckDB Parquet", "frame.parquet", {
            use crate::columnar::{file, texts};
            let schema = "message m { required binary id (STRING); required binary title (STRING); required binary text (STRING); \
                required binary url (STRING); required binary date (STRING); }";
            let column = |of: &dyn Fn(&Item) -> String| {
                let values: Vec<String> = ITEMS.iter().map(of).collect();
                let values: Vec<&str> = values.iter().map(String::as_str).collect();
                texts(&values).all()
            };
            let columns = vec![
                column(&|item| item.id.to_owned()),
                column(&|item| item.title.to_owned()),
                column(&|item| item.text.to_owned()),
                column(&Item::url),
                column(&Item::moment),
            ];
            file(schema, vec![columns])
        }),
        Shape::new("Polars NDJSON", "frame.ndjson", lines(plain)),
        Shape::new("Polars IPC", "frame.arrow", fixture("polars.arrow")),
        Shape::new("DuckDB JSON ARRAY", "frame.json", {
            let records: Vec<String> = ITEMS.iter().map(|item| plain(item).to_string()).collect();
            format!("[\n\t{}\n]\n", records.join(",\n\t"))
        }),
        Shape::new("DuckDB CSV", "frame.csv", csv(&header, b',', row)),
        Shape::folder(
            "Spark JSON",
            "spark.json",
            vec![
                ("_SUCCESS".to_owned(), Vec::new()),
                ("part-00000.json".to_owned(), lines(plain)),
            ],
        ),
        Shape::new(
            "Spark CSV",
            "part-00000.csv",
            format!("id,title,text,url,date\n{spark}"),
        )
        .without(&["plain text"]),
        Shape::new(
            "Hugging Face save_to_disk",
            "data-00000-of-00001.arrow",
            fixture("stream.arrow"),
        ),
        Shape::new("Feather", "frame.feather", fixture("lz4.feather")),
        Shape::new("Excel CSV", "frame.csv", {
            let table = csv(&header, b';', row);
            [b"\xef\xbb\xbfsep=;\r\n", &table[..]].concat()
        }),
        Shape::new("R CSV", "frame.csv", {
            let rows = ITEMS.iter().zip(1..).map(|(item, number)| {
                let fields = row(item).into_iter().map(|field| format!("\"{field}\""));
                format!("\"{number}\",{}\n", fields.collect::<Vec<_>>().join(","))
            });
            let rows: String = rows.collect();
            format!("\"id\",\"title\",\"text\",\"url\",\"date\"\n{rows}")
        }),
    ]
}

/// Files in files.
fn containers() -> Vec<Shape> {
    let articles = files(
        |item| format!("news/{}.json", item.id),
        |item| pretty(&news_please(item)),
    );
    vec![
        Shape::new("zip of files", "archive.zip", zip(&articles)),
        Shape::new("tar of files", "archive.tar", tar(&articles)),
        Shape::new("tgz of files", "archive.tgz", gzip(tar(&articles))),
        Shape::new(
            "Kaggle zip",
            "archive.zip",
            zip(&[
                ("README.md".to_owned(), b"# About".to_vec()),
                ("data/articles.jsonl".to_owned(), lines(news_please)),
            ]),
        ),
    ]
}
