//! What speaks for and against two articles telling one story.

use std::convert::Infallible;
use std::sync::Arc;

use serde::Serialize;

use super::{Explainer, Subject};
use crate::corpus::{ArticleId, TextId};
use crate::error::Result;
use crate::kernel::Share;
use crate::stages::stories::{Apart, ArticleVector, SAMPLE, TermShare, cross};

/// Words that are named for and against a link.
const NAMED: usize = 8;
/// Texts of a story among which a path is looked for: those of smallest content hash, and the two themselves. As many are
/// compared with another story's.
pub(super) const WALKED: usize = SAMPLE;

/// How alike two articles are as reports of one event.
#[derive(Clone, Debug, Serialize)]
pub struct StoryEvidence {
    /// The `article_id`s of those that stand for the copies of each: what stories are made of.
    pub representatives: (String, String),
    /// What each is written in, as ISO 639-3 has it; `None` where it is not known.
    pub languages: (Option<String>, Option<String>),
    /// Whether their statistics are taken together; a story stays within a language.
    pub is_one_language: bool,
    /// How many texts the language of the first has: what its threshold hangs on.
    pub texts_of_language: usize,
    /// How many keys both have by which articles meet.
    pub keys_shared: usize,
    /// The cosine of what tells their stories.
    pub cosine: Share,
    /// How many hours apart they were published, if both say when.
    pub hours_apart: Option<f64>,
    /// Whether that is more than articles of one story may be compared over.
    pub is_beyond_window: bool,
    /// What the cosine is multiplied by for the time between them: 1 where nothing fades, 0 beyond the window.
    pub fading: f64,
    /// Whether both are known to be of one source: such articles score less.
    pub is_one_source: bool,
    /// The cosine after fading; 0 between languages.
    pub score: Share,
    /// The average score from which groups are one story, scaled to the articles of the language.
    pub threshold: Share,
    /// The words that make the cosine, strongest first, each with its share of it.
    pub shared_terms: Vec<TermShare>,
    /// The words that tell most of each and nothing of the other, with their share of its whole weight.
    pub own_terms: (Vec<TermShare>, Vec<TermShare>),
    /// How many different texts the story of each has.
    pub texts: (usize, usize),
    /// The average score of all pairs across both stories, where these are two.
    pub average: Option<Share>,
    /// The links by which they are in one story, from the first to the second, where they are; the weakest is as strong as
    /// there is.
    pub path: Vec<Step>,
}

/// An article on the path from one to another.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// Its `article_id`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its score with the one before.
    pub score: Share,
}

/// A representative, as stories hear it.
#[derive(Debug)]
pub(super) struct StorySide {
    article: ArticleId,
    text: TextId,
    title: String,
    published: Option<i64>,
    source: Option<String>,
    weighed: ArticleVector,
}

impl StorySide {
    /// Weighs a representative; `None` where stories were not asked for.
    pub(super) fn read(explainer: &Explainer<'_>, number: u32) -> Result<Option<StorySide>> {
        let stored = explainer.state.article(number)?;
        let (Some(teller), Some(pool)) = (&explainer.teller, stored.pool) else {
            return Ok(None);
        };
        if usize::from(pool) >= teller.pools() {
            return Ok(None);
        }
        let article = explainer.article(number)?;
        let kept = explainer.furniture.kept(&article);
        Ok(Some(StorySide {
            article: number,
            text: stored.text,
            title: article
                .title
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
            published: article.published.map(|time| time.0),
            source: article.source.as_deref().map(str::to_owned),
            weighed: teller.weigh(&article, &kept, pool, stored.member.form, explainer.state),
        }))
    }
}

impl StorySide {
    fn apart_from(&self, other: &StorySide) -> Apart {
        let times = self.published.zip(other.published);
        Apart {
            gap: times.map(|(x, y)| x.abs_diff(y)),
            is_one_source: self.source.is_some() && self.source == other.source,
        }
    }
}

impl StoryEvidence {
    pub(super) fn of(
        explainer: &Explainer<'_>,
        a: &Subject,
        b: &Subject,
    ) -> Result<Option<StoryEvidence>> {
        let Some(teller) = &explainer.teller else {
            return Ok(None);
        };
        let voice = |subject: &Subject| explainer.voice(subject.stored.member.representative);
        let (Some(x), Some(y)) = (voice(a)?, voice(b)?) else {
            return Ok(None);
        };
        let apart = x.apart_from(&y);
        let gap = apart.gap;
        let score =
            |x: &StorySide, y: &StorySide| teller.score(&x.weighed, &y.weighed, x.apart_from(y));
        let pool = x.weighed.pool;
        let is_one_language = pool == y.weighed.pool;
        let threshold = teller.threshold() as u32;
        let mut evidence = StoryEvidence {
            representatives: (a.copy_id.clone(), b.copy_id.clone()),
            languages: (x.weighed.language.clone(), y.weighed.language.clone()),
            is_one_language,
            texts_of_language: teller.articles(pool),
            keys_shared: x.weighed.keys_shared(&y.weighed),
            cosine: Share(x.weighed.cosine(&y.weighed)),
            hours_apart: gap.map(|seconds| seconds as f64 / 3600.0),
            is_beyond_window: gap.is_some_and(|gap| gap > explainer.config.story_window),
            is_one_source: apart.is_one_source,
            fading: teller.factor(&x.weighed, &y.weighed, apart),
            score: Share(score(&x, &y) as u32),
            threshold: Share(threshold),
            shared_terms: x.weighed.shared(&y.weighed, NAMED),
            own_terms: (
                x.weighed.own(&y.weighed, NAMED),
                y.weighed.own(&x.weighed, NAMED),
            ),
            texts: (1, 1),
            average: None,
            path: Vec::new(),
        };
        let (mine, theirs) = (a.stored.part.lead, b.stored.part.lead);
        if mine == theirs {
            let (count, voices) = voices(explainer, mine, WALKED)?;
            evidence.texts = (count, count);
            evidence.path = path(explainer, voices, &x, &y, &score)?;
        } else if is_one_language {
            let ((m, own), (n, other)) = (
                voices(explainer, mine, SAMPLE)?,
                voices(explainer, theirs, SAMPLE)?,
            );
            evidence.texts = (m, n);
            evidence.average = Some(average(&own, &other, &score));
        }
        Ok(Some(evidence))
    }

