//! What an index without texts promises: it holds none, knows copies all the same, and says what is an estimate.

use serde_json::Value;

use crate::command::{BRIDGE, FERRY, Folder, columns, filler, json_line};

/// Words that stand nowhere else.
const MARKS: [&str; 4] = ["zyxqualor", "wobblethrum", "Quintessimov", "kvornblatt"];

fn bare() -> Folder {
    let folder = Folder::new();
    folder
        .run(&["index", "create", "kept", "--without-texts"])
        .done();
    folder
}

fn marked(number: usize) -> String {
    let [a, b, name, _] = MARKS;
    format!("{} {a} {name} {b} {}", long(number), filler(5_000 + number))
}

/// A text that goes on as no other does.
fn longer(number: usize) -> String {
    let more = filler(7_000 + number);
    let more: Vec<&str> = more.split(' ').take(9).collect();
    format!("{} Tuesdaily {}", marked(number), more.join(" "))
}

/// A text of some length, unlike those of other numbers.
fn long(number: usize) -> String {
    let parts = (0..6).map(|part| filler(number * 6 + part));
    parts.collect::<Vec<_>>().join(" ")
}

fn line(id: &str, title: &str, text: &str, day: u32) -> String {
    let value = serde_json::json!({
        "id": id, "title": title, "text": text, "source": "paper", "url": format!("https://paper.example/{id}-kvornblatt"),
        "published": format!("2026-11-{day:02}T08:00:00Z"),
    });
    format!("{value}\n")
}

fn days() -> [Vec<String>; 3] {
    let first = (0..40).map(|it| line(&format!("a{it}"), "Of zyxqualor", &marked(it), 1));
    let second = (0..40).map(|it| {
        let text = match it < 10 {
            true => longer(it),
            false => marked(100 + it),
        };
        line(&format!("b{it}"), "Of wobblethrum", &text, 2)
    });
    let third = (0..20).map(|it| {
        let text = match it {
            0..5 => marked(it),
            5..10 => longer(110 + it),
            _ => marked(300 + it),
        };
        line(&format!("c{it}"), "Kvornblatt", &text, 3)
    });
    [first.collect(), second.collect(), third.collect()]
}

fn ingest_all(folder: &Folder) {
    for (day, lines) in days().into_iter().enumerate() {
        let name = format!("day{day}.jsonl");
        folder.write(&name, lines.concat());
        folder.run(&["index", "ingest", "kept", &name, "-q"]).done();
    }
}

/// All that is in the files of the index, compressed or not.
fn all_bytes(folder: &Folder) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    let names = folder.files().into_iter();
    for name in names.filter(|name| name.starts_with("kept/")) {
        let bytes = folder.bytes(&name);
        let frames = bytes.windows(4).enumerate();
        for (at, _) in frames.filter(|it| *it.1 == [0x28, 0xb5, 0x2f, 0xfd]) {
            let decoder = zstd::Decoder::new(&bytes[at..]).map(zstd::Decoder::single_frame);
            let mut plain = Vec::new();
            if let Ok(mut decoder) = decoder {
                let _ = std::io::Read::read_to_end(&mut decoder, &mut plain);
            }
            all.push(plain);
        }
        all.push(bytes);
    }
    all
}

fn holds(all: &[Vec<u8>], word: &str) -> bool {
    let lower = word.to_lowercase();
    let has = |bytes: &Vec<u8>| {
        let bytes = bytes.to_ascii_lowercase();
        bytes.windows(lower.len()).any(|it| it == lower.as_bytes())
    };
    all.iter().any(has)
}

#[test]
fn no_word_of_a_text_or_a_title_is_in_its_files() {
    let folder = bare();
    ingest_all(&folder);
    let all = all_bytes(&folder);
    for word in MARKS.into_iter().chain(["tuesdaily"]) {
        assert!(!holds(&all, word), "{word}");
    }
    // With texts they are, so they would be found.
    let whole = Folder::new();
    whole.run(&["index", "create", "kept"]).done();
    ingest_all(&whole);
    let all = all_bytes(&whole);
    assert!(MARKS.into_iter().all(|word| holds(&all, word)));
}

#[test]
fn copies_of_days_before_are_known_without_their_texts() {
    let folder = bare();
    ingest_all(&folder);
    let table = folder.run(&["index", "table", "kept"]).done();
    let groups = columns(&table, ["article_id", "group_key"]);
    let of = |id: &str| {
        groups
            .iter()
            .find(|it| it.0 == id)
            .expect("it is there")
            .1
            .clone()
    };
    for it in 0..10 {
        assert_eq!(of(&format!("b{it}")), format!("a{it}"));
    }
    for it in 0..5 {
        assert_eq!(of(&format!("c{it}")), format!("a{it}"));
    }
    for it in 5..10 {
        assert_eq!(of(&format!("c{it}")), format!("b{}", it + 10));
    }
    for it in 10..20 {
        assert_eq!(of(&format!("c{it}")), format!("c{it}"));
    }
    let marks = columns(&table, ["article_id", "estimated"]);
    let estimated: Vec<&str> = marks
        .iter()
        .filter(|it| it.1 == "true")
        .map(|it| it.0.as_str())
        .collect();
    assert!(estimated.contains(&"b3") && !estimated.contains(&"a3") && !estimated.contains(&"c3"));
    folder.run(&["index", "check", "kept"]).done();
    // No old file is needed, and what was found out does not depend on it.
    let call = ["cluster", "day2.jsonl", "--against", "kept"];
    let before = folder.run(&call).done();
    std::fs::remove_file(folder.path("day0.jsonl")).expect("it can be removed");
    assert_eq!(folder.run(&call).done(), before);
}

