//! Charts in SVG, drawn here, that need no script and take their colours from the page.

use std::fmt::Write;

use super::{CopyThresholdRow, Interval, StoryThresholdRow, Tuning};

/// How wide and how high a chart is.
const SIZE: (f64, f64) = (720.0, 240.0);
/// Room left, right, above and below what is drawn.
const ROOM: (f64, f64, f64, f64) = (64.0, 12.0, 12.0, 28.0);

/// Draws within axes.
struct Chart {
    svg: String,
    most: f64,
    least: f64,
}

impl Chart {
    fn new(label: &str, least: f64, most: f64) -> Chart {
        let (width, height) = SIZE;
        let svg =
            format!("<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{label}\">\n");
        let mut chart = Chart { svg, most, least };
        for part in 0..=4 {
            let value = least + (most - least) * f64::from(part) / 4.0;
            let y = chart.y(value);
            chart.add(format_args!(
                "<line x1=\"{}\" x2=\"{}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"var(--line)\"/>",
                ROOM.0,
                width - ROOM.1
            ));
            let shown = number(value, most - least);
            chart.text(ROOM.0 - 8.0, y + 4.0, "end", &shown);
        }
        chart
    }

    fn add(&mut self, what: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.svg.write_fmt(what);
        self.svg.push('\n');
    }

    fn text(&mut self, x: f64, y: f64, anchor: &str, text: &str) {
        self.add(format_args!(
            "<text class=\"soft\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>"
        ));
    }

    fn y(&self, value: f64) -> f64 {
        let height = SIZE.1 - ROOM.2 - ROOM.3;
        let share = (value - self.least) / (self.most - self.least).max(f64::MIN_POSITIVE);
        SIZE.1 - ROOM.3 - share.clamp(0.0, 1.0) * height
    }

    /// Where the middle of a column is, of so many.
    fn x(at: usize, columns: usize) -> f64 {
        let width = (SIZE.0 - ROOM.0 - ROOM.1) / columns as f64;
        ROOM.0 + (at as f64 + 0.5) * width
    }

    fn bar(&mut self, at: usize, columns: usize, value: f64, class: &str, hint: &str) {
        let (x, y) = (Chart::x(at, columns), self.y(value));
        let width = (SIZE.0 - ROOM.0 - ROOM.1) / columns as f64 * 0.7;
        let height = SIZE.1 - ROOM.3 - y;
        self.add(format_args!(
            "<rect x=\"{:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"{class}\"><title>{hint}</title></rect>",
            x - width / 2.0
        ));
    }

    fn label(&mut self, at: usize, columns: usize, text: &str) {
        self.text(Chart::x(at, columns), SIZE.1 - 8.0, "middle", text);
    }

    fn done(mut self) -> String {
        self.svg.push_str("</svg>\n");
        self.svg
    }
}

/// What stands in the place of a chart of nothing.
fn nothing(why: &str) -> String {
    format!("<p class=\"soft\">Nothing to show: {why}.</p>\n")
}

/// A number for an axis over so much.
fn number(value: f64, over: f64) -> String {
    match over {
        over if over <= 0.1 => format!("{value:.3}"),
        over if over <= 2.0 => format!("{value:.2}"),
        _ if value >= 1e6 => format!("{:.1}M", value / 1e6),
        _ if value >= 1e4 => format!("{:.0}k", value / 1e3),
        _ => format!("{value:.0}"),
    }
}

