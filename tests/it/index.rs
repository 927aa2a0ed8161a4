//! What an index promises: what it decides, what it keeps, and what becomes of it when things go wrong.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::command::{
    BRIDGE, FERRY, Folder, PUFFINS, columns, filler, json_line, rows, small_dump,
};

const CREATE: [&str; 3] = ["index", "create", "kept"];

fn kept() -> Folder {
    let folder = Folder::new();
    folder.run(&CREATE).done();
    folder
}

fn ingest(folder: &Folder, name: &str, lines: &[String]) {
    folder.write(name, lines.concat());
    folder.run(&["index", "ingest", "kept", name]).done();
}

/// The bytes of all files of the index.
fn bytes(folder: &Folder) -> BTreeMap<String, Vec<u8>> {
    let names = folder
        .files()
        .into_iter()
        .filter(|name| name.starts_with("kept/"));
    names
        .map(|name| (name.clone(), folder.bytes(&name)))
        .collect()
}

/// The articles of a table by what one of its columns has in common.
fn groups(csv: &str, column: &str) -> BTreeSet<BTreeSet<String>> {
    let mut groups: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (id, group) in columns(csv, ["article_id", column]) {
        groups.entry(group).or_default().insert(id);
    }
    groups.into_values().collect()
}

fn json(lines: &str) -> Vec<Value> {
    let value = |line: &str| serde_json::from_str(line).expect("a line is JSON");
    lines.lines().map(value).collect()
}

/// Days of invented articles: some new, some copies of the day's own and of days before.
fn days() -> Vec<Vec<String>> {
    let words = [
        "harbour", "tunnel", "orchard", "viaduct", "lantern", "quarry", "meadow", "turbine",
    ];
    let text = |seed: usize| -> String {
        let mut state = seed as u64 + 1;
        let mut next = |below: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        let mut sentence = || {
            let mut words_of = || {
                let ends = ["", "s", "er", "ing"];
                let last = ["a", "e", "i", "o", "u", "y"];
                let (word, end, letter) = (next(words.len()), next(4), next(6));
                format!("{}{}{}", words[word], ends[end], last[letter])
            };
            let words: Vec<String> = (0..12).map(|_| words_of()).collect();
            let number = seed * 31 + next(900);
            format!("{number} {}.", words.join(" "))
        };
        let sentences = (0..8).map(|_| sentence());
        sentences.collect::<Vec<_>>().join(" ")
    };
    let day = |day: usize| {
        let mut lines = Vec::new();
        for article in 0..12 {
            let number = 12 * day + article;
            let (title, body) = (format!("Report {number}"), text(number));
            lines.push(json_line(&format!("d{day}-{article}"), &title, &body));
        }
        for (copy, before) in [3usize, 14, 26].into_iter().enumerate() {
            if let Some(number) = (12 * day + 5).checked_sub(before) {
                let body = format!("{} It was brought up to date later.", text(number));
                lines.push(json_line(&format!("d{day}-copy{copy}"), "Again", &body));
            }
        }
        lines
    };
    (0..4).map(day).collect()
}

#[test]
fn what_comes_is_matched_with_what_came_before() {
    let folder = kept();
    ingest(&folder, "monday.jsonl", &[small_dump()]);
    let tuesday = [
        json_line("reprint", "Ferry stays", FERRY),
        json_line(
            "news",
            "Of bees",
            "A swarm of bees settled on the town hall's weather vane on Sunday, and the brass band, \
            which had been engaged for the mayor's farewell, played on a barge in the mill pond instead, to some applause.",
        ),
        json_line(
            "copy",
            "Of bees too",
            "A swarm of bees settled on the town hall's weather vane on Sunday, and the brass band, \
            which had been engaged for the mayor's farewell, played on a barge in the mill pond instead, to some applause.",
        ),
    ];
    folder.write("tuesday.jsonl", tuesday.concat());
    let before = bytes(&folder);
    let call = ["cluster", "tuesday.jsonl", "--against", "kept"];
    let table = folder.run(&call).done();
    assert_eq!(bytes(&folder), before);
    let matched = columns(&table, ["matched_id", "matched_in"]);
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(
        matched,
        [
            pair("longer", "monday.jsonl"),
            pair("", ""),
            pair("news", "")
        ]
    );
    let relations = columns(&table, ["relation", "group_key"]);
    assert_eq!(relations[0], pair("near", "ferry"));
    // No old file is needed any more.
    std::fs::remove_file(folder.path("monday.jsonl")).expect("it can be removed");
    assert_eq!(folder.run(&call).done(), table);
    let added = folder.run(&[&call[..], &["--add", "-o", "t.csv"]].concat());
    added.done();
    assert_eq!(folder.text("t.csv"), table);
}

