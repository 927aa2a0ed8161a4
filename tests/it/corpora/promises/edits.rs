//! Copies are copies, and strangers are strangers.

use super::super::edits::Edit;
use super::super::exact::{common, containment, jaccard, shingles, tokens};
use super::super::*;
use super::{assert_within, bodies_of_pairs};

#[test]
fn strangers_share_almost_nothing_in_any_language() {
    for language in Language::ALL {
        let size = Wire {
            originals: 0,
            singles: 40,
            language,
            ..Wire::default()
        };
        let sets: Vec<Vec<u64>> = size
            .dump(1)
            .records
            .iter()
            .map(|record| shingles(&record.body))
            .collect();
        let mut shares = Vec::new();
        for (place, a) in sets.iter().enumerate() {
            for b in &sets[..place] {
                shares.push(common(a, b) as f64 / a.len().min(b.len()) as f64);
            }
        }
        assert_within(&format!("{language:?} strangers"), &shares, 0.0..=0.025);
        let mean = shares.iter().sum::<f64>() / shares.len() as f64;
        assert!(mean < 0.002, "{language:?}: {mean}");
    }
}

#[test]
fn every_edit_leaves_a_copy() {
    for language in Language::ALL {
        let dump = Wire {
            language,
            ..Wire::default()
        }
        .dump(3);
        for edit in Edit::ALL.map(|edit| edit.name()) {
            let pairs = bodies_of_pairs(&dump, edit);
            let closeness: Vec<f64> = pairs
                .iter()
                .map(|(a, b)| jaccard(a, b).max(containment(b, a) / 2.0))
                .collect();
            assert_within(&format!("{language:?} {edit}"), &closeness, 0.35..=1.0);
        }
    }
}

#[test]
fn paragraphs_are_lines_of_30_to_80_words() {
    let dump = Wire {
        originals: 0,
        ..Wire::default()
    }
    .dump(2);
    let lengths: Vec<f64> = dump
        .records
        .iter()
        .flat_map(|record| record.body.lines())
        .map(|line| line.split_whitespace().count() as f64)
        // Some sites print the headline above the text; it has up to a dozen words.
        .filter(|&words| words > 20.0)
        .collect();
    assert_within("words a line", &lengths, 30.0..=80.0);
}

#[test]
fn excerpts_are_contained_and_as_long_as_asked() {
    for fraction in [0.5, 0.25, 0.125, 0.05] {
        for language in Language::ALL {
            let dump = Excerpts {
                fraction,
                pairs: 30,
                language,
                ..Excerpts::default()
            }
            .dump(9);
            let pairs = bodies_of_pairs(&dump, "excerpt");
            let what = |name: &str| format!("{language:?} 1/{} {name}", 1.0 / fraction);
            let contained: Vec<f64> = pairs
                .iter()
                .map(|(full, part)| containment(part, full))
                .collect();
            assert_within(&what("containment"), &contained, 0.9..=1.0);
            let lengths: Vec<f64> = pairs
                .iter()
                .map(|(_, part)| tokens(part).len() as f64)
                .collect();
            assert_within(&what("tokens"), &lengths, 40.0..=700.0);
            let fractions: Vec<f64> = pairs
                .iter()
                .map(|(full, part)| tokens(part).len() as f64 / tokens(full).len() as f64)
                .collect();
            assert_within(
                &what("fraction"),
                &fractions,
                fraction * 0.85..=fraction * 1.15,
            );
        }
    }
}

#[test]
fn two_excerpts_of_a_page_have_nothing_in_common() {
    let dump = page_with_two_excerpts_of_itself(1);
    let pairs = bodies_of_pairs(&dump, "excerpt");
    assert_eq!(pairs.len(), 2);
    for (full, part) in &pairs {
        assert_eq!(containment(part, full), 1.0);
        assert!(tokens(part).len() >= 40);
    }
    assert_eq!(jaccard(pairs[0].1, pairs[1].1), 0.0);
}

#[test]
fn a_chain_is_close_from_link_to_link_and_open_from_end_to_end() {
    for language in Language::ALL {
        let dump = EditChains {
            chains: 2,
            language,
            ..EditChains::default()
        }
        .dump(8);
        assert_eq!(dump.records.len(), 2 * 13);
        for (name, range) in [("neighbours", 0.6..=0.63), ("ends", 0.0..=0.1)] {
            let similarities: Vec<f64> = bodies_of_pairs(&dump, name)
                .iter()
                .map(|(a, b)| jaccard(a, b))
                .collect();
            assert_within(&format!("{language:?} {name}"), &similarities, range);
        }
    }
}
