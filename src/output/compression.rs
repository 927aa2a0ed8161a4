//! Writing compressed files.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::compression::Compression;

impl Compression {
    /// `path` without the ending of this compression, which it has.
    pub(super) fn strip(self, path: &Path) -> PathBuf {
        match self {
            Compression::None => path.to_owned(),
            _ => path.with_extension(""),
        }
    }

    /// The endings as a message lists them.
    pub(super) fn endings() -> String {
        let [most @ .., last] =
            Compression::ALL.map(|compression| format!(".{}", compression.ending()));
        format!("{} or {last}", most.join(", "))
    }

    /// A compressor of this kind in front of `to`.
    pub(super) fn encoder<W: Write + Send + 'static>(
        self,
        to: W,
    ) -> io::Result<Box<dyn Encoder<W>>> {
        Ok(match self {
            Compression::None => Box::new(Plain(to)),
            Compression::Gzip => Box::new(flate2::write::GzEncoder::new(
                to,
                flate2::Compression::default(),
            )),
            #[cfg(feature = "compression")]
            Compression::Zstd => Box::new(zstd::Encoder::new(to, 3)?),
            #[cfg(feature = "compression")]
            Compression::Bzip2 => Box::new(bzip2::write::BzEncoder::new(
                to,
                bzip2::Compression::default(),
            )),
            #[cfg(feature = "compression")]
            Compression::Xz => Box::new(liblzma::write::XzEncoder::new(to, 6)),
            #[cfg(feature = "compression")]
            Compression::Lz4 => Box::new(lz4_flex::frame::FrameEncoder::new(to)),
            #[cfg(not(feature = "compression"))]
            other => return Err(other.left_out()),
        })
    }
}

/// A writer that has something to write at its end.
pub(super) trait Encoder<W>: Write + Send {
    /// Writes the end and hands back what was written to.
    fn finish(self: Box<Self>) -> io::Result<W>;
}

struct Plain<W>(W);

impl<W: Write> Write for Plain<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl<W: Write + Send> Encoder<W> for Plain<W> {
    fn finish(self: Box<Self>) -> io::Result<W> {
        Ok(self.0)
    }
}

impl<W: Write + Send> Encoder<W> for flate2::write::GzEncoder<W> {
    fn finish(self: Box<Self>) -> io::Result<W> {
        (*self).finish()
    }
}

#[cfg(feature = "compression")]
impl<W: Write + Send> Encoder<W> for zstd::Encoder<'static, W> {
    fn finish(self: Box<Self>) -> io::Result<W> {
        (*self).finish()
    }
}

#[cfg(feature = "compression")]
impl<W: Write + Send> Encoder<W> for bzip2::write::BzEncoder<W> {
    fn finish(self: Box<Self>) -> io::Result<W> {
        (*self).finish()
    }
}

#[cfg(feature = "compression")]
impl<W: Write + Send> Encoder<W> for liblzma::write::XzEncoder<W> {
    fn finish(self: Box<Self>) -> io::Result<W> {
        (*self).finish()
    }
}

#[cfg(feature = "compression")]
impl<W: Write + Send> Encoder<W> for lz4_flex::frame::FrameEncoder<W> {
    fn finish(self: Box<Self>) -> io::Result<W> {
        (*self).finish().map_err(io::Error::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn decoded(compression: Compression, bytes: &[u8]) -> Vec<u8> {
        let mut reader: Box<dyn Read> = match compression {
            Compression::None => Box::new(bytes),
            Compression::Gzip => Box::new(flate2::read::GzDecoder::new(bytes)),
            Compression::Zstd => Box::new(zstd::Decoder::new(bytes).unwrap()),
            Compression::Bzip2 => Box::new(bzip2::read::BzDecoder::new(bytes)),
            Compression::Xz => Box::new(liblzma::read::XzDecoder::new(bytes)),
            Compression::Lz4 => Box::new(lz4_flex::frame::FrameDecoder::new(bytes)),
        };
        let mut plain = Vec::new();
        reader.read_to_end(&mut plain).unwrap();
        plain
    }

    #[test]
    fn what_is_compressed_can_be_read_again_and_nothing_is_too_short() {
        for text in [String::new(), "one line\n".repeat(50_000)] {
            for compression in Compression::ALL.into_iter().chain([Compression::None]) {
                let mut encoder = compression.encoder(Vec::new()).unwrap();
                encoder.write_all(text.as_bytes()).unwrap();
                let bytes = encoder.finish().unwrap();
                assert_eq!(
                    decoded(compression, &bytes),
                    text.as_bytes(),
                    "{compression:?}"
                );
                assert!(
                    compression == Compression::None || !bytes.is_empty(),
                    "{compression:?}"
                );
            }
        }
    }

    #[test]
    fn the_ending_names_the_compression() {
        assert_eq!(
            Compression::of_name(Path::new("a/b.csv.gz")),
            Compression::Gzip
        );
        assert_eq!(
            Compression::of_name(Path::new("b.JSONL.ZST")),
            Compression::Zstd
        );
        assert_eq!(Compression::of_name(Path::new("b.csv")), Compression::None);
        assert_eq!(Compression::of_name(Path::new("gz")), Compression::None);
    }
}
