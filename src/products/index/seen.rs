//! Seen: whether an index has an article's text already, and where, one article at a time.

use std::borrow::Cow;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ahash::AHashMap;

use super::Index;
use super::estimate::{Estimator, answer};
use super::meet::{self, Printed};
use super::relate::relation;
use super::sight::{Answer, Sight};
use crate::config::Config;
use crate::corpus::{Article, Timestamp};
use crate::error::{Error, Result};
use crate::kernel::{Overlap, Share, sketch};
use crate::stages::clean::{Cleaner, Furniture};
use crate::stages::copies::{
    Aligner, CopyRelation, Cutter, Evidence, Rules, UNLIKE_TEXTS, Word, discount, is_form,
    is_surely_form, least_seconds_apart,
};
use crate::stages::fingerprint::SingleFingerprint;
use crate::stages::stories::StoryModel;

/// Says of articles whether an index has them. Any thread may ask.
pub struct Seer<'i> {
    pub(super) index: &'i Index,
    known: Cow<'i, Known>,
}

/// An index that is open to be asked, for as long as it is kept; any thread may ask.
pub struct Snapshot {
    index: Index,
    known: Known,
}

/// What is known of all articles of an index.
#[derive(Clone, Default)]
struct Known {
    furniture: Arc<Furniture>,
    /// Which anchors are form, of those that were asked for.
    forms: Arc<Mutex<AHashMap<u64, bool>>>,
    /// The sketches of texts that were compared for that, by article.
    sketches: Arc<Mutex<AHashMap<u32, Arc<[u8]>>>>,
    /// What tells stories, once it is asked for.
    stories: Arc<OnceLock<Option<StoryModel>>>,
    /// One reads it, and others wait.
    reading: Arc<Mutex<()>>,
}

/// An article as it is compared.
pub(super) struct Subject {
    pub(super) lone: SingleFingerprint,
    words: Vec<Word>,
    pub(super) published: Option<Timestamp>,
    source: Option<String>,
}

/// Texts that share an anchor are compared on so many.
const SAMPLE: usize = 48;
/// So many sketches are kept at hand.
const SKETCHES: usize = 1 << 16;

impl Index {
    /// One who says of articles whether they are there.
    ///
    /// # Errors
    ///
    /// When what is known of furniture cannot be read.
    pub fn seer(&self) -> Result<Seer<'_>> {
        Ok(Seer {
            index: self,
            known: Cow::Owned(Known::of(self)?),
        })
    }
}

impl Known {
    fn of(index: &Index) -> Result<Known> {
        Ok(Known {
            furniture: Arc::new(index.furniture()?),
            forms: Arc::default(),
            sketches: Arc::default(),
            stories: Arc::default(),
            reading: Arc::default(),
        })
    }

    fn stories(&self, index: &Index) -> Result<Option<&StoryModel>> {
        if self.stories.get().is_none() {
            let reading = self.reading.lock();
            let _reading = reading.unwrap_or_else(PoisonError::into_inner);
            if self.stories.get().is_none() {
                let _ = self.stories.set(index.story_model()?);
            }
        }
        Ok(self.stories.get().and_then(Option::as_ref))
    }
}

impl Snapshot {
    /// Opens the last version of an index.
    ///
    /// # Errors
    ///
    /// Those of [`Index::open`] and [`Index::seer`].
    pub fn open(folder: &Path, run: &Config) -> Result<Snapshot> {
        let index = Index::open(folder, run)?;
        Ok(Snapshot {
            known: Known::of(&index)?,
            index,
        })
    }

    /// Reads what any article may ask for, so that none waits for it.
    ///
    /// # Errors
    ///
    /// When the index cannot be read.
    pub fn warm(&self) -> Result<()> {
        self.index.groups();
        self.index.stories();
        self.known.stories(&self.index)?;
        Ok(())
    }

    /// The index.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// One who says of articles whether they are there.
    pub fn seer(&self) -> Seer<'_> {
        Seer {
            index: &self.index,
            known: Cow::Borrowed(&self.known),
        }
    }
}

