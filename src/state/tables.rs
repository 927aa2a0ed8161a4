//! The tables that tell stories, read where they are asked for.

use super::file::Opened;
use super::keeper::LARGE;
use super::{Bytes, State};
use crate::error::Result;
use crate::stories;

impl stories::Tables for State {
    fn slot(&self, at: usize) -> u32 {
        let Some((counts, large, _)) = self.parts.counts else {
            return 0;
        };
        let read = || -> Result<u32> {
            let [small] = self.file.entry::<1>(counts, at as u64)?;
            if small != LARGE {
                return Ok(small.into());
            }
            let entry = |bytes: &[u8; 8]| {
                let mut bytes = Bytes(bytes);
                (bytes.u32().unwrap_or(0), bytes.u32().unwrap_or(0))
            };
            let place = self
                .file
                .partition::<8>(large, |bytes| Ok((entry(bytes).0 as usize) < at))?;
            Ok(entry(&self.file.entry(large, place)?).1)
        };
        self.or_fail(read(), 0)
    }

    fn bits(&self) -> u32 {
        self.contents.known.as_ref().map_or(1, |known| known.1)
    }

    fn pair(&self, key: u64) -> u32 {
        let Some((_, _, pairs)) = self.parts.counts else {
            return 1;
        };
        let read = || -> Result<u32> {
            let entry = |bytes: &[u8; 12]| {
                let mut bytes = Bytes(bytes);
                (bytes.u64().unwrap_or(0), bytes.u32().unwrap_or(0))
            };
            let at = self
                .file
                .partition::<12>(pairs, |bytes| Ok(entry(bytes).0 < key))?;
            if at == Opened::entries::<12>(pairs) {
                return Ok(1);
            }
            let (other, articles) = entry(&self.file.entry(pairs, at)?);
            Ok(if other == key { articles } else { 1 })
        };
        self.or_fail(read(), 1)
    }
}
