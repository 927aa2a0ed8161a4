//! Why are two articles together, or not?
//!
//! An explanation is made of what a run [kept](crate::products::state) and of the articles themselves, which are read again. What two
//! texts share is computed anew by the code that decided, so that an explanation says what was decided and nothing else.

mod because;
mod changes;
mod copies;
mod fold;
#[cfg(feature = "reports")]
mod page;
mod refused;
mod show;
mod story;
mod subject;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError};

use ahash::AHashMap;
use serde::Serialize;

use crate::config::Config;
use crate::corpus::{Article, ArticleId, FileCorpus, Timestamp, Wanted};
use crate::error::{ErrorKind, Result};
use crate::kernel::Share;
use crate::products::state::State;
use crate::stages::clean::Furniture;
use crate::stages::stories::PairScorer;
#[doc(hidden)]
pub use copies::{CopyEvidence, Met};
#[doc(hidden)]
pub use show::Paint;
use story::StorySide;
#[doc(hidden)]
pub use story::{Step, StoryEvidence};
#[doc(hidden)]
pub use subject::DroppedLine;
pub use subject::Subject;

/// What a run decided of two articles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Their texts are one.
    Exact,
    /// They are copies: versions of one text.
    Near,
    /// They are copies, and one of them is cut from a text of their group.
    Excerpt,
    /// Their texts are different and tell one story.
    Related,
    /// They are neither copies nor of one story.
    Apart,
}

/// An article that stands between two others.
#[derive(Clone, Debug, Serialize)]
#[doc(hidden)]
pub struct Between {
    /// Its `article_id`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it is to the two.
    pub role: &'static str,
    /// Its exact Jaccard similarity to the one and to the other.
    pub jaccard: (Share, Share),
    /// What share of the smaller text each of them holds of it, or it of them.
    pub containment: (Share, Share),
}

/// Why two articles are, or are not, together.
#[derive(Debug, Serialize)]
pub struct Explanation<'s> {
    /// What was decided.
    pub decision: Decision,
    /// Whether the two by themselves are alike enough, whoever else is with them.
    pub is_direct: bool,
    /// The first article.
    pub a: &'s Subject,
    /// The other.
    pub b: &'s Subject,
    /// Why, in sentences.
    pub because: Vec<String>,
    /// What would have decided otherwise, in sentences.
    pub changes: Vec<String>,
    /// What speaks for and against copies.
    pub copies: CopyEvidence,
    /// What speaks for and against one story; `None` where stories were not asked for, or are not for these.
    pub story: Option<StoryEvidence>,
    /// The articles through which copies are together that are not alike, or that hold them apart.
    pub between: Vec<Between>,
}

/// Explains decisions of one run.
pub struct Explainer<'r> {
    state: &'r State,
    corpus: &'r FileCorpus,
    config: &'r Config,
    furniture: Furniture,
    teller: Option<PairScorer>,
    voices: Mutex<AHashMap<u32, Arc<StorySide>>>,
    articles: Mutex<AHashMap<u32, Arc<Article<'static>>>>,
}

