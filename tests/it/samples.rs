//! The samples come out as their README says.

use std::collections::{BTreeMap, HashMap};

use crate::command::{columns, program, rows};
use crate::corpora::{Clusters, pair_scores};

/// What `samestory cluster samples` writes.
pub(crate) fn clusters() -> String {
    let output = program()
        .args(["cluster", "samples"])
        .output()
        .expect("the program starts");
    assert!(output.status.success());
    String::from_utf8(output.stdout).expect("it is UTF-8")
}

fn copy_ids() -> Clusters {
    columns(&clusters(), ["article_id", "copy_id"])
        .into_iter()
        .collect()
}

fn expected() -> Vec<(String, String)> {
    columns(
        include_str!("expected/samples.csv"),
        ["article_id", "copy_group"],
    )
}

#[test]
fn every_copy_group_of_the_samples_is_found_and_no_other() {
    let (expected, found) = (expected(), copy_ids());
    assert_eq!(found.len(), 85);
    assert_eq!(expected.len(), 85);
    assert!(expected.iter().all(|(id, _)| found.contains_key(id)));
    let mut members: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (id, group) in &expected {
        members.entry(group).or_default().push(id);
    }
    for (group, ids) in &members {
        let copy_ids: Vec<&String> = ids.iter().map(|id| &found[*id]).collect();
        assert!(
            copy_ids.iter().all(|id| *id == copy_ids[0]),
            "{group}: {ids:?} {copy_ids:?}"
        );
    }
    let scores = pair_scores(&expected, &found);
    assert_eq!((scores.precision, scores.recall), (1.0, 1.0));
    assert_eq!(members.len(), 64);
}

#[test]
fn most_stories_of_the_samples_are_found_and_few_others() {
    let expected = columns(
        include_str!("expected/samples_stories.csv"),
        ["article_id", "story"],
    );
    let found: Clusters = columns(&clusters(), ["article_id", "story_id"])
        .into_iter()
        .collect();
    let scores = pair_scores(&expected, &found);
    assert!(
        scores.precision >= 0.78 && scores.recall >= 0.75,
        "{scores:?}"
    );
}

#[test]
fn copies_of_the_samples_relate_as_their_readme_says() {
    let relations: HashMap<String, String> = columns(&clusters(), ["article_id", "relation"])
        .into_iter()
        .collect();
    for (id, relation) in [
        ("arch-000317", "exact"),
        ("flash-90214", "exact"),
        // Cut off at a paywall: nearly half of the article, and a quarter.
        ("nl-2024-0744", "excerpt"),
        ("dm_991301", "excerpt"),
        ("hc-20240315-001", "near"),
        ("nlz-240315-009", "near"),
        ("aone-33907", "near"),
        ("fl-40917", "near"),
    ] {
        assert_eq!(relations[id], relation, "{id}");
    }
}

#[test]
fn what_tempts_in_the_samples_stays_apart() {
    let found = copy_ids();
    let alone = |id: &str| {
        let copies = found.values().filter(|copy| **copy == found[id]).count();
        assert_eq!(copies, 1, "{id}");
    };
    for id in ["tp-5561", "mg-88177", "mg-88180", "flash-90212"] {
        alone(id);
    }
    for id in ["nl-2024-0722", "nl-2024-0737", "nl-2024-0752"] {
        alone(id);
    }
    for day in ["12", "13", "14"] {
        alone(&format!("ga-2024-03-{day}-wetter"));
    }
}

#[test]
fn every_similarity_is_of_the_pair_that_is_named() {
    let table = rows(&clusters());
    for row in &table[1..] {
        let (relation, similarity, matched) = (&row[3], &row[4], &row[5]);
        match relation.as_str() {
            "lead" => assert!(similarity.is_empty() && matched.is_empty() && row[0] == row[2]),
            "exact" => assert_eq!((similarity.as_str(), matched), ("1.0000", &row[2])),
            "near" => assert!(similarity.parse::<f64>().is_ok_and(|s| s >= 0.3), "{row:?}"),
            "related" => assert!(similarity.parse::<f64>().is_ok() && *matched == row[1]),
            _ => assert!(similarity.parse::<f64>().is_ok_and(|s| s >= 0.8), "{row:?}"),
        }
    }
}
