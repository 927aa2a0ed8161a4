//! A language is a few dozen real function words, four thousand invented words in Zipf's proportions, and some phrases
//! that every newsroom uses.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::random::Random;

/// How the articles of a dump are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Language {
    /// Plain Latin letters.
    English,
    /// Latin letters, many of them accented.
    Accented,
    Cyrillic,
    Arabic,
    /// Han characters without spaces.
    Han,
}

impl Language {
    pub(crate) const ALL: [Self; 5] = [
        Self::English,
        Self::Accented,
        Self::Cyrillic,
        Self::Arabic,
        Self::Han,
    ];

    pub(crate) fn lexicon(self) -> &'static Lexicon {
        static LEXICONS: LazyLock<[Lexicon; 5]> =
            LazyLock::new(|| Language::ALL.map(Lexicon::invent));
        &LEXICONS[self as usize]
    }

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Accented => "ac",
            Self::Cyrillic => "cy",
            Self::Arabic => "ar",
            Self::Han => "zh",
        }
    }

    fn sounds(self) -> Sounds {
        match self {
            Self::English => Sounds {
                onsets: "b br c ch cl d dr f fl g gr h j l m n p pl qu r s st t th tr v w",
                vowels: "a e i o u ai ea oo ou",
                codas: "- - - l m n nd ng r rt s st t ck",
                function: "the of and to in a for on that with was by as at from is were has have had an it its be \
                           which will not but after their this he they said would also been who more than about",
            },
            Self::Accented => Sounds {
                onsets: "b br c ç d f g gl j l ll m n ñ p pr r s t tr v z",
                vowels: "a á e é è ê i í o ó ø u ü å ã",
                codas: "- - - - l n r s t",
                function: "de la que el en y à los des se del las un por où con été una su para dès lo más pero às",
            },
            Self::Cyrillic => Sounds {
                onsets: "б в вл г гр д ж з к кр л м н п пр р с ст т тр ф х ц ч ш",
                vowels: "а е и о у ы ё я ю",
                codas: "- - - в к л м н р с т ст й",
                function: "и в не на что с по это как из у за от о для к до при или он его также ещё быть после",
            },
            Self::Arabic => Sounds {
                onsets: "ب ت ث ج ح خ د ذ ر ز س ش ص ض ط ع غ ف ق ك ل م ن ه",
                vowels: "- - ا و ي",
                codas: "- - ر ن م ل د",
                function: "في من على إلى أن عن التي الذي مع هذا هذه كان قد بعد ما لا بين وقال كما ذلك أو كل قبل منذ",
            },
            Self::Han => Sounds {
                onsets: "",
                vowels: "",
                codas: "",
                function: "的 是 在 了 和 有 将 对 于 不 等 中 与 为 并 也 就 但 这 从 到 被 后 前",
            },
        }
    }
}

/// What the words of a language are made of, separated by spaces; `-` is silence.
struct Sounds {
    onsets: &'static str,
    vowels: &'static str,
    codas: &'static str,
    function: &'static str,
}

/// The words of one language.
#[derive(Debug)]
pub(crate) struct Lexicon {
    pub(crate) language: Language,
    /// The most frequent first.
    words: Vec<String>,
    /// The sum of the weights up to and with each word.
    weights: Vec<u64>,
    function: Vec<&'static str>,
    stock: Vec<String>,
}

impl Lexicon {
    const WORDS: usize = 4000;
    const STOCK_PHRASES: usize = 40;
    /// Words of a rank under this are too common to be what an article is about.
    const COMMON: usize = 200;

