//! Sorting by keys: what is sorted begins with a hash, so the upper bits of it say about where each entry belongs.
//!
//! Entries are thrown to places by eight bits of their keys, then within each place by the next, until a few are left that
//! are compared (MacIlroy, Bostic, McIlroy: *Engineering radix sort*, 1993, with a spare array instead of cycles). Where
//! keys are not spread, because many are one, comparing does it all.

use rayon::prelude::*;

use super::Keyed;

/// So few entries are compared at once.
const FEW: usize = 32;
/// So many bits of a key are looked at together.
const BITS: u32 = 8;
/// From so many entries on, several threads sort them.
const MANY: usize = 1 << 14;

/// Sorts entries whose keys agree in their first `known` bits.
pub(crate) fn sort<T: Keyed>(entries: &mut [T], known: u32) {
    let mut spare = entries.to_vec();
    sort_with(entries, &mut spare, known);
}

/// The same on several threads.
pub(super) fn par_sort<T: Keyed>(entries: &mut [T], known: u32) {
    if entries.len() < MANY || known + BITS > u64::BITS {
        return sort(entries, known);
    }
    let mut spare = entries.to_vec();
    let Some(ends) = throw(entries, &mut spare, (known, BITS)) else {
        return entries.par_sort_unstable();
    };
    let (mut places, mut start) = (Vec::with_capacity(ends.len()), 0);
    let (mut entries, mut spare) = (entries, spare.as_mut_slice());
    for end in ends {
        let (place, rest) = entries.split_at_mut(end - start);
        let (own, others) = spare.split_at_mut(end - start);
        places.push((place, own));
        (entries, spare, start) = (rest, others, end);
    }
    let places = places.into_par_iter();
    places.for_each(|(place, spare)| sort_with(place, spare, known + BITS));
}

/// All entries of some parts in order, in pieces of which each has its own upper bits.
pub(super) fn sorted<T: Keyed>(mut parts: Vec<Vec<T>>, known: u32) -> Vec<Vec<T>> {
    if parts.iter().map(Vec::len).sum::<usize>() < MANY {
        let mut all = parts.concat();
        sort(&mut all, known);
        return vec![all];
    }
    let ends: Vec<Places> = parts
        .par_iter_mut()
        .map(|part| {
            let spare = part.clone();
            throw_all(part, &spare, (known, BITS))
        })
        .collect();
    let pieces = (0..1 << BITS).into_par_iter().map(|place: usize| {
        let here = parts.iter().zip(&ends).map(|(part, ends)| {
            let start = place.checked_sub(1).map_or(0, |before| ends[before]);
            &part[start..ends[place]]
        });
        let mut piece = Vec::with_capacity(here.clone().map(<[T]>::len).sum());
        here.for_each(|entries| piece.extend_from_slice(entries));
        sort(&mut piece, known + BITS);
        piece
    });
    pieces.collect()
}

/// Where the entries of each place end.
type Places = [usize; 1 << BITS];

/// Sorts with as much room as the entries take.
fn sort_with<T: Keyed>(entries: &mut [T], spare: &mut [T], known: u32) {
    let bits = BITS.min(entries.len().max(FEW).ilog2() - 2);
    let places = (entries.len() > FEW && known + bits <= u64::BITS)
        .then(|| throw(entries, &mut *spare, (known, bits)));
    let Some(Some(ends)) = places else {
        return entries.sort_unstable();
    };
    let mut start = 0;
    for &end in &ends[..1 << bits] {
        if end - start > 1 {
            sort_with(
                &mut entries[start..end],
                &mut spare[start..end],
                known + bits,
            );
        }
        start = end;
    }
}

/// Throws entries to their places, unless most would come to one; says where each place ends.
fn throw<T: Keyed>(entries: &mut [T], spare: &mut [T], digit: (u32, u32)) -> Option<Places> {
    let counts = count(entries, digit);
    if counts.iter().any(|&count| count > entries.len() / 4 * 3) {
        return None;
    }
    spare.copy_from_slice(entries);
    Some(place(entries, spare, counts, digit))
}

/// Throws entries to their places; `spare` is the same entries.
fn throw_all<T: Keyed>(entries: &mut [T], spare: &[T], digit: (u32, u32)) -> Places {
    let counts = count(entries, digit);
    place(entries, spare, counts, digit)
}

/// How many entries belong to each place: to be told from `bits` bits of the key behind those that are known.
fn count<T: Keyed>(entries: &[T], digit: (u32, u32)) -> Places {
    let mut counts = [0; 1 << BITS];
    for entry in entries {
        counts[of(entry, digit)] += 1;
    }
    counts
}

fn place<T: Keyed>(entries: &mut [T], spare: &[T], counts: Places, digit: (u32, u32)) -> Places {
    let (mut places, mut before) = (counts, 0);
    for place in &mut places {
        before += std::mem::replace(place, before);
    }
    for entry in spare {
        let at = &mut places[of(entry, digit)];
        entries[*at] = *entry;
        *at += 1;
    }
    places
}

fn of<T: Keyed>(entry: &T, (known, bits): (u32, u32)) -> usize {
    (entry.key() << known >> (u64::BITS - bits)) as usize % (1 << BITS)
}

#[cfg(test)]
mod tests {
    use super::super::Hashed;
    use super::*;
    use crate::kernel::mix;

    fn entries(count: u64, kinds: u64, known: u32) -> Vec<Hashed> {
        let entry = |number: u64| Hashed {
            hash: mix(number % kinds) >> known,
            number: mix(number),
        };
        (0..count).map(entry).collect()
    }

    #[test]
    fn entries_are_in_order_however_many_and_however_often_their_keys_repeat() {
        for (count, kinds) in [
            (0, 1),
            (1, 1),
            (31, 9),
            (33, 9),
            (500, 1),
            (500, 2),
            (3_000, 3_000),
            (40_000, 1),
            (40_000, 3),
            (40_000, 300),
            (70_000, u64::MAX),
        ] {
            for known in [0, 20, 60, 63] {
                let unsorted = entries(count, kinds, known);
                let mut expected = unsorted.clone();
                expected.sort_unstable();
                let mut alone = unsorted.clone();
                sort(&mut alone, known);
                assert_eq!(alone, expected, "{count} of {kinds} kinds");
                let mut together = unsorted.clone();
                par_sort(&mut together, known);
                assert_eq!(together, expected, "{count} of {kinds} kinds");
                let parts = unsorted.chunks(1_000).map(<[Hashed]>::to_vec).collect();
                let pieces = sorted(parts, known);
                assert_eq!(pieces.concat(), expected, "{count} of {kinds} kinds");
                let ends = pieces
                    .iter()
                    .filter_map(|piece| Some((piece.first()?.hash, piece.last()?.hash)));
                let ends: Vec<(u64, u64)> = ends.collect();
                assert!(ends.windows(2).all(|two| two[0].1 < two[1].0));
            }
        }
    }
}
