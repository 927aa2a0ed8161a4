//! Records of archives, as archives want them written.

use std::io::{self, Write};

use crate::compression::Compression;
use crate::corpus::Format;

/// What ends a record.
const END: &[u8] = b"\r\n\r\n";

/// Adds a record byte for byte; with gzip, as a member of its own, so that readers can go to it directly.
///
/// What a cut-off file left out at its end is added.
pub(super) fn push(chunk: &mut Vec<u8>, raw: &[u8], compression: Compression) -> io::Result<()> {
    let end = if raw.ends_with(b"\n\n") || raw.ends_with(END) {
        b""
    } else {
        END
    };
    if compression != Compression::Gzip {
        chunk.extend_from_slice(raw);
        chunk.extend_from_slice(end);
        return Ok(());
    }
    let mut member = flate2::write::GzEncoder::new(chunk, flate2::Compression::default());
    member.write_all(raw)?;
    member.write_all(end)?;
    member.finish().map(drop)
}

/// The compression that is left to the file as a whole.
pub(super) fn outside(format: Format, compression: Compression) -> Compression {
    match compression {
        Compression::Gzip if format.reader().is_archive() => Compression::None,
        _ => compression,
    }
}
