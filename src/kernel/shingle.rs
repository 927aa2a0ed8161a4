//! Shingles: every `k` consecutive tokens of a text, hashed.

use std::fmt;

use multiversion::multiversion;

use super::mix;

/// Odd, so that no token's hash is lost in it.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// Appends the hash of every run of `k` consecutive tokens to `shingles`, in reading order, repeats included.
///
/// A text of fewer than `k` tokens is one shingle; a text of none has none. The hash is a rolling polynomial over the
/// token hashes (Karp, Rabin: *Efficient randomized pattern-matching algorithms*, 1987, modulo 2^64), mixed at the end: one
/// multiplication for the token that comes and one for the one that goes. Short shingles are hashed side by side instead,
/// which gives the same. It never changes between versions.
pub fn shingles(tokens: &[u64], k: usize, shingles: &mut Vec<u64>) {
    let k = k.min(tokens.len());
    if k == 0 {
        return;
    }
    let from = shingles.len();
    shingles.resize(from + tokens.len() + 1 - k, 0);
    if k <= SHORT {
        side_by_side(tokens, k, &mut shingles[from..]);
    } else {
        rolling(tokens, k, &mut shingles[from..]);
    }
}

/// Up to so many tokens a shingle is hashed from its own tokens, which is quicker than to roll on.
const SHORT: usize = 8;

/// Each shingle from its own tokens: none waits for another.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
fn side_by_side(tokens: &[u64], k: usize, shingles: &mut [u64]) {
    if k == 5
        && let [_, b @ ..] = tokens
        && let [_, c @ ..] = b
        && let [_, d @ ..] = c
        && let [_, e @ ..] = d
    {
        let five = tokens.iter().zip(b).zip(c).zip(d).zip(e);
        for (shingle, ((((&a, &b), &c), &d), &e)) in shingles.iter_mut().zip(five) {
            let hash = [b, c, d, e]
                .into_iter()
                .fold(a, |hash, token| hash.wrapping_mul(BASE).wrapping_add(token));
            *shingle = mix(hash ^ 5);
        }
        return;
    }
    for (shingle, run) in shingles.iter_mut().zip(tokens.windows(k)) {
        *shingle = mix(run.iter().fold(0, add) ^ k as u64);
    }
}

/// Each shingle from the one before it.
fn rolling(tokens: &[u64], k: usize, shingles: &mut [u64]) {
    let gone = BASE.wrapping_pow(k as u32);
    let mut hash = tokens[..k].iter().fold(0, add);
    // The length goes in too, so that a short text is not a piece of a longer one.
    let firsts = tokens.iter().copied();
    let nexts = tokens[k..].iter().copied().chain([0]);
    for (shingle, (first, next)) in shingles.iter_mut().zip(firsts.zip(nexts)) {
        *shingle = mix(hash ^ k as u64);
        hash = add(hash, &next).wrapping_sub(first.wrapping_mul(gone));
    }
}

fn add(hash: u64, token: &u64) -> u64 {
    hash.wrapping_mul(BASE).wrapping_add(*token)
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
///
/// Tables show it with four decimals, rounded half up, in integer arithmetic: the same on every machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(pub u32);

impl Share {
    /// `part / whole`, rounded down; 0 where `whole` is 0.
    pub fn ratio(part: u32, whole: u32) -> Share {
        if whole == 0 {
            return Share(0);
        }
        Share((u64::from(part) * 1_000_000 / u64::from(whole)) as u32)
    }

    /// In ten-thousandths, rounded half up, at most 10,000: what tables show.
    pub(crate) fn ten_thousandths(self) -> u32 {
        (self.0.min(1_000_000) + 50) / 100
    }

    /// The number of at most four decimals that tables show.
    pub(crate) fn rounded(self) -> f64 {
        // The division rounds to the double nearest to the decimal, which prints as that decimal.
        f64::from(self.ten_thousandths()) / 10_000.0
    }
}

/// With four decimals.
impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.ten_thousandths();
        write!(f, "{}.{:04}", shown / 10_000, shown % 10_000)
    }
}

/// As a number from 0 to 1, with all six decimals.
impl serde::Serialize for Share {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_f64(f64::from(self.0) / 1e6)
    }
}

impl Overlap {
    /// Counts what two ascending sets share.
    pub fn of(a: &[u64], b: &[u64]) -> Overlap {
        Overlap {
            shared: count_shared(a, b) as u32,
            sizes: (a.len() as u32, b.len() as u32),
        }
    }

    /// What two ascending sets share.
    pub fn shared(a: &[u64], b: &[u64]) -> Vec<u64> {
        let mut shared = Vec::new();
        list_shared(a, b, &mut shared);
        shared
    }

    /// `|A ∩ B| / |A ∪ B|`.
    pub fn jaccard(self) -> Share {
        Share::ratio(self.shared, self.sizes.0 + self.sizes.1 - self.shared)
    }

    /// `|A ∩ B| / min(|A|, |B|)`: how much of the smaller set the larger one holds.
    pub fn containment(self) -> Share {
        Share::ratio(self.shared, self.sizes.0.min(self.sizes.1))
    }
}

