//! What was tried, as text.

use std::fmt;

use super::{CopyThresholdRow, Example, Interval, Recall, Tuning};

/// The longest bar of the distribution, in columns.
const LONGEST: u64 = 50;
/// Letters of a title that are shown.
const TITLE: usize = 40;

impl fmt::Display for Tuning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} articles, {} different texts; {} of them compared exactly with all\n",
            self.articles, self.texts, self.sample
        )?;
        self.show_distribution(f)?;
        self.show_recall(f)?;
        self.show_thresholds(f)?;
        self.show_stories(f)?;
        for row in &self.thresholds {
            beside(f, row)?;
        }
        Ok(())
    }
}

impl Tuning {
    fn show_distribution(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "pairs of the sample by exact similarity")?;
        let most = self.distribution.iter().copied().max().unwrap_or(0).max(1);
        for (at, &count) in self.distribution.iter().enumerate().skip(1) {
            let bar = "█".repeat((count * LONGEST).div_ceil(most) as usize);
            let from = at as f64 / self.distribution.len() as f64;
            let line = format!("  {from:.2}  {count:>9}  {bar}");
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }

    fn show_recall(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "\nwhat finds the pairs that are similar by these settings (95% interval)"
        )?;
        writeln!(
            f,
            "  {:8} {:>7}  {:22} {:22} {:22} {:22}",
            "pairs", "", "bands", "anchors", "candidates", "found"
        )?;
        for recall in &self.recall {
            let Recall {
                bands,
                anchors,
                candidates,
                found,
                ..
            } = recall;
            let line = format!(
                "  {:8} {:>7}  {:22} {:22} {:22} {:22}",
                recall.pairs,
                recall.count,
                bands.to_string(),
                anchors.to_string(),
                candidates.to_string(),
                found.to_string()
            );
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }

    fn show_thresholds(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "\nwhat each --copy-threshold gives (* is the one of these settings)"
        )?;
        writeln!(
            f,
            "  {:>9} {:>9} {:>11} {:>9} {:>9} {:>9}  found of similar pairs",
            "threshold", "groups", "with copies", "copies", "largest", "pairs"
        )?;
        for row in &self.thresholds {
            let own = if row.is_own { "*" } else { "" };
            writeln!(
                f,
                "  {:>9} {:>9} {:>11} {:>9} {:>9} {:>9}  {}",
                format!("{own}{:.2}", row.threshold),
                row.groups,
                row.with_copies,
                row.copies,
                row.largest,
                row.pairs,
                row.recall
            )?;
        }
        Ok(())
    }

    fn show_stories(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.stories.is_empty() {
            return Ok(());
        }
        writeln!(
            f,
            "\nwhat each --story-threshold gives on the copies of these settings"
        )?;
        writeln!(
            f,
            "  {:>9} {:>9} {:>16} {:>9} {:>9}",
            "threshold", "stories", "in several texts", "related", "largest"
        )?;
        for row in &self.stories {
            let own = if row.is_own { "*" } else { "" };
            writeln!(
                f,
                "  {:>9} {:>9} {:>16} {:>9} {:>9}",
                format!("{own}{:.3}", row.threshold),
                row.stories,
                row.told_twice,
                row.related,
                row.largest
            )?;
        }
        Ok(())
    }
}

/// The pairs nearest to a threshold.
fn beside(f: &mut fmt::Formatter<'_>, row: &CopyThresholdRow) -> fmt::Result {
    writeln!(f, "\nnext to {:.2}", row.threshold)?;
    for (what, examples) in [("above", &row.above), ("below", &row.below)] {
        for Example {
            jaccard,
            ids,
            titles,
        } in examples
        {
            let share = f64::from(jaccard.0 / 100) / 1e4;
            writeln!(f, "  {what} {share:.4}  {} {}", ids.0, ids.1)?;
            writeln!(
                f,
                "                {} | {}",
                short(&titles.0),
                short(&titles.1)
            )?;
        }
    }
    Ok(())
}

fn short(title: &str) -> String {
    match title.char_indices().nth(TITLE) {
        _ if title.is_empty() => "(no title)".to_owned(),
        Some((end, _)) => format!("{}…", &title[..end]),
        None => title.to_owned(),
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.high - self.low >= 1.0 {
            return f.write_str("no such pair");
        }
        write!(f, "{:.4} ({:.4}–{:.4})", self.share, self.low, self.high)
    }
}
