//! A build that reads and writes nothing that lies elsewhere.

use std::convert::Infallible;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::Kind;
use crate::error::{Error, ErrorKind, RemoteFault, Result};
use crate::interrupt::Interrupt;
use crate::names;

fn not_built(name: &Path) -> Error {
    ErrorKind::Remote {
        address: names::of(name),
        fault: RemoteFault::NotBuilt,
    }
    .into()
}

/// See the module of the same name in a build that does.
#[derive(Debug, Default)]
pub(crate) struct Depot;

/// What naming an address led to.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) name: String,
    pub(crate) shard: PathBuf,
    pub(crate) object: Arc<Object>,
    pub(crate) in_folder: bool,
}

impl Depot {
    pub(crate) fn find(&self, name: &Path, _: Kind, _: &Path, _: &Interrupt) -> Result<Vec<Found>> {
        Err(not_built(name))
    }

    pub(crate) fn fetched(&self) -> (u64, u64) {
        (0, 0)
    }
}

/// There is none.
#[derive(Debug)]
pub(crate) struct Object(Infallible);

impl Object {
    pub(crate) fn name(&self) -> &Path {
        match self.0 {}
    }

    pub(crate) fn size(&self) -> u64 {
        match self.0 {}
    }

    pub(crate) fn changed(&self) -> Option<SystemTime> {
        match self.0 {}
    }

    pub(crate) fn read_at(&self, _: &mut [u8], _: u64) -> io::Result<usize> {
        match self.0 {}
    }

    pub(crate) fn whole(&self) -> io::Result<(Arc<File>, u64)> {
        match self.0 {}
    }
}

/// There is none.
#[derive(Debug)]
pub(crate) struct Upload(Infallible);

impl Upload {
    pub(crate) fn begin(name: &Path) -> Result<Upload> {
        Err(not_built(name))
    }

    pub(crate) fn close(&mut self) -> io::Result<()> {
        match self.0 {}
    }

    pub(crate) fn complete(self) -> io::Result<()> {
        match self.0 {}
    }
}

impl Write for Upload {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        match self.0 {}
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0 {}
    }
}

/// Nothing is known of any folder that lies elsewhere.
pub(crate) fn first_below(name: &Path) -> Result<Option<String>> {
    Err(not_built(name))
}

/// There is nothing that would have to stop.
pub(crate) fn heed(_: &Interrupt) {}
