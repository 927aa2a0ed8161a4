//! The clusters table has the columns that are asked for, and Parquet says how it came about.

use crate::command::{BRIDGE, FERRY, Folder};

fn dump() -> Folder {
    let line = |id: &str, url: &str, text: &str| {
        format!("{{\"id\":\"{id}\",\"url\":\"{url}\",\"text\":\"{text}\"}}\n")
    };
    let lines = [
        line("a", "https://www.courier.example/1?x=1,2", FERRY),
        line("b", "", FERRY),
        line("c", "https://gazette.example/3", BRIDGE),
    ];
    Folder::with("a.jsonl", lines.concat())
}

#[test]
fn a_table_has_the_columns_that_are_asked_for_in_their_order() {
    let folder = dump();
    let call = [
        "cluster",
        "a.jsonl",
        "-q",
        "--columns",
        "url,article_id,copy_id",
    ];
    let expected = "url,article_id,copy_id\n\"https://www.courier.example/1?x=1,2\",a,a\n,b,a\nhttps://gazette.example/3,c,c\n";
    assert_eq!(folder.run(&call).done(), expected);
    // So it is where nothing fits into memory.
    let small = [&call[..], &["--memory", "1M"]].concat();
    assert_eq!(folder.run(&small).done(), expected);
    let lines = [&call[..], &["-o", "out.jsonl"]].concat();
    folder.run(&lines).done();
    assert_eq!(
        folder.text("out.jsonl").lines().nth(1),
        Some(r#"{"url":null,"article_id":"b","copy_id":"a"}"#)
    );
    let stories = [&call[..], &["--by", "story"]].concat();
    assert_eq!(folder.run(&stories).status, Some(2));
}

#[test]
fn columns_that_are_none_of_the_table_are_those_of_tables_without_a_header() {
    let folder = Folder::with(
        "a.csv",
        format!("1,A title,\"{FERRY}\"\n2,Another,\"{BRIDGE}\"\n"),
    );
    let out = folder
        .run(&["cluster", "a.csv", "-q", "--columns", "id,title,text"])
        .done();
    assert!(out.contains("\n1,1,1,lead,,,1,1,A title,"), "{out}");
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_says_with_which_settings_it_was_written() {
    use ::parquet::file::reader::{FileReader, SerializedFileReader};
    let folder = dump();
    let settings = |name: &str| -> Vec<(String, serde_json::Value)> {
        let file = std::fs::File::open(folder.path(name)).expect("it was written");
        let reader = SerializedFileReader::new(file).expect("it is Parquet");
        let metadata = reader.metadata().file_metadata().key_value_metadata();
        let entries = metadata.into_iter().flatten();
        let entries = entries.filter(|entry| entry.key == "samestory.settings");
        let of = |entry: &::parquet::file::metadata::KeyValue| {
            let value = entry.value.as_deref().expect("it has a value");
            (
                entry.key.clone(),
                serde_json::from_str(value).expect("it is JSON"),
            )
        };
        entries.map(of).collect()
    };
    let call = [
        "cluster",
        "a.jsonl",
        "-o",
        "out.parquet",
        "--threshold",
        "0.75",
        "-q",
    ];
    folder.run(&call).done();
    assert_eq!(settings("out.parquet")[0].1["--copy-threshold"], "0.75");
    let call = [
        "dedup",
        "a.jsonl",
        "-o",
        "kept.parquet",
        "--threshold",
        "0.75",
        "-q",
    ];
    folder.run(&call).done();
    assert_eq!(settings("kept.parquet")[0].1["--copy-threshold"], "0.75");
    // What is written anew has the settings of the last run alone.
    let call = [
        "dedup",
        "kept.parquet",
        "-o",
        "again.parquet",
        "--threshold",
        "0.8",
        "-q",
    ];
    folder.run(&call).done();
    let again = settings("again.parquet");
    assert_eq!(
        (again.len(), &again[0].1["--copy-threshold"]),
        (1, &"0.8".into())
    );
}
