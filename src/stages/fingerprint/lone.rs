//! The fingerprint of one article, without a corpus around it.

use super::Fingerprint;
use super::sweep::{FingerprintBatch, Fingerprinter};
use crate::config::Config;
use crate::corpus::Article;
use crate::stages::candidates::Cut;
use crate::stages::clean::Furniture;

/// The fingerprint of one article alone, with the set that it is taken from.
#[derive(Clone, Debug, Default)]
pub(crate) struct SingleFingerprint {
    pub(crate) print: Fingerprint,
    /// Empty for one without shingles.
    pub(crate) signature: Vec<u32>,
    pub(crate) anchors: Vec<u64>,
    /// Its shingles, ascending.
    pub(crate) set: Vec<u64>,
}

impl SingleFingerprint {
    /// Takes the fingerprint that a sweep takes of an article.
    pub(crate) fn of(
        article: &Article<'_>,
        furniture: &Furniture,
        config: &Config,
    ) -> SingleFingerprint {
        let cut = Cut::new(config.banding(), config.num_hashes, config.seed);
        let mut press = Fingerprinter::new(furniture, config, &cut);
        let mut printed = FingerprintBatch::default();
        press.print(article, &mut printed);
        let kept = press.cleaner.kept(article);
        let k = config.shingle_tokens;
        let set = press.shingler.sorted_shingles(article, kept, k).to_vec();
        SingleFingerprint {
            print: printed.prints[0],
            signature: press.signature,
            anchors: printed.anchors,
            set,
        }
    }
}
