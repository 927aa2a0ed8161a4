//! What the dump is known by once all of it was seen: small tables in files, which every task reads from the folder of the job.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use ahash::{AHashMap, AHashSet};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, OnceLock};
use xxhash_rust::xxh3::xxh3_64;

use super::Job;
use super::hot::{Heads, HotKey, HotKeys, KeyHash};
use super::wire::{ExceptionRow, TextKey};
use crate::corpus::{Plausible, SiteWords};
use crate::error::{Error, Result};
use crate::kernel::Identity;
use crate::products::state::state_error;
use crate::stages::candidates::KnownForms;
use crate::stages::clean::Furniture;

/// What is learned of all pages.
pub(super) struct Tables {
    pub(super) furniture: Furniture,
    pub(super) plausible: Plausible,
    pub(super) site_words: Arc<SiteWords>,
    /// Whether titles are what the dump has for texts.
    pub(super) titles_alone: bool,
}

/// The same as it is kept.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredTables {
    pub(super) furniture: Vec<u8>,
    pub(super) plausible: Plausible,
    pub(super) site_words: SiteWords,
    pub(super) titles_alone: bool,
}

/// The classes of pages whose articles were cleaned in different ways.
pub(super) type Twins = AHashMap<Identity, Identity>;

/// What texts hang together, by a number that all of them have; texts that hang together with none are absent.
pub(super) type Labels = AHashMap<TextKey, u64>;

const TABLES: &str = "tables";
const TWINS: &str = "twins";
const FORMS: &str = "forms";
const HOT: &str = "hot";
const HEADS: &str = "heads";
const LABELS: &str = "labels";

impl Job {
    pub(super) fn path(&self, table: &str) -> PathBuf {
        self.folder.join(format!("samestory-{table}"))
    }

    pub(super) fn tables(&self) -> Result<&Tables> {
        known(&self.tables, || {
            let stored: StoredTables = read(&self.path(TABLES))?;
            let broken = || damaged(&self.path(TABLES));
            Ok(Tables {
                furniture: Furniture::stored(&stored.furniture).ok_or_else(broken)?,
                plausible: stored.plausible,
                site_words: Arc::new(stored.site_words),
                titles_alone: stored.titles_alone,
            })
        })
    }

    pub(super) fn keep_tables(&self, tables: &StoredTables) -> Result<()> {
        write(&self.path(TABLES), tables)
    }

    pub(super) fn twin_classes(&self) -> Result<&Twins> {
        known(&self.twins, || {
            let rows: Vec<ExceptionRow> = read(&self.path(TWINS))?;
            let identity = |(first, second): (u64, u64)| Identity { first, second };
            let rows = rows.into_iter();
            Ok(rows
                .map(|row| (identity(row.page), identity(row.class)))
                .collect())
        })
    }

    pub(super) fn keep_twin_classes(&self, rows: &[ExceptionRow]) -> Result<()> {
        write(&self.path(TWINS), &rows)
    }

    pub(super) fn hot_keys(&self) -> Result<&HotKeys> {
        known(&self.hot, || {
            let rows: Vec<(KeyHash, HotKey)> = read(&self.path(HOT))?;
            Ok(rows.into_iter().collect())
        })
    }

    pub(super) fn keep_hot_keys(&self, rows: &[(KeyHash, HotKey)]) -> Result<()> {
        write(&self.path(HOT), &rows)
    }

    pub(super) fn heads(&self) -> Result<&Heads> {
        known(&self.heads, || {
            let rows: Vec<(KeyHash, Vec<(TextKey, u8)>)> = read(&self.path(HEADS))?;
            Ok(rows.into_iter().collect())
        })
    }

    pub(super) fn keep_heads(&self, rows: &[(KeyHash, Vec<(TextKey, u8)>)]) -> Result<()> {
        write(&self.path(HEADS), &rows)
    }

    pub(super) fn form_anchors(&self) -> Result<&KnownForms> {
        known(&self.forms, || {
            let (forms, crowded): (Vec<u64>, Vec<u64>) = read(&self.path(FORMS))?;
            Ok(KnownForms { forms, crowded })
        })
    }

    pub(super) fn keep_form_anchors(&self, known: &KnownForms) -> Result<()> {
        write(&self.path(FORMS), &(&known.forms, &known.crowded))
    }

    pub(super) fn components(&self) -> Result<&Labels> {
        known(&self.labels, || {
            let labels: Vec<(TextKey, u64)> = read(&self.path(LABELS))?;
            Ok(labels.into_iter().collect())
        })
    }

