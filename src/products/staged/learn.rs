//! Learning: what each file says of the dump, and what is judged of all.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::tables::StoredTables;
use super::wire::Kind;
use super::{Job, MapReduce, PackedRun, Sender};
use crate::corpus::Plausible;
use crate::error::Result;
use crate::stages::clean::{Furniture, Gathering, PageStats};
use crate::stages::copies::SiteTitles;

/// So many pages go out at once.
const PAGES: usize = 2048;

/// Learns what the pages of a dump repeat.
pub(super) struct Learn<'j>(pub(super) &'j Job);

/// What is learned of a file besides its pages.
#[derive(Default, Serialize, Deserialize)]
struct Rest {
    times: Vec<i64>,
    /// By source, the titles that say what the source puts on its titles.
    titles: BTreeMap<String, Vec<(u64, String)>>,
    articles: u64,
    /// Articles without a text.
    alone: u64,
}

impl MapReduce for Learn<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        let job = self.0;
        let corpus = (job.opener)(&[job.file(run)?])?;
        let rest = Mutex::new((Rest::default(), BTreeMap::<String, SiteTitles>::new()));
        let stats = PageStats::gather_and(&corpus, &job.budget, &|batch| {
            let mut rest = rest.lock().unwrap_or_else(PoisonError::into_inner);
            let (rest, titles) = &mut *rest;
            for article in batch.articles {
                rest.articles += 1;
                rest.alone += u64::from(article.text.trim().is_empty());
                rest.times.extend(article.published.map(|time| time.0));
                if let Some(source) = article.source.as_deref() {
                    let of_site = match titles.get_mut(source) {
                        Some(of_site) => of_site,
                        None => titles.entry(source.to_owned()).or_default(),
                    };
                    of_site.add(article.record_hash, &article.title);
                }
            }
        })?;
        let (mut rest, titles) = rest.into_inner().unwrap_or_else(PoisonError::into_inner);
        rest.titles = titles
            .into_iter()
            .map(|(source, titles)| (source, titles.into_sample()))
            .collect();
        to.send(Kind::Rest, 0, &rest);
        if !job.config.keep_furniture {
            for part in stats.parts(PAGES) {
                to.whole(Kind::Pages, 0, part.to_bytes());
            }
        }
        Ok(())
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, _: &mut Sender) -> Result<()> {
        let job = self.0;
        let gathering = Gathering::new(&job.budget);
        let mut all = Rest::default();
        let mut titles: BTreeMap<String, SiteTitles> = BTreeMap::new();
        for run in runs {
            if run.kind == Kind::Pages as u32 {
                let part = PageStats::from_bytes(&run.payload);
                gathering.push(part.ok_or_else(|| job.damaged("page statistics"))?)?;
                continue;
            }
            for row in super::wire::rows::<Rest>(&run.payload) {
                let (rest, _) = row.ok_or_else(|| job.damaged("titles"))?;
                all.times.extend(rest.times);
                all.articles += rest.articles;
                all.alone += rest.alone;
                for (source, sample) in rest.titles {
                    let of_site = titles.entry(source).or_default();
                    sample
                        .iter()
                        .for_each(|(hash, title)| of_site.add(*hash, title));
                }
            }
        }
        let furniture = match job.config.keep_furniture {
            true => Furniture::default(),
            false => gathering.judge()?,
        };
        let mut stored = Vec::new();
        // Writing into memory cannot fail.
        let _ = furniture.store(&mut stored);
        let words = titles
            .into_iter()
            .map(|(source, titles)| (source, titles.words()));
        job.keep_tables(&StoredTables {
            furniture: stored,
            plausible: Plausible::learn(all.times.iter().copied()),
            site_words: words.filter(|(_, words)| !words.is_empty()).collect(),
            titles_alone: 2 * all.alone >= all.articles,
        })
    }
}

impl Job {
    /// The file of a run.
    pub(super) fn file(&self, run: &PackedRun) -> Result<std::path::PathBuf> {
        let file = self.files.get(self.file_number(run)? as usize);
        file.cloned().ok_or_else(|| self.damaged("files"))
    }

    pub(super) fn file_number(&self, run: &PackedRun) -> Result<u32> {
        let number = run.payload.as_slice().try_into().map(u32::from_le_bytes);
        number.map_err(|_| self.damaged("files"))
    }
}