#[test]
fn what_the_index_has_is_left_out_and_listed() {
    let folder = kept();
    ingest(&folder, "bench.jsonl", &[json_line("b", "Bench", FERRY)]);
    let train = [
        json_line("leaked", "Other", &format!("{FERRY} So it was said.")),
        json_line("clean", "Bridge", BRIDGE),
        json_line("twice", "Bridge again", BRIDGE),
    ];
    folder.write("train.jsonl", train.concat());
    let call = [
        "dedup",
        "train.jsonl",
        "--against",
        "kept",
        "-o",
        "new.jsonl",
        "--removed",
        "hits.csv",
    ];
    folder.run(&call).done();
    assert_eq!(folder.text("new.jsonl"), train[1]);
    let hits = columns(&folder.text("hits.csv"), ["article_id", "matched_id"]);
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(hits, [pair("leaked", "b"), pair("twice", "clean")]);
}

#[test]
fn what_is_added_twice_is_there_once() {
    let folder = kept();
    ingest(&folder, "monday.jsonl", &[small_dump()]);
    ingest(
        &folder,
        "tuesday.jsonl",
        &[
            json_line("bees", "Bees", PUFFINS),
            json_line("ferry", "Other", BRIDGE),
        ],
    );
    let before = bytes(&folder);
    let again = folder.run(&["index", "ingest", "kept", "monday.jsonl", "tuesday.jsonl"]);
    again.done();
    assert_eq!(bytes(&folder), before);
    let kept = [
        "dedup",
        "monday.jsonl",
        "--against",
        "kept",
        "--add",
        "-o",
        "new.jsonl",
    ];
    folder.run(&kept).done();
    assert_eq!(folder.text("new.jsonl"), "");
    assert_eq!(bytes(&folder), before);
    // Another record under an id that is taken is another article.
    let table = folder
        .run(&["cluster", "tuesday.jsonl", "--against", "kept"])
        .done();
    assert_eq!(rows(&table)[2][0], "ferry#2");
}

#[test]
fn a_settled_index_has_the_groups_of_one_run() {
    let days = days();
    let whole = Folder::with("all.jsonl", days.concat().concat());
    let one = whole.run(&["cluster", "all.jsonl"]).done();
    let copies = groups(&one, "copy_id");
    assert!(
        copies.len() < 55 && copies.iter().any(|group| group.len() > 1),
        "{copies:?}"
    );
    for order in [[0, 1, 2, 3], [3, 1, 0, 2]] {
        let folder = kept();
        for day in order {
            ingest(&folder, &format!("day{day}.jsonl"), &days[day]);
        }
        folder.write("all.jsonl", days.concat().concat());
        let table = || {
            folder
                .run(&["cluster", "all.jsonl", "--against", "kept"])
                .done()
        };
        let by_ingests = table();
        assert_eq!(
            groups(&by_ingests, "copy_id"),
            groups(&by_ingests, "group_key")
        );
        folder.run(&["index", "settle", "kept"]).done();
        let settled = table();
        assert_eq!(groups(&settled, "copy_id"), copies, "{order:?}");
        assert_eq!(groups(&settled, "group_key"), copies, "{order:?}");
        folder.run(&["index", "rebuild", "kept"]).done();
        assert_eq!(
            groups(&table(), "story_id"),
            groups(&one, "story_id"),
            "{order:?}"
        );
        folder.run(&["index", "check", "kept"]).done();
    }
}

#[test]
fn the_same_dumps_in_the_same_order_are_the_same_bytes() {
    let days = days();
    let built = |threads: &str| {
        let folder = kept();
        for (at, day) in days.iter().enumerate() {
            let name = format!("day{at}.jsonl");
            folder.write(&name, day.concat());
            folder
                .run(&["index", "ingest", "kept", &name, "--threads", threads])
                .done();
        }
        bytes(&folder)
    };
    assert_eq!(built("1"), built("4"));
}

