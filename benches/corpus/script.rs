//! A script is what a language is written in: its sounds, and the marks between its words.

use crate::random::Random;

/// How an article is written. A corpus has one invented language for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Script {
    /// Plain Latin letters.
    Latin,
    /// Latin letters, many of them accented.
    Accented,
    Cyrillic,
    Arabic,
    /// Han characters, without spaces.
    Han,
    /// Hiragana and katakana, without spaces.
    Kana,
    /// Thai letters, with spaces between sentences only.
    Thai,
}

/// The marks of a script. They go into a JSON string as they stand here.
#[derive(Debug)]
pub(crate) struct Marks {
    pub(crate) space: &'static str,
    pub(crate) comma: &'static str,
    pub(crate) stop: &'static str,
    /// What stands between two sentences of a paragraph.
    pub(crate) gap: &'static str,
    pub(crate) quotes: [&'static str; 2],
}

/// What the words of a script are made of, separated by spaces; `-` is silence.
struct Sounds {
    onsets: &'static str,
    vowels: &'static str,
    codas: &'static str,
}

impl Script {
    pub(crate) const ALL: [Script; 7] = [
        Script::Latin,
        Script::Accented,
        Script::Cyrillic,
        Script::Arabic,
        Script::Han,
        Script::Kana,
        Script::Thai,
    ];

    pub(crate) fn code(self) -> &'static str {
        ["la", "ac", "cy", "ar", "ha", "ka", "th"][self as usize]
    }

    pub(crate) fn marks(self) -> Marks {
        let (space, comma, stop, gap, quotes) = match self {
            Script::Latin => (" ", ",", ".", " ", ["\\\"", "\\\""]),
            Script::Accented => (" ", ",", ".", " ", ["“", "”"]),
            Script::Cyrillic => (" ", ",", ".", " ", ["«", "»"]),
            Script::Arabic => (" ", "،", ".", " ", ["“", "”"]),
            Script::Han => ("", "\u{FF0C}", "。", "", ["“", "”"]),
            Script::Kana => ("", "、", "。", "", ["「", "」"]),
            Script::Thai => ("", " ", "", " ", ["“", "”"]),
        };
        Marks {
            space,
            comma,
            stop,
            gap,
            quotes,
        }
    }

    fn sounds(self) -> Sounds {
        let (onsets, vowels, codas) = match self {
            Script::Latin => (
                "b c d f g h j k l m n p r s t v w - b c d f g h k l m n p r s t ch cr pl sh st th tr",
                "a a e e e i i o o u a e i o ai ea ou",
                "- - - - - - - - d l m n n r r s s t ck nd ng st",
            ),
            Script::Accented => (
                "b c ç d f g h j l m n ñ p r s t v z br ch cl dr gr pr tr qu",
                "a e i o u a e o á é í ó ú è ê â ã õ ö ü ô å ø",
                "- - - - - l m n r r s s t z x",
            ),
            Script::Cyrillic => (
                "б в г д ж з к л м н п р с т ф х ц ч ш - бр вл гр др кр пр ст тр сл",
                "а а е и о о у я ы ё ю э",
                "- - - - - в к л м н р с т й ль ть ст нь",
            ),
            Script::Arabic => (
                "ا ب ت ث ج ح خ د ذ ر ز س ش ص ض ط ع غ ف ق ك ل م ن ه و ي",
                "- - - ا و ي",
                "- - - ب د ر ع ق ل م ن ة",
            ),
            Script::Han => ("", "", ""),
            Script::Kana => (
                "あ い う え か き く け こ が ぎ ご さ し す せ そ じ た ち つ て と だ で ど な に の は ひ ふ へ ほ ば ま み \
                 む め も や ゆ よ ら り る れ ろ わ カ キ サ シ ス タ ト ナ ニ ハ フ マ ミ ラ リ ル レ ロ",
                "- - - - - - - - - - ん っ ー",
                "-",
            ),
            Script::Thai => (
                "ก ข ค ง จ ช ซ ด ต ถ ท น บ ป ผ พ ฟ ม ย ร ล ว ส ห อ กร พร ปร คล",
                "ะ า ิ ี ึ ื ุ ู ำ",
                "- - - ก ง ด น บ ม ย ร ว",
            ),
        };
        Sounds {
            onsets,
            vowels,
            codas,
        }
    }

    /// The syllables a word can be made of.
    pub(crate) fn syllables(self, random: &mut Random) -> Vec<String> {
        if self == Script::Han {
            return han(random);
        }
        let sounds = self.sounds();
        let mut syllables = Vec::new();
        for onset in sounds.onsets.split_whitespace() {
            for vowel in sounds.vowels.split_whitespace() {
                for coda in sounds.codas.split_whitespace() {
                    syllables.push([onset, vowel, coda].concat().replace('-', ""));
                }
            }
        }
        syllables.retain(|syllable| !syllable.is_empty());
        random.shuffle(&mut syllables);
        syllables
    }

    /// About as many tokens as so many words have in a script with spaces; a script without has one for each character.
    pub(crate) fn words(self, (low, high): (usize, usize)) -> (usize, usize) {
        match self {
            Script::Kana | Script::Thai => (low.div_ceil(4), high.div_ceil(4)),
            _ => (low, high),
        }
    }

    /// How many syllables a word has, which is common if its rank is small.
    pub(crate) fn length(self, rank: usize, random: &mut Random) -> usize {
        match (self, rank) {
            (Script::Han, 0..40) => 1,
            (Script::Han, _) => random.within(1, 3).min(2),
            (Script::Kana, 0..30) => random.within(1, 2),
            (Script::Kana, _) => random.within(2, 3),
            (_, 0..50) => 1,
            (_, 50..600) => random.within(1, 2),
            (Script::Thai, _) | (_, 600..3_000) => 2,
            _ => random.within(2, 3),
        }
    }
}

/// Some three thousand characters spread over the block.
fn han(random: &mut Random) -> Vec<String> {
    let mut characters: Vec<String> = (0..3000)
        .filter_map(|place| char::from_u32(0x4E00 + 6 * place + random.below(6) as u32))
        .map(String::from)
        .collect();
    random.shuffle(&mut characters);
    characters
}
