//! What may be a copy, and who stands for its copies, is the user's to say.

use samestory::config::{Config, Keep, Within};
use samestory::copies::CopyRelation;
use samestory::corpus::Timestamp;

use crate::corpora::*;
use crate::run::{Found, run, run_with};

const DAY: u64 = 86_400;

#[test]
fn a_daily_horoscope_is_not_yesterdays_within_a_window() {
    for seed in 1..=3 {
        let dump = horoscopes(seed);
        let config = Config {
            copy_window: Some(DAY - 1),
            ..Config::default()
        };
        let together = dump.recall_by_edit(&run_with(&dump, &config).clusters());
        assert_eq!((together["same day"], together["next day"]), (1.0, 0.0));
        assert_eq!(together["a month later"], 0.0);
    }
}

#[test]
fn no_group_is_wider_than_the_window() {
    let dump = horoscopes(1);
    for window in [DAY, 3 * DAY, 10 * DAY] {
        let config = Config {
            copy_window: Some(window),
            ..Config::default()
        };
        let found = run_with(&dump, &config);
        for [a, b] in pairs_together(&dump, &found) {
            let (a, b) = (time(&found, a), time(&found, b));
            assert!(a.0.abs_diff(b.0) <= window);
        }
    }
}

/// Every two records in one group.
fn pairs_together<'d>(dump: &'d Dump, found: &Found) -> Vec<[&'d str; 2]> {
    let mut pairs = Vec::new();
    for (at, a) in dump.records.iter().enumerate() {
        for b in &dump.records[..at] {
            if found.together(&a.id, &b.id) {
                pairs.push([a.id.as_str(), b.id.as_str()]);
            }
        }
    }
    pairs
}

fn time(found: &Found, id: &str) -> Timestamp {
    let published = found.entry(id).published;
    published.expect("every record has a date")
}

fn with(change: impl FnOnce(&mut Config)) -> Config {
    let mut config = Config::default();
    change(&mut config);
    config
}

#[test]
fn within_a_source_only_its_own_copies_are_found() {
    let dump = wire(1);
    let found = run_with(&dump, &with(|config| config.within = Some(Within::Source)));
    let pairs = pairs_together(&dump, &found);
    assert!(!pairs.is_empty());
    for [a, b] in pairs {
        assert_eq!(dump.record(a).source, dump.record(b).source);
    }
}

#[test]
fn across_sources_no_group_has_a_source_twice() {
    let dump = wire(1);
    let config = with(|config| config.within = Some(Within::AcrossSources));
    let found = run_with(&dump, &config);
    let pairs = pairs_together(&dump, &found);
    assert!(!pairs.is_empty());
    for [a, b] in pairs {
        assert_ne!(dump.record(a).source, dump.record(b).source);
    }
}

/// The members of every group of two or more whose texts are so alike that each holds the others.
fn whole_groups<'d>(dump: &'d Dump, found: &Found) -> Vec<(&'d str, Vec<&'d str>)> {
    let mut groups: std::collections::BTreeMap<&str, Vec<&str>> = Default::default();
    for record in &dump.records {
        let lead = dump.record(found.representative(&record.id));
        groups.entry(&lead.id).or_default().push(&record.id);
    }
    groups.retain(|_, ids| {
        ids.len() > 1
            && ids.iter().all(|id| {
                let member = found.member(id);
                member.relation == CopyRelation::Representative || member.similarity.0 >= 930_000
            })
    });
    assert!(groups.len() > 4);
    groups.into_iter().collect()
}

#[test]
fn the_earliest_copy_stands_for_the_rest_unless_the_latest_is_asked_for() {
    let dump = wire(2);
    let found = run(&dump);
    for (lead, ids) in whole_groups(&dump, &found) {
        assert!(ids.iter().all(|id| time(&found, id) >= time(&found, lead)));
    }
    let found = run_with(&dump, &with(|config| config.keep = Keep::Latest));
    for (lead, ids) in whole_groups(&dump, &found) {
        assert!(ids.iter().all(|id| time(&found, id) <= time(&found, lead)));
    }
}

#[test]
fn the_longest_copy_stands_for_the_rest_where_asked_for() {
    let dump = wire(2);
    let found = run_with(&dump, &with(|config| config.keep = Keep::Longest));
    for (lead, ids) in whole_groups(&dump, &found) {
        let tokens = |id: &str| found.tokens(id);
        assert!(ids.iter().all(|id| tokens(id) <= tokens(lead)));
    }
}

#[test]
fn the_central_copy_is_more_like_the_others_than_the_earliest() {
    let dump = wire(2);
    let mean = |config: &Config| {
        let found = run_with(&dump, config);
        let near = found.related_as(CopyRelation::Near);
        let sum: u64 = near
            .iter()
            .map(|id| u64::from(found.member(id).similarity.0))
            .sum();
        sum / near.len() as u64
    };
    assert!(mean(&with(|config| config.keep = Keep::Central)) > mean(&Config::default()));
}

#[test]
fn a_preferred_source_stands_for_its_copies() {
    let dump = wire(2);
    let preferred = "en3.example";
    let found = run_with(
        &dump,
        &with(|config| config.prefer = vec![preferred.into()]),
    );
    let is_preferred = |id: &str| dump.record(id).source.as_deref() == Some(preferred);
    let mut seen = 0;
    for (lead, ids) in whole_groups(&dump, &found) {
        if ids.iter().any(|id| is_preferred(id)) {
            assert!(is_preferred(lead));
            seen += 1;
        }
    }
    assert!(seen > 5, "{seen}");
}

#[test]
fn an_excerpt_stands_for_no_longer_article_whatever_is_to_be_kept() {
    let dump = excerpts(1, 0.25);
    let excerpts: Vec<&str> = dump.pairs.iter().map(|pair| pair.b.as_str()).collect();
    for keep in [Keep::Earliest, Keep::Latest, Keep::Longest, Keep::Central] {
        let found = run_with(&dump, &with(|config| config.keep = keep));
        for pair in dump
            .pairs
            .iter()
            .filter(|pair| found.together(&pair.a, &pair.b))
        {
            assert!(
                !excerpts.contains(&found.representative(&pair.a)),
                "{keep:?}"
            );
        }
    }
}
