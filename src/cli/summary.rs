//! The summary of a run, on standard error.

use samestory::clean::Furniture;
use samestory::config::Config;
use samestory::copies::Kind;
use samestory::corpus::{Article, Corpus, ReadReport, Replaced};
use samestory::error::Result;
use samestory::pipeline::Clustering;
use samestory::stages::stories::StoryCounts;
pub(crate) use samestory::tables::count;
use samestory::tables::{Items, NoArticles, Totals, largest_stories, rejected};

use super::console::Console;
use super::cost;

/// Tells what reading met: rejects by reason and place, repairs, dates, fields.
pub(crate) fn tell_reading(console: &Console, read: &ReadReport) {
    let inputs = console.corpus.inputs();
    let input = |number: u32| inputs.get(number as usize).map_or("", String::as_str);
    for (number, reason) in &read.cut_off {
        console.say(&format!(
            "{}: cut off: {reason}; what was read before is kept",
            input(*number)
        ));
    }
    for (place, reason) in &read.first_rejects {
        console.say(&format!(
            "{}:{}: rejected: {reason}",
            input(place.input),
            place.record
        ));
    }
    let shown = read.first_rejects.len() as u64;
    if rejected(read) > shown {
        console.say(&format!(
            "and {} more; see them all with --rejects FILE",
            rejected(read) - shown
        ));
    }
    for (name, reason) in console.corpus.passed_over() {
        console.say(&format!("{name}: passed over: {reason}"));
    }
    tell_missing(console);
    tell_encodings(console);
    let fields: Vec<String> = read
        .fields
        .iter()
        .map(|(role, path)| format!("{role}={path}"))
        .collect();
    if !fields.is_empty() {
        console.say(&format!("fields      {}", fields.join(" ")));
    }
    if let (objects @ 1.., bytes) = console.corpus.fetched() {
        console.say(&format!(
            "fetched     {:.1} MB of {} from elsewhere, each byte once, into temporary files",
            bytes as f64 / 1e6,
            match objects {
                1 => "one input".to_owned(),
                _ => format!("{} inputs", count(objects as usize)),
            },
        ));
    }
    if !read.replaced.is_empty() {
        tell_replaced(console, &read.replaced);
    }
}

/// Tells how many pages were read in another way than asked for, and where more is told, of which sources.
fn tell_replaced(console: &Console, replaced: &[Replaced]) {
    const LISTED: usize = 20;
    let sum = |of: fn(&Replaced) -> u64| count(replaced.iter().map(of).sum::<u64>() as usize);
    console.say(&format!(
        "pages       {} by the other extractor, {} as all that is visible, where the extractor saw next to nothing",
        sum(|one| one.by_other),
        sum(|one| one.as_visible),
    ));
    if !console.is_verbose() {
        return;
    }
    for one in replaced.iter().take(LISTED) {
        let source = one.source.as_deref().unwrap_or("(no source)");
        let pages = count((one.by_other + one.as_visible) as usize);
        console.say(&format!("            {pages:>6} {source}"));
    }
    if let Some(rest) = replaced.len().checked_sub(LISTED).filter(|&rest| rest > 0) {
        console.say(&format!("            and {} sources more", count(rest)));
    }
}

/// Tells which files were read in another encoding than UTF-8.
fn tell_encodings(console: &Console) {
    let mut found: std::collections::BTreeMap<&str, (usize, &str)> = Default::default();
    for input in console.corpus.files() {
        if let Some(encoding) = input.encoding() {
            found.entry(encoding).or_insert((0, &input.name)).0 += 1;
        }
    }
    for (encoding, (files, first)) in found {
        let more = match files {
            1 => String::new(),
            files => format!(" and {} more", count(files - 1)),
        };
        console.say(&format!(
            "{first}{more}: read as {encoding}; --encoding says another"
        ));
    }
}

