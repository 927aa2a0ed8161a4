//! Meeting as in a dump far larger than a test can hold: hashes have as many bits fewer as there are fewer texts.

use super::buckets::BandKey;
use super::*;
use crate::kernel::Signer;
use crate::kernel::mix;
use crate::spill::ColumnWriter;

const TEXTS: u64 = 3_000;
/// 10^9 texts are 2^18.4 times as many.
const FEWER: u32 = 19;

/// Long texts of which each two share what makes them versions, or one an excerpt of the other, and nobody else anything.
fn sets() -> Vec<Vec<u64>> {
    let text = |text: u64| {
        let pair = text / 2;
        let shingle = |of: u64, at: u64| mix(mix(of) ^ at);
        let own = 300 + mix(pair) % 900;
        // Jaccard similarities from 0.23 to 0.82.
        let shared = own * (6 + mix(pair ^ 1 << 40) % 84) / 10;
        let own = if pair.is_multiple_of(5) && text.is_multiple_of(2) {
            10
        } else {
            own
        };
        let both = (0..shared).map(|at| shingle(pair, at));
        let alone = (0..own).map(|at| shingle(1 << 50 | text, at));
        both.chain(alone).collect()
    };
    (0..TEXTS).map(text).collect()
}

/// The candidates among texts where only so many bits of an anchor's hash and of a band's key are known.
fn candidates_by(sets: &[Vec<u64>], anchor_bits: u32, key_bits: u32) -> Result<Vec<Pair>> {
    let budget = MemoryBudget::default();
    let cut = Cut::new(Banding::plan(0.7, 0.99, 128), 128, 0);
    let (rows, keys) = (AnchorsWriter::new(&budget), ColumnWriter::new(&budget));
    let mut signer = Signer::new(128);
    let masked = |anchor: u64| {
        let hash = anchor >> 17 << 16 | anchor & 0xffff;
        let hash = hash >> (47 - anchor_bits) << (47 - anchor_bits);
        hash >> 16 << 17 | anchor & 1 << 16 | hash & 0xffff
    };
    for (batch, sets) in sets.chunks(256).enumerate() {
        let (mut all, mut ends, mut of_batch) = (Vec::new(), Vec::new(), Vec::new());
        for set in sets {
            let (mut own, mut signature) = (Vec::new(), Vec::new());
            anchors(set, &mut own);
            own.iter_mut().for_each(|anchor| *anchor = masked(*anchor));
            own.dedup();
            all.extend(own);
            ends.push(all.len() as u32);
            signer.sign(set, &mut signature);
            cut.keys(&signature, &mut of_batch);
        }
        rows.push(batch, &all, ends)?;
        let masked = |key: &BandKey| BandKey::of(key.hash() >> (64 - key_bits) << (64 - key_bits));
        keys.push(batch, of_batch.iter().map(masked).collect())?;
    }
    let (rows, lower) = rows.finish(&budget)?;
    let bands = keys.finish();
    let numbers: Vec<u32> = (0..sets.len() as u32).collect();
    let shingles: Vec<u32> = sets.iter().map(|set| set.len() as u32).collect();
    let met_by = CandidateKeys {
        keys: MeetingKeys { bands, lower },
        bands: cut.bands(),
        anchors: &rows,
        addresses: crate::spill::Sorter::new(&budget).finish()?,
    };
    let rows = Rows {
        articles: &numbers,
        of_article: &numbers,
        shingles: &shingles,
    };
    let mut pairs = Vec::new();
    candidates(met_by, &rows, &budget)?
        .pairs
        .scan(|_, numbers| {
            pairs.extend(numbers.iter().copied().map(as_pair));
            Ok(())
        })?;
    Ok(pairs)
}

/// The share of the pairs that were found, and how many others were for each of them.
fn found(pairs: &[Pair]) -> (f64, f64) {
    let is_true = |&&(a, b): &&Pair| a / 2 == b / 2;
    let (found, all) = (pairs.iter().filter(is_true).count(), (TEXTS / 2) as f64);
    (found as f64 / all, (pairs.len() - found) as f64 / all)
}

#[test]
fn among_a_billion_articles_versions_meet_and_strangers_do_not() -> Result<()> {
    let sets = sets();
    let (recall, strangers) = found(&candidates_by(&sets, 47, 48)?);
    assert!(recall >= 0.995 && strangers == 0.0, "{recall} {strangers}");
    let (recall, strangers) = found(&candidates_by(&sets, 47 - FEWER, 48 - FEWER)?);
    assert!(recall >= 0.995 && strangers < 0.01, "{recall} {strangers}");
    // Half of these bits would not do, so the test sees what it is after.
    let (recall, _) = found(&candidates_by(&sets, 31 - FEWER, 32 - FEWER)?);
    assert!(recall < 0.9, "{recall}");
    Ok(())
}

#[test]
fn versions_and_excerpts_of_what_a_hundred_papers_print_find_it_and_cost_no_more_than_their_number()
-> Result<()> {
    // A Jaccard similarity of about a fifth between any two versions, and excerpts of a sixth of the text.
    let shingle = |of: u64, at: u64| mix(mix(of) ^ at);
    let version = |paper: u64| {
        let kept = (0..600).filter(move |at| mix(paper ^ at << 20) % 10 < 6);
        let own = (0..300).map(move |at| shingle(paper, at));
        kept.map(|at| shingle(0, at)).chain(own).collect()
    };
    let excerpt = |number: u64| {
        (number * 5..number * 5 + 100)
            .map(|at| shingle(0, at))
            .collect()
    };
    let mut sets: Vec<Vec<u64>> = (1..=400).map(version).collect();
    sets.extend((0..60).map(excerpt));
    let pairs = candidates_by(&sets, 47, 48)?;
    let mut group: Vec<u32> = (0..sets.len() as u32).collect();
    for &(a, b) in &pairs {
        let (a, b) = (group[a as usize], group[b as usize]);
        group
            .iter_mut()
            .filter(|group| **group == b)
            .for_each(|group| *group = a);
    }
    assert!(group.iter().all(|&other| other == group[0]), "{group:?}");
    assert!(pairs.len() < 20 * sets.len(), "{}", pairs.len());
    Ok(())
}
