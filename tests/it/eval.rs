//! `samestory eval` scores clusters, as a table or as JSON.

use crate::command::Folder;

const CLUSTERS: &str = "article_id,copy_id,story_id\na,a,a\nb,a,a\nc,c,a\nd,d,d\n";

#[test]
fn scores_are_a_table_on_standard_output() {
    let folder = Folder::with("clusters.csv", CLUSTERS);
    folder.write("gold.csv", "id,cluster\na,1\nb,1\nc,1\nd,2\n");
    let call = ["eval", "clusters.csv", "gold.csv", "--column", "copy_id"];
    insta::assert_snapshot!(folder.run(&call).done(), @r"
    judged            copy_id
    articles                4
    clusters                3
    gold groups             2
    biggest cluster         2

                    precision   recall       F1
    B-cubed            1.0000   0.6667   0.8000
    pairwise           1.0000   0.3333   0.5000

    homogeneity        1.0000
    completeness       0.5409
    V-measure          0.7020
    adjusted Rand      0.3333

    worst-split gold groups, by pairs lost
            2  1: 3 articles in 2 clusters
               2 in a: a b
               1 in c: c
    ");
}

#[test]
fn what_the_gold_fits_is_judged() {
    let folder = Folder::with("clusters.csv", CLUSTERS);
    folder.write("stories.csv", "article_id,copy_group\na,1\nb,1\nc,1\nd,2\n");
    folder.write("copies.csv", "record,same_as\na,1\nb,1\nc,2\nd,3\n");
    for (gold, column) in [("stories.csv", "story_id"), ("copies.csv", "copy_id")] {
        let ran = folder.run(&["eval", "clusters.csv", gold]);
        assert!(
            ran.err.contains(&format!("fits {column} better")),
            "{}",
            ran.err
        );
        let out = ran.done();
        let first = out.lines().next().unwrap_or_default();
        assert!(first.ends_with(column), "{out}");
        assert!(out.contains(" 1.0000   1.0000   1.0000\n"), "{out}");
    }
}

#[test]
fn scores_are_json_where_asked_for() {
    let folder = Folder::with("clusters.csv", CLUSTERS);
    folder.write("gold.csv", "id,cluster\na,1\nb,1\nc,1\nd,2\n");
    let call = [
        "eval",
        "clusters.csv",
        "gold.csv",
        "--json",
        "--column",
        "story_id",
    ];
    let json: serde_json::Value =
        serde_json::from_str(&folder.run(&call).done()).expect("it is JSON");
    assert_eq!(json["pairwise"]["f1"], 1.0, "{json}");
}

#[test]
fn gold_may_be_pairs() {
    let folder = Folder::with("clusters.csv", CLUSTERS);
    folder.write("gold.csv", "id_a,id_b,label\na,b,1\na,c,1\na,d,0\n");
    let call = ["eval", "clusters.csv", "gold.csv", "--column", "copy_id"];
    let out = folder.run(&call).done();
    insta::assert_snapshot!(out, @r"
    judged            copy_id
    pairs                   3

                    precision   recall       F1
    pairwise           1.0000   0.5000   0.6667

    accuracy           0.6667

    first pairs that are not together and should be
               a c
    ");
}

#[test]
fn what_cluster_writes_can_be_scored_in_every_format() {
    let dump = crate::corpora::wire(1);
    let folder = Folder::with("dump.jsonl", dump.to_jsonl());
    let gold: String = dump
        .gold
        .iter()
        .map(|(id, group)| format!("{id},{group}\n"))
        .collect();
    folder.write("gold.csv", format!("id,cluster\n{gold}"));
    let scores = |name: &str| {
        folder.run(&["cluster", "dump.jsonl", "-o", name]).done();
        folder.run(&["eval", name, "gold.csv"]).done()
    };
    assert_eq!(scores("c.csv"), scores("c.jsonl.zst"));
}

#[test]
fn a_table_that_is_none_is_told_with_its_line() {
    let folder = Folder::with("clusters.csv", "id,group\na,b\n");
    folder.write("gold.csv", "id,cluster\na,1\n");
    insta::assert_snapshot!(folder.run(&["eval", "clusters.csv", "gold.csv"]).failed(), @r#"
    samestory: clusters.csv:1: no column "article_id"; the columns are: id, group
      give clusters as samestory writes them; a gold has id,cluster or id_a,id_b,label
    "#);
    folder.write("clusters.csv", CLUSTERS);
    folder.write("gold.csv", "id,cluster\na,1\nb\n");
    insta::assert_snapshot!(folder.run(&["eval", "clusters.csv", "gold.csv"]).failed(), @r"
    samestory: gold.csv:3: 1 fields, and the header has 2
      give clusters as samestory writes them; a gold has id,cluster or id_a,id_b,label
    ");
    insta::assert_snapshot!(folder.run(&["eval", "missing.csv", "gold.csv"]).failed(), @r"
    samestory: missing.csv: No such file or directory (os error 2)
      check the path; a folder to write to must be there
    ");
}
