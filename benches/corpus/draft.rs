//! A draft is an article as a list of sentences that are still to be written, each fixed by a number.
//!
//! Editing a draft is cheap, and what two versions share comes out alike when they are written.

use crate::plan::{Edit, Genre, Part, Plan};
use crate::random::{Purpose, Random};
use crate::script::Script;

/// An article before it is written.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) script: Script,
    /// Whose people and places it tells of.
    pub(crate) cast: u64,
    /// Which part of what its event has to tell it tells.
    pub(crate) view: u64,
    /// What the title is drawn from.
    pub(crate) headline: u64,
    pub(crate) form: Option<usize>,
    pub(crate) sentences: Vec<Sentence>,
    /// The figures that are not those of the original are drawn from this.
    pub(crate) new_figures: Option<u64>,
    /// Whether words that have another spelling are spelt so.
    pub(crate) varied: bool,
}

/// A sentence before it is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sentence {
    pub(crate) number: u64,
    /// Which sentence of the form it is, in an article that has one.
    pub(crate) line: usize,
    pub(crate) ends_paragraph: bool,
}

/// How many sentences articles have: each sixteenth of them, from the shortest to the longest, between two of these.
const LENGTHS: [usize; 17] = [3, 4, 5, 6, 8, 9, 10, 12, 13, 15, 17, 19, 22, 26, 32, 42, 66];
/// An article shorter than this, in sentences, is not cut into excerpts.
const SHORT: usize = 10;
/// The sentences of an excerpt, at the least. A sentence has 8 words or more, and 16 mostly.
const EXCERPT: usize = 5;

impl Plan {
    pub(crate) fn draft(&self, article: u64) -> Draft {
        match self.part(article) {
            Part::Original => self.original_draft(article),
            Part::Copy { original, edit } => {
                let mut draft = self.original_draft(original);
                let random = &mut self.random(Purpose::Edit, article);
                draft.edit(edit, article, random);
                draft
            }
        }
    }

    fn original_draft(&self, original: u64) -> Draft {
        let script = self.press.site(original).script;
        let genre = self.genre(original);
        let mut random = self.random(Purpose::Draft, original);
        let form = match genre {
            Genre::Form(form) => Some(form),
            Genre::Single | Genre::Event { .. } => None,
        };
        let count = match form {
            Some(form) => self.form(script, form).sentences.len(),
            None => length(&mut random),
        };
        let mut sentences: Vec<Sentence> = (0..count)
            .map(|line| Sentence {
                number: random.next(),
                line,
                ends_paragraph: random.percent(45),
            })
            .collect();
        let cast = self.cast(original);
        if let Genre::Event { .. } = genre
            && random.percent(30)
        {
            // Several reporters have the same statement.
            sentences[random.below(count)].number =
                self.random(Purpose::Quote, cast).next() ^ random.below(2) as u64;
        }
        Draft {
            script,
            cast,
            view: original % 97,
            headline: original,
            form,
            sentences,
            new_figures: None,
            varied: false,
        }
    }

    /// Whose people and places an original tells of: those of its event, or its own.
    pub(crate) fn cast(&self, original: u64) -> u64 {
        let script = self.press.site(original).script;
        let place = match self.genre(original) {
            Genre::Event { day, index } => (day << 16 | index as u64) << 4 | script as u64,
            Genre::Single | Genre::Form(_) => !original,
        };
        self.random(Purpose::Cast, place).next()
    }

    /// What the title of an article is drawn from, and whose people and places are in it.
    pub(crate) fn headline(&self, article: u64) -> (u64, u64) {
        match self.part(article) {
            Part::Original => (article, self.cast(article)),
            Part::Copy { original, edit } => {
                let random = &mut self.random(Purpose::Edit, article);
                let headline = headline(edit, (original, article), random);
                (headline, self.cast(original))
            }
        }
    }
}

/// Nearly every second reprint has a title of its own.
fn headline(edit: Edit, (original, article): (u64, u64), random: &mut Random) -> u64 {
    let new = match edit {
        Edit::Headline => true,
        Edit::Verbatim | Edit::Recapture => false,
        _ => random.percent(40),
    };
    if new { article } else { original }
}

/// The number of sentences of an article. Half have 13 or fewer; one in fifty is several times as long as others.
fn length(random: &mut Random) -> usize {
    let step = random.below(LENGTHS.len() - 1);
    let count = random.within(LENGTHS[step], LENGTHS[step + 1]);
    match random.below(50) {
        0 => count * random.within(2, 6),
        _ => count,
    }
}

impl Draft {
    fn edit(&mut self, edit: Edit, article: u64, random: &mut Random) {
        self.headline = headline(edit, (self.headline, article), random);
        let count = self.sentences.len();
        match edit {
            Edit::Verbatim | Edit::Headline | Edit::Recapture => {}
            Edit::Cut => {
                let left = (count * random.within(40, 90)).div_ceil(100);
                self.sentences.truncate(left.max(3));
            }
            Edit::Insert => self.insert(random),
            Edit::Spelling => self.varied = true,
            Edit::Figures => self.new_figures = Some(random.next()),
            Edit::Excerpt if count >= SHORT => {
                let left = count * random.within(10, 33) / 100;
                self.sentences.truncate(left.max(EXCERPT));
            }
            Edit::Excerpt => self.sentences.truncate((count * 2).div_ceil(3).max(3)),
        }
    }

    /// A paragraph of two to four sentences, and in longer articles a second one, neither of them at the top.
    fn insert(&mut self, random: &mut Random) {
        let paragraphs = if self.sentences.len() > 20 { 2 } else { 1 };
        for _ in 0..paragraphs {
            let place = random.within(1, self.sentences.len());
            self.sentences[place - 1].ends_paragraph = true;
            let most = (self.sentences.len() / 3).clamp(1, 4);
            let new = (1..=random.within(1, most)).rev().map(|left| Sentence {
                number: random.next(),
                line: 0,
                ends_paragraph: left == 1,
            });
            let new: Vec<Sentence> = new.collect();
            self.sentences.splice(place..place, new);
        }
    }
}
