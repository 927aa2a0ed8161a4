//! An article is one record of the dump; a corpus is a sequence of articles that can be read more than once.

#[cfg(feature = "encodings")]
mod encoding;
#[cfg(not(feature = "encodings"))]
#[path = "encoding_off.rs"]
mod encoding;
pub(crate) mod formats;
mod guard;
mod ids;
mod open;
mod record;
mod register;
mod sweep;
#[cfg(test)]
mod tests;
mod text_place;

use std::borrow::Cow;
use std::fmt;

use xxhash_rust::xxh3::xxh3_64;

use crate::error::Result;
#[doc(hidden)]
pub use crate::error::Unused;
use crate::kernel::mix;

pub use formats::Format;
#[doc(hidden)]
pub use formats::csv::Dialect;
pub(crate) use formats::csv::{append_cell, cells, count_cells};
#[cfg(feature = "html")]
pub use formats::html::Html;
#[cfg(all(feature = "html", any(test, feature = "fuzzing")))]
pub(crate) use formats::html::probe as probe_page;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use formats::json::fast::probe as probe_json;
pub(crate) use formats::json::{entries, to_line};
pub(crate) use formats::{Fields, Unit};
pub(crate) use guard::is_guarded;
#[doc(hidden)]
pub use ids::ArticleIds;
#[doc(hidden)]
pub use open::input::Input;
#[cfg(feature = "parquet")]
pub(crate) use open::limits::Limits;
#[doc(hidden)]
pub use open::unread::{TitlesOnly, Unread};
pub use open::{FileCorpus, FileCorpusBuilder};
pub(crate) use record::address::{bare_host, canonical as canonical_address};
pub use record::date::parse as parse_date;
pub use record::fields::FieldNames;
pub(crate) use record::fields::{Role, common_role};
pub(crate) use record::language::code as language_code;
pub(crate) use record::plausible::Plausible;
pub(crate) use record::repair::json as mended;
pub(crate) use record::without_line_end;
#[doc(hidden)]
pub use register::SourceId;
pub use register::{Entry, Register};
pub(crate) use register::{RegisterWriter, SiteWords};
pub use sweep::filter::Filter;
#[doc(hidden)]
pub use sweep::filter::LeftOut;
pub(crate) use sweep::reread::{Wanted, read_exact_at};
pub(crate) use text_place::TextPlace;

/// An article's number in one run: 0 for the first good record, in input order. A plain number, since tables are indexed by it.
pub type ArticleId = u32;

/// The number of a text in one run, in the order of the hashes of texts; identical articles bear one text.
pub type TextId = u32;

/// A moment, in whole seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

/// Where a record was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file, as an index into [`Corpus::inputs`].
    pub input: u32,
    /// The 1-based record in that file; rejected records count too.
    pub record: u64,
}

/// So many fields may say which article is kept.
#[doc(hidden)]
pub const KEEP_BY: usize = 3;

/// One record of the dump, its fields borrowed from the batch it came in where possible.
#[derive(Clone, Debug, Default)]
pub struct Article<'a> {
    /// The record's own id; `None` where it has none.
    pub external_id: Option<Cow<'a, str>>,
    /// The headline; empty where there is none.
    pub title: Cow<'a, str>,
    /// The text of the page; empty where there is none.
    pub text: Cow<'a, str>,
    /// The outlet: the source field, else the host of the URL.
    pub source: Option<Cow<'a, str>>,
    /// When it was published; an unreadable date is an absent one.
    pub published: Option<Timestamp>,
    /// Its address.
    pub url: Option<Cow<'a, str>>,
    /// Its language, as the record names it: `en`, `eng`, `en-GB`, `English`.
    pub lang: Option<Cow<'a, str>>,
    /// Where it was read.
    pub place: Place,
    /// [`Article::hash_of_fields`] as the record has them, before HTML in them is read: the last tie-breaker but the id.
    pub record_hash: u64,
    /// For each field of `FieldNames::keep_by` a number that ascends with its value; 0 where it has none.
    pub order: [u64; KEEP_BY],
}

impl Article<'_> {
    /// A hash (xxh3) of the seven fields of a record, whatever format it is stored in: text, title, id, time, source, address
    /// and language. It never changes between versions.
    pub fn hash_of_fields(&self) -> u64 {
        // Is the hash of no field but with a chance of 2^-64.
        const ABSENT: u64 = 1;
        let published = self.published.map(|time| time.0.to_le_bytes());
        let fields = [
            Some(self.text.as_bytes()),
            Some(self.title.as_bytes()),
            self.external_id.as_deref().map(str::as_bytes),
            published.as_ref().map(<[u8; 8]>::as_slice),
            self.source.as_deref().map(str::as_bytes),
            self.url.as_deref().map(str::as_bytes),
            self.lang.as_deref().map(str::as_bytes),
        ];
        let hashes = fields.map(|field| field.map_or(ABSENT, xxh3_64));
        hashes.into_iter().fold(0, |hash, field| mix(hash ^ field))
    }
}

/// A record that is no article.
#[derive(Clone, Debug)]
pub struct Reject<'a> {
    /// Where it was read.
    pub place: Place,
    /// Why it was rejected.
    pub reason: RejectReason,
    /// The record as it was read, line end included.
    pub raw: &'a [u8],
}

