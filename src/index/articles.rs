//! Articles as they are kept: every field that decides or is shown, in blocks that are compressed each by itself.
//!
//! ```text
//! record: record(u64), then title, text, source, url, lang and input, each length + 1 (u32, 0 for none) and its bytes
//! ids:    the ids in one piece, so that they are found without their records
//! head:   block(u32) offset(u32) published(u64) record hash(u64) id hash(u64) source hash(u64) end of id(u32)
//! block:  at(u64) compressed(u32) plain(u32) first article(u32)
//! ```

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use xxhash_rust::xxh3::xxh3_64;

use crate::article::{Article, Place, Timestamp};
use crate::error::Result;
use crate::spill::Bytes;
use crate::state::file::Section;

use super::file::{Reading, Writing};
use super::manifest::FileEntry;

/// Bytes of records in a block: few enough for one article to be read at once.
pub(super) const BLOCK: usize = 256 << 10;
/// How hard blocks are compressed: zstd's level.
const LEVEL: i32 = 6;
const HEAD: usize = 44;
const IN_TABLE: usize = 20;
const NO_TIME: i64 = i64::MIN;

/// What is known of an article without its texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    block: u32,
    offset: u32,
    published: i64,
    pub(super) record_hash: u64,
    /// xxh3 of its own id, before it was made unlike others.
    pub(super) id_hash: u64,
    /// xxh3 of its source; 0 where it names none.
    pub(super) source: u64,
    /// Where its id ends among those of the file.
    id_end: u32,
}

impl Head {
    pub(super) fn published(&self) -> Option<Timestamp> {
        (self.published != NO_TIME).then_some(Timestamp(self.published))
    }

    fn to_bytes(self) -> [u8; HEAD] {
        let mut bytes = [0; HEAD];
        bytes[..4].copy_from_slice(&self.block.to_le_bytes());
        bytes[4..8].copy_from_slice(&self.offset.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.published.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.record_hash.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.id_hash.to_le_bytes());
        bytes[32..40].copy_from_slice(&self.source.to_le_bytes());
        bytes[40..].copy_from_slice(&self.id_end.to_le_bytes());
        bytes
    }

    fn of_bytes(bytes: &[u8; HEAD]) -> Option<Head> {
        let mut bytes = Bytes(bytes);
        Some(Head {
            block: bytes.u32()?,
            offset: bytes.u32()?,
            published: bytes.u64()? as i64,
            record_hash: bytes.u64()?,
            id_hash: bytes.u64()?,
            source: bytes.u64()?,
            id_end: bytes.u32()?,
        })
    }
}

/// An article on its way into an index.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) published: Option<Timestamp>,
    pub(super) record_hash: u64,
    pub(super) id_hash: u64,
    source: u64,
    /// Its record.
    record: Vec<u8>,
}

impl Draft {
    /// Takes an article that was read from an input of this name.
    pub(super) fn of(article: &Article<'_>, input: &str, id_hash: u64) -> Draft {
        let text = article.text.len() + article.title.len();
        let mut record = Vec::with_capacity(text + 256);
        record.extend_from_slice(&article.place.record.to_le_bytes());
        field(Some(&article.title), &mut record);
        field(Some(&article.text), &mut record);
        field(article.source.as_deref(), &mut record);
        field(article.url.as_deref(), &mut record);
        field(article.lang.as_deref(), &mut record);
        field(Some(input), &mut record);
        let source = article.source.as_deref();
        Draft {
            published: article.published,
            record_hash: article.record_hash,
            id_hash,
            source: source.map_or(0, |source| xxh3_64(source.as_bytes())),
            record,
        }
    }

    /// What stands for an article that was forgotten.
    fn gone() -> Draft {
        Draft::of(&Article::default(), "", 0)
    }

    pub(super) fn len(&self) -> usize {
        self.record.len()
    }
}

