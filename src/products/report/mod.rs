//! A report: one page that shows what a run found, and opens without any network.
//!
//! The page carries its data with it: an index of all stories and copy groups, and their texts in blocks that the browser
//! unpacks when one is opened. As many texts are taken as there is room for, those of the largest stories first. The page
//! forbids itself all network, and no text of an article ever stands in it as HTML.

mod calendar;
mod charts;
mod escape;
mod figures;
mod index;
mod order;
mod pack;
mod page;
mod read;
mod rows;
mod sources;
mod text;

use std::io::Write as _;
use std::path::Path;

use crate::corpus::Corpus;
use crate::error::{Error, ErrorKind, Result};
use crate::output::OutputFile;
use crate::stages::clean::Furniture;
use figures::Figures;
use index::Index;
use order::Order;
use pack::{Block, Has};
use page::Page;
use read::{Beginnings, Reader};
use rows::Rows;

/// A page takes no less than this, in bytes, whatever it shows.
#[doc(hidden)]
pub const LEAST_BYTES: usize = 512 << 10;

/// What a report is to be.
#[derive(Clone, Debug)]
pub struct Options {
    /// The most it may take, in bytes.
    pub most_bytes: usize,
    /// What it is called; by the names of the inputs where nothing is said.
    pub title: Option<String>,
}

/// What a report shows of what there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[doc(hidden)]
pub struct Shown {
    /// Stories of several articles, copy groups among them.
    pub stories: usize,
    /// Those that are listed: all, unless there is not even room for their titles.
    pub listed: usize,
    /// Those whose texts are there.
    pub with_texts: usize,
    /// Those of which each article's first 300 characters are.
    pub with_beginnings: usize,
    /// Forms and notices, and those of them that are listed.
    pub forms: usize,
    /// See [`Shown::forms`].
    pub listed_forms: usize,
    /// Items of forms and notices that are shown and stand in no story, and those of them whose texts are there.
    pub items: usize,
    /// See [`Shown::items`].
    pub items_with_texts: usize,
    /// The size of the page in bytes.
    pub bytes: usize,
}

/// Writes a report on a clusters table and the corpus it was made from, of at most so many bytes.
///
/// `furniture` is what is greyed out, and left out where texts are compared; [`Furniture::learn`] learns it. The corpus is
/// swept once, and in parts once more for each 32 to 128 MB of texts.
///
/// # Errors
///
/// When the table or the corpus cannot be read, they are not of each other, fewer than [`LEAST_BYTES`] are allowed, or the
/// page cannot be written.
pub fn write<C: Corpus + ?Sized>(
    clusters: &Path,
    corpus: &C,
    furniture: &Furniture,
    options: &Options,
    to: &mut OutputFile,
) -> Result<Shown> {
    let most_bytes = options.most_bytes;
    if most_bytes < LEAST_BYTES {
        return Err(ErrorKind::Setting {
            name: "max_size",
            value: most_bytes.to_string(),
            expected: format!("at least {LEAST_BYTES} bytes"),
        }
        .into());
    }
    let rows = Rows::read(clusters, corpus.inputs())?;
    let order = Order::of(&rows);
    let figures = Figures::new(&rows, &order);
    let mut shown = Shown {
        stories: order.stories(),
        forms: order.forms.len(),
        ..Shown::default()
    };
    let page = Page::new(&rows, &figures, &order, options.title.as_deref());
    let budget = most_bytes.saturating_sub(page.bytes());
    let order = fit_index(&rows, order, budget)?;
    let reader = Reader::new(corpus, furniture, &rows, &order);
    let mut beginnings = reader.beginnings()?;
    let mut blocks = pack::cut(&order, &beginnings);
    // The index is made again when it is known what the blocks have, and grows by no more than a few letters for each.
    let bytes = |beginnings: &Beginnings| -> Result<usize> {
        let index = Index::new(&rows, &order, beginnings, &blocks);
        Ok(pack::pack(&index)?.len() + 16 * blocks.len())
    };
    let mut index = bytes(&beginnings)?;
    // Addresses take much room, and what is shown matters more.
    if index > budget / 2 {
        beginnings.leave_out_addresses();
        index = bytes(&beginnings)?;
    }
    let budget = budget.saturating_sub(index);
    pack::fill(&mut blocks, &reader, &beginnings, budget)?;
    shown.count(&order, &blocks);
    let index = pack::pack(&Index::new(&rows, &order, &beginnings, &blocks))?;
    let html = page.html(&shown, &index, &blocks);
    shown.bytes = html.len();
    to.write_all(html.as_bytes())
        .map_err(|error| Error::io(to.name(), error))?;
    Ok(shown)
}

/// So many forms are listed before a story is left out.
const FORMS_FIRST: usize = 50;

/// Leaves the smallest forms and then the smallest stories out where their titles alone take too much room.
fn fit_index(rows: &Rows, mut order: Order, budget: usize) -> Result<Order> {
    let none = Beginnings::default();
    loop {
        let index = Index::new(rows, &order, &none, &[]);
        let bytes = pack::pack(&index)?.len() + order.forms.len() * index::EXAMPLE_ROOM;
        let (stories, forms) = (order.stories(), order.forms.len());
        if bytes <= budget || stories + forms == 0 {
            return Ok(order);
        }
        // A little less than the share that fits: stories are the smaller the later they come.
        let share = budget as f64 / bytes as f64 * 0.9;
        let fewer = |number: usize| (number as f64 * share) as usize;
        order = match () {
            () if forms > FORMS_FIRST => {
                Order::limited(rows, stories, fewer(forms).max(FORMS_FIRST))
            }
            () if stories > 0 => Order::limited(rows, fewer(stories), forms),
            () => Order::limited(rows, 0, fewer(forms)),
        };
    }
}

impl Shown {
    /// Counts what stories have: as much as all their groups have.
    fn count(&mut self, order: &Order, blocks: &[Block]) {
        self.listed = order.stories();
        self.listed_forms = order.forms.len();
        let groups = |has: &[Has]| {
            let blocks = blocks.iter().take_while(|block| has.contains(&block.has));
            blocks.last().map_or(0, |block| block.groups.end)
        };
        let stories = |groups: usize| {
            let ends = (0..order.stories()).map(|story| order.story(story).end);
            ends.take_while(|&end| end <= groups).count()
        };
        self.with_texts = stories(groups(&[Has::Texts]));
        self.with_beginnings = stories(groups(&[Has::Texts, Has::Beginnings])) - self.with_texts;
        let of_forms = blocks
            .iter()
            .filter(|block| block.groups.start >= order.groups_of_stories());
        for block in of_forms {
            self.items += block.groups.len();
            self.items_with_texts += match block.has {
                Has::Texts => block.groups.len(),
                Has::Beginnings | Has::Nothing => 0,
            };
        }
    }
}
