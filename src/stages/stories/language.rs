//! Languages: a story stays within one, and what is rare is judged within one.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use whatlang::Script;
use xxhash_rust::xxh3::xxh3_64;

use crate::corpus::Article;

/// What an article is written in, as far as it is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Language {
    script: u8,
    /// The hash of its language's code; 0 where it is not known.
    language: u32,
    /// Whether the article itself says so.
    is_declared: bool,
}

/// Characters of a body that are looked at; to guess from more takes longer than all else that is done for stories.
const SAMPLE: usize = 240;
/// So many bytes tell what letters a text is written in.
const SCRIPT: usize = 200;
/// A stretch of text shorter than this may be a line that cleaning missed.
const STRETCH: usize = 100;

/// What of an article its language is told by.
pub(super) fn sample(article: &Article<'_>, kept: &[Range<usize>]) -> String {
    let body = kept.iter().find(|stretch| stretch.len() > STRETCH);
    let body = body.or_else(|| kept.iter().max_by_key(|stretch| stretch.len()));
    let body = body.map_or("", |stretch| &article.text[stretch.clone()]);
    let mut sample = String::with_capacity(article.title.len() + 2 * SAMPLE);
    sample.push_str(&article.title);
    sample.push('\n');
    sample.extend(body.chars().take(SAMPLE));
    sample
}

impl Language {
    /// What a text like this is written in, of which the language is said or guessed to be this one.
    pub(super) fn new(sample: &str, language: Option<&str>, is_declared: bool) -> Language {
        Language {
            script: script(sample),
            language: language.map_or(0, number),
            is_declared,
        }
    }

    /// What features are counted under.
    pub(super) fn key(self) -> u32 {
        key(self.script, self.language)
    }
}

/// What features of a script and a language are counted under.
fn key(script: u8, language: u32) -> u32 {
    language ^ u32::from(script) << 24
}

/// The number of a language's code; never 0.
pub(super) fn number(code: &str) -> u32 {
    xxh3_64(code.as_bytes()) as u32 | 1
}

/// The script most of a text is in; Han and Kana are one, as Japanese mixes them.
fn script(text: &str) -> u8 {
    let head = &text[..text.floor_char_boundary(SCRIPT)];
    let script = match whatlang::detect_script(head) {
        Some(Script::Katakana | Script::Hiragana) => Some(Script::Mandarin),
        script => script,
    };
    let at = Script::all()
        .iter()
        .position(|&other| Some(other) == script);
    at.map_or(u8::MAX, |at| at as u8)
}

/// Below this many articles a language joins the largest of its script; so does one that is only guessed below
/// [`SHARE`] of that.
const FEW: usize = 8;
const SHARE: usize = 50;
/// A pool's document frequencies are those of the languages in it that have one in so many of its articles, and of the
/// language of the article that asks: others add next to nothing.
const COUNTED: usize = 200;

/// The pools of a run: articles whose statistics are taken together.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct LanguageGroups {
    /// The pool of every node.
    pub(super) of: Vec<u16>,
    /// How many nodes each pool has.
    pub(super) sizes: Vec<usize>,
    /// The keys of the languages each is counted under.
    pub(super) keys: Vec<Vec<u32>>,
    /// The number of the language of most articles of each; 0 where it is not known.
    pub(super) languages: Vec<u32>,
    /// Which pool articles of a script and a language are in.
    pub(super) homes: Vec<Home>,
}

/// A script, a language and the pool of both.
pub(super) type Home = (u8, u32, u16);

impl LanguageGroups {
    /// Puts each node into the pool of its language.
    pub(super) fn new(tongues: &[Language]) -> LanguageGroups {
        let mut counts: BTreeMap<Language, usize> = BTreeMap::new();
        for &tongue in tongues {
            *counts.entry(tongue).or_default() += 1;
        }
        let mut pools = LanguageGroups::counted(&counts);
        let place = |&it: &Language| pools.pool(it).unwrap_or_default();
        pools.of = tongues.iter().map(place).collect();
        pools
    }

