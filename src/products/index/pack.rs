//! Packing: articles become records, and records blocks of a file.

use std::io::{self, Write};

use xxhash_rust::xxh3::xxh3_64;

use super::articles::{Articles, BARE, Head, NO_TIME, RECORDS, Record};
use super::file::Writing;
use super::manifest::FileEntry;
use crate::corpus::{Article, Place, Timestamp};
use crate::error::Result;

/// Bytes of records in a block: few enough for one article to be read at once.
pub(super) const BLOCK: usize = 256 << 10;
/// How hard blocks are compressed: zstd's level.
const LEVEL: i32 = 6;
/// Bytes of a block of records without texts, of which single ones are asked for.
const BARE_BLOCK: usize = 32 << 10;

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
            source: source.map_or(0, source_hash),
            record,
        }
    }

    /// An article as it is kept without its texts, and what is kept in their place.
    pub(super) fn bare(record: &Record<'_>, head: &Head, gist: &[u8]) -> Draft {
        let article = Article {
            title: "".into(),
            text: "".into(),
            url: None,
            lang: None,
            place: Place {
                record: record.record,
                ..Place::default()
            },
            ..record.article.clone()
        };
        let mut draft = Draft::of(&article, record.input, head.id_hash);
        piece(Some(gist), &mut draft.record);
        draft
    }

    /// What stands for an article that was forgotten.
    pub(super) fn gone(is_bare: bool) -> Draft {
        let mut draft = Draft::of(&Article::default(), "", 0);
        if is_bare {
            piece(Some(&[]), &mut draft.record);
        }
        draft
    }

    pub(super) fn len(&self) -> usize {
        self.record.len()
    }
}

/// What stands for a source.
pub(super) fn source_hash(source: &str) -> u64 {
    xxh3_64(source.as_bytes())
}

fn field(text: Option<&str>, to: &mut Vec<u8>) {
    piece(text.map(str::as_bytes), to);
}

fn piece(bytes: Option<&[u8]>, to: &mut Vec<u8>) {
    let length = bytes.map_or(0, |bytes| bytes.len() as u32 + 1);
    to.extend_from_slice(&length.to_le_bytes());
    to.extend_from_slice(bytes.unwrap_or_default());
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
    pub(super) fn copy(&mut self, head: &Head, record: &[u8], id: &str) {
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

/// Writes a file of articles, with texts or without, whose blocks `fill` hands on in their order.
pub(super) fn write(
    mut file: Writing,
    (first, is_bare): (u32, bool),
    fill: impl FnOnce(&mut ArticlesWriter<'_>) -> io::Result<()>,
) -> Result<(Articles, Option<FileEntry>)> {
    let (mut heads, mut blocks, mut ids) = (Vec::new(), Vec::new(), Vec::new());
    file.section(if is_bare { BARE } else { RECORDS }, |to| {
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

impl Articles {
    /// The same articles without the records of some, which leave their numbers.
    pub(super) fn without(
        &self,
        is_gone: &dyn Fn(u32) -> bool,
        file: Writing,
    ) -> Result<Option<FileEntry>> {
        let failed = io::Error::other;
        let written = write(file, (self.first, self.is_bare), |writer| {
            for number in 0..self.blocks() {
                let plain = self.block(number).map_err(failed)?;
                let mut block = Block::default();
                for at in self.of_block(number) {
                    let raw = self.raw(at, &plain);
                    let (head, record) = raw.ok_or_else(|| failed(self.file.damaged()))?;
                    match is_gone(self.first + at) {
                        true => block.push(&Draft::gone(self.is_bare), ""),
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

/// Writes the articles of files, one behind the other, into one: blocks as they are, and small ones together.
pub(super) fn put_together(files: &[Articles], file: Writing) -> Result<FileEntry> {
    let failed = io::Error::other;
    let first = files
        .first()
        .map_or((0, false), |file| (file.first, file.is_bare));
    let block = if first.1 { BARE_BLOCK } else { BLOCK };
    let damaged = |it: &Articles| it.file.damaged();
    let (written, entry) = write(file, first, |writer| {
        let mut small = Block::default();
        for (file, number) in files
            .iter()
            .flat_map(|file| (0..file.blocks()).map(move |block| (file, block)))
        {
            let plain = file.plain_bytes(number);
            let is_full = small.len() > 0 && small.len() + plain > block;
            if is_full || plain >= block / 2 && small.len() > 0 {
                let (packed, bytes) = std::mem::take(&mut small).packed()?;
                writer.put(&packed, &bytes)?;
            }
            if plain >= block / 2 {
                let (packed, bytes) = file.packed(number).map_err(failed)?;
                writer.put(&packed, &bytes)?;
                continue;
            }
            let plain = file.block(number).map_err(failed)?;
            for at in file.of_block(number) {
                let (head, record) = file.raw(at, &plain).ok_or_else(|| failed(damaged(file)))?;
                small.copy(head, record, &file.id(at).map_err(failed)?);
            }
        }
        if small.len() > 0 {
            let (packed, bytes) = small.packed()?;
            writer.put(&packed, &bytes)?;
        }
        Ok(())
    })?;
    entry.ok_or_else(|| damaged(&written))
}

impl Articles {
    /// A block as it is in the file.
    fn packed(&self, block: usize) -> Result<(Packed, Vec<u8>)> {
        let (compressed, bytes) = self.compressed(block)?;
        let places = self.of_block(block);
        let mut ids = Vec::new();
        let mut heads = Vec::with_capacity(places.len());
        for at in places {
            ids.extend_from_slice(self.id(at)?.as_bytes());
            let id_end = ids.len() as u32;
            heads.push(Head {
                id_end,
                ..self.heads[at as usize]
            });
        }
        let plain = self.plain_bytes(block) as u32;
        let packed = Packed {
            heads,
            ids,
            plain,
            compressed,
        };
        Ok((packed, bytes))
    }
}
