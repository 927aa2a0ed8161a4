//! Meeting: what texts of an index share keys with a text that comes.

use xxhash_rust::xxh3::xxh3_64;
use zerocopy::IntoBytes;

use super::Index;
use super::corpus::KeptCorpus;
use super::gist::Met as Shared;
use super::keys::{Of, key};
use super::rows::Row;
use crate::config::Config;
use crate::corpus::{Article, Corpus, TextId, bare_host, canonical_address};
use crate::error::{Error, Result};
use crate::kernel::{Identity, mix};
use crate::stages::candidates::{BandKey, Cut, MeetingKeys, is_sparse};
use crate::stages::clean::Furniture;
use crate::stages::fingerprint;
use crate::stages::fingerprint::{Fingerprint, SingleFingerprint};

/// An anchor that more texts have leads to none, as in a run.
const POSTING: usize = 64;
/// So many of the texts that have such an anchor are looked at.
const CROWD: usize = 16;
/// So many texts are looked up together.
const TOGETHER: usize = 20_000;
/// So many anchors make two texts meet.
const SHARED: usize = 3;

/// What a text is found by.
#[derive(Clone, Debug, Default)]
pub(super) struct Printed {
    pub(super) text: Identity,
    pub(super) tokens: u32,
    bands: Vec<u64>,
    anchors: Vec<u64>,
    sparse: usize,
    address: Option<u64>,
}

impl Printed {
    fn new(
        print: &Fingerprint,
        bands: &[BandKey],
        anchors: &[u64],
        address: Option<u64>,
    ) -> Printed {
        let has_shingles = print.shingles > 0;
        Printed {
            text: class(print),
            tokens: print.tokens,
            bands: bands
                .iter()
                .filter(|_| has_shingles)
                .map(|band| key(Of::Band, hash_of(band)))
                .collect(),
            anchors: anchors
                .iter()
                .map(|anchor| key(Of::Anchor, anchor << 16))
                .collect(),
            sparse: anchors.iter().filter(|&&anchor| is_sparse(anchor)).count(),
            address: address.filter(|_| has_shingles),
        }
    }

    /// What is found of an article alone.
    pub(super) fn of(article: &Article<'_>, lone: &SingleFingerprint, config: &Config) -> Printed {
        let cut = Cut::new(config.banding(), config.num_hashes, config.seed);
        let mut bands = Vec::new();
        if !lone.signature.is_empty() {
            cut.keys(&lone.signature, &mut bands);
        }
        let address = article.url.as_deref().and_then(canonical_address);
        let address = address.map_or(0, |address| xxh3_64(address.as_bytes()));
        let address = of_source(address, article.source.as_deref());
        Printed::new(&lone.print, &bands, &lone.anchors, address)
    }

    /// How many anchors it has, and how many of them texts of any length draw.
    pub(super) fn counts(&self) -> (u16, u16) {
        let most = |count: usize| count.min(usize::from(u16::MAX)) as u16;
        (most(self.anchors.len()), most(self.sparse))
    }

    /// The keys that an article gets; one whose text another one is found by already needs no more than its text.
    pub(super) fn keys(&self, is_bearer: bool, to: &mut Vec<u64>) {
        to.extend(self.address);
        if is_bearer {
            to.push(key(Of::Text, self.text.first));
            to.extend_from_slice(&self.bands);
            to.extend_from_slice(&self.anchors);
        }
    }
}

/// What names a text: the identity of what is left of it, or that of the page where nothing is.
pub(super) fn class(print: &Fingerprint) -> Identity {
    match print.tokens {
        0 => print.page,
        _ => print.text,
    }
}

fn hash_of(band: &BandKey) -> u64 {
    let halves = band.as_bytes().as_chunks::<2>().0.iter();
    let hash = halves.fold(0u64, |hash, half| {
        hash << 16 | u64::from(u16::from_ne_bytes(*half))
    });
    hash << 16
}

fn of_source(address: u64, source: Option<&str>) -> Option<u64> {
    let source = source.map_or("", bare_host);
    let hash = mix(address ^ xxh3_64(source.as_bytes()));
    (address != 0).then(|| key(Of::Address, hash))
}

/// Takes the fingerprints of kept articles, in their order.
pub(super) fn print_all(
    corpus: &KeptCorpus<'_>,
    furniture: &Furniture,
    config: &Config,
    visit: &mut dyn FnMut(u32, Printed) -> Result<()>,
) -> Result<()> {
    let budget = config.budget();
    let cut = Cut::new(config.banding(), config.num_hashes, config.seed);
    let found = fingerprint::fingerprint(corpus as &dyn Corpus, furniture, config, &cut, &budget)?;
    let (register, prints) = (found.register, found.prints);
    let MeetingKeys { bands, lower } = &prints.keys;
    let mut buffers = Default::default();
    let mut failure: Option<Error> = None;
    for piece in 0..prints.anchors.pieces() {
        prints
            .anchors
            .visit(piece, lower, &mut buffers, |article, upper, lower| {
                if failure.is_some() {
                    return;
                }
                let anchors = upper.iter().zip(lower);
                let anchors: Vec<u64> = anchors
                    .map(|(&upper, &lower)| u64::from(upper) << 16 | u64::from(lower))
                    .collect();
                let mut print = || -> Result<()> {
                    let first = article * cut.bands();
                    let bands = bands.values(first..first + cut.bands())?;
                    let print = prints.prints.values(article..article + 1)?[0];
                    let address = register.address(article)?;
                    let address = of_source(address, register.source(article));
                    let printed = Printed::new(&print, &bands, &anchors, address);
                    visit(KeptCorpus::number(register.place(article)), printed)
                };
                failure = print().err();
            })?;
    }
    failure.map_or(Ok(()), Err)
}

