//! A plan says what each article is: a text of its own, or a copy of an earlier one, and which event it reports.
//!
//! It is a function of the seed and the article's number alone. A copy has its text from an article that *cannot* be a
//! copy, so finding out where a text comes from never takes more than one step.

use crate::forms::Form;
use crate::lexicon::Lexicon;
use crate::press::{DAY, Press};
use crate::random::{Purpose, Random};
use crate::script::Script;

/// All there is to know of a corpus before its articles are written.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    /// Whether articles stand alone, without their sites' menus and rankings.
    pub(crate) bare: bool,
    pub(crate) press: Press,
    lexicons: [Lexicon; 7],
}

/// Where the text of an article comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Original,
    Copy { original: u64, edit: Edit },
}

/// What a newsroom or a scraper did to a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edit {
    /// Reprinted word for word, on another site.
    Verbatim,
    /// Reprinted under another title.
    Headline,
    /// Cut at the end: from two fifths to nine tenths are left.
    Cut,
    /// A paragraph or two inserted.
    Insert,
    /// A house style: one word in thirty is spelt another way.
    Spelling,
    /// One figure in eight is new.
    Figures,
    /// The first tenth to third of a text, and at least five sentences; two thirds of a short one.
    Excerpt,
    /// The same page of the same site scraped again on another day or at another time.
    Recapture,
}

/// What an article that is no copy is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Genre {
    /// A report of its own event.
    Single,
    /// A report of an event that others report too: on which day it happened, and which one of the day it was.
    Event { day: u64, index: usize },
    /// One of its language's forms, filled in.
    Form(usize),
}

/// What stands in the corpus, in percent.
const COPIES: usize = 26;
const FORMS: usize = 8;
const OF_EVENTS: usize = 40;
/// One event for so many articles of a language.
const ARTICLES_AN_EVENT: usize = 12;
/// Reports of an event and reprints of a text come within so many days.
const DAYS: usize = 3;

impl Plan {
    pub(crate) fn new(seed: u64, bare: bool) -> Plan {
        let lexicons = Script::ALL.map(|script| Lexicon::invent(script, seed));
        Plan {
            seed,
            bare,
            press: Press::found(&lexicons, seed),
            lexicons,
        }
    }

    pub(crate) fn random(&self, purpose: Purpose, number: u64) -> Random {
        Random::of(self.seed, purpose, number)
    }

    pub(crate) fn lexicon(&self, script: Script) -> &Lexicon {
        &self.lexicons[script as usize]
    }

    pub(crate) fn form(&self, script: Script, form: usize) -> &Form {
        &self.lexicon(script).forms[form]
    }

    /// Whether an article may be a copy; it is one if there is something it can be a copy of.
    fn may_copy(&self, article: u64) -> bool {
        self.random(Purpose::Part, article).percent(COPIES)
    }

    pub(crate) fn part(&self, article: u64) -> Part {
        if !self.may_copy(article) {
            return Part::Original;
        }
        let mut random = self.random(Purpose::Source, article);
        let edit = Edit::draw(&mut random);
        let found = (0..8).find_map(|_| self.source(article, edit, &mut random));
        match found {
            Some(original) => Part::Copy {
                original,
                edit: self.bearable(original, edit),
            },
            None => Part::Original,
        }
    }

    /// Draws an article that another could be a copy of; on each day a few are drawn far more often than the rest.
    fn source(&self, article: u64, edit: Edit, random: &mut Random) -> Option<u64> {
        let site = self.press.site(article);
        let same_site = edit == Edit::Recapture;
        let places = match same_site {
            true => &site.places[..],
            false => self.press.places(site.script),
        };
        let day = (article / DAY).checked_sub(random.skewed(DAYS, 2) as u64)?;
        let rank = random.skewed(places.len(), 3);
        let turned = self.random(Purpose::Slots, 1 + day).below(places.len());
        let original = day * DAY + places[(rank + turned) % places.len()];
        let suits = original < article
            && !self.may_copy(original)
            && same_site == (self.press.site_number(original) == self.press.site_number(article));
        suits.then_some(original)
    }

    /// The edit that is done to an original; one that nobody could recognise it after is not done.
    fn bearable(&self, original: u64, edit: Edit) -> Edit {
        let is_form = matches!(self.genre(original), Genre::Form(_));
        match edit {
            Edit::Verbatim | Edit::Headline | Edit::Recapture => edit,
            _ if is_form => Edit::Headline,
            _ => edit,
        }
    }

    pub(crate) fn genre(&self, original: u64) -> Genre {
        let script = self.press.site(original).script;
        let mut random = self.random(Purpose::Genre, original);
        if random.percent(FORMS) {
            return Genre::Form(random.below(self.lexicon(script).forms.len()));
        }
        if !random.percent(OF_EVENTS) {
            return Genre::Single;
        }
        let events = (self.press.places(script).len() / ARTICLES_AN_EVENT).max(1);
        Genre::Event {
            day: (original / DAY).saturating_sub(random.skewed(DAYS, 2) as u64),
            index: random.skewed(events, 2),
        }
    }

    /// The article whose text an article bears: itself, unless it is a copy.
    pub(crate) fn original(&self, article: u64) -> u64 {
        match self.part(article) {
            Part::Original => article,
            Part::Copy { original, .. } => original,
        }
    }

    /// Which story an original belongs to, as the truth names it.
    pub(crate) fn story(&self, original: u64) -> String {
        match self.genre(original) {
            Genre::Event { day, index } => {
                let script = self.press.site(original).script.code();
                format!("{script}-{day}-{index}")
            }
            Genre::Single | Genre::Form(_) => id(original),
        }
    }
}

/// The id of an article.
pub(crate) fn id(article: u64) -> String {
    format!("n{article}")
}

impl Edit {
    const WEIGHTS: [(Edit, usize); 8] = [
        (Edit::Verbatim, 20),
        (Edit::Headline, 15),
        (Edit::Cut, 15),
        (Edit::Insert, 12),
        (Edit::Spelling, 10),
        (Edit::Figures, 12),
        (Edit::Excerpt, 8),
        (Edit::Recapture, 8),
    ];

    fn draw(random: &mut Random) -> Edit {
        let mut drawn = random.below(100);
        for (edit, weight) in Edit::WEIGHTS {
            match drawn.checked_sub(weight) {
                Some(rest) => drawn = rest,
                None => return edit,
            }
        }
        Edit::Verbatim
    }

    /// As the truth names it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Edit::Verbatim => "verbatim",
            Edit::Headline => "headline",
            Edit::Cut => "cut",
            Edit::Insert => "insert",
            Edit::Spelling => "spelling",
            Edit::Figures => "figures",
            Edit::Excerpt => "excerpt",
            Edit::Recapture => "recapture",
        }
    }
}
