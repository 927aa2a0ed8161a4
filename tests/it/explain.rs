//! `explain` says what was decided, and why.

use rayon::prelude::*;
use samestory::config::Config;
use samestory::corpus::{Corpus, FileCorpus};
use samestory::explain::{Decision, Explainer, Explanation, Paint, Subject};
use samestory::output::{ClusterRow, Relation};
use samestory::pipeline::Clustering;
use samestory::state::{State, StateWriter};
use samestory::tables::Tables;

use crate::command::{Folder, program, small_dump};

/// Keeps what a run finds in the samples, and hands it on with who explains it.
fn in_samples(check: impl FnOnce(&Explainer<'_>, &Clustering, &Tables<'_>)) {
    let (folder, config) = (Folder::new(), Config::default());
    let corpus = FileCorpus::builder()
        .open(&["samples"])
        .expect("they are there");
    let keeper = StateWriter::create(&folder.path("kept")).expect("the folder can be written");
    let found = keeper.cluster(&corpus, &config, &|_| Ok(()));
    let found = found.expect("it runs");
    let inputs = corpus.inputs();
    let tables = Tables::new(&found, &inputs).expect("ids are found");
    let kept = keeper.finish(&corpus, &config, &tables);
    kept.and_then(samestory::state::FinishedState::commit)
        .expect("it can be written");
    let state = State::open(&folder.path("kept"), &corpus, &config).expect("it can be read");
    let explainer = Explainer::new(&state, &corpus, &config).expect("it can be read");
    check(&explainer, &found, &tables);
}

/// Two of the samples.
fn two(explainer: &Explainer<'_>, a: &str, b: &str) -> (Subject, Subject) {
    let (a, b) = explainer.pair(a, b);
    (a.expect("it is there"), b.expect("it is there"))
}

/// What the rows of two articles say of them.
fn decided(
    found: &Clustering,
    (a, b): (usize, usize),
    rows: (&ClusterRow<'_>, &ClusterRow<'_>),
) -> Decision {
    let is_excerpt = |row: &ClusterRow<'_>| row.relation == Relation::Excerpt;
    if found.texts.of_article[a] == found.texts.of_article[b] {
        Decision::Exact
    } else if rows.0.copy_id == rows.1.copy_id {
        match is_excerpt(rows.0) || is_excerpt(rows.1) {
            true => Decision::Excerpt,
            false => Decision::Near,
        }
    } else if rows.0.story_id == rows.1.story_id {
        Decision::Related
    } else {
        Decision::Apart
    }
}

/// Holds an explanation against what a run did.
fn check(found: &Clustering, tables: &Tables<'_>, (a, b): (usize, usize), it: &Explanation<'_>) {
    let strings = [a, b].map(|article| tables.strings(article).expect("they are in memory"));
    let (x, y) = (tables.row(a, &strings[0]), tables.row(b, &strings[1]));
    let ids = (x.article_id, y.article_id);
    assert_eq!(it.decision, decided(found, (a, b), (&x, &y)), "{ids:?}");
    assert!(!it.because.is_empty(), "{ids:?}");
    // The figures are those of the table, where it has any.
    let one_of = |row: &ClusterRow<'_>, other: &str| row.matched_id == Some(other);
    for (row, other) in [(&x, y.article_id), (&y, x.article_id)] {
        let Some(similarity) = row.similarity.filter(|_| one_of(row, other)) else {
            continue;
        };
        let told = match row.relation {
            Relation::Excerpt => it.copies.containment,
            Relation::Related => it.story.as_ref().expect("it tells one").cosine,
            _ => it.copies.jaccard,
        };
        assert_eq!(similarity, told, "{ids:?}");
    }
    // What passes by itself is what the run found similar.
    let texts = (found.texts.of_article[a], found.texts.of_article[b]);
    let pair = (texts.0.min(texts.1), texts.0.max(texts.1));
    let similar = found.pairs.iter().find(|similar| similar.pair == pair);
    if texts.0 != texts.1 {
        assert_eq!(
            it.copies.verdict,
            similar.map(|similar| similar.similarity),
            "{ids:?}"
        );
    }
    if let Some(similar) = similar {
        assert_eq!(it.copies.jaccard, similar.overlap.jaccard(), "{ids:?}");
        assert!(it.copies.met.is_candidate(), "{ids:?}");
    }
    check_story(it, ids);
}

fn check_story(it: &Explanation<'_>, ids: (&str, &str)) {
    let Some(story) = &it.story else { return };
    if it.decision == Decision::Related {
        let ends = (&story.path[0].id, &story.path[story.path.len() - 1].id);
        assert_eq!(
            ends,
            (&story.representatives.0, &story.representatives.1),
            "{ids:?}"
        );
    }
    if let Some(average) = story.average.filter(|_| story.keys_shared > 0) {
        assert!(average < story.threshold, "{ids:?}");
    }
}

