//! Lists: the stretches of a page, between two lines of furniture, that hold lists and never the article.
//!
//! A ranking is redrawn every day, so its entries may each stand on one page only. What stays is its frame: the
//! heading above and the prompt below. Whether a frame holds lists or articles is learned from all pages that bear it.

use std::ops::Range;

use ahash::AHashMap;
use rayon::prelude::*;

use super::distinct::Distinct;
use super::learn::{Evidence, Lines};
use super::lines::Size;
use super::page::weight;
use super::pages::{Leaf, Pages};
use crate::error::{Error, Result};

/// Stands for the head of the page where a line would.
pub(super) const START: u64 = 0;
/// Stands for the foot of the page where a line would.
pub(super) const END: u64 = 1;

/// On how many pages a frame was seen, and on how many of them it holds prose, or the most there is on the page.
#[derive(Clone, Copy, Debug, Default)]
struct Frame {
    pages: u32,
    main: u32,
}

/// Frames by the lines above and below.
type Frames = AHashMap<(u64, u64), Frame>;

/// The frames of a dump that hold lists.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists(Frames);

/// A frame is one of lists if it was seen on this many pages, and ...
const PAGES: u32 = 3;
/// ... holds the article, or some of it, on at most one in so many.
const MAIN_SHARE: u32 = 5;

impl Lists {
    /// Counts the frames of all pages.
    pub(super) fn learn(pages: &Pages, distinct: &Distinct, learned: &Lines) -> Result<Lists> {
        let mut frames = (0..pages.pieces())
            .into_par_iter()
            .try_fold(Frames::new, |mut frames, piece| {
                pages.visit(piece, &mut Vec::new(), |page, leaf| {
                    if distinct.rank(page).is_some() {
                        count(&leaf, learned, &mut frames);
                    }
                })?;
                Ok::<_, Error>(frames)
            })
            .try_reduce(Frames::new, |mut sum, part| {
                for (frame, counted) in part {
                    let frame = sum.entry(frame).or_default();
                    frame.pages += counted.pages;
                    frame.main += counted.main;
                }
                Ok(sum)
            })?;
        // What stands before the first furniture is the article, or its headline.
        frames.retain(|&(before, _), frame| {
            before != START && frame.pages >= PAGES && frame.main * MAIN_SHARE <= frame.pages
        });
        Ok(Lists(frames))
    }

    /// The lines above and below of all frames that hold lists.
    pub(super) fn frames(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        self.0.keys().copied()
    }

    /// Frames that were learned before.
    pub(super) fn of(frames: Vec<(u64, u64)>) -> Lists {
        let frames = frames.into_iter();
        Lists(frames.map(|frame| (frame, Frame::default())).collect())
    }

    /// Whether what stands between these two lines is a list.
    pub(super) fn is_list(&self, before: u64, after: u64) -> bool {
        self.0.contains_key(&(before, after))
    }
}

/// Counts the frames of one page.
fn count(page: &Leaf<'_>, learned: &Lines, frames: &mut Frames) {
    let line = |at: usize| page.line(at).map(|line| line.0);
    let strong = |at: &usize| {
        line(*at)
            .and_then(|line| learned.find(line, page.source()))
            .is_some_and(|line| line.evidence >= Evidence::Strong)
    };
    let gaps = gaps(page.lines().len(), strong);
    let lines = |gap: &Range<usize>| page.lines().skip(gap.start).take(gap.len());
    let prose = |gap: &Range<usize>| -> u64 {
        let mass = |(_, size): (u64, Size)| {
            u64::from(size.bytes()) * u64::from(weight(size.bytes() as usize))
        };
        lines(gap).map(mass).sum()
    };
    let main = gaps.iter().max_by_key(|gap| prose(gap)).cloned();
    for gap in gaps {
        let before = gap.start.checked_sub(1).and_then(line).unwrap_or(START);
        let after = line(gap.end).unwrap_or(END);
        let frame = frames.entry((before, after)).or_default();
        frame.pages += 1;
        let is_prose = is_prose(lines(&gap).map(|(_, size)| size));
        frame.main += u32::from(is_prose || main.as_ref() == Some(&gap));
    }
}

/// Whether most of what these lines hold is sentences, and no entries of a list.
pub(super) fn is_prose(lines: impl Iterator<Item = Size>) -> bool {
    let (mut all, mut sentences) = (0, 0);
    lines.for_each(|size| {
        all += u64::from(size.bytes());
        sentences += u64::from(size.bytes()) * u64::from(size.is_sentence());
    });
    sentences * 2 > all
}

/// The stretches of lines, of `count` in all, that hold no line of strong furniture.
pub(super) fn gaps(count: usize, strong: impl Fn(&usize) -> bool) -> Vec<Range<usize>> {
    let mut gaps = Vec::new();
    let mut start = 0;
    for at in (0..count).filter(strong).chain([count]) {
        if start < at {
            gaps.push(start..at);
        }
        start = at + 1;
    }
    gaps
}
