//! Files that were found in folders and not read: what may hold articles is told apart from what does not.

use std::path::Path;

use crate::corpus::formats;
use crate::error::Unused;

/// A file in a folder that may hold articles, and was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Its name.
    pub input: String,
    /// Why it was not read.
    pub reason: String,
    /// How many bytes it has.
    pub bytes: u64,
}

/// An input whose records have titles and no texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TitlesOnly {
    /// Its name.
    pub input: String,
    /// The longest field of its records that is not read, where one may hold texts.
    pub unused: Option<Unused>,
}

/// Whether a file holds no articles by its name: a picture, a program, a readme.
pub(crate) fn is_beside(path: &Path) -> bool {
    const ENDINGS: &[&str] = &[
        // Pictures, sound, films, fonts.
        "png", "jpg", "jpeg", "gif", "webp", "svg", "ico", "bmp", "tif", "tiff", "avif", "heic",
        "mp3", "wav", "ogg", "m4a", "flac", "mp4", "webm", "mov", "avi", "mkv", "ttf", "otf",
        "woff", "woff2", "eot", // Programs, and what belongs to them.
        "py", "pyc", "ipynb", "r", "rmd", "rs", "js", "mjs", "ts", "css", "scss", "map", "java",
        "class", "jar", "c", "h", "cpp", "go", "rb", "pl", "php", "sh", "bat", "ps1", "sql", "so",
        "dll", "exe", "o", "a", "wasm", "whl", // What is said about files.
        "md", "rst", "adoc", "tex", "bib", "cff", "log", "yml", "yaml", "toml", "ini", "cfg",
        "conf", "lock", "license", "md5", "sha1", "sha256", "crc", "sig", "asc", "torrent", "bak",
        "tmp", "swp", "part",
    ];
    const NAMES: &[&str] = &[
        "readme",
        "license",
        "licence",
        "copying",
        "notice",
        "authors",
        "contributors",
        "changelog",
        "changes",
        "citation",
        "makefile",
        "dockerfile",
        "manifest",
        "version",
        "_success",
        "thumbs",
    ];
    let stem = path
        .file_stem()
        .map(|stem| stem.to_string_lossy().to_lowercase());
    let stem = stem.unwrap_or_default();
    ENDINGS.contains(&&*formats::ending(path)) || NAMES.contains(&&*stem)
}
