//! Versions: what became of articles of a dump that were published under one address before, or are again.

use xxhash_rust::xxh3::xxh3_64;

use super::found::Compared;
use crate::corpus::{Timestamp, canonical_address};
use crate::error::Result;
use crate::output::VersionWriter;
use crate::results::tables::{VersionText, write_versions};

/// An article of a copy group: its address, its place in time, and its number.
type Dated = (u64, (bool, i64, u64), u32);

/// What is read of an article.
struct Read {
    id: String,
    url: String,
    title: String,
    text: String,
    published: Option<Timestamp>,
    input: String,
    record: u64,
}

impl Read {
    fn text(&self) -> VersionText<'_> {
        VersionText {
            article_id: self.id.as_str().into(),
            url: &self.url,
            title: &self.title,
            text: &self.text,
            published: self.published,
            input: &self.input,
            record: self.record,
        }
    }
}

impl Compared<'_> {
    /// Writes the versions of every article of the dump of which there are several, in the index or in the dump: those of a copy
    /// group that have one address, in order of time, each with what is different from the one before.
    ///
    /// # Errors
    ///
    /// When the index cannot be read, or a row cannot be written.
    pub fn write_versions(&self, to: &mut VersionWriter) -> Result<()> {
        self.index.need_texts()?;
        let came = self.numbers();
        let group = |number: u32| self.rows.rows[number as usize].group;
        let mut groups: Vec<u32> = came.iter().map(|&number| group(number)).collect();
        groups.sort_unstable();
        groups.dedup();
        for group in groups {
            let members = self.groups.of(group);
            if members.len() < 2 {
                continue;
            }
            let mut all: Vec<Dated> = Vec::with_capacity(members.len());
            for number in members {
                all.extend(self.dated(number)?);
            }
            all.sort_unstable();
            let chains = all.chunk_by(|a, b| a.0 == b.0);
            let of_dump = |it: &Dated| came.binary_search(&it.2).is_ok();
            for chain in chains.filter(|it| it.len() > 1 && it.iter().any(of_dump)) {
                self.write_chain(chain, to)?;
            }
        }
        Ok(())
    }

    fn dated(&self, number: u32) -> Result<Option<Dated>> {
        let address = self.with(number, |record| {
            let address = record.article.url.as_deref().and_then(canonical_address);
            address.map(|address| xxh3_64(address.as_bytes()))
        })?;
        let time = self.published(number).map(|time| time.0);
        let record = self.head(number).map_or(0, |head| head.record_hash);
        let order = (time.is_none(), time.unwrap_or(0), record);
        Ok(address.map(|address| (address, order, number)))
    }

    fn write_chain(&self, chain: &[Dated], to: &mut VersionWriter) -> Result<()> {
        let read = chain.iter().map(|&(.., number)| self.read_version(number));
        let read: Vec<Read> = read.collect::<Result<_>>()?;
        let texts: Vec<VersionText<'_>> = read.iter().map(Read::text).collect();
        let stands = self.rows.rows[chain[0].2 as usize].representative;
        write_versions(&texts, &self.id(stands)?, to)
    }

    fn read_version(&self, number: u32) -> Result<Read> {
        let id = self.id(number)?;
        self.with(number, |record| Read {
            id,
            url: record.article.url.as_deref().unwrap_or_default().to_owned(),
            title: record.article.title.clone().into_owned(),
            text: record.article.text.clone().into_owned(),
            published: record.article.published,
            input: record.input.to_owned(),
            record: record.record,
        })
    }
}
