use std::collections::BTreeSet;
use std::fs;
use std::io::Write;

use proptest::prelude::*;

use super::*;

const CLUSTERS: &str = "\
article_id,story_id,copy_id,title
a,a,a,\"one, two\"
b,a,a,
c,a,c,
d,d,d,
e,e,e,
z,a,a,
";
const GOLD: &str = "id,cluster\na,1\nb,1\nc,1\nd,1\ne,2\nf,2\n";

/// Evaluates tables of these contents.
fn evaluated(clusters: impl AsRef<[u8]>, gold: impl AsRef<[u8]>, column: &str) -> Result<Report> {
    let folder = tempfile::tempdir().unwrap();
    let input = EvalInput {
        clusters: folder.path().join("clusters"),
        gold: folder.path().join("gold"),
        column: Some(column.to_owned()),
    };
    fs::write(&input.clusters, clusters).unwrap();
    fs::write(&input.gold, gold).unwrap();
    evaluate(&input)
}

fn groups(clusters: impl AsRef<[u8]>, gold: impl AsRef<[u8]>, column: &str) -> GroupReport {
    match evaluated(clusters, gold, column).unwrap() {
        Report::Groups(report) => report,
        Report::Pairs(_) => panic!("a gold of groups was taken for one of pairs"),
    }
}

fn message(clusters: impl AsRef<[u8]>, gold: impl AsRef<[u8]>, column: &str) -> String {
    let message = evaluated(clusters, gold, column).unwrap_err().to_string();
    match message
        .split_once("/clusters:")
        .or(message.split_once("/gold:"))
    {
        Some((_, rest)) => rest.to_owned(),
        None => message,
    }
}

#[test]
fn scores_follow_their_formulas() {
    // abc together, d alone, e alone, f not in the clusters; the gold has abcd and ef.
    let scores = groups(CLUSTERS, GOLD, "story_id").scores;
    assert_eq!((scores.articles, scores.absent), (6, 1));
    assert_eq!(
        (scores.clusters, scores.gold_groups, scores.biggest),
        (4, 2, 3)
    );
    assert_eq!(scores.bcubed.precision, 1.0);
    assert!((scores.bcubed.recall - (9.0 / 4.0 + 1.0 / 4.0 + 0.5 + 0.5) / 6.0).abs() < 1e-12);
    assert_eq!(scores.pairwise.precision, 1.0);
    assert!((scores.pairwise.recall - 3.0 / 7.0).abs() < 1e-12);
    let expected = 3.0 * 7.0 / 15.0;
    assert!((scores.adjusted_rand - (3.0 - expected) / (5.0 - expected)).abs() < 1e-12);
    assert_eq!(scores.v_measure.homogeneity, 1.0);
}

#[test]
fn the_worst_groups_are_named_with_their_pieces() {
    let report = groups(CLUSTERS, GOLD, "story_id");
    let split = &report.worst_split;
    assert_eq!(
        (
            split[0].name.as_str(),
            split[0].wrong_pairs,
            split[0].pieces
        ),
        ("1", 3, 2)
    );
    assert_eq!(split[0].largest[0].ids, ["a", "b", "c"]);
    assert_eq!((split[1].name.as_str(), split[1].wrong_pairs), ("2", 1));
    assert_eq!(split[1].largest[1].name, None);
    assert!(report.worst_merged.is_empty());

    let all = "article_id,story_id\na,x\nb,x\nc,x\nd,x\ne,x\nf,x\n";
    let merged = &groups(all, GOLD, "story_id").worst_merged;
    assert_eq!(
        (
            merged[0].name.as_str(),
            merged[0].wrong_pairs,
            merged[0].articles
        ),
        ("x", 8, 6)
    );
}

#[test]
fn judged_pairs_count_as_they_are_labelled() {
    let gold = "id_a,id_b,label\na,b,1\na,c,OK\na,d,same\nd,e,0\na,z,different\nf,f,true\n";
    let report = evaluated(CLUSTERS, gold, "story_id").unwrap();
    let Report::Pairs(report) = report else {
        panic!("a gold of pairs was taken for one of groups");
    };
    assert_eq!((report.pairs, report.absent), (6, 1));
    assert!((report.pairwise.precision - 2.0 / 3.0).abs() < 1e-12);
    assert!((report.pairwise.recall - 2.0 / 4.0).abs() < 1e-12);
    assert!((report.pairwise.f1 - 4.0 / 7.0).abs() < 1e-12);
    assert!((report.accuracy - 3.0 / 6.0).abs() < 1e-12);
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(report.missed, [pair("a", "d"), pair("f", "f")]);
    assert_eq!(report.wrongly_joined, [pair("a", "z")]);
}

