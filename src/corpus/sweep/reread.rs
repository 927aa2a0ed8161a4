//! Articles read again, a few of them, from where their records stand.

use std::io::{self, Read};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use super::Sweep;
use super::block::{Block, Buffers, Cutter, Span};
use super::filter::Filter;
use super::schedule::input_number;
use crate::compression::Compression;
use crate::corpus::formats::Unit;
use crate::corpus::open::input::{Input, Origin};
use crate::corpus::open::limits::Limits;
use crate::corpus::open::metered::read_at;
use crate::corpus::open::{FileCorpus, FileCorpusBuilder};
use crate::corpus::record::Parsed;
use crate::corpus::record::date::Settled;
use crate::corpus::{Article, Corpus, Place};
use crate::error::{Error, ErrorKind, Result};

impl Article<'_> {
    /// The same article, with its fields its own.
    pub fn to_owned<'a>(&self) -> Article<'a> {
        let own = |field: &Option<std::borrow::Cow<'_, str>>| {
            let text = field.as_deref()?;
            Some(text.to_owned().into())
        };
        Article {
            external_id: own(&self.external_id),
            title: self.title.clone().into_owned().into(),
            text: self.text.clone().into_owned().into(),
            source: own(&self.source),
            published: self.published,
            url: own(&self.url),
            lang: own(&self.lang),
            place: self.place,
            record_hash: self.record_hash,
            order: self.order,
        }
    }
}

impl FileCorpus {
    /// Where each record of an input stands in its decompressed bytes, in their order; none where records are not cut from
    /// bytes.
    pub(crate) fn spans(&self, at: usize) -> Result<Vec<Range<u64>>> {
        let input = &self.inputs[at];
        if input.format.reader().unit() != Unit::Records {
            return Ok(Vec::new());
        }
        let buffers = Buffers::default();
        let limits = self.options.limits;
        let (reader, meter) = input.open(limits)?;
        let mut cutter = Cutter::new(reader, input, limits.record);
        let mut spans = Vec::new();
        while let Some(block) = cutter.next(&buffers) {
            self.options.check_interrupt()?;
            let span =
                |span: &Span| block.offset + span.start as u64..block.offset + span.end as u64;
            spans.extend(block.records.iter().map(span));
            buffers.give_back(block.bytes);
        }
        meter.check(input, cutter.into_broke())?;
        input.check_unchanged()?;
        Ok(spans)
    }

