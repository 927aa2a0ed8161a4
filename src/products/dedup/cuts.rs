//! What is left out of the texts that are written: furniture, and paragraphs that stand in an earlier record.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use ahash::AHashMap;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};
use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::{Decisions, Plan};
use crate::corpus::{Article, Corpus, FileCorpus, Place};
use crate::error::Result;
use crate::kernel::Tokenizer;
use crate::output::SpanWriter;
use crate::spill::{ColumnWriter, Keyed, MemoryBudget, Reservation, Sorter};
use crate::stages::clean::Furniture;

/// A paragraph of fewer words than this says nothing by being repeated.
const WORDS: usize = 12;

/// The paragraphs that stand in several of the records that are written, and whose they are.
///
/// A paragraph is a line of a text, without the white space around it, of 12 words and more (characters, in scripts without
/// spaces). It belongs to the article that was published first; then undated ones, by the hashes of their texts and records.
pub struct Repeats {
    owners: AHashMap<u128, Place>,
    _reserved: Vec<Reservation>,
    /// What was cut so far.
    cut: Mutex<RepeatsCut>,
}

/// How much was left out of the records that were written, since it stands in others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RepeatsCut {
    /// From how many records.
    pub records: u64,
    /// How many paragraphs.
    pub paragraphs: u64,
    /// How many bytes these have, in UTF-8, without the white space around them.
    pub bytes: u64,
}

/// A paragraph of a record. In ascending order, the first of a paragraph is the one that it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
struct Paragraph {
    hash: [u64; 2],
    /// Seconds since the earliest of all times; the last of all where there is none.
    published: u64,
    text: u64,
    record_hash: u64,
    place: [u64; 2],
}

impl Keyed for Paragraph {
    fn key(&self) -> u64 {
        self.hash[0]
    }
}

impl Paragraph {
    fn place(&self) -> Place {
        Place {
            input: self.place[0] as u32,
            record: self.place[1],
        }
    }
}

impl Repeats {
    /// Reads the records that are kept, or all where records are marked, for their paragraphs.
    ///
    /// # Errors
    ///
    /// When the corpus cannot be read, or what does not fit into the memory budget cannot be kept on disk.
    pub fn find(
        corpus: &FileCorpus,
        kept: Option<&Decisions>,
        budget: &MemoryBudget,
    ) -> Result<Repeats> {
        let sorter = Sorter::new(budget);
        corpus.sweep(&|batch| {
            let is_kept = |place| kept.is_none_or(|decisions| decisions.keeps(place));
            let kept = batch.articles.iter().filter(|it| is_kept(it.place));
            sorter.push(kept.flat_map(paragraphs_of).collect())
        })?;
        let mut owners = AHashMap::new();
        let mut taken = Vec::new();
        sorter.finish()?.scan(|piece| {
            let mut more = 0;
            for same in piece.chunk_by(|a, b| a.hash == b.hash) {
                if same.iter().any(|one| one.place != same[0].place) {
                    owners.insert(key(same[0].hash), same[0].place());
                    more += ENTRY_BYTES;
                }
            }
            taken.push(budget.reserve(more)?);
            Ok(())
        })?;
        Ok(Repeats {
            owners,
            _reserved: taken,
            cut: Mutex::default(),
        })
    }

    /// How much was left out of what was written.
    pub fn cut(&self) -> RepeatsCut {
        *self.cut.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to count anew: what was cut so far was only looked at.
    pub(super) fn forget_cut(&self) {
        *self.cut.lock().unwrap_or_else(PoisonError::into_inner) = RepeatsCut::default();
    }

    fn note_cut<'c>(&self, cuts: impl Iterator<Item = &'c Range<usize>>) {
        let (mut paragraphs, mut bytes) = (0, 0);
        for cut in cuts {
            paragraphs += 1;
            bytes += cut.len() as u64;
        }
        if paragraphs > 0 {
            let mut cut = self.cut.lock().unwrap_or_else(PoisonError::into_inner);
            cut.records += 1;
            cut.paragraphs += paragraphs;
            cut.bytes += bytes;
        }
    }

    /// How many paragraphs stand in several records.
    pub fn len(&self) -> usize {
        self.owners.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.owners.is_empty()
    }

    /// The paragraphs of an article that belong to another, in order, as far as they make up no more than half of its text.
    fn of(&self, article: &Article<'_>) -> Vec<Range<usize>> {
        let mut left = article.text.len() / 2;
        let mut repeated: Vec<Range<usize>> = lines(&article.text).collect();
        repeated.retain(|span| {
            let line = &article.text[span.clone()];
            let owner = self.owners.get(&xxh3_128(line.as_bytes()));
            let is_cut = owner.is_some_and(|owner| *owner != article.place) && line.len() <= left;
            left -= if is_cut { line.len() } else { 0 };
            is_cut
        });
        repeated
    }
}

/// About how many bytes the owner of a paragraph takes.
const ENTRY_BYTES: u64 = 64;

fn key(hash: [u64; 2]) -> u128 {
    u128::from(hash[0]) << 64 | u128::from(hash[1])
}

/// The lines of a text, without the white space around them; blank ones are none.
fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        let line = line.trim();
        (!line.is_empty()).then(|| start..start + line.len())
    })
}

/// The paragraphs of an article that are long enough.
fn paragraphs_of(article: &Article<'_>) -> Vec<Paragraph> {
    let mut hashes = Vec::new();
    let text = xxh3_64(article.text.as_bytes());
    let published = article.published.map(|it| (it.0 as u64) ^ (1 << 63));
    let mut is_long = |line: &str| {
        hashes.clear();
        // No word is shorter than a byte.
        line.len() >= WORDS && {
            Tokenizer::default().tokens(line, &mut hashes);
            hashes.len() >= WORDS
        }
    };
    lines(&article.text)
        .filter(|span| is_long(&article.text[span.clone()]))
        .map(|span| {
            let hash = xxh3_128(article.text[span].as_bytes());
            Paragraph {
                hash: [(hash >> 64) as u64, hash as u64],
                published: published.unwrap_or(u64::MAX),
                text,
                record_hash: article.record_hash,
                place: [article.place.input.into(), article.place.record],
            }
        })
        .collect()
}

