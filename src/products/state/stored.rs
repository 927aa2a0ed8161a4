//! What is stored of each article.

use crate::corpus::{ArticleId, Place, TextId};
use crate::kernel::Share;
use crate::spill::Bytes;
use crate::stages::copies::{CopyRelation, Kind, Member};
use crate::stages::stories::Part;

/// Stands for a pool where an article is in none.
pub(super) const NO_POOL: u16 = u16::MAX;

/// What a run decided of one article, and where it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) place: Place,
    /// Where its record stands in its input's decompressed bytes; nothing where records are not cut from bytes.
    pub(crate) span: std::ops::Range<u64>,
    /// The number of its text, and the article whose fingerprint the text takes.
    pub(crate) text: TextId,
    pub(crate) bearer: ArticleId,
    /// The article whose text its group is centred on.
    pub(crate) centre: TextId,
    /// Whether it belongs to its group as an excerpt, and whether it is a round-up.
    pub(crate) is_excerpt: bool,
    pub(crate) is_round_up: bool,
    /// The pool of its language, if it stands for its group.
    pub(crate) pool: Option<u16>,
    pub(crate) member: Member,
    pub(crate) part: Part,
}

/// Bytes of a stored article.
pub(super) const BYTES: usize = 68;

/// Stands for a form where an article is an item of none.
const NO_FORM: u32 = u32::MAX;

const RELATIONS: [CopyRelation; 4] = [
    CopyRelation::Representative,
    CopyRelation::Exact,
    CopyRelation::Near,
    CopyRelation::Excerpt,
];

impl Stored {
    pub(super) fn to_bytes(&self) -> [u8; BYTES] {
        let mut bytes = Vec::with_capacity(BYTES);
        let relation = RELATIONS
            .iter()
            .position(|&relation| relation == self.member.relation);
        let kind = Kind::ALL.iter().position(|&kind| kind == self.member.kind);
        let flags = u32::from(self.is_excerpt)
            | u32::from(self.is_round_up) << 1
            | (kind.unwrap_or(0) as u32) << 2;
        let pool = u32::from(self.pool.unwrap_or(NO_POOL));
        for number in [self.place.record, self.span.start] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        let numbers = [
            (self.span.end - self.span.start) as u32,
            self.place.input,
            self.text,
            self.bearer,
            self.centre,
            relation.unwrap_or(0) as u32 | flags << 8 | pool << 16,
            self.member.representative,
            self.member.similarity.0,
            self.member.copies,
            self.part.lead,
            self.part.similarity.0,
            self.part.articles,
            self.member.form.unwrap_or(NO_FORM),
        ];
        for number in numbers {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        let mut fixed = [0; BYTES];
        fixed.copy_from_slice(&bytes);
        fixed
    }

    /// `None` where the bytes are no stored article.
    pub(super) fn of_bytes(bytes: &[u8; BYTES]) -> Option<Stored> {
        let mut bytes = Bytes(bytes);
        let (record, start) = (bytes.u64()?, bytes.u64()?);
        let length = u64::from(bytes.u32()?);
        let input = bytes.u32()?;
        let (text, bearer, centre) = (bytes.u32()?, bytes.u32()?, bytes.u32()?);
        let packed = bytes.u32()?;
        let pool = (packed >> 16) as u16;
        let mut member = Member {
            representative: bytes.u32()?,
            relation: *RELATIONS.get((packed & 0xff) as usize)?,
            similarity: Share(bytes.u32()?),
            copies: bytes.u32()?,
            kind: *Kind::ALL.get((packed >> 10 & 3) as usize)?,
            form: None,
        };
        let part = Part {
            lead: bytes.u32()?,
            similarity: Share(bytes.u32()?),
            articles: bytes.u32()?,
        };
        member.form = Some(bytes.u32()?).filter(|&form| form != NO_FORM);
        Some(Stored {
            place: Place { input, record },
            span: start..start.checked_add(length)?,
            text,
            bearer,
            centre,
            is_excerpt: packed >> 8 & 1 == 1,
            is_round_up: packed >> 9 & 1 == 1,
            pool: (pool != NO_POOL).then_some(pool),
            member,
            part,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_comes_back() {
        let forms = [None, Some(0), Some(7)];
        for (kind, form) in Kind::ALL
            .into_iter()
            .flat_map(|kind| forms.map(|form| (kind, form)))
        {
            let stored = stored(kind, form);
            assert_eq!(Stored::of_bytes(&stored.to_bytes()), Some(stored));
        }
    }

    fn stored(kind: Kind, form: Option<u32>) -> Stored {
        Stored {
            place: Place {
                input: 3,
                record: 1 << 40,
            },
            span: 7..1007,
            text: 11,
            bearer: 12,
            centre: 13,
            is_excerpt: true,
            is_round_up: false,
            pool: Some(2),
            member: Member {
                representative: 14,
                relation: CopyRelation::Excerpt,
                similarity: Share(812_345),
                copies: 5,
                kind,
                form,
            },
            part: Part {
                lead: 15,
                similarity: Share(99),
                articles: 16,
            },
        }
    }
}
