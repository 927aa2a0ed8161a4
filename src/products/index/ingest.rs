//! Ingest: a dump is held against an index, and taken into it where that is asked for.

use std::path::PathBuf;

use ahash::AHashSet;

use super::Index;
use super::articles::Articles;
use super::bare::{with_new, without_labels};
use super::corpus::KeptCorpus;
use super::file::Writing;
use super::found::Compared;
use super::grow::Coming;
use super::intake::{TakenIn, take_in};
use super::journal::Answered;
use super::link;
use super::made::Made;
use super::manifest::{FileEntry, Ingest, Manifest, Part};
use super::meet::{self, Met, Printed};
use super::pairs::MetPair;
use super::related;
use super::rows::{Members, Rows};
use super::settle;
use super::write::Prints;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::links::Links;
use crate::stages::clean::Furniture;
use crate::stages::stories::{ModelParts, StoryModel};

/// Of a group that texts met, so many of its texts are looked at besides those that they met.
const OF_GROUP: usize = 64;

/// How a dump is taken in.
#[derive(Clone, Debug, Default)]
pub struct Intake {
    name: Option<String>,
    /// Whether it goes on with the last ingest, where that has its name.
    goes_on: bool,
    /// What the answer is to be kept under, and a hash of what was sent.
    key: Option<(String, u64)>,
    /// What is to be respected from now on.
    links: Links,
}

impl Intake {
    /// Takes a dump in under a name, which is made unlike others.
    pub fn named(name: impl Into<String>) -> Intake {
        Intake {
            name: Some(name.into()),
            ..Intake::default()
        }
    }

    /// Counts what comes to the last ingest, if that has the name too.
    pub fn going_on(self) -> Intake {
        Intake {
            goes_on: true,
            ..self
        }
    }

    /// Has stories be as links say, which may speak of articles of the dump: from now on, as [`Index::link`] does.
    pub fn linked(self, links: Links) -> Intake {
        Intake { links, ..self }
    }

    /// Keeps what is [answered](Ingested::answer) under a key of whoever asks, with a hash of what they sent, as one with what
    /// is taken in.
    pub fn keyed(self, key: impl Into<String>, asked: u64) -> Intake {
        Intake {
            key: Some((key.into(), asked)),
            ..self
        }
    }
}

/// What was decided of a dump, and what it takes to go on from there.
pub(super) struct Decided {
    pub(super) taken: TakenIn,
    pub(super) rows: Rows,
    /// What the new articles are found by; those of all where all was decided anew.
    prints: Prints,
    /// What was learned of the pages of the dump; of all where all was decided anew.
    learned: Furniture,
    /// Whether all was decided anew.
    is_whole: bool,
    /// What is known of stories that are open.
    model: Option<ModelParts>,
    /// The similar pairs of new articles.
    pairs: Vec<MetPair>,
    /// What is said of stories from now on.
    links: Vec<link::Kept>,
    /// The file of the new articles, where that has no texts.
    bare: Option<FileEntry>,
}

