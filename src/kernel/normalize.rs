//! One form for one text: NFKC, case folded, without the marks that print nothing.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use unicode_normalization::UnicodeNormalization;

/// A text in which words that were parted at the end of a line are whole again: a letter, a hyphen and a line break before a
/// letter in lower case. Scanned newspapers part one word in every other line.
pub(crate) fn whole_words(text: &str) -> Cow<'_, str> {
    static PARTED: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("-\n"));
    let mut whole = String::new();
    let mut from = 0;
    for at in PARTED.find_iter(text.as_bytes()) {
        let next = text[at + 2..].trim_start_matches(' ');
        let is_parted = text[..at].ends_with(char::is_alphabetic);
        if at >= from && is_parted && next.starts_with(char::is_lowercase) {
            whole.push_str(&text[from..at]);
            from = text.len() - next.len();
        }
    }
    if from == 0 {
        return Cow::Borrowed(text);
    }
    whole.push_str(&text[from..]);
    Cow::Owned(whole)
}

/// Appends the normal form of `text` to `out`.
///
/// NFKC, then lower case (with `ß` as `ss` and one sigma); soft hyphens and zero-width marks vanish. Quotes and dashes
/// of every kind separate words, so they need no common form. ASCII passes by at the pace of a copy.
pub fn normalize(text: &str, out: &mut String) {
    out.reserve(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let plain = ascii_prefix(rest.as_bytes());
        // A combining mark changes the letter before it, so that letter goes with the marks.
        let cut = if plain < rest.len() {
            plain.saturating_sub(1)
        } else {
            plain
        };
        let from = out.len();
        out.push_str(&rest[..cut]);
        out[from..].make_ascii_lowercase();
        let run = cut + foreign_run(&rest.as_bytes()[cut..], plain - cut);
        fold(&rest[cut..run], out);
        rest = &rest[run..];
    }
}

/// How many leading bytes are ASCII.
fn ascii_prefix(bytes: &[u8]) -> usize {
    let mut at = 0;
    for chunk in bytes.chunks(32) {
        if !chunk.is_ascii() {
            return at + chunk.iter().take_while(|b| b.is_ascii()).count();
        }
        at += chunk.len();
    }
    at
}

/// How far a run of non-ASCII bytes reaches, given that it starts after `lead` ASCII bytes.
fn foreign_run(bytes: &[u8], lead: usize) -> usize {
    lead + bytes[lead..].iter().take_while(|b| !b.is_ascii()).count()
}

fn fold(run: &str, out: &mut String) {
    if run.chars().all(is_stable) {
        run.chars().for_each(|c| push_folded(c, out));
    } else {
        run.nfkc().for_each(|c| push_folded(c, out));
    }
}

/// Letters that NFKC leaves alone and that compose with nothing in a run of such letters.
fn is_stable(c: char) -> bool {
    matches!(c,
        ' '..='~'
        | 'À'..='ı' | 'ĸ'..='ľ' | 'Ł'..='ň' | 'Ŋ'..='ž'
        | 'Ѐ'..='ў' | 'ء'..='ي'
        | '\u{2013}'..='\u{2014}' | '\u{2018}'..='\u{201e}'
        | '、'..='。' | '「'..='』' | 'ぁ'..='ゖ' | 'ァ'..='ー'
        | '\u{4e00}'..='\u{9fff}' | '가'..='힣')
}

fn push_folded(c: char, out: &mut String) {
    match c {
        'a'..='z' | '0'..='9' | ' ' => out.push(c),
        '\u{4e00}'..='\u{9fff}' | 'ぁ'..='ゖ' | 'ァ'..='ー' => out.push(c),
        'ß' | 'ẞ' => out.push_str("ss"),
        'ς' => out.push('σ'),
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' => {}
        _ => out.extend(c.to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_lines_part_are_whole_again() {
        assert_eq!(
            whole_words("the coun-\ncil met at Well-\nBrook"),
            "the council met at Well-\nBrook"
        );
        assert_eq!(
            whole_words("he went -\nand stayed"),
            "he went -\nand stayed"
        );
        assert_eq!(whole_words("го-\n род"), "город");
    }
    use proptest::prelude::*;

    fn normal(text: &str) -> String {
        let mut out = String::new();
        normalize(text, &mut out);
        out
    }

    #[test]
    fn widths_ligatures_and_case_have_one_form() {
        assert_eq!(normal("ＡＢＣ ﬁrst Ｓtraße ΣΑΣ"), "abc first strasse σασ");
        assert_eq!(normal("e\u{301}cole É"), "école é");
        assert_eq!(normal("so\u{ad}ft\u{200b}ly"), "softly");
        assert_eq!(normal("ｶﾞ"), "ガ");
    }

    proptest! {
        #[test]
        fn normal_form_is_the_slow_one(text in "\\PC{0,60}") {
            let mut slow = String::new();
            text.nfkc().for_each(|c| push_folded(c, &mut slow));
            prop_assert_eq!(normal(&text), slow);
        }

        #[test]
        fn letters_of_many_scripts_keep_the_slow_form(text in "[a-zA-ZÀ-žЀ-ӹء-يا-ي\u{300}-\u{304}\u{64b}-\u{655}가-힣ᄀ-ᇂ一-十ァ-ー゙゚ ]{0,40}") {
            let mut slow = String::new();
            text.nfkc().for_each(|c| push_folded(c, &mut slow));
            prop_assert_eq!(normal(&text), slow);
        }
    }
}
