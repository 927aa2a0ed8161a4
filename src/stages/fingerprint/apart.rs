//! Fingerprints one by one, so that they can be taken in one place and put together in another.

use super::sweep::{FingerprintBatch, Fingerprinter, PrintsWriter};
use super::{Fingerprint, Prints};
use crate::config::Config;
use crate::corpus::Article;
use crate::error::Result;
use crate::kernel::Heading;
use crate::spill::MemoryBudget;
use crate::stages::candidates::{BandKey, Cut};
use crate::stages::clean::Furniture;

/// Takes the fingerprints of articles, one at a time.
pub(crate) struct Printer<'c> {
    press: Fingerprinter<'c>,
    printed: FingerprintBatch,
}

/// What stands for one article.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OnePrint<'p> {
    pub(crate) print: Fingerprint,
    /// What its signature has in each band.
    pub(crate) keys: &'p [BandKey],
    /// A byte for each value of its signature.
    pub(crate) sketch: &'p [u8],
    /// Ascending.
    pub(crate) anchors: &'p [u64],
    pub(crate) heading: Heading,
    /// Bytes of its text, and those that cleaning dropped.
    pub(crate) text_bytes: (u64, u64),
}

impl<'c> Printer<'c> {
    pub(crate) fn new(furniture: &'c Furniture, config: &'c Config, cut: &'c Cut) -> Printer<'c> {
        Printer {
            press: Fingerprinter::new(furniture, config, cut),
            printed: FingerprintBatch::default(),
        }
    }

    /// The fingerprint that a sweep takes of an article.
    pub(crate) fn print(&mut self, article: &Article<'_>) -> OnePrint<'_> {
        self.printed.clear();
        self.press.print(article, &mut self.printed);
        self.printed.only()
    }
}

/// Fingerprints that were taken one by one, as those of a sweep.
///
/// # Errors
///
/// When what does not fit into the memory budget cannot be kept on disk.
pub(crate) fn gathered<'p>(
    prints: impl Iterator<Item = OnePrint<'p>>,
    budget: &MemoryBudget,
) -> Result<Prints> {
    let mut batch = FingerprintBatch::default();
    prints.for_each(|one| batch.add(one));
    let writer = PrintsWriter::new(budget);
    writer.push(0, batch)?;
    writer.finish(budget)
}