#[test]
fn seen_answers_a_line_each() {
    let folder = kept();
    ingest(&folder, "monday.jsonl", &[small_dump()]);
    let asked = [
        json_line("same", "", BRIDGE),
        json_line("version", "", &format!("{BRIDGE} Nobody was hurt.")),
        "broken\n".to_owned(),
        json_line(
            "other",
            "",
            "Nothing of this was ever said by anybody in this town, where the clocks have all \
            stopped at noon and the baker sells yesterday's bread at tomorrow's prices to whoever will have it.",
        ),
    ];
    let call = ["seen", "--index", "kept"];
    let answers = json(
        &folder
            .run_with_input(&call, asked.concat().as_bytes())
            .done(),
    );
    let of = |key: &str| -> Vec<Value> { answers.iter().map(|line| line[key].clone()).collect() };
    assert_eq!(of("seen"), ["exact", "near", "rejected", "no"]);
    assert_eq!(answers[0]["matched_id"], "bridge");
    assert_eq!(answers[1]["matched_in"], "monday.jsonl");
    assert_eq!(answers[3]["matched_id"], Value::Null);
}

#[test]
fn what_tells_a_story_that_is_there_is_related() {
    let folder = kept();
    let day = "2026-11-24T10:00:00Z";
    let reports = [
        "A storm tore the roof off the fish market at Carrow on Tuesday night and sank four trawlers in the inner \
        harbour, the coast guard said. Nobody was hurt, as the Carrow market had closed an hour before the storm came.",
        "Four trawlers lie on the bottom of the Carrow harbour after Tuesday's storm, which took the roof of the fish \
        market too. Divers from the coast guard are to look at the trawlers once the storm has passed, the mayor said.",
    ];
    let mut lines = vec![
        storm("first", day, reports[0]),
        json_line("bridge", "Bridge", BRIDGE),
        json_line("puffins", "Puffins", PUFFINS),
    ];
    lines.extend((0..60).map(|number| storm(&format!("f{number}"), day, &filler(number))));
    ingest(&folder, "monday.jsonl", &lines);
    let asked = [
        storm("second", day, reports[1]),
        storm("late", "2027-03-01T10:00:00Z", reports[1]),
        storm(
            "other",
            day,
            "A swarm of bees settled on the weather vane of the town hall, and the brass band that was to play at the \
            mayor's farewell had to do so on a barge in the mill pond, to some applause from the ducks.",
        ),
    ];
    folder.write("asked.jsonl", asked.concat());
    let told = json(
        &folder
            .run(&["seen", "--index", "kept", "asked.jsonl"])
            .done(),
    );
    let brief = |it: &Value| {
        (
            it["seen"].clone(),
            it["matched_id"].clone(),
            it["story_id"].clone(),
        )
    };
    assert_eq!(
        brief(&told[0]),
        ("related".into(), "first".into(), "first".into())
    );
    assert!(
        told[0]["similarity"]
            .as_f64()
            .is_some_and(|it| it > 0.15 && it < 1.0)
    );
    assert_eq!(told[0]["group_key"], Value::Null);
    // What is too far away, or tells something else, is not.
    assert_eq!(
        (&told[1]["seen"], &told[2]["seen"]),
        (&"no".into(), &"no".into())
    );
    // It is what taking it in says.
    let table = folder
        .run(&["cluster", "asked.jsonl", "--against", "kept"])
        .done();
    let relations = columns(&table, ["relation", "matched_id"]);
    assert_eq!(relations[0], ("related".to_owned(), "first".to_owned()));
    folder.run(&["index", "forget", "kept", "first"]).done();
    let told = json(
        &folder
            .run(&["seen", "--index", "kept", "asked.jsonl"])
            .done(),
    );
    assert_eq!(told[0]["seen"], "no");
}

