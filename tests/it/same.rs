//! The same articles give the same answer, and none is lost.

use std::collections::HashMap;

use proptest::prelude::*;

use crate::command::{Folder, columns, json_line, rows};
use crate::corpora::*;
use crate::run::run;

/// A dump with something of everything.
pub(crate) fn mixed(seed: u64) -> Dump {
    let wire = Wire {
        originals: 16,
        singles: 20,
        ..Wire::default()
    };
    let round_ups = RoundUps {
        articles: 40,
        briefs: 20,
        round_ups: 12,
        sites: 4,
        framed: true,
        language: Language::Accented,
    };
    wire.dump(seed)
        .and(
            "e",
            Excerpts {
                pairs: 20,
                ..Excerpts::default()
            }
            .dump(seed),
        )
        .and("r", round_ups.dump(seed))
        .and("s", short_items(seed))
        .and(
            "c",
            EditChains {
                chains: 3,
                ..EditChains::default()
            }
            .dump(seed),
        )
        .and("t", templated(seed))
}

#[test]
fn output_bytes_do_not_depend_on_the_number_of_threads() {
    let dump = mixed(1);
    let folder = Folder::with("dump.jsonl", dump.to_jsonl());
    let run = |threads: &str| {
        let files = ["-o", "clusters.csv", "--pairs", "pairs.csv"];
        let more = ["--furniture-out", "furniture.csv", "--threads", threads];
        let call = [&["cluster", "dump.jsonl", "--quiet"][..], &files, &more].concat();
        folder.run(&call).done();
        folder
            .run(&[
                "dedup",
                "dump.jsonl",
                "-o",
                "kept.jsonl",
                "--threads",
                threads,
            ])
            .done();
        ["clusters.csv", "pairs.csv", "furniture.csv", "kept.jsonl"].map(|name| folder.bytes(name))
    };
    let one = run("1");
    assert!(one.iter().all(|bytes| bytes.len() > 1000));
    assert!(one == run("2"), "2 threads");
    assert!(one == run("8"), "8 threads");
}

#[test]
fn groups_do_not_depend_on_the_order_of_the_input() {
    let dump = mixed(2);
    let before = run(&dump);
    let member = |found: &crate::run::Found, id: &str| {
        let member = found.member(id);
        let representative = found.representative(id).to_owned();
        (
            representative,
            member.relation,
            member.similarity,
            member.copies,
        )
    };
    for seed in 1..=20 {
        let dump = dump.clone().shuffled(seed);
        let after = run(&dump);
        for record in &dump.records {
            let (was, is) = (member(&before, &record.id), member(&after, &record.id));
            assert_eq!(was, is, "{} in order {seed}", record.id);
        }
    }
}

#[test]
fn the_seed_of_the_signatures_does_not_change_what_is_a_copy() {
    let dump = wire(3);
    let of_seed = |seed| {
        let config = samestory::config::Config {
            seed,
            ..Default::default()
        };
        crate::run::run_with(&dump, &config).clusters()
    };
    assert_eq!(of_seed(0), of_seed(1));
}

#[test]
fn a_repeated_id_gets_a_number() {
    let line = |text| json_line("a", "", text);
    let dump = [
        line("one text"),
        line("another text"),
        line("a third"),
        json_line("a#2", "", "x"),
    ];
    let ran = Folder::with("dump.jsonl", dump.concat()).run(&["cluster", "dump.jsonl"]);
    assert!(
        ran.err.contains("were taken already and got a #2 or more"),
        "{}",
        ran.err
    );
    let out = ran.done();
    let ids: Vec<String> = columns(&out, ["article_id", "record"])
        .into_iter()
        .map(|row| row.0)
        .collect();
    assert_eq!(ids, ["a", "a#2", "a#3", "a#2#2"]);
}

/// A line of a dump: a record with any text, or anything at all.
fn line() -> impl Strategy<Value = String> {
    let record = ("[a-d]", "\\PC{0,40}", "(\\PC|\n|\t|\"){0,200}")
        .prop_map(|(id, title, text)| json_line(&id, &title, &text));
    let anything = "[ -~é本]{0,40}".prop_map(|line| line + "\n");
    prop_oneof![4 => record, 1 => anything]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..Default::default() })]

    #[test]
    fn every_record_is_a_row_or_a_reject(lines in prop::collection::vec(line(), 1..30)) {
        let first = json_line("first", "a title", "and a text, so that it is a dump");
        let dump = first + &lines.concat();
        let records = dump.lines().filter(|line| !line.trim().is_empty()).count();
        let folder = Folder::with("dump.jsonl", &dump);
        let ran = folder.run(&["cluster", "dump.jsonl", "--rejects", "rejects.jsonl"]);
        let found = rows(&ran.done()).len() - 1;
        let rejected = folder.text("rejects.jsonl");
        prop_assert_eq!(found + rejected.lines().count(), records, "{}", rejected);
    }

    #[test]
    fn what_is_kept_and_what_is_removed_is_what_was_read(lines in prop::collection::vec(line(), 1..30)) {
        let first = json_line("first", "a title", "and a text, so that it is a dump");
        let dump = first + &lines.concat();
        let folder = Folder::with("dump.jsonl", &dump);
        folder.run(&["cluster", "dump.jsonl", "-o", "clusters.csv"]).done();
        folder
            .run(&["dedup", "dump.jsonl", "--clusters", "clusters.csv", "-o", "kept.jsonl", "--removed", "removed.csv"])
            .done();
        let kept = folder.text("kept.jsonl");
        let table = rows(&folder.text("clusters.csv"));
        let lines = dump.split_inclusive('\n');
        let read: Vec<&str> = lines.filter(|line| !line.trim().is_empty()).collect();
        let expected: String = table[1..]
            .iter()
            .filter(|row| row[0] == row[2])
            .map(|row| read[row[12].parse::<usize>().expect("a record number") - 1])
            .collect();
        prop_assert_eq!(&kept, &expected);
        let removed = rows(&folder.text("removed.csv"));
        prop_assert_eq!(removed.len() - 1 + kept.lines().count(), table.len() - 1);
    }
}

#[test]
fn titles_sources_and_ids_come_out_as_they_went_in() {
    let awkward = "a \"quoted\", title\nwith a break, عنوان 題名 ";
    let record = serde_json::json!({
        "id": "x,\"1\"", "title": awkward, "text": "a text", "source": "so,urce", "date": "2024-03-12T08:00:00+09:00",
    });
    let folder = Folder::with("dump.jsonl", format!("{record}\n"));
    let table = rows(&folder.run(&["cluster", "dump.jsonl"]).done());
    let row: HashMap<&str, &str> = table[0]
        .iter()
        .map(String::as_str)
        .zip(table[1].iter().map(String::as_str))
        .collect();
    assert_eq!(row["article_id"], "x,\"1\"");
    assert_eq!(row["title"], awkward);
    assert_eq!(row["source"], "so,urce");
    assert_eq!(row["published"], "2024-03-11T23:00:00Z");
}
