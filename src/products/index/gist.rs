//! Gists: what an index without texts keeps of an article, and how alike two articles are by them.
//!
//! ```text
//! gist: shingles words sketch(length, then a byte a value) numbers names
//!       numbers, names: how many there are, how many are kept, the kept ones (u16 each, ascending)
//! ```
//!
//! Lengths and counts are variable-length numbers. The sketch estimates how much two texts share; it does not say what they
//! disagree on. For that stand the smallest hashes of the different numbers and names of each text: of two items of a form
//! these differ, of two versions of a text they are mostly the same.

use super::keys::{unvarint, varint};
use super::rows::Row;
use crate::config::Config;
use crate::corpus::Timestamp;
use crate::kernel::{Identity, Overlap, Share, estimated, mix, sketch};
use crate::stages::copies::{Agreement, CopyRelation, Evidence, Rules, Word, least_seconds_apart};
use crate::stages::fingerprint::SingleFingerprint;

use super::relate::{Relating, relation_of};

/// So many numbers of a text are kept, and so many names.
const KEPT: usize = 32;
/// What is surely shared of the smaller text is this much: then what each has of its own is no story of its own.
const SURELY: Share = Share(700_000);
/// What is sure lies so many standard errors below the estimate.
const ERRORS: u64 = 2;
const WHOLE: u64 = 1_000_000;

/// What is kept of an article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Gist {
    /// How many shingles its text has, and how many words.
    shingles: u32,
    words: u32,
    /// A byte of each value of its signature; none where it has no shingles.
    sketch: Vec<u8>,
    numbers: Bag,
    names: Bag,
}

/// Different words of a kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Bag {
    all: u32,
    /// The smallest of their hashes, ascending.
    kept: Vec<u16>,
}

impl Bag {
    fn of(words: impl Iterator<Item = u32>) -> Bag {
        let mut kept: Vec<u16> = words.map(|hash| (mix(hash.into()) >> 48) as u16).collect();
        kept.sort_unstable();
        kept.dedup();
        let all = kept.len() as u32;
        kept.truncate(KEPT);
        Bag { all, kept }
    }

    /// Up to where all are kept.
    fn end(&self) -> u16 {
        let last = self.kept.last().copied().unwrap_or(0);
        if self.all as usize > self.kept.len() {
            last
        } else {
            u16::MAX
        }
    }

    /// How many stand in both or against each other, and how many of these differ: a word that only one text has may stand
    /// against any that only the other has.
    fn agreement(&self, other: &Bag) -> Agreement {
        let end = self.end().min(other.end());
        let within = |bag: &Bag| bag.kept.partition_point(|&it| it <= end);
        let (x, y) = (&self.kept[..within(self)], &other.kept[..within(other)]);
        let both = x.iter().filter(|it| y.binary_search(it).is_ok()).count();
        let seen = x.len().min(y.len()) as u64;
        let differ = seen - both.min(seen as usize) as u64;
        let aligned = u64::from(self.all.min(other.all));
        Agreement {
            aligned: aligned as u32,
            differ: (differ * aligned).div_ceil(seen.max(1)) as u32,
        }
    }

    fn write(&self, to: &mut Vec<u8>) {
        varint(self.all.into(), to);
        varint(self.kept.len() as u64, to);
        for hash in &self.kept {
            to.extend_from_slice(&hash.to_le_bytes());
        }
    }

    fn read(from: &mut &[u8]) -> Option<Bag> {
        let all = number(from)?;
        let kept = number(from)? as usize;
        let (bytes, rest) = from.split_at_checked(2 * kept)?;
        *from = rest;
        let hashes = bytes.as_chunks().0.iter();
        Some(Bag {
            all,
            kept: hashes.map(|it| u16::from_le_bytes(*it)).collect(),
        })
    }
}

fn number(from: &mut &[u8]) -> Option<u32> {
    u32::try_from(unvarint(from)?).ok()
}

impl Gist {
    pub(super) fn of(lone: &SingleFingerprint, words: &[Word]) -> Gist {
        let hashes = |is: fn(Word) -> bool| {
            let words = words.iter().copied().filter(move |&word| is(word));
            words.map(Word::hash)
        };
        let mut bytes = Vec::new();
        sketch(&lone.signature, &mut bytes);
        Gist {
            shingles: lone.set.len() as u32,
            words: words.len() as u32,
            sketch: bytes,
            numbers: Bag::of(hashes(Word::is_number)),
            names: Bag::of(hashes(Word::is_name)),
        }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        varint(self.shingles.into(), &mut bytes);
        varint(self.words.into(), &mut bytes);
        varint(self.sketch.len() as u64, &mut bytes);
        bytes.extend_from_slice(&self.sketch);
        self.numbers.write(&mut bytes);
        self.names.write(&mut bytes);
        bytes
    }

