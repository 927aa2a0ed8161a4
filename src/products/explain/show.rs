//! An explanation as text, for terminals.

use std::fmt::Write;

use super::because::share;
use super::fold::{Word, columns, folded, padded, short, wrapped};
use super::{Decision, Explanation, StoryEvidence, Subject};
use crate::names::harmless;
use crate::results::diff::{Difference, Words};
use crate::stages::stories::TermShare;

/// Whether, and how wide, a text is painted.
#[derive(Clone, Copy, Debug)]
pub struct Paint {
    /// Whether colours may be used.
    pub is_coloured: bool,
    /// How many columns there are.
    pub width: usize,
}

/// Colours, each as a character that no text has a use for until all that is not ours is made harmless.
const RESET: &str = "\u{fdd0}";
const BOLD: &str = "\u{fdd1}";
const DIM: &str = "\u{fdd2}";
const RED: &str = "\u{fdd3}";
const GREEN: &str = "\u{fdd4}";
/// What a terminal is told of each.
const CODES: [(&str, &str); 5] = [
    (RESET, "\x1b[0m"),
    (BOLD, "\x1b[1m"),
    (DIM, "\x1b[2m"),
    (RED, "\x1b[31m"),
    (GREEN, "\x1b[32m"),
];

/// Lines of furniture that are shown of each article.
const LINES: usize = 12;
/// The label before a fact takes so many columns.
const LABEL: usize = 14;

impl Paint {
    fn dye(self, code: &str, text: &str) -> String {
        match self.is_coloured {
            true => format!("{code}{text}{RESET}"),
            false => text.to_owned(),
        }
    }
}

impl Decision {
    /// The decision in a few words.
    pub fn headline(self) -> &'static str {
        match self {
            Decision::Exact => "copies: one text",
            Decision::Near => "copies: versions of one text",
            Decision::Excerpt => "copies: one is an excerpt",
            Decision::Related => "not copies, but of one story",
            Decision::Apart => "not together",
        }
    }
}

impl Explanation<'_> {
    /// The explanation as a terminal shows it, with the difference of both texts at the end. Control characters of articles
    /// are shown and do nothing.
    pub fn show(&self, paint: Paint) -> String {
        let mut text = String::new();
        for subject in [self.a, self.b] {
            text.push_str(&head(subject, paint));
        }
        let headline = paint.dye(BOLD, self.decision.headline());
        add(&mut text, format_args!("\n{headline}\n"));
        let width = paint.width.clamp(40, 100);
        for sentence in &self.because {
            add(&mut text, format_args!("{}\n", wrapped(sentence, width, 2)));
        }
        if !self.changes.is_empty() {
            add(
                &mut text,
                format_args!("\n{}\n", paint.dye(BOLD, "what would change it")),
            );
        }
        for sentence in &self.changes {
            add(&mut text, format_args!("{}\n", wrapped(sentence, width, 2)));
        }
        let mut facts = copy_facts(self);
        if let Some(story) = &self.story {
            facts.extend(story_facts(self, story));
        }
        text.push('\n');
        for (label, fact) in facts {
            let fact = wrapped(&fact, width, LABEL);
            let label = paint.dye(DIM, &format!("{label:LABEL$}"));
            add(&mut text, format_args!("{label}{}\n", fact.trim_start()));
        }
        for subject in [self.a, self.b] {
            text.push_str(&furniture(subject, paint));
        }
        text.push('\n');
        text.push_str(&side_by_side(self.a, self.b, paint));
        let shown = harmless(&text).into_owned();
        let told = |text: String, (colour, code): (&str, &str)| text.replace(colour, code);
        match paint.is_coloured {
            true => CODES.into_iter().fold(shown, told),
            false => shown,
        }
    }
}

/// Writing to a string cannot fail.
fn add(text: &mut String, what: std::fmt::Arguments<'_>) {
    let _ = text.write_fmt(what);
}

fn head(subject: &Subject, paint: Paint) -> String {
    let title = match subject.title.as_str() {
        "" => "(no title)",
        title => title,
    };
    let mut head = format!(
        "{}  {title}\n  {}\n",
        paint.dye(BOLD, &subject.id),
        paint.dye(DIM, &subject.origin())
    );
    if let Some(kind) = subject.kind_told() {
        add(&mut head, format_args!("  {}\n", paint.dye(DIM, &kind)));
    }
    head
}

