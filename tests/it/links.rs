//! What somebody says of stories is respected: by a run, and by an index from then on.

use std::collections::BTreeMap;

use crate::command::{BRIDGE, Folder, PUFFINS, columns, filler};

/// What nothing else is like.
const BEES: &str = "A swarm of bees settled on the weather vane of the chapel, and the brass band that was to play at the vicar's \
    farewell had to do so on a barge in the mill pond, to some applause from the ducks";

const DAY: &str = "2026-11-24T10:00:00Z";

/// Two reports of one storm, and a third that both are like.
const STORM: [&str; 3] = [
    "A storm tore the roof off the fish market at Carrow on Tuesday night and sank four trawlers in the inner harbour, \
    the coast guard said. Nobody was hurt, as the Carrow market had closed an hour before the storm came.",
    "Four trawlers lie on the bottom of the Carrow harbour after Tuesday's storm, which took the roof of the fish market \
    too. Divers from the coast guard are to look at the trawlers once the storm has passed, the mayor said.",
    "Carrow counts what the storm of Tuesday night has cost: four trawlers, the roof of the fish market, and two cranes in \
    the inner harbour. The coast guard warned the trawlers in time, said the master of the harbour.",
];

fn line(id: &str, text: &str) -> String {
    let value = serde_json::json!({"id": id, "date": DAY, "title": id, "text": text});
    format!("{value}\n")
}

fn dump() -> Vec<String> {
    let mut lines: Vec<String> = ["one", "two", "three"]
        .iter()
        .zip(STORM)
        .map(|(id, text)| line(id, text))
        .collect();
    for (id, text) in [("bees", BEES), ("bridge", BRIDGE), ("puffins", PUFFINS)] {
        lines.push(line(id, text));
    }
    lines.push(line("again", &format!("{BEES} Nobody was hurt.")));
    lines.extend((0..60).map(|number| line(&format!("f{number}"), &filler(number))));
    lines
}

/// By article, the articles of its story.
fn stories(table: &str) -> BTreeMap<String, Vec<String>> {
    let mut by_story: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (id, story) in columns(table, ["article_id", "story_id"]) {
        by_story.entry(story).or_default().push(id);
    }
    let mut of = BTreeMap::new();
    for mut story in by_story.into_values() {
        story.sort_unstable();
        for id in &story {
            of.insert(id.clone(), story.clone());
        }
    }
    of
}

fn run(folder: &Folder, lines: &[String], links: &str) -> BTreeMap<String, Vec<String>> {
    folder.write("dump.jsonl", lines.concat());
    folder.write("must.csv", links);
    let call = ["cluster", "dump.jsonl", "--links", "must.csv"];
    stories(&folder.run(&call).done())
}

#[test]
fn stories_are_as_somebody_says_in_any_order_of_input() {
    let folder = Folder::new();
    let lines = dump();
    let usual = run(&folder, &lines, "");
    assert_eq!(usual["one"], ["one", "three", "two"]);
    assert_eq!(usual["bees"], ["again", "bees"]);
    let links = "a,b,link\none,two,different\n again , f3 ,same\n";
    let told = run(&folder, &lines, links);
    assert_ne!(told["one"], told["two"]);
    // What is said of one copy is said of the others.
    assert_eq!(told["bees"], ["again", "bees", "f3"]);
    // Whatever is not spoken of is as it was.
    assert_eq!(told["bridge"], usual["bridge"]);
    let sizes = [&told["one"], &told["two"]].map(Vec::len);
    assert_eq!(
        sizes.iter().sum::<usize>(),
        3,
        "the third goes with one of them"
    );
    let turned: Vec<String> = lines.into_iter().rev().collect();
    let other = "f3,again,same\ntwo,one,different\n";
    assert_eq!(run(&folder, &turned, other), told);
}

#[test]
fn what_cannot_be_said_is_refused_by_name() {
    let folder = Folder::with("dump.jsonl", dump().concat());
    folder.run(&["index", "create", "kept"]).done();
    folder
        .run(&["index", "ingest", "kept", "dump.jsonl"])
        .done();
    let refusals = [
        (
            "one,two,same\ntwo,three,same\none,three,different\n",
            ["one and three", "by way of two"],
            2,
        ),
        ("one,nobody,same\n", ["nobody", ""], 1),
        ("bees,again,different\n", ["bees and again", "one text"], 2),
        ("one,two,alike\n", ["must.csv:1", "a,b,same"], 1),
        ("one,two\n", ["must.csv:1", "a,b,same"], 1),
    ];
    for (links, signs, status) in refusals {
        folder.write("must.csv", links);
        let run = ["cluster", "dump.jsonl", "--links", "must.csv"];
        for call in [&run[..], &["index", "link", "kept", "must.csv"]] {
            let ran = folder.run(call);
            assert_eq!(ran.status, Some(status), "{}", ran.err);
            assert!(
                signs.iter().all(|sign| ran.err.contains(sign)),
                "{}",
                ran.err
            );
        }
    }
}

#[test]
fn an_index_respects_links_from_then_on() {
    let folder = Folder::with("dump.jsonl", dump().concat());
    folder.run(&["index", "create", "kept"]).done();
    folder
        .run(&["index", "ingest", "kept", "dump.jsonl"])
        .done();
    let table = || stories(&folder.run(&["index", "table", "kept"]).done());
    let before = table();
    assert_eq!(before["one"], ["one", "three", "two"]);
    folder.write("must.csv", "one,two,different\nbees,f3,same\n");
    folder.run(&["index", "link", "kept", "must.csv"]).done();
    let holds = |told: &BTreeMap<String, Vec<String>>| {
        assert!(
            !told["one"].contains(&"two".to_owned()),
            "{:?}",
            told["one"]
        );
        assert!(
            told["bees"].contains(&"f3".to_owned()),
            "{:?}",
            told["bees"]
        );
    };
    let told = table();
    holds(&told);
    assert_eq!(told["bridge"], before["bridge"]);
    // Whatever is taken in, and however it is decided anew.
    folder.write(
        "more.jsonl",
        line("four", &format!("{} {}", STORM[0], STORM[1])),
    );
    folder
        .run(&["index", "ingest", "kept", "more.jsonl"])
        .done();
    holds(&table());
    for action in ["settle", "rebuild"] {
        folder.run(&["index", action, "kept"]).done();
        holds(&table());
    }
    // What contradicts what was said before is refused; what speaks of the same two takes its place.
    folder.write("must.csv", "one,three,same\nthree,two,same\n");
    let ran = folder.run(&["index", "link", "kept", "must.csv"]);
    assert!(
        ran.err.contains("different") && ran.status == Some(2),
        "{}",
        ran.err
    );
    folder.write("must.csv", "two,one,same\n");
    folder.run(&["index", "link", "kept", "must.csv"]).done();
    assert!(table()["one"].contains(&"two".to_owned()));
    // What is forgotten is spoken of no more.
    folder.run(&["index", "forget", "kept", "f3"]).done();
    folder.run(&["index", "rebuild", "kept"]).done();
    folder.run(&["index", "check", "kept"]).done();
}
