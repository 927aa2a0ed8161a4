//! Opening compressed files, recognised by their first bytes and not by their names.

use std::io::{self, BufReader, Read};

#[cfg(feature = "compression")]
use super::lz4::Lz4Frames;
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
            #[cfg(feature = "compression")]
            Compression::Zstd => {
                let mut decoder = zstd::stream::read::Decoder::with_buffer(file)?;
                // `zstd --long=31` is as far as the format's own tool goes.
                decoder.window_log_max(31)?;
                Box::new(decoder)
            }
            #[cfg(feature = "compression")]
            Compression::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(file)),
            #[cfg(feature = "compression")]
            Compression::Xz => Box::new(liblzma::bufread::XzDecoder::new_multi_decoder(file)),
            #[cfg(feature = "compression")]
            Compression::Lz4 => Box::new(Lz4Frames::new(file)),
            #[cfg(not(feature = "compression"))]
            other => return Err(other.left_out()),
        })
    }
}
