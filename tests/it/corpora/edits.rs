//! What newsrooms and scrapers do to a text between the wire and the page.

use super::prose::{Reporter, Text};

/// One kind of edit, at the rates that keep its result a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edit {
    Verbatim,
    Dateline,
    Typography,
    Headline,
    Truncate,
    DropParagraphs,
    AddParagraphs,
    UpdateFigures,
    Reorder,
    WordEdits,
    CharacterErrors,
    RewriteLead,
    Rewrap,
}

impl Edit {
    pub(crate) const ALL: [Self; 13] = [
        Self::Verbatim,
        Self::Dateline,
        Self::Typography,
        Self::Headline,
        Self::Truncate,
        Self::DropParagraphs,
        Self::AddParagraphs,
        Self::UpdateFigures,
        Self::Reorder,
        Self::WordEdits,
        Self::CharacterErrors,
        Self::RewriteLead,
        Self::Rewrap,
    ];

    /// The edits that leave the words of the text alone; any of them may come on top of another.
    pub(crate) const LIGHT: [Self; 3] = [Self::Dateline, Self::Typography, Self::Headline];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Verbatim => "verbatim",
            Self::Dateline => "dateline",
            Self::Typography => "typography",
            Self::Headline => "headline",
            Self::Truncate => "truncate",
            Self::DropParagraphs => "drop",
            Self::AddParagraphs => "add",
            Self::UpdateFigures => "update",
            Self::Reorder => "reorder",
            Self::WordEdits => "word_edits",
            Self::CharacterErrors => "ocr",
            Self::RewriteLead => "rewrite_lead",
            Self::Rewrap => "rewrap",
        }
    }

    /// The text as `editor`, who has the original's topic, sends it on.
    pub(crate) fn apply(self, text: &Text, editor: &mut Reporter) -> Text {
        match self {
            Self::Verbatim => text.clone(),
            Self::Dateline => dateline(text, editor),
            Self::Typography => typography(text),
            Self::Headline => headline(text, editor),
            Self::Truncate => truncate(text, editor),
            Self::DropParagraphs => drop_paragraphs(text, editor),
            Self::AddParagraphs => add_paragraphs(text, editor),
            Self::UpdateFigures => update_figures(text, 0.12, editor),
            Self::Reorder => reorder(text, editor),
            Self::WordEdits => word_edits(text, 0.04, editor),
            Self::CharacterErrors => character_errors(text, 0.01, editor),
            Self::RewriteLead => rewrite_lead(text, editor),
            Self::Rewrap => rewrap(text, editor),
        }
    }
}

/// A place and an agency before the first words, a credit under the last.
pub(crate) fn dateline(text: &Text, editor: &mut Reporter) -> Text {
    let mut text = text.clone();
    let lexicon = text.lexicon;
    let place = lexicon.name(1, &mut editor.random).to_uppercase();
    let agency = lexicon.name(1, &mut editor.random);
    if let Some(first) = text.paragraphs.first_mut().and_then(|p| p.first_mut()) {
        *first = format!("{place} ({agency}) - {first}");
    }
    let credit = lexicon.words(2, &mut editor.random).join(" ");
    let author = lexicon.name(2, &mut editor.random);
    text.paragraphs.push(vec![format!("({credit}: {author})")]);
    text
}

/// Curly quotes, long dashes.
pub(crate) fn typography(text: &Text) -> Text {
    let mut opens = false;
    text.map_sentences(|sentence| {
        sentence
            .chars()
            .map(|character| match character {
                '"' => {
                    opens = !opens;
                    if opens { '“' } else { '”' }
                }
                '\'' => '’',
                '-' => '–',
                other => other,
            })
            .collect()
    })
}

/// Another headline over the same text.
pub(crate) fn headline(text: &Text, editor: &mut Reporter) -> Text {
    Text {
        headline: editor.headline(),
        ..text.clone()
    }
}

/// The first half to four fifths of the sentences.
pub(crate) fn truncate(text: &Text, editor: &mut Reporter) -> Text {
    let sentences = text.paragraphs.iter().flatten().count();
    let mut left = sentences * editor.random.within(50..=80) / 100 + 1;
    text.map_sentences(|sentence| {
        let kept = left > 0;
        left = left.saturating_sub(1);
        if kept {
            sentence.to_owned()
        } else {
            String::new()
        }
    })
}

/// A fifth to a third of the paragraphs gone, never the first.
pub(crate) fn drop_paragraphs(text: &Text, editor: &mut Reporter) -> Text {
    let mut text = text.clone();
    let paragraphs = text.paragraphs.len();
    let dropped = (paragraphs * editor.random.within(20..=34)).div_ceil(100);
    for _ in 0..dropped.min(paragraphs - 1) {
        let place = 1 + editor.random.below(text.paragraphs.len() - 1);
        text.paragraphs.remove(place);
    }
    text
}

/// A fifth to a third more, in paragraphs of the editor's own at the end.
pub(crate) fn add_paragraphs(text: &Text, editor: &mut Reporter) -> Text {
    let mut text = text.clone();
    let added = (text.paragraphs.len() * editor.random.within(20..=34)).div_ceil(100);
    for _ in 0..added {
        text.paragraphs.push(editor.paragraph());
    }
    text
}

