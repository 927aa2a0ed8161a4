//! Finds which scraped news articles are the same text.
//!
//! Wire stories reprinted under other mastheads, pages scraped twice, updated versions and excerpts become *copy
//! groups*, each with one article that stands for it. What a site repeats around its articles is learned from the pages
//! and left out of the comparison.
//!
//! This library is the whole of the `samestory` tool. All but the command line, a feature of its own (`cli`), prints nothing and
//! never exits.
//!
//! # Articles in memory
//!
//! A slice of [`Article`](crate::corpus::Article)s is a corpus, and [`pipeline::cluster`] finds its copies:
//!
//! ```
//! use samestory::corpus::Article;
//! use samestory::config::Config;
//! use samestory::copies::CopyRelation;
//! use samestory::pipeline;
//!
//! # fn main() -> samestory::error::Result<()> {
//! let text = "The council voted on Tuesday to reopen the old swimming baths, which have been shut since the roof \
//!     fell in eleven years ago, and to pay for the work from the sale of the town hall's own car park.";
//! let articles = [
//!     Article { external_id: Some("a".into()), text: text.into(), ..Article::default() },
//!     Article { external_id: Some("b".into()), text: text.to_uppercase().into(), ..Article::default() },
//! ];
//! let found = pipeline::cluster(&articles[..], &Config::default(), &|_stage| Ok(()))?;
//!
//! let second = found.groups.of(1);
//! assert_eq!(found.register.external_id(second.representative as usize)?.as_deref(), Some("a"));
//! assert_eq!(second.relation, CopyRelation::Exact); // case does not count
//! # Ok(())
//! # }
//! ```
//!
//! # Files
//!
//! A [`FileCorpus`](crate::corpus::FileCorpus) reads JSON lines, CSV, TSV and plain text, and with the features `html` and `warc`
//! HTML pages and WARC archives, compressed or not; and
//! [`Tables`](crate::tables::Tables) turns what was found into rows:
//!
//! ```
//! use samestory::corpus::{Corpus, FileCorpus};
//! use samestory::config::Config;
//! use samestory::output::{self, Destination};
//! use samestory::pipeline;
//! use samestory::tables::Tables;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("clusters.csv");
//! let corpus = FileCorpus::builder().open(&["samples"])?;
//! let found = pipeline::cluster(&corpus, &Config::default(), &|_stage| Ok(()))?;
//!
//! let inputs = corpus.inputs();
//! let mut clusters = output::clusters(&Destination::named(path))?;
//! Tables::new(&found, &inputs)?.write_clusters(&mut clusters)?;
//! clusters.finish()?; // until here there is no file, and a file that was there is as it was
//! # assert_eq!(found.register.len(), 85);
//! # Ok(())
//! # }
//! ```
//!
//! # A corpus of one's own
//!
//! Anything that can be read more than once, in the same order, can be a [`Corpus`](crate::corpus::Corpus). It hands on its
//! articles in numbered batches, and may do so from several threads:
//!
//! ```
//! use samestory::corpus::{Article, Batch, Corpus, Place, ReadReport};
//! use samestory::config::Config;
//! use samestory::error::Result;
//! use samestory::pipeline;
//!
//! /// Pages by month, as some archive has them.
//! struct Archive {
//!     months: Vec<Vec<(String, String)>>,
//! }
//!
//! impl Corpus for Archive {
//!     fn inputs(&self) -> Vec<String> {
//!         (1..=self.months.len()).map(|month| format!("month {month}")).collect()
//!     }
//!
//!     fn sweep(&self, visit: &(dyn Fn(Batch<'_>) -> Result<()> + Sync)) -> Result<ReadReport> {
//!         let mut report = ReadReport::default();
//!         for (number, month) in self.months.iter().enumerate() {
//!             let mut articles = Vec::new();
//!             for ((title, text), record) in month.iter().zip(1..) {
//!                 articles.push(Article {
//!                     title: title.as_str().into(),
//!                     text: text.as_str().into(),
//!                     place: Place { input: number as u32, record },
//!                     ..Article::default()
//!                 });
//!                 report.bytes += text.len() as u64;
//!             }
//!             visit(Batch { number, articles: &articles, raw: &[], rejects: &[] })?;
//!         }
//!         Ok(report)
//!     }
//! }
//!
//! # fn main() -> Result<()> {
//! let page = |title: &str| (title.to_owned(), "Snow fell on the pass for the ninth day, and the keeper of the \
//!     hut wrote in her diary that the only visitor had been a fox.".to_owned());
//! let archive = Archive { months: vec![vec![page("Ninth day of snow")], vec![page("A fox, and nobody else")]] };
//! let found = pipeline::cluster(&archive, &Config::default(), &|_stage| Ok(()))?;
//! assert_eq!(found.groups.of(0).copies, 2);
//! # Ok(())
//! # }
//! ```
//!
//! # The parts
//!
//! [`pipeline`] is read first; [`stages`] has each of its stages as a call of its own. What they do is in [`clean`],
//! [`kernel`], [`candidates`](mod@stages::candidates), [`copies`] and [`stories`](mod@stages::stories);
//! [`corpus`] reads, [`output`] and [`dedup`] write, [`eval`] judges; [`state`] keeps what a run learned, [`index`] keeps the
//! articles of all runs, [`work`] what stages found, [`explain`] says why, and
//! [`report`] shows.

#![cfg_attr(
    not(all(
        feature = "cli",
        feature = "index",
        feature = "parquet",
        feature = "reports",
        feature = "staged"
    )),
    allow(
        dead_code,
        unused_imports,
        unused_mut,
        unused_variables,
        reason = "each feature is the only one to ask for some things, and what it asks for stands among the rest"
    )
)]

#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
mod compression;
pub mod config;
pub mod corpus;
pub mod error;
pub mod interrupt;
pub mod kernel;
pub mod links;
mod names;
pub mod output;
pub mod pipeline;
mod pool;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod probe;
mod products;
pub mod progress;
mod recorder;
mod remote;
mod results;
pub mod spill;
pub mod stages;

// Nobody outside has to know the floors.
#[cfg(feature = "index")]
pub use products::index;
#[cfg(feature = "reports")]
pub use products::report;
#[cfg(feature = "staged")]
pub use products::staged;
pub(crate) use products::tune;
pub use products::{dedup, eval, explain, state, work};
#[doc(hidden)]
pub use results::rejects;
pub use results::{diff, tables};
pub use stages::{clean, copies};

// The command line names the library as all others do.
#[cfg(feature = "cli")]
extern crate self as samestory;

// The Rust of the README and of the page on the library is compiled with the documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(doctest)]
#[doc = include_str!("../docs/library.md")]
struct LibraryPage;
