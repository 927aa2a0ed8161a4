//! The corpus without its copies: the records that are kept, byte for byte as they were read.

mod apart;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use ahash::AHashMap;

use crate::article::{Batch, Corpus, FileCorpus, Format, Input, Place};
use crate::error::{Error, ErrorKind, Result};
use crate::output::table::{Table, table_error};
use crate::output::{
    self, Closed, ClusterRow, Destination, Early, Ordered, OutputFile, Relation, Similarity,
};
use crate::pipeline::Clustering;

/// Which records of a corpus are kept.
#[derive(Clone, Debug, Default)]
pub struct Decisions(AHashMap<Place, bool>);

impl Decisions {
    /// What a run decided: the representatives are kept.
    pub fn of(found: &Clustering) -> Decisions {
        let keeps = |article: usize| found.groups.of(article).representative as usize == article;
        let place = |article: usize| found.register.entry(article).place;
        Decisions(
            (0..found.register.len())
                .map(|article| (place(article), keeps(article)))
                .collect(),
        )
    }

    /// What a clusters table says: the rows whose `article_id` equals their `copy_id` are kept.
    ///
    /// The rows of inputs that the corpus does not have are passed over. Each row of a record that is not kept is handed
    /// to `removed`, in the order of the table.
    ///
    /// # Errors
    ///
    /// When the table cannot be read, is no clusters table, or names none of the inputs.
    pub fn read(
        path: &Path,
        inputs: &[String],
        removed: &mut dyn FnMut(&ClusterRow<'_>) -> Result<()>,
    ) -> Result<Decisions> {
        let numbers: AHashMap<&str, u32> = inputs.iter().map(String::as_str).zip(0..).collect();
        let mut decisions = Decisions::default();
        let mut other = None;
        let table = Table::open(path)?;
        table.rows(ClusterRow::COLUMNS, &ClusterRow::LATER, &mut |line, row| {
            let bad = |column: &str, value: &str| {
                table_error(path, line, format!("{column} is \"{value}\""))
            };
            let record: u64 = row[12].parse().map_err(|_| bad("record", &row[12]))?;
            let Some(&input) = numbers.get(row[11].as_str()) else {
                other.get_or_insert(row[11].clone());
                return Ok(());
            };
            let keep = row[0] == row[2];
            decisions.0.insert(Place { input, record }, keep);
            if keep {
                Ok(())
            } else {
                removed(
                    &parse_row(&row, record)
                        .map_err(|column| bad(ClusterRow::COLUMNS[column], &row[column]))?,
                )
            }
        })?;
        match other {
            Some(other) if decisions.0.is_empty() => {
                let reason = format!("its rows are of other inputs, such as {other}");
                Err(table_error(path, 2, reason))
            }
            _ => Ok(decisions),
        }
    }

    fn keeps(&self, place: Place, inputs: &[Input]) -> Result<bool> {
        self.0.get(&place).copied().ok_or_else(|| {
            let input = inputs[place.input as usize].name.clone();
            let reason = "the clusters table has no row for this record".to_owned();
            ErrorKind::BadRecord {
                input,
                record: place.record,
                reason,
            }
            .into()
        })
    }
}

/// A row of a clusters table from its cells; the number of the column that is wrong otherwise.
fn parse_row(row: &[String; 14], record: u64) -> std::result::Result<ClusterRow<'_>, usize> {
    let text = |at: usize| (!row[at].is_empty()).then(|| row[at].as_str());
    let count = |at: usize| row[at].parse::<u32>().map_err(|_| at);
    let similarity = |share: &str| -> std::result::Result<Similarity, usize> {
        let share: f64 = share.parse().map_err(|_| 4usize)?;
        Ok(Similarity::from_millionths(
            (share.clamp(0.0, 1.0) * 1e6).round() as u32,
        ))
    };
    Ok(ClusterRow {
        article_id: &row[0],
        story_id: &row[1],
        copy_id: &row[2],
        relation: Relation::named(&row[3]).ok_or(3usize)?,
        similarity: text(4).map(similarity).transpose()?,
        matched_id: text(5),
        copies: count(6)?,
        story_articles: count(7)?,
        title: &row[8],
        source: text(9),
        published: text(10).and_then(crate::article::parse_date),
        input: &row[11],
        record,
        story_label: text(13),
    })
}

