//! Intake: a dump becomes a file of articles, without those that the index has already.

use std::collections::BTreeMap;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::sync::{Mutex, PoisonError};

use ahash::AHashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::Index;
use super::articles::Articles;
use super::file::Writing;
use super::keys::{Of, key};
use super::manifest::FileEntry;
use super::pack::{self, BLOCK, Block, Draft, Packed};
use crate::corpus::{Batch, Corpus, Place, ReadReport};
use crate::error::{Error, ErrorKind, Result};

/// An article of a dump.
#[derive(Clone, Copy, Debug)]
pub(super) struct Came {
    pub(super) place: Place,
    /// Its number in the index, which an article that was there before has too.
    pub(super) number: u32,
    /// Whether it was there before.
    pub(super) is_known: bool,
}

/// A dump that was taken in.
pub(super) struct TakenIn {
    /// Those that are new.
    pub(super) articles: Articles,
    pub(super) entry: Option<FileEntry>,
    /// All, in their order.
    pub(super) came: Vec<Came>,
    pub(super) read: ReadReport,
}

/// A batch on its way.
struct Waiting {
    came: Vec<(Draft, String, Place)>,
    /// For each the articles of the index that are the same record under the same id, and whether any has that id.
    known: Vec<(Vec<u32>, bool)>,
    /// Its blocks as they are if all of it is new, with how many articles each has.
    blocks: Vec<(Packed, Vec<u8>)>,
}

/// Takes batches in their order.
struct Order<'i> {
    index: &'i Index,
    next: usize,
    waiting: BTreeMap<usize, Waiting>,
    came: Vec<Came>,
    /// How often each record came under each id.
    repeats: AHashMap<(u64, u64), usize>,
    /// The ids that were given.
    ids: AHashMap<u64, u32>,
    to: BufWriter<std::fs::File>,
    packed: Vec<Packed>,
    first: u32,
    new: u32,
}

/// Reads a dump and keeps what is new of it in `file`.
pub(super) fn take_in<C: Corpus + ?Sized>(
    index: &Index,
    corpus: &C,
    file: Writing,
) -> Result<TakenIn> {
    let folder = index.config.temp_dir.clone();
    let folder = folder.unwrap_or_else(std::env::temp_dir);
    let spilled = |source| ErrorKind::Spill {
        folder: folder.clone(),
        source,
    };
    let inputs = corpus.inputs();
    let order = Mutex::new(Order {
        index,
        next: 0,
        waiting: BTreeMap::new(),
        came: Vec::new(),
        repeats: AHashMap::new(),
        ids: AHashMap::new(),
        to: BufWriter::new(tempfile::tempfile_in(&folder).map_err(spilled)?),
        packed: Vec::new(),
        first: index.manifest.articles,
        new: 0,
    });
    let read = corpus.sweep(&|batch| {
        index.config.interrupt.check()?;
        let waiting = prepare(index, &batch, &inputs)?;
        let mut order = order.lock().unwrap_or_else(PoisonError::into_inner);
        order.waiting.insert(batch.number, waiting);
        order.take_what_is_due()
    })?;
    let order = order.into_inner().unwrap_or_else(PoisonError::into_inner);
    let Order {
        came,
        to,
        packed,
        first,
        ..
    } = order;
    let mut from = to
        .into_inner()
        .map_err(|error| spilled(error.into_error()))?;
    from.rewind().map_err(spilled)?;
    let mut from = BufReader::with_capacity(1 << 20, from);
    let (articles, entry) = pack::write(file, (first, false), |writer| {
        let mut bytes = Vec::new();
        packed.iter().try_for_each(|block| {
            bytes.resize(block.compressed as usize, 0);
            from.read_exact(&mut bytes)?;
            writer.put(block, &bytes)
        })
    })?;
    Ok(TakenIn {
        articles,
        entry,
        came,
        read,
    })
}

/// Does what needs no order: records are encoded, looked up and compressed.
fn prepare(index: &Index, batch: &Batch<'_>, inputs: &[String]) -> Result<Waiting> {
    let mut came = Vec::with_capacity(batch.articles.len());
    for article in batch.articles {
        let input = inputs.get(article.place.input as usize);
        let input = input.map_or("", String::as_str);
        let id = match &article.external_id {
            Some(id) => id.clone().into_owned(),
            None => format!("{input}:{}", article.place.record),
        };
        let draft = Draft::of(article, input, xxh3_64(id.as_bytes()));
        came.push((draft, id, article.place));
    }
    let blocks = match batch.articles.is_empty() {
        true => Vec::new(),
        false => pack(came.iter().map(|(draft, id, _)| (draft, id.as_str())))
            .map_err(|error| Error::io(&index.folder, error))?,
    };
    Ok(Waiting {
        known: known(index, &came)?,
        came,
        blocks,
    })
}

