//! Gathering rows for shares.

use std::collections::BTreeMap;

use serde::Serialize;

use super::PackedRun;
use super::compress::compress;
use super::wire::Kind;

/// A run goes out once it has so many bytes: a batch of few such is small enough for any engine.
const RUN_BYTES: usize = 1 << 20;

/// Takes rows for shares, and hands on runs.
#[derive(Debug)]
pub struct Sender {
    shares: u32,
    open: BTreeMap<(u32, u32), Vec<u8>>,
    runs: Vec<PackedRun>,
}

impl Sender {
    pub(super) fn new(shares: u32) -> Sender {
        Sender {
            shares,
            open: BTreeMap::new(),
            runs: Vec::new(),
        }
    }

    /// How many shares there are.
    pub(super) fn shares(&self) -> u32 {
        self.shares
    }

    /// The share of a hash.
    pub(super) fn share(&self, hash: u64) -> u32 {
        ((u128::from(hash) * u128::from(self.shares)) >> 64) as u32
    }

    /// Sends a row to a share.
    pub(super) fn send(&mut self, kind: Kind, share: u32, row: &impl Serialize) {
        let open = self.open.entry((kind as u32, share)).or_default();
        let mut bytes = std::mem::take(open);
        // Writing into memory cannot fail.
        bytes = postcard::to_extend(row, bytes).unwrap_or_default();
        self.put(kind as u32, share, bytes);
    }

    /// Sends rows as they came.
    pub(super) fn forward(&mut self, kind: u32, share: u32, rows: &[u8]) {
        let mut bytes = std::mem::take(self.open.entry((kind, share)).or_default());
        bytes.extend_from_slice(rows);
        self.put(kind, share, bytes);
    }

    fn put(&mut self, kind: u32, share: u32, payload: Vec<u8>) {
        if payload.len() < RUN_BYTES {
            self.open.insert((kind, share), payload);
            return;
        }
        self.run(kind, share, &payload);
    }

    fn run(&mut self, kind: u32, share: u32, payload: &[u8]) {
        self.runs.push(PackedRun {
            kind,
            share,
            payload: compress(payload),
        });
    }

    /// Sends bytes that are a run by themselves.
    pub(super) fn whole(&mut self, kind: Kind, share: u32, payload: Vec<u8>) {
        self.run(kind as u32, share, &payload);
    }

    /// The runs that are full.
    pub fn full(&mut self) -> Vec<PackedRun> {
        std::mem::take(&mut self.runs)
    }

    /// All runs.
    pub fn all(&mut self) -> Vec<PackedRun> {
        for ((kind, share), payload) in std::mem::take(&mut self.open) {
            if !payload.is_empty() {
                self.run(kind, share, &payload);
            }
        }
        self.full()
    }
}