/// Where the kept records go.
#[derive(Clone, Debug)]
pub enum Target {
    /// All into one file.
    File(Destination),
    /// Each input into a file of its own name below a folder, compressed as it came.
    Folder(PathBuf),
}

impl Target {
    /// The target a user means by a name: a folder if it ends in a slash or is one.
    pub fn named(name: &str) -> Target {
        if name.ends_with('/') || Path::new(name).is_dir() {
            Target::Folder(PathBuf::from(name))
        } else {
            Target::File(Destination::named(name))
        }
    }
}

/// How many records were kept, and how many were not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Written, byte for byte.
    pub kept: u64,
    /// Left out, since another record stands for them.
    pub removed: u64,
}

/// Files that are written and closed, but do not have their names yet.
pub struct Finished {
    files: Vec<Closed>,
    /// How many records they hold, and how many they do not.
    pub kept: Kept,
}

impl Finished {
    /// Gives all files their names.
    ///
    /// # Errors
    ///
    /// When one cannot be named.
    pub fn commit(self) -> Result<Kept> {
        self.files.into_iter().try_for_each(Closed::commit)?;
        Ok(self.kept)
    }
}

/// Writes the kept records of a corpus, in input order.
///
/// # Errors
///
/// When records of different forms would go into one file, a record was never decided, or anything cannot be read or
/// written; nothing is left behind then.
pub fn dedup(corpus: &FileCorpus, decisions: &Decisions, target: &Target) -> Result<Finished> {
    let inputs = corpus.files();
    let shards = Shards::new(inputs, target)?;
    let early = Early {
        bytes: EARLY_BYTES,
        folder: std::env::temp_dir(),
    };
    let ordered = Ordered::new(shards, target.name(), early);
    let counts = std::sync::Mutex::new(Kept::default());
    corpus.sweep(&|batch| {
        let (chunk, kept) = frame(&batch, decisions, inputs)?;
        let mut counts = counts
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        counts.kept += kept.kept;
        counts.removed += kept.removed;
        drop(counts);
        ordered.put(batch.number, chunk)
    })?;
    let files = ordered.finish()?.finish()?;
    Ok(Finished {
        files,
        kept: counts
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner),
    })
}

/// So many bytes of records wait in memory for their turn.
const EARLY_BYTES: usize = 64 << 20;

impl Target {
    fn name(&self) -> PathBuf {
        match self {
            Target::File(destination) => destination.name().to_owned(),
            Target::Folder(folder) => folder.clone(),
        }
    }
}

/// The kept records of a batch, each run of one input behind the input's number and its bytes.
fn frame(batch: &Batch<'_>, decisions: &Decisions, inputs: &[Input]) -> Result<(Vec<u8>, Kept)> {
    let mut chunk = Vec::new();
    let mut kept = Kept::default();
    let mut open: Option<(u32, usize)> = None;
    for (article, raw) in batch.articles.iter().zip(batch.raw) {
        if !decisions.keeps(article.place, inputs)? {
            kept.removed += 1;
            continue;
        }
        kept.kept += 1;
        let start = match open {
            Some((input, start)) if input == article.place.input => start,
            _ => {
                chunk.extend_from_slice(&article.place.input.to_le_bytes());
                chunk.extend_from_slice(&[0; 8]);
                open = Some((article.place.input, chunk.len()));
                chunk.len()
            }
        };
        chunk.extend_from_slice(raw);
        let bytes = (chunk.len() - start) as u64;
        chunk[start - 8..start].copy_from_slice(&bytes.to_le_bytes());
    }
    Ok((chunk, kept))
}

/// Takes framed records in input order, and writes those of each input where they belong.
struct Shards<'a> {
    inputs: &'a [Input],
    target: &'a Target,
    /// The next input to be begun.
    next: usize,
    file: Option<OutputFile>,
    closed: Vec<Closed>,
    /// Whether the last byte written to a common file ends a line.
    ended: bool,
    header: Vec<u8>,
    left: u64,
}

const HEADER: usize = 12;

