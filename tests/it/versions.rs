//! What became of an article that was published under one address again and again.

use serde_json::{Value, json};

use crate::command::{BRIDGE, FERRY, Folder};

#[test]
fn each_version_of_an_article_is_told_by_what_is_different_from_the_one_before() {
    let record = |id: &str, hour: u32, url: &str, text: &str| {
        let record = json!({"id": id, "date": format!("2021-03-02T{hour:02}:00:00Z"), "url": url, "title": "No ferry", "text": text});
        format!("{record}\n")
    };
    let url = "https://courier.example/ferry";
    let third = format!("{} Nobody was hurt.", FERRY.replacen("ferry", "boat", 1));
    let lines = [
        record("late", 4, &format!("{url}?utm_source=x"), &third),
        record("first", 2, url, FERRY),
        record("again", 3, url, FERRY),
        record("other", 1, "https://gazette.example/1", FERRY),
        record("bridge", 1, "https://gazette.example/2", BRIDGE),
    ];
    let folder = Folder::with("a.jsonl", lines.concat());
    let call = ["cluster", "a.jsonl", "--by", "version", "-q"];
    let out = folder.run(&call).done();
    let rows: Vec<Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).expect("it is JSON"))
        .collect();
    assert_eq!(rows.len(), 1, "{out}");
    let row = &rows[0];
    assert_eq!(
        (&row["url"], &row["copy_id"]),
        (&url.into(), &"other".into())
    );
    assert_eq!(row["records"], 3);
    let ids = row["versions"].as_array().expect("there are some").iter();
    let ids: Vec<&Value> = ids.map(|version| &version["article_id"]).collect();
    assert_eq!(ids, ["first", "late"]);
    let last = &row["versions"][1];
    assert_eq!(
        (&last["words_added"], &last["words_removed"]),
        (&4.into(), &1.into())
    );
    assert_eq!(
        last["changes"],
        json!([{"removed": "ferry", "added": "boat"}, {"removed": "", "added": "Nobody was hurt."}])
    );
    // The order of the records does not matter, nor where it goes.
    let reversed: Vec<String> = lines.iter().rev().cloned().collect();
    folder.write("a.jsonl", reversed.concat());
    let other = folder.run(&[&call[..], &["-o", "v.jsonl"]].concat());
    other.done();
    let record = |text: &str| {
        text.split("\"record\":")
            .map(|it| it[1..].to_owned())
            .collect::<String>()
    };
    assert_eq!(record(&folder.text("v.jsonl"))[1..], record(&out)[1..]);
    let refused = folder.run(&[&call[..], &["-o", "v.csv"]].concat());
    assert_eq!(refused.status, Some(2), "{}", refused.err);
}
