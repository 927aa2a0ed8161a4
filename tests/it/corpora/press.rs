//! The press turns drafts into a dump: it knows every headline, so it can print them around every text.

use std::collections::BTreeMap;

use super::furniture::{Edition, Moment, Site};
use super::language::Language;
use super::prose::{Reporter, Text};
use super::random::Random;
use super::{Dump, Pair, Record};

/// Which headlines the lists of a page show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Headlines {
    /// Those of other articles in the dump.
    OfTheDump,
    /// Those of articles that nobody scraped.
    FromOutside,
}

/// A page before it is printed.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    text: Text,
    /// An index into the press's sites.
    site: usize,
    published: Moment,
    /// The day of the lists around it: another than the day of publication where it was scraped later.
    captured: usize,
    framed: bool,
    group: usize,
}

impl Draft {
    pub(crate) fn new(text: Text, site: usize, published: Moment) -> Self {
        Self {
            text,
            site,
            published,
            captured: published.day,
            framed: true,
            group: 0,
        }
    }

    pub(crate) fn captured_on(mut self, day: usize) -> Self {
        self.captured = day;
        self
    }

    /// The text without furniture.
    pub(crate) fn bare(mut self) -> Self {
        self.framed = false;
        self
    }
}

/// Collects drafts and prints them.
#[derive(Debug)]
pub(crate) struct Press {
    pub(crate) sites: Vec<Site>,
    headlines: Headlines,
    drafts: Vec<Draft>,
    pairs: Vec<(usize, usize, String)>,
    groups: usize,
}

impl Press {
    pub(crate) fn new(sites: Vec<Site>, headlines: Headlines) -> Self {
        Self {
            sites,
            headlines,
            drafts: Vec::new(),
            pairs: Vec::new(),
            groups: 0,
        }
    }

    /// A page that copies no earlier one; the number returned is what its copies refer to.
    pub(crate) fn add(&mut self, draft: Draft) -> usize {
        let group = self.groups;
        self.groups += 1;
        self.drafts.push(Draft { group, ..draft });
        self.drafts.len() - 1
    }

    /// A page that copies `original`.
    pub(crate) fn add_copy(&mut self, original: usize, draft: Draft, edit: &str) -> usize {
        let group = self.drafts[original].group;
        self.drafts.push(Draft { group, ..draft });
        let copy = self.drafts.len() - 1;
        self.note(original, copy, edit);
        copy
    }

    /// Lists a pair in the dump without saying that it belongs together.
    pub(crate) fn note(&mut self, a: usize, b: usize, edit: &str) {
        self.pairs.push((a, b, edit.to_owned()));
    }

    /// The dump, in the order of time.
    pub(crate) fn print(self, random: &mut Random) -> Dump {
        let headlines = self.headlines(random);
        let mut order: Vec<usize> = (0..self.drafts.len()).collect();
        order.sort_by_key(|&number| {
            let draft = &self.drafts[number];
            (draft.captured, draft.published)
        });
        let mut ids = vec![String::new(); order.len()];
        for (position, &number) in order.iter().enumerate() {
            ids[number] = format!("a{position:05}");
        }
        let records: Vec<Record> = order
            .iter()
            .map(|&number| self.record(number, &ids[number], &headlines))
            .collect();
        let gold = order
            .iter()
            .map(|&number| {
                (
                    ids[number].clone(),
                    format!("g{}", self.drafts[number].group),
                )
            })
            .collect();
        let pairs = self.pairs.into_iter().map(|(a, b, edit)| Pair {
            a: ids[a].clone(),
            b: ids[b].clone(),
            edit,
        });
        Dump {
            records,
            gold,
            pairs: pairs.collect(),
        }
    }

    fn record(
        &self,
        number: usize,
        id: &str,
        headlines: &BTreeMap<Language, Vec<String>>,
    ) -> Record {
        let draft = &self.drafts[number];
        let site = &self.sites[draft.site];
        let edition = Edition {
            headlines: &headlines[&site.lexicon.language],
            day: draft.captured,
        };
        let (body, text) = if draft.framed {
            let page = site.page(&draft.text, draft.published, edition);
            (site.body(&draft.text), page)
        } else {
            (draft.text.body(), draft.text.body())
        };
        Record {
            id: id.to_owned(),
            title: draft.text.headline.clone(),
            text,
            source: Some(site.name.clone()),
            date: Some(draft.published.rfc3339()),
            body,
        }
    }

    /// What lists can be drawn from, by language; each headline once.
    fn headlines(&self, random: &mut Random) -> BTreeMap<Language, Vec<String>> {
        let mut pools: BTreeMap<Language, Vec<String>> = BTreeMap::new();
        for site in &self.sites {
            pools.entry(site.lexicon.language).or_default();
        }
        for (language, pool) in &mut pools {
            if self.headlines == Headlines::FromOutside {
                pool.extend((0..300).map(|_| Reporter::new(*language, random).headline()));
            } else {
                let own = self
                    .drafts
                    .iter()
                    .filter(|draft| self.sites[draft.site].lexicon.language == *language)
                    .map(|draft| draft.text.headline.clone());
                pool.extend(own);
            }
            pool.sort_unstable();
            pool.dedup();
        }
        pools
    }
}