impl Subject {
    /// Its source, its time and its place.
    pub fn origin(&self) -> String {
        let mut parts: Vec<String> = self.source.iter().cloned().collect();
        let time = self
            .published
            .and_then(|time| jiff::Timestamp::from_second(time.0).ok());
        parts.extend(time.map(|time| time.to_string()));
        parts.push(format!("{}:{}", self.input, self.record));
        parts.join(", ")
    }
}

pub(super) type Fact = (&'static str, String);

pub(super) fn copy_facts(it: &Explanation<'_>) -> Vec<Fact> {
    let (a, b, copies) = (it.a, it.b, &it.copies);
    let mut facts = vec![
        (
            "tokens",
            format!(
                "{} and {}, in {} and {} shingles",
                a.tokens, b.tokens, a.shingles, b.shingles
            ),
        ),
        (
            "shared",
            format!(
                "{} of {} shingles: Jaccard {}; {} of the smaller text (containment)",
                copies.shared,
                copies.all,
                share(copies.jaccard),
                share(copies.containment)
            ),
        ),
    ];
    if let Some((jaccard, containment)) = copies.without_templates {
        facts.push((
            "templates",
            format!(
                "without them: Jaccard {}, containment {}",
                share(jaccard),
                share(containment)
            ),
        ));
    }
    if let Some(estimate) = copies.estimate {
        let refused = match copies.is_refused_early {
            true => "; too low to be compared exactly in a run",
            false => "",
        };
        facts.push((
            "estimate",
            format!("{} by their signatures{refused}", share(estimate)),
        ));
    }
    facts.push(("met", met(it)));
    facts
}

/// How two met, or did not.
fn met(it: &Explanation<'_>) -> String {
    let met = &it.copies.met;
    let bands = match met.bands.as_slice() {
        [] => format!("in none of {} bands of {} hashes", met.of_bands, met.rows),
        bands => {
            let shown: Vec<String> = bands.iter().take(8).map(usize::to_string).collect();
            let more = if bands.len() > 8 { ", …" } else { "" };
            format!(
                "in {} of {} bands of {} hashes ({}{more})",
                bands.len(),
                met.of_bands,
                met.rows,
                shown.join(", ")
            )
        }
    };
    let address = match met.is_same_address {
        true => "; at one address",
        false => "",
    };
    format!(
        "{bands}; {} anchors shared of {} needed{address}",
        met.anchors, met.anchors_needed
    )
}

/// The language of both texts, or that of each.
fn languages(story: &StoryEvidence) -> String {
    let language = |code: &Option<String>| code.clone().unwrap_or_else(|| "unknown".to_owned());
    let (a, b) = &story.languages;
    match a == b {
        true => format!("{}, of {} texts", language(a), story.texts_of_language),
        false => format!("{} and {}", language(a), language(b)),
    }
}

pub(super) fn story_facts(it: &Explanation<'_>, story: &StoryEvidence) -> Vec<Fact> {
    let mut facts = vec![("language", languages(story))];
    let stands = [it.a, it.b]
        .into_iter()
        .filter(|subject| subject.id != subject.copy_id);
    let stands: Vec<String> = stands
        .map(|subject| format!("{} for {}", subject.copy_id, subject.id))
        .collect();
    if !stands.is_empty() {
        facts.push((
            "stand in",
            format!(
                "{}: stories are told by those that stand for their copies",
                stands.join(", ")
            ),
        ));
    }
    let apart = match story.hours_apart {
        Some(hours) if hours < 48.0 => format!("{hours:.1} hours apart"),
        Some(hours) => format!("{:.1} days apart", hours / 24.0),
        None => "at unknown times".to_owned(),
    };
    facts.push((
        "story",
        format!(
            "cosine {}, {apart}: fading {:.2}, score {}; threshold {}",
            share(story.cosine),
            story.fading,
            share(story.score),
            share(story.threshold)
        ),
    ));
    if let Some(average) = story.average {
        facts.push((
            "average",
            format!(
                "{} over {} × {} texts of both stories",
                share(average),
                story.texts.0,
                story.texts.1
            ),
        ));
    }
    for (label, terms) in [
        ("shared terms", &story.shared_terms),
        ("only first", &story.own_terms.0),
        ("only second", &story.own_terms.1),
    ] {
        if !terms.is_empty() {
            facts.push((label, named(terms)));
        }
    }
    facts
}

fn named(terms: &[TermShare]) -> String {
    let term = |term: &TermShare| format!("{} {:.3}", term.word, term.share);
    let terms: Vec<String> = terms.iter().map(term).collect();
    terms.join(", ")
}

/// The lines that were dropped of an article.
fn furniture(subject: &Subject, paint: Paint) -> String {
    let lines = &subject.furniture;
    let mut text = match lines.len() {
        0 => return String::new(),
        1 => format!("\n1 line of {} is furniture\n", subject.id),
        many => format!("\n{many} lines of {} are furniture\n", subject.id),
    };
    for line in lines.iter().take(LINES) {
        let why = match line.pages {
            0 => line.reason.to_owned(),
            pages => format!("{}, on {pages} pages", line.reason),
        };
        let budget = paint.width.saturating_sub(why.chars().count() + 6).max(20);
        let line = short(&line.line, budget);
        add(
            &mut text,
            format_args!("  {line}  {}\n", paint.dye(DIM, &why)),
        );
    }
    if lines.len() > LINES {
        add(
            &mut text,
            format_args!("  and {} more\n", lines.len() - LINES),
        );
    }
    text
}

/// Both texts side by side; what one alone has is red and green, or in marks where there are no colours.
fn side_by_side(a: &Subject, b: &Subject, paint: Paint) -> String {
    let found = Difference::of(&a.text, &b.text);
    let half = paint.width.saturating_sub(3) / 2;
    let mut text = format!(
        "{} words of {} and {} stand in both, in one order\n",
        found.shared, found.words.0, found.words.1
    );
    add(
        &mut text,
        format_args!(
            "{} │ {}\n",
            padded(&short(&a.id, half - 1), half),
            short(&b.id, half - 1)
        ),
    );
    for row in &found.rows {
        let (left, right) = (
            cell(&row.left, paint, RED, half),
            cell(&row.right, paint, GREEN, half),
        );
        for at in 0..left.len().max(right.len()) {
            let (l, width) = left.get(at).cloned().unwrap_or_default();
            let (r, _) = right.get(at).cloned().unwrap_or_default();
            let pad = " ".repeat(half.saturating_sub(width));
            add(&mut text, format_args!("{l}{pad} │ {r}\n"));
        }
    }
    let left_out = found.left_out.0 + found.left_out.1;
    if left_out > 0 {
        add(
            &mut text,
            format_args!("and {left_out} words that are too far behind to be compared\n"),
        );
    }
    // No line ends in spaces.
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}

/// One side of a row in lines, each with how wide it shows.
fn cell(
    pieces: &[Words<'_>],
    paint: Paint,
    code: &'static str,
    width: usize,
) -> Vec<(String, usize)> {
    let marked = |piece: &Words<'_>| match (piece.is_shared, paint.is_coloured) {
        (true, _) => (piece.text.to_owned(), None),
        (false, true) => (piece.text.to_owned(), Some(code)),
        (false, false) => (format!("[{}]", piece.text.trim()), None),
    };
    let stretches: Vec<Word> = pieces.iter().map(marked).collect();
    // Wide letters take two columns, and are folded as if they all did.
    let is_wide = pieces
        .iter()
        .any(|piece| columns(piece.text) > piece.text.chars().count());
    let width = if is_wide { width / 2 } else { width };
    let lines = folded(&stretches, width)
        .into_iter()
        .filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let plain: Vec<&str> = line.iter().map(|word| word.0.as_str()).collect();
            let shown = columns(&plain.join(" "));
            let painted = line.iter().map(|(word, code)| match code {
                Some(code) => paint.dye(code, word),
                None => word.clone(),
            });
            (painted.collect::<Vec<_>>().join(" "), shown)
        })
        .collect()
}