/// Why a record was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RejectReason {
    /// Neither a text nor a title.
    NoTextOrTitle,
    /// Not JSON, or cut off.
    BrokenJson,
    /// JSON, but not an object.
    NotAnObject,
    /// A row that is not CSV.
    BrokenCsv,
    /// A row with another number of fields than the header.
    FieldCount,
    /// Bytes that are no text in any encoding this tool reads.
    NotText,
    /// A record longer than this tool takes into memory; only its beginning is kept.
    TooLong,
    /// A record of an archive that is cut off or has no header, or bytes between two records.
    BrokenWarc,
    /// A response of an archive that has no header, or whose body cannot be decompressed.
    BrokenHttp,
    /// A page in no charset that is known.
    UnknownCharset,
    /// A row of a Parquet file that is cut off, damaged or encrypted; the file is one record where nothing of it is known.
    BrokenParquet,
}

impl fmt::Display for RejectReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RejectReason::NoTextOrTitle => "neither a text nor a title",
            RejectReason::BrokenJson => "broken JSON",
            RejectReason::NotAnObject => "not a JSON object",
            RejectReason::BrokenCsv => "broken CSV",
            RejectReason::FieldCount => "a row with another number of fields than the header",
            RejectReason::NotText => "not text",
            RejectReason::TooLong => "longer than a record may be",
            RejectReason::BrokenWarc => "a broken or cut-off WARC record",
            RejectReason::BrokenHttp => "a broken HTTP response",
            RejectReason::UnknownCharset => "in no charset that is known",
            RejectReason::BrokenParquet => "Parquet that cannot be read",
        })
    }
}

/// A run of consecutive records of one sweep, in input order.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    /// 0 for the first batch of the corpus, then consecutive; the same in every sweep.
    pub number: usize,
    /// The articles, in input order.
    pub articles: &'a [Article<'a>],
    /// Each article's record byte for byte as it was read, line end included; empty where the corpus has no bytes.
    pub raw: &'a [&'a [u8]],
    /// The records among them that are no articles.
    pub rejects: &'a [Reject<'a>],
}

/// What a sweep met besides articles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadReport {
    /// How many records were rejected, by reason, in the order of [`RejectReason`].
    pub rejects: Vec<(RejectReason, u64)>,
    /// The first few rejects: place and reason.
    pub first_rejects: Vec<(Place, RejectReason)>,
    /// How many texts had lone surrogates or stray bytes that were repaired.
    pub repaired: u64,
    /// How many dates were there but unreadable.
    pub unreadable_dates: u64,
    /// How many articles were left out since they were not wanted, by why.
    pub left_out: Vec<(LeftOut, u64)>,
    /// How many records of archives hold no page and are not bad either: requests, images, redirects.
    pub beside: u64,
    /// Bytes read, after decompression.
    pub bytes: u64,
    /// Which record field was read as which article field, e.g. `("text", "article.body")`.
    pub fields: Vec<(&'static str, String)>,
    /// Inputs that ended early (cut-off compression), with what was wrong; what was read before is kept.
    pub cut_off: Vec<(u32, String)>,
    /// Pages whose text was not taken by the extractor that was to take it, since that saw next to nothing of them: by
    /// source, most first.
    pub replaced: Vec<Replaced>,
}

/// How many pages of a source were read in another way than asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[doc(hidden)]
pub struct Replaced {
    /// The source, mostly a host; `None` for pages that name none.
    pub source: Option<String>,
    /// Pages that the other extractor took.
    pub by_other: u64,
    /// Pages of which all that is visible was taken.
    pub as_visible: u64,
}

/// A sequence of articles that can be read more than once, in the same order each time.
///
/// The corpus is never held in memory as text: every stage sweeps it anew, batch by batch.
pub trait Corpus: Sync {
    /// The names of the inputs, as they stand in the `input` column; [`Place::input`] indexes them.
    fn inputs(&self) -> Vec<String>;

    /// Reads every article and hands it on, a batch at a time.
    ///
    /// `visit` is called from several threads at once, for batches in any order; every batch is handed on exactly
    /// once, and the same records make the same batches in every sweep, whatever the number of threads.
    ///
    /// # Errors
    ///
    /// The first error of `visit` ends the sweep and is returned; so is a failure to read.
    fn sweep(&self, visit: &(dyn Fn(Batch<'_>) -> Result<()> + Sync)) -> Result<ReadReport>;

    /// Reads every article as [`Corpus::sweep`] does, for whoever asks for titles, texts and sources only: dates and record
    /// hashes may be absent.
    ///
    /// # Errors
    ///
    /// As those of a sweep.
    fn sweep_texts(&self, visit: &(dyn Fn(Batch<'_>) -> Result<()> + Sync)) -> Result<()> {
        self.sweep(visit).map(|_| ())
    }

    /// Reads again the articles whose place `is_wanted`, in the batches of [`Corpus::sweep`]; others may be left out.
    ///
    /// A batch is either whole or holds wanted articles only, in input order.
    ///
    /// # Errors
    ///
    /// As those of a sweep.
    fn sweep_again(
        &self,
        is_wanted: &(dyn Fn(Place) -> bool + Sync),
        visit: &(dyn Fn(Batch<'_>) -> Result<()> + Sync),
    ) -> Result<()> {
        let _ = is_wanted;
        self.sweep(visit).map(|_| ())
    }
}

/// Articles held in memory are a corpus of one input.
impl Corpus for [Article<'_>] {
    fn inputs(&self) -> Vec<String> {
        vec!["memory".to_owned()]
    }

    fn sweep(&self, visit: &(dyn Fn(Batch<'_>) -> Result<()> + Sync)) -> Result<ReadReport> {
        use rayon::prelude::*;
        const BATCH: usize = 256;
        self.par_chunks(BATCH)
            .enumerate()
            .try_for_each(|(number, articles)| {
                visit(Batch {
                    number,
                    articles,
                    raw: &[],
                    rejects: &[],
                })
            })?;
        Ok(ReadReport::default())
    }
}
