//! The page: what stands in it before any data, and the data.

use std::fmt::Write as _;

use xxhash_rust::xxh3::xxh3_128;

use super::Shown;
use super::calendar::Calendar;
use super::charts::Chart;
use super::escape::Html;
use super::figures::{Figures, Totals};
use super::order::Order;
use super::pack::Block;
use super::rows::Rows;
use super::sources;
use crate::results::tables::count;

const FRAME: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPTS: [&str; 4] = [
    include_str!("data.js"),
    include_str!("text.js"),
    include_str!("items.js"),
    include_str!("list.js"),
];

/// What is not known before the data is: numbers, and the sentences that have them.
const LATER_BYTES: usize = 4 << 10;

/// What the list is called: without forms, and with them.
const BROWSE: (&str, &str) = (
    "Stories and copy groups",
    "Stories, copy groups, forms and notices",
);
const TAB: &str = "\
<label><input type=\"radio\" name=\"kind\" value=\"forms\"><span>Forms and notices</span></label>
";

/// A page without its data.
pub(super) struct Page {
    title: String,
    /// What is listed, and the tab of forms and notices where there are any.
    browse: &'static str,
    tab: &'static str,
    totals: String,
    charts: String,
    flows: String,
    read: String,
}

impl Page {
    pub(super) fn new(rows: &Rows, figures: &Figures, order: &Order, title: Option<&str>) -> Page {
        // The way to a file says little of what is in it.
        let last = |path: &str| path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned();
        let named = match rows.inputs() {
            [one] => last(one),
            [first, rest @ ..] => format!("{} and {} more", last(first), count(rest.len())),
            [] => String::new(),
        };
        let title = title.map_or(named, str::to_owned);
        let has_forms = !order.forms.is_empty();
        Page {
            title: Html(&title).to_string(),
            browse: if has_forms { BROWSE.1 } else { BROWSE.0 },
            tab: if has_forms { TAB } else { "" },
            totals: totals(&figures.totals),
            charts: charts(figures),
            flows: sources::html(rows, &figures.flows),
            read: read(rows, figures),
        }
    }

    /// The most that all of it takes but the data.
    pub(super) fn bytes(&self) -> usize {
        let parts = [
            &self.title,
            &self.totals,
            &self.charts,
            &self.flows,
            &self.read,
        ];
        let parts = parts.into_iter().map(String::len).sum::<usize>() + self.title.len();
        let scripts: usize = SCRIPTS.iter().map(|script| script.len()).sum();
        let parts = parts + self.browse.len() + self.tab.len();
        FRAME.len() + STYLE.len() + scripts + parts + LATER_BYTES
    }

    /// The whole page.
    pub(super) fn html(&self, shown: &Shown, index: &str, blocks: &[Block]) -> String {
        let scripts = SCRIPTS.concat();
        // Who writes what an article says cannot know what will be hashed with it.
        let nonce = format!(
            "{:032x}",
            xxh3_128(format!("{index}{}", self.flows).as_bytes())
        );
        let mut data =
            String::with_capacity(blocks.iter().map(|block| block.data.len() + 64).sum());
        for (number, block) in blocks.iter().enumerate() {
            // Writing to a string cannot fail.
            let _ = writeln!(
                data,
                "<script type=\"application/json\" id=\"b{number}\">{}</script>",
                block.data
            );
        }
        let shown = tell(shown);
        let values: [(&str, &str); 13] = [
            ("nonce", &nonce),
            ("style", STYLE),
            ("title", &self.title),
            ("totals", &self.totals),
            ("browse", self.browse),
            ("tab", self.tab),
            ("charts", &self.charts),
            ("flows", &self.flows),
            ("read", &self.read),
            ("shown", &shown),
            ("index", index),
            ("script", &scripts),
            ("blocks", &data),
        ];
        fill(FRAME, &values)
    }
}

/// A frame with its names in double braces replaced, once: what is put in is not looked at again.
fn fill(frame: &str, values: &[(&str, &str)]) -> String {
    let budget: usize = values.iter().map(|value| value.1.len()).sum();
    let mut filled = String::with_capacity(frame.len() + 2 * budget);
    let mut pieces = frame.split("{{");
    filled.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (name, rest) = piece.split_once("}}").unwrap_or((piece, ""));
        let value = values.iter().find(|value| value.0 == name);
        filled.push_str(value.map_or("", |value| value.1));
        filled.push_str(rest);
    }
    filled
}

fn totals(totals: &Totals) -> String {
    let Totals {
        notices,
        forms,
        empty,
        ..
    } = *totals;
    let facts = [
        (totals.articles, "articles", "that were read"),
        (totals.sources, "sources", "that published them"),
        (
            totals.groups,
            "copy groups",
            "a group is one text in several articles",
        ),
        (
            totals.copies,
            "copies",
            "the articles of these groups but one of each",
        ),
        (
            totals.stories,
            "stories",
            "a story is one event in several articles, copies among them",
        ),
        (
            totals.told_twice,
            "told in several texts",
            "stories with reports in words of their own",
        ),
        (
            totals.alone,
            "articles alone",
            "unlike all others; only counted here",
        ),
    ];
    let mut facts: Vec<(usize, &str, &str)> = facts.into();
    let parts = [
        (notices, "notices"),
        (forms, "items of forms"),
        (empty, "without text"),
    ];
    let parts = parts.into_iter().filter(|part| part.0 > 0);
    let parts: Vec<String> = parts
        .map(|(number, what)| format!("{} {what}", count(number)))
        .collect();
    let parts = parts.join(", ");
    if !parts.is_empty() {
        facts.push((notices + forms + empty, "no articles", &parts));
    }
    let mut html = String::new();
    for (number, name, note) in facts {
        let _ = writeln!(
            html,
            "<div><dt>{name}</dt><dd><strong>{}</strong><span>{note}</span></dd></div>",
            count(number)
        );
    }
    html
}