#[test]
fn what_is_seen_without_texts_says_that_it_is_an_estimate() {
    let folder = bare();
    ingest_all(&folder);
    let asked = [
        json_line("same", "", &marked(7)),
        json_line(
            "near",
            "",
            &format!("{} and so it goes on for the night", marked(8)),
        ),
        json_line("none", "", FERRY),
    ];
    folder.write("asked.jsonl", asked.concat());
    let lines = folder
        .run(&["seen", "--index", "kept", "asked.jsonl"])
        .done();
    let told: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line is JSON"))
        .collect();
    let brief = |it: &Value| (it["seen"].clone(), it["estimated"].clone());
    assert_eq!(brief(&told[0]), ("exact".into(), Value::Null));
    assert_eq!(brief(&told[1]), ("near".into(), true.into()));
    assert_eq!(told[1]["group_key"], "a8");
    assert_eq!(told[2]["estimated"], Value::Null);
    assert!(
        told[1]["similarity"]
            .as_f64()
            .is_some_and(|it| it > 0.7 && it < 1.0)
    );
}

#[test]
fn what_needs_texts_is_refused_by_name() {
    let folder = bare();
    ingest_all(&folder);
    folder.run(&["index", "create", "other"]).done();
    for call in [
        &["index", "settle", "kept"][..],
        &["index", "rebuild", "kept"],
        &["index", "merge", "other", "kept"],
        &["report", "kept", "-o", "report.html"],
        &[
            "cluster",
            "day2.jsonl",
            "--against",
            "kept",
            "--by",
            "version",
        ],
    ] {
        let told = folder.run(call).failed();
        assert!(
            told.contains("it was made without texts") && told.contains("samestory index create"),
            "{call:?}: {told}"
        );
    }
    let stats = folder.run(&["index", "stats", "kept"]).done();
    assert!(stats.contains("is an estimate"), "{stats}");
    let stats = folder.run(&["index", "stats", "kept", "--json"]).done();
    let stats: Value = serde_json::from_str(&stats).expect("it is JSON");
    assert_eq!(
        (&stats["texts"], &stats["articles"]),
        (&false.into(), &100.into())
    );
    // One with texts may be taken in.
    folder.write("more.jsonl", json_line("m", "Bridge", BRIDGE));
    folder
        .run(&["index", "ingest", "other", "more.jsonl", "-q"])
        .done();
    folder
        .run(&["index", "merge", "kept", "other", "-q"])
        .done();
    let table = folder.run(&["index", "table", "kept"]).done();
    assert!(table.contains("\nm,"));
}

#[test]
fn forgotten_articles_leave_their_copies_without_texts() {
    let folder = bare();
    ingest_all(&folder);
    folder
        .run(&["index", "forget", "kept", "a3", "a4", "-q"])
        .done();
    folder.run(&["index", "check", "kept"]).done();
    let table = folder.run(&["index", "table", "kept"]).done();
    let groups = columns(&table, ["article_id", "group_key"]);
    assert!(groups.iter().all(|it| it.0 != "a3"));
    let of = |id: &str| {
        groups
            .iter()
            .find(|it| it.0 == id)
            .expect("it is there")
            .1
            .clone()
    };
    assert_eq!((of("b3"), of("c3")), ("b3".to_owned(), "b3".to_owned()));
    // What was found by a3 is found by the article that has its text.
    folder.write("asked.jsonl", json_line("again", "", &marked(3)));
    let seen = folder
        .run(&["seen", "--index", "kept", "asked.jsonl"])
        .done();
    let seen: Value = serde_json::from_str(&seen).expect("it is JSON");
    assert_eq!(
        (&seen["seen"], &seen["matched_id"]),
        (&"exact".into(), &"c3".into())
    );
    let changes = folder.run(&["changes", "kept"]).done();
    assert!(changes.contains("\"gone\"") && changes.contains("\"joined\""));
}

#[test]
fn the_same_days_give_the_same_bytes_without_texts() {
    let files = |threads: &str| {
        let folder = bare();
        for (day, lines) in days().into_iter().enumerate() {
            let name = format!("day{day}.jsonl");
            folder.write(&name, lines.concat());
            folder
                .run(&["index", "ingest", "kept", &name, "-q", "--threads", threads])
                .done();
        }
        let names = folder.files().into_iter();
        let own = names.filter(|name| name.starts_with("kept/"));
        own.map(|name| (name.clone(), folder.bytes(&name)))
            .collect::<Vec<_>>()
    };
    assert!(files("1") == files("2"));
}
