//! What tells the same event in other words is one story, and nothing else is.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use samestory::config::{Config, Keep};

use crate::command::{Folder, columns, rows};
use crate::corpora::*;
use crate::run::{run, run_with};

/// The story of every article, and how well stories meet the truth of a dump.
fn scored(dump: &Dump) -> PairScores {
    pair_scores(&dump.gold, &run(dump).stories())
}

/// The same, in the order of the ids.
fn sorted(stories: &Clusters) -> BTreeMap<&String, &String> {
    stories.iter().collect()
}

#[test]
fn reports_of_one_event_are_one_story_in_every_language() {
    for language in Language::ALL {
        let coverage = Coverage {
            language,
            ..Coverage::default()
        };
        let scores = scored(&coverage.dump(1));
        assert!(scores.precision >= 0.97, "{language:?}: {scores:?}");
        assert!(scores.recall >= 0.9, "{language:?}: {scores:?}");
    }
}

#[test]
fn scripts_without_spaces_have_stories_too() {
    let thai = |c: char| match c as u32 % 1600 {
        n @ 0.. if !c.is_ascii() => {
            let letter = |n: u32| char::from_u32(0xe01 + n % 40).unwrap_or('ก');
            vec![letter(n), 'า', letter(n / 40)]
        }
        _ => vec![c],
    };
    let kana = |c: char| match c as u32 {
        n if !c.is_ascii() => {
            let syllable = |n: u32| char::from_u32(0x3042 + n % 80).unwrap_or('あ');
            vec![syllable(n), syllable(n / 80)]
        }
        _ => vec![c],
    };
    let spellings: [&dyn Fn(char) -> Vec<char>; 2] = [&thai, &kana];
    for spelling in spellings {
        let coverage = Coverage {
            language: Language::Han,
            ..Coverage::default()
        };
        let mut dump = coverage.dump(2);
        for record in &mut dump.records {
            record.text = record.text.chars().flat_map(spelling).collect();
            record.title = record.title.chars().flat_map(spelling).collect();
        }
        let scores = scored(&dump);
        assert!(
            scores.precision >= 0.97 && scores.recall >= 0.9,
            "{scores:?}"
        );
    }
}

#[test]
fn bodies_alone_are_enough_and_so_are_long_titles() {
    let coverage = Coverage::default();
    let mut bodies = coverage.dump(3);
    bodies
        .records
        .iter_mut()
        .for_each(|record| record.title.clear());
    let scores = scored(&bodies);
    assert!(
        scores.precision >= 0.97 && scores.recall >= 0.9,
        "{scores:?}"
    );
    let short = Coverage {
        words: 20..=40,
        ..coverage
    };
    let mut titles = short.dump(3);
    for record in &mut titles.records {
        record.title = std::mem::take(&mut record.text);
    }
    let scores = scored(&titles);
    assert!(
        scores.precision >= 0.9 && scores.recall >= 0.6,
        "{scores:?}"
    );
}

#[test]
fn a_story_stays_within_a_language() {
    let dump = Language::ALL
        .into_iter()
        .fold(Dump::default(), |dump, language| {
            dump.and(
                "",
                Coverage {
                    language,
                    ..Coverage::default()
                }
                .dump(4),
            )
        });
    let stories = run(&dump).stories();
    let mut languages: HashMap<&str, BTreeSet<&str>> = HashMap::new();
    for (id, story) in sorted(&stories) {
        languages.entry(story).or_default().insert(&id[..2]);
    }
    assert!(languages.values().all(|languages| languages.len() == 1));
    let scores = pair_scores(&dump.gold, &stories);
    assert!(
        scores.precision >= 0.97 && scores.recall >= 0.9,
        "{scores:?}"
    );
}

#[test]
fn dates_that_mean_nothing_do_no_harm() {
    let f1 = |dates| {
        scored(
            &Coverage {
                dates,
                events: 60,
                ..Coverage::default()
            }
            .dump(5),
        )
        .f1
    };
    let (none, any) = (f1(Dates::None), f1(Dates::AnyDay));
    assert!(none >= 0.9 && any >= none - 0.03, "{none} {any}");
}

#[test]
fn a_topic_of_many_events_splits_into_its_events() {
    let coverage = Coverage {
        events: 120,
        one_topic: true,
        ..Coverage::default()
    };
    let dump = coverage.dump(6);
    let found = run(&dump);
    let scores = pair_scores(&dump.gold, &found.stories());
    assert!(
        scores.precision >= 0.9 && scores.recall >= 0.8,
        "{scores:?}"
    );
    let largest = dump
        .records
        .iter()
        .map(|record| found.story(&record.id).articles)
        .max();
    assert!(largest <= Some(10), "{largest:?}");
}

