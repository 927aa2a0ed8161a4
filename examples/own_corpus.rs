//! Clusters articles that stand in no file `samestory` reads: `cargo run --example own_corpus`.
//!
//! A corpus can be read more than once, in the same order each time. This one makes its articles up. One of yours asks a
//! database, or an archive.

use samestory::config::Config;
use samestory::corpus::{Article, Batch, Corpus, Place, ReadReport};
use samestory::error::Result;
use samestory::pipeline;

/// Notes of a lighthouse, a shelf a year.
struct Lighthouse {
    years: Vec<u16>,
}

impl Lighthouse {
    /// The notes of one year, always the same. One note in three is a copy of the year before.
    fn notes(&self, year: u16) -> Vec<(String, String)> {
        let note = |night: u16| {
            let written = if night.is_multiple_of(3) {
                year - 1
            } else {
                year
            };
            let text = format!(
                "Night {night} of {written}: the lamp was lit at {} minutes past sunset, the keeper counted {} ships of \
                 which {} gave no name, and the wind turned to quarter {} before the oil of barrel {} was used up.",
                written % 47 + night,
                written % 31 + 3 * night,
                night + 2,
                written % 4 + night,
                u32::from(written) * u32::from(night + 7),
            );
            (format!("{year}, night {night}"), text)
        };
        (1..=9).map(note).collect()
    }
}

impl Corpus for Lighthouse {
    /// What the column `input` says.
    fn inputs(&self) -> Vec<String> {
        self.years.iter().map(u16::to_string).collect()
    }

    /// Hands on every article, in batches with numbers that are the same each time.
    ///
    /// Batches may be handed on by several threads and in any order: `samestory` puts them in order by number.
    fn sweep(&self, visit: &(dyn Fn(Batch<'_>) -> Result<()> + Sync)) -> Result<ReadReport> {
        let mut report = ReadReport::default();
        for (number, &year) in self.years.iter().enumerate() {
            let notes = self.notes(year);
            let article = |((title, text), record): (&(String, String), u64)| {
                let mut article = Article {
                    title: title.clone().into(),
                    text: text.clone().into(),
                    source: Some("lighthouse.example".into()),
                    place: Place {
                        input: number as u32,
                        record,
                    },
                    ..Article::default()
                };
                article.record_hash = article.hash_of_fields();
                article
            };
            let articles: Vec<Article<'_>> = notes.iter().zip(1..).map(article).collect();
            report.bytes += notes.iter().map(|(_, text)| text.len() as u64).sum::<u64>();
            visit(Batch {
                number,
                articles: &articles,
                raw: &[],
                rejects: &[],
            })?;
        }
        Ok(report)
    }
}

/// Runs the example.
pub(crate) fn main() -> Result<()> {
    let corpus = Lighthouse {
        years: vec![1871, 1872, 1873],
    };
    let config = Config {
        copies_only: true,
        ..Config::default()
    };
    let found = pipeline::cluster(&corpus, &config, &|_stage| Ok(()))?;
    let copies = |(number, member): (usize, samestory::copies::Member)| {
        member.representative as usize != number
    };
    let copied = found.groups.iter().enumerate().map(copies);
    let copied = copied.filter(|&is_copy| is_copy).count();
    println!(
        "{} notes, {copied} copied from elsewhere",
        found.register.len()
    );
    assert_eq!(found.register.len(), 27);
    Ok(())
}
