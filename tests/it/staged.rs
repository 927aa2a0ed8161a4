//! A run in stages that share nothing finds what one run finds, however its input and its shares are cut.

use std::path::{Path, PathBuf};

use samestory::config::{Config, Keep, Threshold, Within};
use samestory::corpus::{Corpus, FileCorpus};
use samestory::error::Result;
use samestory::output::{self, Destination};
use samestory::pipeline::{self, Clustering};
use samestory::staged::{Job, Local};
use samestory::tables::Tables;
use samestory::work::Work;

use crate::corpora::*;
use crate::same::mixed;

fn open(files: &[PathBuf]) -> Result<FileCorpus> {
    FileCorpus::builder().open(files)
}

/// Writes the lines of a dump to so many files.
fn files(folder: &Path, lines: &str, count: usize) -> Vec<PathBuf> {
    let lines: Vec<&str> = lines.lines().collect();
    let each = lines.len().div_ceil(count);
    let parts = lines.chunks(each).enumerate();
    let write = |(number, part): (usize, &[&str])| {
        let path = folder.join(format!("part-{number:03}.jsonl"));
        std::fs::write(&path, part.join("\n") + "\n").expect("the folder is there");
        path
    };
    parts.map(write).collect()
}

/// The clusters table and the similar pairs.
fn tables(corpus: &FileCorpus, found: &Clustering, folder: &Path) -> [Vec<u8>; 2] {
    let inputs = corpus.inputs();
    let tables = Tables::new(found, &inputs).expect("ids are in memory");
    let [clusters, pairs] = ["clusters.csv", "pairs.csv"].map(|name| folder.join(name));
    let mut writer = output::clusters(&Destination::named(&clusters)).expect("it can be made");
    tables
        .write_clusters(&mut writer)
        .expect("it can be written");
    writer.finish().expect("it can be written");
    let mut writer = output::pairs(&Destination::named(&pairs)).expect("it can be made");
    tables.write_pairs(&mut writer).expect("it can be written");
    writer.finish().expect("it can be written");
    [clusters, pairs].map(|path| std::fs::read(path).expect("it was written"))
}

/// Holds a staged run over files against one run.
fn check(files: &[PathBuf], config: &Config, shares: u32) -> Local {
    check_with(files, config, shares, |job| job)
}

fn check_with(files: &[PathBuf], config: &Config, shares: u32, with: impl Fn(Job) -> Job) -> Local {
    let folder = tempfile::tempdir().expect("there is room");
    let corpus = open(files).expect("it is there");
    let whole = pipeline::cluster(&corpus, config, &|_| Ok(())).expect("it is a dump");
    let expected = tables(&corpus, &whole, folder.path());

    let work = folder.path().join("work");
    let job = Job::new(
        config.clone(),
        files.to_vec(),
        &work,
        shares,
        Box::new(open),
    );
    let job = with(job.expect("the settings are right"));
    let local = Local::run(&job).expect("it is a dump");
    assert!(local.exchanged["meet"] > 0);
    let kept = Work::open(&work, &corpus, config).expect("it was made");
    let found = kept
        .cluster(&corpus, config, &|_| Ok(()))
        .expect("it is a dump");
    let stories = (!config.copies_only).then_some("stories");
    let taken = ["furniture", "copies"].into_iter().chain(stories);
    assert!(kept.taken_over().into_iter().eq(taken));
    let [clusters, pairs] = tables(&corpus, &found, folder.path());
    let differ = |a: &[u8], b: &[u8]| {
        let (a, b) = (
            String::from_utf8_lossy(a).into_owned(),
            String::from_utf8_lossy(b).into_owned(),
        );
        let rows = a.lines().zip(b.lines()).filter(|(a, b)| a != b);
        rows.take(5)
            .map(|(a, b)| format!("{a}\n{b}\n"))
            .collect::<String>()
    };
    assert!(
        expected[0] == clusters,
        "{shares} shares: {}",
        differ(&expected[0], &clusters)
    );
    assert!(
        expected[1] == pairs,
        "{shares} shares: {}",
        differ(&expected[1], &pairs)
    );
    let (a, b) = (whole.counts, found.counts);
    assert_eq!(
        [
            a.candidates,
            a.from_bands,
            a.from_anchors,
            a.from_addresses,
            a.decided,
            a.emptied
        ],
        [
            b.candidates,
            b.from_bands,
            b.from_anchors,
            b.from_addresses,
            b.decided,
            b.emptied
        ],
    );
    assert_eq!(
        (a.text_bytes, a.furniture_bytes),
        (b.text_bytes, b.furniture_bytes)
    );
    assert_eq!(whole.stories.counts, found.stories.counts);
    let labels = |found: &Clustering| -> Vec<Option<String>> {
        let articles = 0..found.register.len() as u32;
        let label = |lead| found.stories.label(lead).map(str::to_owned);
        articles.map(label).collect()
    };
    assert_eq!(labels(&whole), labels(&found));
    assert!(whole.stories.leads().eq(found.stories.leads()));
    local
}