fn pack<'d>(
    records: impl Iterator<Item = (&'d Draft, &'d str)>,
) -> io::Result<Vec<(Packed, Vec<u8>)>> {
    let (mut blocks, mut block) = (Vec::new(), Block::default());
    for (draft, id) in records {
        if block.len() > 0 && block.len() + draft.len() > BLOCK {
            blocks.push(std::mem::take(&mut block).packed()?);
        }
        block.push(draft, id);
    }
    if block.len() > 0 {
        blocks.push(block.packed()?);
    }
    Ok(blocks)
}

/// For each article those of the index that are the same record under the same id, and whether any has that id.
fn known(index: &Index, came: &[(Draft, String, Place)]) -> Result<Vec<(Vec<u32>, bool)>> {
    let mut known = vec![(Vec::new(), false); came.len()];
    let mut keys: Vec<(u64, usize)> = (0..came.len())
        .map(|at| (key(Of::Id, came[at].0.id_hash), at))
        .collect();
    keys.sort_unstable();
    let sought: Vec<u64> = keys.iter().map(|it| it.0).collect();
    let mut found: Vec<(usize, u32)> = Vec::new();
    for file in &index.keys {
        file.find(&sought, usize::MAX, &mut |place, number| {
            found.push((keys[place].1, number));
        })?;
    }
    found.sort_unstable();
    for (at, number) in found {
        if index.row(number).is_gone {
            continue;
        }
        let (file, place) = index.place(number)?;
        let head = file.head(place).ok_or_else(|| index.damaged())?;
        let draft = &came[at].0;
        known[at].1 = true;
        if head.id_hash == draft.id_hash && head.record_hash == draft.record_hash {
            known[at].0.push(number);
        }
    }
    Ok(known)
}

impl Order<'_> {
    fn take_what_is_due(&mut self) -> Result<()> {
        while let Some(waiting) = self.waiting.remove(&self.next) {
            self.next += 1;
            self.take(waiting)?;
        }
        Ok(())
    }

    fn take(&mut self, waiting: Waiting) -> Result<()> {
        let Waiting {
            came,
            known,
            blocks,
        } = waiting;
        let mut names: Vec<Option<String>> = Vec::with_capacity(came.len());
        let mut is_as_it_came = true;
        for ((draft, id, place), (twins, is_taken)) in came.iter().zip(known) {
            let repeats = self
                .repeats
                .entry((draft.id_hash, draft.record_hash))
                .or_insert(0);
            *repeats += 1;
            let twin = twins.get(*repeats - 1).copied();
            let number = match twin {
                Some(number) => number,
                None => self
                    .first
                    .checked_add(self.new)
                    .ok_or(ErrorKind::TooManyArticles)?,
            };
            self.came.push(Came {
                place: *place,
                number,
                is_known: twin.is_some(),
            });
            let name = match twin {
                Some(_) => None,
                None => {
                    self.new += 1;
                    Some(self.name(id, draft.id_hash, is_taken)?)
                }
            };
            is_as_it_came &= name.as_ref() == Some(id);
            names.push(name);
        }
        let failed = |error| Error::io(&self.index.folder, error);
        let blocks = match is_as_it_came {
            true => blocks,
            false => {
                let new = came.iter().zip(&names);
                let new = new.filter_map(|(it, name)| Some((&it.0, name.as_deref()?)));
                pack(new).map_err(failed)?
            }
        };
        for (packed, bytes) in blocks {
            self.to.write_all(&bytes).map_err(failed)?;
            self.packed.push(packed);
        }
        Ok(())
    }

    /// The id that an article gets: its own, or one with a number behind it where that is taken.
    fn name(&mut self, id: &str, hash: u64, is_taken: bool) -> Result<String> {
        let given = self.ids.get(&hash).copied();
        if given.is_none() && !is_taken {
            self.ids.insert(hash, 1);
            return Ok(id.to_owned());
        }
        let mut next = given.unwrap_or(1) + 1;
        loop {
            let name = format!("{id}#{next}");
            let other = xxh3_64(name.as_bytes());
            if !self.ids.contains_key(&other) && self.index.find(&name)?.is_none() {
                self.ids.insert(hash, next);
                self.ids.insert(other, 1);
                return Ok(name);
            }
            next += 1;
        }
    }
}