/// Why a stretch of a text is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Why {
    Furniture,
    Repeated,
}

impl Why {
    const ALL: [Why; 2] = [Why::Furniture, Why::Repeated];

    fn name(self) -> &'static str {
        match self {
            Why::Furniture => "furniture",
            Why::Repeated => "repeated paragraph",
        }
    }
}

/// What may be left out of texts.
#[derive(Clone, Copy, Default)]
pub struct Cuts<'a> {
    /// The furniture of pages.
    pub furniture: Option<&'a Furniture>,
    /// Paragraphs that another record has.
    pub repeats: Option<&'a Repeats>,
}

impl Cuts<'_> {
    /// Whether there is nothing to leave out.
    pub(super) fn is_nothing(&self) -> bool {
        self.furniture.is_none() && self.repeats.is_none()
    }

    /// The stretches of an article's text that are left out, in order.
    fn of(&self, article: &Article<'_>) -> Vec<(Range<usize>, Why)> {
        let furniture = self.furniture.map(|it| it.dropped(article));
        let furniture = furniture.unwrap_or_default().into_iter();
        let mut cuts: Vec<_> = furniture.map(|it| (it.span, Why::Furniture)).collect();
        let repeated = self.repeats.map(|it| it.of(article)).unwrap_or_default();
        let own = cuts.len();
        for span in repeated {
            let overlaps =
                |(cut, _): &(Range<usize>, Why)| cut.start < span.end && span.start < cut.end;
            if !cuts[..own].iter().any(overlaps) {
                cuts.push((span, Why::Repeated));
            }
        }
        cuts.sort_by_key(|(span, _)| span.start);
        cuts
    }

    /// An article's text without what is left out; `None` where nothing is.
    pub fn cleaned(&self, article: &Article<'_>) -> Option<String> {
        if self.is_nothing() {
            return None;
        }
        let cuts = self.of(article);
        if let Some(repeats) = self.repeats {
            let repeated = cuts.iter().filter(|(_, why)| *why == Why::Repeated);
            repeats.note_cut(repeated.map(|(span, _)| span));
        }
        let spans = cuts.iter().map(|(span, _)| span.clone());
        (!cuts.is_empty()).then(|| crate::stages::clean::without(&article.text, spans))
    }
}

/// A stretch that is left out, as it waits to be written.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
struct Cut {
    place: [u64; 2],
    start: u64,
    end: u64,
    why: u64,
}

/// Writes where in the texts of the records that are kept there is what may be left out, in input order.
///
/// # Errors
///
/// When the corpus cannot be read, or a row cannot be written.
pub fn write_spans(
    corpus: &FileCorpus,
    plan: &Plan<'_>,
    cuts: Cuts<'_>,
    budget: &MemoryBudget,
    to: &mut SpanWriter,
) -> Result<()> {
    let rows = ColumnWriter::cold(budget);
    corpus.sweep(&|batch| {
        let is_kept = |place| plan.marks.is_some() || plan.decisions.keeps(place);
        let kept = batch.articles.iter().filter(|it| is_kept(it.place));
        let cuts_of = |article: &Article<'_>| {
            let place = [article.place.input.into(), article.place.record];
            let characters = |span: &str| span.chars().count() as u64;
            let (mut at, mut before) = (0, 0);
            let rows = cuts.of(article).into_iter().map(|(span, why)| {
                let start = before + characters(&article.text[at..span.start]);
                before = start + characters(&article.text[span.clone()]);
                at = span.end;
                Cut {
                    place,
                    start,
                    end: before,
                    why: why as u64,
                }
            });
            rows.collect::<Vec<Cut>>()
        };
        rows.push(batch.number, kept.flat_map(cuts_of).collect())
    })?;
    let inputs = corpus.inputs();
    rows.finish().scan(|_, cuts| {
        cuts.iter().try_for_each(|cut| {
            let input = inputs.get(cut.place[0] as usize);
            let why = Why::ALL.get(cut.why as usize).map_or("", |why| why.name());
            let input = input.map_or("", String::as_str);
            to.write(input, cut.place[1], cut.start..cut.end, why)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_what_stands_between_white_space() {
        let text = " a b\n\n  c\r\nd";
        let lines: Vec<&str> = lines(text).map(|span| &text[span]).collect();
        assert_eq!(lines, ["a b", "c", "d"]);
    }

    #[test]
    fn no_more_than_half_of_a_text_goes() {
        let long = |word: &str| vec![word; 14].join(" ");
        let text = format!("{}\n{}\n{}", long("one"), long("two"), long("six"));
        let article = Article {
            text: text.as_str().into(),
            ..Article::default()
        };
        let owner = Place {
            input: 3,
            record: 1,
        };
        let owners = paragraphs_of(&article)
            .iter()
            .map(|it| (key(it.hash), owner))
            .collect();
        let repeats = Repeats {
            owners,
            _reserved: Vec::new(),
            cut: Mutex::default(),
        };
        let cut: Vec<(usize, usize)> = repeats
            .of(&article)
            .iter()
            .map(|it| (it.start, it.end))
            .collect();
        assert_eq!(cut, [(0, 55)]);
        let own = Article {
            place: owner,
            ..article.clone()
        };
        assert!(repeats.of(&own).is_empty());
    }
}