/// Events in several languages; of every so many articles one has no date.
fn events(seed: u64, undated: usize) -> Dump {
    let mut dump = Language::ALL
        .into_iter()
        .fold(Dump::default(), |dump, language| {
            let coverage = Coverage {
                language,
                events: 8,
                ..Coverage::default()
            };
            dump.and("", coverage.dump(seed))
        });
    for record in dump.records.iter_mut().step_by(undated) {
        record.date = None;
    }
    dump
}

/// Holds a dump in so many files against one run, in so many shares.
fn check_dump(dump: &Dump, cuts: &[(usize, u32)], config: &Config) {
    let folder = tempfile::tempdir().expect("there is room");
    let lines = dump.to_jsonl();
    for &(count, shares) in cuts {
        let inside = folder.path().join(format!("{count}"));
        std::fs::create_dir_all(&inside).expect("it can be made");
        // Slices are short, so that there are as many as shares.
        let short = |job: Job| job.with_slices_of(8);
        check_with(&files(&inside, &lines, count), config, shares, short);
    }
}

#[test]
fn stories_of_several_languages_are_those_of_one_run() {
    check_dump(
        &events(7, 3).shuffled(1),
        &[(1, 1), (3, 4), (2, 5), (7, 29)],
        &Config::default(),
    );
}

#[test]
fn stories_without_any_date_are_those_of_one_run() {
    check_dump(&events(8, 1), &[(2, 5)], &Config::default());
}

#[test]
fn stories_of_titles_alone_are_those_of_one_run() {
    let mut dump = events(9, 5);
    for record in &mut dump.records {
        record.title = std::mem::take(&mut record.text)
            .split_whitespace()
            .take(12)
            .collect::<Vec<&str>>()
            .join(" ");
    }
    check_dump(&dump, &[(3, 4)], &Config::default());
    // Among texts, titles without one are headlines.
    let mut dump = events(10, 5);
    for record in dump.records.iter_mut().step_by(4) {
        record.title = std::mem::take(&mut record.text)
            .split_whitespace()
            .take(12)
            .collect::<Vec<&str>>()
            .join(" ");
    }
    check_dump(&dump, &[(3, 5)], &Config::default());
}

#[test]
fn settings_of_stories_hold_in_shares() {
    let settings = [
        Config {
            keep: Keep::Longest,
            story_window: 86_400,
            ..Config::default()
        },
        Config {
            keep: Keep::Latest,
            story_terms: 5,
            story_threshold: Threshold::new("story_threshold", 0.1).expect("it is in range"),
            ..Config::default()
        },
    ];
    for config in settings {
        check_dump(&events(11, 4).shuffled(2), &[(3, 5)], &config);
    }
}