/// A sentence on bars of time: what is counted, what a bar is, and what is left out.
fn over_time(what: &str, calendar: &Calendar) -> String {
    let unit = calendar.unit.name();
    let article = if unit == "hour" { "an" } else { "a" };
    let outside = match calendar.outside {
        0 => String::new(),
        outside => format!(" {} with a date far off are left out.", count(outside)),
    };
    format!("{what} {article} {unit}.{outside}")
}

fn charts(figures: &Figures) -> String {
    let [of_copies, of_stories] = &figures.times;
    let charts = [
        Chart {
            title: "Sizes of copy groups",
            note: "How many groups have so many articles.".to_owned(),
            bar: "articles",
            series: &["copy groups"],
            bars: &figures.sizes,
        },
        Chart {
            title: "Sizes of stories",
            note: "How many stories have so many articles, copies included.".to_owned(),
            bar: "articles",
            series: &["stories"],
            bars: &figures.story_sizes,
        },
        Chart {
            title: "Similarity of copies",
            note:
                "Of each copy to what stands for it; excerpts by the share of them that is in it."
                    .to_owned(),
            bar: "similarity from",
            series: &["near", "excerpts", "exact"],
            bars: &figures.similarity,
        },
        Chart {
            title: "How soon copies follow",
            note:
                "Copies by the time since the first article of their group, where both have a date."
                    .to_owned(),
            bar: "after",
            series: &["copies"],
            bars: &figures.lags,
        },
        Chart {
            title: "Copies over time",
            note: over_time("Copies by when they were published: a bar is", of_copies),
            bar: of_copies.unit.name(),
            series: &["copies"],
            bars: &figures.copies_over_time,
        },
        Chart {
            title: "Stories over time",
            note: over_time("Stories by their first article: a bar is", of_stories),
            bar: of_stories.unit.name(),
            series: &["stories"],
            bars: &figures.stories_over_time,
        },
    ];
    charts.iter().map(Chart::html).collect()
}

/// What was read.
fn read(rows: &Rows, figures: &Figures) -> String {
    const NAMED: usize = 3;
    let inputs = rows.inputs();
    let mut html = format!(
        "{} articles, {} with a date, of ",
        count(rows.len()),
        count(figures.dated)
    );
    let named: Vec<String> = inputs
        .iter()
        .take(NAMED)
        .map(|input| format!("<code>{}</code>", Html(input)))
        .collect();
    html.push_str(&named.join(", "));
    if inputs.len() > NAMED {
        let _ = write!(html, " and {} more files", count(inputs.len() - NAMED));
    }
    html.push('.');
    html
}

/// What the page has of what there is.
fn tell(shown: &Shown) -> String {
    let Shown {
        stories,
        listed,
        with_texts,
        with_beginnings,
        forms,
        listed_forms,
        items,
        items_with_texts,
        ..
    } = *shown;
    if with_texts == stories && items_with_texts == items && listed_forms == forms {
        return "All texts are in this page.".to_owned();
    }
    let mut told = format!(
        "This page is limited in size: the {} largest stories have their texts; of {} the first 300 characters of each \
         article are shown",
        count(with_texts),
        count(with_beginnings)
    );
    let titles = listed - with_texts - with_beginnings;
    if titles > 0 {
        let _ = write!(told, "; of {} titles and similarities alone", count(titles));
    }
    if listed < stories {
        let _ = write!(told, "; {} are not listed", count(stories - listed));
    }
    if listed_forms < forms {
        let _ = write!(
            told,
            "; of {} forms and notices the {} largest are listed",
            count(forms),
            count(listed_forms)
        );
    }
    if items_with_texts < items {
        let _ = write!(
            told,
            "; of {} items of those that stand alone, {} have their texts",
            count(items),
            count(items_with_texts)
        );
    }
    told.push_str(". A larger <code>--max-size</code> shows more.");
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_is_not_looked_at_again() {
        let values = [("a", "{{b}}"), ("b", "x")];
        assert_eq!(fill("<{{a}}|{{b}}>", &values), "<{{b}}|x>");
    }

    #[test]
    fn the_frame_asks_for_nothing_that_is_not_there() {
        let shown = Shown::default();
        let page = Page {
            title: "T".to_owned(),
            browse: BROWSE.1,
            tab: TAB,
            totals: String::new(),
            charts: String::new(),
            flows: String::new(),
            read: String::new(),
        };
        let html = page.html(&shown, "", &[]);
        assert!(!html.contains("{{"));
        assert!(html.len() <= page.bytes());
    }
}
