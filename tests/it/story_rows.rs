//! Stories come out as JSON lines and as a feed, for other tools.

use std::process::Command;

use quick_xml::events::Event;
use serde_json::Value;

use crate::command::{BRIDGE, FERRY, Folder, PUFFINS, columns, gunzip};
use crate::corpora::Coverage;
use crate::python::python_with;

fn json_lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a line is JSON"))
        .collect()
}

/// Two articles of one text, one of which says what no XML may have, and one without anything but a text.
fn odd_dump() -> String {
    let title = "Ferry <b>\"late\"</b> & \u{1}\u{ffff} ]]> \u{202e}era";
    let first = serde_json::json!({ "id": "ferry <1>", "title": title, "text": FERRY, "source": "north & south",
        "date": "2024-03-12T10:15:00Z", "url": "https://example.org/a?b=1&c='2'" });
    let second = serde_json::json!({ "id": "ferry 2", "title": "", "text": FERRY, "source": "east",
        "date": "2024-03-13T07:00:00Z", "url": "javascript:alert(1)" });
    let third = serde_json::json!({ "id": "bridge", "title": "", "text": BRIDGE });
    let fourth = serde_json::json!({ "id": "puffins", "title": "Puffins", "text": PUFFINS,
        "date": "2024-03-12T23:00:00Z", "url": "javascript:alert(1)" });
    [first, second, third, fourth]
        .map(|it| format!("{it}\n"))
        .concat()
}

#[test]
fn a_line_has_all_of_a_story() {
    let folder = Folder::with("dump.jsonl", odd_dump());
    let out = folder
        .run(&["cluster", "dump.jsonl", "--by", "story", "-q"])
        .done();
    insta::assert_snapshot!(out);
}

#[test]
fn stories_say_what_the_rows_of_articles_say() {
    let folder = Folder::with("dump.jsonl", Coverage::default().dump(3).to_jsonl());
    folder
        .run(&["cluster", "dump.jsonl", "-o", "rows.csv"])
        .done();
    folder
        .run(&["cluster", "dump.jsonl", "--by", "story", "-o", "s.jsonl.gz"])
        .done();
    let stories = json_lines(&gunzip(&folder.bytes("s.jsonl.gz")));
    let text = |value: &Value| value.as_str().expect("it is a text").to_owned();
    let mut of_stories: Vec<(String, String)> = stories
        .iter()
        .flat_map(|story| {
            let articles = story["articles"].as_array().expect("it has articles");
            assert_eq!(articles[0]["article_id"], story["story_id"]);
            assert_eq!(articles[0]["relation"], "lead");
            articles
                .iter()
                .map(|article| (text(&article["article_id"]), text(&story["story_id"])))
        })
        .collect();
    let mut of_rows = columns(&folder.text("rows.csv"), ["article_id", "story_id"]);
    of_stories.sort();
    of_rows.sort();
    assert!(stories.iter().any(|story| !story["label"].is_null()));
    assert!(of_stories == of_rows);
}

#[test]
fn the_same_stories_are_the_same_bytes_at_any_number_of_threads() {
    let folder = Folder::with("dump.jsonl", Coverage::default().dump(4).to_jsonl());
    let call = |threads: &str, name: &str| {
        let flags = ["--by", "story", "--threads", threads, "-o", name];
        folder
            .run(&[&["cluster", "dump.jsonl"][..], &flags].concat())
            .done();
        folder.bytes(name)
    };
    assert!(call("1", "stories.jsonl") == call("3", "stories.jsonl"));
    assert!(call("1", "stories.atom") == call("3", "stories.atom"));
}

#[test]
fn a_feed_has_the_newest_stories_first_and_only_what_xml_may_have() {
    let folder = Folder::with("dump.jsonl", odd_dump());
    folder
        .run(&[
            "cluster",
            "dump.jsonl",
            "--min-articles",
            "1",
            "-o",
            "stories.atom",
        ])
        .done();
    let feed = folder.text("stories.atom");
    insta::assert_snapshot!(feed);
    let mut reader = quick_xml::Reader::from_str(&feed);
    reader.config_mut().check_end_names = true;
    while reader.read_event().expect("it is XML") != Event::Eof {}
}

#[test]
fn a_feed_is_read_by_those_who_read_feeds() {
    let folder = Folder::with("dump.jsonl", odd_dump());
    folder
        .run(&[
            "cluster",
            "dump.jsonl",
            "--min-articles",
            "1",
            "-o",
            "stories.atom",
        ])
        .done();
    let Some(python) = python_with("feeds", &["feedparser>=6,<7"]) else {
        eprintln!("not tried: there is no python3, or it cannot install feedparser");
        return;
    };
    let script = "import feedparser, json, sys\n\
        feed = feedparser.parse(sys.argv[1])\n\
        entry = feed.entries[0]\n\
        print(json.dumps([bool(feed.bozo), feed.version, len(feed.entries), entry.title, entry.link, entry.updated,\n\
            [author.name for author in entry.authors], entry.id == feed.entries[1].id]))";
    let output = Command::new(python)
        .args(["-c", script])
        .arg(folder.path("stories.atom"))
        .output()
        .expect("python starts");
    let out = String::from_utf8_lossy(&output.stdout);
    insta::assert_snapshot!(out.trim(), @r#"[false, "atom10", 3, "Ferry <b>\"late\"</b> & \ufffd\ufffd ]]> \u202eera", "https://example.org/a?b=1&c='2'", "2024-03-13T07:00:00Z", ["east", "north & south"], false]"#);
}

#[test]
fn a_table_of_stories_is_refused_with_the_endings_there_are() {
    let folder = Folder::with("dump.jsonl", odd_dump());
    let messages = ["s.csv", "s.parquet", "s.atom"].map(|name| {
        let by = if name == "s.atom" { "article" } else { "story" };
        let ran = folder.run(&["cluster", "dump.jsonl", "--by", by, "-o", name]);
        assert_eq!(ran.status, Some(2));
        ran.err
    });
    insta::assert_snapshot!(messages.concat(), @r"
    samestory: output is s.csv: it must be a name that ends in .jsonl or .atom, alone or followed by .gz, .zst, .bz2, .xz or .lz4, to hold stories
    samestory: output is s.parquet: it must be a name that ends in .jsonl or .atom, alone or followed by .gz, .zst, .bz2, .xz or .lz4, to hold stories
    samestory: output is s.atom: it must be a name that ends in .csv, .tsv or .jsonl, alone or followed by .gz, .zst, .bz2, .xz or .lz4, or in .parquet
    ");
    assert_eq!(folder.files(), ["dump.jsonl"]);
}
