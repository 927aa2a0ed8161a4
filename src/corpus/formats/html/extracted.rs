//! What pages were read as, kept in a file without a name, so that a run of several sweeps extracts each page once.
//!
//! The pages of a batch are kept together, compressed, and found again by where their batch begins. Where they cannot be
//! kept or read again, a disk that is full above all, pages are extracted anew: it costs time and nothing else.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ahash::AHashMap;

use crate::corpus::open::metered::read_at;
use crate::corpus::record::Parsed;
use crate::corpus::{Article, Place, RejectReason, Timestamp};

/// Where a batch begins: an input, and how many of its records come before.
pub(crate) type Start = (u32, u64);

/// The reasons a record of a page or an archive may be rejected for.
const REASONS: [RejectReason; 6] = [
    RejectReason::NoTextOrTitle,
    RejectReason::NotText,
    RejectReason::TooLong,
    RejectReason::BrokenWarc,
    RejectReason::BrokenHttp,
    RejectReason::UnknownCharset,
];

/// The pages that have been extracted.
#[derive(Debug, Default)]
pub(crate) struct Extracted(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// There is none before the first batch.
    file: Option<Arc<File>>,
    batches: AHashMap<Start, (u64, usize)>,
    end: u64,
    /// Whether nothing is kept any more, since it could not be.
    gave_up: bool,
}

impl Extracted {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what a batch was read as, in a file in this folder.
    pub(crate) fn keep(&self, start: Start, parsed: &Parsed<'_>, folder: PathBuf) {
        if self.state().gave_up {
            return;
        }
        let Some(bytes) = written(parsed) else {
            return;
        };
        let bytes = lz4_flex::block::compress_prepend_size(&bytes);
        let mut state = self.state();
        if !state.gave_up && state.append(start, &bytes, folder).is_err() {
            *state = State {
                gave_up: true,
                ..State::default()
            };
        }
    }

    /// What a batch was read as; `None` where it is not kept.
    ///
    /// `raw_of` gives the bytes of a record, and `None` for one that is not wanted.
    pub(crate) fn recall<'b>(
        &self,
        start: Start,
        raw_of: impl Fn(Place) -> Option<&'b [u8]>,
    ) -> Option<Parsed<'b>> {
        let (file, (offset, length)) = {
            let state = self.state();
            (
                Arc::clone(state.file.as_ref()?),
                *state.batches.get(&start)?,
            )
        };
        let mut bytes = vec![0; length];
        let mut filled = 0;
        while filled < length {
            match read_at(&file, &mut bytes[filled..], offset + filled as u64) {
                Ok(0) => return None,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return None,
            }
        }
        let bytes = lz4_flex::block::decompress_size_prepended(&bytes).ok()?;
        Stored(&bytes).parsed(raw_of)
    }
}

impl State {
    fn append(&mut self, start: Start, bytes: &[u8], folder: PathBuf) -> io::Result<()> {
        let file = match &self.file {
            Some(file) => file,
            None => &*self.file.insert(Arc::new(tempfile::tempfile_in(folder)?)),
        };
        let mut file: &File = file;
        file.seek(SeekFrom::Start(self.end))?;
        file.write_all(bytes)?;
        self.batches.insert(start, (self.end, bytes.len()));
        self.end += bytes.len() as u64;
        Ok(())
    }
}

/// What a batch was read as, without the bytes of its records; `None` where that cannot be told.
fn written(parsed: &Parsed<'_>) -> Option<Vec<u8>> {
    let texts = parsed.articles.iter().map(|it| it.text.len() + 256);
    let mut to = Vec::with_capacity(texts.sum());
    let tally = [parsed.tally.repaired, parsed.tally.unreadable_dates];
    let counts = [
        parsed.articles.len() as u64,
        parsed.rejects.len() as u64,
        parsed.beside.len() as u64,
    ];
    tally
        .into_iter()
        .chain(counts)
        .for_each(|it| put(&mut to, it));
    for article in &parsed.articles {
        put_place(&mut to, article.place);
        put(&mut to, article.record_hash);
        put(&mut to, u64::from(article.published.is_some()));
        put(
            &mut to,
            article.published.map_or(0, |it| it.0.cast_unsigned()),
        );
        let texts = [
            article.external_id.as_deref(),
            Some(&*article.title),
            Some(&*article.text),
            article.source.as_deref(),
            article.url.as_deref(),
            article.lang.as_deref(),
        ];
        texts.into_iter().for_each(|text| put_text(&mut to, text));
    }
    for reject in &parsed.rejects {
        put_place(&mut to, reject.place);
        let reason = REASONS.iter().position(|it| *it == reject.reason)?;
        put(&mut to, reason as u64);
    }
    parsed
        .beside
        .iter()
        .for_each(|(place, _)| put_place(&mut to, *place));
    put(&mut to, parsed.tally.instead.len() as u64);
    for (source, counts) in &parsed.tally.instead {
        put_text(&mut to, source.as_deref());
        counts.iter().for_each(|count| put(&mut to, *count));
    }
    Some(to)
}

fn put(to: &mut Vec<u8>, number: u64) {
    to.extend_from_slice(&number.to_le_bytes());
}

fn put_place(to: &mut Vec<u8>, place: Place) {
    put(to, u64::from(place.input));
    put(to, place.record);
}

