//! Which records are kept, where runs and tables say what kind each is.

use std::path::PathBuf;

use proptest::prelude::*;

use super::{Choice, Decisions, OnePer, SourceTally};
use crate::config::{Config, Keep};
use crate::corpus::{Article, Corpus, Place, Timestamp};
use crate::kernel::Share;
use crate::output::{self, Destination};
use crate::pipeline::{self, Clustering};
use crate::results::tables::Tables;
use crate::stages::copies::{CopyGroups, CopyRelation, Kind, Member};
use crate::stages::stories::Stories;

/// A record of a dump, with what a run might have said of it.
#[derive(Clone, Debug)]
struct Record {
    id: String,
    source: Option<&'static str>,
    published: Option<i64>,
    text: String,
    kind: Kind,
    /// The id of what its form is named after, and of what stands for it.
    form: Option<&'static str>,
    stands: Option<&'static str>,
    relation: CopyRelation,
}

fn record(id: &str, kind: Kind) -> Record {
    Record {
        id: id.to_owned(),
        source: Some("courier.example"),
        published: None,
        text: format!("What {id} says of the harbour and its cranes."),
        kind,
        form: None,
        stands: None,
        relation: CopyRelation::Representative,
    }
}

fn item(id: &str, form: &'static str) -> Record {
    Record {
        form: Some(form),
        ..record(id, Kind::Form)
    }
}

fn copy(id: &str, of: &'static str, relation: CopyRelation) -> Record {
    Record {
        stands: Some(of),
        relation,
        ..record(id, Kind::Article)
    }
}

/// A dump whose records are what they say they are.
struct Dump {
    records: Vec<Record>,
    folder: tempfile::TempDir,
}

