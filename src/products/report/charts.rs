//! Charts as inline SVG, each with its numbers as a table for who cannot see it, or wants to know them.

use std::fmt::Write as _;

use super::escape::Html;
use super::figures::Bar;
use crate::results::tables::count;

/// A chart of bars.
pub(super) struct Chart<'a> {
    pub(super) title: &'a str,
    /// What it says, in a sentence.
    pub(super) note: String,
    /// What a bar is.
    pub(super) bar: &'a str,
    /// What is counted; several are stacked.
    pub(super) series: &'a [&'a str],
    pub(super) bars: &'a [Bar],
}

/// The size of a chart, and the room for labels on its left and below, in its own units.
const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 200.0;
const LEFT: f64 = 46.0;
const BELOW: f64 = 22.0;
const ABOVE: f64 = 16.0;

/// How wide a letter of a label is, about.
const LETTER: f64 = 6.2;

/// Bars have their numbers written above them up to so many.
const NUMBERED: usize = 12;

impl Chart<'_> {
    /// The chart as a `figure`.
    pub(super) fn html(&self) -> String {
        let mut html = String::new();
        // Writing to a string cannot fail.
        let _ = write!(
            html,
            "<figure class=\"chart\"><figcaption><h3>{}</h3><p>{}</p></figcaption>",
            Html(self.title),
            Html(&self.note)
        );
        let most = self.bars.iter().map(total).max().unwrap_or(0);
        if most == 0 {
            html.push_str("<p class=\"none\">Nothing to show.</p></figure>\n");
            return html;
        }
        self.legend(&mut html);
        self.svg(&mut html, most);
        self.table(&mut html);
        html.push_str("</figure>\n");
        html
    }

    fn legend(&self, html: &mut String) {
        if self.series.len() < 2 {
            return;
        }
        html.push_str("<ul class=\"legend\">");
        for (number, name) in self.series.iter().enumerate() {
            let _ = write!(html, "<li class=\"series{number}\">{}</li>", Html(name));
        }
        html.push_str("</ul>");
    }

    fn svg(&self, html: &mut String, most: usize) {
        let top = ceiling(most);
        let _ = write!(
            html,
            "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}, a chart; its numbers are in the table \
             below\">",
            Html(self.title)
        );
        for line in [0, top / 2, top] {
            let _ = write!(
                html,
                "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{WIDTH}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>\
                 <text class=\"axis\" x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                LEFT - 6.0,
                height(line, top) + 4.0,
                count(line),
                at = height(line, top),
            );
        }
        let step = (WIDTH - LEFT) / self.bars.len() as f64;
        let longest = self.bars.iter().map(|bar| bar.0.chars().count()).max();
        let label = longest.unwrap_or(1) as f64 * LETTER + LETTER;
        let every = (label / step).ceil().max(1.0) as usize;
        for (number, bar) in self.bars.iter().enumerate() {
            let x = LEFT + number as f64 * step;
            let _ = write!(html, "<g><title>{}</title>", Html(&self.tell(bar)));
            self.bar(html, bar, x, step, top);
            let is_named =
                number.is_multiple_of(every) && (every == 1 || x + label <= WIDTH + LETTER);
            if is_named {
                let (anchor, x) = match every {
                    1 => ("middle", x + step / 2.0),
                    _ => ("start", x),
                };
                let _ = write!(
                    html,
                    "<text class=\"axis\" x=\"{x:.1}\" y=\"{}\" text-anchor=\"{anchor}\">{}</text>",
                    HEIGHT - 6.0,
                    Html(&bar.0)
                );
            }
            html.push_str("</g>");
        }
        html.push_str("</svg>");
    }

    /// One bar from `x` on, its series on each other.
    fn bar(&self, html: &mut String, bar: &Bar, x: f64, step: f64, top: usize) {
        let gap = (step * 0.2).min(6.0);
        let mut below = 0;
        for (series, &part) in bar.1.iter().enumerate().filter(|part| *part.1 > 0) {
            let (from, to) = (height(below, top), height(below + part, top));
            below += part;
            let _ = write!(
                html,
                "<rect class=\"series{series}\" x=\"{:.1}\" y=\"{to:.1}\" width=\"{:.1}\" height=\"{:.1}\"/>",
                x + gap / 2.0,
                step - gap,
                (from - to).max(1.0),
            );
        }
        if self.bars.len() <= NUMBERED && below > 0 {
            let _ = write!(
                html,
                "<text class=\"number\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
                x + step / 2.0,
                height(below, top) - 4.0,
                count(below)
            );
        }
    }

    /// What a bar says when it is pointed at.
    fn tell(&self, bar: &Bar) -> String {
        let parts = self.series.iter().zip(&bar.1);
        let parts: Vec<String> = parts
            .map(|(name, &number)| format!("{} {name}", count(number)))
            .collect();
        format!("{}: {}", bar.0, parts.join(", "))
    }

    fn table(&self, html: &mut String) {
        let _ = write!(
            html,
            "<details><summary>Numbers<span class=\"spoken\"> of {}</span></summary><div class=\"wide\"><table><thead><tr>\
             <th scope=\"col\">{}</th>",
            Html(self.title),
            Html(self.bar)
        );
        for name in self.series {
            let _ = write!(html, "<th scope=\"col\">{}</th>", Html(name));
        }
        html.push_str("</tr></thead><tbody>");
        for (name, numbers) in self.bars {
            let _ = write!(html, "<tr><th scope=\"row\">{}</th>", Html(name));
            for &number in numbers {
                let _ = write!(html, "<td>{}</td>", count(number));
            }
            html.push_str("</tr>");
        }
        html.push_str("</tbody></table></div></details>");
    }
}

fn total(bar: &Bar) -> usize {
    bar.1.iter().sum()
}

/// How far down a number stands, where the axis ends at `top`.
fn height(number: usize, top: usize) -> f64 {
    HEIGHT - BELOW - number as f64 / top as f64 * (HEIGHT - BELOW - ABOVE)
}

/// A round number from which an axis is easily read, not below `most`; even, so that its half is one too.
fn ceiling(most: usize) -> usize {
    let mut power = 1;
    loop {
        for round in [2, 4, 6, 8, 10, 14] {
            if most <= round * power {
                return round * power;
            }
        }
        power *= 10;
    }
}
