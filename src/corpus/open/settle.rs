//! What is settled about a dump before it is read: by a first look at the beginning of every input, bounded and the same
//! whatever the threads, so that every sweep reads alike.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use super::FileCorpus;
use crate::corpus::Article;
use crate::corpus::record::address;
use crate::corpus::record::date::{Evidence, Settled};
use crate::corpus::record::fields::Role;
use crate::corpus::sweep::Sweep;
use crate::corpus::sweep::schedule::input_number;
use crate::error::Result;

/// How many bytes of all inputs together are looked at.
const LOOKED_AT: u64 = 16 << 20;

/// Sources beyond so many are those of outlets, whatever they are called.
const SOURCES: usize = 1000;

/// How often a field may turn out to name no outlet.
const FIELDS: usize = 4;

impl FileCorpus {
    /// Finds out which fields name no outlet although they are called so, and how dates are to be read that could be two.
    pub(crate) fn settle(&mut self) -> Result<()> {
        let look = self.look()?;
        self.settle_dates(&look)?;
        if self.options.fields.source.is_none() {
            self.settle_sources(look)?;
        }
        Ok(())
    }

    /// What the beginnings do not settle, all records may.
    fn settle_dates(&mut self, look: &Look) -> Result<()> {
        let by_input = |evidence: &BTreeMap<u32, Evidence>| {
            let inputs = 0..self.inputs.len();
            let of = |at| evidence.get(&input_number(at)).copied().unwrap_or_default();
            inputs.map(of).collect::<Vec<_>>()
        };
        let mut evidence = by_input(&look.evidence);
        let mut settled = Settled::by(&evidence);
        let has_questions = |settled: &Settled, evidence: &[Evidence]| {
            let inputs = evidence.iter().zip(0..);
            inputs
                .into_iter()
                .any(|(evidence, input)| evidence.has_questions(settled.order(input)))
        };
        if has_questions(&settled, &evidence) && look.bytes < self.expected_bytes() {
            let (_, all) = Sweep::look(self, None).run_noting(&|_, _| Ok(()))?;
            evidence = by_input(&all);
            settled = Settled::by(&evidence);
        }
        self.settled = settled;
        Ok(())
    }

    fn settle_sources(&mut self, mut look: Look) -> Result<()> {
        for _ in 0..FIELDS {
            if !look.may_name_no_outlet() {
                break;
            }
            let before = self.options.fields.no_source.len();
            self.options
                .fields
                .no_source
                .extend(look.fields.iter().cloned());
            let next = self.look()?;
            if !look.is_no_outlet_beside(&next) {
                self.options.fields.no_source.truncate(before);
                break;
            }
            look = next;
        }
        Ok(())
    }

    fn look(&self) -> Result<Look> {
        let look = Mutex::new(Look::default());
        let sweep = Sweep::look(self, Some(LOOKED_AT));
        let (report, evidence) = sweep.run_noting(&|batch, _| {
            let mut look = look.lock().unwrap_or_else(PoisonError::into_inner);
            batch.articles.iter().for_each(|article| look.add(article));
            Ok(())
        })?;
        let mut look = look.into_inner().unwrap_or_else(PoisonError::into_inner);
        let fields = report.fields.into_iter();
        let fields = fields.filter(|(role, _)| *role == Role::Source.name());
        look.fields = fields.map(|(_, path)| path).collect();
        (look.evidence, look.bytes) = (evidence, report.bytes);
        Ok(look)
    }
}

/// What the sources of a dump are.
#[derive(Default)]
struct Look {
    articles: u64,
    /// The sites whose pages each source has.
    sources: BTreeMap<String, Sites>,
    /// The fields that sources were taken from.
    fields: Vec<String>,
    /// What dates say about dates that could be two, by input.
    evidence: BTreeMap<u32, Evidence>,
    bytes: u64,
}

#[derive(Default)]
struct Sites {
    /// Some of them, enough to know that there are several.
    some: BTreeSet<String>,
    /// Whether the source is called like one of them.
    is_called_so: bool,
}

impl Look {
    fn add(&mut self, article: &Article<'_>) {
        self.articles += 1;
        let Some(source) = &article.source else {
            return;
        };
        if self.sources.len() >= SOURCES && !self.sources.contains_key(&**source) {
            return;
        }
        let sites = self.sources.entry(source.clone().into_owned()).or_default();
        let Some(host) = article.url.as_deref().and_then(address::outlet) else {
            return;
        };
        let site = address::site(&host);
        sites.is_called_so |= is_name_of(source, site);
        if sites.some.len() < 2 {
            sites.some.insert(site.to_owned());
        }
    }

    /// Whether every source has pages of several sites and the name of none, or there is only one source.
    fn may_name_no_outlet(&self) -> bool {
        let is_collection = |sites: &Sites| sites.some.len() > 1 && !sites.is_called_so;
        let is_one = self.sources.len() == 1 && self.articles > 1;
        let is_named = self.sources.values().any(|sites| sites.is_called_so);
        let are_few = !self.sources.is_empty() && self.sources.len() < SOURCES;
        let are_collections = self.sources.values().all(is_collection);
        !self.fields.is_empty() && are_few && (are_collections || (is_one && !is_named))
    }

    /// Whether what is there without these fields tells articles apart.
    fn is_no_outlet_beside(&self, next: &Look) -> bool {
        next.sources.len() > self.sources.len().max(1)
    }
}

/// Whether an outlet of this name may have this site: one is part of the other, or the site is made of the first letters.
fn is_name_of(source: &str, site: &str) -> bool {
    let plain = |text: &str| -> String {
        let letters = text.chars().filter(|mark| mark.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let label = plain(site.split('.').next().unwrap_or(site));
    let name = plain(source);
    let words = || {
        source
            .split(|mark: char| !mark.is_alphanumeric())
            .filter(|word| !word.is_empty())
    };
    let initials: String = words()
        .filter_map(|word| word.chars().next())
        .flat_map(char::to_lowercase)
        .collect();
    let is_part = |part: &str, of: &str| part.chars().count() > 2 && of.contains(part);
    let has_word = words()
        .map(plain)
        .any(|word| word.chars().count() > 3 && label.contains(&word));
    is_part(&name, &label)
        || is_part(&label, &name)
        || has_word
        || (initials.len() > 1 && label == initials)
}

#[cfg(test)]
mod tests {
    use super::is_name_of;

    #[test]
    fn outlets_are_called_like_their_sites() {
        for (source, site) in [
            ("BBC", "bbc.co.uk"),
            ("The Northern Courier", "northerncourier.example"),
            ("Millbrook Gazette & Post", "gazette.example"),
            ("British Broadcasting Corporation", "bbc.example"),
            ("courier.example", "courier.example"),
        ] {
            assert!(is_name_of(source, site), "{source}");
        }
        for (source, site) in [
            ("mC4", "gazette.example"),
            ("common-crawl", "ledger.example"),
        ] {
            assert!(!is_name_of(source, site), "{source}");
        }
    }
}
