//! The survey: what cleaning drops from a dump, line by line, so that a user can check it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::corpus::{Article, Corpus};
use crate::error::{Error, Result};
use crate::output::{OutputFile, safe_cell};
use crate::stages::clean::{Cleaner, Dropped, Furniture, Reason};

/// Everything that cleaning drops, by source and line.
#[derive(Clone, Debug, Default)]
pub struct Survey(BTreeMap<Key, Count>);

type Key = (String, String, Reason);

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    dropped: u64,
    pages: u32,
}

/// One line that is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SurveyRow<'a> {
    /// The source whose pages bear it; empty where none is known.
    pub source: &'a str,
    /// The line.
    pub line: &'a str,
    /// Why it is dropped.
    pub reason: Reason,
    /// How often it is dropped.
    pub dropped: u64,
    /// On how many different pages it was learned; 0 where that is not why it is dropped.
    pub pages: u32,
}

impl Survey {
    /// Sweeps a corpus and notes all that is dropped.
    ///
    /// # Errors
    ///
    /// When the corpus cannot be read.
    pub fn of<C: Corpus + ?Sized>(corpus: &C, furniture: &Furniture) -> Result<Survey> {
        let all: Mutex<Survey> = Mutex::default();
        corpus.sweep(&|batch| {
            let mut survey = Survey::default();
            let mut cleaner = Cleaner::new(furniture);
            for article in batch.articles {
                survey.note(article, cleaner.dropped(article));
            }
            all.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .add(survey);
            Ok(())
        })?;
        Ok(all.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn note(&mut self, article: &Article<'_>, dropped: &[Dropped]) {
        let source = article.source.as_deref().unwrap_or_default();
        for Dropped { span, why, pages } in dropped {
            let line = article.text[span.clone()].to_owned();
            let count = self.0.entry((source.to_owned(), line, *why)).or_default();
            count.dropped += 1;
            count.pages = count.pages.max(*pages);
        }
    }

    fn add(&mut self, other: Survey) {
        for (key, count) in other.0 {
            let sum = self.0.entry(key).or_default();
            sum.dropped += count.dropped;
            sum.pages = sum.pages.max(count.pages);
        }
    }

    /// The lines, by source; those dropped most often first.
    pub fn rows(&self) -> Vec<SurveyRow<'_>> {
        let mut rows: Vec<SurveyRow<'_>> = self
            .0
            .iter()
            .map(|((source, line, reason), count)| SurveyRow {
                source,
                line,
                reason: *reason,
                dropped: count.dropped,
                pages: count.pages,
            })
            .collect();
        rows.sort_by(|a, b| a.source.cmp(b.source).then(b.dropped.cmp(&a.dropped)));
        rows
    }

    /// Writes the lines as CSV: `source,line,reason,dropped,pages`; where it is to be safe, with no cell that a spreadsheet
    /// would run.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn write(&self, file: &mut OutputFile, is_safe: bool) -> Result<()> {
        let name = file.name().to_owned();
        let mut csv = csv::Writer::from_writer(file);
        let failed = |error: csv::Error| Error::io(&name, error.into());
        csv.write_record(["source", "line", "reason", "dropped", "pages"])
            .map_err(failed)?;
        for row in self.rows() {
            let counts = [row.dropped.to_string(), row.pages.to_string()];
            let cell = |text| match is_safe {
                true => safe_cell(text),
                false => text.into(),
            };
            csv.write_record([
                &*cell(row.source),
                &*cell(row.line),
                row.reason.name(),
                &counts[0],
                &counts[1],
            ])
            .map_err(failed)?;
        }
        csv.flush().map_err(|error| Error::io(&name, error))
    }
}
