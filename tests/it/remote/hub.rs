//! Data sets on Hugging Face, from a server that speaks as it does.

use crate::command::{FERRY, Folder, PUFFINS, json_line, rows};

use super::run;
use super::server::{Fault, Server};

const TOKEN: &str = "hf_invented";

/// A data set of four files.
fn server(bearer: Option<&'static str>) -> Server {
    let files = ["README.md", "a/1.jsonl", "a/b/2.jsonl", "a/c.csv"];
    let siblings: Vec<_> = files
        .iter()
        .map(|name| serde_json::json!({ "rfilename": name }))
        .collect();
    let told = serde_json::json!({ "sha": "0123abcd", "siblings": siblings });
    let at = "datasets/some/news/resolve/0123abcd";
    let read_me = b"# News".to_vec();
    let one = json_line("1", "Ferry", FERRY).into_bytes();
    let two = json_line("2", "Puffins", PUFFINS).into_bytes();
    let table = format!("id,title,text\n3,Ferry,\"{FERRY}\"\n").into_bytes();
    let name = |file: &str| format!("{at}/{file}");
    let all = [
        (
            "api/datasets/some/news/revision/main".to_owned(),
            told.to_string().into_bytes(),
        ),
        (name(files[0]), read_me),
        (name(files[1]), one),
        (name(files[2]), two),
        (name(files[3]), table),
    ];
    let all: Vec<(&str, Vec<u8>)> = all
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.clone()))
        .collect();
    Server::start_for(&all, Fault::None, bearer)
}

#[test]
fn a_data_set_is_a_folder_of_one_revision() {
    let (server, folder) = (server(None), Folder::new());
    let endpoint = format!("http://{}", server.address);
    for (name, expected) in [
        ("", &["a/1.jsonl", "a/b/2.jsonl", "a/c.csv"][..]),
        ("/a/", &["a/1.jsonl", "a/b/2.jsonl", "a/c.csv"]),
        ("/a/b", &["a/b/2.jsonl"]),
        ("/a/b/2.jsonl", &["a/b/2.jsonl"]),
        ("/a/*", &["a/1.jsonl", "a/c.csv"]),
        ("/**/*.jsonl", &["a/1.jsonl", "a/b/2.jsonl"]),
    ] {
        let input = format!("hf://datasets/some/news{name}");
        let ran = run(&folder, &[("HF_ENDPOINT", &endpoint)], &["cluster", &input]);
        let table = rows(&ran.done());
        let inputs: Vec<&str> = table[1..].iter().map(|row| row[11].as_str()).collect();
        let expected: Vec<String> = expected
            .iter()
            .map(|name| format!("hf://datasets/some/news/{name}"))
            .collect();
        assert_eq!(inputs, expected, "{name}");
    }
}

#[test]
fn a_data_set_that_is_not_for_all_needs_a_token() {
    let (server, folder) = (server(Some(TOKEN)), Folder::new());
    let endpoint = format!("http://{}", server.address);
    let call = ["cluster", "hf://datasets/some/news/a/1.jsonl"];
    let message = run(&folder, &[("HF_ENDPOINT", &endpoint)], &call).failed();
    insta::assert_snapshot!(message, @r"
    samestory: hf://datasets/some/news/a/1.jsonl: it may not be opened: 401 Unauthorized
      accept the data set's terms on its page, and set HF_TOKEN
    ");
    let variables = [("HF_ENDPOINT", endpoint.as_str()), ("HF_TOKEN", TOKEN)];
    assert_eq!(rows(&run(&folder, &variables, &call).done()).len(), 2);
    let call = ["cluster", "hf://datasets/some/news/b/*.jsonl"];
    let message = run(&folder, &variables, &call).failed();
    insta::assert_snapshot!(message, @"samestory: hf://datasets/some/news/b/*.jsonl: nothing there matches");
    let call = ["cluster", "hf://models/some/news"];
    insta::assert_snapshot!(run(&folder, &variables, &call).failed(), @"samestory: hf://models/some/news: of Hugging Face, data sets are read: hf://datasets/OWNER/NAME/PATH");
}
