//! `samestory dedup` writes the corpus without its copies, and what it writes is what was read.

use std::io::Read;

use crate::command::{BRIDGE, FERRY, Folder, PUFFINS, gunzip, gzip, json_line, rows, small_dump};

#[test]
fn json_records_are_kept_byte_for_byte_in_input_order() {
    let odd = format!("  {{ \"text\" : \"{BRIDGE}\\u0021\",\"x\":[1, 2] , \"id\":\"odd\"}}\r\n");
    let last = json_line("puffins", "", PUFFINS);
    let dump = [
        &json_line("one", "t", FERRY),
        &json_line("two", "t", FERRY),
        &odd,
        last.trim_end(),
    ]
    .map(String::from)
    .concat();
    let folder = Folder::with("dump.jsonl", &dump);
    folder
        .run(&["dedup", "dump.jsonl", "-o", "kept.jsonl"])
        .done();
    assert_eq!(
        folder.text("kept.jsonl"),
        dump.replace(&json_line("two", "t", FERRY), "")
    );
}

#[test]
fn rows_of_a_csv_are_kept_with_their_header_their_breaks_and_their_mark() {
    let csv = format!(
        "\u{FEFF}id,headline,body\r\n1,\"No, ferry\",\"{FERRY}\r\nand a break\"\r\n2,x,\"{FERRY}\r\nand a break\"\r\n3,,{BRIDGE}\r\n"
    );
    let csv = csv.replace(&format!("3,,{BRIDGE}"), &format!("3,,\"{BRIDGE}\""));
    let folder = Folder::with("dump.csv", &csv);
    folder.run(&["dedup", "dump.csv", "-o", "kept.csv"]).done();
    let removed = format!("2,x,\"{FERRY}\r\nand a break\"\r\n");
    assert_eq!(folder.text("kept.csv"), csv.replace(&removed, ""));
}

#[test]
fn a_folder_is_written_shard_for_shard_compressed_as_it_came() {
    let folder = Folder::new();
    folder.write("in/deep/a.jsonl.gz", gzip(small_dump()));
    folder.write("in/b.jsonl", json_line("b1", "", &FERRY.to_uppercase()));
    folder.write(
        "in/text/new.txt",
        format!("Puffins\n{PUFFINS} And so on, for years to come.\n"),
    );
    folder.write("in/text/old.txt", format!("Bridge\n{BRIDGE}\n"));
    let ran = folder.run(&["dedup", "in", "-o", "out/"]);
    assert!(ran.err.contains("left out"), "{}", ran.err);
    ran.done();
    // The list of what a run wrote is no output.
    let written: Vec<String> = folder
        .files()
        .into_iter()
        .filter(|name| name.starts_with("out/") && !name.starts_with("out/."))
        .collect();
    let kept: String = [
        "out/b.jsonl",
        "out/deep/a.jsonl.gz",
        "out/text/new.txt",
        "out/text/old.txt",
    ]
    .iter()
    .filter(|name| written.iter().any(|written| written == *name))
    .map(|name| match name.ends_with(".gz") {
        true => gunzip(&folder.bytes(name)),
        false => folder.text(name),
    })
    .collect();
    for text in [FERRY, PUFFINS, BRIDGE] {
        let copies = kept.to_lowercase().matches(&text.to_lowercase()).count();
        assert_eq!(copies, 1, "{text}");
    }
    // A shard without a record left is empty; a text file that is a copy is not there.
    assert!(written.contains(&"out/b.jsonl".to_owned()));
    assert!(written.contains(&"out/deep/a.jsonl.gz".to_owned()));
    let texts: Vec<&String> = written
        .iter()
        .filter(|name| name.ends_with(".txt"))
        .collect();
    for name in texts {
        assert_eq!(
            folder.bytes(name),
            folder.bytes(&name.replace("out/", "in/"))
        );
    }
}

#[test]
fn a_clusters_table_gives_the_same_bytes_as_computing() {
    let folder = Folder::with("dump.jsonl", crate::corpora::wire(2).to_jsonl());
    folder
        .run(&[
            "dedup",
            "dump.jsonl",
            "-o",
            "computed.jsonl",
            "--removed",
            "removed.csv",
        ])
        .done();
    for table in ["clusters.csv", "clusters.jsonl", "clusters.csv.gz"] {
        folder
            .run(&["cluster", "dump.jsonl", "--copies-only", "-o", table])
            .done();
        let call = [
            "dedup",
            "dump.jsonl",
            "--clusters",
            table,
            "-o",
            "told.jsonl",
        ];
        folder
            .run(&[&call[..], &["--removed", "told.csv"]].concat())
            .done();
        assert!(
            folder.bytes("computed.jsonl") == folder.bytes("told.jsonl"),
            "{table}"
        );
        assert_eq!(folder.text("removed.csv"), folder.text("told.csv"));
    }
}

