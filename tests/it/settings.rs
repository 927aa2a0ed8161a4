//! The configuration file, and what the tool tells shells and manuals of itself.

use crate::command::{FERRY, Folder, columns, json_line};

/// Two texts of which one has a twelfth of its words misspelt, under names of fields that are not common.
fn folder() -> Folder {
    let parts = ["", "a", "o"].map(|end| FERRY.split(' ').map(move |word| format!("{word}{end}")));
    let words: Vec<String> = parts.into_iter().flatten().collect();
    let text = words.join(" ");
    let misspelt = |(at, word): (usize, &String)| match at % 12 {
        11 => format!("{word}x"),
        _ => word.clone(),
    };
    let changed: Vec<String> = words.iter().enumerate().map(misspelt).collect();
    let dump = [text.as_str(), &changed.join(" ")]
        .iter()
        .zip(["one", "two"])
        .map(|(text, id)| json_line(id, "", text).replace("\"text\"", "\"stuff\""))
        .collect::<String>();
    Folder::with("dump.jsonl", dump)
}

fn copies(folder: &Folder, flags: &[&str]) -> Vec<(String, String)> {
    let ran = folder.run(&[&["cluster", "dump.jsonl"], flags].concat());
    columns(&ran.done(), ["article_id", "copy_id"])
}

fn together(copies: &[(String, String)]) -> bool {
    copies[0].1 == copies[1].1
}

#[test]
fn settings_are_taken_from_the_file_in_the_folder_and_flags_win() {
    let folder = folder();
    let lenient = "copy_threshold = 0.2\n[fields]\ntext = \"stuff\"\n";
    folder.write("samestory.toml", lenient);
    assert!(together(&copies(&folder, &[])));
    assert!(!together(&copies(&folder, &["--copy-threshold=0.9"])));
    let strict = "text_field = \"stuff\"\ncopy_threshold = 0.9\nprefer = [\"a.example\", \"b.example\"]\nthreads = 1\n";
    folder.write("other.toml", strict);
    assert!(!together(&copies(&folder, &["--config", "other.toml"])));
    assert!(together(&copies(
        &folder,
        &["--config", "other.toml", "--copy-threshold", "0.2"]
    )));
    let ran = folder.run(&["cluster", "dump.jsonl"]);
    assert!(
        ran.err.contains("settings    samestory.toml"),
        "{}",
        ran.err
    );
}

#[test]
fn settings_of_one_command_do_not_disturb_another() {
    let folder = folder();
    folder.write(
        "samestory.toml",
        "removed = \"removed.csv\"\ntext_field = \"stuff\"\n",
    );
    let named = ["--config", "samestory.toml"];
    assert_eq!(copies(&folder, &named).len(), 2);
    let dedup = ["dedup", "dump.jsonl", "-o", "kept.jsonl"];
    folder.run(&[&dedup[..], &named].concat()).done();
    assert!(folder.files().contains(&"removed.csv".to_owned()));
}

#[test]
fn settings_that_are_merely_found_name_no_files() {
    let paths = [
        "rejects",
        "pairs",
        "state",
        "furniture_out",
        "removed",
        "clusters",
        "temp_dir",
    ];
    for key in paths {
        let folder = folder();
        folder.write("victim", "mine");
        let settings = format!("text_field = \"stuff\"\n{key} = \"victim\"\n");
        folder.write("samestory.toml", settings);
        let ran = folder.run(&["dedup", "dump.jsonl", "-o", "kept.jsonl"]);
        assert_eq!(ran.status, Some(2), "{key}");
        let said = format!("samestory.toml: {key} names a file or a folder");
        assert!(ran.err.contains(&said), "{}", ran.err);
        assert_eq!(folder.text("victim"), "mine");
    }
}

fn complaint(settings: &str) -> String {
    let folder = folder();
    folder.write("samestory.toml", settings);
    let ran = folder.run(&["cluster", "dump.jsonl"]);
    assert_eq!(ran.status, Some(2), "{}", ran.err);
    ran.err
}

#[test]
fn a_setting_that_is_none_is_named_with_the_nearest() {
    insta::assert_snapshot!(complaint("copy_treshold = 0.5"), @r#"samestory: samestory.toml: no setting "copy_treshold"; the nearest is "copy_threshold""#);
    insta::assert_snapshot!(complaint("[fields]\nbody = \"x\""), @r#"samestory: samestory.toml: no setting "fields.body"; the nearest is "id""#);
    insta::assert_snapshot!(complaint("output = \"x.csv\""), @r#"samestory: samestory.toml: no setting "output"; the nearest is "timeout""#);
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    insta::assert_snapshot!(complaint("a = 1\nb = = 2"), @"samestory: samestory.toml:2: extra `=`, expected nothing");
    insta::assert_snapshot!(complaint("keep_furniture = 3"), @"samestory: samestory.toml: keep_furniture is true or false");
    insta::assert_snapshot!(complaint("copy_threshold = [1]"), @"samestory: samestory.toml: copy_threshold is one text or number");
    let missing = folder().run(&["cluster", "dump.jsonl", "--config", "none.toml"]);
    assert_eq!(missing.status, Some(2));
    assert!(
        missing.err.contains("none.toml: No such file"),
        "{}",
        missing.err
    );
}

#[test]
fn a_value_out_of_range_is_told_as_that_of_its_flag() {
    let told = complaint("copy_threshold = 7");
    assert!(told.contains("--copy-threshold is 7"), "{told}");
    assert!(told.contains("samestory.toml"), "{told}");
}

#[test]
fn shells_and_manuals_are_told_of_every_flag() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = Folder::new().run(&["completions", shell]).done();
        assert!(script.contains("copy-threshold"), "{shell}");
    }
    let page = Folder::new().run(&["man"]).done();
    assert!(page.contains(".TH samestory 1"), "{page}");
    let page = Folder::new().run(&["man", "cluster"]).done();
    assert!(page.contains("copy\\-threshold"), "{page}");
    assert_eq!(Folder::new().run(&["man", "nothing"]).status, Some(1));
}
