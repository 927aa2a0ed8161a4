//! The end: what was found of copies becomes a work folder, from which the usual run goes on.

use super::wire::{CountsRow, Kind, MemberRow, SimilarRow, TextKey, rows};
use super::{Job, MapReduce, PackedRun, Sender};
use crate::error::Result;
use crate::kernel::{Heading, Overlap, Share};
use crate::products::work::Work;
use crate::progress::Counts;
use crate::recorder::Checkpoints;
use crate::stages::copies::{
    CopyGroups, Kind as RecordKind, Member, PairKind, SimilarPair, Texts, relation_of_number,
};
use crate::stages::stories::Stories;
use crate::stages::stories::shares::ToldRow;

/// Makes the work folder.
pub(super) struct Finish<'j>(pub(super) &'j Job);

impl MapReduce for Finish<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        to.forward(run.kind, 0, &run.payload);
        Ok(())
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, _: &mut Sender) -> Result<()> {
        let job = self.0;
        let (mut members, mut similar) = (Vec::<MemberRow>::new(), Vec::<SimilarRow>::new());
        let mut counts = Counts::default();
        let (mut told, mut linked) = (Vec::<ToldRow>::new(), 0);
        let broken = || job.damaged("copies");
        for run in runs {
            if run.kind == Kind::Member as u32 {
                for row in rows(&run.payload) {
                    members.push(row.ok_or_else(broken)?.0);
                }
            } else if run.kind == Kind::Similar as u32 {
                for row in rows(&run.payload) {
                    similar.push(row.ok_or_else(broken)?.0);
                }
            } else if run.kind == Kind::Told as u32 {
                for row in rows(&run.payload) {
                    told.push(row.ok_or_else(broken)?.0);
                }
            } else if run.kind == Kind::Linked as u32 {
                for row in rows::<u64>(&run.payload) {
                    linked += row.ok_or_else(broken)?.0;
                }
            } else {
                for row in rows(&run.payload) {
                    add(&mut counts, &row.ok_or_else(broken)?.0);
                }
            }
        }
        members.sort_unstable_by_key(|row| row.at);
        similar.sort_unstable();
        let (groups, texts, ids) = found(&members).ok_or_else(broken)?;
        let mut pairs = Vec::with_capacity(similar.len());
        for row in &similar {
            pairs.push(pair(row, &ids).ok_or_else(broken)?);
        }
        let corpus = (job.opener)(&job.files)?;
        let work = Work::open(&job.folder, &corpus, &job.config)?;
        work.keep_furniture(&job.tables()?.furniture)?;
        work.keep_copies(&groups, &texts, &pairs, counts)?;
        if !job.tells_stories() {
            return Ok(());
        }
        let number = |at: u64| {
            let article = members.binary_search_by_key(&at, |row| row.at);
            article.map(|article| article as u32).map_err(|_| broken())
        };
        let mut stories = Vec::with_capacity(told.len());
        for story in told {
            let members = story.members.into_iter();
            let members = members.map(|(at, cosine)| Ok((number(at)?, cosine)));
            let members: Vec<(u32, u32)> = members.collect::<Result<_>>()?;
            stories.push((number(story.lead)?, story.label, members));
        }
        let counts = job.story_counts(linked)?;
        work.keep_stories(&Stories::of_told(stories, &groups, counts))
    }
}

fn add(counts: &mut Counts, row: &CountsRow) {
    counts.text_bytes += row.text_bytes;
    counts.furniture_bytes += row.furniture_bytes;
    counts.emptied += row.emptied as usize;
    counts.from_bands += row.from_bands as usize;
    counts.from_anchors += row.from_anchors as usize;
    counts.from_addresses += row.from_addresses as usize;
    counts.candidates += row.candidates as usize;
    counts.decided += row.decided as usize;
}

/// Groups and texts as a run has them, and the ids of the texts, ascending; the articles are in the order of the dump.
fn found(members: &[MemberRow]) -> Option<(CopyGroups, Texts, Vec<TextKey>)> {
    let mut ids: Vec<TextKey> = members.iter().map(|row| row.text).collect();
    ids.sort_unstable();
    ids.dedup();
    let number = |at: u64| members.binary_search_by_key(&at, |row| row.at).ok();
    let text = |id: &TextKey| ids.binary_search(id).ok();
    let mut articles = vec![0u32; ids.len()];
    let (mut tokens, mut shingles) = (vec![0u32; ids.len()], vec![0u32; ids.len()]);
    let mut of_article = Vec::with_capacity(members.len());
    let (mut headings, mut groups) = (Vec::new(), Vec::with_capacity(members.len()));
    for (article, row) in (0u32..).zip(members) {
        let text = text(&row.text)?;
        of_article.push(text as u32);
        headings.push(Heading::of_code(row.heading)?);
        if row.is_first {
            articles[text] = article;
            (tokens[text], shingles[text]) = (row.tokens, row.shingles);
        }
        groups.push(Member {
            representative: number(row.representative)? as u32,
            relation: relation_of_number(row.relation)?,
            similarity: Share(row.similarity),
            copies: row.copies,
            kind: *RecordKind::ALL.get(usize::from(row.kind))?,
            form: match row.form {
                Some(form) => Some(number(form)? as u32),
                None => None,
            },
        });
    }
    let texts = Texts::of_parts(articles, of_article, tokens, shingles, headings);
    Some((CopyGroups::of_members(groups), texts, ids))
}

fn pair(row: &SimilarRow, ids: &[TextKey]) -> Option<SimilarPair> {
    let number = |id: &TextKey| ids.binary_search(id).ok().map(|at| at as u32);
    let pair = (number(&row.pair.0)?, number(&row.pair.1)?);
    let (shared, sizes) = (row.shared, row.sizes);
    Some(SimilarPair {
        pair,
        overlap: Overlap { shared, sizes },
        similarity: match row.is_excerpt {
            true => PairKind::Excerpt,
            false => PairKind::Near,
        },
        own: row.own,
        differs: row.differs,
    })
}
