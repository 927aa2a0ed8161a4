//! Headlines: what the titles above one text say of it.
//!
//! An article that is captured again keeps its headline or one like it, and one that is reprinted gets new ones on other
//! sites, made of what its text says. A wall, a prompt or an error stands under the headline of every page that it was served
//! in place of.

use std::borrow::Cow;

use ahash::AHashMap;

use super::pairs::SimilarPair;
use super::texts::Texts;
use crate::corpus::{ArticleId, Register, SourceId, TextId};
use crate::error::{Error, Result};
use crate::kernel::{Share, Tokenizer};

/// A text that one source has under so many unlike headlines, at as many addresses, is no article's.
const UNLIKE: usize = 3;
/// So is one under so many unlike headlines anywhere of whose words the text lacks, on average, this many in a hundred, if it
/// is of at most [`FEW_TOKENS`] tokens: what is reprinted under new headlines is worth reading.
const LACKING: u32 = 60;
const FEW_TOKENS: u32 = 150;
/// A longer text has to lack this many.
const LACKING_ALL: u32 = 80;
/// Unless one headline stands above one in so many of them, ...
const REPRINTED: usize = 3;
/// ... in at least so many sources.
const REPRINTED_BY: usize = 3;
/// Of the articles of one source so many are looked at, those of smallest record hash.
const LOOKED_AT: usize = 64;
/// A headline of fewer different words says nothing.
const WORDS: usize = 3;
/// Two headlines are unlike if they share less than one word in so many of the shorter.
const ALIKE: usize = 3;
/// Two short texts that are the same are one if their headlines share at least one word in so many.
const ALIKE_OF_SHORT: usize = 2;
/// Two items of a form that differ in a figure or a name are one if they share this of the shorter headline: two thirds.
const ITEM: (usize, usize) = (2, 3);
/// Below this similarity they differ in any case.
const ONE_ITEM: Share = Share(900_000);
/// A title that stands without a text is a headline, and no rubric, from so many words on, ...
const HEADLINE: usize = 5;
/// ... if it stands above nothing else within this time. A day.
const WITHIN: u64 = 24 * 3600;

/// A word is of the site if at least one in so many of the titles of its source has it, ...
const OF_SITE: usize = 2;
/// ... of at least so many different titles ...
const TITLES: usize = 4;
/// ... among those of so many articles, of smallest record hash.
const SAMPLED: usize = 32;

/// Reads the headlines of articles.
pub(super) struct Headlines<'a> {
    register: &'a Register,
    texts: &'a Texts,
    /// The words that a site puts on its titles, ascending, by source.
    of_site: AHashMap<SourceId, Title>,
}

/// The different words of a headline, ascending.
type Title = Vec<u64>;