    /// `None` where the bytes are none of a gist.
    pub(super) fn of_bytes(mut from: &[u8]) -> Option<Gist> {
        let (shingles, words) = (number(&mut from)?, number(&mut from)?);
        let (sketch, rest) = {
            let length = number(&mut from)? as usize;
            from.split_at_checked(length)?
        };
        from = rest;
        let gist = Gist {
            shingles,
            words,
            sketch: sketch.to_vec(),
            numbers: Bag::read(&mut from)?,
            names: Bag::read(&mut from)?,
        };
        from.is_empty().then_some(gist)
    }

    /// How much two texts share as their sketches say, and as what the anchors of the first say that `met` the second: so many of
    /// so many. The second value is how many values that rests on.
    fn shared(&self, other: &Gist, met: Met) -> (Overlap, u64) {
        let sizes = (self.shingles, other.shingles);
        let values = self.sketch.len().min(other.sketch.len()) as u64;
        let jaccard = match values {
            0 => 0,
            _ => u64::from(estimated(&self.sketch, &other.sketch).0),
        };
        let by_sketch = jaccard * (u64::from(sizes.0) + u64::from(sizes.1)) / (WHOLE + jaccard);
        let (anchors, of) = (u64::from(met.shared), u64::from(met.of));
        let by_anchors = u64::from(sizes.0) * anchors.min(of) / of.max(1);
        let all = (values + of).max(1);
        let shared = (by_sketch * values + by_anchors * of) / all;
        (overlap(shared, sizes), values + of)
    }
}

/// Two texts that are not one, and share so much; that is less than all.
fn overlap(shared: u64, sizes: (u32, u32)) -> Overlap {
    let least = u64::from(sizes.0.min(sizes.1));
    let most = match sizes.0 == sizes.1 {
        true => least.saturating_sub(1),
        false => least,
    };
    Overlap {
        shared: shared.min(most) as u32,
        sizes,
    }
}

/// The same with what is surely shared, of an estimate that rests on so many values.
fn surely(estimate: Overlap, values: u64) -> Overlap {
    let jaccard = u64::from(estimate.jaccard().0);
    let error = (jaccard * (WHOLE - jaccard.min(WHOLE)) / values.max(1)).isqrt();
    let jaccard = jaccard.saturating_sub(ERRORS * error);
    let sizes = estimate.sizes;
    let shared = jaccard * (u64::from(sizes.0) + u64::from(sizes.1)) / (WHOLE + jaccard);
    overlap(shared.min(estimate.shared.into()), sizes)
}

/// How many anchors of a text another has, of so many that lead to texts.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Met {
    pub(super) shared: u32,
    pub(super) of: u32,
}

/// An article as it is held against others by its gist.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) gist: Gist,
    /// What its text is.
    pub(super) text: Identity,
    pub(super) tokens: u32,
    pub(super) published: Option<Timestamp>,
    /// What stands for its source; 0 for none.
    pub(super) source: u64,
}

/// How two articles relate, if they are copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Likely {
    pub(super) relation: CopyRelation,
    pub(super) similarity: Share,
    /// How many shingles more the first has than the second.
    pub(super) longer: i64,
}

impl Known {
    /// An article of which this was decided.
    pub(super) fn of_row(gist: Gist, row: &Row, (time, source): (Option<Timestamp>, u64)) -> Known {
        Known {
            gist,
            text: row.text,
            tokens: row.tokens,
            published: time,
            source,
        }
    }

    /// How alike two articles are, as far as that is known.
    pub(super) fn overlap(&self, other: &Known) -> Overlap {
        match self.text == other.text {
            true => Overlap {
                shared: self.gist.shingles.min(other.gist.shingles),
                sizes: (self.gist.shingles, other.gist.shingles),
            },
            false => self.gist.shared(&other.gist, Met::default()).0,
        }
    }

    /// How an article relates to one that stands for it.
    pub(super) fn relation(&self, to: &Known, config: &Config) -> Relating {
        match self.text == to.text {
            true => (CopyRelation::Exact, Share(WHOLE as u32)),
            false => relation_of(self.overlap(to), config),
        }
    }