    /// Reads the article at a place, from the front of its input; `None` where there is none. What stands far behind takes
    /// as long as reading up to it.
    ///
    /// # Errors
    ///
    /// When the input cannot be read.
    pub fn peek(&self, place: Place) -> Result<Option<Article<'static>>> {
        let found = Mutex::new(None);
        let lock = || found.lock().unwrap_or_else(PoisonError::into_inner);
        let alone = self.of_input(place.input as usize);
        let at = Place { input: 0, ..place };
        let swept = alone.sweep_again(&|other| other == at, &|batch| {
            let mut articles = batch.articles.iter();
            let Some(article) = articles.find(|article| article.place == at) else {
                return Ok(());
            };
            let own = article.to_owned();
            *lock() = Some(Article { place, ..own });
            // There is nothing more to be read for.
            Err(ErrorKind::Interrupted.into())
        });
        match found.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(article) => Ok(Some(article)),
            None => swept.map(|()| None),
        }
    }

    /// One of the inputs as a corpus of its own.
    fn of_input(&self, at: usize) -> FileCorpus {
        FileCorpus {
            inputs: vec![self.inputs[at].clone()],
            passed_over: Vec::new(),
            unread: Vec::new(),
            titles_only: Vec::new(),
            spool: Default::default(),
            settled: Settled::alone(self.settled.order(input_number(at))),
            options: FileCorpusBuilder {
                fields: self.options.fields.clone(),
                columns: self.options.columns.clone(),
                filter: Filter {
                    limit: None,
                    ..self.options.filter.clone()
                },
                #[cfg(feature = "html")]
                html: self.options.html,
                interrupt: self.options.interrupt.clone(),
                limits: self.options.limits,
                ..FileCorpusBuilder::default()
            },
            #[cfg(feature = "html")]
            extracted: Default::default(),
        }
    }

    /// Reads articles again, by their places and where their records stand; `None` where there is none.
    ///
    /// A record of a file that is not compressed is read alone. A compressed file is read once, up to the last of its
    /// records; Parquet is read whole.
    pub(crate) fn read_again(&self, wanted: &[Wanted]) -> Result<Vec<Option<Article<'static>>>> {
        let mut order: Vec<usize> = (0..wanted.len()).collect();
        order.sort_by_key(|&at| (wanted[at].0.input, wanted[at].1.start, wanted[at].0.record));
        let mut found = vec![None; wanted.len()];
        for of_input in order.chunk_by(|&a, &b| wanted[a].0.input == wanted[b].0.input) {
            let own: Vec<Wanted> = of_input.iter().map(|&at| wanted[at].clone()).collect();
            let articles = self.read_input_again(own[0].0.input as usize, &own)?;
            for (&at, article) in of_input.iter().zip(articles) {
                found[at] = article;
            }
        }
        Ok(found)
    }

    /// The same of one input, whose records ascend.
    fn read_input_again(
        &self,
        at: usize,
        wanted: &[Wanted],
    ) -> Result<Vec<Option<Article<'static>>>> {
        let input = &self.inputs[at];
        let sweep = Sweep::of_one(self);
        match input.format.reader().unit() {
            Unit::Nothing => Ok(vec![None; wanted.len()]),
            Unit::Rows => self.sweep_for(at, wanted),
            Unit::File => wanted.iter().map(|_| sweep.parse_one(at)).collect(),
            Unit::Records => {
                input.check_unchanged()?;
                let mut source = Source::open(input, self.options.limits)?;
                let article = |(place, span): &Wanted| {
                    let bytes = source.read(span)?;
                    let block = Block {
                        records: vec![Span::sound(0, bytes.len())],
                        before: place.record.saturating_sub(1),
                        offset: span.start,
                        filled: bytes.len(),
                        bytes,
                        ..Block::default()
                    };
                    Ok(sweep.parse_block(place.input, &block))
                };
                wanted.iter().map(article).collect()
            }
        }
    }

    /// Sweeps one input for the articles at some places.
    fn sweep_for(&self, at: usize, wanted: &[Wanted]) -> Result<Vec<Option<Article<'static>>>> {
        let alone = self.of_input(at);
        let found = Mutex::new(vec![None; wanted.len()]);
        let of = |record: u64| wanted.iter().position(|(place, _)| place.record == record);
        alone.sweep_again(&|place| of(place.record).is_some(), &|batch| {
            for article in batch.articles {
                if let Some(at) = of(article.place.record) {
                    let place = wanted[at].0;
                    let own = article.to_owned();
                    let mut found = found.lock().unwrap_or_else(|e| e.into_inner());
                    found[at] = Some(Article { place, ..own });
                }
            }
            Ok(())
        })?;
        Ok(found.into_inner().unwrap_or_else(|e| e.into_inner()))
    }
}

/// A place, and where its record stands in the decompressed bytes of its input.
pub(crate) type Wanted = (Place, Range<u64>);

/// The decompressed bytes of an input, read here and there, or from the front where there is no other way.
struct Source<'i> {
    input: &'i Input,
    bytes: Access,
}

enum Access {
    Anywhere(std::fs::File),
    FromFront(Box<dyn Read + Send>, u64),
}

impl Source<'_> {
    fn open(input: &Input, limits: Limits) -> Result<Source<'_>> {
        let bytes = match (&input.origin, input.compression) {
            (Origin::Path(path), Compression::None) if input.encoding.is_none() => {
                let file = std::fs::File::open(path).map_err(|error| Error::io(path, error))?;
                Access::Anywhere(file)
            }
            _ => Access::FromFront(input.open(limits)?.0, 0),
        };
        Ok(Source { input, bytes })
    }

    /// The bytes of a span, which does not lie before the one read last.
    fn read(&mut self, span: &Range<u64>) -> Result<Vec<u8>> {
        let mut bytes = vec![0; (span.end - span.start) as usize];
        let read = match &mut self.bytes {
            Access::Anywhere(file) => read_exact_at(file, &mut bytes, span.start),
            Access::FromFront(reader, at) => {
                let before = span.start.saturating_sub(*at);
                let skipped = io::copy(&mut reader.by_ref().take(before), &mut io::sink());
                *at = span.end;
                skipped.and_then(|_| reader.read_exact(&mut bytes))
            }
        };
        read.map_err(|error| Error::io(self.input.origin.path(), error))?;
        Ok(bytes)
    }
}

/// Fills a buffer with what a file has from an offset on.
pub(crate) fn read_exact_at(file: &std::fs::File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    let mut filled = 0;
    while filled < bytes.len() {
        match read_at(file, &mut bytes[filled..], offset + filled as u64) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The one article of what was parsed.
pub(in crate::corpus) fn first(parsed: Parsed<'_>) -> Option<Article<'static>> {
    parsed.articles.first().map(Article::to_owned)
}
