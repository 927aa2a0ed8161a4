//! What a run leaves behind: tables of clusters and pairs, and files that appear whole or not at all.
//!
//! A table is written through [`clusters`] or [`pairs`], which choose its format by the ending of its name. Each format
//! is one file here, behind the one trait `Table`. Records that are passed on byte for byte go through an
//! [`OutputFile`], in input order through [`Ordered`].
//!
//! ```
//! use samestory::copies::Kind;
//! use samestory::output::{self, ClusterRow, Destination, Relation};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("clusters.csv");
//! let mut clusters = output::clusters(&Destination::named(&path))?;
//! clusters.write(&ClusterRow {
//!     article_id: "a1",
//!     story_id: "a1",
//!     copy_id: "a1",
//!     relation: Relation::Lead,
//!     similarity: None,
//!     matched_id: None,
//!     copies: 1,
//!     story_articles: 1,
//!     title: "Ferry sinks, 28 dead",
//!     source: Some("example.org"),
//!     published: None,
//!     input: "dump.jsonl",
//!     record: 1,
//!     story_label: None,
//!     kind: Some(Kind::Article),
//!     form_id: None,
//!     story_sources: Some(1),
//!     story_independent: Some(1),
//! })?;
//! assert!(!path.exists()); // not before it is whole
//! clusters.finish()?;
//! assert!(path.exists());
//! # Ok(())
//! # }
//! ```

mod apart;
mod atom;
mod commit;
mod compression;
mod csv;
mod file;
mod folder;
mod jsonl;
mod ordered;
#[cfg(feature = "parquet")]
pub(crate) mod parquet;
mod row;
mod stories;
pub(crate) mod table;
mod temporary;
mod versions;
mod writers;

use std::path::{Path, PathBuf};

use crate::error::{ErrorKind, Result};
use crate::interrupt::Interrupt;
use crate::remote;

pub use crate::compression::Compression;
#[doc(hidden)]
pub use apart::Apart;
#[doc(hidden)]
pub use commit::commit_all;
pub(crate) use csv::safe_cell;
#[doc(hidden)]
pub use file::{Closed, OutputFile};
pub use ordered::{Early, Ordered};
pub use row::{ClusterRow, PairRow, Relation};
#[doc(hidden)]
pub use stories::is_feed;
pub use stories::{StoryRow, StoryWriter, stories};
pub(crate) use temporary::remove_temporaries;
#[doc(hidden)]
pub use versions::{VersionWriter, versions};
pub(crate) use writers::are_columns;
pub use writers::{ClusterWriter, PairWriter, TableOptions, clusters, clusters_as, pairs};
#[doc(hidden)]
pub use writers::{SpanWriter, spans};

pub(crate) use apart::canonical;
pub(crate) use folder::{MadeFolders, OutputFolder};
pub(crate) use row::{Value, rounded, serialize_row};

/// Has what this process writes to buckets end once a flag is set; without one it waits for answers until they come.
pub(crate) fn heed_interrupt(interrupt: &Interrupt) {
    remote::heed(interrupt);
}

/// Where an output goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// To standard output.
    Stdout,
    /// To the file of this name, which need not exist.
    File(PathBuf),
}

impl Destination {
    /// The destination a user means by `name`: `-` and `/dev/stdout` are standard output, all else is a file.
    pub fn named(name: impl Into<PathBuf>) -> Destination {
        let path = name.into();
        if path == Path::new("-") || path == Path::new("/dev/stdout") {
            Destination::Stdout
        } else {
            Destination::File(path)
        }
    }

    /// The name as error messages have it: `-` for standard output.
    pub fn name(&self) -> &Path {
        match self {
            Destination::Stdout => Path::new("-"),
            Destination::File(path) => path,
        }
    }
}

