//! Signatures: the MinHash values of a shingle set, by Fast Similarity Sketching.

use multiversion::multiversion;

/// Signs shingle sets with `num_hashes` MinHash values.
///
/// Fast Similarity Sketching (Dahlgaard, Knudsen, Thorup: *Fast Similarity Sketching*, FOCS 2017, section 2): in round
/// `i` every shingle is thrown into one random slot with the value `i` plus a random fraction, and each slot keeps its
/// smallest value; rounds end when no slot is empty, and after `num_hashes` rounds each round fills one slot outright.
/// The share of slots in which two signatures agree estimates the Jaccard similarity without bias, and with a variance
/// no larger than that of `num_hashes` independent permutations, for sets of any size.
#[derive(Clone, Debug)]
pub struct Signer {
    num_hashes: usize,
    rounds: Vec<u64>,
    slots: Vec<u64>,
    thrown: Vec<u64>,
}

const EMPTY: u64 = u64::MAX;

impl Signer {
    /// A signer for signatures of `num_hashes` values.
    pub fn new(num_hashes: usize) -> Signer {
        let rounds = (0..2 * num_hashes as u64)
            .map(|i| mix(mix(i + 1)) | 1)
            .collect();
        Signer {
            num_hashes,
            rounds,
            slots: vec![EMPTY; num_hashes],
            thrown: Vec::new(),
        }
    }

    /// Appends the signature of a shingle set, `num_hashes` values, to `out`; repeats in `shingles` change nothing.
    ///
    /// Returns `false`, and appends nothing, for a set without shingles: it has no signature.
    pub fn sign(&mut self, shingles: &[u64], out: &mut Vec<u32>) -> bool {
        if shingles.is_empty() {
            return false;
        }
        self.slots.fill(EMPTY);
        let places = self.num_hashes as u64;
        throw(shingles, self.rounds[0], places, &mut self.thrown);
        let mut empty = self.num_hashes - keep(&mut self.slots, &self.thrown);
        for round in 1..2 * self.num_hashes {
            if empty == 0 {
                break;
            }
            let (key, height) = (self.rounds[round], (round as u64) << 32);
            empty -= match round.checked_sub(self.num_hashes) {
                None => {
                    throw(shingles, key, places, &mut self.thrown);
                    keep_more(&mut self.slots, &self.thrown, height)
                }
                Some(slot) => fill(&mut self.slots[slot], shingles, (key, height)),
            };
        }
        out.extend(
            self.slots
                .iter()
                .map(|&value| (value ^ (value >> 32).wrapping_mul(0x9e37_79b9)) as u32),
        );
        true
    }
}

/// Throws every shingle: into which of `places` slots, in the upper half, and with which value, in the lower.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
fn throw(shingles: &[u64], key: u64, places: u64, thrown: &mut Vec<u64>) {
    const HALF: u64 = 0xffff_ffff;
    thrown.resize(shingles.len(), 0);
    for (thrown, &shingle) in thrown.iter_mut().zip(shingles) {
        let hash = mix(shingle ^ key);
        *thrown = ((hash >> 32) * places) & !HALF | hash & HALF;
    }
}

/// Lets each slot keep the least value thrown into it, in the first round.
fn keep(slots: &mut [u64], thrown: &[u64]) -> usize {
    for &throw in thrown {
        let slot = &mut slots[(throw >> 32) as usize];
        *slot = (*slot).min(throw & 0xffff_ffff);
    }
    slots.iter().filter(|&&slot| slot != EMPTY).count()
}

/// The same in a later round, where only what was empty before can keep anything, since whatever an earlier round threw
/// lies lower than `height`. Returns how many empty slots were filled.
fn keep_more(slots: &mut [u64], thrown: &[u64], height: u64) -> usize {
    let mut filled = 0;
    for &throw in thrown {
        let slot = &mut slots[(throw >> 32) as usize];
        if *slot >= height {
            filled += usize::from(*slot == EMPTY);
            *slot = (*slot).min(height | (throw & 0xffff_ffff));
        }
    }
    filled
}

/// One of the last rounds: throws every shingle into one slot. Returns whether that was empty, as a count.
fn fill(slot: &mut u64, shingles: &[u64], (key, height): (u64, u64)) -> usize {
    if *slot != EMPTY {
        return 0;
    }
    let hashes = shingles.iter().map(|&shingle| mix(shingle ^ key));
    let least = hashes.map(|hash| hash & 0xffff_ffff).min();
    *slot = least.map_or(EMPTY, |value| height | value);
    1
}

/// In how many slots two signatures agree.
pub fn agreement(a: &[u32], b: &[u32]) -> u32 {
    a.iter().zip(b).map(|(x, y)| u32::from(x == y)).sum()
}