/// What texts met.
#[derive(Debug, Default)]
pub(super) struct Met {
    /// For each text the texts of the index that it may be a copy of, ascending.
    pub(super) texts: Vec<Vec<TextId>>,
    /// For each of these how many anchors it shares, and how many anchors of the text lead to texts.
    pub(super) shared: Vec<Vec<Shared>>,
    /// Some of the texts that have an anchor which many have: they show whether it is of a form.
    pub(super) crowd: Vec<u32>,
}

/// The texts of the index that texts may be copies of.
pub(super) fn meet(index: &Index, texts: &[&Printed]) -> Result<Met> {
    let mut all = Met::default();
    for some in texts.chunks(TOGETHER) {
        index.config.interrupt.check()?;
        let met = meet_some(index, some)?;
        all.texts.extend(met.texts);
        all.shared.extend(met.shared);
        all.crowd.extend(met.crowd);
    }
    Ok(all)
}

fn meet_some(index: &Index, texts: &[&Printed]) -> Result<Met> {
    let sure = |printed: &Printed| {
        let text = key(Of::Text, printed.text.first);
        let mut keys = printed.bands.clone();
        keys.extend([text].into_iter().chain(printed.address));
        keys
    };
    let mut met_shared = Vec::with_capacity(texts.len());
    let (mut met, _) = look_up(index, texts, &sure, usize::MAX)?;
    let (by_anchors, open) = look_up(index, texts, &|printed| printed.anchors.clone(), POSTING)?;
    met.crowd = by_anchors.crowd;
    for (((met, shared), printed), of) in met
        .texts
        .iter_mut()
        .zip(&by_anchors.texts)
        .zip(texts)
        .zip(open)
    {
        for same in shared.chunk_by(|a, b| a == b) {
            if same.len() >= needed(printed, index.row(same[0])) {
                met.push(same[0]);
            }
        }
        met.sort_unstable();
        met.dedup();
        let count = |number: u32| {
            let from = shared.partition_point(|&it| it < number);
            shared[from..].partition_point(|&it| it == number) as u32
        };
        met_shared.push(
            met.iter()
                .map(|&number| Shared {
                    shared: count(number),
                    of: comparable(printed, index.row(number), of),
                })
                .collect(),
        );
    }
    met.shared = met_shared;
    Ok(met)
}

/// The articles that have an anchor, up to so many, in the order of their numbers.
pub(super) fn posting(index: &Index, anchor: u64, most: usize) -> Result<Vec<u32>> {
    let keys = [key(Of::Anchor, anchor << 16)];
    let mut found = Vec::new();
    for file in &index.keys {
        file.find(&keys, most, &mut |_, number| found.push(number))?;
    }
    found.retain(|&number| !index.row(number).is_gone);
    found.sort_unstable();
    found.truncate(most);
    Ok(found)
}

/// For each text the articles that have one of its keys, ascending, each as often as it has one; a key that more than `most` have
/// leads nowhere. Besides, for each text how many of its keys lead somewhere, or to nothing.
fn look_up(
    index: &Index,
    texts: &[&Printed],
    of: &dyn Fn(&Printed) -> Vec<u64>,
    most: usize,
) -> Result<(Met, Vec<u32>)> {
    let mut asked: Vec<(u64, u32)> = Vec::new();
    for (text, printed) in (0u32..).zip(texts) {
        asked.extend(of(printed).into_iter().map(|key| (key, text)));
    }
    asked.sort_unstable();
    asked.dedup();
    let groups: Vec<&[(u64, u32)]> = asked.chunk_by(|a, b| a.0 == b.0).collect();
    let keys: Vec<u64> = groups.iter().map(|group| group[0].0).collect();
    // What many have is cut off where it is long: the first of them speak for the rest.
    let limit = most.saturating_add(1).min(4 * POSTING);
    let mut found: Vec<Vec<u32>> = vec![Vec::new(); keys.len()];
    for file in &index.keys {
        file.find(&keys, limit, &mut |place, number| {
            if !index.row(number).is_gone {
                found[place].push(number);
            }
        })?;
    }
    let mut met = vec![Vec::new(); texts.len()];
    let mut open = vec![0; texts.len()];
    let mut crowd = Vec::new();
    for (group, mut numbers) in groups.into_iter().zip(found) {
        if numbers.len() > most {
            numbers.sort_unstable();
            crowd.extend(numbers.into_iter().take(CROWD));
            continue;
        }
        for &(_, text) in group {
            met[text as usize].extend_from_slice(&numbers);
            open[text as usize] += 1;
        }
    }
    met.iter_mut().for_each(|met| met.sort_unstable());
    crowd.sort_unstable();
    crowd.dedup();
    let met = Met {
        texts: met,
        shared: Vec::new(),
        crowd,
    };
    Ok((met, open))
}

/// How many of a text's anchors another of its length would draw too: a short one draws more of its shingles than a long one.
fn comparable(printed: &Printed, row: &Row, of: u32) -> u32 {
    let (x, y) = (printed.counts(), row.anchors);
    match x.0 != x.1 && y.0 == y.1 {
        true => of * u32::from(x.1) / u32::from(x.0),
        false => of,
    }
}

/// How many anchors two texts must share: three, or half of what the one with fewer could share at all.
fn needed(printed: &Printed, row: &Row) -> usize {
    let (x, y) = (printed.counts(), row.anchors);
    let is_alike = (x.0 == x.1) == (y.0 == y.1);
    let least = if is_alike { x.0.min(y.0) } else { x.1.min(y.1) };
    usize::from(least).div_ceil(2).clamp(1, SHARED)
}
