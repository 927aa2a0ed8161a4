//! Labels: a story in its few most telling words.

use super::features::Feature;
use super::vectors::Vectors;
use crate::error::Result;

/// Words in a label.
const WORDS: usize = 4;

/// The words that tell most in a story of these nodes, most telling first, as a reader would write them.
pub(super) fn label(members: &[u32], vectors: &Vectors) -> Result<String> {
    let read = members.iter().map(|&node| vectors.words(node));
    let read = read.collect::<Result<Vec<_>>>()?;
    let mut words: Vec<(Feature, &str, f32)> = read
        .iter()
        .flatten()
        .map(|(stem, weight, word)| (*stem, word.as_str(), *weight))
        .filter(|(_, word, _)| !word.chars().all(char::is_numeric))
        .collect();
    words.sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)));
    // What one article alone dwells on is not what its story is about, unless there is nothing else.
    let told_by = |least: usize| {
        let same = words
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|same| same.len() >= least);
        let word = |same: &[(Feature, &str, f32)]| same.iter().map(|word| word.2).sum::<f32>();
        let mut told: Vec<(f32, &str)> = same.map(|same| (word(same), most_used(same))).collect();
        told.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        told
    };
    let mut told = told_by(2);
    if told.is_empty() {
        told = told_by(1);
    }
    let mut chosen: Vec<&str> = Vec::new();
    for (_, word) in told {
        if chosen.len() < WORDS && !chosen.iter().any(|other| overlap(other, word)) {
            chosen.push(word);
        }
    }
    Ok(chosen.join(", "))
}

/// The form that most articles give a stem; they are sorted by it.
fn most_used<'a>(same: &[(Feature, &'a str, f32)]) -> &'a str {
    let forms = same.chunk_by(|a, b| a.1 == b.1);
    let best = forms.min_by_key(|form| (std::cmp::Reverse(form.len()), form[0].1));
    best.map_or("", |form| form[0].1)
}

/// Whether two words are one in another form, or, in scripts without spaces, pieces of one.
fn overlap(a: &str, b: &str) -> bool {
    let is_spaceless = |word: &str| word.chars().any(crate::fingerprint::is_spaceless);
    if is_spaceless(a) || is_spaceless(b) {
        return a.chars().any(|c| b.contains(c));
    }
    a.to_lowercase() == b.to_lowercase()
}