#[test]
fn changes_are_told_once_and_none_is_skipped() {
    let folder = kept();
    let mut told = Vec::new();
    let mut cursor = "0".to_owned();
    for (at, day) in days().iter().enumerate() {
        ingest(&folder, &format!("day{at}.jsonl"), day);
        let lines = folder.run(&["changes", "kept", "--after", &cursor]).done();
        let last = json(&lines).last().map(|line| line["cursor"].clone());
        cursor = last
            .and_then(|it| it.as_str().map(str::to_owned))
            .unwrap_or(cursor);
        told.push(lines);
    }
    assert_eq!(folder.run(&["changes", "kept"]).done(), told.concat());
    // Whoever follows them has the groups of the index.
    let mut group: BTreeMap<String, String> = BTreeMap::new();
    for line in json(&told.concat())
        .iter()
        .filter(|line| line["of"] == "group")
    {
        let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
        match line["change"].as_str() {
            Some("created") => drop(group.insert(text("key"), text("key"))),
            Some("joined") => drop(group.insert(text("article"), text("key"))),
            Some("merged") => {
                let (from, into) = (text("key"), text("into"));
                group
                    .values_mut()
                    .filter(|it| **it == from)
                    .for_each(|it| it.clone_from(&into));
            }
            _ => {}
        }
    }
    folder.write("all.jsonl", days().concat().concat());
    let table = folder
        .run(&["cluster", "all.jsonl", "--against", "kept"])
        .done();
    let now: BTreeMap<String, String> = columns(&table, ["article_id", "group_key"])
        .into_iter()
        .collect();
    assert_eq!(group, now);
    let refused = folder.run(&["changes", "kept", "--after", "99.1"]).failed();
    assert!(refused.contains("later version"), "{refused}");
}

#[test]
fn what_is_forgotten_is_gone() {
    let folder = kept();
    let secret = "The witness Adalwine Quorrimander told the court that the lock had been picked with a hairpin, and that \
        nobody but the night porter could have known where the keys to the strongroom of the old mint were hung.";
    ingest(
        &folder,
        "monday.jsonl",
        &[
            small_dump(),
            json_line("secret", "", secret),
            json_line("repeat", "", secret),
        ],
    );
    folder
        .run(&["index", "forget", "kept", "secret", "ferry"])
        .done();
    folder.run(&["index", "check", "kept"]).done();
    let asked = [json_line("a", "", secret), json_line("b", "", FERRY)].concat();
    let look = || {
        json(
            &folder
                .run_with_input(&["seen", "--index", "kept"], asked.as_bytes())
                .done(),
        )
    };
    assert_eq!(look()[0]["matched_id"], "repeat");
    assert_eq!(look()[1]["matched_id"], "again");
    folder.run(&["index", "forget", "kept", "repeat"]).done();
    assert_eq!(look()[0]["seen"], "no");
    let refused = folder.run(&["index", "forget", "kept", "secret"]).failed();
    assert!(refused.contains("no article has the id"), "{refused}");
    folder.run(&["index", "settle", "kept"]).done();
    assert_eq!(look()[1]["matched_id"], "again");
    for (name, bytes) in bytes(&folder) {
        let plain = zstd_frames(&bytes);
        let has = |bytes: &[u8]| bytes.windows(12).any(|it| it == b"Quorrimander");
        assert!(!has(&bytes) && !has(&plain), "{name}");
    }
}

/// All that can be decompressed in some bytes.
fn zstd_frames(bytes: &[u8]) -> Vec<u8> {
    let starts = bytes
        .windows(4)
        .enumerate()
        .filter(|(_, it)| it == b"\x28\xb5\x2f\xfd");
    let mut plain = Vec::new();
    for (at, _) in starts {
        if let Ok(decoder) = zstd::Decoder::new(&bytes[at..]) {
            let mut decoder = decoder.single_frame();
            let _ = std::io::copy(&mut decoder, &mut plain);
        }
    }
    plain
}

#[test]
fn what_is_too_old_is_forgotten() {
    let folder = kept();
    let dated = |id: &str, date: &str, text: &str| {
        let value = serde_json::json!({"id": id, "date": date, "text": text});
        format!("{value}\n")
    };
    let lines = [
        dated("old", "2024-01-01T10:00:00Z", FERRY),
        dated("new", "2025-06-01T10:00:00Z", BRIDGE),
        json_line("undated", "", PUFFINS),
    ];
    folder.write("all.jsonl", lines.concat());
    folder
        .run(&["index", "ingest", "kept", "all.jsonl", "--retain", "400d"])
        .done();
    let stats = json(&folder.run(&["index", "stats", "kept", "--json"]).done());
    assert_eq!(
        (
            stats[0]["articles"].as_u64(),
            stats[0]["forgotten"].as_u64()
        ),
        (Some(2), Some(1))
    );
}

/// Two reports of one event in other words, a week of other news beside them.
fn storm(id: &str, date: &str, text: &str) -> String {
    let value = serde_json::json!({"id": id, "date": date, "title": id, "text": text});
    format!("{value}\n")
}

