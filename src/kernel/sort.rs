//! Putting hashes in order: they are spread evenly, so where one belongs is known from its upper bits.

/// Fewer hashes than this are sorted as any numbers are.
const FEW: usize = 80;
/// More hashes than this are too, ...
const MANY: usize = 1024;
/// ... and up to so many are sorted in a smaller table, which is cleared sooner.
const SOME: usize = 256;
/// So many hashes in one place say that they are not spread evenly: a text repeats itself.
const CROWD: u16 = 12;

/// Sorts hashes ascending, given how the upper 32 bits of each are read.
///
/// Each is thrown to its place among about as many places as there are hashes, and the few that fell into one are put in
/// order: about half the time of a sort that compares (`cargo bench --bench kernel`, `anchors`, `sorted set`).
pub(crate) fn sort_hashes<T: Copy + Ord + Default>(hashes: &mut [T], upper: impl Fn(T) -> u32) {
    let count = hashes.len();
    let is_sorted = if (FEW..=SOME).contains(&count) {
        throw::<T, SOME, { 2 * SOME }>(hashes, upper)
    } else {
        (SOME..=MANY).contains(&count) && throw::<T, MANY, { 2 * MANY }>(hashes, upper)
    };
    if !is_sorted {
        hashes.sort_unstable();
    }
}

/// Sorts up to `MOST` hashes by `PLACES` places, unless they crowd together; says whether it did.
fn throw<T: Copy + Ord + Default, const MOST: usize, const PLACES: usize>(
    hashes: &mut [T],
    upper: impl Fn(T) -> u32,
) -> bool {
    let bits = (2 * hashes.len() - 1).ilog2();
    let place = |hash: T| (upper(hash) >> (32 - bits)) as usize % PLACES;
    let mut places = [0u16; PLACES];
    for &hash in hashes.iter() {
        places[place(hash)] += 1;
    }
    let (mut before, mut most) = (0, 0);
    for count in &mut places[..1 << bits] {
        most = most.max(*count);
        before += std::mem::replace(count, before);
    }
    if most > CROWD {
        return false;
    }
    let mut spare = [T::default(); MOST];
    let spare = &mut spare[..hashes.len()];
    spare.copy_from_slice(hashes);
    for &hash in spare.iter() {
        let at = &mut places[place(hash)];
        hashes[usize::from(*at)] = hash;
        *at += 1;
    }
    for at in 1..hashes.len() {
        let hash = hashes[at];
        let mut to = at;
        while to > 0 && hashes[to - 1] > hash {
            hashes[to] = hashes[to - 1];
            to -= 1;
        }
        hashes[to] = hash;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::mix;

    #[test]
    fn hashes_are_in_order_however_many_and_however_often_repeated() {
        for count in [0, 1, 79, 80, 81, 255, 256, 257, 400, 1_024, 1_025] {
            for kinds in [1, 3, count / 2 + 1, u64::MAX] {
                let hashes: Vec<u64> = (0..count).map(|at| mix(at % kinds)).collect();
                let mut sorted = hashes.clone();
                sorted.sort_unstable();
                let mut placed = hashes;
                sort_hashes(&mut placed, |hash| (hash >> 32) as u32);
                assert_eq!(placed, sorted, "{count} of {kinds} kinds");
                let small = |hash: u64| (hash >> 32) as u32;
                let mut placed: Vec<u32> = placed.into_iter().rev().map(small).collect();
                sort_hashes(&mut placed, |hash| hash);
                assert!(placed.is_sorted());
            }
        }
    }
}
