//! Common words: how common grams and stems are in a language, known before any article is read.
//!
//! Of a few dozen articles it cannot be counted what is rare. A table made of word lists tells it for forty languages; how the
//! table is made, and of what, stands in `common/build.py`. It holds hashes and no words: a key of 20 bits for each gram or stem,
//! and its class, so that one in seventy of other features is taken for one that it has.

use std::sync::OnceLock;

use ahash::AHashMap;

use super::features::{Feature, is_stem};
use super::language;

static WORDS: &[u8] = include_bytes!("common/words.bin");

const KEY_BITS: u32 = 20;
/// Stems of these classes, each one in a thousand words or more, are the words that a language is known by.
const FREQUENT: u8 = 10;
/// Words of which the share is not more than this are as common as any that a reader would call telling: one in so many.
const TELLING: u32 = 2000;

type Key = u32;

fn key(feature: Feature) -> Key {
    feature >> (32 - KEY_BITS + 1) << 1 | u32::from(is_stem(feature))
}

/// A language of the table.
struct Listed {
    /// The number of its code.
    language: u32,
    bytes: &'static [u8],
}

/// The languages of the table, by their numbers in it.
fn listed() -> &'static [Listed] {
    static LISTED: OnceLock<Vec<Listed>> = OnceLock::new();
    LISTED.get_or_init(|| {
        let (&count, rest) = WORDS.split_first().unwrap_or((&0, &[]));
        let (heads, mut rest) = rest.split_at(usize::from(count) * 7);
        let listed = heads
            .as_chunks::<7>()
            .0
            .iter()
            .map(|&[a, b, c, length @ ..]| {
                let (bytes, behind) = rest.split_at(u32::from_le_bytes(length) as usize);
                rest = behind;
                let code = [a, b, c];
                Listed {
                    language: language::number(std::str::from_utf8(&code).unwrap_or_default()),
                    bytes,
                }
            });
        listed.collect()
    })
}

/// Reads a language's entries up to a class, commonest first.
fn read(mut bytes: &[u8], up_to: u8, mut visit: impl FnMut(Key, u8)) {
    for class in 0..up_to {
        let Some((count, rest)) = bytes.split_first_chunk() else {
            return;
        };
        bytes = rest;
        let count = u16::from_le_bytes(*count);
        if count == 0 {
            continue;
        }
        let low = ((1u32 << KEY_BITS) / u32::from(count)).ilog2();
        let (mut at, mut next) = (0, 0);
        let mut bit = || {
            let byte = bytes.get(at / 8).copied().unwrap_or(0);
            at += 1;
            u32::from(byte >> (7 - (at - 1) % 8) & 1)
        };
        for _ in 0..count {
            let mut high = 0;
            while high < 1 << KEY_BITS && bit() == 1 {
                high += 1;
            }
            let delta = (0..low).fold(high, |delta, _| delta << 1 | bit());
            visit(next + delta, class);
            next += delta + 1;
        }
        bytes = bytes.get(at.div_ceil(8)..).unwrap_or_default();
    }
}

/// How common grams and stems are in one language.
#[derive(Debug)]
pub(super) struct Common(AHashMap<Key, u8>);

impl Common {
    /// The language of this number, if the table has it.
    pub(super) fn of(language: u32) -> Option<Common> {
        let listed = listed().iter().find(|listed| listed.language == language)?;
        let mut classes = AHashMap::new();
        read(listed.bytes, Common::CLASSES, |key, class| {
            classes.insert(key, class);
        });
        Some(Common(classes))
    }

    /// Classes of the table; that of what is not in it is the one behind them.
    pub(super) const CLASSES: u8 = 17;

    /// The class of a feature: one in two to its power of all words has it.
    pub(super) fn class(&self, feature: Feature) -> u8 {
        let class = self.0.get(&key(feature)).copied();
        class.unwrap_or(Common::CLASSES)
    }

    /// Which share of all words has a feature of a class: the middle of it.
    pub(super) fn share_of(class: u8) -> f64 {
        0.75 / f64::from(1u32 << class)
    }

    /// Whether a stem is one of a word that says little by itself.
    pub(super) fn is_plain(&self, stem: Feature) -> bool {
        Common::share_of(self.class(stem)) * f64::from(TELLING) > 1.0
    }
}

/// The languages of the table by the words that each is known by.
pub(super) struct Readers {
    /// For each stem the languages that are known by it, as a stretch of `languages`.
    stems: AHashMap<Key, (u32, u8)>,
    languages: Vec<u8>,
}

/// Languages that a table has at most.
const MOST: usize = 64;