/// Tells what may hold articles and was not read, and what was read without its texts.
fn tell_missing(console: &Console) {
    const SHOWN: usize = 10;
    let unread = console.corpus.unread();
    for file in unread.iter().take(SHOWN) {
        console.warn(&format!("{}: not read: {}", file.input, file.reason));
    }
    if unread.len() > SHOWN {
        let more = count(unread.len() - SHOWN);
        console.warn(&format!(
            "and {more} more files; see them all with --rejects FILE"
        ));
    }
    let titles_only = console.corpus.titles_only();
    let Some(first) = titles_only.first() else {
        return;
    };
    let more = match titles_only.len() {
        1 => String::new(),
        all => format!(" (and {} more)", count(all - 1)),
    };
    let remedy = match &first.unused {
        Some(unused) => format!(
            "; {} has {} characters a record: --text-field {}",
            unused.field,
            count(unused.characters as usize),
            unused.field
        ),
        None => String::new(),
    };
    console.warn(&format!(
        "{}{more}: warning: no text, the titles alone are compared{remedy}",
        first.input
    ));
}

/// Tells what the run found and what it cost.
pub(crate) fn tell(console: &Console, found: &Clustering, config: &Config) -> Result<()> {
    let (totals, counts) = (Totals::of(found), found.counts);
    tell_articles(console, found, totals.articles);
    console.say(&format!(
        "furniture   {:.1}% of the text dropped",
        percent(counts.furniture_bytes, counts.text_bytes)
    ));
    console.say(&format!(
        "candidates  {} pairs, {:.2} an article; {} decided by exact similarity, {} similar",
        count(counts.candidates),
        counts.candidates as f64 / totals.articles.max(1) as f64,
        count(counts.decided),
        count(found.pairs.len()),
    ));
    if console.is_verbose() {
        cost::tell_candidates(console, found, config);
    }
    console.say(&format!(
        "groups      {}, {} with copies: {} copies, {} in the largest",
        count(totals.groups),
        count(totals.with_copies),
        count(totals.copies),
        count(totals.largest as usize),
    ));
    tell_kinds(console, found)?;
    if !config.copies_only {
        tell_stories(console, found, &totals)?;
    }
    cost::tell(console, found);
    Ok(())
}

/// Tells how many articles were read, and what else.
fn tell_articles(console: &Console, found: &Clustering, articles_in_all: usize) {
    let read = &found.read;
    tell_reading(console, read);
    let mut articles = format!(
        "articles    {} in {}",
        count(articles_in_all),
        files(console)
    );
    let notes = [
        (rejected(read), "rejected"),
        (read.repaired, "repaired"),
        (read.unreadable_dates, "with an unreadable date"),
        (
            found.register.implausible_dates() as u64,
            "with a date that is none",
        ),
        (found.register.without_id() as u64, "without an id"),
    ];
    for (number, what) in notes.into_iter().filter(|note| note.0 > 0) {
        articles.push_str(&format!(", {} {what}", count(number as usize)));
    }
    console.say(&articles);
    if read.beside > 0 {
        let beside = count(read.beside as usize);
        console.say(&format!(
            "            {beside} records of archives hold no page: requests, images, redirects and the like"
        ));
    }
    for (reason, number) in &read.left_out {
        console.say(&format!(
            "            {} left out: {reason}",
            count(*number as usize)
        ));
    }
    for (reason, number) in &read.rejects {
        console.say(&format!(
            "            {} rejected: {reason}",
            count(*number as usize)
        ));
    }
}

/// Tells how many records are no articles, with an example each.
fn tell_kinds(console: &Console, found: &Clustering) -> Result<()> {
    let counted = NoArticles::of(found);
    if counted.is_none() {
        return Ok(());
    }
    let mut parts = Vec::new();
    let Items { records, kinds, .. } = counted.notices;
    if records > 0 {
        let mut part = plural(records, "notice", "notices");
        if let Some(example) = example(console, found, Kind::Notice, counted.notices)? {
            let of = match kinds {
                1 => example,
                _ => format!("of {} kinds: {example}", count(kinds)),
            };
            part.push_str(&format!(" ({of})"));
        }
        parts.push(part);
    }
    let Items { records, kinds, .. } = counted.forms;
    if records > 0 {
        let mut part = plural(records, "item", "items");
        part.push_str(&format!(" of {}", plural(kinds, "form", "forms")));
        if let Some(example) = example(console, found, Kind::Form, counted.forms)? {
            part.push_str(&format!(" ({example})"));
        }
        parts.push(part);
    }
    if counted.empty > 0 {
        parts.push(format!("{} without text", count(counted.empty)));
    }
    console.say(&format!("no articles {}", parts.join(", ")));
    Ok(())
}

