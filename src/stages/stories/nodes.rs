//! Nodes: the representatives of all copy groups, which stories are made of, but for those that tell none: notices, and records
//! without a text, unless a headline tells by itself.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::NodeId;
use super::forms::Form;
use super::score::Apart;
use crate::corpus::{ArticleId, Register, SourceId};
use crate::error::Result;
use crate::kernel::{Heading, Tokenizer};
use crate::stages::copies::{CopyGroups, CopyRelation, Kind, Member, Texts};

/// So many different words of a title tell something where there is no text.
const HEADLINE: usize = 5;

/// An article that is no node.
const NONE: u32 = u32::MAX;

/// The representatives, numbered by time: undated ones first, ties by content.
pub(super) struct Representatives {
    /// The article of each.
    pub(super) articles: Vec<ArticleId>,
    /// When each was published, in seconds.
    pub(super) times: Vec<Option<i64>>,
    /// The source of each.
    pub(super) sources: Vec<Option<SourceId>>,
    /// The hash of the record of each.
    pub(super) records: Vec<u64>,
    /// The rank of each by content hash, then by the hash of the record, then by its id: what samples and ties go by.
    pub(super) by_content: Vec<u32>,
    of_article: Vec<NodeId>,
    /// The article that the form of each is named after; nothing where no node is an item of one.
    form_of: Vec<u32>,
    forms: BTreeMap<u32, Form>,
}