    /// The pools of a dump that has so many nodes of each language, none of which is put into its own.
    pub(super) fn counted(counts: &BTreeMap<Language, usize>) -> LanguageGroups {
        // One language, declared or guessed: its script and code, how many articles, whether any says so itself.
        let mut languages: BTreeMap<(u8, u32), (usize, bool)> = BTreeMap::new();
        for (tongue, count) in counts {
            let language = languages
                .entry((tongue.script, tongue.language))
                .or_default();
            language.0 += count;
            language.1 |= tongue.is_declared;
        }
        let mut largest: BTreeMap<u8, (usize, u32)> = BTreeMap::new();
        for (&(script, code), &(count, _)) in languages.iter().filter(|language| language.0.1 != 0)
        {
            let most = largest.entry(script).or_default();
            *most = (*most).max((count, code));
        }
        let mut pools = LanguageGroups::default();
        let mut numbers: BTreeMap<(u8, u32), u16> = BTreeMap::new();
        let mut pool_of: BTreeMap<(u8, u32), u16> = BTreeMap::new();
        for (&(script, code), &(count, is_declared)) in &languages {
            let (most, first) = largest.get(&script).copied().unwrap_or((0, code));
            let enough = if is_declared {
                FEW
            } else {
                FEW.max(most / SHARE)
            };
            let own = if code != 0 && count >= enough {
                code
            } else {
                first
            };
            let number = *numbers.entry((script, own)).or_insert_with(|| {
                pools.sizes.push(0);
                pools.languages.push(own);
                pools.sizes.len() as u16 - 1
            });
            pools.sizes[number as usize] += count;
            pool_of.insert((script, code), number);
        }
        pools.keys = vec![Vec::new(); pools.sizes.len()];
        for (&(script, language), &(count, _)) in &languages {
            let pool = pool_of[&(script, language)] as usize;
            if count * COUNTED >= pools.sizes[pool] {
                pools.keys[pool].push(key(script, language));
            }
        }
        let home = |(&(script, language), &pool): (&(u8, u32), &u16)| (script, language, pool);
        pools.homes = pool_of.iter().map(home).collect();
        pools
    }

    /// The pool of a language that was counted.
    pub(super) fn pool(&self, language: Language) -> Option<u16> {
        let sought = (language.script, language.language);
        let at = self.homes.binary_search_by_key(&sought, |it| (it.0, it.1));
        Some(self.homes[at.ok()?].2)
    }

    /// How many words an average article of each pool has, given how many all articles have that are counted under a key.
    pub(super) fn lengths(&self, words_of: &BTreeMap<u32, u64>) -> Vec<u64> {
        let mut words = vec![0; self.sizes.len()];
        for &(script, language, pool) in &self.homes {
            let of_language = words_of.get(&key(script, language));
            words[usize::from(pool)] += of_language.copied().unwrap_or(0);
        }
        let average = |(words, &size): (u64, &usize)| words / size.max(1) as u64;
        words.into_iter().zip(&self.sizes).map(average).collect()
    }

    /// These pools with more nodes, which are all there are in `of` then; `None` where too many of them are in languages that were not
    /// met before.
    pub(super) fn grown(mut self, tongues: &[Language]) -> Option<LanguageGroups> {
        let mut strange = 0;
        let mut of = Vec::with_capacity(tongues.len());
        for &Language {
            script, language, ..
        } in tongues
        {
            let of_script = self.homes.iter().filter(|home| home.0 == script);
            let home = of_script.clone().find(|home| home.1 == language);
            let pool = match home {
                Some(home) => home.2,
                None => {
                    strange += usize::from(language != 0);
                    of_script
                        .max_by_key(|home| self.sizes.get(usize::from(home.2)))?
                        .2
                }
            };
            *self.sizes.get_mut(usize::from(pool))? += 1;
            of.push(pool);
        }
        self.of = of;
        (strange < FEW.max(tongues.len() / SHARE)).then_some(self)
    }

    /// The keys that an article of this language and pool asks for; whether they are the pool's own.
    pub(super) fn keys_for(&self, pool: usize, tongue: Language, keys: &mut Vec<u32>) -> bool {
        keys.clear();
        keys.extend_from_slice(&self.keys[pool]);
        let is_usual = keys.contains(&tongue.key());
        if !is_usual {
            keys.push(tongue.key());
        }
        is_usual
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_articles_of_a_guessed_language_join_the_largest_of_their_script() {
        let of = |language, is_declared| Language {
            script: 1,
            language,
            is_declared,
        };
        let mut tongues = vec![of(1, false); 600];
        tongues.extend([of(3, false); 9]);
        tongues.extend([of(5, true); 9]);
        tongues.extend([of(0, false); 5]);
        let pools = LanguageGroups::new(&tongues);
        assert_eq!(pools.of[600], pools.of[0]);
        assert_ne!(pools.of[609], pools.of[0]);
        assert_eq!(pools.of[620], pools.of[0]);
        let mut keys = Vec::new();
        pools.keys_for(0, tongues[600], &mut keys);
        assert!(keys.contains(&tongues[600].key()));
    }
}
