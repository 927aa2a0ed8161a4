//! `samestory cluster` writes its table as the README has it.

use crate::command::{FERRY, Folder, columns, gunzip, json_line, rows, small_dump};

#[test]
fn the_table_has_a_row_an_article_in_input_order() {
    let folder = Folder::with("dump.jsonl", small_dump());
    insta::assert_snapshot!(folder.run(&["cluster", "dump.jsonl"]).done(), @r#"
    article_id,story_id,copy_id,relation,similarity,matched_id,copies,story_articles,title,source,published,input,record,story_label,kind,form_id,story_sources,story_independent
    ferry,longer,longer,near,0.8571,longer,3,3,No ferry,,,dump.jsonl,1,,article,,0,1
    bridge,bridge,bridge,lead,,,1,1,"Bridge, ""closed""",,,dump.jsonl,2,,article,,0,1
    again,longer,longer,near,0.8571,longer,3,3,Ferry in port,,,dump.jsonl,3,,article,,0,1
    longer,longer,longer,lead,,,3,3,No ferry,,,dump.jsonl,4,,article,,0,1
    puffins,puffins,puffins,lead,,,1,1,Puffins,,,dump.jsonl,5,,article,,0,1
    "#);
}

#[test]
fn an_article_without_an_id_is_named_after_its_place() {
    let folder = Folder::new();
    folder.write("b/one.txt", format!("No ferry\n{FERRY}\n"));
    folder.write("a.csv", format!("headline,body\nNo ferry,\"{FERRY}\"\n"));
    let table = rows(&folder.run(&["cluster", "a.csv", "b"]).done());
    assert_eq!(table[1][0], "a.csv:1");
    assert_eq!(table[2][0], "b/one.txt:1");
    assert_eq!(table[1][2], table[2][2]);
}

#[test]
fn the_ending_of_the_output_chooses_its_format() {
    let folder = Folder::with("dump.jsonl", small_dump());
    folder
        .run(&["cluster", "dump.jsonl", "-o", "out.jsonl"])
        .done();
    let text = folder.text("out.jsonl");
    let first = text.lines().next().unwrap_or_default();
    insta::assert_snapshot!(first, @r#"{"article_id":"ferry","story_id":"longer","copy_id":"longer","relation":"near","similarity":0.8571,"matched_id":"longer","copies":3,"story_articles":3,"title":"No ferry","source":null,"published":null,"input":"dump.jsonl","record":1,"story_label":null,"kind":"article","form_id":null,"story_sources":0,"story_independent":1}"#);
    assert_eq!(text.lines().count(), 5);
}

#[test]
fn outputs_are_compressed_as_their_names_say() {
    let folder = Folder::with("dump.jsonl", small_dump());
    let plain = folder.run(&["cluster", "dump.jsonl"]).done();
    folder
        .run(&["cluster", "dump.jsonl", "-o", "out.csv.gz"])
        .done();
    folder
        .run(&["cluster", "dump.jsonl", "-o", "out.csv.zst"])
        .done();
    assert_eq!(gunzip(&folder.bytes("out.csv.gz")), plain);
    let zst = zstd::decode_all(&folder.bytes("out.csv.zst")[..]);
    assert_eq!(zst.ok().as_deref(), Some(plain.as_bytes()));
}

#[test]
fn every_similar_pair_is_written_where_asked_for() {
    let folder = Folder::with("dump.jsonl", small_dump());
    folder
        .run(&[
            "cluster",
            "dump.jsonl",
            "-o",
            "out.csv",
            "--pairs",
            "pairs.csv",
        ])
        .done();
    insta::assert_snapshot!(folder.text("pairs.csv"), @r"
    id_a,id_b,relation,jaccard,containment,hours_apart
    again,ferry,exact,1.0000,1.0000,
    again,longer,near,0.8571,1.0000,
    ");
}

#[test]
fn what_cleaning_drops_is_listed_with_counts() {
    let folder = Folder::with("dump.jsonl", crate::corpora::daily_rankings(1).to_jsonl());
    folder
        .run(&[
            "cluster",
            "dump.jsonl",
            "-o",
            "out.csv",
            "--furniture-out",
            "furniture.csv",
        ])
        .done();
    let table = rows(&folder.text("furniture.csv"));
    insta::assert_snapshot!(table[0].join(","), @"source,line,reason,dropped,pages");
    assert!(table.iter().any(|row| {
        row.iter()
            .any(|cell| cell.starts_with("© 2025 en0.example"))
    }));
}

#[test]
fn records_that_are_no_articles_are_counted_shown_and_kept_aside() {
    let dump = small_dump() + "{\"id\": 7}\n{\"text\": \"cut o\n[1]\n";
    let folder = Folder::with("dump.jsonl", dump);
    let ran = folder.run(&[
        "cluster",
        "dump.jsonl",
        "-o",
        "out.csv",
        "--rejects",
        "bad.jsonl",
    ]);
    assert_eq!(ran.status, Some(0));
    for line in [
        "dump.jsonl:6: rejected: neither a text nor a title",
        "dump.jsonl:7: rejected: broken JSON",
        "dump.jsonl:8: rejected: not a JSON object",
        "3 rejected",
    ] {
        assert!(ran.err.contains(line), "{}", ran.err);
    }
    assert_eq!(
        folder.text("bad.jsonl"),
        "{\"id\": 7}\n{\"text\": \"cut o\n[1]\n"
    );
}

#[test]
fn quiet_says_nothing_and_verbose_says_how_candidates_were_found() {
    let folder = Folder::with("dump.jsonl", small_dump());
    let quiet = folder.run(&["cluster", "dump.jsonl", "--quiet"]);
    assert_eq!((quiet.status, quiet.err.as_str()), (Some(0), ""));
    let usual = folder.run(&["cluster", "dump.jsonl"]);
    for what in ["articles", "furniture", "candidates", "groups", "time"] {
        assert!(usual.err.contains(what), "{}", usual.err);
    }
    let verbose = folder.run(&["cluster", "dump.jsonl", "--verbose"]);
    for what in ["bands x", "from bands", "from anchors", "verifying"] {
        assert!(verbose.err.contains(what), "{}", verbose.err);
    }
    assert_eq!(quiet.out, usual.out);
    assert_eq!(quiet.out, verbose.out);
}

#[test]
fn a_dash_is_standard_input_and_standard_output() {
    let folder = Folder::with("dump.jsonl", small_dump());
    let from_file = folder.run(&["cluster", "dump.jsonl"]).done();
    let ran = folder.run_with_input(&["cluster", "-", "-o", "-"], small_dump().as_bytes());
    assert_eq!(ran.done().replace(",-,", ",dump.jsonl,"), from_file);
}

#[test]
fn several_inputs_of_different_kinds_make_one_dump() {
    let folder = Folder::new();
    folder.write("shards/a.jsonl.gz", crate::command::gzip(small_dump()));
    folder.write(
        "shards/deep/b.tsv",
        format!("id\ttitle\ttext\nb1\tFerry\t{FERRY}\n"),
    );
    folder.write("c.jsonl", json_line("c1", "Ferry", &FERRY.to_uppercase()));
    let table = rows(&folder.run(&["cluster", "shards", "*.jsonl"]).done());
    let inputs: Vec<&str> = table[1..].iter().map(|row| row[11].as_str()).collect();
    assert_eq!(
        inputs[4..],
        ["shards/a.jsonl.gz", "shards/deep/b.tsv", "c.jsonl"]
    );
    assert!(
        table[6..]
            .iter()
            .all(|row| row[2] == "longer" && row[3] == "near")
    );
}

#[test]
fn fields_are_found_by_the_names_the_user_gives() {
    let record = serde_json::json!({ "k": "x1", "data": { "w": FERRY, "h": "No ferry" }, "who": "Mail", "when": "1710230400" });
    let folder = Folder::with("dump.jsonl", format!("{record}\n"));
    let fields = [
        "--text-field",
        "data.w",
        "--title-field",
        "data.h",
        "--id-field",
        "k",
    ];
    let more = ["--source-field", "who", "--date-field", "when"];
    let call = [&["cluster", "dump.jsonl"][..], &fields, &more].concat();
    let table = rows(&folder.run(&call).done());
    assert_eq!(table[1][0], "x1");
    assert_eq!(
        table[1][8..11],
        ["No ferry", "Mail", "2024-03-12T08:00:00Z"]
    );
}

#[test]
fn furniture_stays_where_asked_for() {
    let folder = Folder::with("dump.jsonl", crate::corpora::daily_rankings(1).to_jsonl());
    let ran = folder.run(&["cluster", "dump.jsonl", "--keep-furniture"]);
    assert!(ran.err.contains("0.0% of the text dropped"), "{}", ran.err);
}

#[test]
fn versions_at_one_address_of_one_source_are_compared_whatever_leads_there() {
    let later = "After the storm the ferry sailed on Sunday with two hundred cars on board, and the harbour \
        master thanked the crew of the tug that had held it off the old stone quay for a night.";
    let record = |id: &str, url: &str, text: &str| {
        let record = serde_json::json!({ "id": id, "url": url, "text": text });
        format!("{record}\n")
    };
    let urls = [
        "https://www.a.example/ferry?utm_source=mail",
        "https://m.a.example/ferry/#top",
        "https://b.example/ferry",
    ];
    let dump = [
        record("early", urls[0], FERRY),
        record("late", urls[1], later),
        record("elsewhere", urls[2], later.to_uppercase().as_str()),
    ];
    let folder = Folder::with("dump.jsonl", dump.concat());
    let ran = folder.run(&["cluster", "dump.jsonl", "--verbose"]);
    assert!(ran.err.contains("1 from addresses"), "{}", ran.err);
    // They are compared, and found to be two texts.
    let copies = columns(&ran.done(), ["article_id", "copy_id"]);
    assert_ne!(copies[0].1, copies[1].1);
}
