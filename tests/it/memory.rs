//! Whatever memory a run may take, it finds the same, and leaves nothing behind.

use proptest::prelude::*;
use samestory::config::{Config, Within};
use samestory::corpus::Article;
use samestory::output::{self, Destination};
use samestory::pipeline;
use samestory::tables::Tables;

use crate::command::Folder;
use crate::corpora::Dump;
use crate::same::mixed;

const FILES: [&str; 3] = ["clusters.csv", "pairs.csv", "furniture.csv"];

/// What a call writes: clusters, pairs, and the lines that were dropped.
fn written(folder: &Folder, more: &[&str]) -> Vec<Vec<u8>> {
    let call = [
        "cluster",
        "dump.jsonl",
        "--quiet",
        "--temp-dir",
        "temporary",
    ];
    let files = [
        "-o",
        FILES[0],
        "--pairs",
        FILES[1],
        "--furniture-out",
        FILES[2],
    ];
    folder.run(&[&call[..], &files, more].concat()).done();
    let left = std::fs::read_dir(folder.path("temporary")).expect("a folder");
    assert_eq!(left.count(), 0);
    FILES
        .iter()
        .map(|name| std::fs::read(folder.path(name)).expect("written"))
        .collect()
}

/// A folder with a dump, and one for temporary files.
fn folder_of(dump: &Dump) -> Folder {
    let folder = Folder::with("dump.jsonl", dump.to_jsonl());
    std::fs::create_dir(folder.path("temporary")).expect("a folder");
    folder
}

#[test]
fn output_bytes_do_not_depend_on_memory_or_threads() {
    let folder = folder_of(&mixed(3));
    let whole = written(&folder, &["--memory", "16G", "--threads", "2"]);
    for memory in ["500K", "1M", "4M"] {
        for threads in ["1", "2", "8"] {
            let spilled = written(&folder, &["--memory", memory, "--threads", threads]);
            assert!(spilled == whole, "{memory} with {threads} threads");
        }
    }
}

#[test]
fn temporary_files_that_cannot_be_made_are_told_of_and_nothing_is_written() {
    let folder = folder_of(&mixed(3));
    let call = [
        "cluster",
        "dump.jsonl",
        "-o",
        "clusters.csv",
        "--memory",
        "500K",
    ];
    let failed = folder
        .run(&[&call[..], &["--temp-dir", "nowhere"]].concat())
        .failed();
    assert!(failed.contains("temporary files in nowhere: "), "{failed}");
    assert!(failed.contains("--temp-dir"), "{failed}");
    assert!(!folder.path("clusters.csv").exists());
}

#[test]
fn memory_that_is_not_enough_is_told_of() {
    let folder = folder_of(&mixed(3));
    let failed = folder
        .run(&["cluster", "dump.jsonl", "--memory", "2K"])
        .failed();
    assert!(failed.contains("give more --memory"), "{failed}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn a_run_finds_the_same_in_any_memory(
        seed in any::<u64>(),
        memory in 400_000u64..4_000_000,
        within in prop::sample::select(vec![None, Some(Within::Source), Some(Within::AcrossSources)]),
    ) {
        let dump = mixed(seed);
        let config = Config { within, copies_only: true, ..Config::default() };
        let little = Config { memory: Some(memory), ..config.clone() };
        prop_assert!(tables(&dump, &config) == tables(&dump, &little));
    }
}

/// The tables of a run within the library.
fn tables(dump: &Dump, config: &Config) -> [Vec<u8>; 2] {
    let articles: Vec<Article<'_>> = dump.records.iter().map(Into::into).collect();
    let found = pipeline::cluster(&articles[..], config, &|_| Ok(())).expect("it runs");
    let folder = tempfile::tempdir().expect("a folder");
    let paths = [
        folder.path().join("clusters.csv"),
        folder.path().join("pairs.csv"),
    ];
    let inputs = ["memory".to_owned()];
    let tables = Tables::new(&found, &inputs).expect("ids are found");
    let mut clusters = output::clusters(&Destination::named(&paths[0])).expect("a file");
    tables.write_clusters(&mut clusters).expect("it is written");
    clusters.finish().expect("it is written");
    let mut pairs = output::pairs(&Destination::named(&paths[1])).expect("a file");
    tables.write_pairs(&mut pairs).expect("it is written");
    pairs.finish().expect("it is written");
    paths.map(|path| std::fs::read(path).expect("it was written"))
}
