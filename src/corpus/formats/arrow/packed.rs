//! Buffers that are compressed.

use std::io;
#[cfg(feature = "compression")]
use std::io::Read;

#[cfg(not(feature = "compression"))]
use crate::compression::Compression;

/// What was packed, up to so many bytes.
#[cfg(feature = "compression")]
pub(super) fn unpacked(codec: u8, packed: &[u8], length: u64) -> io::Result<Vec<u8>> {
    let mut unpacked = Vec::new();
    match codec {
        0 => lz4_flex::frame::FrameDecoder::new(packed)
            .take(length)
            .read_to_end(&mut unpacked),
        _ => zstd::stream::read::Decoder::new(packed)?
            .take(length)
            .read_to_end(&mut unpacked),
    }?;
    Ok(unpacked)
}

#[cfg(not(feature = "compression"))]
pub(super) fn unpacked(codec: u8, _: &[u8], _: u64) -> io::Result<Vec<u8>> {
    Err(match codec {
        0 => Compression::Lz4.left_out(),
        _ => Compression::Zstd.left_out(),
    })
}
