//! Articles as they are kept: every field that decides or is shown, in blocks that are compressed each by itself.
//!
//! ```text
//! record: record(u64), then title, text, source, url, lang and input, each length + 1 (u32, 0 for none) and its bytes;
//!         without texts then what is kept in their place, likewise
//! ids:    the ids in one piece, so that they are found without their records
//! head:   block(u32) offset(u32) published(u64) record hash(u64) id hash(u64) source hash(u64) end of id(u32)
//! block:  at(u64) compressed(u32) plain(u32) first article(u32)
//! ```

use std::borrow::Cow;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::corpus::{Article, Place, Timestamp};
use crate::error::Result;
use crate::products::state::file::Section;
use crate::spill::Bytes;

use super::file::Reading;
use super::manifest::FileEntry;

/// The section of records, and what it is called where they have no texts.
pub(super) const RECORDS: &str = "records";
pub(super) const BARE: &str = "gists";
const HEAD: usize = 44;
const IN_TABLE: usize = 20;
pub(super) const NO_TIME: i64 = i64::MIN;

/// What is known of an article without its texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) block: u32,
    pub(super) offset: u32,
    pub(super) published: i64,
    pub(super) record_hash: u64,
    /// xxh3 of its own id, before it was made unlike others.
    pub(super) id_hash: u64,
    /// xxh3 of its source; 0 where it names none.
    pub(super) source: u64,
    /// Where its id ends among those of the file.
    pub(super) id_end: u32,
}

impl Head {
    pub(super) fn published(&self) -> Option<Timestamp> {
        (self.published != NO_TIME).then_some(Timestamp(self.published))
    }

    pub(super) fn to_bytes(self) -> [u8; HEAD] {
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

/// A file of articles.
#[derive(Debug)]
pub(super) struct Articles {
    pub(super) file: Reading,
    records: Section,
    ids: Section,
    /// The number of its first article.
    pub(super) first: u32,
    /// Whether it has no texts.
    pub(super) is_bare: bool,
    pub(super) heads: Vec<Head>,
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
    /// What is kept in the place of its text; empty where that is kept.
    pub(super) gist: &'b [u8],
}

impl Articles {
    pub(super) fn open(path: &Path, entry: &FileEntry) -> Result<Articles> {
        let articles = Articles::of(Reading::open(path, entry)?, entry.first)?;
        match articles.len() == entry.articles {
            true => Ok(articles),
            false => Err(articles.file.damaged()),
        }
    }

    pub(super) fn of(file: Reading, first: u32) -> Result<Articles> {
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
        let is_bare = file.has(BARE);
        Ok(Articles {
            is_bare,
            records: file.section(if is_bare { BARE } else { RECORDS })?,
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

    /// How many bytes the records of a block have.
    pub(super) fn plain_bytes(&self, block: usize) -> usize {
        self.blocks.get(block).map_or(0, |it| it.plain as usize)
    }

    /// A block as it is compressed, and how many bytes that are.
    pub(super) fn compressed(&self, block: usize) -> Result<(u32, Vec<u8>)> {
        let it = self.blocks.get(block).ok_or_else(|| self.file.damaged())?;
        let end = it.at + u64::from(it.compressed);
        let bytes = self.file.stretch(self.records, it.at..end)?;
        Ok((it.compressed, bytes))
    }

    /// The records of a block.
    pub(super) fn block(&self, block: usize) -> Result<Vec<u8>> {
        let (_, bytes) = self.compressed(block)?;
        let length = self.plain_bytes(block);
        let plain = zstd::bulk::decompress(&bytes, length);
        let plain = plain.map_err(|_| self.file.damaged())?;
        match plain.len() == length {
            true => Ok(plain),
            false => Err(self.file.damaged()),
        }
    }

    /// The head and the record of an article, given the records of its block.
    pub(super) fn raw<'b>(&self, at: u32, block: &'b [u8]) -> Option<(&Head, &'b [u8])> {
        let head = self.heads.get(at as usize)?;
        let next = self.heads.get(at as usize + 1);
        let next = next.filter(|next| next.block == head.block);
        let end = next.map_or(block.len(), |next| next.offset as usize);
        Some((head, block.get(head.offset as usize..end)?))
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
        self.record_of(at, bytes)
    }

    /// An article, given bytes that begin with its record.
    pub(super) fn record_of<'b>(&self, at: u32, bytes: &'b [u8]) -> Result<Record<'b>> {
        let damaged = || self.file.damaged();
        let head = self.heads.get(at as usize).ok_or_else(damaged)?;
        let record = read(bytes, head, self.is_bare).ok_or_else(damaged)?;
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

fn read<'b>(bytes: &'b [u8], head: &Head, is_bare: bool) -> Option<Record<'b>> {
    let (record, mut rest) = bytes.split_first_chunk()?;
    let mut field = || -> Option<Option<&'b str>> {
        let bytes = piece(&mut rest)?;
        let text = bytes.map(std::str::from_utf8).transpose();
        text.ok()
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
        gist: match is_bare {
            true => piece(&mut rest)??,
            false => &[],
        },
    })
}

/// Takes what stands behind its length; nothing where it is none.
fn piece<'b>(from: &mut &'b [u8]) -> Option<Option<&'b [u8]>> {
    let (length, bytes) = from.split_first_chunk()?;
    let length = u32::from_le_bytes(*length) as usize;
    let (piece, rest) = bytes.split_at_checked(length.saturating_sub(1))?;
    *from = rest;
    Some((length > 0).then_some(piece))
}