    fn invent(language: Language) -> Self {
        let mut random = Random::new(0x6E65_7773 + language as u64);
        let mut words = Vec::with_capacity(Self::WORDS);
        let mut known = HashSet::new();
        while words.len() < Self::WORDS {
            let word = invent_word(language, words.len(), &mut random);
            if known.insert(word.clone()) {
                words.push(word);
            }
        }
        let weights = (0..Self::WORDS as u64)
            .scan(0, |sum, rank| {
                *sum += 1_000_000_000 / (rank + 3);
                Some(*sum)
            })
            .collect();
        let mut lexicon = Self {
            language,
            words,
            weights,
            function: language.sounds().function.split_whitespace().collect(),
            stock: Vec::new(),
        };
        lexicon.stock = (0..Self::STOCK_PHRASES)
            .map(|_| lexicon.invent_phrase(&mut random))
            .collect();
        lexicon
    }

    fn invent_phrase(&self, random: &mut Random) -> String {
        let words: Vec<&str> = (0..random.within(7..=9))
            .map(|place| match place % 2 {
                0 => self.function_word(random),
                _ => self.word(random),
            })
            .collect();
        self.join(&words)
    }

    /// A word as often as Zipf's law has it.
    pub(crate) fn word(&self, random: &mut Random) -> &str {
        let total = *self.weights.last().expect("a lexicon has words");
        let drawn = random.next() % total;
        &self.words[self.weights.partition_point(|&sum| sum <= drawn)]
    }

    /// A word that an article can be about.
    pub(crate) fn rare_word(&self, random: &mut Random) -> &str {
        &self.words[random.within(Self::COMMON..=Self::WORDS - 1)]
    }

    pub(crate) fn function_word(&self, random: &mut Random) -> &'static str {
        self.function[random.below(self.function.len())]
    }

    /// One of the phrases that unrelated articles share.
    pub(crate) fn stock_phrase(&self, random: &mut Random) -> &str {
        &self.stock[random.below(self.stock.len())]
    }

    /// The name of a person or a place, of `parts` words.
    pub(crate) fn name(&self, parts: usize, random: &mut Random) -> String {
        let parts: Vec<String> = (0..parts)
            .map(|_| capitalised(self.rare_word(random)))
            .collect();
        self.join(&parts)
    }

    /// `count` words for a menu, a heading or a prompt.
    pub(crate) fn words(&self, count: usize, random: &mut Random) -> Vec<String> {
        (0..count)
            .map(|_| capitalised(self.rare_word(random)))
            .collect()
    }

    /// What stands between two words, and between two sentences.
    pub(crate) fn space(&self) -> &'static str {
        match self.language {
            Language::Han => "",
            _ => " ",
        }
    }

    pub(crate) fn join<S: AsRef<str>>(&self, words: &[S]) -> String {
        let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
        words.join(self.space())
    }

    /// The pieces an editor can exchange: words, or characters where there are no spaces.
    pub(crate) fn units<'a>(&self, text: &'a str) -> Vec<&'a str> {
        match self.language {
            Language::Han => text.split_inclusive(|_| true).collect(),
            _ => text.split_whitespace().collect(),
        }
    }

    pub(crate) fn full_stop(&self) -> &'static str {
        match self.language {
            Language::Han => "。",
            _ => ".",
        }
    }

    pub(crate) fn comma(&self) -> &'static str {
        match self.language {
            Language::Han => "\u{FF0C}",
            Language::Arabic => "،",
            _ => ",",
        }
    }
}

fn invent_word(language: Language, rank: usize, random: &mut Random) -> String {
    if language == Language::Han {
        let characters = if random.chance(0.3) { 1 } else { 2 };
        return (0..characters).map(|_| han_character(random)).collect();
    }
    let sounds = language.sounds();
    let syllables = if rank < 100 {
        random.within(1..=2)
    } else {
        random.within(2..=3)
    };
    (0..syllables)
        .flat_map(|_| [sounds.onsets, sounds.vowels, sounds.codas])
        .map(|choices| {
            let choices: Vec<&str> = choices.split(' ').collect();
            *random.pick(&choices)
        })
        .filter(|sound| *sound != "-")
        .collect()
}

/// One of some 1900 characters spread over the block.
fn han_character(random: &mut Random) -> char {
    let code = 0x4E00 + 11 * random.below(1900) as u32;
    char::from_u32(code).expect("the block has no gaps")
}

pub(crate) fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