/// So many hashes of each set are compared at once, all with all: what is shared cannot be foretold, and a merge that goes
/// one by one waits for each comparison before the next (`cargo bench --bench kernel`, `overlap`).
const LANES: usize = 8;

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
fn count_shared(a: &[u64], b: &[u64]) -> u64 {
    let mut lanes = [0; LANES];
    let (rest_a, rest_b) = meet_by_lanes(a, b, |_, met| {
        for (sum, met) in lanes.iter_mut().zip(met) {
            *sum += met;
        }
    });
    let mut sum = lanes.iter().sum();
    merge(rest_a, rest_b, |_| sum += 1);
    sum
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
fn list_shared(a: &[u64], b: &[u64], shared: &mut Vec<u64>) {
    let (rest_a, rest_b) = meet_by_lanes(a, b, |hashes, met| {
        if met.iter().sum::<u64>() > 0 {
            let met = hashes.iter().zip(met).filter(|&(_, met)| met > 0);
            shared.extend(met.map(|(&hash, _)| hash));
        }
    });
    merge(rest_a, rest_b, |hash| shared.push(hash));
}

/// Hands on hashes of `b`, with a one for each that `a` has too, until one set has fewer than [`LANES`] left; says what is
/// left of both.
#[inline(always)]
fn meet_by_lanes<'a>(
    mut a: &'a [u64],
    mut b: &'a [u64],
    mut met: impl FnMut(&[u64; LANES], [u64; LANES]),
) -> (&'a [u64], &'a [u64]) {
    while let (Some(x), Some(y)) = (a.first_chunk::<LANES>(), b.first_chunk::<LANES>()) {
        let mut both = [0; LANES];
        for one in x {
            for (both, other) in both.iter_mut().zip(y) {
                *both += u64::from(one == other);
            }
        }
        met(y, both);
        let (last_x, last_y) = (x[LANES - 1], y[LANES - 1]);
        a = &a[LANES * usize::from(last_x <= last_y)..];
        b = &b[LANES * usize::from(last_y <= last_x)..];
    }
    (a, b)
}

/// Hands on what two ascending sets share, one by one.
#[inline(always)]
fn merge(a: &[u64], b: &[u64], mut shared: impl FnMut(u64)) {
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        let (x, y) = (a[i], b[j]);
        if x == y {
            shared(x);
        }
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(tokens: &[u64], k: usize) -> Vec<u64> {
        let mut found = Vec::new();
        shingles(tokens, k, &mut found);
        found
    }

    #[test]
    fn shares_round_half_up_to_four_decimals() {
        let shown = |millionths| Share(millionths).to_string();
        assert_eq!(shown(0), "0.0000");
        assert_eq!(shown(49), "0.0000");
        assert_eq!(shown(50), "0.0001");
        assert_eq!(shown(700_049), "0.7000");
        assert_eq!(shown(700_050), "0.7001");
        assert_eq!(shown(999_949), "0.9999");
        assert_eq!(shown(999_950), "1.0000");
        assert_eq!(shown(1_000_000), "1.0000");
        assert_eq!(shown(u32::MAX), "1.0000");
    }

    #[test]
    fn a_shingle_is_its_tokens_wherever_it_stands() {
        let text: Vec<u64> = (0..40).map(mix).collect();
        for k in [1, 2, 5, 8, 9, 39] {
            let rolled = hashes(&text, k);
            let alone: Vec<u64> = text.windows(k).flat_map(|run| hashes(run, k)).collect();
            assert_eq!(rolled, alone, "{k}");
            let mut one_by_one = vec![0; rolled.len()];
            rolling(&text, k, &mut one_by_one);
            assert_eq!(rolled, one_by_one, "{k}");
        }
    }

    #[test]
    fn what_two_sets_share_is_what_both_hold() {
        for (count, kinds) in [
            (0, 1),
            (7, 9),
            (8, 9),
            (30, 60),
            (97, 150),
            (400, 500),
            (400, 5_000),
        ] {
            let set = |seed: u64| {
                let drawn = (0..count).map(|at| mix(mix(seed ^ at << 8) % kinds));
                drawn.collect::<std::collections::BTreeSet<u64>>()
            };
            let (a, b) = (set(1), set(2));
            let both: Vec<u64> = a.intersection(&b).copied().collect();
            let (a, b): (Vec<u64>, Vec<u64>) = (a.into_iter().collect(), b.into_iter().collect());
            assert_eq!(Overlap::shared(&a, &b), both, "{count} of {kinds}");
            assert_eq!(Overlap::of(&a, &b).shared as usize, both.len());
            assert_eq!(Overlap::of(&a, &a).shared as usize, a.len());
            assert_eq!(
                Overlap::of(&b[b.len() / 2..], &b).shared as usize,
                b.len().div_ceil(2)
            );
        }
    }

    #[test]
    fn order_and_length_tell_shingles_apart() {
        let [a, b] = [mix(1), mix(2)];
        let all = [
            hashes(&[a, b], 5),
            hashes(&[b, a], 5),
            hashes(&[a], 5),
            hashes(&[0, a], 5),
        ];
        assert!(all.iter().all(|one| one.len() == 1));
        for (at, one) in all.iter().enumerate() {
            assert!(all[at + 1..].iter().all(|other| one != other));
        }
        assert!(hashes(&[], 5).is_empty());
    }

    #[test]
    fn the_hash_of_a_shingle_never_changes() {
        assert_eq!(hashes(&[1, 2, 3, 4, 5, 6], 5), FROZEN);
    }

    const FROZEN: [u64; 2] = [8_390_391_125_962_642_296, 16_700_973_676_994_379_142];
}
