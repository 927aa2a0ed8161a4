//! Texts in lines of a width, for terminals.

/// A text on one line, cut where it is long.
pub(super) fn short(text: &str, longest: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// A sentence in lines of a width, behind an indent.
pub(super) fn wrapped(sentence: &str, width: usize, indent: usize) -> String {
    let lines = folded(&[(sentence.to_owned(), None)], width.saturating_sub(indent));
    let line = |line: Vec<Word>| {
        let words: Vec<String> = line.into_iter().map(|word| word.0).collect();
        format!("{}{}", " ".repeat(indent), words.join(" "))
    };
    lines.into_iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A stretch of a text, and how it is painted.
pub(super) type Word = (String, Option<&'static str>);

/// Cuts painted stretches into lines of a width, at spaces and line ends; what has no spaces, anywhere.
pub(super) fn folded(stretches: &[Word], width: usize) -> Vec<Vec<Word>> {
    let mut lines: Vec<Vec<Word>> = vec![Vec::new()];
    let mut used = 0;
    for (text, code) in stretches {
        for (at, line) in text.split('\n').enumerate() {
            if at > 0 && used > 0 {
                lines.push(Vec::new());
                used = 0;
            }
            for word in line.split_whitespace() {
                let mut letters: Vec<char> = word.chars().collect();
                while !letters.is_empty() {
                    let rest = letters.split_off(letters.len().min(width.max(1)));
                    if used > 0 && used + 1 + letters.len() > width {
                        lines.push(Vec::new());
                        used = 0;
                    }
                    used += letters.len() + usize::from(used > 0);
                    if let Some(last) = lines.last_mut() {
                        last.push((letters.iter().collect(), *code));
                    }
                    letters = rest;
                }
            }
        }
    }
    lines
}

pub(super) fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

/// How many columns a text takes: letters of East Asia take two.
pub(super) fn columns(text: &str) -> usize {
    let is_wide = |c: char| matches!(u32::from(c), 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6);
    text.chars().map(|c| 1 + usize::from(is_wide(c))).sum()
}