fn field(text: Option<&str>, to: &mut Vec<u8>) {
    let length = text.map_or(0, |text| text.len() as u32 + 1);
    to.extend_from_slice(&length.to_le_bytes());
    to.extend_from_slice(text.unwrap_or_default().as_bytes());
}

/// Records that are compressed together, and their heads.
#[derive(Debug, Default)]
pub(super) struct Block {
    plain: Vec<u8>,
    heads: Vec<Head>,
    ids: Vec<u8>,
}

/// A block that is compressed.
#[derive(Debug)]
pub(super) struct Packed {
    heads: Vec<Head>,
    ids: Vec<u8>,
    plain: u32,
    pub(super) compressed: u32,
}

impl Block {
    pub(super) fn push(&mut self, draft: &Draft, id: &str) {
        self.heads.push(Head {
            block: 0,
            offset: self.plain.len() as u32,
            published: draft.published.map_or(NO_TIME, |time| time.0),
            record_hash: draft.record_hash,
            id_hash: draft.id_hash,
            source: draft.source,
            id_end: 0,
        });
        self.take(&draft.record, id);
    }

    fn take(&mut self, record: &[u8], id: &str) {
        self.plain.extend_from_slice(record);
        self.ids.extend_from_slice(id.as_bytes());
        if let Some(head) = self.heads.last_mut() {
            head.id_end = self.ids.len() as u32;
        }
    }

    /// Takes a record as it is.
    fn copy(&mut self, head: &Head, record: &[u8], id: &str) {
        let offset = self.plain.len() as u32;
        self.heads.push(Head { offset, ..*head });
        self.take(record, id);
    }

    /// How many bytes its records have.
    pub(super) fn len(&self) -> usize {
        self.plain.len()
    }

    pub(super) fn packed(self) -> io::Result<(Packed, Vec<u8>)> {
        let mut encoder = zstd::bulk::Compressor::new(LEVEL)?;
        encoder.include_checksum(true)?;
        let bytes = encoder.compress(&self.plain)?;
        let packed = Packed {
            heads: self.heads,
            ids: self.ids,
            plain: self.plain.len() as u32,
            compressed: bytes.len() as u32,
        };
        Ok((packed, bytes))
    }
}

/// Writes blocks one after the other.
pub(super) struct ArticlesWriter<'w> {
    to: &'w mut dyn Write,
    heads: Vec<u8>,
    blocks: Vec<u8>,
    ids: Vec<u8>,
    at: u64,
    articles: u32,
    block: u32,
}

impl ArticlesWriter<'_> {
    pub(super) fn put(&mut self, block: &Packed, compressed: &[u8]) -> io::Result<()> {
        self.blocks.extend_from_slice(&self.at.to_le_bytes());
        for number in [block.compressed, block.plain, self.articles] {
            self.blocks.extend_from_slice(&number.to_le_bytes());
        }
        for head in &block.heads {
            let head = Head {
                block: self.block,
                id_end: self.ids.len() as u32 + head.id_end,
                ..*head
            };
            self.heads.extend_from_slice(&head.to_bytes());
        }
        self.ids.extend_from_slice(&block.ids);
        self.to.write_all(compressed)?;
        self.at += compressed.len() as u64;
        self.articles += block.heads.len() as u32;
        self.block += 1;
        Ok(())
    }
}

