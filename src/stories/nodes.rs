//! Nodes: the representatives of all copy groups, which stories are made of. What is no article tells none.

use rayon::prelude::*;

use crate::article::Register;
use crate::copies::{CopyGroups, Kind, Relation, Texts};
use crate::error::Result;

/// An article that is no node.
const NONE: u32 = u32::MAX;

/// The representatives, numbered by time: undated ones first, ties by content.
pub(super) struct Nodes {
    /// The article of each.
    pub(super) articles: Vec<u32>,
    /// When each was published, in seconds.
    pub(super) times: Vec<Option<i64>>,
    /// The rank of each by content hash, then by the hash of the record, then by its id: what samples and ties go by.
    pub(super) by_content: Vec<u32>,
    /// The article that the form of each is named after; [`NONE`] for what is no item of a form.
    forms: Vec<u32>,
    of_article: Vec<u32>,
}

impl Nodes {
    pub(super) fn new(register: &Register, texts: &Texts, groups: &CopyGroups) -> Result<Nodes> {
        let tells = |kind| matches!(kind, Kind::Article | Kind::Form);
        let stands = |&article: &u32| {
            let member = groups.of(article as usize);
            member.relation == Relation::Representative && tells(member.kind)
        };
        let mut articles: Vec<u32> = (0..register.len() as u32).filter(stands).collect();
        let content = |article: u32| {
            let at = article as usize;
            (texts.of_article[at], register.entry(at).record_hash)
        };
        articles.par_sort_unstable_by_key(|&article| (content(article), article));
        // Few records are the same to the byte, so few ids are read.
        for same in articles.chunk_by_mut(|&a, &b| content(a) == content(b)) {
            if same.len() > 1 {
                let named = |&article: &u32| {
                    let id = register.external_id(article as usize)?;
                    Ok((id, article))
                };
                let mut named = same.iter().map(named).collect::<Result<Vec<_>>>()?;
                named.sort_unstable();
                for (place, (_, article)) in same.iter_mut().zip(named) {
                    *place = article;
                }
            }
        }
        let time = |article: u32| {
            register
                .entry(article as usize)
                .published
                .map(|time| time.0)
        };
        let mut order: Vec<(Option<i64>, u32)> =
            articles.iter().map(|&a| time(a)).zip(0..).collect();
        order.par_sort_unstable();
        let mut nodes = Nodes {
            articles: Vec::with_capacity(order.len()),
            times: Vec::with_capacity(order.len()),
            by_content: Vec::with_capacity(order.len()),
            forms: Vec::with_capacity(order.len()),
            of_article: vec![NONE; register.len()],
        };
        for ((time, rank), node) in order.into_iter().zip(0..) {
            let article = articles[rank as usize];
            nodes.of_article[article as usize] = node;
            nodes.articles.push(article);
            nodes.times.push(time);
            nodes.by_content.push(rank);
            let form = groups.of(article as usize).form;
            nodes.forms.push(form.unwrap_or(NONE));
        }
        Ok(nodes)
    }

    /// Whether two nodes are items of one form: their wording says nothing of what they tell.
    pub(super) fn are_of_one_form(&self, a: u32, b: u32) -> bool {
        let form = self.forms[a as usize];
        form != NONE && form == self.forms[b as usize]
    }

    pub(super) fn len(&self) -> usize {
        self.articles.len()
    }

    /// The nodes in the order of their articles.
    pub(super) fn in_order_of_articles(&self) -> Vec<u32> {
        let nodes = self.of_article.iter().copied();
        nodes.filter(|&node| node != NONE).collect()
    }

    /// How many articles there are, those that are no nodes included.
    pub(super) fn articles_in_all(&self) -> usize {
        self.of_article.len()
    }

    /// The node of an article, if it stands for its group.
    pub(super) fn of(&self, article: u32) -> Option<u32> {
        Some(self.of_article[article as usize]).filter(|&node| node != NONE)
    }
}
