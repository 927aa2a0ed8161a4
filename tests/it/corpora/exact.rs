//! Exact similarity of two texts, written apart from the tool so that it can judge the tool.

use std::hash::{DefaultHasher, Hash, Hasher};

const SHINGLE_TOKENS: usize = 5;

/// Lower-cased words; single characters where a script has no spaces.
pub(crate) fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut word = String::new();
    for character in text.chars().flat_map(char::to_lowercase) {
        let is_han = ('\u{4E00}'..='\u{9FFF}').contains(&character);
        if (is_han || !character.is_alphanumeric()) && !word.is_empty() {
            tokens.push(std::mem::take(&mut word));
        }
        if is_han {
            tokens.push(character.to_string());
        } else if character.is_alphanumeric() {
            word.push(character);
        }
    }
    if !word.is_empty() {
        tokens.push(word);
    }
    tokens
}

/// The set of hashes of every five consecutive tokens, in order; fewer tokens are one shingle.
pub(crate) fn shingles(text: &str) -> Vec<u64> {
    let tokens = tokens(text);
    let mut hashes: Vec<u64> = if tokens.is_empty() {
        Vec::new()
    } else {
        tokens
            .windows(SHINGLE_TOKENS.min(tokens.len()))
            .map(hash)
            .collect()
    };
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

fn hash(tokens: &[String]) -> u64 {
    let mut hasher = DefaultHasher::new();
    tokens.hash(&mut hasher);
    hasher.finish()
}

/// How many elements two ordered sets have in common.
pub(crate) fn common(a: &[u64], b: &[u64]) -> usize {
    a.iter()
        .filter(|hash| b.binary_search(hash).is_ok())
        .count()
}

/// The shared shingles over all shingles of both.
pub(crate) fn jaccard(a: &str, b: &str) -> f64 {
    jaccard_of_sets(&shingles(a), &shingles(b))
}

pub(crate) fn jaccard_of_sets(a: &[u64], b: &[u64]) -> f64 {
    let common = common(a, b);
    common as f64 / (a.len() + b.len() - common) as f64
}

/// The share of `part`'s shingles that `whole` has too.
pub(crate) fn containment(part: &str, whole: &str) -> f64 {
    let (part, whole) = (shingles(part), shingles(whole));
    common(&part, &whole) as f64 / part.len() as f64
}