fn put_text(to: &mut Vec<u8>, text: Option<&str>) {
    put(to, text.map_or(u64::MAX, |text| text.len() as u64));
    to.extend_from_slice(text.unwrap_or_default().as_bytes());
}

/// What is left to be read of a batch.
struct Stored<'s>(&'s [u8]);

impl Stored<'_> {
    fn parsed<'b>(mut self, raw_of: impl Fn(Place) -> Option<&'b [u8]>) -> Option<Parsed<'b>> {
        let mut parsed = Parsed::default();
        parsed.tally.repaired = self.number()?;
        parsed.tally.unreadable_dates = self.number()?;
        let [articles, rejects, beside] = [self.number()?, self.number()?, self.number()?];
        for _ in 0..articles {
            let article = self.article()?;
            if let Some(raw) = raw_of(article.place) {
                parsed.articles.push(article);
                parsed.raw.push(raw);
            }
        }
        for _ in 0..rejects {
            let place = self.place()?;
            let reason = *REASONS.get(self.number()? as usize)?;
            if let Some(raw) = raw_of(place) {
                parsed.reject(place, raw, reason);
            }
        }
        for _ in 0..beside {
            let place = self.place()?;
            parsed.beside.extend(raw_of(place).map(|raw| (place, raw)));
        }
        for _ in 0..self.number()? {
            let source = self.text()?.map(Cow::into_owned);
            let counts = [self.number()?, self.number()?];
            parsed.tally.instead.insert(source, counts);
        }
        Some(parsed)
    }

    fn article<'b>(&mut self) -> Option<Article<'b>> {
        let place = self.place()?;
        let record_hash = self.number()?;
        let is_dated = self.number()? == 1;
        let moment = Timestamp(self.number()?.cast_signed());
        Some(Article {
            place,
            record_hash,
            published: is_dated.then_some(moment),
            external_id: self.text()?,
            title: self.text()?.unwrap_or_default(),
            text: self.text()?.unwrap_or_default(),
            source: self.text()?,
            url: self.text()?,
            lang: self.text()?,
            // Pages have no fields that could say it.
            ..Article::default()
        })
    }

    fn number(&mut self) -> Option<u64> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*number))
    }

    fn place(&mut self) -> Option<Place> {
        Some(Place {
            input: self.number()?.try_into().ok()?,
            record: self.number()?,
        })
    }

    /// A text, or that there is none; the outer `None` where the bytes end.
    fn text<'b>(&mut self) -> Option<Option<Cow<'b, str>>> {
        let length = self.number()?;
        if length == u64::MAX {
            return Some(None);
        }
        let (text, rest) = self.0.split_at_checked(length.try_into().ok()?)?;
        self.0 = rest;
        let text = std::str::from_utf8(text).ok()?;
        Some(Some(Cow::Owned(text.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(record: u64) -> Place {
        Place { input: 3, record }
    }

    fn parsed() -> Parsed<'static> {
        let mut parsed = Parsed::default();
        parsed.tally.repaired = 2;
        parsed
            .tally
            .instead
            .insert(Some("a.example".into()), [1, 2]);
        parsed.articles.push(Article {
            external_id: Some("http://a.example".into()),
            title: "A title".into(),
            text: "A text\nof two lines".repeat(50).into(),
            published: Some(Timestamp(-7)),
            place: place(11),
            record_hash: 99,
            ..Article::default()
        });
        parsed.raw.push(b"page");
        parsed.reject(place(12), b"broken", RejectReason::BrokenHttp);
        parsed.beside.push((place(13), b"request"));
        parsed
    }

    fn raw_of(place: Place) -> Option<&'static [u8]> {
        let raw: [&[u8]; 3] = [b"page", b"broken", b"request"];
        raw.get(place.record as usize - 11).copied()
    }

    #[test]
    fn a_batch_is_recalled_as_it_was_read() {
        let kept = Extracted::default();
        kept.keep((3, 10), &parsed(), std::env::temp_dir());
        let back = kept.recall((3, 10), raw_of).expect("it is kept");
        let before = parsed();
        assert_eq!(
            format!("{:?}", back.articles),
            format!("{:?}", before.articles)
        );
        assert_eq!(
            format!("{:?}", back.rejects),
            format!("{:?}", before.rejects)
        );
        assert_eq!(back.raw, before.raw);
        assert_eq!(back.beside, before.beside);
        assert_eq!(back.tally.repaired, 2);
        assert_eq!(back.tally.instead, before.tally.instead);
        assert!(kept.recall((3, 11), raw_of).is_none());
    }

    #[test]
    fn what_is_not_wanted_is_left_out() {
        let kept = Extracted::default();
        kept.keep((3, 10), &parsed(), std::env::temp_dir());
        let wanted = |place: Place| raw_of(place).filter(|_| place.record == 12);
        let back = kept.recall((3, 10), wanted).expect("it is kept");
        assert_eq!(
            (back.articles.len(), back.rejects.len(), back.beside.len()),
            (0, 1, 0)
        );
    }

    #[test]
    fn without_a_place_to_keep_them_pages_are_read_anew() {
        let kept = Extracted::default();
        kept.keep((3, 10), &parsed(), PathBuf::from("/no/such/folder"));
        assert!(kept.recall((3, 10), raw_of).is_none());
        kept.keep((3, 10), &parsed(), std::env::temp_dir());
        assert!(kept.recall((3, 10), raw_of).is_none());
    }
}