#[test]
fn items_of_one_template_are_no_story() {
    for language in [Language::English, Language::Cyrillic] {
        let dump = Templated {
            fillings: 60,
            language,
            ..Templated::default()
        }
        .dump(7);
        let found = run(&dump);
        let together = |pair: &&Pair| {
            pair.edit == "same template" && found.story(&pair.a).lead == found.story(&pair.b).lead
        };
        let joined = dump.pairs.iter().filter(together).count();
        assert!(
            joined * 20 <= dump.pairs.len(),
            "{language:?}: {joined} of {}",
            dump.pairs.len()
        );
    }
}

#[test]
fn a_live_blog_bridges_no_two_stories() {
    let coverage = Coverage {
        articles: 3..=5,
        ..Coverage::default()
    };
    let mut dump = coverage.dump(8);
    for blog in 0..5 {
        let of_event = |event: usize| {
            let first = format!("en-{event}-0");
            let text = &dump.record(&first).text;
            text.lines().take(2).collect::<Vec<_>>().join("\n")
        };
        let text: Vec<String> = (blog * 5..blog * 5 + 5).map(of_event).collect();
        let mut record = dump.record(&format!("en-{}-0", blog * 5)).clone();
        record.id = format!("blog-{blog}");
        record.title = "As it happened".to_owned();
        record.text = text.join("\n");
        dump.records.push(record);
    }
    let found = run(&dump);
    let mut events: BTreeMap<u32, BTreeSet<&str>> = BTreeMap::new();
    for (id, event) in &dump.gold {
        events
            .entry(found.story(id).lead)
            .or_default()
            .insert(event);
    }
    let bridged: Vec<_> = events.values().filter(|events| events.len() > 1).collect();
    assert!(bridged.is_empty(), "{bridged:?}");
}

/// A dump with stories, copies and templates.
fn mixed() -> Dump {
    let coverage = Coverage {
        events: 40,
        ..Coverage::default()
    };
    let wire = Wire {
        originals: 12,
        singles: 10,
        ..Wire::default()
    };
    coverage
        .dump(9)
        .and("w", wire.dump(9))
        .and("t", templated(9))
}

#[test]
fn stories_do_not_depend_on_the_number_of_threads() {
    let folder = Folder::with("dump.jsonl", mixed().to_jsonl());
    let run = |threads| {
        let call = ["cluster", "dump.jsonl", "--quiet", "--threads", threads];
        folder.run(&call).done()
    };
    let one = run("1");
    assert!(one.contains(",related,"));
    assert_eq!(one, run("2"));
    assert_eq!(one, run("8"));
}

#[test]
fn stories_do_not_depend_on_the_order_of_the_input() {
    let dump = mixed();
    let first = run(&dump).stories();
    for seed in 1..=20 {
        assert_eq!(run(&dump.clone().shuffled(seed)).stories(), first);
    }
}

#[test]
fn the_columns_of_stories_agree_with_each_other() {
    let folder = Folder::with("dump.jsonl", mixed().to_jsonl());
    let table = rows(&folder.run(&["cluster", "dump.jsonl", "--quiet"]).done());
    let header: HashMap<&str, usize> = table[0].iter().map(String::as_str).zip(0..).collect();
    let by_id: HashMap<&str, &Vec<String>> = table[1..]
        .iter()
        .map(|row| (row[0].as_str(), row))
        .collect();
    let mut sizes: HashMap<&str, (u32, BTreeSet<&str>)> = HashMap::new();
    for row in &table[1..] {
        let size = sizes.entry(&row[1]).or_default();
        size.0 += 1;
        size.1.insert(&row[2]);
    }
    let label = header["story_label"];
    for row in &table[1..] {
        let lead = by_id[row[1].as_str()];
        assert_eq!((lead[3].as_str(), &lead[1]), ("lead", &lead[0]));
        assert_eq!(row[1], by_id[row[2].as_str()][1], "copies are in one story");
        let (articles, texts) = &sizes[row[1].as_str()];
        assert_eq!(row[7], articles.to_string());
        assert_eq!(row[label], lead[label]);
        // A text that is printed once has no label; of one that is printed often there may be nothing to tell.
        assert!(texts.len() == 1 || !row[label].is_empty(), "{row:?}");
        assert!(*articles > 1 || row[label].is_empty(), "{row:?}");
        match row[3].as_str() {
            "lead" => assert!(row[4].is_empty() && row[5].is_empty()),
            "related" => {
                assert!(row[5] == row[1] && row[0] == row[2] && row[4].parse::<f64>().is_ok())
            }
            _ => assert_eq!(row[5], row[2]),
        }
    }
}

