//! What the generators promise to the tests that use them.

mod edits;
mod pages;
mod texts;

use std::collections::HashMap;

use super::random::Random;
use super::*;

/// One dump of every kind.
fn every_kind(seed: u64) -> Vec<Dump> {
    vec![
        wire(seed),
        wire_in_five_languages(seed),
        three_page_sources(seed),
        daily_rankings(seed),
        captured_fifty_times(seed),
        several_captured_fifty_times(seed),
        one_story_on_thirty_sites(seed),
        excerpts(seed, 0.25),
        page_with_two_excerpts_of_itself(seed),
        edit_chain(seed),
        round_ups(seed),
        short_items(seed),
        templated(seed),
        horoscopes(seed),
    ]
}

/// The bodies of the two articles of every pair with this name.
fn bodies_of_pairs<'a>(dump: &'a Dump, edit: &str) -> Vec<(&'a str, &'a str)> {
    let bodies: HashMap<&str, &str> = dump
        .records
        .iter()
        .map(|record| (record.id.as_str(), record.body.as_str()))
        .collect();
    let pairs: Vec<_> = dump
        .pairs
        .iter()
        .filter(|pair| pair.edit == edit)
        .map(|pair| (bodies[pair.a.as_str()], bodies[pair.b.as_str()]))
        .collect();
    assert!(!pairs.is_empty(), "no pairs named {edit}");
    pairs
}

/// Fails with `what` unless all values lie in the range; shows the range they do lie in.
fn assert_within(what: &str, values: &[f64], range: std::ops::RangeInclusive<f64>) {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    println!("{what}: {least:.3} to {most:.3}, mean {mean:.3}");
    assert!(
        range.contains(&least) && range.contains(&most),
        "{what}: {least:.3} to {most:.3}, mean {mean:.3}"
    );
}

#[test]
fn random_numbers_are_those_of_the_published_algorithm() {
    let mut random = Random::new(1_234_567);
    let drawn = [random.next(), random.next(), random.next()];
    assert_eq!(
        drawn,
        [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
        ]
    );
}

#[test]
fn the_same_seed_makes_the_same_bytes() {
    for ((a, again), other) in every_kind(5)
        .into_iter()
        .zip(every_kind(5))
        .zip(every_kind(6))
    {
        assert_eq!(a, again);
        assert_eq!(a.to_jsonl(), again.to_jsonl());
        assert_ne!(a.to_jsonl(), other.to_jsonl());
    }
}

#[test]
fn the_truth_names_every_record_once() {
    for dump in every_kind(2) {
        let mut ids: Vec<&String> = dump.records.iter().map(|record| &record.id).collect();
        let mut named: Vec<&String> = dump.gold.iter().map(|(id, _)| id).collect();
        ids.sort_unstable();
        named.sort_unstable();
        assert_eq!(ids, named);
        ids.dedup();
        assert_eq!(ids.len(), dump.records.len());
    }
}

#[test]
fn a_record_is_a_line_of_json() {
    let dump = wire(1);
    let jsonl = dump.to_jsonl();
    assert_eq!(jsonl.lines().count(), dump.records.len());
    for (line, record) in jsonl.lines().zip(&dump.records) {
        let read: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(read["id"], record.id.as_str());
        assert_eq!(read["text"], record.text.as_str());
        assert_eq!(read["source"].as_str(), record.source.as_deref());
        assert!(read.get("body").is_none());
    }
}

#[test]
fn variants_change_only_what_they_name() {
    let dump = daily_rankings(3);
    let anonymous = dump.clone().without_source();
    assert!(!anonymous.to_jsonl().contains("\"source\""));
    assert!(
        !dump
            .clone()
            .without_line_breaks()
            .to_jsonl()
            .contains("\\n")
    );
    let shuffled = dump.clone().shuffled(1);
    assert_ne!(shuffled.records, dump.records);
    assert_eq!(shuffled.gold, dump.gold);
    let mut sorted = shuffled.records;
    sorted.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!(sorted, dump.records);
}

fn clusters(of: &[(&str, &str)]) -> Clusters {
    of.iter()
        .map(|(id, group)| ((*id).to_owned(), (*group).to_owned()))
        .collect()
}

#[test]
fn scores_count_pairs() {
    let gold: Vec<(String, String)> = ["a1", "a2", "a3", "b1", "b2", "c"]
        .map(|id| (id.to_owned(), id[..1].to_owned()))
        .into();
    // Two of four true pairs found (a1 a2, b1 b2), and one false (a3 c).
    let found = clusters(&[
        ("a1", "a1"),
        ("a2", "a1"),
        ("b1", "b2"),
        ("b2", "b2"),
        ("a3", "c"),
        ("c", "c"),
    ]);
    let scores = pair_scores(&gold, &found);
    assert_eq!(scores.precision, 2.0 / 3.0);
    assert_eq!(scores.recall, 0.5);
    assert_eq!(scores.f1, 4.0 / 7.0);
}

#[test]
fn an_article_nobody_put_anywhere_is_alone() {
    let gold = [("a", "g"), ("b", "g")].map(|(id, group)| (id.to_owned(), group.to_owned()));
    let scores = pair_scores(&gold, &Clusters::new());
    assert_eq!(
        (scores.precision, scores.recall, scores.f1),
        (1.0, 0.0, 0.0)
    );
}

#[test]
fn the_truth_scores_one() {
    for dump in every_kind(4) {
        let PairScores {
            precision,
            recall,
            f1,
        } = dump.score(&dump.truth());
        assert_eq!((precision, recall, f1), (1.0, 1.0, 1.0));
    }
    let dump = wire(4);
    assert!(
        dump.recall_by_edit(&dump.truth())
            .values()
            .all(|&recall| recall == 1.0)
    );
    assert!(
        dump.recall_by_edit(&Clusters::new())
            .values()
            .all(|&recall| recall == 0.0)
    );
}