/// A permutation of the 64-bit words with every output bit hanging on every input bit (the finalizer of SplitMix64).
#[inline(always)]
pub(crate) fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bias and root-mean-square error of the estimate over `pairs` random pairs.
    fn errors(size: usize, jaccard: f64, pairs: u64, num_hashes: usize) -> (f64, f64, f64) {
        let shared = (2.0 * size as f64 * jaccard / (1.0 + jaccard)).round() as u64;
        let exact = shared as f64 / (2.0 * size as f64 - shared as f64);
        let mut signer = Signer::new(num_hashes);
        let (mut bias, mut square) = (0.0, 0.0);
        for pair in 0..pairs {
            let base = mix(pair) & !0xffff_ffff;
            let a: Vec<u64> = (0..size as u64).map(|i| mix(base + i)).collect();
            let b: Vec<u64> = (size as u64 - shared..2 * size as u64 - shared)
                .map(|i| mix(base + i))
                .collect();
            let (mut x, mut y) = (Vec::new(), Vec::new());
            signer.sign(&a, &mut x);
            signer.sign(&b, &mut y);
            let error = f64::from(agreement(&x, &y)) / num_hashes as f64 - exact;
            bias += error;
            square += error * error;
        }
        (exact, bias / pairs as f64, (square / pairs as f64).sqrt())
    }

    #[test]
    fn the_estimate_is_unbiased_and_within_its_theoretical_error_for_sets_of_any_size() {
        for (size, pairs) in [(10, 10_000), (50, 10_000), (400, 10_000), (5_000, 500)] {
            for jaccard in [0.2, 0.5, 0.8] {
                let (exact, bias, rmse) = errors(size, jaccard, pairs, 128);
                let ideal = (exact * (1.0 - exact) / 128.0).sqrt();
                let slack = 4.0 * ideal / (2.0 * pairs as f64).sqrt();
                assert!(
                    bias.abs() < 0.005,
                    "bias {bias} at {size} shingles, Jaccard {jaccard}"
                );
                assert!(
                    rmse <= 1.05 * ideal + slack,
                    "error {rmse}, ideal {ideal} at {size}, Jaccard {jaccard}"
                );
            }
        }
    }

    #[test]
    fn a_set_without_shingles_has_no_signature() {
        let mut out = Vec::new();
        assert!(!Signer::new(16).sign(&[], &mut out));
        assert!(out.is_empty());
    }

    #[test]
    fn order_and_repeats_change_nothing() {
        let mut signer = Signer::new(100);
        let (mut a, mut b) = (Vec::new(), Vec::new());
        signer.sign(&[1, 2, 3], &mut a);
        signer.sign(&[3, 1, 2, 2, 1], &mut b);
        assert_eq!(a, b);
        assert_eq!(a.len(), 100);
    }

    /// The signature as its definition has it: shingle by shingle, round by round.
    fn plainly(shingles: &[u64], num_hashes: usize) -> Vec<u32> {
        let mut slots = vec![EMPTY; num_hashes];
        for round in 0..2 * num_hashes {
            let key = mix(mix(round as u64 + 1)) | 1;
            for &shingle in shingles {
                let hash = mix(shingle ^ key);
                let slot = round
                    .checked_sub(num_hashes)
                    .unwrap_or(((hash >> 32) as usize * num_hashes) >> 32);
                slots[slot] = slots[slot].min((round as u64) << 32 | hash & 0xffff_ffff);
            }
            if !slots.contains(&EMPTY) {
                break;
            }
        }
        let value = |slot: u64| (slot ^ (slot >> 32).wrapping_mul(0x9e37_79b9)) as u32;
        slots.into_iter().map(value).collect()
    }

    #[test]
    fn vector_registers_give_the_bits_of_the_definition() {
        for count in (1..40).chain([63, 64, 65, 400, 1_001]) {
            for num_hashes in [1, 16, 100, 128] {
                let set: Vec<u64> = (0..count).map(|i| mix(count << 20 | i)).collect();
                let mut signature = Vec::new();
                Signer::new(num_hashes).sign(&set, &mut signature);
                assert_eq!(signature, plainly(&set, num_hashes), "{count} {num_hashes}");
            }
        }
    }

    #[test]
    fn a_signature_never_changes() {
        let mut signature = Vec::new();
        let set: Vec<u64> = (0..100).map(mix).collect();
        Signer::new(4).sign(&set, &mut signature);
        assert_eq!(signature, plainly(&set, 4));
        assert_eq!(signature, FROZEN);
    }

    const FROZEN: [u32; 4] = [228_213_363, 61_704_413, 60_818_781, 115_180_913];
}
