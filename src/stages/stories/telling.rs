//! Telling: from the members of each story to the place of every article.

use rayon::prelude::*;

use super::lead::Leads;
use super::vectors::Vectors;
use super::{Labelled, NodeId, Part, Stories, StoryCounts, labels};
use crate::corpus::ArticleId;
use crate::error::Result;
use crate::kernel::Share;
use crate::stages::copies::{CopyGroups, Member};

/// A node's story: its lead, and how alike the node is to that.
type Led = (u32, Share);

/// The lead of a story, its label, and its representatives with their cosines to the lead: none where it is one text.
#[cfg(feature = "staged")]
pub(crate) type ToldStory = (ArticleId, String, Vec<(ArticleId, u32)>);

impl Stories {
    /// Each copy group a story of its own, where stories are not asked for.
    pub(crate) fn of_copies(groups: &CopyGroups) -> Stories {
        let part = |member: crate::stages::copies::Member| Part {
            lead: member.representative,
            similarity: Share(0),
            articles: member.copies,
        };
        Stories {
            parts: groups.iter().map(part).collect(),
            ..Stories::default()
        }
    }

    pub(super) fn new(
        stories: &[Vec<NodeId>],
        leads: &Leads<'_>,
        groups: &CopyGroups,
        counts: StoryCounts,
    ) -> Result<Stories> {
        let (nodes, vectors) = (leads.nodes, leads.vectors);
        let article = |node: NodeId| nodes.articles[node as usize];
        let alone = |node: NodeId| (article(node), Share(0));
        let mut led: Vec<Led> = (0..nodes.len() as u32).map(alone).collect();
        let mut labels = Vec::with_capacity(stories.len());
        let told: Vec<(u32, String, Vec<Share>)> = stories
            .par_iter()
            .map(|members| {
                leads.config.interrupt.check()?;
                let lead = leads.choose(members)?;
                let cosines = vectors.cosines(lead, members)?;
                let cosines = cosines.into_iter().map(Share).collect();
                Ok((lead, labels::label(members, vectors)?, cosines))
            })
            .collect::<Result<_>>()?;
        for (members, (lead, label, cosines)) in stories.iter().zip(told) {
            for (&node, cosine) in members.iter().zip(cosines) {
                led[node as usize] = (article(lead), cosine);
            }
            labels.push(Labelled {
                lead: article(lead),
                label,
                has_texts: true,
            });
        }
        labels.par_extend(labelled_alone(&led, vectors, groups)?);
        labels.sort_unstable();
        Ok(Stories {
            parts: parts(groups, |representative| {
                let node = nodes.of(representative);
                node.map_or((representative, Share(0)), |node| led[node as usize])
            }),
            labels,
            counts,
        })
    }

    /// Stories as shares told them.
    #[cfg(feature = "staged")]
    pub(crate) fn of_told(
        told: Vec<ToldStory>,
        groups: &CopyGroups,
        counts: StoryCounts,
    ) -> Stories {
        let alone = |member: crate::stages::copies::Member| (member.representative, Share(0));
        let mut led: Vec<Led> = groups.iter().map(alone).collect();
        let mut labels = Vec::with_capacity(told.len());
        for (lead, label, members) in told {
            for &(article, cosine) in &members {
                led[article as usize] = (lead, Share(cosine));
            }
            labels.push(Labelled {
                lead,
                label,
                has_texts: !members.is_empty(),
            });
        }
        labels.sort_unstable();
        Stories {
            parts: parts(groups, |representative| led[representative as usize]),
            labels,
            counts,
        }
    }
}

/// The stories that are one text in several articles.
fn labelled_alone(led: &[Led], vectors: &Vectors, groups: &CopyGroups) -> Result<Vec<Labelled>> {
    let mut stories: Vec<(u32, u32)> = led.iter().map(|led| led.0).zip(0..).collect();
    stories.par_sort_unstable();
    let alone = stories
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|story| story.len() == 1);
    let alone = alone.map(|story| story[0]);
    let printed: Vec<(u32, u32)> = alone
        .filter(|&(article, _)| groups.of(article as usize).copies > 1)
        .collect();
    let labelled = printed.into_par_iter().map(|(lead, node)| {
        Ok(Labelled {
            lead,
            label: labels::label(&[node], vectors)?,
            has_texts: false,
        })
    });
    let labelled: Result<Vec<Labelled>> = labelled.collect();
    // A text of which nothing is known to tell has no label.
    Ok(labelled?
        .into_iter()
        .filter(|it| !it.label.is_empty())
        .collect())
}

/// The place of every article, from those of representatives.
fn parts(groups: &CopyGroups, of: impl Fn(ArticleId) -> Led) -> Vec<Part> {
    let mut sizes = vec![0u32; groups.iter().count()];
    for member in groups.iter() {
        sizes[of(member.representative).0 as usize] += 1;
    }
    let part = |member: Member| {
        let (lead, similarity) = of(member.representative);
        Part {
            lead,
            similarity,
            articles: sizes[lead as usize],
        }
    };
    groups.iter().map(part).collect()
}
