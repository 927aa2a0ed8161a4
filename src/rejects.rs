//! The records that are no articles, as they were read.

use crate::article::Corpus;
use crate::error::Result;
use crate::output::{Early, Ordered, OutputFile};

/// So many bytes of rejects wait in memory for their turn.
const EARLY_BYTES: usize = 16 << 20;

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
