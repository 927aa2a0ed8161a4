//! Who copies whom, as tables.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::escape::Html;
use super::figures::Flow;
use super::rows::Rows;
use crate::results::tables::count;

/// So many sources are in the matrix, and so many pairs of them in the list.
const IN_MATRIX: usize = 10;
const IN_LIST: usize = 20;

/// Shades of the matrix.
const SHADES: usize = 6;

type Source = Option<u32>;

/// The pairs with most copies as a list, and the sources with most as a matrix.
pub(super) fn html(rows: &Rows, flows: &[Flow]) -> String {
    let names: Vec<&str> = rows.sources().collect();
    let name = |source: Source| source.map_or("(no source)", |source| names[source as usize]);
    if names.is_empty() || flows.is_empty() {
        return "<p class=\"none\">Nothing to show: no copies, or no sources.</p>\n".to_owned();
    }
    let mut html = String::new();
    list(&mut html, flows, &name);
    matrix(&mut html, flows, &name);
    html
}

fn list<'n>(html: &mut String, flows: &[Flow], name: &impl Fn(Source) -> &'n str) {
    // Writing to a string cannot fail.
    let _ = write!(
        html,
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Pairs of sources with most shared texts\"><table \
         class=\"flows\"><caption>The pairs with most shared texts</caption><thead><tr><th scope=\"col\">Later</th>\
         <th scope=\"col\">first</th><th scope=\"col\">articles</th><th scope=\"col\">typically after</th></tr>\
         </thead><tbody>"
    );
    for flow in flows.iter().take(IN_LIST) {
        let origin = match flow.copier == flow.origin {
            true => "the same source",
            false => name(flow.origin),
        };
        let _ = write!(
            html,
            "<tr><th scope=\"row\"><bdi>{}</bdi></th><td><bdi>{}</bdi></td><td>{}</td><td>{}</td></tr>",
            Html(name(flow.copier)),
            Html(origin),
            count(flow.articles),
            flow.lag.map_or_else(|| "–".to_owned(), lag)
        );
    }
    html.push_str("</tbody></table></div>\n");
}

fn matrix<'n>(html: &mut String, flows: &[Flow], name: &impl Fn(Source) -> &'n str) {
    let sources = largest(flows);
    let cells: BTreeMap<(Source, Source), &Flow> = flows
        .iter()
        .map(|flow| ((flow.copier, flow.origin), flow))
        .collect();
    let cell = |copier, origin| cells.get(&(copier, origin));
    let most = flows.iter().map(|flow| flow.articles).max().unwrap_or(1);
    let _ = write!(
        html,
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Matrix of sources\"><table class=\"matrix\">\
         <caption>The {} sources with most shared texts: articles of the later one, and how long after</caption><thead><tr>\
         <th scope=\"col\">later ↓ first →</th>",
        sources.len()
    );
    for &origin in &sources {
        let _ = write!(
            html,
            "<th scope=\"col\"><bdi>{}</bdi></th>",
            Html(name(origin))
        );
    }
    html.push_str("</tr></thead><tbody>");
    for &copier in &sources {
        let _ = write!(
            html,
            "<tr><th scope=\"row\"><bdi>{}</bdi></th>",
            Html(name(copier))
        );
        for &origin in &sources {
            let Some(flow) = cell(copier, origin) else {
                html.push_str("<td class=\"shade0\"></td>");
                continue;
            };
            // Shades follow the root: a few large pairs do not leave all others white.
            let share = (flow.articles as f64 / most as f64).sqrt();
            let shade = (share * SHADES as f64).ceil().max(1.0) as usize;
            let after = flow.lag.map(lag).unwrap_or_default();
            let _ = write!(
                html,
                "<td class=\"shade{shade}\">{}<small>{after}</small></td>",
                count(flow.articles)
            );
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table></div>\n");
}

/// The sources that copy and are copied most.
fn largest(flows: &[Flow]) -> Vec<Source> {
    let mut counts: BTreeMap<Source, usize> = BTreeMap::new();
    for flow in flows {
        *counts.entry(flow.copier).or_default() += flow.articles;
        if flow.origin != flow.copier {
            *counts.entry(flow.origin).or_default() += flow.articles;
        }
    }
    let mut sources: Vec<Source> = counts.keys().copied().collect();
    sources.sort_by_key(|source| Reverse(counts[source]));
    sources.truncate(IN_MATRIX);
    sources
}

/// A span of time as one says it.
fn lag(seconds: i64) -> String {
    let span = |unit: i64, one: &str, many: &str| {
        let number = (seconds + unit / 2) / unit;
        format!("{number} {}", if number == 1 { one } else { many })
    };
    match seconds {
        ..30 => "no time".to_owned(),
        30..5_400 => span(60, "min", "min"),
        5_400..129_600 => span(3_600, "h", "h"),
        129_600.. => span(86_400, "day", "days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_said_in_the_unit_that_fits() {
        let said = [0, 90, 5_399, 5_400, 100_000, 130_000, 5_000_000].map(lag);
        assert_eq!(
            said,
            [
                "no time", "2 min", "90 min", "2 h", "28 h", "2 days", "58 days"
            ]
        );
    }
}