impl Dump {
    fn new(records: Vec<Record>) -> Dump {
        Dump {
            records,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn articles(&self) -> Vec<Article<'_>> {
        let article = |(record, it): (u64, &Record)| Article {
            external_id: Some(it.id.clone().into()),
            text: it.text.clone().into(),
            source: it.source.map(Into::into),
            published: it.published.map(Timestamp),
            place: Place { input: 0, record },
            ..Article::default()
        };
        (1..).zip(&self.records).map(article).collect()
    }

    fn at(&self, id: &str) -> u32 {
        self.records.iter().position(|it| it.id == id).unwrap() as u32
    }

    fn found(&self) -> Clustering {
        let config = Config {
            copies_only: true,
            ..Config::default()
        };
        let articles = self.articles();
        let mut found = pipeline::cluster(&articles[..], &config, &|_| Ok(())).unwrap();
        let stands = |it: &Record| self.at(it.stands.unwrap_or(&it.id));
        let members = self.records.iter().map(|it| Member {
            representative: stands(it),
            relation: it.relation,
            similarity: Share(1_000_000),
            copies: self
                .records
                .iter()
                .filter(|other| stands(other) == stands(it))
                .count() as u32,
            kind: it.kind,
            form: it.form.map(|form| self.at(form)),
        });
        found.groups = CopyGroups::of_members(members.collect());
        found.stories = Stories::of_copies(&found.groups);
        found
    }

    /// What is decided by a run, and by the table that it writes.
    fn decisions(&self, choice: &Choice) -> Decisions {
        let (found, articles) = (self.found(), self.articles());
        let inputs = articles[..].inputs();
        let tables = Tables::new(&found, &inputs).unwrap();
        let by_run = Decisions::of(&tables, &articles[..], choice).unwrap();
        let by_table = Decisions::read(&self.table(&tables), &articles[..], choice).unwrap();
        assert_eq!(self.kept_by(&by_run), self.kept_by(&by_table));
        assert_eq!(by_run.by_source(), by_table.by_source());
        assert_eq!(by_run.over_form(), by_table.over_form());
        by_run
    }

    fn table(&self, tables: &Tables<'_>) -> PathBuf {
        let path = self.folder.path().join("clusters.csv");
        let mut to = output::clusters(&Destination::named(&path)).unwrap();
        tables.write_clusters(&mut to).unwrap();
        to.finish().unwrap();
        path
    }

    fn kept_by(&self, decisions: &Decisions) -> Vec<String> {
        let is_kept = |record| decisions.keeps(Place { input: 0, record });
        let kept = (1..).zip(&self.records).filter(|(at, _)| is_kept(*at));
        kept.map(|(_, it)| it.id.clone()).collect()
    }

    fn kept(&self, choice: &Choice) -> Vec<String> {
        self.kept_by(&self.decisions(choice))
    }
}

fn drop(kinds: &[Kind]) -> Choice {
    Choice {
        drop: kinds.to_vec(),
        ..Choice::default()
    }
}

fn most(most: u32) -> Choice {
    Choice {
        max_per_form: Some(most),
        ..Choice::default()
    }
}

/// Articles, a notice on three pages, a form of four items, and a record without text.
fn crawl() -> Vec<Record> {
    let notice = |id: &str| Record {
        form: Some("wall-1"),
        ..record(id, Kind::Notice)
    };
    vec![
        record("ferry", Kind::Article),
        notice("wall-1"),
        item("draw-1", "draw-1"),
        copy("ferry-again", "ferry", CopyRelation::Near),
        notice("wall-2"),
        item("draw-2", "draw-1"),
        record("bare", Kind::Empty),
        item("draw-3", "draw-1"),
        notice("wall-3"),
        item("draw-4", "draw-1"),
    ]
}

#[test]
fn only_copies_go_by_default() {
    let dump = Dump::new(crawl());
    let all: Vec<String> = dump.records.iter().map(|it| it.id.clone()).collect();
    let expected: Vec<String> = all.into_iter().filter(|id| id != "ferry-again").collect();
    assert_eq!(dump.kept(&Choice::default()), expected);
}

#[test]
fn kinds_that_are_dropped_go_and_no_others() {
    let dump = Dump::new(crawl());
    let draws = ["draw-1", "draw-2", "draw-3", "draw-4"];
    let kept = dump.kept(&drop(&[Kind::Notice, Kind::Empty]));
    assert_eq!(kept, [&["ferry"], &draws[..]].concat());
    assert_eq!(
        dump.kept(&drop(&[Kind::Notice, Kind::Empty, Kind::Form])),
        ["ferry"]
    );
    let decisions = dump.decisions(&drop(&[Kind::Form]));
    assert_eq!(
        (
            decisions.dropped(Kind::Form),
            decisions.dropped(Kind::Notice)
        ),
        (4, 0)
    );
}

#[test]
fn what_a_dropped_record_stood_for_is_kept_once() {
    let dump = Dump::new(vec![
        item("draw", "draw"),
        copy("cut", "draw", CopyRelation::Excerpt),
        copy("told", "draw", CopyRelation::Near),
        copy("told-again", "draw", CopyRelation::Near),
        item("draw-again", "draw"),
    ]);
    let mut records = dump.records.clone();
    records[2].published = Some(20);
    records[3].published = Some(10);
    records[1].published = Some(5);
    // An excerpt stands for others last.
    assert_eq!(
        Dump::new(records.clone()).kept(&drop(&[Kind::Form])),
        ["told-again"]
    );
    records[4].stands = Some("draw");
    records[4].relation = CopyRelation::Exact;
    assert_eq!(
        Dump::new(records.clone()).kept(&drop(&[Kind::Form])),
        ["told-again"]
    );
    records.truncate(2);
    assert_eq!(Dump::new(records).kept(&drop(&[Kind::Form])), ["cut"]);
}

#[test]
fn of_a_story_whose_lead_is_dropped_another_one_is_kept() {
    let mut records = vec![
        item("draw", "draw"),
        copy("told", "draw", CopyRelation::Near),
        record("else", Kind::Article),
    ];
    records[0].published = Some(1);
    let dump = Dump::new(records);
    let choice = Choice {
        one_per: OnePer::Story,
        ..drop(&[Kind::Form])
    };
    assert_eq!(dump.kept(&choice), ["told", "else"]);
}

#[test]
fn no_more_items_of_a_form_are_kept_than_may_be() {
    let dump = Dump::new(crawl());
    for (number, kept) in [(1, 4), (2, 6), (3, 8), (4, 9)] {
        assert_eq!(dump.kept(&most(number)).len(), kept, "{number}");
    }
    assert_eq!(dump.decisions(&most(2)).over_form(), 3);
    // What is dropped does not count as one of them.
    let both = Choice {
        max_per_form: Some(1),
        ..drop(&[Kind::Notice])
    };
    assert_eq!(dump.kept(&both).len(), 3);
}

#[test]
fn the_items_that_are_kept_are_those_that_are_preferred() {
    let mut records: Vec<Record> = ["a", "b", "c", "d", "e"].map(|id| item(id, "a")).into();
    for (record, time) in records
        .iter_mut()
        .zip([Some(30), Some(10), Some(20), None, Some(40)])
    {
        record.published = time;
    }
    records[4].source = Some("ledger.example");
    records[3]
        .text
        .push_str(" And more of it than any other says.");
    let dump = Dump::new(records);
    let kept = |keep: Keep, prefer: &[&str]| {
        dump.kept(&Choice {
            keep,
            prefer: prefer.iter().map(|name| (*name).to_owned()).collect(),
            ..most(2)
        })
    };
    assert_eq!(kept(Keep::Earliest, &[]), ["b", "c"]);
    assert_eq!(kept(Keep::Latest, &[]), ["a", "e"]);
    assert_eq!(kept(Keep::Earliest, &["ledger.example"]), ["b", "e"]);
    assert!(kept(Keep::Longest, &[]).contains(&"d".to_owned()));
}

#[test]
fn a_choice_that_keeps_nothing_is_refused() {
    let dump = Dump::new(crawl());
    let (found, articles) = (dump.found(), dump.articles());
    let inputs = articles[..].inputs();
    let tables = Tables::new(&found, &inputs).unwrap();
    let refused = |choice: &Choice| {
        let decided = Decisions::of(&tables, &articles[..], choice);
        decided.unwrap_err().to_string()
    };
    assert_eq!(
        refused(&drop(&[Kind::Form, Kind::Article])),
        "--drop is article: it must be a list of notice, empty and form: articles are what is kept"
    );
    assert_eq!(
        refused(&most(0)),
        "--max-per-form is 0: it must be 1 or more; --drop notice,form keeps none"
    );
}

#[test]
fn sources_are_counted_by_what_they_lose() {
    let mut records = crawl();
    records[3].source = Some("gazette.example");
    records[6].source = None;
    let dump = Dump::new(records);
    let decisions = dump.decisions(&drop(&[Kind::Empty, Kind::Form]));
    let tally = |source: Option<&str>, records, removed| SourceTally {
        source: source.map(str::to_owned),
        records,
        removed,
    };
    let expected = [
        tally(Some("courier.example"), 8, 4),
        tally(None, 1, 1),
        tally(Some("gazette.example"), 1, 1),
    ];
    assert_eq!(decisions.by_source(), expected);
    let is_over: Vec<bool> = expected.iter().map(SourceTally::is_over_half).collect();
    assert_eq!(is_over, [false, true, true]);
    assert!(decisions.check_removed(Share(600_000)).is_ok());
    let error = decisions.check_removed(Share(599_999)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "60% of the records would be left out (6 of 10), where 60% may be at most; most of them are of courier.example (4 of 8)"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn who_is_kept_does_not_depend_on_the_order_of_the_input(
        records in (Just({
            let mut records = crawl();
            // Two forms of items that nothing tells apart but what they say.
            records.extend(["x1", "x2", "x3", "x4", "x5"].map(|id| item(id, "x1")));
            records.push(copy("draw-told", "draw-2", CopyRelation::Near));
            records
        })).prop_shuffle(),
        number in 1u32..4,
        dropped in prop::sample::subsequence(vec![Kind::Notice, Kind::Empty, Kind::Form], 0..3),
    ) {
        let choice = Choice { max_per_form: Some(number), ..drop(&dropped) };
        let mut sorted = records.clone();
        sorted.sort_by(|a, b| a.id.cmp(&b.id));
        let mut kept = Dump::new(records).kept(&choice);
        kept.sort();
        prop_assert_eq!(kept, Dump::new(sorted).kept(&choice));
    }
}
