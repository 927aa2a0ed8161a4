//! Text in other encodings than UTF-8, in a build that reads none.

use std::io::Read;

pub(crate) const LOOKED_AT: usize = 0;

/// An encoding other than UTF-8: there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {}

impl Coding {
    pub(crate) fn named(label: &str) -> Option<Option<Coding>> {
        matches!(&*label.to_ascii_lowercase(), "utf-8" | "utf8").then_some(None)
    }

    pub(crate) fn of(_bytes: &[u8]) -> Option<Coding> {
        None
    }

    pub(crate) fn name(self) -> &'static str {
        match self {}
    }

    pub(crate) fn decode(self, _bytes: &[u8]) -> Vec<u8> {
        match self {}
    }

    pub(crate) fn reader<R: Read>(self, _reader: R) -> R {
        match self {}
    }
}

pub(crate) fn is_silent(_bytes: &[u8]) -> bool {
    false
}

pub(crate) fn declared(_bytes: &[u8]) -> Option<Coding> {
    None
}