    pub(super) fn keep_components(&self, labels: &[(TextKey, u64)]) -> Result<()> {
        write(&self.path(LABELS), &labels)
    }
}

/// What is there, or is read now.
pub(super) fn known<T>(cell: &OnceLock<T>, read: impl FnOnce() -> Result<T>) -> Result<&T> {
    if let Some(known) = cell.get() {
        return Ok(known);
    }
    let value = read()?;
    Ok(cell.get_or_init(|| value))
}

pub(super) fn damaged(path: &Path) -> Error {
    state_error(
        path,
        "it is damaged, or of another version: remove it, and the stage makes it anew",
    )
}

pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let bytes = fs::read(path).map_err(|error| Error::io(path, error))?;
    let (rows, hash) = bytes.split_last_chunk().ok_or_else(|| damaged(path))?;
    if xxh3_64(rows) != u64::from_le_bytes(*hash) {
        return Err(damaged(path));
    }
    postcard::from_bytes(rows).map_err(|_| damaged(path))
}

/// Writes a table beside its name, and gives it that when it is whole: a task that is tried again leaves no half of one.
pub(super) fn write(path: &Path, table: &impl Serialize) -> Result<()> {
    let failed = |error| Error::io(path, error);
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed)?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    let mut bytes = postcard::to_stdvec(table).map_err(|_| damaged(path))?;
    let hash = xxh3_64(&bytes);
    bytes.extend_from_slice(&hash.to_le_bytes());
    file.write_all(&bytes).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    set_readable(&file);
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Workers may run as another user than the one who wrote.
#[cfg(unix)]
fn set_readable(file: &tempfile::NamedTempFile) {
    use std::os::unix::fs::PermissionsExt;
    let _ = file
        .as_file()
        .set_permissions(fs::Permissions::from_mode(0o644));
}

#[cfg(not(unix))]
fn set_readable(_: &tempfile::NamedTempFile) {}

/// Nodes that hang together, by the least of them.
#[derive(Default)]
pub(super) struct Sets {
    of: AHashMap<TextKey, u32>,
    nodes: Vec<TextKey>,
    parents: Vec<u32>,
}

impl Sets {
    fn number(&mut self, node: TextKey) -> u32 {
        let next = self.nodes.len() as u32;
        let number = *self.of.entry(node).or_insert(next);
        if number == next {
            self.nodes.push(node);
            self.parents.push(next);
        }
        number
    }

    fn root(&mut self, mut node: u32) -> u32 {
        while self.parents[node as usize] != node {
            let up = self.parents[self.parents[node as usize] as usize];
            self.parents[node as usize] = up;
            node = up;
        }
        node
    }

    pub(super) fn join(&mut self, a: TextKey, b: TextKey) {
        let (a, b) = (self.number(a), self.number(b));
        let (a, b) = (self.root(a), self.root(b));
        // The least node is the root, whatever the order in which nodes came.
        let is_less = self.nodes[a as usize] < self.nodes[b as usize];
        let (least, other) = if is_less { (a, b) } else { (b, a) };
        self.parents[other as usize] = least;
    }

    /// Each node but the least of those that hang together, with that one.
    pub(super) fn edges(mut self) -> Vec<(TextKey, TextKey)> {
        let mut edges = Vec::with_capacity(self.nodes.len());
        for number in 0..self.nodes.len() as u32 {
            let root = self.root(number);
            if root != number {
                edges.push((self.nodes[number as usize], self.nodes[root as usize]));
            }
        }
        edges.sort_unstable();
        edges
    }

    /// Each node, ascending, and the first half of the least that it hangs together with.
    pub(super) fn labels(mut self) -> Vec<(TextKey, u64)> {
        let mut labels = Vec::with_capacity(self.nodes.len());
        for number in 0..self.nodes.len() as u32 {
            let root = self.root(number);
            labels.push((self.nodes[number as usize], self.nodes[root as usize].0));
        }
        labels.sort_unstable();
        labels
    }
}

/// The templates among anchors.
pub(super) fn known_forms(rows: AHashSet<(u64, bool)>) -> KnownForms {
    let mut rows: Vec<(u64, bool)> = rows.into_iter().collect();
    rows.sort_unstable();
    KnownForms {
        forms: rows.iter().map(|row| row.0).collect(),
        crowded: rows.iter().filter(|row| row.1).map(|row| row.0).collect(),
    }
}
