//! The sieve: a set of hashes that says at once of most others that they are not in it.

/// A set of hashes that says of most others at once that they are not in it: one bit for each in sixteen or more.
#[derive(Clone, Debug, Default)]
pub(super) struct BloomFilter(Vec<u64>);

impl BloomFilter {
    /// Lets through these hashes, and one in sixteen or fewer of all others.
    pub(super) fn of(hashes: impl Iterator<Item = u64> + Clone) -> BloomFilter {
        let bits = (16 * hashes.clone().count()).next_power_of_two().max(64);
        let mut sieve = BloomFilter(vec![0; bits / 64]);
        for hash in hashes {
            let (word, bit) = sieve.place(hash);
            sieve.0[word] |= bit;
        }
        sieve
    }

    /// Whether a hash may be in the set; never `false` for one that is.
    pub(super) fn may_hold(&self, hash: u64) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let (word, bit) = self.place(hash);
        self.0[word] & bit != 0
    }

    /// The bytes it takes.
    pub(super) fn bytes(&self) -> u64 {
        8 * self.0.len() as u64
    }

    /// Its words.
    pub(super) fn words(&self) -> &[u64] {
        &self.0
    }

    /// A sieve of these words; `None` where a sieve cannot have so many.
    pub(super) fn of_words(words: Vec<u64>) -> Option<BloomFilter> {
        (words.is_empty() || words.len().is_power_of_two()).then_some(BloomFilter(words))
    }

    /// Lets through what this sieve or the other lets through.
    pub(super) fn merged(&self, other: &BloomFilter) -> BloomFilter {
        let (longer, shorter) = match self.0.len() >= other.0.len() {
            true => (self, other),
            false => (other, self),
        };
        let mut words = longer.0.clone();
        // The place in a shorter sieve is that in a longer one without its upper bits.
        if !shorter.0.is_empty() {
            let short = shorter.0.iter().cycle();
            words
                .iter_mut()
                .zip(short)
                .for_each(|(word, short)| *word |= short);
        }
        BloomFilter(words)
    }

    fn place(&self, hash: u64) -> (usize, u64) {
        let at = (hash >> 6) as usize & (self.0.len() - 1);
        (at, 1 << (hash & 63))
    }
}