/// A format of tables.
///
/// It is made with the column names, and every row has a value for each of them, in their order.
pub(crate) trait Table: Send {
    fn write(&mut self, row: &[Value<'_>]) -> Result<()>;

    /// Has no cell be one that a spreadsheet would run, where the format is one that spreadsheets open as such.
    fn make_safe(&mut self) {}

    fn close(self: Box<Self>) -> Result<Closed>;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Csv,
    Tsv,
    Jsonl,
    #[cfg(feature = "parquet")]
    Parquet,
}

pub(crate) fn table(
    setting: &'static str,
    destination: &Destination,
    columns: Vec<&'static str>,
    settings: &[(String, String)],
) -> Result<Box<dyn Table>> {
    let (format, compression) = format_of(setting, destination)?;
    let file = OutputFile::create(destination, compression)?;
    Ok(match format {
        Format::Csv => Box::new(csv::CsvTable::new(file, &columns, b',')?),
        Format::Tsv => Box::new(csv::CsvTable::new(file, &columns, b'\t')?),
        Format::Jsonl => Box::new(jsonl::JsonlTable::new(file, columns)),
        #[cfg(feature = "parquet")]
        Format::Parquet => Box::new(parquet::ParquetTable::new(file, &columns, settings)?),
    })
}

fn format_of(setting: &'static str, destination: &Destination) -> Result<(Format, Compression)> {
    let Destination::File(path) = destination else {
        return Ok((Format::Csv, Compression::None));
    };
    let compression = Compression::of_name(path);
    let plain = compression.strip(path).to_string_lossy().to_lowercase();
    if plain.ends_with(".csv") {
        Ok((Format::Csv, compression))
    } else if plain.ends_with(".tsv") {
        Ok((Format::Tsv, compression))
    } else if plain.ends_with(".jsonl") {
        Ok((Format::Jsonl, compression))
    } else if plain.ends_with(".parquet") && compression == Compression::None {
        parquet_format(setting, path)
    } else if file::is_stream(path) {
        Ok((Format::Csv, Compression::None))
    } else {
        Err(ErrorKind::Setting {
            name: setting,
            value: path.display().to_string(),
            expected: format!(
                "a name that ends in .csv, .tsv or .jsonl, alone or followed by {}, or in .parquet",
                Compression::endings()
            ),
        }
        .into())
    }
}

#[cfg(feature = "parquet")]
fn parquet_format(_: &'static str, _: &Path) -> Result<(Format, Compression)> {
    Ok((Format::Parquet, Compression::None))
}

#[cfg(not(feature = "parquet"))]
fn parquet_format(setting: &'static str, path: &Path) -> Result<(Format, Compression)> {
    Err(ErrorKind::Setting {
        name: setting,
        value: path.display().to_string(),
        expected: "another format: this build is without the cargo feature `parquet`".to_owned(),
    }
    .into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Timestamp;
    use crate::kernel::Share;
    use crate::stages::copies::Kind;
    use std::io::Read;

    fn lead() -> ClusterRow<'static> {
        ClusterRow {
            article_id: "a1",
            story_id: "a1",
            copy_id: "a1",
            relation: Relation::Lead,
            similarity: None,
            matched_id: None,
            copies: 2,
            story_articles: 2,
            title: "Ferry sinks, 28 dead",
            source: None,
            published: None,
            input: "dump.jsonl",
            record: 1,
            story_label: None,
            kind: Some(Kind::Article),
            form_id: None,
            story_sources: Some(0),
            story_independent: Some(1),
        }
    }

    fn copy() -> ClusterRow<'static> {
        ClusterRow {
            article_id: "a2",
            relation: Relation::Near,
            similarity: Some(Share(970_050)),
            matched_id: Some("a1"),
            title: "He said \"no\"\nand left",
            source: Some("例.jp"),
            published: Some(Timestamp(1_625_126_460)),
            record: 2,
            kind: Some(Kind::Form),
            form_id: Some("a0"),
            story_sources: None,
            story_independent: None,
            ..lead()
        }
    }

    fn written_as(name: &str) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        let mut writer = clusters(&Destination::named(&path)).unwrap();
        writer.write(&lead()).unwrap();
        writer.write(&copy()).unwrap();
        writer.finish().unwrap();
        std::fs::read(path).unwrap()
    }

    const CSV: &str = "\
article_id,story_id,copy_id,relation,similarity,matched_id,copies,story_articles,title,source,published,input,record,story_label,kind,form_id,story_sources,story_independent
a1,a1,a1,lead,,,2,2,\"Ferry sinks, 28 dead\",,,dump.jsonl,1,,article,,0,1
a2,a1,a1,near,0.9701,a1,2,2,\"He said \"\"no\"\"\nand left\",例.jp,2021-07-01T08:01:00Z,dump.jsonl,2,,form,a0,,
";