impl Readers {
    /// All languages of the table.
    pub(super) fn all() -> &'static Readers {
        static READERS: OnceLock<Readers> = OnceLock::new();
        READERS.get_or_init(|| {
            let mut frequent: Vec<(Key, u8)> = Vec::new();
            for (number, listed) in (0u8..).zip(listed()).take(MOST) {
                read(listed.bytes, FREQUENT, |key, _| {
                    frequent.extend((key & 1 == 1).then_some((key, number)));
                });
            }
            frequent.sort_unstable();
            let mut readers = Readers {
                stems: AHashMap::new(),
                languages: Vec::with_capacity(frequent.len()),
            };
            for same in frequent.chunk_by(|a, b| a.0 == b.0) {
                let start = readers.languages.len() as u32;
                readers.languages.extend(same.iter().map(|both| both.1));
                readers.stems.insert(same[0].0, (start, same.len() as u8));
            }
            readers
        })
    }

    /// How many of these stems each language is known by; those that are of one number in the table.
    fn read(&self, stems: impl Iterator<Item = Feature>) -> [u32; MOST] {
        let mut read = [0; MOST];
        for stem in stems {
            if let Some(&(start, count)) = self.stems.get(&key(stem)) {
                let known = &self.languages[start as usize..][..usize::from(count)];
                known
                    .iter()
                    .for_each(|&number| read[usize::from(number)] += 1);
            }
        }
        read
    }

    /// Whether the words of these stems are plainly of another language than this one.
    pub(super) fn contradict(&self, language: u32, stems: impl Iterator<Item = Feature>) -> bool {
        let mut count = 0;
        let read = self.read(stems.inspect(|_| count += 1));
        let known = listed().iter().zip(read);
        let (mut own, mut most) = (0, 0);
        for (listed, read) in known {
            if listed.language == language {
                own = read;
            }
            most = most.max(read);
        }
        // A sixth of all words at least, and far more than by chance.
        count >= 20 && most * 6 >= count && most >= own + 4 && most * 2 >= own * 3
    }
}

#[cfg(test)]
mod tests {
    use super::super::features::Cutter;
    use super::super::titles::TitleParts;
    use super::*;
    use crate::corpus::Article;

    fn stems(text: &str) -> Vec<Feature> {
        let article = Article {
            text: text.into(),
            ..Article::default()
        };
        let mut cutter = Cutter::default();
        cutter.vocabulary.begin();
        let kept = 0..text.len();
        cutter.cut(
            &article,
            std::slice::from_ref(&kept),
            &TitleParts::default(),
        );
        let uses = cutter.uses.iter();
        uses.map(|used| cutter.vocabulary.stem(used.word)).collect()
    }

    #[test]
    fn the_commonest_words_of_forty_languages_are_known() {
        assert!(listed().len() >= 40);
        for (code, words) in [
            ("eng", "the and with from police"),
            ("deu", "der und nicht für polizei"),
            ("rus", "и не что на полиции"),
            ("ara", "في من على إلى"),
            ("ell", "και την από για"),
            ("hin", "और के में नहीं"),
            ("kor", "이 그 수 있"),
            ("vie", "của và không người"),
            ("cmn", "一个 我们 中国"),
            ("jpn", "して ます こと"),
        ] {
            let common = Common::of(language::number(code));
            let share = |stem| {
                common
                    .as_ref()
                    .map_or(0.0, |common| Common::share_of(common.class(stem)))
            };
            for (stem, word) in stems(words).into_iter().zip(words.split(' ')) {
                assert!(share(stem) > 1e-5, "{code}: {word}");
            }
            let rare = stems("Skerrow Torholm Kellunsen Zwibbelquast");
            assert!(rare.iter().filter(|&&stem| share(stem) < 1e-5).count() >= 3);
        }
        assert!(Common::of(language::number("tlh")).is_none());
    }

    #[test]
    fn what_is_common_is_more_so_than_what_is_rare() {
        let common = Common::of(language::number("eng"));
        let shares: Vec<f64> = stems("the city harbour osprey")
            .into_iter()
            .filter_map(|stem| Some(Common::share_of(common.as_ref()?.class(stem))))
            .collect();
        assert!(shares.is_sorted_by(|a, b| a > b), "{shares:?}");
    }

    #[test]
    fn words_tell_their_language() {
        let texts = [
            (
                "eng",
                "The harbour master said on Friday that the northern quay would stay closed until the crane has been taken \
                down, and that two of the ferries will have to sail from the other side of the bay for at least a week.",
            ),
            (
                "deu",
                "Der Hafenmeister sagte am Freitag, dass der nördliche Kai gesperrt bleibt, bis der Kran abgebaut ist, und \
                dass zwei der Fähren für mindestens eine Woche von der anderen Seite der Bucht ablegen müssen.",
            ),
            (
                "spa",
                "El capitán del puerto dijo el viernes que el muelle del norte seguirá cerrado hasta que se desmonte la grúa \
                y que dos de los transbordadores tendrán que salir del otro lado de la bahía durante una semana.",
            ),
            (
                "por",
                "O capitão do porto disse na sexta-feira que o cais do norte continuará fechado até que a grua seja \
                desmontada e que duas das balsas terão de partir do outro lado da baía durante uma semana.",
            ),
        ];
        for (code, text) in texts {
            for (other, _) in texts {
                let contradict =
                    Readers::all().contradict(language::number(other), stems(text).into_iter());
                assert_eq!(contradict, code != other, "{code} taken for {other}");
            }
        }
    }
}