/// Each number replaced at rate `rate`.
pub(crate) fn update_figures(text: &Text, rate: f64, editor: &mut Reporter) -> Text {
    text.map_sentences(|sentence| {
        let mut updated = String::new();
        let mut rest = sentence;
        while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
            let length = rest[start..]
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(rest.len() - start);
            updated += &rest[..start];
            if editor.random.chance(rate) {
                updated += &editor.random.within(1..=999).to_string();
            } else {
                updated += &rest[start..start + length];
            }
            rest = &rest[start + length..];
        }
        updated + rest
    })
}

/// The sentences of every paragraph, and the paragraphs after the lead, in another order.
pub(crate) fn reorder(text: &Text, editor: &mut Reporter) -> Text {
    let mut text = text.clone();
    for paragraph in &mut text.paragraphs {
        editor.random.shuffle(paragraph);
    }
    if let Some((_lead, rest)) = text.paragraphs.split_first_mut() {
        editor.random.shuffle(rest);
    }
    text
}

/// Each word (character, in Han) replaced, left out or doubled by another at rate `rate`.
pub(crate) fn word_edits(text: &Text, rate: f64, editor: &mut Reporter) -> Text {
    let lexicon = text.lexicon;
    text.map_sentences(|sentence| {
        let mut words = Vec::new();
        for word in lexicon.units(sentence) {
            if !editor.random.chance(rate) {
                words.push(word);
                continue;
            }
            match editor.random.below(4) {
                0 => {}
                1 => words.extend([lexicon.rare_word(&mut editor.random), word]),
                _ => words.push(lexicon.rare_word(&mut editor.random)),
            }
        }
        lexicon.join(&words)
    })
}

/// Each character misread or lost at rate `rate`, as a scanner does it.
pub(crate) fn character_errors(text: &Text, rate: f64, editor: &mut Reporter) -> Text {
    let lexicon = text.lexicon;
    text.map_sentences(|sentence| {
        let mut read = String::new();
        for character in sentence.chars() {
            if !editor.random.chance(rate) {
                read.push(character);
            } else if character.is_alphabetic() && !editor.random.chance(0.3) {
                read += &misread(character, lexicon.rare_word(&mut editor.random));
            }
        }
        read
    })
}

/// What a scanner takes a letter for; a letter without a known double becomes the first of `other`.
fn misread(letter: char, other: &str) -> String {
    match letter {
        'l' | 'i' => "1".to_owned(),
        'o' => "0".to_owned(),
        'e' => "c".to_owned(),
        'm' => "rn".to_owned(),
        'n' => "u".to_owned(),
        _ => other.chars().take(1).collect(),
    }
}

/// A first paragraph in the editor's own words.
pub(crate) fn rewrite_lead(text: &Text, editor: &mut Reporter) -> Text {
    let mut text = text.clone();
    if let Some(lead) = text.paragraphs.first_mut() {
        *lead = editor.paragraph();
    }
    text
}

/// The same words in lines of another width.
pub(crate) fn rewrap(text: &Text, editor: &mut Reporter) -> Text {
    let width = editor.random.within(12..=25);
    let body = text.lexicon.join(&text.lines());
    let mut text = text.clone();
    text.paragraphs = text
        .lexicon
        .units(&body)
        .chunks(width)
        .map(|line| vec![text.lexicon.join(line)])
        .collect();
    text
}

/// Consecutive words out of a text, `fraction` of it but at least 44: verbatim, or with one word exchanged, or in two
/// pieces, so that nine tenths and more of its shingles are in the full text.
pub(crate) fn excerpt(text: &Text, fraction: f64, editor: &mut Reporter) -> Text {
    let lexicon = text.lexicon;
    let lines = text.lines();
    let words: Vec<(usize, &str)> = (0..lines.len())
        .flat_map(|line| {
            let units = lexicon.units(&lines[line]);
            units.into_iter().map(move |unit| (line, unit))
        })
        .collect();
    let length = ((words.len() as f64 * fraction) as usize).max(44);
    let mut chosen = match editor.random.below(3) {
        0 if length >= 100 && words.len() >= 2 * length => {
            let half = length / 2;
            let first = editor.random.below(words.len() / 2 - half);
            let second = words.len() / 2 + editor.random.below(words.len() / 2 - half);
            [&words[first..][..half], &words[second..][..half]].concat()
        }
        _ => words[editor.random.below(words.len() - length + 1)..][..length].to_vec(),
    };
    if length >= 70 && editor.random.chance(0.3) {
        chosen[length / 2].1 = lexicon.rare_word(&mut editor.random);
    }
    Text {
        headline: editor.headline(),
        paragraphs: chosen
            .chunk_by(|a, b| a.0 == b.0)
            .map(|line| {
                let words: Vec<&str> = line.iter().map(|&(_, word)| word).collect();
                vec![lexicon.join(&words)]
            })
            .collect(),
        lexicon,
    }
}
