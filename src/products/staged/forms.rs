//! Forms: which anchors are templates, told from the sketches of texts that have them.

use std::borrow::Cow;

use ahash::{AHashMap, AHashSet};

use super::tables::known_forms;
use super::wire::{BearerRow, FormRow, Kind, ManyRow, SketchRow, TextKey, TextRow, rows};
use super::{Job, MapReduce, PackedRun, Sender};
use crate::error::Result;
use crate::kernel::mix;
use crate::stages::copies::{FORM_SAMPLE, is_form};

/// Brings the sketches of texts to the anchors that many have.
pub(super) struct Asked<'j>(pub(super) &'j Job);

impl MapReduce for Asked<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        if run.kind == Kind::Many as u32 {
            to.forward(run.kind, run.share, &run.payload);
            return Ok(());
        }
        for row in rows::<TextRow<'_>>(&run.payload) {
            let (row, _) = row.ok_or_else(|| self.0.damaged("texts"))?;
            let first = row.articles.first();
            let first = first.filter(|it| it.shingles > 0 && !it.heading().is_alone());
            if let Some(first) = first {
                let (text, sketch) = (row.id, first.sketch);
                let share = to.share(text.0);
                to.send(Kind::Sketch, share, &SketchRow { text, sketch });
            }
        }
        Ok(())
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, to: &mut Sender) -> Result<()> {
        let broken = || self.0.damaged("sketches");
        let (asked, sketches): (Vec<PackedRun>, Vec<PackedRun>) =
            runs.partition(|run| run.kind == Kind::Many as u32);
        let mut of_text: AHashMap<TextKey, &[u8]> = AHashMap::new();
        for run in &sketches {
            for row in rows::<SketchRow<'_>>(&run.payload) {
                let (row, _) = row.ok_or_else(broken)?;
                of_text.insert(row.text, row.sketch);
            }
        }
        for run in &asked {
            for row in rows::<ManyRow>(&run.payload) {
                let (row, _) = row.ok_or_else(broken)?;
                let bearer = BearerRow {
                    anchor: row.anchor,
                    text: row.text,
                    is_crowded: row.is_crowded,
                    sketch: of_text.get(&row.text).copied().unwrap_or_default(),
                };
                let share = to.share(mix(row.anchor));
                to.send(Kind::Bearer, share, &bearer);
            }
        }
        Ok(())
    }
}

/// Tells which anchors are templates.
pub(super) struct Forms<'j>(pub(super) &'j Job);

impl MapReduce for Forms<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        to.forward(run.kind, run.share, &run.payload);
        Ok(())
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, to: &mut Sender) -> Result<()> {
        let runs: Vec<PackedRun> = runs.collect();
        let mut bearers: Vec<BearerRow<'_>> = Vec::new();
        for run in &runs {
            for row in rows(&run.payload) {
                bearers.push(row.ok_or_else(|| self.0.damaged("sketches"))?.0);
            }
        }
        bearers.sort_unstable();
        for of_anchor in bearers.chunk_by(|a, b| a.anchor == b.anchor) {
            let sampled = of_anchor.iter().take(FORM_SAMPLE);
            let sketches = sampled.map(|it| it.sketch).filter(|it| !it.is_empty());
            let sketches: Vec<Cow<'_, [u8]>> = sketches.map(Cow::Borrowed).collect();
            if is_form(&sketches) {
                let row = FormRow {
                    anchor: of_anchor[0].anchor,
                    is_crowded: of_anchor[0].is_crowded,
                };
                to.send(Kind::Form, 0, &row);
            }
        }
        Ok(())
    }
}

/// Writes down which anchors are templates.
pub(super) struct FormTable<'j>(pub(super) &'j Job);

impl MapReduce for FormTable<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        to.forward(run.kind, 0, &run.payload);
        Ok(())
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, _: &mut Sender) -> Result<()> {
        let mut forms: AHashSet<(u64, bool)> = AHashSet::new();
        for run in runs {
            for row in rows::<FormRow>(&run.payload) {
                let (row, _) = row.ok_or_else(|| self.0.damaged("forms"))?;
                forms.insert((row.anchor, row.is_crowded));
            }
        }
        self.0.keep_form_anchors(&known_forms(forms))
    }
}
