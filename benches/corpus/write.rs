//! Articles are written in batches, several at once, and go out in their order.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::ops::Range;

use anyhow::Result;
use rayon::prelude::*;

use crate::plan::{Part, Plan, id};

/// Articles of a batch: about half a megabyte.
const BATCH: u64 = 200;
/// Batches a thread writes before they go out, so that no thread waits long for another.
const A_THREAD: u64 = 16;

/// Where everything goes.
pub(crate) struct Outputs {
    pub(crate) articles: Box<dyn Write + Send>,
    pub(crate) copies: Option<Box<dyn Write + Send>>,
    pub(crate) stories: Option<Box<dyn Write + Send>>,
}

/// What a batch of articles comes to.
#[derive(Default)]
struct Batch {
    articles: String,
    copies: String,
    stories: String,
}

/// Writes the articles from the first one on, and the truth about them.
///
/// A reader of standard output that has enough ends the work, without an error.
pub(crate) fn write(plan: &Plan, articles: u64, outputs: &mut Outputs) -> Result<()> {
    match write_all(plan, articles, outputs) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

fn write_all(plan: &Plan, articles: u64, outputs: &mut Outputs) -> io::Result<()> {
    if let Some(copies) = &mut outputs.copies {
        copies.write_all(b"id,cluster,edit\n")?;
    }
    if let Some(stories) = &mut outputs.stories {
        stories.write_all(b"id,cluster\n")?;
    }
    let step = BATCH * A_THREAD * rayon::current_num_threads() as u64;
    let mut ready = Vec::new();
    for start in (0..articles).step_by(step as usize) {
        let range = start..articles.min(start + step);
        let (sent, next) = rayon::join(|| outputs.send(&ready), || batches(plan, range));
        sent?;
        ready = next;
    }
    outputs.send(&ready)?;
    outputs.flush()
}

fn batches(plan: &Plan, range: Range<u64>) -> Vec<Batch> {
    let starts: Vec<u64> = range.clone().step_by(BATCH as usize).collect();
    starts
        .into_par_iter()
        .map(|start| Batch::new(plan, start..range.end.min(start + BATCH)))
        .collect()
}

impl Batch {
    fn new(plan: &Plan, range: Range<u64>) -> Batch {
        let mut batch = Batch::default();
        for article in range {
            plan.write_record(article, &mut batch.articles);
            batch.write_truth(plan, article);
        }
        batch
    }

    fn write_truth(&mut self, plan: &Plan, article: u64) {
        let edit = match plan.part(article) {
            Part::Original => "",
            Part::Copy { edit, .. } => edit.name(),
        };
        let original = plan.original(article);
        let (article, text, story) = (id(article), id(original), plan.story(original));
        // Writing to memory does not fail.
        let _ = writeln!(self.copies, "{article},{text},{edit}");
        let _ = writeln!(self.stories, "{article},{story}");
    }
}

impl Outputs {
    fn send(&mut self, batches: &[Batch]) -> io::Result<()> {
        for batch in batches {
            self.articles.write_all(batch.articles.as_bytes())?;
            if let Some(copies) = &mut self.copies {
                copies.write_all(batch.copies.as_bytes())?;
            }
            if let Some(stories) = &mut self.stories {
                stories.write_all(batch.stories.as_bytes())?;
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        let tables = [self.copies.as_mut(), self.stories.as_mut()];
        self.articles.flush()?;
        tables
            .into_iter()
            .flatten()
            .try_for_each(|table| table.flush())
    }
}