    /// Whether the rules of a run, held to what is surely shared, let two articles be copies.
    pub(super) fn decide(&self, other: &Known, met: Met, config: &Config) -> Option<Likely> {
        let rules = Rules(config);
        let source = |known: &Known| (known.source != 0).then_some(known.source);
        if !rules.allows_sources(source(self), source(other))
            || !rules.allows_times(self.published, other.published)
        {
            return None;
        }
        let longer = i64::from(self.gist.shingles) - i64::from(other.gist.shingles);
        if self.text == other.text {
            return Some(Likely {
                relation: CopyRelation::Exact,
                similarity: Share(WHOLE as u32),
                longer,
            });
        }
        let (estimate, values) = self.gist.shared(&other.gist, met);
        let sure = surely(estimate, values);
        if sure.containment() < SURELY {
            return None;
        }
        let least = self.tokens.min(other.tokens);
        let evidence = self.evidence(other, sure);
        rules.decide(least, sure, sure, evidence).similarity()?;
        let (relation, similarity) = relation_of(estimate, config);
        Some(Likely {
            relation,
            similarity,
            longer,
        })
    }

    fn evidence(&self, other: &Known, sure: Overlap) -> Evidence {
        let (x, y) = (&self.gist, &other.gist);
        let (numbers, names) = (x.numbers.agreement(&y.numbers), x.names.agreement(&y.names));
        let own =
            |size: u32| 1000 - (1000 * u64::from(sure.shared) / u64::from(size.max(1))) as u16;
        let times = self.published.zip(other.published);
        Evidence {
            numbers,
            names,
            places: numbers.differ + names.differ,
            own: (own(sure.sizes.0), own(sure.sizes.1)),
            words: x.words.min(y.words),
            seconds: times.map(|(a, b)| least_seconds_apart(a, b)),
            ..Evidence::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Article;
    use crate::stages::clean::Furniture;
    use crate::stages::copies::Cutter;

    fn known(text: &str) -> Known {
        let article = Article {
            text: text.to_owned().into(),
            ..Article::default()
        };
        let lone = SingleFingerprint::of(&article, &Furniture::default(), &Config::default());
        let words = Cutter::default()
            .words(&article, std::slice::from_ref(&(0..text.len())))
            .to_vec();
        Known {
            gist: Gist::of(&lone, &words),
            text: lone.print.text,
            tokens: lone.print.tokens,
            published: None,
            source: 0,
        }
    }

    fn draw(day: u32, of: &[u32]) -> String {
        let numbers: Vec<String> = of.iter().map(u32::to_string).collect();
        format!(
            "The weekly draw of the harbour lottery took place in the great hall on the {day} of the month, as it does every week, \
             before a notary and some two dozen onlookers. These numbers were drawn in this order: {}. Whoever has a ticket may come \
             to any counter of the savings bank within ninety days, show the ticket and be paid what it has won, less the tax that \
             the town asks for. The next draw takes place in a week at the same hour and in the same hall.",
            numbers.join(", ")
        )
    }

    #[test]
    fn gists_come_back_as_they_were_written() {
        let gist = known(&draw(3, &[4, 8, 15, 16, 23, 42])).gist;
        assert_eq!(Gist::of_bytes(&gist.to_bytes()), Some(gist.clone()));
        let bytes = gist.to_bytes();
        assert_eq!(Gist::of_bytes(&bytes[..bytes.len() - 1]), None);
    }

    #[test]
    fn a_text_with_a_sentence_more_is_a_copy_by_its_gist() {
        let (a, more) = (draw(3, &[4, 8, 15]), " The hall was cold.");
        let likely = known(&a).decide(
            &known(&format!("{a}{more}")),
            Met::default(),
            &Config::default(),
        );
        assert_eq!(likely.map(|it| it.relation), Some(CopyRelation::Near));
    }

    #[test]
    fn items_of_a_form_are_no_copies_by_their_gists() {
        let (a, b) = (
            draw(3, &[4, 8, 15, 16, 23, 42]),
            draw(10, &[1, 9, 11, 30, 31, 48]),
        );
        assert_eq!(
            known(&a).decide(&known(&b), Met::default(), &Config::default()),
            None
        );
    }

    #[test]
    fn texts_that_differ_in_a_word_are_not_called_one() {
        let a = draw(3, &[4, 8, 15]);
        let b = a.replace("savings", "harbour");
        let likely = known(&a).decide(&known(&b), Met::default(), &Config::default());
        assert!(
            likely.is_some_and(|it| it.similarity < Share(1_000_000)),
            "{likely:?}"
        );
    }
}