impl Index {
    /// Holds a dump against the index, which stays as it is.
    ///
    /// # Errors
    ///
    /// When the dump or the index cannot be read, or what does not fit into memory cannot be kept on disk.
    pub fn compare<C: Corpus + ?Sized>(&self, corpus: &C) -> Result<Compared<'_>> {
        self.compare_linked(corpus, &Links::default())
    }

    /// The same, with stories as links say, which may speak of articles of the dump.
    ///
    /// # Errors
    ///
    /// Those of [`Index::compare`] and of [`Index::link`].
    pub fn compare_linked<C: Corpus + ?Sized>(
        &self,
        corpus: &C,
        links: &Links,
    ) -> Result<Compared<'_>> {
        let file = Writing::unnamed(Part::Articles, &self.temporary())?;
        let decided = self.decide(take_in(self, corpus, file)?, links, None)?;
        let of = (decided.rows, decided.pairs);
        Ok(Compared::new(self, decided.taken, of))
    }

    /// Holds a dump against the index, and takes it in once that is [committed](Ingested::commit).
    ///
    /// Articles that the index has under the same id, as the same record, are not taken in again.
    ///
    /// # Errors
    ///
    /// Those of [`Index::compare`], and when the index is not open to be written to, or cannot be.
    pub fn ingest<C: Corpus + ?Sized>(&self, corpus: &C, intake: Intake) -> Result<Ingested<'_>> {
        let mut made = Made::begin(self)?;
        let path = made.path(Part::Articles);
        // Texts that are not kept are only in a temporary file.
        let file = match self.keeps_texts() {
            true => Writing::create(Part::Articles, &path),
            false => Writing::unnamed(Part::Articles, &self.temporary()),
        };
        let mut taken = take_in(self, corpus, file?)?;
        match taken.entry.take() {
            // An empty file is none of a version, and goes when that is written.
            Some(entry) if taken.articles.len() == 0 => made.replaced.push(entry.name),
            entry => made.entries.extend(entry),
        }
        let decided = self.decide(taken, &intake.links, Some(path))?;
        let Decided {
            taken,
            rows,
            prints,
            learned,
            is_whole,
            model,
            pairs,
            links,
            bare,
        } = decided;
        made.entries.extend(bare);
        let new = taken.articles.len();
        let is_linked = links != self.manifest.links;
        let mut manifest = Manifest {
            links,
            ..self.manifest.clone()
        };
        if new > 0 {
            let first = taken.articles.first;
            self.enter(&mut manifest, (first, new), (intake.name, intake.goes_on));
            self.write_keys(&mut made, prints, (&rows, &taken.articles), is_whole)?;
            self.write_furniture(&mut made, learned, is_whole)?;
            related::write(&mut made, model.as_ref())?;
        }
        Ok(Ingested {
            compared: Compared::new(self, taken, (rows, pairs)),
            made,
            manifest,
            is_new: new > 0,
            is_linked,
            answered: intake.key.map(|(key, asked)| Answered {
                key,
                asked,
                answer: String::new(),
            }),
        })
    }

    /// Enters new articles, those from a number on, under a name, or with the last ones that came under it.
    fn enter(
        &self,
        manifest: &mut Manifest,
        (first, articles): (u32, u32),
        (name, goes_on): (Option<String>, bool),
    ) {
        manifest.version += 1;
        manifest.articles += articles;
        let version = manifest.version;
        let name = name.unwrap_or_else(|| format!("ingest {version}"));
        match manifest.ingests.last_mut() {
            Some(last) if goes_on && last.name == name => last.articles += articles,
            _ => manifest.ingests.push(Ingest {
                name: self.unlike_others(name),
                version,
                first,
                articles,
            }),
        }
    }

    fn unlike_others(&self, name: String) -> String {
        let is_taken = |name: &str| self.manifest.ingests.iter().any(|it| it.name == name);
        let mut names = (2..).map(|number| format!("{name} ({number})"));
        match is_taken(&name) {
            true => names.find(|name| !is_taken(name)).unwrap_or(name),
            false => name,
        }
    }

    /// Decides of a dump, and has stories be as links say.
    fn decide(&self, taken: TakenIn, links: &Links, bare: Option<PathBuf>) -> Result<Decided> {
        let mut decided = self.decide_unlinked(taken, bare)?;
        if !links.is_empty() {
            let Decided {
                taken,
                rows,
                model,
                links: kept,
                ..
            } = &mut decided;
            let model = match model {
                Some(parts) => StoryModel::of(parts.clone()),
                None => self.story_model()?,
            };
            *kept = self.link_rows((links, Some(&taken.articles)), rows, model.as_ref())?;
            settle::close(rows, self, Some(&taken.articles))?;
        }
        without_labels(&mut decided.rows, self);
        Ok(decided)
    }

    /// Decides of what is new, and of what of the index it may concern.
    fn decide_unlinked(&self, taken: TakenIn, bare: Option<PathBuf>) -> Result<Decided> {
        let new = taken.articles.len();
        if self.is_empty() {
            return self.decide_all(taken, bare);
        }
        let (first, config) = (taken.articles.first, &self.config);
        let mut files: Vec<&Articles> = self.articles.iter().collect();
        files.push(&taken.articles);
        let numbers = first..first + new;
        let of_new = KeptCorpus::of(&files, numbers.clone());
        let learned = match config.keep_furniture || new == 0 {
            true => Furniture::default(),
            false => Furniture::learn(&of_new, &config.budget())?,
        };
        let furniture = self.furniture()?.merged(&learned);
        let mut prints: Vec<(u32, Printed)> = Vec::with_capacity(new as usize);
        meet::print_all(&of_new, &furniture, config, &mut |number, printed| {
            prints.push((number, printed));
            Ok(())
        })?;
        let texts: Vec<&Printed> = prints.iter().map(|it| &it.1).collect();
        let members = self.groups();
        let met = meet::meet(self, &texts)?;
        let looked_at = match self.keeps_texts() {
            true => self.concerned(&met, members),
            false => AHashSet::new(),
        };
        let coming = Coming {
            index: self,
            taken: &taken,
            files: &files,
            prints: &prints,
            looked_at,
        };
        let mut entry = None;
        let (mut rows, pairs, model) = match self.keeps_texts() {
            true => coming.decided(furniture)?,
            false => {
                let bare = self.strip(&taken.articles, &furniture, bare)?;
                entry = bare.1.filter(|_| new > 0);
                coming.decided_bare(furniture, (&met, &bare.0))?
            }
        };
        settle::close(&mut rows, self, Some(&taken.articles))?;
        Ok(Decided {
            taken,
            rows,
            prints: Prints::Few(prints),
            learned,
            is_whole: false,
            model,
            pairs,
            links: self.manifest.links.clone(),
            bare: entry,
        })
    }

    /// The texts that candidates are, with those of their groups.
    fn concerned(&self, met: &Met, members: &Members) -> AHashSet<u32> {
        let mut looked_at: AHashSet<u32> = met.texts.iter().flatten().copied().collect();
        let groups = looked_at.iter().map(|&number| self.row(number).group);
        let mut groups: Vec<u32> = groups.collect();
        groups.sort_unstable();
        groups.dedup();
        for group in groups {
            looked_at.insert(self.row(group).representative);
            let texts = members
                .of(group)
                .filter(|&number| self.row(number).is_bearer);
            looked_at.extend(texts.take(OF_GROUP));
        }
        looked_at.extend(&met.crowd);
        looked_at
    }

    /// Decides of all that is there and of all that is new, as one run does.
    fn decide_all(&self, taken: TakenIn, bare: Option<PathBuf>) -> Result<Decided> {
        let (first, new) = (taken.articles.first, taken.articles.len());
        let mut files: Vec<&Articles> = self.articles.iter().collect();
        files.push(&taken.articles);
        let numbers = self.rows.there().chain(first..first + new);
        let corpus = KeptCorpus::of(&files, numbers);
        let before = with_new(&self.rows, first..first + new);
        let whole = {
            let is_open = self.open_since(Some(&taken.articles));
            let how = (settle::Links::Anew, &is_open as &dyn Fn(u32) -> bool);
            settle::decide(&corpus, (&before, first), &self.linked_config()?, how)?
        };
        let mut rows = whole.rows;
        settle::close(&mut rows, self, Some(&taken.articles))?;
        let bare = match bare.filter(|_| !self.keeps_texts() && new > 0) {
            Some(path) => self.strip(&taken.articles, &whole.furniture, Some(path))?.1,
            None => None,
        };
        Ok(Decided {
            taken,
            rows,
            prints: Prints::All(whole.keys),
            learned: whole.furniture,
            is_whole: true,
            model: whole.model,
            pairs: whole.pairs,
            links: self.manifest.links.clone(),
            bare,
        })
    }
}

/// A dump that was held against an index, and is not in it yet; dropped so, the index is as it was.
#[must_use = "the index changes only when it is committed"]
pub struct Ingested<'i> {
    compared: Compared<'i>,
    made: Made<'i>,
    manifest: Manifest,
    is_new: bool,
    is_linked: bool,
    answered: Option<Answered>,
}

impl<'i> Ingested<'i> {
    /// What was decided of the dump.
    pub fn compared(&self) -> &Compared<'i> {
        &self.compared
    }

    /// Says what whoever asked is told, to be kept under the key that they gave.
    pub fn answer(&mut self, answer: String) {
        if let Some(answered) = &mut self.answered {
            answered.answer = answer;
        }
    }

    /// Takes the dump in. Where nothing of it is new, and no answer is to be kept, the index stays as it is.
    ///
    /// # Errors
    ///
    /// When it cannot be written; the index is as it was then.
    pub fn commit(self) -> Result<()> {
        let mut manifest = self.manifest;
        if !self.is_new {
            if self.answered.is_none() && !self.is_linked {
                return Ok(());
            }
            manifest.version += 1;
        }
        let told = (&[][..], self.answered);
        self.made.commit(manifest, &self.compared.rows, told)
    }
}