impl Seer<'_> {
    /// Whether the index has an article's text.
    ///
    /// Each pair is decided by the rules of a run; of what the index has, the one it is most like is named: the same text
    /// first, then versions, then what it is cut from.
    ///
    /// # Errors
    ///
    /// When the index cannot be read.
    pub fn look(&self, article: &Article<'_>) -> Result<Sight> {
        let mut best: Option<(Answer, Share, u32)> = None;
        for (number, answer, similarity) in self.copies(article)? {
            let rank = |(answer, similarity, number): (Answer, Share, u32)| {
                (
                    std::cmp::Reverse(answer as u8),
                    similarity,
                    std::cmp::Reverse(number),
                )
            };
            let now = (answer, similarity, number);
            if best.is_none_or(|best| rank(now) > rank(best)) {
                best = Some(now);
            }
        }
        if best.is_none() {
            best = self.related(article)?;
        }
        self.tell(best)
    }

    /// The articles that an article is a copy of.
    fn copies(&self, article: &Article<'_>) -> Result<Vec<(u32, Answer, Share)>> {
        let config = &self.index.config;
        let mut copies = Vec::new();
        if !self.index.keeps_texts() {
            let asked = self.asked(article, &self.known.furniture);
            let printed = Printed::of(article, &asked.lone, config);
            let met = meet::meet(self.index, &[&printed])?;
            let estimator = Estimator::new(self.index, None, &[]);
            for (&number, &shared) in met.texts.iter().flatten().zip(met.shared.iter().flatten()) {
                let likely = asked
                    .known
                    .decide(&estimator.known(number)?, shared, config);
                copies.extend(likely.map(|it| (number, answer(it.relation), it.similarity)));
            }
            return Ok(copies);
        }
        let subject = self.subject(article);
        let printed = Printed::of(article, &subject.lone, config);
        let met = meet::meet(self.index, &[&printed])?;
        for &number in met.texts.iter().flatten() {
            let decided = self.decide(&subject, &self.kept(number)?)?;
            copies.extend(decided.map(|(answer, similarity)| (number, answer, similarity)));
        }
        Ok(copies)
    }

    /// The story that an article tells which is no copy.
    fn related(&self, article: &Article<'_>) -> Result<Option<(Answer, Share, u32)>> {
        let Some(model) = self.known.stories(self.index)? else {
            return Ok(None);
        };
        let mut cleaner = Cleaner::new(&self.known.furniture);
        let related = self.index.related(model, (article, &mut cleaner))?;
        Ok(related.map(|it| (Answer::Related, it.similarity, it.number)))
    }

    fn subject(&self, article: &Article<'_>) -> Subject {
        let mut cleaner = Cleaner::new(&self.known.furniture);
        let words = Cutter::default()
            .words(article, cleaner.kept(article))
            .to_vec();
        Subject {
            words,
            lone: SingleFingerprint::of(article, &self.known.furniture, &self.index.config),
            published: article.published,
            source: article.source.as_deref().map(str::to_owned),
        }
    }

    pub(super) fn kept(&self, number: u32) -> Result<Subject> {
        self.index
            .with(number, |record| Ok(self.subject(&record.article)))
    }

    /// As what an article passes, held against another.
    pub(super) fn decide(&self, a: &Subject, b: &Subject) -> Result<Option<(Answer, Share)>> {
        let config = &self.index.config;
        let rules = Rules(config);
        if !rules.allows_sources(a.source.as_deref(), b.source.as_deref())
            || !rules.allows_times(a.published, b.published)
        {
            return Ok(None);
        }
        let (relation, similarity) = relation(&a.lone, &b.lone, config);
        if relation == CopyRelation::Exact {
            return Ok(Some((Answer::Exact, similarity)));
        }
        let overlap = Overlap::of(&a.lone.set, &b.lone.set);
        let least = a.lone.print.tokens.min(b.lone.print.tokens);
        let own = || {
            discount(&a.lone.set, &b.lone.set, overlap, |anchor| {
                self.is_form(anchor)
            })
        };
        let apart = a
            .published
            .zip(b.published)
            .map(|(a, b)| least_seconds_apart(a, b));
        let evidence = || {
            Ok::<_, Error>(Evidence::of(
                &mut Aligner::default(),
                &a.words,
                &b.words,
                apart,
            ))
        };
        let decision = rules.try_decide(least, overlap, own, evidence)?;
        Ok(decision.similarity().map(|_| match relation {
            CopyRelation::Excerpt => (Answer::Excerpt, similarity),
            _ => (Answer::Near, similarity),
        }))
    }

    /// Whether an anchor is part of a template, by the texts of the index that have it.
    fn is_form(&self, anchor: u64) -> Result<bool> {
        let known = || {
            self.known
                .forms
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(&known) = known().get(&anchor) {
            return Ok(known);
        }
        let texts = meet::posting(self.index, anchor, SAMPLE)?;
        let mut sketches: Vec<Cow<'_, [u8]>> = Vec::with_capacity(texts.len());
        // Few texts are read where they are too few, or where the first of them show it.
        if texts.len() >= UNLIKE_TEXTS {
            for some in texts.chunks(UNLIKE_TEXTS) {
                for &number in some {
                    sketches.push(self.sketch(number)?.to_vec().into());
                }
                if is_surely_form(&sketches) {
                    break;
                }
            }
        }
        let is_form = is_form(&sketches);
        known().insert(anchor, is_form);
        Ok(is_form)
    }

    /// The sketch of an article's text: texts of one form share many anchors.
    fn sketch(&self, number: u32) -> Result<Arc<[u8]>> {
        let sketches = &self.known.sketches;
        let known = || sketches.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known().get(&number) {
            return Ok(Arc::clone(known));
        }
        let (furniture, config) = (&self.known.furniture, &self.index.config);
        let lone = self.index.with(number, |record| {
            let article = &record.article;
            Ok(SingleFingerprint::of(article, furniture, config))
        })?;
        let mut bytes = Vec::new();
        sketch(&lone.signature, &mut bytes);
        let bytes: Arc<[u8]> = bytes.into();
        let mut known = known();
        if known.len() == SKETCHES {
            known.clear();
        }
        known.insert(number, Arc::clone(&bytes));
        Ok(bytes)
    }

    fn tell(&self, best: Option<(Answer, Share, u32)>) -> Result<Sight> {
        let Some((seen, similarity, number)) = best else {
            return Ok(Sight {
                seen: Answer::No,
                similarity: None,
                matched_id: None,
                matched_in: None,
                copy_id: None,
                group_key: None,
                story_id: None,
                estimated: false,
            });
        };
        let row = self.index.row(number);
        let ingest = self.index.manifest.ingest_of(number);
        let id = |number| self.index.id(number).map(Some);
        Ok(Sight {
            seen,
            similarity: Some(similarity),
            matched_id: id(number)?,
            matched_in: ingest.map(|ingest| ingest.name.clone()),
            // What is no copy is in no group that is there.
            copy_id: match seen {
                Answer::Related => None,
                _ => id(row.representative)?,
            },
            group_key: match seen {
                Answer::Related => None,
                _ => id(row.group)?,
            },
            story_id: id(row.story)?,
            estimated: !self.index.keeps_texts() && matches!(seen, Answer::Near | Answer::Excerpt),
        })
    }
}