impl<'r> Explainer<'r> {
    /// One who explains what was decided when a state was kept.
    ///
    /// # Errors
    ///
    /// When the state cannot be read.
    pub fn new(
        state: &'r State,
        corpus: &'r FileCorpus,
        config: &'r Config,
    ) -> Result<Explainer<'r>> {
        Ok(Explainer {
            state,
            corpus,
            config,
            furniture: state.furniture()?,
            teller: state.known().map(PairScorer::of),
            voices: Mutex::default(),
            articles: Mutex::default(),
        })
    }

    /// Looks two articles up, and reads what it takes to explain them at one go.
    pub fn pair(&self, a: &str, b: &str) -> (Result<Subject>, Result<Subject>) {
        let read = || -> Result<()> {
            let mut needed = Vec::new();
            for id in [a, b] {
                if let Some(article) = self.state.find(id)? {
                    needed.extend(self.needed(article)?);
                }
            }
            self.fetch(&needed)
        };
        match read() {
            Ok(()) => (self.subject(a), self.subject(b)),
            Err(error) => (Err(error), self.subject(b)),
        }
    }

    /// The articles that an explanation of this one may ask for.
    fn needed(&self, article: ArticleId) -> Result<Vec<u32>> {
        let stored = self.state.article(article)?;
        let representative = stored.member.representative;
        let mut needed = vec![article, stored.bearer, stored.centre, representative];
        if self.teller.is_some() {
            let (_, told) = story::told(self, stored.part.lead, story::WALKED)?;
            needed.extend(told);
        }
        Ok(needed)
    }

    /// Reads articles that were not read yet.
    fn fetch(&self, numbers: &[u32]) -> Result<()> {
        let articles = || self.articles.lock().unwrap_or_else(PoisonError::into_inner);
        let mut unread: Vec<u32> = numbers.to_vec();
        unread.sort_unstable();
        unread.dedup();
        unread.retain(|number| !articles().contains_key(number));
        let mut wanted: Vec<Wanted> = Vec::with_capacity(unread.len());
        for &number in &unread {
            let stored = self.state.article(number)?;
            if stored.place.input as usize >= self.corpus.files().len() {
                return Err(self.state.damaged());
            }
            wanted.push((stored.place, stored.span));
        }
        let read = self.corpus.read_again(&wanted)?;
        for ((number, article), (place, _)) in unread.into_iter().zip(read).zip(wanted) {
            let mut article = article.ok_or_else(|| ErrorKind::Changed {
                input: self.corpus.files()[place.input as usize].name.clone(),
            })?;
            let is_date = |time: &Timestamp| self.state.times().holds(time.0);
            article.published = article.published.filter(is_date);
            articles().insert(number, Arc::new(article));
        }
        Ok(())
    }

    fn article(&self, number: u32) -> Result<Arc<Article<'static>>> {
        self.fetch(&[number])?;
        let articles = self.articles.lock().unwrap_or_else(PoisonError::into_inner);
        let article = articles.get(&number).cloned();
        article.ok_or_else(|| self.state.damaged())
    }

    /// Looks an article up by its `article_id`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownId`] names the nearest ids; other errors where the state or the article cannot be read.
    pub fn subject(&self, id: &str) -> Result<Subject> {
        match self.state.find(id)? {
            Some(article) => self.numbered(article),
            None => Err(ErrorKind::UnknownId {
                id: id.to_owned(),
                nearest: self.state.nearest(id, 3)?,
            }
            .into()),
        }
    }

    /// The article of a number.
    ///
    /// # Errors
    ///
    /// When the state or the article cannot be read.
    pub fn numbered(&self, article: ArticleId) -> Result<Subject> {
        Subject::read(self, article)
    }

    /// Why two articles are, or are not, together.
    ///
    /// # Errors
    ///
    /// When the state or an article cannot be read.
    pub fn explain<'s>(&self, a: &'s Subject, b: &'s Subject) -> Result<Explanation<'s>> {
        let copies = CopyEvidence::of(self, a, b);
        let decision = decision(a, b);
        let between = self.between(a, b)?;
        let story = match decision {
            Decision::Related | Decision::Apart => StoryEvidence::of(self, a, b)?,
            _ => None,
        };
        let is_direct = match decision {
            Decision::Exact => true,
            Decision::Near | Decision::Excerpt => copies.verdict.is_some(),
            Decision::Related => story.as_ref().is_some_and(StoryEvidence::is_direct),
            Decision::Apart => false,
        };
        let mut explanation = Explanation {
            decision,
            is_direct,
            a,
            b,
            because: Vec::new(),
            changes: Vec::new(),
            copies,
            story,
            between,
        };
        explanation.because = because::because(&explanation, self.config);
        explanation.changes = changes::changes(&explanation, self.config);
        self.state.check()?;
        Ok(explanation)
    }

    /// The centres of the groups of two articles, where these are not the articles themselves.
    fn between(&self, a: &Subject, b: &Subject) -> Result<Vec<Between>> {
        let is_one_text = a.stored.text == b.stored.text;
        let mut centres = vec![a.stored.centre, b.stored.centre];
        centres.dedup();
        let texts = [a.stored.bearer, b.stored.bearer];
        centres.retain(|centre| !texts.contains(centre));
        if is_one_text || centres.is_empty() {
            return Ok(Vec::new());
        }
        let is_one_group = a.stored.centre == b.stored.centre;
        let between = |centre: u32| {
            let subject = self.numbered(centre)?;
            let (x, y) = (subject.overlap(a), subject.overlap(b));
            Ok(Between {
                role: match centre {
                    _ if is_one_group => "the centre of their group",
                    centre if centre == a.stored.centre => "the centre of the first one's group",
                    _ => "the centre of the second one's group",
                },
                id: subject.id,
                title: subject.title,
                jaccard: (x.jaccard(), y.jaccard()),
                containment: (x.containment(), y.containment()),
            })
        };
        centres.into_iter().map(between).collect()
    }

    fn voice(&self, article: ArticleId) -> Result<Option<Arc<StorySide>>> {
        let voices = || self.voices.lock().unwrap_or_else(PoisonError::into_inner);
        let known = voices().get(&article).cloned();
        if known.is_some() {
            return Ok(known);
        }
        let voice = StorySide::read(self, article)?.map(Arc::new);
        if let Some(voice) = &voice {
            voices().insert(article, Arc::clone(voice));
        }
        Ok(voice)
    }
}

fn decision(a: &Subject, b: &Subject) -> Decision {
    let (x, y) = (&a.stored, &b.stored);
    if x.member.representative == y.member.representative {
        match x.is_excerpt || y.is_excerpt {
            _ if x.text == y.text => Decision::Exact,
            true => Decision::Excerpt,
            false => Decision::Near,
        }
    } else if x.part.lead == y.part.lead {
        Decision::Related
    } else {
        Decision::Apart
    }
}
