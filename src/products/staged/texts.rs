//! Texts: identical articles collapsed.

use super::keys::address;
use super::part::Part;
use super::wire::{ArticleRow, KeyedRow, Kind, TextKey, TextRow, own_class, rows};
use super::{Job, MapReduce, PackedRun, Sender};
use crate::error::Result;
use crate::kernel::Identity;

/// Collapses articles of one text.
pub(super) struct Texts<'j>(pub(super) &'j Job);

impl MapReduce for Texts<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        let twins = self.0.twin_classes()?;
        if twins.is_empty() {
            to.forward(run.kind, run.share, &run.payload);
            return Ok(());
        }
        for row in rows::<ArticleRow<'_>>(&run.payload) {
            let (row, bytes) = row.ok_or_else(|| self.0.damaged("articles"))?;
            let print = row.print();
            let class = twins.get(&print.page).copied();
            let class = class.unwrap_or_else(|| own_class(&print));
            let share = to.share(class.first);
            to.forward(run.kind, share, bytes);
        }
        Ok(())
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, to: &mut Sender) -> Result<()> {
        let job = self.0;
        let runs: Vec<PackedRun> = runs.collect();
        let mut all: Vec<ArticleRow<'_>> = Vec::new();
        for run in &runs {
            for row in rows(&run.payload) {
                all.push(row.ok_or_else(|| job.damaged("articles"))?.0);
            }
        }
        all.sort_unstable_by_key(|row| row.at);
        let part = Part::of(&all, job)?;
        let mut bearers: Vec<Vec<u32>> = vec![Vec::new(); part.texts.len()];
        for (article, &text) in (0..).zip(&part.texts.of_article) {
            bearers[text as usize].push(article);
        }
        let mut last: Option<(Identity, u32)> = None;
        for (&first, bearers) in part.texts.articles.iter().zip(&bearers) {
            // The class is named after the article that the text is taken from; its parts follow one another.
            let class = own_class(&all[first as usize].print());
            let number = match last {
                Some((before, number)) if before == class => number + 1,
                _ => 0,
            };
            last = Some((class, number));
            let others = bearers.iter().filter(|&&bearer| bearer != first);
            let others = others.map(|&bearer| all[bearer as usize].stripped());
            let row = TextRow {
                id: TextKey::new(class, number),
                articles: [all[first as usize].keyless()]
                    .into_iter()
                    .chain(others)
                    .collect(),
            };
            let share = to.share(class.first);
            to.send(Kind::Keyed, share, &keyed(&row, &all[first as usize]));
            to.send(Kind::Text, share, &row);
        }
        Ok(())
    }
}

/// By what a text meets others, given the article that it is taken from.
fn keyed<'a>(row: &TextRow<'_>, first: &ArticleRow<'a>) -> KeyedRow<'a> {
    // What has no shingles, or is a title alone, is met by its anchors only, if it has any.
    let meets = first.shingles > 0 && !first.heading().is_alone();
    let mut addresses: Vec<u64> = row.articles.iter().filter_map(address).collect();
    addresses.sort_unstable();
    addresses.dedup();
    KeyedRow {
        id: row.id,
        keys: if meets { first.keys } else { &[] },
        anchors: first.anchors,
        addresses: if meets { addresses } else { Vec::new() },
    }
}