impl Representatives {
    pub(super) fn new(
        register: &Register,
        texts: &Texts,
        groups: &CopyGroups,
    ) -> Result<Representatives> {
        let stands = |&article: &ArticleId| {
            let Member { kind, relation, .. } = groups.of(article as usize);
            is_node(kind, relation)
        };
        let mut articles: Vec<ArticleId> = (0..register.len() as u32).filter(stands).collect();
        articles.extend(headlines(register, texts, groups)?);
        let content = |article: ArticleId| {
            let at = article as usize;
            (texts.of_article[at], register.entry(at).record_hash)
        };
        articles.par_sort_unstable_by_key(|&article| (content(article), article));
        // Few records are the same to the byte, so few ids are read.
        for same in articles.chunk_by_mut(|&a, &b| content(a) == content(b)) {
            if same.len() > 1 {
                let named = |&article: &ArticleId| {
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
        let time = |article: ArticleId| register.entry(article as usize).published.map(|it| it.0);
        let mut order: Vec<(Option<i64>, u32)> =
            articles.iter().map(|&a| time(a)).zip(0..).collect();
        order.par_sort_unstable();
        let mut nodes = Representatives {
            articles: Vec::with_capacity(order.len()),
            times: Vec::with_capacity(order.len()),
            sources: Vec::with_capacity(order.len()),
            records: Vec::with_capacity(order.len()),
            by_content: Vec::with_capacity(order.len()),
            of_article: vec![NONE; register.len()],
            form_of: Vec::new(),
            forms: BTreeMap::new(),
        };
        for ((time, rank), node) in order.into_iter().zip(0..) {
            let article = articles[rank as usize];
            nodes.of_article[article as usize] = node;
            nodes.articles.push(article);
            nodes.times.push(time);
            let entry = register.entry(article as usize);
            nodes.sources.push(entry.source);
            nodes.records.push(entry.record_hash);
            nodes.by_content.push(rank);
        }
        nodes.name_forms(register, groups);
        Ok(nodes)
    }

    /// Notes which nodes are items of a form.
    fn name_forms(&mut self, register: &Register, groups: &CopyGroups) {
        let form = |&article: &ArticleId| {
            let Member { kind, form, .. } = groups.of(article as usize);
            form.filter(|_| kind == Kind::Form).unwrap_or(NONE)
        };
        let form_of: Vec<u32> = self.articles.iter().map(form).collect();
        for &named in form_of.iter().filter(|&&named| named != NONE) {
            let form = self.forms.entry(named).or_insert_with(|| Form {
                key: register.entry(named as usize).record_hash as u32,
                items: 0,
            });
            form.items += 1;
        }
        if !self.forms.is_empty() {
            self.form_of = form_of;
        }
    }

    /// Those of some articles.
    pub(super) fn only(mut self, is_wanted: impl Fn(u32) -> bool) -> Representatives {
        let wanted: Vec<bool> = self.articles.iter().map(|&it| is_wanted(it)).collect();
        fn keep<T>(values: &mut Vec<T>, wanted: &[bool]) {
            let mut wanted = wanted.iter();
            values.retain(|_| wanted.next() == Some(&true));
        }
        keep(&mut self.articles, &wanted);
        keep(&mut self.times, &wanted);
        keep(&mut self.sources, &wanted);
        keep(&mut self.records, &wanted);
        keep(&mut self.by_content, &wanted);
        keep(&mut self.form_of, &wanted);
        self.of_article.fill(NONE);
        for (node, &article) in (0u32..).zip(&self.articles) {
            self.of_article[article as usize] = node;
        }
        self
    }

    /// All articles of a part of a dump, in their order, where each of them is a representative.
    #[cfg(feature = "staged")]
    pub(super) fn of_part(register: &Register) -> Representatives {
        let entries = || (0..register.len()).map(|article| register.entry(article));
        Representatives {
            articles: (0..register.len() as u32).collect(),
            times: entries()
                .map(|it| it.published.map(|time| time.0))
                .collect(),
            sources: entries().map(|it| it.source).collect(),
            records: entries().map(|it| it.record_hash).collect(),
            by_content: Vec::new(),
            of_article: (0..register.len() as u32).collect(),
            form_of: Vec::new(),
            forms: BTreeMap::new(),
        }
    }

    /// What the form of each node is named after.
    #[cfg(feature = "staged")]
    pub(super) fn form_names(&self) -> Vec<Option<u64>> {
        let name = |node| {
            let named: Option<u32> = self.form_of.get(node).copied();
            named.filter(|&named| named != NONE).map(u64::from)
        };
        (0..self.len()).map(name).collect()
    }

    /// The forms of these nodes, with how many of these are items of each.
    #[cfg(feature = "staged")]
    pub(super) fn own_forms(&self) -> BTreeMap<u64, Form> {
        let mut own: BTreeMap<u64, Form> = BTreeMap::new();
        for named in self.form_of.iter().filter(|&&named| named != NONE) {
            if let Some(form) = self.forms.get(named) {
                let own = own.entry((*named).into());
                own.or_insert(Form { items: 0, ..*form }).items += 1;
            }
        }
        own
    }

    /// Takes it that nodes are items of the forms of these names, as they are known of a whole dump.
    #[cfg(feature = "staged")]
    pub(super) fn know_forms(&mut self, names: &[Option<u64>], known: &BTreeMap<u64, Form>) {
        let number: BTreeMap<u64, u32> = known.keys().copied().zip(0..).collect();
        let form = |name: &Option<u64>| {
            let number = name.and_then(|name| number.get(&name));
            number.copied().unwrap_or(NONE)
        };
        self.form_of = names.iter().map(form).collect();
        self.forms = (0..).zip(known.values().copied()).collect();
    }

    /// Counts nodes to forms that are known by names, and calls all forms by these.
    pub(super) fn join_forms(
        &mut self,
        known: &mut BTreeMap<u32, Form>,
        name: impl Fn(ArticleId) -> Option<u32>,
    ) {
        let own = std::mem::take(&mut self.forms);
        for (form, &article) in self.form_of.iter_mut().zip(&self.articles) {
            let Some((named, it)) = name(article).zip(own.get(form)) else {
                continue;
            };
            let joined = known.entry(named).or_insert(Form { items: 0, ..*it });
            joined.items += 1;
            *form = named;
        }
        self.forms = known.clone();
    }

    /// How two nodes stand to each other, whatever they say.
    pub(super) fn apart(&self, a: NodeId, b: NodeId) -> Apart {
        let (a, b) = (a as usize, b as usize);
        let gap = self.times[a].zip(self.times[b]);
        Apart {
            gap: gap.map(|(x, y)| x.abs_diff(y)),
            is_one_source: self.sources[a].is_some() && self.sources[a] == self.sources[b],
        }
    }

    /// The form that a node is an item of.
    pub(super) fn form(&self, node: NodeId) -> Option<Form> {
        self.forms.get(self.form_of.get(node as usize)?).copied()
    }

    /// All forms, by the articles that they are named after.
    pub(super) fn forms(&self) -> &BTreeMap<u32, Form> {
        &self.forms
    }

    pub(super) fn len(&self) -> usize {
        self.articles.len()
    }

    /// The nodes in the order of their articles.
    pub(super) fn in_order_of_articles(&self) -> Vec<NodeId> {
        let nodes = self.of_article.iter().copied();
        nodes.filter(|&node| node != NONE).collect()
    }

    /// The node of an article, if it stands for its group.
    pub(super) fn of(&self, article: ArticleId) -> Option<NodeId> {
        Some(self.of_article[article as usize]).filter(|&node| node != NONE)
    }
}

/// The records without a text, among articles, that have a headline of their own: a long one that no other has which is no copy.
fn headlines(register: &Register, texts: &Texts, groups: &CopyGroups) -> Result<Vec<ArticleId>> {
    let is_bare = |&article: &ArticleId| {
        let Member { kind, relation, .. } = groups.of(article as usize);
        is_bare(kind, relation, texts.heading(article))
    };
    let bare = (0..register.len() as u32).filter(is_bare);
    let mut bare: Vec<(u32, u32)> = bare.map(|it| (texts.of_article[it as usize], it)).collect();
    bare.par_sort_unstable();
    let own = bare
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|same| same.len() == 1);
    let own: Vec<u32> = own.map(|same| same[0].1).collect();
    let is_headline = |&article: &ArticleId| {
        let title = register.title(article as usize)?;
        Ok(is_headline(&title).then_some(article))
    };
    let told = own.par_iter().map(is_headline);
    told.filter_map(Result::transpose).collect()
}

/// Whether a record without a text may be looked at for its headline.
pub(crate) fn is_bare(kind: Kind, relation: CopyRelation, heading: Heading) -> bool {
    kind == Kind::Empty && relation == CopyRelation::Representative && heading.is_alone()
}

/// Whether a title tells something where there is no text.
pub(crate) fn is_headline(title: &str) -> bool {
    let mut words = Vec::new();
    Tokenizer::default().tokens(title, &mut words);
    words.sort_unstable();
    words.dedup();
    words.len() >= HEADLINE
}

/// Whether an article is looked at for stories: it stands for its group, and is no record that tells nothing.
pub(crate) fn is_node(kind: Kind, relation: CopyRelation) -> bool {
    let tells = !matches!(kind, Kind::Notice | Kind::Empty);
    tells && relation == CopyRelation::Representative
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_and_empty_records_tell_no_story() {
        for (kind, tells) in [
            (Kind::Article, true),
            (Kind::Form, true),
            (Kind::Notice, false),
            (Kind::Empty, false),
        ] {
            assert_eq!(is_node(kind, CopyRelation::Representative), tells);
            assert!(!is_node(kind, CopyRelation::Near));
        }
    }
}
