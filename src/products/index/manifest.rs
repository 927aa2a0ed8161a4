//! The manifest: what an index is made of, a line a version, of which the last whole one counts.
//!
//! ```text
//! xxh3 of the JSON, 16 hexadecimal digits | " " | JSON | "\n"
//! ```
//!
//! A line is appended and synced when all the files that it names are on the disk. A line without its end was never finished,
//! and is passed over; a line that has its end and does not agree with its hash is damage.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::file::index_error;
use super::link::Kept;
use super::settings::Settings;
use crate::compression::Compression;
use crate::corpus::ArticleId;
use crate::error::{Error, Result};
use crate::output::{Destination, OutputFile};

/// The form of an index with texts; an older one is refused, unless it is to be brought to this form.
pub(super) const FORM: u32 = 2;
/// The form of an index without texts. A later one is refused.
const WITHOUT_TEXTS: u32 = 3;
/// The oldest form that can be brought to this one.
const OLDEST: u32 = 1;
const NAME: &str = "MANIFEST";
const LOCK: &str = "LOCK";
/// A manifest longer than this is written anew with its last line alone.
const LONGEST: u64 = 1 << 20;

/// What is said of an index that another process writes to.
pub const BUSY: &str = "somebody else writes to it at this moment";

/// One version of an index.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) form: u32,
    /// 0 for an index nothing was taken into.
    pub(super) version: u64,
    pub(super) settings: Settings,
    /// How many numbers of articles were given.
    pub(super) articles: u32,
    pub(super) ingests: Vec<Ingest>,
    pub(super) files: Vec<FileEntry>,
    /// What somebody says of stories.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) links: Vec<Kept>,
}

/// What was taken in at one time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ingest {
    /// Its name, unique in the index.
    pub name: String,
    /// The version of the index that has it first.
    pub version: u64,
    /// The number of its first article.
    pub first: u32,
    /// How many articles were new in it.
    pub articles: u32,
}

/// What a file of an index holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Part {
    /// Articles, with their texts.
    Articles,
    /// What articles are found by.
    Keys,
    /// What was decided of every article.
    Decisions,
    /// What pages repeat.
    Furniture,
    /// What a version changed.
    Changes,
    /// What is known of stories that are open.
    Stories,
}

impl Part {
    pub(super) const ALL: [Part; 6] = [
        Part::Articles,
        Part::Keys,
        Part::Decisions,
        Part::Furniture,
        Part::Changes,
        Part::Stories,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Part::Articles => "articles",
            Part::Keys => "keys",
            Part::Decisions => "decisions",
            Part::Furniture => "furniture",
            Part::Changes => "changes",
            Part::Stories => "stories",
        }
    }
}

/// A file of an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FileEntry {
    pub(super) part: Part,
    pub(super) name: String,
    pub(super) bytes: u64,
    /// xxh3 of its bytes, in hexadecimal digits.
    pub(super) hash: String,
    /// The version that it came with.
    pub(super) version: u64,
    /// The number of its first article, and how many it has; zeros where it is not of some articles.
    pub(super) first: u32,
    pub(super) articles: u32,
    /// Of files of keys: how often they were put together.
    pub(super) level: u8,
}

impl Manifest {
    pub(super) fn new(settings: Settings) -> Manifest {
        Manifest {
            form: match settings.texts {
                true => FORM,
                false => WITHOUT_TEXTS,
            },
            version: 0,
            settings,
            articles: 0,
            ingests: Vec::new(),
            files: Vec::new(),
            links: Vec::new(),
        }
    }

    /// The files of a part, in the order they came.
    pub(super) fn of(&self, part: Part) -> impl Iterator<Item = &FileEntry> {
        self.files.iter().filter(move |file| file.part == part)
    }

    /// The ingest that an article came with.
    pub(super) fn ingest_of(&self, article: ArticleId) -> Option<&Ingest> {
        let behind = self.ingests.partition_point(|it| it.first <= article);
        // Of several that begin with one number, those before the last are empty.
        self.ingests[..behind].last()
    }

    fn line(&self, path: &Path) -> Result<Vec<u8>> {
        let json = serde_json::to_string(self).map_err(|error| Error::io(path, error.into()))?;
        Ok(format!("{:016x} {json}\n", xxh3_64(json.as_bytes())).into_bytes())
    }

    /// The last version in a folder.
    pub(super) fn read(folder: &Path) -> Result<Manifest> {
        let manifest = Manifest::read_older(folder)?;
        if manifest.form < FORM {
            let reason = format!(
                "it is of form {}, which an earlier samestory wrote; this one reads and writes forms {FORM} and {WITHOUT_TEXTS}",
                manifest.form
            );
            return Err(index_error(&folder.join(NAME), &reason));
        }
        Ok(manifest)
    }