#[test]
fn jsonl_and_compressed_tables_score_as_csv_does() {
    let jsonl = "\n{\"article_id\":\"a\",\"copy_id\":\"a\"}\n{\"copy_id\":\"a\",\"article_id\":\"b\"}\n\n\
                 {\"article_id\":\"c\",\"copy_id\":7,\"title\":null}\n";
    let csv = "\u{feff}article_id,copy_id\r\na,a\r\nb,a\r\nc,c\r\n";
    let gold = "id,cluster\na,1\nb,1\nc,1\n";
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(csv.as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    let zstd = zstd::encode_all(jsonl.as_bytes(), 3).unwrap();
    let expected = groups(csv, gold, "copy_id").scores;
    assert_eq!(expected.clusters, 2);
    assert_eq!(groups(jsonl, gold, "copy_id").scores, expected);
    assert_eq!(groups(gzip, gold, "copy_id").scores, expected);
    assert_eq!(groups(zstd, gold, "copy_id").scores, expected);
}

#[test]
fn a_missing_column_is_told_with_those_there_are() {
    assert_eq!(
        message(CLUSTERS, GOLD, "cluster"),
        "1: no column \"cluster\"; the columns are: article_id, story_id, copy_id, title"
    );
    assert_eq!(
        message(CLUSTERS, "id_a,id_b,operator\na,b,ocr\n", "copy_id"),
        "1: a gold has the columns id and cluster, any two, or id_a, id_b and label; this has: id_a, id_b, operator"
    );
}

#[test]
fn a_bad_table_is_told_with_its_line() {
    let gold = "id,cluster\na,1\n\nb,1\na,2\n";
    assert_eq!(
        message(CLUSTERS, gold, "copy_id"),
        "5: the id \"a\" stood in a line before"
    );
    let gold = "id,cluster\na,1\nb\n";
    assert_eq!(
        message(CLUSTERS, gold, "copy_id"),
        "3: 1 fields, and the header has 2"
    );
    assert_eq!(
        message(CLUSTERS, "id,cluster\n", "copy_id"),
        "1: no rows below the header"
    );
    assert_eq!(
        message(CLUSTERS, "id_a,id_b,label\n", "copy_id"),
        "1: no rows below the header"
    );
    assert_eq!(
        message("", GOLD, "copy_id"),
        "1: empty, without even a header"
    );
    assert_eq!(
        message(b"article_id,copy_id\na,\xff\n", GOLD, "copy_id"),
        "2: not UTF-8"
    );
    let jsonl = "{\"article_id\":\"a\",\"copy_id\":\"a\"}\n{\"article_id\":\"b\"}\n";
    assert_eq!(message(jsonl, GOLD, "copy_id"), "2: no \"copy_id\"");
    let jsonl = "{\"article_id\":\"a\",\"copy_id\":\"a\"}\n\n{\"article_id\":\n";
    assert!(message(jsonl, GOLD, "copy_id").starts_with("3: not a JSON object"));
}

#[test]
fn a_missing_file_is_named() {
    let input = EvalInput {
        clusters: "no-such-clusters.csv".into(),
        gold: "no-such-gold.csv".into(),
        column: Some("copy_id".to_owned()),
    };
    let message = evaluate(&input).unwrap_err().to_string();
    assert!(
        message.starts_with("no-such-clusters.csv: No such file"),
        "{message}"
    );
}

#[test]
fn a_report_reads_as_a_table_and_as_json() {
    let report = evaluated(CLUSTERS, GOLD, "story_id").unwrap();
    assert_eq!(
        report.to_string(),
        "\
judged           story_id
articles                6
not clustered           1
clusters                4
gold groups             2
biggest cluster         3

                precision   recall       F1
B-cubed            1.0000   0.5833   0.7368
pairwise           1.0000   0.4286   0.6000

homogeneity        1.0000
completeness       0.5123
V-measure          0.6775
adjusted Rand      0.4444

worst-split gold groups, by pairs lost
        3  1: 4 articles in 2 clusters
           3 in a: a b c
           1 in d: d
        1  2: 2 articles in 2 clusters
           1 in e: e
           1 in (not clustered): f
"
    );
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["gold"], "groups");
    assert_eq!(json["articles"], 6);
    assert_eq!(json["bcubed"]["precision"], 1.0);
    assert_eq!(json["worst_split"][0]["largest"][1]["ids"][0], "d");
}

/// What the scores are by definition: article by article, pair by pair.
struct ByDefinition {
    bcubed: (f64, f64),
    pairwise: (f64, f64),
    adjusted_rand: f64,
    homogeneity: f64,
    lost_pairs: u64,
}

