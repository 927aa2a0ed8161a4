//! One article read again, from where its record stands, without a sweep.

use std::io::{self, Read};
use std::ops::Range;

use super::block::{Block, Buffers, Cutter, Span};
use super::format::Format;
use super::input::{Origin, read_at};
use super::open::{FileCorpus, FileCorpusBuilder};
use super::record::Parsed;
use super::sweep::Sweep;
use super::{Article, Corpus, Place};
use crate::compression::Compression;
use crate::error::{Error, Result};

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
        }
    }
}

impl FileCorpus {
    /// Where each record of an input stands in its decompressed bytes, in their order; none where records are not cut from
    /// bytes.
    pub(crate) fn spans(&self, at: usize) -> Result<Vec<Range<u64>>> {
        let input = &self.inputs[at];
        if !matches!(
            input.format,
            Format::Jsonl | Format::Delimited { .. } | Format::Warc
        ) {
            return Ok(Vec::new());
        }
        let buffers = Buffers::default();
        let mut cutter = Cutter::new(input.open()?.0, input.format, input.preamble.len());
        let mut spans = Vec::new();
        while let Some(block) = cutter.next(&buffers) {
            let span =
                |span: &Span| block.offset + span.start as u64..block.offset + span.end as u64;
            spans.extend(block.records.iter().map(span));
            buffers.give_back(block);
        }
        Ok(spans)
    }

    /// Reads an article again; `None` where there is none at this place.
    ///
    /// A record of a file that is not compressed is read alone; of a compressed one, all before it is read too; of Parquet,
    /// the whole file.
    pub(crate) fn read_again(
        &self,
        place: Place,
        span: Range<u64>,
    ) -> Result<Option<Article<'static>>> {
        let at = place.input as usize;
        let input = &self.inputs[at];
        let sweep = Sweep::of_one(self);
        match input.format {
            Format::Unreadable => Ok(None),
            Format::Parquet => self.sweep_for(place),
            Format::Text | Format::Html => sweep.parse_one(at),
            _ => {
                input.check_unchanged()?;
                let bytes = self.bytes_of(at, &span)?;
                let block = Block {
                    records: vec![Span::sound(0, bytes.len())],
                    before: place.record.saturating_sub(1),
                    offset: span.start,
                    filled: bytes.len(),
                    bytes,
                    ..Block::default()
                };
                Ok(sweep.parse_block(place.input, &block))
            }
        }
    }

    fn bytes_of(&self, at: usize, span: &Range<u64>) -> Result<Vec<u8>> {
        let input = &self.inputs[at];
        let failed = |error| Error::io(input.origin.path(), error);
        let mut bytes = vec![0; (span.end - span.start) as usize];
        if let (Origin::Path(path), Compression::None) = (&input.origin, input.compression) {
            let file = std::fs::File::open(path).map_err(failed)?;
            let mut filled = 0;
            while filled < bytes.len() {
                match read_at(&file, &mut bytes[filled..], span.start + filled as u64) {
                    Ok(0) => return Err(failed(io::ErrorKind::UnexpectedEof.into())),
                    Ok(read) => filled += read,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(failed(error)),
                }
            }
            return Ok(bytes);
        }
        let (mut reader, _) = input.open()?;
        io::copy(&mut reader.by_ref().take(span.start), &mut io::sink()).map_err(failed)?;
        reader.read_exact(&mut bytes).map_err(failed)?;
        Ok(bytes)
    }

    /// Sweeps the input of a place for the article there.
    fn sweep_for(&self, place: Place) -> Result<Option<Article<'static>>> {
        let alone = FileCorpus {
            inputs: vec![self.inputs[place.input as usize].clone()],
            passed_over: Vec::new(),
            options: FileCorpusBuilder {
                fields: self.options.fields.clone(),
                #[cfg(feature = "html")]
                html: self.options.html,
                ..FileCorpusBuilder::default()
            },
        };
        let found = std::sync::Mutex::new(None);
        let here = |other: Place| other.record == place.record;
        alone.sweep_again(&here, &|batch| {
            if let Some(article) = batch.articles.iter().find(|article| here(article.place)) {
                let article = Article {
                    place,
                    ..article.to_owned()
                };
                *found.lock().unwrap_or_else(|e| e.into_inner()) = Some(article);
            }
            Ok(())
        })?;
        Ok(found.into_inner().unwrap_or_else(|e| e.into_inner()))
    }
}

/// The one article of what was parsed.
pub(super) fn first(parsed: Parsed<'_>) -> Option<Article<'static>> {
    parsed.articles.first().map(Article::to_owned)
}
