//! What is told of the records that are kept, and of those that are not.

use samestory::copies::Kind;
use samestory::dedup::{Choice, Decisions, KeptCounts, Repeats, SourceTally};

use super::console::Console;
use super::summary;

/// Tells what of texts is a repetition, and how much of that was cut.
pub(super) fn tell_repeats(console: &Console, repeats: Option<&Repeats>) {
    if let Some(repeats) = repeats {
        let cut = repeats.cut();
        let number = |number: u64| summary::count(number as usize);
        console.say(&format!(
            "repeats     {} paragraphs stand in several records; cut: {} paragraphs, {} bytes, from {} records",
            summary::count(repeats.len()),
            number(cut.paragraphs),
            number(cut.bytes),
            number(cut.records),
        ));
    }
}

/// How many records were kept, and why others were not.
pub(crate) fn kept_line(
    KeptCounts { kept, removed }: KeptCounts,
    decisions: &Decisions,
    choice: &Choice,
) -> String {
    let number = |number: u64| summary::count(number as usize);
    let mut line = format!(
        "kept        {} records, {} left out",
        number(kept),
        number(removed)
    );
    let dropped = |kind: Kind| {
        let what = match kind {
            Kind::Article => return None,
            Kind::Notice => "notices",
            Kind::Empty => "without text",
            Kind::Form => "items of forms",
        };
        let records = choice
            .drop
            .contains(&kind)
            .then(|| decisions.dropped(kind))?;
        Some((records, what))
    };
    let over = choice
        .max_per_form
        .map(|_| (decisions.over_form(), "too many of their form"));
    let parts = Kind::ALL.into_iter().filter_map(dropped).chain(over);
    let parts: Vec<String> = parts
        .map(|(records, what)| format!("{} {what}", number(records)))
        .collect();
    if !parts.is_empty() {
        line.push_str(&format!(", among them {}", parts.join(", ")));
    }
    line
}

/// Sources that are named of which more than half is left out.
const NAMED: usize = 10;

/// Names the sources of which more than half was left out: something may be wrong with those.
pub(crate) fn tell_sources(console: &Console, by_source: &[SourceTally]) {
    let number = |number: u64| summary::count(number as usize);
    let little: Vec<&SourceTally> = by_source.iter().filter(|it| it.is_over_half()).collect();
    if little.is_empty() {
        return;
    }
    let (count, are) = match little.len() {
        1 => ("1".to_owned(), "source"),
        many => (summary::count(many), "sources"),
    };
    console.say(&format!("over half   left out of {count} {are}"));
    for it in little.iter().take(NAMED) {
        let name = it.source.as_deref().filter(|name| !name.trim().is_empty());
        console.say(&format!(
            "            {:>6} of {} {}",
            number(it.removed),
            number(it.records),
            summary::short(name.unwrap_or("(no source)"))
        ));
    }
    if little.len() > NAMED {
        let more = summary::count(little.len() - NAMED);
        console.say(&format!("            and of {more} more"));
    }
}
