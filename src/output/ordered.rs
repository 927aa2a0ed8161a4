//! Chunks made by several threads in any order, written in the order of their numbers.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, Result};

/// What becomes of chunks that come before their turn.
#[derive(Clone, Debug)]
pub struct Early {
    /// How many bytes of them stay in memory at most; what does not fit waits on disk.
    pub bytes: usize,
    /// The folder of the unnamed file where they wait, which should not be one in memory.
    pub folder: PathBuf,
}

/// A writer that several threads hand numbered chunks to, 0 first, and that writes them in order of number.
///
/// A chunk whose turn it is is written at once, with those held that follow it. One that is early is held: in memory up to
/// [`Early::bytes`], in an unnamed temporary file beyond. So nobody ever waits for a chunk of another thread, and there is
/// no order of calls that could make a program stand still, with one thread or with many; a thread waits only while
/// another one is writing. A sweep that splits its work in halves has the second half early: expect the file to grow to
/// about half of the output.
///
/// ```
/// use samestory::output::{Early, Ordered};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let early = Early { bytes: 1 << 20, folder: std::env::temp_dir() };
/// let ordered = Ordered::new(Vec::new(), "out.txt", early);
/// ordered.put(1, b"world".to_vec())?;
/// ordered.put(0, b"hello ".to_vec())?;
/// assert_eq!(ordered.finish()?, b"hello world");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Ordered<W> {
    name: PathBuf,
    early: Early,
    state: Mutex<State<W>>,
}

#[derive(Debug)]
struct State<W> {
    to: W,
    /// The number whose turn it is.
    next: usize,
    held: BTreeMap<usize, Chunk>,
    /// The bytes of the chunks held in memory.
    held_bytes: usize,
    spill: Spill,
    /// The error that ended the writing.
    failed: Option<io::ErrorKind>,
}

#[derive(Debug)]
enum Chunk {
    InMemory(Vec<u8>),
    OnDisk { offset: u64, bytes: usize },
}

impl<W: Write> Ordered<W> {
    /// Writes to `to`, which errors call `name`.
    pub fn new(to: W, name: impl Into<PathBuf>, early: Early) -> Ordered<W> {
        Ordered {
            name: name.into(),
            early,
            state: Mutex::new(State {
                to,
                next: 0,
                held: BTreeMap::new(),
                held_bytes: 0,
                spill: Spill::default(),
                failed: None,
            }),
        }
    }

    /// Takes the chunk of this number; an empty one takes its turn too.
    ///
    /// # Errors
    ///
    /// When a chunk could not be written or held, in this call or an earlier one, or when there was one of this number.
    pub fn put(&self, number: usize, chunk: Vec<u8>) -> Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kind) = state.failed {
            return Err(Error::io(&self.name, kind.into()));
        }
        let outcome = if number == state.next {
            self.write(&mut state, &chunk)
        } else {
            self.hold(&mut state, number, chunk)
        };
        outcome
            .inspect_err(|(_, error)| state.failed = Some(error.kind()))
            .map_err(|(path, error)| Error::io(path, error))
    }

    /// Hands back what was written to, once every chunk has come.
    ///
    /// # Errors
    ///
    /// When a chunk is missing, or could not be written.
    pub fn finish(self) -> Result<W> {
        let state = self
            .state
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(kind) = state.failed {
            return Err(Error::io(self.name, kind.into()));
        }
        if !state.held.is_empty() {
            let missing = format!("chunk {} never came", state.next);
            return Err(Error::io(self.name, io::Error::other(missing)));
        }
        Ok(state.to)
    }

    fn write(&self, state: &mut State<W>, chunk: &[u8]) -> Outcome {
        state
            .write_next(chunk)
            .map_err(|error| (self.name.clone(), error))?;
        while let Some(held) = state.held.remove(&state.next) {
            let chunk = match held {
                Chunk::InMemory(chunk) => {
                    state.held_bytes -= chunk.len();
                    chunk
                }
                Chunk::OnDisk { offset, bytes } => state
                    .spill
                    .take(offset, bytes)
                    .map_err(|error| (self.early.folder.clone(), error))?,
            };
            state
                .write_next(&chunk)
                .map_err(|error| (self.name.clone(), error))?;
        }
        Ok(())
    }

    fn hold(&self, state: &mut State<W>, number: usize, chunk: Vec<u8>) -> Outcome {
        if number < state.next || state.held.contains_key(&number) {
            let twice = io::Error::other(format!("chunk {number} came twice"));
            return Err((self.name.clone(), twice));
        }
        let bytes = chunk.len();
        let held = if bytes <= self.early.bytes.saturating_sub(state.held_bytes) {
            state.held_bytes += bytes;
            Chunk::InMemory(chunk)
        } else {
            let offset = state
                .spill
                .put(&self.early, &chunk)
                .map_err(|error| (self.early.folder.clone(), error))?;
            Chunk::OnDisk { offset, bytes }
        };
        state.held.insert(number, held);
        Ok(())
    }
}

