//! `--help` says what there is.

use crate::command::Folder;

fn help(command: &[&str]) -> String {
    Folder::new().run(&[command, &["--help"]].concat()).done()
}

#[test]
fn help_names_the_commands() {
    insta::assert_snapshot!(help(&[]), @r"
    Finds which scraped news articles are one text, and which tell one story

    Usage: samestory <COMMAND>

    Commands:
      cluster      Group the articles that are one text, and those that tell one story; a row each
      dedup        Write the corpus without its copies, each record as it was read
      explain      Say why two articles are, or are not, together
      report       Write a page that shows stories and copy groups with their texts, and opens offline
      tune         Try other thresholds on a dump, and measure what finding candidates misses
      index        Keep articles in an index, which tomorrow's are held against
      seen         Say of articles whether an index has their text, or their story; a line of JSON each
      serve        Answer over HTTP what `seen`, `index` and `changes` do
      changes      Tell what was changed in an index, as lines of JSON
      work         See to work folders, in which `cluster --work` leaves what its stages found
      eval         Score clusters against a gold standard
      completions  Write what completes this command line in a shell, to standard output
      man          Write the manual page, to standard output
      help         Print this message or the help of the given subcommand(s)

    Options:
      -h, --help     Print help
      -V, --version  Print version
    ");
}

#[test]
fn help_explains_every_flag_of_cluster() {
    insta::assert_snapshot!(help(&["cluster"]));
}

#[test]
fn help_explains_every_flag_of_dedup() {
    insta::assert_snapshot!(help(&["dedup"]));
}

#[test]
fn help_explains_every_flag_of_explain() {
    insta::assert_snapshot!(help(&["explain"]));
}

#[test]
fn help_explains_every_flag_of_tune() {
    insta::assert_snapshot!(help(&["tune"]));
}

#[test]
fn help_explains_every_flag_of_eval() {
    insta::assert_snapshot!(help(&["eval"]));
}

#[test]
fn help_explains_every_flag_of_report() {
    insta::assert_snapshot!(help(&["report"]));
}

#[test]
fn help_explains_every_flag_of_index() {
    let actions = [
        "create", "ingest", "settle", "rebuild", "link", "merge", "stats", "check", "forget",
    ];
    let helps = actions.map(|action| help(&["index", action]));
    insta::assert_snapshot!(format!("{}{}", help(&["index"]), helps.concat()));
}

#[test]
#[cfg(feature = "serve")]
fn help_explains_every_flag_of_serve() {
    insta::assert_snapshot!(help(&["serve"]));
}

#[test]
fn help_explains_every_flag_of_seen_and_changes() {
    insta::assert_snapshot!(help(&["seen"]) + &help(&["changes"]));
}

#[test]
fn the_version_names_the_formats_of_the_program() {
    let version = Folder::new().run(&["--version"]).done();
    assert!(version.starts_with(concat!("samestory ", env!("CARGO_PKG_VERSION"), "\n")));
    for feature in ["html", "parquet", "warc"] {
        assert!(
            version.contains(&format!("+{feature}")) || version.contains(&format!("-{feature}")),
            "{version}"
        );
    }
}

#[test]
fn a_call_without_a_command_is_wrong_usage() {
    assert_eq!(Folder::new().run(&[]).status, Some(2));
    assert_eq!(Folder::new().run(&["cluster"]).status, Some(2));
}