fn by_definition(clusters: &[usize], gold: &[usize]) -> ByDefinition {
    let n = clusters.len();
    let (mut precision, mut recall) = (0.0, 0.0);
    let mut conditional_entropy = 0.0;
    let mut entropy = 0.0;
    for i in 0..n {
        let cluster: BTreeSet<usize> = (0..n).filter(|&j| clusters[j] == clusters[i]).collect();
        let group: BTreeSet<usize> = (0..n).filter(|&j| gold[j] == gold[i]).collect();
        let both = cluster.intersection(&group).count() as f64;
        precision += both / cluster.len() as f64 / n as f64;
        recall += both / group.len() as f64 / n as f64;
        conditional_entropy -= (both / cluster.len() as f64).ln() / n as f64;
        entropy -= (group.len() as f64 / n as f64).ln() / n as f64;
    }
    let (mut tp, mut fp, mut fneg, mut tn) = (0u64, 0u64, 0u64, 0u64);
    for i in 0..n {
        for j in 0..i {
            match (clusters[i] == clusters[j], gold[i] == gold[j]) {
                (true, true) => tp += 1,
                (true, false) => fp += 1,
                (false, true) => fneg += 1,
                (false, false) => tn += 1,
            }
        }
    }
    let share = |part: u64, whole: u64| {
        if whole == 0 {
            1.0
        } else {
            part as f64 / whole as f64
        }
    };
    let (a, b, c, d) = (tp as f64, fp as f64, fneg as f64, tn as f64);
    let below = (a + c) * (c + d) + (a + b) * (b + d);
    ByDefinition {
        bcubed: (precision, recall),
        pairwise: (share(tp, tp + fp), share(tp, tp + fneg)),
        adjusted_rand: if below == 0.0 {
            1.0
        } else {
            2.0 * (a * d - b * c) / below
        },
        homogeneity: if entropy < 1e-12 {
            1.0
        } else {
            1.0 - conditional_entropy / entropy
        },
        lost_pairs: fneg,
    }
}

/// A few articles, each with a cluster and a gold group; the clusters lack the articles of cluster 0.
fn labelled() -> impl Strategy<Value = Vec<(usize, usize)>> {
    (1usize..5, 1usize..5)
        .prop_flat_map(|(clusters, golds)| prop::collection::vec((0..clusters, 0..golds), 1..30))
}

proptest! {
    #[test]
    fn scores_are_what_counting_one_by_one_gives(articles in labelled()) {
        let mut clusters = "article_id,copy_id\n".to_owned();
        let mut gold = "id,cluster\n".to_owned();
        for (id, (cluster, group)) in articles.iter().enumerate() {
            gold += &format!("{id},g{group}\n");
            if *cluster > 0 {
                clusters += &format!("{id},c{cluster}\n");
            }
        }
        let report = groups(clusters, gold, "copy_id");
        let scores = report.scores;

        let alone = |(id, &(cluster, _)): (usize, &(usize, usize))| if cluster > 0 { cluster } else { 100 + id };
        let clusters: Vec<usize> = articles.iter().enumerate().map(alone).collect();
        let gold: Vec<usize> = articles.iter().map(|&(_, group)| group).collect();
        let expected = by_definition(&clusters, &gold);
        let reversed = by_definition(&gold, &clusters);
        let close = |a: f64, b: f64| (a - b).abs() < 1e-9;
        prop_assert!(close(scores.bcubed.precision, expected.bcubed.0));
        prop_assert!(close(scores.bcubed.recall, expected.bcubed.1));
        prop_assert!(close(scores.pairwise.precision, expected.pairwise.0));
        prop_assert!(close(scores.pairwise.recall, expected.pairwise.1));
        prop_assert!(close(scores.adjusted_rand, expected.adjusted_rand));
        prop_assert!(close(scores.v_measure.homogeneity, expected.homogeneity));
        prop_assert!(close(scores.v_measure.completeness, reversed.homogeneity));
        let distinct = |labels: &[usize]| labels.iter().collect::<BTreeSet<_>>().len() as u64;
        prop_assert_eq!(scores.clusters, distinct(&clusters));
        prop_assert_eq!(scores.gold_groups, distinct(&gold));
        // There are at most four groups, so all that were split are named.
        let lost: u64 = report.worst_split.iter().map(|group| group.wrong_pairs).sum();
        prop_assert_eq!(lost, expected.lost_pairs);
    }

    #[test]
    fn a_report_does_not_depend_on_the_order_of_rows(
        articles in labelled().prop_flat_map(|articles| {
            let articles: Vec<_> = articles.into_iter().enumerate().collect();
            (Just(articles.clone()), Just(articles).prop_shuffle())
        }),
    ) {
        let report = |articles: &[(usize, (usize, usize))]| {
            let cluster = |(id, (cluster, _)): &(usize, (usize, usize))| format!("{id},{cluster}\n");
            let group = |(id, (_, group)): &(usize, (usize, usize))| format!("{id},{group}\n");
            let clusters: String = articles.iter().map(cluster).collect();
            let gold: String = articles.iter().rev().map(group).collect();
            groups(format!("article_id,copy_id\n{clusters}"), format!("id,cluster\n{gold}"), "copy_id")
        };
        let (first, second) = (report(&articles.0), report(&articles.1));
        prop_assert_eq!(serde_json::to_string(&first).unwrap(), serde_json::to_string(&second).unwrap());
    }
}
