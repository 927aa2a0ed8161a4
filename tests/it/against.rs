//! What else is written of a dump that is held against an index: pairs, versions, links, and what the run was.

use serde_json::{Value, json};

use crate::command::{BRIDGE, FERRY, Folder, columns, json_line, small_dump};

const MILL: &str = "The last steam mill in the valley stopped for good on Wednesday, and its whistle, which had called three \
    generations to work, was given to the school, where it is to end the lessons from the autumn on.";

fn monday() -> Folder {
    let folder = Folder::new();
    folder.run(&["index", "create", "kept"]).done();
    folder.write("monday.jsonl", small_dump());
    folder
        .run(&["index", "ingest", "kept", "monday.jsonl"])
        .done();
    folder
}

fn page(id: &str, at: &str, text: &str) -> String {
    let article = json!({
        "id": id, "title": "Ferry stays", "text": text, "date": at,
        "url": "https://harbour.example/ferry",
    });
    format!("{article}\n")
}

#[test]
fn pairs_with_articles_of_the_index_are_written() {
    let folder = monday();
    let tuesday = [
        json_line("reprint", "Ferry stays", FERRY),
        json_line("one", "Bees", MILL),
        json_line("two", "Bees", &format!("{MILL} So it was said.")),
    ];
    folder.write("tuesday.jsonl", tuesday.concat());
    let call = ["cluster", "tuesday.jsonl", "--against", "kept"];
    let more = ["-o", "t.csv", "--pairs", "pairs.csv"];
    folder.run(&[&call[..], &more].concat()).done();
    let pairs = columns(&folder.text("pairs.csv"), ["id_a", "id_b"]);
    let has = |a: &str, b: &str| pairs.contains(&(a.to_owned(), b.to_owned()));
    assert!(has("again", "reprint") && has("one", "two"), "{pairs:?}");
    // Those of the index by itself are not of the dump.
    let is_of_dump = |it: &(String, String)| ["reprint", "two"].contains(&&*it.1);
    assert!(pairs.iter().all(is_of_dump), "{pairs:?}");
    // Held against nothing, an index has the pairs of one run.
    folder.run(&["index", "create", "empty"]).done();
    let none = ["cluster", "tuesday.jsonl", "--against", "empty"];
    folder.run(&[&none[..], &more].concat()).done();
    let held = folder.text("pairs.csv");
    folder
        .run(&[&["cluster", "tuesday.jsonl"], &more[..]].concat())
        .done();
    assert_eq!(folder.text("pairs.csv"), held);
}

#[test]
fn versions_go_on_from_those_of_the_index() {
    let folder = Folder::new();
    folder.run(&["index", "create", "kept"]).done();
    folder.write("monday.jsonl", page("first", "2026-11-23T08:00:00Z", FERRY));
    folder
        .run(&["index", "ingest", "kept", "monday.jsonl"])
        .done();
    let later = format!("{FERRY} It sailed again a day later, with the mooring lines mended.");
    let tuesday = [
        page("second", "2026-11-24T08:00:00Z", &later),
        json_line("bridge", "Bridge", BRIDGE),
    ];
    folder.write("tuesday.jsonl", tuesday.concat());
    let call = [
        "cluster",
        "tuesday.jsonl",
        "--against",
        "kept",
        "--by",
        "version",
    ];
    let told = folder.run(&call).done();
    let told: Vec<Value> = told
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line is JSON"))
        .collect();
    assert_eq!(told.len(), 1, "{told:?}");
    let versions = told[0]["versions"].as_array().expect("there are some");
    let ids: Vec<&str> = versions
        .iter()
        .filter_map(|it| it["article_id"].as_str())
        .collect();
    assert_eq!(ids, ["first", "second"]);
    let added = &versions[1]["changes"][0]["added"];
    assert!(
        added.as_str().is_some_and(|it| it.contains("mended")),
        "{added}"
    );
    assert_eq!(versions[0]["input"], "monday.jsonl");
}

#[test]
fn links_of_a_dump_are_respected_and_kept_with_it() {
    let folder = monday();
    let tuesday = json_line("bees", "Bees", MILL);
    folder.write("tuesday.jsonl", &tuesday);
    folder.write("links.csv", "bees,bridge,same\n");
    let call = [
        "cluster",
        "tuesday.jsonl",
        "--against",
        "kept",
        "--links",
        "links.csv",
    ];
    let linked = folder.run(&call).done();
    let stories = columns(&linked, ["article_id", "story_id"]);
    assert_eq!(stories, [("bees".to_owned(), "bridge".to_owned())]);
    // Without --add nothing is kept.
    let plain = ["cluster", "tuesday.jsonl", "--against", "kept"];
    let alone = columns(&folder.run(&plain).done(), ["article_id", "story_id"]);
    assert_eq!(alone, [("bees".to_owned(), "bees".to_owned())]);
    folder
        .run(&[&call[..], &["--add", "-o", "t.csv"]].concat())
        .done();
    assert_eq!(folder.text("t.csv"), linked);
    let table = folder.run(&["index", "table", "kept"]).done();
    let stories = columns(&table, ["article_id", "story_id"]);
    assert!(stories.contains(&("bees".to_owned(), "bridge".to_owned())));
    folder.write("links.csv", "bees,bridge,different\nbees,nobody,same\n");
    let told = folder.run(&call).failed();
    assert!(told.contains("nobody"), "{told}");
}

#[test]
fn a_report_says_what_the_index_said() {
    let folder = monday();
    folder.write("tuesday.jsonl", json_line("reprint", "", FERRY));
    let call = [
        "cluster",
        "tuesday.jsonl",
        "--against",
        "kept",
        "--report-json",
        "run.json",
    ];
    folder.run(&[&call[..], &["-o", "t.csv"]].concat()).done();
    let report: Value = serde_json::from_str(&folder.text("run.json")).expect("it is JSON");
    assert_eq!(report["index"]["ingests"], 1);
    assert_eq!(report["found"]["articles"], 1);
    assert_eq!(report["found"]["copies_of_index"], 1);
    assert_eq!(report["read"]["rejected"], 0);
    assert_eq!(report["inputs"][0]["name"], "tuesday.jsonl");
}

#[test]
fn what_an_index_has_no_use_for_is_refused_with_what_to_do() {
    let folder = monday();
    let call = ["cluster", "monday.jsonl", "--against", "kept"];
    for (flag, value, told) in [
        ("--state", "state", "samestory seen"),
        ("--work", "work", "begun anew"),
        ("--furniture-out", "lines.csv", "on the dump by itself"),
    ] {
        let ran = folder.run(&[&call[..], &[flag, value]].concat());
        assert_eq!(ran.status, Some(2), "{flag}: {}", ran.err);
        assert!(ran.err.contains(told), "{flag}: {}", ran.err);
        assert!(!folder.path(value).exists(), "{flag}");
    }
}