    const JSONL: &str = concat!(
        r#"{"article_id":"a1","story_id":"a1","copy_id":"a1","relation":"lead","similarity":null,"matched_id":null,"#,
        r#""copies":2,"story_articles":2,"title":"Ferry sinks, 28 dead","source":null,"published":null,"#,
        r#""input":"dump.jsonl","record":1,"story_label":null,"kind":"article","form_id":null,"story_sources":0,"#,
        r#""story_independent":1}"#,
        "\n",
        r#"{"article_id":"a2","story_id":"a1","copy_id":"a1","relation":"near","similarity":0.9701,"matched_id":"a1","#,
        r#""copies":2,"story_articles":2,"title":"He said \"no\"\nand left","source":"例.jp","#,
        r#""published":"2021-07-01T08:01:00Z","input":"dump.jsonl","record":2,"story_label":null,"kind":"form","form_id":"a0","#,
        r#""story_sources":null,"story_independent":null}"#,
        "\n",
    );

    #[test]
    fn the_ending_chooses_the_format() {
        assert_eq!(String::from_utf8(written_as("c.csv")).unwrap(), CSV);
        assert_eq!(String::from_utf8(written_as("C.JSONL")).unwrap(), JSONL);
    }

    #[test]
    fn a_compressed_table_is_the_plain_one_compressed() {
        let mut text = String::new();
        flate2::read::GzDecoder::new(&written_as("c.csv.gz")[..])
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text, CSV);
        let plain = zstd::decode_all(&written_as("c.jsonl.zst")[..]).unwrap();
        assert_eq!(String::from_utf8(plain).unwrap(), JSONL);
    }

    #[test]
    fn a_table_of_no_rows_still_has_its_header() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pairs.csv");
        pairs(&Destination::named(&path)).unwrap().finish().unwrap();
        assert_eq!(
            std::fs::read_to_string(path).unwrap(),
            "id_a,id_b,relation,jaccard,containment,hours_apart\n"
        );
    }

    #[test]
    fn pairs_have_their_hours_in_hundredths() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pairs.csv");
        let mut writer = pairs(&Destination::named(&path)).unwrap();
        let row = PairRow {
            id_a: "a1",
            id_b: "a2",
            relation: Relation::Excerpt,
            jaccard: Share(224_999),
            containment: Share(1_000_000),
            seconds_apart: Some(5_400 + 18),
        };
        writer.write(&row).unwrap();
        writer
            .write(&PairRow {
                seconds_apart: None,
                ..row
            })
            .unwrap();
        writer.finish().unwrap();
        assert_eq!(
            std::fs::read_to_string(path).unwrap().lines().nth(1),
            Some("a1,a2,excerpt,0.2250,1.0000,1.51")
        );
    }

    #[test]
    fn an_unknown_ending_is_refused_with_the_known_ones_named() {
        let error = clusters(&Destination::named("out.parquet.gz"))
            .err()
            .unwrap();
        assert_eq!(
            error.to_string(),
            "output is out.parquet.gz: it must be a name that ends in .csv, .tsv or .jsonl, alone or followed by .gz, .zst, .bz2, \
             .xz or .lz4, or in .parquet"
        );
        assert!(!Path::new("out.parquet.gz").exists());
    }

    #[test]
    fn a_dash_is_standard_output() {
        assert_eq!(Destination::named("-"), Destination::Stdout);
        assert_eq!(Destination::named("/dev/stdout"), Destination::Stdout);
        assert_eq!(
            format_of("output", &Destination::Stdout).unwrap(),
            (Format::Csv, Compression::None)
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_an_error_that_names_the_file() {
        let mut writer = clusters(&Destination::named("/dev/full")).unwrap();
        let outcome = writer.write(&lead()).and_then(|()| writer.finish());
        let message = outcome.unwrap_err().to_string();
        assert!(message.starts_with("/dev/full: No space"), "{message}");
    }
}