#[test]
fn every_pair_of_the_samples_is_explained_as_it_was_decided() {
    in_samples(|explainer, found, tables| {
        let ids = (0..85).map(|article| tables.ids().of(article));
        let subjects: Vec<Subject> = ids
            .map(|id| {
                let id = id.expect("it is in memory");
                explainer.subject(&id).expect("it is there")
            })
            .collect();
        let pairs: Vec<(usize, usize)> =
            (0..85).flat_map(|b| (0..b).map(move |a| (a, b))).collect();
        assert_eq!(pairs.len(), 85 * 84 / 2);
        pairs.par_iter().for_each(|&(a, b)| {
            let explained = explainer.explain(&subjects[a], &subjects[b]);
            check(found, tables, (a, b), &explained.expect("it can be read"));
        });
    });
}

#[test]
fn an_explanation_does_not_hang_on_who_is_named_first() {
    in_samples(|explainer, _, _| {
        let (a, b) = two(explainer, "hc-20240312-004", "tp-5561");
        let (there, back) = (explainer.explain(&a, &b), explainer.explain(&b, &a));
        let (there, back) = (there.expect("it reads"), back.expect("it reads"));
        assert_eq!(there.decision, back.decision);
        assert_eq!(there.because[..2], back.because[..2]);
        assert_eq!(there.changes, back.changes);
        assert_eq!(there.copies.jaccard, back.copies.jaccard);
    });
}

#[test]
fn pages_and_coloured_texts_hold_both_texts() {
    in_samples(|explainer, _, _| {
        let (a, b) = two(explainer, "hc-20240312-004", "mg-88120");
        let explained = explainer.explain(&a, &b).expect("it reads");
        let page = explained.page();
        assert!(page.contains("<ins>") && page.contains("Eleven people were treated for bruises"));
        assert!(!page.contains("<script") && !page.contains("://"));
        let paint = |is_coloured| Paint {
            is_coloured,
            width: 80,
        };
        assert!(explained.show(paint(true)).contains("\x1b[31m"));
        let plain = explained.show(paint(false));
        assert!(!plain.contains('\x1b'));
        let widest = plain.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(80), "{plain}");
    });
}

/// What `explain` writes of two samples, up to the texts.
fn explained(a: &str, b: &str) -> String {
    let output = program()
        .args(["explain", a, b, "--input", "samples"])
        .output()
        .expect("the program starts");
    let text = String::from_utf8(output.stdout).expect("it is UTF-8");
    assert!(output.status.success());
    let end = text
        .find("stand in both, in one order")
        .expect("it is there");
    text[..end].to_owned()
}

#[test]
fn copies_are_explained() {
    insta::assert_snapshot!("near", explained("hc-20240312-004", "mg-88120"));
    insta::assert_snapshot!("exact", explained("nl-2024-0702", "arch-000317"));
}

#[test]
fn an_excerpt_is_explained() {
    insta::assert_snapshot!("excerpt", explained("faro-77502", "dm_991301"));
}

#[test]
fn stories_are_explained() {
    insta::assert_snapshot!(
        "related",
        explained("hc-20240315-001", "samples/text/quay-fire.txt:1")
    );
}

#[test]
fn what_is_not_together_is_explained_too() {
    insta::assert_snapshot!("apart", explained("hc-20240314-011", "tp-5561"));
    insta::assert_snapshot!("languages", explained("hc-20240314-011", "faro-77502"));
}

fn kept() -> Folder {
    let folder = Folder::with("dump.jsonl", small_dump());
    folder
        .run(&[
            "cluster",
            "dump.jsonl",
            "-o",
            "clusters.csv",
            "--state",
            "kept",
        ])
        .done();
    folder
}

#[test]
fn a_state_spares_reading_the_dump_again() {
    let folder = kept();
    let fresh = folder
        .run(&["explain", "ferry", "longer", "--input", "dump.jsonl"])
        .done();
    let named = [
        "explain",
        "ferry",
        "longer",
        "--input",
        "dump.jsonl",
        "--state",
        "kept",
    ];
    assert_eq!(folder.run(&named).done(), fresh);
    assert_eq!(
        folder
            .run(&["explain", "ferry", "longer", "--state", "kept"])
            .done(),
        fresh
    );
    folder
        .run(&[
            "dedup",
            "dump.jsonl",
            "-o",
            "fresh.jsonl",
            "--strip-furniture",
        ])
        .done();
    let stated = [
        "dedup",
        "dump.jsonl",
        "-o",
        "kept.jsonl",
        "--strip-furniture",
        "--state",
        "kept",
    ];
    folder.run(&stated).done();
    assert_eq!(folder.text("kept.jsonl"), folder.text("fresh.jsonl"));
    let files: Vec<String> = folder
        .files()
        .into_iter()
        .filter(|name| name.starts_with("kept/"))
        .collect();
    assert_eq!(files.len(), 2, "{files:?}");
}

