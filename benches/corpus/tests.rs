//! What those who use the corpus rely on.

use crate::plan::{Edit, Genre, Part, Plan, id};
use crate::write::{Outputs, write};

fn records(plan: &Plan, articles: std::ops::Range<u64>) -> Vec<String> {
    articles
        .map(|article| {
            let mut record = String::new();
            plan.write_record(article, &mut record);
            record
        })
        .collect()
}

fn text(record: &str) -> String {
    let record: serde_json::Value = serde_json::from_str(record).expect("records are JSON");
    record["text"].as_str().expect("a text").to_owned()
}

#[test]
fn a_corpus_begins_with_the_articles_of_a_smaller_one_at_any_number_of_threads() {
    let plan = Plan::new(3, false);
    let expected: String = records(&plan, 0..700).concat();
    for threads in [1, 3] {
        let path = tempfile::NamedTempFile::new().expect("a temporary file");
        let mut outputs = Outputs {
            articles: Box::new(path.reopen().expect("a second handle")),
            copies: None,
            stories: None,
        };
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("threads")
            .install(|| write(&plan, 900, &mut outputs))
            .expect("a corpus");
        let written = std::fs::read_to_string(path.path()).expect("the corpus");
        assert!(written.starts_with(&expected));
        assert_eq!(written.lines().count(), 900);
    }
}

#[test]
fn every_record_is_json_and_another_seed_makes_another_corpus() {
    let (one, other) = (Plan::new(1, false), Plan::new(2, false));
    for (article, record) in (0..).zip(records(&one, 0..2_100)) {
        let json: serde_json::Value = serde_json::from_str(&record).expect("records are JSON");
        assert_eq!(json["id"], id(article));
        assert!(!json["title"].as_str().expect("a title").is_empty());
    }
    assert_ne!(records(&one, 0..1), records(&other, 0..1));
}

#[test]
fn a_quarter_are_copies_of_earlier_articles_that_are_none() {
    let plan = Plan::new(5, false);
    let mut copies = 0;
    for article in 2_000..12_000 {
        if let Part::Copy { original, edit } = plan.part(article) {
            copies += 1;
            assert!(original < article);
            assert_eq!(plan.part(original), Part::Original);
            let same_site = plan.press.site_number(original) == plan.press.site_number(article);
            assert_eq!(same_site, edit == Edit::Recapture);
        }
    }
    assert!((2_300..2_700).contains(&copies), "{copies}");
}

/// The share of the smaller text's five-character shingles that the other has too.
fn shared(one: &str, other: &str) -> f64 {
    let shingles = |text: &str| -> std::collections::BTreeSet<String> {
        let letters: Vec<char> = text.chars().collect();
        letters
            .windows(5)
            .map(|shingle| shingle.iter().collect())
            .collect()
    };
    let (one, other) = (shingles(one), shingles(other));
    one.intersection(&other).count() as f64 / one.len().min(other.len()) as f64
}

#[test]
fn what_is_called_a_copy_shares_most_of_its_text_and_what_is_not_does_not() {
    let plan = Plan::new(8, true);
    let mut before: Option<(String, u64)> = None;
    for article in 4_000..6_000 {
        let copy = text(&records(&plan, article..article + 1).concat());
        match plan.part(article) {
            Part::Copy { original, edit } => {
                let original = text(&records(&plan, original..original + 1).concat());
                let share = shared(&copy, &original);
                assert!(share > 0.6, "{article}, {edit:?}: {share}");
            }
            Part::Original if matches!(plan.genre(article), Genre::Form(_)) => {}
            Part::Original => {
                let script = plan.press.site(article).script as u64;
                if let Some((other, of)) = before.replace((copy.clone(), script))
                    && of == script
                {
                    let share = shared(&copy, &other);
                    assert!(share < 0.6, "{article}: {share}");
                }
            }
        }
    }
}

#[test]
fn bare_articles_are_those_of_the_pages() {
    let (bare, pages) = (Plan::new(4, true), Plan::new(4, false));
    for (alone, page) in records(&bare, 0..300).iter().zip(records(&pages, 0..300)) {
        assert!(text(&page).contains(text(alone).trim_end()));
    }
}
