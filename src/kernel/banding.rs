//! Banding: how a signature is cut so that similar articles meet.

use super::logarithm::ln;

/// Cuts each signature into `bands` slices of `rows` hashes.
///
/// Articles that agree on any whole band become candidates. More bands find more pairs; more rows demand closer ones. A
/// pair of Jaccard similarity `s` is found with probability `1 - (1 - s^rows)^bands` (Leskovec, Rajaraman, Ullman:
/// *Mining of Massive Datasets*, section 3.4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Banding {
    /// How many slices.
    pub bands: usize,
    /// How many hashes each slice has.
    pub rows: usize,
}

impl Banding {
    /// The banding with the most rows that finds pairs of Jaccard `threshold` with probability `recall` or more.
    ///
    /// Most rows, since they cost the fewest candidates. Where even single rows cannot reach the recall with
    /// `num_hashes` hashes, all of them are bands.
    pub fn plan(threshold: f64, recall: f64, num_hashes: usize) -> Banding {
        let hashes = |rows: usize| bands_for(threshold, recall, rows).saturating_mul(rows);
        let enough = |rows: &usize| hashes(*rows) <= num_hashes;
        match (1..=num_hashes).take_while(enough).last() {
            Some(rows) => Banding {
                bands: bands_for(threshold, recall, rows),
                rows,
            },
            None => Banding {
                bands: num_hashes,
                rows: 1,
            },
        }
    }

    /// The probability that a pair of this Jaccard similarity agrees on a band.
    pub fn recall_at(self, similarity: f64) -> f64 {
        1.0 - power(1.0 - power(similarity, self.rows), self.bands)
    }
}

/// So many bands are needed for a recall. The same on every machine: a plan decides who meets.
fn bands_for(threshold: f64, recall: f64, rows: usize) -> usize {
    let one = power(threshold, rows);
    if one >= 1.0 {
        return 1;
    }
    let not_one = ln(1.0 - one);
    if not_one == 0.0 {
        return usize::MAX;
    }
    // A recall of 1 is asked for as all but one in a million.
    let missed = (1.0 - recall).max(1e-6);
    (ln(missed) / not_one).ceil().max(1.0) as usize
}

/// A power by multiplications alone, which round the same on every machine.
fn power(base: f64, exponent: usize) -> f64 {
    (0..exponent).fold(1.0, |power, _| power * base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plan_reaches_its_recall_with_as_many_rows_as_it_can() {
        let plan = Banding::plan(0.5, 0.99, 128);
        assert_eq!(plan, Banding { bands: 35, rows: 3 });
        assert!(plan.recall_at(0.5) >= 0.99);
        let plan = Banding::plan(0.7, 0.99, 128);
        assert_eq!(plan, Banding { bands: 17, rows: 4 });
        assert_eq!(Banding::plan(0.8, 0.99, 128).rows, 6);
        assert_eq!(Banding::plan(1.0, 0.99, 128).rows, 128);
        assert_eq!(
            Banding::plan(0.01, 0.99, 16),
            Banding { bands: 16, rows: 1 }
        );
        assert_eq!(
            Banding::plan(1e-20, 0.99, 16),
            Banding { bands: 16, rows: 1 }
        );
    }

    #[test]
    fn the_bands_for_a_recall_are_those_of_the_formula() {
        for threshold in [0.3, 0.5, 0.7, 0.9, 0.99] {
            for recall in [0.0, 0.5, 0.9, 0.99, 0.999] {
                for rows in 1..5 {
                    let bands = bands_for(threshold, recall, rows);
                    let found = |bands| Banding { bands, rows }.recall_at(threshold);
                    assert!(
                        found(bands) >= recall - 1e-12,
                        "{threshold} {recall} {rows}"
                    );
                    assert!(bands == 1 || found(bands - 1) < recall + 1e-12);
                }
            }
        }
    }
}