#[test]
fn a_state_takes_the_place_of_the_one_before() {
    let folder = kept();
    folder.write("dump.jsonl", small_dump().replace("puffins", "auks"));
    let again = [
        "cluster",
        "dump.jsonl",
        "-o",
        "clusters.csv",
        "--state",
        "kept",
        "--copy-threshold",
        "0.9",
    ];
    folder.run(&again).done();
    let files: Vec<String> = folder
        .files()
        .into_iter()
        .filter(|name| name.starts_with("kept/"))
        .collect();
    assert_eq!(files.len(), 2, "{files:?}");
    let asked = [
        "explain",
        "ferry",
        "auks",
        "--state",
        "kept",
        "--copy-threshold",
        "0.9",
        "--json",
    ];
    let told = folder.run(&asked).done();
    let told: serde_json::Value = serde_json::from_str(&told).expect("it is JSON");
    assert_eq!(told["decision"], "apart");
    assert_eq!(told["copies"]["verdict"], serde_json::Value::Null);
}

#[test]
fn a_state_that_cannot_be_used_says_why_and_what_to_do() {
    let ask = |folder: &Folder, more: &[&str]| {
        let call = [
            &[
                "explain",
                "ferry",
                "longer",
                "--input",
                "dump.jsonl",
                "--state",
                "kept",
            ],
            more,
        ];
        folder.run(&call.concat()).failed()
    };
    let mut told: Vec<String> = Vec::new();
    let broken = |change: &dyn Fn(&mut Vec<u8>)| {
        let folder = kept();
        let mut bytes = folder.bytes("kept/state");
        change(&mut bytes);
        folder.write("kept/state", &bytes);
        ask(&folder, &[])
    };
    told.push(broken(&|bytes| bytes.truncate(bytes.len() - 9)));
    told.push(broken(&|bytes| bytes.truncate(9)));
    told.push(broken(&|bytes| bytes[8] = 7));
    told.push(broken(&|bytes| {
        bytes[..8].copy_from_slice(b"PK\x03\x04PKPK")
    }));
    // A byte of the furniture, which is the first section and is checked as a whole.
    told.push(broken(&|bytes| bytes[20] ^= 1));
    let at = |bytes: &[u8]| bytes.len() - 60;
    told.push(broken(&|bytes| {
        let at = at(bytes);
        bytes[at] ^= 1
    }));
    told.push(ask(&kept(), &["--copy-threshold", "0.5"]));
    told.push(ask(&kept(), &["--text-field", "text"]));
    let changed = kept();
    changed.write("dump.jsonl", small_dump() + "\n");
    told.push(ask(&changed, &[]));
    let other = kept();
    other.write("other.jsonl", small_dump());
    let call = [
        "explain",
        "ferry",
        "longer",
        "--input",
        "dump.jsonl",
        "other.jsonl",
        "--state",
        "kept",
    ];
    told.push(other.run(&call).failed());
    let none = Folder::with("dump.jsonl", small_dump());
    told.push(ask(&none, &[]));
    let piped = none.run_with_input(
        &["cluster", "-", "--state", "kept"],
        small_dump().as_bytes(),
    );
    told.push(piped.failed());
    insta::assert_snapshot!("states", told.join("\n"));
}

#[test]
fn an_id_that_there_is_not_is_named_with_the_nearest() {
    let folder = kept();
    let ask = |a: &str, b: &str| folder.run(&["explain", a, b, "--state", "kept"]).failed();
    let mut told = vec![ask("ferry", "puffin")];
    told.push(ask("fery", "47"));
    insta::assert_snapshot!("unknown_ids", told.join("\n"));
}

#[test]
fn explain_needs_to_know_where_the_articles_are() {
    let ran = Folder::new().run(&["explain", "a", "b"]);
    assert_eq!(ran.status, Some(2));
    assert!(ran.err.contains("--input"), "{}", ran.err);
}

#[test]
fn articles_of_every_form_are_read_again_alone() {
    let folder = Folder::with("dump.jsonl", small_dump());
    folder.write(
        "packed.jsonl.gz",
        crate::command::gzip(small_dump().replace("\"id\":\"", "\"id\":\"gz-")),
    );
    let csv = format!(
        "id,title,body\ncsv-1,No ferry,\"{}\n\nThe end.\"\n",
        crate::command::FERRY
    );
    folder.write("table.csv", csv);
    folder.write("one.txt", format!("No ferry\n{}\n", crate::command::FERRY));
    let inputs = ["dump.jsonl", "packed.jsonl.gz", "table.csv", "one.txt"];
    let call = [
        &["cluster"],
        &inputs[..],
        &["-o", "c.csv", "--state", "kept"],
    ]
    .concat();
    folder.run(&call).done();
    for (a, b) in [
        ("ferry", "gz-ferry"),
        ("longer", "csv-1"),
        ("gz-longer", "one.txt:1"),
    ] {
        let told = folder
            .run(&["explain", a, b, "--state", "kept", "--json"])
            .done();
        let told: serde_json::Value = serde_json::from_str(&told).expect("it is JSON");
        assert_ne!(told["decision"], "apart", "{a} {b}");
    }
}
