//! The keeper: writes down what a run learned, each thing while the run holds it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use xxhash_rust::xxh3::xxh3_64;

use super::file::{SectionFile, Sections};
use super::settings::settings;
use super::stored::{NO_POOL, Stored};
use super::{CLUSTERS, Contents, FILE, InputStamp, clusters_of};
use crate::article::{FileCorpus, Input};
use crate::clean::Furniture;
use crate::config::Config;
use crate::copies::{Groups, Texts, forms};
use crate::error::{Error, Result};
use crate::lsh::Postings;
use crate::output::{self, Closed, Destination};
use crate::stories::{Known, Taught};
use crate::tables::Tables;

/// A count that does not fit a byte stands in the table of large ones.
pub(super) const LARGE: u8 = u8::MAX;

/// Writes a state while a run is under way.
pub struct Keeper {
    folder: PathBuf,
    draft: Mutex<Draft>,
}

struct Draft {
    file: SectionFile,
    /// For each article the article its group is centred on, whether it is an excerpt, whether a round-up.
    copies: Vec<(u32, bool, bool)>,
    pools: Vec<u16>,
    known: Option<Known>,
}

impl Keeper {
    /// Begins a state in a folder, which is made if it is not there. One that was there stays until the new one is complete.
    ///
    /// # Errors
    ///
    /// When the folder cannot be made or written to.
    pub fn create(folder: &Path) -> Result<Keeper> {
        fs::create_dir_all(folder).map_err(|error| Error::io(folder, error))?;
        let draft = Draft {
            file: SectionFile::create(&folder.join(FILE))?,
            copies: Vec::new(),
            pools: Vec::new(),
            known: None,
        };
        Ok(Keeper {
            folder: folder.to_owned(),
            draft: Mutex::new(draft),
        })
    }

    fn draft(&self) -> MutexGuard<'_, Draft> {
        self.draft.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn furniture(&self, furniture: &Furniture) -> Result<()> {
        let file = &mut self.draft().file;
        file.section("furniture", |to| furniture.store(to))
    }

    /// Keeps what the groups were made of: which anchors are form, which lead to a few texts only, and who is the centre.
    pub(crate) fn copies(&self, texts: &Texts, postings: &Postings, groups: &Groups) -> Result<()> {
        let mut draft = self.draft();
        let forms = forms(texts, postings)?;
        draft.file.section("forms", |to| {
            let mut forms = forms.iter();
            forms.try_for_each(|anchor| to.write_all(&anchor.to_le_bytes()))
        })?;
        draft.file.section("crowded", |to| {
            postings.crowded().iter().try_for_each(|crowded| {
                to.write_all(&crowded.anchor.to_le_bytes())?;
                let mut hubs = crowded.hubs.iter();
                hubs.try_for_each(|hub| to.write_all(&hub.to_le_bytes()))
            })
        })?;
        let of_text = |&text: &u32| {
            let at = text as usize;
            let centre = texts.articles[groups.centre[at] as usize];
            (centre, groups.excerpt[at], groups.round_up[at])
        };
        draft.copies = texts.of_article.iter().map(of_text).collect();
        Ok(())
    }

    /// Keeps what tells stories.
    pub(crate) fn stories(&self, taught: &Taught<'_>) -> Result<()> {
        let mut draft = self.draft();
        let mut large: Vec<(u32, u32)> = Vec::new();
        draft.file.section("counts", |to| {
            for (at, count) in (0u32..).zip(taught.slots()) {
                let small = u8::try_from(count).unwrap_or(LARGE);
                if small == LARGE {
                    large.push((at, count));
                }
                to.write_all(&[small])?;
            }
            Ok(())
        })?;
        draft.file.section("large", |to| {
            large.iter().try_for_each(|(at, count)| {
                to.write_all(&at.to_le_bytes())?;
                to.write_all(&count.to_le_bytes())
            })
        })?;
        let mut pools = vec![NO_POOL; draft.copies.len()];
        for (article, pool) in taught.pools() {
            pools[article as usize] = pool;
        }
        draft.pools = pools;
        draft.known = Some(taught.known());
        Ok(())
    }

    /// Writes the rest, now that all is decided, and the clusters table beside it.
    ///
    /// # Errors
    ///
    /// When a file cannot be written, or an input cannot be read.
    pub fn finish(self, corpus: &FileCorpus, config: &Config, tables: &Tables<'_>) -> Result<Kept> {
        let Draft {
            mut file,
            copies,
            pools,
            known,
        } = self
            .draft
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let stamps: Vec<InputStamp> = corpus.files().iter().map(stamp).collect();
        let pool = |at: usize| pools.get(at).copied().filter(|&pool| pool != NO_POOL);
        articles(&mut file, corpus, tables, (&copies, &pool))?;
        ids(&mut file, tables)?;
        groups(&mut file, tables)?;
        let run = run(tables);
        let name = clusters_of(run);
        let mut clusters = output::clusters(&Destination::named(self.folder.join(&name)))?;
        tables.write_clusters(&mut clusters)?;
        let state = file.close(|sections: Sections| Contents {
            sections,
            inputs: stamps,
            settings: settings(config, corpus),
            articles: tables.ids().len() as u32,
            run,
            times: tables.found().register.plausible().clone(),
            known,
        })?;
        Ok(Kept {
            closed: [clusters.close()?, state],
            folder: self.folder,
            clusters: name,
        })
    }
}