    /// Whether the two by themselves score enough for one story.
    pub fn is_direct(&self) -> bool {
        self.is_one_language && self.score >= self.threshold
    }
}

/// The average score over all pairs of two stories.
fn average(
    own: &[Arc<StorySide>],
    other: &[Arc<StorySide>],
    score: &dyn Fn(&StorySide, &StorySide) -> u64,
) -> Share {
    let scores = |x: &Arc<StorySide>, others: &[Arc<StorySide>]| {
        let scores = others.iter().map(|y| score(x, y));
        Ok::<u64, Infallible>(scores.sum())
    };
    let Ok(sum) = cross(own, other, scores);
    let pairs = (own.len() * other.len()).max(1) as u64;
    Share((sum / pairs) as u32)
}

/// How many texts a story has, and the representatives of those of smallest content hash, at most so many.
pub(super) fn told(explainer: &Explainer<'_>, lead: u32, most: usize) -> Result<(usize, Vec<u32>)> {
    let mut texts: Vec<(u32, u32)> = Vec::new();
    for article in explainer.state.articles_of(lead)? {
        let stored = explainer.state.article(article)?;
        if stored.member.representative == article {
            texts.push((stored.text, article));
        }
    }
    texts.sort_unstable();
    let first = texts.iter().take(most);
    Ok((texts.len(), first.map(|text| text.1).collect()))
}

/// The same, weighed.
fn voices(
    explainer: &Explainer<'_>,
    lead: u32,
    most: usize,
) -> Result<(usize, Vec<Arc<StorySide>>)> {
    let (count, articles) = told(explainer, lead, most)?;
    explainer.fetch(&articles)?;
    let read = articles.into_iter().map(|article| explainer.voice(article));
    let read: Result<Vec<Option<Arc<StorySide>>>> = read.collect();
    Ok((count, read?.into_iter().flatten().collect()))
}

/// The widest path from one to the other: the one whose weakest link is strongest.
fn path(
    explainer: &Explainer<'_>,
    mut among: Vec<Arc<StorySide>>,
    from: &Arc<StorySide>,
    to: &Arc<StorySide>,
    score: &dyn Fn(&StorySide, &StorySide) -> u64,
) -> Result<Vec<Step>> {
    for end in [from, to] {
        if among.iter().all(|voice| voice.article != end.article) {
            among.push(Arc::clone(end));
        }
    }
    among.sort_unstable_by_key(|voice| voice.text);
    let at = |voice: &StorySide| {
        among
            .iter()
            .position(|other| other.article == voice.article)
    };
    let (start, goal) = (at(from).unwrap_or(0), at(to).unwrap_or(0));
    // Prim's algorithm: the paths of a maximum spanning tree are the widest there are.
    let mut before: Vec<Option<usize>> = vec![None; among.len()];
    let mut width: Vec<Option<u64>> = among.iter().map(|_| None).collect();
    let mut is_done = vec![false; among.len()];
    width[start] = Some(u64::MAX);
    while let Some(next) = (0..among.len())
        .filter(|&at| !is_done[at] && width[at].is_some())
        .max_by_key(|&at| (width[at], std::cmp::Reverse(at)))
    {
        is_done[next] = true;
        for other in (0..among.len()).filter(|&other| !is_done[other]) {
            let link = Some(score(&among[next], &among[other]));
            if link > width[other] {
                width[other] = link;
                before[other] = Some(next);
            }
        }
    }
    let mut steps = vec![goal];
    while let Some(last) = before[steps[steps.len() - 1]] {
        steps.push(last);
    }
    steps.reverse();
    let step = |(place, &at): (usize, &usize)| {
        let voice = &among[at];
        let score = match place {
            0 => 0,
            place => score(&among[steps[place - 1]], voice) as u32,
        };
        Ok(Step {
            id: explainer.state.id(voice.article)?,
            title: voice.title.clone(),
            score: Share(score),
        })
    };
    steps.iter().enumerate().map(step).collect()
}
