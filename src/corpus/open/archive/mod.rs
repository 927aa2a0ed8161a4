//! Archives of files, which are read as folders are: zip, tar, and tar that is compressed.
//!
//! A member is a part of a file. Where it is stored or deflated it is read where it stands; a compressed tar is unpacked once
//! into a temporary file.

mod tar;
mod zip;

use std::fs::File;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::input::Part;
use super::spool::Packing;
use crate::corpus::formats::Unreadable;
use crate::corpus::sweep::reread::read_exact_at;

/// What an archive is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Zip,
    Tar,
}

impl Kind {
    /// The kind of archive that begins so, if any.
    pub(crate) fn of(head: &[u8]) -> Option<Kind> {
        if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
            Some(Kind::Zip)
        } else if tar::begins(head) {
            Some(Kind::Tar)
        } else {
            None
        }
    }
}

/// A file in an archive.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// Its path in the archive.
    pub(crate) path: PathBuf,
    pub(crate) start: u64,
    pub(crate) length: u64,
    pub(crate) size: u64,
    pub(crate) packing: Packing,
}

/// The bytes of an archive, which are read here and there.
pub(crate) struct Bytes {
    pub(crate) file: Arc<File>,
    pub(crate) start: u64,
    pub(crate) length: u64,
}

impl Bytes {
    pub(crate) fn read(&self, at: u64, length: usize) -> io::Result<Vec<u8>> {
        let end = at.checked_add(length as u64);
        if end.is_none_or(|end| end > self.length) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut bytes = vec![0; length];
        read_exact_at(&self.file, &mut bytes, self.start + at)?;
        Ok(bytes)
    }

    /// A member as a part of the file that was named; the archive itself lies in it, or in a file of its own.
    pub(crate) fn part(&self, of: &Arc<Path>, is_apart: bool, member: &Member) -> Part {
        Part {
            is_remote: false,
            of: Arc::clone(of),
            within: is_apart.then(|| Arc::clone(&self.file)),
            start: self.start + member.start,
            length: member.length,
            size: member.size,
            packing: member.packing,
        }
    }
}

/// The files in an archive, by name; hidden ones are left alone. The inner error says why it cannot be read.
pub(crate) fn members(kind: Kind, bytes: &Bytes) -> io::Result<Result<Vec<Member>, Unreadable>> {
    let members = match kind {
        Kind::Zip => zip::members(bytes)?,
        Kind::Tar => Ok(tar::members(bytes)?),
    };
    Ok(members.map(|mut members| {
        members.retain(|member| !is_hidden(&member.path));
        // Of a file that was put in twice, the later one counts.
        members.reverse();
        members.sort_by(|a, b| a.path.cmp(&b.path));
        members.dedup_by(|a, b| a.path == b.path);
        members
    }))
}

/// A path without what would lead out of a folder.
fn tame(name: &str) -> PathBuf {
    let path = Path::new(name);
    let parts = path
        .components()
        .filter(|part| matches!(part, Component::Normal(_)));
    parts.collect()
}

fn is_hidden(path: &Path) -> bool {
    path.components().any(|part| {
        let part = part.as_os_str().as_encoded_bytes();
        part.starts_with(b".") || part == b"__MACOSX"
    })
}
