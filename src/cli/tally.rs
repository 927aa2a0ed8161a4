//! What became of a dump that was held against an index.

use samestory::corpus::Corpus;
use samestory::index::{Compared, Index};

use super::console::Console;
use super::summary::{self, count};

/// What became of the articles of a dump.
#[derive(Default)]
pub struct Tally {
    /// Articles that the index had before.
    pub known: usize,
    /// Copies of articles of the index.
    pub of_index: usize,
    /// Copies of each other.
    pub of_dump: usize,
    /// Articles that tell a story of the index in other words.
    pub related: usize,
}

impl Tally {
    /// Counts the article of a row.
    pub fn add(&mut self, row: &samestory::index::IndexRow) {
        let is_copy = row.copy_id != row.article_id;
        if row.is_known {
            self.known += 1;
        } else if is_copy && row.matched_in.is_some() {
            self.of_index += 1;
        } else if is_copy {
            self.of_dump += 1;
        } else if row.matched_in.is_some() {
            self.related += 1;
        }
    }
}

/// Tells what was read and what it matches.
pub(super) fn tell(console: &Console, index: &Index, compared: &Compared<'_>, tally: &Tally) {
    console.finish();
    summary::tell_reading(console, compared.read());
    let files = console.corpus.inputs().len();
    console.say(&format!(
        "articles    {} from {} {}, {} of them in the index already",
        count(compared.len()),
        count(files),
        if files == 1 { "file" } else { "files" },
        count(tally.known),
    ));
    console.say(&format!(
        "index       {} articles of {} {}",
        count(index.len()),
        count(index.ingests().len()),
        if index.ingests().len() == 1 {
            "ingest"
        } else {
            "ingests"
        },
    ));
    if !index.keeps_texts() {
        console.say("            it keeps no texts: how alike they are is an estimate");
    }
    console.say(&format!(
        "copies      {} of articles of the index, {} of each other; {} tell a story that is there",
        count(tally.of_index),
        count(tally.of_dump),
        count(tally.related),
    ));
}
