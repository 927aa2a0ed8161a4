//! A report as plain text for a terminal or a file: aligned, without colour.

use std::fmt;

use super::{Fragment, GroupReport, PairReport, PrecisionRecall, Report, WorstGroup};

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Report::Groups(report) => report.fmt(f),
            Report::Pairs(report) => report.fmt(f),
        }
    }
}

impl fmt::Display for GroupReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scores = &self.scores;
        writeln!(f, "{:<16}{:>9}", "judged", self.column)?;
        count(f, "articles", scores.articles)?;
        if scores.absent > 0 {
            count(f, "not clustered", scores.absent)?;
        }
        count(f, "clusters", scores.clusters)?;
        count(f, "gold groups", scores.gold_groups)?;
        count(f, "biggest cluster", scores.biggest)?;

        writeln!(f)?;
        heading(f)?;
        row(f, "B-cubed", &scores.bcubed)?;
        row(f, "pairwise", &scores.pairwise)?;

        writeln!(f)?;
        score(f, "homogeneity", scores.v_measure.homogeneity)?;
        score(f, "completeness", scores.v_measure.completeness)?;
        score(f, "V-measure", scores.v_measure.v)?;
        score(f, "adjusted Rand", scores.adjusted_rand)?;

        worst(
            f,
            "worst-split gold groups, by pairs lost",
            "clusters",
            &self.worst_split,
        )?;
        worst(
            f,
            "worst-merged clusters, by pairs wrongly joined",
            "gold groups",
            &self.worst_merged,
        )
    }
}

impl fmt::Display for PairReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<16}{:>9}", "judged", self.column)?;
        count(f, "pairs", self.pairs)?;
        if self.absent > 0 {
            count(f, "not clustered", self.absent)?;
        }

        writeln!(f)?;
        heading(f)?;
        row(f, "pairwise", &self.pairwise)?;

        writeln!(f)?;
        score(f, "accuracy", self.accuracy)?;

        pairs(
            f,
            "first pairs that are not together and should be",
            &self.missed,
        )?;
        pairs(
            f,
            "first pairs that are together and should not be",
            &self.wrongly_joined,
        )
    }
}

fn count(f: &mut fmt::Formatter<'_>, name: &str, count: u64) -> fmt::Result {
    writeln!(f, "{name:<16}{count:>9}")
}

fn score(f: &mut fmt::Formatter<'_>, name: &str, score: f64) -> fmt::Result {
    writeln!(f, "{name:<16}{score:>9.4}")
}

fn heading(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    writeln!(f, "{:<16}{:>9}{:>9}{:>9}", "", "precision", "recall", "F1")
}

fn row(f: &mut fmt::Formatter<'_>, name: &str, score: &PrecisionRecall) -> fmt::Result {
    let PrecisionRecall {
        precision,
        recall,
        f1,
    } = score;
    writeln!(f, "{name:<16}{precision:>9.4}{recall:>9.4}{f1:>9.4}")
}

fn worst(
    f: &mut fmt::Formatter<'_>,
    title: &str,
    parts: &str,
    groups: &[WorstGroup],
) -> fmt::Result {
    if groups.is_empty() {
        return Ok(());
    }
    writeln!(f, "\n{title}")?;
    for group in groups {
        let WorstGroup {
            name,
            wrong_pairs,
            articles,
            pieces,
            largest,
        } = group;
        writeln!(
            f,
            "{wrong_pairs:>9}  {}: {articles} articles in {pieces} {parts}",
            Line(name)
        )?;
        for piece in largest {
            writeln!(f, "           {piece}")?;
        }
        if *pieces > largest.len() as u64 {
            writeln!(f, "           …")?;
        }
    }
    Ok(())
}

impl fmt::Display for Fragment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name.as_deref().unwrap_or("(not clustered)");
        write!(f, "{} in {}:", self.articles, Line(name))?;
        for id in &self.ids {
            write!(f, " {}", Line(id))?;
        }
        if self.articles > self.ids.len() as u64 {
            write!(f, " …")?;
        }
        Ok(())
    }
}

fn pairs(f: &mut fmt::Formatter<'_>, title: &str, pairs: &[(String, String)]) -> fmt::Result {
    if pairs.is_empty() {
        return Ok(());
    }
    writeln!(f, "\n{title}")?;
    for (a, b) in pairs {
        writeln!(f, "           {} {}", Line(a), Line(b))?;
    }
    Ok(())
}

/// A name from a table, kept from breaking the line or the terminal.
struct Line<'a>(&'a str);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for char in self.0.chars() {
            let char = if char.is_control() { ' ' } else { char };
            write!(f, "{char}")?;
        }
        Ok(())
    }
}
