//! Reading LZ4 as its own tool does.

use std::io::{self, BufRead, Read};

/// LZ4 frames one after another.
///
/// The crate's decoder stops silently at the end of each frame, and also where a file is cut between two blocks.
pub(super) struct Lz4Frames<R: BufRead> {
    decoder: lz4_flex::frame::FrameDecoder<Tail<R>>,
}

impl<R: BufRead> Lz4Frames<R> {
    pub(super) fn new(file: R) -> Lz4Frames<R> {
        let tail = Tail {
            inner: file,
            last: [1; 8],
            legacy: None,
        };
        Lz4Frames {
            decoder: lz4_flex::frame::FrameDecoder::new(tail),
        }
    }
}

impl<R: BufRead> Read for Lz4Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.decoder.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let tail = self.decoder.get_mut();
            if tail.inner.fill_buf()?.is_empty() {
                return if tail.ended() {
                    Ok(0)
                } else {
                    Err(io::ErrorKind::UnexpectedEof.into())
                };
            }
        }
    }
}

/// Remembers the last bytes read, in which a whole frame has its end mark.
struct Tail<R> {
    inner: R,
    last: [u8; 8],
    /// Whether the file began with the legacy magic number, whose frames have no end mark.
    legacy: Option<bool>,
}

impl<R> Tail<R> {
    /// Whether what was read ends with the end mark, with or without a checksum after it.
    fn ended(&self) -> bool {
        self.legacy == Some(true) || self.last[4..] == [0; 4] || self.last[..4] == [0; 4]
    }
}

impl<R: Read> Read for Tail<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let new = &buffer[..read];
        self.legacy
            .get_or_insert(new.starts_with(&[0x02, 0x21, 0x4c, 0x18]));
        let kept = new.len().min(8);
        self.last.rotate_left(kept);
        self.last[8 - kept..].copy_from_slice(&new[new.len() - kept..]);
        Ok(read)
    }
}