#[test]
fn stories_go_on_under_their_ids() {
    let folder = kept();
    let first = "Typhoon Quillerand tore the roof off the Ostermarsh observatory on Monday night and flooded the telescope \
        hall, the astronomer royal Bettine Fallowgate said, adding that the great Quillerand-damaged mirror was safe.";
    let second = "Astronomer royal Bettine Fallowgate promised on Tuesday that the Ostermarsh observatory would reopen by \
        autumn, though typhoon Quillerand had drowned the telescope hall and carried its roof into the orchard.";
    let day = |at: usize, lines: Vec<String>| {
        let others = days()[at]
            .iter()
            .map(|line| line.replace("\"title\"", "\"headline\""))
            .collect::<Vec<_>>();
        ingest(
            &folder,
            &format!("day{at}.jsonl"),
            &[lines, others].concat(),
        );
    };
    let stories = |since: &[&str]| {
        json(
            &folder
                .run(&[&["index", "stories", "kept"], since].concat())
                .done(),
        )
    };
    day(0, vec![storm("roof", "2026-11-23T20:00:00Z", first)]);
    let ids = |lines: &[Value]| -> BTreeSet<String> {
        lines
            .iter()
            .filter_map(|line| line["story_id"].as_str().map(str::to_owned))
            .collect()
    };
    let before = ids(&stories(&[]));
    assert!(before.contains("roof"), "{before:?}");
    day(1, vec![storm("mirror", "2026-11-24T20:00:00Z", second)]);
    folder.run(&["index", "settle", "kept"]).done();
    let all = stories(&[]);
    // An id is there, or something says what took its place.
    assert!(before.is_subset(&ids(&all)), "{all:?}");
    let named = |line: &&Value| line["story_status"] == "merged";
    for line in all.iter().filter(named) {
        assert!(ids(&all).contains(line["replaced_by"].as_str().expect("it is a story")));
    }
    let since = stories(&["--since", "2026-11-24"]);
    let mirror = since
        .iter()
        .find(|line| line["articles"].to_string().contains("mirror"));
    assert!(mirror.is_some() && since.len() < all.len(), "{since:?}");
    folder
        .run(&[
            "index",
            "stories",
            "kept",
            "-o",
            "s.atom",
            "--min-articles",
            "1",
        ])
        .done();
    assert!(folder.text("s.atom").contains("<entry>"));
    let table = folder.run(&["index", "table", "kept"]).done();
    assert_eq!(
        rows(&table).len(),
        1 + 2 + days()[0].len() + days()[1].len()
    );
}

#[test]
fn a_report_of_an_index_shows_what_is_new() {
    let folder = kept();
    let two = |id: &str, date: &str, text: &str| {
        let copy = format!("{text} It was brought up to date later.");
        storm(id, date, text) + &storm(&format!("{id}-2"), date, &copy)
    };
    let lines =
        two("old", "2026-10-01T10:00:00Z", FERRY) + &two("new", "2026-11-25T10:00:00Z", BRIDGE);
    ingest(&folder, "all.jsonl", &[lines]);
    let call = ["report", "kept", "-o", "page.html"];
    let all = folder.run(&call);
    assert!(all.err.contains("2 stories"), "{}", all.err);
    let since = folder.run(&[&call[..], &["--since", "2026-11-20"]].concat());
    assert!(since.err.contains("1 stories"), "{}", since.err);
    since.done();
    assert!(folder.text("page.html").contains("kept since 2026-11-20"));
    // A table needs what it was made from, and an index does not.
    for call in [
        &["report", "kept", "--input", "all.jsonl"][..],
        &["report", "table.csv"],
    ] {
        folder.write("table.csv", "");
        let refused = folder.run(call);
        assert_eq!(refused.status, Some(2), "{}", refused.err);
    }
}