impl<'a> Headlines<'a> {
    /// Reads headlines; what the sites of these articles put on theirs is left out where headlines are held against each
    /// other.
    pub(super) fn new(
        register: &'a Register,
        texts: &'a Texts,
        articles: impl Iterator<Item = ArticleId>,
    ) -> Result<Headlines<'a>> {
        let mut headlines = Headlines {
            register,
            texts,
            of_site: AHashMap::new(),
        };
        let source = |article: ArticleId| register.entry(article as usize).source;
        if let Some(known) = register.site_words() {
            for article in articles {
                let words = register
                    .source(article as usize)
                    .and_then(|it| known.get(it));
                if let (Some(source), Some(words)) = (source(article), words) {
                    let of_site = headlines.of_site.entry(source);
                    of_site.or_insert_with(|| words.clone());
                }
            }
            return Ok(headlines);
        }
        let mut sampled: AHashMap<SourceId, Vec<(u64, u32)>> = AHashMap::new();
        for source in articles.filter_map(source) {
            sampled.entry(source).or_default();
        }
        for article in 0..register.len() as u32 {
            let entry = register.entry(article as usize);
            if let Some(sample) = entry.source.and_then(|source| sampled.get_mut(&source)) {
                sample.push((entry.record_hash, article));
                if sample.len() >= 2 * SAMPLED {
                    sample.sort_unstable();
                    sample.truncate(SAMPLED);
                }
            }
        }
        for (source, mut sample) in sampled.into_iter().collect::<Vec<_>>() {
            sample.sort_unstable();
            sample.truncate(SAMPLED);
            let mut titles: Vec<Title> = Vec::with_capacity(sample.len());
            for &(_, article) in &sample {
                titles.push(headlines.whole_title(article)?);
            }
            headlines.of_site.insert(source, common_words(titles));
        }
        Ok(headlines)
    }

    /// Whether what these articles bear is no article's text, told from their headlines.
    pub(super) fn are_of_a_notice(&self, articles: &[ArticleId]) -> Result<bool> {
        let titled = self.titled(articles);
        Ok(titled.len() >= 2
            && self.are_under_unlike_headlines(titled.clone())?
            && !self.is_reprinted(&titled)?)
    }

    /// Whether one headline stands above a good part of these articles, in several sources: so is what an agency sent out
    /// printed, whatever others made of its headline. A notice has as many headlines as pages.
    fn is_reprinted(&self, titled: &[u32]) -> Result<bool> {
        let looked_at = &titled[..titled.len().min(LOOKED_AT)];
        let mut titles: Vec<(Title, Option<SourceId>)> = Vec::with_capacity(looked_at.len());
        for &article in looked_at {
            let source = self.register.entry(article as usize).source;
            titles.push((self.title(article)?, source));
        }
        titles.retain(|(title, _)| title.len() >= WORDS);
        titles.sort_unstable();
        let most = titles.chunk_by(|a, b| a.0 == b.0).max_by_key(|it| it.len());
        Ok(most.is_some_and(|most| {
            let sources = most.chunk_by(|a, b| a.1 == b.1).count();
            sources >= REPRINTED_BY && REPRINTED * most.len() >= titles.len()
        }))
    }

    fn are_under_unlike_headlines(&self, mut titled: Vec<u32>) -> Result<bool> {
        let mut by_source: AHashMap<SourceId, Vec<u32>> = AHashMap::new();
        for &article in &titled {
            if let Some(source) = self.register.entry(article as usize).source {
                by_source.entry(source).or_default().push(article);
            }
        }
        let mut sources: Vec<Vec<u32>> = by_source.into_values().collect();
        sources.retain(|articles| articles.len() >= UNLIKE);
        for articles in &mut sources {
            articles.truncate(LOOKED_AT);
            if self.unlike(articles, UNLIKE)? >= UNLIKE {
                return Ok(true);
            }
        }
        let lacking = self.lacking(&titled);
        let text = self.texts.of_article[titled[0] as usize];
        let is_short = self.texts.print(text).tokens <= FEW_TOKENS;
        let enough = if is_short { LACKING } else { LACKING_ALL };
        titled.truncate(LOOKED_AT);
        Ok(lacking >= enough && self.unlike(&titled, UNLIKE)? >= UNLIKE)
    }

    /// How many in a hundred of the words of their titles the texts of these articles lack, on average.
    fn lacking(&self, titled: &[u32]) -> u32 {
        let looked_at = &titled[..titled.len().min(LOOKED_AT)];
        let lacking = |article: &ArticleId| self.texts.heading(*article).lacking();
        let sum: u32 = looked_at.iter().filter_map(lacking).map(u32::from).sum();
        sum / (looked_at.len() as u32).max(1)
    }

    /// Those of these articles that have a title and a text, those of smallest record hash first.
    fn titled(&self, articles: &[ArticleId]) -> Vec<u32> {
        let has_both = |article: &ArticleId| self.texts.heading(*article).lacking().is_some();
        let mut titled: Vec<u32> = articles.iter().copied().filter(has_both).collect();
        titled.sort_unstable_by_key(|&article| self.hash(article));
        titled
    }

    /// Whether the texts of these articles, which are items of one form, lack the words of their headlines, and those share
    /// none either: the headlines of a form have its frame.
    pub(super) fn have_nothing_to_do(&self, articles: &[ArticleId]) -> Result<bool> {
        let mut titled = self.titled(articles);
        if self.lacking(&titled) < LACKING {
            return Ok(false);
        }
        titled.truncate(LOOKED_AT);
        let mut unlike: Vec<Title> = Vec::new();
        for &article in &titled {
            let title = self.whole_title(article)?;
            if unlike.iter().all(|other| !share(&title, other, ALIKE)) {
                unlike.push(title);
            }
        }
        Ok(unlike.len() >= UNLIKE)
    }

    /// How many of these articles, counted up to `enough`, have mutually unlike headlines at different addresses.
    fn unlike(&self, articles: &[ArticleId], enough: usize) -> Result<usize> {
        let mut unlike: Vec<(u64, Title)> = Vec::new();
        for &article in articles {
            let address = self.register.address(article as usize)?;
            let title = self.title(article)?;
            let is_another = |(at, other): &(u64, Title)| {
                (address == 0 || address != *at) && !share(&title, other, ALIKE)
            };
            if title.len() >= WORDS && unlike.iter().all(is_another) {
                unlike.push((address, title));
            }
            if unlike.len() == enough {
                break;
            }
        }
        Ok(unlike.len())
    }

    /// Splits articles that bear one short text by their headlines; those without one stay with the first.
    pub(super) fn parted(&self, articles: &[ArticleId]) -> Result<Vec<Vec<ArticleId>>> {
        let mut titles: Vec<(Title, u32)> = Vec::with_capacity(articles.len());
        for &article in articles {
            titles.push((self.title(article)?, article));
        }
        titles.sort_unstable_by_key(|(title, article)| (title.clone(), self.hash(*article)));
        let mut parts: Vec<(Title, Vec<u32>)> = Vec::new();
        for (title, article) in titles {
            let fits = |part: &&mut (Title, Vec<u32>)| {
                title.is_empty() || part.0.is_empty() || share(&title, &part.0, ALIKE_OF_SHORT)
            };
            match parts.iter_mut().find(fits) {
                Some((_, part)) => part.push(article),
                None => parts.push((title, vec![article])),
            }
        }
        Ok(parts.into_iter().map(|(_, part)| part).collect())
    }

    /// Splits articles that have one title and no text: they are one only where the title is a headline, and all stand
    /// within a day; else those of one address.
    pub(super) fn parted_without_text(
        &self,
        articles: &[ArticleId],
    ) -> Result<Vec<Vec<ArticleId>>> {
        let span = self.span(articles);
        let is_headline = || Ok::<_, Error>(self.title(articles[0])?.len() >= HEADLINE);
        if span.is_some_and(|span| span <= WITHIN) && is_headline()? {
            return Ok(vec![articles.to_vec()]);
        }
        let mut placed: Vec<(u64, u32)> = Vec::with_capacity(articles.len());
        for &article in articles {
            placed.push((self.register.address(article as usize)?, article));
        }
        placed.sort_unstable();
        let same = |a: &(u64, u32), b: &(u64, u32)| a.0 == b.0 && a.0 != 0;
        let parts = placed.chunk_by(same);
        Ok(parts
            .map(|part| part.iter().map(|it| it.1).collect())
            .collect())
    }

    /// How many seconds lie between the first and the last of these articles, where all have a time.
    fn span(&self, articles: &[ArticleId]) -> Option<u64> {
        let time = |&article: &ArticleId| self.register.entry(article as usize).published;
        let times: Option<Vec<i64>> = articles.iter().map(|it| Some(time(it)?.0)).collect();
        let times = times?;
        Some(times.iter().max()?.abs_diff(*times.iter().min()?))
    }

    /// The words of a title that are not its site's.
    fn title(&self, article: ArticleId) -> Result<Title> {
        let mut title = self.whole_title(article)?;
        let source = self.register.entry(article as usize).source;
        if let Some(of_site) = source.and_then(|source| self.of_site.get(&source)) {
            title.retain(|word| of_site.binary_search(word).is_err());
        }
        Ok(title)
    }

    fn whole_title(&self, article: ArticleId) -> Result<Title> {
        Ok(words_of(&self.register.title(article as usize)?))
    }

    fn hash(&self, article: ArticleId) -> (u64, u32) {
        (self.register.entry(article as usize).record_hash, article)
    }
}

