//! How a file is compressed: inputs tell by their first bytes, outputs by the end of their names.

use std::ffi::OsStr;
use std::path::Path;

/// How a file is compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// gzip, of one member or several, `.gz`.
    Gzip,
    /// Zstandard, of one frame or several, with any window, `.zst`.
    Zstd,
    /// bzip2, of one stream or several, `.bz2`.
    Bzip2,
    /// xz, of one stream or several, `.xz`.
    Xz,
    /// LZ4 frames, `.lz4`.
    Lz4,
}

impl Compression {
    pub(crate) const ALL: [Compression; 5] = [
        Compression::Gzip,
        Compression::Zstd,
        Compression::Bzip2,
        Compression::Xz,
        Compression::Lz4,
    ];

    /// The compression that the ending of `path` names, in any case of letters; `None` when it names none.
    pub fn of_name(path: &Path) -> Compression {
        let ending = path.extension().and_then(OsStr::to_str);
        let names = |compression: &Compression| {
            ending.is_some_and(|ending| ending.eq_ignore_ascii_case(compression.ending()))
        };
        Compression::ALL.into_iter().find(names).unwrap_or_default()
    }

    /// The ending of file names, without its dot; empty for none.
    pub const fn ending(self) -> &'static str {
        match self {
            Compression::None => "",
            Compression::Gzip => "gz",
            Compression::Zstd => "zst",
            Compression::Bzip2 => "bz2",
            Compression::Xz => "xz",
            Compression::Lz4 => "lz4",
        }
    }

    /// The error where a file is compressed in a way that this build leaves out.
    #[cfg(not(feature = "compression"))]
    pub(crate) fn left_out(self) -> std::io::Error {
        let why = format!(
            "it is compressed (.{}), which this build does not know (feature `compression`)",
            self.ending()
        );
        std::io::Error::new(std::io::ErrorKind::Unsupported, why)
    }
}