impl<'a> Shards<'a> {
    fn new(inputs: &'a [Input], target: &'a Target) -> Result<Shards<'a>> {
        let mut shards = Shards {
            inputs,
            target,
            next: 0,
            file: None,
            closed: Vec::new(),
            ended: true,
            header: Vec::new(),
            left: 0,
        };
        if let Target::Folder(folder) = target {
            apart::check(inputs, folder)?;
        }
        if let Target::File(destination) = target {
            let first = one_form(inputs)?;
            let mut file = OutputFile::create(
                destination,
                output::Compression::of_name(destination.name()),
            )?;
            if let Some(first) = first {
                file.write_all(&first.preamble)
                    .map_err(|error| Error::io(file.name(), error))?;
            }
            shards.file = Some(file);
        }
        Ok(shards)
    }

    /// Makes the file of an input the one that is written to, with those of inputs before it that keep nothing.
    fn turn_to(&mut self, input: usize) -> Result<()> {
        while self.next <= input {
            self.begin()?;
        }
        Ok(())
    }

    fn begin(&mut self) -> Result<()> {
        let input = &self.inputs[self.next];
        self.next += 1;
        let Target::Folder(folder) = self.target else {
            if !self.ended {
                self.pass_on(b"\n")
                    .map_err(|error| Error::io(self.target.name(), error))?;
            }
            return Ok(());
        };
        if let Some(file) = self.file.take() {
            self.closed.push(file.close()?);
        }
        // A plain text file is one record: where that is removed, so is its file.
        if matches!(input.format, Format::Text | Format::Unreadable) {
            return Ok(());
        }
        self.open(folder, input)
    }

    fn open(&mut self, folder: &Path, input: &Input) -> Result<()> {
        let path = folder.join(&input.shard);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(|error| Error::io(parent, error))?;
        }
        let mut file = OutputFile::create(&Destination::File(path), input.compression)?;
        file.write_all(&input.preamble)
            .map_err(|error| Error::io(file.name(), error))?;
        self.file = Some(file);
        Ok(())
    }

    fn pass_on(&mut self, bytes: &[u8]) -> io::Result<()> {
        let (Some(&last), Some(file)) = (bytes.last(), &mut self.file) else {
            return Ok(());
        };
        self.ended = last == b'\n';
        file.write_all(bytes)
    }

    fn start_run(&mut self) -> Result<()> {
        let (input, bytes) = self.header.split_at(4);
        let input = u32::from_le_bytes(input.try_into().unwrap_or_default()) as usize;
        self.left = u64::from_le_bytes(bytes.try_into().unwrap_or_default());
        self.header.clear();
        self.turn_to(input)?;
        match (self.target, self.inputs[input].format) {
            (Target::Folder(folder), Format::Text) => self.open(folder, &self.inputs[input]),
            _ => Ok(()),
        }
    }

    fn finish(mut self) -> Result<Vec<Closed>> {
        if !self.inputs.is_empty() {
            self.turn_to(self.inputs.len() - 1)?;
        }
        if let Some(file) = self.file.take() {
            self.closed.push(file.close()?);
        }
        Ok(self.closed)
    }
}

impl Write for Shards<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.left == 0 {
            let take = (HEADER - self.header.len()).min(bytes.len());
            self.header.extend_from_slice(&bytes[..take]);
            if self.header.len() == HEADER {
                self.start_run().map_err(io::Error::other)?;
            }
            return Ok(take);
        }
        let take = usize::try_from(self.left)
            .unwrap_or(usize::MAX)
            .min(bytes.len());
        self.pass_on(&bytes[..take])?;
        self.left -= take as u64;
        Ok(take)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The first of inputs whose records may all stand in one file.
fn one_form(inputs: &[Input]) -> Result<Option<&Input>> {
    let mut readable = inputs
        .iter()
        .filter(|input| input.format != Format::Unreadable);
    let Some(first) = readable.next() else {
        return Ok(None);
    };
    let apart = |other: &&Input| other.format != first.format || other.preamble != first.preamble;
    let odd = if first.format == Format::Text {
        readable.next()
    } else {
        readable.find(apart)
    };
    match odd {
        None => Ok(Some(first)),
        Some(odd) => Err(ErrorKind::MixedForms {
            one: first.name.clone(),
            other: odd.name.clone(),
        }
        .into()),
    }
}
