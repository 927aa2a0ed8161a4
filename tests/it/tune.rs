//! `tune` says what thresholds do.

use crate::command::{Folder, program};

fn tune(more: &[&str]) -> String {
    let output = program()
        .args(["tune", "samples", "-q"])
        .args(more)
        .output()
        .expect("the program starts");
    assert!(output.status.success());
    String::from_utf8(output.stdout).expect("it is UTF-8")
}

#[test]
fn thresholds_of_the_samples_are_tried() {
    insta::assert_snapshot!(tune(&["--thresholds", "0.2,0.6"]));
}

#[test]
fn each_threshold_gives_what_cluster_gives_with_it() {
    let told: serde_json::Value =
        serde_json::from_str(&tune(&["--json", "--thresholds", "0.6,0.9"])).expect("it is JSON");
    for row in told["thresholds"].as_array().expect("there are some") {
        let threshold = row["threshold"].to_string();
        let output = program()
            .args([
                "cluster",
                "samples",
                "-q",
                "--copies-only",
                "--copy-threshold",
                &threshold,
            ])
            .output()
            .expect("the program starts");
        let csv = String::from_utf8(output.stdout).expect("it is UTF-8");
        let rows = crate::command::columns(&csv, ["article_id", "copy_id"]);
        let groups = rows.iter().filter(|(id, copy)| id == copy).count();
        assert_eq!(row["groups"], groups, "{threshold}");
    }
}

#[test]
fn a_page_has_its_charts_in_itself() {
    let folder = Folder::new();
    let page = folder.path("tune.html");
    tune(&["-o", page.to_str().expect("it is UTF-8")]);
    let page = folder.text("tune.html");
    assert_eq!(page.matches("<svg").count(), 3);
    assert!(!page.contains("<script") && !page.contains("https://"));
}

#[test]
fn a_sample_of_nothing_and_thresholds_out_of_range_are_refused() {
    let refused = |flags: &[&str]| {
        let ran = Folder::with("d.jsonl", crate::command::small_dump())
            .run(&[&["tune", "d.jsonl"], flags].concat());
        assert_eq!(ran.status, Some(2));
        ran.err
    };
    let told = [
        refused(&["--sample", "0"]),
        refused(&["--thresholds", "0.3,1.5"]),
        refused(&["--thresholds", "0.01"]),
    ];
    insta::assert_snapshot!("refused", told.join("\n"));
}

#[test]
fn every_file_that_is_asked_for_is_written_or_refused() {
    let dump = format!("{}{{\"id\": \"broken\n", crate::command::small_dump());
    let folder = Folder::with("d.jsonl", dump);
    folder
        .run(&["tune", "d.jsonl", "--rejects", "r.jsonl"])
        .done();
    assert!(folder.text("r.jsonl").contains("broken"));
    let ran = folder.run(&["tune", "d.jsonl", "--furniture-out", "f.csv"]);
    assert_eq!(ran.status, Some(2));
    assert!(ran.err.contains("--furniture-out is f.csv"), "{}", ran.err);
    assert!(!folder.path("f.csv").exists());
}

#[test]
fn each_threshold_of_stories_gives_what_cluster_gives_with_it() {
    let found: serde_json::Value = serde_json::from_str(&tune(&[
        "--json",
        "--thresholds",
        "0.7",
        "--story-thresholds",
        "0.1,0.3",
    ]))
    .expect("it is JSON");
    let rows = found["stories"].as_array().expect("there are some");
    let own: Vec<bool> = rows.iter().map(|row| row["is_own"] == true).collect();
    assert_eq!(own, [false, true, false]);
    for row in rows {
        let threshold = row["threshold"].to_string();
        let out = program()
            .args(["cluster", "samples", "-q", "--story-threshold", &threshold])
            .output()
            .expect("it runs");
        let out = String::from_utf8(out.stdout).expect("it is UTF-8");
        let mut stories: Vec<String> = crate::command::columns(&out, ["article_id", "story_id"])
            .into_iter()
            .map(|row| row.1)
            .collect();
        stories.sort();
        let sizes = stories.chunk_by(|a, b| a == b).map(<[String]>::len);
        assert_eq!(
            row["largest"],
            sizes.clone().max().unwrap_or(0),
            "{threshold}"
        );
        assert_eq!(row["stories"], sizes.count(), "{threshold}");
    }
}
