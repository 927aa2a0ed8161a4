//! Copies: similar pairs, groups, and the place of every article, component by component.

use ahash::AHashMap;

use super::part::Part;
use super::wire::{
    ArticleRow, At, CountsRow, Kind, MemberRow, PairRow, SimilarRow, TextId, TextRow, rows,
};
use super::{Job, Run, Sender, Stage};
use crate::error::Result;
use crate::kernel::mix;
use crate::stages::candidates::{Candidates, Postings, as_number};
use crate::stages::copies::{
    CopyGroups, PairKind, SimilarPair, kind_number, relation_number, verify,
};

/// Decides about all copies.
pub(super) struct Copies<'j>(pub(super) &'j Job);

impl Stage for Copies<'_> {
    fn map(&self, run: &Run, to: &mut Sender) -> Result<()> {
        let job = self.0;
        let labels = job.components()?;
        if run.kind == Kind::Pair as u32 {
            for row in rows::<PairRow>(&run.payload) {
                let (row, bytes) = row.ok_or_else(|| job.damaged("pairs"))?;
                let label = labels.get(&row.pair.0.class()).copied().unwrap_or_default();
                let share = to.share(label);
                to.forward(run.kind, share, bytes);
            }
            return Ok(());
        }
        // What hangs together with nothing is decided where it lies.
        let mut alone: Vec<TextRow<'_>> = Vec::new();
        for row in rows::<TextRow<'_>>(&run.payload) {
            let (row, bytes) = row.ok_or_else(|| job.damaged("texts"))?;
            match labels.get(&row.id.class()) {
                Some(&label) => {
                    let share = to.share(label);
                    to.forward(run.kind, share, bytes);
                }
                None => alone.push(row),
            }
        }
        decide(job, &alone, &[], to)
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = Run>, to: &mut Sender) -> Result<()> {
        let job = self.0;
        let runs: Vec<Run> = runs.collect();
        let (mut texts, mut pairs) = (Vec::new(), Vec::new());
        for run in &runs {
            // What was decided where it lay goes on.
            if run.kind == Kind::Member as u32 || run.kind == Kind::Counts as u32 {
                to.forward(run.kind, run.share, &run.payload);
            } else if run.kind == Kind::Pair as u32 {
                for row in rows::<PairRow>(&run.payload) {
                    pairs.push(row.ok_or_else(|| job.damaged("pairs"))?.0.pair);
                }
            } else {
                for row in rows::<TextRow<'_>>(&run.payload) {
                    texts.push(row.ok_or_else(|| job.damaged("texts"))?.0);
                }
            }
        }
        decide(job, &texts, &pairs, to)
    }
}

/// Decides about texts that hang together with no others, given their candidate pairs.
fn decide(
    job: &Job,
    texts: &[TextRow<'_>],
    pairs: &[(TextId, TextId)],
    to: &mut Sender,
) -> Result<()> {
    if texts.is_empty() {
        return Ok(());
    }
    let mut all: Vec<ArticleRow<'_>> = Vec::new();
    let mut ids: AHashMap<At, TextId> = AHashMap::new();
    let mut firsts: AHashMap<TextId, At> = AHashMap::new();
    for text in texts {
        for article in &text.articles {
            ids.insert(article.at, text.id);
            all.push(article.clone());
        }
        if let Some(first) = text.articles.first() {
            firsts.insert(text.id, first.at);
        }
    }
    all.sort_unstable_by_key(|row| row.at);
    let part = Part::of(&all, job)?;
    let number = |id: &TextId| firsts.get(id).and_then(|&at| part.text_of(at));
    let mut numbered = Vec::with_capacity(pairs.len());
    for (a, b) in pairs {
        let (a, b) = number(a)
            .zip(number(b))
            .ok_or_else(|| job.damaged("pairs"))?;
        numbered.push(as_number((a.min(b), a.max(b))));
    }
    numbered.sort_unstable();
    let postings = Postings::known(job.form_anchors()?.clone());
    let candidates = Candidates::of_pairs(numbered, postings, &job.budget)?;
    let furniture = &job.tables()?.furniture;
    let verified = verify(
        &part.articles[..],
        furniture,
        &part.register,
        &part.texts,
        &candidates,
        &job.config,
        &job.budget,
    )?;
    let (register, texts) = (&part.register, &part.texts);
    let groups = CopyGroups::new(register, texts, &candidates, &verified, &job.config)?;
    let id = |article: u32| {
        ids.get(&all[article as usize].at)
            .copied()
            .unwrap_or_default()
    };
    for ((article, row), member) in (0u32..).zip(&all).zip(groups.iter()) {
        let text = part.texts.of_article[article as usize];
        let length = part.texts.print(text);
        let member = MemberRow {
            at: row.at,
            text: id(article),
            is_first: part.texts.articles[text as usize] == article,
            tokens: length.tokens,
            shingles: length.shingles,
            heading: row.heading().code(),
            representative: all[member.representative as usize].at,
            relation: relation_number(member.relation),
            similarity: member.similarity.0,
            copies: member.copies,
            kind: kind_number(member.kind),
            form: member.form.map(|form| all[form as usize].at),
        };
        let share = to.share(mix(row.at));
        to.send(Kind::Member, share, &member);
    }
    let id_of_text = |text: u32| id(part.texts.articles[text as usize]);
    for similar in &verified.pairs {
        let share = to.share(id_of_text(similar.pair.0).0);
        to.send(Kind::Similar, share, &row(similar, &id_of_text));
    }
    let counts = CountsRow {
        decided: verified.decided as u64,
        ..CountsRow::default()
    };
    to.send(Kind::Counts, 0, &counts);
    Ok(())
}

fn row(similar: &SimilarPair, id: &dyn Fn(u32) -> TextId) -> SimilarRow {
    let (a, b) = similar.pair;
    SimilarRow {
        pair: (id(a), id(b)),
        shared: similar.overlap.shared,
        sizes: similar.overlap.sizes,
        is_excerpt: similar.similarity == PairKind::Excerpt,
        own: similar.own,
        differs: similar.differs,
    }
}
