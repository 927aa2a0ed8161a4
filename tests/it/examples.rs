//! The examples do what they say.

#[path = "../../examples/memory.rs"]
mod memory;
#[path = "../../examples/own_corpus.rs"]
mod own_corpus;
#[expect(
    dead_code,
    reason = "its inputs are arguments, and those here are of the tests"
)]
#[path = "../../examples/stages.rs"]
mod stages;

#[cfg(feature = "staged")]
#[expect(
    dead_code,
    reason = "its inputs are arguments, and those here are of the tests"
)]
#[path = "../../examples/partitions.rs"]
mod partitions;

#[test]
fn the_example_of_articles_in_memory_runs() {
    memory::main().expect("it runs");
}

#[test]
fn the_example_of_a_corpus_of_ones_own_runs() {
    own_corpus::main().expect("it runs");
}

#[test]
fn stages_called_one_by_one_find_what_a_whole_run_finds() {
    let found = stages::run(&["samples".to_owned()]).expect("it runs");
    let table = crate::samples::clusters();
    let named = |column| {
        let of = crate::command::columns(&table, ["article_id", column]);
        let is_its_own = |(id, named): &&(String, String)| id == named;
        of.iter().filter(is_its_own).count()
    };
    assert_eq!(found, (named("copy_id"), named("story_id")));
}

#[cfg(feature = "staged")]
#[test]
fn furniture_of_parts_is_merged_to_the_bytes_of_the_whole() {
    let inputs = ["wire", "europe", "local"].map(|it| format!("samples/{it}.jsonl"));
    let [whole, one, other] = partitions::furniture(&inputs).expect("it runs");
    assert!(whole == one && whole == other);
}

#[cfg(feature = "staged")]
#[test]
fn languages_and_frequencies_of_parts_are_merged_to_the_bytes_of_the_whole() {
    let inputs = ["wire", "europe", "local"].map(|it| format!("samples/{it}.jsonl"));
    let [whole, one, other] = partitions::languages(&inputs).expect("it runs");
    assert!(whole == one && whole == other);
    assert!(whole.len() > 10_000);
}

#[cfg(feature = "staged")]
#[expect(
    dead_code,
    reason = "its inputs are arguments, and those here are of the tests"
)]
#[path = "../../examples/shares.rs"]
mod shares;

#[cfg(feature = "staged")]
#[test]
fn shares_find_what_one_run_finds_and_say_what_they_exchange() {
    let inputs = ["wire", "europe", "local"].map(|it| format!("samples/{it}.jsonl").into());
    let lines = shares::run(3, &inputs).expect("it runs");
    assert!(lines.iter().all(|line| line.contains(r#""equal": true"#)));
    assert!(lines.iter().any(|line| line.contains(r#""stage": "meet""#)));
}
