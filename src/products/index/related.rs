//! Stories that are open, as an index keeps them: so that an article is held against them without a run.

use std::io::Write;

use ahash::AHashMap;

use super::Index;
use super::corpus::KeptCorpus;
use super::file::{Reading, Writing};
use super::made::Made;
use super::manifest::{FileEntry, Part};
use crate::config::Config;
use crate::corpus::{Article, ArticleId};
use crate::error::Result;
use crate::kernel::Share;
use crate::pipeline::{self, Clustering};
use crate::stages::clean::{Cleaner, Furniture};
use crate::stages::stories;
use crate::stages::stories::{Copies, ModelParts, Stories, StoryModel};

/// How hard counts are compressed: most are zero.
const LEVEL: i32 = 1;

/// A story that an article tells with others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Related {
    /// The article that leads it, or else the one that is most alike.
    pub(super) number: u32,
    /// The cosine to that.
    pub(super) similarity: Share,
}

/// Finds copies and stories in kept articles whose furniture is known, and the model of those that `is_open`.
pub(super) fn cluster(
    corpus: &KeptCorpus<'_>,
    config: &Config,
    furniture: Option<Furniture>,
    is_open: &dyn Fn(u32) -> bool,
) -> Result<(Clustering, Option<ModelParts>)> {
    let stop = |_| config.interrupt.check();
    let mut found = match furniture {
        Some(furniture) => cluster_copies(corpus, config, furniture)?,
        None => {
            let copies_only = Config {
                copies_only: true,
                ..config.clone()
            };
            pipeline::cluster(corpus, &copies_only, &stop)?
        }
    };
    if config.copies_only {
        return Ok((found, None));
    }
    let (stories, parts) = teach(corpus, &found, config, is_open)?;
    found.stories = stories;
    Ok((found, Some(parts)))
}

/// Finds stories in articles whose copies are known, and the model of those that `is_kept`.
pub(super) fn teach(
    corpus: &KeptCorpus<'_>,
    found: &Clustering,
    config: &Config,
    is_kept: &dyn Fn(u32) -> bool,
) -> Result<(Stories, ModelParts)> {
    let stop = |_| config.interrupt.check();
    let number = |article: ArticleId| {
        let number = KeptCorpus::number(found.register.place(article as usize));
        (number, is_kept(number))
    };
    stories::find_and_teach(corpus, copies(found), config, &stop, &number)
}

/// Finds copies alone in kept articles whose furniture is known.
pub(super) fn cluster_copies(
    corpus: &KeptCorpus<'_>,
    config: &Config,
    furniture: Furniture,
) -> Result<Clustering> {
    let stop = |_| config.interrupt.check();
    let copies_only = Config {
        copies_only: true,
        ..config.clone()
    };
    pipeline::cluster_cleaned(corpus, &copies_only, &stop, furniture)
}

/// The copies that a run found.
pub(super) fn copies(found: &Clustering) -> Copies<'_> {
    Copies {
        register: &found.register,
        furniture: &found.furniture,
        texts: &found.texts,
        groups: &found.groups,
        budget: &found.budget,
    }
}

/// Writes a model in the place of the one that is there.
pub(super) fn write(made: &mut Made<'_>, parts: Option<&ModelParts>) -> Result<()> {
    made.replaces(Part::Stories);
    let Some(parts) = parts else {
        return Ok(());
    };
    let bare;
    let parts = match made.keeps_texts() {
        true => parts,
        false => {
            bare = parts.without_words().unwrap_or_default();
            &bare
        }
    };
    let mut file = Writing::create(Part::Stories, &made.path(Part::Stories))?;
    let sections = [
        ("known", &parts.known),
        ("growth", &parts.growth),
        ("counts", &parts.counts),
        ("large", &parts.large),
        ("nodes", &parts.nodes),
        ("terms", &parts.terms),
        ("words", &parts.words),
        ("edges", &parts.edges),
    ];
    for (name, bytes) in sections {
        file.section(name, |to| {
            let mut to = zstd::Encoder::new(to, LEVEL)?;
            to.write_all(bytes)?;
            to.finish().map(|_| ())
        })?;
    }
    file.section("vectors", |to| to.write_all(&parts.vectors))?;
    made.entries.extend(file.finish()?.1);
    Ok(())
}