/// The different words of a title, ascending.
fn words_of(title: &str) -> Title {
    let mut words = Vec::new();
    Tokenizer::default().tokens(title, &mut words);
    words.sort_unstable();
    words.dedup();
    words
}

/// The words that most of these different titles have, ascending.
fn common_words(mut titles: Vec<Title>) -> Title {
    titles.sort_unstable();
    titles.dedup();
    titles.retain(|title| !title.is_empty());
    if titles.len() < TITLES {
        return Vec::new();
    }
    let mut words: Vec<u64> = titles.concat();
    words.sort_unstable();
    let common = words.chunk_by(|a, b| a == b);
    let common = common.filter(|same| OF_SITE * same.len() >= titles.len());
    common.map(|same| same[0]).collect()
}

/// Titles of one source of a dump, of which parts are merged in any order: those of smallest record hash.
#[derive(Clone, Debug, Default)]
pub(crate) struct SiteTitles(Vec<(u64, String)>);

impl SiteTitles {
    /// Adds the title of an article.
    pub(crate) fn add(&mut self, record_hash: u64, title: &str) {
        self.0.push((record_hash, title.to_owned()));
        if self.0.len() >= 2 * SAMPLED {
            self.cut();
        }
    }

    fn cut(&mut self) {
        self.0.sort_unstable();
        self.0.truncate(SAMPLED);
    }

