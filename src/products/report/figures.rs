//! The figures of a report: totals, distributions, and who copies whom.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::calendar::Calendar;
use super::order::Order;
use super::rows::{Row, Rows};
use crate::output::Relation;
use crate::stages::copies::Kind;

/// How much there is of everything.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Totals {
    pub(super) articles: usize,
    pub(super) sources: usize,
    /// Copy groups of two or more, and the articles in them that another one stands for.
    pub(super) groups: usize,
    pub(super) copies: usize,
    /// Stories of several articles, and those of several texts.
    pub(super) stories: usize,
    pub(super) told_twice: usize,
    /// Articles that are neither copies nor in a story with others, nor items of a form.
    pub(super) alone: usize,
    /// Records that are no articles.
    pub(super) notices: usize,
    pub(super) forms: usize,
    pub(super) empty: usize,
}

/// A bar: its name, and a number for each series.
pub(super) type Bar = (String, Vec<usize>);

/// One source that copies another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Flow {
    /// The number of the one that copies, and that of the one that was first; none for articles without a source.
    pub(super) copier: Option<u32>,
    pub(super) origin: Option<u32>,
    pub(super) articles: usize,
    /// The median of the seconds between both; `None` where no pair of them has two dates.
    pub(super) lag: Option<i64>,
}

/// All figures.
pub(super) struct Figures {
    pub(super) totals: Totals,
    /// Copy groups by how many articles they have, and stories.
    pub(super) sizes: Vec<Bar>,
    pub(super) story_sizes: Vec<Bar>,
    /// Copies by their similarity to what stands for them: near, excerpt, exact.
    pub(super) similarity: Vec<Bar>,
    /// Copies by how long after the first article of their group they were published.
    pub(super) lags: Vec<Bar>,
    /// Copies by when they were published, and stories by when they were first.
    pub(super) copies_over_time: Vec<Bar>,
    pub(super) stories_over_time: Vec<Bar>,
    /// What a bar of those is, and how many stand outside.
    pub(super) times: [Calendar; 2],
    /// Articles with a date.
    pub(super) dated: usize,
    /// The largest first.
    pub(super) flows: Vec<Flow>,
}

/// The sizes from which bars begin; the last has no end.
const SIZES: [usize; 9] = [2, 3, 4, 5, 6, 10, 20, 50, 100];

impl Figures {
    pub(super) fn new(rows: &Rows, order: &Order) -> Figures {
        let groups = || (0..order.groups()).map(|group| order.rows_of(group));
        let stories = || (0..order.stories()).map(|story| order.story(story));
        let is_copy = |row: &&Row| !row.stands.1;
        let first = |groups: std::ops::Range<usize>| {
            let articles = groups.flat_map(|group| order.rows_of(group));
            articles.filter_map(|&row| rows.row(row).published).min()
        };
        let size_of_story = |groups: std::ops::Range<usize>| -> usize {
            groups.map(|group| order.rows_of(group).len()).sum()
        };
        let copies = rows.all().iter().filter(is_copy);
        let of_copies = || copies.clone().filter_map(|row| row.published);
        let of_stories = || stories().filter_map(first);
        let times = [
            Calendar::of(of_copies().collect()),
            Calendar::of(of_stories().collect()),
        ];
        let (flows, lags) = flows(rows, groups());
        Figures {
            totals: Totals {
                articles: rows.len(),
                sources: rows.sources().len(),
                groups: groups().filter(|group| group.len() > 1).count(),
                copies: copies.clone().count(),
                stories: order.stories(),
                told_twice: stories().filter(|groups| groups.len() > 1).count(),
                alone: alone(rows, order),
                notices: of_kind(rows, Kind::Notice),
                forms: of_kind(rows, Kind::Form),
                empty: of_kind(rows, Kind::Empty),
            },
            sizes: by_size(groups().map(<[u32]>::len)),
            story_sizes: by_size(stories().map(size_of_story)),
            similarity: by_similarity(copies.clone()),
            lags: by_lag(&lags),
            copies_over_time: times[0].bars(of_copies()),
            stories_over_time: times[1].bars(of_stories()),
            times,
            dated: rows
                .all()
                .iter()
                .filter(|row| row.published.is_some())
                .count(),
            flows,
        }
    }
}

/// How many articles stand in no story and are listed with no form.
fn alone(rows: &Rows, order: &Order) -> usize {
    let mut is_listed = vec![false; rows.len()];
    for &row in &order.articles[..order.articles_of_stories()] {
        is_listed[row as usize] = true;
    }
    let rest = rows.all().iter().zip(is_listed);
    rest.filter(|(row, is_listed)| !is_listed && row.form.is_none())
        .count()
}