fn read(index: &Index, entry: &FileEntry) -> Result<ModelParts> {
    let file = Reading::open(&index.folder.join(&entry.name), entry)?;
    let section = |name: &str| {
        let bytes = zstd::decode_all(&file.whole(name)?[..]);
        bytes.map_err(|_| file.damaged())
    };
    Ok(ModelParts {
        known: section("known")?,
        growth: section("growth")?,
        counts: section("counts")?,
        large: section("large")?,
        nodes: section("nodes")?,
        terms: section("terms")?,
        words: section("words")?,
        edges: section("edges")?,
        vectors: file.whole("vectors")?,
    })
}

impl Index {
    /// What is known of stories that are open; `None` where an index has none.
    pub(super) fn story_model(&self) -> Result<Option<StoryModel>> {
        let Some(parts) = self.story_parts()? else {
            return Ok(None);
        };
        Ok(Some(StoryModel::of(parts).ok_or_else(|| self.damaged())?))
    }

    /// The same as it is kept.
    pub(super) fn story_parts(&self) -> Result<Option<ModelParts>> {
        let entry = self.manifest.of(Part::Stories).last();
        entry.map(|entry| read(self, entry)).transpose()
    }

    /// Writes the model without articles that are gone.
    pub(super) fn forget_stories(
        &self,
        made: &mut Made<'_>,
        is_gone: &dyn Fn(u32) -> bool,
    ) -> Result<()> {
        let Some(parts) = self.story_parts()? else {
            return Ok(());
        };
        let left = parts.without(is_gone);
        write(made, Some(&left.ok_or_else(|| self.damaged())?))
    }

    /// The story that an article tells, which is no copy of any: of those that it meets, the one it is most alike on average, as
    /// groups are linked.
    pub(super) fn related(
        &self,
        model: &StoryModel,
        (article, cleaner): (&Article<'_>, &mut Cleaner<'_>),
    ) -> Result<Option<Related>> {
        let Some(heard) = model.hear(article, cleaner.kept(article)) else {
            return Ok(None);
        };
        let met = model.meet(&heard, self.config.story_window);
        let mut best: AHashMap<u32, (u64, u32)> = AHashMap::new();
        let mut stories: Vec<u32> = Vec::new();
        for alike in met.iter().filter(|alike| alike.may_join) {
            let story = self.row(alike.number).story;
            let most = best.entry(story).or_insert((0, alike.number));
            if alike.score > most.0 {
                *most = (alike.score, alike.number);
            }
            stories.push(story);
        }
        stories.sort_unstable();
        stories.dedup();
        let average = |&story: &u32| {
            let told = self.stories().of(story);
            let told = told.filter(|&number| self.row(number).representative == number);
            let scores = told.filter_map(|number| model.with(&heard, number));
            let (sum, count) = scores.fold((0, 0), |(sum, count), it| (sum + it.score, count + 1));
            (sum / u64::max(count, 1), story)
        };
        let averages = stories.iter().map(average);
        let enough = averages.filter(|it| it.0 >= model.threshold());
        let Some((_, story)) = enough.max_by_key(|it| (it.0, std::cmp::Reverse(it.1))) else {
            return Ok(None);
        };
        let lead = self.row(story).lead;
        let led = model.with(&heard, lead);
        let told = led.or_else(|| model.with(&heard, best.get(&story)?.1));
        Ok(told.map(|alike| Related {
            number: alike.number,
            similarity: Share(alike.cosine),
        }))
    }
}
