//! Looking up: single articles of an index by number and by id, and what is known of all pages.

use std::path::PathBuf;

use xxhash_rust::xxh3::xxh3_64;

use super::Index;
use super::articles::{Articles, Record};
use super::file::{Reading, index_error};
use super::keys::{Of, key};
use super::manifest::Part;
use super::rows::Row;
use crate::error::{Error, ErrorKind, Result};
use crate::stages::clean::Furniture;

impl Index {
    /// The file of an article, and its place in it.
    pub(super) fn place(&self, number: u32) -> Result<(&Articles, u32)> {
        let behind = self.articles.partition_point(|file| file.first <= number);
        let file = behind.checked_sub(1).map(|at| &self.articles[at]);
        match file {
            Some(file) if number - file.first < file.len() => Ok((file, number - file.first)),
            _ => Err(self.damaged()),
        }
    }

    /// The folder of temporary files.
    pub(super) fn temporary(&self) -> PathBuf {
        let folder = self.config.temp_dir.clone();
        folder.unwrap_or_else(std::env::temp_dir)
    }

    pub(super) fn damaged(&self) -> Error {
        index_error(&self.folder, "it is damaged")
    }

    pub(super) fn row(&self, number: u32) -> &Row {
        &self.rows.rows[number as usize]
    }

    /// Reads an article.
    pub(super) fn with<T>(
        &self,
        number: u32,
        read: impl FnOnce(&Record<'_>) -> Result<T>,
    ) -> Result<T> {
        let (file, at) = self.place(number)?;
        let block = file.near(at)?;
        read(&file.record(at, &block)?)
    }

    /// The `article_id` of an article.
    pub(super) fn id(&self, number: u32) -> Result<String> {
        let (file, at) = self.place(number)?;
        file.id(at)
    }

    /// The article of an `article_id`.
    pub(super) fn find(&self, id: &str) -> Result<Option<u32>> {
        let mut found = Vec::new();
        let keys = [key(Of::Id, xxh3_64(id.as_bytes()))];
        for file in &self.keys {
            file.find(&keys, usize::MAX, &mut |_, number| found.push(number))?;
        }
        for number in found {
            if !self.row(number).is_gone && self.id(number)? == id {
                return Ok(Some(number));
            }
        }
        Ok(None)
    }

    /// The numbers of some `article_id`s.
    pub(super) fn find_all(&self, ids: &[String]) -> Result<Vec<u32>> {
        let find = |id: &String| {
            let missing = || ErrorKind::UnknownId {
                id: id.clone(),
                nearest: Vec::new(),
            };
            Ok(self.find(id)?.ok_or_else(missing)?)
        };
        ids.iter().map(find).collect()
    }

    /// What is known of what pages repeat.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn furniture(&self) -> Result<Furniture> {
        let mut known: Option<Furniture> = None;
        for entry in self.manifest.of(Part::Furniture) {
            let file = Reading::open(&self.folder.join(&entry.name), entry)?;
            let stored = Furniture::stored(&file.whole("furniture")?);
            let stored = stored.ok_or_else(|| file.damaged())?;
            known = Some(match known {
                Some(known) => known.merged(&stored),
                None => stored,
            });
        }
        Ok(known.unwrap_or_default())
    }
}