/// Up to where an axis goes that holds so much: four steps of a round number.
fn round_up(most: f64) -> f64 {
    let step = (most / 4.0).max(1.0);
    let power = 10f64.powf(step.log10().floor());
    let factors = [1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    let factor = factors.into_iter().find(|factor| factor * power >= step);
    let step = factor.unwrap_or(10.0) * power;
    4.0 * step.ceil()
}

const PLAIN: &str = "var(--accent)";
const OWN: &str = "var(--right-ink)";

/// How many pairs have which similarity.
pub(super) fn distribution(tuning: &Tuning) -> String {
    let bars = &tuning.distribution[1..];
    let most = bars.iter().copied().max().unwrap_or(0) as f64;
    if most == 0.0 {
        return nothing("no text of the sample is like any other");
    }
    let mut chart = Chart::new(
        "Pairs of the sample by exact similarity",
        0.0,
        round_up(most),
    );
    let whole = tuning.distribution.len() as f64;
    for (at, &count) in bars.iter().enumerate() {
        let (from, to) = ((at + 1) as f64 / whole, (at + 2) as f64 / whole);
        let hint = format!("{from:.2} to {to:.2}: {count} pairs");
        chart.bar(at, bars.len(), count as f64, PLAIN, &hint);
        if (at + 1).is_multiple_of(2) {
            chart.label(at, bars.len(), &format!("{from:.1}"));
        }
    }
    chart.done()
}

/// How many copies each threshold gives.
pub(super) fn copies(rows: &[CopyThresholdRow]) -> String {
    let most = rows.iter().map(|row| row.copies).max().unwrap_or(0) as f64;
    if most == 0.0 {
        return nothing("no threshold finds a copy");
    }
    let mut chart = Chart::new("Copies by threshold", 0.0, round_up(most));
    for (at, row) in rows.iter().enumerate() {
        let hint = format!(
            "{:.2}: {} copies in {} groups",
            row.threshold, row.copies, row.with_copies
        );
        let class = if row.is_own { OWN } else { PLAIN };
        chart.bar(at, rows.len(), row.copies as f64, class, &hint);
        chart.label(at, rows.len(), &format!("{:.2}", row.threshold));
    }
    chart.done()
}

/// How many texts each threshold of stories has another lead.
pub(super) fn stories(rows: &[StoryThresholdRow]) -> String {
    let most = rows.iter().map(|row| row.related).max().unwrap_or(0) as f64;
    if most == 0.0 {
        return nothing("no threshold finds a story in several texts");
    }
    let mut chart = Chart::new("Related texts by threshold", 0.0, round_up(most));
    for (at, row) in rows.iter().enumerate() {
        let hint = format!(
            "{:.3}: {} related texts in {} stories",
            row.threshold, row.related, row.told_twice
        );
        let class = if row.is_own { OWN } else { PLAIN };
        chart.bar(at, rows.len(), row.related as f64, class, &hint);
        chart.label(at, rows.len(), &format!("{:.3}", row.threshold));
    }
    chart.done()
}

/// What of the similar pairs each threshold finds, with its interval.
pub(super) fn recall(rows: &[CopyThresholdRow]) -> String {
    // Of no pairs no share is found.
    let is_known = |row: &&CopyThresholdRow| row.recall != Interval::unknown();
    let lows = rows.iter().filter(is_known).map(|row| row.recall.low);
    if lows.clone().next().is_none() {
        return nothing("no pair of the sample is similar at any of these thresholds");
    }
    let least = lows.fold(1.0, f64::min);
    let least = [0.96, 0.9, 0.8, 0.6]
        .into_iter()
        .find(|&from| from <= least);
    let mut chart = Chart::new("Recall by threshold", least.unwrap_or(0.0), 1.0);
    for (at, row) in rows.iter().enumerate() {
        let x = Chart::x(at, rows.len());
        chart.label(at, rows.len(), &format!("{:.2}", row.threshold));
        if !is_known(&row) {
            continue;
        }
        let (low, high) = (chart.y(row.recall.low), chart.y(row.recall.high));
        let middle = chart.y(row.recall.share);
        let class = if row.is_own { OWN } else { PLAIN };
        let hint = format!("{:.2}: {}", row.threshold, row.recall);
        chart.add(format_args!(
            "<g stroke=\"{class}\" stroke-width=\"2\"><title>{hint}</title><line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{low:.1}\" y2=\"{high:.1}\"/><circle cx=\"{x:.1}\" cy=\"{middle:.1}\" r=\"4\" fill=\"{class}\"/></g>"
        ));
    }
    chart.done()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_at_round_numbers() {
        let ends: Vec<f64> = [0.0, 3.0, 17.0, 99.0, 1234.0]
            .into_iter()
            .map(round_up)
            .collect();
        assert_eq!(ends, [4.0, 4.0, 20.0, 100.0, 1600.0]);
    }
}
