//! Texts that are alike without being copies, or that hardly are texts.

use std::collections::HashSet;

use super::super::exact::{containment, jaccard, tokens};
use super::super::*;
use super::{assert_within, bodies_of_pairs};

fn similarities(dump: &Dump, edit: &str) -> Vec<f64> {
    bodies_of_pairs(dump, edit)
        .iter()
        .map(|(a, b)| jaccard(a, b))
        .collect()
}

#[test]
fn round_ups_quote_parts_of_articles_and_briefs_whole() {
    let size = RoundUps {
        articles: 180,
        briefs: 60,
        round_ups: 100,
        ..RoundUps::default()
    };
    let dump = size.dump(1);
    let (parts, whole) = ("quotes a part", "quotes it whole");
    let contained = |edit| -> Vec<f64> {
        bodies_of_pairs(&dump, edit)
            .iter()
            .map(|(article, round_up)| containment(article, round_up))
            .collect()
    };
    assert_within("articles in round-ups", &contained(parts), 0.05..=0.6);
    assert_within("briefs in round-ups", &contained(whole), 0.9..=1.0);
    let back: Vec<f64> = [parts, whole]
        .iter()
        .flat_map(|edit| bodies_of_pairs(&dump, edit))
        .map(|(article, round_up)| containment(round_up, article))
        .collect();
    assert_within("round-ups in articles", &back, 0.05..=0.5);
}

#[test]
fn only_copies_are_together_in_the_truth_of_round_ups() {
    let dump = round_ups(1);
    let quotes = dump
        .pairs
        .iter()
        .filter(|pair| pair.edit.starts_with("quotes"));
    assert_eq!(quotes.count(), 4 * 500);
    assert_eq!(dump.records.len(), 900 + 300 + 120 + 500);
    let groups: HashSet<&String> = dump.gold.iter().map(|(_, group)| group).collect();
    assert_eq!(groups.len(), 900 + 300 + 500);
}

#[test]
fn items_are_eight_words_and_empty_pages_are_empty() {
    let dump = short_items(1);
    for (first, again) in bodies_of_pairs(&dump, "repeated") {
        assert_eq!(tokens(first).len(), 8);
        assert_eq!(first, again);
    }
    for (first, other) in bodies_of_pairs(&dump, "one word changed") {
        let differing = tokens(first)
            .iter()
            .zip(tokens(other))
            .filter(|(a, b)| *a != b)
            .count();
        assert_eq!((differing, tokens(other).len()), (1, 8));
    }
    assert_eq!(
        dump.records
            .iter()
            .filter(|record| record.text.is_empty())
            .count(),
        10
    );
    let furniture_only: HashSet<&str> = dump
        .records
        .iter()
        .filter(|record| record.body.is_empty() && !record.text.is_empty())
        .map(|record| record.text.as_str())
        .collect();
    assert_eq!(furniture_only.len(), 10, "no two are the same");
    let titles: HashSet<&str> = dump
        .records
        .iter()
        .map(|record| record.title.as_str())
        .collect();
    // The three pages of an item have one headline.
    assert_eq!(
        titles.len(),
        dump.records.len() - 2 * ShortItems::default().items
    );
}

#[test]
fn fillings_of_a_template_are_half_alike() {
    for language in Language::ALL {
        let dump = Templated {
            language,
            ..Templated::default()
        }
        .dump(1);
        let what = format!("{language:?} same template");
        assert_within(&what, &similarities(&dump, "same template"), 0.4..=0.62);
    }
    assert_within(
        "reprint",
        &similarities(&templated(1), "reprint"),
        0.9..=1.0,
    );
}

#[test]
fn horoscopes_hardly_change_from_day_to_day() {
    let dump = horoscopes(1);
    assert_within("same day", &similarities(&dump, "same day"), 1.0..=1.0);
    assert_within("next day", &similarities(&dump, "next day"), 0.8..=0.95);
    assert_within(
        "a month later",
        &similarities(&dump, "a month later"),
        0.8..=0.95,
    );
}