/// How the notice or the form of most items reads, and how many it has.
fn example(
    console: &Console,
    found: &Clustering,
    kind: Kind,
    items: Items,
) -> Result<Option<String>> {
    let Some((records, named_after, first)) = items.largest else {
        return Ok(None);
    };
    let title = found.register.title(named_after as usize)?;
    // A notice stands under the headlines of the articles that it is shown instead of: they say nothing of it.
    let text = match kind == Kind::Notice || title.trim().is_empty() {
        true => {
            let place = found.register.place(first as usize);
            let article = console.corpus.peek(place)?;
            article.map(|article| beginning(&article, &found.furniture))
        }
        false => None,
    };
    let shown = text.filter(|text| !text.trim().is_empty());
    let shown = cut(shown.as_deref().unwrap_or(&title), EXAMPLE);
    Ok(Some(format!("\"{shown}\" {}", count(records))))
}

/// Characters of an example.
const EXAMPLE: usize = 40;

/// How an article's text begins; its furniture only where there is nothing else.
fn beginning(article: &Article<'_>, furniture: &Furniture) -> String {
    let cleaned = furniture.cleaned(article);
    let cleaned = cleaned.filter(|text| !text.trim().is_empty());
    cleaned.unwrap_or_else(|| article.text.clone().into_owned())
}

fn plural(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// Stories that are named; more where more is told.
const NAMED: (usize, usize) = (5, 20);

/// Tells how many stories there are, and names the largest: a wrong one is seen at once.
fn tell_stories(console: &Console, found: &Clustering, totals: &Totals) -> Result<()> {
    console.say(&format!(
        "stories     {}, {} in several texts: {} texts related to others, {} articles in the largest",
        count(totals.stories),
        count(totals.told_twice),
        count(totals.related),
        count(totals.largest_story as usize),
    ));
    if console.is_verbose() {
        tell_relating(console, &found.stories.counts);
    }
    let most = if console.is_verbose() {
        NAMED.1
    } else {
        NAMED.0
    };
    for lead in largest_stories(found, most) {
        let articles = count(found.stories.of(lead as usize).articles as usize);
        let label = line(found.stories.label(lead).unwrap_or_default());
        let title = found.register.title(lead as usize)?;
        console.say(&format!(
            "            {articles:>6} {label}: {}",
            short(&title)
        ));
    }
    Ok(())
}

fn tell_relating(console: &Console, counts: &StoryCounts) {
    let representatives = counts.representatives.max(1) as f64;
    console.say(&format!(
        "            {} representatives in {} languages; {} candidate pairs ({:.2} an article), {} alike enough to link",
        count(counts.representatives),
        counts.languages,
        count(counts.candidates),
        counts.candidates as f64 / representatives,
        count(counts.linked),
    ));
    console.say(&format!(
        "            {} buckets of {:.1} on average, {} in the largest; {:.1} shared keys an article",
        count(counts.buckets),
        counts.keys as f64 / counts.buckets.max(1) as f64,
        count(counts.largest_bucket),
        counts.keys as f64 / representatives,
    ));
}

/// A title on one line, cut where it is long.
pub(crate) fn short(title: &str) -> String {
    cut(title, LONGEST)
}

/// Characters of a title, at most.
const LONGEST: usize = 70;

fn cut(text: &str, longest: usize) -> String {
    let shown = line(text);
    match shown.char_indices().nth(longest) {
        _ if shown.is_empty() => "(no title)".to_owned(),
        Some((end, _)) => format!("{}…", shown[..end].trim_end()),
        None => shown,
    }
}

/// A text on one line, without what a terminal would take for a command or what turns the direction of the line.
fn line(text: &str) -> String {
    let is_odd =
        |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    // A word has a letter at least: of a long text, more words than that are not shown anyhow.
    let words: Vec<&str> = text.split_whitespace().take(LONGEST).collect();
    words.join(" ").replace(is_odd, "\u{fffd}")
}

fn files(console: &Console) -> String {
    match console.corpus.files().len() {
        1 => "1 file".to_owned(),
        many => format!("{} files", count(many)),
    }
}

fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        100.0 * part as f64 / whole as f64
    }
}
