//! What of a run's records is no article, and which forms and notices there are.

use ahash::AHashMap;

use crate::pipeline::Clustering;
use crate::stages::copies::Kind;

/// How many records are no articles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoArticles {
    /// Pages whose text is no article's.
    pub notices: Items,
    /// Items of forms.
    pub forms: Items,
    /// Records without text.
    pub empty: usize,
}

/// The items of all notices, or of all forms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Items {
    /// How many there are.
    pub records: usize,
    /// Of how many notices or forms they are.
    pub kinds: usize,
    /// The one with most items: how many it has, the article that it is named after, and the first of its items.
    pub largest: Option<(usize, u32, u32)>,
}

impl NoArticles {
    /// Counts a run's records.
    pub fn of(found: &Clustering) -> NoArticles {
        let mut counted = NoArticles::default();
        // Of each form how many items it has, and the first of them.
        let mut forms: AHashMap<(Kind, u32), (usize, u32)> = AHashMap::new();
        for (member, article) in found.groups.iter().zip(0..) {
            match member.kind {
                Kind::Article => {}
                Kind::Empty => counted.empty += 1,
                Kind::Notice => counted.notices.records += 1,
                Kind::Form => counted.forms.records += 1,
            }
            if let (Kind::Notice | Kind::Form, Some(form)) = (member.kind, member.form) {
                forms.entry((member.kind, form)).or_insert((0, article)).0 += 1;
            }
        }
        let mut forms: Vec<((Kind, u32), (usize, u32))> = forms.into_iter().collect();
        forms.sort_unstable();
        for ((kind, form), (records, first)) in forms {
            let items = match kind {
                Kind::Notice => &mut counted.notices,
                _ => &mut counted.forms,
            };
            items.kinds += 1;
            if items.largest.is_none_or(|largest| largest.0 < records) {
                items.largest = Some((records, form, first));
            }
        }
        counted
    }

    /// Whether every record is an article.
    pub fn is_none(&self) -> bool {
        self.notices.records + self.forms.records + self.empty == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::corpus::Article;
    use crate::kernel::Share;
    use crate::pipeline;
    use crate::stages::copies::{CopyGroups, CopyRelation, Member};

    fn counted(kinds: &[(Kind, Option<u32>)]) -> NoArticles {
        let text = "The harbour master says so.";
        let articles = vec![
            Article {
                text: text.into(),
                ..Article::default()
            };
            kinds.len()
        ];
        let mut found = pipeline::cluster(&articles[..], &Config::default(), &|_| Ok(())).unwrap();
        let member = |(representative, &(kind, form)): (u32, &(Kind, Option<u32>))| Member {
            representative,
            relation: CopyRelation::Representative,
            similarity: Share(0),
            copies: 1,
            kind,
            form,
        };
        found.groups = CopyGroups::of_members((0..).zip(kinds).map(member).collect());
        NoArticles::of(&found)
    }

    #[test]
    fn records_are_counted_by_what_they_are() {
        use Kind::{Article, Empty, Form, Notice};
        let counted = counted(&[
            (Notice, Some(0)),
            (Article, None),
            (Form, Some(4)),
            (Notice, Some(6)),
            (Form, Some(4)),
            (Empty, None),
            (Notice, Some(6)),
            (Form, Some(7)),
            (Notice, None),
        ]);
        let items = |records, kinds, largest| Items {
            records,
            kinds,
            largest: Some(largest),
        };
        let expected = NoArticles {
            notices: items(4, 2, (2, 6, 3)),
            forms: items(3, 2, (2, 4, 2)),
            empty: 1,
        };
        assert_eq!(counted, expected);
    }

    #[test]
    fn a_dump_of_articles_has_nothing_else() {
        assert!(counted(&[(Kind::Article, None); 3]).is_none());
        assert!(!counted(&[(Kind::Notice, None); 1]).is_none());
    }
}
