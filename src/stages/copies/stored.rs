//! What was found of copies, in bytes, so that a run that was stopped goes on behind it.

use std::io::{self, Write};

use super::kind::Kind;
use super::pairs::{PairKind, SimilarPair};
use super::{CopyGroups, CopyRelation, Member, Texts};
use crate::kernel::{Heading, Overlap, Share};
use crate::spill::Bytes;

const RELATIONS: [CopyRelation; 4] = [
    CopyRelation::Representative,
    CopyRelation::Exact,
    CopyRelation::Near,
    CopyRelation::Excerpt,
];
/// Stands for a form where there is none.
const NO_FORM: u32 = u32::MAX;

/// The number of a relation.
pub(crate) fn relation_number(relation: CopyRelation) -> u8 {
    let number = RELATIONS.iter().position(|&it| it == relation);
    number.unwrap_or(0) as u8
}

/// The relation of a number.
pub(crate) fn relation_of_number(number: u8) -> Option<CopyRelation> {
    RELATIONS.get(usize::from(number)).copied()
}

/// The number of a kind of record, its place in [`Kind::ALL`].
pub(crate) fn kind_number(kind: Kind) -> u8 {
    let number = Kind::ALL.iter().position(|&it| it == kind);
    number.unwrap_or(0) as u8
}

/// Groups, the texts they are made of, and the pairs that made them.
pub(crate) struct StoredCopies {
    pub(crate) groups: CopyGroups,
    pub(crate) texts: Texts,
    pub(crate) pairs: Vec<SimilarPair>,
}

/// Writes what was found.
pub(crate) fn store(
    groups: &CopyGroups,
    texts: &Texts,
    pairs: &[SimilarPair],
    to: &mut dyn Write,
) -> io::Result<()> {
    let mut numbers = |mut numbers: &mut dyn Iterator<Item = u32>| {
        Iterator::try_for_each(&mut numbers, |number| to.write_all(&number.to_le_bytes()))
    };
    let (tokens, shingles, headings) = texts.parts();
    let (articles, of_texts) = (texts.of_article.len() as u32, texts.articles.len() as u32);
    numbers(&mut [articles, of_texts, pairs.len() as u32].into_iter())?;
    numbers(&mut texts.articles.iter().copied())?;
    numbers(&mut texts.of_article.iter().copied())?;
    numbers(&mut tokens.iter().chain(shingles).copied())?;
    numbers(&mut headings.iter().map(|heading| heading.code()))?;
    for member in &groups.0 {
        let (relation, kind) = (relation_number(member.relation), kind_number(member.kind));
        let packed = u32::from(relation) | u32::from(kind) << 8;
        let form = member.form.unwrap_or(NO_FORM);
        let row = [
            member.representative,
            member.similarity.0,
            member.copies,
            form,
            packed,
        ];
        numbers(&mut row.into_iter())?;
    }
    for pair in pairs {
        let Overlap { shared, sizes } = pair.overlap;
        let flags = u32::from(pair.similarity == PairKind::Excerpt) | u32::from(pair.differs) << 1;
        let own = u32::from(pair.own.0) | u32::from(pair.own.1) << 16;
        let row = [
            pair.pair.0,
            pair.pair.1,
            shared,
            sizes.0,
            sizes.1,
            own,
            flags,
        ];
        numbers(&mut row.into_iter())?;
    }
    Ok(())
}

/// What was stored; `None` where the bytes are nothing of the kind.
pub(crate) fn stored(bytes: &[u8]) -> Option<StoredCopies> {
    let mut bytes = Bytes(bytes);
    let (articles, of_texts, of_pairs) = (bytes.u32()?, bytes.u32()?, bytes.u32()?);
    let rows = 6 * u64::from(articles) + 3 * u64::from(of_texts) + 7 * u64::from(of_pairs);
    // What claims to have more than there is must not be given room for it. Of headings there is one an article.
    (4 * (rows + u64::from(articles)) == bytes.0.len() as u64).then_some(())?;
    let mut numbers =
        |count: u32| -> Option<Vec<u32>> { (0..count).map(|_| bytes.u32()).collect() };
    let (bearers, of_article) = (numbers(of_texts)?, numbers(articles)?);
    let (tokens, shingles) = (numbers(of_texts)?, numbers(of_texts)?);
    let headings = numbers(articles)?.into_iter().map(Heading::of_code);
    let headings = headings.collect::<Option<Vec<Heading>>>()?;
    let are_sound =
        bearers.iter().all(|&it| it < articles) && of_article.iter().all(|&it| it < of_texts);
    are_sound.then_some(())?;
    let texts = Texts::of_parts(bearers, of_article, tokens, shingles, headings);
    let member = |_| {
        let (representative, similarity) = (bytes.u32()?, Share(bytes.u32()?));
        let (copies, form, packed) = (bytes.u32()?, bytes.u32()?, bytes.u32()?);
        (representative < articles).then_some(Member {
            representative,
            relation: relation_of_number(packed as u8)?,
            similarity,
            copies,
            kind: *Kind::ALL.get((packed >> 8) as usize)?,
            form: Some(form).filter(|&form| form != NO_FORM),
        })
    };
    let groups = (0..articles).map(member).collect::<Option<Vec<Member>>>()?;
    let pair = |_| {
        let pair = (bytes.u32()?, bytes.u32()?);
        let (shared, sizes) = (bytes.u32()?, (bytes.u32()?, bytes.u32()?));
        let (own, flags) = (bytes.u32()?, bytes.u32()?);
        (pair.0 < of_texts && pair.1 < of_texts).then_some(SimilarPair {
            pair,
            overlap: Overlap { shared, sizes },
            similarity: match flags & 1 {
                0 => PairKind::Near,
                _ => PairKind::Excerpt,
            },
            own: (own as u16, (own >> 16) as u16),
            differs: flags & 2 != 0,
        })
    };
    Some(StoredCopies {
        pairs: (0..of_pairs)
            .map(pair)
            .collect::<Option<Vec<SimilarPair>>>()?,
        groups: CopyGroups(groups),
        texts,
    })
}
