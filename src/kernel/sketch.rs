//! Sketches: one byte of each value of a signature, by which two texts are compared at a quarter of the memory.
//!
//! Two values that differ have one byte in 256 in common, and that share is taken from the estimate again (Li, König:
//! *b-Bit Minwise Hashing*, WWW 2010): it stays unbiased, and its error grows by a hundredth or so.

use super::Share;

/// Appends the sketch of a signature to `out`.
pub fn sketch(signature: &[u32], out: &mut Vec<u8>) {
    out.extend(signature.iter().map(|&value| value as u8));
}

/// In how many bytes two sketches agree.
#[inline]
fn agreement(a: &[u8], b: &[u8]) -> u32 {
    // Sums of bytes stay in bytes, which vector registers hold most of.
    let sums = a.chunks(128).zip(b.chunks(128));
    sums.map(|(a, b)| {
        let equal = a.iter().zip(b).map(|(x, y)| u8::from(x == y));
        u32::from(equal.sum::<u8>())
    })
    .sum()
}

/// The Jaccard similarity of two texts as their sketches estimate it; below 0 where fewer bytes agree than would by chance.
pub fn estimate(a: &[u8], b: &[u8]) -> f64 {
    let share = f64::from(agreement(a, b)) / f64::from(a.len().max(1) as u32);
    (share - 1.0 / 256.0) / (255.0 / 256.0)
}

/// The same in millionths, by integers alone.
pub fn estimated(a: &[u8], b: &[u8]) -> Share {
    let (agreed, all) = (u64::from(agreement(a, b)), a.len().max(1) as u64);
    let above = (256 * agreed).saturating_sub(all);
    Share((above * 1_000_000 / (255 * all)) as u32)
}

#[cfg(test)]
mod tests {
    use super::super::{Signer, mix};
    use super::*;

    #[test]
    fn the_estimate_is_unbiased() {
        for (shared, jaccard) in [(0u64, 0.0), (100, 1.0 / 7.0), (200, 1.0 / 3.0), (300, 0.6)] {
            let (mut sum, pairs) = (0.0, 2_000);
            for pair in 0..pairs {
                let set = |from: u64| (from..from + 400).map(|i| mix((pair << 16) + i));
                let sketch_of = |set: Vec<u64>| {
                    let (mut signature, mut out) = (Vec::new(), Vec::new());
                    Signer::new(128).sign(&set, &mut signature);
                    sketch(&signature, &mut out);
                    out
                };
                let (a, b) = (
                    sketch_of(set(0).collect()),
                    sketch_of(set(400 - shared).collect()),
                );
                sum += estimate(&a, &b);
            }
            let mean = sum / pairs as f64;
            assert!((mean - jaccard).abs() < 0.004, "{mean} of {jaccard}");
        }
    }

    #[test]
    fn equal_sketches_are_wholly_alike() {
        let bytes: Vec<u8> = (0..=255).chain(0..44).collect();
        assert_eq!(estimated(&bytes, &bytes), Share(1_000_000));
        let others: Vec<u8> = bytes.iter().map(|byte| !byte).collect();
        assert_eq!(estimated(&bytes, &others), Share(0));
    }
}