/// A state that is complete, but not in its place yet; dropped so, it is gone.
#[must_use = "the state appears only when it is committed"]
pub struct Kept {
    closed: [Closed; 2],
    folder: PathBuf,
    clusters: String,
}

impl Kept {
    /// Puts the state in its place, and removes the table of the one that was there before. The table is named after what
    /// was found, so that a state never has the table of another one.
    ///
    /// # Errors
    ///
    /// When a file cannot be named.
    pub fn commit(self) -> Result<()> {
        self.closed.into_iter().try_for_each(Closed::commit)?;
        let files = fs::read_dir(&self.folder).map_err(|error| Error::io(&self.folder, error))?;
        for file in files.flatten() {
            let name = file.file_name();
            let name = name.to_string_lossy();
            if name.starts_with(CLUSTERS) && name != self.clusters {
                // One that cannot be removed is in nobody's way.
                let _ = fs::remove_file(file.path());
            }
        }
        Ok(())
    }
}

/// A hash of what was found, by which a clusters table and a state know that they are of one run.
fn run(tables: &Tables<'_>) -> u64 {
    let found = tables.found();
    let member = |hash: u64, article: usize| {
        let (member, part) = (found.groups.of(article), found.stories.of(article));
        // What an article is counts too; no form is another number than any form is.
        let form = member.form.map_or(0, |form| 1 + u64::from(form));
        let hash = crate::fingerprint::mix(hash ^ form << 8 ^ member.kind as u64);
        crate::fingerprint::mix(
            hash ^ u64::from(member.representative) << 32 ^ u64::from(part.lead),
        )
    };
    (0..found.register.len()).fold(1, member)
}

/// An input as it was when it was read.
pub(super) fn stamp(input: &Input) -> InputStamp {
    InputStamp {
        name: input.name.clone(),
        bytes: input.stamp.bytes,
        changed: input.stamp.changed(),
    }
}

type Copied<'c> = (&'c [(u32, bool, bool)], &'c dyn Fn(usize) -> Option<u16>);

fn articles(
    file: &mut SectionFile,
    corpus: &FileCorpus,
    tables: &Tables<'_>,
    (copies, pool): Copied<'_>,
) -> Result<()> {
    let found = tables.found();
    let mut failure = None;
    let mut spans: (u32, Vec<std::ops::Range<u64>>) = (u32::MAX, Vec::new());
    file.section("articles", |to| {
        for (article, &(centre, is_excerpt, is_round_up)) in copies.iter().enumerate() {
            let place = found.register.place(article);
            if spans.0 != place.input {
                match corpus.spans(place.input as usize) {
                    Ok(of_input) => spans = (place.input, of_input),
                    Err(error) => {
                        failure = Some(error);
                        break;
                    }
                }
            }
            let span = spans.1.get(place.record.saturating_sub(1) as usize);
            let text = found.texts.of_article[article];
            let stored = Stored {
                place,
                span: span.cloned().unwrap_or_default(),
                text,
                bearer: found.texts.articles[text as usize],
                centre,
                is_excerpt,
                is_round_up,
                pool: pool(article),
                member: found.groups.of(article),
                part: found.stories.of(article),
            };
            to.write_all(&stored.to_bytes())?;
        }
        Ok(())
    })?;
    failure.map_or(Ok(()), Err)
}

/// The ids one behind the other, where each ends, and the articles by the hash of their ids.
fn ids(file: &mut SectionFile, tables: &Tables<'_>) -> Result<()> {
    let ids = tables.ids();
    let mut ends = Vec::with_capacity(ids.len());
    let mut by_id: Vec<(u64, u32)> = Vec::with_capacity(ids.len());
    file.section("ids", |to| {
        let mut end = 0u64;
        for article in 0..ids.len() {
            let id = ids.of(article).map_err(io::Error::other)?;
            end += id.len() as u64;
            ends.push(end);
            by_id.push((xxh3_64(id.as_bytes()), article as u32));
            to.write_all(id.as_bytes())?;
        }
        Ok(())
    })?;
    file.section("id ends", |to| {
        let mut ends = ends.iter();
        ends.try_for_each(|end| to.write_all(&end.to_le_bytes()))
    })?;
    by_id.sort_unstable();
    file.section("by id", |to| {
        by_id.iter().try_for_each(|(hash, article)| {
            to.write_all(&hash.to_le_bytes())?;
            to.write_all(&article.to_le_bytes())
        })
    })
}

/// The articles by story, then by copy group.
fn groups(file: &mut SectionFile, tables: &Tables<'_>) -> Result<()> {
    let found = tables.found();
    let key = |&article: &u32| {
        let at = article as usize;
        let representative = found.groups.of(at).representative;
        (found.stories.of(at).lead, representative, article)
    };
    let mut order: Vec<u32> = (0..found.register.len() as u32).collect();
    order.sort_unstable_by_key(key);
    file.section("by story", |to| {
        order
            .iter()
            .try_for_each(|article| to.write_all(&article.to_le_bytes()))
    })
}