/// An error with the path it is about.
type Outcome = std::result::Result<(), (PathBuf, io::Error)>;

impl<W: Write> State<W> {
    fn write_next(&mut self, chunk: &[u8]) -> io::Result<()> {
        self.to.write_all(chunk)?;
        self.next += 1;
        Ok(())
    }
}

/// The unnamed file in which early chunks wait; there is none until one has to.
#[derive(Debug, Default)]
struct Spill {
    file: Option<File>,
    /// Where the next chunk goes.
    end: u64,
    /// How many chunks wait; the file is used anew from its start when there are none.
    waiting: usize,
}

impl Spill {
    fn put(&mut self, early: &Early, chunk: &[u8]) -> io::Result<u64> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile_in(&early.folder)?),
        };
        let offset = self.end;
        file.seek(SeekFrom::Start(offset))?;
        file.write_all(chunk)?;
        self.end += chunk.len() as u64;
        self.waiting += 1;
        Ok(offset)
    }

    fn take(&mut self, offset: u64, bytes: usize) -> io::Result<Vec<u8>> {
        let mut chunk = vec![0; bytes];
        let file = self.file.as_mut().ok_or(io::ErrorKind::NotFound)?;
        file.seek(SeekFrom::Start(offset))?;
        file.read_exact(&mut chunk)?;
        self.waiting -= 1;
        if self.waiting == 0 {
            self.end = 0;
        }
        Ok(chunk)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn early(bytes: usize) -> Early {
        Early {
            bytes,
            folder: std::env::temp_dir(),
        }
    }

    fn chunk(number: usize) -> Vec<u8> {
        format!("{number},").repeat(number % 7).into_bytes()
    }

    #[test]
    fn one_thread_may_hand_in_the_last_first() {
        let ordered = Ordered::new(Vec::new(), "out", early(10));
        for number in (0..100).rev() {
            ordered.put(number, chunk(number)).unwrap();
        }
        let expected: Vec<u8> = (0..100).flat_map(chunk).collect();
        assert_eq!(ordered.finish().unwrap(), expected);
    }

    #[test]
    fn a_chunk_is_written_as_soon_as_its_turn_comes() {
        let ordered = Ordered::new(Vec::new(), "out", early(1 << 20));
        ordered.put(0, b"a".to_vec()).unwrap();
        ordered.put(2, b"c".to_vec()).unwrap();
        assert_eq!(ordered.state.lock().unwrap().to, b"a");
        ordered.put(1, b"b".to_vec()).unwrap();
        assert_eq!(ordered.state.lock().unwrap().to, b"abc");
        assert_eq!(ordered.state.lock().unwrap().held_bytes, 0);
    }

    #[test]
    fn no_more_is_held_in_memory_than_was_allowed() {
        let ordered = Ordered::new(Vec::new(), "out", early(1000));
        for number in 1..50 {
            ordered.put(number, vec![b'x'; 300]).unwrap();
        }
        let state = ordered.state.lock().unwrap();
        assert_eq!((state.held_bytes, state.spill.waiting), (900, 46));
    }

    #[test]
    fn a_missing_chunk_and_one_that_comes_twice_are_errors() {
        let ordered = Ordered::new(Vec::new(), "out", early(10));
        ordered.put(1, vec![]).unwrap();
        assert_eq!(
            ordered.finish().unwrap_err().to_string(),
            "out: chunk 0 never came"
        );

        let ordered = Ordered::new(Vec::new(), "out", early(10));
        ordered.put(0, vec![]).unwrap();
        let error = ordered.put(0, vec![]).unwrap_err();
        assert_eq!(error.to_string(), "out: chunk 0 came twice");
    }

    #[test]
    fn every_thread_learns_that_the_pipe_has_closed() {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let ordered = Ordered::new(writer, "-", early(10));
        assert!(ordered.put(0, b"a".to_vec()).unwrap_err().is_broken_pipe());
        assert!(ordered.put(7, b"b".to_vec()).unwrap_err().is_broken_pipe());
        assert!(ordered.finish().unwrap_err().is_broken_pipe());
    }

    proptest! {
        #[test]
        fn any_order_of_threads_writes_the_same(
            order in (1usize..60).prop_flat_map(|n| Just((0..n).collect::<Vec<_>>()).prop_shuffle()),
            threads in 1usize..5,
            bytes in 0usize..60,
        ) {
            let ordered = Ordered::new(Vec::new(), "out", early(bytes));
            std::thread::scope(|scope| {
                for share in order.chunks(order.len().div_ceil(threads)) {
                    let ordered = &ordered;
                    scope.spawn(move || {
                        for &number in share {
                            ordered.put(number, chunk(number)).unwrap();
                        }
                    });
                }
            });
            let expected: Vec<u8> = (0..order.len()).flat_map(chunk).collect();
            prop_assert_eq!(ordered.finish().unwrap(), expected);
        }
    }
}
