//! Blocks: texts that a site puts into pages of its own, and that may be most of their text.
//!
//! A prompt under a short lead, what a company says of itself, a gallery inside five stories: pages that bear such a block
//! are alike as they stand. So they are compared without it. The opposite looks the same line by line: an article that is
//! captured again and again, or brought up to date, is most of its pages too. What tells them apart is what is left of the
//! pages, and their headlines: an article keeps to its headline.

use super::headline::Headline;
use super::page::{containment, hash_of, mass, weight, weight_of};
use super::pages::Sample;

/// So many pages of unlike headlines, whose rests are unlike, make a block, ...
const PAGES: usize = 3;
/// ... or so many, if the block has several lines and the rests are small: an article that is brought up to date gets new
/// leads, but not so many headlines.
const PAGES_OF_SMALL_REST: usize = 5;
/// A page speaks for a block if this share of it is the block, in hundredths; ...
const BLOCK_SHARE: u32 = 40;
/// ... its rest is large if this share of it is prose outside the block.
const LARGE_REST: u32 = 20;
/// A rest is an article if its stretches weigh so much together: about eight words of a short paragraph.
const REST_MASS: u32 = 60;
/// What a ranking or a menu has is no rest: lines of fewer bytes than this are no prose.
const PROSE_BYTES: usize = 90;
/// A block has one line if this share of it has the weight of one line, in hundredths.
const ONE_LINE: u32 = 75;
/// Two rests are one article again if the lighter shares this much with the other, in hundredths.
const ALIKE: u32 = 50;

/// A page without the block that it shares with others.
struct Rest {
    headline: Headline,
    /// The stretches outside the block, ascending.
    drawn: Vec<u32>,
    /// What they weigh together, what those of prose weigh, and what the page weighs.
    own: u32,
    prose: u32,
    page: u32,
}

/// Whether what these pages share is a block that a site put into them.
///
/// Where pages are not known to be of one source, reprints have headlines of their own too: then each page must have a
/// large rest.
pub(super) fn is_block(pages: &[Sample<'_>], is_one_source: bool) -> bool {
    if count_unlike(pages.iter().map(Sample::headline), Headline::is_unlike) < PAGES {
        return false;
    }
    let block = shared(pages);
    let rests: Vec<Rest> = pages.iter().map(|page| Rest::of(page, &block)).collect();
    let unlike = |rests: &mut dyn Iterator<Item = &Rest>| count_unlike(rests, Rest::is_unlike);
    let large = unlike(&mut rests.iter().filter(|rest| rest.is_large()));
    if !is_one_source {
        let all = rests.iter().all(|rest| rest.prose >= REST_MASS);
        return all && large >= PAGES && large * 4 >= rests.len() * 3;
    }
    let one_line = is_one_line(&block);
    let any = unlike(&mut rests.iter().filter(|rest| rest.is_article(one_line)));
    large >= PAGES || any >= PAGES_OF_SMALL_REST || one_line && any >= PAGES
}

/// The stretches that at least half of the pages have, and at least three.
fn shared(pages: &[Sample<'_>]) -> Vec<u32> {
    let enough = PAGES.max(pages.len().div_ceil(2));
    let mut all: Vec<u32> = pages.iter().flat_map(Sample::drawn).copied().collect();
    all.sort_unstable();
    all.chunk_by(|&a, &b| hash_of(a) == hash_of(b))
        .filter(|same| same.len() >= enough)
        .map(|same| same[same.len() / 2])
        .collect()
}

fn is_one_line(block: &[u32]) -> bool {
    let mut masses = [0; 64];
    for &window in block {
        masses[weight_of(window) as usize] += weight_of(window);
    }
    let most = masses.into_iter().max().unwrap_or(0);
    most * 100 >= mass(block) * ONE_LINE
}

impl Rest {
    fn of(page: &Sample<'_>, block: &[u32]) -> Rest {
        let mut block = block.iter().map(|&window| hash_of(window)).peekable();
        let outside = |&&window: &&u32| {
            while block.next_if(|&next| next < hash_of(window)).is_some() {}
            block.peek() != Some(&hash_of(window))
        };
        let drawn: Vec<u32> = page.drawn().iter().filter(outside).copied().collect();
        let least = weight(PROSE_BYTES);
        let prose = drawn.iter().map(|&window| weight_of(window));
        Rest {
            headline: page.headline(),
            own: mass(&drawn),
            prose: prose.filter(|&weight| weight >= least).sum(),
            page: mass(page.drawn()),
            drawn,
        }
    }

    fn has_block(&self) -> bool {
        (self.page - self.own) * 100 >= self.page * BLOCK_SHARE
    }

    fn is_large(&self) -> bool {
        let large = self.prose * 100 >= self.page * LARGE_REST;
        self.has_block() && self.prose >= REST_MASS && large
    }

    /// Whether it is an article, however short; beside a block of one line it may be a line of which nothing was drawn.
    fn is_article(&self, one_line: bool) -> bool {
        self.has_block() && (one_line || self.prose >= REST_MASS)
    }

    fn is_unlike(&self, other: &Rest) -> bool {
        let is_alike =
            self.own.min(other.own) > 0 && containment(&self.drawn, &other.drawn) >= ALIKE;
        self.headline.is_unlike(other.headline) && !is_alike
    }
}

/// How many of these, taken in their order, are unlike all that were taken before.
fn count_unlike<T: Copy>(all: impl Iterator<Item = T>, is_unlike: impl Fn(T, T) -> bool) -> usize {
    let mut unlike: Vec<T> = Vec::new();
    for one in all {
        if unlike.iter().all(|&other| is_unlike(one, other)) {
            unlike.push(one);
        }
    }
    unlike.len()
}
