//! Copies: similar pairs, groups, and the place of every article, component by component.

use ahash::AHashMap;

use super::part::Part;
use super::wire::{
    ArticleRow, At, CountsRow, Kind, MemberRow, PairRow, SimilarRow, TextKey, TextRow, rows,
};
use super::{Job, MapReduce, PackedRun, Sender};
use crate::error::Result;
use crate::kernel::mix;
use crate::stages::candidates::{Candidates, Postings, as_number};
use crate::stages::copies::{
    CopyGroups, Member, PairKind, SimilarPair, kind_number, relation_number, verify,
};

/// Decides about all copies.
pub(super) struct Copies<'j>(pub(super) &'j Job);

impl MapReduce for Copies<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
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

    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, to: &mut Sender) -> Result<()> {
        let job = self.0;
        let runs: Vec<PackedRun> = runs.collect();
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
    pairs: &[(TextKey, TextKey)],
    to: &mut Sender,
) -> Result<()> {
    if texts.is_empty() {
        return Ok(());
    }
    let whole = Whole::of(job, texts)?;
    let (register, texts) = (&whole.part.register, &whole.part.texts);
    let postings = Postings::known(job.form_anchors()?.clone());
    let numbered = whole.numbered(pairs).ok_or_else(|| job.damaged("pairs"))?;
    let candidates = Candidates::of_pairs(numbered, postings, &job.budget)?;
    let verified = verify(
        &whole.part.articles[..],
        &job.tables()?.furniture,
        register,
        texts,
        &candidates,
        &job.config,
        &job.budget,
    )?;
    let groups = CopyGroups::new(register, texts, &candidates, &verified, &job.config)?;
    for (article, member) in (0u32..).zip(groups.iter()) {
        let row = whole.member_row(article, member);
        let share = to.share(mix(row.at));
        to.send(Kind::Member, share, &row);
    }
    for similar in &verified.pairs {
        let row = whole.similar_row(similar);
        let share = to.share(row.pair.0.0);
        to.send(Kind::Similar, share, &row);
    }
    let counts = CountsRow {
        decided: verified.decided as u64,
        ..CountsRow::default()
    };
    to.send(Kind::Counts, 0, &counts);
    Ok(())
}

/// Components that are whole, as a run has a dump.
struct Whole<'r> {
    rows: Vec<ArticleRow<'r>>,
    part: Part<'r>,
    ids: AHashMap<At, TextKey>,
    firsts: AHashMap<TextKey, At>,
}

impl<'r> Whole<'r> {
    fn of(job: &Job, texts: &[TextRow<'r>]) -> Result<Whole<'r>> {
        let mut rows: Vec<ArticleRow<'r>> = Vec::new();
        let (mut ids, mut firsts) = (AHashMap::new(), AHashMap::new());
        for text in texts {
            for article in &text.articles {
                ids.insert(article.at, text.id);
                rows.push(article.clone());
            }
            if let Some(first) = text.articles.first() {
                firsts.insert(text.id, first.at);
            }
        }
        rows.sort_unstable_by_key(|row| row.at);
        let part = Part::of(&rows, job)?;
        Ok(Whole {
            rows,
            part,
            ids,
            firsts,
        })
    }

    /// Pairs by the numbers that their texts have here, ascending; `None` where a text is not here.
    fn numbered(&self, pairs: &[(TextKey, TextKey)]) -> Option<Vec<u64>> {
        let number = |id: &TextKey| self.part.text_of(*self.firsts.get(id)?);
        let pair = |(a, b): &(TextKey, TextKey)| {
            let (a, b) = (number(a)?, number(b)?);
            Some(as_number((a.min(b), a.max(b))))
        };
        let mut numbered: Vec<u64> = pairs.iter().map(pair).collect::<Option<_>>()?;
        numbered.sort_unstable();
        Some(numbered)
    }

    fn id(&self, article: u32) -> TextKey {
        let at = self.rows[article as usize].at;
        self.ids.get(&at).copied().unwrap_or_default()
    }

    fn member_row(&self, article: u32, member: Member) -> MemberRow {
        let text = self.part.texts.of_article[article as usize];
        let length = self.part.texts.print(text);
        let at = |article: u32| self.rows[article as usize].at;
        MemberRow {
            at: at(article),
            text: self.id(article),
            is_first: self.part.texts.articles[text as usize] == article,
            tokens: length.tokens,
            shingles: length.shingles,
            heading: self.rows[article as usize].heading().code(),
            representative: at(member.representative),
            relation: relation_number(member.relation),
            similarity: member.similarity.0,
            copies: member.copies,
            kind: kind_number(member.kind),
            form: member.form.map(at),
        }
    }

    fn similar_row(&self, similar: &SimilarPair) -> SimilarRow {
        let id = |text: u32| self.id(self.part.texts.articles[text as usize]);
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
}