#[test]
fn stories_that_a_dump_tells_are_written_with_what_became_of_them() {
    let folder = kept();
    ingest(
        &folder,
        "monday.jsonl",
        &[storm("ferry", "2026-11-24T10:00:00Z", FERRY)],
    );
    let tuesday = storm("again", "2026-11-25T10:00:00Z", FERRY)
        + &storm("bridge", "2026-11-25T10:00:00Z", BRIDGE);
    folder.write("tuesday.jsonl", tuesday);
    let call = [
        "cluster",
        "tuesday.jsonl",
        "--against",
        "kept",
        "--by",
        "story",
    ];
    let told = json(&folder.run(&call).done());
    let brief = |it: &Value| (it["story_id"].clone(), it["story_status"].clone());
    assert_eq!(
        told.iter().map(brief).collect::<Vec<_>>(),
        [
            ("ferry".into(), "grown".into()),
            ("bridge".into(), "new".into())
        ]
    );
    let one = json(
        &folder
            .run(&[&call[..], &["--min-articles", "2"]].concat())
            .done(),
    );
    assert_eq!(one.len(), 1);
    folder
        .run(&[&call[..4], &["-o", "feed.atom"]].concat())
        .done();
    assert_eq!(folder.text("feed.atom").matches("<entry>").count(), 1);
    let some = [&call[..4], &["--columns", "article_id,story_status"]].concat();
    assert_eq!(
        folder.run(&some).done().lines().next(),
        Some("article_id,story_status")
    );
}

#[test]
fn an_index_takes_those_of_another() {
    let folder = kept();
    folder.run(&["index", "create", "other"]).done();
    ingest(&folder, "monday.jsonl", &[json_line("bridge", "", BRIDGE)]);
    folder.write(
        "b.jsonl",
        [
            json_line("ferry", "", FERRY),
            json_line("bridge2", "", BRIDGE),
        ]
        .concat(),
    );
    folder.run(&["index", "ingest", "other", "b.jsonl"]).done();
    folder.run(&["index", "merge", "kept", "other"]).done();
    let table = folder
        .run(&["cluster", "b.jsonl", "--against", "kept"])
        .done();
    let keys = columns(&table, ["article_id", "group_key"]);
    assert_eq!(keys[1], ("bridge2".to_owned(), "bridge".to_owned()));
}

#[test]
fn what_cannot_be_is_refused_with_what_to_do() {
    let folder = kept();
    folder.write("a.jsonl", small_dump());
    folder.write("full/file", "mine");
    let mut told = Vec::new();
    let calls: [&[&str]; 7] = [
        &["index", "create", "kept"],
        &["index", "create", "full"],
        &["index", "ingest", "nowhere", "a.jsonl"],
        &["cluster", "a.jsonl", "--against", "full"],
        &[
            "cluster",
            "a.jsonl",
            "--against",
            "kept",
            "--copy-threshold",
            "0.7",
        ],
        &["index", "forget", "kept", "nobody"],
        &["changes", "kept", "--after", "yesterday"],
    ];
    for call in calls {
        let ran = folder.run(call);
        assert!(matches!(ran.status, Some(1 | 2)), "{call:?}: {}", ran.err);
        told.push(format!("{}\n{}", call.join(" "), ran.err));
    }
    insta::assert_snapshot!(told.concat());
}

#[test]
fn any_flipped_byte_is_found() {
    let folder = kept();
    ingest(&folder, "monday.jsonl", &[small_dump()]);
    ingest(&folder, "tuesday.jsonl", &[json_line("x", "", PUFFINS)]);
    let whole = bytes(&folder);
    for (name, bytes) in whole.iter().filter(|it| it.0 != "kept/LOCK") {
        for at in (0..bytes.len()).step_by(bytes.len().div_ceil(25)) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x20;
            // The versions before the last count for nothing.
            let is_past = name.ends_with("MANIFEST") && {
                let end = bytes.len() - 1;
                bytes[..end]
                    .iter()
                    .rposition(|&byte| byte == b'\n')
                    .is_some_and(|last| at <= last)
            };
            folder.write(name, &damaged);
            let ran = folder.run(&["index", "check", "kept"]);
            assert!(ran.status == Some(1) || is_past, "{name} {at}: {ran:?}");
        }
        folder.write(name, bytes);
    }
    let missing = whole
        .keys()
        .find(|name| name.contains("articles-"))
        .expect("there is one");
    std::fs::remove_file(folder.path(missing)).expect("it can be removed");
    let told = folder
        .run(&["cluster", "monday.jsonl", "--against", "kept"])
        .failed();
    assert!(
        told.contains("it is missing") && told.contains("put back a copy"),
        "{told}"
    );
}

/// Says of an index that it is of another form.
fn say_form(folder: &Folder, form: u32) {
    let manifest = folder.text("kept/MANIFEST");
    let line = manifest.lines().last().expect("there is a version");
    let (_, json) = line[17..].split_once("\"form\":2").expect("it is said");
    let json = format!("{{\"form\":{form}{json}");
    let hash = xxhash_rust::xxh3::xxh3_64(json.as_bytes());
    folder.write("kept/MANIFEST", format!("{hash:016x} {json}\n"));
}

