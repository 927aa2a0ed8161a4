//! The shingles of an article's own text, which stages and products all cut the same.

use std::ops::Range;

use crate::corpus::Article;
use crate::kernel::{Tokenizer, shingles, sort_hashes};

/// Cuts texts into shingle sets, keeping its buffers between texts.
#[derive(Debug, Default)]
pub struct Shingler {
    tokenizer: Tokenizer,
    tokens: Vec<u64>,
    set: Vec<u64>,
}

impl Shingler {
    /// The shingles of an article's own text, in reading order, repeats included; the text is the kept stretches, or the title where
    /// the article has no text at all.
    pub fn shingles(&mut self, article: &Article<'_>, kept: &[Range<usize>], k: usize) -> &[u64] {
        self.tokens.clear();
        self.set.clear();
        if article.text.trim().is_empty() {
            self.tokenizer.tokens(&article.title, &mut self.tokens);
        }
        for stretch in kept {
            self.tokenizer
                .tokens(&article.text[stretch.clone()], &mut self.tokens);
        }
        shingles(&self.tokens, k, &mut self.set);
        &self.set
    }

    /// The set of the same shingles, ascending.
    pub fn sorted_shingles(
        &mut self,
        article: &Article<'_>,
        kept: &[Range<usize>],
        k: usize,
    ) -> &[u64] {
        self.shingles(article, kept, k);
        sort_hashes(&mut self.set, |shingle| (shingle >> 32) as u32);
        self.set.dedup();
        &self.set
    }

    /// The hashes of the tokens of the text last cut, in reading order.
    pub fn tokens(&self) -> &[u64] {
        &self.tokens
    }
}
