//! Opening compressed files, recognised by their first bytes and not by their names.

use std::io::{self, BufRead, BufReader, Read};

use crate::compression::Compression;

impl Compression {
    /// How many bytes [`Compression::of`] wants to see.
    pub(crate) const MAGIC: usize = 6;

    /// The compression of a file that begins with these bytes.
    pub(crate) fn of(head: &[u8]) -> Compression {
        match head {
            [0x1f, 0x8b, ..] => Compression::Gzip,
            // A skippable frame may come first.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Compression::Zstd,
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Compression::Bzip2,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Compression::Xz,
            [0x04, 0x22, 0x4d, 0x18, ..] | [0x02, 0x21, 0x4c, 0x18, ..] => Compression::Lz4,
            _ => Compression::None,
        }
    }

    /// Reads what was compressed.
    pub(crate) fn reader<R: Read + Send + 'static>(
        self,
        file: R,
    ) -> io::Result<Box<dyn Read + Send>> {
        const BUFFER: usize = 256 << 10;
        if self == Compression::None {
            return Ok(Box::new(file));
        }
        let file = BufReader::with_capacity(BUFFER, file);
        Ok(match self {
            Compression::None | Compression::Gzip => {
                Box::new(flate2::bufread::MultiGzDecoder::new(file))
            }
            Compression::Zstd => {
                let mut decoder = zstd::stream::read::Decoder::with_buffer(file)?;
                // `zstd --long=31` is as far as the format's own tool goes.
                decoder.window_log_max(31)?;
                Box::new(decoder)
            }
            Compression::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(file)),
            Compression::Xz => Box::new(liblzma::bufread::XzDecoder::new_multi_decoder(file)),
            Compression::Lz4 => Box::new(Lz4Frames::new(file)),
        })
    }
}

/// LZ4 frames one after another.
///
/// The crate's decoder stops silently at the end of each frame, and also where a file is cut between two blocks.
struct Lz4Frames<R: BufRead> {
    decoder: lz4_flex::frame::FrameDecoder<Tail<R>>,
}

impl<R: BufRead> Lz4Frames<R> {
    fn new(file: R) -> Lz4Frames<R> {
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