/// Writes a file of articles, whose blocks `fill` hands on in their order.
pub(super) fn write(
    mut file: Writing,
    first: u32,
    fill: impl FnOnce(&mut ArticlesWriter<'_>) -> io::Result<()>,
) -> Result<(Articles, Option<FileEntry>)> {
    let (mut heads, mut blocks, mut ids) = (Vec::new(), Vec::new(), Vec::new());
    file.section("records", |to| {
        let mut writer = ArticlesWriter {
            to,
            heads: Vec::new(),
            blocks: Vec::new(),
            ids: Vec::new(),
            at: 0,
            articles: 0,
            block: 0,
        };
        fill(&mut writer)?;
        (heads, blocks, ids) = (writer.heads, writer.blocks, writer.ids);
        Ok(())
    })?;
    file.section("heads", |to| to.write_all(&heads))?;
    file.section("blocks", |to| to.write_all(&blocks))?;
    file.section("ids", |to| to.write_all(&ids))?;
    let (reading, entry) = file.finish()?;
    let articles = Articles::of(reading, first)?;
    let entry = entry.map(|entry| FileEntry {
        first,
        articles: articles.len(),
        ..entry
    });
    Ok((articles, entry))
}

/// A file of articles.
#[derive(Debug)]
pub(super) struct Articles {
    file: Reading,
    records: Section,
    ids: Section,
    /// The number of its first article.
    pub(super) first: u32,
    heads: Vec<Head>,
    blocks: Vec<InTable>,
    /// The block that was read last: what is asked for together often lies together.
    last: Mutex<Option<(u32, std::sync::Arc<Vec<u8>>)>>,
}

#[derive(Clone, Copy, Debug)]
struct InTable {
    at: u64,
    compressed: u32,
    plain: u32,
    first: u32,
}

/// A kept article with the texts that it borrows.
#[derive(Debug)]
pub(super) struct Record<'b> {
    pub(super) article: Article<'b>,
    pub(super) input: &'b str,
    /// The record that it was in its input.
    pub(super) record: u64,
}

impl Articles {
    pub(super) fn open(path: &Path, entry: &FileEntry) -> Result<Articles> {
        let articles = Articles::of(Reading::open(path, entry)?, entry.first)?;
        match articles.len() == entry.articles {
            true => Ok(articles),
            false => Err(articles.file.damaged()),
        }
    }

    fn of(file: Reading, first: u32) -> Result<Articles> {
        let damaged = || file.damaged();
        let heads = file.whole("heads")?;
        let heads: Option<Vec<Head>> = heads.as_chunks().0.iter().map(Head::of_bytes).collect();
        let blocks = file.whole("blocks")?;
        let block = |bytes: &[u8; IN_TABLE]| {
            let mut bytes = Bytes(bytes);
            Some(InTable {
                at: bytes.u64()?,
                compressed: bytes.u32()?,
                plain: bytes.u32()?,
                first: bytes.u32()?,
            })
        };
        let blocks: Option<Vec<InTable>> = blocks.as_chunks().0.iter().map(block).collect();
        Ok(Articles {
            records: file.section("records")?,
            ids: file.section("ids")?,
            heads: heads.ok_or_else(damaged)?,
            blocks: blocks.ok_or_else(damaged)?,
            file,
            first,
            last: Mutex::default(),
        })
    }

    pub(super) fn len(&self) -> u32 {
        self.heads.len() as u32
    }

    /// What is known of an article, by its place in the file.
    pub(super) fn head(&self, at: u32) -> Option<&Head> {
        self.heads.get(at as usize)
    }

    /// How many blocks there are.
    pub(super) fn blocks(&self) -> usize {
        self.blocks.len()
    }

    /// The places of the articles of a block.
    pub(super) fn of_block(&self, block: usize) -> std::ops::Range<u32> {
        let next = self.blocks.get(block + 1).map(|next| next.first);
        self.blocks[block].first..next.unwrap_or(self.len())
    }

    /// The block of an article.
    pub(super) fn block_of(&self, at: u32) -> usize {
        self.heads[at as usize].block as usize
    }

    /// The records of a block.
    pub(super) fn block(&self, block: usize) -> Result<Vec<u8>> {
        let it = self.blocks.get(block).ok_or_else(|| self.file.damaged())?;
        let end = it.at + u64::from(it.compressed);
        let bytes = self.file.stretch(self.records, it.at..end)?;
        let plain = zstd::bulk::decompress(&bytes, it.plain as usize);
        let plain = plain.map_err(|_| self.file.damaged())?;
        match plain.len() == it.plain as usize {
            true => Ok(plain),
            false => Err(self.file.damaged()),
        }
    }

