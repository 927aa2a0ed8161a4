//! A lexicon is the words of one invented language, in Zipf's proportions, and what every newsroom shares: stock
//! phrases, and forms that are filled in day by day.

use std::collections::HashSet;

use crate::forms::Form;
use crate::random::{Purpose, Random};
use crate::script::{Marks, Script};

/// The words of one language.
#[derive(Debug)]
pub(crate) struct Lexicon {
    pub(crate) marks: Marks,
    /// All words one after the other, and where each begins; the most frequent first.
    letters: String,
    starts: Vec<u32>,
    /// The other spelling of each word that has one: each `SPELT_TWICE`th.
    variants: Vec<String>,
    /// Words as often as Zipf's law has them, to be drawn by 16 random bits.
    drawn: Vec<u16>,
    syllables: Vec<String>,
    pub(crate) stock: Vec<String>,
    pub(crate) forms: Vec<Form>,
}

/// The number of a word: its rank.
pub(crate) type Word = u16;

const WORDS: usize = 12_000;
const SPELT_TWICE: usize = 24;
/// Words of a rank under this are too common to be what an article is about.
const COMMON: usize = 300;
const STOCK_PHRASES: usize = 300;

impl Lexicon {
    pub(crate) fn invent(script: Script, seed: u64) -> Lexicon {
        let mut random = Random::of(seed, Purpose::Lexicon, script as u64);
        let syllables = script.syllables(&mut random);
        let mut lexicon = Lexicon {
            marks: script.marks(),
            letters: String::new(),
            starts: vec![0],
            variants: Vec::new(),
            drawn: draws(&mut random),
            syllables,
            stock: Vec::new(),
            forms: Vec::new(),
        };
        let mut known = HashSet::new();
        while lexicon.starts.len() <= WORDS {
            let rank = lexicon.starts.len() - 1;
            let word = lexicon.invent_word(script.length(rank, &mut random), &mut random);
            if known.insert(word.clone()) {
                lexicon.letters.push_str(&word);
                lexicon.starts.push(lexicon.letters.len() as u32);
            }
        }
        lexicon.invent_variants(&mut random);
        lexicon.stock = (0..STOCK_PHRASES)
            .map(|_| lexicon.invent_phrase(&mut random))
            .collect();
        lexicon.forms = Form::all(&lexicon, script, seed);
        lexicon
    }

    fn invent_word(&self, syllables: usize, random: &mut Random) -> String {
        (0..syllables)
            .map(|_| random.pick(&self.syllables).as_str())
            .collect()
    }

    /// The other spelling of a word differs in its last syllable or so.
    fn invent_variants(&mut self, random: &mut Random) {
        for word in (0..WORDS).step_by(SPELT_TWICE) {
            let mut variant = self.spelling(word as Word, false).to_owned();
            if variant.chars().count() > 1 {
                variant.pop();
            }
            variant.push_str(random.pick(&self.syllables).as_str());
            self.variants.push(variant);
        }
    }

    fn invent_phrase(&self, random: &mut Random) -> String {
        let mut phrase = String::new();
        for _ in 0..random.within(6, 10) {
            if !phrase.is_empty() {
                phrase.push_str(self.marks.space);
            }
            phrase.push_str(self.spelling(self.word(random.next()), false));
        }
        phrase
    }

    /// A word as often as Zipf's law has it, by the lowest 16 bits.
    pub(crate) fn word(&self, bits: u64) -> Word {
        self.drawn[bits as usize & 0xFFFF]
    }

    /// A word that an article can be about.
    pub(crate) fn topic(&self, random: &mut Random) -> Word {
        random.within(COMMON, WORDS - 1) as Word
    }

    /// How a word is written; a few have another spelling, `varied`.
    pub(crate) fn spelling(&self, word: Word, varied: bool) -> &str {
        let word = usize::from(word);
        if varied && word.is_multiple_of(SPELT_TWICE) && word > 0 {
            return &self.variants[word / SPELT_TWICE];
        }
        &self.letters[self.starts[word] as usize..self.starts[word + 1] as usize]
    }

    /// Writes the name of a person or a place, of `parts` words that need not be in the lexicon.
    pub(crate) fn write_name(&self, parts: usize, random: &mut Random, out: &mut String) {
        for part in 0..parts {
            if part > 0 {
                out.push_str(self.marks.space);
            }
            let start = out.len();
            for _ in 0..random.within(2, 3) {
                out.push_str(random.pick(&self.syllables).as_str());
            }
            capitalise(out, start);
        }
    }

    /// `count` words that an article can be about, for a menu, a heading or a prompt.
    pub(crate) fn phrase(&self, count: usize, random: &mut Random) -> String {
        let mut phrase = String::new();
        for _ in 0..count {
            if !phrase.is_empty() {
                phrase.push_str(self.marks.space);
            }
            let start = phrase.len();
            let word = self.topic(random);
            phrase.push_str(self.spelling(word, false));
            capitalise(&mut phrase, start);
        }
        phrase
    }
}

/// 65,536 words in the proportions `1 / (rank + 3)`; what is rarer than one of them stands by chance.
fn draws(random: &mut Random) -> Vec<u16> {
    const DRAWS: u64 = 1 << 16;
    let weight = |rank: u64| 1_000_000_000 / (rank + 3);
    let total: u64 = (0..WORDS as u64).map(weight).sum();
    let mut drawn = Vec::with_capacity(DRAWS as usize);
    let mut sum = random.next() % (total / DRAWS);
    for rank in 0..WORDS as u64 {
        sum += weight(rank) * DRAWS;
        while sum >= total && drawn.len() < DRAWS as usize {
            drawn.push(rank as u16);
            sum -= total;
        }
    }
    drawn.resize(DRAWS as usize, 0);
    drawn
}

/// Makes the letter at `start` a capital, in scripts that have them.
pub(crate) fn capitalise(text: &mut String, start: usize) {
    let Some(first) = text[start..].chars().next() else {
        return;
    };
    let mut capital = first.to_uppercase();
    if let (Some(capital), None) = (capital.next(), capital.next())
        && capital != first
    {
        text.replace_range(
            start..start + first.len_utf8(),
            capital.encode_utf8(&mut [0; 4]),
        );
    }
}