    /// The same, which may be of an older form.
    pub(super) fn read_older(folder: &Path) -> Result<Manifest> {
        Ok(Manifest::read_whole(folder)?.0)
    }

    /// The last version, where its line ends, and how long the file is.
    fn read_whole(folder: &Path) -> Result<(Manifest, u64, u64)> {
        let path = folder.join(NAME);
        let mut bytes = Vec::new();
        let read = File::open(&path).and_then(|mut file| file.read_to_end(&mut bytes));
        match read {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(index_error(folder, "there is no index here"));
            }
            Err(error) => return Err(Error::io(&path, error)),
        }
        let whole = bytes.iter().rposition(|&byte| byte == b'\n');
        let Some(end) = whole else {
            return Err(index_error(&path, "it is cut off"));
        };
        let start = bytes[..end].iter().rposition(|&byte| byte == b'\n');
        let line = &bytes[start.map_or(0, |at| at + 1)..end];
        let manifest = Manifest::of_line(line, &path)?;
        Ok((manifest, end as u64 + 1, bytes.len() as u64))
    }

    fn of_line(line: &[u8], path: &Path) -> Result<Manifest> {
        #[derive(Deserialize)]
        struct Form {
            form: u32,
        }
        let damaged = || {
            index_error(
                path,
                "it is damaged: its last line does not agree with its hash",
            )
        };
        let (hash, json) = line.split_at_checked(17).ok_or_else(damaged)?;
        if hash != format!("{:016x} ", xxh3_64(json)).as_bytes() {
            return Err(damaged());
        }
        let form: Form = serde_json::from_slice(json).map_err(|_| damaged())?;
        if !(OLDEST..=WITHOUT_TEXTS).contains(&form.form) {
            let reason = format!(
                "it is of form {}, which a later samestory wrote; this one reads and writes forms {FORM} and {WITHOUT_TEXTS}",
                form.form
            );
            return Err(index_error(path, &reason));
        }
        serde_json::from_slice(json).map_err(|_| damaged())
    }

    /// Begins an index in a folder.
    pub(super) fn create(&self, folder: &Path) -> Result<()> {
        let path = folder.join(NAME);
        let mut file = OutputFile::create(&Destination::named(&path), Compression::None)?;
        let line = self.line(&path)?;
        file.write_all(&line)
            .map_err(|error| Error::io(&path, error))?;
        file.commit()
    }

    /// Makes this the version of the index. Until this is done, the one before is.
    pub(super) fn append(&self, folder: &Path) -> Result<()> {
        let path = folder.join(NAME);
        let (_, end, length) = Manifest::read_whole(folder)?;
        if end > LONGEST {
            return self.create(folder);
        }
        let line = self.line(&path)?;
        let failed = |error| Error::io(&path, error);
        let file = OpenOptions::new().write(true).open(&path);
        let mut file = file.map_err(failed)?;
        if length > end {
            file.set_len(end).map_err(failed)?;
        }
        let written = file
            .seek(SeekFrom::Start(end))
            .and_then(|_| file.write_all(&line))
            .and_then(|()| file.sync_all());
        written.map_err(|error| {
            // What was not finished counts for nothing; it is taken away where that can be done.
            let _ = file.set_len(end);
            Error::io(&path, error)
        })
    }
}

/// Whether a folder has an index.
pub(super) fn is_there(folder: &Path) -> bool {
    folder.join(NAME).exists()
}

/// Files that belong to an index by their names, though no version may have them.
pub(super) fn is_own(name: &str) -> bool {
    Part::ALL.iter().any(|part| {
        name.strip_prefix(part.name())
            .and_then(|rest| rest.strip_prefix('-'))
            .is_some_and(|number| {
                number.len() == 10 && number.bytes().all(|it| it.is_ascii_digit())
            })
    })
}

/// The right to write to an index: one has it at a time, and it ends with the process, however that ends.
#[derive(Debug)]
pub(super) struct Lock(#[expect(dead_code, reason = "the lock goes with the file")] File);

impl Lock {
    pub(super) fn take(folder: &Path) -> Result<Lock> {
        let path = folder.join(LOCK);
        let failed = |error| Error::io(&path, error);
        let mut options = OpenOptions::new();
        let file = options.create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Lock(file)),
            Err(TryLockError::WouldBlock) => Err(index_error(folder, BUSY)),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}