    /// The records of an article's block, which may be at hand.
    pub(super) fn near(&self, at: u32) -> Result<std::sync::Arc<Vec<u8>>> {
        let block = self.heads.get(at as usize).map(|head| head.block);
        let block = block.ok_or_else(|| self.file.damaged())?;
        let last = || self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((number, bytes)) = &*last()
            && *number == block
        {
            return Ok(std::sync::Arc::clone(bytes));
        }
        let bytes = std::sync::Arc::new(self.block(block as usize)?);
        *last() = Some((block, std::sync::Arc::clone(&bytes)));
        Ok(bytes)
    }

    /// The `article_id` of an article.
    pub(super) fn id(&self, at: u32) -> Result<String> {
        let damaged = || self.file.damaged();
        let end = |at: u32| Some(u64::from(self.heads.get(at as usize)?.id_end));
        let before = at.checked_sub(1).map_or(Some(0), end);
        let (start, end) = before.zip(end(at)).ok_or_else(damaged)?;
        let bytes = self.file.stretch(self.ids, start..end)?;
        String::from_utf8(bytes).map_err(|_| damaged())
    }

    /// An article, given the records of its block.
    pub(super) fn record<'b>(&self, at: u32, block: &'b [u8]) -> Result<Record<'b>> {
        let damaged = || self.file.damaged();
        let head = self.heads.get(at as usize).ok_or_else(damaged)?;
        let bytes = block.get(head.offset as usize..).ok_or_else(damaged)?;
        let record = read(bytes, head).ok_or_else(damaged)?;
        let place = Place {
            input: 0,
            record: u64::from(self.first + at) + 1,
        };
        Ok(Record {
            article: Article {
                place,
                external_id: Some(Cow::Owned(self.id(at)?)),
                ..record.article
            },
            ..record
        })
    }
}

impl Articles {
    /// The same articles without the records of some, which leave their numbers.
    pub(super) fn without(
        &self,
        is_gone: &dyn Fn(u32) -> bool,
        file: Writing,
    ) -> Result<Option<FileEntry>> {
        let failed = io::Error::other;
        let written = write(file, self.first, |writer| {
            for number in 0..self.blocks() {
                let plain = self.block(number).map_err(failed)?;
                let places = self.of_block(number);
                let heads = &self.heads[places.start as usize..places.end as usize];
                let ends = heads.iter().skip(1).map(|next| next.offset as usize);
                let mut block = Block::default();
                for ((head, end), at) in heads.iter().zip(ends.chain([plain.len()])).zip(places) {
                    let record = plain.get(head.offset as usize..end);
                    let record = record.ok_or_else(|| failed(self.file.damaged()))?;
                    match is_gone(self.first + at) {
                        true => block.push(&Draft::gone(), ""),
                        false => block.copy(head, record, &self.id(at).map_err(failed)?),
                    }
                }
                let (packed, bytes) = block.packed()?;
                writer.put(&packed, &bytes)?;
            }
            Ok(())
        })?;
        Ok(written.1)
    }
}

fn read<'b>(bytes: &'b [u8], head: &Head) -> Option<Record<'b>> {
    let (record, mut rest) = bytes.split_first_chunk()?;
    let mut field = || -> Option<Option<&'b str>> {
        let (length, bytes) = rest.split_first_chunk()?;
        let length = u32::from_le_bytes(*length) as usize;
        let (text, behind) = bytes.split_at_checked(length.saturating_sub(1))?;
        rest = behind;
        let text = std::str::from_utf8(text).ok()?;
        Some((length > 0).then_some(text))
    };
    Some(Record {
        article: Article {
            external_id: None,
            title: Cow::Borrowed(field()??),
            text: Cow::Borrowed(field()??),
            source: field()?.map(Cow::Borrowed),
            url: field()?.map(Cow::Borrowed),
            lang: field()?.map(Cow::Borrowed),
            published: head.published(),
            place: Place::default(),
            record_hash: head.record_hash,
            ..Article::default()
        },
        input: field()??,
        record: u64::from_le_bytes(*record),
    })
}
