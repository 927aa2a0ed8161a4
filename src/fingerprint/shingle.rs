//! Shingles: every `k` consecutive tokens of a text, hashed.

use xxhash_rust::xxh3::xxh3_64;

/// Appends the hash of every run of `k` consecutive tokens to `shingles`, in reading order, repeats included.
///
/// A text of fewer than `k` tokens is one shingle; a text of none has none. The hash is xxh3 (64 bits) over the
/// token hashes in little-endian order, so `["ab","c"]` and `["a","bc"]` differ. It never changes between versions.
pub fn shingles(tokens: &[u64], k: usize, shingles: &mut Vec<u64>) {
    if tokens.is_empty() {
        return;
    }
    let mut bytes = vec![0u8; 8 * k.min(tokens.len())];
    for run in tokens.windows(k.min(tokens.len())) {
        for (slot, token) in bytes.chunks_exact_mut(8).zip(run) {
            slot.copy_from_slice(&token.to_le_bytes());
        }
        shingles.push(xxh3_64(&bytes));
    }
}

/// Jaccard similarity and containment of two sorted sets, from the sizes of the sets and of what they share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// How many shingles both have.
    pub shared: u32,
    /// How many the one has, how many the other.
    pub sizes: (u32, u32),
}

/// A similarity from 0 to 1 in millionths: whatever decides is an integer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Millionths(pub u32);

impl Millionths {
    /// `part / whole`, rounded down; 0 where `whole` is 0.
    pub fn ratio(part: u32, whole: u32) -> Millionths {
        if whole == 0 {
            return Millionths(0);
        }
        Millionths((u64::from(part) * 1_000_000 / u64::from(whole)) as u32)
    }
}

impl Overlap {
    /// Counts what two ascending sets share.
    pub fn of(a: &[u64], b: &[u64]) -> Overlap {
        let (mut i, mut j, mut shared) = (0, 0, 0);
        while i < a.len() && j < b.len() {
            let (x, y) = (a[i], b[j]);
            shared += u32::from(x == y);
            i += usize::from(x <= y);
            j += usize::from(y <= x);
        }
        Overlap {
            shared,
            sizes: (a.len() as u32, b.len() as u32),
        }
    }

    /// What two ascending sets share.
    pub fn shared(a: &[u64], b: &[u64]) -> Vec<u64> {
        let (mut i, mut j, mut shared) = (0, 0, Vec::new());
        while i < a.len() && j < b.len() {
            let (x, y) = (a[i], b[j]);
            if x == y {
                shared.push(x);
            }
            i += usize::from(x <= y);
            j += usize::from(y <= x);
        }
        shared
    }

    /// `|A ∩ B| / |A ∪ B|`.
    pub fn jaccard(self) -> Millionths {
        Millionths::ratio(self.shared, self.sizes.0 + self.sizes.1 - self.shared)
    }

    /// `|A ∩ B| / min(|A|, |B|)`: how much of the smaller set the larger one holds.
    pub fn containment(self) -> Millionths {
        Millionths::ratio(self.shared, self.sizes.0.min(self.sizes.1))
    }
}