#[test]
fn an_index_of_another_form_is_refused() {
    let folder = kept();
    say_form(&folder, 9);
    folder.write("a.jsonl", small_dump());
    for call in [
        &["cluster", "a.jsonl", "--against", "kept"][..],
        &["index", "rebuild", "kept"],
    ] {
        let told = folder.run(call).failed();
        assert!(
            told.contains(
                "form 9, which a later samestory wrote; this one reads and writes forms 2 and 3"
            ),
            "{told}"
        );
    }
}

#[test]
fn an_index_of_an_older_form_is_brought_to_this_one_by_a_rebuild() {
    let folder = kept();
    ingest(&folder, "monday.jsonl", &[small_dump()]);
    folder.write("a.jsonl", small_dump());
    let call = ["cluster", "a.jsonl", "--against", "kept"];
    let before = folder.run(&call).done();
    say_form(&folder, 1);
    for refused in [
        &call[..],
        &["index", "ingest", "kept", "a.jsonl"],
        &["index", "settle", "kept"],
        &["index", "stats", "kept"],
    ] {
        let told = folder.run(refused).failed();
        let is_told = |words: &str| assert!(told.contains(words), "{refused:?}: {told}");
        is_told("form 1, which an earlier samestory wrote");
        is_told("samestory index rebuild");
    }
    folder.run(&["index", "rebuild", "kept"]).done();
    assert_eq!(folder.run(&call).done(), before);
    folder.run(&["index", "check", "kept"]).done();
}

#[test]
fn a_line_that_was_never_finished_counts_for_nothing() {
    let folder = kept();
    ingest(&folder, "monday.jsonl", &[small_dump()]);
    let before = bytes(&folder);
    let manifest = folder.text("kept/MANIFEST");
    folder.write(
        "kept/MANIFEST",
        format!("{manifest}0123456789abcdef {{\"form\""),
    );
    folder.write("kept/articles-0000009001", "half a file");
    folder
        .run(&["index", "ingest", "kept", "monday.jsonl"])
        .done();
    folder.write("kept/MANIFEST", manifest);
    assert_eq!(bytes(&folder), before);
}

#[test]
fn one_writes_at_a_time_and_any_read() {
    let folder = kept();
    ingest(&folder, "monday.jsonl", &[small_dump()]);
    let lock = std::fs::File::options()
        .write(true)
        .open(folder.path("kept/LOCK"));
    let lock = lock.expect("it is there");
    lock.lock().expect("nobody has it");
    let told = folder
        .run(&["index", "ingest", "kept", "monday.jsonl"])
        .failed();
    assert!(told.contains("somebody else writes"), "{told}");
    folder
        .run(&["cluster", "monday.jsonl", "--against", "kept"])
        .done();
    // A process that another test starts may hold the file open for a moment.
    lock.unlock().expect("it was locked");
    folder
        .run(&["index", "ingest", "kept", "monday.jsonl"])
        .done();
}

/// Kills ingests at random moments; the index is whole after each, and in the end as one whose ingests nobody disturbed.
fn killed_ingests(times: usize) {
    let (undisturbed, folder) = (kept(), kept());
    let days = days();
    let mut state = 11u64;
    for (day, lines) in days.iter().enumerate() {
        let name = format!("day{day}.jsonl");
        let started = std::time::Instant::now();
        ingest(&undisturbed, &name, lines);
        let most = started.elapsed().as_millis() as u64 + 20;
        folder.write(&name, lines.concat());
        for _ in 0..times / days.len() {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let mut command = folder.command(&["index", "ingest", "-q", "kept", &name]);
            let mut child = command.spawn().expect("the program starts");
            std::thread::sleep(std::time::Duration::from_millis((state >> 33) % most));
            let _ = child.kill();
            child.wait().expect("it ends");
            folder.run(&["index", "check", "kept"]).done();
        }
        folder.run(&["index", "ingest", "-q", "kept", &name]).done();
    }
    assert_eq!(bytes(&folder), bytes(&undisturbed));
}

#[test]
fn ingests_that_are_killed_leave_the_index_as_it_was() {
    killed_ingests(8);
}

#[test]
#[ignore = "two hundred kills take minutes"]
fn two_hundred_ingests_that_are_killed_leave_the_index_as_it_was() {
    killed_ingests(200);
}