fn of_kind(rows: &Rows, kind: Kind) -> usize {
    rows.all().iter().filter(|row| row.kind == kind).count()
}

fn by_size(sizes: impl Iterator<Item = usize>) -> Vec<Bar> {
    let mut counts = [0; SIZES.len()];
    for size in sizes.filter(|&size| size > 1) {
        counts[SIZES.partition_point(|&from| from <= size) - 1] += 1;
    }
    let ends = SIZES.iter().skip(1).map(|&next| Some(next - 1));
    let bars = SIZES.iter().zip(ends.chain([None])).zip(counts);
    let bars = bars.map(|((&from, to), count)| {
        let name = match to {
            Some(to) if to == from => from.to_string(),
            Some(to) => format!("{from}–{to}"),
            None => format!("{from}+"),
        };
        (name, vec![count])
    });
    bars.collect()
}

/// A bar is so many millionths wide.
const STEP: u32 = 50_000;

fn by_similarity<'r>(copies: impl Iterator<Item = &'r Row>) -> Vec<Bar> {
    let bars = (0..20).map(|bar| (format!("{:.2}", f64::from(bar) / 20.0), vec![0; 3]));
    let mut bars: Vec<Bar> = bars.collect();
    for row in copies {
        let Some(similarity) = row.similarity else {
            continue;
        };
        let bar = (similarity.0 / STEP).min(19) as usize;
        let series = match row.relation {
            Relation::Exact => 2,
            Relation::Excerpt => 1,
            _ => 0,
        };
        bars[bar].1[series] += 1;
    }
    let empty = bars
        .iter()
        .take_while(|bar| bar.1.iter().all(|&count| count == 0));
    bars.drain(..empty.count().min(19)).for_each(drop);
    bars
}

/// The names of the bars of lags, and the seconds below which each is.
const LAGS: [(&str, i64); 8] = [
    ("15m", 900),
    ("1h", 3_600),
    ("3h", 10_800),
    ("6h", 21_600),
    ("12h", 43_200),
    ("1d", 86_400),
    ("1w", 604_800),
    ("longer", i64::MAX),
];

fn by_lag(lags: &[i64]) -> Vec<Bar> {
    let mut counts = [0; LAGS.len()];
    for lag in lags {
        counts[LAGS
            .partition_point(|(_, below)| below <= lag)
            .min(LAGS.len() - 1)] += 1;
    }
    let bars = LAGS.iter().zip(counts);
    let name = |name: &str| match name {
        "longer" => name.to_owned(),
        _ => format!("<{name}"),
    };
    bars.map(|(bar, count)| (name(bar.0), vec![count]))
        .collect()
}

/// Who copies whom: the number of the one, and of the other.
type Pair = (Option<u32>, Option<u32>);

/// Which sources copy which, and all times between: in each group, all others copy the one that was first.
fn flows<'g>(rows: &Rows, groups: impl Iterator<Item = &'g [u32]>) -> (Vec<Flow>, Vec<i64>) {
    let mut pairs: BTreeMap<Pair, (usize, Vec<i64>)> = BTreeMap::new();
    let mut lags = Vec::new();
    for group in groups {
        // The one that stands for the group is the first of it, and is taken where no date says more.
        let date = |row: &&u32| rows.row(**row).published;
        let first = group
            .iter()
            .min_by_key(|row| (date(row).is_none(), date(row)));
        let Some(&first) = first else { continue };
        let origin = rows.row(first);
        for row in group.iter().filter(|&&row| row != first) {
            let row = rows.row(*row);
            let times = row.published.zip(origin.published);
            let lag = times.map(|(later, earlier)| later.0.saturating_sub(earlier.0));
            let pair = pairs.entry((row.source, origin.source)).or_default();
            pair.0 += 1;
            pair.1.extend(lag);
            lags.extend(lag);
        }
    }
    let flow = |((copier, origin), (articles, mut lags)): (Pair, (usize, Vec<i64>))| {
        lags.sort_unstable();
        Flow {
            copier,
            origin,
            articles,
            lag: lags.get(lags.len() / 2).copied(),
        }
    };
    let mut flows: Vec<Flow> = pairs.into_iter().map(flow).collect();
    flows.sort_by_key(|flow| Reverse(flow.articles));
    (flows, lags)
}
