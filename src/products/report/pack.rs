//! What fits: the data of a report in blocks, each compressed on its own, so that a browser unpacks what it shows.

use std::io::{self, Write};
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use rayon::prelude::*;
use serde::Serialize;

use super::order::Order;
use super::read::{Beginnings, Reader};
use super::text::{PageText, Part};
use crate::corpus::Corpus;
use crate::error::{Error, Result};

/// So many bytes of text are in a block, or more where a group is larger.
const BLOCK_BYTES: u64 = 1 << 18;

/// So many bytes of text are in memory at a time, or more where a block is larger; fewer where there is not room for more.
const ROUND_BYTES: [u64; 2] = [1 << 25, 1 << 27];

/// Text takes a third of its bytes or less, once it is compressed.
const SHRINKS: u64 = 3;

/// What the page has around each block.
const BLOCK_FRAME: usize = 64;

/// What a block has of its articles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Has {
    /// Their texts.
    Texts,
    /// How they begin.
    Beginnings,
    /// Nothing: titles and similarities stand in the index.
    Nothing,
}

/// Some copy groups that follow each other.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) groups: Range<usize>,
    pub(super) has: Has,
    /// Compressed, in base64.
    pub(super) data: String,
    bytes: u64,
}

/// Compresses JSON so that it can stand in a page.
pub(super) fn pack(value: &impl Serialize) -> Result<String> {
    let failed = |error: io::Error| Error::io("-", error);
    let json = serde_json::to_vec(value).map_err(|error| failed(error.into()))?;
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let packed = encoder.write_all(&json).and_then(|()| encoder.finish());
    Ok(STANDARD.encode(packed.map_err(failed)?))
}

/// Cuts the groups into blocks by the bytes of their texts.
pub(super) fn cut(order: &Order, beginnings: &Beginnings) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for group in 0..order.groups() {
        let bytes = order.group(group).map(|at| u64::from(beginnings.bytes[at]));
        let bytes: u64 = bytes.sum();
        match blocks.last_mut() {
            // Items of forms are behind the stories, and not in a block with any.
            Some(block) if block.bytes < BLOCK_BYTES && group != order.groups_of_stories() => {
                block.groups.end = group + 1;
                block.bytes += bytes;
            }
            _ => blocks.push(Block {
                groups: group..group + 1,
                has: Has::Nothing,
                data: String::new(),
                bytes,
            }),
        }
    }
    blocks
}

/// Fills blocks with as much as there is room for: with beginnings first, then with texts, those of the largest stories
/// first. What is left of the room is for items of forms.
pub(super) fn fill<C: Corpus + ?Sized>(
    blocks: &mut [Block],
    reader: &Reader<'_, C>,
    beginnings: &Beginnings,
    budget: usize,
) -> Result<()> {
    let budget = budget.saturating_sub(blocks.len() * BLOCK_FRAME);
    let of_stories = |block: &Block| block.groups.start < reader.order.groups_of_stories();
    let (stories, forms) = blocks.split_at_mut(blocks.partition_point(of_stories));
    let budget = fill_some(stories, reader, beginnings, budget)?;
    fill_some(forms, reader, beginnings, budget)?;
    Ok(())
}

/// Fills some blocks that follow each other; what is left of the room is handed on.
fn fill_some<C: Corpus + ?Sized>(
    blocks: &mut [Block],
    reader: &Reader<'_, C>,
    beginnings: &Beginnings,
    mut budget: usize,
) -> Result<usize> {
    let begun: Vec<String> = blocks
        .par_iter()
        .map(|block| {
            let articles = articles(reader.order, block.groups.clone());
            pack(&&beginnings.texts[articles])
        })
        .collect::<Result<_>>()?;
    for (block, data) in blocks.iter_mut().zip(begun) {
        if data.len() > budget {
            break;
        }
        budget -= data.len();
        block.data = data;
        block.has = Has::Beginnings;
    }
    let mut rest = blocks;
    while !rest.is_empty() {
        let (round, later) = rest.split_at_mut(round(rest, budget));
        let packed = texts(round_of(round), reader)?;
        for (block, data) in round.iter_mut().zip(packed) {
            if block.has == Has::Nothing || data.len() > budget + block.data.len() {
                return Ok(budget);
            }
            budget = budget + block.data.len() - data.len();
            block.data = data;
            block.has = Has::Texts;
        }
        rest = later;
    }
    Ok(budget)
}

/// How many blocks are read at once, where there is so much room for them.
fn round(blocks: &[Block], budget: usize) -> usize {
    let most = (SHRINKS * budget as u64).clamp(ROUND_BYTES[0], ROUND_BYTES[1]);
    let mut bytes = 0;
    let fit = blocks.iter().take_while(|block| {
        bytes += block.bytes;
        bytes <= most
    });
    fit.count().max(1)
}

fn round_of(blocks: &[Block]) -> Vec<Range<usize>> {
    blocks.iter().map(|block| block.groups.clone()).collect()
}

/// The articles of some groups that follow each other.
fn articles(order: &Order, groups: Range<usize>) -> Range<usize> {
    order.group(groups.start).start..order.group(groups.end - 1).end
}

/// The texts of some blocks that follow each other.
fn texts<C: Corpus + ?Sized>(
    blocks: Vec<Range<usize>>,
    reader: &Reader<'_, C>,
) -> Result<Vec<String>> {
    let order = reader.order;
    let (Some(first), Some(last)) = (blocks.first(), blocks.last()) else {
        return Ok(Vec::new());
    };
    let wanted = articles(order, first.start..last.end);
    let start = wanted.start;
    let texts = reader.texts(wanted)?;
    let block = |groups: Range<usize>| {
        let parts: Vec<Vec<Part<'_>>> = groups
            .into_par_iter()
            .flat_map(|group| {
                let articles = order.group(group);
                parts(&texts[articles.start - start..articles.end - start])
            })
            .collect();
        pack(&parts)
    };
    blocks.into_par_iter().map(block).collect()
}

/// The texts of a group: the representative's whole, and those of the others as what differs from it.
fn parts(texts: &[PageText]) -> Vec<Vec<Part<'_>>> {
    let Some((representative, copies)) = texts.split_first() else {
        return Vec::new();
    };
    let copies = copies.par_iter().map(|copy| copy.from(representative));
    let mut parts = vec![representative.whole()];
    parts.par_extend(copies);
    parts
}
