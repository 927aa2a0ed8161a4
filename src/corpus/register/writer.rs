//! The register on its way: batches come in any order, and are put into theirs.

use std::collections::hash_map::Entry as Slot;
use std::sync::{Arc, Mutex, PoisonError};

use ahash::AHashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::{HELD, NO_ORDERS, NO_TIME, NONE, Piece, Places, Register, SiteWords};
use crate::corpus::record::address;
use crate::corpus::record::plausible::Plausible;
use crate::corpus::{Article, Batch, KEEP_BY};
use crate::error::{ErrorKind, Result};
use crate::spill::{ColumnWriter, MemoryBudget};

/// Takes the articles of all batches, in any order.
#[derive(Debug)]
pub(crate) struct RegisterWriter {
    budget: MemoryBudget,
    addresses: ColumnWriter<u64>,
    ends: ColumnWriter<u32>,
    strings: ColumnWriter<u8>,
    names: Mutex<AHashMap<String, u32>>,
    parts: Mutex<Vec<Part>>,
}

/// What stays in memory of a batch.
#[derive(Debug)]
struct Part {
    batch: usize,
    published: Vec<i64>,
    /// As names are numbered while batches come in.
    sources_of: Vec<u32>,
    record_hashes: Vec<u64>,
    /// None where no article has one.
    orders: Vec<[u64; KEEP_BY]>,
    places: Places,
    strings: usize,
    without_id: usize,
}

impl RegisterWriter {
    pub(crate) fn new(budget: &MemoryBudget) -> RegisterWriter {
        RegisterWriter {
            budget: budget.clone(),
            addresses: ColumnWriter::new(budget),
            ends: ColumnWriter::new(budget),
            strings: ColumnWriter::new(budget),
            names: Mutex::default(),
            parts: Mutex::default(),
        }
    }

    /// Enters the articles of a batch.
    pub(crate) fn enter(&self, batch: &Batch<'_>) -> Result<()> {
        let articles = batch.articles;
        let address = |article: &Article<'_>| {
            let address = article.url.as_deref().and_then(address::canonical);
            address.map_or(0, |address| xxh3_64(address.as_bytes()))
        };
        let (mut ends, mut strings) = (Vec::with_capacity(2 * articles.len()), Vec::new());
        for article in articles {
            ends.push(article.external_id.as_deref().map_or(NONE, |id| {
                strings.extend_from_slice(id.as_bytes());
                strings.len() as u32
            }));
            strings.extend_from_slice(article.title.as_bytes());
            ends.push(strings.len() as u32);
        }
        let time = |article: &Article<'_>| article.published.map_or(NO_TIME, |time| time.0);
        let part = Part {
            batch: batch.number,
            published: articles.iter().map(time).collect(),
            sources_of: self.sources_of(articles),
            record_hashes: articles.iter().map(|article| article.record_hash).collect(),
            orders: orders(articles),
            places: Places::of(articles),
            strings: strings.len(),
            without_id: ends.iter().step_by(2).filter(|&&end| end == NONE).count(),
        };
        self.addresses
            .push(batch.number, articles.iter().map(address).collect())?;
        self.ends.push(batch.number, ends)?;
        self.strings.push(batch.number, strings)?;
        let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        parts.push(part);
        Ok(())
    }

    fn sources_of(&self, articles: &[Article<'_>]) -> Vec<u32> {
        let mut known: AHashMap<&str, u32> = AHashMap::new();
        let mut number = |name| match known.entry(name) {
            Slot::Occupied(known) => *known.get(),
            Slot::Vacant(free) => {
                let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
                let next = names.len() as u32;
                *free.insert(*names.entry(name.to_owned()).or_insert(next))
            }
        };
        articles
            .iter()
            .map(|article| article.source.as_deref().map_or(NONE, &mut number))
            .collect()
    }

    /// All articles, in the order of their batches.
    pub(crate) fn finish(self) -> Result<Register> {
        let mut register = self.put_together()?;
        let times = register.published.iter().copied();
        register.plausible = Plausible::learn(times.filter(|&time| time != NO_TIME));
        register.drop_implausible();
        Ok(register)
    }

    /// The articles of a part of a dump, given what is known of all of it.
    pub(crate) fn finish_part(
        self,
        plausible: &Plausible,
        site_words: &Arc<SiteWords>,
    ) -> Result<Register> {
        let mut register = self.put_together()?;
        register.plausible = plausible.clone();
        register.site_words = Some(Arc::clone(site_words));
        register.drop_implausible();
        Ok(register)
    }

    fn put_together(self) -> Result<Register> {
        let mut parts = self
            .parts
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        parts.sort_unstable_by_key(|part| part.batch);
        let articles = parts.iter().map(|part| part.published.len()).sum();
        if u32::try_from(articles).is_err() {
            return Err(ErrorKind::TooManyArticles.into());
        }
        let names = self
            .names
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let mut sources = Renumbered::new(names);
        let mut register = Register {
            published: Vec::with_capacity(articles),
            sources_of: Vec::with_capacity(articles),
            record_hashes: Vec::with_capacity(articles),
            addresses: self.addresses.finish(),
            ends: self.ends.finish(),
            strings: self.strings.finish(),
            _reserved: Some(self.budget.reserve(HELD * articles as u64)?),
            ..Register::default()
        };
        let has_orders = parts.iter().any(|part| !part.orders.is_empty());
        if has_orders {
            let bytes = size_of::<[u64; KEEP_BY]>() * articles;
            register._orders_taken = Some(self.budget.reserve(bytes as u64)?);
        }
        let mut strings = 0;
        for part in parts {
            let first = register.len() as u32;
            register.batches.push(first);
            for &source in &part.sources_of {
                register.sources_of.push(sources.number(source));
            }
            if !part.published.is_empty() {
                let places = part.places;
                register.pieces.push(Piece {
                    first,
                    strings,
                    places,
                });
            }
            if has_orders {
                register.orders.extend(part.orders);
                let all = register.published.len() + part.published.len();
                register.orders.resize(all, NO_ORDERS);
            }
            register.published.extend(part.published);
            register.record_hashes.extend(part.record_hashes);
            register.without_id += part.without_id;
            strings += part.strings as u64;
        }
        register.sources = sources.names;
        Ok(register)
    }
}

/// What says which of some articles is kept; nothing where none has any.
fn orders(articles: &[Article<'_>]) -> Vec<[u64; KEEP_BY]> {
    let has_any = articles.iter().any(|article| article.order != NO_ORDERS);
    let orders = articles.iter().map(|article| article.order);
    orders.filter(|_| has_any).collect()
}

/// The sources of a dump, numbered anew in the order of articles.
struct Renumbered {
    named: Vec<String>,
    numbers: Vec<u32>,
    names: Vec<String>,
}

impl Renumbered {
    /// Given the numbers that names have by chance.
    fn new(
        names: impl IntoIterator<Item = (String, u32), IntoIter: ExactSizeIterator>,
    ) -> Renumbered {
        let names = names.into_iter();
        let (mut named, numbers) = (vec![String::new(); names.len()], vec![NONE; names.len()]);
        for (name, number) in names {
            named[number as usize] = name;
        }
        Renumbered {
            named,
            numbers,
            names: Vec::new(),
        }
    }

    /// The new number of a source; none where it had none.
    fn number(&mut self, source: u32) -> u32 {
        let Some(number) = self.numbers.get_mut(source as usize) else {
            return NONE;
        };
        if *number == NONE {
            *number = self.names.len() as u32;
            self.names
                .push(std::mem::take(&mut self.named[source as usize]));
        }
        *number
    }
}