#[test]
fn what_is_left_out_is_listed_with_what_it_copies() {
    let folder = Folder::with("dump.jsonl", small_dump());
    folder
        .run(&[
            "dedup",
            "dump.jsonl",
            "-o",
            "kept.jsonl",
            "--removed",
            "removed.csv",
        ])
        .done();
    let removed = rows(&folder.text("removed.csv"));
    let of: Vec<[&str; 3]> = removed[1..]
        .iter()
        .map(|row| [row[0].as_str(), row[2].as_str(), row[3].as_str()])
        .collect();
    assert_eq!(
        of,
        [["ferry", "longer", "near"], ["again", "longer", "near"]]
    );
    assert_eq!(folder.text("kept.jsonl").lines().count(), 3);
}

#[test]
fn the_output_is_compressed_as_its_name_says() {
    let folder = Folder::with("dump.jsonl.gz", gzip(small_dump()));
    folder
        .run(&["dedup", "dump.jsonl.gz", "-o", "kept.jsonl"])
        .done();
    folder
        .run(&["dedup", "dump.jsonl.gz", "-o", "kept.jsonl.gz"])
        .done();
    folder
        .run(&["dedup", "dump.jsonl.gz", "-o", "kept.jsonl.zst"])
        .done();
    let plain = folder.text("kept.jsonl");
    assert_eq!(gunzip(&folder.bytes("kept.jsonl.gz")), plain);
    let mut text = String::new();
    let bytes = folder.bytes("kept.jsonl.zst");
    let mut decoder = zstd::Decoder::new(&bytes[..]).expect("it is zstd");
    decoder.read_to_string(&mut text).expect("it is UTF-8");
    assert_eq!(text, plain);
}

#[test]
fn records_of_different_forms_do_not_go_into_one_file() {
    let folder = Folder::with("a.jsonl", small_dump());
    folder.write("b.csv", format!("id,text\n1,\"{FERRY}\"\n"));
    let message = folder
        .run(&["dedup", "a.jsonl", "b.csv", "-o", "kept.jsonl"])
        .failed();
    insta::assert_snapshot!(message.lines().rev().take(2).collect::<Vec<_>>().join("\n"), @r"
      write to a folder: -o OUTDIR/
    samestory: a.jsonl and b.csv: their records cannot stand in one file
    ");
    assert!(!folder.path("kept.jsonl").exists());
}

#[test]
fn two_shards_of_one_name_are_refused_and_nothing_is_lost() {
    let folder = Folder::with("a/x.jsonl", json_line("1", "", FERRY));
    folder.write("b/x.jsonl", json_line("2", "", BRIDGE));
    let message = folder
        .run(&["dedup", "a/x.jsonl", "b/x.jsonl", "-o", "out/", "--quiet"])
        .failed();
    insta::assert_snapshot!(message, @r"
    samestory: out/x.jsonl: both a/x.jsonl and b/x.jsonl would be written there
      give the folder that holds both as one input, or write them to two folders
    ");
}

#[test]
fn a_folder_is_not_written_into_itself() {
    let folder = Folder::with("in/x.jsonl", small_dump());
    for output in ["in", "in/", "in/out/", "./in/../in"] {
        let message = folder
            .run(&["dedup", "in", "-o", output, "--quiet"])
            .failed();
        assert!(
            message.contains("it lies among the inputs, such as in/x.jsonl"),
            "{message}"
        );
    }
    let message = folder
        .run(&["dedup", "in/x.jsonl", "-o", "in/", "--quiet"])
        .failed();
    assert!(message.contains("it lies among the inputs"), "{message}");
    assert_eq!(folder.text("in/x.jsonl"), small_dump());
    assert_eq!(folder.files(), ["in/x.jsonl"]);
}

#[test]
fn a_table_of_other_inputs_is_refused() {
    let folder = Folder::with("a.jsonl", small_dump());
    folder.write("b.jsonl", small_dump());
    folder.run(&["cluster", "a.jsonl", "-o", "a.csv"]).done();
    let message = folder
        .run(&[
            "dedup",
            "b.jsonl",
            "--clusters",
            "a.csv",
            "-o",
            "kept.jsonl",
            "--quiet",
        ])
        .failed();
    insta::assert_snapshot!(message, @r"
    samestory: a.csv:2: its rows are of other inputs, such as a.jsonl
      make the table from the same inputs, or leave out --clusters
    ");
    folder.write(
        "a.jsonl",
        small_dump() + &json_line("new", "", "a record too many"),
    );
    let message = folder
        .run(&[
            "dedup",
            "a.jsonl",
            "--clusters",
            "a.csv",
            "-o",
            "kept.jsonl",
            "--quiet",
        ])
        .failed();
    insta::assert_snapshot!(message, @r"
    samestory: a.jsonl:6: the clusters table has no row for this record
      make the table from the same inputs, or leave out --clusters
    ");
    assert!(!folder.path("kept.jsonl").exists());
}

#[test]
fn a_name_that_says_no_form_leaves_the_records_as_they_are() {
    let folder = Folder::with("dump.csv", "id,text\na,one\nb,two\n");
    let call = ["dedup", "dump.csv", "-o", "out.txt"];
    folder.run(&call).done();
    assert!(folder.text("out.txt").starts_with("id,text\n"));
}