    /// The titles that count, each with the hash of its record.
    pub(crate) fn into_sample(mut self) -> Vec<(u64, String)> {
        self.cut();
        self.0
    }

    /// The words that the source puts on its titles.
    pub(crate) fn words(self) -> Vec<u64> {
        let titles = self.into_sample();
        common_words(titles.iter().map(|(_, title)| words_of(title)).collect())
    }
}

/// The pairs without those of two items of a form that differ in a figure, a name or a tenth, and in their headlines: a
/// correction has the headline of what it corrects.
pub(super) fn of_one_item<'p>(
    pairs: &'p [SimilarPair],
    items: &[TextId],
    register: &Register,
    texts: &Texts,
) -> Result<Cow<'p, [SimilarPair]>> {
    let headlines = Headlines::new(register, texts, std::iter::empty())?;
    let is_item = |text: TextId| items.binary_search(&text).is_ok();
    let mut others = Vec::new();
    for (at, similar) in pairs.iter().enumerate() {
        let pair = similar.pair;
        let differs = similar.differs || similar.overlap.jaccard() < ONE_ITEM;
        if differs && is_item(pair.0) && is_item(pair.1) {
            let title = |text: TextId| headlines.title(texts.articles[text as usize]);
            let (a, b) = (title(pair.0)?, title(pair.1)?);
            let (two, three) = ITEM;
            let shared = shared(&a, &b);
            if !a.is_empty() && !b.is_empty() && three * shared < two * a.len().min(b.len()) {
                others.push(at);
            }
        }
    }
    if others.is_empty() {
        return Ok(Cow::Borrowed(pairs));
    }
    let kept = pairs.iter().enumerate();
    let kept = kept.filter(|(at, _)| others.binary_search(at).is_err());
    Ok(Cow::Owned(kept.map(|(_, pair)| *pair).collect()))
}

/// Whether two headlines share at least one word in so many of the shorter.
fn share(a: &[u64], b: &[u64], one_in: usize) -> bool {
    shared(a, b) * one_in >= a.len().min(b.len())
}

fn shared(a: &[u64], b: &[u64]) -> usize {
    let is_shared = |word: &&u64| b.binary_search(word).is_ok();
    a.iter().filter(is_shared).count()
}
