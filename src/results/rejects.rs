//! The records that are no articles, as they were read.

use std::io::Write;

use crate::corpus::{Corpus, FileCorpus};
use crate::error::{Error, Result};
use crate::output::{Early, Ordered, OutputFile};

/// So many bytes of rejects wait in memory for their turn.
const EARLY_BYTES: usize = 16 << 20;

/// Writes a line of JSON for every file of a corpus that may hold articles and was not read.
///
/// # Errors
///
/// When it cannot be written.
pub fn write_unread(corpus: &FileCorpus, file: &mut OutputFile) -> Result<()> {
    let name = file.name().to_owned();
    for unread in corpus.unread() {
        let line = serde_json::json!({
            "file": unread.input,
            "bytes": unread.bytes,
            "not_read": unread.reason,
        });
        writeln!(file, "{line}").map_err(|error| Error::io(&name, error))?;
    }
    Ok(())
}

/// Writes every rejected record of a corpus, in input order, each ending a line.
///
/// # Errors
///
/// When the corpus cannot be read, or the file cannot be written.
pub fn write<C: Corpus + ?Sized>(corpus: &C, file: OutputFile) -> Result<OutputFile> {
    let name = file.name().to_owned();
    let early = Early {
        bytes: EARLY_BYTES,
        folder: std::env::temp_dir(),
    };
    let ordered = Ordered::new(file, name, early);
    corpus.sweep(&|batch| {
        let mut chunk = Vec::new();
        for reject in batch.rejects {
            chunk.extend_from_slice(reject.raw);
            if !reject.raw.ends_with(b"\n") {
                chunk.push(b'\n');
            }
        }
        ordered.put(batch.number, chunk)
    })?;
    ordered.finish()
}
