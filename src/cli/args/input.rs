//! Flags that say what to read, and how.

use std::path::PathBuf;

use clap::Args;
#[cfg(feature = "html")]
use clap::ValueEnum;
use samestory::corpus::FieldNames;
#[cfg(feature = "html")]
use samestory::corpus::Html;
use samestory::error::{ErrorKind, Result};

use super::bytes;

/// What to read, and how.
#[derive(Args, Clone, Debug)]
pub(crate) struct Reading {
    /// Files, folders or globs of JSONL, CSV, TSV, Parquet, WARC, HTML or plain text, compressed or not; - is standard input
    #[arg(required = true, value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,
    /// The field with the text, where it has no common name; dots lead into objects
    #[arg(long, value_name = "FIELD", help_heading = "Reading")]
    text_field: Option<String>,
    /// The field with the title
    #[arg(long, value_name = "FIELD", help_heading = "Reading")]
    title_field: Option<String>,
    /// The field with the record's own id
    #[arg(long, value_name = "FIELD", help_heading = "Reading")]
    id_field: Option<String>,
    /// The field with the date of publication
    #[arg(long, value_name = "FIELD", help_heading = "Reading")]
    date_field: Option<String>,
    /// The field with the outlet; else the host of the URL
    #[arg(long, value_name = "FIELD", help_heading = "Reading")]
    source_field: Option<String>,
    /// The field with the address
    #[arg(long, value_name = "FIELD", help_heading = "Reading")]
    url_field: Option<String>,
    /// The field with the language
    #[arg(long, value_name = "FIELD", help_heading = "Reading")]
    lang_field: Option<String>,
    /// Fields that say which article is kept.
    #[arg(skip)]
    pub(crate) keep_by: Vec<String>,
    /// The columns of CSV without a header row, in their order: id,,,title,text,url. An empty name is of one that is not read.
    /// For `cluster`, where all are columns of its table or `url`: those that the table has
    #[arg(
        long,
        value_name = "NAME,...",
        value_delimiter = ',',
        help_heading = "Reading"
    )]
    pub(crate) columns: Option<Vec<String>>,
    /// The encoding of all texts that do not say theirs: utf-8, windows-1251, gb18030, shift_jis; by default told from their bytes
    #[arg(long, value_name = "NAME", help_heading = "Reading")]
    pub(crate) encoding: Option<String>,
    /// Read text files as an article a line instead of one article
    #[arg(long, help_heading = "Reading")]
    pub(crate) lines: bool,
    /// The table of a database that holds the articles; by default the one whose columns look like it
    #[arg(long, value_name = "TABLE", help_heading = "Reading")]
    pub(crate) table: Option<String>,
    /// What to take of HTML pages, and of fields that hold HTML
    #[cfg(feature = "html")]
    #[arg(long, value_enum, value_name = "HOW", default_value_t = HtmlFlag::Auto, help_heading = "Reading")]
    html: HtmlFlag,
    /// The most a record may take: 500K, 64M, 1G. A longer one is rejected
    #[arg(
        long,
        value_name = "SIZE",
        value_parser = bytes,
        default_value = "64M",
        help_heading = "Reading"
    )]
    pub(crate) max_record: u64,
    /// How many times its own size a compressed input may be when decompressed, beyond 4 GB
    #[arg(
        long,
        value_name = "TIMES",
        default_value_t = 200,
        help_heading = "Reading"
    )]
    pub(crate) max_ratio: u64,
    /// Write the records that are no articles here, as they were read
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    pub(crate) rejects: Option<PathBuf>,
    /// Make the first bad record an error, and titles without texts
    #[arg(long, help_heading = "Reading")]
    pub(crate) strict: bool,
    /// Exit with status 0 although files that may hold articles were not read
    #[arg(long, help_heading = "Reading", conflicts_with = "strict")]
    pub(crate) lenient: bool,
}

#[cfg(feature = "html")]
#[derive(Clone, Copy, Debug, ValueEnum)]
enum HtmlFlag {
    /// The main text, by the extractor that serves most dumps: fast, at present
    Auto,
    /// The main text, hundreds of pages a second
    Fast,
    /// The main text, several times slower and a little more often right
    Best,
    /// All text on the page, a line a block
    Off,
}

/// No record may be longer, whatever is asked for.
const LONGEST: u64 = 1 << 30;

impl Reading {
    /// The most a record may take.
    pub(crate) fn max_record(&self) -> Result<usize> {
        match usize::try_from(self.max_record) {
            Ok(bytes @ 1_000..) if self.max_record <= LONGEST => Ok(bytes),
            _ => Err(ErrorKind::Setting {
                name: "--max-record",
                value: self.max_record.to_string(),
                expected: "from 1K to 1G".to_owned(),
            }
            .into()),
        }
    }

    /// What to take of HTML.
    #[cfg(feature = "html")]
    pub(crate) fn html(&self) -> Html {
        match self.html {
            HtmlFlag::Auto => Html::Auto,
            HtmlFlag::Fast => Html::Fast,
            HtmlFlag::Best => Html::Best,
            HtmlFlag::Off => Html::Off,
        }
    }

    pub(crate) fn fields(&self) -> FieldNames {
        FieldNames {
            text: self.text_field.clone(),
            title: self.title_field.clone(),
            id: self.id_field.clone(),
            date: self.date_field.clone(),
            source: self.source_field.clone(),
            url: self.url_field.clone(),
            lang: self.lang_field.clone(),
            keep_by: self.keep_by.clone(),
            no_source: Vec::new(),
        }
    }
}