#[test]
fn copies_are_the_same_with_stories_and_without() {
    let folder = Folder::with("dump.jsonl", mixed().to_jsonl());
    let copies = |more: &[&str]| {
        let call = [&["cluster", "dump.jsonl", "--quiet"], more].concat();
        let table = folder.run(&call).done();
        (
            columns(&table, ["article_id", "copy_id"]),
            columns(&table, ["copy_id", "story_id"]),
        )
    };
    let ((with, stories), (without, none)) = (copies(&[]), copies(&["--copies-only"]));
    assert_eq!(with, without);
    assert!(stories.iter().any(|(copy, story)| copy != story));
    assert!(none.iter().all(|(copy, story)| copy == story));
}

#[test]
fn a_story_is_led_by_whom_the_user_wants() {
    let mut dump = Coverage {
        events: 12,
        articles: 3..=5,
        ..Coverage::default()
    }
    .dump(10);
    for record in dump
        .records
        .iter_mut()
        .filter(|record| record.id.ends_with("-1"))
    {
        record.source = Some("preferred.example".to_owned());
    }
    let prefer = vec!["preferred.example".to_owned()];
    let found = run_with(
        &dump,
        &Config {
            prefer,
            ..Config::default()
        },
    );
    for (id, lead) in sorted(&found.stories()) {
        let both = format!("{}-1", event_of(id));
        if found.story(&both).lead == found.story(id).lead {
            assert_eq!(*lead, both);
        }
    }
    let latest = run_with(
        &dump,
        &Config {
            keep: Keep::Latest,
            ..Config::default()
        },
    );
    let earliest = run(&dump);
    for (id, lead) in sorted(&earliest.stories()) {
        assert!(earliest.entry(lead).published <= earliest.entry(id).published);
    }
    for (id, lead) in sorted(&latest.stories()) {
        assert!(latest.entry(lead).published >= latest.entry(id).published);
    }
}

#[test]
fn nothing_is_compared_beyond_the_window() {
    let dump = Coverage {
        articles: 4..=5,
        ..Coverage::default()
    }
    .dump(11);
    let hour = Config {
        story_window: 3600,
        ..Config::default()
    };
    let found = run_with(&dump, &hour);
    let leads = found.stories();
    for (id, lead) in sorted(&leads) {
        // Groups are joined by averages, so that a story may be wider than its window, but never by much.
        let (a, b) = (found.entry(id).published, found.entry(lead).published);
        assert!(
            a.zip(b).is_none_or(|(a, b)| a.0.abs_diff(b.0) <= 2 * 3600),
            "{id} {lead}"
        );
    }
    assert!(leads.values().collect::<BTreeSet<_>>().len() > 60);
}

#[test]
fn the_largest_stories_are_named_with_their_words() {
    let folder = Folder::with("dump.jsonl", mixed().to_jsonl());
    let err = folder
        .run(&["cluster", "dump.jsonl", "-o", "clusters.csv", "--verbose"])
        .err;
    let line = err
        .lines()
        .position(|line| line.starts_with("stories  "))
        .expect("they are counted");
    let label = &columns(&folder.text("clusters.csv"), ["story_label", "relation"]);
    let label = label
        .iter()
        .map(|row| &row.0)
        .find(|label| !label.is_empty())
        .expect("some have a label");
    assert!(
        err.contains("candidate pairs (") && err.contains("buckets of"),
        "{err}"
    );
    assert!(
        err.lines()
            .skip(line)
            .any(|line| line.contains(label.as_str())),
        "{label}: {err}"
    );
}

#[test]
fn settings_of_stories_are_checked() {
    let folder = Folder::with("dump.jsonl", "{\"id\": \"a\", \"text\": \"b\"}\n");
    for (flag, value) in [
        ("--story-threshold", "0"),
        ("--story-terms", "1"),
        ("--story-terms", "65"),
        ("--story-window", "0s"),
    ] {
        let ran = folder.run(&["cluster", "dump.jsonl", flag, value]);
        assert_eq!(ran.status, Some(2));
        assert!(ran.err.contains(flag), "{}", ran.err);
    }
    assert_eq!(
        folder
            .run(&["cluster", "dump.jsonl", "--story-window", "soon"])
            .status,
        Some(2)
    );
}