#[test]
fn shares_and_files_change_nothing() {
    let folder = tempfile::tempdir().expect("there is room");
    let dump = mixed(5).to_jsonl();
    for (count, shares) in [(1, 1), (3, 4), (7, 29)] {
        let files = files(folder.path(), &dump, count);
        check(&files, &Config::default(), shares);
        std::fs::remove_dir_all(folder.path()).expect("it is there");
        std::fs::create_dir(folder.path()).expect("it can be made");
    }
}

#[test]
fn settings_that_keep_copies_apart_hold_in_shares() {
    let folder = tempfile::tempdir().expect("there is room");
    let files = files(folder.path(), &mixed(6).to_jsonl(), 3);
    let settings = [
        Config {
            within: Some(Within::AcrossSources),
            ..Config::default()
        },
        Config {
            within: Some(Within::Source),
            copy_window: Some(2 * 86_400),
            copies_only: true,
            ..Config::default()
        },
        Config {
            keep_furniture: true,
            copy_threshold: Threshold::new("copy_threshold", 0.6).expect("it is in range"),
            copies_only: true,
            ..Config::default()
        },
    ];
    for config in settings {
        check(&files, &config, 5);
    }
}

#[test]
fn samples_are_found_as_they_are_found_in_one_run() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut files: Vec<PathBuf> = std::fs::read_dir(samples)
        .expect("they are there")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|it| it == "jsonl"))
        .collect();
    files.sort();
    check(&files, &Config::default(), 3);
}

/// A dump of near copies, some at one address, and of items of one form: many texts for each of their keys.
fn crowded() -> String {
    let mut state = 7u64;
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let word = |number: usize| format!("w{}", number * 7919 % 100_003);
    let base: Vec<String> = (0..180).map(word).collect();
    let form: Vec<String> = (1000..1040).map(word).collect();
    let mut lines = Vec::new();
    for number in 0..400 {
        let mut words = base.clone();
        for _ in 0..2 {
            let at = next(words.len());
            words[at] = word(2000 + next(500));
        }
        let site = number % 40;
        let url = match number % 2 {
            0 => "https://live.example/ticker/today".to_owned(),
            _ => format!("https://site{site}.example/{number}"),
        };
        lines.push((format!("near-{number}"), words, url));
    }
    for number in 0..300 {
        let mut words = form.clone();
        for at in [5, 12, 20, 33] {
            words.insert(at, word(5000 + next(90_000)));
        }
        let url = format!("https://forms.example/{number}");
        lines.push((format!("form-{number}"), words, url));
    }
    let line = |(id, words, url): (String, Vec<String>, String)| {
        let source = url.split('/').nth(2).unwrap_or_default().to_owned();
        let text = words.join(" ");
        format!(r#"{{"id": "{id}", "source": "{source}", "url": "{url}", "text": "{text}"}}"#)
    };
    let lines: Vec<String> = lines.into_iter().map(line).collect();
    lines.join("\n") + "\n"
}

#[test]
fn what_many_texts_share_is_met_in_several_shares_as_in_one() {
    let folder = tempfile::tempdir().expect("there is room");
    let files = files(folder.path(), &crowded(), 4);
    for shares in [1, 9] {
        let local = check_with(&files, &Config::default(), shares, |job| {
            job.with_hot_keys(1)
        });
        assert!(local.exchanged["heads"] > 0, "no key is hot");
    }
    // One text in two tells as much.
    check_with(&files, &Config::default(), 5, |job| job.with_hot_keys(2));
    let cold = check(&files, &Config::default(), 9);
    assert_eq!(cold.exchanged["heads"], 0);
}

#[test]
fn few_bands_split_hot_buckets_among_themselves() {
    let folder = tempfile::tempdir().expect("there is room");
    let files = files(folder.path(), &crowded(), 3);
    let config = Config {
        num_hashes: 16,
        copies_only: true,
        ..Config::default()
    };
    check_with(&files, &config, 6, |job| job.with_hot_keys(1));
}
